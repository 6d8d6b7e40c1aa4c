"""Payments on a real PostgreSQL: a payment and the invoices that it pays change together, whoever else is at work."""

from collections.abc import Sequence

import pytest

from aggregates.samples import day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save
from selfbill.aggregates.bank_account import StatementTaken
from selfbill.aggregates.catalogue import payment_stream
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice_payments import MoreThanOpen, UnknownInvoice
from selfbill.aggregates.payment import Payment, PaymentState
from selfbill.aggregates.payment_decisions import (
    MoreThanLeft,
    NotAllocatedHere,
    NothingLeft,
    NotOpposite,
    NotProposed,
    OtherCreditor,
    PaymentNeedsReason,
    UnknownPayment,
)
from selfbill.aggregates.payment_events import PaymentDetails, PaymentReceived, Proposal, ProposedAllocation
from selfbill.aggregates.texts import CitizenNumber
from selfbill.application import payments
from selfbill.application.bank_days import StatementEntry
from selfbill.application.bank_statements import (
    BankStatement,
    DatedEntry,
    NotAnAccountNumber,
    Taken,
    share_account,
    take_in_statement,
)
from selfbill.application.office import Done
from selfbill.application.receiving import mark_received
from selfbill.values import Cents, InvoiceNumber, PaymentId

FIRST, SECOND = InvoiceNumber("Z01-2026-0001"), InvoiceNumber("Z01-2026-0002")
ACCOUNT = "NL61RABO0941673987"
DAY = day("2026-08-20")


@pytest.fixture
def billed(agency_office: SmallAgency) -> SmallAgency:
    """Two invoices of Z01, of 400.00 and 200.00 euros."""
    agency_office.billed(agency_office.approved("P01", hours("2026-07-20")))
    agency_office.billed(agency_office.approved("P01", hours("2026-07-27", 4)))
    return agency_office


def entry(name: str, amount: int, *, returns: bool = False) -> DatedEntry:
    details = PaymentDetails(name="A. Visser", text=name, return_code="MS03" if returns else "")
    return DatedEntry(
        StatementEntry(identity=PaymentId(name), amount=Cents(amount), details=details, is_return=returns),
        booked=DAY,
        valued=DAY,
    )


def statement(*entries: DatedEntry, name: str = "S1", opening: int = 0) -> BankStatement:
    total = sum(each.entry.amount for each in entries)
    return BankStatement(
        identity=name,
        account=ACCOUNT,
        format="camt.053.001.02",
        sha256="0" * 64,
        first=DAY,
        until=DAY,
        opening=Cents(opening),
        closing=Cents(opening + total),
        entries=entries,
    )


def take(agency: SmallAgency, *entries: DatedEntry, name: str = "S1", owner: str = "Z01") -> Taken:
    return take_in_statement(agency.office, owner=owner, statement=statement(*entries, name=name))


def payment(agency: SmallAgency, name: str) -> Payment:
    state: Payment = agency.streams.load(payment_stream(PaymentId(name))).state
    return state


def allocate(agency: SmallAgency, name: str, *wanted: tuple[InvoiceNumber, int]) -> object:
    return payments.allocate_payment(
        agency.office, payment=PaymentId(name), wanted=[(number, Cents(amount)) for number, amount in wanted]
    )


def opens(agency: SmallAgency) -> Sequence[int]:
    return [agency.invoice(FIRST).open, agency.invoice(SECOND).open]


def test_a_statement_is_taken_in_once(billed: SmallAgency) -> None:
    taken = take(billed, entry("a", 40000), entry("b", -500))
    assert (taken.new, taken.known, taken.continuity) == (2, 0, "first")
    head = billed.streams.head()
    again = take(billed, entry("a", 40000), entry("b", -500))
    assert again.outcome is AlreadyDone
    assert billed.streams.head() == head
    other_file = take(billed, entry("a", 40000), entry("b", -500), entry("c", 1), name="S2")
    assert (other_file.new, other_file.known, other_file.continuity) == (1, 2, "overlap")


def test_what_a_payer_wrote_stands_sealed_in_the_store(billed: SmallAgency) -> None:
    take(billed, entry("secret-of-visser", 100))
    (received,) = (each for each in billed.events() if isinstance(each, PaymentReceived))
    assert received.details is not None
    assert received.details.text == "secret-of-visser"
    rows = billed.streams.history_rows(payment_stream(received.payment))
    assert b"Visser" not in b"".join(row[3] for row in rows)
    (taken,) = (row for row in billed.streams.history_rows("account:Z01") if row[2] == "bank.statement_taken")
    assert ACCOUNT.encode() not in taken[3]


def test_statements_go_on_from_each_other_or_say_what_is_missing(billed: SmallAgency) -> None:
    take(billed, entry("a", 40000))
    later = statement(name="S2", opening=39000)
    later = type(later)(
        **{name: getattr(later, name) for name in later.__struct_fields__} | {"until": day("2026-08-21")}
    )
    taken = take_in_statement(billed.office, owner="Z01", statement=later)
    assert (taken.continuity, taken.missing) == ("gap", -1000)


