"""Hours on a real PostgreSQL: asked for once, decided on once, and nobody works in two places at the same time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aggregates.samples import WEEK, at
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, kinds, of
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType
from selfbill.aggregates.placement import UnknownPlacement
from selfbill.aggregates.shift_rules import ShiftsOverlap
from selfbill.aggregates.timesheet import Status
from selfbill.aggregates.timesheet_decisions import HoursLocked, NothingToApprove
from selfbill.aggregates.timesheet_events import (
    DecisionRefused,
    HoursApproved,
    HoursExpected,
    HoursRejected,
    HoursSubmitted,
    NotWorked,
    SubmissionRefused,
)
from selfbill.application import notices, setting_up, timesheets
from selfbill.application.invoicing import Week
from selfbill.application.office import Done
from selfbill.pricing.terms import Shift
from selfbill.refusals import Refusal
from selfbill.values import IsoWeek, PlacementCode

P01, P02 = PlacementCode("P01"), PlacementCode("P02")
MONDAY = hours("2026-07-20")
WEEK_30 = of("P01", MONDAY)


def test_submitted_hours_are_reminded_of_and_billed_at_the_agencys_moments(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.submit(WEEK_30, MONDAY)
    assert agency.timesheet(WEEK_30).remind_approval_at == at("2026-07-22 07:30")
    assert agency.timesheet(WEEK_30).warn_at == at("2026-08-09 22:00")
    agency.approve(WEEK_30)
    assert agency.timesheet(WEEK_30).invoice_at == at("2026-07-21 05:00")


def test_hours_approved_at_the_invoice_moment_itself_are_due_at_once(agency_office: SmallAgency) -> None:
    agency_office.submit(WEEK_30, MONDAY)
    agency_office.until_invoice_moment()
    agency_office.approve(WEEK_30)
    assert agency_office.timesheet(WEEK_30).invoice_at == agency_office.clock.now()
    assert isinstance(agency_office.issue(WEEK_30), Done)


def test_rejected_hours_are_reminded_of_when_their_week_is_over(agency_office: SmallAgency) -> None:
    agency_office.submit(WEEK_30, MONDAY)
    agency_office.reject(WEEK_30)
    assert agency_office.timesheet(WEEK_30).remind_hours_at == at("2026-07-27 07:00")


def test_everything_that_is_done_twice_happens_once(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.submit(WEEK_30, MONDAY)
    assert agency.submit(WEEK_30, MONDAY) is AlreadyDone
    agency.reject(WEEK_30)
    assert agency.reject(WEEK_30) is AlreadyDone
    agency.submit(WEEK_30, MONDAY, attempt=2)
    agency.approve(WEEK_30, attempt=2)
    assert agency.approve(WEEK_30, attempt=2) is AlreadyDone
    assert agency.reject(WEEK_30) is AlreadyDone


def test_a_placement_that_nobody_agreed_on_has_no_hours(agency_office: SmallAgency) -> None:
    unknown = PlacementCode("P99"), WEEK
    with pytest.raises(UnknownPlacement):
        agency_office.submit(unknown, hours("2026-07-27"))
    with pytest.raises(UnknownPlacement):
        timesheets.register_hours(agency_office.office, placement=unknown[0], week=WEEK, shifts=())
    with pytest.raises(UnknownPlacement):
        timesheets.mark_not_worked(agency_office.office, placement=unknown[0], week=WEEK)
    with pytest.raises(NothingToApprove):
        agency_office.approve(unknown)


# Command ids


def test_a_command_that_comes_again_changes_nothing(agency_office: SmallAgency) -> None:
    assert isinstance(agency_office.submit(WEEK_30, MONDAY, command_id="c1"), Done)
    head = agency_office.streams.head()
    assert agency_office.submit(WEEK_30, MONDAY, command_id="c1") is AlreadyDone
    assert agency_office.submit(of("P01", hours("2026-07-27")), hours("2026-07-27"), command_id="c1") is AlreadyDone
    assert agency_office.streams.head() == head


def test_a_command_that_comes_again_when_it_would_be_refused_by_now_was_done(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.submit(WEEK_30, MONDAY, command_id="c1")
    agency.reject(WEEK_30, command_id="c2")
    agency.submit(WEEK_30, hours("2026-07-21"), attempt=2)
    assert agency.submit(WEEK_30, MONDAY, command_id="c1") is AlreadyDone
    with pytest.raises(HoursLocked):
        agency.submit(WEEK_30, MONDAY, command_id="c3")


def test_a_refused_command_may_be_given_again(agency_office: SmallAgency) -> None:
    with pytest.raises(NothingToApprove):
        agency_office.approve(WEEK_30, command_id="c1")
    agency_office.submit(WEEK_30, MONDAY)
    assert isinstance(agency_office.approve(WEEK_30, command_id="c1"), Done)


# Stale state


def test_a_decision_on_hours_that_were_decided_on_in_between_is_taken_anew(process: Process) -> None:
    one, other = process().opened(), process()
    one.submit(WEEK_30, MONDAY)
    interrupt_before_save(one, lambda: other.reject(WEEK_30))
    with pytest.raises(NothingToApprove) as refusal:
        one.approve(WEEK_30)
    assert refusal.value.sentence() == "Poging 1 van P01 2026-W30 kan niet worden beoordeeld: de uren zijn afgewezen."
    assert kinds(one.events())[-1] is HoursRejected


def test_an_approval_that_comes_twice_at_the_same_time_happens_once(process: Process) -> None:
    one, other = process().opened(), process()
    one.submit(WEEK_30, MONDAY)
    interrupt_before_save(one, lambda: other.approve(WEEK_30))
    assert one.approve(WEEK_30) is AlreadyDone
    assert kinds(one.events()).count(HoursApproved) == 1


def test_what_happens_elsewhere_in_between_does_not_stand_in_the_way(process: Process) -> None:
    one, other = process().opened(), process()
    one.submit(WEEK_30, MONDAY)
    interrupt_before_save(one, lambda: other.placement("P02"))
    assert isinstance(one.approve(WEEK_30), Done)


# Overlap


OTHER_PLACEMENT = of("P02", MONDAY)


@pytest.mark.parametrize(
    ("week", "shift"),
    [
        pytest.param(OTHER_PLACEMENT, hours("2026-07-20", 2, start=14), id="in another placement"),
        pytest.param(of("P02", hours("2026-07-19")), hours("2026-07-19", 12, start=20), id="from the week before"),
    ],
)
def test_hours_in_two_places_at_the_same_time_are_refused(agency_office: SmallAgency, week: Week, shift: Shift) -> None:
    agency_office.placement("P02")
    agency_office.submit(WEEK_30, MONDAY)
    with pytest.raises(ShiftsOverlap):
        agency_office.submit(week, shift)


def test_a_sunday_night_does_not_overlap_with_the_monday_after_it(agency_office: SmallAgency) -> None:
    night, morning = hours("2026-07-26", 10, start=22), hours("2026-07-27", 4, start=7)
    agency_office.submit(of("P01", night), night)
    with pytest.raises(ShiftsOverlap):
        agency_office.submit(of("P01", morning), morning)
    later = hours("2026-07-27", 4, start=8)
    assert isinstance(agency_office.submit(of("P01", later), later), Done)


def test_a_monday_stands_in_the_way_of_the_sunday_night_before_it(agency_office: SmallAgency) -> None:
    night, morning = hours("2026-07-26", 10, start=22), hours("2026-07-27", 4, start=7)
    agency_office.submit(of("P01", morning), morning)
    with pytest.raises(ShiftsOverlap):
        agency_office.submit(of("P01", night), night)


def test_rejected_and_written_down_hours_stand_in_nobodys_way(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.placement("P02")
    agency.submit(WEEK_30, MONDAY)
    agency.reject(WEEK_30)
    timesheets.register_hours(agency.office, placement=P01, week=WEEK_30[1], shifts=(MONDAY,))
    assert isinstance(agency.submit(OTHER_PLACEMENT, MONDAY), Done)
    with pytest.raises(ShiftsOverlap):
        agency.submit(WEEK_30, MONDAY, attempt=2)


def test_two_freelancers_may_work_at_the_same_time(agency_office: SmallAgency) -> None:
    agency_office.freelancer("Z02")
    agency_office.placement("P02", freelancer="Z02")
    agency_office.submit(WEEK_30, MONDAY)
    assert isinstance(agency_office.submit(OTHER_PLACEMENT, MONDAY), Done)


def test_of_two_overlapping_submissions_the_one_that_saves_first_wins(process: Process) -> None:
    one, other = process().opened(), process()
    one.placement("P02")
    interrupt_before_save(one, lambda: other.submit(OTHER_PLACEMENT, MONDAY))
    with pytest.raises(ShiftsOverlap):
        one.submit(WEEK_30, MONDAY)
    assert one.timesheet(WEEK_30).status is Status.OPEN
    assert one.timesheet(OTHER_PLACEMENT).status is Status.SUBMITTED


def test_a_placement_that_is_agreed_in_between_is_looked_at_as_well(process: Process) -> None:
    one, other = process().opened(), process()

    def join_and_submit() -> None:
        other.placement("P02")
        other.submit(OTHER_PLACEMENT, MONDAY)

    interrupt_before_save(one, join_and_submit)
    with pytest.raises(ShiftsOverlap):
        one.submit(WEEK_30, MONDAY)


def test_of_overlapping_submissions_that_were_decided_at_the_same_time_exactly_one_wins(process: Process) -> None:
    codes = ("P01", "P02", "P03", "P04")
    first = process().opened()
    for code in codes[1:]:
        first.placement(code)
    decided = threading.Barrier(len(codes))

    def submitting(code: str) -> Callable[[], object]:
        agency = process()
        interrupt_before_save(agency, decided.wait)

        def submit() -> object:
            try:
                return agency.submit(of(code, MONDAY), MONDAY)
            except Refusal as refusal:
                return type(refusal)

        return submit

    with ThreadPoolExecutor(len(codes)) as threads:
        outcomes = [future.result() for future in [threads.submit(submitting(code)) for code in codes]]

    assert sorted(type(outcome) is Done for outcome in outcomes) == [False, False, False, True]
    assert outcomes.count(ShiftsOverlap) == len(codes) - 1
    assert kinds(first.events()).count(HoursSubmitted) == 1


# Weeks that are over


def closing(agency: SmallAgency, week: IsoWeek, *codes: PlacementCode) -> Done | AlreadyDoneType:
    return timesheets.expect_hours(agency.office, week=week, placements=codes)


def test_a_week_that_is_over_waits_for_the_hours_that_did_not_come(agency_office: SmallAgency) -> None:
    agency, week = agency_office, WEEK_30[1]
    agency.placement("P02")
    agency.submit(WEEK_30, MONDAY)
    setting_up.open_hours_period(agency.office, first_week=week, close_at=timesheets.week_over(week))
    agency.clock.advance_to(timesheets.week_over(week))
    before = agency.streams.head()

    closing(agency, week, P01, P02)

    expected = [event for event in agency.events(before) if isinstance(event, HoursExpected)]
    assert [(event.placement, event.freelancer, event.remind_at) for event in expected] == [
        ("P02", "Z01", at("2026-07-27 07:00"))
    ]
    assert agency.streams.load("agency").state.closed_week == week
    assert closing(agency, week, P01, P02) is AlreadyDone


def test_a_week_is_over_when_monday_begins_in_the_netherlands() -> None:
    assert timesheets.week_over(IsoWeek.parse("2026-W30")) == at("2026-07-26 22:00")
    assert timesheets.week_over(IsoWeek.parse("2026-W53")) == at("2027-01-03 23:00")


# What people are told


def test_every_reminder_and_request_is_recorded_once_and_names_the_next_moment(agency_office: SmallAgency) -> None:
    agency, week = agency_office, WEEK_30[1]
    here: dict[str, Any] = {"placement": P01, "week": week, "message_id": "<m@example.org>"}
    agency.clock.advance_to(timesheets.week_over(week))
    closing(agency, week, P01)
    agency.clock.advance_to(at("2026-07-27 07:00"))
    due = agency.clock.now()
    assert isinstance(notices.record_hours_reminder(agency.office, **here, due=due), Done)
    assert agency.timesheet(WEEK_30).remind_hours_at == at("2026-07-30 07:00")
    assert notices.record_hours_reminder(agency.office, **here, due=due) is AlreadyDone

    agency.submit(WEEK_30, MONDAY)
    assert isinstance(notices.record_approval_request(agency.office, **here, attempt=1), Done)
    assert notices.record_approval_request(agency.office, **here, attempt=1) is AlreadyDone
    due = at("2026-07-27 07:30")
    agency.clock.advance_to(due)
    assert isinstance(notices.record_approval_reminder(agency.office, **here, due=due), Done)
    assert agency.timesheet(WEEK_30).remind_approval_at == at("2026-07-29 07:30")
    assert notices.record_approval_reminder(agency.office, **here, due=due) is AlreadyDone


def test_a_mail_that_failed_is_tried_again(agency_office: SmallAgency) -> None:
    agency_office.submit(WEEK_30, MONDAY)
    for failures in (1, 2):
        notices.record_notice_failure(
            agency_office.office,
            placement=P01,
            week=WEEK_30[1],
            notice="approval_request",
            reason="mailbox vol",
            retry_at=at("2026-07-20 09:00"),
        )
        assert agency_office.timesheet(WEEK_30).failures == {"approval_request": failures}


def test_the_agency_is_warned_about_late_hours_once(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.placement("P02")
    weeks = [agency.approved("P01", MONDAY), agency.approved("P02", hours("2026-07-21"))]
    assert isinstance(notices.record_unbilled_warning(agency.office, timesheets=weeks), Done)
    assert notices.record_unbilled_warning(agency.office, timesheets=weeks) is AlreadyDone
    assert agency.timesheet(weeks[0]).warn_at is None


# What an import announced


@pytest.mark.parametrize(("submission", "event"), [(True, SubmissionRefused), (False, DecisionRefused)])
def test_what_was_announced_and_cannot_be_is_refused_once(
    agency_office: SmallAgency,
    submission: bool,  # noqa: FBT001
    event: type,
) -> None:
    facts: dict[str, Any] = {"placement": P01, "week": WEEK_30[1], "attempt": 1, "submission": submission}
    refusal = UnknownPlacement(placement=P01)
    assert isinstance(timesheets.refuse_announced(agency_office.office, **facts, refusal=refusal), Done)
    assert kinds(agency_office.events())[-1] is event
    assert timesheets.refuse_announced(agency_office.office, **facts, refusal=refusal) is AlreadyDone


def test_a_week_is_marked_as_not_worked_by_hand_or_by_an_import(agency_office: SmallAgency) -> None:
    agency, week = agency_office, WEEK_30[1]
    timesheets.mark_not_worked(agency.office, placement=P01, week=week)
    assert timesheets.mark_not_worked(agency.office, placement=P01, week=week) is AlreadyDone
    timesheets.mark_not_worked(agency.office, placement=P01, week=week, attempt=1)
    marks = [event.attempt for event in agency.events() if isinstance(event, NotWorked)]
    assert marks == [0, 1]
