"""The banks' CSV: headers by name, balances where there are any, rows in the order of time."""

import pytest

from intake.bank.a_day import (
    DE_VRIES,
    OPENING,
    OWN,
    PAYMENTS,
    csv_bunq,
    csv_ing,
    csv_knab,
    csv_rabobank,
    entries,
    read,
    tab_abn_amro,
    total,
)
from selfbill.intake.bank.misread import BankFileRefused
from selfbill.intake.bank.notation import csv_amount
from selfbill.intake.bank.reasons import NotCents

WITH_BALANCES = {"ING": csv_ing, "Rabobank": csv_rabobank, "ABN AMRO": tab_abn_amro}
WITHOUT = {"bunq": csv_bunq, "Knab": csv_knab}


def refusal(content: str) -> tuple[int, str, str]:
    with pytest.raises(BankFileRefused) as refused:
        read(content)
    error = refused.value.error
    return error.line, error.column, error.code


@pytest.mark.parametrize("bank", WITH_BALANCES)
def test_balances_are_checked_where_the_file_has_them(bank: str) -> None:
    (statement,) = read(WITH_BALANCES[bank]())
    assert statement.format == f"CSV {bank}"
    assert statement.opening is not None
    assert statement.closing is not None
    assert (statement.opening.amount, statement.closing.amount) == (OPENING, OPENING + total(PAYMENTS))


@pytest.mark.parametrize("bank", WITH_BALANCES)
def test_a_file_with_a_row_missing_is_refused(bank: str) -> None:
    lines = WITH_BALANCES[bank]().splitlines()
    del lines[-3]
    assert refusal("\n".join(lines))[2] == "does_not_add_up"


@pytest.mark.parametrize("bank", WITHOUT)
def test_without_balances_nothing_can_be_checked(bank: str) -> None:
    (statement,) = read(WITHOUT[bank]())
    assert statement.opening is None
    assert [oddity.code for oddity in statement.oddities] == ["not_to_be_checked"]


def test_rows_stand_in_the_order_of_time_whichever_way_the_bank_writes_them() -> None:
    header, *rows = csv_ing().splitlines()
    assert [entry.text for entry in entries("\n".join([header, *reversed(rows)]))] == [
        entry.text for entry in entries(csv_ing())
    ]
    first = entries(csv_ing())[0]
    assert (first.amount, first.text) == (12100, "Factuur Z017-2026-0001")


def test_rows_whose_balances_jump_within_a_sum_that_is_right_are_said() -> None:
    lines = csv_rabobank().splitlines()
    lines[2], lines[4] = lines[4], lines[2]
    (statement,) = read("\n".join(lines))
    assert [oddity.code for oddity in statement.oddities] == ["running_balance_jumps"]


def test_each_account_of_a_file_is_a_statement() -> None:
    two = tab_abn_amro() + tab_abn_amro(PAYMENTS[:2], account="417164301")
    assert [(each.account, len(each.entries)) for each in read(two)] == [(DE_VRIES, 5), ("NL64ABNA0417164301", 2)]
    assert [oddity.code for each in read(two) for oddity in each.oddities] == ["account_completed"] * 2


def test_english_headers() -> None:
    english = (
        '"Date";"Name / Description";"Account";"Counterparty";"Code";"Debit/credit";"Amount (EUR)";"Transaction type";'
        '"Notifications";"Resulting balance";"Tag"\n'
        f'"20260514";"J de Vries";"{OWN}";"{DE_VRIES}";"GT";"Credit";"1.250,00";"Online Banking";'
        f'"Name: J de Vries Description: Invoice 7 IBAN: {DE_VRIES} Reference: E-1 Value date: 14/05/2026";"2.250,00";""\n'
    )
    (entry,) = entries(english)
    assert (entry.amount, entry.text, entry.end_to_end_id) == (125000, "Invoice 7", "E-1")


def test_a_label_within_the_text_stays_in_the_text() -> None:
    content = csv_ing(PAYMENTS[:1]).replace("Factuur Z017-2026-0001", "Kenmerk: Z017-2026-0001 van mei")
    (entry,) = entries(content)
    assert (entry.text, entry.end_to_end_id) == ("Kenmerk: Z017-2026-0001 van mei", "E2E-1")


def test_a_header_may_have_more_columns_in_any_order() -> None:
    (entry,) = entries(
        "Extra;Description;Name;Counterparty;Account;Amount;Date\n"
        f"x;Factuur 7;A;{DE_VRIES};{OWN};-1.034,75;2026-05-14\n"
    )
    assert (entry.amount, entry.text) == (-103475, "Factuur 7")


@pytest.mark.parametrize(
    ("change", "line", "column", "code"),
    [
        (('"121,00"', '"121,001"'), 6, "amount", "not_cents"),
        (('"121,00"', '""'), 6, "amount", "missing_part"),
        (('"20260514"', '"20261399"'), 2, "booked", "not_a_day"),
        (('"Bij"', '"Erbij"'), 3, "direction", "not_a_direction"),
        (('"Overschrijving"', '"Over"schrijving"'), 2, "", "stray_quote"),
        (('"Overschrijving";', ""), 2, "", "wrong_field_count"),
        (('"Af"', '"Af'), 2, "", "stray_quote"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(
    change: tuple[str, str], line: int, column: str, code: str
) -> None:
    assert refusal(csv_ing().replace(*change)) == (line, column, code)


def test_other_currencies_are_refused() -> None:
    assert refusal(csv_rabobank().replace('"EUR"', '"USD"', 1)) == (2, "currency", "not_euros")


def test_a_csv_of_something_else_is_refused() -> None:
    assert refusal("naam;adres\nJansen;Dorpsstraat\n") == (1, "", "not_a_bank_file")


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1234,5", 123450),
        ("+12,00", 1200),
        ("-0.01", -1),
        ("−5", -500),
        ("1.234.567,89", 123456789),
    ],
)
def test_amounts(written: str, cents: int) -> None:
    assert csv_amount(written) == cents


@pytest.mark.parametrize("written", ["1.234", "1,234", "12.34,56", "1e3", "--1", "", "1,2,3", "9" * 20])
def test_amounts_that_can_be_two_things_or_nothing_are_refused(written: str) -> None:
    with pytest.raises(NotCents):
        csv_amount(written)
