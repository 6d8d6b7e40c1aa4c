"""Match payments: what statements brought is allocated where that is certain, else proposed, else a work item for a person.

After every statement all that is left on its owner's accounts is looked at again, because invoices were issued since: a payment
that came before its invoice is allocated with the next statement.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.bank_account import MatchingAsked, PaymentsMatched, StatementTaken
from selfbill.aggregates.catalogue import AGENCY, account_stream, payment_stream
from selfbill.aggregates.payment_events import Proposal, ProposedAllocation
from selfbill.application.bank_statements import finish_matching
from selfbill.application.office import Office
from selfbill.application.payments import allocate_payment, propose, return_payment
from selfbill.matching.book import Book
from selfbill.matching.facts import BankPayment, Debtor, KnownPayment, OpenInvoice
from selfbill.matching.matching import match
from selfbill.matching.outcome import Match
from selfbill.moments import local_date
from selfbill.policies.debit_entries import account_for
from selfbill.policies.policy import Desk, Item, Policy, all_together
from selfbill.projections import debtor_card, freelancer_card, open_items, payments
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.projections.payments import ListedPayment
from selfbill.refusals import Refusal
from selfbill.store.claims import claim
from selfbill.store.streams import Recorded
from selfbill.values import Cents, InvoiceNumber, PaymentId

NAME = "match_payments"

RETURNABLE = dt.timedelta(days=400)
"""An unauthorised direct debit may come back for 13 months (SEPA Core); longer ago nothing is recognised as paid twice."""

_log = logging.getLogger(__name__)


def changes(recorded: Recorded) -> Iterator[Change]:
    """A statement with new entries puts its owner on the list; when all was looked at, that is off again."""
    event = recorded.event
    match event:
        case StatementTaken() | MatchingAsked():
            yield Put(NAME, event.owner, due=recorded.at, group_key=event.owner, stream=recorded.originator_id)
        case PaymentsMatched():
            yield Take(NAME, event.owner)


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Matches owner after owner, each while nobody else does."""
    office = desk.office.acting(by="selfbill", cause="matching")
    for item in items:
        with claim(desk.pool, [f"{NAME} {item.subject}"]):
            match_owner(desk, office, item.subject)


def match_owner(desk: Desk, office: Office, owner: str) -> Counter[str]:
    """Looks at everything that is left on the accounts of this owner, the oldest first; counts what became of it."""
    version = office.streams.load(account_stream(owner)).version
    with desk.pool.connection() as connection:
        waiting = payments.to_match(connection, owner)
        book = _book(connection, owner, local_date(office.clock.now()) - RETURNABLE) if waiting else Book()
    counts: Counter[str] = Counter()
    for payment in waiting:
        is_debit = owner == AGENCY and _is_debit(desk, office, payment)
        counts["certain" if is_debit else _match_one(office, book, payment)] += 1
    finish_matching(office, owner=owner, version=version, counts=counts)
    return counts


def _is_debit(desk: Desk, office: Office, payment: ListedPayment) -> bool:
    """Whether the entry is about a direct debit of ours and was accounted for so; what is refused is matched like any other."""
    try:
        with desk.pool.connection() as connection:
            return account_for(connection, office, payment)
    except Refusal as refusal:
        _log.warning("Payment %s is no direct debit after all: %s", payment.payment, refusal.sentence("en"))
        return False


MOST_ROUNDS = 5
"""What is left of a payment after a certain match is looked at again; each round allocates something."""


def _match_one(office: Office, book: Book, payment: ListedPayment) -> str:
    """Allocates what is certain; what is left then is proposed or a work item."""
    facts = _facts(payment)
    for _ in range(MOST_ROUNDS):
        outcome = match(book, facts)
        if not outcome.is_certain:
            break
        (found,) = outcome.matches
        try:
            _carry_out(office, book, payment, found)
        except Refusal as refusal:
            # Somebody allocated, credited or took back meanwhile: a person sees what was found and why it was not done.
            _log.warning("Payment %s was not allocated: %s", payment.payment, refusal.sentence("en"))
            propose(office, payment=payment.payment, proposals=(_proposal(found),), reason=refusal.sentence())
            return "proposed"
        left: Cents = office.streams.load(payment_stream(payment.payment)).state.left
        if not left:
            return "certain"
        facts = msgspec.structs.replace(facts, amount=left)
    proposals = tuple(_proposal(each) for each in outcome.matches)
    propose(office, payment=payment.payment, proposals=proposals, reason=outcome.reason.value)
    return "proposed" if proposals else "unmatched"


