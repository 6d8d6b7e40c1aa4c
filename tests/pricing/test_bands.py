"""Which minutes of a shift earn which surcharge."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.agreements import CARE, EASTER, at, holidays_of, paid_minutes, pause, row, shift, shifts, version, versions
from selfbill.pricing.bands import elapsed_minutes, split
from selfbill.pricing.terms import DayKind, Shift, SurchargeVersion

NO_HOLIDAYS: frozenset[dt.date] = frozenset()


def test_a_night_from_saturday_to_sunday_is_cut_at_ten_and_at_midnight() -> None:
    night = shift("2026-07-04 21:00", "2026-07-05 02:00")
    assert split(night, CARE, NO_HOLIDAYS) == {3800: 60, 4900: 120, 6000: 120}


def test_a_night_in_which_the_clock_goes_back_lasts_nine_hours() -> None:
    night = shift("2026-10-24 23:00", "2026-10-25 07:00")
    assert elapsed_minutes(night.start, night.end) == 540
    assert split(night, CARE, NO_HOLIDAYS) == {4900: 60, 6000: 480}


def test_a_night_in_which_the_clock_goes_forward_lasts_seven_hours() -> None:
    night = shift("2026-03-28 23:00", "2026-03-29 07:00")
    assert elapsed_minutes(night.start, night.end) == 420
    assert split(night, CARE, NO_HOLIDAYS) == {4900: 60, 6000: 360}


def test_the_hour_that_occurs_twice_counts_twice_in_its_own_band() -> None:
    two_to_three = version(row("su", 2, 3, 50))
    night = shift("2026-10-25 00:00", "2026-10-25 06:00")
    assert split(night, two_to_three, NO_HOLIDAYS) == {0: 300, 5000: 120}


def test_the_hour_that_does_not_exist_earns_nothing() -> None:
    two_to_three = version(row("su", 2, 3, 50))
    night = shift("2026-03-29 00:00", "2026-03-29 06:00")
    assert split(night, two_to_three, NO_HOLIDAYS) == {0: 300}


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-10-25 02:30", "2026-10-25 03:00", 90),
        ("2026-10-25 01:30", "2026-10-25 02:30", 60),
        ("2026-10-25 03:00", "2026-10-25 04:00", 60),
    ],
)
def test_a_reading_that_occurs_twice_means_the_first(start: str, end: str, minutes: int) -> None:
    assert elapsed_minutes(at(start), at(end)) == minutes


def test_on_a_holiday_its_own_rows_win_and_a_minute_outside_them_has_its_weekdays() -> None:
    easter_monday = shift("2026-04-06 05:00", "2026-04-06 08:00")
    assert split(easter_monday, CARE, EASTER) == {2200: 60, 4400: 60, 8000: 60}


def test_a_holiday_on_sunday_falls_back_to_sundays_rows() -> None:
    easter = shift("2026-04-05 06:00", "2026-04-05 08:00")
    assert split(easter, CARE, EASTER) == {6000: 60, 8000: 60}


def test_a_holiday_row_of_nothing_still_wins() -> None:
    free = version(row("mo-fr", 0, 24, 40), row("holiday", 8, 12, 0))
    assert split(shift("2026-04-06 07:00", "2026-04-06 13:00"), free, EASTER) == {0: 240, 4000: 120}


def test_a_holiday_ends_at_midnight() -> None:
    evening = shift("2026-04-06 22:00", "2026-04-07 01:00")
    assert split(evening, CARE, EASTER) == {4400: 60, 8000: 120}


def test_sunday_does_not_fall_back_to_the_weekday() -> None:
    assert split(shift("2026-07-05 07:00", "2026-07-05 09:00"), version(row("mo-fr", 0, 24, 40)), NO_HOLIDAYS) == {
        0: 120
    }


def test_without_a_table_every_minute_has_no_surcharge() -> None:
    assert split(shift("2026-07-04 21:00", "2026-07-05 02:00"), None, EASTER) == {0: 300}


def test_a_break_with_times_leaves_the_band_in_which_it_fell() -> None:
    evening = shift("2026-07-06 18:00", "2026-07-06 23:00", pause("2026-07-06 21:45", "2026-07-06 22:15"))
    assert split(evening, CARE, NO_HOLIDAYS) == {0: 120, 2200: 105, 4400: 45}


def test_break_minutes_without_times_leave_the_cheapest_band_first() -> None:
    evening = shift("2026-07-06 19:40", "2026-07-06 23:00", break_minutes=30)
    assert split(evening, CARE, NO_HOLIDAYS) == {2200: 110, 4400: 60}


def test_break_minutes_without_times_come_after_the_breaks_with_times() -> None:
    evening = shift(
        "2026-07-06 19:00", "2026-07-06 23:00", pause("2026-07-06 19:10", "2026-07-06 19:55"), break_minutes=30
    )
    assert split(evening, CARE, NO_HOLIDAYS) == {2200: 105, 4400: 60}


def test_a_break_over_the_end_of_summer_time_takes_the_doubled_hour_with_it() -> None:
    night = shift("2026-10-24 23:00", "2026-10-25 07:00", pause("2026-10-25 01:30", "2026-10-25 03:30"))
    assert split(night, CARE, NO_HOLIDAYS) == {4900: 60, 6000: 300}


AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def instants(start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
    """Each minute from start to end as it passes, in UTC."""
    moment, last = (reading.replace(tzinfo=AMSTERDAM).astimezone(dt.UTC) for reading in (start, end))
    passing = []
    while moment < last:
        passing.append(moment)
        moment += dt.timedelta(minutes=1)
    return passing


def percentage_at(moment: dt.datetime, table: SurchargeVersion, holidays: frozenset[dt.date]) -> int:
    local = moment.astimezone(AMSTERDAM)
    kinds: list[DayKind] = ["holiday"] if local.date() in holidays else []
    kinds.append("sa" if local.weekday() == 5 else "su" if local.weekday() == 6 else "mo-fr")
    for kind in kinds:
        for line in table.rows:
            if line.days == kind and line.start <= local.hour * 60 + local.minute < line.end:
                return line.surcharge
    return 0


def minute_by_minute(worked: Shift, table: SurchargeVersion, holidays: frozenset[dt.date]) -> dict[int, int]:
    """The same question, answered for one minute at a time."""
    on_break = {moment for one in worked.breaks for moment in instants(one.start, one.end)}
    paid = [moment for moment in instants(worked.start, worked.end) if moment not in on_break]
    percentages = sorted(percentage_at(moment, table, holidays) for moment in paid)
    return dict(Counter(percentages[worked.break_minutes :]))


shifts_and_holidays = shifts().flatmap(lambda worked: st.tuples(st.just(worked), holidays_of(worked)))


@given(shifts_and_holidays, versions())
@settings(deadline=None)  # a thousand moments are looked up one by one; how fast says nothing about the law
def test_every_minute_is_in_the_band_in_which_counting_one_by_one_puts_it(
    given_days: tuple[Shift, frozenset[dt.date]], table: SurchargeVersion
) -> None:
    worked, holidays = given_days
    bands = split(worked, table, holidays)
    assert bands == minute_by_minute(worked, table, holidays)
    assert list(bands) == sorted(bands)
    assert all(bands.values())


@given(shifts(), versions())
def test_no_minute_is_lost_or_paid_twice(worked: Shift, table: SurchargeVersion) -> None:
    assert sum(split(worked, table, NO_HOLIDAYS).values()) == paid_minutes(worked)
