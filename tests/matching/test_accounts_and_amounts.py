"""Entries that name no invoice: the account, the amount, the name, and what adds up."""

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.desk import (
    IBAN_K1,
    IBAN_K2,
    INVOICES,
    K1,
    K2,
    K3,
    allocated,
    book_of,
    first_proposed,
    invoice,
    known,
    matched,
)
from selfbill.matching.combining import MOST_SEARCHED, combined, is_sum_of_few, oldest_run
from selfbill.matching.naming import is_similar, one_off
from selfbill.matching.outcome import Certainty, Reason, Sign


@pytest.mark.parametrize("text", ["", "zorg oktober", "week 43 en 44", "dank u wel 02-11-2026", "tel 0612345678"])
def test_the_only_invoice_of_this_amount_from_a_known_account_is_certain(text: str) -> None:
    outcome = matched(text, 412_50, by=IBAN_K1)
    assert (allocated(outcome), outcome.reason) == ({"0002": 412_50}, Reason.IBAN_AMOUNT)


def test_twins_are_proposed_the_oldest_first() -> None:
    outcome = matched("", 500_00, by=IBAN_K2)
    assert [(each.certainty, each.allocations[0].number) for each in outcome.matches] == [
        (Certainty.LIKELY, "Z017-2026-0012"),
        (Certainty.POSSIBLE, "Z017-2026-0013"),
    ]


def test_one_invoice_as_high_as_two_others_together_is_only_likely() -> None:
    book = book_of([*INVOICES, invoice("Z017-2026-0030", K1, 612_50)])
    outcome = matched("", 612_50, by=IBAN_K1, book=book)
    assert (first_proposed(outcome), outcome.matches[0].signs[-1]) == ({"0030": 612_50}, Sign.OTHERS_FIT)


@pytest.mark.parametrize(
    ("amount", "paid", "reason"),
    [
        (972_50, {"0001": 360_00, "0002": 412_50, "0004": 200_00}, Reason.IBAN_ALL),
        (772_50, {"0001": 360_00, "0002": 412_50}, Reason.IBAN_OLDEST),
    ],
)
def test_all_or_the_oldest_that_add_up_in_one_way_only_are_certain(
    amount: int, paid: dict[str, int], reason: Reason
) -> None:
    outcome = matched("diverse facturen", amount, by=IBAN_K1)
    assert (allocated(outcome), outcome.reason) == (paid, reason)
    assert Sign.ONE_SUM_ONLY in outcome.matches[0].signs


def test_any_other_combination_is_likely_when_it_is_the_only_one() -> None:
    outcome = matched("", 560_00, by=IBAN_K1)
    assert (first_proposed(outcome), outcome.reason) == ({"0001": 360_00, "0004": 200_00}, Reason.IBAN_COMBINATION)
    assert outcome.matches[0].certainty is Certainty.LIKELY


def test_the_oldest_are_only_likely_when_others_add_up_as_well() -> None:
    same = [invoice(f"Z017-2026-{each:04}", K1, 100_00) for each in range(1, 6)]
    outcome = matched("", 300_00, by=IBAN_K1, book=book_of(same))
    assert first_proposed(outcome) == {"0001": 100_00, "0002": 100_00, "0003": 100_00}
    assert outcome.matches[0].certainty is Certainty.LIKELY
    assert matched("", 500_00, by=IBAN_K1, book=book_of(same)).is_certain, "all of them"


def test_of_too_many_invoices_to_look_at_every_sum_the_oldest_are_likely() -> None:
    many = [invoice(f"Z017-2026-{each:04}", K1, 10_000 + 7 * each * each) for each in range(1, 41)]
    twenty = sum(each.open for each in many[:20])
    outcome = matched("diverse facturen", twenty, by=IBAN_K1, book=book_of(many))
    assert len(outcome.matches[0].allocations) == 20
    assert outcome.matches[0].certainty is Certainty.LIKELY
    whole = matched("diverse facturen", sum(each.open for each in many), by=IBAN_K1, book=book_of(many))
    assert len(whole.allocations) == 40


def test_one_account_of_several_debtors_needs_one_invoice_of_that_amount_among_all() -> None:
    book = book_of()
    book.knows_account(IBAN_K1, K2)
    assert allocated(matched("", 412_50, by=IBAN_K1, book=book)) == {"0002": 412_50}
    assert matched("", 360_00, by=IBAN_K1, book=book).is_proposed
    assert not matched("", 772_50, by=IBAN_K1, book=book).is_certain
    assert matched("zorg De Linde", 412_50, by=IBAN_K1, book=book).is_proposed, "it names the other of them"
    assert matched("zorg mw de Jong", 412_50, by=IBAN_K1, book=book).is_certain


def test_the_same_amount_shortly_after_may_be_the_same_payment_twice() -> None:
    book = book_of()
    book.record(known("before", 412_50, iban=IBAN_K1))
    outcome = matched("", 412_50, by=IBAN_K1, book=book)
    assert outcome.is_proposed
    assert Sign.MAYBE_TWICE in outcome.matches[0].signs
    assert matched("Z017-2026-0002", 412_50, by=IBAN_K1, book=book).is_certain, "with the number it is not"
    later = matched("", 412_50, by=IBAN_K1, book=book, booked=dt.date(2026, 12, 1))
    assert later.is_certain


