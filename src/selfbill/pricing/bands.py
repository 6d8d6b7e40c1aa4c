"""Which minutes of a shift earn which surcharge (DOMAIN.md section 3).

Every minute of the day has one percentage, by the kind of day: a holiday's own rows win, then Sunday's, Saturday's or the
weekday's; a minute in no row has 0 %. A shift is cut at midnight and at the borders of these bands. Only where the clock
changes are the minutes walked one by one, because there a reading may be missing or come twice.
"""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from selfbill.moments import clock_changes_on, from_local, local_time
from selfbill.pricing.terms import DAY_MINUTES, DayKind, Shift, SurchargeVersion
from selfbill.values import BasisPoints, Minutes

Bands = dict[BasisPoints, Minutes]
"""Minutes per surcharge percentage, ascending by percentage, none of them zero."""

_Segment = tuple[int, int, BasisPoints]
"""From this minute of the day to that one (half-open), this percentage."""

_SegmentsByDay = dict[tuple[DayKind, bool], tuple[_Segment, ...]]
"""The segments of a day, by its kind in the week and whether it is a holiday."""

_MINUTE = dt.timedelta(minutes=1)
_DAY = dt.timedelta(days=1)
_WEEKDAYS: tuple[DayKind, ...] = ("mo-fr", "mo-fr", "mo-fr", "mo-fr", "mo-fr", "sa", "su")

_REMEMBERED_VERSIONS = 256
"""Surcharge table versions whose segments are kept: an agency has a handful, about 4 kB each."""


def elapsed_minutes(start: dt.datetime, end: dt.datetime) -> Minutes:
    """Minutes that pass between two naive readings of the clock in the Netherlands; the first one when a reading occurs twice."""
    first, last = start.date(), end.date()
    if last - first <= _DAY and not clock_changes_on(first) and not clock_changes_on(last):
        return Minutes((end - start) // _MINUTE)
    return Minutes((from_local(end) - from_local(start)) // _MINUTE)


def split(shift: Shift, version: SurchargeVersion | None, holidays: frozenset[dt.date]) -> Bands:
    """The shift's paid minutes per percentage; without a table version every minute has 0 %.

    A break with times leaves the band in which it fell, break minutes without times leave the cheapest bands first. The
    shift is one that may be submitted: its breaks lie inside it and don't overlap.
    """
    week = _segments_by_day(version)
    minutes: dict[BasisPoints, int] = {}
    for surcharge, length in _stretches(shift.start, shift.end, week, holidays):
        minutes[surcharge] = minutes.get(surcharge, 0) + length
    for pause in shift.breaks:
        for surcharge, length in _stretches(pause.start, pause.end, week, holidays):
            minutes[surcharge] -= length
    untimed: int = shift.break_minutes
    bands: Bands = {}
    for surcharge in sorted(minutes):
        left = minutes[surcharge] - untimed
        if left > 0:
            bands[surcharge] = Minutes(left)
        untimed = max(0, -left)
    return bands


def _stretches(
    start: dt.datetime, end: dt.datetime, week: _SegmentsByDay, holidays: frozenset[dt.date]
) -> Iterator[tuple[BasisPoints, int]]:
    """The stretches between two readings, each with its percentage and its length in minutes."""
    day, last_day = start.date(), end.date()
    first = start.hour * 60 + start.minute
    while day <= last_day:
        last = DAY_MINUTES if day < last_day else end.hour * 60 + end.minute
        segments = week[_WEEKDAYS[day.weekday()], day in holidays]
        if clock_changes_on(day):
            for minute in _minutes_walked(day, first, last):
                yield next(surcharge for _, until, surcharge in segments if minute < until), 1
        else:
            for since, until, surcharge in segments:
                if since < last and first < until:
                    yield surcharge, min(until, last) - max(since, first)
        day += _DAY
        first = 0


def _minutes_walked(day: dt.date, first: int, last: int) -> list[int]:
    """The minutes of the day that the clock shows, one after another, from its first reading of `first` until that of `last`."""
    midnight = dt.datetime.combine(day, dt.time())
    begin = from_local(midnight + first * _MINUTE)
    passed = elapsed_minutes(midnight + first * _MINUTE, midnight + last * _MINUTE)
    readings = (local_time(begin + minute * _MINUTE) for minute in range(passed))
    return [reading.hour * 60 + reading.minute for reading in readings]


@lru_cache(maxsize=_REMEMBERED_VERSIONS)
def _segments_by_day(version: SurchargeVersion | None) -> _SegmentsByDay:
    """Each kind of day as segments that cover it from 0 to 1440."""
    kinds: tuple[DayKind, ...] = ("mo-fr", "sa", "su")
    return {(kind, holiday): _segments(version, kind, holiday=holiday) for kind in kinds for holiday in (False, True)}


def _segments(version: SurchargeVersion | None, kind: DayKind, *, holiday: bool) -> tuple[_Segment, ...]:
    surcharges = [BasisPoints(0)] * DAY_MINUTES
    layers: tuple[DayKind, ...] = (kind, "holiday") if holiday else (kind,)
    for layer in layers:
        for row in version.rows if version else ():
            if row.days == layer:
                surcharges[row.start : row.end] = [row.surcharge] * (row.end - row.start)
    segments = []
    for surcharge, run in groupby(range(DAY_MINUTES), key=surcharges.__getitem__):
        stretch = list(run)
        segments.append((stretch[0], stretch[-1] + 1, surcharge))
    return tuple(segments)
