"""Entries that name an invoice: what is certain, what is only proposed, and what is work for staff."""

import pytest

from matching.desk import (
    ANNA,
    BERT,
    IBAN_K1,
    IBAN_K2,
    IBAN_K3,
    INVOICES,
    K1,
    K2,
    KENMERK,
    allocated,
    book_of,
    first_proposed,
    invoice,
    known,
    matched,
    payment,
)
from selfbill.identifiers import rf_reference
from selfbill.matching.book import Book
from selfbill.matching.facts import AGENCY
from selfbill.matching.matching import match
from selfbill.matching.outcome import Certainty, Reason, Sign

RF_1, RF_5, RF_BERT = (rf_reference(number) for number in ("Z017-2026-0001", "Z017-2026-0005", "Z018-2026-0007"))
RF_2 = rf_reference("Z017-2026-0002")
GROUPED = " ".join(RF_2[at : at + 4] for at in range(0, len(RF_2), 4))


# Certain


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (RF_2, Reason.REFERENCE),
        (RF_2.lower(), Reason.REFERENCE),
        (GROUPED, Reason.REFERENCE),
        (f"kenmerk {GROUPED} zorg oktober", Reason.REFERENCE),
        (f"{RF_2} Z017-2026-0002", Reason.REFERENCE),
        ("Z017-2026-0002", Reason.NUMBER),
        ("factuur z017 2026 0002 week 40", Reason.NUMBER),
        ("Z17-2026-2", Reason.NUMBER),
        ("Z017-0002", Reason.NUMBER),
        ("Z017-2026-00 02", Reason.NUMBER),
    ],
)
def test_what_names_one_invoice_with_its_prefix_and_pays_it_exactly_is_certain_from_any_account(
    text: str, reason: Reason
) -> None:
    outcome = matched(text, 412_50)
    assert (allocated(outcome), outcome.rest, outcome.reason) == ({"0002": 412_50}, 0, reason)


def test_the_field_of_the_bank_is_read_like_the_text() -> None:
    assert allocated(matched("", 412_50, reference=RF_2)) == {"0002": 412_50}
    assert allocated(matched("", 412_50, end_to_end_id="Z017-2026-0002")) == {"0002": 412_50}


def test_a_betalingskenmerk_and_our_own_end_to_end_id() -> None:
    by_reference = matched("5000 0567 8901 2345", 62_50, to=AGENCY)
    assert (allocated(by_reference), by_reference.reason) == ({"0101": 62_50}, Reason.REFERENCE)
    by_id = matched("", 62_50, to=AGENCY, end_to_end_id="INCBN0101")
    assert (allocated(by_id), by_id.reason, by_id.matches[0].text) == ({"0101": 62_50}, Reason.END_TO_END, "INCBN0101")
    assert not matched(f"{KENMERK[:-1]}6", 62_50, to=AGENCY).is_certain


@pytest.mark.parametrize(
    ("text", "amount", "paid"),
    [
        ("Z017-2026-0001 en Z017-2026-0002", 772_50, {"0001": 360_00, "0002": 412_50}),
        ("Z017-2026-0001, 0002 en 0004", 972_50, {"0001": 360_00, "0002": 412_50, "0004": 200_00}),
        ("Z017-2026-0001 t/m 0003", 1132_50, {"0001": 360_00, "0002": 412_50, "0003": 360_00}),
        ("facturen 1, 2 en 4", 972_50, {"0001": 360_00, "0002": 412_50, "0004": 200_00}),
    ],
)
def test_several_numbers_that_add_up_are_certain(text: str, amount: int, paid: dict[str, int]) -> None:
    outcome = matched(text, amount, by=IBAN_K1 if "0003" not in text else "")
    assert (allocated(outcome), outcome.reason) == (paid, Reason.NUMBERS)


def test_who_names_first_and_last_of_his_own_does_not_pay_what_others_have_in_between() -> None:
    assert allocated(matched("Z017-2026-0001 t/m 0004", 972_50, by=IBAN_K1)) == {
        "0001": 360_00,
        "0002": 412_50,
        "0004": 200_00,
    }


