"""Movements: everything that ever changed what is open of an invoice, one row each, from its issue on.

Each row has two times: the day from which it counts, and the moment at which it was put down. What was open on a day is the sum
of the rows that count by then: of all that are there (as known now), or of those that had been put down (as known then).
"""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec

from selfbill.aggregates.catalogue import AGENCY
from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.invoice_money import (
    MOVEMENTS,
    CreditSettled,
    InvoiceCredited,
    InvoiceWrittenOff,
    Movement,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
    change_of,
    day_of,
)
from selfbill.pricing.terms import Towards
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import Cents, InvoiceNumber


class What(StrEnum):
    """What changed the open amount."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    RELEASE = "release"
    CREDIT = "credit"
    SETTLEMENT = "settlement"
    WRITE_OFF = "write_off"
    REVERSAL = "reversal"
    """A write-off that is asked for again."""


class MovementRow(msgspec.Struct, frozen=True):
    """One change of what is open of one invoice."""

    number: InvoiceNumber
    position: int
    """The event's, which orders what happened on one day."""
    what: What
    amount: Cents
    """By how much more is open: the total of an invoice, less than 0 for a payment."""
    open_after: Cents
    """What was open of the invoice once this was put down, in the order of the positions."""
    day: dt.date
    """From which it counts: the invoice's date, a payment's value date."""
    recorded_at: dt.datetime
    """When it was put down, by the clock of whoever did."""
    debtor_kind: Towards
    debtor: str
    creditor: str
    """The freelancer's code, or `agency`."""
    refers_to: str = ""
    """The payment, the credit note, or the invoice that it was set off against."""
    why: str = ""
    """The reason that was given, or the rule that matched a payment; for staff only."""
    due: dt.date | None = None
    """Of an invoice; None on everything else."""
    reference: str = ""
    """Of an invoice: the placement's; empty for commission."""
    payment_reference: str = ""
    """Of an invoice."""


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.number, recorded.position),)


def evolve(_: Key, row: MovementRow | None, recorded: Recorded) -> MovementRow | None:
    """The row of this event; no event changes another's."""
    match recorded.event:
        case InvoiceIssued() as event:
            return _issued(
                event,
                recorded,
                debtor_kind="customer",
                debtor=event.customer,
                creditor=event.freelancer,
                reference=event.reference,
            )
        case CommissionInvoiced() as event:
            return _issued(
                event, recorded, debtor_kind=event.towards, debtor=event.party, creditor=AGENCY, reference=""
            )
        case event if isinstance(event, MOVEMENTS):
            return _moved(event, recorded)
    return row


def _issued(
    event: InvoiceIssued | CommissionInvoiced,
    recorded: Recorded,
    *,
    debtor_kind: Towards,
    debtor: str,
    creditor: str,
    reference: str,
) -> MovementRow:
    return MovementRow(
        number=event.number,
        position=recorded.position,
        what=What.INVOICE,
        amount=event.total,
        open_after=event.total,
        day=event.date,
        recorded_at=recorded.at,
        debtor_kind=debtor_kind,
        debtor=debtor,
        creditor=creditor,
        due=event.due,
        reference=reference,
        payment_reference=event.payment_reference,
    )


def _moved(event: Movement, recorded: Recorded) -> MovementRow:
    what, refers_to, why = _about(event)
    return MovementRow(
        number=event.number,
        position=recorded.position,
        what=what,
        amount=change_of(event),
        open_after=event.open_after,
        day=day_of(event),
        recorded_at=recorded.at,
        debtor_kind=event.towards,
        debtor=event.debtor,
        creditor=event.freelancer or AGENCY,
        refers_to=refers_to,
        why=why,
    )


def _about(event: Movement) -> tuple[What, str, str]:
    """What it is, what it refers to, and why."""
    match event:
        case PaymentAllocated():
            return What.PAYMENT, event.payment, event.rule
        case PaymentReleased():
            return What.RELEASE, event.payment, event.reason
        case InvoiceCredited():
            return What.CREDIT, event.credit_note, ""
        case CreditSettled():
            return What.SETTLEMENT, event.against, ""
        case InvoiceWrittenOff():
            return What.WRITE_OFF, "", event.reason
        case WriteOffReversed():
            return What.REVERSAL, "", event.reason


MODEL = ReadModel(
    name="movements",
    version=1,
    row=MovementRow,
    key=("number", "position"),
    listens=(InvoiceIssued, CommissionInvoiced, *MOVEMENTS),
    keys=keys,
    evolve=evolve,
    indexes=(("debtor_kind", "debtor", "day"),),
    of_one_stream=True,
    of_one_event=True,
)
TABLE = Table(MODEL, MODEL.name)
