"""A week after it was billed: reopened with a reason, credited, and billed anew as it was approved in the end."""

import datetime as dt
from collections.abc import Sequence

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.invoice_money import CreditedLine
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.aggregates.timesheet import Status, Timesheet
from selfbill.aggregates.timesheet_decisions import STATUS_WORDS
from selfbill.aggregates.timesheet_events import (
    TimesheetCredited,
    TimesheetInvoiced,
    TimesheetRebilled,
    TimesheetReopened,
)
from selfbill.pricing.lines import Line
from selfbill.refusals import Refusal
from selfbill.values import Cents, InvoiceNumber, IsoWeek, Month, PlacementCode


class NothingToReopen(Refusal):
    code = "nothing_to_reopen"
    nl = "De uren van {placement} {week} zijn {status}; alleen goedgekeurde of gefactureerde uren worden heropend."
    en = "The hours of {placement} {week} are {status}; only approved or invoiced hours are reopened."


class ReopenWithoutReason(Refusal):
    code = "reopen_without_reason"
    nl = "Wie de uren van {placement} {week} heropent, schrijft erbij waarom."
    en = "Reopening the hours of {placement} {week} needs a reason."


class BilledBefore(Refusal):
    """A corrected week is not billed once more: only the difference is, and somebody looks at it first."""

    code = "billed_before"
    nl = "De uren van {week} zijn eerder gefactureerd en daarna gewijzigd. Bekijk het verschil met: selfbill rebill {placement} --from {monday}."
    en = "The hours of {week} were invoiced before and changed since. Look at the difference with: selfbill rebill {placement} --from {monday}."


def reopen(
    timesheet: Timesheet, *, placement: PlacementCode, week: IsoWeek, reason: str, remind_at: dt.datetime
) -> TimesheetReopened | AlreadyDoneType:
    """Staff send approved hours back to the freelancer. Raises NothingToReopen, ReopenWithoutReason, CitizenNumber."""
    if timesheet.status is Status.REOPENED:
        return AlreadyDone
    if timesheet.status not in (Status.APPROVED, Status.INVOICED):
        raise NothingToReopen(placement=placement, week=week, status=STATUS_WORDS[timesheet.status])
    if not reason.strip():
        raise ReopenWithoutReason(placement=placement, week=week)
    refuse_citizen_number(reason=reason)
    assert timesheet.freelancer is not None
    return TimesheetReopened(
        placement=placement,
        week=week,
        freelancer=timesheet.freelancer,
        attempt=timesheet.attempt,
        reason=reason.strip(),
        remind_at=remind_at,
    )


def was_billed(timesheet: Timesheet) -> bool:
    """Whether an invoice ever billed some of this week: then what is approved anew is billed by the difference."""
    return bool(timesheet.billed)


def settled_hours(timesheet: Timesheet) -> bool:
    """Whether the shifts of the last attempt are what the customer approved, so that bills can be compared with them."""
    return timesheet.status in (Status.APPROVED, Status.INVOICED)


def credited(
    *,
    placement: PlacementCode,
    week: IsoWeek,
    invoice: InvoiceNumber,
    credit_note: InvoiceNumber,
    month: Month,
    lines: Sequence[tuple[Line, CreditedLine]],
) -> TimesheetCredited:
    """What a credit note took back of the hours of this week."""
    amount = sum(part.amount for line, part in lines if line.kind == "hours" and line.week == week)
    return TimesheetCredited(
        placement=placement,
        week=week,
        invoice=invoice,
        credit_note=credit_note,
        month=month,
        hours_amount=Cents(amount),
    )


def rebill(
    timesheet: Timesheet,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    bills: Sequence[tuple[InvoiceNumber, Month, Cents]],
) -> list[Event]:
    """These invoices, with what stands of earlier ones, bill every shift of the approved attempt; often none is needed."""
    assert settled_hours(timesheet), f"{placement} {week} is {timesheet.status} and cannot be billed"
    assert timesheet.freelancer is not None
    if not bills:
        if timesheet.status is Status.INVOICED:
            return []
        return [
            TimesheetRebilled(
                placement=placement, week=week, freelancer=timesheet.freelancer, attempt=timesheet.attempt
            )
        ]
    return [
        TimesheetInvoiced(
            placement=placement,
            week=week,
            freelancer=timesheet.freelancer,
            attempt=timesheet.attempt,
            invoice=number,
            month=month,
            hours_amount=amount,
            complete=position == len(bills),
        )
        for position, (number, month, amount) in enumerate(bills, start=1)
    ]