@pytest.mark.parametrize("text", ["factuur 12", "2026-0012", "0012", "Z017-2026-0012"])
def test_a_number_tells_twins_apart(text: str) -> None:
    outcome = matched(text, 500_00, by=IBAN_K2)
    assert outcome.is_certain is (text != "0012"), "four digits anywhere are not enough between twins"
    assert outcome.matches[0].allocations[0].number == "Z017-2026-0012"


def test_a_part_is_certain_when_the_whole_number_comes_from_the_debtors_account_and_nothing_else_fits() -> None:
    outcome = matched("Z017-2026-0001 aanbetaling", 100_00, by=IBAN_K1)
    assert (allocated(outcome), outcome.rest) == ({"0001": 100_00}, 0)
    assert Sign.AMOUNT_LESS in outcome.matches[0].signs
    assert allocated(matched(RF_1, 100_00)) == {"0001": 100_00}, "check digits rule out that it was mistyped"


def test_too_much_pays_what_is_open_and_the_rest_stays() -> None:
    outcome = matched("Z017-2026-0001", 365_00, by=IBAN_K1)
    assert (allocated(outcome), outcome.rest) == ({"0001": 360_00}, 5_00)
    rest = matched("Z017-2026-0014", 300_50, by=IBAN_K3)
    assert (allocated(rest), rest.rest) == ({"0014": 150_25}, 150_25), "the whole invoice paid again"


def test_of_a_list_what_was_paid_before_is_left_out() -> None:
    outcome = matched("Z017-2026-0001, Z017-2026-0006", 360_00, by=IBAN_K1)
    assert allocated(outcome) == {"0001": 360_00}
    again = matched("Z017-2026-0001, Z017-2026-0006", 693_00, by=IBAN_K1)
    assert (allocated(again), again.rest) == ({"0001": 360_00}, 333_00)


# Only proposed


@pytest.mark.parametrize(
    ("text", "amount", "by", "proposal"),
    [
        ("Z017-2026-0001", 100_00, "", {"0001": 100_00}),
        ("Z017-2026-0001", 365_00, "", {"0001": 360_00}),
        ("2026-0001", 360_00, "", {"0001": 360_00}),
        ("factuur 1", 360_00, "", {"0001": 360_00}),
        ("AZ017-2026-0001", 360_00, "", {"0001": 360_00}),
        ("RF32Z01720260001", 360_00, "", {"0001": 360_00}),
        ("Z017-2026-0003", 412_50, IBAN_K1, {"0002": 412_50}),
        ("Z017-2026-0003", 360_00, IBAN_K1, {"0003": 360_00}),
        ("Z017-2026-0001", 412_50, IBAN_K1, {"0002": 412_50}),
        ("Z017-2026-0001", 560_00, IBAN_K1, {"0001": 360_00, "0004": 200_00}),
        ("Z017-2026-0001 en Z017-2026-0002", 360_00, IBAN_K1, {"0001": 360_00}),
        ("Z017-2026-0001 en Z017-2026-0002", 700_00, IBAN_K1, {"0001": 360_00, "0002": 340_00}),
        ("Z017-2026-0012 0013", 500_00, IBAN_K2, {"0012": 500_00}),
        ("Z017-2026-001", 500_00, IBAN_K2, {"0012": 500_00}),
        ("Z017-2026-0001 en Z017-2026-0099", 360_00, IBAN_K1, {"0001": 360_00}),
    ],
    ids=[
        "a part from an unknown account",
        "too much from an unknown account",
        "no prefix from an unknown account",
        "sequence only from an unknown account",
        "a longer prefix",
        "wrong check digits",
        "mistyped into another debtor's invoice",
        "another debtor's, while an own one fits as well",
        "the amount of another invoice of his",
        "with another it adds up",
        "only one of the two was paid",
        "less than the two",
        "twins of which one was paid",
        "cut between twins",
        "one of them does not exist",
    ],
)
def test_what_contradicts_itself_is_proposed(text: str, amount: int, by: str, proposal: dict[str, int]) -> None:
    outcome = matched(text, amount, by=by)
    assert first_proposed(outcome) == proposal
    assert outcome.matches[0].certainty is not Certainty.CERTAIN


