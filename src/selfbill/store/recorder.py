"""The library's application recorder on one agency's schema: one statement for a whole save.

`append_events` (migrations/0001_events.sql) takes the lock, checks, inserts and notifies inside the server, so that the
lock never lasts longer than one save. What else must be written or checked in the same transaction is a parameter of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection
from psycopg.rows import dict_row, tuple_row

from selfbill.store import arrays
from selfbill.store.database import Database, Pool, ask, patiently, schema_of

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
        return list(range(last - len(stored_events) + 1, last + 1))

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
            arrays.texts(streams),
            arrays.bigints(versions),
            arrays.texts(topics),
            arrays.byteas(states),
            command_id,
            arrays.texts(list(unchanged)) if unchanged else None,
            arrays.bigints(list(unchanged.values())) if unchanged else None,
        )

        def send(attempt: int) -> int:
            try:
                return self._send(parameters)
            except psycopg.OperationalError:
                raise
            except psycopg.DatabaseError as error:
                if attempt > 0 and error.sqlstate == COMMAND_SEEN:
                    position = int(error.diag.message_detail or 0)
                    if self._stands_at(position, (streams[-1], versions[-1], states[-1])):
                        return position
                _raise_by_name(error, command_id, streams)

        return patiently(self.pool, send)

    def position_of(self, command_id: str) -> int | None:
        """The position of the last event that this command recorded, or None when it has not been carried out."""
        rows = ask(self.pool, "SELECT position FROM commands WHERE id = %b", (command_id,))
        return rows[0][0] if rows else None

    def _send(self, parameters: Sequence[Any]) -> int:
        with self.pool.connection() as connection:
            row = connection.execute(APPEND, parameters, prepare=True, binary=True).fetchone()
        assert row is not None
        return int(row[0])

    def _stands_at(self, position: int, event: tuple[str, int, bytes]) -> bool:
        """Whether what we sent before the connection was lost is what stands at this position."""
        query = "SELECT originator_id, originator_version, state FROM events WHERE notification_id = %b"
        return ask(self.pool, query, (position,)) == [event]


def _raise_by_name(error: psycopg.DatabaseError, command_id: str | None, streams: Sequence[str]) -> NoReturn:
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
