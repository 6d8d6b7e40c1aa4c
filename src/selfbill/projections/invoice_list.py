"""The invoice list: every invoice to a customer, every commission invoice and every credit note on them, what stands on it, how far its delivery got, and what was paid."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from psycopg import Connection

from selfbill.aggregates.catalogue import AGENCY
from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.invoice_events import (
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
    CreditSettled,
    InvoiceCredited,
    InvoiceWrittenOff,
    Movement,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
)
from selfbill.aggregates.party import Delivery
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber, Minutes, PaymentId, PlacementCode

PAGE = 500
"""Invoices that a person gets to see at once, unless they ask for another number."""


class Receipt(msgspec.Struct, frozen=True):
    """What a payment paid of an invoice; with a reason, it does so no longer."""

    payment: PaymentId
    amount: Cents
    received_on: dt.date
    released: str | None = None
    released_at: dt.datetime | None = None


class ListedInvoice(msgspec.Struct, frozen=True):
    """One invoice. What only an invoice for care has (a placement, a period) is None on a commission invoice.

    A credit note is below 0 and has nothing open: it lowers what is open of the invoice that it `credits`. Nothing falls due on
    it, so its due date is its own.
    """

    number: InvoiceNumber
    kind: Literal["invoice", "commission", "credit_note"]
    date: dt.date
    due_date: dt.date
    issuer: str
    """The freelancer's code, or `agency`."""
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    freelancer: FreelancerCode | None
    customer: CustomerCode | None
    placement: PlacementCode | None
    reference: str
    """The placement's; empty on a commission invoice."""
    payment_reference: str
    period_from: dt.date | None
    period_until: dt.date | None
    minutes: Minutes
    net: Cents
    vat: Cents
    total: Cents
    open: Cents
    """What is still to be paid: the total less what was paid, credited, settled and written off; less than 0 is a credit balance."""
    channel: Delivery
    issued_at: dt.datetime
    """The invoice moment at which it was issued; for a commission invoice, when that was recorded."""
    position: int
    """The position at which it was issued."""
    delivery: DeliveryState = DeliveryState.WAITING
    sent_at: dt.datetime | None = None
    delivery_attempts: int = 0
    unclear_deliveries: int = 0
    retry_at: dt.datetime | None = None
    last_reason: str | None = None
    """Why the last delivery failed."""
    document: str | None = None
    """SHA-256 of the exact bytes that are sent."""
    paid: Cents = Cents(0)
    last_receipt: dt.date | None = None
    """The value date of the latest payment that still counts; money that was paid out is no receipt."""
    receipts: tuple[Receipt, ...] = ()
    credited: Cents = Cents(0)
    credit_notes: tuple[InvoiceNumber, ...] = ()
    settled: Cents = Cents(0)
    """What was set off against credit balances; less than 0 when its own credit balance was used so."""
    written_off: Cents = Cents(0)
    credits: InvoiceNumber | None = None
    """On a credit note: the invoice that it takes back, whole or in part."""
    reason: str | None = None
    """On a credit note: why."""


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.number,),)


def evolve(_: Key, row: ListedInvoice | None, recorded: Recorded) -> ListedInvoice | None:
    """The invoice after this event; what happens to an invoice that was never issued is nobody's."""
    match recorded.event:
        case InvoiceIssued() as issued:
            return _invoice(issued, recorded)
        case CommissionInvoiced() as issued:
            return _commission_invoice(issued, recorded)
        case CreditNoteIssued() as issued:
            return _credit_note(issued, recorded)
    if row is None:
        return None
    replace = msgspec.structs.replace
    match recorded.event:
        case DocumentArchived() as event:
            return replace(row, document=event.sha256)
        case DeliveryStarted() as event:
            return replace(
                row,
                delivery=DeliveryState.STARTED,
                delivery_attempts=event.attempt,
                channel=event.channel,
                retry_at=None,
            )
        case InvoiceSent() as event:
            return replace(
                row,
                delivery=DeliveryState.SENT,
                sent_at=recorded.at,
                channel=event.channel,
                retry_at=None,
                last_reason=None,
            )
        case DeliveryFailed() as event:
            return replace(
                row,
                delivery=DeliveryState.UNCLEAR if event.unclear else DeliveryState.FAILED,
                unclear_deliveries=row.unclear_deliveries + event.unclear,
                retry_at=event.retry_at,
                last_reason=event.reason,
            )
        case event if isinstance(event, MOVEMENTS):
            return _moved(row, event, recorded)
    return row


