"""The tables that a rebuild makes, exchanges and drops, each together with its row in `read_models`."""

import contextlib
import datetime as dt
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg import Connection, sql

from selfbill.projections.ledger import Tracked, enter
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding.jobs import draft_of, old_of
from selfbill.projections.table import Table

DROP_WAITS_MS = 50
"""How long a query of an old table may hold up dropping it; it can be dropped the next time."""


class Entry(msgspec.Struct, frozen=True):
    """The row of one table in `read_models`."""

    name: str
    model: str
    role: str
    generation: int
    position: int
    version: int
    fingerprint: str
    kept_until: dt.datetime | None


_ENTRY: LiteralString = (
    "SELECT name, model, role, generation, position, version, fingerprint, kept_until FROM read_models WHERE name = %s"
)


def entry(connection: Connection[Any], name: str, *, locked: bool = False) -> Entry | None:
    """The row of this table; with `locked` nobody follows it until the end of the transaction."""
    row = connection.execute(_ENTRY + (" FOR UPDATE" if locked else ""), (name,)).fetchone()
    return None if row is None else Entry(*row)


def make_draft(connection: Connection[Any], model: ReadModel[Any]) -> None:
    """An empty table that becomes this model's, without key and indexes."""
    name = draft_of(model.name)
    Table(model, name).create_bare(connection)
    enter(connection, model, name, "draft")


def tracked(connection: Connection[Any], model: ReadModel[Any], name: str) -> Tracked:
    """This table as something that can follow."""
    known = entry(connection, name)
    assert known is not None, f"{name} has no row in read_models"
    parked = connection.execute("SELECT stream FROM parked_streams WHERE model = %s", (name,))
    return Tracked(model, name, known.generation, known.position, [row[0] for row in parked])


def set_position(connection: Connection[Any], name: str, position: int) -> None:
    """Puts down up to where the rows of this table go."""
    connection.execute(
        "UPDATE read_models SET position = %s, followed_at = clock_timestamp() WHERE name = %s", (position, name)
    )


def empty(connection: Connection[Any], name: str) -> None:
    """Begins this table anew."""
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
    connection.execute("DELETE FROM parked_streams WHERE model = %s", (name,))
    set_position(connection, name, 0)


def drop(connection: Connection[Any], name: str) -> None:
    """Removes this table and everything that is known about it."""
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))
    connection.execute("DELETE FROM parked_streams WHERE model = %s", (name,))
    connection.execute("DELETE FROM read_models WHERE name = %s", (name,))


def drop_expired(connection: Connection[Any]) -> list[str]:
    """Drops the old tables whose time is over, but for those that somebody reads just now; answers their names."""
    rows = connection.execute("SELECT name FROM read_models WHERE kept_until < clock_timestamp()").fetchall()
    dropped = []
    for (name,) in rows:
        with contextlib.suppress(psycopg.errors.LockNotAvailable), connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = {DROP_WAITS_MS}")
            drop(connection, name)
            dropped.append(name)
    return dropped


def rename(
    connection: Connection[Any], name: str, to: str, role: str, *, kept_until: dt.datetime | None = None
) -> None:
    """Gives a table another name and role; its rows, position and parked streams go with it."""
    connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)))
    connection.execute(
        "UPDATE read_models SET name = %s, role = %s, kept_until = %s WHERE name = %s", (to, role, kept_until, name)
    )
    connection.execute("UPDATE parked_streams SET model = %s WHERE model = %s", (to, name))


def has_key(connection: Connection[Any], name: str) -> bool:
    """Whether rows can be found by their key already."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_index WHERE indrelid = to_regclass(%s) AND indisprimary)", (name,)
    ).fetchone()
    return bool(row and row[0])


def orphans(connection: Connection[Any]) -> list[str]:
    """Tables with the name of a draft or an old table that nobody knows of; there should never be one."""
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        " AND (right(relname, %s) = %s OR right(relname, %s) = %s)"
        " AND relname::text NOT IN (SELECT name FROM read_models) ORDER BY relname",
        (len(draft_of("")), draft_of(""), len(old_of("")), old_of("")),
    )
    return [row[0] for row in rows]
