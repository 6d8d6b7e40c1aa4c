"""Moments: RFC 5545 recurrence rules in Europe/Amsterdam, at which the agency bills and reminds.

A rule has no DTSTART of its own, so it is anchored at Monday 1 January 2018: a weekly rule without BYDAY means Monday,
a monthly one without BYMONTHDAY the first. A reading of the clock that occurs twice means the first.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_ANCHOR = dt.datetime(2018, 1, 1)
_PARTS = frozenset(
    {
        "FREQ",
        "INTERVAL",
        "WKST",
        "BYSETPOS",
        "BYMONTH",
        "BYMONTHDAY",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYDAY",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
    }
)
_YEARS_TO_SEARCH = 8
"""A rule that does not occur within eight years (29 February is the rarest sensible day) never does."""


class NotAMoment(ValueError):  # noqa: N818 - said of the text
    """The text is not a rule by which the agency can bill or remind."""


def local_time(moment: dt.datetime) -> dt.datetime:
    """What the clock on the wall in the Netherlands reads at this moment; aware."""
    return moment.astimezone(AMSTERDAM)


def local_date(moment: dt.datetime) -> dt.date:
    """The date in the Netherlands at this moment."""
    return moment.astimezone(AMSTERDAM).date()


def from_local(reading: dt.datetime) -> dt.datetime:
    """The moment (UTC) at which the wall clock gives this naive reading; the first one when it occurs twice."""
    return reading.replace(tzinfo=AMSTERDAM, fold=0).astimezone(dt.UTC)


def clock_reads(reading: dt.datetime) -> bool:
    """Whether the wall clock ever gives this naive reading: 02:30 on the last Sunday of March does not exist."""
    return local_time(from_local(reading)).replace(tzinfo=None) == reading


def check_moment(rule: str) -> str:
    """Gives the rule back when it can be used.

    Raises NotAMoment when it is no RFC 5545 recurrence rule, names no hour, or needs a start date to mean anything.
    """
    parts = {}
    for part in rule.split(";"):
        name, separator, value = part.partition("=")
        if not separator or not value or name in parts:
            raise NotAMoment(f"{rule!r} is not an RFC 5545 rule such as FREQ=WEEKLY;BYDAY=TU;BYHOUR=7")
        parts[name] = value
    if unknown := [name for name in parts if name not in _PARTS]:
        raise NotAMoment(f"{rule!r} has {unknown[0]}, which an invoice moment cannot have")
    if parts.get("INTERVAL", "1") != "1":
        raise NotAMoment(f"{rule!r} has an INTERVAL, which means nothing without a start date")
    if "BYHOUR" not in parts:
        raise NotAMoment(f"{rule!r} names no hour; add BYHOUR")
    if parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise NotAMoment(f"{rule!r} needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    try:
        rrulestr(rule, dtstart=_ANCHOR)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise NotAMoment(f"{rule!r} is not an RFC 5545 rule: {error}") from error
    if not any(_occurrences(rule, year) for year in range(2024, 2024 + _YEARS_TO_SEARCH)):
        raise NotAMoment(f"{rule!r} never occurs")
    return rule


def next_moment(rule: str, at_or_after: dt.datetime) -> dt.datetime:
    """The first occurrence at or after this moment, in UTC."""
    return _find(rule, at_or_after, bisect_left)


def next_moment_after(rule: str, after: dt.datetime) -> dt.datetime:
    """The first occurrence strictly after this moment, in UTC."""
    return _find(rule, after, bisect_right)


def _find(rule: str, moment: dt.datetime, search: Callable[[list[dt.datetime], dt.datetime], int]) -> dt.datetime:
    first_year = local_date(moment).year
    for year in range(first_year, first_year + _YEARS_TO_SEARCH + 1):
        occurrences = _occurrences(rule, year)
        index = search(occurrences, moment)
        if index < len(occurrences):
            return occurrences[index]
    raise NotAMoment(f"{rule!r} never occurs after {moment}")


@lru_cache(maxsize=512)
def _occurrences(rule: str, year: int) -> list[dt.datetime]:
    """All occurrences in one local year, ascending, in UTC; found once, because walking a rule costs milliseconds."""
    readings = rrulestr(rule, dtstart=_ANCHOR).between(dt.datetime(year, 1, 1), dt.datetime(year + 1, 1, 1), inc=True)
    return sorted({from_local(reading) for reading in readings if reading.year == year})