def test_the_name_of_another_whom_the_amount_fits_takes_the_certainty_away() -> None:
    book = book_of([*INVOICES, invoice("Z017-2026-0044", K2, 412_50)])
    assert matched("Z017-2026-0002", 412_50, name="Stichting De Linde", book=book).is_proposed
    assert matched("Z017-2026-0002", 412_50, name="Wie dan ook", book=book).is_certain


def test_a_number_split_by_a_space_among_words_names_what_is_paid_or_still_to_come_and_nothing_near_it() -> None:
    assert not matched("Z017-2026-00 05 dagen", 200_00, by=IBAN_K1).is_certain
    assert not matched("Z017-2026-00 14 dagen", 200_00, by=IBAN_K1).is_certain
    assert allocated(matched("Z017-2026-00 04 dagen", 200_00, by=IBAN_K1)) == {"0004": 200_00}


def test_too_much_is_not_certain_when_another_with_that_name_owes_exactly_this() -> None:
    assert matched("Z017-2026-0001 De Linde", 500_00, by=IBAN_K1).is_proposed


def test_from_the_account_of_another_debtor_only_check_digits_make_it_certain() -> None:
    assert allocated(matched(rf_reference("Z017-2026-0002"), 412_50, by=IBAN_K2)) == {"0002": 412_50}
    assert matched("Z017-2026-0002", 412_50, by=IBAN_K2).is_proposed


def test_from_an_unknown_account_a_number_is_not_certain_when_the_one_beside_it_is_as_high() -> None:
    book = book_of([*INVOICES, invoice("Z017-2026-0022", K2, 412_50)])
    assert matched("Z017-2026-0002", 412_50, book=book).is_proposed
    assert matched(rf_reference("Z017-2026-0002"), 412_50, book=book).is_certain
    assert matched("Z017-2026-0002", 412_50, by=IBAN_K1, book=book).is_certain


def test_one_account_of_several_debtors_leaves_parts_to_staff() -> None:
    book = book_of()
    book.knows_account(IBAN_K1, K2)
    assert matched("Z017-2026-0001", 100_00, by=IBAN_K1, book=book).is_proposed
    assert matched("Z017-2026-0001 De Linde", 360_00, by=IBAN_K1, book=book).is_proposed, "it names the other of them"
    assert matched("Z017-2026-0001 Çelik", 360_00, by=IBAN_K1, book=book).is_certain


def test_a_list_that_may_be_cut_is_not_certain_while_what_was_cut_may_be_as_high() -> None:
    same = [invoice(f"Z017-2026-{each:04}", K1, 100_00) for each in range(1, 12)]
    text = ", ".join(each.number for each in same[:8])
    assert matched(text, 800_00, by=IBAN_K1, book=book_of(same)).is_certain
    longer = f"{'zorg aan huis':25}{text}"[:140]
    assert matched(longer, 700_00, by=IBAN_K1, book=book_of(same)).is_proposed


def test_less_a_credit_note_is_for_staff_to_set_off() -> None:
    book = book_of([*INVOICES, invoice("Z017-2026-0020", K1, -60_00)])
    outcome = matched("Z017-2026-0001 min Z017-2026-0020", 300_00, by=IBAN_K1, book=book)
    assert first_proposed(outcome) == {"0001": 360_00, "0020": -60_00}


# Not ours to allocate


def test_an_invoice_that_is_paid_is_never_paid_by_something_else() -> None:
    twice = matched("Z017-2026-0005", 275_00, by=IBAN_K3)
    assert (twice.matches, twice.reason, twice.text) == ((), Reason.ALREADY_PAID, "Z017-2026-0005")
    assert matched(RF_5, 275_00, by=IBAN_K3).reason is Reason.ALREADY_PAID
    old = matched("Z017-2026-0006", 360_00, by=IBAN_K1)
    assert (old.reason, first_proposed(old)) == (Reason.ALREADY_PAID, {"0001": 360_00})
    assert old.matches[0].certainty is Certainty.POSSIBLE


