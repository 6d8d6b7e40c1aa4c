"""Taking a folder in: all or nothing, rehearsed or not, and as often as one likes."""

import datetime as dt

import pytest

from intake.folders import NOW, Files, MemoryShelf, edited, example, extended, replaced, shortened
from selfbill.aggregates.agency import HoursPeriodOpened, WeekClosed
from selfbill.aggregates.mandate import MandateWithdrawn
from selfbill.aggregates.party import ContactNamed, PartyForgotten
from selfbill.aggregates.series import NumbersTaken
from selfbill.aggregates.timesheet_events import HoursApproved, HoursSubmitted
from selfbill.intake.apply import import_folder, rehearse
from selfbill.intake.findings import FolderRefused
from selfbill.intake.folder import read_files
from selfbill.intake.report import Count, ImportReport
from selfbill.values import CustomerCode, FreelancerCode, IsoWeek, Minutes, Period, PlacementCode

W12 = IsoWeek(2026, 12)


def submitted(placement: str, week: int, freelancer: str, customer: str) -> HoursSubmitted:
    return HoursSubmitted(
        placement=PlacementCode(placement),
        week=IsoWeek(2026, week),
        freelancer=FreelancerCode(freelancer),
        customer=CustomerCode(customer),
        attempt=1,
        shifts=(),
        minutes=Minutes(0),
        remind_at=NOW,
    )


def approved(placement: str, week: int, freelancer: str) -> HoursApproved:
    return HoursApproved(
        placement=PlacementCode(placement),
        week=IsoWeek(2026, week),
        freelancer=FreelancerCode(freelancer),
        attempt=1,
        invoice_at=NOW,
    )


def taken_in(shelf: MemoryShelf, files: Files) -> ImportReport:
    return import_folder(shelf, read_files(files), now=NOW, by="staff:test")


def not_taken_in(shelf: MemoryShelf, files: Files) -> list[tuple[str, int, str, str]]:
    saves = len(shelf.saves)
    with pytest.raises(FolderRefused) as caught:
        taken_in(shelf, files)
    assert len(shelf.saves) == saves
    assert all(error.reason("nl") != error.reason("en") for error in caught.value.errors)
    return [(error.file, error.line, error.column, error.code) for error in caught.value.errors]


@pytest.fixture
def shelf() -> MemoryShelf:
    """An agency that took the small example in."""
    shelf = MemoryShelf()
    taken_in(shelf, example())
    return shelf


def test_an_import_is_one_save_and_says_what_it_did() -> None:
    shelf = MemoryShelf()
    report = taken_in(shelf, example())
    assert len(shelf.saves) == 1
    assert report.saved
    assert report.counts == {
        "agency": Count(new=1),
        "surcharge_tables": Count(new=1),
        "holidays": Count(new=2),
        "freelancers": Count(new=3),
        "mandates": Count(new=3),
        "customers": Count(new=4),
        "placements": Count(new=5),
        "rates": Count(new=6),
        "commissions": Count(new=8),
        "contacts": Count(new=4),
        "timesheets": Count(new=17),
        "hours": Count(new=22),
    }
    assert (str(report.first_week), str(report.last_week)) == ("2026-W12", "2026-W15")
    assert report.as_json()["until"] == "2026-05-14T00:00"
    assert report.as_json()["counts"]["rates"] == {"new": 6, "changed": 0, "unchanged": 0}  # type: ignore[index]


@pytest.mark.parametrize("name", ["voorbeeld-klein", "bureau-noord"])
def test_a_repeated_import_saves_nothing(name: str) -> None:
    shelf = MemoryShelf()
    files = example(name)
    first = taken_in(shelf, files)
    again = taken_in(shelf, files)
    assert len(shelf.saves) == 1
    assert not again.saved
    assert again.events == 0
    assert {kind: count.unchanged for kind, count in again.counts.items()} == {
        kind: count.new for kind, count in first.counts.items()
    }


def test_a_rehearsal_reports_the_same_and_saves_nothing() -> None:
    shelf = MemoryShelf()
    rehearsed = rehearse(shelf, read_files(example()), now=NOW)
    assert shelf.saves == []
    report = taken_in(shelf, example())
    assert (rehearsed.counts, rehearsed.events) == (report.counts, report.events)
    assert not rehearsed.saved


