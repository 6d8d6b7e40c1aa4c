"""What is done with payments: allocating, taking back, setting off, proposing, setting aside.

A payment and the invoices that it pays change in one transaction, so that no cent counts twice or nowhere.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from selfbill.aggregates import invoice_payments, payment_decisions
from selfbill.aggregates.catalogue import AGENCY, invoice_stream, payment_stream
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.payment import Payment, Spent
from selfbill.aggregates.payment_decisions import NotOpposite, OtherCreditor, require_received
from selfbill.aggregates.payment_events import AllocationTakenBack, PaymentReceived, Proposal
from selfbill.application.books import Books
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.store.streams import Loaded
from selfbill.values import Cents, InvoiceNumber, PaymentId

Wanted = Sequence[tuple[InvoiceNumber, Cents]]
"""How much of a payment pays which invoice; less than 0 for a credit balance that is set off or paid out."""

CONFIRMED = "Bevestigd door een bankafschrift"


def allocate(books: Books, *, payment: PaymentId, wanted: Wanted, rule: str = "", certainty: str = "") -> None:
    """These amounts of the payment pay these invoices, of the creditor on whose account it came.

    Raises UnknownPayment, MoreThanLeft, UnknownInvoice, OtherCreditor or MoreThanOpen.
    """
    books.load([payment_stream(payment), *(invoice_stream(number) for number, _ in wanted)])
    state = books.payment(payment)
    received = require_received(state, payment)
    made = payment_decisions.allocate(state, name=payment, wanted=wanted, rule=rule, certainty=certainty)
    for each in made:
        if received.source == "bank":
            _give_way(books, payment=payment, number=each.number, amount=each.amount)
        invoice = books.invoice(each.number)
        on_invoice = invoice_payments.allocate_payment(
            invoice,
            number=each.number,
            payment=each.allocation,
            amount=each.amount,
            received_on=received.valued,
            rule=rule,
        )
        if (creditor := creditor_of(invoice)) != received.owner:
            raise OtherCreditor(payment=payment, owner=received.owner, number=each.number, creditor=creditor)
        books.add(invoice_stream(each.number), on_invoice)
    books.add(payment_stream(payment), made)


def _give_way(books: Books, *, payment: PaymentId, number: InvoiceNumber, amount: Cents) -> None:
    """What only the creditor said to have received for this invoice gives way to the entry that shows it.

    That is what was said of the same amount; else, where more is wanted than is open, the latest that was said until there is room.
    """
    said: dict[PaymentId, Cents] = {}
    for allocation, allocated in books.invoice(number).payments.items():
        name = PaymentId(allocation.partition("/")[0])
        if not allocated.is_released and name != payment:
            said[name] = allocated.amount
    books.load(payment_stream(name) for name in said)
    said = {name: each for name, each in said.items() if _is_said(books.payment(name))}
    same = [name for name, each in said.items() if each == amount]
    for name in same[:1] or reversed(list(said)):
        if not same and books.invoice(number).open >= amount:
            return
        take_back(books, payment=name, standing=None, reason=CONFIRMED, on=None)
        books.add(payment_stream(name), payment_decisions.replace(books.payment(name), name=name, by=(payment,)))


def _is_said(payment: Payment) -> bool:
    return payment.received is not None and payment.received.source == "creditor"


def take_back(
    books: Books, *, payment: PaymentId, standing: Mapping[PaymentId, Spent] | None, reason: str, on: dt.date | None
) -> None:
    """What this payment pays is open again: these allocations, or all that hold.

    `on` is the day from which it counts: when the bank took it back, or None where it never belonged there, which is the day of the payment.
    """
    state = books.payment(payment)
    received = require_received(state, payment)
    chosen = dict(state.standing if standing is None else standing)
    day = received.valued if on is None else on
    events = payment_decisions.take_back_these(state, name=payment, standing=chosen, reason=reason, on=day)
    _release(books, events)
    books.add(payment_stream(payment), events)


def _release(books: Books, events: Sequence[AllocationTakenBack]) -> None:
    for each in events:
        released = invoice_payments.release_payment(
            books.invoice(each.number), number=each.number, payment=each.allocation, reason=each.reason, on=each.on
        )
        books.add(invoice_stream(each.number), released)


def set_off(books: Books, *, payment: PaymentId, other: PaymentId, amount: Cents | None = None, reason: str) -> None:
    """A payment that came in and one that went out undo each other, as far as both are left or for this (positive) amount.

    Raises UnknownPayment, NotOpposite, MoreThanLeft or PaymentNeedsReason.
    """
    first, second = books.payment(payment), books.payment(other)
    is_one_owner = require_received(first, payment).owner == require_received(second, other).owner
    if not is_one_owner or require_received(first, payment).amount * require_received(second, other).amount > 0:
        raise NotOpposite(payment=payment, other=other)
    most = min(abs(first.left), abs(second.left))
    size = most if amount is None else amount
    for name, opposite, state in ((payment, other, first), (other, payment, second)):
        signed = Cents(size if require_received(state, name).amount > 0 else -size)
        books.add(
            payment_stream(name),
            payment_decisions.offset(state, name=name, other=opposite, amount=signed, reason=reason),
        )


def creditor_of(invoice: Invoice) -> str:
    """On whose account an invoice is to be paid: the freelancer's, or the agency's for commission."""
    return invoice.issued.freelancer if isinstance(invoice.issued, InvoiceIssued) else AGENCY


def allocate_payment(
    office: Office,
    *,
    payment: PaymentId,
    wanted: Wanted,
    rule: str = "",
    certainty: str = "",
    command_id: str | None = None,
) -> Outcome:
    """See `allocate`."""

    def decide() -> Decision:
        books = Books(office, ())
        allocate(books, payment=payment, wanted=wanted, rule=rule, certainty=certainty)
        return books.decision()

    return carry_out(office, decide, command_id=command_id)


def accept_proposal(office: Office, *, payment: PaymentId, proposal: int = 1, command_id: str | None = None) -> Outcome:
    """A person says that this is right: the how-manieth proposal of the payment, the first is 1."""

    def decide() -> Decision:
        books = Books(office, [payment_stream(payment)])
        chosen = payment_decisions.proposal_of(books.payment(payment), name=payment, proposal=proposal)
        if chosen.takes_back is not None:
            give_back(books, original=chosen.takes_back, returned=payment)
        else:
            wanted = [(each.number, each.amount) for each in chosen.allocations]
            allocate(books, payment=payment, wanted=wanted, rule=chosen.rule, certainty=chosen.certainty)
        return books.decision()

    return carry_out(office, decide, command_id=command_id)


def take_back_allocation(
    office: Office,
    *,
    payment: PaymentId,
    number: InvoiceNumber | None = None,
    reason: str,
    on: dt.date | None = None,
    command_id: str | None = None,
) -> Outcome:
    """What this payment pays of this invoice, or of all, is open again.

    Raises UnknownPayment, NotAllocatedHere, PaymentNeedsReason or CitizenNumber.
    """

    def decide() -> Decision:
        books = Books(office, [payment_stream(payment)])
        state = books.payment(payment)
        require_received(state, payment)
        chosen = {key: spent for key, spent in state.standing.items() if number in (None, spent.number)}
        if not chosen:
            raise payment_decisions.NotAllocatedHere(payment=payment, number=number or "-")
        take_back(books, payment=payment, standing=chosen, reason=reason, on=on)
        return books.decision()

    return carry_out(office, decide, command_id=command_id)


def give_back(books: Books, *, original: PaymentId, returned: PaymentId, number: InvoiceNumber | None = None) -> None:
    """A payment that came in went back: what it paid is open again, with the bank's reason, and the two undo each other.

    Of a payment that paid several invoices the one that is named is opened again, or those that make up the returned amount; where
    none do, the latest first until there is enough.
    """
    back = books.payment(returned)
    received = require_received(back, returned)
    state = books.payment(original)
    require_received(state, original)
    amount = Cents(min(abs(back.left), abs(require_received(state, original).amount)))
    needed = amount - abs(state.left)
    reason = reason_of_return(received)
    if needed > 0:
        named = {name: spent for name, spent in state.standing.items() if spent.number == number}
        chosen = _that_make_up(named or state.standing, Cents(needed))
        take_back(books, payment=original, standing=chosen, reason=reason, on=received.valued)
        excess = Cents(sum(spent.amount for spent in chosen.values()) - needed)
        if excess > 0:
            last = list(chosen.values())[-1]
            allocate(books, payment=original, wanted=[(last.number, excess)], rule="rest_of_return")
    set_off(books, payment=original, other=returned, amount=amount, reason=reason)


def _that_make_up(standing: Mapping[PaymentId, Spent], amount: Cents) -> dict[PaymentId, Spent]:
    for name, spent in standing.items():
        if spent.amount == amount:
            return {name: spent}
    chosen: dict[PaymentId, Spent] = {}
    for name, spent in reversed(list(standing.items())):
        chosen[name] = spent
        if sum(each.amount for each in chosen.values()) >= amount:
            break
    return chosen


def reason_of_return(received: PaymentReceived) -> str:
    """The bank's own words and code for it, in a sentence for staff."""
    details = received.details
    said = " ".join(each for each in (details.return_code, details.return_text) if each) if details else ""
    return f"Teruggeboekt door de bank: {said}" if said else "Teruggeboekt door de bank"


