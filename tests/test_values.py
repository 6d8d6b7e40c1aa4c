"""The quantities that the whole house speaks in."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfbill.values import IsoWeek, Month, Period, euros, round_half_up

days = st.dates(dt.date(1990, 1, 1), dt.date(2200, 12, 31))


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_rounding_is_half_up_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / Decimal(denominator)
    assert round_half_up(numerator, denominator) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(-(10**9), 10**9))
def test_a_half_always_goes_away_from_zero(whole: int) -> None:
    assert round_half_up(2 * whole + 1, 2) == (whole + 1 if whole >= 0 else whole)


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**4))
def test_rounding_is_the_same_on_both_sides_of_zero_and_never_off_by_more_than_a_half(
    numerator: int, denominator: int
) -> None:
    rounded = round_half_up(numerator, denominator)
    assert round_half_up(-numerator, denominator) == -rounded
    assert abs(rounded * denominator - numerator) * 2 <= denominator


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00"),
        (5, "0,05"),
        (-5, "-0,05"),
        (99_999, "999,99"),
        (100_000, "1.000,00"),
        (-123_456_789, "-1.234.567,89"),
    ],
)
def test_an_amount_is_written_as_a_dutch_reader_does(cents: int, written: str) -> None:
    assert euros(cents) == written


@given(st.integers(-(10**12), 10**12))
def test_a_written_amount_says_its_cents(cents: int) -> None:
    assert int(euros(cents).replace(".", "").replace(",", "")) == cents


# Weeks


@given(days)
def test_a_week_runs_from_monday_to_sunday_and_holds_its_days(day: dt.date) -> None:
    week = IsoWeek.of(day)
    assert week.monday.isoweekday() == 1
    assert week.sunday.isoweekday() == 7
    assert week.monday <= day <= week.sunday
    assert IsoWeek.of(week.monday) == IsoWeek.of(week.sunday) == week


@given(days)
def test_a_written_week_reads_back_as_the_same_week(day: dt.date) -> None:
    week = IsoWeek.of(day)
    assert IsoWeek.parse(str(week)) == week
    assert str(week) == f"{day:%G-W%V}"


@given(days)
def test_weeks_follow_one_another_without_a_gap(day: dt.date) -> None:
    week = IsoWeek.of(day)
    assert week.next().monday == week.sunday + dt.timedelta(days=1)
    assert week.next().previous() == week
    assert week < week.next()


@pytest.mark.parametrize(
    "text", ["2026-W54", "2026-W00", "2025-W53", "2026W31", "2026-W1", "2026-31", "2026-W031", "", "2026-W31 "]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        IsoWeek.parse(text)


def test_a_year_of_53_weeks_has_a_53rd_week() -> None:
    assert IsoWeek.parse("2026-W53").monday == dt.date(2026, 12, 28)


# Months


@given(days)
def test_a_month_holds_its_days_and_the_next_follows(day: dt.date) -> None:
    month = Month.of(day)
    assert month.first <= day <= month.last
    assert month.next().first == month.last + dt.timedelta(days=1)
    assert month < month.next()


@given(days)
def test_a_written_month_reads_back_as_the_same_month(day: dt.date) -> None:
    month = Month.of(day)
    assert Month.parse(str(month)) == month
    assert str(month) == f"{day:%Y-%m}"


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-7", "202607", "2026-07-01", "2026-W07", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Month.parse(text)


# Periods


@given(days, st.none() | st.integers(0, 400), days)
def test_the_last_day_belongs_to_a_period(first: dt.date, length: int | None, day: dt.date) -> None:
    until = None if length is None else first + dt.timedelta(days=length)
    assert (day in Period(first, until)) is (first <= day <= (until or dt.date.max))


@given(days, st.none() | st.integers(0, 40), days, st.integers(0, 40))
def test_periods_overlap_when_they_share_a_day(first: dt.date, length: int | None, start: dt.date, other: int) -> None:
    period = Period(first, None if length is None else first + dt.timedelta(days=length))
    shared = any(start + dt.timedelta(days=offset) in period for offset in range(other + 1))
    assert period.overlaps(start, start + dt.timedelta(days=other)) is shared
