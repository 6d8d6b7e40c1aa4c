"""Taking in a bank statement: each entry becomes a payment once, whatever file, format or process brings it.

An entry is recognised by its identity among those of its day. What one format shows as a batch and another payment by payment
is recognised by the batch's total. A statement is taken in whole, in one transaction, or not at all.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from selfbill.aggregates.bank_account import (
    AccountShared,
    BankAccount,
    BankDay,
    DayBooked,
    MatchingAsked,
    PaymentsMatched,
    StatementTaken,
)
from selfbill.aggregates.catalogue import account_stream, bank_day_stream, payment_stream
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.payment_decisions import receive, replace
from selfbill.aggregates.payment_events import PaymentReceived
from selfbill.application.bank_days import DayNews, StatementEntry, booked, bookings_that_may_be_totals, news_of
from selfbill.application.books import Books
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.identifiers import is_iban
from selfbill.refusals import Refusal
from selfbill.store.streams import Loaded
from selfbill.values import Cents, PaymentId


class NotAnAccountNumber(Refusal):
    code = "not_an_account_number"
    nl = "{account} is geen geldig IBAN."
    en = "{account} is no valid IBAN."


class DatedEntry(msgspec.Struct, frozen=True):
    """An entry, the day on which it was booked and the day for which it counts."""

    entry: StatementEntry
    booked: dt.date
    valued: dt.date


class BankStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of one account, read and checked: opening + entries = closing where it has both."""

    identity: str
    """The same for the same statement of the same file."""
    account: str
    format: str
    sha256: str
    first: dt.date | None = None
    until: dt.date | None = None
    opening: Cents | None = None
    closing: Cents | None = None
    sequence: int | None = None
    entries: tuple[DatedEntry, ...] = ()
    oddities: tuple[str, ...] = ()

    @property
    def total(self) -> Cents:
        """The sum of the entries."""
        return Cents(sum(each.entry.amount for each in self.entries))


class Taken(msgspec.Struct, frozen=True):
    """What taking in a statement came to."""

    outcome: Outcome
    new: int = 0
    known: int = 0
    replaced: int = 0
    """Bookings of which the payments are known now."""
    continuity: str = "unknown"
    missing: Cents | None = None


def take_in_statement(office: Office, *, owner: str, statement: BankStatement) -> Taken:
    """Makes a payment of every entry that is not known yet, on the account of this owner (a freelancer's code or `agency`).

    AlreadyDone for a statement that was taken in before.
    """
    (taken,) = take_in_statements(office, statements=[(owner, statement)])
    return taken


def take_in_statements(office: Office, *, statements: Sequence[tuple[str, BankStatement]]) -> list[Taken]:
    """The same for all statements of a file, each with the owner of its account, in the order of their days: all of them or none."""
    takings: list[_Taking] = []

    def decide() -> Decision:
        books = Books(office, [account_stream(owner) for owner, _ in statements])
        takings[:] = [_Taking(books, owner, statement) for owner, statement in statements]
        return books.decision()

    outcome = carry_out(office, decide)
    return [taking.outcome(outcome) for taking in takings]


