"""Two who rebuild the same: the second is told, goes on when the first has died, and the first cannot write any more."""

import os
import signal
import time
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from rebuilding.agencies import MODELS, NAMES, examine
from rebuilding.conftest import Start
from rebuilding.processes import Kill, Process, Said, rebuild
from rebuilding.stories import STATES, Story
from selfbill.projections import open_items
from selfbill.projections.rebuilding import jobs
from selfbill.projections.rebuilding.ending import abort, go_back
from selfbill.projections.rebuilding.jobs import REBUILDING, Options
from selfbill.projections.rebuilding.rebuild import Rebuild, RebuildRunning
from selfbill.store.database import Database

PATIENCE = 60.0
IN_THE_MIDDLE = {"replay": 8, "catch up": 8, "index": 4, "compare": 4, "switch": 8}
"""Transactions in each state."""


def in_ci(*states: str) -> list[Any]:
    """All states; only these outside the campaign."""
    return [state if state in states else pytest.param(state, marks=pytest.mark.long) for state in STATES]


def stopped(story: Story, start: Start, state: str) -> Process:
    """A rebuild of everything that stands still in the middle of this state, as a process does that swaps.

    It does one thing at a time, so that no other transaction of it stays open, for which everybody would wait.
    """
    plan = Kill(state, commit=IN_THE_MIDDLE[state], signal=signal.SIGSTOP)
    process = start(rebuild, story.site, NAMES, Options(jobs=1), plan)
    deadline = time.monotonic() + PATIENCE
    while psutil.Process(process.process.pid).status() != psutil.STATUS_STOPPED:
        assert process.process.exitcode is None, process.said()[-1]
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def second(story: Story, models: Any = MODELS) -> Rebuild:
    return Rebuild(story.database, story.site.agency, story.streams, models, Options(), by="operator:bert")


@pytest.mark.parametrize("state", in_ci("switch"))
def test_the_second_operator_is_told_and_goes_on_when_the_first_has_died(
    database: Database, agency: str, start: Start, state: str
) -> None:
    story = Story(database, agency, start, 1)
    story.show_everything()
    first = stopped(story, start, state)
    last = NAMES[-1]
    with pytest.raises(RebuildRunning):
        second(story).run()
    with pytest.raises(RebuildRunning):
        second(story, [model for model in MODELS if model.name == last]).run()
    with pytest.raises(RebuildRunning):
        go_back(database, agency, story.streams, open_items.MODEL)
    first.kill()
    first.wait()
    first.has_left(database)
    before = examine(database, story.site).unfinished
    assert before
    done = second(story).run()
    assert {each.model: each.resumed_from for each in done if each.resumed_from} == {
        name: job.state for name, job in before.items()
    }
    story.show_everything()


@pytest.mark.parametrize("state", in_ci("replay"))
@pytest.mark.parametrize("ending", ["finishes", "aborts"])
def test_a_process_that_lost_its_lock_writes_nothing_any_more(
    database: Database, agency: str, start: Start, state: str, ending: str
) -> None:
    """It stood still, its connection was cut, and another brought the rebuild to its end; then it comes round."""
    story = Story(database, agency, start, 1)
    story.show_everything()
    orphan = stopped(story, start, state)
    cut_lock(database, orphan)
    if ending == "finishes":
        second(story).run()
    else:
        for name in examine(database, story.site).unfinished:
            abort(database, agency, name)
    before = story.examine()
    rebuilds = all_rebuilds(database, agency)
    go_on(orphan)
    assert story.examine() == before
    assert all_rebuilds(database, agency) == rebuilds
    story.show_everything()


def test_a_process_that_lost_its_lock_leaves_the_rebuild_to_whoever_has_it(
    database: Database, agency: str, start: Start
) -> None:
    """It comes round while the other is still at work, and must not write a row twice."""
    story = Story(database, agency, start, 1)
    story.show_everything()
    orphan = stopped(story, start, "replay")
    cut_lock(database, orphan)
    other = stopped(story, start, "catch up")
    go_on(orphan)
    go_on(other)
    assert orphan.said()[-1].state == "ended", orphan.said()[-1]
    assert other.said()[-1].state == "done", other.said()[-1]
    with database.connect(agency) as connection:
        rows = jobs.latest(connection)
        assert sorted(job.model for job in rows) == list(NAMES)
        assert all(job.state == "switched" and job.last_error is None for job in rows)
    story.show_everything()


@pytest.mark.parametrize("state", in_ci("replay", "compare"))
def test_a_rebuild_that_somebody_works_on_is_aborted(database: Database, agency: str, start: Start, state: str) -> None:
    """Whoever works on it hears of it at the next step, and leaves nothing; what was switched before stays."""
    story = Story(database, agency, start, 1)
    story.show_everything()
    working = stopped(story, start, state)
    before = examine(database, story.site)
    for name in before.unfinished:
        with pytest.raises(RebuildRunning):
            abort(database, agency, name, patience_seconds=0)
    go_on(working)
    assert working.said()[-1] == Said("ended", error="RebuildAborted")
    found = story.examine()
    assert found.unfinished == {}
    assert "draft" not in found.roles.values()
    assert {name: found.identities[name] for name in NAMES} == {name: before.identities[name] for name in NAMES}
    story.show_everything()


def go_on(process: Process) -> None:
    """Wakes a process that stands still, and waits for its end."""
    assert process.process.pid is not None
    os.kill(process.process.pid, signal.SIGCONT)
    process.wait(PATIENCE)


def cut_lock(database: Database, process: Process) -> None:
    """Ends the connection on which this process holds its lock, and leaves it the others."""
    with database.connect() as connection:
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = %s AND pid IN"
            " (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s)",
            (process.named, REBUILDING),
        ).fetchall()
    assert cut == [(True,)]


def all_rebuilds(database: Database, agency: str) -> list[Any]:
    with database.connect(agency) as connection:
        return jobs.latest(connection, limit=1_000)