def return_payment(
    office: Office, *, original: PaymentId, returned: PaymentId, command_id: str | None = None
) -> Outcome:
    """See `give_back`. Raises UnknownPayment, NotOpposite or MoreThanLeft."""

    def decide() -> Decision:
        books = Books(office, [payment_stream(original), payment_stream(returned)])
        give_back(books, original=original, returned=returned)
        return books.decision()

    return carry_out(office, decide, command_id=command_id)


def set_off_payments(
    office: Office, *, payment: PaymentId, other: PaymentId, reason: str, command_id: str | None = None
) -> Outcome:
    """See `set_off`: e.g. a refund of what was paid too much."""

    def decide() -> Decision:
        books = Books(office, [payment_stream(payment), payment_stream(other)])
        set_off(books, payment=payment, other=other, reason=reason)
        return books.decision()

    return carry_out(office, decide, command_id=command_id)


def part_payments(
    office: Office, *, payment: PaymentId, other: PaymentId, reason: str, command_id: str | None = None
) -> Outcome:
    """They do not undo each other after all; both are left again. Raises UnknownPayment, NoSuchOffset or PaymentNeedsReason."""

    def decide() -> Decision:
        books = Books(office, [payment_stream(payment), payment_stream(other)])
        for name, opposite in ((payment, other), (other, payment)):
            parted = payment_decisions.take_back_offset(books.payment(name), name=name, other=opposite, reason=reason)
            books.add(payment_stream(name), parted)
        return books.decision()

    return carry_out(office, decide, command_id=command_id)


