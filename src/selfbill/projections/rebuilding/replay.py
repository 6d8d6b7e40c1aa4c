"""The replay: the whole history folded in memory, with the same folds that follow it.

Where all events of a row stand in one stream, the history is read stream after stream: rows are finished at the end of
their stream and can be written and forgotten, so the memory that is needed does not grow with the history. The other read models
are folded in the order of commit, with all their rows in memory; when these become too many, the replay ends before its end,
and whoever asked for it goes on by following.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from selfbill.aggregates.event import Event
from selfbill.projections.ledger import sentence_about
from selfbill.projections.read_model import Key, ReadModel
from selfbill.store.faults import StoreFault, UnreadableEvent
from selfbill.store.mapper import EventMapper
from selfbill.store.streams import Recorded
from selfbill.store.sweep import Row

CHUNK_EVENTS = 10_000
"""Read, folded and written at a time: some 40 MB of events and rows, and a commit every second or less."""


class Aside(msgspec.Struct):
    """A stream that a read model leaves aside, because the event at this position cannot be folded."""

    stream: str
    position: int
    error: str
    waiting: int = 0
    """Later events of the stream that the model would have heard."""


class Chunk(msgspec.Struct, frozen=True):
    """What a part of the history came to."""

    events: int
    stream: str
    """The last stream that was read."""
    position: int
    """The position of the last event that was read."""
    rows: dict[str, list[Any]]
    """Finished rows, by read model."""
    aside: dict[str, list[Aside]]
    """Streams that could not be shown whole, by read model."""


def folded_by_stream(
    mapper: EventMapper, chunks: Iterable[Sequence[Row]], models: Sequence[ReadModel[Any]]
) -> Iterator[Chunk]:
    """Folds chunks of whole streams, for models of which every row is made of one stream."""
    assert all(model.of_one_stream for model in models), "these rows are made of several streams"
    for rows in chunks:
        folding = Folding(mapper, models)
        folding.fold(rows)
        yield folding.chunk(rows)


class Folding:
    """The rows of some read models in the making, all in memory."""

    def __init__(
        self, mapper: EventMapper, models: Sequence[ReadModel[Any]], aside: Mapping[str, Sequence[Aside]] | None = None
    ) -> None:
        """`aside` names streams by read model that are left aside from these positions on whatever they hold."""
        self._mapper = mapper
        self._made = {model.name: _Made(model) for model in models}
        self._listeners: dict[type[Event], list[_Made]] = {}
        for made in self._made.values():
            made.aside.update((each.stream, each) for each in (aside or {}).get(made.model.name, ()))
            for event in made.model.listens:
                self._listeners.setdefault(event, []).append(made)

    def fold(self, rows: Sequence[Row]) -> None:
        """Folds these events, each after those that came before it in its stream."""
        self.fold_events(self._read(rows))

    def fold_events(self, events: Iterable[Recorded]) -> None:
        """The same for events that have been read already."""
        listeners = self._listeners
        for recorded in events:
            for made in listeners.get(type(recorded.event), ()):
                if made.aside and made.keeps_aside(recorded):
                    continue
                try:
                    made.fold(recorded)
                except (StoreFault, MemoryError):
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, it lies in this event
                    made.leave_aside(recorded.originator_id, recorded.position, error)

    def rows(self, model: ReadModel[Any]) -> Mapping[Key, Any]:
        """The rows of this model as they are now, by key."""
        return self._made[model.name].rows

    def aside(self, model: ReadModel[Any]) -> Mapping[str, Aside]:
        """The streams that this model leaves aside, by name."""
        return self._made[model.name].aside

    def chunk(self, last: Sequence[Row]) -> Chunk:
        """What has been made so far; `last` are the events that were folded last."""
        return Chunk(
            len(last),
            last[-1][0] if last else "",
            last[-1][4] if last else 0,
            {name: list(made.rows.values()) for name, made in self._made.items()},
            {name: list(made.aside.values()) for name, made in self._made.items()},
        )

    def _read(self, rows: Sequence[Row]) -> Iterable[Recorded]:
        try:
            return self._mapper.decode(rows)
        except UnreadableEvent:
            return self._read_one_by_one(rows)

    def _read_one_by_one(self, rows: Sequence[Row]) -> Iterator[Recorded]:
        """Leaves aside the stream of an event that nobody can read, for every model that may miss something."""
        for row in rows:
            try:
                (recorded,) = self._mapper.decode([row])
            except UnreadableEvent as error:
                for made in self._made.values():
                    if error.concerns(made.model.listens):
                        made.leave_aside(row[0], row[4], error)
            else:
                yield recorded


class _Made:
    """The rows of one read model in the making."""

    def __init__(self, model: ReadModel[Any]) -> None:
        self.model = model
        self.rows: dict[Key, Any] = {}
        self.aside: dict[str, Aside] = {}
        self.fold: Callable[[Recorded], None] = (
            self._fold_rows(model) if model.rows_after is None else self._put_rows(model.rows_after)
        )
        """Changes all rows that this event touches, or raises and changes none."""

    def _fold_rows(self, model: ReadModel[Any]) -> Callable[[Recorded], None]:
        keys, evolve, rows = model.keys, model.evolve, self.rows

        def fold(recorded: Recorded) -> None:
            touched = keys(recorded)
            if len(touched) == 1:
                (key,) = touched
                row = evolve(key, rows.get(key), recorded)
                if row is not None:
                    rows[key] = row
                else:
                    rows.pop(key, None)
            else:
                put({key: evolve(key, rows.get(key), recorded) for key in touched})

        put = self._put
        return fold

    def _put_rows(self, rows_after: Callable[[Recorded], Mapping[Key, Any]]) -> Callable[[Recorded], None]:
        put = self._put
        return lambda recorded: put(rows_after(recorded))

    def _put(self, changed: Mapping[Key, Any]) -> None:
        rows = self.rows
        for key, row in changed.items():
            if row is not None:
                rows[key] = row
            else:
                rows.pop(key, None)

    def keeps_aside(self, recorded: Recorded) -> bool:
        """Whether this event comes after one that could not be folded."""
        aside = self.aside.get(recorded.originator_id)
        if aside is None or recorded.position < aside.position:
            return False
        aside.waiting += 1
        return True

    def leave_aside(self, stream: str, position: int, error: Exception) -> None:
        if stream in self.aside:
            self.aside[stream].waiting += 1
        else:
            self.aside[stream] = Aside(stream, position, sentence_about(error))
