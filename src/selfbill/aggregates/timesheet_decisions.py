"""What people do with a timesheet - register, submit, approve, reject, mark as not worked - and what they are told about it."""

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.shift_rules import check_agreement, check_shifts, worked_minutes
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.aggregates.timesheet import Status, Timesheet
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    ApprovalRequested,
    DecisionAnnounced,
    DecisionRefused,
    HoursApproved,
    HoursExpected,
    HoursRegistered,
    HoursRejected,
    HoursReminded,
    HoursSubmitted,
    Notice,
    NoticeFailed,
    NotWorked,
    SubmissionAnnounced,
    SubmissionRefused,
)
from selfbill.moments import from_local
from selfbill.pricing.terms import Shift, Terms
from selfbill.refusals import Refusal, Words
from selfbill.values import IsoWeek, Minutes, Month, PlacementCode


class NothingToApprove(Refusal):
    code = "nothing_to_approve"
    nl = "Poging {attempt} van {placement} {week} kan niet worden beoordeeld: de uren zijn {status}."
    en = "Attempt {attempt} of {placement} {week} cannot be decided on: its hours are {status}."


class HoursLocked(Refusal):
    code = "hours_locked"
    nl = "De uren van {placement} {week} zijn {status} en kunnen niet meer worden gewijzigd."
    en = "The hours of {placement} {week} are {status} and can no longer be changed."


class WrongAttempt(Refusal):
    code = "wrong_attempt"
    nl = "{placement} {week} verwacht poging {expected}, geen {attempt}."
    en = "{placement} {week} expects attempt {expected}, not {attempt}."


class ReasonMissing(Refusal):
    code = "reason_missing"
    nl = "Wie uren van {placement} {week} afwijst, schrijft erbij waarom."
    en = "Rejecting the hours of {placement} {week} needs a reason."


class HoursBilled(Refusal):
    """What was billed is corrected with hours that the customer approves, so that the invoice can follow."""

    code = "hours_billed"
    nl = "Uren van {placement} {week} zijn al gefactureerd. Dien de week in zonder diensten en laat dat goedkeuren."
    en = "Hours of {placement} {week} were invoiced before. Submit the week without shifts and have that approved."


STATUS_WORDS = {
    Status.OPEN: Words(Status.OPEN, "nog niet ingediend", "not submitted yet"),
    Status.SUBMITTED: Words(Status.SUBMITTED, "ingediend", "submitted"),
    Status.REJECTED: Words(Status.REJECTED, "afgewezen", "rejected"),
    Status.APPROVED: Words(Status.APPROVED, "goedgekeurd", "approved"),
    Status.NOT_WORKED: Words(Status.NOT_WORKED, "niet gewerkt", "marked as not worked"),
    Status.INVOICED: Words(Status.INVOICED, "gefactureerd", "invoiced"),
    Status.REOPENED: Words(Status.REOPENED, "heropend", "reopened"),
}

WARNING_DAY = 10

BY_HAND = 0
"""In place of an attempt: a person decides on the week as it stands."""

_CHANGEABLE = (Status.OPEN, Status.REJECTED, Status.REOPENED)


def announce_submission(
    timesheet: Timesheet,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    attempt: int,
    at: dt.datetime,
    shifts: tuple[Shift, ...],
) -> SubmissionAnnounced | AlreadyDoneType:
    """An import knows at which moment this attempt comes in, unless it came in already."""
    if attempt in timesheet.announced or attempt <= timesheet.attempt:
        return AlreadyDone
    return SubmissionAnnounced(placement=placement, week=week, attempt=attempt, at=at, shifts=shifts)


def announce_decision(
    timesheet: Timesheet,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    attempt: int,
    at: dt.datetime,
    decision: Literal["approved", "rejected", "not_worked"],
    decided_by: str,
    reason: str = "",
) -> DecisionAnnounced | AlreadyDoneType:
    """An import knows at which moment this attempt is decided on, unless it was decided on already."""
    if attempt in timesheet.announced_decisions or _was_decided_on(timesheet, attempt):
        return AlreadyDone
    refuse_citizen_number(reason=reason)
    return DecisionAnnounced(
        placement=placement, week=week, attempt=attempt, at=at, decision=decision, decided_by=decided_by, reason=reason
    )


