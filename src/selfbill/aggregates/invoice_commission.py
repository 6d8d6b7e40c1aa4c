"""What the agency charges for a customer's invoice: owed once it was sent, billed once, or held with a reason."""

import datetime as dt
from typing import Literal

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType
from selfbill.aggregates.invoice import DeliveryState, Invoice
from selfbill.aggregates.invoice_events import (
    CommissionBilled,
    CommissionDue,
    CommissionHeld,
    InvoiceIssued,
)
from selfbill.pricing.terms import Towards
from selfbill.refusals import Refusal
from selfbill.values import (
    InvoiceNumber,
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
