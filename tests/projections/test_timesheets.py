"""Timesheets and placements: given events, then these rows."""

import datetime as dt
from typing import Any

from msgspec.structs import replace
from psycopg import Connection

from projections import happenings as say
from projections.conftest import Tell
from projections.histories import NOON, happened, rows_after
from selfbill.aggregates.event import Event
from selfbill.aggregates.placement import Arrangement
from selfbill.aggregates.timesheet import Status
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    ApprovalRequested,
    DecisionAnnounced,
    DecisionRefused,
    HoursExpected,
    HoursRegistered,
    HoursRejected,
    HoursReminded,
    InvoicingHeld,
    InvoicingRescheduled,
    NotWorked,
    SubmissionAnnounced,
    SubmissionRefused,
    UnbilledWarned,
)
from selfbill.projections import placements, timesheets
from selfbill.projections.follower import Follower
from selfbill.projections.placements import PlacementRow
from selfbill.projections.timesheets import TimesheetRow
from selfbill.store.streams import Recorded
from selfbill.values import Minutes, Month, PlacementCode

TIMESHEETS = timesheets.MODEL
THIS: dict[str, Any] = {"placement": say.P01, "week": say.WEEK}
WHO: dict[str, Any] = {"freelancer": say.Z01, "customer": say.K01}
OPEN = TimesheetRow(say.P01, "2026-W30", say.Z01, say.K01)
SUBMITTED = replace(OPEN, status=Status.SUBMITTED, attempt=1, minutes=Minutes(600), submitted_at=NOON)
APPROVED = replace(
    SUBMITTED, status=Status.APPROVED, decided_at=NOON, decided_by="customer:K01/1", invoice_at=say.LATER
)
BY_CUSTOMER = happened(say.approved(), by="customer:K01/1")


def test_expected_and_registered_hours_are_open() -> None:
    assert rows_after(TIMESHEETS, HoursExpected(**THIS, **WHO, remind_at=NOON)) == [OPEN]
    assert rows_after(TIMESHEETS, HoursRegistered(**THIS, **WHO, shifts=(say.SHIFT,))) == [OPEN]


def test_what_an_import_announces_is_not_known_before_its_moment() -> None:
    submission = SubmissionAnnounced(**THIS, attempt=1, at=say.LATER, shifts=(say.SHIFT,))
    decision = DecisionAnnounced(**THIS, attempt=1, at=say.LATER, decision="approved", decided_by="customer:K01/1")
    assert rows_after(TIMESHEETS, submission, decision) == []


def test_what_could_not_be_taken_in_says_why() -> None:
    refused = SubmissionRefused(**THIS, attempt=1, code="overlap", reason="Overlapt.")
    row = TimesheetRow(say.P01, "2026-W30", refused_code="overlap", refused_reason="Overlapt.")
    assert rows_after(TIMESHEETS, refused) == [row]
    assert rows_after(TIMESHEETS, refused, say.submitted()) == [SUBMITTED]
    decision = DecisionRefused(**THIS, attempt=1, code="late", reason="Te laat.")
    (row,) = rows_after(TIMESHEETS, say.submitted(), decision)
    assert (row.status, row.refused_code, row.refused_reason) == (Status.SUBMITTED, "late", "Te laat.")


def test_submitted_hours_wait_for_the_customer() -> None:
    assert rows_after(TIMESHEETS, say.submitted()) == [SUBMITTED]
    asked = happened(ApprovalRequested(**THIS, attempt=1, message_id="<1>"), at=say.LATER)
    assert rows_after(TIMESHEETS, say.submitted(), asked) == [replace(SUBMITTED, requested_at=say.LATER)]


def test_approved_hours_wait_for_their_invoice() -> None:
    assert rows_after(TIMESHEETS, say.submitted(), BY_CUSTOMER) == [APPROVED]


def test_rejected_hours_go_back_with_a_reason() -> None:
    rejected = HoursRejected(**THIS, attempt=1, reason="Te veel.", remind_at=NOON)
    (row,) = rows_after(TIMESHEETS, say.submitted(), rejected)
    assert (row.status, row.reason, row.decided_by) == (Status.REJECTED, "Te veel.", "staff:anna")
    assert rows_after(TIMESHEETS, say.submitted(), rejected, say.submitted(2)) == [replace(SUBMITTED, attempt=2)]


def test_a_week_without_work_counts_no_minutes() -> None:
    (row,) = rows_after(TIMESHEETS, say.submitted(), NotWorked(**THIS, attempt=1))
    assert (row.status, row.minutes, row.decided_at) == (Status.NOT_WORKED, 0, NOON)


