"""Waiting grows with failures, and never without end."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from selfbill.aggregates.lockout import FREE_BY_NAME, LONGEST_WAIT, wait_after


def test_a_few_mistakes_cost_nothing_and_more_cost_ever_more() -> None:
    minutes = [wait_after(failures, FREE_BY_NAME) / dt.timedelta(minutes=1) for failures in range(11)]
    assert minutes == [0, 0, 0, 0, 0, 1, 2, 4, 8, 15, 15]


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_more_failures_never_wait_less(failures: int, free: int) -> None:
    assert wait_after(failures, free) <= wait_after(failures + 1, free) <= LONGEST_WAIT
