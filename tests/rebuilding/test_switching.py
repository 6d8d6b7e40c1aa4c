"""The moment of the switch, seen by those who are looking: they finish on the table they began with, and nobody waits for them."""

import threading
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from rebuilding.agencies import EVERYTHING, MODELS, filled, folded, goes_on, shown
from rebuilding.working import LockClock
from selfbill.projections import export, invoice_lines, invoice_list, open_items
from selfbill.projections.follower import Follower
from selfbill.projections.rebuilding import switching, tables
from selfbill.projections.rebuilding.jobs import Options, draft_of, old_of
from selfbill.projections.rebuilding.rebuild import Rebuild
from selfbill.store.database import Database

EVENTS = 1_500
QUESTIONS = 20
TRIES = 3
PATIENCE = 60.0


@pytest.fixture
def reader(database: Database, agency: str) -> Iterator[Connection[Any]]:
    with database.connect(agency) as connection:
        yield connection


def test_an_open_query_finishes_on_the_table_it_began_with_and_others_are_answered_meanwhile(
    database: Database, agency: str, reader: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, later = filled(database, agency, EVENTS, seed=1, later=500)
    streams = site.open(database)
    follower = Follower(database, agency, streams, MODELS)
    follower.catch_up()
    tried = count_tries(monkeypatch)
    before = rows_and_identity(reader)
    rebuild = Rebuild(database, agency, streams, [invoice_list.MODEL], Options(), by="operator:anna")
    switched = threading.Thread(target=rebuild.run)
    with database.connect(agency) as long, long.transaction(), long.cursor("long") as report:
        report.execute("SELECT number FROM invoices")
        first = report.fetchmany(3)
        switched.start()
        for _ in range(TRIES):
            assert tried.acquire(timeout=PATIENCE)
            for _ in range(QUESTIONS):
                assert len(invoice_list.latest(reader)) == min(before[0], invoice_list.PAGE)
        for _ in islice(goes_on(streams, later), 200):
            pass
        follower.catch_up()
        assert rows_and_identity(reader)[1] == before[1]
        assert tables.entry(reader, draft_of("invoices")) is not None
        rest = report.fetchall()
    assert len(first) + len(rest) == before[0]
    switched.join(PATIENCE)
    assert not switched.is_alive()
    assert rows_and_identity(reader)[1] != before[1]
    assert rows_and_identity(reader, old_of("invoices"))[1] == before[1]
    follower.catch_up()
    follower.close()
    told = streams.read(0, EVERYTHING)
    assert shown(reader, invoice_list.MODEL, "invoices") == folded(told, invoice_list.MODEL, len(told))


def test_the_server_tells_how_long_a_question_waited_for_a_lock(
    database: Database, agency: str, reader: Connection[Any]
) -> None:
    """What the test under load relies on."""
    clock = LockClock(reader)
    if not clock.hears:
        pytest.skip("only a superuser hears about locks")
    with database.connect(agency) as other:
        other.execute("CREATE TABLE watched ()")
        with other.transaction():
            other.execute("LOCK TABLE watched")
            asking = threading.Thread(target=reader.execute, args=("SELECT FROM watched",))
            asking.start()
            wait_until_somebody_waits(other, reader.info.backend_pid)
        asking.join(PATIENCE)
    assert clock.seconds > 0


def test_nothing_that_takes_time_is_done_while_nobody_can_look(
    database: Database, agency: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first rename to the commit there are only statements about single rows, whatever the tables hold."""
    site, later = filled(database, agency, EVENTS, seed=1, later=200)
    streams = site.open(database)
    follower = Follower(database, agency, streams, MODELS)
    follower.catch_up()
    for _ in goes_on(streams, later):
        pass
    follower.catch_up()
    follower.close()
    said: list[str] = []
    execute: Any = Connection.execute

    def listening(connection: Connection[Any], query: Any, *arguments: Any, **options: Any) -> Any:
        text = query.as_string(connection) if isinstance(query, psycopg.sql.Composable) else str(query)
        said.append(text)
        return execute(connection, query, *arguments, **options)

    exchange = switching._exchange
    exclusive: list[list[str]] = []

    def watched(*arguments: Any, **options: Any) -> None:
        inner = options.pop("exchange")

        def exchanging() -> None:
            said.clear()
            inner()
            exclusive.append(list(said))

        exchange(*arguments, exchange=exchanging, **options)

    monkeypatch.setattr(Connection, "execute", listening)
    monkeypatch.setattr(switching, "_exchange", watched)
    Rebuild(database, agency, streams, MODELS, Options(), by="operator:anna").run()
    assert len(exclusive) == len(MODELS)
    few = ("read_models", "parked_streams", "rebuilds", "rebuild_parts")
    for statements in exclusive:
        assert len(statements) <= 15
        for statement in statements:
            assert statement.startswith("ALTER TABLE") or any(name in statement for name in few), statement


def count_tries(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Is released whenever a switch has given way to those who look."""
    tried = threading.Semaphore(0)

    class Chance:
        def uniform(self, low: float, _: float) -> float:
            tried.release()
            return low

    monkeypatch.setattr(switching, "random", Chance())
    return tried


def rows_and_identity(connection: Connection[Any], table: str = "invoices") -> tuple[int, int]:
    query: Any = f"SELECT count(*), '{table}'::regclass::oid::bigint FROM {table}"
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0], row[1]


def wait_until_somebody_waits(connection: Connection[Any], pid: int) -> None:
    """Until this process of the server has waited long enough to say so."""
    deadline = time.monotonic() + PATIENCE
    while (
        connection.execute(
            "SELECT FROM pg_locks WHERE pid = %s AND NOT granted AND waitstart < clock_timestamp() - interval '20 ms'",
            (pid,),
        ).fetchone()
        is None
    ):
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_an_export_that_began_before_a_switch_is_whole(
    database: Database, agency: str, reader: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All its files are as of one moment, also when tables that it has not come to yet are switched in between."""
    site, _ = filled(database, agency, EVENTS, seed=1)
    streams = site.open(database)
    follower = Follower(database, agency, streams, MODELS)
    follower.catch_up()
    follower.close()
    whole = export.export(reader)
    tried = count_tries(monkeypatch)
    all_open_items = open_items.all_open_items
    rebuild = Rebuild(database, agency, streams, [open_items.MODEL, invoice_lines.MODEL], Options(), by="operator:anna")
    rebuilding = threading.Thread(target=rebuild.run)

    def rebuild_before_looking(connection: Connection[Any]) -> list[Any]:
        rebuilding.start()
        deadline = time.monotonic() + PATIENCE
        while rebuilding.is_alive() and not tried.acquire(timeout=0.05):
            assert time.monotonic() < deadline
        return all_open_items(connection)

    monkeypatch.setattr(open_items, "all_open_items", rebuild_before_looking)
    try:
        assert export.export(reader) == whole
    finally:
        rebuilding.join(PATIENCE)
    assert not rebuilding.is_alive()
