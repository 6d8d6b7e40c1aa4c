"""People work, others look, and a rebuild of all read models comes and goes: nobody fails, nothing is lost, nothing is there twice.

How long questions take is written down beside what they take without a rebuild, and decides nothing: the machine is shared
(`scripts/test --long -k minute -o log_cli=true --log-cli-level=INFO` shows the figures).
"""

import logging
import time
from collections.abc import Mapping, Sequence

import pytest

from rebuilding.agencies import MODELS, NAMES, examine, filled
from rebuilding.conftest import Start
from rebuilding.processes import follow_as_usual, signal_for_all
from rebuilding.working import WRITERS, Sample, ask, command, rebuild_again_and_again, set_up
from selfbill.projections.follower import Follower
from selfbill.store.database import Database

COMMANDS_A_SECOND = 200
QUESTIONS_A_SECOND = 50
READERS = 2
NOTICED_SECONDS = 0.25
"""What nobody may have to wait because of a rebuild."""

NOTED_SECONDS = 60.0
"""Only then the server's word about locks decides: only a switch takes any that stand in a question's way."""

FEW = 10
"""Figures of less say nothing."""

_log = logging.getLogger(__name__)


def test_people_work_while_everything_is_rebuilt(database: Database, agency: str, start: Start) -> None:
    work(database, agency, start, events=3_000, seconds=3.0, rebuilds=1, share=0.25)


@pytest.mark.long
def test_people_work_for_a_minute_while_everything_is_rebuilt(database: Database, agency: str, start: Start) -> None:
    work(database, agency, start, events=50_000, seconds=60.0, rebuilds=3, share=1.0)


def work(
    database: Database, agency: str, start: Start, *, events: int, seconds: float, rebuilds: int, share: float
) -> None:
    """So many seconds without a rebuild, and then as many, or more, with so many rebuilds."""
    site, _ = filled(database, agency, events, seed=1)
    set_up(database, site)
    streams = site.open(database)
    began = streams.head()
    stop, enough = signal_for_all(), signal_for_all()
    following = start(follow_as_usual, site, stop)
    assert Follower(database, agency, streams, MODELS).wait_for(began, 300)
    writers = [start(command, site, number, share * COMMANDS_A_SECOND / WRITERS, stop) for number in range(WRITERS)]
    readers = [start(ask, site, number, share * QUESTIONS_A_SECOND / READERS, stop) for number in range(READERS)]
    time.sleep(seconds)
    rebuilding_since = time.monotonic()
    rebuilder = start(rebuild_again_and_again, site, enough)
    while time.monotonic() < rebuilding_since + seconds or len(rebuilder.said()) < rebuilds:
        assert rebuilder.process.exitcode is None, rebuilder.said()
        time.sleep(0.1)
    enough.set()
    assert rebuilder.wait(300) == 0, rebuilder.said()
    rebuilding_until = time.monotonic()
    stop.set()
    for process in (*writers, *readers, following):
        assert process.wait() == 0, process.said()
    asked = [sample for reader in readers for sample in reader.kept(Sample)]
    given = [sample for writer in writers for sample in writer.kept(Sample)]
    told(
        {
            "commands": [sample for sample in given if sample.what != "look"],
            "waits for what was done": [sample for sample in given if sample.what == "look"],
            "questions": asked,
        },
        rebuilder.kept(Sample),
        rebuilding_since,
        rebuilding_until,
    )
    if seconds >= NOTED_SECONDS:
        assert max(each.locked for each in asked) < NOTICED_SECONDS
    follower = Follower(database, agency, streams, MODELS)
    follower.catch_up()
    follower.close()
    found = examine(database, site)
    assert all(found.positions[name] == streams.head() for name in NAMES)
    assert set(found.roles.values()) <= {"live", "old"}


def told(people: Mapping[str, Sequence[Sample]], rebuilt: Sequence[Sample], since: float, until: float) -> None:
    """Writes down what took how long, for docs/performance.md."""
    for what, samples in people.items():
        before = [each for each in samples if each.began < since]
        during = [each for each in samples if since <= each.began < until]
        for when, some in (("without", before), ("with", during)):
            if len(some) < FEW:
                continue
            took = sorted(each.took for each in some)
            span = max(each.began for each in some) - min(each.began for each in some)
            _log.info(
                f"{what} {when} a rebuild: {len(some)}, {len(some) / span:.0f}/s, p50 {_ms(took, 0.5)},"
                f" p99 {_ms(took, 0.99)}, max {_ms(took, 1)},"
                f" over 250 ms {sum(each > NOTICED_SECONDS for each in took)},"
                f" waited for a lock {sum(each.locked > 0 for each in some)}, at most {max(each.locked for each in some) * 1000:.0f} ms"
            )
    for what in ("rebuild", "switch", "rollback"):
        took = sorted(each.took for each in rebuilt if each.what == what)
        if took:
            _log.info(f"{what}: {len(took)}, p50 {_ms(took, 0.5)}, max {_ms(took, 1)}")
    for each in sorted(people["questions"], key=lambda each: -each.took)[:8]:
        _log.info(
            f"  {each.what} took {each.took * 1000:.0f} ms, {each.locked * 1000:.0f} of them for a lock, {each.began - since:+.1f} s"
        )


def _ms(ordered: Sequence[float], share: float) -> str:
    return f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000:.0f} ms"