def test_the_same_statement_by_two_processes_at_once_is_taken_in_once(process: Process, billed: SmallAgency) -> None:
    other = process()
    entries = entry("a", 40000), entry("b", 100)
    interrupt_before_save(billed, lambda: take(other, *entries))
    assert take(billed, *entries).outcome is AlreadyDone
    events = billed.events()
    assert len([each for each in events if isinstance(each, PaymentReceived)]) == 2
    assert len([each for each in events if isinstance(each, StatementTaken)]) == 1


def test_two_files_of_one_day_by_two_processes_at_once_bring_each_entry_once(
    process: Process, billed: SmallAgency
) -> None:
    other = process()
    interrupt_before_save(billed, lambda: take(other, entry("a", 40000), entry("b", 100), name="S1"))
    taken = take(billed, entry("b", 100), entry("c", 7), name="S2")
    assert (taken.new, taken.known) == (1, 1)
    received = [each.payment for each in billed.events() if isinstance(each, PaymentReceived)]
    assert sorted(received) == ["a", "b", "c"]


def test_one_payment_pays_several_invoices_and_the_rest_is_left(billed: SmallAgency) -> None:
    take(billed, entry("a", 65000))
    assert isinstance(allocate(billed, "a", (FIRST, 40000), (SECOND, 20000)), Done)
    assert opens(billed) == [0, 0]
    state = payment(billed, "a")
    assert (state.left, state.state) == (5000, PaymentState.RECEIVED)
    assert list(state.standing) == ["a", "a/2"]


def test_what_is_taken_back_can_be_allocated_anew(billed: SmallAgency) -> None:
    take(billed, entry("a", 40000))
    allocate(billed, "a", (FIRST, 40000))
    payments.take_back_allocation(billed.office, payment=PaymentId("a"), number=FIRST, reason="van de buren")
    assert opens(billed) == [40000, 20000]
    allocate(billed, "a", (FIRST, 20000), (SECOND, 20000))
    assert opens(billed) == [20000, 0]
    assert payment(billed, "a").left == 0
    payments.take_back_allocation(billed.office, payment=PaymentId("a"), reason="alles terug")
    assert opens(billed) == [40000, 20000]
    assert payment(billed, "a").left == 40000


def test_what_is_refused_changes_nothing(billed: SmallAgency) -> None:
    take(billed, entry("a", 30000), entry("out", -100))
    take(billed, entry("commission", 40000), name="S2", owner="agency")
    head = billed.streams.head()
    with pytest.raises(UnknownPayment):
        allocate(billed, "z", (FIRST, 1))
    with pytest.raises(UnknownInvoice):
        allocate(billed, "a", (InvoiceNumber("Z01-2026-0099"), 1))
    with pytest.raises(MoreThanLeft):
        allocate(billed, "a", (FIRST, 20000), (SECOND, 10001))
    with pytest.raises(MoreThanOpen):
        allocate(billed, "a", (SECOND, 20001))
    with pytest.raises(OtherCreditor):
        allocate(billed, "commission", (FIRST, 40000))
    with pytest.raises(MoreThanLeft):
        allocate(billed, "out", (FIRST, 100))
    office, a = billed.office, PaymentId("a")
    with pytest.raises(NotAllocatedHere):
        payments.take_back_allocation(office, payment=a, number=FIRST, reason="weg")
    with pytest.raises(NotOpposite):
        payments.set_off_payments(office, payment=a, other=PaymentId("a"), reason="weg")
    with pytest.raises(NotOpposite):
        payments.set_off_payments(office, payment=PaymentId("commission"), other=PaymentId("out"), reason="weg")
    with pytest.raises(NotProposed):
        payments.accept_proposal(office, payment=a)
    with pytest.raises(PaymentNeedsReason):
        payments.set_aside(office, payment=a, reason=" ")
    with pytest.raises(CitizenNumber):
        payments.set_aside(office, payment=a, reason="111222333")
    with pytest.raises(NotAnAccountNumber):
        share_account(office, owner="Z01", account="NL00RABO0941673987")
    assert billed.streams.head() == head


def test_a_returned_debit_opens_what_it_paid_with_the_banks_reason(billed: SmallAgency) -> None:
    take(billed, entry("a", 60000), entry("back", -60000, returns=True))
    allocate(billed, "a", (FIRST, 40000), (SECOND, 20000))
    payments.return_payment(billed.office, original=PaymentId("a"), returned=PaymentId("back"))
    assert opens(billed) == [40000, 20000]
    assert (payment(billed, "a").left, payment(billed, "back").left) == (0, 0)
    reasons = {each.reason for each in billed.events() if hasattr(each, "reason")}
    assert "Teruggeboekt door de bank: MS03" in reasons


def test_of_a_payment_for_several_only_what_came_back_is_open_again(billed: SmallAgency) -> None:
    take(billed, entry("a", 60000), entry("back", -20000, returns=True))
    allocate(billed, "a", (FIRST, 40000), (SECOND, 20000))
    payments.return_payment(billed.office, original=PaymentId("a"), returned=PaymentId("back"))
    assert opens(billed) == [0, 20000]


