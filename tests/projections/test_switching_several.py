"""Several read models switch one after the other; those that have are done, whatever happens to the others."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from projections import happenings as say
from projections.conftest import Tell
from projections.histories import fold
from selfbill.projections import invoice_list, open_items
from selfbill.projections.follower import Follower
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import jobs, switching, tables
from selfbill.projections.rebuilding import rebuild as engine
from selfbill.projections.rebuilding.jobs import Options, RebuildAborted
from selfbill.projections.rebuilding.rebuild import Rebuild, Rebuilt
from selfbill.projections.table import Table
from selfbill.store.database import Database
from selfbill.store.streams import Streams

BOTH: tuple[ReadModel[Any], ...] = (invoice_list.MODEL, open_items.MODEL)
"""In the order of their names, in which they switch."""

RebuildBoth = Callable[[], list[Rebuilt]]


@pytest.fixture
def lacking(follower: Follower, tell: Tell, connection: Connection[Any]) -> None:
    """Both tables lack a row, so that those before a rebuild can be told from those after it."""
    tell(say.issued("1"), say.issued("2"))
    follower.catch_up()
    with connection.transaction():
        for model in BOTH:
            connection.execute(f"DELETE FROM {model.name} WHERE number = '{say.number('1')}'".encode())


@pytest.fixture
def rebuild_both(database: Database, agency: str, streams: Streams, lacking: None) -> RebuildBoth:
    """Rebuilds two read models whose tables lack a row."""
    return lambda: Rebuild(database, agency, streams, BOTH, Options(), by="operator:anna").run()


def at_the_switch_of(
    name: str, monkeypatch: pytest.MonkeyPatch, *, before: Any = lambda _: None, after: Any = lambda _: None
) -> None:
    """Has something happen, once, just before or after this read model's table is exchanged."""
    switch, happened = switching.switch, list[str]()

    def switch_and(connection: Connection[Any], streams: Any, model: Any, **options: Any) -> int:
        first = model.name == name and not happened
        if first:
            happened.append(name)
            before(connection)
        position = switch(connection, streams, model, **options)
        if first:
            after(connection)
        return position

    monkeypatch.setattr(engine, "switch", switch_and)


def lose(connection: Connection[Any]) -> None:
    """Ends a connection as a server that restarts does."""
    with psycopg.connect(connection.info.dsn, password=connection.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
    connection.execute("SELECT 1")


@pytest.mark.parametrize(("name", "when"), [("open_items", "before"), ("open_items", "after"), ("invoices", "after")])
def test_after_a_lost_connection_the_way_back_is_still_the_table_of_before(
    name: str, when: str, rebuild_both: RebuildBoth, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_switch_of(name, monkeypatch, **{when: lose})
    rebuilt = rebuild_both()
    assert [(each.model, each.outcome, each.comparison.only_new) for each in rebuilt] == [
        ("invoices", "switched", 1),
        ("open_items", "switched", 1),
    ]
    for model in BOTH:
        assert len(Table(model, model.name).select(connection)) == 2
        assert len(Table(model, jobs.old_of(model.name)).select(connection)) == 1
        assert [job.state for job in jobs.latest(connection, [model.name])] == ["switched"]


def test_what_has_switched_stays_so_when_the_rest_is_aborted(
    rebuild_both: RebuildBoth, connection: Connection[Any], streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    def abort(_: object) -> None:
        job = jobs.unfinished(connection, "open_items")
        assert job is not None
        jobs.ask_to_abort(connection, job)
        connection.commit()

    at_the_switch_of("open_items", monkeypatch, before=abort)
    with pytest.raises(RebuildAborted):
        rebuild_both()
    assert [job.state for job in jobs.latest(connection)] == ["aborted", "switched"]
    events = streams.read(0, 10)
    assert len(Table(invoice_list.MODEL, "invoices").select(connection)) == len(fold(invoice_list.MODEL, events))
    assert len(Table(open_items.MODEL, "open_items").select(connection)) == 1
    assert tables.entry(connection, "open_items__draft") is None


def test_what_somebody_aborted_while_the_connection_was_lost_is_not_begun_again(
    rebuild_both: RebuildBoth, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_and_abort(rebuilding: Connection[Any]) -> None:
        try:
            lose(rebuilding)
        finally:
            job = jobs.unfinished(connection, "open_items")
            assert job is not None
            engine.discard(connection, job, "aborted")
            connection.commit()

    at_the_switch_of("open_items", monkeypatch, before=lose_and_abort)
    with pytest.raises(RebuildAborted):
        rebuild_both()
    assert tables.entry(connection, "open_items__draft") is None
