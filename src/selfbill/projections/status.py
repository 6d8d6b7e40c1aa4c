"""Where every table of a read model stands: what operators look at first.

`standings` answers one `Standing` for each read model of this program, also one whose table is missing, and one for each other
table that was made from a read model: the draft of a rebuild, the old table that is kept for a way back, copies as of a moment, and
the tables of read models that this program does not know. All come from one query, so they agree with each other.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import psycopg
from psycopg import Connection, sql

from selfbill.projections.follower import LEADING
from selfbill.projections.ledger import Role
from selfbill.projections.read_model import ReadModel
from selfbill.store.arrays import bigints, texts

State = Literal["following", "behind", "outdated", "missing"]

BEHIND_SECONDS = 5.0
"""A read model that shows events older than this too late is behind: under load a batch takes well under a second."""

COUNTS = 3
"""How often the rows are counted anew when a rebuild switched a table meanwhile."""


class Standing(msgspec.Struct, frozen=True):
    """One table that was made from a read model. Sizes are bytes, indexes included; moments are UTC."""

    name: str
    """Of the table; that of a live table is its read model's."""
    model: str
    role: Role
    state: State | None
    """`following`: shows everything, or all but the last seconds; `behind`: older events are not shown; `outdated`: made by
    other declarations than this program's, so this program does not follow it; `missing`: there is no table, and if there
    never was one it is made as soon as somebody follows. None for a table that nobody looks at."""
    version: int
    """Of the fold that made the rows."""
    program_version: int | None
    """Of the fold in this program; None when this program does not know the read model."""
    generation: int
    """How often somebody else than the follower wrote the rows; 0 when the table is missing."""
    position: int
    """Everything up to here is shown."""
    lag_events: int
    """Events between here and the last one that is recorded."""
    lag_seconds: float
    """The age of the oldest event that is not shown; 0 when all are."""
    parked: int
    """Streams that are left aside."""
    waiting: int
    """Events of these streams that came after the one that could not be shown."""
    rows: int | None
    """Exactly; None when they were not counted or there is no table."""
    size_bytes: int
    last_error: str | None
    """What keeps the follower from following; None when nothing does."""
    failed_at: dt.datetime | None
    followed_at: dt.datetime | None
    """When rows were last written, or would have been."""
    kept_until: dt.datetime | None
    """When an old table may be dropped."""
    as_of: dt.datetime | None
    """The moment up to which a copy shows what was recorded."""


def standings(
    connection: Connection[Any], models: Sequence[ReadModel[Any]], *, count_rows: bool = True
) -> list[Standing]:
    """Where the tables stand: the live ones in the order of `models`, then the others by name.

    Counting reads whole tables, 0.1 s for a million rows; without it this costs a millisecond.
    """
    for _ in range(COUNTS - 1):
        try:
            return _standings(connection, models, count_rows=count_rows)
        except psycopg.errors.UndefinedTable:
            continue
    return _standings(connection, models, count_rows=count_rows)


def is_led(connection: Connection[Any]) -> bool:
    """Whether some process follows the events of this agency."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND (classid::bigint << 32) | objid::bigint = hashtextextended(current_schema(), %s))",
        (LEADING,),
    ).fetchone()
    return row is not None and bool(row[0])


_STANDINGS = (
    "WITH head AS (SELECT coalesce(max(notification_id), 0) AS position FROM events),"
    " parked AS (SELECT model, count(*) AS streams, sum(waiting)::bigint AS waiting FROM parked_streams GROUP BY model),"
    " declared AS (SELECT * FROM unnest(%b::text[], %b::bigint[], %b::text[])"
    "              WITH ORDINALITY AS d (name, version, fingerprint, place)),"
    " tables AS ("
    "  SELECT coalesce(r.name, d.name) AS name, coalesce(r.model, d.name) AS model, coalesce(r.role, 'live') AS role,"
    "   r.fingerprint = d.fingerprint AS is_current,"
    "   to_regclass(format('%%I.%%I', current_schema(), coalesce(r.name, d.name))) AS relation,"
    "   coalesce(r.version, d.version) AS version, coalesce(r.position, 0) AS position, d.place,"
    "   r.generation, r.last_error, r.failed_at, r.followed_at, r.kept_until, r.as_of"
    "  FROM read_models AS r FULL JOIN declared AS d ON d.name = r.name)"
    " SELECT t.name, t.model, t.role, t.is_current, t.relation IS NOT NULL, t.version,"
    "  (SELECT version FROM declared WHERE declared.name = t.model), coalesce(t.generation, 0), t.position,"
    "  greatest(0, head.position - t.position),"
    "  coalesce((SELECT greatest(0, extract(epoch FROM clock_timestamp() - recorded_at))"
    "            FROM events WHERE notification_id = t.position + 1), 0)::float8,"
    "  coalesce(parked.streams, 0), coalesce(parked.waiting, 0), coalesce(pg_total_relation_size(t.relation), 0),"
    "  t.last_error, t.failed_at, t.followed_at, t.kept_until, t.as_of"
    " FROM tables AS t CROSS JOIN head LEFT JOIN parked ON parked.model = t.name"
    " ORDER BY t.place NULLS LAST, t.name"
)


def _standings(connection: Connection[Any], models: Sequence[ReadModel[Any]], *, count_rows: bool) -> list[Standing]:
    declared = (
        texts([model.name for model in models]),
        bigints([model.version for model in models]),
        texts([model.fingerprint for model in models]),
    )
    found = connection.execute(_STANDINGS, declared).fetchall()
    counts = _counts(connection, [row[0] for row in found if row[4]]) if count_rows else {}
    return [_standing(row, counts.get(row[0])) for row in found]


def _counts(connection: Connection[Any], tables: Sequence[str]) -> dict[str, int]:
    if not tables:
        return {}
    count = sql.SQL("SELECT {}::text, count(*) FROM {}")
    counts = [count.format(sql.Literal(table), sql.Identifier(table)) for table in tables]
    return dict(connection.execute(sql.SQL(" UNION ALL ").join(counts)).fetchall())


def _standing(row: Sequence[Any], rows: int | None) -> Standing:
    name, model, role, is_current, is_there, version, program_version, generation, position, *facts = row
    lag_events, lag_seconds, parked, waiting, size_bytes, *rest = facts
    last_error, failed_at, followed_at, kept_until, as_of = rest
    return Standing(
        name=name,
        model=model,
        role=role,
        state=_state(is_there=is_there, is_current=is_current, lag_seconds=lag_seconds) if role == "live" else None,
        version=version,
        program_version=program_version,
        generation=generation,
        position=position,
        lag_events=lag_events,
        lag_seconds=lag_seconds,
        parked=parked,
        waiting=waiting,
        rows=rows,
        size_bytes=size_bytes,
        last_error=last_error,
        failed_at=failed_at,
        followed_at=followed_at,
        kept_until=kept_until,
        as_of=as_of,
    )


def _state(*, is_there: bool, is_current: bool | None, lag_seconds: float) -> State:
    if not is_there:
        return "missing"
    if not is_current:
        return "outdated"
    return "behind" if lag_seconds > BEHIND_SECONDS else "following"
