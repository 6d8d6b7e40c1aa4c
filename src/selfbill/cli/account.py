"""The account of a run: what happened between two positions, told from the events."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from selfbill.aggregates.collection import ReminderFailed, ReminderSent
from selfbill.aggregates.invoice_events import (
    CommissionBilled,
    CommissionHeld,
    CommissionInvoiced,
    DeliveryFailed,
    InvoiceIssued,
    InvoiceSent,
)
from selfbill.aggregates.party import Delivery
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    ApprovalRequested,
    DecisionRefused,
    HoursApproved,
    HoursRejected,
    HoursReminded,
    HoursSubmitted,
    InvoicingHeld,
    NoticeFailed,
    NotWorked,
    SubmissionRefused,
    TimesheetInvoiced,
    TimesheetRebilled,
    TimesheetReopened,
    UnbilledWarned,
)
from selfbill.store.streams import Recorded, Streams
from selfbill.values import Cents

READ_AT_ONCE = 2_000
"""Events read with one query: some megabytes."""


class Billed(msgspec.Struct):
    """How many invoices, and what they come to with VAT."""

    count: int = 0
    total: Cents = Cents(0)

    def add(self, total: Cents) -> None:
        """One more."""
        self.count += 1
        self.total = Cents(self.total + total)


class Said(msgspec.Struct, frozen=True):
    """A reason that was given: about which week (`P01/2026-W12`) or invoice, when, and in which words."""

    about: str
    at: dt.datetime
    code: str
    reason: str


class Account(msgspec.Struct):
    """What happened, in counts; what still stands at the end has its reason. Amounts are cents, VAT included."""

    events: int = 0
    submitted: int = 0
    approved: int = 0
    rejected: int = 0
    not_worked: int = 0
    invoices: Billed = msgspec.field(default_factory=Billed)
    commission_to_freelancers: Billed = msgspec.field(default_factory=Billed)
    commission_to_customers: Billed = msgspec.field(default_factory=Billed)
    sent_by_email: int = 0
    sent_to_portal: int = 0
    approval_requests: int = 0
    hours_reminders: int = 0
    approval_reminders: int = 0
    unbilled_warnings: int = 0
    payment_reminders: int = 0
    """Invoices that were reminded of; several may stand in one mail."""
    payment_demands: int = 0
    refused: list[Said] = []
    """Submissions and decisions that could not be taken in."""
    held: dict[str, Said] = {}
    """Approved hours that could not be invoiced yet."""
    commission_held: dict[str, Said] = {}
    """Commission (`Z01-2026-0001/freelancer`) that could not be invoiced yet."""
    unclear: list[Said] = []
    """Deliveries of which nobody knew whether they arrived, also when they were repeated since."""
    undelivered: dict[str, Said] = {}
    """Invoices that have not been delivered since they failed."""
    unsent_notices: dict[str, Said] = {}
    """Mails about hours or payment that have not gone out since they failed."""


def account_of(streams: Streams, after: int, until: int) -> Account:
    """What happened after one position, up to and including another."""
    account = Account()
    while after < until:
        batch = streams.read(after, READ_AT_ONCE, until)
        if not batch:
            break
        tell(account, batch)
        after = batch[-1].position
    return account


def tell(account: Account, happened: Iterable[Recorded]) -> None:
    """Adds these events to the account."""
    for recorded in happened:
        account.events += 1
        _tell_of_hours(account, recorded)
        _tell_of_invoices(account, recorded)
        _tell_of_notices(account, recorded)
        _tell_of_payment(account, recorded)


def _tell_of_hours(account: Account, recorded: Recorded) -> None:
    match recorded.event:
        case HoursSubmitted():
            account.submitted += 1
        case HoursApproved():
            account.approved += 1
        case HoursRejected():
            account.rejected += 1
        case NotWorked():
            account.not_worked += 1
        case SubmissionRefused() | DecisionRefused() as event:
            week = f"{event.placement}/{event.week}"
            account.refused.append(Said(week, recorded.at, event.code, event.reason))
        case InvoicingHeld() as event:
            week = f"{event.placement}/{event.week}"
            account.held[week] = Said(week, recorded.at, event.code, event.reason)
        case TimesheetInvoiced(complete=True) | TimesheetRebilled() | TimesheetReopened() as event:
            account.held.pop(f"{event.placement}/{event.week}", None)


def _tell_of_invoices(account: Account, recorded: Recorded) -> None:
    match recorded.event:
        case InvoiceIssued() as event:
            account.invoices.add(event.total)
        case CommissionInvoiced(towards="freelancer") as event:
            account.commission_to_freelancers.add(event.total)
        case CommissionInvoiced() as event:
            account.commission_to_customers.add(event.total)
        case CommissionHeld() as event:
            about = f"{event.number}/{event.towards}"
            account.commission_held[about] = Said(about, recorded.at, event.code, event.reason)
        case CommissionBilled() as event:
            account.commission_held.pop(f"{event.number}/{event.towards}", None)
        case InvoiceSent() as event:
            if event.channel is Delivery.PORTAL:
                account.sent_to_portal += 1
            else:
                account.sent_by_email += 1
            account.undelivered.pop(event.number, None)
        case DeliveryFailed() as event:
            said = Said(event.number, recorded.at, "unclear" if event.unclear else "not_delivered", event.reason)
            account.undelivered[event.number] = said
            if event.unclear:
                account.unclear.append(said)


def _tell_of_notices(account: Account, recorded: Recorded) -> None:
    match recorded.event:
        case ApprovalRequested() as event:
            account.approval_requests += 1
            _is_out(account, "approval_request", event)
        case HoursReminded() as event:
            account.hours_reminders += 1
            _is_out(account, "hours_reminder", event)
        case ApprovalReminded() as event:
            account.approval_reminders += 1
            _is_out(account, "approval_reminder", event)
        case UnbilledWarned() as event:
            account.unbilled_warnings += 1
            _is_out(account, "unbilled_warning", event)
        case NoticeFailed() as event:
            about = f"{event.placement}/{event.week}"
            account.unsent_notices[f"{event.notice} {about}"] = Said(about, recorded.at, event.notice, event.reason)


def _tell_of_payment(account: Account, recorded: Recorded) -> None:
    match recorded.event:
        case ReminderSent() as event:
            account.payment_reminders += event.step == "reminder"
            account.payment_demands += event.step == "demand"
            account.unsent_notices.pop(f"{event.step} {event.number}", None)
        case ReminderFailed(retry_at=None) as event:
            account.unsent_notices.pop(f"{event.step} {event.number}", None)
        case ReminderFailed() as event:
            said = Said(event.number, recorded.at, event.step, event.reason)
            account.unsent_notices[f"{event.step} {event.number}"] = said


def _is_out(
    account: Account, notice: str, event: ApprovalRequested | HoursReminded | ApprovalReminded | UnbilledWarned
) -> None:
    account.unsent_notices.pop(f"{notice} {event.placement}/{event.week}", None)
