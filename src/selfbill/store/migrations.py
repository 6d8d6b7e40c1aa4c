"""The tables of an agency's schema, as plain SQL files that run once, in order.

`migrations/NNNN_name.sql` runs in one transaction together with its own entry in the table `migrations`. An advisory lock
makes processes that start at the same moment wait for each other. A file that has been applied never changes again; what
must be different goes into a new file.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from psycopg import Connection, sql

from selfbill.store.faults import MigrationRefused

DIRECTORY = Path(__file__).parent / "migrations"

LOCK_CLASS = 7302
"""Sets migrating apart from other uses of advisory locks; appending has 7301."""


class Migration(msgspec.Struct, frozen=True):
    """One file: its name without `.sql`, and what it says."""

    name: str
    script: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.script.encode()).hexdigest()


def known_migrations(directory: Path = DIRECTORY) -> list[Migration]:
    """The migrations that this version of the program carries, in the order in which they run."""
    return [Migration(path.stem, path.read_text("utf-8")) for path in sorted(directory.glob("[0-9]*_*.sql"))]


def migrate(connection: Connection[Any], schema: str, migrations: Sequence[Migration] | None = None) -> list[str]:
    """Makes the schema where it is missing, and brings it up to date.

    The connection is in autocommit. Answers the names of what was applied now; raises `MigrationRefused` when the database
    is newer than the program, or when an applied file was changed afterwards.
    """
    assert connection.autocommit
    wanted = known_migrations() if migrations is None else migrations
    _prepare(connection, schema)
    applied = []
    for migration in wanted:
        with connection.transaction():
            _enter(connection, schema)
            if _is_applied(connection, migration, wanted):
                continue
            # Read from our own files, and without parameters, so that a file may hold several statements.
            connection.execute(migration.script, prepare=False)
            connection.execute("INSERT INTO migrations VALUES (%s, %s)", (migration.name, migration.sha256))
            applied.append(migration.name)
    return applied


def _prepare(connection: Connection[Any], schema: str) -> None:
    name = sql.Identifier(schema)
    with connection.transaction():
        _lock(connection, schema)
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        connection.execute(
            sql.SQL(
                "CREATE TABLE IF NOT EXISTS {}.migrations ("
                "name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
            ).format(name)
        )


def _enter(connection: Connection[Any], schema: str) -> None:
    _lock(connection, schema)
    connection.execute(sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(schema)))


def _lock(connection: Connection[Any], schema: str) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK_CLASS, schema))


def _is_applied(connection: Connection[Any], migration: Migration, wanted: Sequence[Migration]) -> bool:
    applied = dict(connection.execute("SELECT name, sha256 FROM migrations").fetchall())
    unknown = sorted(applied.keys() - {each.name for each in wanted})
    if unknown:
        raise MigrationRefused(
            f"This database was made by a newer selfbill: it has {', '.join(unknown)}, which this version does not know. "
            "Install the newer version again."
        )
    sha256 = applied.get(migration.name)
    if sha256 is not None and sha256 != migration.sha256:
        raise MigrationRefused(
            f"The migration {migration.name} was changed after it had run on this database. "
            "Restore the file as it was, and put the change into a new migration."
        )
    return sha256 is not None