def _was_decided_on(timesheet: Timesheet, attempt: int) -> bool:
    if timesheet.status is Status.NOT_WORKED:
        return attempt <= timesheet.not_worked_attempt
    decided = timesheet.status in (Status.APPROVED, Status.REJECTED, Status.INVOICED, Status.REOPENED)
    return attempt < timesheet.attempt or (attempt == timesheet.attempt and decided)


def refuse_submission(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, attempt: int, refusal: Refusal
) -> SubmissionRefused | AlreadyDoneType:
    """An announced submission is off the agenda for good; people see why."""
    if attempt in timesheet.refused_submissions or attempt <= timesheet.attempt:
        return AlreadyDone
    return SubmissionRefused(
        placement=placement, week=week, attempt=attempt, code=refusal.code, reason=refusal.sentence()
    )


def refuse_decision(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, attempt: int, refusal: Refusal
) -> DecisionRefused | AlreadyDoneType:
    """An announced decision is off the agenda for good; people see why."""
    if attempt in timesheet.refused_decisions:
        return AlreadyDone
    return DecisionRefused(
        placement=placement, week=week, attempt=attempt, code=refusal.code, reason=refusal.sentence()
    )


def expect(
    timesheet: Timesheet, *, placement: Placement, week: IsoWeek, remind_at: dt.datetime
) -> HoursExpected | AlreadyDoneType:
    """The week is over: unless its hours are in, the freelancer is reminded."""
    if timesheet.expected or timesheet.status is not Status.OPEN:
        return AlreadyDone
    assert placement.code is not None
    assert placement.terms is not None
    terms = placement.terms
    return HoursExpected(
        placement=placement.code, week=week, freelancer=terms.freelancer, customer=terms.customer, remind_at=remind_at
    )


def register(
    timesheet: Timesheet, *, placement: Placement, week: IsoWeek, shifts: tuple[Shift, ...]
) -> HoursRegistered | AlreadyDoneType:
    """The freelancer writes shifts down; nothing is asked of anybody yet."""
    assert placement.code is not None
    assert placement.terms is not None
    if timesheet.draft == shifts:
        return AlreadyDone
    if timesheet.status not in _CHANGEABLE:
        raise HoursLocked(placement=placement.code, week=week, status=STATUS_WORDS[timesheet.status])
    terms = placement.terms
    return HoursRegistered(
        placement=placement.code, week=week, freelancer=terms.freelancer, customer=terms.customer, shifts=shifts
    )


def submit(
    timesheet: Timesheet,
    *,
    placement: Placement,
    week: IsoWeek,
    attempt: int,
    shifts: tuple[Shift, ...],
    terms: Terms,
    others: Iterable[Shift],
    remind_at: dt.datetime,
) -> HoursSubmitted | AlreadyDoneType:
    """The freelancer asks for approval of one attempt; `others` are the same freelancer's shifts on other timesheets.

    `terms` price the shifts: nothing is approved that cannot be billed. Raises the refusals of `shift_rules`, HoursLocked when
    the week was decided on, WrongAttempt out of order.
    """
    assert placement.code is not None
    assert placement.terms is not None
    shifts = tuple(sorted(shifts, key=lambda shift: shift.start))
    if timesheet.attempt == attempt and timesheet.shifts == shifts:
        return AlreadyDone
    if attempt < timesheet.attempt and attempt in timesheet.announced:
        return AlreadyDone
    if timesheet.status not in _CHANGEABLE:
        raise HoursLocked(placement=placement.code, week=week, status=STATUS_WORDS[timesheet.status])
    if attempt != next_attempt(timesheet):
        raise WrongAttempt(placement=placement.code, week=week, attempt=attempt, expected=next_attempt(timesheet))
    check_shifts(shifts, week=week, placement=placement, others=others)
    check_agreement(shifts, placement=placement, terms=terms)
    return HoursSubmitted(
        placement=placement.code,
        week=week,
        freelancer=placement.terms.freelancer,
        customer=placement.terms.customer,
        attempt=attempt,
        shifts=shifts,
        minutes=Minutes(sum(worked_minutes(shift) for shift in shifts)),
        remind_at=remind_at,
        warn_at=unbilled_warning_moment(shifts[0].day) if shifts and not timesheet.billed else None,
    )


def unbilled_warning_moment(first_day: dt.date) -> dt.datetime:
    """The start of the 10th of the month after this day's: an invoice is due by the 15th (art. 35a Wet OB)."""
    return from_local(dt.datetime.combine(Month.of(first_day).next().first.replace(day=WARNING_DAY), dt.time()))


