"""A comparison of a read model's tables as somebody reads it in a terminal or a file of plain text."""

import io
import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from selfbill.cli.comparison_account import Sample, account_of
from selfbill.cli.terminal import WIDE, Column, make_table
from selfbill.projections.rebuilding.differences import Comparison
from selfbill.refusals import Language

BLANKS = re.compile(r"\n{3,}")


def as_text(comparison: Comparison, language: Language, width: int = WIDE) -> str:
    """What changes: first whether anything does, then how much, then some rows. Nothing is cut off at `width`."""
    account = account_of(comparison, language)
    page = _Page(language, width)
    page.line(account.verdict)
    for remark in account.remarks:
        page.line(remark)
    page.line()
    for name, value in account.facts:
        page.line(f"{name}: {value}")
    for grid in account.grids:
        page.table(grid.caption, grid.columns, grid.rows)
    for sample in account.samples:
        page.table(sample.caption, _columns(sample), list(_rows(sample)))
    return page.text()


def _columns(sample: Sample) -> tuple[Column, ...]:
    key = Column(sample.key, sample.key, keep=True)
    if not sample.has_both:
        return (key, Column("Inhoud", "Contents"))
    return (key, Column("Kolom", "Column", keep=True), Column("Oud", "Old"), Column("Nieuw", "New"))


def _rows(sample: Sample) -> Iterable[list[str]]:
    for key, values in sample.rows:
        if not sample.has_both:
            yield [key, ", ".join(f"{value.column}: {value.only.text}" for value in values)]
            continue
        for at, value in enumerate(values):
            yield [key if at == 0 else "", value.column, value.old.text, value.new.text]


class _Page:
    """Lines and tables, one below the other, without colours."""

    def __init__(self, language: Language, width: int) -> None:
        self._language: Language = language
        self._width = width
        self._stream = io.StringIO()
        self._console = Console(
            file=self._stream, width=width, color_system=None, highlight=False, markup=False, emoji=False
        )

    def line(self, text: str = "") -> None:
        self._console.print(Text(text))

    def table(self, caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        self.line()
        self.line(caption)
        table, width = make_table(self._language, self._width, columns, rows)
        self._console.print(table, width=width, crop=False)

    def text(self) -> str:
        lines = "\n".join(line.rstrip() for line in self._stream.getvalue().splitlines())
        return BLANKS.sub("\n\n", lines).strip("\n")
