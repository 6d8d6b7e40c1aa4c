"""PostgreSQL goes down and comes up again: following and rebuilding go on by themselves, and every table is what it should be.

The server is one of these tests' own, so that nobody else is disturbed; it is the one that comes with selfbill.
"""

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest

from rebuilding.agencies import MODELS, NAMES, Found, examine, filled
from rebuilding.stories import STATES
from selfbill.projections import following
from selfbill.projections.follower import Follower
from selfbill.projections.rebuilding import jobs
from selfbill.projections.rebuilding.jobs import Options, old_of
from selfbill.projections.rebuilding.rebuild import Rebuild, Step
from selfbill.store.database import Database
from selfbill.store.recorder import CommandSeen
from selfbill.store.server import SYSTEM_USER, _library, embedded_url, stop_embedded
from selfbill.store.streams import Change, Recorded, Streams

EVENTS = 1_500
LATER = 300
PATIENCE = 120.0

Mode = Literal["immediate", "fast"]
"""Of `pg_ctl restart`: as after a crash, or in order."""

_numbers = count(1)


class Server:
    """A server that can be restarted."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.url = embedded_url(data_dir)
        self.restarts = 0

    def restart(self, mode: Mode) -> None:
        """Everybody loses their connections."""
        pgdata = (self._data_dir / "postgres").resolve()
        user = SYSTEM_USER if os.geteuid() == 0 else None
        _library().pg_ctl(["-w", "-m", mode, "-l", str(pgdata / "log"), "restart"], pgdata=pgdata, user=user)
        self.restarts += 1


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    # Not pytest's own directory: that is closed to the user that the server runs as when the tests run as root.
    directory = Path(tempfile.mkdtemp(prefix="selfbill-restarts-"))
    yield Server(directory)
    stop_embedded(directory)
    shutil.rmtree(directory, ignore_errors=True)


class Place:
    """An agency on that server, and people who work there whatever happens to the server."""

    def __init__(self, database: Database, server: Server, events: int = EVENTS) -> None:
        self.database, self.server = database, server
        agency = f"r{next(_numbers)}"
        database.create_agency(agency)
        self.site, self.later = filled(database, agency, events, seed=1, later=LATER)
        self.streams = self.site.open(database)
        self.follower = Follower(database, agency, self.streams, MODELS)

    def examine(self) -> Found:
        found = examine(self.database, self.site)
        assert all(found.positions[name] == self.streams.head() for name in NAMES)
        return found


@pytest.fixture
def place(own_server: Server) -> Iterator[Place]:
    with Database(own_server.url) as database:
        yield Place(database, own_server)


def save(streams: Streams, told: Recorded) -> None:
    """As somebody does who gives each command a name: what was done although nobody heard of it is not done again."""
    change = Change(told.originator_id, told.originator_version - 1, [told.event])
    with contextlib.suppress(CommandSeen):
        streams.save([change], at=told.at, by=told.by, cause=told.cause, command_id=f"command {told.position}")


@pytest.mark.parametrize("modes", [("immediate", "fast")])
def test_following_goes_on_by_itself_after_a_restart(
    place: Place, modes: tuple[Mode, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_and_restart(place, modes, monkeypatch)


@pytest.mark.parametrize(
    ("state", "mode"),
    [
        ("replay", "immediate"),
        ("catch up", "fast"),
        ("index", "immediate"),
        ("compare", "fast"),
        ("switch", "immediate"),
    ],
)
def test_a_rebuild_goes_on_by_itself_after_a_restart(place: Place, state: str, mode: Mode) -> None:
    rebuild_and_restart(place, [(state, mode)])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_following_goes_on_by_itself_after_many_restarts(
    place: Place, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = Random(seed)  # noqa: S311 - the same each time
    follow_and_restart(place, [dice.choice(("immediate", "fast")) for _ in range(5)], monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_a_rebuild_goes_on_by_itself_after_a_restart_in_every_state(place: Place, mode: Mode) -> None:
    rebuild_and_restart(place, [(state, mode) for state in STATES])


def follow_and_restart(place: Place, modes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Restarts the server while a follower shows what people do, once after so many of their commands."""
    monkeypatch.setattr(following, "BATCH_EVENTS", 100)
    stop = threading.Event()
    runs = threading.Thread(target=place.follower.run, args=(stop,))
    runs.start()
    try:
        share = len(place.later) // (len(modes) + 1)
        for number, told in enumerate(place.later, start=1):
            if number % share == 0 and number // share <= len(modes):
                place.server.restart(modes[number // share - 1])
            save(place.streams, told)
        assert place.follower.wait_for(place.streams.head(), PATIENCE)
        with place.database.connect(place.site.agency) as connection:
            failed = connection.execute("SELECT name, last_error FROM read_models WHERE last_error IS NOT NULL")
            assert failed.fetchall() == []
    finally:
        stop.set()
        runs.join(PATIENCE)
    assert not runs.is_alive()
    place.examine()


def rebuild_and_restart(place: Place, plan: list[tuple[str, Mode]]) -> None:
    """Restarts the server each time that a rebuild of everything comes to the next of these states."""
    place.follower.catch_up()
    place.follower.close()
    before = place.examine()
    later = iter(place.later)
    restarts = iter(plan)
    one_at_a_time = threading.Lock()
    due = [next(restarts)]

    def on_step(step: Step) -> None:
        with one_at_a_time:
            told = next(later, None)
            if told is not None:
                save(place.streams, told)
            if due and step.state == due[0][0]:
                place.server.restart(due.pop()[1])
                due.extend(each for each in [next(restarts, None)] if each)

    done = Rebuild(
        place.database, place.site.agency, place.streams, MODELS, Options(), by="operator:anna", on_step=on_step
    ).run()
    assert not due
    assert [each.outcome for each in done] == ["switched"] * len(MODELS)
    assert all(each.resumed_from is None and not each.parked for each in done)  # nobody else had left anything
    with place.database.connect(place.site.agency) as connection:
        rows = jobs.latest(connection)
        assert sorted(job.model for job in rows) == list(NAMES)  # one rebuild each, however often it was interrupted
        assert all(job.state == "switched" and job.last_error is None for job in rows)
        assert all(1 <= job.attempts <= 1 + len(plan) for job in rows)
        assert any(job.attempts > 1 for job in rows)  # a crash may forget that it was gone on with, as it does the rest
        assert all(jobs.comparison(connection, job.id) is not None for job in rows)
    place.follower.catch_up()
    place.follower.close()
    found = place.examine()
    assert all(found.identities[old_of(name)] == before.identities[name] for name in NAMES)
