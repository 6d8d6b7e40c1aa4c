"""What the bank takes back, and what is refunded."""

import datetime as dt

from matching.desk import (
    IBAN_K1,
    IBAN_K2,
    INVOICES,
    K1,
    STRANGER,
    TODAY,
    book_of,
    invoice,
    known,
    matched,
)
from selfbill.matching.book import Book
from selfbill.matching.facts import AGENCY
from selfbill.matching.outcome import Certainty, Reason


def returning(*payments: object) -> Book:
    book = book_of()
    for each in payments:
        book.record(each)  # type: ignore[arg-type]
    return book


def test_a_returned_debit_is_found_by_its_end_to_end_id() -> None:
    book = returning(
        known("debit", 62_50, to=AGENCY, end_to_end_id="INCBN0101", iban=IBAN_K1),
        known("other", 62_50, to=AGENCY, end_to_end_id="INCBN0102", iban=IBAN_K1),
    )
    outcome = matched(
        "", -62_50, to=AGENCY, end_to_end_id="INCBN0101", by=IBAN_K1, is_return=True, return_code="MS03", book=book
    )
    assert outcome.is_certain
    assert (outcome.matches[0].takes_back, outcome.reason, outcome.allocations) == ("debit", Reason.RETURNED, ())


def test_a_returned_debit_is_found_by_its_mandate() -> None:
    book = returning(known("debit", 62_50, to=AGENCY, mandate_id="M-Z017"), known("less", 50_00, mandate_id="M-Z017"))
    outcome = matched("", -62_50, to=AGENCY, mandate_id="m z017", is_return=True, book=book)
    assert (outcome.is_certain, outcome.matches[0].takes_back) == (True, "debit")


def test_two_debits_of_one_mandate_and_amount_are_for_staff_the_latest_first() -> None:
    book = returning(
        known("september", 62_50, mandate_id="M1", booked=TODAY - dt.timedelta(days=40)),
        known("october", 62_50, mandate_id="M1", booked=TODAY - dt.timedelta(days=10)),
    )
    outcome = matched("", -62_50, mandate_id="M1", is_return=True, book=book)
    assert [each.takes_back for each in outcome.matches] == ["october", "september"]
    assert {each.certainty for each in outcome.matches} == {Certainty.POSSIBLE}


def test_an_account_and_an_amount_make_a_return_likely() -> None:
    outcome = matched("", -360_00, by=IBAN_K1, is_return=True, book=returning(known("paid", 360_00, iban=IBAN_K1)))
    assert (outcome.matches[0].certainty, outcome.matches[0].takes_back) == (Certainty.LIKELY, "paid")


def test_a_refund_that_the_bank_sends_back_is_a_return_as_well() -> None:
    book = returning(known("refund", -60_00, end_to_end_id="R1", iban=IBAN_K1))
    outcome = matched("", 60_00, end_to_end_id="R1", is_return=True, book=book)
    assert (outcome.is_certain, outcome.matches[0].takes_back) == (True, "refund")


def test_a_return_of_something_else_is_work() -> None:
    book = returning(
        known("later", 360_00, iban=IBAN_K1, booked=TODAY + dt.timedelta(days=1)),
        known("long ago", 360_00, iban=IBAN_K1, booked=TODAY - dt.timedelta(days=500)),
        known("elsewhere", 360_00, iban=IBAN_K1, to="Z018"),
        known("other amount", 361_00, iban=IBAN_K1),
    )
    outcome = matched("Z017-2026-0001", -360_00, by=IBAN_K1, is_return=True, book=book)
    assert (outcome.matches, outcome.reason) == ((), Reason.NOTHING_TO_RETURN)


CREDIT = invoice("Z017-2026-0020", K1, -60_00)


def test_a_credit_balance_that_is_paid_out_to_its_debtor_is_certain() -> None:
    book = book_of([*INVOICES, CREDIT])
    for text in ("", "terugbetaling", "Z017-2026-0020"):
        outcome = matched(text, -60_00, by=IBAN_K1, book=book)
        assert [(each.number, each.amount) for each in outcome.allocations] == [(CREDIT.number, -60_00)]
        assert outcome.reason is Reason.REFUND


def test_a_refund_to_another_account_is_proposed_when_it_names_the_credit() -> None:
    book = book_of([*INVOICES, CREDIT])
    for iban in (STRANGER, IBAN_K2):
        outcome = matched("creditnota Z017-2026-0020", -60_00, by=iban, book=book)
        assert (outcome.is_proposed, outcome.matches[0].allocations[0].number) == (True, CREDIT.number)
    assert matched("", -60_00, by=STRANGER, book=book).reason is Reason.OUTGOING


def test_two_credit_balances_of_the_same_amount_are_told_apart_by_their_number() -> None:
    book = book_of([CREDIT, invoice("Z017-2026-0021", K1, -60_00)])
    assert len(matched("", -60_00, by=IBAN_K1, book=book).matches) == 2
    assert matched("Z017-2026-0021", -60_00, by=IBAN_K1, book=book).allocations[0].number == "Z017-2026-0021"


def test_what_was_paid_too_much_and_goes_back() -> None:
    book = returning(known("too much", 365_00, iban=IBAN_K1, unallocated=5_00))
    outcome = matched("teveel betaald", -5_00, by=IBAN_K1, book=book)
    assert (outcome.reason, outcome.matches[0].takes_back) == (Reason.REFUND_OF_REST, "too much")
    assert outcome.matches[0].certainty is Certainty.LIKELY


def test_other_spending_is_not_about_invoices() -> None:
    outcome = matched("Albert Heijn 1409 PAS 012", -23_40)
    assert (outcome.matches, outcome.reason) == ((), Reason.OUTGOING)
    assert matched("Z017-2026-0001", -360_00, by=IBAN_K1).reason is Reason.OUTGOING
