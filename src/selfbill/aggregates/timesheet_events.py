"""What happens to a timesheet: announced, expected, submitted, decided on, reminded, held, invoiced.

Every submission is an attempt with a number of its own; a decision is about one attempt.
"""

import datetime as dt
from typing import Literal

from selfbill.aggregates.event import Event
from selfbill.pricing.terms import Shift
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber, IsoWeek, Minutes, Month, PlacementCode

Notice = Literal["hours_reminder", "approval_request", "approval_reminder", "unbilled_warning"]


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
    attempt: int
    """The attempt that an import decided on, or the last one that came in when somebody says so by hand."""


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


class TimesheetReopened(Event, tag="timesheet.reopened"):
    """Staff let the freelancer correct approved or billed hours; what was billed stands until the correction is billed too."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    attempt: int
    """The attempt that turned out to be wrong."""
    reason: str
    remind_at: dt.datetime


class TimesheetCredited(Event, tag="timesheet.credited"):
    """This much of what this invoice billed of the week's hours was taken back by this credit note."""

    placement: PlacementCode
    week: IsoWeek
    invoice: InvoiceNumber
    credit_note: InvoiceNumber
    month: Month
    hours_amount: Cents


class TimesheetRebilled(Event, tag="timesheet.rebilled"):
    """What stands billed of the week is what this attempt comes to, so nothing of it waits; no invoice was needed for that."""

    placement: PlacementCode
    week: IsoWeek
    freelancer: FreelancerCode
    attempt: int
