"""A payment: how much of it is left, what it pays, and what is to be done with the rest."""

from enum import StrEnum

import msgspec

from selfbill.aggregates.event import Event
from selfbill.aggregates.payment_events import (
    AllocationMade,
    AllocationTakenBack,
    MatchNotFound,
    MatchProposed,
    OffsetTakenBack,
    PaymentForgotten,
    PaymentOffset,
    PaymentReceived,
    PaymentReplaced,
    PaymentSetAside,
    PaymentTakenUp,
    Proposal,
)
from selfbill.values import Cents, InvoiceNumber, PaymentId


class PaymentState(StrEnum):
    """What is to be done with what is left of a payment."""

    RECEIVED = "received"
    """To be matched."""
    PROPOSED = "proposed"
    """A person chooses from what was found."""
    UNMATCHED = "unmatched"
    """A person has to look for it."""
    ALLOCATED = "allocated"
    """Nothing is left."""
    SET_ASIDE = "set_aside"
    REPLACED = "replaced"


WORK_ITEMS = (PaymentState.PROPOSED, PaymentState.UNMATCHED)
TO_MATCH = (PaymentState.RECEIVED, *WORK_ITEMS)


class Spent(msgspec.Struct, frozen=True):
    """What of a payment pays an invoice, or paid until it was taken back."""

    number: InvoiceNumber
    amount: Cents
    is_taken_back: bool = False


class Payment(msgspec.Struct, frozen=True):
    """What is known of it, and what became of it."""

    received: PaymentReceived | None = None
    state: PaymentState = PaymentState.RECEIVED
    left: Cents = Cents(0)
    allocations: dict[PaymentId, Spent] = {}
    offsets: dict[PaymentId, Cents] = {}
    """By the other payment."""
    proposals: tuple[Proposal, ...] = ()
    reason: str = ""
    """Why it is not allocated."""
    forgotten: bool = False

    @property
    def standing(self) -> dict[PaymentId, Spent]:
        """The allocations that hold."""
        return {name: spent for name, spent in self.allocations.items() if not spent.is_taken_back}


def evolve(payment: Payment, event: Event) -> Payment:
    """The payment after this event."""
    replace = msgspec.structs.replace
    match event:
        case PaymentReceived():
            return Payment(received=event, left=event.amount)
        case AllocationMade() | AllocationTakenBack():
            spent = Spent(event.number, event.amount, is_taken_back=isinstance(event, AllocationTakenBack))
            return _with_left(
                replace(payment, allocations={**payment.allocations, event.allocation: spent}), event.left
            )
        case PaymentOffset() | OffsetTakenBack():
            change = event.amount if isinstance(event, PaymentOffset) else -event.amount
            offsets = {**payment.offsets, event.other: Cents(payment.offsets.get(event.other, 0) + change)}
            return _with_left(replace(payment, offsets=offsets), event.left)
        case MatchProposed():
            return replace(payment, state=PaymentState.PROPOSED, proposals=event.proposals, reason=event.reason)
        case MatchNotFound():
            return replace(payment, state=PaymentState.UNMATCHED, proposals=(), reason=event.reason)
        case PaymentSetAside():
            return replace(payment, state=PaymentState.SET_ASIDE, proposals=(), reason=event.reason)
        case PaymentTakenUp():
            return replace(payment, state=PaymentState.RECEIVED, reason="")
        case PaymentForgotten():
            return replace(payment, forgotten=True)
        case PaymentReplaced():
            return replace(payment, state=PaymentState.REPLACED, left=Cents(0), proposals=(), reason="")
        case _:
            return payment


def _with_left(payment: Payment, left: Cents) -> Payment:
    """What was proposed before looked at another amount."""
    state = PaymentState.ALLOCATED if left == 0 else PaymentState.RECEIVED
    return msgspec.structs.replace(payment, left=left, state=state, proposals=(), reason="")
