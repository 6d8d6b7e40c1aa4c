"""What customers pay in the demo: the bank's files are as the standard says, and each kind of payer is among them."""

import datetime as dt
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from selfbill.intake.bank.reading import read_bank_file

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
demo_bank = import_module("demo_bank")
OPENING, statement, tell = demo_bank.OPENING, demo_bank.statement, demo_bank.tell

DAY = dt.date(2026, 11, 12)
SCHEMA = Path(__file__).parents[3] / "shared/standards/iso20022/xsd/camt.053.001.02.xsd"


def item(creditor: str, sequence: int, debtor: str, amount: int) -> dict[str, Any]:
    number = f"{creditor}-2026-{sequence:04}"
    return {
        "number": number,
        "creditor": creditor,
        "debtor_kind": "customer",
        "debtor": debtor,
        "open": amount,
        "payment_reference": f"RF00{number}",
    }


HOLDERS = [{"owner": "Z01", "accounts": ["NL61RABO0941673987"]}, {"owner": "Z02", "accounts": ["NL76ABNA0111008611"]}]
ITEMS = [
    *(item("Z01", sequence, "K01", 10_000 + sequence) for sequence in range(1, 6)),
    *(item("Z01", sequence, "K02", 20_000 + sequence) for sequence in range(6, 8)),
    item("Z02", 1, "K03", 100),
]


@pytest.fixture
def story() -> Any:
    told = tell(ITEMS, HOLDERS)
    assert told is not None
    return told


def test_each_kind_of_payer_is_there(story: Any) -> None:
    assert (story.owner, story.account) == ("Z01", "NL61RABO0941673987")
    texts = [each.text or each.reference for each in story.first]
    amounts = [each.amount for each in story.first]
    assert texts.count("RF00Z01-2026-0001") == 2, "one pays twice"
    assert 10_002 // 2 in amounts, "one pays half"
    assert 10_003 + 10_004 in amounts, "one pays two at once"
    assert "factuur Z02-2026-0001" in texts, "one names another's invoice"
    assert "betreft Z01-2026-0001" in texts, "one is a digit off"
    assert any(amount < 0 for amount in amounts)
    (back,) = story.later
    assert (back.amount, back.returned) == (-20_007, "MS03")


def test_where_too_little_is_open_nobody_pays() -> None:
    assert tell(ITEMS[:4], HOLDERS) is None


def test_the_files_say_what_was_paid(story: Any) -> None:
    content = statement(story.account, DAY, story.first, opening=OPENING, number=1)
    (read,) = read_bank_file("first.xml", content)
    assert [entry.amount for entry in read.entries] == [each.amount for each in story.first]
    assert [entry.iban for entry in read.entries] == [each.iban for each in story.first]
    assert read.oddities == ()
    closing = read.closing
    assert closing is not None
    (later,) = read_bank_file("later.xml", statement(story.account, DAY, story.later, opening=closing.amount, number=2))
    assert (later.entries[0].is_return, later.entries[0].return_code) == (True, "MS03")


@pytest.mark.skipif(not SCHEMA.exists(), reason="the published schemas are not here")
def test_the_files_are_as_the_standard_says(story: Any) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    for number, payments in enumerate((story.first, story.later), start=1):
        content = statement(story.account, DAY, payments, opening=OPENING, number=number)
        schema.assertValid(etree.fromstring(content))
