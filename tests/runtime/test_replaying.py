"""Processes that help with a replay: together they make what one makes, and their death costs nothing."""

import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from projections.histories import fold
from rebuilding.agencies import EVERYTHING, bench_history
from runtime.conftest import MakeHouse
from selfbill.projections.rebuilding import jobs, replaying, sharing, tables, whole_replay
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild
from selfbill.projections.table import Table
from selfbill.runtime.house import House, read_models
from selfbill.runtime.replaying import Helpers, helpers_of
from selfbill.store.keys import master_key

EVENTS = 6_000
MODELS = read_models()


@pytest.fixture
def house(make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house with a history that is worth sharing."""
    house = make_house()
    bench_history.fill(
        house.database, house.agency, bench_history.history(EVENTS, 7), master=master_key(house.settings)
    )
    for module in (sharing, whole_replay):
        monkeypatch.setattr(module, "WORTH_SHARING", 1)
    return house


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process takes one part only, so that the rest is left to the helpers."""
    claim, claimed = sharing.Worker._claim, list[Any]()

    def claim_one(worker: sharing.Worker, connection: Any, wanted: Any) -> Any:
        if len(claimed) == 1:
            return None
        claimed.append(claim(worker, connection, wanted))
        return claimed[-1]

    monkeypatch.setattr(sharing.Worker, "_claim", claim_one)


def rebuild(house: House, start_helpers: Any) -> None:
    streams = house.store.streams
    Rebuild(
        house.database, house.agency, streams, MODELS, Options(jobs=2), by="operator:anna", start_helpers=start_helpers
    ).run()


def shows_everything(house: House) -> None:
    """Every table is the naive fold of the whole log, row for row."""
    told = house.store.streams.read(0, EVERYTHING)
    assert len(told) == EVENTS
    with house.pool.connection() as connection:
        assert tables.orphans(connection) == []
        for model in MODELS:
            rows = Table(model, model.name).select(connection)
            keyed = {tuple(getattr(row, name) for name in model.key): row for row in rows}
            assert len(keyed) == len(rows)
            assert keyed == fold(model, told)


@pytest.mark.usefixtures("unhurried")
def test_a_helper_replays_what_this_process_does_not(house: House) -> None:
    rebuild(house, helpers_of(house))
    shows_everything(house)


@pytest.mark.parametrize("cut", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_helper_left_is_replayed_by_the_process_that_started_it(
    house: House, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay: Callable[..., None] = replaying.replay_by_stream
    helpers: list[Any] = []

    def replay_and_kill(*arguments: Any) -> None:
        for helper in helpers:
            if helper.poll() is None:
                helper.send_signal(cut)
        replay(*arguments, chunk_events=200)

    @contextlib.contextmanager
    def start(models: Sequence[str], count: int) -> Iterator[Helpers]:
        with helpers_of(house)(models, count) as started:
            helpers.extend(started)
            yield started

    monkeypatch.setattr(sharing, "replay_by_stream", replay_and_kill)
    rebuild(house, start)
    shows_everything(house)
    with house.pool.connection() as connection:
        assert {job.state for job in jobs.latest(connection)} == {"switched"}


def test_several_workers_in_one_process_make_what_one_makes(house: House) -> None:
    rebuild(house, None)
    shows_everything(house)
    with house.pool.connection() as connection:
        assert len(sharing.borders(connection, EVENTS)) <= sharing.PARTS
