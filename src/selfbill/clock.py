"""The clock port: all time comes from here, so that a quarter runs in seconds in the demo and in tests."""

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells what time it is, in UTC."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


class SimulatedClock:
    """A clock that stands still until somebody moves it, and only ever moves forward."""

    def __init__(self, start: dt.datetime) -> None:
        assert start.tzinfo is not None
        self._now = start.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        return self._now

    def advance_to(self, moment: dt.datetime) -> None:
        """Moves the clock to this moment; a moment in its past leaves it where it is."""
        self._now = max(self._now, moment.astimezone(dt.UTC))
