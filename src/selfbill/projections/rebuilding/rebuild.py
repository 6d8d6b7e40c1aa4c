"""Making read models anew from all events while everybody goes on working.

The draft is folded beside the table that people look at, compared with it at one and the same position, and takes its place at
last. Every step is committed with the state that it reached; after a lost connection, a restart of the server or a kill the
rebuild goes on with the step that it was at. Nothing here can act: a fold has no side effects, and a rebuilt agenda sends nothing.
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from selfbill.moments import local_time
from selfbill.projections.following import follow_next
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import jobs, tables
from selfbill.projections.rebuilding.compare import Stand, compare
from selfbill.projections.rebuilding.differences import Comparison
from selfbill.projections.rebuilding.jobs import Job, Options, Outcome, RebuildAborted
from selfbill.projections.rebuilding.memory import resident_bytes
from selfbill.projections.rebuilding.replaying import Draft, Unwritable, replay_by_position, replay_by_stream, unheard
from selfbill.projections.rebuilding.switching import switch
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
    ) -> None:
        self._database = database
        self._agency = agency
        self._streams = streams
        self._models = {model.name: model for model in sorted(models, key=lambda model: model.name)}
        self._options = options
        self._by = by
        self._on_step = on_step
        self._jobs: dict[str, Job] = {}
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
        with self._database.connect(self._agency) as connection:
            connection.execute("SET synchronous_commit = off")
            connection.execute(f"SET maintenance_work_mem = '{INDEX_MEMORY}'")
            self._lock(connection)
            try:
                tables.drop_expired(connection)
                for model in self._models.values():
                    self._begin(connection, model)
                self._replay(connection)
                for name in self._models:
                    self._catch_up(connection, name)
                    self._index(connection, name)
                for name in self._models:
                    self._compare(connection, name)
                return self._decide(connection)
            except RebuildAborted:
                for job in self._jobs.values():
                    discard(connection, job, "aborted")
                raise
            except (psycopg.OperationalError, ServerUnavailable):
                raise
            except Exception as error:
                self._note(connection, error)
                raise

    def _lock(self, connection: Connection[Any]) -> None:
        for name in self._models:
            if not jobs.take_lock(connection, name):
                raise RebuildRunning(name, jobs.unfinished(connection, name))

    def _begin(self, connection: Connection[Any], model: ReadModel[Any]) -> None:
        """Goes on with what somebody left, when it was the same declaration; else begins."""
        left = jobs.unfinished(connection, model.name)
        if left is not None and left.fingerprint != model.fingerprint:
            discard(connection, left, "aborted")
            left = None
        with connection.transaction():
            if left is not None:
                self._resumed.setdefault(model.name, left.state)
                job = jobs.resume(connection, left, self._options, by=self._by)
                if job.state == "switch":  # what was found then may not be so any more
                    job = jobs.move(connection, job, "compare")
            else:
                job = jobs.start(
                    connection, model, self._options, by=self._by, until=self._where_to_end(connection, model)
                )
                tables.make_draft(connection, model)
                jobs.add_parts(connection, job, ())
        self._jobs[model.name] = job
        self._tell(job.state, [model.name])

    def _where_to_end(self, connection: Connection[Any], model: ReadModel[Any]) -> int:
        """The replay ends where the table stands, so that the two can be compared; or at the last event."""
        head = self._streams.head()
        live = tables.entry(connection, model.name)
        return live.position if live is not None and head - live.position <= FAR_BEHIND else head

    def _replay(self, connection: Connection[Any]) -> None:
        """Those that stand at the same point are replayed together, so that the history is read once."""
        waiting = [
            Draft(job, self._models[name], part)
            for name, job in self._jobs.items()
            if job.state == "replay"
            for part in jobs.parts(connection, job)
            if not part.finished
        ]
        self._expected = 0
        together: dict[Any, list[Draft]] = {}
        for draft in waiting:
            together.setdefault((draft.model.of_one_stream, draft.job.until, draft.part.stream), []).append(draft)
        groups = [group for _, group in sorted(together.items(), key=lambda item: str(item[0]))]
        self._events = sum(group[0].part.events for group in groups)
        self._rows = sum(draft.part.rows for draft in waiting)
        self._expected = sum(self._about(connection, group) for group in groups)
        for group in groups:
            self._replay_together(connection, group)
        with connection.transaction():
            for name, job in self._jobs.items():
                if job.state == "replay":
                    self._jobs[name] = jobs.move(connection, job, "catch up")

    def _replay_together(self, connection: Connection[Any], group: list[Draft]) -> None:
        names = [draft.model.name for draft in group]

        def on_events(events: int, rows: int) -> None:
            self._events += events
            self._rows += rows
            self._tell("replay", names)

        arguments = (self._database, self._agency, self._streams.mapper, group, on_events)
        try:
            if group[0].model.of_one_stream:
                replay_by_stream(*arguments)
                reached = group[0].job.until
            else:
                reached = replay_by_position(*arguments, memory_mib=self._options.memory_mib)
        except Unwritable as error:
            _log.warning(
                "A row of %s cannot be written, so it is made by following, which takes longer: %s", error.model, error
            )
            unwritable = next(draft for draft in group if draft.model.name == error.model)
            with connection.transaction():
                tables.empty(connection, unwritable.job.draft)
                self._jobs[error.model] = jobs.move(connection, unwritable.job, "catch up")
            rest = self._anew(connection, [draft for draft in group if draft is not unwritable])
            if rest:
                self._replay_together(connection, rest)
            return
        with connection.transaction():
            for draft in group:
                tables.set_position(connection, draft.job.draft, reached)
                self._jobs[draft.model.name] = jobs.move(connection, draft.job, "catch up")

    def _anew(self, connection: Connection[Any], group: list[Draft]) -> list[Draft]:
        """The same drafts, each with its part as far as it really is."""
        return [Draft(draft.job, draft.model, jobs.parts(connection, draft.job)[draft.part.number]) for draft in group]

    def _about(self, connection: Connection[Any], group: Sequence[Draft]) -> int:
        """How many events this replay reads in all, from a look at a part of them."""
        row = connection.execute(
            "SELECT count(*) FILTER (WHERE topic <> ALL(%s))::float8 / greatest(count(*), 1)"
            " FROM events TABLESAMPLE SYSTEM (2)",
            (unheard(self._streams.mapper, [draft.model for draft in group]),),
        ).fetchone()
        assert row is not None
        return int((row[0] or 1) * group[0].job.until)

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
        self._tell("compare", [name])
        deadline = time.monotonic() + SAME_POSITION_SECONDS
        while name not in self._comparisons:
            with connection.transaction():
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

    def _decide(self, connection: Connection[Any]) -> list[Rebuilt]:
        if self._options.dry_run:
            return [self._end_without(connection, name, "rehearsed") for name in self._models]
        if self._options.expect_no_change and not all(each.is_equal for each in self._comparisons.values()):
            return [self._end_without(connection, name, "refused") for name in self._models]
        return [self._switch(connection, name) for name in self._models]

    def _switch(self, connection: Connection[Any], name: str) -> Rebuilt:
        self._tell("switch", [name])
        with connection.transaction():
            job = self._jobs[name] = jobs.move(connection, self._jobs[name], "switch")

        def finish() -> None:
            jobs.touch(connection, job)
            jobs.finish(connection, job, "switched")

        position = switch(connection, self._streams, self._models[name], keep_days=self._options.keep_days, then=finish)
        self._jobs[name] = msgspec.structs.replace(job, state="switched")
        self._tell("switched", [name])
        return self._rebuilt(connection, name, "switched", position, name)

    def _end_without(self, connection: Connection[Any], name: str, outcome: Outcome) -> Rebuilt:
        job = self._jobs[name]
        draft = tables.entry(connection, job.draft)
        assert draft is not None
        rebuilt = self._rebuilt(connection, name, outcome, draft.position, job.draft)
        discard(connection, job, outcome)
        return rebuilt

    def _rebuilt(self, connection: Connection[Any], name: str, outcome: Outcome, position: int, table: str) -> Rebuilt:
        parked = connection.execute("SELECT count(*) FROM parked_streams WHERE model = %s", (table,)).fetchone()
        return Rebuilt(
            model=name,
            outcome=outcome,
            position=position,
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
        self._on_step(Step(state, tuple(names), self._events, self._expected, self._rows, resident_bytes()))


def discard(connection: Connection[Any], job: Job, outcome: Outcome) -> None:
    """Ends a rebuild without a switch: nothing of it is left but its row."""
    with connection.transaction():
        tables.drop(connection, job.draft)
        jobs.finish(connection, job, outcome)