def _moved(row: ListedInvoice, event: Movement, recorded: Recorded) -> ListedInvoice:
    replace = msgspec.structs.replace
    match event:
        case PaymentAllocated():
            receipt = Receipt(event.payment, event.amount, event.received_on)
            return _with_receipts(row, (*row.receipts, receipt), event.open_after)
        case PaymentReleased():
            receipts = tuple(
                replace(receipt, released=event.reason, released_at=recorded.at)
                if receipt.payment == event.payment
                else receipt
                for receipt in row.receipts
            )
            return _with_receipts(row, receipts, event.open_after)
        case InvoiceCredited():
            return replace(
                row,
                open=event.open_after,
                credited=Cents(row.credited + event.amount),
                credit_notes=(*row.credit_notes, event.credit_note),
            )
        case CreditSettled():
            return replace(row, open=event.open_after, settled=Cents(row.settled + event.amount))
        case InvoiceWrittenOff():
            return replace(row, open=event.open_after, written_off=Cents(row.written_off + event.amount))
        case WriteOffReversed():
            return replace(row, open=event.open_after, written_off=Cents(row.written_off - event.amount))


def _with_receipts(row: ListedInvoice, receipts: tuple[Receipt, ...], still_open: Cents) -> ListedInvoice:
    counting = [receipt for receipt in receipts if receipt.released is None]
    return msgspec.structs.replace(
        row,
        open=still_open,
        receipts=receipts,
        paid=Cents(sum(receipt.amount for receipt in counting)),
        last_receipt=max((receipt.received_on for receipt in counting if receipt.amount > 0), default=None),
    )


def _invoice(event: InvoiceIssued, recorded: Recorded) -> ListedInvoice:
    return ListedInvoice(
        number=event.number,
        kind="invoice",
        date=event.date,
        due_date=event.due,
        issuer=event.freelancer,
        debtor_kind="customer",
        debtor=event.customer,
        freelancer=event.freelancer,
        customer=event.customer,
        placement=event.placement,
        reference=event.reference,
        payment_reference=event.payment_reference,
        period_from=event.period_from,
        period_until=event.period_until,
        minutes=event.minutes,
        net=event.net,
        vat=event.vat_total,
        total=event.total,
        open=event.total,
        channel=event.delivery,
        issued_at=event.issued_at,
        position=recorded.position,
    )


def _commission_invoice(event: CommissionInvoiced, recorded: Recorded) -> ListedInvoice:
    is_freelancer = event.towards == "freelancer"
    return ListedInvoice(
        number=event.number,
        kind="commission",
        date=event.date,
        due_date=event.due,
        issuer=AGENCY,
        debtor_kind=event.towards,
        debtor=event.party,
        freelancer=FreelancerCode(event.party) if is_freelancer else None,
        customer=None if is_freelancer else CustomerCode(event.party),
        placement=None,
        reference="",
        payment_reference=event.payment_reference,
        period_from=None,
        period_until=None,
        minutes=Minutes(sum(line.minutes for line in event.lines)),
        net=event.net,
        vat=event.vat,
        total=event.total,
        open=event.total,
        channel=event.delivery,
        issued_at=recorded.at,
        position=recorded.position,
    )


def _credit_note(event: CreditNoteIssued, recorded: Recorded) -> ListedInvoice:
    is_freelancer = event.towards == "freelancer"
    return ListedInvoice(
        number=event.number,
        kind="credit_note",
        date=event.date,
        due_date=event.date,
        issuer=event.freelancer or AGENCY,
        debtor_kind=event.towards,
        debtor=event.debtor,
        freelancer=FreelancerCode(event.debtor) if is_freelancer else event.freelancer,
        customer=None if is_freelancer else CustomerCode(event.debtor),
        placement=event.placement,
        reference=event.reference,
        payment_reference="",
        period_from=event.period_from,
        period_until=event.period_until,
        minutes=event.minutes,
        net=event.net,
        vat=event.vat_total,
        total=event.total,
        open=Cents(0),
        channel=event.delivery,
        issued_at=recorded.at,
        position=recorded.position,
        credits=event.original,
        reason=event.reason,
    )


