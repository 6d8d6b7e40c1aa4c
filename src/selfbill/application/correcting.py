"""Corrections in one transaction: credit notes with their numbers, the commission that follows, and the marks on timesheets.

The original's stream is in it, so a payment that is allocated at the same moment finds the version moved and decides anew: what
is open is always the total less everything that was booked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from selfbill.aggregates import commission_correction as following
from selfbill.aggregates import credit_note
from selfbill.aggregates import series as numbers
from selfbill.aggregates import timesheet_corrections as weeks
from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import (
    AGENCY,
    COMMISSION_SERIES,
    customer_stream,
    freelancer_stream,
    invoice_stream,
    mandate_stream,
    placement_stream,
    series_stream,
    timesheet_stream,
)
from selfbill.aggregates.commission_correction import Following
from selfbill.aggregates.credit_note import lines_left, whole_lines
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import CommissionInvoiced, CreditNoteIssued, InvoiceIssued
from selfbill.aggregates.invoice_money import CreditedLine
from selfbill.aggregates.placement import Placement
from selfbill.application.as_of import state_at
from selfbill.application.commission_then import Versions, agreed, calculation_of
from selfbill.application.office import Decision, Office, merged
from selfbill.moments import local_date, next_moment_after
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import Towards
from selfbill.store.streams import Change, Loaded
from selfbill.values import Cents, FreelancerCode, InvoiceNumber, Minutes

SIDES: tuple[Towards, ...] = ("freelancer", "customer")
AGREED_ANEW = "Provisie opnieuw afgesproken"


class Credit(msgspec.Struct, frozen=True):
    """What is to be taken back of one invoice: these lines by their position from 1, or everything that is left."""

    invoice: InvoiceNumber
    lines: tuple[int, ...] | None
    reason: str


class Correction(msgspec.Struct, frozen=True):
    """What a correction issues and changes; the numbers hold when it is stored at once."""

    credit_notes: tuple[CreditNoteIssued, ...]
    """The freelancer's first, then the agency's on commission; each in order of number."""
    commission: Mapping[InvoiceNumber, tuple[Following, ...]]
    """Per customer invoice, how its commission follows."""
    changes: tuple[Change, ...]
    rests_on: Mapping[str, int]

    @property
    def decision(self) -> Decision:
        """To be carried out."""
        return Decision(self.changes, self.rests_on)


class Books:
    """What corrections of these invoices need to know, loaded together."""

    def __init__(
        self, office: Office, invoices: Sequence[InvoiceNumber], known: Mapping[str, Loaded[Any]] | None = None
    ) -> None:
        self.office = office
        self.now = office.clock.now()
        self.today = local_date(self.now)
        self.loaded: dict[str, Loaded[Any]] = dict(known or {})
        self.need({AGENCY, COMMISSION_SERIES, *(invoice_stream(number) for number in invoices)})
        needed: set[str] = set()
        for number in invoices:
            needed.update(_needed(self.invoice(number)))
        self.need(needed)
        self.rests_on: dict[str, int] = {}

    def need(self, names: set[str]) -> None:
        """Loads what is not loaded yet."""
        missing = names - self.loaded.keys()
        if missing:
            self.loaded |= self.office.streams.load_many(missing)

    def invoice(self, number: InvoiceNumber) -> Invoice:
        """This invoice, which is loaded."""
        state: Invoice = self.loaded[invoice_stream(number)].state
        return state

    def change(self, stream: str, *events: Any) -> Change:
        """These events on a stream that is loaded."""
        return Change(stream, self.loaded[stream].version, events)

    def require_creditable(self, number: InvoiceNumber) -> None:
        """Raises CreditWithoutMandate or CreditWithoutParty for an invoice in a freelancer's name."""
        issued = self.invoice(number).issued
        if not isinstance(issued, InvoiceIssued):
            return
        mandate = self.loaded[mandate_stream(issued.freelancer)]
        credit_note.require_creditable(
            self.invoice(number),
            number=number,
            mandate=mandate.state,
            debtor=self.loaded[customer_stream(issued.customer)].state,
            issuer=self.loaded[freelancer_stream(issued.freelancer)].state,
            day=self.today,
        )
        self.rests_on[mandate_stream(issued.freelancer)] = mandate.version


