"""The file for the bank: valid in both versions, right in its sums, and the same bytes each time."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.resources import files
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from selfbill.aggregates.creditor import CreditorDetails
from selfbill.aggregates.direct_debit_batch import BatchItem, Entry, FileFormat, Sheet
from selfbill.aggregates.direct_debit_mandate import DebtorAccount
from selfbill.documents.pain008 import render, render_files
from selfbill.identifiers import dutch_iban
from selfbill.sepa_text import sepa_text
from selfbill.values import Cents, EndToEndId, InvoiceNumber, MandateId

FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)
SCHEMAS = {
    "pain.008.001.02": "7ed71e9b36f9b65e131284e5bcc8b4d8d1b0633ddc2fe2d35b0f89e7c6bf8f1f",
    "pain.008.001.08": "7edf4e4ce34c47a5567af6a327e22af4ed4007f715822af9f353c94ecc10f5ba",
}
"""SHA-256 of the schemas as the registration authority publishes them."""

CREDITOR = CreditorDetails("NL63ZZZ512732450000", "Bureau Noord", "NL57ABNA0389446386", "ABNANL2A")
MADE_AT = dt.datetime(2026, 8, 25, 7, tzinfo=dt.UTC)


def entry(sequence: int, amount: int = 4840, name: str = "Sjoerd Vermeulen", *, is_amended: bool = False) -> Entry:
    number = InvoiceNumber(f"BN-2026-{sequence:04}")
    mandate = MandateId(f"INC-Z{sequence:02}-1")
    item = BatchItem(number, 1, EndToEndId(f"{number}.1"), mandate, 1, Cents(amount), is_amended)
    return Entry(item, DebtorAccount(dutch_iban("SNSB", str(sequence)), name), dt.date(2026, 7, 15))


def sheet(*entries: Entry) -> Sheet:
    return Sheet("BN-20260826-1", CREDITOR, dt.date(2026, 8, 26), MADE_AT, entries)


def schema(form: FileFormat) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(files("sepaxml").joinpath("schemas", f"{form}.xsd").read_bytes()))


def texts(content: bytes, form: FileFormat, path: str) -> list[str]:
    root = etree.fromstring(content)
    return [str(each.text) for each in root.iterfind(path, {"n": f"urn:iso:std:iso:20022:tech:xsd:{form}"})]


@pytest.mark.parametrize("form", FORMATS)
def test_the_schema_is_the_published_one(form: FileFormat) -> None:
    content = files("sepaxml").joinpath("schemas", f"{form}.xsd").read_bytes()
    assert sha256(content).hexdigest() == SCHEMAS[form]


@pytest.mark.parametrize("form", FORMATS)
def test_what_the_bank_reads(form: FileFormat) -> None:
    content = render(sheet(entry(1), entry(2, 5)), form)
    expected = {
        ".//n:GrpHdr/n:MsgId": ["BN-20260826-1"],
        ".//n:GrpHdr/n:CreDtTm": ["2026-08-25T09:00:00"],
        ".//n:GrpHdr/n:NbOfTxs": ["2"],
        ".//n:GrpHdr/n:CtrlSum": ["48.45"],
        ".//n:PmtInf/n:PmtInfId": ["BN-20260826-1"],
        ".//n:PmtInf/n:PmtMtd": ["DD"],
        ".//n:PmtInf/n:NbOfTxs": ["2"],
        ".//n:PmtInf/n:CtrlSum": ["48.45"],
        ".//n:PmtTpInf/n:SvcLvl/n:Cd": ["SEPA"],
        ".//n:PmtTpInf/n:LclInstrm/n:Cd": ["CORE"],
        ".//n:PmtTpInf/n:SeqTp": ["RCUR"],
        ".//n:ReqdColltnDt": ["2026-08-26"],
        ".//n:Cdtr/n:Nm": ["Bureau Noord"],
        ".//n:CdtrAcct/n:Id/n:IBAN": ["NL57ABNA0389446386"],
        ".//n:CdtrSchmeId//n:Othr/n:Id": ["NL63ZZZ512732450000"],
        ".//n:CdtrSchmeId//n:Prtry": ["SEPA"],
        ".//n:ChrgBr": ["SLEV"],
        ".//n:DrctDbtTxInf//n:EndToEndId": ["BN-2026-0001.1", "BN-2026-0002.1"],
        ".//n:DrctDbtTxInf/n:InstdAmt": ["48.40", "0.05"],
        ".//n:DrctDbtTxInf//n:MndtId": ["INC-Z01-1", "INC-Z02-1"],
        ".//n:DrctDbtTxInf//n:DtOfSgntr": ["2026-07-15", "2026-07-15"],
        ".//n:DrctDbtTxInf/n:Dbtr/n:Nm": ["Sjoerd Vermeulen", "Sjoerd Vermeulen"],
        ".//n:DrctDbtTxInf//n:DbtrAcct//n:IBAN": [dutch_iban("SNSB", "1"), dutch_iban("SNSB", "2")],
        ".//n:DrctDbtTxInf//n:Ustrd": [
            "Factuur BN-2026-0001, machtiging INC-Z01-1",
            "Factuur BN-2026-0002, machtiging INC-Z02-1",
        ],
        ".//n:AmdmntInd": [],
    }
    assert {path: texts(content, form, path) for path in expected} == expected
    assert content.count(b'Ccy="EUR"') == 2


@pytest.mark.parametrize(("form", "element"), [("pain.008.001.02", "BIC"), ("pain.008.001.08", "BICFI")])
def test_the_bank_of_the_creditor_is_named_as_each_version_asks(form: FileFormat, element: str) -> None:
    assert texts(render(sheet(entry(1)), form), form, f".//n:CdtrAgt//n:{element}") == ["ABNANL2A"]


@pytest.mark.parametrize("form", FORMATS)
def test_an_account_that_changed_is_marked(form: FileFormat) -> None:
    content = render(sheet(entry(1), entry(2, is_amended=True)), form)
    assert schema(form).validate(etree.fromstring(content))
    names = {"n": f"urn:iso:std:iso:20022:tech:xsd:{form}"}
    first, second = etree.fromstring(content).iterfind(".//n:MndtRltdInf", names)
    assert [etree.QName(each).localname for each in first] == ["MndtId", "DtOfSgntr"]
    assert [each.text for each in second.iterfind(".//n:OrgnlDbtrAcct/n:Id/n:Othr/n:Id", names)] == ["SMNDA"]
    assert [each.text for each in second.iterfind("n:AmdmntInd", names)] == ["true"]


def test_the_same_sheet_gives_the_same_bytes_for_ever() -> None:
    made = render_files(sheet(entry(1), entry(2, 12345)))
    assert {form: sha256(content).hexdigest() for form, content in made.items()} == {
        "pain.008.001.02": "3833a22ef1b3d5b9e1c926dbf68d26375dcbf67c4b6b88673024ab94f5ada6f9",
        "pain.008.001.08": "524accdbfc1edb51f2598dc2b4fcb9cecc3919ff0d167b53fd753719f1f63008",
    }


def test_two_threads_make_files_at_once() -> None:
    sheets = [sheet(entry(each)) for each in range(1, 41)]
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(render_files, sheets))
    assert made == [render_files(each) for each in sheets]


def test_a_file_that_would_not_be_valid_is_never_made() -> None:
    wrong: Any = replace(sheet(entry(1)), message_id="x" * 36)
    with pytest.raises(AssertionError, match=r"PmtInfId.*35"):
        render(wrong, "pain.008.001.08")


def test_a_batch_of_two_hundred_is_valid() -> None:
    for form, content in render_files(sheet(*(entry(each, each) for each in range(1, 201)))).items():
        assert schema(form).validate(etree.fromstring(content))
        assert texts(content, form, ".//n:GrpHdr/n:CtrlSum") == ["201.00"]


names = st.text(min_size=1, max_size=100).filter(lambda name: sepa_text(name, 70))
"""Any letters at all, of which something is left in a bank's signs; what leaves nothing is refused when the mandate is signed."""
amounts = st.integers(1, 99_999_999_999)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(names, amounts, st.booleans()), min_size=1, max_size=200), names)
def test_any_batch_is_valid_in_both_versions(rows: list[tuple[str, int, bool]], creditor: str) -> None:
    made = replace(
        sheet(
            *(
                entry(sequence, amount, name, is_amended=is_amended)
                for sequence, (name, amount, is_amended) in enumerate(rows, start=1)
            )
        ),
        creditor=replace(CREDITOR, name=creditor),
    )
    total = sum(amount for _, amount, _ in rows)
    for form, content in render_files(made).items():
        assert schema(form).validate(etree.fromstring(content))
        assert texts(content, form, ".//n:GrpHdr/n:NbOfTxs") == [str(len(rows))]
        assert texts(content, form, ".//n:GrpHdr/n:CtrlSum") == [f"{total // 100}.{total % 100:02}"]
        assert texts(content, form, ".//n:Dbtr/n:Nm") == [sepa_text(name, 70) for name, _, _ in rows]
        assert content.isascii()