def test_an_invoice_that_is_still_to_be_made() -> None:
    outcome = matched("Z017-2026-0015", 275_00, by=IBAN_K3)
    assert (outcome.is_certain, outcome.reason, outcome.text) == (False, Reason.NOT_ISSUED_YET, "Z017-2026-0015")
    fits = matched("Z017-2026-0015", 360_00, by=IBAN_K1)
    assert (fits.reason, fits.is_proposed) == (Reason.NOT_ISSUED_YET, True)


def test_the_invoice_of_another_freelancer_is_never_paid_from_this_account() -> None:
    for text in ("Z018-2026-0007", RF_BERT, "z01820260007"):
        outcome = matched(text, 999_99)
        assert (outcome.matches, outcome.reason) == ((), Reason.OTHER_CREDITOR), text
    assert matched("Z018-2026-0001", 360_00, by=IBAN_K1).is_proposed, "an invoice of hers is as high"
    assert allocated(matched("Z018-2026-0007", 999_99, to=BERT)) == {"0007": 999_99}


def test_creditors_whose_numbers_are_much_alike_are_not_mixed_up() -> None:
    book = book_of(
        [
            invoice("Z017-2026-0001", K1, 360_00),
            invoice("Z17-2026-0001", K2, 360_00, creditor="Z17"),
            invoice("ZO17-2026-0001", K2, 360_00, creditor="ZO17"),
        ]
    )
    short = matched("Z17-2026-0001", 360_00, book=book)
    assert short.is_proposed, "that is the number of another freelancer"
    for number in ("Z017-2026-0001", "ZO17-2026-0001"):
        assert matched(number, 360_00, book=book).is_proposed, "a letter O or a zero"
        assert matched(number, 360_00, by=IBAN_K1, book=book).is_certain
    assert matched(RF_1, 360_00, by=IBAN_K1, book=book).is_certain


def test_a_mistyped_number_does_not_hide_the_invoice_that_account_and_amount_point_to() -> None:
    outcome = matched("Z017-2026-0051", 360_00, by=IBAN_K1)
    assert (allocated(outcome), outcome.reason) == ({"0001": 360_00}, Reason.NUMBER_ALMOST)
    assert matched("Z017-2026-0077", 360_00, by=IBAN_K1).is_proposed, "two digits off is another number"
    assert matched("Z017-2026-0051", 412_50).is_proposed, "an unknown account"


@pytest.mark.parametrize("text", ["INV-2026-3177", "F746607", "RF293019369378", "20260055512", "9876543210"])
def test_the_number_of_another_supplier_does_not_hide_it_either(text: str) -> None:
    outcome = matched(text, 412_50, by=IBAN_K1)
    assert (allocated(outcome), outcome.reason) == ({"0002": 412_50}, Reason.IBAN_AMOUNT)


def test_a_payment_that_was_taken_in_before_changes_what_the_next_can_pay() -> None:
    book = book_of()
    entry = payment("Z017-2026-0001", 360_00, by=IBAN_K1)
    (paid,) = match(book, entry).allocations
    book.pay(paid.number, paid.amount)
    book.record(known("first", 360_00, iban=IBAN_K1))
    again = match(book, entry)
    assert (again.matches, again.reason) == ((), Reason.ALREADY_PAID)
    book.pay(paid.number, type(paid.amount)(-paid.amount))
    assert match(book, entry).is_certain, "taken back, it is open again"


def test_nothing_is_owed_on_this_account() -> None:
    assert matched("Z017-2026-0001", 360_00, to="Z999").reason is Reason.NOTHING_OWED
    assert match(Book(), payment("", 1_00)).reason is Reason.NOTHING_OWED
    assert matched("Z017-2026-0001", 0).reason is Reason.NOTHING_OWED


def test_the_reason_is_said_in_both_languages() -> None:
    outcome = matched("zorg Z017-2026-0001", 360_00, to=ANNA)
    assert outcome.sentence() == "Het factuurnummer is genoemd: Z017-2026-0001."
    assert outcome.matches[0].sentence("en") == "The invoice number is named: Z017-2026-0001."
    assert [sign.words("nl") for sign in outcome.matches[0].signs] == [
        "de rekening is onbekend",
        "het bedrag is precies wat openstaat",
    ]
