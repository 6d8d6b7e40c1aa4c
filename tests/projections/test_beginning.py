"""A read model without a table is replayed when much has happened already, and followed from there."""

import threading
from typing import Any

import pytest

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import MODELS, fold
from projections.watching import everything, shown
from selfbill.projections import beginning, invoice_list
from selfbill.projections.follower import Follower, NotLeading
from selfbill.projections.ledger import enter
from selfbill.projections.rebuilding import jobs, tables
from selfbill.projections.rebuilding.rebuild import Rebuild
from selfbill.store.database import Pool
from selfbill.store.streams import Streams


@pytest.fixture(autouse=True)
def five_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "WORTH_A_REPLAY", 5)


def shows_everything(pool: Pool, streams: Streams) -> None:
    for model in MODELS:
        assert shown(pool, model) == fold(model, everything(streams))


def outcomes(pool: Pool) -> dict[str, str]:
    with pool.connection() as connection:
        return {job.model: job.state for job in jobs.latest(connection)}


def test_a_long_history_is_replayed_and_then_followed(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool
) -> None:
    tell(*say.a_week())
    follower.catch_up()
    assert outcomes(pool) == {model.name: "switched" for model in MODELS}
    shows_everything(pool, streams)
    last = tell(say.issued("7"), say.issued("8"))
    follower.catch_up()
    assert follower.position() == last
    shows_everything(pool, streams)


def test_only_what_is_missing_is_replayed(
    make_follower: MakeFollower, tell: Tell, streams: Streams, pool: Pool
) -> None:
    first = make_follower([model for model in MODELS if model is not invoice_list.MODEL])
    first.catch_up()
    tell(*say.a_week())
    first.catch_up()
    first.close()
    make_follower().catch_up()
    assert outcomes(pool) == {"invoices": "switched"}
    shows_everything(pool, streams)


def test_a_short_history_is_followed(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginning, "WORTH_A_REPLAY", 1_000)
    tell(*say.a_week())
    follower.catch_up()
    assert outcomes(pool) == {}
    shows_everything(pool, streams)


def test_while_an_operator_makes_one_of_them_the_follower_waits(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool
) -> None:
    tell(*say.a_week())
    with pool.connection() as operator:
        assert jobs.take_lock(operator, "invoices")
        with pytest.raises(NotLeading, match="invoices"):
            follower.step()
        jobs.give_back_lock(operator, "invoices")
    follower.catch_up()
    shows_everything(pool, streams)


def test_a_process_that_is_told_to_stop_leaves_the_replay_to_the_next(
    make_follower: MakeFollower, tell: Tell, streams: Streams, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(*say.a_week())
    stop = threading.Event()
    replay = Rebuild._replay

    def replay_and_stop(rebuild: Any, connection: Any) -> None:
        replay(rebuild, connection)
        stop.set()

    with monkeypatch.context() as patch:
        patch.setattr(Rebuild, "_replay", replay_and_stop)
        make_follower().run(stop)
    assert set(outcomes(pool).values()) == {"catch up"}
    make_follower().catch_up()
    assert set(outcomes(pool).values()) == {"switched"}
    shows_everything(pool, streams)


def test_old_tables_whose_time_is_over_are_dropped_unless_somebody_reads_them(
    make_follower: MakeFollower, pool: Pool
) -> None:
    def begin_anew() -> bool:
        follower = make_follower()
        follower.catch_up()
        follower.close()
        with pool.connection() as connection:
            return tables.entry(connection, "invoices__old") is not None

    assert not begin_anew()
    with pool.connection() as connection:
        connection.execute("CREATE TABLE invoices__old ()")
        enter(connection, invoice_list.MODEL, "invoices__old", "old")
    assert begin_anew()
    with pool.connection() as connection:
        connection.execute("UPDATE read_models SET kept_until = clock_timestamp() WHERE role = 'old'")
    with pool.connection() as reader, reader.transaction():
        reader.execute("SELECT FROM invoices__old")
        assert begin_anew()
    assert not begin_anew()
