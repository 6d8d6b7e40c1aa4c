"""Re-billing on a real PostgreSQL: what was approved or agreed since is billed by the difference, and each minute once."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from aggregates.samples import CUSTOMER, day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, of
from application.test_commissioning import TEN_PERCENT, bill, claims
from application.test_crediting import ABOVE_400, credit, notes
from selfbill.aggregates.catalogue import COMMISSION_SERIES, series_stream
from selfbill.aggregates.credit_note import CreditWithoutMandate, lines_left
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.mandate import MandateMissing
from selfbill.aggregates.party import CustomerKind, CustomerTerms
from selfbill.aggregates.timesheet import Status
from selfbill.aggregates.timesheet_corrections import NothingToReopen, ReopenWithoutReason
from selfbill.aggregates.timesheet_decisions import HoursBilled, HoursLocked
from selfbill.aggregates.timesheet_events import InvoicingHeld
from selfbill.application import rebilling
from selfbill.application.invoicing import Week
from selfbill.application.office import Done, Outcome
from selfbill.application.rebilling import Plan, PlanChanged
from selfbill.application.setting_up import withdraw_mandate
from selfbill.application.standing import Account
from selfbill.application.timesheets import mark_not_worked, reopen_hours
from selfbill.moments import next_moment_after
from selfbill.pricing.lines import price
from selfbill.pricing.terms import Commission, Percent, Shift, VatTreatment
from selfbill.values import BasisPoints, Cents, FreelancerCode, InvoiceNumber, Period, PlacementCode

NUMBER = InvoiceNumber("Z01-2026-0001")
MONDAY, WEDNESDAY, NEXT_MONDAY = hours("2026-07-20"), hours("2026-07-22", 4), hours("2026-07-27", 4)
FROM = day("2026-07-01")


@pytest.fixture
def billed(agency_office: SmallAgency) -> SmallAgency:
    """Week 30 (12 hours) and week 31 (4 hours) on one invoice of 800.00 euros."""
    weeks = [agency_office.approved("P01", MONDAY, WEDNESDAY), agency_office.approved("P01", NEXT_MONDAY)]
    agency_office.billed(*weeks)
    return agency_office


def plan(agency: SmallAgency, **facts: Any) -> Plan:
    return rebilling.plan_rebilling(
        agency.office, **{"placement": PlacementCode("P01"), "first": FROM, "until": day("2026-08-31"), **facts}
    )


def rebill(agency: SmallAgency, planned: Plan) -> Outcome:
    return rebilling.rebill(
        agency.office,
        placement=planned.placement,
        first=planned.period.first,
        until=planned.period.until,
        fingerprint=planned.fingerprint,
    )


def reopen(agency: SmallAgency, week: Week, reason: str = "Verkeerde dag") -> Outcome:
    return reopen_hours(agency.office, placement=week[0], week=week[1], reason=reason)


def corrected(agency: SmallAgency, *shifts: Shift, attempt: int = 2) -> Week:
    """The week of the first shift was reopened, submitted with these shifts and approved."""
    week = of("P01", shifts[0])
    reopen(agency, week)
    agency.submit(week, *shifts, attempt=attempt)
    agency.approve(week, attempt=attempt)
    return week


def invoices(agency: SmallAgency) -> list[InvoiceIssued]:
    return [event for event in agency.events() if isinstance(event, InvoiceIssued)]


def require_billed_once(agency: SmallAgency, *weeks: Week) -> None:
    """What stands on invoices is exactly what these weeks' approved hours come to by the terms of now, line by line."""
    account = Account(agency.office, PlacementCode("P01"), Period(FROM, day("2026-08-31")))
    shifts = [shift for week in weeks for shift in agency.timesheet(week).shifts]
    wanted = Counter(line for draft in price(shifts, account.terms) for line in draft.lines)
    standing = Counter(line for issued in invoices(agency) for line in lines_left(agency.invoice(issued.number)))
    assert standing == wanted
    assert {week: agency.timesheet(week).status for week in weeks} == dict.fromkeys(weeks, Status.INVOICED)
    for week in weeks:
        stands = sum(one.hours_amount for one in agency.timesheet(week).billed)
        assert stands == sum(
            line.amount for line in standing.elements() if line.kind == "hours" and line.week == week[1]
        )


def require_no_gaps(agency: SmallAgency) -> None:
    given = [event.number for event in invoices(agency)]
    given += [note.number for note in notes(agency) if note.freelancer is not None]
    last = agency.streams.load(series_stream(FreelancerCode("Z01"))).state.last_taken[2026]
    assert sorted(given) == [f"Z01-2026-{number:04}" for number in range(1, last + 1)]
    of_agency = [event.number for event in agency.commission_invoices()]
    of_agency += [note.number for note in notes(agency) if note.freelancer is None]
    last = agency.streams.load(COMMISSION_SERIES).state.last_taken.get(2026, 0)
    assert sorted(of_agency) == [f"BN-2026-{number:04}" for number in range(1, last + 1)]


