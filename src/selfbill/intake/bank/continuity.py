"""Whether one statement of an account goes on where the other ended."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from selfbill.intake.bank.statement import Statement
from selfbill.values import Cents


class Continuity(StrEnum):
    """How two statements of one account stand to each other."""

    OK = "ok"
    GAP = "gap"
    """Bookings are missing between them."""
    OVERLAP = "overlap"
    """They share bookings, or days whose balances contradict each other."""
    UNKNOWN = "unknown"
    """Neither balances nor numbers tell."""


class Follows(msgspec.Struct, frozen=True):
    """The answer; `missing` is what the bookings between the two add up to, where both balances are known."""

    continuity: Continuity
    missing: Cents | None = None


def follows(previous: Statement, following: Statement) -> Follows:
    """Whether `following` begins where `previous` ended. Both are of one account.

    Shared bookings are an overlap whatever the balances say. Numbers of statements are asked only where balances are missing:
    some banks always write 0, others skip days.
    """
    assert previous.account == following.account
    if {entry.identity for entry in previous.entries} & {entry.identity for entry in following.entries}:
        return Follows(Continuity.OVERLAP)
    if previous.closing is None or following.opening is None:
        return Follows(_by_number(previous, following))
    missing = Cents(following.opening.amount - previous.closing.amount)
    if missing == 0:
        return Follows(Continuity.OK, missing)
    ended, ends = _last_day(previous), _last_day(following)
    if ended is not None and ends is not None and ends <= ended:
        return Follows(Continuity.OVERLAP)
    return Follows(Continuity.GAP, missing)


def _last_day(statement: Statement) -> dt.date | None:
    """By its closing balance and its entries; the period that a bank prints is that of the request, not of the bookings."""
    days = [entry.booked for entry in statement.entries]
    if statement.closing is not None and statement.closing.day is not None:
        days.append(statement.closing.day)
    return max(days, default=statement.until)


def _by_number(previous: Statement, following: Statement) -> Continuity:
    if previous.sequence is None or following.sequence is None:
        return Continuity.UNKNOWN
    if following.sequence == previous.sequence + 1:
        return Continuity.OK
    return Continuity.GAP if following.sequence > previous.sequence else Continuity.UNKNOWN


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """By account, and within one as the days go; statements that end on one day stay as they stand."""
    return sorted(statements, key=lambda each: (each.account, _last_day(each) or dt.date.min))
