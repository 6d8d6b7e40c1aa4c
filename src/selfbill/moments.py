"""Moments: RFC 5545 recurrence rules in Europe/Amsterdam, at which the agency bills and reminds.

A rule has no DTSTART of its own, so it is anchored at Monday 1 January 2018: a weekly rule without BYDAY means Monday,
a monthly one without BYMONTHDAY the first. A reading of the clock that occurs twice means the first.
"""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import lru_cache
from math import prod
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from selfbill.refusals import Refusal, Words
from selfbill.values import Month

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_DAY = dt.timedelta(days=1)

_ANCHOR = dt.datetime(2018, 1, 1)
_LAST_YEARS = dt.datetime(9990, 1, 1)
"""A Monday as well. A rule that never occurs is walked to the end of the calendar, so whether it does is asked near that end."""
_DAY_NAME = "(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"1",
    "WKST": _DAY_NAME,
    "BYSETPOS": r"[+-]?[1-9][0-9]{0,2}",
    "BYMONTH": r"0?[1-9]|1[0-2]",
    "BYMONTHDAY": r"[+-]?(?:0?[1-9]|[12][0-9]|3[01])",
    "BYYEARDAY": r"[+-]?[1-9][0-9]{0,2}",
    "BYWEEKNO": r"[+-]?(?:0?[1-9]|[1-4][0-9]|5[0-3])",
    "BYDAY": rf"(?:[+-]?[1-9][0-9]?)?{_DAY_NAME}",
    "BYHOUR": r"[01]?[0-9]|2[0-3]",
    "BYMINUTE": r"[0-5]?[0-9]",
    "BYSECOND": r"[0-5]?[0-9]",
}
"""What each part of a rule may hold (RFC 5545 section 3.3.10); INTERVAL means nothing without a start date."""
_LISTS = {name: re.compile(rf"(?:{value})(?:,(?:{value}))*") for name, value in _PARTS.items()}
_ONLY_WITH = {
    "BYWEEKNO": ("YEARLY",),
    "BYYEARDAY": ("YEARLY",),
    "BYMONTHDAY": ("DAILY", "MONTHLY", "YEARLY"),
}
"""The frequencies that RFC 5545 allows a part with."""
_MOST_A_DAY = 24
"""Nobody bills or reminds more than hourly, and a rule for every second would fill the memory."""
_YEARS_TO_SEARCH = 8
"""A rule that does not occur within eight years (29 February is the rarest sensible day) never does."""


class NotAMoment(Refusal):
    """The text is not a rule by which the agency can bill or remind."""

    code = "not_a_moment"
    nl = "{rule} is geen bruikbaar moment: {why}."
    en = "{rule} is no moment that can be used: {why}."


def local_time(moment: dt.datetime) -> dt.datetime:
    """What the clock on the wall in the Netherlands reads at this moment; aware."""
    return moment.astimezone(AMSTERDAM)


def local_date(moment: dt.datetime) -> dt.date:
    """The date in the Netherlands at this moment."""
    return moment.astimezone(AMSTERDAM).date()


def from_local(reading: dt.datetime) -> dt.datetime:
    """The moment (UTC) at which the wall clock gives this naive reading; the first one when it occurs twice."""
    return reading.replace(tzinfo=AMSTERDAM, fold=0).astimezone(dt.UTC)


@lru_cache(maxsize=4096)
def clock_changes_on(day: dt.date) -> bool:
    """Whether the clock is put forward or back on this day; asked often, so eleven years of days are kept."""
    midnight = dt.datetime.combine(day, dt.time())
    return from_local(midnight + _DAY) - from_local(midnight) != _DAY


def clock_reads(reading: dt.datetime) -> bool:
    """Whether the wall clock ever gives this naive reading: 02:30 on the last Sunday of March does not exist."""
    if not clock_changes_on(reading.date()):
        return True
    return local_time(from_local(reading)).replace(tzinfo=None) == reading


def check_moment(rule: str) -> str:
    """Gives the rule back when it can be used.

    Raises NotAMoment when it is no RFC 5545 recurrence rule, names no hour, needs a start date to mean anything, or never occurs.
    """
    why = _trouble_with_parts(rule) or _trouble_with_calendar(rule)
    if why is not None:
        raise NotAMoment(rule=rule, why=why)
    return rule


def _trouble_with_parts(rule: str) -> Words | None:
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name in parts or name not in _LISTS or _LISTS[name].fullmatch(value) is None:
            return Words(
                "part", f"'{part}' is geen deel van een RFC 5545-regel", f"'{part}' is no part of an RFC 5545 rule"
            )
        parts[name] = value
    for name in ("FREQ", "BYHOUR"):
        if name not in parts:
            return Words("missing", f"{name} ontbreekt", f"{name} is missing")
    frequency = parts["FREQ"]
    forbidden = [name for name, allowed in _ONLY_WITH.items() if name in parts and frequency not in allowed]
    if frequency in ("DAILY", "WEEKLY") and re.search("[0-9]", parts.get("BYDAY", "")):
        forbidden.append("BYDAY")
    if forbidden:
        return Words(
            "combination",
            f"{forbidden[0]} past zo niet bij {frequency}",
            f"{forbidden[0]} does not go with {frequency} that way",
        )
    times_a_day = prod(parts.get(name, "").count(",") + 1 for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    if times_a_day > _MOST_A_DAY:
        return Words(
            "often", f"het is vaker dan {_MOST_A_DAY} keer per dag", f"it is more than {_MOST_A_DAY} times a day"
        )
    return None


def _trouble_with_calendar(rule: str) -> Words | None:
    try:
        occurs = next(iter(rrulestr(rule, dtstart=_LAST_YEARS)), None) is not None
    except ValueError:
        return Words("rule", "het is geen RFC 5545-regel", "it is no RFC 5545 rule")
    return None if occurs else Words("never", "het komt nooit voor", "it never occurs")


def occurs_every_month(rule: str) -> bool:
    """Whether every calendar month of eight years has a moment, so that two are never much more than a month apart."""
    years = range(2024, 2024 + _YEARS_TO_SEARCH)
    months = {Month.of(local_date(moment)) for year in years for moment in _occurrences(rule, year)}
    return len(months) == 12 * len(years)


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
    raise NotAMoment(rule=rule, why=Words("never", "het komt nooit meer voor", "it never occurs again"))


@lru_cache(maxsize=512)
def _occurrences(rule: str, year: int) -> list[dt.datetime]:
    """All occurrences in one local year, ascending, in UTC; found once, because walking a rule costs milliseconds."""
    readings = rrulestr(rule, dtstart=_ANCHOR).between(dt.datetime(year, 1, 1), dt.datetime(year + 1, 1, 1), inc=True)
    return sorted({from_local(reading) for reading in readings if reading.year == year})