def test_an_invoice_is_not_paid_before_its_date_by_somebody_who_does_not_name_it() -> None:
    early = dt.date(2026, 9, 2)
    assert not matched("", 412_50, by=IBAN_K1, booked=early).is_certain
    assert matched("Z017-2026-0002", 412_50, by=IBAN_K1, booked=early).is_certain


def test_what_fits_nothing_is_proposed_for_the_oldest() -> None:
    outcome = matched("termijn", 50_00, by=IBAN_K1)
    assert (first_proposed(outcome), outcome.reason) == ({"0001": 50_00}, Reason.OLDEST_FIRST)
    assert outcome.matches[0].certainty is Certainty.POSSIBLE
    much = matched("", 5000_00, by=IBAN_K1)
    assert first_proposed(much) == {"0001": 360_00, "0002": 412_50, "0004": 200_00}
    assert much.matches[0].rest == 5000_00 - 972_50


def test_everything_less_the_credit_balance_is_likely() -> None:
    book = book_of([*INVOICES, invoice("Z017-2026-0020", K1, -60_00)])
    outcome = matched("", 912_50, by=IBAN_K1, book=book)
    assert (outcome.reason, outcome.matches[0].certainty) == (Reason.WITH_CREDIT, Certainty.LIKELY)
    assert sum(each.amount for each in outcome.matches[0].allocations) == 912_50


def test_a_name_makes_an_amount_likely_and_never_certain() -> None:
    outcome = matched("zorg moeder", 412_50, name="CELIK AYSE")
    assert (first_proposed(outcome), outcome.reason) == ({"0002": 412_50}, Reason.NAME_AMOUNT)
    assert outcome.matches[0].certainty is Certainty.LIKELY
    in_text = matched("voor mw de Jong", 412_50)
    assert in_text.matches[0].certainty is Certainty.LIKELY


def test_only_an_amount_is_possible_and_more_than_three_of_it_nothing() -> None:
    outcome = matched("", 360_00)
    assert [each.certainty for each in outcome.matches] == [Certainty.POSSIBLE] * 2
    many = [invoice(f"Z017-2026-{each:04}", K3, 360_00) for each in range(1, 6)]
    assert matched("", 360_00, book=book_of(many)).reason is Reason.NOTHING_FITS


@pytest.mark.parametrize(
    ("text", "amount"),
    [("Salaris oktober", 2143_17), ("ZORGTOESLAG 11-2026", 131_00), ("Tikkie etentje", 23_40)],
)
def test_what_is_not_about_invoices_is_work_for_staff(text: str, amount: int) -> None:
    outcome = matched(text, amount, name="BELASTINGDIENST")
    assert (outcome.matches, outcome.reason) == ((), Reason.NOTHING_FITS)


# Sums


@given(st.lists(st.integers(1, 40), max_size=11), st.integers(1, 200))
def test_every_sum_is_found_as_by_trying_them_all(opens: list[int], amount: int) -> None:
    every = sorted(
        places
        for count in range(1, len(opens) + 1)
        for places in combinations(range(len(opens)), count)
        if sum(opens[place] for place in places) == amount
    )
    assert combined(opens, amount, most=100_000) == every
    few = combined(opens, amount, most=2)
    assert few is not None
    assert len(few) == min(2, len(every))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.data())
def test_the_oldest_run(opens: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(1, len(opens)))
    assert oldest_run(opens, sum(opens[:count])) == count
    assert oldest_run(opens, sum(opens) + 1) == 0


def test_no_more_is_searched_than_can_be() -> None:
    assert combined([2] * (MOST_SEARCHED + 1), 3, most=2) is None
    assert combined([2] * MOST_SEARCHED + [9] * 100, 3, most=2) == []
    assert is_sum_of_few([5, 9, 7], 12)
    assert is_sum_of_few([5, 9, 7], 14)
    assert not is_sum_of_few([5, 9, 7], 9)


# Names


@pytest.mark.parametrize(
    ("debtor", "written", "similar"),
    [
        ("Mw. A.B. de Jong-Çelik", "CELIK AYSE", True),
        ("Mw. A.B. de Jong-Çelik", "Jong, A. de", True),
        ("Piet van 't Hof", "HOF P VAN T", True),
        ("Vermeulen, J.", "Hr J Vermeulem", True),
        ("Stichting De Linde", "STG LINDE DE", True),
        ("Woonzorg Oever BV", "Woonzorg Oever", True),
        ("Jan de Vries", "Jan de Groot", False),
        ("J. Bos", "J. Vos", False),
        ("", "J. Vos", False),
        ("Dhr. van der", "dhr van der", False),
    ],
)
def test_names_with_accents_order_titles_and_initials(debtor: str, written: str, *, similar: bool) -> None:
    assert is_similar(debtor, written) is similar


@given(st.text("0123", min_size=1, max_size=8), st.integers(0, 7), st.sampled_from("0123"))
def test_one_character_off_is_seen_from_both_sides(text: str, at: int, other: str) -> None:
    at = min(at, len(text) - 1)
    for changed in (text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + other + text[at:]):
        assert one_off(text, changed) is (text != changed)
        assert one_off(changed, text) is (text != changed)
    assert one_off("0012", "0021")
    assert not one_off("0012", "0101")
