"""The fold at work: a batch of events becomes rows, and rows and position are committed together.

A batch reads each row once and writes it once at most, however many of its events touch it. A batch that fails is cut in
halves until the event is found that cannot be shown; that event's stream is parked for that model, and everything else goes on.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import Connection

from selfbill.projections.ledger import Moved, Tracked, advance, leave_aside, park
from selfbill.projections.read_model import Key
from selfbill.store.faults import StoreFault, UnreadableEvent
from selfbill.store.streams import Recorded, Streams

BATCH_EVENTS = 2_000
"""Enough that a round trip costs nothing per event; at most 10 MB of events and rows in memory."""


def follow_next(
    connection: Connection[Any], streams: Streams, group: Sequence[Tracked], until: int | None = None
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
    with connection.transaction():
        advance(connection, group, batch[-1].position)
        with connection.pipeline():
            pages = [Page(connection, tracked, batch) for tracked in group]
            for page in pages:
                page.take_over()
            for page in pages:
                page.fold()
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
    """The next event is not understood at all, so it concerns every model."""
    position = group[0].position + 1
    with connection.transaction():
        advance(connection, group, position)
        row = connection.execute("SELECT originator_id FROM events WHERE notification_id = %s", (position,)).fetchone()
        assert row is not None
        for tracked in group:
            park(connection, tracked, row[0], position, error)
    for tracked in group:
        tracked.parked.add(row[0])
    _move(group, position)


def show(connection: Connection[Any], tracked: Tracked, batch: Sequence[Recorded]) -> None:
    """Reads the rows that the batch touches, folds in memory, and writes what became different."""
    page = Page(connection, tracked, batch)
    page.take_over()
    page.fold()


class Page:
    """The rows of one read model that a batch touches; asked for, taken over, then folded and written."""

    def __init__(self, connection: Connection[Any], tracked: Tracked, batch: Sequence[Recorded]) -> None:
        self.connection = connection
        self._model, self.table = tracked.model, tracked.table
        heard = [recorded for recorded in batch if type(recorded.event) in tracked.listens]
        if tracked.parked:
            aside = [recorded.originator_id for recorded in heard if recorded.originator_id in tracked.parked]
            if aside:
                leave_aside(connection, tracked, aside)
                heard = [recorded for recorded in heard if recorded.originator_id not in tracked.parked]
        self._touched = [(recorded, tuple(self._model.keys(recorded))) for recorded in heard]
        wanted = dict.fromkeys(key for _, keys in self._touched for key in keys)
        self._asked = self.table.ask(connection, wanted) if wanted else None
        self._before: dict[Key, Any] = {}

    def take_over(self) -> None:
        """Waits for the rows as they are."""
        if self._asked is not None:
            self._before = self.table.answer(self._asked)

    def fold(self) -> None:
        """Makes the rows as they are after the batch and writes those that became different."""
        before = self._before
        rows: dict[Key, Any] = dict(before)
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


def _move(group: Sequence[Tracked], position: int) -> None:
    for tracked in group:
        tracked.position = position


def _lies_in_an_event(error: Exception) -> bool:
    """Whether this comes from an event that a fold or a column cannot take, and not from the installation."""
    if isinstance(error, psycopg.Error):
        return isinstance(error, psycopg.DataError | psycopg.IntegrityError | psycopg.errors.ProgramLimitExceeded)
    return not isinstance(error, Moved | StoreFault | MemoryError)
