"""From approved hours to an invoice: hold them with a reason, move them to another moment, warn about them, bill them."""

import datetime as dt
from collections.abc import Sequence

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.timesheet import Status, Timesheet
from selfbill.aggregates.timesheet_events import InvoicingHeld, InvoicingRescheduled, TimesheetInvoiced, UnbilledWarned
from selfbill.refusals import Refusal
from selfbill.values import Cents, FreelancerCode, InvoiceNumber, IsoWeek, Month, PlacementCode


def hold(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, refusal: Refusal, next_at: dt.datetime
) -> InvoicingHeld | AlreadyDoneType:
    """No invoice can be made now; the hours stay due and staff see why."""
    if timesheet.status is not Status.APPROVED or timesheet.invoice_at is None or timesheet.invoice_at >= next_at:
        return AlreadyDone
    assert timesheet.freelancer is not None
    return InvoicingHeld(
        placement=placement,
        week=week,
        freelancer=timesheet.freelancer,
        attempt=timesheet.attempt,
        code=refusal.code,
        reason=refusal.sentence(),
        next_at=next_at,
    )


def reschedule(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, invoice_at: dt.datetime
) -> InvoicingRescheduled | AlreadyDoneType:
    """The invoice moment changed while these hours were waiting for it."""
    if timesheet.status is not Status.APPROVED or timesheet.invoice_at in (None, invoice_at):
        return AlreadyDone
    assert timesheet.freelancer is not None
    return InvoicingRescheduled(
        placement=placement,
        week=week,
        freelancer=timesheet.freelancer,
        attempt=timesheet.attempt,
        invoice_at=invoice_at,
    )


def record_unbilled_warning(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek
) -> UnbilledWarned | AlreadyDoneType:
    """The agency was warned about these hours."""
    if timesheet.warn_at is None:
        return AlreadyDone
    return UnbilledWarned(placement=placement, week=week)


def ready_to_invoice(timesheet: Timesheet, *, moment: dt.datetime) -> bool:
    """Whether these hours go on an invoice at this moment."""
    return timesheet.status is Status.APPROVED and timesheet.invoice_at is not None and timesheet.invoice_at <= moment


def invoice(
    timesheet: Timesheet,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    freelancer: FreelancerCode,
    bills: Sequence[tuple[InvoiceNumber, Month, Cents]],
) -> list[Event]:
    """These invoices together bill every shift of the approved attempt, each one month of it."""
    assert timesheet.status is Status.APPROVED, f"{placement} {week} is {timesheet.status} and cannot be billed"
    return [
        TimesheetInvoiced(
            placement=placement,
            week=week,
            freelancer=freelancer,
            attempt=timesheet.attempt,
            invoice=number,
            month=month,
            hours_amount=amount,
            complete=position == len(bills),
        )
        for position, (number, month, amount) in enumerate(bills, start=1)
    ]
