"""Commission follows the invoice that it was charged for: what becomes too much is not billed, or credited where it was (DOMAIN.md section 6).

What one side was charged for a customer invoice is what still stands of it on commission invoices, and what is still to be billed.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from selfbill.aggregates.credit_note import left_of
from selfbill.aggregates.invoice import DeliveryState, Invoice
from selfbill.aggregates.invoice_delivery import issuing_order
from selfbill.aggregates.invoice_events import CommissionAdjusted, CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.invoice_money import CreditedLine
from selfbill.pricing.terms import Towards
from selfbill.values import Cents, InvoiceNumber, Minutes

Bills = Mapping[InvoiceNumber, Invoice]
"""The commission invoices on which the commission for a customer invoice stands."""


class Following(msgspec.Struct, frozen=True):
    """What a change of the commission for one invoice towards one side takes: an event on that invoice, or parts of commission invoices."""

    towards: Towards
    party: str
    charged: Cents
    """Before."""
    target: Cents
    """From now on."""
    adjusted: CommissionAdjusted | None = None
    credits: tuple[tuple[InvoiceNumber, CreditedLine], ...] = ()
    """On which commission invoice what is to be taken back."""

    @property
    def difference(self) -> Cents:
        """Below 0 when less is charged than before."""
        return Cents(self.target - self.charged)


def charged(invoice: Invoice, towards: Towards, bills: Bills) -> Cents:
    """What one side is charged for this customer invoice now, billed or not, without VAT."""
    due = invoice.commission_due.get(towards)
    stands = sum(part.amount for _, part in _standing(invoice, towards, bills))
    return Cents(stands + (due.amount if due else 0))


def follow(
    invoice: Invoice,
    towards: Towards,
    *,
    party: str,
    target: Cents,
    minutes: Minutes,
    bills: Bills,
    reason: str,
    commission_at: dt.datetime,
    agreed_anew: int = 0,
) -> Following | None:
    """From now on this side is charged `target` for the invoice, of which `minutes` still stand; None when it is already.

    What is too much comes first off what is not billed yet, then off the latest commission invoice. What is too little becomes
    due at `commission_at`, once the invoice was sent. `agreed_anew` is the version of the placement at which that was agreed, if it
    was after the invoice was issued.
    """
    issued = invoice.issued
    assert isinstance(issued, InvoiceIssued)
    before = charged(invoice, towards, bills)
    if before == target:
        return None
    due = invoice.commission_due.get(towards)
    unbilled = due.amount if due else Cents(0)
    off_unbilled = min(unbilled, before - target)
    adjusted = None
    if off_unbilled or agreed_anew:
        adjusted = CommissionAdjusted(
            number=issued.number,
            towards=towards,
            party=party,
            amount=Cents(unbilled - off_unbilled),
            reason=reason,
            commission_at=commission_at if target > before and invoice.delivery is DeliveryState.SENT else None,
            issuing_order=issuing_order(issued),
            placement_version=agreed_anew,
        )
    too_much = before - target - off_unbilled
    credits_: list[tuple[InvoiceNumber, CreditedLine]] = []
    surplus = sum(part.minutes for _, part in _standing(invoice, towards, bills)) - minutes
    for number, part in reversed(_standing(invoice, towards, bills)):
        taken = Cents(min(too_much, part.amount))
        if taken > 0:
            gone = part.minutes if taken == part.amount else Minutes(max(0, min(surplus, part.minutes)))
            credits_.append((number, CreditedLine(part.position, taken, gone)))
            too_much -= taken
            surplus -= gone
    return Following(towards, party, before, target, adjusted, tuple(credits_))


def _standing(invoice: Invoice, towards: Towards, bills: Bills) -> Sequence[tuple[InvoiceNumber, CreditedLine]]:
    """What still stands of this invoice's commission, per commission invoice, in the order in which it was billed."""
    issued = invoice.issued
    assert isinstance(issued, InvoiceIssued)
    standing: list[tuple[InvoiceNumber, CreditedLine]] = []
    for number in invoice.commission_billed.get(towards, ()):
        bill = bills[number]
        assert isinstance(bill.issued, CommissionInvoiced)
        mine = {place for place, line in enumerate(bill.issued.lines, start=1) if line.invoice == issued.number}
        standing.extend((number, part) for part in left_of(bill) if part.position in mine)
    return standing
