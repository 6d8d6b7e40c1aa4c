"""Making read models anew from all events while everybody goes on working.

The draft is folded beside the table that people look at, compared with it at one and the same position, and takes its place at
last. Every step is committed with the state that it reached; after a lost connection, a restart of the server or a kill the
rebuild goes on with the step that it was at. Nothing here can act: a fold has no side effects, and a rebuilt agenda sends nothing.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from selfbill.moments import local_time
from selfbill.projections.following import follow_next
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import jobs, sharing, tables
from selfbill.projections.rebuilding.compare import Stand, compare
from selfbill.projections.rebuilding.differences import Comparison
from selfbill.projections.rebuilding.jobs import Job, Options, Outcome, RebuildAborted, RebuildTakenOver, draft_of
from selfbill.projections.rebuilding.memory import resident_bytes
from selfbill.projections.rebuilding.switching import switch
from selfbill.projections.rebuilding.whole_replay import StartHelpers, WholeReplay
from selfbill.projections.table import Table
from selfbill.refusals import Refusal, Words
from selfbill.store.database import Database, is_lost_connection
from selfbill.store.faults import ServerUnavailable, StoreFault
from selfbill.store.streams import Streams

FAR_BEHIND = 50_000
"""Events that are better replayed than followed. A table that is further behind than this is compared as it is."""

SAME_POSITION_SECONDS = 5.0
"""How long a comparison waits for the follower to come to where the draft is."""

OUTAGE_SECONDS = 60.0
"""How long a rebuild tries to reach the server again after it was lost: a restart takes a few seconds."""

LOCK_SECONDS = 10.0
"""How long a server may take to notice that a connection has ended."""

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 3.0
"""Between two tries."""

INDEX_MEMORY = "256MB"
"""For the server to sort keys in: 5,000,000 of them fit."""

_log = logging.getLogger(__name__)


class Step(msgspec.Struct, frozen=True):
    """How far it is, for whoever waits."""

    state: str
    models: tuple[str, ...]
    events: int = 0
    """That were read in this replay."""
    expected: int = 0
    """That it will read, about."""
    rows: int = 0
    memory_bytes: int = 0


class Rebuilt(msgspec.Struct, frozen=True):
    """What the rebuild of one read model came to."""

    model: str
    outcome: Outcome
    position: int
    """Up to which the draft, now the table, shows the events."""
    parked: int
    """Streams that could not be shown whole."""
    resumed_from: str | None
    """The state in which somebody had left it."""
    comparison: Comparison


class RebuildRunning(Refusal):
    """Somebody else is rebuilding this read model."""

    code = "rebuild_running"
    nl = (
        "{model} wordt al opnieuw gemaakt{who}. Wacht tot dat klaar is (kijk met: selfbill projections status), "
        "of breek het af met: selfbill projections abort {model}"
    )
    en = (
        "{model} is being rebuilt already{who}. Wait until that is done (look with: selfbill projections status), "
        "or end it with: selfbill projections abort {model}"
    )

    def __init__(self, model: str, job: Job | None) -> None:
        super().__init__(model=model, who=_who(job) if job else "")


def _who(job: Job) -> Words:
    since = f"{local_time(job.started_at):%d-%m-%Y %H:%M}"
    return Words(job.started_by, f" door {job.started_by}, sinds {since}", f" by {job.started_by}, since {since}")


class RowsOfSeveralStreams(StoreFault):
    """A read model says that each of its rows is made of one stream, and that is not so."""


OnStep = Callable[[Step], None]


class Rebuild:
    """One run of a rebuild, of one or more read models of one agency."""

    def __init__(
        self,
        database: Database,
        agency: str,
        streams: Streams,
        models: Sequence[ReadModel[Any]],
        options: Options,
        *,
        by: str,
        on_step: OnStep = lambda _: None,
        start_helpers: StartHelpers | None = None,
    ) -> None:
        """`start_helpers` starts further processes for a long replay; without it this process does everything."""
        self._database = database
        self._agency = agency
        self._streams = streams
        self._models = {model.name: model for model in sorted(models, key=lambda model: model.name)}
        self._options = options
        self._by = by
        self._on_step = on_step
        self._start_helpers = start_helpers
        self._done: dict[str, Rebuilt] = {}
        self._jobs: dict[str, Job] = {}
        self._begun: set[int] = set()
        self._resumed: dict[str, str] = {}
        self._comparisons: dict[str, Comparison] = {}
        self._events = self._rows = self._expected = 0
        self._alive = time.monotonic()

    def run(self) -> list[Rebuilt]:
        """Rebuilds them, through lost connections and restarts of the server.

        Raises `RebuildRunning`, `RebuildAborted`, `NoRoomToSwitch`, and what keeps the database from working; then it can be
        gone on with by another run, but for an aborted one.
        """
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._run()
            except (psycopg.OperationalError, ServerUnavailable) as error:
                lost = isinstance(error, ServerUnavailable) or is_lost_connection(error)
                if not lost or time.monotonic() - self._alive > OUTAGE_SECONDS:
                    raise
                _log.warning("The rebuild lost its connection and goes on in %.1f seconds: %s", pause, error)
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _run(self) -> list[Rebuilt]:
        with self._connect() as connection:
            self._lock(connection)
            try:
                return self._go_through_the_states(connection)
            except RebuildAborted:
                for name in self._jobs.keys() - self._done.keys():
                    discard(connection, self._jobs[name], "aborted")
                raise
            except (psycopg.OperationalError, ServerUnavailable):
                raise
            except Exception as error:
                self._note(connection, error)
                raise

    def _go_through_the_states(self, connection: Connection[Any]) -> list[Rebuilt]:
        tables.drop_expired(connection)
        self._begin(connection)
        self._replay(connection)
        with ThreadPoolExecutor(self._options.jobs, thread_name_prefix="rebuild") as threads:
            for done in [threads.submit(self._bring_up_to_date, name) for name in self._jobs]:
                done.result()
        self._decide(connection)
        return [self._done[name] for name in self._models]

    @contextlib.contextmanager
    def _connect(self) -> Iterator[Connection[Any]]:
        with self._database.connect(self._agency) as connection:
            connection.execute("SET synchronous_commit = off")
            connection.execute(f"SET maintenance_work_mem = '{INDEX_MEMORY}'")
            yield connection

    def _lock(self, connection: Connection[Any]) -> None:
        # After a lost connection the server may not know yet that its lock is free.
        deadline = time.monotonic() + (LOCK_SECONDS if self._jobs else 0.0)
        for name in self._models:
            while not jobs.take_lock(connection, name):
                if time.monotonic() >= deadline:
                    raise RebuildRunning(name, jobs.unfinished(connection, name))
                time.sleep(FIRST_PAUSE_SECONDS)

    def _begin(self, connection: Connection[Any]) -> None:
        """Begins, or goes on, with what an earlier attempt of this run has not brought to an end."""
        for name in self._jobs.keys() - self._done.keys():
            self._hear_how_it_ended(connection, name)
        ours, self._jobs = self._jobs, {}
        borders = sharing.borders(connection, self._streams.head())
        for name, model in self._models.items():
            if name not in self._done:
                self._comparisons.pop(name, None)  # what was found may not be so any more
                self._begin_one(connection, model, borders, ours.get(name))

    def _hear_how_it_ended(self, connection: Connection[Any], name: str) -> None:
        """Perhaps the connection was lost before the server could say that it was done."""
        outcome = jobs.ended(connection, self._jobs[name])
        if outcome == "aborted":
            raise RebuildAborted(name)
        found = jobs.comparison(connection, self._jobs[name].id)
        if outcome is not None and found is not None:
            self._comparisons[name] = found
            self._done[name] = self._rebuilt(connection, name, outcome)

    def _begin_one(
        self, connection: Connection[Any], model: ReadModel[Any], borders: Sequence[str], ours: Job | None
    ) -> None:
        """Goes on with what somebody left, or this run did, when it was the same declaration; else begins."""
        left = jobs.unfinished(connection, model.name)
        if left is not None and left.fingerprint != model.fingerprint:
            discard(connection, left, "aborted")
            left = None
        with connection.transaction():
            if left is not None:
                if ours is None:
                    self._resumed[model.name] = left.state
                job = jobs.resume(connection, left, self._options, by=self._by)
                if job.state == "switch":  # what was found then may not be so any more
                    job = jobs.move(connection, job, "compare")
            else:
                job = jobs.start(
                    connection, model, self._options, by=self._by, until=self._where_to_end(connection, model)
                )
                tables.make_draft(connection, model)
                jobs.add_parts(connection, job, borders if model.of_one_stream else ())
        self._begun.add(job.id)
        self._jobs[model.name] = job
        self._tell(job.state, [model.name])

    def _where_to_end(self, connection: Connection[Any], model: ReadModel[Any]) -> int:
        """The replay ends where the table stands, so that the two can be compared; or at the last event."""
        head = self._streams.head()
        live = tables.entry(connection, model.name)
        return live.position if live is not None and head - live.position <= FAR_BEHIND else head

    def _replay(self, connection: Connection[Any]) -> None:
        def on_progress(names: Sequence[str], events: int, expected: int, rows: int) -> None:
            self._events, self._expected, self._rows = events, expected, rows
            self._tell("replay", names)

        wanted = {name: job for name, job in self._jobs.items() if job.state == "replay"}
        if not wanted:
            return
        models = {name: self._models[name] for name in wanted}
        replay = WholeReplay(
            self._database,
            self._agency,
            self._streams,
            models=models,
            options=self._options,
            on_progress=on_progress,
            start_helpers=self._start_helpers,
        )
        replay.run(connection, wanted)
        for name, begun in wanted.items():
            job = jobs.unfinished(connection, name)
            if job is None or job.attempts != begun.attempts:
                raise RebuildTakenOver(f"another process went on with the rebuild of {name}")
            self._jobs[name] = job

    def _bring_up_to_date(self, name: str) -> None:
        """Most of this is the server's work, which is why several read models are brought up to date side by side."""
        with self._connect() as connection:
            self._catch_up(connection, name)
            self._index(connection, name)
            self._compare(connection, name)

    def _catch_up(self, connection: Connection[Any], name: str) -> None:
        job, model = self._jobs[name], self._models[name]
        if job.state != "catch up":
            return
        self._tell("catch up", [name])
        if not tables.has_key(connection, job.draft):
            try:
                with connection.transaction():
                    jobs.touch(connection, job)
                    Table(model, job.draft).add_key(connection)
            except psycopg.errors.UniqueViolation as error:
                raise RowsOfSeveralStreams(
                    f"{name} is declared as made of one stream per row, but several streams made the same row: "
                    f"{error.diag.message_detail} Report this, because the program must be put right "
                    f"(of_one_stream in its declaration), and end this rebuild: selfbill projections abort {name}"
                ) from error
        connection.execute(f"ANALYZE {job.draft}".encode())
        following = tables.tracked(connection, model, job.draft)
        while following.position < self._where_to_end(connection, model):
            with connection.transaction():
                jobs.touch(connection, job)
            self._events += follow_next(connection, self._streams, [following], self._where_to_end(connection, model))
            self._tell("catch up", [name])
        with connection.transaction():
            self._jobs[name] = jobs.move(connection, job, "index")

    def _index(self, connection: Connection[Any], name: str) -> None:
        job = self._jobs[name]
        if job.state != "index":
            return
        self._tell("index", [name])
        with connection.transaction():
            self._jobs[name] = jobs.move(connection, job, "compare")
            Table(self._models[name], job.draft).add_indexes(connection)
        connection.execute(f"ANALYZE {job.draft}".encode())

    def _compare(self, connection: Connection[Any], name: str) -> None:
        """Brings the draft to exactly the position of the table, as one snapshot shows it, and looks for differences."""
        job, model = self._jobs[name], self._models[name]
        if job.state != "compare":
            return
        self._tell("compare", [name])
        deadline = time.monotonic() + SAME_POSITION_SECONDS
        while name not in self._comparisons:
            with connection.transaction():
                jobs.touch(connection, job)
            # Whoever asks for the end of it while one snapshot is looked at makes this transaction fail; the next touch finds out.
            with contextlib.suppress(psycopg.errors.SerializationFailure), connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                live = tables.entry(connection, name)
                following = tables.tracked(connection, model, job.draft)
                patient = time.monotonic() < deadline
                if live is None or following.position <= live.position or not patient:
                    while follow_next(connection, self._streams, [following], live.position if live else None):
                        pass
                    found = compare(
                        connection,
                        model,
                        None if live is None else live.name,
                        job.draft,
                        old_stand=None if live is None else Stand(live.position, live.version, live.fingerprint),
                        new_position=following.position,
                    )
                    self._jobs[name] = jobs.keep_comparison(connection, job, found)
                    self._comparisons[name] = found
                    return
            time.sleep(FIRST_PAUSE_SECONDS / 4)

    def _decide(self, connection: Connection[Any]) -> None:
        if self._options.dry_run:
            self._end_without(connection, "rehearsed")
        elif self._options.expect_no_change and not all(each.is_equal for each in self._comparisons.values()):
            self._end_without(connection, "refused")
        else:
            for name in self._jobs:
                self._switch(connection, name)

    def _switch(self, connection: Connection[Any], name: str) -> None:
        self._tell("switch", [name])
        with connection.transaction():
            job = self._jobs[name] = jobs.move(connection, self._jobs[name], "switch")

        def finish() -> None:
            jobs.touch(connection, job)
            jobs.finish(connection, job, "switched")

        switch(connection, self._streams, self._models[name], keep_days=self._options.keep_days, then=finish)
        self._jobs[name] = msgspec.structs.replace(job, state="switched")
        self._done[name] = self._rebuilt(connection, name, "switched")
        self._tell("switched", [name])

    def _end_without(self, connection: Connection[Any], outcome: Outcome) -> None:
        for name, job in self._jobs.items():
            self._done[name] = self._rebuilt(connection, name, outcome)
            discard(connection, job, outcome)

    def _rebuilt(self, connection: Connection[Any], name: str, outcome: Outcome) -> Rebuilt:
        table = tables.entry(connection, name if outcome == "switched" else draft_of(name))
        parked = connection.execute(
            "SELECT count(*) FROM parked_streams WHERE model = %s", (table.name if table else None,)
        ).fetchone()
        return Rebuilt(
            model=name,
            outcome=outcome,
            position=table.position if table else self._comparisons[name].new_position,
            parked=parked[0] if parked else 0,
            resumed_from=self._resumed.get(name),
            comparison=self._comparisons[name],
        )

    def _note(self, connection: Connection[Any], error: Exception) -> None:
        for job in self._jobs.values():
            if job.state not in ("switched", "rehearsed", "refused", "aborted"):
                jobs.note_error(connection, job, f"{type(error).__name__}: {error}")

    def _tell(self, state: str, names: Sequence[str]) -> None:
        self._alive = time.monotonic()
        self._on_step(
            Step(state, tuple(names), self._events, self._expected, self._rows, resident_bytes(with_helpers=True))
        )


def discard(connection: Connection[Any], job: Job, outcome: Outcome) -> None:
    """Ends a rebuild without a switch: nothing of it is left but its row. One that has ended already is left alone."""
    with connection.transaction():
        if jobs.ended(connection, job) is None:  # else the draft may be another rebuild's
            tables.drop(connection, job.draft)
            jobs.finish(connection, job, outcome)
