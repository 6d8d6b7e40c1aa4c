"""The bank accounts of one owner, a freelancer or the agency: which statements were taken in, and what was booked on each day."""

import datetime as dt

import msgspec

from selfbill.aggregates.event import Event
from selfbill.values import Cents, PaymentId


class StatementTaken(Event, tag="bank.statement_taken"):
    """A statement was taken in whole: all its entries are payments, here or before."""

    personal = ("account",)
    owner: str
    statement: str
    """Identifies it: a hash of its file and its place in it."""
    account: str | None
    """The IBAN."""
    account_end: str
    """Its last four characters, for people."""
    format: str
    sha256: str
    """Of the file."""
    first: dt.date | None
    until: dt.date | None
    opening: Cents | None
    closing: Cents | None
    entries: int
    new: int
    """Those that no statement had brought before."""
    total: Cents
    """Of all entries."""
    sequence: int | None = None
    continuity: str = "unknown"
    """How it stands to the last statement of this account: ok, gap, overlap, first, unknown."""
    missing: Cents | None = None
    """What the entries between the two add up to, where there is a gap."""
    oddities: tuple[str, ...] = ()


class AccountShared(Event, tag="bank.account_shared"):
    """This owner also receives money on this account: an earlier one, or one that stands on no invoice."""

    personal = ("account",)
    owner: str
    account: str | None


class PaymentsMatched(Event, tag="bank.payments_matched"):
    """Everything that the statements until here brought was allocated, proposed or found to be a work item."""

    owner: str
    certain: int
    proposed: int
    unmatched: int


class MatchingAsked(Event, tag="bank.matching_asked"):
    """Somebody wants what is left to be looked at again, e.g. because invoices were issued since."""

    owner: str


class Ended(msgspec.Struct, frozen=True):
    """Where the latest statement of an account ended."""

    until: dt.date | None
    closing: Cents | None


class BankAccount(msgspec.Struct, frozen=True):
    """The statements of an owner's accounts."""

    statements: frozenset[str] = frozenset()
    ended: dict[str, Ended] = {}
    """By IBAN."""
    shared: frozenset[str] = frozenset()
    """Accounts besides the one on the owner's invoices."""
    is_matched: bool = True
    """Whether everything was looked at since it came in or was asked for."""


def evolve(account: BankAccount, event: Event) -> BankAccount:
    """The accounts after this event."""
    match event:
        case StatementTaken(account=None):
            return msgspec.structs.replace(account, statements=account.statements | {event.statement}, is_matched=False)
        case StatementTaken(account=str(iban)):
            before = account.ended.get(iban)
            ended = Ended(event.until, event.closing)
            is_latest = before is None or before.until is None or event.until is None or event.until >= before.until
            return msgspec.structs.replace(
                account,
                statements=account.statements | {event.statement},
                ended={**account.ended, iban: ended} if is_latest else account.ended,
                is_matched=False,
            )
        case AccountShared(account=str(iban)):
            return msgspec.structs.replace(account, shared=account.shared | {iban})
        case MatchingAsked():
            return msgspec.structs.replace(account, is_matched=False)
        case PaymentsMatched():
            return msgspec.structs.replace(account, is_matched=True)
        case _:
            return account


class BookedEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry as one format showed it on a day: as a payment, or as one that was known from another."""

    payment: PaymentId
    amount: Cents
    batch: str = ""
    """The booking of which it is a part."""
    batch_total: Cents = Cents(0)
    replaced: bool = False
    """Whether its parts stand in its place."""
    same_as: str = ""
    """The batch that was known already and of which this is the total; then it is no payment."""


class DayBooked(Event, tag="bank.day_booked"):
    """What a statement brought on one day that no other had brought before."""

    owner: str
    day: dt.date
    format: str
    entries: tuple[BookedEntry, ...]


class BankDay(msgspec.Struct, frozen=True):
    """Everything that was booked on a day, by payment; with the format that brought it."""

    entries: dict[PaymentId, BookedEntry] = {}
    formats: dict[PaymentId, str] = {}


def evolve_day(day: BankDay, event: Event) -> BankDay:
    """The day after this event."""
    if not isinstance(event, DayBooked):
        return day
    return BankDay(
        {**day.entries, **{entry.payment: entry for entry in event.entries}},
        {**day.formats, **{entry.payment: event.format for entry in event.entries}},
    )
