"""Business days of the banks: the days on which TARGET, the euro's settlement system, is open.

It is closed on Saturdays, Sundays, New Year's Day, Good Friday, Easter Monday, 1 May, and 25 and 26 December (European Central
Bank, long-term calendar since 2002). King's Day and other national holidays are business days here.
"""

import datetime as dt
from functools import lru_cache

from dateutil.easter import easter

_DAY = dt.timedelta(days=1)
_SATURDAY = 5


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[dt.date]:
    sunday = easter(year)
    fixed = ((1, 1), (5, 1), (12, 25), (12, 26))
    return frozenset((sunday - 2 * _DAY, sunday + _DAY, *(dt.date(year, month, day) for month, day in fixed)))


def is_business_day(day: dt.date) -> bool:
    """Whether banks settle on this day."""
    return day.weekday() < _SATURDAY and day not in _closed(day.year)


def business_day_from(day: dt.date) -> dt.date:
    """This day, or the first business day after it."""
    while not is_business_day(day):
        day += _DAY
    return day


def business_days_before(day: dt.date, count: int) -> dt.date:
    """The business day that lies so many business days before this one.

    >>> business_days_before(dt.date(2026, 4, 7), 1)  # the Tuesday after Easter
    datetime.date(2026, 4, 2)
    """
    for _ in range(count):
        day -= _DAY
        while not is_business_day(day):
            day -= _DAY
    return day
