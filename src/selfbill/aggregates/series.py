"""A number series: one issuer's invoice numbers, per year without gaps or repeats (DOMAIN.md section 5).

The form is `{prefix}-{year}-{sequence:04}`; the year is that of the invoice date. A number exists only in the transaction that
stores the event that uses it, so a failed PDF or e-mail costs none.
"""

import re

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.refusals import Refusal
from selfbill.values import InvoiceNumber

MOST_PREFIX_CHARACTERS = 12
"""A payment reference (ISO 11649) holds 21 characters: this, the year and a sequence number of up to five digits."""

_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class SeriesOpened(Event, tag="series.opened"):
    """The first number holds for the first year billed; every later year starts at 1."""

    prefix: str
    first_number: int


class NumbersTaken(Event, tag="series.numbers_taken"):
    """From `first` up to and including `last`, one for each document that the same transaction issues."""

    year: int
    first: int
    last: int


class PrefixClaimed(Event, tag="series.prefix_claimed"):
    """Numbers that start with this prefix belong to one series: `series:Z01` or `commission-series`."""

    prefix: str
    series: str


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


class Prefix(msgspec.Struct, frozen=True):
    """Which series a prefix belongs to."""

    series: str | None = None


def evolve_prefix(prefix: Prefix, event: Event) -> Prefix:
    """The prefix after this event."""
    return Prefix(event.series) if isinstance(event, PrefixClaimed) else prefix


class NotAPrefix(Refusal):
    code = "not_a_prefix"
    nl = "'{prefix}' kan niet voor factuurnummers staan: gebruik letters, cijfers, punten en streepjes, hooguit {most} letters en cijfers."
    en = "'{prefix}' cannot stand before invoice numbers: use letters, digits, dots and dashes, {most} letters and digits at most."


class NotAFirstNumber(Refusal):
    code = "not_a_first_number"
    nl = "Reeks {prefix} kan niet bij {first_number} beginnen; 1 is het laagste nummer."
    en = "Series {prefix} cannot start at {first_number}; 1 is the lowest number."


class SeriesFixed(Refusal):
    """No gaps, no repeats: an invoice number never changes, so neither does what it starts with."""

    code = "series_fixed"
    nl = "De nummerreeks {prefix} vanaf {first_number} staat vast en kan niet meer worden gewijzigd."
    en = "The number series {prefix} from {first_number} is fixed and can no longer be changed."


class PrefixTaken(Refusal):
    """Two series with one prefix would give out the same number twice."""

    code = "prefix_taken"
    nl = "Voorvoegsel {prefix} is al in gebruik bij dit bureau. Kies een ander."
    en = "Prefix {prefix} is in use at this agency already. Choose another."


def open_series(series: Series, *, prefix: str, first_number: int = 1) -> SeriesOpened | AlreadyDoneType:
    """An issuer gets a series of its own. Raises SeriesFixed when it has another, NotAPrefix, NotAFirstNumber."""
    if (series.prefix, series.first_number) == (prefix, first_number) and prefix:
        return AlreadyDone
    if series.prefix:
        raise SeriesFixed(prefix=series.prefix, first_number=series.first_number)
    if _PREFIX.fullmatch(prefix) is None or len(prefix_key(prefix)) > MOST_PREFIX_CHARACTERS:
        raise NotAPrefix(prefix=prefix, most=MOST_PREFIX_CHARACTERS)
    if first_number < 1:
        raise NotAFirstNumber(prefix=prefix, first_number=first_number)
    return SeriesOpened(prefix=prefix, first_number=first_number)


def prefix_key(prefix: str) -> str:
    """What is left of a prefix in a payment reference: two prefixes that are the same here cannot be told apart there."""
    return "".join(character for character in prefix.upper() if character.isalnum())


def claim_prefix(claimed: Prefix, *, prefix: str, series: str) -> PrefixClaimed | AlreadyDoneType:
    """A series makes its prefix its own. Raises PrefixTaken."""
    if claimed.series == series:
        return AlreadyDone
    if claimed.series is not None:
        raise PrefixTaken(prefix=prefix)
    return PrefixClaimed(prefix=prefix, series=series)


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
