"""Processes that follow, rebuild and work on an agency, and that can be killed at an exact point.

They are forked from a server that has everything imported, so that starting one takes milliseconds.
What they say is appended to a file, line by line, so that it survives them.
"""

import functools
import itertools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing import forkserver
from multiprocessing.synchronize import Event as Signal
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import psycopg
from psycopg.pq import TransactionStatus

from rebuilding.agencies import MODELS, Site
from selfbill.projections import following
from selfbill.projections.follower import Follower
from selfbill.projections.rebuilding import rebuild as engine
from selfbill.projections.rebuilding import replaying
from selfbill.projections.rebuilding.jobs import Options, RebuildAborted, RebuildTakenOver
from selfbill.projections.rebuilding.rebuild import Rebuild, RebuildRunning, Step
from selfbill.store.database import Database

_CONTEXT = multiprocessing.get_context("forkserver")

T = TypeVar("T")

BATCH_EVENTS = 150
"""Followed at a time, and replayed: so few that a history of some thousands gives many points to be killed at."""

When = Literal["before", "during", "after"]


class Kill(msgspec.Struct, frozen=True):
    """When a process kills itself: at an exchange with the server, by its number within a state, or after a commit, by its
    number within a state or (without a state) in all."""

    state: str = ""
    exchange: int = 0
    when: When = "after"
    seconds: float = 0.0
    """How long after its beginning, for `during`."""
    commit: int = 0
    signal: int = signal.SIGKILL


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of what a process said: the state that it came to, or how it ended."""

    state: str
    models: tuple[str, ...] = ()
    exchanges: dict[str, int] = {}
    """How many exchanges with the server there were by state, when it ended by itself."""
    commits: int = 0
    resumed: dict[str, str | None] = {}
    """By rebuilt model, the state in which somebody had left it."""
    error: str = ""


class Process:
    """A process that does this with an agency; `named` is what the server knows its connections by."""

    def __init__(self, named: str, words: Path, work: Callable[..., None], *arguments: Any) -> None:
        _start_server()
        self.named = named
        self._words = words
        self.process = _CONTEXT.Process(target=_run, args=(named, words, work, *arguments), daemon=True)
        self.process.start()

    def said(self) -> list[Said]:
        """Everything up to now; a line that was cut off by a kill is not counted."""
        if not self._words.exists():
            return []
        lines = self._words.read_bytes().split(b"\n")[:-1]
        return [msgspec.json.decode(line, type=Said) for line in lines]

    def wait(self, seconds: float = 120.0) -> int:
        """Waits for its end and answers its exit code, negative for a signal."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, f"{self.named} does not end: {self.said()[-3:]}"
        return int(self.process.exitcode)

    def kept(self, kind: type[T]) -> list[T]:
        """What it kept for whoever asks at its end."""
        return msgspec.json.decode(_kept_at(self._words).read_bytes(), type=list[kind])  # type: ignore[valid-type]

    def kill(self) -> None:
        self.process.kill()

    def has_left(self, database: Database) -> None:
        """Waits until the server has noticed that its connections are gone."""
        deadline = time.monotonic() + 60
        with database.connect() as connection:
            while connection.execute(
                "SELECT FROM pg_stat_activity WHERE application_name = %s", (self.named,)
            ).fetchone():
                assert time.monotonic() < deadline, f"the server still works for {self.named}"
                time.sleep(0.01)


def _kept_at(words: Path) -> Path:
    return words.with_suffix(".kept")


