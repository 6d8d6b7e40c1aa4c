"""When an agency reminds: a schedule within the law, and steps on working days."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from aggregates.samples import at, day
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.collection_schedule import (
    AgencyCollection,
    CollectionDaysInvalid,
    CollectionSchedule,
    CollectionScheduleApplied,
    CollectionScheduleSet,
    CostWithoutDemand,
    DemandTermTooShort,
    evolve,
    mark_applied,
    next_sending_moment,
    sending_moment,
    set_schedule,
)
from selfbill.aggregates.event import Event

USUAL = CollectionSchedule()
SET = CollectionScheduleSet(schedule=USUAL)
OFF = CollectionScheduleSet(schedule=None)
HOLIDAYS = frozenset({day("2026-09-08")})
"""A day on which this agency is closed, besides the public holidays."""


def given(*events: Event) -> Given[AgencyCollection]:
    return given_events(evolve, AgencyCollection(), events)


def usual(**changes: Any) -> CollectionSchedule:
    return msgspec.structs.replace(USUAL, **changes)


def test_the_usual_schedule_reminds_after_a_week_and_claims_nothing() -> None:
    assert (USUAL.reminder_days, USUAL.demand_days, USUAL.term_days, USUAL.claims_cost) == (7, 14, 14, False)
    given().when(set_schedule, schedule=USUAL).then_once(SET)


def test_collection_is_off_until_it_is_set_and_can_be_switched_off() -> None:
    given().when(set_schedule, schedule=None).then_already_done()
    given(SET).when(set_schedule, schedule=None).then_once(OFF)


@pytest.mark.parametrize("allowed", [usual(claims_cost=True), usual(demand=False), usual(term_days=30), usual(hour=0)])
def test_the_agency_chooses(allowed: CollectionSchedule) -> None:
    given(SET).when(set_schedule, schedule=allowed).then_once(CollectionScheduleSet(schedule=allowed))


@pytest.mark.parametrize("days", [13, 1])
def test_a_demand_gives_at_least_fourteen_days(days: int) -> None:
    given().when(set_schedule, schedule=usual(term_days=days)).then_refused(
        DemandTermTooShort,
        f"Een aanmaning moet minstens 14 dagen geven, geen {days} (art. 6:96 lid 6 BW).",
        f"A demand must give at least 14 days, not {days} (art. 6:96(6) BW).",
    )


def test_no_cost_without_a_demand() -> None:
    given().when(set_schedule, schedule=usual(demand=False, claims_cost=True)).then_refused(
        CostWithoutDemand,
        "Incassokosten kunnen alleen worden gevraagd na een aanmaning (art. 6:96 lid 6 BW). Zet de aanmaning aan.",
        "Collection cost can only be claimed after a demand (art. 6:96(6) BW). Switch the demand on.",
    )


@pytest.mark.parametrize("field", ["reminder_days", "demand_days", "hand_over_days", "hour"])
@pytest.mark.parametrize("number", [-1, 366])
def test_days_and_hours_that_make_no_sense_are_refused(field: str, number: int) -> None:
    given().when(set_schedule, schedule=usual(**{field: number})).then_refused(CollectionDaysInvalid)


def test_what_is_wrong_with_a_number_is_said() -> None:
    given().when(set_schedule, schedule=usual(reminder_days=0)).then_refused(
        CollectionDaysInvalid,
        "Het aantal dagen tot de herinnering kan niet 0 zijn; kies een getal van 1 tot en met 365.",
        "Days until the reminder cannot be 0; choose a number from 1 up to and including 365.",
    )


def test_only_the_last_choice_is_carried_through() -> None:
    given(SET).when(mark_applied, revision=1).then_once(CollectionScheduleApplied(revision=1))
    given(SET, OFF).when(mark_applied, revision=1).then_already_done()
    given(SET, OFF).when(mark_applied, revision=2).then_once(CollectionScheduleApplied(revision=2))


@pytest.mark.parametrize(
    ("planned", "moment"),
    [
        ("2026-04-10", "2026-04-10 07:00"),  # a Friday in summer time
        ("2026-04-03", "2026-04-07 07:00"),  # Good Friday
        ("2026-04-04", "2026-04-07 07:00"),  # Saturday before Easter: Monday is a holiday
        ("2026-04-05", "2026-04-07 07:00"),
        ("2026-04-27", "2026-04-28 07:00"),  # King's Day
        ("2026-12-25", "2026-12-28 08:00"),  # Christmas on Friday and Saturday, winter time
        ("2027-01-01", "2027-01-04 08:00"),
        ("2026-09-08", "2026-09-09 07:00"),  # the agency's own
        ("2026-03-28", "2026-03-30 07:00"),  # the clock goes forward in that weekend
    ],
)
def test_a_step_falls_on_a_working_day_in_local_time(planned: str, moment: str) -> None:
    assert sending_moment(day(planned), 9, HOLIDAYS) == at(moment)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-04-02 06:59", "2026-04-02 07:00"),
        ("2026-04-02 07:00", "2026-04-02 07:00"),
        ("2026-04-02 07:01", "2026-04-07 07:00"),
        ("2026-04-09 07:01", "2026-04-10 07:00"),
        ("2026-04-04 05:00", "2026-04-07 07:00"),
        ("2026-04-08 22:30", "2026-04-09 07:00"),  # half past midnight over there
    ],
)
def test_the_next_sending_moment(now: str, moment: str) -> None:
    assert next_sending_moment(at(now), 9, HOLIDAYS) == at(moment)


def test_public_holidays_are_free_whatever_the_agency_lists() -> None:
    assert sending_moment(dt.date(2026, 4, 6), 9, frozenset()) == at("2026-04-07 07:00")
    assert sending_moment(dt.date(2026, 9, 8), 9, frozenset()) == at("2026-09-08 07:00")
