"""One save is one transaction, with everything that must be true or written together."""

from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from selfbill.store.database import Database, schema_of
from selfbill.store.recorder import APPEND, AgencyRecorder
from selfbill.store.streams import CommandSeen, Conflict, Loaded, Streams
from store.happenings import AGGREGATES, EVENTS, WHO, Jar, StoreFactory, add


def test_a_command_is_carried_out_once(streams: Streams) -> None:
    assert streams.save([add("jar:1", 0, 1, 2)], **WHO, command_id="c1") == 2
    with pytest.raises(CommandSeen) as seen:
        streams.save([add("jar:1", 2, 1)], **WHO, command_id="c1")
    assert (seen.value.command_id, seen.value.position) == ("c1", 2)
    assert streams.head() == 2
    assert (streams.position_of("c1"), streams.position_of("c2")) == (2, None)


def test_a_command_that_was_refused_may_be_tried_again(streams: Streams) -> None:
    streams.save([add("jar:1", 0, 1)], **WHO)
    with pytest.raises(Conflict):
        streams.save([add("jar:1", 0, 1)], **WHO, command_id="c1")
    assert streams.save([add("jar:1", 1, 1)], **WHO, command_id="c1") == 2


def test_all_changes_are_saved_or_none(streams: Streams) -> None:
    streams.save([add("jar:1", 0, 1)], **WHO)
    with pytest.raises(Conflict) as conflict:
        streams.save([add("jar:2", 0, 1), add("jar:1", 0, 1)], **WHO, command_id="c1")
    assert conflict.value.streams == ("jar:2", "jar:1")
    assert streams.load("jar:2") == Loaded(Jar(), 0)
    assert streams.position_of("c1") is None


def test_a_stream_that_a_decision_rests_on_must_not_have_moved(streams: Streams) -> None:
    streams.save([add("jar:1", 0, 1)], **WHO)
    with pytest.raises(Conflict) as conflict:
        streams.save([add("jar:2", 0, 1)], **WHO, command_id="c1", unchanged={"jar:3": 0, "jar:1": 0})
    assert conflict.value.streams == ("jar:1",)
    assert (streams.head(), streams.position_of("c1")) == (1, None)
    assert streams.save([add("jar:2", 0, 1)], **WHO, unchanged={"jar:3": 0, "jar:1": 1}) == 2


class LosesTheFirstReply(AgencyRecorder):
    """The server commits; before the reply arrives, the connection is gone."""

    attempts = 0

    def _send(self, parameters: Sequence[Any]) -> int:
        self.attempts += 1
        if self.attempts > 1:
            return super()._send(parameters)
        with self.pool.connection() as connection, self.pool.connection() as other:
            connection.execute(APPEND, parameters)
            other.execute("SELECT pg_terminate_backend(%s, 20000)", (connection.info.backend_pid,))
            connection.execute("SELECT 1")
        raise AssertionError("the connection outlived its server process")


@pytest.fixture
def unlucky(database: Database, agency: str, streams: Streams) -> Streams:
    return Streams(LosesTheFirstReply(database, agency), streams._mapper, AGGREGATES)


def test_a_connection_lost_after_commit_is_settled_by_the_command(unlucky: Streams) -> None:
    assert unlucky.save([add("jar:1", 0, 1, 2)], **WHO, command_id="c1") == 2
    assert unlucky.load("jar:1") == Loaded(Jar(3), 2)
    assert unlucky.head() == 2


def test_a_connection_lost_after_commit_without_a_command_is_a_conflict_with_oneself(unlucky: Streams) -> None:
    with pytest.raises(Conflict):
        unlucky.save([add("jar:1", 0, 1, 2)], **WHO)
    assert unlucky.load("jar:1") == Loaded(Jar(3), 2)


class LosesTheFirstQuestion(AgencyRecorder):
    """The connection is gone before the server has heard anything."""

    attempts = 0

    def _send(self, parameters: Sequence[Any]) -> int:
        self.attempts += 1
        if self.attempts > 1:
            return super()._send(parameters)
        raise psycopg.OperationalError("server closed the connection unexpectedly")


def test_a_lost_connection_does_not_take_the_command_of_somebody_else_for_its_own(
    database: Database, agency: str, streams: Streams
) -> None:
    unlucky = Streams(LosesTheFirstQuestion(database, agency), streams._mapper, AGGREGATES)
    streams.save([add("jar:1", 0, 7)], **WHO, command_id="c1")
    with pytest.raises(CommandSeen):
        unlucky.save([add("jar:2", 0, 1)], **WHO, command_id="c1")


def test_connections_that_a_restart_left_dead_are_replaced(database: Database, agency: str, streams: Streams) -> None:
    streams.save([add("jar:1", 0, 1)], **WHO)
    with database.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert streams.load("jar:1") == Loaded(Jar(1), 1)
    assert streams.save([add("jar:1", 1, 1)], **WHO) == 2


def test_in_the_library_a_check_after_the_insert_comes_too_late(database: Database, agency: str) -> None:
    """Why every check of ours stands inside `append_events`."""

    class ChecksTooLate(PostgresApplicationRecorder):
        def _fetch_ids_after_insert_events(self, *_: Any, **__: Any) -> Sequence[int]:
            raise ValueError("refused")

    with database.connect() as connection:
        dbname, host, port, user = (
            connection.info.dbname,
            connection.info.host,
            connection.info.port,
            connection.info.user,
        )
    with PostgresDatastore(
        dbname,
        host,
        port,
        user,
        "",
        schema=schema_of(agency),
        originator_id_type="text",
    ) as datastore:
        recorder = ChecksTooLate(datastore)
        recorder.create_table()
        with pytest.raises(ValueError, match="refused"):
            recorder.insert_events([StoredEvent("jar:1", 1, "jar.marbles_added", b"{}")])
        assert len(recorder.select_events("jar:1")) == 1


def test_opening_a_store_runs_no_statement_of_the_library(make_store: StoreFactory) -> None:
    assert make_store(EVENTS, AGGREGATES).streams.head() == 0
