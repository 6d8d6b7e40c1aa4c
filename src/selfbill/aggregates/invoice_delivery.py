"""How an invoice reaches whom it is for: its document is kept, a mail starts, and what came of it is put down."""

import datetime as dt

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.invoice import DeliveryState, Invoice
from selfbill.aggregates.invoice_events import (
    DeliveryFailed,
    DeliveryStarted,
    DocumentArchived,
    InvoiceIssued,
    InvoiceSent,
)
from selfbill.values import (
    InvoiceNumber,
)

_NO_OUTCOME = "Het programma stopte terwijl de e-mail werd aangeboden; hij kan zijn aangekomen."


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
