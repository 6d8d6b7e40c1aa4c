"""The streams of a replay are cut into parts, which processes take one after the other until none is left.

Whoever works on a part holds a lock on it, which ends with the connection. A process that dies leaves its part where its last chunk was
committed, and another goes on there; two that believe in the same part cannot both write it, because progress is put down with
the rows and from where it was known to be.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection

from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import jobs, tables
from selfbill.projections.rebuilding.jobs import Job, Part, RebuildTakenOver
from selfbill.projections.rebuilding.replaying import Draft, OnEvents, Unwritable, replay_by_stream
from selfbill.store.database import Database
from selfbill.store.mapper import EventMapper

REPLAYING = 7306
"""Sets working on a part apart from other uses of advisory locks."""

PARTS = 32
"""Enough that processes end at about the same time: parts of as many streams take twice as long with invoices as with hours."""

WORTH_SHARING = 300_000
"""Events. A second process takes a second to start, in which the first replays some 60,000."""

_log = logging.getLogger(__name__)


def borders(connection: Connection[Any], events: int) -> list[str]:
    """Streams at which a history of so many events falls into parts of about as many, from a look at a part of it."""
    if events < WORTH_SHARING:
        return []
    rows = connection.execute(
        "SELECT DISTINCT unnest(percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY originator_id)) AS border"
        " FROM events TABLESAMPLE SYSTEM (1) ORDER BY border",
        ([number / PARTS for number in range(1, PARTS)],),
    )
    return [row[0] for row in rows if row[0] is not None]


class Worker:
    """Replays parts in this process."""

    def __init__(
        self,
        database: Database,
        agency: str,
        mapper: EventMapper,
        models: Mapping[str, ReadModel[Any]],
        on_events: OnEvents = lambda _, __: None,
    ) -> None:
        self._database = database
        self._agency = agency
        self._mapper = mapper
        self._models = models
        self._on_events = on_events

    def work(self, connection: Connection[Any], wanted: Mapping[str, Job]) -> None:
        """Works on parts of these rebuilds until there is none that nobody works on.

        Raises `RebuildAborted`, `RebuildTakenOver`, and what keeps the database from working.
        """
        while (claimed := self._claim(connection, wanted)) is not None:
            try:
                replay_by_stream(self._database, self._agency, self._mapper, claimed, self._on_events)
            except Unwritable as error:
                leave_to_following(connection, claimed, error)
            except RebuildTakenOver:
                if len(jobs.in_replay(connection, wanted)) == len(wanted):
                    raise
                wanted = jobs.in_replay(connection, wanted)  # another process found that one of them cannot be replayed
            finally:
                _unlock(connection, claimed[0])

    def _claim(self, connection: Connection[Any], wanted: Mapping[str, Job]) -> list[Draft] | None:
        """A part that nobody works on, of all rebuilds that stand at the same point of it; None when there is none."""
        for group in self._groups(connection, wanted):
            if _lock(connection, group[0]):
                if [draft.part for draft in group] == [_fresh(connection, draft) for draft in group]:
                    return group
                _unlock(connection, group[0])
                return self._claim(connection, wanted)
        return None

    def _groups(self, connection: Connection[Any], wanted: Mapping[str, Job]) -> list[list[Draft]]:
        groups: dict[Any, list[Draft]] = {}
        for name, job in sorted(jobs.in_replay(connection, wanted).items()):
            for part in jobs.parts(connection, job):
                if not part.finished:
                    place = (job.until, part.after, part.up_to, part.stream)
                    groups.setdefault(place, []).append(Draft(job, self._models[name], part))
        return list(groups.values())


def leave_to_following(connection: Connection[Any], group: Sequence[Draft], error: Unwritable) -> None:
    """Begins the read model anew that cannot be replayed; from here on it is followed, which finds the event."""
    _log.warning(
        "A row of %s cannot be written, so it is made by following, which takes longer: %s", error.model, error
    )
    draft = next(draft for draft in group if draft.model.name == error.model)
    with connection.transaction():
        jobs.move(connection, draft.job, "catch up")
        tables.empty(connection, draft.job.draft)


def _fresh(connection: Connection[Any], draft: Draft) -> Part:
    return next(part for part in jobs.parts(connection, draft.job) if part.number == draft.part.number)


_PART = "hashtext(current_schema() || '/' || %s)"


def _lock(connection: Connection[Any], draft: Draft) -> bool:
    query: Any = f"SELECT pg_try_advisory_lock(%s, {_PART})"
    return connection.execute(query, (REPLAYING, _name(draft))).fetchone() == (True,)


def _unlock(connection: Connection[Any], draft: Draft) -> None:
    if not connection.closed:
        query: Any = f"SELECT pg_advisory_unlock(%s, {_PART})"
        connection.execute(query, (REPLAYING, _name(draft)))


def _name(draft: Draft) -> str:
    return f"{draft.job.id}/{draft.part.number}"
