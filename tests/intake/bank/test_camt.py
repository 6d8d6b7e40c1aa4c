"""camt as real banks write it: read what is there, say what is odd, leave out what is not booked."""

import datetime as dt

import pytest

from intake.bank.a_day import (
    BAKKER,
    DE_VRIES,
    OPENING,
    OWN,
    PAYMENTS,
    Payment,
    balance,
    camt,
    camt_details,
    camt_entry,
    camt_statement,
    document,
    entries,
    figure,
    read,
)
from selfbill.identifiers import dutch_iban
from selfbill.intake.bank.misread import BankFileRefused
from selfbill.intake.bank.statement import Entry, Statement

PARTS = (
    Payment(amount=1000, name="A", iban=DE_VRIES, text="een"),
    Payment(amount=2500, name="B", iban=BAKKER, text="twee"),
)


def one(body: str, *, closing: int, version: str = "02", opening: int = OPENING) -> Statement:
    (statement,) = read(document(camt_statement(body, closing=closing, opening=opening), version=version))
    return statement


def codes(statement: Statement) -> list[str]:
    return [oddity.code for oddity in statement.oddities]


def refusal(content: str) -> tuple[str, str]:
    """Where in the file, and why."""
    with pytest.raises(BankFileRefused) as refused:
        read(content)
    return refused.value.error.column.rpartition("Stmt[1]/")[2], refused.value.error.code


def batch(amounts: list[str], whole: int = 3500, version: str = "02") -> str:
    details = "".join(
        camt_details(part, amount=amount, version=version) for part, amount in zip(PARTS, amounts, strict=True)
    )
    return camt_entry(whole, f"<Btch><PmtInfId>LOT-1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>{details}", version=version)


def deep(cents: int) -> str:
    return f'<AmtDtls><TxAmt><Amt Ccy="EUR">{figure(cents)}</Amt></TxAmt></AmtDtls>'


def own(cents: int) -> str:
    return f'<Amt Ccy="EUR">{figure(cents)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'


def places(found: tuple[Entry, ...]) -> list[tuple[int, int, str, int, int, int]]:
    return [
        (entry.amount, len(found), entry.batch.id, entry.batch.place, entry.batch.of, entry.batch.total)
        for entry in found
        if entry.batch is not None
    ]


@pytest.mark.parametrize(("version", "amounts"), [("02", [deep(1000), deep(2500)]), ("08", [own(1000), own(2500)])])
def test_a_batch_that_adds_up_is_read_payment_by_payment(version: str, amounts: list[str]) -> None:
    found = one(batch(amounts, version=version), closing=OPENING + 3500, version=version).entries
    assert places(found) == [(1000, 2, "LOT-1", 1, 2, 3500), (2500, 2, "LOT-1", 2, 2, 3500)]
    assert [entry.text for entry in found] == ["een", "twee"]


def test_a_payment_of_a_batch_may_go_the_other_way() -> None:
    back = own(2500).replace("CRDT", "DBIT")
    found = one(batch([own(6000), back], version="08"), closing=OPENING + 3500, version="08").entries
    assert [entry.amount for entry in found] == [6000, -2500]


def test_a_batch_that_does_not_add_up_is_read_as_one() -> None:
    statement = one(batch([deep(1000), deep(2499)]), closing=OPENING + 3500)
    (entry,) = statement.entries
    assert (entry.amount, entry.text, entry.batch_id, entry.batch) == (3500, "een twee", "LOT-1", None)
    (oddity,) = statement.oddities
    assert oddity.reason.sentence("en") == (
        "The 2 payments add up to 34,99, but the booking is 35,00; the booking was read as one."
    )
    assert oddity.place.column.endswith("Stmt[1]/Ntry[1]")


def test_a_batch_without_amounts_is_read_as_one() -> None:
    statement = one(batch(["", deep(2500)]), closing=OPENING + 3500)
    assert codes(statement) == ["batch_without_amounts"]
    assert [entry.amount for entry in statement.entries] == [3500]


def test_a_batch_that_the_bank_does_not_show_says_so() -> None:
    body = camt_entry(3500, "<Btch><NbOfTxs>12</NbOfTxs></Btch>")
    assert codes(one(body, closing=OPENING + 3500)) == ["batch_not_shown"]


def test_the_amount_of_a_single_payment_in_its_details_does_not_count() -> None:
    statement = one(camt_entry(1000, camt_details(PARTS[0], amount=deep(999))), closing=OPENING + 1000)
    assert codes(statement) == ["other_amount_in_details"]
    assert statement.entries[0].amount == 1000


