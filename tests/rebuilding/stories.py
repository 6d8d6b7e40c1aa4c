"""The story of a rebuild, or of a follower, that is killed again and again at seeded points while people go on working."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from typing import get_args

from rebuilding.agencies import MODELS, NAMES, Found, examine, filled, goes_on
from rebuilding.conftest import Start
from rebuilding.processes import Kill, Process, Said, When, follow, rebuild
from selfbill.projections import status
from selfbill.projections.follower import Follower
from selfbill.projections.rebuilding import jobs
from selfbill.projections.rebuilding.ending import abort
from selfbill.projections.rebuilding.jobs import Options, draft_of, old_of
from selfbill.store.database import Database

EVENTS = 1_500
LATER = 4_000
WHILE_IT_RUNS = 60
"""Events that are saved while a process works that is to be killed."""

STATES = ("replay", "catch up", "index", "compare", "switch")

LONGEST = {"prepare": 24, "replay": 350, "catch up": 110, "index": 50, "compare": 115, "switch": 260, "following": 250}
"""About how many exchanges with the server there are in each state."""

LATEST_SECONDS = 0.02
"""How long after the beginning of an exchange a process is killed at the most; most of them take a millisecond."""

KILLED_WITHIN_SECONDS = 2.0
"""Of its start; about as long as a rebuild takes."""


class Story:
    """One agency whose read models are followed and rebuilt, and what has been killed so far."""

    def __init__(self, database: Database, agency: str, start: Start, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - where to kill, the same each time
        self.database = database
        self.site, later = filled(database, agency, EVENTS, seed, later=LATER)
        self.streams = self.site.open(database)
        self.killed: Counter[str] = Counter()
        self._start = start
        self._later = goes_on(self.streams, later)
        self._follower = Follower(database, agency, self.streams, MODELS)

    def show_everything(self) -> None:
        """The follower catches up, and every table is what it should be."""
        try:
            self._follower.catch_up()
            assert self._follower.position() == self.streams.head()
        finally:
            self._follower.close()
        found = self.examine()
        assert all(found.positions[name] == self.streams.head() for name in NAMES)

    def examine(self) -> Found:
        """Holds every table against the log; operators see the same."""
        found = examine(self.database, self.site)
        with self.database.connect(self.site.agency) as connection:
            standings = status.standings(connection, MODELS)
        assert {each.name: each.role for each in standings if each.state != "missing"} == found.roles
        assert {each.name: each.position for each in standings if each.name in found.positions} == found.positions
        return found

    @contextlib.contextmanager
    def at_work(self, *, followed: bool) -> Iterator[None]:
        """Meanwhile people work, and perhaps the follower follows."""
        stop = threading.Event()
        follower = Follower(self.database, self.site.agency, self.streams, MODELS)
        threads = [threading.Thread(target=lambda: Counter(islice(self._later, WHILE_IT_RUNS)))]
        if followed:
            threads.append(threading.Thread(target=follower.run, args=(stop,)))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    # Rebuilding

    def kill_rebuild(self, state: str, options: Options) -> Found:
        """A rebuild of all read models, or the rest of one, is killed in this state; answers what it left.

        When it came to its end before it was killed, another is begun and killed sooner.
        """
        exchange = self.dice.randint(1, LONGEST[state])
        while True:
            plan = self._plan(state, exchange)
            before = self.examine()
            process = self._rebuild(options, plan)
            if process.wait() == -9:
                break
            self._has_ended(process.said()[-1], before, options)
            exchange = max(1, exchange // 2)
        process.has_left(self.database)
        told = state if plan.when != "during" else _told(process.said())  # an exchange may outlast the state
        found = self.examine()
        self._is_where_it_was_killed(told, process.said(), before, found)
        self.killed[told] += 1
        return found

    def commits_of_a_rebuild(self) -> int:
        """How many transactions a rebuild of all read models has."""
        process = self._rebuild(Options(), None)
        assert process.wait() == 0
        return process.said()[-1].commits

    def kill_after_commit(self, commit: int, options: Options) -> None:
        """A rebuild is killed as soon as so many of its transactions are committed."""
        before = self.examine()
        process = self._rebuild(options, Kill(commit=commit))
        if process.wait() == 0:  # there was less to catch up with
            self._has_ended(process.said()[-1], before, options)
            return
        process.has_left(self.database)
        self.killed[_told(process.said())] += 1
        self.examine()

    def kill_rebuild_from_outside(self, options: Options) -> None:
        """A rebuild, or the rest of one, is killed at a time that has nothing to do with what it does."""
        before = self.examine()
        with self.at_work(followed=self.dice.random() < 0.5):
            process = self._start(rebuild, self.site, NAMES, options, None)
            process.process.join(self.dice.uniform(0, KILLED_WITHIN_SECONDS))
            process.kill()
            process.process.join()
        if process.wait() == 0:
            self._has_ended(process.said()[-1], before, options)
            return
        process.has_left(self.database)
        self.examine()
        self.killed[_told(process.said())] += 1

    def finish_rebuild(self, options: Options) -> None:
        """Somebody goes on with the rebuild, to its end."""
        before = self.examine()
        process = self._rebuild(options, None)
        assert process.wait() == 0
        self._has_ended(process.said()[-1], before, options)

    def abort_rebuild(self) -> None:
        """Somebody does away with the rebuild: nothing of it is left but its rows."""
        before = self.examine()
        for name in before.unfinished:
            abort(self.database, self.site.agency, name)
        found = self.examine()
        assert found.unfinished == {}
        assert "draft" not in found.roles.values()
        with self.database.connect(self.site.agency) as connection:
            ended = {job.id: job for job in jobs.latest(connection, limit=1_000)}
            assert all(ended[job.id].state == "aborted" for job in before.unfinished.values())
            assert connection.execute("SELECT count(*) FROM rebuild_parts").fetchone() == (0,)
        for name in NAMES:
            assert found.identities.get(name) == before.identities.get(name)

    def _plan(self, state: str, exchange: int) -> Kill:
        when: When = self.dice.choice(get_args(When))
        return Kill(
            state, exchange, when=when, seconds=self.dice.uniform(0, LATEST_SECONDS) if when == "during" else 0.0
        )

    def _rebuild(self, options: Options, plan: Kill | None) -> Process:
        with self.at_work(followed=self.dice.random() < 0.5):
            process = self._start(rebuild, self.site, NAMES, options, plan)
            process.process.join()
        return process

    def _has_ended(self, last: Said, before: Found, options: Options) -> None:
        """A rebuild came to its end: what was begun was gone on with, and nothing is left behind."""
        assert last.state == "done", last
        assert {name: state for name, state in last.resumed.items() if state} == {
            name: job.state for name, job in before.unfinished.items()
        }
        found = self.examine()
        assert found.unfinished == {}
        for name in NAMES:
            assert found.roles[name] == "live"
            assert draft_of(name) not in found.roles
            if options.keep_days == 0:
                assert old_of(name) not in found.roles
            elif name in before.roles:
                assert found.roles[old_of(name)] == "old"
                assert found.identities[old_of(name)] == before.identities[name]
            assert found.identities[name] != before.identities.get(name)

    def _is_where_it_was_killed(self, state: str, said: Sequence[Said], before: Found, found: Found) -> None:
        """What stands in its row is the state that it told of, or the next, if that was committed as it died."""
        if state == "prepare":
            return
        told = {name: each.state for each in said for name in each.models}
        for name in NAMES:
            job = found.unfinished.get(name)
            if job is None:
                assert told[name] in ("switch", "switched")
                continue
            assert told.get(name) != "switched"
            if name in told:
                told_before = told[name] == "switch"  # the only state that is told of before it is put down
                assert -told_before <= _place(job.state) - _place(told[name]) <= 1, (job, said[-1])
            assert job.last_error is None
            known = before.unfinished.get(name)
            assert job.attempts == (1 if known is None or known.id != job.id else known.attempts + 1)

    # Following

    def kill_follower(self) -> Found:
        """A follower is killed while it shows what has happened; answers what it left."""
        before = self.examine()
        for _ in islice(self._later, 5):
            pass
        plan = self._plan("following", self.dice.randint(1, LONGEST["following"]))
        process = self._start(follow, self.site, plan)
        while process.process.exitcode is None:
            for _ in islice(self._later, 1):
                pass
            process.process.join(0.01)
        assert process.wait() == -9
        process.has_left(self.database)
        found = self.examine()
        assert all(found.positions[name] >= position for name, position in before.positions.items())
        with self.database.connect(self.site.agency) as connection:
            assert not status.is_led(connection)
        self.killed["following"] += 1
        return found


def _told(said: Sequence[Said]) -> str:
    """The state in which a process was when it last said something."""
    return "prepare" if not said else "switch" if said[-1].state == "switched" else said[-1].state


def _place(state: str) -> int:
    return STATES.index(state)
