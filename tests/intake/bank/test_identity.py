"""The same booking has the same identity wherever it stands; two bookings have two."""

import pytest

from intake.bank.a_day import (
    DE_VRIES,
    FORMATS,
    OPENING,
    OWN,
    PAYMENTS,
    Payment,
    camt,
    camt_entry,
    camt_statement,
    document,
    entries,
    mt940,
    mt940_ing,
    read,
)
from selfbill.intake.bank.oddities import SameStatementAgain


def identities(content: str) -> list[str]:
    return [entry.identity for entry in entries(content)]


@pytest.mark.parametrize("name", FORMATS)
def test_a_day_has_the_same_identities_in_every_format(name: str) -> None:
    assert identities(FORMATS[name](PAYMENTS)) == identities(camt())


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_read_again_has_the_same_identities(name: str) -> None:
    assert len(set(identities(FORMATS[name](PAYMENTS)))) == len(PAYMENTS)
    assert identities(FORMATS[name](PAYMENTS)) == identities(FORMATS[name](PAYMENTS))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_who_paid_how_much_for_what(name: str) -> None:
    for payment, entry in zip(PAYMENTS, entries(FORMATS[name](PAYMENTS)), strict=True):
        assert (entry.amount, entry.iban, entry.name) == (payment.amount, payment.iban, payment.name)
        assert entry.booked.isoformat() == "2026-05-14"
        assert (payment.text or payment.reference) in (entry.text, entry.reference)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"CSV bunq", "CSV Knab"}])
def test_nearly_every_format_tells_the_end_to_end_id(name: str) -> None:
    found = [entry.end_to_end_id for entry in entries(FORMATS[name](PAYMENTS))]
    assert found == ["E2E-1", "", "", "4711", "P-7"]


@pytest.mark.parametrize("name", ["camt.053.001.02", "camt.053.001.08", "MT940 ING", "MT940 ABN AMRO"])
def test_a_returned_direct_debit_keeps_its_mandate_and_its_reason(name: str) -> None:
    returned = entries(FORMATS[name](PAYMENTS))[-1]
    assert returned.is_return
    assert (returned.return_code, returned.mandate_id) == ("MS03", "MND-7")
    assert returned.creditor_id == "NL32ZZZ999999991234"


@pytest.mark.parametrize("name", [name for name in FORMATS if name.startswith(("camt", "MT940"))])
def test_a_payment_reference_has_an_issuer(name: str) -> None:
    paid = entries(FORMATS[name](PAYMENTS))[3]
    assert (paid.reference, paid.reference_issuer, paid.text) == ("5000056789012345", "CUR", "")


def test_two_payments_that_are_equal_in_everything_are_two() -> None:
    twice = (PAYMENTS[0], PAYMENTS[0])
    assert len(set(identities(camt(twice)))) == 2
    assert identities(camt(twice)) == identities(mt940_ing(twice))
    assert identities(camt(twice))[0] == identities(camt())[0]


def test_only_the_digits_of_the_text_count() -> None:
    written = Payment(amount=100, name="A", iban=DE_VRIES, text="Factuur Z017-2026-0001, één keer")
    cut = Payment(amount=100, name="A B", iban=DE_VRIES, text="FACTUUR Z017 2026 0001 ?n keer")
    other = Payment(amount=100, name="A", iban=DE_VRIES, text="Factuur Z017-2026-0002, één keer")
    assert identities(camt((written,))) == identities(mt940_ing((cut,)))
    assert identities(camt((written,))) != identities(camt((other,)))


def test_a_statement_that_stands_in_the_file_twice_counts_once() -> None:
    statement = camt_statement(camt_entry(100), closing=OPENING + 100)
    (kept,) = read(document(statement + statement))
    assert len(kept.entries) == 1
    assert any(isinstance(oddity.reason, SameStatementAgain) for oddity in kept.oddities)


def test_a_batch_is_one_booking_in_mt940_and_differs_from_its_parts() -> None:
    whole = entries(
        mt940([("2605140514C20,00NTRFPREF//1", "/PREF/M1//REMI/USTD//TOTAAL 2 POSTEN/")], closing=OPENING + 2000)
    )
    parts = (Payment(amount=1000, name="A", iban=DE_VRIES), Payment(amount=1000, name="B", iban=OWN))
    assert not {entry.identity for entry in whole} & set(identities(camt(parts)))
