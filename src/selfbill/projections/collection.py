"""Collection: how far collecting each invoice has come, what comes next, and what a person must hand over."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from psycopg import Connection

from selfbill.aggregates.catalogue import AGENCY
from selfbill.aggregates.collection import (
    COLLECTION_EVENTS,
    CollectionCostClaimed,
    CollectionCostWaived,
    CollectionPlanned,
    DisputeSettled,
    HandedOver,
    HandOverDue,
    InvoiceDisputed,
    ReminderFailed,
    ReminderSent,
    Step,
)
from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued, InvoiceSent
from selfbill.aggregates.invoice_money import MOVEMENTS
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import Cents, InvoiceNumber

PAGE = 500
"""Invoices that a person gets to see at once, unless they ask for another number."""

Stage = Literal["reminder", "demand", "hand_over", "handed_over"]


class CollectedInvoice(msgspec.Struct, frozen=True):
    """One invoice, whether or not anything of it is open."""

    number: InvoiceNumber
    creditor: str
    """The freelancer's code, or `agency`."""
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    due: dt.date
    open: Cents
    is_sent: bool = False
    stage: Stage | None = None
    """The last step that was taken."""
    stage_on: dt.date | None = None
    next_step: Step | None = None
    next_at: dt.datetime | None = None
    held: str | None = None
    """Why the next step waits: suspended, disputed, or a mail that failed."""
    failures: int = 0
    unclear_mails: int = 0
    term_until: dt.date | None = None
    """The last day of the term that the demand gave."""
    announced_cost: Cents = Cents(0)
    """What the demand announced for all that stood in it."""
    cost: Cents = Cents(0)
    """What is claimed beside the invoice."""
    disputed: str | None = None
    disputed_until: dt.date | None = None
    handed_over_to: str | None = None


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.number,),)


def evolve(_: Key, row: CollectedInvoice | None, recorded: Recorded) -> CollectedInvoice | None:
    """The invoice after this event; what happens to an invoice that was never issued is nobody's."""
    match recorded.event:
        case InvoiceIssued() as event:
            return CollectedInvoice(event.number, event.freelancer, "customer", event.customer, event.due, event.total)
        case CommissionInvoiced() as event:
            return CollectedInvoice(event.number, AGENCY, event.towards, event.party, event.due, event.total)
    if row is None:
        return None
    replace = msgspec.structs.replace
    match recorded.event:
        case InvoiceSent():
            return replace(row, is_sent=True)
        case movement if isinstance(movement, MOVEMENTS):
            row = replace(row, open=movement.open_after)
            return _without_plan(row) if movement.open_after <= 0 else row
        case InvoiceDisputed() as disputed:
            return replace(row, disputed=disputed.reason, disputed_until=disputed.until)
        case DisputeSettled():
            return replace(row, disputed=None, disputed_until=None)
    return _collected(row, recorded)


def _without_plan(row: CollectedInvoice) -> CollectedInvoice:
    return msgspec.structs.replace(row, next_step=None, next_at=None, held=None, failures=0)


def _collected(row: CollectedInvoice, recorded: Recorded) -> CollectedInvoice:
    replace = msgspec.structs.replace
    match recorded.event:
        case CollectionPlanned() as event:
            return replace(row, next_step=event.step, next_at=event.at, held=event.held or None, failures=0)
        case ReminderSent() as event:
            row = replace(_without_plan(row), stage=event.step, stage_on=event.on)
            if event.step == "demand":
                row = replace(row, term_until=event.term_until, announced_cost=event.cost)
            return row
        case ReminderFailed() as event:
            return replace(
                row,
                next_step=None if event.retry_at is None else event.step,
                next_at=event.retry_at,
                held=None if event.retry_at is None else event.reason,
                failures=event.failures,
                unclear_mails=row.unclear_mails + event.unclear,
            )
        case CollectionCostClaimed() as event:
            return replace(row, cost=event.cost)
        case CollectionCostWaived():
            return replace(row, cost=Cents(0))
        case HandOverDue() as event:
            return replace(_without_plan(row), stage="hand_over", stage_on=event.on)
        case HandedOver() as event:
            return replace(row, stage="handed_over", stage_on=event.on, handed_over_to=event.to)
    return row


MODEL = ReadModel(
    name="collection",
    version=1,
    row=CollectedInvoice,
    key=("number",),
    listens=(InvoiceIssued, CommissionInvoiced, InvoiceSent, *MOVEMENTS, *COLLECTION_EVENTS),
    keys=keys,
    evolve=evolve,
    indexes=(("debtor_kind", "debtor"),),
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def by_number(connection: Connection[Any], number: str) -> CollectedInvoice | None:
    """The invoice with this number."""
    rows = _TABLE.select(connection, "WHERE number = %s", (number,))
    return rows[0] if rows else None


def being_collected(
    connection: Connection[Any],
    *,
    debtor_kind: str | None = None,
    debtor: str | None = None,
    only_for_hand_over: bool = False,
    limit: int = PAGE,
) -> list[CollectedInvoice]:
    """What is open and reminded of, or planned to be: all of it, or what these filters leave; what comes first stands first."""
    return _TABLE.select(
        connection,
        "WHERE open > 0 AND (stage IS NOT NULL OR next_step IS NOT NULL)"
        " AND (%(kind)s::text IS NULL OR debtor_kind = %(kind)s)"
        " AND (%(debtor)s::text IS NULL OR debtor = %(debtor)s)"
        " AND (NOT %(only)s OR stage = 'hand_over')"
        " ORDER BY stage = 'hand_over' DESC NULLS LAST, next_at NULLS LAST, due, number LIMIT %(limit)s",
        {"kind": debtor_kind, "debtor": debtor, "only": only_for_hand_over, "limit": limit},
    )


def to_plan(
    connection: Connection[Any], *, debtor_kind: str | None = None, debtor: str | None = None
) -> Sequence[InvoiceNumber]:
    """The invoices for which something may come next: sent and open, and not yet for a person to hand over. By number."""
    rows = connection.execute(
        f"SELECT number FROM {MODEL.name} WHERE is_sent AND open > 0"
        " AND (stage IS NULL OR stage NOT IN ('hand_over', 'handed_over'))"
        " AND (%(kind)s::text IS NULL OR debtor_kind = %(kind)s)"
        " AND (%(debtor)s::text IS NULL OR debtor = %(debtor)s) ORDER BY number",
        {"kind": debtor_kind, "debtor": debtor},
    )
    return [InvoiceNumber(number) for (number,) in rows]
