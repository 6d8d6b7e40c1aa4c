"""Money on an invoice: a payment is allocated until nothing is open, and released when it comes back or was meant for another.

A payment can be allocated on an invoice once. What was released stays released: a bank file or a message that comes again does
not pay the invoice a second time, and what is allocated anew has a payment id of its own.
"""

import datetime as dt
from typing import Any

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.invoice_money import PaymentAllocated, PaymentReleased
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.refusals import Refusal
from selfbill.values import Cents, InvoiceNumber, PaymentId, euros


class UnknownInvoice(Refusal):
    code = "unknown_invoice"
    nl = "Factuur {number} bestaat niet bij dit bureau."
    en = "This agency has no invoice {number}."


class MoreThanOpen(Refusal):
    code = "more_than_open"
    nl = "Van factuur {number} staat {open} euro open; {amount} euro kan er niet op worden geboekt."
    en = "Of invoice {number} {open} euros are open; {amount} euros cannot be allocated on it."


class AllocatedOtherwise(Refusal):
    """The same payment id with another amount: one of the two is a mistake."""

    code = "allocated_otherwise"
    nl = "Betaling {payment} is al op factuur {number} geboekt, voor {allocated} euro en niet voor {amount} euro."
    en = "Payment {payment} was allocated on invoice {number} before, for {allocated} euros and not for {amount} euros."


class NothingAllocated(Refusal):
    code = "nothing_allocated"
    nl = "Op factuur {number} is niets van betaling {payment} geboekt."
    en = "Nothing of payment {payment} is allocated on invoice {number}."


class ReleaseWithoutReason(Refusal):
    code = "release_without_reason"
    nl = "Wie betaling {payment} van factuur {number} afhaalt, schrijft erbij waarom."
    en = "Releasing payment {payment} from invoice {number} needs a reason."


def allocate_payment(
    invoice: Invoice, *, number: InvoiceNumber, payment: PaymentId, amount: Cents, received_on: dt.date, rule: str = ""
) -> PaymentAllocated | AlreadyDoneType:
    """This much of a payment pays the invoice; never more than is open, the rest stays with the payment.

    A negative amount pays out a credit balance.
    """
    assert amount != 0
    known = invoice.payments.get(payment)
    if known is not None:
        if known.amount != amount:
            raise AllocatedOtherwise(
                number=number, payment=payment, allocated=euros(known.amount), amount=euros(amount)
            )
        return AlreadyDone
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    if not (0 < amount <= invoice.open or invoice.open <= amount < 0):
        raise MoreThanOpen(number=number, open=euros(invoice.open), amount=euros(amount))
    return PaymentAllocated(
        number=number,
        payment=payment,
        amount=amount,
        received_on=received_on,
        open_after=Cents(invoice.open - amount),
        **sides_of(invoice),
        rule=rule,
    )


def release_payment(
    invoice: Invoice, *, number: InvoiceNumber, payment: PaymentId, reason: str, on: dt.date
) -> PaymentReleased | AlreadyDoneType:
    """What was allocated of this payment is open again, for this reason and from this day on."""
    known = invoice.payments.get(payment)
    if known is not None and known.is_released:
        return AlreadyDone
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    if known is None:
        raise NothingAllocated(number=number, payment=payment)
    if not reason.strip():
        raise ReleaseWithoutReason(number=number, payment=payment)
    refuse_citizen_number(reason=reason)
    return PaymentReleased(
        number=number,
        payment=payment,
        amount=known.amount,
        reason=reason,
        on=on,
        open_after=Cents(invoice.open + known.amount),
        **sides_of(invoice),
    )


def sides_of(invoice: Invoice) -> dict[str, Any]:
    """Who owes it to whom, for the read models of both."""
    issued = invoice.issued
    assert issued is not None
    if isinstance(issued, InvoiceIssued):
        return {"towards": "customer", "debtor": issued.customer, "freelancer": issued.freelancer}
    return {"towards": issued.towards, "debtor": issued.party}
