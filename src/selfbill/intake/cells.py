"""Reading the cells of one row into what they mean, and collecting every refusal instead of stopping at the first."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from selfbill.aggregates.texts import CitizenNumber, word_for
from selfbill.intake.findings import RowError, Source, asked
from selfbill.intake.reasons import MissingValue
from selfbill.refusals import Refusal

T = TypeVar("T")
R = TypeVar("R")


class RowRefused(Exception):  # noqa: N818 - the row's errors say why
    """Some cell that the rest of the row is made from could not be read."""


class Cells:
    """The cells of one row. What could not be read is None, whatever its type says: `settle` before using it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.errors: list[RowError] = []

    def need(self, column: str, parse: Callable[[str], T]) -> T:
        """What this cell means; an empty one is refused."""
        found = self.may(column, parse)
        if found is None and not self.source.values.get(column) and column not in self.source.unreadable:
            self.refuse(column, MissingValue(column=column))
        return cast(T, found)

    def may(self, column: str, parse: Callable[[str], T]) -> T | None:
        """What this cell means; None when it is empty."""
        written = self.source.values.get(column)
        if not written or column in self.source.unreadable:
            return None
        try:
            return parse(written)
        except CitizenNumber:
            self.refuse(column, CitizenNumber(field=word_for(column)))
        except Refusal as refusal:
            self.refuse(column, refusal)
        return None

    def ask(self, column: str, decide: Callable[..., object], *arguments: Any) -> None:
        """Refuses this cell when the domain has something against it."""
        if refusal := asked(decide, *arguments):
            self.refuse(column, refusal)

    def refuse(self, column: str, refusal: Refusal) -> None:
        self.errors.append(self.source.error(column, refusal))

    def settle(self) -> None:
        """Raises RowRefused when something in this row could not be read."""
        if self.errors or self.source.unreadable:
            raise RowRefused


def read_rows(sources: Iterable[Source], make: Callable[[Cells], R], errors: list[RowError]) -> tuple[R, ...]:
    """The rows that could be read; everything that is wrong with the others is added to `errors`."""
    rows: list[R] = []
    for source in sources:
        cells = Cells(source)
        try:
            row = make(cells)
            cells.settle()
            rows.append(row)
        except RowRefused:
            errors += cells.errors
    return tuple(rows)