def next_attempt(timesheet: Timesheet) -> int:
    """The number of the next submission: one more than the last that came in, leaving out what was refused."""
    attempt = timesheet.attempt + 1
    while attempt in timesheet.refused_submissions:
        attempt += 1
    return attempt


def approve(
    timesheet: Timesheet,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    attempt: int,
    invoice_at: dt.datetime,
) -> HoursApproved | AlreadyDoneType:
    """The customer confirms the hours of one attempt; only these may be billed.

    Of a week that was billed before even an attempt without shifts asks for an invoice moment: what stands must be credited.
    """
    if timesheet.status in (Status.APPROVED, Status.INVOICED) and timesheet.attempt == attempt:
        return AlreadyDone
    _require_submitted(timesheet, placement, week, attempt)
    assert timesheet.freelancer is not None
    return HoursApproved(
        placement=placement,
        week=week,
        freelancer=timesheet.freelancer,
        attempt=attempt,
        invoice_at=invoice_at if timesheet.shifts or timesheet.billed else None,
    )


def reject(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, attempt: int, reason: str, remind_at: dt.datetime
) -> HoursRejected | AlreadyDoneType:
    """The customer does not recognise the hours; the freelancer corrects them and submits again."""
    if attempt < timesheet.attempt or (timesheet.status is Status.REJECTED and timesheet.attempt == attempt):
        return AlreadyDone
    _require_submitted(timesheet, placement, week, attempt)
    if not reason.strip():
        raise ReasonMissing(placement=placement, week=week)
    refuse_citizen_number(reason=reason)
    return HoursRejected(placement=placement, week=week, attempt=attempt, reason=reason, remind_at=remind_at)


def _require_submitted(timesheet: Timesheet, placement: PlacementCode, week: IsoWeek, attempt: int) -> None:
    if timesheet.status is not Status.SUBMITTED or timesheet.attempt != attempt:
        raise NothingToApprove(placement=placement, week=week, attempt=attempt, status=STATUS_WORDS[timesheet.status])


def mark_not_worked(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, attempt: int = BY_HAND
) -> NotWorked | AlreadyDoneType:
    """Nothing was worked in this week; an import says so of an attempt, a person of the week as it stands."""
    attempt = attempt or timesheet.attempt
    if attempt < timesheet.attempt:
        return AlreadyDone
    if timesheet.status is Status.NOT_WORKED and attempt <= timesheet.not_worked_attempt:
        return AlreadyDone
    if timesheet.status in (Status.APPROVED, Status.INVOICED):
        raise HoursLocked(placement=placement, week=week, status=STATUS_WORDS[timesheet.status])
    if timesheet.billed:
        raise HoursBilled(placement=placement, week=week)
    return NotWorked(placement=placement, week=week, attempt=attempt)


def record_hours_reminder(
    timesheet: Timesheet,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    due: dt.datetime,
    message_id: str,
    next_at: dt.datetime,
) -> HoursReminded | AlreadyDoneType:
    """The reminder of this due moment went out."""
    if timesheet.remind_hours_at is None or timesheet.remind_hours_at > due:
        return AlreadyDone
    return HoursReminded(placement=placement, week=week, message_id=message_id, next_at=next_at)


def record_approval_request(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, attempt: int, message_id: str
) -> ApprovalRequested | AlreadyDoneType:
    """The customer was told that hours wait."""
    if timesheet.requested_attempt >= attempt:
        return AlreadyDone
    return ApprovalRequested(placement=placement, week=week, attempt=attempt, message_id=message_id)


def record_approval_reminder(
    timesheet: Timesheet,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    due: dt.datetime,
    message_id: str,
    next_at: dt.datetime,
) -> ApprovalReminded | AlreadyDoneType:
    """The reminder of this due moment went out."""
    if timesheet.remind_approval_at is None or timesheet.remind_approval_at > due:
        return AlreadyDone
    return ApprovalReminded(
        placement=placement, week=week, attempt=timesheet.attempt, message_id=message_id, next_at=next_at
    )


def record_notice_failure(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, notice: Notice, reason: str, retry_at: dt.datetime
) -> NoticeFailed:
    """A mail about this week was not delivered and is tried again."""
    return NoticeFailed(
        placement=placement,
        week=week,
        notice=notice,
        attempt=timesheet.attempt,
        reason=reason,
        failures=timesheet.failures.get(notice, 0) + 1,
        retry_at=retry_at,
    )
