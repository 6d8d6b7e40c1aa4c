"""Open items: what is still to be paid, per invoice."""

import datetime as dt
from typing import Any, Literal

import msgspec
from psycopg import Connection

from selfbill.aggregates.catalogue import AGENCY
from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.invoice_money import MOVEMENTS, Movement
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import Cents, InvoiceNumber


class OpenItem(msgspec.Struct, frozen=True):
    """One invoice and what is still to be paid of it; a settled one stays with 0, because a payment may come back.

    Less than 0 is a credit balance: what the debtor gets back, or may set off.
    """

    number: InvoiceNumber
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    total: Cents
    open: Cents
    due: dt.date
    date: dt.date
    reference: str
    """The placement's; empty for a commission invoice."""
    payment_reference: str
    creditor: str
    """On whose account it is to be paid: a freelancer's code, or `agency`."""


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.number,),)


def evolve(_: Key, row: OpenItem | None, recorded: Recorded) -> OpenItem | None:
    """The item after this event."""
    match recorded.event:
        case InvoiceIssued() as event:
            return OpenItem(
                number=event.number,
                debtor_kind="customer",
                debtor=event.customer,
                total=event.total,
                open=event.total,
                due=event.due,
                date=event.date,
                reference=event.reference,
                payment_reference=event.payment_reference,
                creditor=event.freelancer,
            )
        case CommissionInvoiced() as event:
            return OpenItem(
                number=event.number,
                debtor_kind=event.towards,
                debtor=event.party,
                total=event.total,
                open=event.total,
                due=event.due,
                date=event.date,
                reference="",
                payment_reference=event.payment_reference,
                creditor=AGENCY,
            )
    return row if row is None else _moved(row, recorded.event)


def _moved(row: OpenItem, event: Any) -> OpenItem:
    movement: Movement = event
    return msgspec.structs.replace(row, open=movement.open_after)


MODEL = ReadModel(
    name="open_items",
    version=4,
    row=OpenItem,
    key=("number",),
    listens=(InvoiceIssued, CommissionInvoiced, *MOVEMENTS),
    keys=keys,
    evolve=evolve,
    indexes=(("debtor_kind", "debtor", "due"),),
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def of_debtor(connection: Connection[Any], kind: Literal["customer", "freelancer"], debtor: str) -> list[OpenItem]:
    """What this debtor still has to pay, the oldest due date first."""
    return _TABLE.select(
        connection, "WHERE debtor_kind = %s AND debtor = %s AND open <> 0 ORDER BY due, number", (kind, debtor)
    )


def overdue(connection: Connection[Any], day: dt.date) -> list[OpenItem]:
    """What should have been paid before this day."""
    return _TABLE.select(connection, "WHERE due < %s AND open <> 0 ORDER BY due, number", (day,))


def all_items(connection: Connection[Any], settled_since: dt.date) -> list[OpenItem]:
    """Everything that is open, and what was invoiced since this day and is settled."""
    return _TABLE.select(connection, "WHERE open <> 0 OR date >= %s ORDER BY number", (settled_since,))


def all_open_items(connection: Connection[Any]) -> list[OpenItem]:
    """Everything that is still to be paid, by number."""
    return _TABLE.select(connection, "WHERE open <> 0 ORDER BY number")
