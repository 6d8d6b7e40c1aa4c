"""How Dutch offices write numbers, dates and times in a cell, and what each means; raises the refusal of what it cannot be.

`1.234,56` and `1234.56` are both a thousand and more; a dot without a comma is a decimal point, so `1.234` is little more than
one. Nothing is rounded: what does not fit the unit is refused. Clock readings are local (Europe/Amsterdam).
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar

from selfbill.aggregates.shift_rules import NoSuchTime
from selfbill.intake.reasons import (
    DateOutOfRange,
    Negative,
    NotAChoice,
    NotADate,
    NotANumber,
    NotATime,
    NotATimestamp,
    NotAWeek,
    RunsInSpreadsheet,
    TooLarge,
    TooPrecise,
    TooSmall,
)
from selfbill.moments import clock_reads, from_local
from selfbill.pricing.terms import DAY_MINUTES
from selfbill.values import BasisPoints, Cents, IsoWeek, Metres

T = TypeVar("T")

MOST_EUROS = 10_000_000
"""No rate, commission or monthly amount of an agency comes near."""
MOST_PERCENT = 1_000
MOST_KILOMETRES = 10_000
"""Per shift of at most 16 hours."""
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""Days before or after are slips of the pen; 31-12-9999 means 'no end', which is an empty field."""

_COMMA = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),([0-9]+)")
_POINT = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_NEGATIVE = re.compile(r"[-−]\s?[0-9][0-9.,]*")
_DUTCH_DAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_RUN_BY_SPREADSHEETS = frozenset("=+-@＝＋－＠−")
"""Full-width forms too: a spreadsheet takes them for the plain ones."""


def refuse_formula(text: str) -> None:
    """Raises RunsInSpreadsheet for text that becomes a formula when somebody opens an export in a spreadsheet."""
    if text[:1] in _RUN_BY_SPREADSHEETS:
        raise RunsInSpreadsheet(first=text[0])


def amount(text: str) -> Cents:
    """Euros, to the cent."""
    return Cents(_scaled(text, 2, MOST_EUROS, "1.234,56"))


def percent(text: str) -> BasisPoints:
    """Per cents with at most two decimals."""
    return BasisPoints(_scaled(text, 2, MOST_PERCENT, "8,5"))


def kilometres(text: str) -> Metres:
    """Kilometres with at most three decimals."""
    return Metres(_scaled(text, 3, MOST_KILOMETRES, "24,6"))


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number from least up to and including most."""

    def read(text: str) -> int:
        number = _scaled(text, 0, most, "14")
        if number < least:
            raise TooSmall(least=least)
        return number

    return read


def one_of(choices: Mapping[str, T]) -> Callable[[str], T]:
    """One of these words, in capitals or not."""
    by_word = {word.casefold(): value for word, value in choices.items()}

    def read(text: str) -> T:
        refuse_formula(text)
        word = text.casefold()
        if word not in by_word:
            raise NotAChoice(choices=", ".join(choices))
        return by_word[word]

    return read


@lru_cache(maxsize=4096)
def day(text: str) -> dt.date:
    """`31-12-2026` or `2026-12-31`."""
    refuse_formula(text)
    if match := _DUTCH_DAY.fullmatch(text):
        number, month, year = match.groups()
    elif match := _ISO_DAY.fullmatch(text):
        year, month, number = match.groups()
    else:
        raise NotADate
    try:
        found = dt.date(int(year), int(month), int(number))
    except ValueError:
        raise NotADate from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise DateOutOfRange(first=f"{FIRST_DAY:%d-%m-%Y}", last=f"{LAST_DAY:%d-%m-%Y}")
    return found


def timestamp(text: str) -> dt.datetime:
    """`31-12-2026 13:05` or `2026-12-31T13:05`, as the moment (UTC) at which the clock in the Netherlands first reads it."""
    refuse_formula(text)
    date, separator, time = text.partition("T" if "T" in text else " ")
    if not separator:
        raise NotATimestamp
    try:
        reading = dt.datetime.combine(day(date), dt.time()) + dt.timedelta(minutes=clock(time.strip()))
    except (NotADate, NotATime, RunsInSpreadsheet):
        raise NotATimestamp from None
    if not clock_reads(reading):
        raise NoSuchTime(day=reading.date(), time=reading.strftime("%H:%M"))
    return from_local(reading)


@lru_cache(maxsize=2048)
def clock(text: str) -> int:
    """`07:30`, as the minute of the day."""
    refuse_formula(text)
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise NotATime
    hour, minute = map(int, match.groups())
    if hour >= 24 or minute >= 60:  # noqa: PLR2004 - a clock
        raise NotATime
    return hour * 60 + minute


def end_of_band(text: str) -> int:
    """A time of day, or `24:00` for the end of the day."""
    return DAY_MINUTES if text == "24:00" else clock(text)


@lru_cache(maxsize=1024)
def week(text: str) -> IsoWeek:
    """`2026-W31`, a week that its year has."""
    refuse_formula(text)
    try:
        found = IsoWeek.parse(text)
    except ValueError:
        raise NotAWeek from None
    if not FIRST_DAY.year < found.year < LAST_DAY.year:
        raise NotAWeek
    return found


def _scaled(text: str, places: int, most: int, example: str) -> int:
    """The number times 10 ** places, exactly."""
    if _NEGATIVE.fullmatch(text):
        raise Negative
    refuse_formula(text)
    match = _COMMA.fullmatch(text) or _POINT.fullmatch(text)
    if match is None:
        raise NotANumber(example=example)
    units, fraction = match[1].replace(".", "").lstrip("0"), match[2] or ""
    if len(fraction) > places:
        raise TooPrecise(places=places)
    if len(units) > len(str(most)):
        raise TooLarge(most=most)
    number = int(units + fraction.ljust(places, "0") or "0")
    if number > most * 10**places:
        raise TooLarge(most=most)
    return number
