"""Load, decide, save: the one thing that intentions use of the store.

A stream is what happened to one business object; its state is the fold of its events. States are immutable, so they are
kept in memory and shared between threads without copies; every load asks the database for what has come since.
"""

import datetime as dt
import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, LiteralString, TypeVar

import msgspec

from selfbill.aggregates.event import Event
from selfbill.aggregates.kind import Kind
from selfbill.store.arrays import bigints, texts
from selfbill.store.database import ask
from selfbill.store.keys import REMEMBER_SECONDS
from selfbill.store.mapper import EventMapper, Recorded
from selfbill.store.recorder import AgencyRecorder, CommandSeen, Conflict

__all__ = ["Change", "CommandSeen", "Conflict", "Loaded", "Recorded", "Streams"]

S = TypeVar("S")
T = TypeVar("T")

CACHE_SIZE = 20_000
"""States kept in memory per agency: at 2 to 3 kB for a timesheet about 50 MB, and more than an agency touches in a week."""

DECISIONS = 100
"""How often an intention decides at the most. Every conflict is somebody else's success, so a hundred writers on one stream
all succeed whatever their order; measured, they need 24 and eight need five."""

PAUSE_SECONDS = 0.004
"""A few saves' worth of time after the first conflict, and as much more after each that follows: to get out of step."""

LONGEST_PAUSE_SECONDS = 0.05
"""Too short for anybody to notice."""

_AFTER = (
    "SELECT originator_id, originator_version, topic, state, notification_id, NULL FROM events"
    " WHERE originator_id = %b AND originator_version > %b ORDER BY originator_version"
)
# The ORDER BY inside keeps this an index probe per stream, whatever the planner believes of the table's size.
_AFTER_MANY = (
    "SELECT e.* FROM unnest(%b::text[], %b::bigint[]) AS wanted (stream, version), LATERAL ("
    "SELECT originator_id, originator_version, topic, state, notification_id, NULL FROM events"
    " WHERE originator_id = wanted.stream AND originator_version > wanted.version ORDER BY originator_version) AS e"
)
_HISTORY = (
    "SELECT originator_id, originator_version, topic, state, notification_id, recorded_at FROM events"
    " WHERE originator_id = %b ORDER BY originator_version"
)
_READ = (
    "SELECT originator_id, originator_version, topic, state, notification_id, recorded_at FROM events"
    " WHERE notification_id > %b::bigint AND notification_id <= %b::bigint ORDER BY notification_id LIMIT %b"
)
_END_OF_TIME = 2**63 - 1


class Loaded(msgspec.Struct, Generic[S], frozen=True):
    """The state of a stream, and the version of its last event; version 0 is a stream without events."""

    state: S
    version: int


class Change(msgspec.Struct, frozen=True):
    """What a decision adds to a stream that was loaded at this version."""

    stream: str
    version: int
    events: Sequence[Event]


class _Kept(msgspec.Struct, frozen=True):
    loaded: Loaded[Any]
    until: float
    """Monotonic seconds. A state with something personal in it must not outlive the person's key."""


