"""A timesheet: one placement's shifts in one ISO week, from registration to invoice.

Every submission is an attempt with a number of its own; a decision is about one attempt, so nobody can approve hours that were
replaced in the meantime. An approved attempt is invoiced once per calendar month that its shifts start in.
"""

import datetime as dt
from enum import StrEnum
from typing import Literal

import msgspec

from selfbill.aggregates.event import Event
from selfbill.pricing.terms import Shift
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber, IsoWeek, Minutes, Month, PlacementCode

Notice = Literal["hours_reminder", "approval_request", "approval_reminder"]


class SubmissionAnnounced(Event, tag="timesheet.submission_announced"):
    """An import says that this attempt is submitted at a later moment; until then nothing is known."""

    placement: PlacementCode
    week: IsoWeek
    attempt: int
    at: dt.datetime
    shifts: tuple[Shift, ...]


class DecisionAnnounced(Event, tag="timesheet.decision_announced"):
    """An import says that this attempt is decided on at a later moment, by whom (`customer:K02/1`) and why."""

    placement: PlacementCode
    week: IsoWeek
    attempt: int
    at: dt.datetime
    decision: Literal["approved", "rejected", "not_worked"]
    decided_by: str
    reason: str = ""


class SubmissionRefused(Event, tag="timesheet.submission_refused"):
    """An announced submission could not be taken in; the sentence says why."""

    placement: PlacementCode
    week: IsoWeek
    attempt: int
    code: str
    reason: str


class DecisionRefused(Event, tag="timesheet.decision_refused"):
    """An announced decision could not be taken; the sentence says why."""

    placement: PlacementCode
    week: IsoWeek
    attempt: int
    code: str
    reason: str


class HoursExpected(Event, tag="timesheet.hours_expected"):
    """The week is over without hours; the freelancer is reminded at `remind_at`."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    customer: CustomerCode
    remind_at: dt.datetime


class HoursRegistered(Event, tag="timesheet.hours_registered"):
    """The freelancer wrote shifts down without submitting them."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    customer: CustomerCode
    shifts: tuple[Shift, ...]


class HoursSubmitted(Event, tag="timesheet.hours_submitted"):
    """The freelancer asks the customer to approve these shifts; who forgets is reminded from `remind_at` on."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    customer: CustomerCode
    attempt: int
    shifts: tuple[Shift, ...]
    minutes: Minutes
    remind_at: dt.datetime
    warn_at: dt.datetime | None = None
    """When hours that are still unbilled raise a warning: the 10th of the month after the first shift's."""


class HoursApproved(Event, tag="timesheet.hours_approved"):
    """Only approved hours may be billed, at `invoice_at`; without shifts there is nothing to bill (None)."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    attempt: int
    invoice_at: dt.datetime | None


class HoursRejected(Event, tag="timesheet.hours_rejected"):
    """Back to the freelancer, who corrects and submits again and is reminded at `remind_at`."""

    placement: PlacementCode
    week: IsoWeek
    attempt: int
    reason: str
    remind_at: dt.datetime


class NotWorked(Event, tag="timesheet.not_worked"):
    """Nothing was worked in this week; nobody is reminded any more."""

    placement: PlacementCode
    week: IsoWeek


class HoursReminded(Event, tag="timesheet.hours_reminded"):
    """The freelancer got a mail about the missing hours; the next follows at `next_at`."""

    placement: PlacementCode
    week: IsoWeek
    message_id: str
    next_at: dt.datetime


class ApprovalRequested(Event, tag="timesheet.approval_requested"):
    """The customer got a mail that hours are waiting."""

    placement: PlacementCode
    week: IsoWeek
    attempt: int
    message_id: str


class ApprovalReminded(Event, tag="timesheet.approval_reminded"):
    """The customer got a mail that hours are still waiting; the next follows at `next_at`."""

    placement: PlacementCode
    week: IsoWeek
    attempt: int
    message_id: str
    next_at: dt.datetime


class NoticeFailed(Event, tag="timesheet.notice_failed"):
    """A mail about this week was not delivered; it is tried again at `retry_at`."""

    placement: PlacementCode
    week: IsoWeek
    notice: Notice
    attempt: int
    reason: str
    failures: int
    retry_at: dt.datetime


class InvoicingHeld(Event, tag="timesheet.invoicing_held"):
    """The invoice was refused for this reason; it is tried again at `next_at`."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    attempt: int
    code: str
    reason: str
    next_at: dt.datetime


class InvoicingRescheduled(Event, tag="timesheet.invoicing_rescheduled"):
    """The invoice moment was changed while these hours were waiting for it."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    attempt: int
    invoice_at: dt.datetime


class UnbilledWarned(Event, tag="timesheet.unbilled_warned"):
    """The agency was told that these hours are late: an invoice is due by the 15th (art. 35a Wet OB)."""

    placement: PlacementCode
    week: IsoWeek


class TimesheetInvoiced(Event, tag="timesheet.invoiced"):
    """This attempt's shifts of one month stand on this invoice; `complete` when all its shifts are billed now."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    attempt: int
    invoice: InvoiceNumber
    month: Month
    hours_amount: Cents
    complete: bool


class Status(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    APPROVED = "approved"
    NOT_WORKED = "not_worked"
    INVOICED = "invoiced"


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
    expected: bool = False
    announced: dict[int, SubmissionAnnounced] = {}
    announced_decisions: dict[int, DecisionAnnounced] = {}
    refused_submissions: frozenset[int] = frozenset()
    remind_hours_at: dt.datetime | None = None
    remind_approval_at: dt.datetime | None = None
    requested_attempt: int = 0
    invoice_at: dt.datetime | None = None
    warn_at: dt.datetime | None = None
    failures: dict[str, int] = {}
    billed: tuple[Billed, ...] = ()


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
        case HoursExpected():
            return replace(
                timesheet,
                expected=True,
                freelancer=event.freelancer,
                customer=event.customer,
                remind_hours_at=event.remind_at,
            )
        case HoursRegistered():
            return replace(timesheet, freelancer=event.freelancer, customer=event.customer, shifts=event.shifts)
        case HoursSubmitted():
            return replace(
                timesheet,
                status=Status.SUBMITTED,
                freelancer=event.freelancer,
                customer=event.customer,
                attempt=event.attempt,
                shifts=event.shifts,
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
                timesheet, status=Status.REJECTED, remind_approval_at=None, remind_hours_at=event.remind_at, failures={}
            )
        case NotWorked():
            return replace(timesheet, status=Status.NOT_WORKED, remind_hours_at=None, failures={})
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
        case _:
            return timesheet


def _without(failures: dict[str, int], notice: str) -> dict[str, int]:
    return {key: count for key, count in failures.items() if key != notice} if failures else failures
