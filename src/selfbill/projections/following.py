"""The fold at work: a batch of events becomes rows, and rows and position are committed together.

A batch reads each row once and writes it once at most, however many of its events touch it; rows that were kept from the
batches before, and rows that cannot be there yet, are not read at all. A batch that fails is cut in halves until the event is
found that cannot be shown; that event's stream is parked for that model, and everything else goes on.
"""

from collections.abc import Collection, Sequence
from typing import Any

import psycopg
from psycopg import Connection

from selfbill.aggregates.event import Event
from selfbill.projections.ledger import Moved, Tracked, advance, leave_aside, park
from selfbill.projections.read_ahead import ReadAhead
from selfbill.projections.read_model import Key
from selfbill.store.faults import StoreFault, UnreadableEvent
from selfbill.store.streams import Recorded, Streams

BATCH_EVENTS = 20_000
"""When so many wait, a row that a week of events touches is written once or twice instead of ten times. A batch takes less than a second
then, and 60 MB of events and rows; near the head a batch is whatever has just happened."""


def follow_next(
    connection: Connection[Any], streams: Streams | ReadAhead, group: Sequence[Tracked], until: int | None = None
) -> int:
    """Shows the next batch (up to and including `until`) in these models, which stand at one position.

    Answers how many events it was; 0 when there are no more. Raises `Moved`.
    """
    limit = BATCH_EVENTS
    while True:
        try:
            batch = streams.read(group[0].position, limit, until)
        except UnreadableEvent as error:
            if limit == 1:
                _park_unreadable(connection, group, error)
                return 1
            limit = (limit + 1) // 2
        else:
            if batch:
                _follow(connection, group, batch)
            return len(batch)


def _follow(connection: Connection[Any], group: Sequence[Tracked], batch: Sequence[Recorded]) -> None:
    try:
        _follow_together(connection, group, batch)
    except Exception as error:
        if not _lies_in_an_event(error):
            raise
    else:
        return
    if len(batch) == 1:
        _follow_apart(connection, group, batch[0])
    else:
        middle = len(batch) // 2
        _follow(connection, group, batch[:middle])
        _follow(connection, group, batch[middle:])


def _follow_together(connection: Connection[Any], group: Sequence[Tracked], batch: Sequence[Recorded]) -> None:
    """Asks for the rows of all models at once, then folds one model while the database writes the one before."""
    try:
        with connection.transaction():
            advance(connection, group, batch[-1].position)
            with connection.pipeline():
                pages = _pages(connection, group, batch)
                for page in pages:
                    page.take_over()
                for page in pages:
                    page.fold()
    except BaseException:
        for tracked in group:
            tracked.forget_rows()
        raise
    for page in pages:
        page.keep()
    _move(group, batch[-1].position)


def _follow_apart(connection: Connection[Any], group: Sequence[Tracked], recorded: Recorded) -> None:
    """Shows one event in every model that can show it, and parks its stream for the others."""
    parking = []
    with connection.transaction():
        advance(connection, group, recorded.position)
        for tracked in group:
            try:
                with connection.transaction():
                    show(connection, tracked, [recorded])
            except Exception as error:
                if not _lies_in_an_event(error):
                    raise
                park(connection, tracked, recorded.originator_id, recorded.position, error)
                parking.append(tracked)
    for tracked in parking:
        tracked.parked.add(recorded.originator_id)
    _move(group, recorded.position)


def _park_unreadable(connection: Connection[Any], group: Sequence[Tracked], error: UnreadableEvent) -> None:
    """The next event is not understood: its stream is parked for every model that may miss something."""
    position = group[0].position + 1
    concerned = [tracked for tracked in group if error.concerns(tracked.model.listens)]
    with connection.transaction():
        advance(connection, group, position)
        row = connection.execute("SELECT originator_id FROM events WHERE notification_id = %s", (position,)).fetchone()
        assert row is not None
        for tracked in concerned:
            park(connection, tracked, row[0], position, error)
    for tracked in concerned:
        tracked.parked.add(row[0])
    _move(group, position)


