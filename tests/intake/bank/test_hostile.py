"""Files made to harm: nothing is expanded, fetched or filled, and each is refused with its reason."""

import time
from pathlib import Path

import pytest

from intake.bank.a_day import (
    OPENING,
    booking,
    camt,
    camt_entry,
    camt_statement,
    csv_ing,
    document,
    entries,
    mt940,
    read,
)
from selfbill.intake.bank import camt as camt_module
from selfbill.intake.bank import csv_file, limits, reading
from selfbill.intake.bank import mt940 as mt940_module
from selfbill.intake.bank.misread import BankFileRefused

MOST_SECONDS = 5.0
"""On a busy machine; each of these takes a hundredth of it."""


def refusal(content: str | bytes) -> str:
    start = time.process_time()
    with pytest.raises(BankFileRefused) as refused:
        read(content)
    assert time.process_time() - start < MOST_SECONDS
    return refused.value.error.code


def with_dtd(dtd: str, body: str = "1") -> str:
    declaration, _, rest = camt().partition("\n")
    return f"{declaration}\n<!DOCTYPE Document {dtd}>\n{rest.replace('<MsgId>1<', f'<MsgId>{body}<')}"


def test_billion_laughs() -> None:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    assert refusal(with_dtd(f'[<!ENTITY l0 "ha">{laughs}]', "&l9;")) == "has_dtd"


def test_external_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    for source in (secret.as_uri(), "http://127.0.0.1:9/secret"):
        assert refusal(with_dtd(f'[<!ENTITY x SYSTEM "{source}">]', "&x;")) == "has_dtd"
        assert refusal(with_dtd(f'SYSTEM "{source}"')) == "has_dtd"


def test_a_dtd_in_another_encoding() -> None:
    assert refusal(with_dtd('[<!ENTITY l "ha">]', "&l;").encode("utf-16")) == "has_dtd"


@pytest.mark.parametrize("entity", ["&x;", "&#0;", "&#x1B;", "&#xD800;", "&#99999999999;"])
def test_entities_that_nobody_declared_and_characters_that_are_none(entity: str) -> None:
    assert refusal(camt().replace("<MsgId>1<", f"<MsgId>{entity}<")) == "not_xml"


def test_nothing_is_included_from_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    found = entries(camt().replace("Factuur Z017-2026-0001", included))
    assert found[0].text == ""


def test_depth() -> None:
    assert limits.MOST_DEPTH == 256
    deep = "<Deep>" * limits.MOST_DEPTH
    assert refusal(camt().replace("<GrpHdr>", f"{deep}{deep.replace('<', '</')}<GrpHdr>")) == "not_xml"


def test_long_texts_and_names() -> None:
    assert refusal(camt().replace("Factuur", "F" * 10_001)) == "text_too_long"
    assert refusal(camt().replace("Factuur", "F" * 11_000_000)) in {"not_xml", "text_too_long"}
    assert refusal(mt940([(booking(100), "x" * 10_001)], closing=OPENING + 100)) == "text_too_long"
    assert refusal(csv_ing().replace("Factuur", "F" * 10_001)) == "text_too_long"
    assert refusal(camt().replace("<GrpHdr>", f"<{'x' * 60_000}>")) == "not_xml"


def test_huge_numbers() -> None:
    nines = "9" * 1_000_000
    assert refusal(camt().replace(">121.00<", f">{nines[:9_999]}<")) == "not_cents"
    assert refusal(camt().replace("<ElctrncSeqNb>1<", f"<ElctrncSeqNb>{nines[:9_999]}<").replace("1000.00", "1")) == (
        "does_not_add_up"
    )
    assert refusal(mt940([(f"2605140514C{nines},00NTRF", "")], closing=OPENING)) == "not_cents"
    assert refusal(mt940([(f"2605140514C{nines}", "")], closing=OPENING)) == "not_cents"
    assert refusal(csv_ing().replace("121,00", nines[:9_999])) == "not_cents"


