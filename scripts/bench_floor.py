"""What no rebuild can be faster than: all events out by COPY and decoded, the finished rows in by COPY, and no fold between.

The rows are those that the read models hold; they are in memory before the clock starts. Plain Python, psycopg and msgspec,
one process, one connection.
"""

import gc
import time
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Any

import msgspec
from psycopg import Connection
from psycopg.pq import ExecStatus

from selfbill.aggregates.catalogue import all_events
from selfbill.aggregates.event import tag_of
from selfbill.projections.read_model import ReadModel
from selfbill.projections.table import Table
from selfbill.runtime.house import read_models, tune_collector
from selfbill.store.copying import HEADER, TRAILER, encoded
from selfbill.store.database import Database
from selfbill.store.mapper import Envelope

ROWS_AT_ONCE = 5_000

_LENGTH = Struct("!i").unpack_from


def run(url: str, agency: str, names: Sequence[str]) -> dict[str, Any]:
    """The floor for these read models; without names for all."""
    tune_collector()
    models = [model for model in read_models() if not names or model.name in names]
    with Database(url) as database, database.connect(agency) as connection:
        rows = {model.name: Table(model, model.name).select(connection) for model in models}
        gc.collect()
        gc.freeze()
        _, out_only = _timed(drain, connection)
        cpu = time.process_time()
        events, reading = _timed(decode_all, connection)
        _, writing = _timed(copy_in, connection, models, {name: blocks(models, name, rows[name]) for name in rows})
        cpu = time.process_time() - cpu
        heard, reading_heard = _timed(decode_all, connection, _heard(models))
        encoded_before = {name: list(blocks(models, name, rows[name])) for name in rows}
        _, writing_encoded = _timed(copy_in, connection, models, encoded_before)
    return {
        "events": events,
        "rows": sum(map(len, rows.values())),
        "seconds": reading + writing,
        "CPU of that": cpu,
        "seconds with encoded rows": reading + writing_encoded,
        "out": out_only,
        "out and decoded": reading,
        "only what is listened to": reading_heard,
        "which is": heard,
        "rows encoded and in": writing,
        "encoded rows in": writing_encoded,
    }


def _heard(models: Sequence[ReadModel[Any]]) -> str:
    tags = sorted({tag_of(event) for model in models for event in model.listens})
    names = ", ".join(f"'{tag}'" for tag in tags)
    return f"WHERE topic IN ({names})"


def _timed(do: Any, *arguments: Any) -> tuple[Any, float]:
    started = time.perf_counter()
    answer = do(*arguments)
    return answer, time.perf_counter() - started


def messages(connection: Connection[Any], where: str = "") -> Iterator[memoryview]:
    """The rows of the event table as COPY sends them; asked of libpq itself, because psycopg's own loop takes longer."""
    conversation = connection.pgconn
    columns = "topic, state, originator_id, originator_version, notification_id"
    started = conversation.exec_(f"COPY (SELECT {columns} FROM events {where}) TO STDOUT (FORMAT binary)".encode())
    assert started.status == ExecStatus.COPY_OUT
    receive = conversation.get_copy_data
    _, message = receive(0)
    message = message[len(HEADER) :]  # it comes together with the first row
    size = len(message)
    while size > len(TRAILER):
        yield message
        size, message = receive(0)
    while size > 0:
        size, message = receive(0)
    while conversation.get_result() is not None:
        pass


def drain(connection: Connection[Any]) -> int:
    """Receives all events and does nothing with them."""
    return sum(1 for _ in messages(connection))


def decode_all(connection: Connection[Any], where: str = "") -> int:
    """Receives all events and makes them objects; what is personal stays closed."""
    decoders = {
        tag_of(event).encode(): msgspec.json.Decoder(Envelope[dict[str, Any] if event.personal else event]).decode  # type: ignore[misc]
        for event in all_events()
    }
    count = 0
    for view in messages(connection, where):
        message = bytes(view)  # slices of bytes are cheaper than slices of a view
        tag_end = 6 + message[5]  # no tag is longer than 255 characters
        (length,) = _LENGTH(message, tag_end)
        decoders[message[6:tag_end]](message[tag_end + 4 : tag_end + 4 + length])
        count += 1
    return count


def blocks(models: Sequence[ReadModel[Any]], name: str, rows: Sequence[Any]) -> Iterator[bytes]:
    """The rows as COPY takes them."""
    columns = next(model.columns for model in models if model.name == name)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        values = zip(*map(msgspec.structs.astuple, rows[start : start + ROWS_AT_ONCE]), strict=True)
        yield encoded([(column.type, column.dump, each) for column, each in zip(columns, values, strict=True)])


def copy_in(connection: Connection[Any], models: Sequence[ReadModel[Any]], contents: dict[str, Any]) -> None:
    """Into empty tables without keys and indexes, which are gone afterwards."""
    for model in models:
        table = Table(model, f"floor_{model.name}")
        table.create_bare(connection)
        with connection.cursor().copy(f"COPY {table.name} FROM STDIN (FORMAT binary)") as copy:
            copy.write(HEADER)
            for block in contents[model.name]:
                copy.write(block)
            copy.write(TRAILER)
    for model in models:
        connection.execute(f"DROP TABLE floor_{model.name}")
