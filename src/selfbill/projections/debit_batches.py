"""Batches of direct debits: what goes to the bank on which day, and what became of it."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.direct_debit_batch import BatchCancelled, BatchFile, BatchMade, BatchSubmitted
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import BatchId, Cents

PAGE = 500
"""Batches that a person gets to see at once, unless they ask for another number."""


class BatchState(StrEnum):
    MADE = "made"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"


class ListedBatch(msgspec.Struct, frozen=True):
    """One batch; the files stand in the archive under their SHA-256."""

    batch: BatchId
    message_id: str
    collection_date: dt.date
    made_at: dt.datetime
    items: int
    total: Cents
    files: tuple[BatchFile, ...]
    state: BatchState = BatchState.MADE
    submitted_at: dt.datetime | None = None
    reason: str | None = None
    """Why it was cancelled."""


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.batch,),)


def evolve(_: Key, row: ListedBatch | None, recorded: Recorded) -> ListedBatch | None:
    """The batch after this event."""
    match recorded.event:
        case BatchMade() as made:
            return ListedBatch(
                batch=made.batch,
                message_id=made.message_id,
                collection_date=made.collection_date,
                made_at=made.made_at,
                items=len(made.items),
                total=made.total,
                files=made.files,
            )
        case BatchSubmitted() if row is not None:
            return msgspec.structs.replace(row, state=BatchState.SUBMITTED, submitted_at=recorded.at)
        case BatchCancelled() as event if row is not None:
            return msgspec.structs.replace(row, state=BatchState.CANCELLED, reason=event.reason)
    return row


MODEL = ReadModel(
    name="debit_batches",
    version=1,
    row=ListedBatch,
    key=("batch",),
    listens=(BatchMade, BatchSubmitted, BatchCancelled),
    keys=keys,
    evolve=evolve,
    indexes=(("collection_date",),),
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def by_id(connection: Connection[Any], batch: str) -> ListedBatch | None:
    """The batch with this id."""
    rows = _TABLE.select(connection, "WHERE batch = %s", (batch,))
    return rows[0] if rows else None


def latest(connection: Connection[Any], limit: int = PAGE) -> list[ListedBatch]:
    """All batches, the latest collection date first."""
    return _TABLE.select(connection, "ORDER BY collection_date DESC, batch DESC LIMIT %s", (limit,))


def with_total(connection: Connection[Any], total: Cents) -> list[ListedBatch]:
    """The batches of this total, the latest first."""
    return _TABLE.select(connection, "WHERE total = %s ORDER BY collection_date DESC, batch DESC", (total,))
