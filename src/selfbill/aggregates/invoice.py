"""An invoice: a freelancer's to a customer, or the agency's commission to either side; issued once, delivered, paid, never changed.

The number is the identity. Everything that stands on the document is in the issuing event, with persons by `(party, version)`,
so the same event gives the same document for ever.
"""

import datetime as dt
from enum import StrEnum
from typing import Literal

import msgspec

from selfbill.aggregates.collection import COLLECTION_EVENTS, Collection, evolve_collection
from selfbill.aggregates.direct_debit_events import DEBIT_EVENTS, Debit, evolve_debits
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
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
from selfbill.aggregates.party import Delivery
from selfbill.aggregates.placement import Arrangement
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import Towards
from selfbill.pricing.vat import VatBlock
from selfbill.refusals import Refusal
from selfbill.values import (
    Cents,
    CustomerCode,
    FreelancerCode,
    InvoiceNumber,
    IsoWeek,
    Minutes,
    Month,
    PaymentId,
    PlacementCode,
)


class CommissionDue(msgspec.Struct, frozen=True):
    """What the agency charges one side for this invoice, by the rates of its shifts' dates; never zero."""

    towards: Towards
    party: str
    amount: Cents


class Source(msgspec.Struct, frozen=True):
    """The attempt of a timesheet whose shifts stand on the invoice."""

    week: IsoWeek
    attempt: int


class InvoiceIssued(Event, tag="invoice.issued"):
    """A freelancer's invoice to a customer exists from now on, made by the agency under the mandate."""

    number: InvoiceNumber
    issued_at: dt.datetime
    date: dt.date
    due: dt.date
    freelancer: FreelancerCode
    freelancer_version: int
    customer: CustomerCode
    customer_version: int
    agency_version: int
    placement: PlacementCode
    placement_version: int
    arrangement: Arrangement
    reference: str
    description: str
    month: Month
    period_from: dt.date
    period_until: dt.date
    sources: tuple[Source, ...]
    lines: tuple[Line, ...]
    minutes: Minutes
    hours_amount: Cents
    net: Cents
    vat: tuple[VatBlock, ...]
    vat_total: Cents
    total: Cents
    payment_reference: str
    delivery: Delivery
    commission: tuple[CommissionDue, ...] = ()
    billed_before: Cents = Cents(0)
    """The placement's hour amount that was invoiced earlier in this month, on which commission in tiers rests."""


class CommissionLine(msgspec.Struct, frozen=True):
    """The commission for one customer invoice."""

    invoice: InvoiceNumber
    placement: PlacementCode
    period_from: dt.date
    period_until: dt.date
    minutes: Minutes
    amount: Cents


class CommissionInvoiced(Event, tag="invoice.commission_invoiced"):
    """The agency's commission invoice to a freelancer or a customer exists from now on."""

    number: InvoiceNumber
    date: dt.date
    due: dt.date
    towards: Towards
    party: str
    party_version: int
    agency_version: int
    lines: tuple[CommissionLine, ...]
    net: Cents
    vat: Cents
    total: Cents
    payment_reference: str
    delivery: Delivery


class CreditNoteIssued(Event, tag="invoice.credit_note_issued"):
    """A document that takes back an invoice or a commission invoice, the whole of it or some; it exists from now on.

    It stands in a stream of its own and takes the next number of the original's issuer. All money stays with the original.
    Quantities and amounts are those of the document, so none is above 0. Persons stand on it as on the original.
    """

    number: InvoiceNumber
    date: dt.date
    original: InvoiceNumber
    original_date: dt.date
    reason: str
    towards: Towards
    debtor: str
    """The code of the customer or the freelancer to whom the original went, as `towards` says."""
    debtor_version: int
    agency_version: int
    period_from: dt.date
    period_until: dt.date
    minutes: Minutes
    net: Cents
    vat: tuple[VatBlock, ...]
    vat_total: Cents
    total: Cents
    delivery: Delivery
    freelancer: FreelancerCode | None = None
    """Whose invoice is taken back; None when it is the agency's for commission."""
    freelancer_version: int = 0
    placement: PlacementCode | None = None
    placement_version: int = 0
    reference: str = ""
    description: str = ""
    lines: tuple[Line, ...] = ()
    commission_lines: tuple[CommissionLine, ...] = ()


class DocumentArchived(Event, tag="invoice.document_archived"):
    """The exact bytes that are sent are kept under this SHA-256 (art. 52 AWR)."""

    number: InvoiceNumber
    sha256: str
    media_type: str
    size: int


class DeliveryStarted(Event, tag="invoice.delivery_started"):
    """A mail with this fixed Message-ID is about to be handed over; without an outcome after it the delivery is unclear."""

    number: InvoiceNumber
    message_id: str
    channel: Delivery
    attempt: int


class InvoiceSent(Event, tag="invoice.sent"):
    """The mail was accepted; for a customer's invoice the commission becomes due at `commission_at`."""

    number: InvoiceNumber
    message_id: str
    channel: Delivery
    commission: tuple[CommissionDue, ...] = ()
    commission_at: dt.datetime | None = None
    issuing_order: str = ""
    """Sorts customer invoices in the order in which they were issued: moment, placement, month, number."""


class DeliveryFailed(Event, tag="invoice.delivery_failed"):
    """The mail was not accepted, or nobody knows whether it was (`unclear`); tried again at `retry_at` with the same Message-ID."""

    number: InvoiceNumber
    message_id: str
    reason: str
    failures: int
    retry_at: dt.datetime
    unclear: bool = False