# Corrected hours


def test_corrected_hours_credit_the_changed_line_and_bill_the_new_one(billed: SmallAgency) -> None:
    week = corrected(billed, MONDAY)
    planned = plan(billed)
    (note,) = planned.credit_notes
    (new,) = planned.invoices
    assert (note.original, note.total, [line.minutes for line in note.lines]) == (NUMBER, -60000, [-720])
    assert (new.total, [line.minutes for line in new.lines], new.sources[0].attempt) == (40000, [480], 2)
    assert planned.difference == -20000
    assert isinstance(rebill(billed, planned), Done)
    assert notes(billed) == [note]
    assert invoices(billed)[1:] == [new]
    assert [note.number, new.number] == ["Z01-2026-0002", "Z01-2026-0003"]
    assert billed.invoice(NUMBER).open == 20000
    require_billed_once(billed, week, of("P01", NEXT_MONDAY))
    require_no_gaps(billed)


def test_what_was_done_is_not_done_again(billed: SmallAgency) -> None:
    corrected(billed, MONDAY)
    planned = plan(billed)
    rebill(billed, planned)
    assert plan(billed).is_empty
    assert rebill(billed, planned) is AlreadyDone
    assert rebill(billed, plan(billed)) is AlreadyDone
    assert len(notes(billed)) == 1


def test_a_week_that_was_approved_as_it_was_needs_no_document(billed: SmallAgency) -> None:
    week = corrected(billed, MONDAY, WEDNESDAY)
    planned = plan(billed)
    assert planned.is_empty
    rebill(billed, planned)
    require_billed_once(billed, week, of("P01", NEXT_MONDAY))
    assert len(invoices(billed)) == 1


def test_a_week_that_turned_out_empty_is_only_credited(billed: SmallAgency) -> None:
    week = of("P01", MONDAY)
    reopen(billed, week)
    with pytest.raises(HoursBilled):
        mark_not_worked(billed.office, placement=week[0], week=week[1])
    billed.submit(week, attempt=2)
    billed.approve(week, attempt=2)
    planned = plan(billed)
    assert (planned.difference, planned.invoices) == (-60000, ())
    rebill(billed, planned)
    require_billed_once(billed, week, of("P01", NEXT_MONDAY))


def test_a_corrected_week_is_held_and_never_billed_twice(billed: SmallAgency) -> None:
    week = corrected(billed, MONDAY)
    assert billed.billed(week) == []
    held = [event for event in billed.events() if isinstance(event, InvoicingHeld)]
    assert [(event.code, event.week) for event in held] == [("billed_before", week[1])]
    assert "selfbill rebill P01 --from 2026-07-20" in held[0].reason
    fresh = billed.approved("P01", hours("2026-08-03"))
    assert [issued.total for issued in billed.billed(week, fresh)] == [40000]


def test_a_week_that_is_being_corrected_stays_as_it_was_billed(billed: SmallAgency) -> None:
    week = of("P01", MONDAY)
    reopen(billed, week)
    billed.rate("P01", "2026-07-01", 6000, VatTreatment.CARE_EXEMPT)
    planned = plan(billed)
    assert planned.waiting == (week[1],)
    assert [[line.week for line in note.lines] for note in planned.credit_notes] == [[of("P01", NEXT_MONDAY)[1]]]


def test_reopening_asks_for_approved_hours_and_a_reason(billed: SmallAgency) -> None:
    week = of("P01", MONDAY)
    with pytest.raises(ReopenWithoutReason):
        reopen(billed, week, " ")
    with pytest.raises(NothingToReopen):
        reopen(billed, of("P01", hours("2026-08-03")))
    with pytest.raises(HoursLocked):
        billed.submit(week, MONDAY, attempt=2)
    assert isinstance(reopen(billed, week), Done)
    assert reopen(billed, week) is AlreadyDone
    assert billed.timesheet(week).status is Status.REOPENED


# Terms with effect in the past


def test_a_back_dated_rate_bills_anew_from_its_day_on_only(billed: SmallAgency) -> None:
    billed.rate("P01", "2026-07-27", 5500, VatTreatment.CARE_EXEMPT)
    planned = plan(billed)
    assert [[line.amount for line in note.lines] for note in planned.credit_notes] == [[-20000]]
    assert [[line.unit_price for line in new.lines] for new in planned.invoices] == [[5500]]
    rebill(billed, planned)
    require_billed_once(billed, of("P01", MONDAY), of("P01", NEXT_MONDAY))
    require_no_gaps(billed)