class Streams:
    """The streams of one agency. Safe to share between threads."""

    def __init__(
        self,
        recorder: AgencyRecorder,
        mapper: EventMapper,
        aggregates: Mapping[str, Kind],
        *,
        cache_size: int = CACHE_SIZE,
    ) -> None:
        self._recorder = recorder
        self._pool = recorder.pool
        self._mapper = mapper
        self._aggregates = dict(aggregates)
        self._cache_size = cache_size
        self._cache: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def mapper(self) -> EventMapper:
        """What turns rows of the table `events` into events."""
        return self._mapper

    def load(self, stream: str) -> Loaded[Any]:
        """The state of this stream as it stands in the database now."""
        kept = self._kept(stream)
        events = self._query(_AFTER, (stream, kept.loaded.version))
        return self._advance(stream, kept, events)

    def load_many(self, streams: Iterable[str], *, sealed: bool = False) -> dict[str, Loaded[Any]]:
        """The states of these streams, all from the same moment, with one query.

        With `sealed` nobody's personal data is opened for it: what is not in memory has None there, and is not kept.
        """
        kept = {stream: self._kept(stream) for stream in dict.fromkeys(streams)}
        news: dict[str, list[Recorded]] = {stream: [] for stream in kept}
        if kept:
            versions = bigints([each.loaded.version for each in kept.values()])
            for event in self._query(_AFTER_MANY, (texts(list(kept)), versions), sealed=sealed):
                news[event.originator_id].append(event)
        return {stream: self._advance(stream, kept[stream], events, sealed=sealed) for stream, events in news.items()}

    def gather(
        self,
        first: Iterable[str],
        more: Callable[[Callable[[str], Any | None]], Iterable[str]],
        *,
        sealed: bool = False,
    ) -> dict[str, Loaded[Any]]:
        """The states of these streams and of those that follow from them, mostly with one query.

        `more` is given a look at states by name (None while one is not known) and names the streams that are needed besides.
        What is in memory lets it guess; what is loaded decides. `sealed` as in `load_many`.
        """
        wanted = dict.fromkeys(first)
        wanted.update(dict.fromkeys(more(self._remembered)))
        while True:
            loaded = self.load_many(wanted, sealed=sealed)

            def state(name: str, known: Mapping[str, Loaded[Any]] = loaded) -> Any | None:
                return known[name].state if name in known else None

            missing = [name for name in more(state) if name not in loaded]
            if not missing:
                return loaded
            wanted.update(dict.fromkeys(missing))

    def _remembered(self, stream: str) -> Any | None:
        """The state that is in memory, which may be behind."""
        loaded = self._kept(stream).loaded
        return loaded.state if loaded.version else None

    def save(
        self,
        changes: Sequence[Change],
        *,
        at: dt.datetime,
        by: str,
        cause: str,
        command_id: str | None = None,
        unchanged: Mapping[str, int] | None = None,
    ) -> int:
        """Records all these changes or none, and answers the position of the last event.

        `at` is aware; `by` is who did it and `cause` what made them. `unchanged` names streams that the decision rests on
        without changing them, with the versions at which they were loaded. Raises `Conflict` when a stream has moved since,
        and `CommandSeen` when this command was carried out before.
        """
        at = at.astimezone(dt.UTC)
        events = [
            Recorded(change.stream, change.version + number, event, at, by, cause)
            for change in changes
            for number, event in enumerate(change.events, start=1)
        ]
        assert events, "a decision without events is AlreadyDone, and there is nothing to save"
        rows = self._mapper.encode(events)
        last = self._recorder.append(
            [row.stream for row in rows],
            [row.version for row in rows],
            [row.tag for row in rows],
            [row.state for row in rows],
            command_id=command_id,
            unchanged=unchanged,
        )
        for change in changes:
            self._fold_saved(change)
        return last

    def retrying(self, intention: Callable[[], T]) -> T:
        """Carries out an intention that loads, decides and saves; after a `Conflict` it loads and decides anew."""
        for attempt in range(1, DECISIONS):
            try:
                return intention()
            except Conflict:
                time.sleep(random.uniform(0, min(PAUSE_SECONDS * attempt, LONGEST_PAUSE_SECONDS)))  # noqa: S311 - only to get out of step
        return intention()

    def position_of(self, command_id: str) -> int | None:
        """The position that `CommandSeen` would carry, or None for a command that has not been carried out."""
        return self._recorder.position_of(command_id)

    def history(self, stream: str) -> list[Recorded]:
        """Everything that happened to this stream, oldest first."""
        return self._query(_HISTORY, (stream,))

    def history_rows(self, stream: str) -> list[Any]:
        """The same as the table has it, for whoever reads events that may be unreadable."""
        return ask(self._pool, _HISTORY, (stream,))

    def read(self, after: int, limit: int, until: int | None = None) -> list[Recorded]:
        """The events after this position (and up to and including `until`), in the order of commit, at most `limit`.

        Positions have no gaps: whoever has seen an event has been offered everything before it.
        """
        return self._mapper.decode(self.read_rows(after, limit, until))

    def read_rows(self, after: int, limit: int, until: int | None = None) -> list[Any]:
        """The same as the table has them."""
        return ask(self._pool, _READ, (after, _END_OF_TIME if until is None else until, limit))

    def head(self) -> int:
        """The position of the last event; 0 when nothing has happened yet."""
        ((head,),) = ask(self._pool, "SELECT coalesce(max(notification_id), 0) FROM events")
        assert isinstance(head, int)
        return head

    def names(self, kind: str) -> list[str]:
        """Every stream of this kind, in order of name."""
        query = "SELECT originator_id FROM events WHERE originator_id > %b AND originator_id < %b AND originator_version = 1 ORDER BY 1"
        return [name for (name,) in ask(self._pool, query, (f"{kind}:", f"{kind};"))]  # ; comes after :

    def evict(self, stream: str) -> None:
        """Drops the state of this stream from memory."""
        with self._lock:
            self._cache.pop(stream, None)

    def _query(self, query: LiteralString, parameters: Sequence[Any], *, sealed: bool = False) -> list[Recorded]:
        return self._mapper.decode(ask(self._pool, query, parameters), sealed=sealed)

    def evolve(self, stream: str, state: Any, event: Event) -> Any:
        """The state of a stream of this kind after this event, as it will be when the event is saved."""
        return self._aggregate(stream).evolve(state, event)

    def _aggregate(self, stream: str) -> Kind:
        kind = stream.partition(":")[0]
        assert kind in self._aggregates, f"nobody said how to fold a {kind}"
        return self._aggregates[kind]

    def _kept(self, stream: str) -> _Kept:
        with self._lock:
            kept = self._cache.get(stream)
            if kept is not None:
                if kept.until > time.monotonic():
                    self._cache.move_to_end(stream)
                    return kept
                del self._cache[stream]
        return _Kept(Loaded(self._aggregate(stream).initial, 0), float("inf"))

    def _advance(self, stream: str, kept: _Kept, news: Sequence[Recorded], *, sealed: bool = False) -> Loaded[Any]:
        if not news:
            return kept.loaded
        state = kept.loaded.state
        evolve = self._aggregate(stream).evolve
        for each in news:
            state = evolve(state, each.event)
        loaded = Loaded(state, news[-1].originator_version)
        if not (sealed and any(each.event.personal for each in news)):
            self._keep(stream, kept, loaded, (each.event for each in news))
        return loaded

    def _fold_saved(self, change: Change) -> None:
        """Saves the next load the work, when the state that was decided on is still in memory."""
        with self._lock:
            kept = self._cache.get(change.stream)
        if kept is None and change.version == 0:
            kept = _Kept(Loaded(self._aggregate(change.stream).initial, 0), float("inf"))
        if kept is None or kept.loaded.version != change.version or not change.events:
            return
        state = kept.loaded.state
        evolve = self._aggregate(change.stream).evolve
        for event in change.events:
            state = evolve(state, event)
        self._keep(change.stream, kept, Loaded(state, change.version + len(change.events)), change.events)

    def _keep(self, stream: str, before: _Kept, loaded: Loaded[Any], events: Iterable[Event]) -> None:
        until = before.until
        if until == float("inf") and any(event.personal for event in events):
            until = time.monotonic() + REMEMBER_SECONDS
        with self._lock:
            present = self._cache.get(stream)
            if present is None or present.loaded.version < loaded.version:
                self._cache[stream] = _Kept(loaded, until)
            self._cache.move_to_end(stream)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
