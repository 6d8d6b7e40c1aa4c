"""Whatever bytes a file holds, the answer is statements that add up or a refusal."""

import json
import random
import time
from collections.abc import Callable
from functools import cache

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.bank.a_day import FORMATS, PAYMENTS, camt_details, camt_entry, camt_statement, document
from intake.bank.test_published_samples import EXAMPLES, MT940
from selfbill.intake.bank.limits import MOST_ENTRIES
from selfbill.intake.bank.misread import BankFileRefused
from selfbill.intake.bank.reading import read_bank_file

SAMPLE = 300
CAMPAIGN = 10_000
MOST_SECONDS = 5.0

PIECES = (
    *(
        b"<",
        b">",
        b"</",
        b"/>",
        b"&",
        b"&#0;",
        b"&amp;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"<!DOCTYPE x>",
        b"<?x?>",
        b"\0",
    ),
    *(
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\r",
        b"\n",
        b"\r\n",
        b"\x1a",
        b"\x1b[31m",
        b"\xe2\x80\xae",
        b'"',
        b'""',
    ),
    *(
        b";",
        b",",
        b"\t",
        b"-",
        b"+",
        b".",
        b"/",
        b"//",
        b":",
        b":61:",
        b":86:",
        b":20:",
        b":62F:",
        b"-}",
        b"{4:",
        b"\n-\n",
    ),
    *(b"0", b"9" * 30, b"1e9", b"-1.00", b"1.005", b"0,", b"NaN", b"USD", b"DBIT", b"CRDT", b"PDNG", b"RD", b"RC"),
    *(b"2026-02-30", b"9999-12-31", b"0000", b"24:00:00", b"+99:99", b"/REMI/", b"/EREF/", b"/ORDP//NAME/", b"IBAN: "),
    *(
        b"OPBD",
        b"CLBD",
        b"ITBD",
        b"<Ntry>",
        b"</Ntry>",
        b"<TxDtls/>",
        b"<Amt>1</Amt>",
        b'Ccy="EUR"',
        b"?20",
        b">20",
        b"000>10",
    ),
)


@cache
def originals() -> tuple[bytes, ...]:
    """A day in every format, a batch, and the published samples where they are."""
    batch = "".join(
        camt_details(each, amount=f'<AmtDtls><TxAmt><Amt Ccy="EUR">{each.amount / 100:.2f}</Amt></TxAmt></AmtDtls>')
        for each in PAYMENTS[:3]
    )
    made = [write(PAYMENTS).encode() for write in FORMATS.values()]
    made.append(document(camt_statement(camt_entry(22100, batch), closing=122100)).encode())
    published = [*sorted(EXAMPLES.glob("camt*.xml")), *sorted(MT940.glob("*_sepa.txt"))]
    return (*made, *(path.read_bytes() for path in published))


def flipped(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def inserted(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(PIECES) + content[at:]


def cut(chance: random.Random, content: bytes) -> bytes:
    first = chance.randrange(len(content))
    return content[:first] + content[first + chance.randrange(60) :]


def cut_short(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content))]


def other_line(chance: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"\n".join(lines)


def other_file(chance: random.Random, content: bytes) -> bytes:
    """Two formats in one."""
    return content + chance.choice(originals())


def other_value(chance: random.Random, content: bytes) -> bytes:
    """One word becomes a word of another place."""
    words = content.replace(b"<", b"\n").replace(b">", b"\n").replace(b";", b"\n").split(b"\n")
    words = [word for word in words if word.strip()]
    return content.replace(chance.choice(words), chance.choice([*words, *PIECES]), 1)


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    *(flipped, inserted, inserted, cut, cut_short, other_line, other_file, other_value, other_value, other_value),
)


def mutated(seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - the same mutations every time
    content = chance.choice(originals())
    for _ in range(chance.randrange(1, 4)):
        if content.strip():
            content = chance.choice(MUTATIONS)(chance, content)
    return content


def check_report(refused: BankFileRefused) -> None:
    reports = [refused.as_json("nl"), refused.as_json("en")]
    assert all(report["reason"] for report in reports)
    assert json.loads(json.dumps(reports, ensure_ascii=False).encode()) == reports


def survives(content: bytes) -> bool:
    """Reads the file; answers whether it was read. What was read adds up, and can be told to a machine."""
    start = time.process_time()
    try:
        statements = read_bank_file("file", content)
    except BankFileRefused as refused:
        check_report(refused)
        return False
    finally:
        assert time.process_time() - start < MOST_SECONDS
    entries = [entry for statement in statements for entry in statement.entries]
    assert len(entries) <= MOST_ENTRIES
    assert len({entry.identity for entry in entries}) == len(entries)
    for statement in statements:
        if statement.opening is not None and statement.closing is not None:
            assert statement.opening.amount + statement.total == statement.closing.amount
        assert json.dumps([oddity.as_json() for oddity in statement.oddities], ensure_ascii=False).encode()
        assert statement.account
    assert msgspec.json.encode([msgspec.structs.replace(statement, oddities=()) for statement in statements])
    return True


@pytest.mark.parametrize("seed", range(0, SAMPLE, 50))
def test_mutated_files_are_read_or_refused(seed: int) -> None:
    outcomes = {survives(mutated(seed + number)) for number in range(50)}
    assert outcomes == {True, False}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SAMPLE, CAMPAIGN, 970))
def test_thousands_of_mutated_files_are_read_or_refused(seed: int) -> None:
    for number in range(970):
        survives(mutated(seed + number))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_parts_of_files_put_together_are_read_or_refused(data: st.DataObject) -> None:
    """As hypothesis sees it, so that what breaks is made small."""
    content = data.draw(st.sampled_from(originals()))
    for _ in range(data.draw(st.integers(0, 3))):
        first = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 40))
        piece = data.draw(
            st.one_of(st.sampled_from(PIECES), st.binary(max_size=20), st.text(max_size=20).map(str.encode))
        )
        content = content[:first] + piece + content[first + length :]
    survives(content)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_noise_is_refused(content: bytes) -> None:
    survives(content)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_was_cut_short_is_never_read_in_half(name: str) -> None:
    """Wherever it was cut: refused, or everything is there. CSV without balances cannot know, and says so."""
    whole = FORMATS[name](PAYMENTS).encode()
    everything = read_bank_file("file", whole)[0].total
    for end in range(0, len(whole), 7):
        try:
            (statement,) = read_bank_file("file", whole[:end])
        except BankFileRefused:
            continue
        if name.startswith("CSV"):
            continue
        assert statement.total == everything
