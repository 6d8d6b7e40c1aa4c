"""A timesheet: one placement's shifts in one ISO week, from registration to invoice.

Every submission is an attempt with a number of its own; a decision is about one attempt, so nobody can approve hours that were
replaced in the meantime. An approved attempt is invoiced once per calendar month that its shifts start in.
"""

import datetime as dt
from enum import StrEnum

import msgspec

from selfbill.aggregates.event import Event
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
    InvoicingHeld,
    InvoicingRescheduled,
    NoticeFailed,
    NotWorked,
    SubmissionAnnounced,
    SubmissionRefused,
    TimesheetCredited,
    TimesheetInvoiced,
    TimesheetRebilled,
    TimesheetReopened,
    UnbilledWarned,
)
from selfbill.pricing.terms import Shift
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber, Month


class Status(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    APPROVED = "approved"
    NOT_WORKED = "not_worked"
    INVOICED = "invoiced"
    REOPENED = "reopened"


class Billed(msgspec.Struct, frozen=True):
    """One invoice that bills shifts of this timesheet: of one month, and what its hours came to."""

    invoice: InvoiceNumber
    month: Month
    hours_amount: Cents


class Timesheet(msgspec.Struct, frozen=True):
    """Where one week stands."""

    status: Status = Status.OPEN
    freelancer: FreelancerCode | None = None
    customer: CustomerCode | None = None
    attempt: int = 0
    shifts: tuple[Shift, ...] = ()
    """Of the last attempt."""
    draft: tuple[Shift, ...] | None = None
    """Written down and not submitted yet."""
    registered: frozenset[tuple[Shift, ...]] = frozenset()
    """All that was ever written down without submitting it: who repeats an old import changes nothing."""
    expected: bool = False
    announced: dict[int, SubmissionAnnounced] = {}
    announced_decisions: dict[int, DecisionAnnounced] = {}
    refused_submissions: frozenset[int] = frozenset()
    refused_decisions: frozenset[int] = frozenset()
    not_worked_attempt: int = 0
    remind_hours_at: dt.datetime | None = None
    remind_approval_at: dt.datetime | None = None
    requested_attempt: int = 0
    invoice_at: dt.datetime | None = None
    warn_at: dt.datetime | None = None
    failures: dict[str, int] = {}
    billed: tuple[Billed, ...] = ()
    """Every invoice that ever billed some of it, with what still stands of that."""


def evolve(timesheet: Timesheet, event: Event) -> Timesheet:  # noqa: C901, PLR0912 - one exhaustive switch
    """The timesheet after this event."""
    replace = msgspec.structs.replace
    match event:
        case SubmissionAnnounced():
            return replace(timesheet, announced={**timesheet.announced, event.attempt: event})
        case DecisionAnnounced():
            return replace(timesheet, announced_decisions={**timesheet.announced_decisions, event.attempt: event})
        case SubmissionRefused():
            return replace(timesheet, refused_submissions=timesheet.refused_submissions | {event.attempt})
        case DecisionRefused():
            return replace(timesheet, refused_decisions=timesheet.refused_decisions | {event.attempt})
        case HoursExpected():
            return replace(
                timesheet,
                expected=True,
                freelancer=event.freelancer,
                customer=event.customer,
                remind_hours_at=event.remind_at,
            )
        case HoursRegistered():
            return replace(
                timesheet,
                freelancer=event.freelancer,
                customer=event.customer,
                draft=event.shifts,
                registered=timesheet.registered | {event.shifts},
            )
        case HoursSubmitted():
            return replace(
                timesheet,
                status=Status.SUBMITTED,
                freelancer=event.freelancer,
                customer=event.customer,
                attempt=event.attempt,
                shifts=event.shifts,
                draft=None,
                remind_hours_at=None,
                remind_approval_at=event.remind_at,
                warn_at=event.warn_at,
                failures={},
            )
        case HoursApproved():
            return replace(
                timesheet,
                status=Status.APPROVED,
                remind_approval_at=None,
                invoice_at=event.invoice_at,
                failures={},
            )
        case HoursRejected():
            return replace(
                timesheet,
                status=Status.REJECTED,
                remind_approval_at=None,
                remind_hours_at=event.remind_at,
                warn_at=None,
                failures={},
            )
        case NotWorked():
            return replace(
                timesheet,
                status=Status.NOT_WORKED,
                not_worked_attempt=event.attempt,
                remind_hours_at=None,
                remind_approval_at=None,
                warn_at=None,
                failures={},
            )
        case HoursReminded():
            return replace(
                timesheet, remind_hours_at=event.next_at, failures=_without(timesheet.failures, "hours_reminder")
            )
        case ApprovalRequested():
            return replace(
                timesheet, requested_attempt=event.attempt, failures=_without(timesheet.failures, "approval_request")
            )
        case ApprovalReminded():
            return replace(
                timesheet, remind_approval_at=event.next_at, failures=_without(timesheet.failures, "approval_reminder")
            )
        case NoticeFailed():
            return replace(timesheet, failures={**timesheet.failures, event.notice: event.failures})
        case InvoicingHeld():
            return replace(timesheet, invoice_at=event.next_at)
        case InvoicingRescheduled():
            return replace(timesheet, invoice_at=event.invoice_at)
        case UnbilledWarned():
            return replace(timesheet, warn_at=None)
        case TimesheetInvoiced():
            billed = (*timesheet.billed, Billed(event.invoice, event.month, event.hours_amount))
            if not event.complete:
                return replace(timesheet, billed=billed)
            return replace(timesheet, billed=billed, status=Status.INVOICED, invoice_at=None, warn_at=None)
        case TimesheetReopened():
            return replace(
                timesheet,
                status=Status.REOPENED,
                invoice_at=None,
                warn_at=None,
                remind_hours_at=event.remind_at,
                failures={},
            )
        case TimesheetCredited():
            return replace(timesheet, billed=tuple(_less(one, event) for one in timesheet.billed))
        case TimesheetRebilled():
            return replace(timesheet, status=Status.INVOICED, invoice_at=None, warn_at=None)
        case _:
            return timesheet


def _less(billed: Billed, event: TimesheetCredited) -> Billed:
    if billed.invoice != event.invoice:
        return billed
    return Billed(billed.invoice, billed.month, Cents(billed.hours_amount - event.hours_amount))


def _without(failures: dict[str, int], notice: str) -> dict[str, int]:
    return {key: count for key, count in failures.items() if key != notice} if failures else failures