def test_warnings_of_the_folder_stand_in_the_report() -> None:
    files = replaced(example(), "agency.toml", "[terms]", "[terms]\nx = 1")
    assert [warning.column for warning in taken_in(MemoryShelf(), files).warnings] == ["terms.x"]


def test_the_agency_stands_as_its_files_say(shelf: MemoryShelf) -> None:
    agency = shelf.state("agency")
    assert agency.details.name == "Zorgschakel Voorbeeld B.V."
    assert agency.terms.commission_payment_days == 14
    assert agency.holidays == {dt.date(2026, 4, 5), dt.date(2026, 4, 6)}
    assert (agency.first_week, agency.last_week) == (W12, IsoWeek(2026, 15))
    assert shelf.state("commission-series").prefix == "ZV"


def test_the_first_week_is_over_at_midnight_after_its_sunday(shelf: MemoryShelf) -> None:
    events = [event for change in shelf.saves[0] for event in change.events]
    [opened] = [event for event in events if isinstance(event, HoursPeriodOpened)]
    assert opened.close_at == dt.datetime(2026, 3, 22, 23, tzinfo=dt.UTC)


def test_freelancers_get_their_series_mandate_and_roster(shelf: MemoryShelf) -> None:
    series = shelf.state("series:Z02")
    assert (series.prefix, series.first_number) == ("Z02", 15)
    assert shelf.state("mandate:Z02").periods == (Period(dt.date(2026, 2, 1), dt.date(2027, 12, 31)),)
    assert shelf.state("roster:Z02").placements == ("P03", "P04")


def test_who_decides_stands_with_the_customer_and_elsewhere_as_a_number(shelf: MemoryShelf) -> None:
    assert shelf.state("customer:K02").contacts == ("Pieter Visser",)
    announced = shelf.state("timesheet:P02:2026-W12").announced_decisions[1]
    assert announced.decided_by == "customer:K02/1"
    for stream, loaded in shelf.loaded.items():
        if not stream.startswith("customer:"):
            assert "Pieter Visser" not in repr(loaded.state)


def test_a_decision_without_a_name_is_the_customers() -> None:
    shelf = MemoryShelf()
    taken_in(shelf, edited(example(), "timesheets.csv", 6, decided_by=""))
    assert shelf.state("timesheet:P02:2026-W12").announced_decisions[1].decided_by == "customer:K02"


def test_that_nothing_was_worked_can_be_said_by_the_freelancer() -> None:
    files = edited(example(), "timesheets.csv", 15, decision="not_worked", decided_at="30-03-2026 09:00")
    files = shortened(edited(files, "timesheets.csv", 15, decided_by="Johan Bakker"), "hours.csv", 19)
    shelf = MemoryShelf()
    taken_in(shelf, files)
    announced = shelf.state("timesheet:P04:2026-W13").announced_decisions[1]
    assert (announced.decision, announced.decided_by) == ("not_worked", "freelancer:Z02")
    assert shelf.state("customer:K03").contacts == ("Kees Postma",)


def test_submissions_and_decisions_are_only_announced(shelf: MemoryShelf) -> None:
    timesheet = shelf.state("timesheet:P01:2026-W13")
    assert (timesheet.status, timesheet.shifts, sorted(timesheet.announced)) == ("open", (), [1, 2])
    assert timesheet.announced[2].at == dt.datetime(2026, 3, 31, 14, 40, tzinfo=dt.UTC)
    assert len(timesheet.announced[2].shifts[0].breaks) == 1


def test_hours_that_were_not_submitted_are_written_down(shelf: MemoryShelf) -> None:
    timesheet = shelf.state("timesheet:P04:2026-W13")
    assert (timesheet.status, len(timesheet.draft), timesheet.announced) == ("open", 1, {})


