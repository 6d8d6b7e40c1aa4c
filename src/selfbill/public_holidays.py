"""The public holidays of the Netherlands on which nobody is reminded of anything: Algemene termijnenwet, article 3.

Surcharges follow the agency's own list and nothing else; this list is only about when it is decent to send a mail.
"""

import datetime as dt
from functools import lru_cache

from dateutil.easter import easter

_DAY = dt.timedelta(days=1)
_SUNDAY = 6


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[dt.date]:
    """New Year, Good Friday, Easter Monday, King's Day, 5 May, Ascension, Whit Monday and both days of Christmas.

    King's Day is 27 April, or the 26th where that is a Sunday. Sundays that are holidays are Sundays already.
    """
    sunday = easter(year)
    kings_day = dt.date(year, 4, 27)
    if kings_day.weekday() == _SUNDAY:
        kings_day -= _DAY
    moving = (sunday - 2 * _DAY, sunday + _DAY, sunday + 39 * _DAY, sunday + 50 * _DAY)
    fixed = (dt.date(year, 1, 1), kings_day, dt.date(year, 5, 5), dt.date(year, 12, 25), dt.date(year, 12, 26))
    return frozenset((*fixed, *moving))
