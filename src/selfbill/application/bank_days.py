"""One day of an account: which entries of a statement are new, which are known, and which show better what was known."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from selfbill.aggregates.bank_account import BankDay, BookedEntry
from selfbill.aggregates.payment_events import PaymentDetails
from selfbill.values import Cents, PaymentId


class StatementEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a statement, as its bank shows it in this format."""

    identity: PaymentId
    amount: Cents
    details: PaymentDetails
    is_return: bool = False
    batch: str = ""
    """Names the booking of which it is a part, within the statement; empty when it is a booking of its own."""
    batch_total: Cents = Cents(0)


class DayNews(msgspec.Struct, frozen=True):
    """What a statement adds to a day."""

    new: tuple[tuple[PaymentId, StatementEntry], ...] = ()
    totals: tuple[tuple[PaymentId, str], ...] = ()
    """Bookings that are no payments, because their parts are known; each with its batch."""
    replaced: Mapping[PaymentId, tuple[PaymentId, ...]] = {}
    """Payments that were taken in as one booking, and the parts that stand in their place now."""


KnownDetails = Mapping[PaymentId, PaymentDetails | None]


def news_of(
    day: BankDay,
    entries: Sequence[StatementEntry],
    *,
    format_name: str,
    details: KnownDetails,
    is_allocated: Mapping[PaymentId, bool],
) -> DayNews:
    """Compares the entries of a statement with what is known of their day.

    `details` holds what is known of entries that have the identity of one of these, to tell two equal payments in two files
    from one that comes twice; `is_allocated` says of bookings that may be totals whether they pay something already: then their parts
    stay out, so that money counts once.
    """
    fresh = [(name, entry) for entry in entries if (name := _new_name(day, entry, details)) is not None]
    parts: dict[str, list[tuple[PaymentId, StatementEntry]]] = defaultdict(list)
    for name, entry in fresh:
        if entry.batch:
            parts[entry.batch].append((name, entry))
    replaced: dict[PaymentId, tuple[PaymentId, ...]] = {}
    left_out: set[PaymentId] = set()
    for some in parts.values():
        total = some[0][1].batch_total
        is_whole = sum(entry.amount for _, entry in some) == total
        booking = _booked_as_one(day, total, format_name, replaced) if is_whole else None
        if booking is None:
            continue
        if is_allocated[booking]:
            left_out.update(name for name, _ in some)
        else:
            replaced[booking] = tuple(name for name, _ in some)
    totals: dict[PaymentId, str] = {}
    for name, entry in fresh:
        if not entry.batch and (batch_of := _batch_of(day, entry.amount, format_name, set(totals.values()))):
            totals[name] = batch_of
    new = tuple((name, entry) for name, entry in fresh if name not in left_out and name not in totals)
    return DayNews(new, tuple(totals.items()), replaced)


def bookings_that_may_be_totals(day: BankDay, entries: Sequence[StatementEntry]) -> list[PaymentId]:
    """The payments of this day that `news_of` asks about."""
    totals = {entry.batch_total for entry in entries if entry.batch}
    return [name for name, booked in day.entries.items() if not booked.batch and booked.amount in totals]


def _new_name(day: BankDay, entry: StatementEntry, details: KnownDetails) -> PaymentId | None:
    """The id under which it is taken in; None when it is known."""
    if entry.identity not in day.entries:
        return entry.identity
    known = details.get(entry.identity)
    if known is None or not _contradict(known, entry.details):
        return None
    facts = f"{entry.identity}|{_plain(entry.details.end_to_end_id)}|{_plain(entry.details.bank_reference)}"
    other = PaymentId(hashlib.sha256(facts.encode()).hexdigest()[: len(entry.identity)])
    return None if other in day.entries else other


def _contradict(known: PaymentDetails, other: PaymentDetails) -> bool:
    """Whether two entries cannot be one, because the payer's side named them differently."""
    first, second = _plain(known.end_to_end_id), _plain(other.end_to_end_id)
    return bool(first and second) and not (first.startswith(second) or second.startswith(first))


def _plain(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


def _booked_as_one(day: BankDay, total: Cents, format_name: str, taken: Mapping[PaymentId, object]) -> PaymentId | None:
    """The booking, brought by another format, that is this total."""
    return next(
        (
            name
            for name, booked in day.entries.items()
            if booked.amount == total
            and not (booked.batch or booked.replaced or booked.same_as or name in taken)
            and day.formats[name] != format_name
        ),
        None,
    )


def _batch_of(day: BankDay, amount: Cents, format_name: str, taken: set[str]) -> str | None:
    """The batch, brought by another format, of which this is the total, unless another booking is."""
    spoken_for = taken | {booked.same_as for booked in day.entries.values() if booked.same_as}
    return next(
        (
            booked.batch
            for name, booked in day.entries.items()
            if booked.batch
            and booked.batch_total == amount
            and booked.batch not in spoken_for
            and day.formats[name] != format_name
        ),
        None,
    )


def booked(news: DayNews, day: BankDay, entries: Sequence[StatementEntry]) -> tuple[BookedEntry, ...]:
    """What the day is to remember of this."""
    amounts = {entry.identity: entry.amount for entry in entries}
    return (
        *(BookedEntry(name, entry.amount, entry.batch, entry.batch_total) for name, entry in news.new),
        *(BookedEntry(name, amounts[name], same_as=batch) for name, batch in news.totals),
        *(msgspec.structs.replace(day.entries[name], replaced=True) for name in news.replaced),
    )