def test_a_repeat_after_billing_ran_saves_nothing(shelf: MemoryShelf) -> None:
    assert shelf.state("timesheet:P04:2026-W13").registered
    shelf.happened("timesheet:P04:2026-W13", submitted("P04", 13, "Z02", "K03"), approved("P04", 13, "Z02"))
    shelf.happened("series:Z02", NumbersTaken(year=2026, first=15, last=18))
    shelf.happened(
        "agency", WeekClosed(week=W12, next_close_at=None), WeekClosed(week=IsoWeek(2026, 15), next_close_at=None)
    )
    shelf.happened("customer:K02", ContactNamed(code="K02", contact=2, name="Iemand Anders"))
    assert not taken_in(shelf, example()).saved


def test_another_week_extends_the_period_without_closing_weeks_again(shelf: MemoryShelf) -> None:
    later = extended(
        example(), "timesheets.csv", 9, week="2026-W16", submitted_at="19-04-2026 21:00", decided_at="20-04-2026 09:30"
    )
    shelf.happened("agency", WeekClosed(week=IsoWeek(2026, 13), next_close_at=None))
    report = taken_in(shelf, later)
    assert report.counts["timesheets"] == Count(new=1, unchanged=17)
    agency = shelf.state("agency")
    assert (agency.first_week, agency.last_week) == (IsoWeek(2026, 14), IsoWeek(2026, 16))
    assert not taken_in(shelf, later).saved
    assert not taken_in(shelf, example()).saved


@pytest.mark.parametrize(
    ("file", "line", "cells", "expected"),
    [
        ("freelancers.csv", 2, {"city": "Soest"}, ("freelancers", "DetailsChanged")),
        ("customers.csv", 3, {"delivery": "portal"}, ("customers", "CustomerTermsChanged")),
        ("placements.csv", 2, {"reference": "IO-1"}, ("placements", "PlacementAgreed")),
        ("rates.csv", 2, {"rate": "61,00"}, ("rates", "RateAgreed")),
        ("commissions.csv", 2, {"value": "9"}, ("commissions", "CommissionAgreed")),
        ("surcharges.csv", 2, {"percent": "45"}, ("surcharge_tables", "SurchargeTableSet")),
        ("freelancers.csv", 2, {"mandate_from": "01-01-2026"}, ("mandates", "MandateGranted")),
    ],
)
def test_only_what_changed_is_saved(
    shelf: MemoryShelf, file: str, line: int, cells: dict[str, str], expected: tuple[str, str]
) -> None:
    kind, event = expected
    report = taken_in(shelf, edited(example(), file, line, **cells))
    assert report.counts[kind].changed == 1
    assert [type(one).__name__ for change in shelf.saves[1] for one in change.events] == [event]


def test_a_new_rate_beside_the_known_ones_is_new(shelf: MemoryShelf) -> None:
    report = taken_in(shelf, extended(example(), "rates.csv", 3, valid_from="01-05-2026", rate="63,00"))
    assert report.counts["rates"] == Count(new=1, unchanged=6)


def test_a_mandate_that_the_folder_ends_is_withdrawn(shelf: MemoryShelf) -> None:
    ended = edited(example(), "freelancers.csv", 2, mandate_until="31-12-2026")
    taken_in(shelf, ended)
    assert shelf.state("mandate:Z01").periods == (Period(dt.date(2026, 2, 1), dt.date(2026, 12, 31)),)
    assert not taken_in(shelf, ended).saved


def test_a_mandate_that_was_withdrawn_is_not_given_again_by_a_repeat(shelf: MemoryShelf) -> None:
    shelf.happened("mandate:Z01", MandateWithdrawn(freelancer=FreelancerCode("Z01"), last_day=dt.date(2026, 4, 30)))
    report = taken_in(shelf, example())
    assert not report.saved
    assert [(one.line, one.code) for one in report.warnings] == [(2, "mandate_ended")]


def test_who_was_forgotten_stays_forgotten(shelf: MemoryShelf) -> None:
    for stream, code in (("freelancer:Z01", "Z01"), ("customer:K01", "K01")):
        shelf.happened(stream, PartyForgotten(code=code, reason="verzoek"))
    report = taken_in(shelf, edited(example(), "freelancers.csv", 2, city="Soest"))
    assert not report.saved
    assert [(one.file, one.code) for one in report.warnings] == [
        ("freelancers.csv", "party_forgotten"),
        ("customers.csv", "party_forgotten"),
    ]