def propose(office: Office, *, payment: PaymentId, proposals: tuple[Proposal, ...], reason: str) -> Outcome:
    """What matching found when it was not sure; AlreadyDone when that is what stands there."""
    stream = payment_stream(payment)

    def decide() -> Decision:
        loaded: Loaded[Payment] = office.streams.load(stream)
        decided = payment_decisions.propose(loaded.state, name=payment, proposals=proposals, reason=reason)
        return Decision(change(stream, loaded, decided))

    return carry_out(office, decide)


def set_aside(office: Office, *, payment: PaymentId, reason: str, command_id: str | None = None) -> Outcome:
    """What is left of it pays no invoice here. Raises UnknownPayment, NothingLeft, PaymentNeedsReason or CitizenNumber."""
    stream = payment_stream(payment)

    def decide() -> Decision:
        loaded: Loaded[Payment] = office.streams.load(stream)
        return Decision(change(stream, loaded, payment_decisions.set_aside(loaded.state, name=payment, reason=reason)))

    return carry_out(office, decide, command_id=command_id)


def take_up(office: Office, *, payment: PaymentId, reason: str, command_id: str | None = None) -> Outcome:
    """It was set aside wrongly. Raises UnknownPayment, PaymentNeedsReason or CitizenNumber."""
    stream = payment_stream(payment)

    def decide() -> Decision:
        loaded: Loaded[Payment] = office.streams.load(stream)
        return Decision(change(stream, loaded, payment_decisions.take_up(loaded.state, name=payment, reason=reason)))

    return carry_out(office, decide, command_id=command_id)