def test_an_entry_without_details_has_what_the_bank_prints_for_it() -> None:
    printed = f"/TRTP/SEPA OVERBOEKING/IBAN/{DE_VRIES}/BIC/ABNANL2A/NAME/J de Vries/REMI/Factuur 7/EREF/NOTPROVIDED"
    body = camt_entry(100).replace("</Ntry>", f"<AddtlNtryInf>{printed}</AddtlNtryInf></Ntry>") + camt_entry(200)
    statement = one(body, closing=OPENING + 300)
    told, silent = statement.entries
    assert (told.name, told.iban, told.text, told.end_to_end_id) == ("J de Vries", DE_VRIES, "Factuur 7", "")
    assert (silent.amount, silent.text) == (200, "")
    assert codes(statement) == ["without_details"]


@pytest.mark.parametrize("status", ["PDNG", "INFO"])
def test_what_is_not_booked_is_left_out_and_said(status: str) -> None:
    statement = one(camt_entry(100, camt_details(PARTS[0]), status=status), closing=OPENING)
    assert statement.entries == ()
    assert codes(statement) == ["left_out"]
    assert f"(1,00) is not booked yet ({status})"[1:5] in statement.oddities[0].reason.sentence("en")


def test_a_reversal_keeps_its_sign_and_its_parties() -> None:
    returned = Payment(amount=-3025, name="Bakker", iban=BAKKER, text="Provisie", returned="AC04")
    body = camt_entry(-3025, camt_details(returned), extra="<RvslInd>true</RvslInd>")
    (entry,) = one(body, closing=OPENING - 3025).entries
    assert (entry.amount, entry.is_return, entry.return_code) == (-3025, True, "AC04")
    assert (entry.name, entry.iban) == ("Bakker", BAKKER)


def test_the_other_side_is_never_the_account_itself() -> None:
    """A bank that names the parties the other way round."""
    swapped = Payment(amount=-100, name="A", iban=DE_VRIES)
    (entry,) = one(camt_entry(100, camt_details(swapped)), closing=OPENING + 100).entries
    assert (entry.name, entry.iban) == ("A", DE_VRIES)


def test_all_of_the_remittance_is_kept_in_its_order() -> None:
    reference = "<CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp><Ref>{}</Ref></CdtrRefInf>"
    remittance = (
        "<RmtInf><Ustrd>eerste</Ustrd><Ustrd>  tweede\n regel</Ustrd>"
        f"<Strd>{reference.format('RF31Z01720260001')}<AddtlRmtInf>derde</AddtlRmtInf></Strd>"
        f"<Strd>{reference.format('RF04Z01720260002')}</Strd></RmtInf>"
    )
    details = camt_details(PARTS[0]).replace("<RmtInf><Ustrd>een</Ustrd></RmtInf>", remittance)
    (entry,) = one(camt_entry(100, details), closing=OPENING + 100).entries
    assert entry.text == "eerste tweede regel derde RF04Z01720260002"
    assert (entry.reference, entry.reference_type, entry.reference_issuer) == ("RF31Z01720260001", "SCOR", "ISO")


@pytest.mark.parametrize(
    ("written", "cents"),
    [("1", 100), ("1.", 100), ("1.5", 150), (".05", 5), ("1.50000", 150), ("+1.50", 150), ("0001.50", 150), ("0", 0)],
)
def test_amounts_with_other_decimals(written: str, cents: int) -> None:
    body = camt_entry(100).replace(">1.00<", f">{written}<")
    assert one(body, closing=OPENING + cents).entries[0].amount == cents


@pytest.mark.parametrize(
    "written", ["1.005", "-1.00", "1,00", "1e3", "NaN", "", ".", "1 000.00", "٣", "9" * 14, "9" * 9000, "0x10", "1_000"]
)
def test_what_is_no_amount_is_refused(written: str) -> None:
    body = camt_entry(100).replace(">1.00<", f">{written}<")
    assert refusal(document(camt_statement(body, closing=OPENING))) == ("Ntry[1]/Amt", "not_cents")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("<Dt>2026-05-14</Dt>", 14),
        ("<Dt>2026-05-14+02:00</Dt>", 14),
        ("<DtTm>2026-05-14T23:59:59</DtTm>", 14),
        ("<DtTm>2026-05-14T23:30:00Z</DtTm>", 15),
        ("<DtTm>2026-05-14T23:30:00.123+02:00</DtTm>", 14),
        ("<Dt>2026-05-14T22:30:00+00:00</Dt>", 15),
        ("<DtTm>2026-05-14</DtTm>", 14),
    ],
)
def test_days_with_and_without_times_and_zones(written: str, day: int) -> None:
    body = camt_entry(100).replace("<BookgDt><Dt>2026-05-14</Dt>", f"<BookgDt>{written}")
    assert one(body, closing=OPENING + 100).entries[0].booked == dt.date(2026, 5, day)


