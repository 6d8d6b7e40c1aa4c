"""Timesheets: how far the hours of each week are, on their way from the freelancer to an invoice."""

import datetime as dt
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.timesheet import Status
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    ApprovalRequested,
    DecisionRefused,
    HoursApproved,
    HoursExpected,
    HoursRegistered,
    HoursRejected,
    HoursReminded,
    HoursSubmitted,
    InvoicingHeld,
    InvoicingRescheduled,
    NotWorked,
    SubmissionRefused,
    TimesheetInvoiced,
    TimesheetRebilled,
    TimesheetReopened,
    UnbilledWarned,
)
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import CustomerCode, FreelancerCode, InvoiceNumber, Minutes, PlacementCode

PAGE = 500
"""Timesheets that a person gets to see at once, unless they ask for another number."""


class TimesheetRow(msgspec.Struct, frozen=True):
    """One placement's hours in one week, as far as their last attempt is."""

    placement: PlacementCode
    week: str
    """E.g. `2026-W12`."""
    freelancer: FreelancerCode | None = None
    customer: CustomerCode | None = None
    status: Status = Status.OPEN
    attempt: int = 0
    minutes: Minutes = Minutes(0)
    submitted_at: dt.datetime | None = None
    requested_at: dt.datetime | None = None
    """When the customer got a mail that these hours are waiting."""
    decided_at: dt.datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    """Why the customer rejected, or staff reopened."""
    invoice_at: dt.datetime | None = None
    """When the approved hours become an invoice."""
    invoices: tuple[InvoiceNumber, ...] = ()
    hours_reminders: int = 0
    approval_reminders: int = 0
    last_reminder: dt.datetime | None = None
    held_code: str | None = None
    held_reason: str | None = None
    """Why there is no invoice yet although its moment has come."""
    refused_code: str | None = None
    refused_reason: str | None = None
    """Why an announced submission or decision could not be taken in."""
    warned_at: dt.datetime | None = None
    """When the agency was told that these hours are late."""


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.placement, str(event.week)),)


def evolve(key: Key, row: TimesheetRow | None, recorded: Recorded) -> TimesheetRow | None:  # noqa: C901, PLR0912
    """The timesheet after this event."""
    row = TimesheetRow(*key) if row is None else row
    replace = msgspec.structs.replace
    match recorded.event:
        case HoursReminded():
            return replace(row, hours_reminders=row.hours_reminders + 1, last_reminder=recorded.at)
        case ApprovalReminded():
            return replace(row, approval_reminders=row.approval_reminders + 1, last_reminder=recorded.at)
        case HoursExpected() | HoursRegistered() as event:
            return replace(row, freelancer=event.freelancer, customer=event.customer)
        case HoursSubmitted() as event:
            return TimesheetRow(
                placement=row.placement,
                week=row.week,
                freelancer=event.freelancer,
                customer=event.customer,
                status=Status.SUBMITTED,
                attempt=event.attempt,
                minutes=event.minutes,
                submitted_at=recorded.at,
                invoices=row.invoices,
                hours_reminders=row.hours_reminders,
                approval_reminders=row.approval_reminders,
                last_reminder=row.last_reminder,
            )
        case HoursApproved() as event:
            return replace(_decided(row, Status.APPROVED, recorded), invoice_at=event.invoice_at)
        case HoursRejected() as event:
            return replace(_decided(row, Status.REJECTED, recorded), reason=event.reason)
        case NotWorked():
            return replace(_decided(row, Status.NOT_WORKED, recorded), minutes=Minutes(0))
        case SubmissionRefused() | DecisionRefused() as event:
            return replace(row, refused_code=event.code, refused_reason=event.reason)
        case ApprovalRequested():
            return replace(row, requested_at=recorded.at)
        case InvoicingHeld() as event:
            return replace(row, held_code=event.code, held_reason=event.reason, invoice_at=event.next_at)
        case InvoicingRescheduled() as event:
            return replace(row, invoice_at=event.invoice_at)
        case UnbilledWarned():
            return replace(row, warned_at=recorded.at)
        case TimesheetInvoiced() as event:
            return _invoiced(row, event)
        case TimesheetReopened() as event:
            return replace(
                row, status=Status.REOPENED, reason=event.reason, invoice_at=None, held_code=None, held_reason=None
            )
        case TimesheetRebilled():
            return replace(row, status=Status.INVOICED, invoice_at=None, held_code=None, held_reason=None)
    return row


