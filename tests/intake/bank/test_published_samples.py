"""Every published sample of a bank is read, or refused for exactly this reason. Skipped where the samples are not there."""

import datetime as dt
from pathlib import Path

import pytest
from lxml import etree

from intake.bank.a_day import camt, entries, read
from selfbill.intake.bank.accounts import account_key
from selfbill.intake.bank.continuity import Continuity, follows
from selfbill.intake.bank.misread import BankFileRefused
from selfbill.intake.bank.reading import read_bank_file

STANDARDS = Path(__file__).parents[4] / "shared" / "standards"
EXAMPLES, MT940 = STANDARDS / "iso20022" / "examples", STANDARDS / "mt940-nl"

pytestmark = pytest.mark.skipif(not STANDARDS.is_dir(), reason="the published samples are not here")

READ = {
    "camt053.v2.multi.statement.xml": [("NL26VAYB8060476890", 1815, [885]), ("NL26VAYB8060476890", 2700, [-700])],
    "abnamro_sepa.txt": [("NL02ABNA0123456789", 194564, [1])],
    "triodos_sepa.txt": [
        ("NL44TRIO0666666666", 100000, [-1000, -25000, 15000, -4000]),
        ("NL38TRIO0999999999", 95012, [-895, -2525, 15000, -5678]),
    ],
    "sns.txt": [("NL12SNSB0123456789", 123456, [-2000, -500]), ("NL12SNSB0123456789", 120956, [])],
}

SEK = "This is SEK; selfbill only reads accounts in EUR. Leave this account out of the download."
SUMS = "opening balance {} + bookings {} = {}, but the closing balance is {}."
REFUSED = {
    "camt053.v2.minimal.xml": (60, "not_euros", SEK),
    "camt053.v8.xml": (80, "not_euros", SEK),
    "ing_sepa.txt": (4, "does_not_add_up", SUMS.format("68,20", "-296,37", "-228,17", "1.005,83")),
    "knab.txt": (12, "does_not_add_up", SUMS.format("3.058,98", "-6.760,00", "-3.701,02", "798,98")),
    "rabobank_sepa.txt": (2, "does_not_add_up", SUMS.format("1.147,95", "387,56", "1.535,51", "1.190,35")),
    "abn/pain.001.001.03_voorbeeldbestand.xml": (3, "other_message", "This is a message pain.001.001.03,"),
    "abn/pain.008.001.02_voorbeeldbestand.xml": (2, "other_message", "This is a message pain.008.001.02,"),
    "ing/pain.001.001.03_voorbeeldbestand.xml": (3, "other_message", "This is a message pain.001.001.03,"),
    "ing/pain.008.001.02_voorbeeldbestand.xml": (2, "other_message", "This is a message pain.008.001.02,"),
    "nl/nl.sepa.sct-supplier.pain.001.001.09.xml": (2, "other_message", "This is a message pain.001.001.09,"),
    "nl/nl.sepa.sdd-core.pain.008.001.08.xml": (2, "other_message", "This is a message pain.008.001.08,"),
}


def sample(name: str) -> bytes:
    path = EXAMPLES / name if name.endswith(".xml") else MT940 / name
    return path.read_bytes()


