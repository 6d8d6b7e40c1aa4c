"""Words and strategies for the tests of pricing: short ways to say a shift and a table, and arbitrary ones that may exist."""

import datetime as dt
from itertools import pairwise

from hypothesis import strategies as st

from selfbill.moments import clock_reads, from_local, local_time
from selfbill.pricing.bands import elapsed_minutes
from selfbill.pricing.terms import (
    DAY_MINUTES,
    Break,
    DayKind,
    Rate,
    Shift,
    SurchargeRow,
    SurchargeTable,
    SurchargeVersion,
    Terms,
    VatTreatment,
)
from selfbill.values import BasisPoints, Cents, Metres, Minutes, TableCode

CARE_EXEMPT, STANDARD, SMALL_BUSINESS = VatTreatment.CARE_EXEMPT, VatTreatment.STANDARD, VatTreatment.SMALL_BUSINESS

LONGEST_SHIFT = 16 * 60
MINUTE = dt.timedelta(minutes=1)
KINDS: tuple[DayKind, ...] = ("mo-fr", "sa", "su", "holiday")
CLOCK_CHANGES = [dt.date(2026, 3, 29), dt.date(2026, 10, 25)]
EASTER = frozenset({dt.date(2026, 4, 5), dt.date(2026, 4, 6)})


def at(text: str) -> dt.datetime:
    """`2026-07-06 07:00`."""
    return dt.datetime.fromisoformat(text)


def pause(start: str, end: str) -> Break:
    return Break(at(start), at(end))


def shift(start: str, end: str, *breaks: Break, break_minutes: int = 0, metres: int = 0) -> Shift:
    return Shift(at(start), at(end), breaks, Minutes(break_minutes), Metres(metres))


def row(days: DayKind, start: int, end: int, percent: int) -> SurchargeRow:
    """From hour to hour, in whole per cents."""
    return SurchargeRow(days, start * 60, end * 60, BasisPoints(percent * 100))


def version(*rows: SurchargeRow, valid_from: str = "2026-01-01") -> SurchargeVersion:
    return SurchargeVersion(dt.date.fromisoformat(valid_from), rows)


CARE = version(
    row("mo-fr", 0, 6, 44),
    row("mo-fr", 6, 7, 22),
    row("mo-fr", 20, 22, 22),
    row("mo-fr", 22, 24, 44),
    row("sa", 0, 6, 49),
    row("sa", 6, 8, 38),
    row("sa", 12, 22, 38),
    row("sa", 22, 24, 49),
    row("su", 0, 24, 60),
    row("holiday", 7, 24, 80),
)


def rate(hourly: int, treatment: VatTreatment = CARE_EXEMPT, valid_from: str = "2026-01-01") -> Rate:
    return Rate(dt.date.fromisoformat(valid_from), Cents(hourly), treatment)


def terms(*rates: Rate, surcharges: tuple[SurchargeVersion, ...] = (), travel_rate: int | None = None) -> Terms:
    table = SurchargeTable(TableCode("ORT"), surcharges) if surcharges else None
    return Terms(rates, table, EASTER, None if travel_rate is None else Cents(travel_rate))


days = st.one_of(
    st.sampled_from(CLOCK_CHANGES).flatmap(
        lambda day: st.integers(-1, 1).map(lambda off: day + dt.timedelta(days=off))
    ),
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 30)),
)


@st.composite
def shifts(draw: st.DrawFn, on: st.SearchStrategy[dt.date] = days) -> Shift:
    """A shift that may be submitted: at most 16 hours, its readings exist, its breaks lie inside it and don't overlap."""
    start = dt.datetime.combine(draw(on), dt.time()) + draw(st.integers(0, DAY_MINUTES - 1)) * MINUTE
    if not clock_reads(start):
        start += dt.timedelta(hours=1)
    begin = from_local(start)

    def reading(minute: int) -> dt.datetime:
        """What the clock reads this many minutes into the shift, or an hour later where that reading means an earlier moment."""
        moment = begin + minute * MINUTE
        shown = local_time(moment).replace(tzinfo=None)
        return shown if from_local(shown) == moment else reading(minute + 60)

    end = reading(draw(st.integers(1, LONGEST_SHIFT - 60)))
    length = elapsed_minutes(start, end)
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
    readings = sorted({min(reading(cut), end) for cut in cuts})
    breaks = tuple(Break(since, until) for since, until in zip(readings[::2], readings[1::2], strict=False))
    worked = length - sum(elapsed_minutes(one.start, one.end) for one in breaks)
    untimed = draw(st.one_of(st.just(0), st.integers(0, worked)))
    return Shift(start, end, breaks, Minutes(untimed), Metres(draw(st.one_of(st.just(0), st.integers(0, 200_000)))))


@st.composite
def versions(draw: st.DrawFn) -> SurchargeVersion:
    """A surcharge table with rows that don't overlap, and with gaps between them."""
    rows = []
    for days_of_row in KINDS:
        borders = sorted(draw(st.sets(st.integers(0, DAY_MINUTES), max_size=6)))
        for start, end in pairwise(borders):
            surcharge = draw(st.one_of(st.none(), st.sampled_from([0, 1250, 2200, 3333, 6000])))
            if surcharge is not None:
                rows.append(SurchargeRow(days_of_row, start, end, BasisPoints(surcharge)))
    return SurchargeVersion(dt.date(2026, 1, 1), tuple(rows))


def holidays_of(worked: Shift) -> st.SearchStrategy[frozenset[dt.date]]:
    """Neither, one or both of the days of a shift."""
    return st.frozensets(st.sampled_from([worked.day, worked.end.date()]))


def paid_minutes(worked: Shift) -> int:
    """What remains of a shift without its breaks."""
    on_break = sum(elapsed_minutes(one.start, one.end) for one in worked.breaks)
    return elapsed_minutes(worked.start, worked.end) - on_break - worked.break_minutes
