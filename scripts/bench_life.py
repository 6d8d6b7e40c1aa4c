"""Time in a made-up agency: what is due happens in the order of its moments, and becomes the agency's events."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Any

from selfbill.aggregates.catalogue import KINDS
from selfbill.aggregates.event import Event
from selfbill.store.mapper import Recorded

Step = Callable[..., None]


class Life:
    """The clock, the dice and the log of one agency. The same seed gives the same life."""

    def __init__(self, seed: int, start: dt.datetime) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.now = start
        self._states: dict[str, Any] = {}
        self._versions: dict[str, int] = {}
        self._due: list[tuple[dt.datetime, int, Step, tuple[Any, ...]]] = []
        self._order = count()
        self._news: list[tuple[str, int, Event, str, str]] = []

    def later(self, moment: dt.datetime, step: Step, *arguments: Any) -> None:
        """Does this at that moment; what is due at the same moment happens in the order in which it was asked for."""
        heappush(self._due, (moment, next(self._order), step, arguments))

    def happen(self, stream: str, event: Event, *, by: str = "selfbill", cause: str = "") -> None:
        """This happens to that stream now."""
        version = self._versions.get(stream, 0) + 1
        self._versions[stream] = version
        self._news.append((stream, version, event, by, cause))

    def settle(self, stream: str, event: Event, *, by: str = "selfbill", cause: str = "") -> None:
        """The same, of a stream whose state is asked for again."""
        kind = KINDS[stream.partition(":")[0]]
        self._states[stream] = kind.evolve(self._states.get(stream, kind.initial), event)
        self.happen(stream, event, by=by, cause=cause)

    def state(self, stream: str) -> Any:
        """The fold of what was settled in this stream."""
        return self._states[stream]

    def version(self, stream: str) -> int:
        """How many events stand in this stream."""
        return self._versions[stream]

    def run(self) -> Iterator[Recorded]:
        """Everything that happens, in order, as long as something is due."""
        position = 0
        while self._due:
            self.now, _, step, arguments = heappop(self._due)
            step(*arguments)
            for stream, version, event, by, cause in self._news:
                position += 1
                yield Recorded(stream, version, event, self.now, by, cause, position, self.now)
            self._news.clear()