def test_no_sample_is_left_out() -> None:
    published = {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*.xml")}
    published |= {path.name for path in MT940.glob("*.txt")} - {"SOURCE.txt", "LICENSE.txt"}
    assert published == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", READ)
def test_a_sample_that_is_right_is_read(name: str) -> None:
    found = [
        (each.account, each.opening.amount if each.opening else None, [entry.amount for entry in each.entries])
        for each in read(sample(name))
    ]
    assert found == READ[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_sample_that_is_wrong_is_refused_with_its_reason(name: str) -> None:
    line, code, reason = REFUSED[name]
    with pytest.raises(BankFileRefused) as refused:
        read_bank_file(name, sample(name))
    error = refused.value.error
    assert (error.file, error.line, error.code) == (name, line, code)
    assert reason in error.reason("en")


def mended(name: str, *changes: tuple[str, str]) -> bytes:
    """A sample whose closing balances were made to fit, so that the rest of it can be seen."""
    text = sample(name).decode()
    for wrong, right in changes:
        assert wrong in text
        text = text.replace(wrong, right)
    return text.encode()


def test_rabobank() -> None:
    first, second = read(
        mended(
            "rabobank_sepa.txt",
            (":62F:C130403EUR000000001190,35", ":62F:C130403EUR000000001535,51"),
            (":62F:C130404EUR000000018846,34", ":62F:C130404EUR000000019231,09"),
        )
    )
    assert [oddity.code for oddity in first.oddities] == ["not_an_iban_account"]
    nespresso, company, kuil, _ = first.entries
    assert nespresso.end_to_end_id == "02-04-2013 22:56 1120000153447185"
    assert nespresso.name == "Nespresso Nederland B.V."
    assert nespresso.iban == "NL96RBOS0523149468"
    assert nespresso.text == "674725433 1120000153447185 14144467636004962"
    assert company.text == "NR.201303-111/11.3.2013 NR.201303-112/11.3.2013"
    assert company.iban == "663616476"
    assert (kuil.name, kuil.text) == ("Hr R Kuil en/of Mw A Kuil-Germain", "861835-574631143")
    assert second.entries[-1].iban == "NL54INGB0006752576"
    assert second.entries[5].text == "Ref: 201302-080"
    assert second.entries[5].end_to_end_id == "1134027115"
    assert follows(first, second).continuity is Continuity.OVERLAP


def test_ing() -> None:
    found = entries(mended("ing_sepa.txt", (":62F:C120811EUR1005,83", ":62F:D120811EUR228,17")))
    assert [entry.amount for entry in found] == [141, 156, -213, -157, 144, -154, -114, 93960, -123400]
    assert found[1].iban == "NL69INGB0123456789"
    assert found[1].text == "J. Janssen 20120123456789 Factuurnr 123456 Klantnr 00123"
    assert (found[0].code, found[0].entry_reference) == ("NOV", "EV41411REP170112")
    assert found[8].booked == dt.date(2014, 3, 1)


def test_knab() -> None:
    _, second = read(mended("knab.txt", (":62F:C140730EUR798,98", ":62F:D140730EUR3701,02")))
    picqer, shop = second.entries
    assert (picqer.name, picqer.iban) == ("PICQER", "NL65INGB0123456789")
    assert picqer.text == "FACTUUR 201403110, 201403113"
    assert (picqer.bank_reference, shop.entry_reference) == ("B4G29PGCVO7Q06US", "29-07-2014 10:05")
    assert shop.text == "12160475 0050001631430920 ORDERID: 264267 MEDIA MARKT ONLINE NE"


def test_abn_amro_triodos_and_sns() -> None:
    (ideal,) = entries(sample("abnamro_sepa.txt"))
    assert (ideal.iban, ideal.code) == ("NL73ANDL0123456789", "N944")
    assert ideal.text == "Dit zijn de omschrijvingsregels"
    card = read(sample("triodos_sepa.txt"))[0].entries[3]
    assert (card.iban, card.text[-16:]) == ("AA99BBBB0555555555", "1111222233334444")
    transfer = read(sample("sns.txt"))[0].entries[0]
    assert (transfer.name, transfer.text) == ("marechal s", "dit is een test")
    assert account_key(transfer.iban) == "987654321"
    assert (transfer.booked, transfer.valued) == (dt.date(2012, 6, 8), dt.date(2012, 6, 7))


@pytest.mark.parametrize("version", ["02", "08"])
def test_the_camt_of_these_tests_is_valid_by_its_schema(version: str) -> None:
    schema = etree.XMLSchema(etree.parse(STANDARDS / "iso20022" / "xsd" / f"camt.053.001.{version}.xsd"))
    schema.assertValid(etree.fromstring(camt(version=version).encode()))