@pytest.mark.parametrize("treatment", [VatTreatment.STANDARD, VatTreatment.SMALL_BUSINESS])
def test_a_back_dated_vat_treatment_bills_the_same_hours_anew(billed: SmallAgency, treatment: VatTreatment) -> None:
    billed.rate("P01", "2026-07-01", 5000, treatment)
    planned = plan(billed)
    assert [note.total for note in planned.credit_notes] == [-80000]
    (new,) = planned.invoices
    assert (new.net, new.vat_total) == (80000, 16800 if treatment is VatTreatment.STANDARD else 0)
    rebill(billed, planned)
    require_billed_once(billed, of("P01", MONDAY), of("P01", NEXT_MONDAY))


def test_half_a_week_under_another_treatment_makes_one_note_and_two_invoices(billed: SmallAgency) -> None:
    billed.rate("P01", "2026-07-22", 5000, VatTreatment.SMALL_BUSINESS)
    planned = plan(billed)
    assert [note.total for note in planned.credit_notes] == [-80000]
    assert sorted(new.total for new in planned.invoices) == [40000, 40000]
    rebill(billed, planned)
    require_billed_once(billed, of("P01", MONDAY), of("P01", NEXT_MONDAY))


def test_nothing_outside_the_period_is_touched(billed: SmallAgency) -> None:
    billed.rate("P01", "2026-07-01", 5500, VatTreatment.CARE_EXEMPT)
    planned = plan(billed, first=day("2026-07-27"), until=day("2026-07-31"))
    assert [note.total for note in planned.credit_notes] == [-20000]
    assert plan(billed, first=day("2026-08-03"), until=day("2026-08-31")).is_empty


def test_a_line_that_somebody_credited_is_proposed_to_be_billed_anew(billed: SmallAgency) -> None:
    credit(billed, NUMBER, 2)
    planned = plan(billed)
    assert (planned.credit_notes, [new.total for new in planned.invoices]) == ((), [20000])
    rebill(billed, planned)
    require_billed_once(billed, of("P01", MONDAY), of("P01", NEXT_MONDAY))


def test_several_corrections_one_after_the_other(billed: SmallAgency) -> None:
    weeks = of("P01", MONDAY), of("P01", NEXT_MONDAY)
    corrected(billed, MONDAY)
    rebill(billed, plan(billed))
    billed.rate("P01", "2026-07-01", 5100, VatTreatment.STANDARD)
    rebill(billed, plan(billed))
    corrected(billed, hours("2026-07-21", 6), hours("2026-07-23", 7), attempt=3)
    planned = plan(billed)
    assert [note.original for note in planned.credit_notes] == ["Z01-2026-0006"]
    rebill(billed, planned)
    require_billed_once(billed, *weeks)
    require_no_gaps(billed)
    assert sum(billed.invoice(issued.number).open for issued in invoices(billed)) == sum(
        issued.total for issued in invoices(billed)
    ) + sum(note.total for note in notes(billed))


# What a plan is worth


def test_a_plan_that_changed_in_between_is_refused(billed: SmallAgency) -> None:
    corrected(billed, MONDAY)
    planned = plan(billed)
    billed.rate("P01", "2026-07-01", 5500, VatTreatment.CARE_EXEMPT)
    head = billed.streams.head()
    with pytest.raises(PlanChanged) as refused:
        rebill(billed, planned)
    assert planned.fingerprint in refused.value.sentence("nl")
    assert billed.streams.head() == head


def test_a_plan_outlives_what_does_not_touch_it(billed: SmallAgency) -> None:
    corrected(billed, MONDAY)
    planned = plan(billed)
    billed.send(NUMBER)
    billed.clock.advance_to(next_moment_after("FREQ=DAILY;BYHOUR=12", billed.clock.now()))
    assert plan(billed).fingerprint == planned.fingerprint
    assert isinstance(rebill(billed, planned), Done)


def test_two_processes_that_do_the_same_plan_do_it_once(process: Process, billed: SmallAgency) -> None:
    corrected(billed, MONDAY)
    planned = plan(billed)
    other = process()
    other.clock.advance_to(billed.clock.now())
    interrupt_before_save(billed, lambda: rebill(other, planned))
    assert rebill(billed, planned) is AlreadyDone
    assert len(notes(billed)) == 1


def test_a_week_that_is_reopened_at_the_same_moment_is_seen(process: Process, billed: SmallAgency) -> None:
    week = corrected(billed, MONDAY)
    planned = plan(billed)
    other = process()
    other.clock.advance_to(billed.clock.now())
    interrupt_before_save(billed, lambda: reopen(other, week))
    with pytest.raises(PlanChanged):
        rebill(billed, planned)


