"""One PostgreSQL database, one schema per agency.

An agency's schema holds its own events, read models and keys: it isolates, and it can be backed up or erased alone. Every
statement stays within one schema, which the connection's `search_path` names; `public` follows only for what extensions
put there.
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from psycopg import Connection, sql
from psycopg_pool import ConnectionPool, PoolTimeout

from selfbill.store.faults import AgencyExists, ServerTooOld, ServerUnavailable, UnknownAgency
from selfbill.store.migrations import migrate

Pool = ConnectionPool[Connection[Any]]
T = TypeVar("T")

OLDEST_SERVER = 15
"""PostgreSQL 15 is the oldest that the tests run on."""

POOL_SIZE = 10
"""Connections per agency and process: more than two cores can keep busy, while ten busy agencies fit in the usual 100."""

IDLE_SECONDS = 120.0
"""An agency that nobody works for gives its connections back after this time."""

POOL_TIMEOUT_SECONDS = 15.0
"""How long somebody waits for a connection before being told that the server is not there."""

ATTEMPTS = 6
"""How often something is sent when its connection is lost each time; with the pauses about three seconds."""

FIRST_PAUSE_SECONDS = 0.1
"""Doubles with every attempt."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,50}")


def schema_of(agency: str) -> str:
    """The schema of the agency with this code: `bureau-noord` has `agency_bureau_noord`."""
    if not _CODE.fullmatch(agency):
        raise UnknownAgency(f"{agency!r} cannot be the code of an agency: use up to 51 letters, digits, - and _.")
    return "agency_" + agency.lower().replace("-", "_")


class Database:
    """The way in to the database: connections per agency, and the agencies themselves."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pools: dict[str, Pool] = {}
        self._lock = threading.Lock()
        with self.connect() as connection:
            refuse_old_server(connection.info.server_version)

    def connect(self, agency: str | None = None) -> Connection[Any]:
        """A connection of its own, in autocommit, e.g. for LISTEN; whoever asks for it closes it."""
        try:
            return psycopg.connect(self.url, autocommit=True, options=_options(agency))
        except psycopg.OperationalError as error:
            raise _unreachable(error) from error

    def pool(self, agency: str) -> Pool:
        """The connections of this agency, opened on first use; in autocommit, all moments in UTC."""
        schema = schema_of(agency)
        with self._lock:
            if schema not in self._pools:
                self._pools[schema] = ConnectionPool(
                    self.url,
                    kwargs={"autocommit": True, "options": _options(agency)},
                    min_size=0,
                    max_size=POOL_SIZE,
                    max_idle=IDLE_SECONDS,
                    timeout=POOL_TIMEOUT_SECONDS,
                    name=schema,
                    open=True,
                )
            return self._pools[schema]

    def create_agency(self, agency: str) -> None:
        """Makes the agency's schema, or brings it up to date when it is there already."""
        schema = schema_of(agency)
        with self.connect() as connection:
            owner = self._agencies(connection).get(schema, agency)
            if owner != agency:
                raise AgencyExists(
                    f"Agency {agency} would share its schema {schema} with agency {owner}. Choose another code."
                )
            migrate(connection, schema)
            connection.execute(
                sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), sql.Literal(_COMMENT + agency))
            )

    def migrate(self) -> None:
        """Brings the schema of every agency up to date."""
        for agency in self.agencies():
            with self.connect() as connection:
                migrate(connection, schema_of(agency))

    def identity(self, agency: str) -> str:
        """Tells this agency in this database from any other, also from one of the same code elsewhere."""
        with self.connect(agency) as connection:
            row = connection.execute(
                "SELECT (SELECT system_identifier FROM pg_control_system()), current_database(), current_schema()::regnamespace::oid"
            ).fetchone()
        return hashlib.sha256(repr(row).encode()).hexdigest()[:16]

    def agencies(self) -> list[str]:
        """The codes of the agencies in this database."""
        with self.connect() as connection:
            return sorted(self._agencies(connection).values())

    def drop_agency(self, agency: str) -> None:
        """Erases everything of this agency: there is no way back but a backup."""
        schema = schema_of(agency)
        with self._lock:
            pool = self._pools.pop(schema, None)
        if pool is not None:
            pool.close()
        with self.connect() as connection:
            if self._agencies(connection).get(schema) != agency:
                raise UnknownAgency(f"There is no agency {agency} in this database.")
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))

    def close(self) -> None:
        """Closes every connection."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _agencies(self, connection: Connection[Any]) -> dict[str, str]:
        """Schema -> code, from the comment that `create_agency` leaves on the schema."""
        rows = connection.execute(
            "SELECT nspname, substr(obj_description(oid, 'pg_namespace'), %s) FROM pg_namespace"
            " WHERE starts_with(obj_description(oid, 'pg_namespace'), %s)",
            (len(_COMMENT) + 1, _COMMENT),
        )
        return dict(rows.fetchall())


def ask(pool: Pool, query: LiteralString, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement answers, in binary. It is sent again when the connection is lost, so it must bear repeating."""

    def send(_: int) -> list[tuple[Any, ...]]:
        with pool.connection() as connection:
            cursor = connection.execute(query, parameters, prepare=True, binary=True)
            return cursor.fetchall() if cursor.description else []

    return patiently(pool, send)


def patiently(pool: Pool, send: Callable[[int], T]) -> T:
    """Calls `send` with the number of the attempt, again while the connection is lost; raises `ServerUnavailable`."""
    for attempt in range(ATTEMPTS):
        try:
            return send(attempt)
        except PoolTimeout as error:
            raise _unreachable(error) from error
        except psycopg.OperationalError as error:
            if not is_lost_connection(error):
                raise
            if attempt == ATTEMPTS - 1:
                raise _unreachable(error) from error
            pool.check()  # the others may have been lost with it
            time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
    raise AssertionError


def is_lost_connection(error: psycopg.OperationalError) -> bool:
    """No SQLSTATE at all, class 08 (connection exception), or 57P0x (the server is going down or coming up)."""
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))


def _unreachable(error: Exception) -> ServerUnavailable:
    why = " ".join(str(error).split())
    return ServerUnavailable(
        f"PostgreSQL cannot be reached: {why}. Check SELFBILL_DATABASE_URL and whether that server is running."
    )


_COMMENT = "selfbill agency "


def refuse_old_server(server_version: int) -> None:
    """Raises ServerTooOld; the version is as libpq gives it, e.g. 150020 for 15.20."""
    if server_version // 10_000 < OLDEST_SERVER:
        raise ServerTooOld(
            f"This server is PostgreSQL {server_version // 10_000}; selfbill needs {OLDEST_SERVER} or newer. "
            "Upgrade it, or leave SELFBILL_DATABASE_URL empty to use the server that comes with selfbill."
        )


def _options(agency: str | None) -> str:
    # A schema's name holds nothing but a-z, 0-9 and _, so it needs no quotes.
    path = "" if agency is None else f" -c search_path={schema_of(agency)},public"
    # Compiling a query takes 200 ms, and the planner's guess for a thousand index probes is dear enough to set it off.
    return f"-c timezone=UTC -c jit=off{path}"
