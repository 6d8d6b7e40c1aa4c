"""How long somebody waits after failing to log in: nothing for a few mistakes, then ever longer."""

import datetime as dt

FREE_BY_NAME = 5
"""Failures under one name before anybody waits: enough for Caps Lock and last year's password."""

FREE_BY_ADDRESS = 30
"""Failures from one network address before it waits: an office shares one."""

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(minutes=15)
"""So guessing ends at 96 tries a day, while whom somebody else locks out loses a quarter of an hour."""

FORGOTTEN_AFTER = dt.timedelta(hours=24)
"""After a day without failures somebody begins anew."""


def wait_after(failures: int, free: int) -> dt.timedelta:
    """How long nothing is tried after this many failures, of which so many are free.

    >>> [wait_after(failures, 5).total_seconds() for failures in (4, 5, 6, 7, 50)]
    [0.0, 60.0, 120.0, 240.0, 900.0]
    """
    if failures < free:
        return dt.timedelta(0)
    doublings = min(failures - free, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
