"""A read model as it would have been at a moment: the fold of everything that had been recorded by then.

What counts is when the database recorded an event (`recorded_at`), not the moment that the event speaks of: the question is what
could be known. The copy stands in a table of its own, which nobody follows and nobody but its owner drops.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.projections.following import follow_next
from selfbill.projections.ledger import enter
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import tables
from selfbill.projections.rebuilding.jobs import MEMORY_MIB
from selfbill.projections.rebuilding.replay import CHUNK_EVENTS, folded_by_stream
from selfbill.projections.rebuilding.replaying import (
    Unwritable,
    folded_by_position,
    unheard,
    without_collector,
    write_aside,
    write_rows,
)
from selfbill.projections.table import Table
from selfbill.refusals import Refusal
from selfbill.store import sweep
from selfbill.store.database import Database
from selfbill.store.streams import Streams

_NAME = re.compile(r"[a-z][a-z0-9_]{0,54}")

OnEvents = Callable[[int], object]
"""Is told after each chunk how many more events were read."""


class NotATableName(Refusal):
    code = "not_a_table_name"
    nl = (
        "{name!r} kan geen tabel heten. Gebruik 1 tot 55 kleine letters, cijfers en _, met een letter voorop, zonder dubbele _; "
        "en geen woord van SQL."
    )
    en = (
        "{name!r} cannot be the name of a table. Use 1 to 55 lower case letters, digits and _, a letter first, no double _; "
        "and no word of SQL."
    )


class TableExists(Refusal):
    code = "table_exists"
    nl = "Er is al een tabel {name}. Kies een andere naam, of verwijder hem: selfbill projections drop {name}"
    en = "There is a table {name} already. Choose another name, or drop it: selfbill projections drop {name}"


class NoSuchCopy(Refusal):
    code = "no_such_copy"
    nl = "{name} is geen kopie van een leesmodel; wel: {names}."
    en = "{name} is no copy of a read model; these are: {names}."


class Built(msgspec.Struct, frozen=True):
    """What a build came to."""

    table: str
    model: str
    as_of: dt.datetime
    position: int
    """The last event that had been recorded by then; 0 when nothing had."""
    rows: int
    parked: int
    """Streams that could not be shown whole."""


def build_as_of(
    database: Database,
    agency: str,
    streams: Streams,
    model: ReadModel[Any],
    *,
    as_of: dt.datetime,
    into: str,
    memory_mib: int = MEMORY_MIB,
    on_events: OnEvents = lambda _: None,
) -> Built:
    """Makes the table `into` from what was recorded up to and including the aware moment `as_of`.

    All in one transaction: after a crash there is nothing. Raises `NotATableName` and `TableExists`.
    """
    if not _NAME.fullmatch(into) or "__" in into:
        raise NotATableName(name=into)
    with (
        database.connect(agency) as connection,
        database.connect(agency) as reading,
        connection.transaction(),
        without_collector(),
    ):
        if _is_reserved(connection, into):
            raise NotATableName(name=into)
        if connection.execute("SELECT to_regclass(current_schema() || '.' || %s) IS NOT NULL", (into,)).fetchone() == (
            True,
        ):
            raise TableExists(name=into)
        position = last_recorded(connection, as_of, streams.head())
        table = Table(model, into)
        table.create_bare(connection)
        enter(connection, model, into, "copy")
        connection.execute("UPDATE read_models SET as_of = %s WHERE name = %s", (as_of, into))
        try:
            with connection.transaction():
                _replay(connection, reading, streams, table, until=position, memory_mib=memory_mib, on_events=on_events)
        except Unwritable:
            tables.empty(connection, into)
        table.add_key(connection)
        following = tables.tracked(connection, model, into)
        while following.position < position:
            on_events(follow_next(connection, streams, [following], position))
        table.add_indexes(connection)
        rows = connection.execute(f"SELECT count(*) FROM {into}".encode()).fetchone()
        parked = connection.execute("SELECT count(*) FROM parked_streams WHERE model = %s", (into,)).fetchone()
    assert rows is not None
    assert parked is not None
    return Built(into, model.name, as_of, position, rows[0], parked[0])


def _is_reserved(connection: Connection[Any], name: str) -> bool:
    """Whether this word means something in SQL, so that it would have to be quoted wherever it is used."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_get_keywords() WHERE word = %s AND catcode IN ('R', 'T'))", (name,)
    ).fetchone()
    return row is not None and bool(row[0])


def drop_copy(connection: Connection[Any], name: str) -> None:
    """Drops a copy. Raises `NoSuchCopy`, so that nobody drops what people look at."""
    copies = [row[0] for row in connection.execute("SELECT name FROM read_models WHERE role = 'copy' ORDER BY name")]
    if name not in copies:
        raise NoSuchCopy(name=name, names=", ".join(copies) or "-")
    with connection.transaction():
        tables.drop(connection, name)


def last_recorded(connection: Connection[Any], moment: dt.datetime, head: int) -> int:
    """The position of the last event that had been recorded at this moment; 0 when there was none.

    Positions and moments rise together, so the place is found by halving.
    """
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute("SELECT recorded_at FROM events WHERE notification_id = %s", (middle,)).fetchone()
        assert row is not None, f"there is no event at position {middle}"
        if row[0] <= moment:
            low = middle
        else:
            high = middle - 1
    return low


def _replay(
    connection: Connection[Any],
    reading: Connection[Any],
    streams: Streams,
    table: Table[Any],
    *,
    until: int,
    memory_mib: int,
    on_events: OnEvents,
) -> None:
    model, mapper = table.model, streams.mapper
    if not model.of_one_stream:
        folding, reached = folded_by_position(
            reading, mapper, [model], until=until, memory_mib=memory_mib, on_chunk=on_events
        )
        write_rows(connection, model, table.name, list(folding.rows(model).values()))
        write_aside(connection, table.name, list(folding.aside(model).values()))
        tables.set_position(connection, table.name, reached)
        return
    chunks = sweep.by_stream(
        reading, until=until, after=None, up_to=None, leaving_out=unheard(mapper, [model]), size=CHUNK_EVENTS
    )
    for chunk in folded_by_stream(mapper, chunks, [model]):
        write_rows(connection, model, table.name, chunk.rows[model.name])
        write_aside(connection, table.name, chunk.aside[model.name])
        on_events(chunk.events)
    tables.set_position(connection, table.name, until)
