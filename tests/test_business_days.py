"""The banks' calendar: when TARGET is open."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfbill.business_days import business_day_from, business_days_before, is_business_day

day = dt.date.fromisoformat


@pytest.mark.parametrize(
    "closed",
    [
        "2026-01-01",
        "2026-04-03",  # Good Friday
        "2026-04-06",  # Easter Monday
        "2026-05-01",
        "2026-12-25",
        "2026-12-26",
        "2025-04-18",
        "2025-04-21",
        "2027-03-26",
        "2027-03-29",
        "2028-04-14",
        "2028-04-17",
        "2026-11-21",  # a Saturday
        "2026-11-22",  # a Sunday
    ],
)
def test_target_is_closed(closed: str) -> None:
    assert not is_business_day(day(closed))


@pytest.mark.parametrize(
    "opened",
    ["2026-04-27", "2026-05-05", "2026-05-14", "2026-05-25", "2026-12-24", "2026-12-28", "2026-12-31", "2026-01-02"],
)
def test_dutch_holidays_and_old_years_day_are_business_days(opened: str) -> None:
    assert is_business_day(day(opened)) is True


@pytest.mark.parametrize(
    ("start", "first"),
    [("2026-04-03", "2026-04-07"), ("2026-12-25", "2026-12-28"), ("2026-11-23", "2026-11-23")],
)
def test_the_first_business_day_from_a_day(start: str, first: str) -> None:
    assert business_day_from(day(start)) == day(first)


@pytest.mark.parametrize(
    ("before", "count", "found"),
    [
        ("2026-04-07", 1, "2026-04-02"),
        ("2026-04-07", 2, "2026-04-01"),
        ("2026-11-23", 1, "2026-11-20"),
        ("2026-11-23", 0, "2026-11-23"),
        ("2027-01-04", 3, "2026-12-29"),
    ],
)
def test_so_many_business_days_before(before: str, count: int, found: str) -> None:
    assert business_days_before(day(before), count) == day(found)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)), st.integers(1, 10))
def test_what_is_found_is_a_business_day_with_so_many_from_there(start: dt.date, count: int) -> None:
    target = business_day_from(start)
    found = business_days_before(target, count)
    between = [found + dt.timedelta(days=each) for each in range((target - found).days)]
    assert is_business_day(found)
    assert sum(map(is_business_day, between)) == count
