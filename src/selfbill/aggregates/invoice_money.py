"""What happens to the money of an invoice after it was issued: it is paid, credited, settled, written off, or the contrary of these.

Each event says what is to be paid of the invoice afterwards (`open_after`) and the day from which it counts. What is open can
be negative: a credit note on an invoice that was paid leaves a credit balance, to be settled with another invoice or refunded.
An invoice's open amount is always its total, less what was credited, paid, settled and written off.
"""

import datetime as dt

import msgspec

from selfbill.aggregates.event import Event
from selfbill.pricing.terms import Towards
from selfbill.values import Cents, FreelancerCode, InvoiceNumber, Minutes, PaymentId


class CreditedLine(msgspec.Struct, frozen=True):
    """How much of one line of an invoice was taken back, as positive quantities and without VAT."""

    position: int
    """The line's place on the invoice, from 1."""
    amount: Cents
    minutes: Minutes = Minutes(0)


class PaymentAllocated(Event, tag="invoice.payment_allocated"):
    """This much of a payment pays this invoice from now on."""

    number: InvoiceNumber
    payment: PaymentId
    """The payment, or with `/2` and so on one of several allocations of it."""
    amount: Cents
    """More than 0; less for a credit balance that is paid out."""
    received_on: dt.date
    """The day for which the bank counts it (value date)."""
    open_after: Cents
    """What is still to be paid then: 0 when this settles the invoice, so that nobody need be reminded."""
    towards: Towards
    debtor: str
    """Who owed it: the code of a customer or a freelancer, as `towards` says."""
    freelancer: FreelancerCode | None = None
    """Whose invoice it is; None when it is the agency's for commission."""
    rule: str = ""
    """Which rule of matching allocated it; empty when a person did."""


class PaymentReleased(Event, tag="invoice.payment_released"):
    """What was allocated of this payment pays the invoice no longer: the debit was returned, or it was meant for another."""

    number: InvoiceNumber
    payment: PaymentId
    amount: Cents
    """All that was allocated of it."""
    reason: str
    on: dt.date
    """The day on which the bank took it back; the day of the payment itself where it never belonged here."""
    open_after: Cents
    towards: Towards
    debtor: str
    freelancer: FreelancerCode | None = None


class InvoiceCredited(Event, tag="invoice.credited"):
    """A credit note lowers what this invoice asks for, the whole of it or some."""

    number: InvoiceNumber
    credit_note: InvoiceNumber
    amount: Cents
    """The credit note's total, VAT included, as a positive amount."""
    on: dt.date
    """The credit note's date."""
    open_after: Cents
    """Negative when more was paid than is asked for now."""
    towards: Towards
    debtor: str
    freelancer: FreelancerCode | None = None
    lines: tuple[CreditedLine, ...] = ()
    """What was taken back of which line."""


class CreditSettled(Event, tag="invoice.credit_settled"):
    """A credit balance and another invoice of the same debtor and creditor were set off; it stands on both."""

    number: InvoiceNumber
    against: InvoiceNumber
    amount: Cents
    """What this settles of what was open: positive on the invoice that is paid so, negative where the credit balance was."""
    on: dt.date
    open_after: Cents
    towards: Towards
    debtor: str
    freelancer: FreelancerCode | None = None


class InvoiceWrittenOff(Event, tag="invoice.written_off"):
    """The creditor gives up this much of what is open."""

    number: InvoiceNumber
    amount: Cents
    reason: str
    on: dt.date
    open_after: Cents
    towards: Towards
    debtor: str
    freelancer: FreelancerCode | None = None


class WriteOffReversed(Event, tag="invoice.write_off_reversed"):
    """All that was written off is asked for again."""

    number: InvoiceNumber
    amount: Cents
    reason: str
    on: dt.date
    open_after: Cents
    towards: Towards
    debtor: str
    freelancer: FreelancerCode | None = None


Movement = PaymentAllocated | PaymentReleased | InvoiceCredited | CreditSettled | InvoiceWrittenOff | WriteOffReversed
"""Everything that changes what is open."""

MOVEMENTS: tuple[type[Movement], ...] = (
    PaymentAllocated,
    PaymentReleased,
    InvoiceCredited,
    CreditSettled,
    InvoiceWrittenOff,
    WriteOffReversed,
)


def change_of(event: Movement) -> Cents:
    """By how much this changes what is open."""
    return event.amount if isinstance(event, PaymentReleased | WriteOffReversed) else Cents(-event.amount)


def day_of(event: Movement) -> dt.date:
    """The day from which it counts."""
    return event.received_on if isinstance(event, PaymentAllocated) else event.on
