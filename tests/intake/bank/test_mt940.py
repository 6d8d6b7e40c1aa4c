"""MT940: its fields, and the ways in which Dutch banks fill :86:."""

import datetime as dt

import pytest

from intake.bank.a_day import DE_VRIES, OPENING, OWN, booking, entries, mt940, mt940_ing, read
from selfbill.intake.bank.misread import BankFileRefused
from selfbill.intake.bank.statement import Entry


def one(text: str, first: str = "2605140514C1,00NTRFEREF//0001") -> Entry:
    """The entry with this :86:."""
    closing = OPENING + (100 if "C1,00" in first else -100)
    (entry,) = entries(mt940([(first, text)], closing=closing))
    return entry


def refusal(content: str) -> tuple[int, str, str]:
    with pytest.raises(BankFileRefused) as refused:
        read(content)
    error = refused.value.error
    return error.line, error.column, error.code


@pytest.mark.parametrize(
    ("written", "amount", "is_return"),
    [
        ("2605140514C1,00NTRF", 100, False),
        ("2605140514D1,00NTRF", -100, False),
        ("2605140514RC1,00NTRF", -100, True),
        ("2605140514RD1,00NTRF", 100, True),
        ("2605140514CR1,00NTRF", 100, False),
        ("260514C1,NTRF", 100, False),
        ("2605140514C000000000001,00N541EREF", 100, False),
        ("2605140514D1,00NRTIEREF", -100, True),
    ],
)
def test_directions(written: str, amount: int, is_return: object) -> None:
    (entry,) = entries(mt940([(written, "tekst")], closing=OPENING + amount))
    assert (entry.amount, entry.is_return) == (amount, is_return)


@pytest.mark.parametrize(
    ("written", "booked"),
    [
        ("2512310102C1,00NTRF", dt.date(2026, 1, 2)),
        ("2601021231C1,00NTRF", dt.date(2025, 12, 31)),
        ("2605140514C1,00NTRF", dt.date(2026, 5, 14)),
        ("260514C1,00NTRF", dt.date(2026, 5, 14)),
        ("2403010229C1,00NTRF", dt.date(2024, 2, 29)),
    ],
)
def test_the_entry_date_takes_the_year_that_brings_it_nearest(written: str, booked: dt.date) -> None:
    assert one("tekst", written).booked == booked


@pytest.mark.parametrize(
    "written",
    [
        "2605140514X1,00NTRF",
        "C1,00",
        "",
        "2605140514C",
        "2605140514C1,005NTRF",
        "2605140514C1.000,00NTRF",
        "2613140514C1,00NTRF",
    ],
)
def test_what_is_no_booking_is_refused_with_its_line(written: str) -> None:
    line, tag, code = refusal(mt940([(written, "tekst")], closing=OPENING + 100))
    assert (line, tag) == (5, ":61:")
    assert code in {"not_a_booking", "not_cents", "not_a_day"}


def test_codes_between_slashes_of_ing() -> None:
    entry = one(
        "/RTRN/MS03/Reden niet bekend//EREF/E-1//MARF/MND-1//CSID/NL32ZZZ999999991234//CNTP/"
        f"{DE_VRIES}/ABNANL2A/J. Janssen/AMSTERDAM//REMI/USTD//Factuur 1/2 van mei//ULTD//NAME/Moeder//PURP/OTHR/",
        "2605140514D1,00NDDTEREF//0009\n/TRCD/01016/",
    )
    assert (entry.name, entry.iban, entry.text) == ("J. Janssen", DE_VRIES, "Factuur 1/2 van mei")
    assert (entry.end_to_end_id, entry.mandate_id, entry.creditor_id) == ("E-1", "MND-1", "NL32ZZZ999999991234")
    assert (entry.return_code, entry.return_text, entry.ultimate_debtor) == ("MS03", "Reden niet bekend", "Moeder")
    assert (entry.code, entry.bank_reference) == ("NDDT/01016", "0009")


def test_what_looks_like_a_code_in_the_text_is_text() -> None:
    entry = one(f"/TRTP/SEPA OVERBOEKING/IBAN/{DE_VRIES}/NAME/Vries/REMI/Zie /ID/7 en /INV/8/EREF/E-2")
    assert (entry.name, entry.text, entry.end_to_end_id) == ("Vries", "Zie /ID/7 en /INV/8", "E-2")


def test_columns_of_abn_amro() -> None:
    columns = ["SEPA OVERBOEKING", f"IBAN: {DE_VRIES}", "BIC: ABNANL2A", "NAAM: J DE VRIES EO"]
    columns += ["OMSCHRIJVING: FACTUUR Z017-2026-", "0001 EN Z017-2026-0002", "KENMERK: E-3"]
    assert len(columns[4]) == 32
    entry = one("".join(f"{part:<{33 if at % 2 == 0 else 32}}" for at, part in enumerate(columns)))
    assert (entry.name, entry.iban, entry.end_to_end_id) == ("J DE VRIES EO", DE_VRIES, "E-3")
    assert entry.text == "FACTUUR Z017-2026-0001 EN Z017-2026-0002"


