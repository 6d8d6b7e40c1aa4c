"""The order of events is the order of commit, without gaps, and nothing that was recorded changes."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import psycopg
import pytest

from selfbill.store.agency import AgencyStore
from selfbill.store.database import Database, schema_of
from selfbill.store.recorder import APPEND
from selfbill.store.streams import Streams
from store.happenings import WHO, StoreFactory, add

ONE_MARBLE = b'{"at":"2026-07-31T12:00:00Z","by":"x","cause":"y","event":{"type":"jar.marbles_added","count":1}}'


def append(connection: psycopg.Connection[Any], stream: str) -> int:
    parameters = ([stream], [1], ["jar.marbles_added"], [ONE_MARBLE], None, None, None)
    ((position,),) = connection.execute(APPEND, parameters).fetchall()
    assert isinstance(position, int)
    return position


def wait_until_somebody_waits_to_append(connection: psycopg.Connection[Any], schema: str) -> None:
    waiting = (
        "SELECT true FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND classid = 7301 AND objid = hashtext(%s)::bigint & 4294967295"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    while not connection.execute(waiting, (schema,)).fetchall():
        pass


def test_a_later_writer_waits_for_an_earlier_one_so_a_reader_never_skips(
    database: Database, agency: str, streams: Streams
) -> None:
    with database.connect(agency) as first, database.connect() as onlooker, ThreadPoolExecutor() as pool:
        with first.transaction():
            assert append(first, "jar:1") == 1
            later = pool.submit(streams.save, [add("jar:2", 0, 1)], **WHO)
            wait_until_somebody_waits_to_append(onlooker, schema_of(agency))
            assert streams.read(0, 10) == []
        assert later.result() == 2
    assert [event.position for event in streams.read(0, 10)] == [1, 2]


def test_a_save_that_is_rolled_back_leaves_no_gap(database: Database, agency: str, streams: Streams) -> None:
    with database.connect(agency) as connection, connection.transaction(force_rollback=True):
        assert append(connection, "jar:1") == 1
    assert streams.save([add("jar:2", 0, 1)], **WHO) == 1


def test_a_reader_beside_many_writers_sees_every_position_once_and_in_order(
    make_store: StoreFactory, streams: Streams
) -> None:
    done = Signal()
    seen: list[int] = []

    def follow() -> None:
        while True:
            finished = done.is_set()
            news = streams.read(seen[-1] if seen else 0, 7)
            seen.extend(event.position for event in news)
            if finished and not news:
                return

    def write(number: int) -> None:
        for version in range(40):
            streams.save([add(f"jar:{number}", version, 1), add(f"jar:{number}b", version, 1)], **WHO)

    with ThreadPoolExecutor() as pool:
        reader = pool.submit(follow)
        try:
            list(pool.map(write, range(4)))
        finally:
            done.set()
        reader.result()
    assert seen == list(range(1, 4 * 40 * 2 + 1))


def test_appending_and_vacuum_dont_wait_for_each_other(database: Database, agency: str, streams: Streams) -> None:
    with database.connect(agency) as vacuum, database.connect(agency) as writer:
        vacuum.execute("SET lock_timeout = '20s'")
        with writer.transaction():
            append(writer, "jar:1")
            vacuum.execute("VACUUM events")
        with vacuum.transaction():
            vacuum.execute("LOCK TABLE events IN SHARE UPDATE EXCLUSIVE MODE")  # what VACUUM holds while it works
            assert streams.save([add("jar:2", 0, 1)], **WHO) == 2
            # and what the library's recorder would have asked for
            with pytest.raises(psycopg.errors.LockNotAvailable), writer.transaction():
                writer.execute("LOCK TABLE events IN EXCLUSIVE MODE NOWAIT")


def test_the_moment_of_recording_never_goes_back(database: Database, agency: str, streams: Streams) -> None:
    ahead = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
    with database.connect(agency) as connection:
        connection.execute(
            "INSERT INTO events VALUES (1, 'jar:1', 1, 'jar.marbles_added', %b, %s)", (ONE_MARBLE, ahead)
        )
    streams.save([add("jar:2", 0, 1, 2)], **WHO)
    assert [event.recorded_at for event in streams.read(0, 10)] == [ahead] * 3


@pytest.mark.parametrize("table", ["events", "documents"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET {}_at = now()", "DELETE FROM {}", "DELETE FROM {} WHERE false", "TRUNCATE {}"]
)
def test_what_was_recorded_cannot_be_changed_or_removed(
    database: Database, agency: str, store: AgencyStore, table: str, statement: str
) -> None:
    store.streams.save([add("jar:1", 0, 1)], **WHO)
    store.archive.put(b"an invoice", "application/pdf")
    moment = {"events": "recorded", "documents": "stored"}[table]
    with database.connect(agency) as connection:
        with pytest.raises(psycopg.DatabaseError, match="what was recorded stays as it is"):
            connection.execute(statement.format(table, moment))
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)


def test_a_save_wakes_who_listens_to_the_agency(database: Database, agency: str, streams: Streams) -> None:
    with database.connect(agency) as listener:
        listener.execute(f"LISTEN {schema_of(agency)}")
        streams.save([add("jar:1", 0, 1)], **WHO)
        assert [each.channel for each in listener.notifies(timeout=20, stop_after=1)] == [schema_of(agency)]
