"""The person or program at the other end: in which language they read, and whether they want tables or JSON."""

import os
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from selfbill.refusals import Language

if TYPE_CHECKING:
    from selfbill.settings import Settings

WIDE = 10_000
"""Where there is no terminal nothing is cut off or broken: every row is one line."""


NARROWEST = 20
"""A column of words is broken over lines down to this width."""

GAP = 2
"""Between columns."""


class Column(NamedTuple):
    """A column's heading in both languages."""

    nl: str
    en: str
    right: bool = False
    keep: bool = False
    """Whether it is never broken over lines, e.g. an amount or a number."""
    spare: bool = False
    """Whether it is left out where the terminal has no room for it."""


class Terminal:
    """Results go to standard output, everything else to standard error."""

    def __init__(self, language: Language | None = None) -> None:
        self._asked = language
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)

    @cached_property
    def settings(self) -> "Settings":
        """The settings of this installation; loaded on first use, because many ways to end don't need them."""
        from selfbill.settings import Settings  # noqa: PLC0415 - takes longer than printing the help

        return Settings() if self._asked is None else Settings(language=self._asked)

    @property
    def language(self) -> Language:
        """The language that was asked for, or that of the settings."""
        return self._asked or self.settings.language

    @property
    def safe_language(self) -> Language:
        """The language to complain in when the settings may be what is wrong."""
        return self._asked or ("en" if os.environ.get("SELFBILL_LANGUAGE") == "en" else "nl")

    def pick(self, nl: str, en: str) -> str:
        """The one of two texts that this person reads."""
        return nl if self.language == "nl" else en

    def say(self, nl: str, en: str) -> None:
        """One line of a result."""
        self.show(Text(self.pick(nl, en)))

    def note(self, nl: str, en: str) -> None:
        """Something beside the result."""
        self.err.print(Text(self.pick(nl, en)))

    def heading(self, nl: str, en: str) -> None:
        """What the lines below are about, after an empty line."""
        self.show(Text(""), Text(self.pick(nl, en), style="bold"))

    def show(self, *things: Any) -> None:
        """Shows lines and tables."""
        for thing in things:
            self.out.print(thing)

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str | Text]], footer: Sequence[str] = ()
    ) -> None:
        """Shows rows under headings; the footer has a cell for each column. Values are never cut off."""
        table, width = make_table(self.language, self.out.width, columns, rows, footer)
        self.out.print(table, width=width, crop=False)

    def facts(self, *facts: tuple[str, str, str | Text | None]) -> None:
        """Shows names (Dutch, English) with their values; what is None or empty is left out."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for nl, en, value in facts:
            if value:
                grid.add_row(self.pick(nl, en), _cell(value))
        self.show(grid)

    def json(self, value: Any) -> None:
        """Shows a value for a program: amounts in cents, durations in minutes, moments in UTC."""
        import msgspec  # noqa: PLC0415

        content = msgspec.json.format(msgspec.json.encode(value), indent=2)
        sys.stdout.write(content.decode() + "\n")


def make_table(
    language: Language,
    width: int,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | Text]],
    footer: Sequence[str] = (),
) -> tuple[Table, int]:
    """A table with plain space between its cells, and the width that it needs where not even its least fits."""
    cells = [[_cell(value) for value in row] for row in rows]
    names = [column.nl if language == "nl" else column.en for column in columns]
    widths = [
        max(cell_len(text) for text in (name, *(row[at].plain for row in cells), footer[at] if footer else ""))
        for at, name in enumerate(names)
    ]
    shown = _that_fit(columns, widths, width)
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_footer=bool(footer), header_style="bold"
    )
    for at in shown:
        is_kept = columns[at].right or columns[at].keep
        table.add_column(
            names[at],
            footer=footer[at] if footer else "",
            footer_style="bold",
            justify="right" if columns[at].right else "left",
            no_wrap=is_kept,
            min_width=widths[at] if is_kept else min(widths[at], NARROWEST),
            overflow="fold",
        )
    for row in cells:
        table.add_row(*(row[at] for at in shown))
    return table, max(width, sum(_least(columns[at], widths[at]) for at in shown))


def _that_fit(columns: Sequence[Column], widths: Sequence[int], width: int) -> list[int]:
    """Which columns are shown: spare ones go, the last first, until the others fit."""
    shown = list(range(len(columns)))
    for at in reversed(range(len(columns))):
        if sum(_least(columns[each], widths[each]) for each in shown) <= width:
            break
        if columns[at].spare:
            shown.remove(at)
    return shown


def _least(column: Column, natural: int) -> int:
    """The room that a column takes at least, with the space beside it."""
    return GAP + (natural if column.right or column.keep else min(natural, NARROWEST))


def _cell(value: str | Text) -> Text:
    """Values are shown as they are, never read as markup."""
    return value if isinstance(value, Text) else Text(value)


def _console(stream: Any) -> Console:
    is_terminal = stream.isatty()
    return Console(file=stream, highlight=False, markup=False, emoji=False, width=None if is_terminal else WIDE)
