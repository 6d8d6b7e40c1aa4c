"""A billed week that is reopened, corrected, credited and billed anew."""

from typing import Any

import pytest

from aggregates.samples import K01, MONDAY, P01, TUESDAY, WEEK, Z01, at, placement, pricing_terms
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.event import Event
from selfbill.aggregates.texts import CitizenNumber
from selfbill.aggregates.timesheet import Billed, Status, Timesheet, evolve
from selfbill.aggregates.timesheet_corrections import (
    NothingToReopen,
    ReopenWithoutReason,
    rebill,
    reopen,
    settled_hours,
    was_billed,
)
from selfbill.aggregates.timesheet_decisions import HoursBilled, HoursLocked, approve, mark_not_worked, submit
from selfbill.aggregates.timesheet_events import (
    HoursApproved,
    HoursSubmitted,
    TimesheetCredited,
    TimesheetInvoiced,
    TimesheetRebilled,
    TimesheetReopened,
)
from selfbill.pricing.terms import Shift
from selfbill.refusals import Refusal
from selfbill.values import Cents, InvoiceNumber, Minutes, Month

JULY, FIRST, SECOND = Month(2026, 7), InvoiceNumber("Z01-2026-0001"), InvoiceNumber("Z01-2026-0003")
HERE: dict[str, Any] = {"placement": P01, "week": WEEK}
REMIND, MOMENT = at("2026-09-03 07:00"), at("2026-09-08 05:00")


def given(*events: Event) -> Given[Timesheet]:
    return given_events(evolve, Timesheet(), events)


def submitted(attempt: int = 1, *shifts: Shift) -> HoursSubmitted:
    return HoursSubmitted(
        **HERE,
        freelancer=Z01,
        customer=K01,
        attempt=attempt,
        shifts=shifts,
        minutes=Minutes(480 * len(shifts)),
        remind_at=REMIND,
    )


def approved(attempt: int = 1) -> HoursApproved:
    return HoursApproved(**HERE, freelancer=Z01, attempt=attempt, invoice_at=MOMENT)


BILLED = TimesheetInvoiced(
    **HERE, freelancer=Z01, attempt=1, invoice=FIRST, month=JULY, hours_amount=Cents(80000), complete=True
)
HISTORY = (submitted(1, MONDAY, TUESDAY), approved(), BILLED)
REOPENED = TimesheetReopened(**HERE, freelancer=Z01, attempt=1, reason="Dinsdag niet gewerkt", remind_at=REMIND)
CREDITED = TimesheetCredited(
    **HERE, invoice=FIRST, credit_note=InvoiceNumber("Z01-2026-0002"), month=JULY, hours_amount=Cents(40000)
)
WISH: dict[str, Any] = {**HERE, "reason": " Dinsdag niet gewerkt ", "remind_at": REMIND}


@pytest.mark.parametrize("history", [HISTORY, HISTORY[:2]], ids=["billed", "approved"])
def test_staff_reopen_what_was_approved(history: tuple[Event, ...]) -> None:
    given(*history).when(reopen, **WISH).then_once(REOPENED)
    state = given(*history, REOPENED).state
    assert (state.status, state.remind_hours_at, state.invoice_at) == (Status.REOPENED, REMIND, None)


@pytest.mark.parametrize(
    ("history", "facts", "reason"),
    [
        ((), {}, NothingToReopen),
        (HISTORY[:1], {}, NothingToReopen),
        (HISTORY, {"reason": ""}, ReopenWithoutReason),
        (HISTORY, {"reason": "bsn 111222333"}, CitizenNumber),
    ],
)
def test_reopening_is_refused(history: tuple[Event, ...], facts: dict[str, Any], reason: type[Refusal]) -> None:
    given(*history).when(reopen, **(WISH | facts)).then_refused(reason)


def test_only_a_reopened_week_takes_another_attempt_and_nobody_is_warned_of_it() -> None:
    facts: dict[str, Any] = {
        "placement": placement(),
        "week": WEEK,
        "attempt": 2,
        "shifts": (MONDAY,),
        "terms": pricing_terms(),
        "others": (),
        "remind_at": REMIND,
    }
    given(*HISTORY).when(submit, **facts).then_refused(HoursLocked)
    given(*HISTORY, REOPENED).when(submit, **facts).then(submitted(2, MONDAY))


def test_an_empty_attempt_of_a_billed_week_waits_for_its_credit() -> None:
    decision: dict[str, Any] = {**HERE, "attempt": 2, "invoice_at": MOMENT}
    given(*HISTORY, REOPENED, submitted(2)).when(approve, **decision).then(approved(2))
    given(submitted(2)).when(approve, **decision).then(
        HoursApproved(**HERE, freelancer=Z01, attempt=2, invoice_at=None)
    )


def test_a_billed_week_is_not_simply_marked_as_not_worked() -> None:
    given(*HISTORY, REOPENED).when(mark_not_worked, **HERE).then_refused(
        HoursBilled,
        f"Uren van P01 {WEEK} zijn al gefactureerd. Dien de week in zonder diensten en laat dat goedkeuren.",
    )


def test_what_stands_billed_follows_credits() -> None:
    state = given(*HISTORY, REOPENED, CREDITED).state
    assert state.billed == (Billed(FIRST, JULY, Cents(40000)),)
    assert was_billed(state)
    assert not settled_hours(state)
    assert settled_hours(given(*HISTORY).state)
    assert not was_billed(given(*HISTORY[:2]).state)


def test_a_corrected_week_is_invoiced_when_nothing_of_it_waits() -> None:
    again = (*HISTORY, REOPENED, submitted(2, MONDAY), approved(2), CREDITED)
    new = TimesheetInvoiced(
        **HERE, freelancer=Z01, attempt=2, invoice=SECOND, month=JULY, hours_amount=Cents(100), complete=True
    )
    given(*again).when(rebill, **HERE, bills=[(SECOND, JULY, Cents(100))]).then(new)
    nothing = TimesheetRebilled(**HERE, freelancer=Z01, attempt=2)
    given(*again).when(rebill, **HERE, bills=[]).then(nothing)
    given(*HISTORY).when(rebill, **HERE, bills=[]).then()
    for event in (new, nothing):
        state = given(*again, event).state
        assert (state.status, state.invoice_at) == (Status.INVOICED, None)
    assert given(*again, new).state.billed == (Billed(FIRST, JULY, Cents(40000)), Billed(SECOND, JULY, Cents(100)))
