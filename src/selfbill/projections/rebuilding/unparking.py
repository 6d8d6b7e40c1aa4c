"""Streams that were left aside are shown after all, once the cause has been put right.

Their events come late. Where a row is made of one stream, that stream is folded anew from its first event. Elsewhere other streams
may have gone on with the same rows meanwhile, so those rows are made anew from the whole history, in its order.
So the table is what it would have been if nothing had ever been left aside.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.projections.ledger import OutdatedReadModels
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.rebuilding import tables
from selfbill.projections.rebuilding.replay import CHUNK_EVENTS, Aside, Folding
from selfbill.projections.rebuilding.replaying import unheard, without_collector, write_aside
from selfbill.projections.table import Table
from selfbill.store import sweep
from selfbill.store.database import Database
from selfbill.store.faults import UnreadableEvent
from selfbill.store.streams import Recorded, Streams


class Unparked(msgspec.Struct, frozen=True):
    """What came of it: streams that are shown whole again, and those that still cannot be."""

    shown: tuple[str, ...]
    still: tuple[Aside, ...]


def parked_streams(connection: Connection[Any], table: str) -> dict[str, Aside]:
    """The streams that this table leaves aside, by name."""
    rows = connection.execute(
        "SELECT stream, position, error, waiting FROM parked_streams WHERE model = %s ORDER BY position, stream",
        (table,),
    )
    return {row[0]: Aside(*row) for row in rows}


def unpark(
    database: Database, agency: str, streams: Streams, model: ReadModel[Any], only: Collection[str] | None = None
) -> Unparked:
    """Tries the parked streams of this read model again, or only these; the follower goes on from there.

    Raises `OutdatedReadModels` when another declaration made the table: then a rebuild shows them, or doesn't.
    """
    with database.connect(agency) as connection, database.connect(agency) as reading, without_collector():
        parked = parked_streams(connection, model.name)
        wanted = [stream for stream in parked if only is None or stream in only]
        if not wanted:
            return Unparked((), ())
        staying = [aside for stream, aside in parked.items() if stream not in wanted]
        folding = Folding(streams.mapper, [model], {model.name: staying})
        reached = 0
        if not model.of_one_stream:
            reached = _fold_up_to_now(reading, streams, model, folding)
        with connection.transaction():
            live = tables.entry(connection, model.name, locked=True)
            assert live is not None, f"{model.name} has parked streams but no table"
            if live.fingerprint != model.fingerprint:
                raise OutdatedReadModels([model.name])
            stories = {stream: _story(streams, stream, live.position) for stream in wanted}
            if model.of_one_stream:
                for story in stories.values():
                    folding.fold(story)
            else:
                _fold_between(streams, folding, reached, live.position)
            keys = _touched(streams, model, [row for story in stories.values() for row in story])
            _write(connection, model, folding, keys)
            still = tuple(aside for stream, aside in folding.aside(model).items() if stream in wanted)
            connection.execute("DELETE FROM parked_streams WHERE model = %s AND stream = ANY(%s)", (model.name, wanted))
            write_aside(connection, model.name, still)
            connection.execute("UPDATE read_models SET generation = generation + 1 WHERE name = %s", (model.name,))
    left = {aside.stream for aside in still}
    return Unparked(tuple(stream for stream in wanted if stream not in left), still)


def _fold_up_to_now(reading: Connection[Any], streams: Streams, model: ReadModel[Any], folding: Folding) -> int:
    """Most of the history, while the follower still goes on; answers up to where."""
    live = tables.entry(reading, model.name)
    reached = live.position if live else 0
    for rows in sweep.by_position(
        reading, after=0, until=reached, leaving_out=unheard(streams.mapper, [model]), size=CHUNK_EVENTS
    ):
        folding.fold(rows)
    return reached


def _fold_between(streams: Streams, folding: Folding, after: int, until: int) -> None:
    while after < until:
        rows = streams.read_rows(after, CHUNK_EVENTS, until)
        folding.fold(rows)
        after = rows[-1][4]


def _story(streams: Streams, stream: str, until: int) -> list[sweep.Row]:
    """Everything that happened to this stream, as far as the table has followed."""
    return [row for row in streams.history_rows(stream) if row[4] <= until]


def _touched(streams: Streams, model: ReadModel[Any], rows: Sequence[sweep.Row]) -> set[Key]:
    """The keys of all rows that these events touch; an event that still cannot be folded touches none."""
    keys: set[Key] = set()
    for recorded in _readable(streams, rows):
        if type(recorded.event) in model.listens:
            try:
                keys.update(model.keys(recorded))
            except Exception:  # noqa: BLE001, S112 - the fold has come across it too, and left its stream aside
                continue
    return keys


def _readable(streams: Streams, rows: Sequence[sweep.Row]) -> Iterable[Recorded]:
    for row in rows:
        try:
            yield from streams.mapper.decode([row])
        except UnreadableEvent:
            continue


def _write(connection: Connection[Any], model: ReadModel[Any], folding: Folding, keys: Collection[Key]) -> None:
    table = Table(model, model.name)
    rows = folding.rows(model)
    put = [rows[key] for key in keys if key in rows]
    if put:
        table.put(connection, put)
    take = [key for key in keys if key not in rows]
    if take:
        table.take(connection, take)