def test_without_a_mandate_nothing_is_planned(billed: SmallAgency) -> None:
    corrected(billed, MONDAY)
    withdraw_mandate(billed.office, freelancer=FreelancerCode("Z01"), last_day=day("2026-07-20"))
    with pytest.raises(MandateMissing):
        plan(billed)
    reopen(billed, of("P01", MONDAY))
    billed.submit(of("P01", MONDAY), attempt=3)
    billed.approve(of("P01", MONDAY), attempt=3)
    with pytest.raises(CreditWithoutMandate):
        plan(billed)


# A personal budget


def test_a_budget_holders_week_is_billed_anew_whole(agency_office: SmallAgency) -> None:
    agency = agency_office
    details = msgspec.structs.replace(CUSTOMER, svb_number="00451278")
    agency.customer("K01", CustomerTerms(CustomerKind.PGB, budget_law="Wlz"), details)
    saturday = hours("2026-07-25", 2)
    agency.rate("P01", "2026-07-25", 6000, VatTreatment.CARE_EXEMPT)
    agency.billed(agency.approved("P01", MONDAY, saturday), agency.approved("P01", NEXT_MONDAY))
    corrected(agency, hours("2026-07-20", 7), saturday)
    planned = plan(agency)
    assert [[line.minutes for line in note.lines] for note in planned.credit_notes] == [[-480, -120]]
    assert [[line.minutes for line in new.lines] for new in planned.invoices] == [[420, 120]]
    rebill(agency, planned)
    corrected(agency, hours("2026-07-21", 7), saturday, attempt=3)
    assert [[line.minutes for line in note.lines] for note in plan(agency).credit_notes] == [[-420, -120]], "other days"


# Commission


def test_commission_with_tiers_follows(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.commission("P01", "freelancer", Commission(day("2026-01-01"), ABOVE_400))
    (first,) = agency.billed(agency.approved("P01", hours("2026-07-13", 6)))
    weeks = [agency.approved("P01", MONDAY, WEDNESDAY), agency.approved("P01", NEXT_MONDAY)]
    (second,) = agency.billed(*weeks)
    agency.send(first.number, second.number)
    agency.until_commission_moment()
    bill(agency, claims(agency))
    assert [line.amount for one in agency.commission_invoices() for line in one.lines] == [3000, 1000 + 3500]
    corrected(agency, MONDAY)
    planned = plan(agency)
    (note,) = [note for note in planned.credit_notes if note.freelancer is None]
    assert (note.net, note.original) == (-(4500 - (1000 + 500)), "BN-2026-0001")
    (new,) = planned.invoices
    assert (new.billed_before, new.commission[0].amount) == (30000 + 20000, 2000)
    assert planned.commission_difference("freelancer") == -3000 + 2000
    rebill(agency, planned)
    agency.send(new.number)
    agency.until_commission_moment()
    bill(agency, claims(agency))
    charged = sum(line.amount for one in agency.commission_invoices() for line in one.lines) + note.net
    assert charged == 3000 + 1500 + 2000
    require_billed_once(agency, of("P01", hours("2026-07-13")), *weeks)
    require_no_gaps(agency)


@pytest.mark.parametrize("was_billed", [True, False])
@pytest.mark.parametrize(("percent", "difference"), [(1200, 1600), (700, -2400)])
def test_commission_that_was_agreed_anew_changes_by_the_difference(
    agency_office: SmallAgency, percent: int, difference: int, *, was_billed: bool
) -> None:
    agency = agency_office
    agency.commission("P01", "freelancer", TEN_PERCENT)
    (issued,) = agency.billed(agency.approved("P01", MONDAY, WEDNESDAY), agency.approved("P01", NEXT_MONDAY))
    agency.send(issued.number)
    agency.until_commission_moment()
    if was_billed:
        bill(agency, claims(agency))
    agency.commission("P01", "freelancer", Commission(day("2026-07-01"), Percent(BasisPoints(percent))))
    planned = plan(agency)
    assert (planned.difference, planned.invoices) == (0, ())
    assert planned.commission_difference("freelancer") == difference
    rebill(agency, planned)
    assert plan(agency).is_empty
    agency.until_commission_moment()
    bill(agency, claims(agency))
    lines = [line.amount for one in agency.commission_invoices() for line in one.lines]
    taken = [note.net for note in notes(agency)]
    assert sum(lines) + sum(taken) == 8000 + difference
    assert len(lines) + len(taken) == (2 if was_billed else 1)
    credit(agency, issued.number, 2)
    taken = [note.net for note in notes(agency) if note.freelancer is None]
    assert sum(lines) + sum(taken) == Cents((8000 + difference) * 3 // 4), "at what was agreed in the end"
    require_no_gaps(agency)
