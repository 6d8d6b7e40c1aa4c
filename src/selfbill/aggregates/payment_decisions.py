"""What may be done with a payment. Nothing is spent twice: what is allocated and offset is never more than was received."""

import datetime as dt
from collections.abc import Sequence

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType
from selfbill.aggregates.payment import TO_MATCH, Payment, PaymentState, Spent
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
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.refusals import Refusal
from selfbill.values import Cents, InvoiceNumber, PaymentId, euros


class UnknownPayment(Refusal):
    code = "unknown_payment"
    nl = "Betaling {payment} bestaat niet bij dit bureau."
    en = "This agency has no payment {payment}."


class MoreThanLeft(Refusal):
    code = "more_than_left"
    nl = "Van betaling {payment} is {left} euro over; {amount} euro kan er niet van worden geboekt."
    en = "Of payment {payment} {left} euros are left; {amount} euros of it cannot be allocated."


class OtherCreditor(Refusal):
    """Money on one account never pays an invoice of another."""

    code = "other_creditor"
    nl = "Betaling {payment} kwam binnen bij {owner}; factuur {number} is van {creditor}."
    en = "Payment {payment} came in for {owner}; invoice {number} is of {creditor}."


class NotAllocatedHere(Refusal):
    code = "not_allocated_here"
    nl = "Van betaling {payment} is niets op factuur {number} geboekt."
    en = "Nothing of payment {payment} is allocated on invoice {number}."


class NotOpposite(Refusal):
    """A return takes back what came in, a refund pays out what was left: one is in, the other out, of one account's owner."""

    code = "not_opposite"
    nl = "Betaling {payment} en betaling {other} heffen elkaar niet op: de een moet binnenkomen en de ander uitgaan, bij dezelfde rekeninghouder."
    en = "Payments {payment} and {other} do not undo each other: one has to come in and the other to go out, with the same account holder."


class NoSuchOffset(Refusal):
    code = "no_such_offset"
    nl = "Betaling {payment} en betaling {other} zijn niet tegen elkaar weggestreept."
    en = "Payments {payment} and {other} were not set off against each other."


class NothingLeft(Refusal):
    code = "nothing_left"
    nl = "Van betaling {payment} is niets over; haal eerst een boeking terug."
    en = "Nothing of payment {payment} is left; take back an allocation first."


class PaymentNeedsReason(Refusal):
    code = "payment_needs_reason"
    nl = "Schrijf erbij waarom dit met betaling {payment} gebeurt."
    en = "Say why this is done with payment {payment}."


class NotProposed(Refusal):
    code = "not_proposed"
    nl = "Bij betaling {payment} is voorstel {proposal} er niet; er zijn er {count}."
    en = "Payment {payment} has no proposal {proposal}; it has {count}."


def receive(payment: Payment, received: PaymentReceived) -> PaymentReceived | AlreadyDoneType:
    """The payment is known from now on; the same one that comes again changes nothing."""
    assert received.amount != 0
    return AlreadyDone if payment.received is not None else received


def require_received(payment: Payment, name: PaymentId) -> PaymentReceived:
    """What was received. Raises UnknownPayment."""
    if payment.received is None:
        raise UnknownPayment(payment=name)
    return payment.received


def allocate(
    payment: Payment,
    *,
    name: PaymentId,
    wanted: Sequence[tuple[InvoiceNumber, Cents]],
    rule: str = "",
    certainty: str = "",
) -> tuple[AllocationMade, ...]:
    """These amounts of the payment pay these invoices; what they add up to is never more than is left.

    Each is a new allocation with an id of its own. Raises UnknownPayment or MoreThanLeft.
    """
    received = require_received(payment, name)
    total = Cents(sum(amount for _, amount in wanted))
    if not _is_within(total, payment.left):
        raise MoreThanLeft(payment=name, left=euros(payment.left), amount=euros(total))
    made = []
    left = payment.left
    for count, (number, amount) in enumerate(wanted, start=len(payment.allocations) + 1):
        left = Cents(left - amount)
        made.append(
            AllocationMade(
                payment=name,
                owner=received.owner,
                allocation=PaymentId(name if count == 1 else f"{name}/{count}"),
                number=number,
                amount=amount,
                left=left,
                rule=rule,
                certainty=certainty,
            )
        )
    return tuple(made)


def take_back(
    payment: Payment, *, name: PaymentId, number: InvoiceNumber, reason: str, on: dt.date
) -> tuple[AllocationTakenBack, ...]:
    """All that this payment pays of this invoice is left of it again.

    Raises UnknownPayment, NotAllocatedHere, PaymentNeedsReason or CitizenNumber.
    """
    require_received(payment, name)
    standing = {key: spent for key, spent in payment.standing.items() if spent.number == number}
    if not standing:
        raise NotAllocatedHere(payment=name, number=number)
    return take_back_these(payment, name=name, standing=standing, reason=reason, on=on)


