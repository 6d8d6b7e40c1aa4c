"""The public holidays of the Netherlands, against calendars that were printed."""

import datetime as dt

import pytest

from selfbill.public_holidays import public_holidays


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2025, "01-01 04-18 04-21 04-26 05-05 05-29 06-09 12-25 12-26"),  # 27 April is a Sunday
        (2026, "01-01 04-03 04-06 04-27 05-05 05-14 05-25 12-25 12-26"),
        (2027, "01-01 03-26 03-29 04-27 05-05 05-06 05-17 12-25 12-26"),
        (2008, "01-01 03-21 03-24 04-26 05-01 05-05 05-12 12-25 12-26"),
    ],
)
def test_the_holidays_of_a_year(year: int, days: str) -> None:
    assert public_holidays(year) == {dt.date.fromisoformat(f"{year}-{day}") for day in days.split()}
