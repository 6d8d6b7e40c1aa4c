"""Direct debit mandates of debtors, and whether they may be used; without account and name, which are personal and stay sealed."""

import datetime as dt
from enum import StrEnum
from typing import Any, Literal

import msgspec
from psycopg import Connection

from selfbill.aggregates.direct_debit_mandate import (
    DebitMandateAmended,
    DebitMandateBlocked,
    DebitMandateExpired,
    DebitMandateRevoked,
    DebitMandateSigned,
    DebitMandateUnblocked,
    DebitMandateUsed,
)
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import MandateId

PAGE = 500
"""Mandates that a person gets to see at once, unless they ask for another number."""


class MandateState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    REVOKED = "revoked"
    EXPIRED = "expired"


class ListedMandate(msgspec.Struct, frozen=True):
    """One mandate."""

    mandate: MandateId
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    signed_on: dt.date
    expires_on: dt.date
    """The last day on which it may be used when it is not used before."""
    state: MandateState = MandateState.ACTIVE
    last_collection: dt.date | None = None
    code: str | None = None
    """The bank's reason for the return that blocked it."""
    reason: str | None = None
    """Why it is blocked or was revoked."""


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.mandate,),)


def evolve(_: Key, row: ListedMandate | None, recorded: Recorded) -> ListedMandate | None:
    """The mandate after this event."""
    replace = msgspec.structs.replace
    match recorded.event:
        case DebitMandateSigned() as event:
            return ListedMandate(event.mandate, event.towards, event.debtor, event.signed_on, event.expires_on)
        case DebitMandateUsed() as event if row is not None:
            return replace(row, last_collection=event.collection_date, expires_on=event.expires_on)
        case DebitMandateBlocked() as event if row is not None:
            return replace(row, state=MandateState.BLOCKED, code=event.code, reason=event.reason)
        case DebitMandateAmended() | DebitMandateUnblocked() if row is not None:
            return replace(row, state=MandateState.ACTIVE, code=None, reason=None)
        case DebitMandateRevoked() as event if row is not None:
            return replace(row, state=MandateState.REVOKED, reason=event.reason)
        case DebitMandateExpired() if row is not None:
            return replace(row, state=MandateState.EXPIRED, reason=None)
    return row


MODEL = ReadModel(
    name="debit_mandates",
    version=1,
    row=ListedMandate,
    key=("mandate",),
    listens=(
        DebitMandateSigned,
        DebitMandateAmended,
        DebitMandateUsed,
        DebitMandateBlocked,
        DebitMandateUnblocked,
        DebitMandateRevoked,
        DebitMandateExpired,
    ),
    keys=keys,
    evolve=evolve,
    indexes=(("debtor_kind", "debtor"),),
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def all_mandates(connection: Connection[Any], *, debtor: str | None = None, limit: int = PAGE) -> list[ListedMandate]:
    """Every mandate, or those of one debtor, by debtor and date of signature."""
    return _TABLE.select(
        connection,
        "WHERE (%(debtor)s::text IS NULL OR debtor = %(debtor)s) ORDER BY debtor, signed_on, mandate LIMIT %(limit)s",
        {"debtor": debtor, "limit": limit},
    )


def by_id(connection: Connection[Any], mandate: str) -> ListedMandate | None:
    """The mandate with this reference."""
    rows = _TABLE.select(connection, "WHERE mandate = %s", (mandate,))
    return rows[0] if rows else None