def _carry_out(office: Office, book: Book, payment: ListedPayment, found: Match) -> None:
    name = payment.payment
    if found.takes_back:
        return_payment(office, original=PaymentId(found.takes_back), returned=name)
        return
    wanted = [(each.number, each.amount) for each in found.allocations]
    if not wanted:
        return
    allocate_payment(office, payment=name, wanted=wanted, rule=found.reason.value, certainty=found.certainty.value)
    for number, amount in wanted:
        debtor = book.debtor_of(number)
        book.pay(number, amount)
        if payment.iban and payment.amount > 0:
            book.knows_account(payment.iban, debtor)
    numbers = tuple(number for number, _ in wanted)
    book.record(_known(payment, numbers, found.rest))


def _proposal(found: Match) -> Proposal:
    return Proposal(
        rule=found.reason.value,
        certainty=found.certainty.value,
        allocations=tuple(ProposedAllocation(each.number, each.amount) for each in found.allocations),
        takes_back=PaymentId(found.takes_back) if found.takes_back else None,
        signs=tuple(sign.value for sign in found.signs),
    )


def _facts(payment: ListedPayment) -> BankPayment:
    return BankPayment(
        id=payment.payment,
        account_owner=payment.owner,
        amount=payment.left,
        booked=payment.booked,
        text=payment.text or "",
        reference=payment.reference or "",
        end_to_end_id=payment.end_to_end_id or "",
        name=payment.name or "",
        iban=payment.iban or "",
        mandate_id=payment.mandate_id or "",
        is_return=payment.is_return,
        return_code=payment.return_code or "",
    )


def _book(connection: Connection[Any], owner: str, since: dt.date) -> Book:
    """All that an entry on this owner's accounts can be about.

    What only the creditor said to have received is open in it: the statement that shows the payment confirms it.
    """
    received = payments.said_to_be_received(connection, owner)
    book = Book()
    for item in open_items.all_items(connection, since):
        book.add(
            OpenInvoice(
                number=item.number,
                creditor=item.creditor,
                debtor_kind=item.debtor_kind,
                debtor=item.debtor,
                open=Cents(item.open + received.get(item.number, 0)),
                total=item.total,
                date=item.date,
                due=item.due,
                payment_reference=item.payment_reference,
            )
        )
    for account in payments.paying_accounts(connection):
        book.knows_account(account.iban, Debtor(account.debtor_kind, account.debtor))
    for code, name in debtor_card.names(connection):
        book.knows_name(Debtor("customer", code), name)
    for code, name in freelancer_card.names(connection):
        book.knows_name(Debtor("freelancer", code), name)
    for payment in payments.since(connection, owner, since):
        if payment.source == "bank":
            book.record(_known(payment, payment.numbers, payment.left))
    return book


def _known(payment: ListedPayment, numbers: tuple[InvoiceNumber, ...], left: Cents) -> KnownPayment:
    return KnownPayment(
        id=payment.payment,
        account_owner=payment.owner,
        amount=payment.amount,
        booked=payment.booked,
        iban=payment.iban or "",
        end_to_end_id=payment.end_to_end_id or "",
        mandate_id=payment.mandate_id or "",
        numbers=numbers,
        unallocated=left,
    )


POLICY = Policy(
    name=NAME,
    title="Betalingen verwerken",
    fold=AgendaFold(listens=(StatementTaken, MatchingAsked, PaymentsMatched), changes=changes),
    act=act,
    batches=all_together,
)
