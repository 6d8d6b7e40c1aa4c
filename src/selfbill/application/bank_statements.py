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
from selfbill.aggregates.payment import Payment
from selfbill.aggregates.payment_decisions import replace
from selfbill.aggregates.payment_events import PaymentReceived
from selfbill.application.bank_days import DayNews, StatementEntry, booked, bookings_that_may_be_totals, news_of
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.identifiers import is_iban
from selfbill.refusals import Refusal
from selfbill.store.streams import Change, Loaded
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
    takings: list[_Taking] = []

    def decide() -> Decision:
        taking = _Taking(office, owner, statement)
        takings.append(taking)
        return Decision(taking.changes)

    outcome = carry_out(office, decide)
    last = takings[-1]
    event = last.event
    if event is None:
        return Taken(outcome, known=len(statement.entries), continuity="known")
    return Taken(outcome, event.new, event.entries - event.new, last.replaced, event.continuity, event.missing)


class _Taking:
    """One try at taking a statement in: what it changes, given what is known now."""

    def __init__(self, office: Office, owner: str, statement: BankStatement) -> None:
        self._owner = owner
        self._statement = statement
        self._by_day: dict[dt.date, list[DatedEntry]] = defaultdict(list)
        for each in statement.entries:
            self._by_day[each.booked].append(each)
        self.event: StatementTaken | None = None
        self.replaced = 0
        self.changes: Sequence[Change] = ()
        name = account_stream(owner)
        loaded = office.streams.load_many([name, *(bank_day_stream(owner, day) for day in self._by_day)])
        account: Loaded[BankAccount] = loaded[name]
        if statement.identity in account.state.statements:
            return
        days = {day: loaded[bank_day_stream(owner, day)] for day in self._by_day}
        payments = office.streams.load_many(self._asked_about(days))
        changes: list[Change] = []
        new = 0
        for day, known in days.items():
            news = self._news(day, known.state, payments)
            new += len(news.new)
            changes.extend(self._received(day, news))
            changes.extend(self._replaced(news, payments))
            if remembered := booked(news, known.state, [each.entry for each in self._by_day[day]]):
                event = DayBooked(owner=owner, day=day, format=statement.format, entries=remembered)
                changes.append(Change(bank_day_stream(owner, day), known.version, (event,)))
        self.event = self._taken(account.state, new)
        self.changes = [*changes, Change(name, account.version, (self.event,))]

    def _asked_about(self, days: Mapping[dt.date, Loaded[BankDay]]) -> list[str]:
        """The streams of payments that may be one with an entry of the statement."""
        asked: set[PaymentId] = set()
        for day, known in days.items():
            entries = [each.entry for each in self._by_day[day]]
            asked.update(entry.identity for entry in entries if entry.identity in known.state.entries)
            asked.update(bookings_that_may_be_totals(known.state, entries))
        return [payment_stream(payment) for payment in asked]

    def _news(self, day: dt.date, known: BankDay, payments: Mapping[str, Loaded[Payment]]) -> DayNews:
        states = {
            payment: payments[name].state for payment in known.entries if (name := payment_stream(payment)) in payments
        }
        return news_of(
            known,
            [each.entry for each in self._by_day[day]],
            format_name=self._statement.format,
            details={name: state.received.details for name, state in states.items() if state.received is not None},
            is_allocated={
                name: state.left != state.received.amount for name, state in states.items() if state.received
            },
        )

    def _received(self, day: dt.date, news: DayNews) -> list[Change]:
        dates = {each.entry.identity: each for each in self._by_day[day]}
        return [
            Change(
                payment_stream(name),
                0,
                (
                    PaymentReceived(
                        payment=name,
                        owner=self._owner,
                        amount=entry.amount,
                        booked=day,
                        valued=dates[entry.identity].valued,
                        statement=self._statement.identity,
                        is_return=entry.is_return,
                        details=entry.details,
                    ),
                ),
            )
            for name, entry in news.new
        ]

    def _replaced(self, news: DayNews, payments: Mapping[str, Loaded[Payment]]) -> list[Change]:
        changes: list[Change] = []
        for name, parts in news.replaced.items():
            loaded = payments[payment_stream(name)]
            changes.extend(change(payment_stream(name), loaded, replace(loaded.state, name=name, by=parts)))
        self.replaced += len(news.replaced)
        return changes

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