def test_long_lines_take_no_longer_than_their_length() -> None:
    for line in (
        "/" * 9_000,
        "/REMI" * 1_800,
        "IBAN: " * 1_500,
        ">20" * 3_000,
        "000>20" * 1_500,
        "A" * 9_000,
        " " * 9_000,
    ):
        entries(mt940([(booking(100), line)], closing=OPENING + 100))
    assert refusal(mt940([], closing=OPENING).replace(":62F:C", ":62F:C" + "2" * 1_000_000)) == "not_a_balance"
    assert refusal("{" * 1_000_000 + "\n:20:x\n") == "missing_part"
    assert refusal(":20:x\n" * 100_000) == "missing_part"
    assert refusal('"' * 1_000_000) == "not_a_bank_file"
    assert refusal("<" * 1_000_000) == "not_xml"
    assert refusal("<!--" + "-" * 1_000_000) == "not_xml"


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(b" " * (limits.MOST_BYTES + 1)) == "bank_file_too_large"
    for module in (camt_module, mt940_module, csv_file):
        monkeypatch.setattr(module, "MOST_ENTRIES", 2)
    assert refusal(camt()) == "too_many_entries"
    assert refusal(csv_ing()) == "too_many_entries"
    three = [(booking(100), "")] * 3
    assert refusal(mt940(three, closing=OPENING + 300)) == "too_many_entries"
    for module in (camt_module, mt940_module):
        monkeypatch.setattr(module, "MOST_STATEMENTS", 1)
    assert refusal(mt940([], closing=OPENING) * 2) == "too_many_statements"
    statement = camt_statement("", closing=OPENING)
    assert refusal(document(statement * 2)) == "too_many_statements"


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf", b"\0\0\0"])
def test_empty_files(content: bytes) -> None:
    assert refusal(content) == "empty_file"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04rest", "compressed_file"), (b"\x1f\x8brest", "compressed_file"), (b"%PDF-1.7", "not_a_bank_file")],
)
def test_other_files(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_encodings() -> None:
    text = camt()
    expected = [entry.identity for entry in entries(text)]
    latin = text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    for content in (
        text.encode("utf-8-sig"),
        latin.encode("latin-1"),
        text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
        text.replace("\n", "\r\n").encode(),
    ):
        (statement,) = read(content)
        assert statement.entries[-1].name == "Café Bakker"
        assert [entry.identity for entry in statement.entries] == expected
        assert statement.oddities == ()
    for content in (text.encode("latin-1"), latin.encode()):
        (statement,) = read(content)
        assert statement.entries[-1].name == "Café Bakker"
        assert [oddity.code for oddity in statement.oddities] == ["other_encoding"]
    (statement,) = read(mt940([(booking(100), "café €")], closing=OPENING + 100).encode("cp1252"))
    assert statement.entries[0].text == "café €"


def test_control_characters_are_spaces_and_said() -> None:
    (statement,) = read(camt().replace("J. de Vries", "J.\0de\x1b\x9bVries", 1))
    assert statement.entries[0].name == "J. de Vries"
    assert [oddity.code for oddity in statement.oddities] == ["control_characters"]
    (statement,) = read(mt940([(booking(100), "a\u202eb\x07c")], closing=OPENING + 100))
    assert statement.entries[0].text == "a b c"


def test_references_to_control_characters_reach_nobody() -> None:
    assert entries(camt().replace("J. de Vries", "J.&#x9b;de&#x202e;Vries", 1))[0].name == "J. de Vries"


def test_work_grows_with_the_size_of_the_file() -> None:
    def seconds(count: int) -> float:
        content = document(camt_statement(camt_entry(100) * count, closing=OPENING + 100 * count)).encode()
        start = time.process_time()
        reading.read_bank_file("file", content)
        return time.process_time() - start

    few, many = min(seconds(250) for _ in range(3)), min(seconds(2_500) for _ in range(2))
    assert many < 30 * few