def show(connection: Connection[Any], tracked: Tracked, batch: Sequence[Recorded]) -> None:
    """Reads the rows that the batch touches, folds in memory, and writes what became different."""
    (page,) = _pages(connection, [tracked], batch)
    page.take_over()
    page.fold()


def _pages(connection: Connection[Any], group: Sequence[Tracked], batch: Sequence[Recorded]) -> list["Page"]:
    """Shares the events out to the models that listen to them."""
    heard: list[list[Recorded]] = [[] for _ in group]
    listeners: dict[type[Event], list[list[Recorded]]] = {}
    for tracked, events in zip(group, heard, strict=True):
        for event in tracked.model.listens:
            listeners.setdefault(event, []).append(events)
    for recorded in batch:
        for events in listeners.get(type(recorded.event), ()):
            events.append(recorded)
    begun = {recorded.originator_id for recorded in batch if recorded.originator_version == 1}
    return [Page(connection, tracked, events, begun) for tracked, events in zip(group, heard, strict=True)]


class Page:
    """The rows of one read model that a batch touches; asked for, taken over, then folded, written and kept."""

    def __init__(
        self, connection: Connection[Any], tracked: Tracked, heard: Sequence[Recorded], begun: Collection[str]
    ) -> None:
        """`heard` is what the model listens to, and `begun` names the streams of which this batch holds the first event."""
        self.connection = connection
        self._tracked, self._model, self.table = tracked, tracked.model, tracked.table
        self._touched: list[tuple[Recorded, tuple[Key, ...]]] = []
        self._asked = None
        wanted = self._touch(self._without_parked(heard))
        self._kept = None if self._model.of_one_event else tracked.kept
        self._before: dict[Key, Any] = self._kept.among(wanted) if self._kept is not None else {}
        self._after: dict[Key, Any] = {}
        if self._model.of_one_event:
            return
        # All events that touch a row of such a model stand in one stream: before its first event there is no row.
        new = begun if self._model.of_one_stream else ()
        missing = [key for key, stream in wanted.items() if key not in self._before and stream not in new]
        if missing:
            self._asked = self.table.ask(connection, missing)

    def _without_parked(self, heard: Sequence[Recorded]) -> Sequence[Recorded]:
        parked = self._tracked.parked
        if not parked:
            return heard
        aside = [recorded.originator_id for recorded in heard if recorded.originator_id in parked]
        if not aside:
            return heard
        leave_aside(self.connection, self._tracked, aside)
        return [recorded for recorded in heard if recorded.originator_id not in parked]

    def _touch(self, heard: Sequence[Recorded]) -> dict[Key, str]:
        """The keys that are touched, each with the stream that touches it first."""
        wanted: dict[Key, str] = {}
        keys_of, touched = self._model.keys, self._touched
        for recorded in heard:
            keys = tuple(keys_of(recorded))
            touched.append((recorded, keys))
            for key in keys:
                if key not in wanted:
                    wanted[key] = recorded.originator_id
        return wanted

    def take_over(self) -> None:
        """Waits for the rows as they are."""
        if self._asked is not None:
            self._before |= self.table.answer(self._asked)

    def fold(self) -> None:
        """Makes the rows as they are after the batch and writes those that became different."""
        before = self._before
        rows = self._after = dict(before)
        evolve = self._model.evolve
        for recorded, keys in self._touched:
            for key in keys:
                rows[key] = evolve(key, rows.get(key), recorded)
        put = [row for key, row in rows.items() if row is not None and row is not before.get(key)]
        if put:
            self.table.put(self.connection, put)
        take = [key for key, row in rows.items() if row is None and key in before]
        if take:
            self.table.take(self.connection, take)

    def keep(self) -> None:
        """Keeps the rows for the next batch; they are committed."""
        if self._kept is not None:
            self._kept.keep(self._after)


def _move(group: Sequence[Tracked], position: int) -> None:
    for tracked in group:
        tracked.position = position


def _lies_in_an_event(error: Exception) -> bool:
    """Whether this comes from an event that a fold or a column cannot take, and not from the installation."""
    if isinstance(error, psycopg.Error):
        return isinstance(error, psycopg.DataError | psycopg.IntegrityError | psycopg.errors.ProgramLimitExceeded)
    return not isinstance(error, Moved | StoreFault | MemoryError)