def test_plain_text_stays_as_it_is() -> None:
    text = "BEA   NR:XXX1234   21.05.26/12.54 DIRCKIII FIL2500 KATWIJK,PAS999"
    assert one(text).text == " ".join(text.split())


def test_text_is_joined_as_it_was_broken() -> None:
    long = "/REMI/" + "Factuur Z017-2026-0001 " * 5 + "einde"
    assert one(long).text == " ".join(("Factuur Z017-2026-0001 " * 5 + "einde").split())


def test_several_pages() -> None:
    first = mt940([(booking(100), "een")], closing=OPENING + 100, number="7/1").replace(":62F:", ":62M:")
    second = mt940([(booking(100), "een")], closing=OPENING + 200, number="7/2")
    second = second.replace(":60F:C260513EUR1000,00", ":60M:C260514EUR1001,00")
    pages = read(first + second)
    assert [(page.sequence, page.page, page.total) for page in pages] == [(7, 1, 100), (7, 2, 100)]
    assert pages[0].entries[0].identity != pages[1].entries[0].identity


@pytest.mark.parametrize(
    ("written", "account", "odd"),
    [
        (OWN, OWN, []),
        (f"{OWN}EUR", OWN, []),
        (f"{OWN[:8]} {OWN[8:]} EUR", OWN, []),
        ("INGBNL2A/1234567", OWN, ["account_completed"]),
        ("1234567", "1234567", ["not_an_iban_account"]),
    ],
)
def test_accounts(written: str, account: str, odd: list[str]) -> None:
    (statement,) = read(mt940([], closing=OPENING, account=written))
    assert statement.account == account
    assert [oddity.code for oddity in statement.oddities] == odd


@pytest.mark.parametrize("written", ["", "  ", "INGBNL2A/", "9" * 35])
def test_without_an_account_nothing_is_read(written: str) -> None:
    assert refusal(mt940([], closing=OPENING, account=written)) == (2, ":25:", "missing_part")


def test_the_bank_of_an_old_account_number_stands_in_the_header() -> None:
    (statement,) = read(
        "{1:F01INGBNL2AXXXX00001}{2:I940INGBNL2AXXXN}{4:\n" + mt940([], closing=OPENING, account="0001234567")
    )
    assert statement.account == OWN


def test_what_stands_around_a_statement_does_not_matter() -> None:
    around = "\x01{1:F01INGBNL2AXXXX00001}{4:\r\n" + mt940_ing().replace("\n", "\r\n") + "-}{5:}\r\n\x1a"
    (statement,) = read(around)
    assert [entry.identity for entry in statement.entries] == [entry.identity for entry in entries(mt940_ing())]


def test_a_file_that_was_cut_is_refused() -> None:
    whole = mt940_ing()
    assert refusal(whole[: whole.index(":62F:")]) == (1, ":20:", "missing_part")
    assert refusal(whole[: whole.index(":60F:")]) == (1, ":20:", "missing_part")
    assert refusal(
        whole[whole.index(":25:") :].replace("MT940", "")[:0] + "\n".join(whole.split("\n")[1:]) + whole
    ) == (
        1,
        "",
        "stray_line",
    )


def test_lines_that_belong_to_nothing_are_refused() -> None:
    stray = mt940([(booking(100), "")], closing=OPENING + 100)
    assert refusal(stray.replace(":61:", "los\n:61:")) == (5, "", "stray_line")
    assert refusal(stray + "nog iets, in kleine letters\n")[2] == "stray_line"
    assert refusal(stray.replace("-\n", f":61:{booking(100)}\n-\n"))[2] == "stray_field"
    assert refusal(stray.replace("-\n", ":60F:C260514EUR1,00\n-\n"))[2] == "stray_field"


def test_fields_that_are_not_known_are_said() -> None:
    (statement,) = read(mt940([], closing=OPENING).replace(":62F:", ":99Z:iets\n:62F:"))
    assert [oddity.code for oddity in statement.oddities] == ["unknown_field"]


def test_a_dash_within_the_text_is_text() -> None:
    content = mt940([(booking(100), "een")], closing=OPENING + 100).replace("een\n", "een\n-\ntwee\n")
    assert entries(content)[0].text == "een - twee"


@pytest.mark.parametrize("balance", ["C260514USD1001,00", "C260514EUR", "X260514EUR1001,00", "C269914EUR1001,00"])
def test_what_is_no_balance_in_euros_is_refused(balance: str) -> None:
    content = mt940([(booking(100), "")], closing=OPENING + 100).replace("C260514EUR1001,00", balance)
    assert refusal(content)[:2] == (6, ":62F:")


def test_a_debit_balance_is_negative() -> None:
    (statement,) = read(mt940([("2605140514D2000,00NTRF", "")], closing=-100_000))
    assert statement.closing is not None
    assert statement.closing.amount == -100_000
