"""What happens to a payment: it is received, it pays invoices or stays open, and any of that can be taken back.

A payment is one entry of a bank statement, incoming (more than 0) or outgoing, or what a creditor says to have received. Each event
says how much of it is left: what pays nothing yet. Money that is left is never lost: it is proposed to somebody, or a work item.
"""

import datetime as dt
from typing import Literal

import msgspec

from selfbill.aggregates.event import Event
from selfbill.values import Cents, InvoiceNumber, PaymentId

Source = Literal["bank", "creditor"]
"""Who says that it was paid: a bank's statement, or the creditor by hand."""


class PaymentDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the bank says about a payment and the other side of it; texts that it did not give are empty."""

    name: str = ""
    iban: str = ""
    """Of the counterparty; an account number of another kind where the bank gives no IBAN."""
    text: str = ""
    reference: str = ""
    """A structured reference: an RF number, a betalingskenmerk."""
    reference_issuer: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    return_code: str = ""
    return_text: str = ""
    bank_reference: str = ""
    ultimate_debtor: str = ""
    batch_id: str = ""
    """What the payer or the bank calls the batch of which it is a part or the total."""


class PaymentReceived(Event, tag="payment.received"):
    """Money came in or went out on the account of this owner."""

    personal = ("details",)
    payment: PaymentId
    owner: str
    """A freelancer's code, or `agency`."""
    amount: Cents
    booked: dt.date
    valued: dt.date
    """The day for which the bank counts it; that of booking where it says none."""
    source: Source = "bank"
    statement: str = ""
    """The statement that brought it."""
    is_return: bool = False
    details: PaymentDetails | None = PaymentDetails()


class AllocationMade(Event, tag="payment.allocation_made"):
    """This much of the payment pays this invoice."""

    payment: PaymentId
    owner: str
    allocation: PaymentId
    """The id under which it stands on the invoice."""
    number: InvoiceNumber
    amount: Cents
    left: Cents
    rule: str = ""
    """The rule of matching; empty when a person chose."""
    certainty: str = ""


class AllocationTakenBack(Event, tag="payment.allocation_taken_back"):
    """This allocation pays its invoice no longer."""

    payment: PaymentId
    owner: str
    allocation: PaymentId
    number: InvoiceNumber
    amount: Cents
    left: Cents
    reason: str
    on: dt.date


class PaymentOffset(Event, tag="payment.offset"):
    """Part of this payment and of another undo each other: a return and what it returns, a refund of what was paid too much."""

    payment: PaymentId
    owner: str
    other: PaymentId
    amount: Cents
    """Of this payment; the other's is its opposite."""
    left: Cents
    reason: str


class OffsetTakenBack(Event, tag="payment.offset_taken_back"):
    """They do not undo each other after all."""

    payment: PaymentId
    owner: str
    other: PaymentId
    amount: Cents
    left: Cents
    reason: str


class ProposedAllocation(msgspec.Struct, frozen=True):
    """What a payment may pay of an invoice."""

    number: InvoiceNumber
    amount: Cents


class Proposal(msgspec.Struct, frozen=True, omit_defaults=True):
    """One way in which a payment may be accounted for, which a person accepts or not."""

    rule: str
    certainty: str
    allocations: tuple[ProposedAllocation, ...] = ()
    takes_back: PaymentId | None = None
    signs: tuple[str, ...] = ()
    """What speaks for it and against it."""


class MatchProposed(Event, tag="payment.match_proposed"):
    """Matching found what may be paid by it, but not surely; a person chooses. The likeliest stands first."""

    payment: PaymentId
    owner: str
    proposals: tuple[Proposal, ...]
    reason: str
    """Why it is not certain, or the first proposal's rule."""


class MatchNotFound(Event, tag="payment.match_not_found"):
    """Nothing fits what is left: a person has to look at it."""

    payment: PaymentId
    owner: str
    reason: str


class PaymentSetAside(Event, tag="payment.set_aside"):
    """Somebody looked at it: what is left pays no invoice of this agency."""

    payment: PaymentId
    owner: str
    reason: str


class PaymentTakenUp(Event, tag="payment.taken_up"):
    """It was set aside wrongly and is to be matched again."""

    payment: PaymentId
    owner: str
    reason: str


class PaymentForgotten(Event, tag="payment.forgotten"):
    """Whoever paid was forgotten, and the key with which the bank's words are sealed destroyed; the amounts stay."""

    payment: PaymentId
    owner: str


class PaymentReplaced(Event, tag="payment.replaced"):
    """It is known better now: the bank shows the payments of what it booked as one, or confirms what the creditor said."""

    payment: PaymentId
    owner: str
    amount: Cents
    """All of it; nothing is left."""
    by: tuple[PaymentId, ...]
