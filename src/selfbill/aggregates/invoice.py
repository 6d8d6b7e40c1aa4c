"""An invoice: a freelancer's to a customer, or the agency's commission to either side; issued once, delivered, paid, never changed.

The number is the identity. Everything that stands on the document is in the issuing event, with persons by `(party, version)`,
so the same event gives the same document for ever.
"""

import datetime as dt
from enum import StrEnum

import msgspec

from selfbill.aggregates.collection import COLLECTION_EVENTS, Collection, evolve_collection
from selfbill.aggregates.direct_debit_events import DEBIT_EVENTS, Debit, evolve_debits
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_events import (
    CommissionAdjusted,
    CommissionBilled,
    CommissionDue,
    CommissionHeld,
    CommissionInvoiced,
    CreditNoteIssued,
    DeliveryFailed,
    DeliveryStarted,
    DocumentArchived,
    InvoiceIssued,
    InvoiceSent,
)
from selfbill.aggregates.invoice_money import (
    MOVEMENTS,
    CreditedLine,
    CreditSettled,
    InvoiceCredited,
    InvoiceWrittenOff,
    Movement,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
)
from selfbill.pricing.terms import Towards
from selfbill.values import (
    Cents,
    InvoiceNumber,
    Minutes,
    PaymentId,
)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    STARTED = "started"
    FAILED = "failed"
    UNCLEAR = "unclear"
    SENT = "sent"


class Allocation(msgspec.Struct, frozen=True):
    """What a payment pays of an invoice, or paid until it was released."""

    amount: Cents
    is_released: bool = False


class Invoice(msgspec.Struct, frozen=True):
    """The document that was issued, how far its delivery got, and what is still to be paid."""

    issued: InvoiceIssued | CommissionInvoiced | None = None
    credit_note: CreditNoteIssued | None = None
    """In the stream of a credit note, which is a document without money of its own: there `issued` stays None."""
    document: str | None = None
    delivery: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    failures: int = 0
    retry_at: dt.datetime | None = None
    commission_billed: dict[Towards, tuple[InvoiceNumber, ...]] = {}
    """The commission invoices on which it stands: more than one when it was raised after it was billed."""
    commission_due: dict[Towards, CommissionDue] = {}
    """What is still to be billed of it."""
    commission_agreed: dict[Towards, int] = {}
    """The version of the placement whose agreement applies, where that is not the one at which the invoice was issued."""
    commission_held_until: dict[Towards, dt.datetime] = {}
    open: Cents = Cents(0)
    """Less than 0 when the debtor has a credit balance."""
    payments: dict[PaymentId, Allocation] = {}
    credited: Cents = Cents(0)
    """The sum of its credit notes."""
    credit_notes: tuple[InvoiceNumber, ...] = ()
    credited_lines: dict[int, CreditedLine] = {}
    """What was taken back so far, by the line's position from 1."""
    written_off: Cents = Cents(0)
    collection: Collection = Collection()
    debits: tuple[Debit, ...] = ()
    """The attempts to collect it by direct debit, oldest first."""


def evolve(invoice: Invoice, event: Event) -> Invoice:  # noqa: C901, PLR0912 - one exhaustive switch
    """The invoice after this event."""
    replace = msgspec.structs.replace
    match event:
        case InvoiceIssued():
            return replace(
                invoice,
                issued=event,
                open=event.total,
                commission_due={due.towards: due for due in event.commission},
            )
        case CommissionInvoiced():
            return replace(invoice, issued=event, open=event.total)
        case CreditNoteIssued():
            return replace(invoice, credit_note=event)
        case DocumentArchived():
            return replace(invoice, document=event.sha256)
        case DeliveryStarted():
            return replace(invoice, delivery=DeliveryState.STARTED, attempts=event.attempt)
        case InvoiceSent():
            return replace(invoice, delivery=DeliveryState.SENT, retry_at=None)
        case DeliveryFailed():
            state = DeliveryState.UNCLEAR if event.unclear else DeliveryState.FAILED
            return replace(invoice, delivery=state, failures=event.failures, retry_at=event.retry_at)
        case CommissionHeld():
            held = {**invoice.commission_held_until, event.towards: event.next_at}
            return replace(invoice, commission_held_until=held)
        case CommissionBilled():
            before = invoice.commission_billed.get(event.towards, ())
            return replace(
                invoice,
                commission_billed={**invoice.commission_billed, event.towards: (*before, event.commission_invoice)},
                commission_due=_without(invoice.commission_due, event.towards),
            )
        case CommissionAdjusted():
            due = _without(invoice.commission_due, event.towards)
            if event.amount:
                due[event.towards] = CommissionDue(event.towards, event.party, event.amount)
            agreed = invoice.commission_agreed
            if event.placement_version:
                agreed = {**agreed, event.towards: event.placement_version}
            return replace(invoice, commission_due=due, commission_agreed=agreed)
        case event if isinstance(event, MOVEMENTS):
            return _moved(invoice, event)
        case event if isinstance(event, COLLECTION_EVENTS):
            return replace(invoice, collection=evolve_collection(invoice.collection, event))
        case event if isinstance(event, DEBIT_EVENTS):
            return replace(invoice, debits=evolve_debits(invoice.debits, event))
        case _:
            return invoice


def _without(due: dict[Towards, CommissionDue], towards: Towards) -> dict[Towards, CommissionDue]:
    return {side: each for side, each in due.items() if side != towards}


def _moved(invoice: Invoice, event: Movement) -> Invoice:
    collection = evolve_collection(invoice.collection, event)
    invoice = msgspec.structs.replace(invoice, open=event.open_after, collection=collection)
    replace = msgspec.structs.replace
    match event:
        case PaymentAllocated():
            return replace(invoice, payments={**invoice.payments, event.payment: Allocation(event.amount)})
        case PaymentReleased():
            released = Allocation(event.amount, is_released=True)
            return replace(invoice, payments={**invoice.payments, event.payment: released})
        case InvoiceCredited():
            return replace(
                invoice,
                credited=Cents(invoice.credited + event.amount),
                credit_notes=(*invoice.credit_notes, event.credit_note),
                credited_lines=_credited(invoice.credited_lines, event.lines),
            )
        case InvoiceWrittenOff():
            return replace(invoice, written_off=Cents(invoice.written_off + event.amount))
        case WriteOffReversed():
            return replace(invoice, written_off=Cents(invoice.written_off - event.amount))
        case CreditSettled():
            return invoice


def _credited(before: dict[int, CreditedLine], lines: tuple[CreditedLine, ...]) -> dict[int, CreditedLine]:
    after = dict(before)
    for line in lines:
        known = after.get(line.position, CreditedLine(line.position, Cents(0)))
        amount, minutes = Cents(known.amount + line.amount), Minutes(known.minutes + line.minutes)
        after[line.position] = CreditedLine(line.position, amount, minutes)
    return after
