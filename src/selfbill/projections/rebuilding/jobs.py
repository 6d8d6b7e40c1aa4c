"""The rebuild as a row: what was asked, how far it is, and what came of it.

    prepare -> replay -> catch up -> index -> compare -> switch -> switched
                                                  |         |
                                        rehearsed | refused | aborted

Each step ends with a transaction that also writes the next state, so a rebuild that was interrupted anywhere goes on where
it was. Whoever works on it holds a session lock; the lock ends with the connection, so a killed process blocks nobody.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import msgspec
from psycopg import Connection

from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding.differences import Comparison

State = Literal["replay", "catch up", "index", "compare", "switch"]
Outcome = Literal["switched", "rehearsed", "refused", "aborted", "rolled back"]

REBUILDING = 7305
"""Sets rebuilding apart from other uses of advisory locks."""

KEEP_DAYS = 7
"""How long an old table is kept unless somebody says otherwise: a mistake in a rule shows within a week of billing."""

MEMORY_MIB = 512
"""What a rebuild may use unless somebody says otherwise."""


JOBS = 2
"""Processes that replay unless somebody says otherwise: with PostgreSQL beside them they keep more than two cores busy."""


class Options(msgspec.Struct, frozen=True):
    """What the operator asked for."""

    dry_run: bool = False
    """Compare, and then throw the draft away."""
    keep_days: int = KEEP_DAYS
    """How long the old table is kept for a way back; 0 is not at all."""
    expect_no_change: bool = False
    """Refuse to switch when anything differs."""
    memory_mib: int = MEMORY_MIB
    jobs: int = JOBS
    """Processes that replay side by side, where the history is long enough."""


class Job(msgspec.Struct, frozen=True):
    """One rebuild of one read model, as it stands in its row."""

    id: int
    model: str
    state: State | Outcome
    fingerprint: str
    options: Options
    started_by: str
    started_at: dt.datetime
    touched_at: dt.datetime
    finished_at: dt.datetime | None
    until: int
    attempts: int
    last_error: str | None

    @property
    def draft(self) -> str:
        """The table in the making."""
        return draft_of(self.model)


class Part(msgspec.Struct, frozen=True):
    """The streams after one and up to another (None: no limit), and the last of which the rows are written."""

    number: int
    after: str | None
    up_to: str | None
    stream: str | None
    events: int
    rows: int
    finished: bool


class RebuildAborted(Exception):  # noqa: N818 - an answer, not an error
    """Somebody asked for an end while it ran."""


class RebuildTakenOver(Exception):  # noqa: N818 - an answer, not an error
    """Another process went on with this rebuild, after this one had lost its lock."""


def draft_of(model: str) -> str:
    """The name of the table in the making."""
    return f"{model}__draft"


def old_of(model: str) -> str:
    """The name of the table that is kept for a way back."""
    return f"{model}__old"


def take_lock(connection: Connection[Any], model: str) -> bool:
    """Takes the lock on rebuilding this model for as long as the connection lives; False when somebody has it."""
    row = connection.execute(
        "SELECT pg_try_advisory_lock(%s, hashtext(current_schema() || '.' || %s))", (REBUILDING, model)
    ).fetchone()
    return bool(row and row[0])


def give_back_lock(connection: Connection[Any], model: str) -> None:
    """Gives the lock back before the connection ends."""
    connection.execute("SELECT pg_advisory_unlock(%s, hashtext(current_schema() || '.' || %s))", (REBUILDING, model))


_COLUMNS = (
    "id, model, state, fingerprint, options::text, started_by, started_at, touched_at, finished_at, until, attempts,"
    " last_error"
)


def unfinished(connection: Connection[Any], model: str) -> Job | None:
    """The rebuild of this model that has not come to an end, whether or not anybody works on it."""
    jobs = _jobs(connection, "WHERE model = %s AND finished_at IS NULL", (model,))
    return jobs[0] if jobs else None


def ended(connection: Connection[Any], job: Job) -> Outcome | None:
    """What came of this rebuild; None while it has not ended."""
    row = connection.execute(
        "SELECT state FROM rebuilds WHERE id = %s AND finished_at IS NOT NULL", (job.id,)
    ).fetchone()
    return None if row is None else row[0]


def latest(connection: Connection[Any], models: Sequence[str] | None = None, limit: int = 20) -> list[Job]:
    """The last rebuilds, the newest first; of these models only, if any are named."""
    return _jobs(
        connection,
        "WHERE %s::text[] IS NULL OR model = ANY(%s) ORDER BY id DESC LIMIT %s",
        (None if models is None else list(models), None if models is None else list(models), limit),
    )


def in_replay(connection: Connection[Any], wanted: Mapping[str, Job]) -> dict[str, Job]:
    """Those of these rebuilds that are still being replayed, by the same run."""
    found = {name: unfinished(connection, name) for name in wanted}
    return {
        name: job
        for name, job in found.items()
        if job is not None and job.state == "replay" and job.attempts == wanted[name].attempts
    }


def progress(connection: Connection[Any], wanted: Iterable[Job]) -> tuple[int, int]:
    """The events that a replay of these has read, which is once for all of them, and the rows that it wrote."""
    row = connection.execute(
        "SELECT coalesce(max(events), 0)::bigint, coalesce(sum(rows), 0)::bigint FROM"
        " (SELECT sum(events) AS events, sum(rows) AS rows FROM rebuild_parts WHERE rebuild = ANY(%s) GROUP BY rebuild)"
        " AS each",
        ([job.id for job in wanted],),
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def start(connection: Connection[Any], model: ReadModel[Any], options: Options, *, by: str, until: int) -> Job:
    """Puts down a new rebuild; its draft is made in the same transaction."""
    row = connection.execute(
        "INSERT INTO rebuilds (model, state, fingerprint, options, started_by, until)"
        " VALUES (%s, 'replay', %s, %s::jsonb, %s, %s) RETURNING id",
        (model.name, model.fingerprint, msgspec.json.encode(options).decode(), by, until),
    ).fetchone()
    assert row is not None
    job = _jobs(connection, "WHERE id = %s", (row[0],))
    return job[0]


def resume(connection: Connection[Any], job: Job, options: Options, *, by: str) -> Job:
    """Goes on with a rebuild that somebody left, with what is asked now."""
    connection.execute(
        "UPDATE rebuilds SET options = %s::jsonb, started_by = %s, attempts = attempts + 1, abort_asked = false,"
        " last_error = NULL, touched_at = clock_timestamp() WHERE id = %s",
        (msgspec.json.encode(options).decode(), by, job.id),
    )
    return _jobs(connection, "WHERE id = %s", (job.id,))[0]


def move(connection: Connection[Any], job: Job, state: State) -> Job:
    """Puts down the next state, in the transaction that reached it. Raises `RebuildAborted` and `RebuildTakenOver`."""
    touch(connection, job)
    connection.execute("UPDATE rebuilds SET state = %s WHERE id = %s", (state, job.id))
    return msgspec.structs.replace(job, state=state)


def keep_comparison(connection: Connection[Any], job: Job, comparison: Comparison) -> Job:
    """Keeps what was found, in the transaction in which it was."""
    touch(connection, job)
    connection.execute(
        "UPDATE rebuilds SET comparison = %s::jsonb WHERE id = %s", (msgspec.json.encode(comparison).decode(), job.id)
    )
    return job


def comparison(connection: Connection[Any], job_id: int) -> Comparison | None:
    """What this rebuild found, if it came that far."""
    row = connection.execute("SELECT comparison::text FROM rebuilds WHERE id = %s", (job_id,)).fetchone()
    return None if row is None or row[0] is None else msgspec.json.decode(row[0], type=Comparison)


def finish(connection: Connection[Any], job: Job, outcome: Outcome) -> Job:
    """Puts down what came of it."""
    connection.execute(
        "UPDATE rebuilds SET state = %s, finished_at = clock_timestamp(), touched_at = clock_timestamp() WHERE id = %s",
        (outcome, job.id),
    )
    connection.execute("DELETE FROM rebuild_parts WHERE rebuild = %s", (job.id,))
    return msgspec.structs.replace(job, state=outcome)


def touch(connection: Connection[Any], job: Job) -> None:
    """Says that somebody works on it, and holds its row to the end of the transaction.

    Raises `RebuildAborted` when somebody asked for that and `RebuildTakenOver` when it is not where this process believes.
    """
    row = connection.execute(
        "UPDATE rebuilds SET touched_at = clock_timestamp()"
        " WHERE id = %s AND state = %s AND attempts = %s AND finished_at IS NULL RETURNING abort_asked",
        (job.id, job.state, job.attempts),
        prepare=True,
    ).fetchone()
    _believe(job, row)


def hold(connection: Connection[Any], job: Job) -> None:
    """The same for processes that share the work: each holds the row, and nobody moves it before all have let go."""
    row = connection.execute(
        "SELECT abort_asked FROM rebuilds"
        " WHERE id = %s AND state = %s AND attempts = %s AND finished_at IS NULL FOR SHARE",
        (job.id, job.state, job.attempts),
        prepare=True,
    ).fetchone()
    _believe(job, row)


def _believe(job: Job, row: tuple[Any, ...] | None) -> None:
    if row is None:
        raise RebuildTakenOver(f"another process went on with the rebuild of {job.model}")
    if row[0]:
        raise RebuildAborted(job.model)


def ask_to_abort(connection: Connection[Any], job: Job) -> None:
    """Has the process that works on it stop at its next step."""
    connection.execute("UPDATE rebuilds SET abort_asked = true WHERE id = %s", (job.id,))


def note_error(connection: Connection[Any], job: Job, sentence: str) -> None:
    """Keeps what stopped it, for whoever looks at the status."""
    connection.execute("UPDATE rebuilds SET last_error = %s WHERE id = %s", (sentence, job.id))


def add_parts(connection: Connection[Any], job: Job, borders: Sequence[str]) -> None:
    """Cuts the streams at these names into parts that can be replayed apart."""
    edges: list[str | None] = [None, *borders, None]
    for number, (after, up_to) in enumerate(pairwise(edges)):
        connection.execute(
            "INSERT INTO rebuild_parts (rebuild, number, after, up_to) VALUES (%s, %s, %s, %s)",
            (job.id, number, after, up_to),
        )


def parts(connection: Connection[Any], job: Job) -> list[Part]:
    """The parts of its replay, in the order of their streams."""
    rows = connection.execute(
        "SELECT number, after, up_to, stream, events, rows, finished FROM rebuild_parts WHERE rebuild = %s ORDER BY number",
        (job.id,),
    )
    return [Part(*row) for row in rows]


def advance_part(
    connection: Connection[Any], job: Job, part: Part, *, stream: str | None, events: int, rows: int, finished: bool
) -> Part:
    """Puts down how far a part is, in the transaction that writes its rows. Raises `RebuildTakenOver`."""
    changed = connection.execute(
        "UPDATE rebuild_parts SET stream = %s, events = events + %s, rows = rows + %s, finished = %s"
        " WHERE rebuild = %s AND number = %s AND stream IS NOT DISTINCT FROM %s AND NOT finished",
        (stream, events, rows, finished, job.id, part.number, part.stream),
        prepare=True,
    ).rowcount
    if changed != 1:
        raise RebuildTakenOver(f"another process replays part {part.number} of {job.model}")
    return msgspec.structs.replace(
        part, stream=stream, events=part.events + events, rows=part.rows + rows, finished=finished
    )


def _jobs(connection: Connection[Any], rest: str, parameters: Any) -> list[Job]:
    query: Any = f"SELECT {_COLUMNS} FROM rebuilds {rest}"
    jobs: list[Job] = []
    for row in connection.execute(query, parameters):
        values: list[Any] = list(row)
        values[4] = msgspec.json.decode(values[4], type=Options)
        jobs.append(Job(*values))
    return jobs
