"""Citizen numbers in bank texts are made unreadable; invoice numbers, references and accounts are not."""

import pytest

from selfbill.aggregates.masking import without_citizen_numbers
from selfbill.identifiers import holds_citizen_number


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("zorg BSN 111222333", "zorg BSN *********"),
        ("111222333", "*********"),
        ("1112.22.333 mw Visser", "****.**.*** mw Visser"),
        ("111 222 333", "*** *** ***"),
        ("bsn:111222333,", "bsn:*********,"),
        ("two 111222333 and 123456782", "two ********* and *********"),
    ],
)
def test_what_may_be_a_citizen_number_is_masked(text: str, kept: str) -> None:
    assert without_citizen_numbers(text) == kept
    assert not holds_citizen_number(kept)


@pytest.mark.parametrize(
    "text",
    [
        "factuur Z01-2026-0001",
        "2026-0012",
        "RF31Z01720260001",
        "5000056789012345",
        "NL61RABO0941673987",
        "111222334",
        "tel 06-15551201",
        "Z1112223334",
        "",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert without_citizen_numbers(text) == text


def test_an_invoice_number_that_could_be_one_stays_readable() -> None:
    numbers = [f"{prefix}-2026-{sequence:04}" for prefix in range(1, 10) for sequence in range(1, 200)]
    assert any(holds_citizen_number(number) for number in numbers), "some pass the 11-test"
    assert [without_citizen_numbers(number) for number in numbers] == numbers
