"""Bank files in a whole house: from the bank's own bytes to paid invoices, whoever imports them and however often."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from intake.bank.a_day import Payment
from runtime.agencies import bring_in
from runtime.bank_files import camt_of, csv_of
from runtime.conftest import MakeHouse
from runtime.test_direct_debits import FIRST as COMMISSION
from runtime.test_direct_debits import batches, collecting
from selfbill.aggregates.payment import PaymentState
from selfbill.aggregates.payment_events import PaymentReceived
from selfbill.application import bank_statements
from selfbill.application.bank_statements import ask_matching, share_account
from selfbill.application.receiving import mark_received
from selfbill.clock import SimulatedClock
from selfbill.identifiers import dutch_iban, rf_reference
from selfbill.intake.bank.reading import read_bank_file
from selfbill.moments import from_local
from selfbill.projections import agenda, debits, invoice_list, open_items, payments
from selfbill.projections.payments import ListedPayment
from selfbill.runtime.bank import NotTheirAccount, TakenIn, UnknownAccount, match_owners, take_in_bank_file
from selfbill.runtime.house import House, advance
from selfbill.values import Cents, InvoiceNumber, PaymentId

Z01 = "NL61RABO0941673987"
AGENCY_ACCOUNT = "NL31INGB0299217108"
VISSER, BOUWMAN = dutch_iban("RABO", "300065264"), dutch_iban("TRIO", "254400001")
FIRST, SECOND, THIRD, FOURTH, FIFTH = (InvoiceNumber(f"Z01-2026-000{number}") for number in range(1, 6))
"""Of 944.92, 1310.02, 799.26 to K01 and of 341.25, 113.75 to K02."""
NOON = from_local(dt.datetime(2026, 4, 20, 12))
DAY = dt.date(2026, 4, 17)


def visser(amount: int, text: str = "", **more: str) -> Payment:
    return Payment(amount=amount, name="De Linde", iban=VISSER, text=text, **more)


def bouwman(amount: int, text: str = "", **more: str) -> Payment:
    return Payment(amount=amount, name="Bouwman", iban=BOUWMAN, text=text, **more)


PAID = (
    visser(94492, f"factuur {FIRST}", end_to_end="E1"),
    visser(50000, "Z01 2026 0002 eerste deel", end_to_end="E2"),
    bouwman(45500, "0004 en 0005 van 2026, Z01-2026-0004 + Z01-2026-0005", end_to_end="E3"),
    bouwman(-4500, "boodschappen", end_to_end="E4"),
)


@pytest.fixture
def billed(make_house: MakeHouse) -> House:
    """The sample agency on 20 April 2026, with 24 invoices."""
    house = make_house()
    bring_in(house, "voorbeeld-klein")
    advance(house, NOON)
    return house


def take(house: House, content: bytes, *, now: dt.datetime = NOON, name: str = "bank.xml") -> list[TakenIn]:
    """Takes a file in, and has what it brought matched."""
    house.follower.catch_up()
    office = house.office(SimulatedClock(now), by="operator:anna")
    taken = take_in_bank_file(house, office, name=name, content=content)
    house.follower.catch_up()
    match_owners(house, office, [each.owner for each in taken])
    house.follower.catch_up()
    return taken


def opened(house: House, *numbers: InvoiceNumber) -> list[int]:
    with house.pool.connection() as connection:
        found = {each.number: each.open for each in open_items.all_open_items(connection)}
    return [found.get(number, 0) for number in numbers]


def shown(house: House, owner: str = "Z01") -> list[ListedPayment]:
    with house.pool.connection() as connection:
        return sorted(payments.latest(connection, owner=owner), key=lambda each: each.position)


def received(house: House) -> int:
    recorded = house.store.streams.read(0, 1_000_000)
    return len([each for each in recorded if isinstance(each.event, PaymentReceived)])


def test_what_came_in_is_matched_and_the_rest_is_work(billed: House) -> None:
    (taken,) = take(billed, camt_of(Z01, DAY, PAID))
    assert (taken.owner, taken.taken.new, taken.taken.known) == ("Z01", 4, 0)
    assert opened(billed, FIRST, SECOND, FOURTH, FIFTH) == [0, 81002, 0, 0]
    first, second, third, groceries = shown(billed)
    assert (first.numbers, second.numbers, third.numbers) == ((FIRST,), (SECOND,), (FOURTH, FIFTH))
    assert {each.by for payment in (first, second, third) for each in payment.allocations} == {"selfbill"}
    assert [each.rule for each in third.allocations] == ["numbers", "numbers"]
    assert (groceries.state, groceries.left, groceries.reason) == (PaymentState.UNMATCHED, -4500, "outgoing")
    with billed.pool.connection() as connection:
        invoice = invoice_list.by_number(connection, FIRST)
    assert invoice is not None
    assert (invoice.paid, invoice.last_receipt) == (94492, DAY)


def test_a_day_that_comes_again_in_whatever_file_changes_nothing(billed: House) -> None:
    take(billed, camt_of(Z01, DAY, PAID))
    head = billed.store.streams.head()
    take(billed, camt_of(Z01, DAY, PAID))
    assert billed.store.streams.head() == head
    (again,) = take(billed, csv_of(Z01, DAY, PAID), name="bank.csv")
    assert (again.taken.new, again.taken.known) == (0, 4)
    assert received(billed) == 4


def test_the_same_file_by_two_processes_at_once_pays_once(make_house: MakeHouse, billed: House) -> None:
    billed.follower.close()
    content = camt_of(Z01, DAY, PAID)
    houses = [billed, make_house()]
    together = Barrier(2)

    def bring(house: House) -> int:
        office = house.office(SimulatedClock(NOON), by="operator:anna")
        together.wait()
        return sum(each.taken.new for each in take_in_bank_file(house, office, name="bank.xml", content=content))

    def match(house: House) -> None:
        together.wait()
        match_owners(house, house.office(SimulatedClock(NOON), by="operator:anna"), ["Z01"])

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(bring, houses)) == [0, 4]
        billed.follower.catch_up()
        list(threads.map(match, houses))
    billed.follower.catch_up()
    assert opened(billed, FIRST, SECOND, FOURTH, FIFTH) == [0, 81002, 0, 0]
    assert received(billed) == 4


def test_the_clock_matches_what_nobody_matched(billed: House) -> None:
    office = billed.office(SimulatedClock(NOON), by="operator:anna")
    take_in_bank_file(billed, office, name="bank.xml", content=camt_of(Z01, DAY, PAID))
    billed.follower.catch_up()
    with billed.pool.connection() as connection:
        (item,) = agenda.list_agenda(connection, policy="match_payments")
    assert (item.subject, item.due) == ("Z01", NOON)
    advance(billed, NOON + dt.timedelta(minutes=1))
    assert opened(billed, FIRST) == [0]
    with billed.pool.connection() as connection:
        assert agenda.list_agenda(connection, policy="match_payments") == []


def test_a_file_of_an_unknown_account_is_refused_until_somebody_says_whose_it_is(billed: House) -> None:
    other = dutch_iban("KNAB", "731999301")
    head = billed.store.streams.head()
    with pytest.raises(UnknownAccount):
        take(billed, camt_of(other, DAY, PAID))
    assert billed.store.streams.head() == head
    office = billed.office(SimulatedClock(NOON), by="operator:anna")
    share_account(office, owner="Z01", account=other)
    with pytest.raises(NotTheirAccount):
        take_in_bank_file(billed, office, name="bank.xml", content=camt_of(other, DAY, PAID), owner="Z02")
    take(billed, camt_of(other, DAY, PAID))
    assert opened(billed, FIRST) == [0]


def test_a_payment_before_its_invoice_waits_for_it(make_house: MakeHouse) -> None:
    house = make_house()
    bring_in(house, "voorbeeld-klein")
    early = from_local(dt.datetime(2026, 3, 20, 12))
    advance(house, early)
    take(house, camt_of(Z01, dt.date(2026, 3, 19), [visser(94492, f"vooruitbetaald {FIRST}")]), now=early)
    (payment,) = shown(house)
    assert (payment.state, payment.left) == (PaymentState.UNMATCHED, 94492)
    advance(house, NOON)
    ask_matching(house.office(SimulatedClock(NOON)), owner="Z01")
    advance(house, NOON + dt.timedelta(minutes=1))
    assert opened(house, FIRST) == [0]


def test_a_payment_that_comes_back_opens_its_invoice_with_the_banks_reason(billed: House) -> None:
    take(billed, camt_of(Z01, DAY, PAID))
    back = visser(-94492, f"factuur {FIRST}", end_to_end="E1", returned="MS03")
    take(billed, camt_of(Z01, DAY + dt.timedelta(days=3), [back]))
    assert opened(billed, FIRST) == [94492]
    assert [each.left for each in shown(billed) if abs(each.amount) == 94492] == [0, 0]
    with billed.pool.connection() as connection:
        invoice = invoice_list.by_number(connection, FIRST)
    assert invoice is not None
    assert [receipt.released for receipt in invoice.receipts] == ["Teruggeboekt door de bank: MS03"]


def test_what_is_paid_too_much_or_twice_is_left_for_a_person(billed: House) -> None:
    reference = rf_reference(FIRST)
    take(billed, camt_of(Z01, DAY, [visser(100000, reference, end_to_end="A")]))
    assert opened(billed, FIRST) == [0]
    (payment,) = shown(billed)
    assert payment.left == 100000 - 94492
    assert payment.state in (PaymentState.PROPOSED, PaymentState.UNMATCHED)
    take(billed, camt_of(Z01, DAY + dt.timedelta(days=1), [visser(94492, reference, end_to_end="B")]))
    assert opened(billed, FIRST, SECOND, THIRD) == [0, 131002, 79926]
    assert shown(billed)[1].left == 94492


def test_what_a_creditor_said_to_have_received_is_confirmed_by_the_statement(billed: House) -> None:
    office = billed.office(SimulatedClock(NOON), by="freelancer:Z01")
    mark_received(office, number=FIRST, payment=PaymentId("said"), amount=Cents(94492), received_on=DAY)
    take(billed, camt_of(Z01, DAY, PAID[:1]))
    assert opened(billed, FIRST) == [0]
    said, shown_by_bank = shown(billed)
    assert (said.state, said.left) == (PaymentState.REPLACED, 0)
    assert (shown_by_bank.state, shown_by_bank.numbers) == (PaymentState.ALLOCATED, (FIRST,))


def test_money_for_one_freelancer_never_pays_another(billed: House) -> None:
    take(billed, camt_of(Z01, DAY, [visser(70400, f"factuur Z03-2026-0001 {rf_reference('Z03-2026-0001')}")]))
    assert opened(billed, InvoiceNumber("Z03-2026-0001")) == [70400]
    (payment,) = shown(billed)
    assert (payment.state, payment.left) == (PaymentState.UNMATCHED, 70400)


def test_a_batch_of_direct_debits_is_booked_as_one_and_one_of_it_comes_back(make_house: MakeHouse) -> None:
    house = make_house()
    collecting(house)
    moment = from_local(dt.datetime(2026, 4, 7, 12))
    advance(house, moment)
    (made,) = batches(house)
    total = sum(item.amount for item in made.items)
    numbers = [item.number for item in made.items]
    assert COMMISSION in numbers
    assert len(numbers) > 1
    day = made.collection_date
    take(house, camt_of(AGENCY_ACCOUNT, day, [], batches=[(total, made.message_id)]))
    assert opened(house, *numbers) == [0] * len(numbers)
    (item,) = (each for each in made.items if each.number == COMMISSION)
    back = Payment(
        amount=-item.amount,
        name="De Vries Verpleging",
        iban=VISSER,
        end_to_end=item.end_to_end_id,
        mandate=item.mandate,
        returned="AM04",
    )
    take(house, camt_of(AGENCY_ACCOUNT, day + dt.timedelta(days=2), [back]))
    assert opened(house, COMMISSION) == [item.amount]
    assert sum(opened(house, *numbers)) == item.amount
    assert [each.left for each in shown(house, "agency")] == [0, 0]
    with house.pool.connection() as connection:
        listed = debits.by_numbers(connection, numbers)
    assert listed[COMMISSION].latest.stage == "returned"
    assert listed[COMMISSION].latest.code == "AM04"
    assert {row.latest.stage.value for number, row in listed.items() if number != COMMISSION} == {"collected"}


def test_a_batch_total_without_its_name_is_for_a_person(make_house: MakeHouse) -> None:
    house = make_house()
    collecting(house)
    advance(house, from_local(dt.datetime(2026, 4, 7, 12)))
    (made,) = batches(house)
    total = sum(item.amount for item in made.items)
    take(house, camt_of(AGENCY_ACCOUNT, made.collection_date, [], batches=[(total, "SOMETHING-ELSE")]))
    (payment,) = shown(house, "agency")
    assert payment.left == total
    assert payment.state in (PaymentState.PROPOSED, PaymentState.UNMATCHED)


SAMPLES = Path(__file__).parents[3] / "shared" / "standards"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published samples are not here")
@pytest.mark.parametrize(
    "name",
    [
        "iso20022/examples/camt053.v2.multi.statement.xml",
        "mt940-nl/abnamro_sepa.txt",
        "mt940-nl/triodos_sepa.txt",
        "mt940-nl/sns.txt",
    ],
)
def test_every_published_sample_that_can_be_read_is_taken_in_whole_and_once(make_house: MakeHouse, name: str) -> None:
    house = make_house()
    content = (SAMPLES / name).read_bytes()
    read = read_bank_file(name, content)
    office = house.office(SimulatedClock(NOON), by="operator:anna")
    for account in {statement.account for statement in read}:
        share_account(office, owner="agency", account=account)
    (before, *_) = take(house, content)
    brought = sorted(entry.amount for statement in read for entry in statement.entries)
    assert sorted(each.amount for each in shown(house, "agency")) == brought
    assert (before.taken.new, before.taken.known) == (len(before.statement.entries), 0)
    head = house.store.streams.head()
    assert all(each.taken.new == 0 for each in take(house, content))
    assert house.store.streams.head() == head
    assert all(each.state is not PaymentState.RECEIVED for each in shown(house, "agency"))


def test_a_file_of_several_statements_is_taken_in_whole_or_not_at_all(
    billed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = camt_of(Z01, DAY, PAID).decode()
    second = camt_of(AGENCY_ACCOUNT, DAY, [visser(100, "rente")]).decode()
    statement = second[second.index("<Stmt>") : second.index("</Stmt>") + len("</Stmt>")]
    both = first.replace("</Stmt>", "</Stmt>" + statement, 1).encode()
    office = billed.office(SimulatedClock(NOON), by="operator:anna")
    head = billed.store.streams.head()
    unknown = both.replace(AGENCY_ACCOUNT.encode(), dutch_iban("KNAB", "731999301").encode())
    with pytest.raises(UnknownAccount):
        take_in_bank_file(billed, office, name="bank.xml", content=unknown)
    assert billed.store.streams.head() == head

    taking, seen = bank_statements._Taking._taken, []

    def dies_at_the_second(self: Any, account: Any, new: int) -> Any:
        seen.append(new)
        if len(seen) == 2:
            raise OSError("the machine lost its power")
        return taking(self, account, new)

    monkeypatch.setattr(bank_statements._Taking, "_taken", dies_at_the_second)
    with pytest.raises(OSError, match="power"):
        take_in_bank_file(billed, office, name="bank.xml", content=both)
    assert billed.store.streams.head() == head
    assert {each.taken.new for each in take_in_bank_file(billed, office, name="bank.xml", content=both)} == {4, 1}
