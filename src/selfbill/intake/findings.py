"""What is found in a folder: where it stands, what stands there and why it is refused (or, as a warning, ignored)."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from selfbill.refusals import Language, Refusal

SHOWN_CHARACTERS = 200
"""A report shows this much of a value: enough to find it, whatever was pasted into the cell."""


class RowError(msgspec.Struct, frozen=True):
    """One cell, row or file that is refused. The line is the physical line, the header being 1; 0 is the file itself."""

    file: str
    line: int
    column: str
    value: str
    refusal: Refusal

    @property
    def code(self) -> str:
        return self.refusal.code

    def reason(self, language: Language = "nl") -> str:
        """Why, in one sentence."""
        return self.refusal.sentence(language)

    def as_json(self, language: Language = "nl") -> dict[str, str | int]:
        """The row of a machine's report."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "reason": self.reason(language),
        }


def asked(decide: Callable[..., object], *arguments: Any, **facts: Any) -> Refusal | None:
    """What the domain has against this intention, if anything."""
    try:
        decide(*arguments, **facts)
    except Refusal as refusal:
        return refusal
    return None


def shown(value: str) -> str:
    """A value as a report can hold it: bytes that were no text replaced, and not endlessly long."""
    readable = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return readable if len(readable) <= SHOWN_CHARACTERS else readable[:SHOWN_CHARACTERS] + "…"


class Source(msgspec.Struct, frozen=True):
    """Where a row came from, with its cells as they were written; `unreadable` are the columns already reported."""

    file: str
    line: int
    values: dict[str, str]
    unreadable: frozenset[str] = frozenset()

    def error(self, column: str, refusal: Refusal) -> RowError:
        """This refusal, said of one cell of this row."""
        return RowError(self.file, self.line, column, shown(self.values.get(column, "")), refusal)


class FolderRefused(Exception):  # noqa: N818 - an answer to whoever sent the folder
    """The folder is not taken in; nothing of it was stored. Holds every reason there is, in order of file and line."""

    def __init__(self, errors: Iterable[RowError], warnings: Iterable[RowError] = ()) -> None:
        self.errors = tuple(errors)
        self.warnings = tuple(warnings)
        super().__init__(f"{len(self.errors)} reasons, the first: {self.errors[0].as_json('en')}")

    def as_json(self, language: Language = "nl") -> dict[str, list[dict[str, str | int]]]:
        """The report for a machine."""
        return {
            "errors": [error.as_json(language) for error in self.errors],
            "warnings": [warning.as_json(language) for warning in self.warnings],
        }
