"""A number series: one issuer's invoice numbers, per year without gaps or repeats (DOMAIN.md section 5).

The form is `{prefix}-{year}-{sequence:04}`; the year is that of the invoice date. A number exists only in the transaction that
stores the event that uses it, so a failed PDF or e-mail costs none.
"""

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.values import InvoiceNumber


class SeriesOpened(Event, tag="series.opened"):
    """The first number holds for the first year billed; every later year starts at 1."""

    prefix: str
    first_number: int


class NumbersTaken(Event, tag="series.numbers_taken"):
    """From `first` up to and including `last`, one for each document that the same transaction issues."""

    year: int
    first: int
    last: int


class Series(msgspec.Struct, frozen=True):
    """The last number that was taken in each year."""

    prefix: str = ""
    first_number: int = 1
    last_taken: dict[int, int] = {}


def evolve(series: Series, event: Event) -> Series:
    """The series after this event."""
    match event:
        case SeriesOpened():
            return Series(prefix=event.prefix, first_number=event.first_number, last_taken=series.last_taken)
        case NumbersTaken():
            return Series(
                prefix=series.prefix,
                first_number=series.first_number,
                last_taken={**series.last_taken, event.year: event.last},
            )
        case _:
            return series


def open_series(series: Series, *, prefix: str, first_number: int = 1) -> SeriesOpened | AlreadyDoneType:
    """An issuer gets a series of its own."""
    return AlreadyDone if series.prefix else SeriesOpened(prefix=prefix, first_number=first_number)


def take(series: Series, *, year: int, count: int) -> tuple[NumbersTaken, tuple[InvoiceNumber, ...]]:
    """The next `count` numbers of this year, and the event that takes them."""
    assert series.prefix, "a series is opened with its issuer"
    assert count > 0
    if year in series.last_taken:
        first = series.last_taken[year] + 1
    else:
        first = series.first_number if not series.last_taken else 1
    last = first + count - 1
    numbers = tuple(InvoiceNumber(f"{series.prefix}-{year}-{sequence:04}") for sequence in range(first, last + 1))
    return NumbersTaken(year=year, first=first, last=last), numbers