def _needed(invoice: Invoice) -> set[str]:
    """The streams that crediting this invoice looks at or changes."""
    issued = invoice.issued
    if not isinstance(issued, InvoiceIssued):
        return set()
    return {
        series_stream(issued.freelancer),
        mandate_stream(issued.freelancer),
        freelancer_stream(issued.freelancer),
        customer_stream(issued.customer),
        *(timesheet_stream(issued.placement, source.week) for source in issued.sources),
        *(invoice_stream(number) for billed in invoice.commission_billed.values() for number in billed),
    }


class Numbers:
    """Numbers of several series, taken once each however many documents there are."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._wanted: dict[str, int] = defaultdict(int)

    def want(self, series: str, count: int = 1) -> None:
        """So many more documents of this issuer."""
        self._wanted[series] += count

    def take(self) -> tuple[list[Change], dict[str, list[InvoiceNumber]]]:
        """The events that take them, and the numbers per series."""
        changes, free = [], {}
        for series, count in sorted(self._wanted.items()):
            taken, some = numbers.take(self._books.loaded[series].state, year=self._books.today.year, count=count)
            changes.append(self._books.change(series, taken))
            free[series] = list(some)
        return changes, free


def correct(
    books: Books,
    credits_: Sequence[Credit],
    *,
    placement_now: Loaded[Placement] | None = None,
    also: Sequence[InvoiceNumber] = (),
    new_documents: Mapping[FreelancerCode, int] | None = None,
) -> tuple[Correction, list[InvoiceNumber]]:
    """Takes back what `credits_` say, with the commission for it; each invoice is in it once.

    With `placement_now` the commission for these invoices, and for those in `also` that are not credited, follows terms that were
    agreed with effect in the past; otherwise it is never more than before. Also answers numbers for `new_documents` of a
    freelancer, which come after those of the credit notes. Raises the refusals of `aggregates.credit_note`.
    """
    ordered = sorted(credits_, key=lambda credit: credit.invoice)
    lines = {
        credit.invoice: whole_lines(books.invoice(credit.invoice), number=credit.invoice, positions=credit.lines)
        for credit in ordered
    }
    for credit in ordered:
        credit_note.require_reason(credit.invoice, credit.reason)
        books.require_creditable(credit.invoice)
    followings = {
        number: found
        for number in [*lines, *also]
        if (found := _commission(books, number, lines.get(number, ()), _reason(ordered, number), placement_now))
    }
    commission = _commission_credits(ordered, books, lines, followings)
    taking = Numbers(books)
    for credit in ordered:
        if isinstance(issued := books.invoice(credit.invoice).issued, InvoiceIssued):
            taking.want(series_stream(issued.freelancer))
    for freelancer, count in (new_documents or {}).items():
        taking.want(series_stream(freelancer), count)
    if commission:
        taking.want(COMMISSION_SERIES, len(commission))
    changes, free = taking.take()
    notes: list[CreditNoteIssued] = []
    for credit in ordered:
        issued = books.invoice(credit.invoice).issued
        if isinstance(issued, InvoiceIssued):
            number = free[series_stream(issued.freelancer)].pop(0)
            note, made = _credit_one(books, credit.invoice, number, lines[credit.invoice], credit.reason)
            notes.append(note)
            changes += [*made, *_marks(books, issued, number, lines[credit.invoice])]
    for original, parts in sorted(commission.items()):
        reason = _reason(ordered, original) or _follows(followings, original)
        note, made = _credit_one(books, original, free[COMMISSION_SERIES].pop(0), parts, reason)
        notes.append(note)
        changes += made
    changes += [
        books.change(invoice_stream(number), each.adjusted)
        for number, found in followings.items()
        for each in found
        if each.adjusted is not None
    ]
    rest = [number for some in free.values() for number in some]
    return Correction(tuple(notes), followings, tuple(merged(changes)), dict(books.rests_on)), rest


def _follows(followings: Mapping[InvoiceNumber, Sequence[Following]], bill: InvoiceNumber) -> str:
    """Why a commission invoice is credited that nobody named, in the words of the document."""
    about = [number for number, each in followings.items() for one in each for name, _ in one.credits if name == bill]
    return f"Volgt de correctie van {', '.join(sorted(set(about)))}"


def _reason(credits_: Sequence[Credit], number: InvoiceNumber) -> str:
    return next((credit.reason for credit in credits_ if credit.invoice == number), "")


def _commission(
    books: Books,
    number: InvoiceNumber,
    taken: Sequence[CreditedLine],
    reason: str,
    placement_now: Loaded[Placement] | None,
) -> tuple[Following, ...]:
    """How the commission for one customer invoice follows what is taken back of it."""
    invoice = books.invoice(number)
    issued = invoice.issued
    if not isinstance(issued, InvoiceIssued):
        return ()
    bills = {bill: books.invoice(bill) for billed in invoice.commission_billed.values() for bill in billed}
    positions = {part.position for part in taken}
    stands = dict(zip(_positions_left(invoice), lines_left(invoice), strict=True))
    left: list[Line] = [line for position, line in stands.items() if position not in positions]
    parties: dict[Towards, str] = {"freelancer": issued.freelancer, "customer": issued.customer}
    calculation = None
    found = []
    for towards in SIDES:
        before = following.charged(invoice, towards, bills)
        if before == 0 and placement_now is None:
            continue
        target, anew = Cents(0), 0
        if left:
            calculation = calculation or calculation_of(books.office.streams, issued)
            then = _agreed_then(books, invoice, issued, towards)
            target = Cents(min(before, calculation.commission_on(left, then)))
            now = None if placement_now is None else agreed(placement_now.state, towards)
            if placement_now is not None and now is not None and calculation.is_agreed_anew(then, now):
                target, anew = calculation.commission_on(left, now), placement_now.version
        followed = following.follow(
            invoice,
            towards,
            party=parties[towards],
            target=target,
            minutes=Minutes(sum(line.minutes for line in left)),
            bills=bills,
            reason=reason or AGREED_ANEW,
            commission_at=_commission_moment(books),
            agreed_anew=anew,
        )
        if followed is not None:
            found.append(followed)
    return tuple(found)


def _agreed_then(books: Books, invoice: Invoice, issued: InvoiceIssued, towards: Towards) -> Versions:
    version = invoice.commission_agreed.get(towards, issued.placement_version)
    placement: Placement = state_at(books.office.streams, placement_stream(issued.placement), version)
    return agreed(placement, towards)


def _positions_left(invoice: Invoice) -> list[int]:
    assert isinstance(invoice.issued, InvoiceIssued)
    return [place for place in range(1, len(invoice.issued.lines) + 1) if place not in invoice.credited_lines]


def _commission_moment(books: Books) -> Any:
    agency: Agency = books.loaded[AGENCY].state
    assert agency.moments is not None
    return next_moment_after(agency.moments.commission, books.now)


def _commission_credits(
    ordered: Sequence[Credit],
    books: Books,
    lines: Mapping[InvoiceNumber, Sequence[CreditedLine]],
    followings: Mapping[InvoiceNumber, Sequence[Following]],
) -> dict[InvoiceNumber, list[CreditedLine]]:
    """What is taken back of each commission invoice: asked for by a person, or following customer invoices."""
    found: dict[InvoiceNumber, list[CreditedLine]] = {
        credit.invoice: list(lines[credit.invoice])
        for credit in ordered
        if isinstance(books.invoice(credit.invoice).issued, CommissionInvoiced)
    }
    for each in followings.values():
        for bill, part in (credited for one in each for credited in one.credits):
            found.setdefault(bill, []).append(part)
    return found


def _credit_one(
    books: Books,
    original: InvoiceNumber,
    number: InvoiceNumber,
    lines: Sequence[CreditedLine],
    reason: str,
) -> tuple[CreditNoteIssued, list[Change]]:
    ordered = sorted(lines, key=lambda line: line.position)
    note, credited = credit_note.credit(
        books.invoice(original), credit_note=number, lines=ordered, reason=reason, day=books.today
    )
    return note, [Change(invoice_stream(number), 0, (note,)), books.change(invoice_stream(original), credited)]


def _marks(books: Books, issued: InvoiceIssued, number: InvoiceNumber, taken: Sequence[CreditedLine]) -> list[Change]:
    """What the timesheets behind the lines should know."""
    pairs = [(issued.lines[part.position - 1], part) for part in taken]
    marks = []
    for week in dict.fromkeys(line.week for line, _ in pairs):
        marked = weeks.credited(
            placement=issued.placement,
            week=week,
            invoice=issued.number,
            credit_note=number,
            month=issued.month,
            lines=pairs,
        )
        marks.append(books.change(timesheet_stream(issued.placement, week), marked))
    return marks
