"""How far each read model is: its position, its generation, and the streams that it leaves aside.

A position is committed together with the rows, so after any crash the two agree.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from psycopg import Connection

from selfbill.projections.kept_rows import KeptRows
from selfbill.projections.read_model import ReadModel
from selfbill.projections.table import Table
from selfbill.store.faults import StoreFault

REBUILD_COMMAND = "selfbill projections rebuild"

NOTE_WAITS_MS = 1_000
"""Noting a failure is a courtesy; whoever holds the row has something better to do."""

PREPARING = 7304
"""Sets preparing apart from other uses of advisory locks: processes that start together make each table once."""

Role = Literal["live", "draft", "old", "copy"]
"""What people look at, what takes its place, what it replaced, and the rows as of a moment."""

_log = logging.getLogger(__name__)


class OutdatedReadModels(StoreFault):
    """The rows in the database were made by other declarations than this program's."""

    def __init__(self, models: Sequence[str], newer: Sequence[str] = ()) -> None:
        """`newer` are those of which the rows were made by a higher version than this program has."""
        if newer:
            sentence = (
                f"A newer selfbill made the read models {', '.join(newer)}, so this one does not follow them any more. "
                "Use the newer one; or go back, one by one: selfbill projections rollback NAME"
            )
        else:
            sentence = (
                f"Another version of selfbill made the read models {', '.join(models)}. "
                f"Make them anew from the events: {REBUILD_COMMAND} {' '.join(models)}"
            )
        super().__init__(sentence)
        self.models = tuple(models)


class Moved(Exception):  # noqa: N818 - an answer, not an error
    """Somebody else moved or rebuilt a read model: look again where it is."""


class Tracked:
    """One read model with its table, as far as this process knows it."""

    def __init__(self, model: ReadModel[Any], name: str, generation: int, position: int, parked: Iterable[str]) -> None:
        self.model = model
        self.name = name
        self.table = Table(model, name)
        self.generation = generation
        self.position = position
        self.parked = set(parked)
        self.kept: KeptRows | None = None
        """Only for whoever is the only one to write these rows, as long as nobody raises the generation."""

    def forget_rows(self) -> None:
        """Has the rows read again: what was kept may not be what stands in the table."""
        if self.kept is not None:
            self.kept.drop()


def prepare(connection: Connection[Any], models: Sequence[ReadModel[Any]]) -> list[Tracked]:
    """Makes the tables that are missing and answers where each read model is; raises `OutdatedReadModels`."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", (PREPARING,))
        stored = refuse_outdated(connection, models)
        for model in models:
            if model.name not in stored:
                Table(model, model.name).create(connection)
                enter(connection, model, model.name)
        return _tracked(connection, models)


def refuse_outdated(connection: Connection[Any], models: Sequence[ReadModel[Any]]) -> set[str]:
    """The names of the live tables there are; raises `OutdatedReadModels` when others than these declarations made them."""
    rows = connection.execute("SELECT name, fingerprint, version FROM read_models WHERE role = 'live'").fetchall()
    stored = {name: (fingerprint, version) for name, fingerprint, version in rows}
    outdated = [each for each in models if each.name in stored and stored[each.name][0] != each.fingerprint]
    if outdated:
        newer = [each.name for each in outdated if stored[each.name][1] > each.version]
        raise OutdatedReadModels([each.name for each in outdated], newer)
    return set(stored)


def enter(connection: Connection[Any], model: ReadModel[Any], name: str, role: Role = "live") -> Tracked:
    """Enters an empty table of this name for the model; it has followed nothing yet."""
    connection.execute(
        "INSERT INTO read_models (name, model, role, generation, position, version, fingerprint)"
        " VALUES (%s, %s, %s, 1, 0, %s, %s)",
        (name, model.name, role, model.version, model.fingerprint),
    )
    return Tracked(model, name, 1, 0, ())


def _tracked(connection: Connection[Any], models: Sequence[ReadModel[Any]]) -> list[Tracked]:
    stored = {row[0]: row[1:] for row in connection.execute("SELECT name, generation, position FROM read_models")}
    parked: dict[str, list[str]] = {}
    for model_name, stream in connection.execute("SELECT model, stream FROM parked_streams"):
        parked.setdefault(model_name, []).append(stream)
    tracked = []
    for model in models:
        generation, position = stored[model.name]
        tracked.append(Tracked(model, model.name, generation, position, parked.get(model.name, ())))
    return tracked


def advance(connection: Connection[Any], group: Sequence[Tracked], position: int) -> None:
    """Puts down, in the transaction that writes the rows, that these models follow up to here; raises `Moved`.

    All of the group stand at the same position. From here to the commit nobody else can write their rows.
    """
    changed = connection.execute(
        "UPDATE read_models AS r SET position = %b, followed_at = clock_timestamp(),"
        " last_error = NULL, failed_at = NULL"
        " FROM unnest(%b::text[], %b::bigint[]) AS known (name, generation)"
        " WHERE r.name = known.name AND r.generation = known.generation AND r.position = %b",
        (position, [each.name for each in group], [each.generation for each in group], group[0].position),
        prepare=True,
    ).rowcount
    if changed != len(group):
        raise Moved


def note_failure(connection: Connection[Any], names: Sequence[str], error: Exception) -> None:
    """Puts down why these read models stand still; `advance` and `clear_failure` take it away again."""
    with connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = {NOTE_WAITS_MS}")
        connection.execute(
            "UPDATE read_models SET last_error = %s, failed_at = clock_timestamp() WHERE name = ANY(%s)",
            (sentence_about(error), list(names)),
        )


def clear_failure(connection: Connection[Any], names: Sequence[str]) -> None:
    """Takes away what was put down."""
    connection.execute(
        "UPDATE read_models SET last_error = NULL, failed_at = NULL WHERE last_error IS NOT NULL AND name = ANY(%s)",
        (list(names),),
    )


def park(connection: Connection[Any], tracked: Tracked, stream: str, position: int, error: Exception) -> None:
    """Leaves this stream aside for this model, from this event on, until it is unparked or the model is rebuilt."""
    connection.execute(
        "INSERT INTO parked_streams (model, stream, position, error) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (model, stream) DO UPDATE SET waiting = parked_streams.waiting + 1",
        (tracked.name, stream, position, sentence_about(error)),
    )
    _log.error(
        "The read model %s leaves %s aside from position %d on (see selfbill projections parked), because that event cannot be"
        " shown",
        tracked.name,
        stream,
        position,
        exc_info=error,
    )


def sentence_about(error: Exception) -> str:
    """The error as it is kept with a stream."""
    return f"{type(error).__name__}: {error}".replace("\0", "\\0")


def leave_aside(connection: Connection[Any], tracked: Tracked, streams: Sequence[str]) -> None:
    """Counts events of parked streams (one stream for each event) that were left aside."""
    connection.execute(
        "UPDATE parked_streams AS p SET waiting = waiting + n"
        " FROM (SELECT stream, count(*) AS n FROM unnest(%b::text[]) AS stream GROUP BY stream) AS more"
        " WHERE p.model = %b AND p.stream = more.stream",
        (list(streams), tracked.name),
    )