class _Taking:
    """One try at taking a statement in, given what is known now."""

    def __init__(self, books: Books, owner: str, statement: BankStatement) -> None:
        self._books = books
        self._owner = owner
        self._statement = statement
        self._by_day: dict[dt.date, list[DatedEntry]] = defaultdict(list)
        for each in statement.entries:
            self._by_day[each.booked].append(each)
        self._event: StatementTaken | None = None
        self._replaced = 0
        account: BankAccount = books.state(account_stream(owner))
        if statement.identity not in account.statements:
            self._take_in(account)

    def outcome(self, of_all: Outcome) -> Taken:
        """What it came to, when it was saved."""
        event = self._event
        if event is None:
            return Taken(AlreadyDone, known=len(self._statement.entries), continuity="known")
        return Taken(of_all, event.new, event.entries - event.new, self._replaced, event.continuity, event.missing)

    def _take_in(self, account: BankAccount) -> None:
        self._books.load(bank_day_stream(self._owner, day) for day in self._by_day)
        days: dict[dt.date, BankDay] = {
            day: self._books.state(bank_day_stream(self._owner, day)) for day in self._by_day
        }
        asked = self._asked_about(days)
        self._books.load(payment_stream(payment) for payment in asked)
        new = 0
        for day, known in days.items():
            news = self._news(day, known, asked)
            new += len(news.new)
            self._receive(day, news)
            if remembered := booked(news, known, [each.entry for each in self._by_day[day]]):
                event = DayBooked(owner=self._owner, day=day, format=self._statement.format, entries=remembered)
                self._books.add(bank_day_stream(self._owner, day), event)
        self._event = self._taken(account, new)
        self._books.add(account_stream(self._owner), self._event)

    def _asked_about(self, days: Mapping[dt.date, BankDay]) -> set[PaymentId]:
        """The payments that may be one with an entry of the statement."""
        asked: set[PaymentId] = set()
        for day, known in days.items():
            entries = [each.entry for each in self._by_day[day]]
            asked.update(entry.identity for entry in entries if entry.identity in known.entries)
            asked.update(bookings_that_may_be_totals(known, entries))
        return asked

    def _news(self, day: dt.date, known: BankDay, asked: set[PaymentId]) -> DayNews:
        states = {payment: self._books.payment(payment) for payment in known.entries if payment in asked}
        return news_of(
            known,
            [each.entry for each in self._by_day[day]],
            format_name=self._statement.format,
            details={name: state.received.details for name, state in states.items() if state.received is not None},
            is_allocated={
                name: state.left != state.received.amount for name, state in states.items() if state.received
            },
        )

    def _receive(self, day: dt.date, news: DayNews) -> None:
        valued = {each.entry.identity: each.valued for each in self._by_day[day]}
        self._books.load(payment_stream(name) for name, _ in news.new)
        for name, entry in news.new:
            received = PaymentReceived(
                payment=name,
                owner=self._owner,
                amount=entry.amount,
                booked=day,
                valued=valued[entry.identity],
                statement=self._statement.identity,
                is_return=entry.is_return,
                details=entry.details,
            )
            self._books.add(payment_stream(name), receive(self._books.payment(name), received))
        for name, parts in news.replaced.items():
            self._books.add(payment_stream(name), replace(self._books.payment(name), name=name, by=parts))
        self._replaced += len(news.replaced)

    def _taken(self, account: BankAccount, new: int) -> StatementTaken:
        statement = self._statement
        continuity, missing = _continuity(account, statement)
        return StatementTaken(
            owner=self._owner,
            statement=statement.identity,
            account=statement.account,
            account_end=statement.account[-4:],
            format=statement.format,
            sha256=statement.sha256,
            first=statement.first,
            until=statement.until,
            opening=statement.opening,
            closing=statement.closing,
            entries=len(statement.entries),
            new=new,
            total=statement.total,
            sequence=statement.sequence,
            continuity=continuity,
            missing=missing,
            oddities=statement.oddities,
        )


def _continuity(account: BankAccount, statement: BankStatement) -> tuple[str, Cents | None]:
    """How it goes on from the latest statement of the same account; the amount that is missing in between, where one is."""
    before = account.ended.get(statement.account)
    if before is None:
        return "first", None
    if None not in (before.until, statement.until) and statement.until <= before.until:  # type: ignore[operator]
        return "overlap", None
    if before.closing is None or statement.opening is None:
        return "unknown", None
    missing = Cents(statement.opening - before.closing)
    return ("gap", missing) if missing else ("ok", None)


def share_account(office: Office, *, owner: str, account: str, command_id: str | None = None) -> Outcome:
    """Statements of this account are the owner's: an earlier account, or one that stands on no invoice. Raises NotAnAccountNumber."""
    iban = "".join(account.split()).upper()
    if not is_iban(iban):
        raise NotAnAccountNumber(account=account)
    stream = account_stream(owner)

    def decide() -> Decision:
        loaded: Loaded[BankAccount] = office.streams.load(stream)
        if iban in loaded.state.shared:
            return Decision(())
        return Decision(change(stream, loaded, AccountShared(owner=owner, account=iban)))

    return carry_out(office, decide, command_id=command_id)


def ask_matching(office: Office, *, owner: str) -> Outcome:
    """What is left of this owner's payments is looked at again."""
    stream = account_stream(owner)

    def decide() -> Decision:
        return Decision(change(stream, office.streams.load(stream), MatchingAsked(owner=owner)))

    return carry_out(office, decide)


def finish_matching(office: Office, *, owner: str, version: int, counts: Mapping[str, int]) -> Outcome:
    """Everything was looked at that had come in when the owner's accounts were at this version.

    AlreadyDone when nothing waited for it, and when a statement came in since: then it is looked at again.
    """
    stream = account_stream(owner)

    def decide() -> Decision:
        loaded: Loaded[BankAccount] = office.streams.load(stream)
        if loaded.version != version or loaded.state.is_matched:
            return Decision(())
        event = PaymentsMatched(
            owner=owner,
            certain=counts.get("certain", 0),
            proposed=counts.get("proposed", 0),
            unmatched=counts.get("unmatched", 0),
        )
        return Decision(change(stream, loaded, event))

    return carry_out(office, decide)