@pytest.mark.parametrize(
    "written", ["2026-02-30", "14-05-2026", "0001-01-01", "9999-12-31", "2026-05-14T99:99:99Z", "x"]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    body = camt_entry(100).replace("<BookgDt><Dt>2026-05-14</Dt>", f"<BookgDt><Dt>{written}</Dt>")
    assert refusal(document(camt_statement(body, closing=OPENING))) == ("Ntry[1]/BookgDt/Dt", "not_a_day")


def test_without_a_booking_date_the_value_date_counts() -> None:
    undated = camt_entry(100, camt_details(PARTS[0])).replace("<BookgDt><Dt>2026-05-14</Dt></BookgDt>", "")
    assert codes(one(undated, closing=OPENING + 100)) == ["booked_on_value_date"]
    undated = undated.replace("<ValDt><Dt>2026-05-14</Dt></ValDt>", "")
    assert refusal(document(camt_statement(undated, closing=OPENING + 100))) == ("Ntry[1]", "missing_part")


def test_missing_fields_are_read_without_and_said() -> None:
    body = camt_entry(100, camt_details(PARTS[0]))
    bare = (
        camt_statement(body, closing=OPENING + 100)
        .replace(f"<Id>{OWN}-1</Id>", "")
        .replace("<CreDtTm>2026-05-15T04:00:00</CreDtTm>", "")
    )
    bare = bare.replace("<Sts>BOOK</Sts>", "").replace(' Ccy="EUR">1.00', ">1.00")
    (statement,) = read(document(bare))
    assert codes(statement) == [
        *["missing_by_the_standard"] * 2,
        "currency_taken_for_euros",
        "missing_by_the_standard",
    ]


@pytest.mark.parametrize("part", ["Amt", "CdtDbtInd"])
def test_an_entry_without_amount_or_direction_is_refused(part: str) -> None:
    body = (
        camt_entry(100)
        .replace("<Amt Ccy=", "<Nothing Ccy=")
        .replace("</Amt><CdtDbtInd>CRDT", "</Nothing><CdtDbtInd>CRDT")
    )
    if part == "CdtDbtInd":
        body = camt_entry(100).replace("<CdtDbtInd>CRDT</CdtDbtInd>", "")
    assert refusal(document(camt_statement(body, closing=OPENING))) == ("Ntry[1]", "missing_part")


@pytest.mark.parametrize(
    ("opening", "closing", "odd"),
    [
        ("OPBD", "CLBD", []),
        ("PRCD", "CLBD", []),
        ("OPBD", "ITBD", ["interim_balance"]),
        ("ITBD", "CLBD", []),
        ("ITBD", "ITBD", ["interim_balance"]),
        ("OPBD", "CLAV", ["missing_by_the_standard", "not_to_be_checked"]),
        ("OPAV", "CLBD", ["missing_by_the_standard", "not_to_be_checked"]),
    ],
)
def test_the_booked_balances_are_used(opening: str, closing: str, odd: list[str]) -> None:
    content = document(camt_statement(camt_entry(100, camt_details(PARTS[0])), closing=OPENING + 100))
    content = content.replace("OPBD", opening, 1).replace("CLBD", closing, 1)
    (statement,) = read(content)
    assert codes(statement) == odd


def test_a_statement_that_does_not_add_up_is_refused_with_both_sums() -> None:
    with pytest.raises(BankFileRefused) as refused:
        read(document(camt_statement(camt_entry(100), closing=OPENING + 101)))
    assert refused.value.error.reason("en").startswith(
        f"Statement {OWN}-1 of {OWN} does not add up: opening balance 1.000,00 + bookings 1,00 = 1.001,00, but the closing "
        "balance is 1.001,01."
    )


def test_one_wrong_statement_refuses_the_whole_file() -> None:
    right = camt_statement(camt_entry(100), closing=OPENING + 100)
    wrong = camt_statement(camt_entry(100), closing=OPENING, number=2)
    with pytest.raises(BankFileRefused) as refused:
        read(document(right + wrong))
    assert refused.value.error.column.endswith("Stmt[2]")


def test_several_accounts_and_statements_in_one_file() -> None:
    other = dutch_iban("TRIO", "254400002")
    statements = read(
        document(
            camt_statement(camt_entry(100), closing=OPENING + 100)
            + camt_statement(camt_entry(200), closing=OPENING + 300, opening=OPENING + 100, number=2)
            + camt_statement("", closing=0, opening=0, account=other)
        )
    )
    assert [(each.account, each.sequence, each.total) for each in statements] == [
        (OWN, 1, 100),
        (OWN, 2, 200),
        (other, 1, 0),
    ]
    assert statements[2].entries == ()


@pytest.mark.parametrize("currency", ["USD", "eur", "SEK"])
def test_other_currencies_are_refused_by_name(currency: str) -> None:
    foreign = camt_entry(100).replace('Ccy="EUR"', f'Ccy="{currency}"')
    assert refusal(document(camt_statement(foreign, closing=OPENING)))[1] == "not_euros"
    account = camt_statement("", closing=OPENING).replace("<Ccy>EUR</Ccy>", f"<Ccy>{currency}</Ccy>")
    assert refusal(document(account)) == ("Acct/Ccy", "not_euros")
    assert (
        refusal(
            document(
                camt_statement("", closing=OPENING).replace(
                    balance("CLBD", OPENING), balance("CLBD", OPENING, currency=currency)
                )
            )
        )[1]
        == "not_euros"
    )


@pytest.mark.parametrize(
    ("kind", "root", "name", "odd"),
    [
        ("052", "BkToCstmrAcctRpt", "Rpt", ["other_version"]),
        ("054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", ["other_version", "not_to_be_checked"]),
    ],
)
def test_reports_and_notifications_are_read_too(kind: str, root: str, name: str, odd: list[str]) -> None:
    statement = camt_statement(camt_entry(100, camt_details(PARTS[0])), closing=OPENING + 100, name=name)
    if kind == "054":
        statement = statement.replace(balance("OPBD", OPENING), "").replace(balance("CLBD", OPENING + 100), "")
    (found,) = read(document(statement, kind=kind, root=root))
    assert (found.format, found.total) == (f"camt.{kind}.001.02", 100)
    assert codes(found) == odd


def test_other_versions_and_no_version_are_read_and_said() -> None:
    later = camt(version="08").replace("camt.053.001.08", "camt.053.001.13")
    assert codes(read(later)[0]) == ["other_version"]
    nameless = camt().replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', "")
    assert codes(read(nameless)[0]) == ["no_namespace"]
    prefixed = camt().replace("xmlns=", "xmlns:n=").replace("<", "<n:").replace("<n:/", "</n:").replace("<n:?", "<?")
    assert [entry.identity for entry in entries(prefixed)] == [entry.identity for entry in entries(camt())]


def test_an_envelope_around_the_document_does_not_matter() -> None:
    declaration, _, body = camt().partition("\n")
    assert len(entries(f"{declaration}<BizMsg><AppHdr/>{body}</BizMsg>")) == len(PAYMENTS)


def test_other_messages_are_refused_by_name() -> None:
    pain = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt/></Document>'
    assert refusal(pain)[1] == "other_message"
    assert refusal("<html><body>Uw sessie is verlopen</body></html>")[1] == "not_a_bank_file"
    assert refusal(document(""))[1] == "no_statement"


def test_an_account_may_be_written_otherwise() -> None:
    iban = camt_statement("", closing=OPENING).replace(
        f"<IBAN>{OWN}</IBAN>", f"<Othr><Id>{OWN[:4]} {OWN[4:]}</Id></Othr>"
    )
    assert read(document(iban))[0].account == OWN
    number = camt_statement("", closing=OPENING).replace(f"<IBAN>{OWN}</IBAN>", "<Othr><Id>1234567</Id></Othr>")
    (statement,) = read(document(number))
    assert (statement.account, codes(statement)) == ("1234567", ["not_an_iban_account"])
    nothing = camt_statement("", closing=OPENING).replace(f"<IBAN>{OWN}</IBAN>", "")
    with pytest.raises(BankFileRefused):
        read(document(nothing))
