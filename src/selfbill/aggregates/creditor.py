"""The agency as a creditor of direct debits: under which identifier it collects, to which account, and how long before it says so."""

from collections.abc import Mapping

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.identifiers import is_bic, is_creditor_identifier, is_iban
from selfbill.refusals import Refusal
from selfbill.sepa_text import MOST_NAME_CHARACTERS, sepa_text

NOTICE_DAYS = 14
"""A debtor is told fourteen days before, unless both agreed on less (SEPA Core rulebook EPC016-06, section 4.3.4)."""
LEAST_NOTICE_DAYS, MOST_NOTICE_DAYS = 1, 60
FILE_DAYS = 1
"""The bank wants the file one business day before the collection date at the latest (rulebook: D-1 for recurrent debits)."""
LEAST_FILE_DAYS, MOST_FILE_DAYS = 1, 10

_BICS: Mapping[str, str] = {
    "ABNA": "ABNANL2A",
    "ASNB": "ASNBNL21",
    "BUNQ": "BUNQNL2A",
    "INGB": "INGBNL2A",
    "KNAB": "KNABNL2H",
    "RABO": "RABONL2U",
    "RBRB": "RBRBNL21",
    "SNSB": "SNSBNL2A",
    "TRIO": "TRIONL2U",
    "FVLB": "FVLBNL22",
}
"""By the four letters in a Dutch IBAN; a creditor at another bank gives its BIC."""


class CreditorDetails(msgspec.Struct, frozen=True):
    """What stands about the creditor in a file of direct debits, and its rules; an agency is a company, so nothing is personal."""

    identifier: str
    name: str
    iban: str
    bic: str
    notice_days: int = NOTICE_DAYS
    """Calendar days from the pre-notification to the collection date, at least."""
    file_days: int = FILE_DAYS
    """Business days from the making of the file to the collection date."""


class CreditorIdentified(Event, tag="creditor.identified"):
    """From now on the agency collects under this identifier, to this account."""

    details: CreditorDetails


class Creditor(msgspec.Struct, frozen=True):
    """How the agency collects; None as long as it does not."""

    details: CreditorDetails | None = None


def evolve(creditor: Creditor, event: Event) -> Creditor:
    """The creditor after this event."""
    return Creditor(event.details) if isinstance(event, CreditorIdentified) else creditor


class NoCreditorIdentifier(Refusal):
    code = "no_creditor_identifier"
    nl = "Dit bureau heeft nog geen incassant-ID. Vraag er een aan bij de bank en leg het vast met: selfbill debit creditor ID."
    en = "This agency has no creditor identifier yet. Ask the bank for one and record it with: selfbill debit creditor ID."


class NotACreditorIdentifier(Refusal):
    code = "not_a_creditor_identifier"
    nl = "{identifier} is geen geldig incassant-ID: het controlegetal of de vorm klopt niet. Neem het over van het incassocontract, zoals NL63ZZZ512732450000."
    en = "{identifier} is no valid creditor identifier: its check digits or its form are wrong. Copy it from the contract, as in NL63ZZZ512732450000."


class NotACollectingAccount(Refusal):
    code = "not_a_collecting_account"
    nl = "{iban} is geen geldig IBAN. Geef de rekening waarvoor het incassocontract geldt."
    en = "{iban} is no valid IBAN. Give the account that the direct debit contract is for."


class UnknownBank(Refusal):
    code = "unknown_bank"
    nl = "Van de bank van {iban} is geen geldige BIC bekend. Geef hem met --bic; hij staat op het rekeningafschrift."
    en = "No valid BIC of the bank of {iban} is known. Give it with --bic; it stands on the bank statement."


class UnusableCreditorName(Refusal):
    code = "unusable_creditor_name"
    nl = "De naam van het bureau houdt in bankschrift geen teken over. Geef het bureau een naam in gewone letters."
    en = "The agency's name has no character left as banks write it. Give the agency a name in plain letters."


class NoticeOutOfRange(Refusal):
    code = "notice_out_of_range"
    nl = "Een vooraankondiging gaat {least} tot {most} dagen vooraf, niet {days}."
    en = "A pre-notification goes out {least} to {most} days before, not {days}."


class FileDaysOutOfRange(Refusal):
    code = "file_days_out_of_range"
    nl = "Een incassobestand gaat {least} tot {most} werkdagen vooraf naar de bank, niet {days}."
    en = "A file of direct debits goes to the bank {least} to {most} business days before, not {days}."


def bic_of(iban: str) -> str:
    """The BIC of the bank in a Dutch IBAN, or an empty text for a bank that is not known here."""
    return _BICS.get(iban[4:8], "") if iban.startswith("NL") else ""


def identify(creditor: Creditor, *, details: CreditorDetails) -> CreditorIdentified | AlreadyDoneType:
    """The agency states how it collects.

    Raises NotACreditorIdentifier, NotACollectingAccount, UnknownBank, UnusableCreditorName, NoticeOutOfRange, FileDaysOutOfRange.
    """
    if creditor.details == details:
        return AlreadyDone
    if not is_creditor_identifier(details.identifier):
        raise NotACreditorIdentifier(identifier=details.identifier)
    if not is_iban(details.iban):
        raise NotACollectingAccount(iban=details.iban)
    if not is_bic(details.bic):
        raise UnknownBank(iban=details.iban)
    if not sepa_text(details.name, MOST_NAME_CHARACTERS):
        raise UnusableCreditorName
    if not LEAST_NOTICE_DAYS <= details.notice_days <= MOST_NOTICE_DAYS:
        raise NoticeOutOfRange(least=LEAST_NOTICE_DAYS, most=MOST_NOTICE_DAYS, days=details.notice_days)
    if not LEAST_FILE_DAYS <= details.file_days <= MOST_FILE_DAYS:
        raise FileDaysOutOfRange(least=LEAST_FILE_DAYS, most=MOST_FILE_DAYS, days=details.file_days)
    return CreditorIdentified(details=details)


def require(creditor: Creditor) -> CreditorDetails:
    """How the agency collects. Raises NoCreditorIdentifier."""
    if creditor.details is None:
        raise NoCreditorIdentifier
    return creditor.details