def _decided(row: TimesheetRow, status: Status, recorded: Recorded) -> TimesheetRow:
    return msgspec.structs.replace(
        row,
        status=status,
        decided_at=recorded.at,
        decided_by=recorded.by,
        refused_code=None,
        refused_reason=None,
    )


def _invoiced(row: TimesheetRow, event: TimesheetInvoiced) -> TimesheetRow:
    return msgspec.structs.replace(
        row,
        status=Status.INVOICED if event.complete else row.status,
        invoice_at=None if event.complete else row.invoice_at,
        invoices=row.invoices if event.invoice in row.invoices else (*row.invoices, event.invoice),
        held_code=None,
        held_reason=None,
    )


MODEL = ReadModel(
    name="timesheets",
    version=2,
    row=TimesheetRow,
    key=("placement", "week"),
    listens=(
        HoursExpected,
        HoursRegistered,
        HoursSubmitted,
        HoursApproved,
        HoursRejected,
        NotWorked,
        SubmissionRefused,
        DecisionRefused,
        ApprovalRequested,
        HoursReminded,
        ApprovalReminded,
        InvoicingHeld,
        InvoicingRescheduled,
        UnbilledWarned,
        TimesheetInvoiced,
        TimesheetReopened,
        TimesheetRebilled,
    ),
    keys=keys,
    evolve=evolve,
    indexes=(("customer", "week"), ("freelancer", "week")),
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def of_placement(connection: Connection[Any], placement: str) -> list[TimesheetRow]:
    """The weeks of this placement, the latest first."""
    return _TABLE.select(connection, "WHERE placement = %s ORDER BY week DESC", (placement,))


def of_freelancer(connection: Connection[Any], freelancer: str, limit: int = PAGE) -> list[TimesheetRow]:
    """This freelancer's weeks, the latest first."""
    return _TABLE.select(
        connection, "WHERE freelancer = %s ORDER BY week DESC, placement LIMIT %s", (freelancer, limit)
    )


def latest_of_customer(connection: Connection[Any], customer: str, limit: int = PAGE) -> list[TimesheetRow]:
    """The weeks in which somebody worked, or should have, for this customer, the latest first."""
    return _TABLE.select(connection, "WHERE customer = %s ORDER BY week DESC, placement LIMIT %s", (customer, limit))


def waiting_for(connection: Connection[Any], customer: str) -> list[TimesheetRow]:
    """The hours that this customer is asked to approve, the oldest first."""
    return _TABLE.select(
        connection,
        "WHERE customer = %s AND status = %s ORDER BY submitted_at, placement, week",
        (customer, Status.SUBMITTED.value),
    )


def held(connection: Connection[Any], limit: int = PAGE) -> list[TimesheetRow]:
    """The hours that should be invoiced but cannot, or that could not be taken in: what staff must look at."""
    return _TABLE.select(
        connection,
        "WHERE held_reason IS NOT NULL OR refused_reason IS NOT NULL ORDER BY week, placement LIMIT %s",
        (limit,),
    )


def count_by_status(
    connection: Connection[Any], *, freelancer: str | None = None, customer: str | None = None
) -> dict[Status, int]:
    """How many weeks of this freelancer or this customer stand where; what does not occur is left out."""
    rows = connection.execute(
        "SELECT status, count(*) FROM timesheets WHERE (%(freelancer)s::text IS NULL OR freelancer = %(freelancer)s)"
        " AND (%(customer)s::text IS NULL OR customer = %(customer)s) GROUP BY status ORDER BY status",
        {"freelancer": freelancer, "customer": customer},
    )
    return {Status(status): count for status, count in rows}
