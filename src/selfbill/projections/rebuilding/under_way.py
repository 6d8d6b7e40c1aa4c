"""Rebuilds that have not come to an end: how far each is, and whether anybody works on it. Looking changes nothing."""

from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import jobs
from selfbill.projections.rebuilding.jobs import REBUILDING, Job
from selfbill.projections.rebuilding.replaying import unheard
from selfbill.store.mapper import EventMapper

SAMPLE_PERCENT = 2
"""Of the pages of the event table, to see how many of the events a replay reads; 40,000 of 2,000,000 events take 20 ms."""


class UnderWay(msgspec.Struct, frozen=True):
    """A rebuild that was begun."""

    job: Job
    is_worked_on: bool
    """Whether a process has it in hand; otherwise somebody left it, and the same command goes on with it."""
    share: float | None
    """Of its replay, as far as it is committed, from 0 to 1; None in the other states, and where rows are kept in memory to
    the end of the replay."""


def under_way(connection: Connection[Any], mapper: EventMapper, models: Sequence[ReadModel[Any]]) -> list[UnderWay]:
    """The unfinished rebuilds, by model; those of read models that this program does not know without their share."""
    rows = connection.execute("SELECT model FROM rebuilds WHERE finished_at IS NULL ORDER BY model")
    left = [job for (model,) in rows.fetchall() if (job := jobs.unfinished(connection, model)) is not None]
    shares = _shares(connection, mapper, left, {model.name: model for model in models})
    return [UnderWay(job, _is_worked_on(connection, job), shares.get(job.model)) for job in left]


def _is_worked_on(connection: Connection[Any], job: Job) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND classid = %s::oid AND objid = (hashtext(current_schema() || '.' || %s)::bigint & 4294967295)::oid)",
        (REBUILDING, job.model),
    ).fetchone()
    return row is not None and bool(row[0])


def _shares(
    connection: Connection[Any], mapper: EventMapper, left: Sequence[Job], models: dict[str, ReadModel[Any]]
) -> dict[str, float]:
    """What is replayed up to the same event is replayed together, and reads what any of them hears."""
    together: dict[int, list[Job]] = {}
    for job in left:
        model = models.get(job.model)
        if job.state == "replay" and model is not None and model.of_one_stream:
            together.setdefault(job.until, []).append(job)
    shares = {}
    for until, group in together.items():
        expected = max(1, about(connection, mapper, [models[job.model] for job in group], until))
        for job in group:
            shares[job.model] = min(1.0, sum(part.events for part in jobs.parts(connection, job)) / expected)
    return shares


def about(connection: Connection[Any], mapper: EventMapper, models: Sequence[ReadModel[Any]], until: int) -> int:
    """How many events a replay of these models reads in all, from a look at a part of them."""
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE topic <> ALL(%s))::float8 / greatest(count(*), 1)"
        f" FROM events TABLESAMPLE SYSTEM ({SAMPLE_PERCENT})",
        (unheard(mapper, models),),
    ).fetchone()
    assert row is not None
    return int((row[0] or 1) * until)