MODEL = ReadModel(
    name="invoices",
    version=5,
    row=ListedInvoice,
    key=("number",),
    listens=(
        InvoiceIssued,
        CommissionInvoiced,
        CreditNoteIssued,
        DocumentArchived,
        DeliveryStarted,
        InvoiceSent,
        DeliveryFailed,
        *MOVEMENTS,
    ),
    keys=keys,
    evolve=evolve,
    indexes=(("customer", "date"), ("freelancer", "date"), ("date",)),
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def by_number(connection: Connection[Any], number: str) -> ListedInvoice | None:
    """The invoice with this number."""
    rows = _TABLE.select(connection, "WHERE number = %s", (number,))
    return rows[0] if rows else None


def of_customer(connection: Connection[Any], customer: str, limit: int = PAGE) -> list[ListedInvoice]:
    """What was invoiced to this customer, commission included; the latest first."""
    return _TABLE.select(
        connection, "WHERE customer = %s ORDER BY date DESC, position DESC LIMIT %s", (customer, limit)
    )


def of_freelancer(connection: Connection[Any], freelancer: str, limit: int = PAGE) -> list[ListedInvoice]:
    """What this freelancer invoiced, and what the agency invoiced to this freelancer; the latest first."""
    return _TABLE.select(
        connection, "WHERE freelancer = %s ORDER BY date DESC, position DESC LIMIT %s", (freelancer, limit)
    )


def latest(
    connection: Connection[Any], *, customer: str | None = None, freelancer: str | None = None, limit: int = PAGE
) -> list[ListedInvoice]:
    """Every invoice, or those that concern this customer, this freelancer or both; the latest first."""
    return _TABLE.select(
        connection,
        "WHERE (%(customer)s::text IS NULL OR customer = %(customer)s)"
        " AND (%(freelancer)s::text IS NULL OR freelancer = %(freelancer)s)"
        " ORDER BY date DESC, position DESC LIMIT %(limit)s",
        {"customer": customer, "freelancer": freelancer, "limit": limit},
    )


def undelivered(
    connection: Connection[Any],
    states: Sequence[DeliveryState] = (DeliveryState.FAILED, DeliveryState.UNCLEAR),
    limit: int = PAGE,
) -> list[ListedInvoice]:
    """The invoices whose delivery stands like this, oldest first."""
    return _TABLE.select(
        connection,
        "WHERE delivery = ANY(%s) ORDER BY issued_at, number LIMIT %s",
        ([state.value for state in states], limit),
    )


def open_commission(connection: Connection[Any], debtor: str | None = None) -> list[ListedInvoice]:
    """The agency's own invoices of which something is open, of all debtors or of one, the oldest due date first."""
    return _TABLE.select(
        connection,
        "WHERE kind = 'commission' AND open > 0 AND (%(debtor)s::text IS NULL OR debtor = %(debtor)s) ORDER BY due_date, number",
        {"debtor": debtor},
    )


def all_invoices(connection: Connection[Any]) -> list[ListedInvoice]:
    """Every invoice in the order in which they were issued, for an export."""
    return _TABLE.select(connection, "ORDER BY position, number")


def numbered(connection: Connection[Any], numbers: Sequence[str], limit: int = PAGE) -> list[ListedInvoice]:
    """The invoices with these numbers; the latest number first."""
    rows = _TABLE.select(connection, "WHERE number = ANY(%s)", (list(numbers),))
    return sorted(rows, key=lambda row: row.number, reverse=True)[:limit]


def number_starts(connection: Connection[Any], start: str, limit: int = PAGE) -> list[ListedInvoice]:
    """The invoices whose number starts like this; the latest number first."""
    return _TABLE.select(
        connection,
        "WHERE number >= %s AND number < %s ORDER BY number DESC LIMIT %s",
        (start, f"{start}\U0010ffff", limit),
    )
