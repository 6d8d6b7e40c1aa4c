"""The library's application recorder on one agency's schema: one statement for a whole save.

`append_events` (migrations/0001_events.sql) takes the lock, checks, inserts and notifies inside the server, so that the
lock never lasts longer than one save. What else must be written or checked in the same transaction is a parameter of it.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection
from psycopg.rows import dict_row, tuple_row

from selfbill.store.database import Database, Pool, schema_of

ATTEMPTS = 6
"""How often a statement is sent when its connection is lost each time; with the pauses about three seconds of restart."""

FIRST_PAUSE_SECONDS = 0.1
"""Doubles with every attempt."""

COMMAND_SEEN = "SB001"
MOVED = "SB002"
"""SQLSTATEs of `append_events`."""

APPEND = "SELECT append_events(%b::text[], %b::bigint[], %b::text[], %b::bytea[], %b::text, %b::text[], %b::bigint[])"


class Conflict(IntegrityError):  # noqa: N818 - an answer, not an error
    """Somebody else wrote to a stream that this save was about: load again and decide again."""

    def __init__(self, streams: Sequence[str]) -> None:
        super().__init__(f"somebody else wrote to {' or '.join(streams)}")
        self.streams = tuple(streams)


class CommandSeen(Exception):  # noqa: N818 - an answer, not an error
    """The command was carried out before; `position` is that of the last event it recorded."""

    def __init__(self, command_id: str, position: int) -> None:
        super().__init__(f"command {command_id} was carried out before, up to position {position}")
        self.command_id = command_id
        self.position = position


class AgencyDatastore(PostgresDatastore):
    """Lets the library work on the connections that `Database` keeps for an agency."""

    def __init__(self, pool: Pool, schema: str) -> None:
        super().__init__("", "", "", "", "", schema=schema, originator_id_type="text")
        self.pool = pool  # type: ignore[assignment] # the library's own pool, never opened, makes place for ours

    def register_type_adapters(self) -> None:
        """There are no composite types: `append_events` takes arrays."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection[Any]]:
        """Gives rows as dicts to the library, which asks for them by name."""
        with super().get_connection() as connection:
            connection.row_factory = dict_row
            try:
                yield connection
            finally:
                connection.row_factory = tuple_row  # type: ignore[assignment] # what everybody else expects

    def close(self) -> None:
        """The connections belong to `Database`."""


class AgencyRecorder(PostgresApplicationRecorder):
    """Records events in an agency's schema, in an order without gaps that is the order of commit."""

    def __init__(self, database: Database, agency: str) -> None:
        schema = schema_of(agency)
        self.pool = database.pool(agency)
        super().__init__(AgencyDatastore(self.pool, schema), events_table_name="events")
        self.channel_name = schema

    def create_table(self) -> None:
        """The migrations own the schema."""

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command_id: str | None = None,
        unchanged: Mapping[str, int] | None = None,
        **_: Any,
    ) -> Sequence[int] | None:
        """As the library asks: answers the position of each event, or None when there were none."""
        if not stored_events:
            return None
        last = self.append(
            [str(event.originator_id) for event in stored_events],
            [event.originator_version for event in stored_events],
            [event.topic for event in stored_events],
            [event.state for event in stored_events],
            command_id=command_id,
            unchanged=unchanged,
        )
        return range(last - len(stored_events) + 1, last + 1)

    def append(
        self,
        streams: list[str],
        versions: list[int],
        topics: list[str],
        states: list[bytes],
        *,
        command_id: str | None = None,
        unchanged: Mapping[str, int] | None = None,
    ) -> int:
        """Records these events, all or none, and answers the position of the last.

        `unchanged` names streams that must stand at these versions although nothing is written to them. Raises `Conflict` or
        `CommandSeen`. When the connection is lost and nobody knows whether the commit took place, the statement is sent
        again: with a `command_id` the commands table then tells; without one the second try is a `Conflict` with the first.
        """
        parameters = (
            streams,
            versions,
            topics,
            states,
            command_id,
            list(unchanged) if unchanged else None,
            list(unchanged.values()) if unchanged else None,
        )
        for attempt in range(ATTEMPTS):
            try:
                return self._send(parameters)
            except psycopg.OperationalError:
                if attempt == ATTEMPTS - 1:
                    raise
                self.pool.check()
                time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
            except psycopg.DatabaseError as error:
                if (
                    attempt > 0
                    and error.sqlstate == COMMAND_SEEN
                    and (last := self._was_ours(error, streams, versions, states))
                ):
                    return last
                _name(error, command_id, streams)
        raise AssertionError

    def position_of(self, command_id: str) -> int | None:
        """The position of the last event that this command recorded, or None when it has not been carried out."""
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT position FROM commands WHERE id = %b", (command_id,), prepare=True
            ).fetchone()
        return None if row is None else int(row[0])

    def _send(self, parameters: Sequence[Any]) -> int:
        with self.pool.connection() as connection:
            row = connection.execute(APPEND, parameters, prepare=True, binary=True).fetchone()
        assert row is not None
        return int(row[0])

    def _was_ours(
        self, error: psycopg.DatabaseError, streams: Sequence[str], versions: Sequence[int], states: Sequence[bytes]
    ) -> int | None:
        """After a lost connection: the position, when the command that was seen is the one that we sent ourselves."""
        position = int(error.diag.message_detail or 0)
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT originator_id, originator_version, state FROM events WHERE notification_id = %b",
                (position,),
                binary=True,
            ).fetchone()
        return position if row == (streams[-1], versions[-1], states[-1]) else None


def _name(error: psycopg.DatabaseError, command_id: str | None, streams: Sequence[str]) -> NoReturn:
    """Raises what the caller knows by name in place of what the server said."""
    detail = error.diag.message_detail or ""
    if error.sqlstate == COMMAND_SEEN:
        assert command_id is not None
        raise CommandSeen(command_id, int(detail)) from error
    if error.sqlstate == MOVED:
        raise Conflict([detail]) from error
    if isinstance(error, psycopg.errors.UniqueViolation):
        raise Conflict(list(dict.fromkeys(streams))) from error
    raise error
