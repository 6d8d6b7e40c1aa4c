"""Suspensions: the debtors to whom nothing is sent about what they owe, why, and until when."""

import datetime as dt
from typing import Any, Literal

import msgspec
from psycopg import Connection

from selfbill.aggregates.suspension import CollectionResumed, CollectionSuspended
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded


class SuspendedDebtor(msgspec.Struct, frozen=True):
    """A debtor who was suspended; it holds up to and including `until`, and stays here afterwards."""

    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    reason: str
    until: dt.date
    since: dt.datetime
    by: str


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((recorded.originator_id.partition(":")[0], event.code),)


def evolve(key: Key, _: SuspendedDebtor | None, recorded: Recorded) -> SuspendedDebtor | None:
    """The suspension after this event."""
    event = recorded.event
    if isinstance(event, CollectionSuspended):
        kind, debtor = key
        return SuspendedDebtor(kind, debtor, event.reason, event.until, recorded.at, recorded.by)
    return None


MODEL = ReadModel(
    name="suspensions",
    version=1,
    row=SuspendedDebtor,
    key=("debtor_kind", "debtor"),
    listens=(CollectionSuspended, CollectionResumed),
    keys=keys,
    evolve=evolve,
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def in_force(connection: Connection[Any], day: dt.date, debtor: str | None = None) -> list[SuspendedDebtor]:
    """The suspensions that hold on this day, of everybody or of who has this code; the one that ends first stands first."""
    return _TABLE.select(
        connection,
        "WHERE until >= %(day)s AND (%(debtor)s::text IS NULL OR debtor = %(debtor)s) ORDER BY until, debtor_kind, debtor",
        {"day": day, "debtor": debtor},
    )