@functools.cache
def _start_server() -> None:
    """Starts the server that processes are forked from; Python 3.11 does not tell it where to find what it should import."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    _CONTEXT.set_forkserver_preload([__name__])
    forkserver.ensure_running()
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


def _run(named: str, words: Path, work: Callable[..., None], *arguments: Any) -> None:
    os.environ["PGAPPNAME"] = named
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work(Watch(words), *arguments)


class Watch:
    """Says what its process does, counts its exchanges with the server by state, and kills it when it is time."""

    def __init__(self, words: Path) -> None:
        self._words = words
        self._file = os.open(words, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._states = {threading.get_ident(): "prepare"}
        self._main = threading.get_ident()
        self.beginning = 0
        """How many read models must still be begun with, or gone on with."""
        self.exchanges: Counter[str] = Counter()
        self.commits: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def state(self) -> str:
        """Of this thread; what has no state of its own works for the main thread."""
        return self._states.get(threading.get_ident(), self._states[self._main])

    @state.setter
    def state(self, state: str) -> None:
        self._states[threading.get_ident()] = state

    def say(self, said: Said) -> None:
        os.write(self._file, msgspec.json.encode(said) + b"\n")

    def keep(self, kept: Sequence[Any]) -> None:
        """Keeps what is too much to be said."""
        _kept_at(self._words).write_bytes(msgspec.json.encode(kept))

    def step(self, step: Step) -> None:
        """What a rebuild tells. It begins with one read model after the other, each in the state that it was left in."""
        if self.beginning:
            self.beginning -= 1
        else:
            self.state = "switch" if step.state == "switched" else step.state
            self.say(Said(step.state, step.models))

    def kill_at(self, plan: Kill | None) -> None:
        """From now on every exchange with the server counts, and every transaction that ends."""
        wait: Any = psycopg.Connection.wait
        leave: Any = psycopg.Transaction.__exit__

        @functools.wraps(wait)
        def counted(connection: Any, *arguments: Any, **options: Any) -> Any:
            with self._lock:
                self.exchanges[self.state] += 1
                is_time = plan is not None and (self.state, self.exchanges[self.state]) == (plan.state, plan.exchange)
            if not is_time or plan is None:
                return wait(connection, *arguments, **options)
            if plan.when == "before":
                die(plan.signal)
            if plan.when == "during":
                threading.Thread(target=_die_after, args=(plan.seconds,)).start()
            try:
                return wait(connection, *arguments, **options)
            finally:
                if plan.when == "after":
                    die()

        @functools.wraps(leave)
        def left(transaction: Any, *raised: Any) -> Any:
            answer = leave(transaction, *raised)
            if transaction.connection.info.transaction_status == TransactionStatus.IDLE:
                with self._lock:
                    self.commits.update((self.state, ""))
                    ours = plan is not None and plan.state in (self.state, "")
                    is_time = plan is not None and ours and self.commits[plan.state] == plan.commit
                if is_time and plan is not None:
                    die(plan.signal)
            return answer

        psycopg.Connection.wait = counted  # type: ignore[method-assign, assignment]
        psycopg.Transaction.__exit__ = left  # type: ignore[method-assign]


def die(by: int = signal.SIGKILL) -> None:
    """Now, without a word."""
    os.kill(os.getpid(), by)


def _die_after(seconds: float) -> None:
    time.sleep(seconds)
    die()


def in_small_pieces() -> None:
    """Makes many batches of few events, and waits for nobody's lock."""
    engine.LOCK_SECONDS = 1.0
    following.BATCH_EVENTS = BATCH_EVENTS
    for function in vars(replaying).values():
        defaults = getattr(function, "__kwdefaults__", None) or {}
        if "chunk_events" in defaults:
            defaults["chunk_events"] = BATCH_EVENTS


def rebuild(watch: Watch, site: Site, names: Sequence[str], options: Options, plan: Kill | None) -> None:
    """Rebuilds these read models, or goes on with it; says what came of it."""
    in_small_pieces()
    watch.kill_at(plan)
    with Database(site.url) as database:
        models = [model for model in MODELS if model.name in names]
        watch.beginning = len(models)
        run = Rebuild(
            database, site.agency, site.open(database), models, options, by=f"process {os.getpid()}", on_step=watch.step
        )
        try:
            done = run.run()
        except (RebuildAborted, RebuildRunning, RebuildTakenOver) as error:
            watch.say(Said("ended", error=type(error).__name__))
        else:
            assert [each.model for each in done] == sorted(names)
            assert all(each.parked == 0 for each in done)
            resumed = {each.model: each.resumed_from for each in done}
            watch.say(Said("done", tuple(resumed), dict(watch.exchanges), watch.commits[""], resumed))


def follow(watch: Watch, site: Site, plan: Kill | None) -> None:
    """Follows until it is killed."""
    in_small_pieces()
    watch.state = "following"
    watch.kill_at(plan)
    with Database(site.url) as database:
        watch.say(Said("following"))
        Follower(database, site.agency, site.open(database), MODELS).run(threading.Event())


def follow_as_usual(watch: Watch, site: Site, stop: Signal) -> None:
    """Follows until told to stop."""
    with Database(site.url) as database:
        follower = Follower(database, site.agency, site.open(database), MODELS)
        until = threading.Event()
        following_until_told = threading.Thread(target=follower.run, args=(until,))
        following_until_told.start()
        stop.wait()
        until.set()
        following_until_told.join()
    watch.say(Said("done"))


def signal_for_all() -> Any:
    """Something that all processes can wait for."""
    return _CONTEXT.Event()


_numbers = itertools.count(1)


def name_of(kind: str) -> str:
    """A name for a process that no other has."""
    return f"{kind}-{os.getpid()}-{next(_numbers)}"