def test_a_part_that_came_back_opens_no_more_than_that(billed: SmallAgency) -> None:
    take(billed, entry("a", 60000), entry("back", -25000, returns=True))
    allocate(billed, "a", (FIRST, 40000), (SECOND, 20000))
    payments.return_payment(billed.office, original=PaymentId("a"), returned=PaymentId("back"))
    assert sum(opens(billed)) == 25000
    assert (payment(billed, "a").left, payment(billed, "back").left) == (0, 0)


def test_what_was_paid_too_much_is_refunded(billed: SmallAgency) -> None:
    take(billed, entry("a", 45000), entry("refund", -5000))
    allocate(billed, "a", (FIRST, 40000))
    payments.set_off_payments(
        billed.office, payment=PaymentId("a"), other=PaymentId("refund"), reason="te veel betaald"
    )
    assert opens(billed) == [0, 20000]
    assert (payment(billed, "a").left, payment(billed, "refund").left) == (0, 0)


def test_a_proposal_that_a_person_accepts_is_carried_out(billed: SmallAgency) -> None:
    take(billed, entry("a", 60000))
    both = Proposal(
        "iban_all",
        "likely",
        (ProposedAllocation(FIRST, Cents(40000)), ProposedAllocation(SECOND, Cents(20000))),
    )
    name = PaymentId("a")
    assert isinstance(payments.propose(billed.office, payment=name, proposals=(both,), reason="iban_all"), Done)
    assert payments.propose(billed.office, payment=name, proposals=(both,), reason="iban_all") is AlreadyDone
    with pytest.raises(NotProposed):
        payments.accept_proposal(billed.office, payment=name, proposal=2)
    payments.accept_proposal(billed.office, payment=name)
    assert opens(billed) == [0, 0]
    assert payment(billed, "a").proposals == ()


def test_what_is_set_aside_is_not_matched_until_it_is_taken_up(billed: SmallAgency) -> None:
    take(billed, entry("a", 1))
    name = PaymentId("a")
    payments.set_aside(billed.office, payment=name, reason="rente")
    assert payments.set_aside(billed.office, payment=name, reason="rente") is AlreadyDone
    assert payments.propose(billed.office, payment=name, proposals=(), reason="nothing_fits") is AlreadyDone
    payments.take_up(billed.office, payment=name, reason="toch niet")
    assert isinstance(payments.propose(billed.office, payment=name, proposals=(), reason="nothing_fits"), Done)
    assert payment(billed, "a").state is PaymentState.UNMATCHED
    allocate(billed, "a", (FIRST, 1))
    with pytest.raises(NothingLeft):
        payments.set_aside(billed.office, payment=name, reason="rente")


def test_what_the_creditor_said_gives_way_to_the_statement(billed: SmallAgency) -> None:
    said = PaymentId("received-1")
    mark_received(billed.office, number=FIRST, payment=said, amount=Cents(40000), received_on=DAY)
    assert opens(billed) == [0, 20000]
    take(billed, entry("a", 40000))
    allocate(billed, "a", (FIRST, 40000))
    assert opens(billed) == [0, 20000]
    assert (payment(billed, "received-1").state, payment(billed, "received-1").left) == (PaymentState.REPLACED, 0)


def test_what_the_creditor_received_besides_stays(billed: SmallAgency) -> None:
    cash, transfer = PaymentId("received-1"), PaymentId("received-2")
    mark_received(billed.office, number=FIRST, payment=cash, amount=Cents(15000), received_on=DAY)
    take(billed, entry("a", 25000))
    allocate(billed, "a", (FIRST, 25000))
    assert (opens(billed)[0], payment(billed, cash).state) == (0, PaymentState.ALLOCATED)
    mark_received(billed.office, number=SECOND, payment=transfer, amount=Cents(5000), received_on=DAY)
    take(billed, entry("b", 5000), name="S2")
    allocate(billed, "b", (SECOND, 5000))
    assert (opens(billed)[1], payment(billed, transfer).state) == (15000, PaymentState.REPLACED)


def test_a_proposal_is_accepted_for_what_the_creditor_said_to_have_received(billed: SmallAgency) -> None:
    said = PaymentId("received-1")
    mark_received(billed.office, number=FIRST, payment=said, amount=Cents(40000), received_on=DAY)
    take(billed, entry("a", 40000))
    way = Proposal("amount", "possible", (ProposedAllocation(FIRST, Cents(40000)),))
    payments.propose(billed.office, payment=PaymentId("a"), proposals=(way,), reason="amount")
    payments.accept_proposal(billed.office, payment=PaymentId("a"))
    assert opens(billed) == [0, 20000]
    assert (payment(billed, said).state, payment(billed, "a").left) == (PaymentState.REPLACED, 0)


def test_one_payment_allocated_by_two_processes_at_once_is_spent_once(process: Process, billed: SmallAgency) -> None:
    other = process()
    take(billed, entry("a", 40000))
    interrupt_before_save(billed, lambda: allocate(other, "a", (FIRST, 40000)))
    with pytest.raises(MoreThanLeft):
        allocate(billed, "a", (SECOND, 20000))
    assert opens(billed) == [0, 20000]
