"""What a folder's weeks mean to an agency as it stands: hours to write down, submissions and decisions to announce."""

import datetime as dt
from collections.abc import Iterable

from selfbill.aggregates.catalogue import AGENCY, customer_stream, freelancer_stream, placement_stream, timesheet_stream
from selfbill.aggregates.party import name_contact
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.timesheet import Status, Timesheet
from selfbill.aggregates.timesheet_billing import reschedule
from selfbill.aggregates.timesheet_decisions import announce_decision, announce_submission, register
from selfbill.application.terms import invoice_moment_of
from selfbill.intake.book import Book
from selfbill.intake.conflicts import AttemptFixed, DecisionFixed
from selfbill.intake.contents import Rows
from selfbill.intake.week_rows import TimesheetLine
from selfbill.moments import next_moment
from selfbill.pricing.terms import Shift


def plan_weeks(book: Book, rows: Rows) -> None:
    """Nothing happens to a week before its moment: the import only announces what will."""
    shifts = rows.shifts()
    timesheets = sorted(rows.timesheets, key=lambda line: (line.placement, line.week, line.attempt))
    _name_contacts(book, timesheets)
    for line in timesheets:
        _plan_attempt(book, line, shifts.get(line.key, ()))


def _plan_attempt(book: Book, line: TimesheetLine, shifts: tuple[Shift, ...]) -> None:
    known: Timesheet = book.state(timesheet_stream(line.placement, line.week))
    was_known = line.attempt in known.announced or shifts in known.registered
    written = _plan_submission(book, line, shifts) if line.submitted_at else _plan_registration(book, line, shifts)
    was_known = was_known or line.attempt in known.announced_decisions
    written = _plan_decision(book, line) or written
    book.count("timesheets", known=was_known, written=written)
    if shifts:
        book.count("hours", known=was_known, written=written, times=len(shifts))


def _plan_submission(book: Book, line: TimesheetLine, shifts: tuple[Shift, ...]) -> bool:
    stream = timesheet_stream(line.placement, line.week)
    known: Timesheet = book.state(stream)
    before = known.announced.get(line.attempt)
    facts = {"placement": line.placement, "week": line.week, "attempt": line.attempt}
    if before is not None:
        same = (before.at, before.shifts) == (line.submitted_at, shifts)
    else:
        same = line.attempt > known.attempt or (line.attempt, shifts) == (known.attempt, known.shifts)
    if not same:
        book.refuse(line.source, "attempt", AttemptFixed(**facts))
    return book.decide(
        stream, line.source, "attempt", announce_submission, at=line.submitted_at, shifts=shifts, **facts
    )


def _plan_registration(book: Book, line: TimesheetLine, shifts: tuple[Shift, ...]) -> bool:
    """Hours that were written down and not submitted; not again when the freelancer went on with them since."""
    stream = timesheet_stream(line.placement, line.week)
    known: Timesheet = book.state(stream)
    if line.attempt in known.announced:
        facts = {"placement": line.placement, "week": line.week, "attempt": line.attempt}
        book.refuse(line.source, "submitted_at", AttemptFixed(**facts))
        return False
    if not shifts or shifts in known.registered:
        return False
    placement: Placement = book.state(placement_stream(line.placement))
    facts = {"placement": placement, "week": line.week, "shifts": shifts}
    return book.decide(stream, line.source, "attempt", register, **facts)


def _plan_decision(book: Book, line: TimesheetLine) -> bool:
    stream = timesheet_stream(line.placement, line.week)
    known: Timesheet = book.state(stream)
    facts = {"placement": line.placement, "week": line.week, "attempt": line.attempt}
    before = known.announced_decisions.get(line.attempt)
    if before is not None:
        if (before.decision, before.at, before.reason) != (line.decision, line.decided_at, line.reason):
            book.refuse(line.source, "decision", DecisionFixed(**facts))
        return False
    if line.decision is None:
        return False
    if _contradicts(known, line):
        book.refuse(line.source, "decision", DecisionFixed(**facts))
        return False
    return book.decide(
        stream,
        line.source,
        "decision",
        announce_decision,
        at=line.decided_at,
        decision=line.decision,
        decided_by=_decided_by(book, line),
        reason=line.reason,
        **facts,
    )


def _contradicts(known: Timesheet, line: TimesheetLine) -> bool:
    """Whether somebody decided otherwise by hand; an attempt that another one followed was rejected."""
    rejected = line.attempt < known.attempt or known.status is Status.REJECTED
    approved = line.attempt == known.attempt and known.status in (Status.APPROVED, Status.INVOICED)
    return line.attempt <= known.attempt and (
        (rejected and line.decision == "approved") or (approved and line.decision != "approved")
    )


def _name_contacts(book: Book, timesheets: Iterable[TimesheetLine]) -> None:
    """A person's name stands only with the customer for whom that person decides."""
    named: set[tuple[str, str]] = set()
    for line in timesheets:
        party, name = _decider(book, line)
        if name is None or (party, name) in named or book.state(party).forgotten:
            continue
        named.add((party, name))
        written = book.decide(party, line.source, "decided_by", name_contact, name=name)
        book.count("contacts", known=not written, written=written)


def _decider(book: Book, line: TimesheetLine) -> tuple[str, str | None]:
    """Whose stream, and which name in it. That nothing was worked can be said by the freelancer too."""
    placement: Placement = book.state(placement_stream(line.placement))
    assert placement.terms is not None
    freelancer = freelancer_stream(placement.terms.freelancer)
    details = book.state(freelancer).details
    if line.decision == "not_worked" and details is not None and line.decided_by == details.name:
        return freelancer, None
    return customer_stream(placement.terms.customer), line.decided_by


def _decided_by(book: Book, line: TimesheetLine) -> str:
    """Who decides, by number: `customer:K02/1`."""
    party, name = _decider(book, line)
    contacts = book.state(party).contacts
    return f"{party}/{contacts.index(name) + 1}" if name is not None and name in contacts else party


def move_waiting_weeks(book: Book, rows: Rows, now: dt.datetime) -> None:
    """Approved hours that wait for an invoice wait for the moment that the folder says now."""
    for line in rows.timesheets:
        stream = timesheet_stream(line.placement, line.week)
        timesheet: Timesheet = book.state(stream)
        if timesheet.customer is None:
            continue
        rule = invoice_moment_of(book.state(AGENCY), book.state(customer_stream(timesheet.customer)))
        facts = {"placement": line.placement, "week": line.week, "invoice_at": next_moment(rule, now)}
        book.decide(stream, line.source, "week", reschedule, **facts)