def test_reminders_are_counted_and_stay_counted() -> None:
    (row,) = rows_after(
        TIMESHEETS,
        HoursExpected(**THIS, **WHO, remind_at=NOON),
        HoursReminded(**THIS, message_id="<1>", next_at=NOON),
        HoursReminded(**THIS, message_id="<2>", next_at=NOON),
        say.submitted(),
        happened(ApprovalReminded(**THIS, attempt=1, message_id="<3>", next_at=NOON), at=say.LATER),
    )
    assert (row.hours_reminders, row.approval_reminders, row.last_reminder) == (2, 1, say.LATER)


def test_held_hours_say_why_until_they_are_invoiced() -> None:
    held = InvoicingHeld(
        **THIS, freelancer=say.Z01, attempt=1, code="mandate_missing", reason="Geen machtiging.", next_at=say.LATER
    )
    told: list[Event | Recorded] = [say.submitted(), BY_CUSTOMER, held]
    (row,) = rows_after(TIMESHEETS, *told)
    assert (row.held_code, row.held_reason, row.status) == ("mandate_missing", "Geen machtiging.", Status.APPROVED)
    (row,) = rows_after(TIMESHEETS, *told, say.billed())
    assert (row.held_code, row.held_reason, row.status) == (None, None, Status.INVOICED)


def test_the_invoice_moment_can_change() -> None:
    moved = InvoicingRescheduled(**THIS, freelancer=say.Z01, attempt=1, invoice_at=NOON)
    assert rows_after(TIMESHEETS, say.submitted(), BY_CUSTOMER, moved) == [replace(APPROVED, invoice_at=NOON)]


def test_a_week_in_two_months_stands_on_two_invoices() -> None:
    first, second = say.billed("1", complete=False), say.billed("2", month=Month(2026, 8))
    assert rows_after(TIMESHEETS, say.submitted(), BY_CUSTOMER, first) == [
        replace(APPROVED, invoices=(say.number("1"),))
    ]
    assert rows_after(TIMESHEETS, say.submitted(), BY_CUSTOMER, first, second) == [
        replace(APPROVED, status=Status.INVOICED, invoice_at=None, invoices=(say.number("1"), say.number("2")))
    ]


def test_hours_that_are_late_say_since_when() -> None:
    assert rows_after(TIMESHEETS, say.submitted(), UnbilledWarned(**THIS)) == [replace(SUBMITTED, warned_at=NOON)]


def test_people_find_timesheets(follower: Follower, tell: Tell, connection: Connection[Any]) -> None:
    held = InvoicingHeld(**THIS, freelancer=say.Z01, attempt=1, code="x", reason="Daarom.", next_at=say.LATER)
    tell(say.submitted(), say.submitted(week=say.WEEK.next()), say.approved(), held)
    follower.catch_up()
    weeks = [each.week for each in timesheets.of_placement(connection, "P01")]
    assert weeks == ["2026-W31", "2026-W30"]
    assert [each.week for each in timesheets.of_freelancer(connection, "Z01", limit=1)] == ["2026-W31"]
    assert [each.week for each in timesheets.waiting_for(connection, "K01")] == ["2026-W31"]
    assert [each.week for each in timesheets.held(connection)] == ["2026-W30"]
    counts = {Status.APPROVED: 1, Status.SUBMITTED: 1}
    assert timesheets.count_by_status(connection, freelancer="Z01") == counts
    assert timesheets.count_by_status(connection, customer="K01") == counts
    assert timesheets.count_by_status(connection) == counts
    assert timesheets.count_by_status(connection, customer="K02") == {}


def test_a_placement_is_as_it_was_last_agreed() -> None:
    until = dt.date(2026, 12, 31)
    assert rows_after(placements.MODEL, say.placement(), say.placement(until=until)) == [
        PlacementRow(
            code=say.P01,
            freelancer=say.Z01,
            customer=say.K01,
            first=dt.date(2026, 1, 1),
            until=until,
            reference="REF 1",
            description="Thuiszorg",
            arrangement=Arrangement.MEDIATION,
        )
    ]


def test_people_find_placements(follower: Follower, tell: Tell, connection: Connection[Any]) -> None:
    first, until = dt.date(2026, 7, 1), dt.date(2026, 7, 31)
    day = dt.timedelta(days=1)
    tell(say.placement(first, until), say.placement(until, code=PlacementCode("P02")))
    follower.catch_up()

    def running(start: dt.date, end: dt.date) -> list[str]:
        return [each.code for each in placements.running_in(connection, start, end)]

    assert running(first - day, first - day) == []
    assert running(first - day, first) == ["P01"]
    assert running(until, until) == ["P01", "P02"]
    assert running(until + day, until + 7 * day) == ["P02"]
    assert [each.code for each in placements.of_freelancer(connection, "Z01")] == ["P01", "P02"]
    assert [each.code for each in placements.of_customer(connection, "K01")] == ["P01", "P02"]
    found = placements.by_code(connection, "P02")
    assert found is not None
    assert (found.first, found.until) == (until, None)
    assert placements.by_code(connection, "P03") is None
