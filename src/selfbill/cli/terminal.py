"""The person or program at the other end: in which language they read, and whether they want tables or JSON."""

import os
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from selfbill.refusals import Language

if TYPE_CHECKING:
    from selfbill.settings import Settings

WIDE = 10_000
"""Where there is no terminal nothing is cut off or broken: every row is one line."""


class Column(NamedTuple):
    """A column's heading in both languages."""

    nl: str
    en: str
    right: bool = False
    keep: bool = False
    """Whether it is never broken over lines, e.g. an amount or a number."""


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
        """Shows rows under headings; the footer has a cell for each column."""
        self.show(make_table(self.language, columns, rows, footer))

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
    language: Language, columns: Sequence[Column], rows: Sequence[Sequence[str | Text]], footer: Sequence[str] = ()
) -> Table:
    """A table without lines between its cells, so that it can be cut with other tools."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_footer=bool(footer), header_style="bold")
    for at, column in enumerate(columns):
        table.add_column(
            column.nl if language == "nl" else column.en,
            footer=footer[at] if footer else "",
            footer_style="bold",
            justify="right" if column.right else "left",
            no_wrap=column.right or column.keep,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _cell(value: str | Text) -> Text:
    """Values are shown as they are, never read as markup."""
    return value if isinstance(value, Text) else Text(value)


def _console(stream: Any) -> Console:
    is_terminal = stream.isatty()
    return Console(file=stream, highlight=False, markup=False, emoji=False, width=None if is_terminal else WIDE)
