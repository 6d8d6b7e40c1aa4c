"""What holds for every book and every entry: no money is made, none crosses to another creditor, and nothing is certain by luck."""

import datetime as dt
from collections.abc import Iterable, Mapping
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.desk import TODAY, invoice
from selfbill.identifiers import rf_reference
from selfbill.matching.book import Book
from selfbill.matching.facts import BankPayment, Debtor, KnownPayment, OpenInvoice
from selfbill.matching.matching import match
from selfbill.matching.outcome import MOST_PROPOSALS, Certainty, Match, Outcome, Reason, Said, Sign
from selfbill.values import Cents, InvoiceNumber

CREDITORS = ("Z017", "Z17", "ZO17")
DEBTORS = [Debtor("customer", code) for code in ("K1", "K2", "K3")]
IBANS = ("NL91ABNA0417164300", "NL02ABNA0123456789", "NL20INGB0001234567", "NL69INGB0123456789", "")
AMOUNTS = (50_00, 100_00, 100_00, 150_00, 200_00, 0, -50_00)
NAMES = ("A. de Jong", "B. de Jong", "De Linde")


@st.composite
def books(draw: st.DrawFn) -> list[OpenInvoice]:
    """A few creditors whose prefixes are much alike, with amounts that are much alike."""
    invoices = []
    for creditor in CREDITORS:
        count = draw(st.integers(0, 9))
        for sequence in range(1, count + 1):
            open_ = draw(st.sampled_from(AMOUNTS))
            debtor = draw(st.sampled_from(DEBTORS))
            number = f"{creditor}-2026-{sequence:04}"
            invoices.append(invoice(number, debtor, open_, total=open_ or 100_00, creditor=creditor))
    return invoices


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Numbers whole and in pieces, with what stands between them."""
    pieces = st.one_of(
        st.builds(
            lambda creditor, sequence, form: form(f"{creditor}-2026-{sequence:04}"),
            st.sampled_from(CREDITORS),
            st.integers(1, 11),
            st.sampled_from(
                (
                    str,
                    str.lower,
                    rf_reference,
                    lambda number: number.replace("-", ""),
                    lambda number: number.replace("-", " "),
                    lambda number: number[5:],
                    lambda number: number[-4:],
                    lambda number: number[:-1],
                )
            ),
        ),
        st.sampled_from(
            ("en", "t/m", ",", "-", "factuur", "0001", "3", "2026", "De Linde", "jong", "+", "RF31", "12-10-2026")
        ),
        st.text("Z017 -2026O/", max_size=8),
    )
    return draw(st.sampled_from(("", " "))).join(draw(st.lists(pieces, max_size=6)))


@st.composite
def payments(draw: st.DrawFn) -> BankPayment:
    sum_ = draw(st.lists(st.sampled_from((50_00, 100_00, 150_00, 1)), min_size=1, max_size=4))
    return BankPayment(
        id="entry",
        account_owner=draw(st.sampled_from(CREDITORS)),
        amount=Cents(sum(sum_) * draw(st.sampled_from((1, 1, 1, 1, -1)))),
        booked=TODAY,
        text=draw(texts()),
        reference=draw(st.sampled_from(("", "", rf_reference("Z017-2026-0001"), rf_reference("Z17-2026-0002")))),
        name=draw(st.sampled_from(("", *NAMES))),
        iban=draw(st.sampled_from(IBANS)),
        is_return=draw(st.sampled_from((False, False, False, True))),
    )


def meant(invoices: list[OpenInvoice], texts_: tuple[str, ...]) -> st.SearchStrategy[BankPayment]:
    """Somebody pays some of what he owes one creditor."""
    owed: dict[tuple[str, Debtor], list[OpenInvoice]] = {}
    for each in invoices:
        if each.open > 0:
            owed.setdefault((each.creditor, each.owed_by), []).append(each)
    if not owed:
        return st.just(BankPayment(id="none", account_owner="Z017", amount=Cents(1_00), booked=TODAY))

    @st.composite
    def one(draw: st.DrawFn) -> BankPayment:
        (creditor, debtor), some = draw(st.sampled_from(sorted(owed.items(), key=lambda item: item[0])))
        chosen = some[: draw(st.integers(1, len(some)))] if draw(st.booleans()) else [draw(st.sampled_from(some))]
        return BankPayment(
            id="entry",
            account_owner=creditor,
            amount=Cents(sum(each.open for each in chosen)),
            booked=TODAY,
            text=draw(st.sampled_from(texts_)),
            iban=IBANS[DEBTORS.index(debtor)],
        )

    return one()


def filled(invoices: Iterable[OpenInvoice], *, shared: bool = False) -> Book:
    book = Book(invoices)
    for iban, debtor, name in zip(IBANS, DEBTORS, NAMES, strict=False):
        book.knows_account(iban, debtor)
        book.knows_name(debtor, name)
        if shared:
            book.knows_account(IBANS[0], debtor)
    book.record(
        KnownPayment(
            id="before", account_owner="Z017", amount=Cents(100_00), booked=TODAY - dt.timedelta(days=3), iban=IBANS[1]
        )
    )
    return book


def sums_up(found: Match, payment: BankPayment, by_number: Mapping[InvoiceNumber, OpenInvoice]) -> None:
    numbers = [each.number for each in found.allocations]
    assert len(numbers) == len(set(numbers))
    assert sum(each.amount for each in found.allocations) + found.rest == payment.amount
    for each in found.allocations:
        one = by_number[each.number]
        assert one.creditor == payment.account_owner
        assert 0 < each.amount <= one.open or each.amount == one.open < 0
    if payment.amount > 0:
        assert 0 <= sum(each.amount for each in found.allocations) <= payment.amount


@settings(max_examples=400, deadline=None)
@given(invoices=books(), payment=payments(), shared=st.booleans(), dice=st.randoms(use_true_random=False))
def test_the_laws_of_every_outcome(
    invoices: list[OpenInvoice], payment: BankPayment, *, shared: bool, dice: Random
) -> None:
    by_number = {each.number: each for each in invoices}
    outcome = match(filled(invoices, shared=shared), payment)
    for found in outcome.matches:
        sums_up(found, payment, by_number)
        assert (found.certainty is Certainty.CERTAIN) is outcome.is_certain
    assert len(outcome.matches) <= MOST_PROPOSALS
    assert [each.certainty.rank for each in outcome.matches] == sorted(each.certainty.rank for each in outcome.matches)
    turned = list(invoices)
    dice.shuffle(turned)
    assert match(filled(turned, shared=shared), payment) == outcome


@settings(max_examples=300, deadline=None)
@given(books(), st.data())
def test_without_a_number_nothing_is_certain_when_another_fits_as_well(
    invoices: list[OpenInvoice], data: st.DataObject
) -> None:
    """A twin of what was certain - same debtor, creditor and amount - takes the certainty away, unless the text chose between them."""
    payment = data.draw(meant(invoices, ("", "zorg", "Z017-2026-0101")))
    before = match(filled(invoices), payment)
    if not before.is_certain or before.reason is Reason.IBAN_ALL:
        return
    by_number = {each.number: each for each in invoices}
    one = by_number[before.allocations[0].number]
    twin = invoice(f"{one.creditor}-2026-0020", one.owed_by, one.open, creditor=one.creditor, day=30)
    after = match(filled([*invoices, twin]), payment)
    assert not after.is_certain


@settings(max_examples=200, deadline=None)
@given(books(), st.data())
def test_what_was_certain_pays_only_once(invoices: list[OpenInvoice], data: st.DataObject) -> None:
    payment = data.draw(meant(invoices, ("", "Z017-2026-0001", "Z017-2026-0002 en 0003")))
    book = filled(invoices)
    outcome = match(book, payment)
    for each in outcome.allocations:
        book.pay(each.number, each.amount)
    assert not {each.number for each in match(book, payment).allocations} & {
        each.number for each in outcome.allocations if book_open(book, each.number) == 0
    }
    for each in outcome.allocations:
        book.pay(each.number, Cents(-each.amount))
    assert match(book, payment) == outcome


def book_open(book: Book, number: str) -> int:
    for creditor in CREDITORS:
        claims = book.claims_of(creditor)
        if claims is not None:
            for each in claims.invoices.values():
                if each.number == number:
                    return each.open
    raise AssertionError(number)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40), st.integers(-10_000_00, 10_000_00))
def test_any_text_gets_an_answer(text: str, reference: str, amount: int) -> None:
    entry = BankPayment(
        id="x", account_owner="Z017", amount=Cents(amount), booked=TODAY, text=text, reference=reference, iban=IBANS[0]
    )
    answer = match(filled([invoice("Z017-2026-0001", DEBTORS[0], 100_00)]), entry)
    assert isinstance(answer, Outcome)
    assert answer.sentence("nl")


def test_everything_that_staff_read_is_there_in_both_languages() -> None:
    for kind in (Reason, Sign, Certainty):
        words: list[Said] = list(kind)
        assert len({each.nl for each in words}) == len({each.en for each in words}) == len(words)
        for each in words:
            assert ("{text}" in each.nl) is ("{text}" in each.en), each
            if kind is Reason:
                assert each.nl.endswith(".")
                assert each.en.endswith(".")
                assert each.nl != each.en
