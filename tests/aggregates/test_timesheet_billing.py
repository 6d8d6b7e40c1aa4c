"""From approved hours to an invoice."""

from typing import Any

import pytest

from aggregates.samples import P01, WEEK, Z01, at, day
from aggregates.test_timesheet_hours import (
    HERE,
    INVOICE_AT,
    approved,
    given,
    invoiced,
    not_worked,
    rejected,
    submitted,
)
from selfbill.aggregates import timesheet_billing as billing
from selfbill.aggregates.event import Event
from selfbill.aggregates.mandate import MandateMissing
from selfbill.aggregates.timesheet import Timesheet
from selfbill.aggregates.timesheet_billing import ready_to_invoice
from selfbill.aggregates.timesheet_events import (
    HoursApproved,
    InvoicingHeld,
    InvoicingRescheduled,
    TimesheetInvoiced,
    UnbilledWarned,
)
from selfbill.values import Cents, InvoiceNumber, Month

NEXT = at("2026-08-18 05:00")
APPROVED = [submitted(), approved()]
NOT_DUE = [
    pytest.param([], id="open"),
    pytest.param([submitted()], id="submitted"),
    pytest.param([submitted(), rejected()], id="rejected"),
    pytest.param([not_worked()], id="not worked"),
    pytest.param([*APPROVED, invoiced()], id="invoiced"),
    pytest.param(
        [submitted(shifts=()), HoursApproved(**HERE, freelancer=Z01, attempt=1, invoice_at=None)], id="without shifts"
    ),
]
HOLDING: dict[str, Any] = {
    **HERE,
    "refusal": MandateMissing(freelancer=Z01, day=day("2026-08-11")),
    "next_at": NEXT,
}


def test_approved_hours_are_ready_from_their_moment_on() -> None:
    state = given(*APPROVED).state
    assert not ready_to_invoice(state, moment=at("2026-08-11 04:59"))
    assert ready_to_invoice(state, moment=INVOICE_AT)


@pytest.mark.parametrize("events", NOT_DUE)
def test_nothing_unapproved_and_nothing_billed_is_ready(events: list[Event]) -> None:
    assert not ready_to_invoice(given(*events).state, moment=at("2030-01-01 00:00"))


def test_hours_that_cannot_be_billed_are_held_with_the_reason_until_the_next_moment() -> None:
    given(*APPROVED).when(billing.hold, **HOLDING).then_once(
        InvoicingHeld(
            **HERE,
            freelancer=Z01,
            attempt=1,
            code="mandate_missing",
            reason="Z01 heeft op 11-08-2026 geen geldige factureringsmachtiging gegeven. Leg een machtiging vast; de uren blijven staan.",
            next_at=NEXT,
        )
    )


@pytest.mark.parametrize("events", NOT_DUE)
def test_only_hours_that_are_due_are_held(events: list[Event]) -> None:
    given(*events).when(billing.hold, **HOLDING).then_already_done()


def test_hours_that_wait_move_with_the_invoice_moment() -> None:
    given(*APPROVED).when(billing.reschedule, **HERE, invoice_at=NEXT).then_once(
        InvoicingRescheduled(**HERE, freelancer=Z01, attempt=1, invoice_at=NEXT)
    )
    given(*APPROVED).when(billing.reschedule, **HERE, invoice_at=INVOICE_AT).then_already_done()


@pytest.mark.parametrize("events", NOT_DUE)
def test_only_hours_that_wait_are_moved(events: list[Event]) -> None:
    given(*events).when(billing.reschedule, **HERE, invoice_at=NEXT).then_already_done()


def test_the_agency_is_warned_about_late_hours_once() -> None:
    given(*APPROVED).when(billing.record_unbilled_warning, **HERE).then_once(UnbilledWarned(**HERE))


@pytest.mark.parametrize("events", NOT_DUE)
def test_nobody_is_warned_about_hours_that_are_not_late(events: list[Event]) -> None:
    if events != [submitted()]:
        given(*events).when(billing.record_unbilled_warning, **HERE).then_already_done()


def test_each_month_of_a_week_goes_on_an_invoice_of_its_own_and_the_last_completes_it() -> None:
    july, august = InvoiceNumber("Z01-2026-0007"), InvoiceNumber("Z01-2026-0008")
    given(*APPROVED).when(
        billing.invoice,
        **HERE,
        freelancer=Z01,
        bills=[(july, Month(2026, 7), Cents(40000)), (august, Month(2026, 8), Cents(20000))],
    ).then(*(
        TimesheetInvoiced(
            **HERE,
            freelancer=Z01,
            attempt=1,
            invoice=number,
            month=month,
            hours_amount=Cents(amount),
            complete=number == august,
        )
        for number, month, amount in ((july, Month(2026, 7), 40000), (august, Month(2026, 8), 20000))
    ))  # fmt: skip


def test_billing_what_nobody_approved_is_a_programmers_error() -> None:
    with pytest.raises(AssertionError):
        billing.invoice(Timesheet(), placement=P01, week=WEEK, freelancer=Z01, bills=[])