class CommissionBilled(Event, tag="invoice.commission_billed"):
    """The commission for this customer invoice, towards this side, stands on that commission invoice."""

    number: InvoiceNumber
    towards: Towards
    commission_invoice: InvoiceNumber


class CommissionAdjusted(Event, tag="invoice.commission_adjusted"):
    """What is still to be billed of the commission for this customer invoice towards this side is another amount from now on.

    A credit note lowers it, down to 0. Commission that was agreed anew with effect in the past can raise it, also after it was
    billed: then the rest becomes due at `commission_at`.
    """

    number: InvoiceNumber
    towards: Towards
    party: str
    amount: Cents
    """What is to be billed from now on; 0 is nothing."""
    reason: str
    commission_at: dt.datetime | None = None
    issuing_order: str = ""
    placement_version: int = 0
    """Where it was agreed anew: at which version of the placement; 0 leaves the agreement that applied."""


_NO_OUTCOME = "Het programma stopte terwijl de e-mail werd aangeboden; hij kan zijn aangekomen."


class CommissionHeld(Event, tag="invoice.commission_held"):
    """No commission invoice could be made towards this side for this reason; it is tried again at `next_at`."""

    number: InvoiceNumber
    towards: Towards
    party: str
    issuing_order: str
    code: str
    reason: str
    next_at: dt.datetime


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


def archive(
    invoice: Invoice, *, number: InvoiceNumber, sha256: str, media_type: str, size: int
) -> DocumentArchived | AlreadyDoneType:
    """The document's bytes are kept; the first that were kept stay the ones that are sent."""
    if invoice.document is not None:
        return AlreadyDone
    return DocumentArchived(number=number, sha256=sha256, media_type=media_type, size=size)


def start_delivery(
    invoice: Invoice, *, number: InvoiceNumber, message_id: str, attempt: int, now: dt.datetime
) -> tuple[Event, ...] | AlreadyDoneType:
    """A mail is about to go out, as this attempt; one that started before without an outcome is first put down as unclear."""
    if invoice.delivery is DeliveryState.SENT or attempt <= invoice.attempts:
        return AlreadyDone
    document = invoice.issued or invoice.credit_note
    assert document is not None
    events: list[Event] = []
    if invoice.delivery is DeliveryState.STARTED:
        events.append(
            DeliveryFailed(
                number=number,
                message_id=message_id,
                reason=_NO_OUTCOME,
                failures=invoice.failures + 1,
                retry_at=now,
                unclear=True,
            )
        )
    started = DeliveryStarted(number=number, message_id=message_id, channel=document.delivery, attempt=attempt)
    return (*events, started)


def record_sent(
    invoice: Invoice, *, number: InvoiceNumber, message_id: str, commission_at: dt.datetime
) -> InvoiceSent | AlreadyDoneType:
    """The mail was accepted; commission is owed from now on."""
    if invoice.delivery is DeliveryState.SENT:
        return AlreadyDone
    issued = invoice.issued or invoice.credit_note
    assert issued is not None
    if not isinstance(issued, InvoiceIssued) or not invoice.commission_due:
        return InvoiceSent(number=number, message_id=message_id, channel=issued.delivery)
    return InvoiceSent(
        number=number,
        message_id=message_id,
        channel=issued.delivery,
        commission=tuple(invoice.commission_due.values()),
        commission_at=commission_at,
        issuing_order=issuing_order(issued),
    )


def issuing_order(issued: InvoiceIssued) -> str:
    """Sorts customer invoices in the order in which they were issued."""
    return f"{issued.issued_at:%Y-%m-%dT%H:%M:%S} {issued.placement} {issued.month} {issued.number}"


def record_failure(
    invoice: Invoice, *, number: InvoiceNumber, message_id: str, reason: str, retry_at: dt.datetime, unclear: bool
) -> DeliveryFailed | AlreadyDoneType:
    """The mail was not accepted, or the outcome is unknown; it stays due."""
    if invoice.delivery is not DeliveryState.STARTED:
        return AlreadyDone
    return DeliveryFailed(
        number=number,
        message_id=message_id,
        reason=reason,
        failures=invoice.failures + 1,
        retry_at=retry_at,
        unclear=unclear,
    )


def bill_commission(
    invoice: Invoice, *, number: InvoiceNumber, towards: Towards, commission_invoice: InvoiceNumber
) -> CommissionBilled | AlreadyDoneType:
    """What was due of the commission towards one side was put on a commission invoice; it never is again."""
    if towards not in invoice.commission_due:
        return AlreadyDone
    return CommissionBilled(number=number, towards=towards, commission_invoice=commission_invoice)


def hold_commission(
    invoice: Invoice,
    *,
    number: InvoiceNumber,
    towards: Towards,
    party: str,
    issuing_order: str,
    refusal: Refusal,
    next_at: dt.datetime,
) -> CommissionHeld | AlreadyDoneType:
    """The commission towards one side stays due, and staff see why."""
    until = invoice.commission_held_until.get(towards)
    if towards not in invoice.commission_due or (until is not None and until >= next_at):
        return AlreadyDone
    return CommissionHeld(
        number=number,
        towards=towards,
        party=party,
        issuing_order=issuing_order,
        code=refusal.code,
        reason=refusal.sentence(),
        next_at=next_at,
    )


def commission_owed(invoice: Invoice, towards: Literal["freelancer", "customer"]) -> CommissionDue | None:
    """What one side still owes the agency for this invoice; None when nothing, or when it was billed."""
    if not isinstance(invoice.issued, InvoiceIssued) or invoice.delivery is not DeliveryState.SENT:
        return None
    return invoice.commission_due.get(towards)
