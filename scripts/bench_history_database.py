"""A database with a made-up history in it, for the time of a benchmark or kept from one to the next."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from selfbill.settings import Settings
from selfbill.store.database import Database, schema_of
from selfbill.store.server import server_url

AGENCY = "bench"
SAMPLE = "bench-sample"
SAMPLE_EVENTS = 8_000
"""Some ten seconds for the library's runner. A small agency of its own over the same two years, because a stretch of the large
one holds either its founding or the middle of what began before."""


@contextlib.contextmanager
def history_database(data_dir: Path, *, events: int, seed: int, keep: bool) -> Iterator[str]:
    """The URL of a database with an agency of so many events; dropped afterwards unless it is kept.

    A kept one is used again when it was made in the same way; otherwise it is made anew.
    """
    server = server_url(Settings(data_dir=data_dir))
    name = f"selfbill_bench_history_{events}{'' if keep else '_once'}"
    made_by = json.dumps({"events": events, "seed": seed, "history": _fingerprint(seed)})
    url = psycopg.conninfo.make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as connection:
        print(f"PostgreSQL {_about(connection)}")
        if _made_by(connection, name) != made_by:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            for agency, number in ((AGENCY, events), (SAMPLE, min(events, SAMPLE_EVENTS))):
                _fill(url, agency, number, seed)
            # Only now: a database that was not filled to its end is none.
            connection.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(made_by))
            )
    with Database(url) as database:
        database.migrate()
    print(f"{events:,} events in {_size(url)}", flush=True)
    try:
        yield url
    finally:
        if not keep:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fingerprint(seed: int) -> str:
    """Changes when other histories are made than before."""
    return str(_child("", "fingerprint", "", str(seed))["history"])


def _made_by(connection: psycopg.Connection[Any], name: str) -> str | None:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (name,)
    ).fetchone()
    return row[0] if row else None


def _about(connection: psycopg.Connection[Any]) -> str:
    names = ("server_version", "shared_buffers", "fsync", "synchronous_commit", "wal_level", "max_wal_size")
    return ", ".join(f"{name} {connection.execute(f'SHOW {name}').fetchone()[0]}" for name in names)  # type: ignore[index]


def _size(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT pg_size_pretty(pg_table_size(t)), pg_size_pretty(pg_indexes_size(t)) FROM (SELECT %s::regclass AS t) AS x",
            (f"{schema_of(AGENCY)}.events",),
        ).fetchone()
    assert row is not None
    return f"{row[0]}, indexes {row[1]}"


def _fill(url: str, agency: str, events: int, seed: int) -> None:
    started = time.perf_counter()
    _child(url, "fill", agency, str(events), str(seed))
    print(f"made {events:,} events for {agency} in {time.perf_counter() - started:.0f} s", flush=True)


def _child(*arguments: str) -> dict[str, Any]:
    """In a process of its own, because what this needs is not the benchmark's memory."""
    script = Path(__file__).with_name("bench_projections.py")
    done = subprocess.run(
        [sys.executable, script, "--child", *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def clear_read_models(url: str) -> None:
    """Nothing is shown any more, and nothing was rebuilt; the next follower starts from zero."""
    with psycopg.connect(url, autocommit=True, options=f"-c search_path={schema_of(AGENCY)}") as connection:
        for (name,) in connection.execute("SELECT name FROM read_models").fetchall():
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))
        for table in ("read_models", "parked_streams", "rebuilds"):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def settle(url: str) -> None:
    """What the run before has written is on the disk, and does not slow down the next."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