def test_another_invoice_moment_moves_hours_that_wait_for_it(shelf: MemoryShelf) -> None:
    shelf.happened("timesheet:P01:2026-W12", submitted("P01", 12, "Z01", "K01"), approved("P01", 12, "Z01"))
    taken_in(shelf, edited(example(), "customers.csv", 2, invoice_moment="FREQ=MONTHLY;BYHOUR=7"))
    assert shelf.state("timesheet:P01:2026-W12").invoice_at == dt.datetime(2026, 3, 1, 6, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("file", "line", "cells", "expected"),
    [
        ("freelancers.csv", 2, {"number_prefix": "Z91"}, ("number_prefix", "series_fixed")),
        ("freelancers.csv", 2, {"next_number": "2"}, ("next_number", "series_fixed")),
        ("placements.csv", 6, {"customer": "K04"}, ("customer", "parties_fixed")),
        ("timesheets.csv", 2, {"submitted_at": "22-03-2026 18:06"}, ("attempt", "attempt_fixed")),
        ("timesheets.csv", 12, {"submitted_at": ""}, ("submitted_at", "attempt_fixed")),
        ("timesheets.csv", 2, {"decided_at": "23-03-2026 10:01"}, ("decision", "decision_fixed")),
        ("timesheets.csv", 3, {"reason": "Iets anders"}, ("decision", "decision_fixed")),
        ("timesheets.csv", 2, {"decision": "", "decided_at": ""}, ("decision", "decision_fixed")),
    ],
)
def test_what_can_no_longer_change_is_refused_and_nothing_is_saved(
    shelf: MemoryShelf, file: str, line: int, cells: dict[str, str], expected: tuple[str, str]
) -> None:
    assert not_taken_in(shelf, edited(example(), file, line, **cells)) == [(file, line, *expected)]


def test_other_hours_for_a_known_attempt_are_refused(shelf: MemoryShelf) -> None:
    files = edited(example(), "hours.csv", 2, end="16:00")
    assert not_taken_in(shelf, files) == [("timesheets.csv", 2, "attempt", "attempt_fixed")]


def test_the_agencys_own_prefix_is_fixed_and_another_agency_is_refused(shelf: MemoryShelf) -> None:
    files = replaced(example(), "agency.toml", 'number_prefix = "ZV"', 'number_prefix = "ZW"')
    assert not_taken_in(shelf, files) == [("agency.toml", 12, "number_prefix", "series_fixed")]
    other = replaced(example(), "agency.toml", 'code = "ZV"', 'code = "ZW"')
    assert not_taken_in(shelf, other) == [("agency.toml", 2, "code", "other_agency")]


def test_every_reason_is_reported_at_once(shelf: MemoryShelf) -> None:
    files = edited(example(), "freelancers.csv", 2, number_prefix="Z91")
    files = edited(files, "freelancers.csv", 3, next_number="16")
    assert [row[1] for row in not_taken_in(shelf, files)] == [2, 3]


def test_an_attempt_that_came_by_another_way_is_not_announced_again(shelf: MemoryShelf) -> None:
    shelf.happened("timesheet:P04:2026-W13", submitted("P04", 13, "Z02", "K03"))
    files = edited(example(), "timesheets.csv", 15, submitted_at="29-03-2026 12:00")
    assert not_taken_in(shelf, files) == [("timesheets.csv", 15, "attempt", "attempt_fixed")]


def test_a_decision_that_was_taken_otherwise_by_hand_is_refused(shelf: MemoryShelf) -> None:
    shelf.happened("timesheet:P04:2026-W13", submitted("P04", 13, "Z02", "K03"), approved("P04", 13, "Z02"))
    files = shortened(example(), "hours.csv", 19)
    rejected = {"decision": "rejected", "decided_at": "30-03-2026 12:00", "reason": "niet geweest"}
    files = edited(files, "timesheets.csv", 15, submitted_at="29-03-2026 12:00", **rejected)
    assert not_taken_in(shelf, files) == [("timesheets.csv", 15, "decision", "decision_fixed")]
    agreed = edited(files, "timesheets.csv", 15, decision="approved", reason="")
    assert taken_in(shelf, agreed).counts["timesheets"] == Count(unchanged=17)
