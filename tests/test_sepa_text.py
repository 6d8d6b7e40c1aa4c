"""Text and identifiers as banks take them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfbill.identifiers import is_bic, is_creditor_identifier
from selfbill.sepa_text import is_sepa_identifier, sepa_text


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("André van den Berg", "Andre van den Berg"),
        ("Zoë Łukasz & Zn.", "Zoe Lukasz Zn."),
        ("Groß & Süß GmbH", "Gross Suss GmbH"),
        ("J. 't Hooft-Öztürk (erven)", "J. 't Hooft-Ozturk (erven)"),
        ("Πέτρος", "Petros"),
        ("a\tb\n c", "a b c"),
        ("\U0001f600", ""),
        ("x" * 80, "x" * 70),
        ("x" * 69 + " y", "x" * 69),
    ],
)
def test_names_are_sent_in_plain_letters(written: str, sent: str) -> None:
    assert sepa_text(written, 70) == sent


@given(st.text(max_size=200))
def test_whatever_is_written_is_sent_in_the_signs_of_sepa(text: str) -> None:
    sent = sepa_text(text, 70)
    assert re.fullmatch(r"[A-Za-z0-9/?:().,'+ -]{0,70}", sent)
    assert sent == sent.strip()
    assert "  " not in sent


@pytest.mark.parametrize("text", ["INC-Z01-1", "a", "A/B", "BN-2026-0001.1", "x" * 35, "1+2(3):4,5'6?7"])
def test_an_identifier_that_banks_take(text: str) -> None:
    assert is_sepa_identifier(text)


@pytest.mark.parametrize("text", ["", "x" * 36, "/A", "A/", "A//B", "A B", "A_B", "É"])
def test_an_identifier_that_banks_do_not_take(text: str) -> None:
    assert not is_sepa_identifier(text)


@pytest.mark.parametrize(
    "text",
    [
        "DE98ZZZ09999999999",  # the Bundesbank's published example
        "AT61ZZZ01234567890",
        "FR72ZZZ123456",
        "ES50ZZZM23456789",
        "NL63ZZZ512732450000",
        "NL63001512732450000",  # another business code, the same check digits
    ],
)
def test_a_creditor_identifier(text: str) -> None:
    assert is_creditor_identifier(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE97ZZZ09999999999",
        "NL64ZZZ512732450000",
        "NL63ZZZ512732450001",
        "NL63ZZZ5127324500",  # four digits short
        "nl63zzz512732450000",
        "NL63 ZZZ 512732450000",
        "NL57ABNA0389446386",  # an IBAN
    ],
)
def test_what_is_no_creditor_identifier(text: str) -> None:
    assert not is_creditor_identifier(text)


@pytest.mark.parametrize(("text", "is_one"), [("ABNANL2A", True), ("ABNANL2AXXX", True), ("ABNA", False), ("", False)])
def test_a_bic_has_8_or_11_characters(text: str, *, is_one: bool) -> None:
    assert is_bic(text) is is_one
