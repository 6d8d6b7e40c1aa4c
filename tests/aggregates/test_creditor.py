"""How the agency collects: its identifier, its account and its terms."""

from typing import Any

import pytest
from msgspec.structs import replace

from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.creditor import (
    Creditor,
    CreditorDetails,
    CreditorIdentified,
    FileDaysOutOfRange,
    NoCreditorIdentifier,
    NotACollectingAccount,
    NotACreditorIdentifier,
    NoticeOutOfRange,
    UnknownBank,
    UnusableCreditorName,
    bic_of,
    evolve,
    identify,
    require,
)
from selfbill.aggregates.event import Event
from selfbill.refusals import Refusal

DETAILS = CreditorDetails("NL63ZZZ512732450000", "Bureau Noord", "NL57ABNA0389446386", "ABNANL2A")


def given(*events: Event) -> Given[Creditor]:
    return given_events(evolve, Creditor(), events)


def test_the_agency_states_how_it_collects() -> None:
    given().when(identify, details=DETAILS).then_once(CreditorIdentified(details=DETAILS))
    assert (DETAILS.notice_days, DETAILS.file_days) == (14, 1)


def test_it_can_agree_on_other_terms_later() -> None:
    shorter = replace(DETAILS, notice_days=1, file_days=2)
    given(CreditorIdentified(details=DETAILS)).when(identify, details=shorter).then_once(
        CreditorIdentified(details=shorter)
    )


@pytest.mark.parametrize(
    ("wrong", "reason", "nl", "en"),
    [
        (
            {"identifier": "NL64ZZZ512732450000"},
            NotACreditorIdentifier,
            "NL64ZZZ512732450000 is geen geldig incassant-ID: het controlegetal of de vorm klopt niet. Neem het over van het incassocontract, zoals NL63ZZZ512732450000.",
            "NL64ZZZ512732450000 is no valid creditor identifier: its check digits or its form are wrong. Copy it from the contract, as in NL63ZZZ512732450000.",
        ),
        (
            {"iban": "NL58ABNA0389446386"},
            NotACollectingAccount,
            "NL58ABNA0389446386 is geen geldig IBAN. Geef de rekening waarvoor het incassocontract geldt.",
            "NL58ABNA0389446386 is no valid IBAN. Give the account that the direct debit contract is for.",
        ),
        (
            {"bic": ""},
            UnknownBank,
            "Van de bank van NL57ABNA0389446386 is geen geldige BIC bekend. Geef hem met --bic; hij staat op het rekeningafschrift.",
            "No valid BIC of the bank of NL57ABNA0389446386 is known. Give it with --bic; it stands on the bank statement.",
        ),
        (
            {"name": "\U0001f600"},
            UnusableCreditorName,
            "De naam van het bureau houdt in bankschrift geen teken over. Geef het bureau een naam in gewone letters.",
            "The agency's name has no character left as banks write it. Give the agency a name in plain letters.",
        ),
        (
            {"notice_days": 0},
            NoticeOutOfRange,
            "Een vooraankondiging gaat 1 tot 60 dagen vooraf, niet 0.",
            "A pre-notification goes out 1 to 60 days before, not 0.",
        ),
        ({"notice_days": 61}, NoticeOutOfRange, None, None),
        (
            {"file_days": 0},
            FileDaysOutOfRange,
            "Een incassobestand gaat 1 tot 10 werkdagen vooraf naar de bank, niet 0.",
            "A file of direct debits goes to the bank 1 to 10 business days before, not 0.",
        ),
        ({"file_days": 11}, FileDaysOutOfRange, None, None),
    ],
)
def test_what_cannot_stand_in_a_file_is_refused(
    wrong: dict[str, Any], reason: type[Refusal], nl: str | None, en: str | None
) -> None:
    given().when(identify, details=replace(DETAILS, **wrong)).then_refused(reason, nl, en)


def test_without_an_identifier_nothing_is_collected() -> None:
    with pytest.raises(NoCreditorIdentifier) as refusal:
        require(Creditor())
    assert refusal.value.sentence() == (
        "Dit bureau heeft nog geen incassant-ID. Vraag er een aan bij de bank en leg het vast met: selfbill debit creditor ID."
    )
    assert refusal.value.sentence("en") == (
        "This agency has no creditor identifier yet. Ask the bank for one and record it with: selfbill debit creditor ID."
    )
    assert require(Creditor(DETAILS)) is DETAILS


def test_the_bic_of_a_dutch_bank_is_known() -> None:
    assert bic_of("NL57ABNA0389446386") == "ABNANL2A"
    assert bic_of("NL44TRIO0666666666") == "TRIONL2U"
    assert bic_of("NL02XXXX0123456789") == ""
    assert bic_of("DE89INGB00440532013000") == ""
