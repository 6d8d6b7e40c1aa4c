"""The engine: rows and position together, whatever breaks."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
import pytest

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import FOLDS, MODELS, fold
from projections.watching import PATIENCE, Running, backend, cut, everything, failing, parked, shown
from selfbill.projections import agenda, following, invoice_list, ledger, open_items, placements
from selfbill.projections import follower as follower_module
from selfbill.projections.follower import Follower, Lag, NotLeading
from selfbill.projections.read_model import ReadModel
from selfbill.projections.status import standings
from selfbill.projections.table import Table
from selfbill.store.database import ATTEMPTS, Database, Pool
from selfbill.store.faults import ServerUnavailable
from selfbill.store.recorder import AgencyRecorder
from selfbill.store.streams import Streams


@pytest.fixture
def recorder(database: Database, agency: str) -> AgencyRecorder:
    return AgencyRecorder(database, agency)


def test_every_read_model_shows_what_happened(follower: Follower, tell: Tell, streams: Streams, pool: Pool) -> None:
    last = tell(*say.a_week())
    follower.catch_up()
    for model in MODELS:
        assert shown(pool, model) == fold(model, everything(streams))
        assert shown(pool, model)
    assert follower.position() == last
    assert follower.step() == 0


def test_batches_are_no_longer_than_agreed(follower: Follower, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BATCH_EVENTS", 2)
    tell(say.issued("1"), say.issued("2"), say.issued("3"))
    assert [follower.step(), follower.step(), follower.step()] == [2, 1, 0]


def test_an_item_that_comes_and_goes_within_a_batch_is_never_written(
    follower: Follower, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def write(table: Table[Any], *_: object) -> None:
        written.append(table.name)

    monkeypatch.setattr(Table, "put", write)
    monkeypatch.setattr(Table, "take", write)
    tell(say.started("1"), say.sent("1"))
    follower.catch_up()
    assert written == []


def test_a_connection_lost_inside_a_batch_leaves_neither_rows_nor_position(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(*say.a_week())
    fold_page, left = following.Page.fold, [len(MODELS)]

    def fold_and_lose(page: following.Page) -> None:
        fold_page(page)
        left[0] -= 1
        if left[0] == 0:
            cut(pool, page.connection.info.backend_pid)

    monkeypatch.setattr(following.Page, "fold", fold_and_lose)
    with pytest.raises(psycopg.OperationalError):
        follower.step()
    assert follower.position() == 0
    assert all(shown(pool, model) == {} for model in MODELS)
    assert parked(pool) == []
    follower.catch_up()
    assert all(shown(pool, model) == fold(model, everything(streams)) for model in MODELS)


def test_a_commit_of_which_nobody_heard_is_not_repeated(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(*say.a_week())

    def lose_heart(*_: Any) -> None:
        raise psycopg.OperationalError("the answer to COMMIT was lost")

    with monkeypatch.context() as patch:
        patch.setattr(following, "_move", lose_heart)
        with pytest.raises(psycopg.OperationalError):
            follower.step()
    assert follower.position() == len(everything(streams))
    assert follower.step() == 0
    assert all(shown(pool, model) == fold(model, everything(streams)) for model in MODELS)


def test_one_follower_leads_and_another_takes_over(
    make_follower: MakeFollower, tell: Tell, streams: Streams, pool: Pool
) -> None:
    first, second = make_follower(), make_follower()
    tell(say.issued("1"))
    first.catch_up()
    assert not second.lead()
    with pytest.raises(NotLeading):
        second.step()
    cut(pool, backend(first))
    tell(say.issued("2"))
    second.catch_up()
    tell(say.issued("3"))
    with pytest.raises(psycopg.OperationalError):
        first.step()
    with pytest.raises(NotLeading):
        first.step()
    second.catch_up()
    assert shown(pool, open_items.MODEL) == fold(open_items.MODEL, everything(streams))


def test_catching_up_outlives_a_lost_connection(
    follower: Follower, tell: Tell, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "FIRST_PAUSE_SECONDS", 0.0)
    tell(say.issued("1"))
    follower.catch_up()
    cut(pool, backend(follower))
    tell(say.issued("2"))
    follower.catch_up()
    assert len(shown(pool, open_items.MODEL)) == 2


def test_catching_up_gives_up_when_the_server_stays_away(
    follower: Follower, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: Any) -> None:
        raise ServerUnavailable("PostgreSQL cannot be reached")

    monkeypatch.setattr(follower_module, "FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(Database, "connect", away)
    with pytest.raises(ServerUnavailable):
        follower.catch_up()
    assert caplog.text.count("made anew") == ATTEMPTS - 1


def test_agencies_are_led_apart(database: Database, agency: str, make_follower: MakeFollower, streams: Streams) -> None:
    other = f"{agency}x"
    database.create_agency(other)
    elsewhere = Follower(database, other, streams, ())
    try:
        assert make_follower().lead()
        assert elsewhere.lead()
    finally:
        elsewhere.close()
        database.drop_agency(other)


def test_somebody_who_moved_the_position_meanwhile_is_noticed(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool
) -> None:
    tell(say.issued("1"), say.issued("2"))
    follower.catch_up()
    tell(say.issued("3"))
    for each in follower._tracked:
        each.position = 1
    assert follower.step() == 1
    assert shown(pool, open_items.MODEL) == fold(open_items.MODEL, everything(streams))


def test_who_waits_sees_what_another_process_showed(make_follower: MakeFollower, tell: Tell) -> None:
    leading, waiting = make_follower(), make_follower()
    first = tell(say.issued("1"))
    leading.catch_up()
    assert waiting.wait_for(first, PATIENCE)
    second = tell(say.issued("2"))
    assert not waiting.wait_for(second, 0)
    assert not leading.wait_for(second, 0.001)


def test_before_the_first_start_nothing_is_shown(follower: Follower, tell: Tell) -> None:
    assert follower.position() == 0
    assert not follower.wait_for(tell(say.issued("1")), 0)


def test_lag_counts_events_and_seconds(follower: Follower, tell: Tell, pool: Pool) -> None:
    assert follower.lag() == Lag(0, 0, 0)
    tell(say.issued("1"), say.issued("2"))
    lag = follower.lag()
    assert (lag.events, lag.parked) == (2, 0)
    assert lag.seconds > 0
    follower.catch_up()
    assert follower.lag() == Lag(0, 0, 0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_module, "LEAD_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(follower_module, "FIRST_PAUSE_SECONDS", 0.01)


def test_a_running_follower_is_woken(follower: Follower, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_module, "LOOK_AGAIN_SECONDS", 10 * PATIENCE)
    with Running(follower) as running:
        for number in range(5):
            assert follower.wait_for(tell(say.issued(str(number))), PATIENCE)
        running.stop.set()
        tell(say.issued("9"))


def test_a_lost_wake_up_is_noticed(follower: Follower, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_module, "LOOK_AGAIN_SECONDS", 0.01)
    assert follower.lead()
    assert follower._connection is not None
    follower._connection.execute("UNLISTEN *")
    with Running(follower):
        for number in range(3):
            assert follower.wait_for(tell(say.issued(str(number))), PATIENCE)


@pytest.mark.usefixtures("impatient")
def test_a_running_follower_outlives_its_connection(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    with Running(follower):
        for number in range(4):
            assert follower.wait_for(tell(say.issued(str(number))), PATIENCE)
            cut(pool, backend(follower))
        assert follower.wait_for(tell(say.issued("9")), PATIENCE)
    assert "stand still" in caplog.text
    assert shown(pool, open_items.MODEL) == fold(open_items.MODEL, everything(streams))


@pytest.mark.usefixtures("impatient")
def test_a_running_follower_outlives_the_server(
    follower: Follower,
    tell: Tell,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    connect, refusals = Database.connect, iter([True, True, True])

    def restarting(self: Database, agency: str | None = None) -> Any:
        if next(refusals, False):
            raise ServerUnavailable("PostgreSQL cannot be reached")
        return connect(self, agency)

    monkeypatch.setattr(Database, "connect", restarting)
    with Running(follower):
        assert follower.wait_for(tell(say.issued("1")), PATIENCE)
    assert caplog.text.count("stand still") >= 3


@pytest.mark.usefixtures("impatient")
def test_whoever_leads_both_see_everything(make_follower: MakeFollower, tell: Tell, pool: Pool) -> None:
    first, second = make_follower(), make_follower()
    with Running(first):
        assert first.wait_for(tell(say.issued("1")), PATIENCE)
        with Running(second):
            cut(pool, backend(first))
            assert second.wait_for(tell(say.issued("2")), PATIENCE)
            assert first.wait_for(tell(say.issued("3")), PATIENCE)


@pytest.mark.usefixtures("impatient")
def test_when_the_leader_stops_the_other_goes_on(make_follower: MakeFollower, tell: Tell) -> None:
    first, second = make_follower(), make_follower()
    assert first.lead()
    with Running(second):
        with Running(first):
            assert first.wait_for(tell(say.issued("1")), PATIENCE)
            assert second._connection is None
        assert second.wait_for(tell(say.issued("2")), PATIENCE)


def test_an_event_that_cannot_be_folded_parks_its_stream_for_that_model_only(
    make_follower: MakeFollower, tell: Tell, streams: Streams, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    follower = make_follower([failing(invoice_list.MODEL, "2"), open_items.MODEL, agenda.agenda_model(FOLDS)])
    tell(say.issued("1"), say.issued("2"), say.started("2"), say.issued("3"))
    with caplog.at_level(logging.ERROR):
        follower.catch_up()
    last = tell(say.sent("2"))
    follower.catch_up()
    assert parked(pool) == [("invoices", f"invoice:{say.number('2')}", 2, 2)]
    assert [key for (key,) in sorted(shown(pool, invoice_list.MODEL))] == [say.number("1"), say.number("3")]
    assert shown(pool, open_items.MODEL) == fold(open_items.MODEL, everything(streams))
    assert "position 2" in caplog.text
    assert "ZeroDivisionError: there is nothing in 2" in caplog.text
    assert follower.position() == last
    assert follower.lag() == Lag(0, 0, 1)


def test_what_is_parked_stays_parked_for_the_next_process(make_follower: MakeFollower, tell: Tell, pool: Pool) -> None:
    models = [failing(invoice_list.MODEL, "2")]
    tell(say.issued("2"))
    first = make_follower(models)
    first.catch_up()
    first.close()
    tell(say.started("2"))
    make_follower([invoice_list.MODEL]).catch_up()
    assert parked(pool) == [("invoices", f"invoice:{say.number('2')}", 1, 1)]
    assert shown(pool, invoice_list.MODEL) == {}


def test_a_text_that_the_database_refuses_parks_its_stream(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool
) -> None:
    tell(say.issued("1"), say.failed("1", reason="NUL \0 inside"), say.issued("2"))
    follower.catch_up()
    assert parked(pool) == [("invoices", f"invoice:{say.number('1')}", 2, 0)]
    rows = shown(pool, invoice_list.MODEL)
    assert rows == fold(invoice_list.MODEL, [each for each in everything(streams) if each.position != 2])


def test_an_event_that_nobody_understands_parks_its_stream_for_all(
    follower: Follower, tell: Tell, recorder: AgencyRecorder, streams: Streams, pool: Pool
) -> None:
    tell(say.issued("1"))
    strange = f"invoice:{say.number('1')}"
    recorder.append([strange], [2], ["invoice.from_the_future"], [b"{}"])
    streams.save([say.change(say.issued("2"))], **say.WHO)
    streams.save([say.change(say.sent("1"), version=2)], **say.WHO)
    follower.catch_up()
    assert {(stream, position) for _, stream, position, _ in parked(pool)} == {(strange, 2)}
    assert {model for model, *_ in parked(pool)} == {model.name for model in MODELS}
    assert len(shown(pool, invoice_list.MODEL)) == 2
    assert follower.position() == 4
    assert follower.lag() == Lag(0, 0, 1)


def test_what_is_wrong_with_the_installation_parks_nothing(follower: Follower, tell: Tell, pool: Pool) -> None:
    assert follower.lead()
    with pool.connection() as connection:
        connection.execute("ALTER TABLE open_items RENAME TO elsewhere")
    tell(say.issued("1"), say.issued("2"))
    with pytest.raises(psycopg.errors.UndefinedTable):
        follower.catch_up()
    assert parked(pool) == []
    with pool.connection() as connection:
        connection.execute("ALTER TABLE elsewhere RENAME TO open_items")
    follower.catch_up()
    assert len(shown(pool, open_items.MODEL)) == 2


def test_a_read_model_that_is_new_catches_up_alone(
    make_follower: MakeFollower, tell: Tell, streams: Streams, pool: Pool
) -> None:
    tell(*say.a_week())
    before = make_follower([open_items.MODEL])
    before.catch_up()
    before.close()
    last = tell(say.issued("8"))
    after = make_follower([open_items.MODEL, placements.MODEL, invoice_list.MODEL])
    assert after.step() == last - 1
    assert after.step() == 1
    assert after.step() == 0
    models: list[ReadModel[Any]] = [open_items.MODEL, placements.MODEL, invoice_list.MODEL]
    for model in models:
        assert shown(pool, model) == fold(model, everything(streams))


def test_a_read_model_of_another_version_is_refused(make_follower: MakeFollower, tell: Tell) -> None:
    tell(say.issued("1"))
    before = make_follower()
    before.catch_up()
    before.close()
    newer = msgspec.structs.replace(open_items.MODEL, version=open_items.MODEL.version + 1)
    follower = make_follower([newer, invoice_list.MODEL])
    with pytest.raises(ledger.OutdatedReadModels, match="selfbill projections rebuild open_items") as refused:
        follower.step()
    assert refused.value.models == ("open_items",)
    with pytest.raises(ledger.OutdatedReadModels):
        follower.run(threading.Event())


def test_processes_that_start_together_make_each_table_once(database: Database, agency: str) -> None:
    def start() -> None:
        with database.connect(agency) as connection:
            barrier.wait(PATIENCE)
            names.append([each.name for each in ledger.prepare(connection, MODELS)])

    names: list[list[str]] = []
    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert names == [[model.name for model in MODELS]] * 4


def noted(pool: Pool) -> set[str | None]:
    with pool.connection() as connection:
        return {each.last_error for each in standings(connection, MODELS)}


@pytest.mark.usefixtures("impatient")
def test_what_keeps_it_from_following_is_noted_until_it_goes_on(follower: Follower, tell: Tell, pool: Pool) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    with pool.connection() as connection:
        connection.execute("ALTER TABLE open_items RENAME TO elsewhere")
    last = tell(say.issued("2"))
    with Running(follower):
        wait_until(lambda: noted(pool) != {None})
        (sentence,) = noted(pool)
        assert sentence is not None
        assert sentence.startswith("UndefinedTable: relation")
        with pool.connection() as connection:
            failed_at = connection.execute("SELECT count(failed_at) FROM read_models").fetchone()
            assert failed_at == (len(MODELS),)
            connection.execute("ALTER TABLE elsewhere RENAME TO open_items")
        assert follower.wait_for(last, PATIENCE)
        assert noted(pool) == {None}


def test_what_was_noted_goes_also_when_nothing_more_happens(
    make_follower: MakeFollower, tell: Tell, pool: Pool
) -> None:
    tell(say.issued("1"))
    first = make_follower()
    first.catch_up()
    first.close()
    with pool.connection() as connection:
        ledger.note_failure(connection, [model.name for model in MODELS], OSError("the disk is full\0"))
    assert noted(pool) == {"OSError: the disk is full\\0"}
    assert make_follower().step() == 0
    assert noted(pool) == {None}


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