def take_back_these(
    payment: Payment, *, name: PaymentId, standing: dict[PaymentId, Spent], reason: str, on: dt.date
) -> tuple[AllocationTakenBack, ...]:
    """The same for allocations chosen from those that hold."""
    received = require_received(payment, name)
    require_reason(name, reason)
    left = payment.left
    events = []
    for allocation, spent in standing.items():
        left = Cents(left + spent.amount)
        events.append(
            AllocationTakenBack(
                payment=name,
                owner=received.owner,
                allocation=allocation,
                number=spent.number,
                amount=spent.amount,
                left=left,
                reason=reason,
                on=on,
            )
        )
    return tuple(events)


def offset(payment: Payment, *, name: PaymentId, other: PaymentId, amount: Cents, reason: str) -> PaymentOffset:
    """This much of it is undone by another payment. Raises UnknownPayment, MoreThanLeft or PaymentNeedsReason."""
    received = require_received(payment, name)
    require_reason(name, reason)
    if amount == 0 or not _is_within(amount, payment.left):
        raise MoreThanLeft(payment=name, left=euros(payment.left), amount=euros(amount))
    return PaymentOffset(
        payment=name,
        owner=received.owner,
        other=other,
        amount=amount,
        left=Cents(payment.left - amount),
        reason=reason,
    )


def take_back_offset(payment: Payment, *, name: PaymentId, other: PaymentId, reason: str) -> OffsetTakenBack:
    """It is not undone by the other after all. Raises UnknownPayment, NoSuchOffset or PaymentNeedsReason."""
    received = require_received(payment, name)
    require_reason(name, reason)
    amount = payment.offsets.get(other, Cents(0))
    if amount == 0:
        raise NoSuchOffset(payment=name, other=other)
    return OffsetTakenBack(
        payment=name,
        owner=received.owner,
        other=other,
        amount=amount,
        left=Cents(payment.left + amount),
        reason=reason,
    )


def propose(
    payment: Payment, *, name: PaymentId, proposals: tuple[Proposal, ...], reason: str
) -> MatchProposed | MatchNotFound | AlreadyDoneType:
    """What matching found when it was not sure; without proposals it is for a person to find."""
    received = require_received(payment, name)
    if payment.left == 0 or payment.state not in TO_MATCH:
        return AlreadyDone
    if not proposals:
        if payment.state is PaymentState.UNMATCHED and payment.reason == reason:
            return AlreadyDone
        return MatchNotFound(payment=name, owner=received.owner, reason=reason)
    if payment.state is PaymentState.PROPOSED and (payment.proposals, payment.reason) == (proposals, reason):
        return AlreadyDone
    return MatchProposed(payment=name, owner=received.owner, proposals=proposals, reason=reason)


def proposal_of(payment: Payment, *, name: PaymentId, proposal: int) -> Proposal:
    """The how-manieth proposal, the first is 1. Raises UnknownPayment or NotProposed."""
    require_received(payment, name)
    if not 1 <= proposal <= len(payment.proposals):
        raise NotProposed(payment=name, proposal=proposal, count=len(payment.proposals))
    return payment.proposals[proposal - 1]


def set_aside(payment: Payment, *, name: PaymentId, reason: str) -> PaymentSetAside | AlreadyDoneType:
    """What is left is nobody's here. Raises UnknownPayment, NothingLeft, PaymentNeedsReason or CitizenNumber."""
    received = require_received(payment, name)
    if payment.state is PaymentState.SET_ASIDE:
        return AlreadyDone
    if payment.left == 0:
        raise NothingLeft(payment=name)
    require_reason(name, reason)
    return PaymentSetAside(payment=name, owner=received.owner, reason=reason)


def take_up(payment: Payment, *, name: PaymentId, reason: str) -> PaymentTakenUp | AlreadyDoneType:
    """It is matched again. Raises UnknownPayment, PaymentNeedsReason or CitizenNumber."""
    received = require_received(payment, name)
    if payment.state is not PaymentState.SET_ASIDE:
        return AlreadyDone
    require_reason(name, reason)
    return PaymentTakenUp(payment=name, owner=received.owner, reason=reason)


def replace(payment: Payment, *, name: PaymentId, by: tuple[PaymentId, ...]) -> PaymentReplaced | AlreadyDoneType:
    """It is known better now, by these; it pays nothing (any more)."""
    received = require_received(payment, name)
    if payment.state is PaymentState.REPLACED:
        return AlreadyDone
    assert not payment.standing, "what it pays is taken back first"
    return PaymentReplaced(payment=name, owner=received.owner, amount=received.amount, by=by)


def forget(payment: Payment, *, name: PaymentId) -> PaymentForgotten | AlreadyDoneType:
    """What the bank said of it is to be erased. Raises UnknownPayment."""
    received = require_received(payment, name)
    return AlreadyDone if payment.forgotten else PaymentForgotten(payment=name, owner=received.owner)


def require_reason(name: PaymentId, reason: str) -> None:
    """Raises PaymentNeedsReason or CitizenNumber."""
    if not reason.strip():
        raise PaymentNeedsReason(payment=name)
    refuse_citizen_number(reason=reason)


def _is_within(amount: Cents, left: Cents) -> bool:
    """Whether this goes the way of what is left, and is not more than it."""
    return 0 <= amount <= left or left <= amount <= 0
