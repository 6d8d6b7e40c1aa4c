"""What a bank says happened on an account: statements, their entries, and what is odd about them.

Amounts are signed: what came in is positive. Texts that the bank did not give are empty.
"""

import datetime as dt

import msgspec

from selfbill.refusals import Language, Refusal
from selfbill.values import Cents


class Place(msgspec.Struct, frozen=True):
    """Where in a file: the physical line (the first is 1, 0 is the file itself) and the element, tag or column."""

    line: int
    column: str = ""


class Oddity(msgspec.Struct, frozen=True):
    """Something that a bank's file should not hold, or should: it was read all the same, and this says how."""

    place: Place
    reason: Refusal

    @property
    def code(self) -> str:
        return self.reason.code

    def as_json(self, language: Language = "nl") -> dict[str, str | int]:
        """The oddity for a machine."""
        return {
            "line": self.place.line,
            "column": self.place.column,
            "code": self.code,
            "reason": self.reason.sentence(language),
        }


class Balance(msgspec.Struct, frozen=True):
    """What stood on the account; `day` is the bank's date of it, where it gives one."""

    amount: Cents
    day: dt.date | None = None


class Batch(msgspec.Struct, frozen=True):
    """The booking of which an entry is a part: banks book many payments as one, and other formats show only the total."""

    id: str
    place: int
    """From 1."""
    of: int
    total: Cents


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says about its payment, in whatever format it was written."""

    end_to_end_id: str = ""
    """As the payer's side gave it out; empty where it was NOTPROVIDED."""
    mandate_id: str = ""
    creditor_id: str = ""
    reference: str = ""
    """A structured reference: an RF number, a betalingskenmerk."""
    reference_type: str = ""
    """SCOR in camt; empty where the format has no types."""
    reference_issuer: str = ""
    """CUR for a betalingskenmerk, ISO for an RF number, or whatever the bank says."""
    text: str = ""
    """All of the remittance text in its order, parts separated by a space."""
    name: str = ""
    """Of the counterparty."""
    iban: str = ""
    """Of the counterparty; an account number of another kind where the bank gives no IBAN."""
    ultimate_debtor: str = ""
    ultimate_creditor: str = ""
    return_code: str = ""
    """Why a payment came back, e.g. MS03."""
    return_text: str = ""
    batch_id: str = ""


class Entry(Details, frozen=True, kw_only=True):
    """One booking, or one payment of a batch that the bank booked as one.

    `identity` is the same for the same booking in another file; selfbill.intake.bank.identity says how far that goes.
    """

    place: Place
    amount: Cents
    booked: dt.date
    valued: dt.date | None = None
    bank_reference: str = ""
    """What the bank that holds the account calls the booking (AcctSvcrRef; after // in MT940)."""
    entry_reference: str = ""
    """NtryRef, or the reference for the owner of the account in MT940."""
    code: str = ""
    """The bank's code for the kind of booking, e.g. PMNT/RCDT/ESCT, NTRF/00100 or OV."""
    is_return: bool = False
    """Whether this takes an earlier booking back: marked as a reversal, or with a reason of return."""
    batch: Batch | None = None
    identity: str = ""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of one account, checked: opening + entries = closing where it has both balances."""

    place: Place
    format: str
    """E.g. camt.053.001.02, MT940, CSV ING."""
    sha256: str
    """Of the file's bytes."""
    account: str
    """An IBAN; as the bank wrote it where it is none, which is an oddity."""
    currency: str = "EUR"
    identification: str = ""
    sequence: int | None = None
    page: int | None = None
    first: dt.date | None = None
    """The period that the bank says the statement covers, else that of its entries."""
    until: dt.date | None = None
    opening: Balance | None = None
    closing: Balance | None = None
    entries: tuple[Entry, ...] = ()
    oddities: tuple[Oddity, ...] = ()

    @property
    def total(self) -> Cents:
        """The sum of the entries."""
        return Cents(sum(entry.amount for entry in self.entries))
