"""From approved hours to invoices, on a real PostgreSQL: each minute once, each number once, all of it or nothing."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from aggregates.samples import CUSTOMER, FREELANCER, MOMENTS, PATIENT, at, day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, kinds, moved, numbers, of
from selfbill.aggregates.catalogue import customer_stream, freelancer_stream, series_stream
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.party import CustomerKind, CustomerTerms
from selfbill.aggregates.series import NumbersTaken
from selfbill.aggregates.timesheet import Status
from selfbill.aggregates.timesheet_events import InvoicingHeld, InvoicingRescheduled, TimesheetInvoiced
from selfbill.application import setting_up
from selfbill.application.office import Done
from selfbill.pricing.terms import Commission, Percent, Tier, Tiers, VatTreatment
from selfbill.values import BasisPoints, Cents, CustomerCode, FreelancerCode, Period

AT_ONCE = 100


def test_an_invoice_its_number_and_the_mark_on_its_hours_are_one_transaction(agency_office: SmallAgency) -> None:
    agency = agency_office
    week = agency.approved("P01", hours("2026-07-20"))
    agency.until_invoice_moment()
    before = agency.streams.head()

    assert agency.issue(week) == Done(before + 3)

    recorded = agency.recorded(before)
    assert kinds([each.event for each in recorded]) == [NumbersTaken, InvoiceIssued, TimesheetInvoiced]
    assert [each.position for each in recorded] == [before + 1, before + 2, before + 3]
    assert len({each.recorded_at for each in recorded}) == 1
    assert {(each.at, each.by, each.cause) for each in recorded} == {(agency.clock.now(), "staff:anna", "test")}
    assert [each.originator_id for each in recorded] == [
        "series:Z01",
        "invoice:Z01-2026-0001",
        "timesheet:P01:2026-W30",
    ]
    assert agency.timesheet(week).status is Status.INVOICED


def test_hours_that_were_billed_are_not_billed_again(agency_office: SmallAgency) -> None:
    week = agency_office.approved("P01", hours("2026-07-20"))
    agency_office.until_invoice_moment()
    agency_office.issue(week)
    head = agency_office.streams.head()
    assert agency_office.issue(week) is AlreadyDone
    assert agency_office.issue() is AlreadyDone
    assert agency_office.streams.head() == head


def test_nothing_is_billed_before_it_is_approved_and_due(agency_office: SmallAgency) -> None:
    submitted = of("P01", hours("2026-07-20"))
    agency_office.submit(submitted, hours("2026-07-20"))
    approved = agency_office.approved("P01", hours("2026-07-27"))
    assert agency_office.issue(submitted, approved) is AlreadyDone
    assert numbers(agency_office.billed(submitted, approved)) == ["Z01-2026-0001"]
    assert agency_office.timesheet(submitted).status is Status.SUBMITTED


def test_an_approved_week_without_shifts_makes_no_invoice(agency_office: SmallAgency) -> None:
    week = of("P01", hours("2026-07-20"))
    agency_office.submit(week)
    agency_office.approve(week)
    assert agency_office.billed(week) == []


def test_a_hundred_invoices_at_once_get_the_numbers_one_to_a_hundred(process: Process) -> None:
    agency = process().opened()
    placements = [f"Q{number:02}" for number in range(20)]
    weeks = []
    for place, code in enumerate(placements):
        agency.placement(code)
        weeks += [agency.approved(code, hours(f"2026-07-{monday:02}", 1, start=0 + place)) for monday in (6, 13, 20)]
        weeks += [agency.approved(code, hours(f"2026-08-{monday:02}", 1, start=0 + place)) for monday in (3, 10)]
    assert len(weeks) == AT_ONCE
    agency.until_invoice_moment()
    together = threading.Barrier(AT_ONCE)

    def issue(week: tuple[object, ...]) -> object:
        together.wait()
        return agency.issue(week)  # type: ignore[arg-type]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        outcomes = list(threads.map(issue, weeks))

    assert all(isinstance(outcome, Done) for outcome in outcomes)
    issued = [event for event in agency.events() if isinstance(event, InvoiceIssued)]
    assert sorted(numbers(issued)) == [f"Z01-2026-{number:04}" for number in range(1, AT_ONCE + 1)]
    billed = Counter((invoice.placement, source.week) for invoice in issued for source in invoice.sources)
    assert billed == Counter(weeks)
    taken = agency.streams.load(series_stream(FreelancerCode("Z01"))).state
    assert taken.last_taken == {2026: AT_ONCE}


def test_two_processes_that_bill_the_same_hours_make_one_invoice(process: Process) -> None:
    one, other = process().opened(), process()
    week = one.approved("P01", hours("2026-07-20"))
    one.until_invoice_moment()
    other.until_invoice_moment()
    interrupt_before_save(one, lambda: other.issue(week))
    assert one.issue(week) is AlreadyDone
    assert numbers([event for event in one.events() if isinstance(event, InvoiceIssued)]) == ["Z01-2026-0001"]


def test_a_number_that_somebody_else_took_in_between_is_not_taken_again(process: Process) -> None:
    one, other = process().opened(), process()
    first, second = one.approved("P01", hours("2026-07-20")), one.approved("P01", hours("2026-07-27"))
    one.until_invoice_moment()
    other.until_invoice_moment()
    interrupt_before_save(one, lambda: other.issue(second))
    assert isinstance(one.issue(first), Done)
    issued = {event.period_from: event.number for event in one.events() if isinstance(event, InvoiceIssued)}
    assert issued == {day("2026-07-27"): "Z01-2026-0001", day("2026-07-20"): "Z01-2026-0002"}


def test_a_mandate_that_is_withdrawn_in_between_holds_the_hours(process: Process) -> None:
    one, other = process().opened(), process()
    week = one.approved("P01", hours("2026-07-20"))
    one.until_invoice_moment()
    interrupt_before_save(
        one,
        lambda: setting_up.withdraw_mandate(other.office, freelancer=FreelancerCode("Z01"), last_day=day("2026-07-20")),
    )
    one.issue(week)
    assert kinds(one.events())[-1] is InvoicingHeld


# What cannot be billed


def test_hours_without_a_mandate_are_held_with_the_reason_and_the_rest_goes_on(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.freelancer("Z02", mandate=False)
    agency.placement("P02", freelancer="Z02")
    good, bad = agency.approved("P01", hours("2026-07-20")), agency.approved("P02", hours("2026-07-20"))
    assert numbers(agency.billed(bad, good)) == ["Z01-2026-0001"]

    held = [event for event in agency.events() if isinstance(event, InvoicingHeld)]
    assert [(event.placement, event.code, event.next_at) for event in held] == [
        ("P02", "mandate_missing", at("2026-07-28 05:00"))
    ]
    assert held[0].reason == (
        "Z02 heeft op 21-07-2026 geen geldige factureringsmachtiging gegeven. "
        "Leg een machtiging vast; de uren blijven staan."
    )
    assert agency.timesheet(bad).status is Status.APPROVED
    assert agency.issue(bad) is AlreadyDone

    setting_up.grant_mandate(agency.office, freelancer=FreelancerCode("Z02"), period=Period(day("2026-07-28")))
    assert numbers(agency.billed(bad)) == ["Z02-2026-0001"]


def test_what_is_held_costs_its_freelancer_no_number(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.customer("K02", CustomerTerms(kind=CustomerKind.PGB))
    for code in ("P00", "P02"):
        agency.placement(code, customer="K02")
    weeks = [
        agency.approved("P00", hours("2026-07-20")),
        agency.approved("P01", hours("2026-07-21")),
        agency.approved("P02", hours("2026-07-22")),
    ]
    assert numbers(agency.billed(*weeks)) == ["Z01-2026-0001"]
    reasons = {event.placement: event.reason for event in agency.events() if isinstance(event, InvoicingHeld)}
    assert reasons == {
        code: f"De factuur voor plaatsing {code} kan niet worden gemaakt: K02 mist SVB-klantnummer."
        for code in ("P00", "P02")
    }


def test_an_agency_that_comes_to_give_longer_holds_the_hours_of_a_large_institution(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.customer("K02", CustomerTerms(kind=CustomerKind.INSTITUTION))
    agency.placement("P02", customer="K02")
    week = agency.approved("P02", hours("2026-07-20"))
    setting_up.set_up_agency(
        agency.office,
        details=agency.streams.load("agency").state.details,
        moments=MOMENTS,
        terms=msgspec.structs.replace(agency.streams.load("agency").state.terms, payment_days=45),
    )
    assert agency.billed(week) == []
    assert kinds(agency.events())[-1] is InvoicingHeld


# What goes on one invoice


def test_one_invoice_per_placement_and_month_numbered_in_that_order(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.placement("P02")
    agency.freelancer("Z02")
    agency.placement("P03", freelancer="Z02")
    weeks = [
        agency.approved("P02", hours("2026-07-06")),
        agency.approved("P03", hours("2026-07-06")),
        agency.approved("P01", hours("2026-08-03")),
        agency.approved("P01", hours("2026-07-20")),
        agency.approved("P01", hours("2026-07-13")),
    ]
    issued = agency.billed(*weeks)
    assert [(invoice.number, invoice.placement, str(invoice.month), len(invoice.sources)) for invoice in issued] == [
        ("Z01-2026-0001", "P01", "2026-07", 2),
        ("Z01-2026-0002", "P01", "2026-08", 1),
        ("Z01-2026-0003", "P02", "2026-07", 1),
        ("Z02-2026-0001", "P03", "2026-07", 1),
    ]


def test_a_week_over_two_months_makes_two_invoices_and_is_complete_after_both(agency_office: SmallAgency) -> None:
    week = agency_office.approved("P01", hours("2026-07-31"), hours("2026-08-01", 4))
    july, august = agency_office.billed(week)
    assert (str(july.month), july.minutes, str(august.month), august.minutes) == ("2026-07", 480, "2026-08", 240)
    marks = [event for event in agency_office.events() if isinstance(event, TimesheetInvoiced)]
    assert [(mark.invoice, str(mark.month), mark.hours_amount, mark.complete) for mark in marks] == [
        ("Z01-2026-0001", "2026-07", 40000, False),
        ("Z01-2026-0002", "2026-08", 20000, True),
    ]


def test_a_night_into_the_next_month_belongs_to_the_month_in_which_it_starts(agency_office: SmallAgency) -> None:
    (july,) = agency_office.billed(agency_office.approved("P01", hours("2026-07-31", 10, start=22)))
    assert (str(july.month), july.period_until, july.minutes) == ("2026-07", day("2026-07-31"), 600)


def test_lines_under_the_small_business_scheme_make_an_invoice_of_their_own(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.rate("P01", "2026-07-22", 5000, VatTreatment.SMALL_BUSINESS)
    week = agency.approved("P01", hours("2026-07-20"), hours("2026-07-22", 4))
    exempt, small = agency.billed(week)
    assert [block.treatment for block in exempt.vat] == [VatTreatment.CARE_EXEMPT]
    assert [block.treatment for block in small.vat] == [VatTreatment.SMALL_BUSINESS]
    assert (exempt.number, exempt.minutes, small.number, small.minutes) == ("Z01-2026-0001", 480, "Z01-2026-0002", 240)
    billed = agency.timesheet(week).billed
    assert [(one.invoice, one.hours_amount) for one in billed] == [("Z01-2026-0001", 40000), ("Z01-2026-0002", 20000)]
    assert agency.timesheet(week).status is Status.INVOICED


def test_each_approved_minute_stands_on_exactly_one_invoice(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.rate("P01", "2026-07-22", 5000, VatTreatment.SMALL_BUSINESS)
    shifts = [hours(f"2026-07-{date}", length) for date, length in ((20, 8), (22, 3), (27, 5), (31, 6))]
    weeks = [agency.approved("P01", *shifts[:2]), agency.approved("P01", *shifts[2:], hours("2026-08-01", 2))]
    issued = agency.billed(*weeks)
    assert sum(invoice.minutes for invoice in issued) == (8 + 3 + 5 + 6 + 2) * 60
    assert sum(one.hours_amount for week in weeks for one in agency.timesheet(week).billed) == sum(
        invoice.hours_amount for invoice in issued
    )


# Commission that looks at the month


def tiers(kind: str) -> Commission:
    steps = (Tier(Cents(0), BasisPoints(1000)), Tier(Cents(100_000), BasisPoints(500)))
    return Commission(day("2026-01-01"), Tiers(kind, steps))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "amounts"),
    [
        # 400.00 and 400.00 in the first tier; then 200.00 at 10 % and 200.00 at 5 %; then all at 5 %.
        ("marginal", [4000, 4000, 3000, 2000]),
        # The month's amount with this invoice: 400.00, 800.00, then 1200.00 and 1600.00 in the second tier.
        ("whole", [4000, 4000, 2000, 2000]),
    ],
)
def test_tiers_count_the_invoices_of_a_month_one_after_another(
    agency_office: SmallAgency, kind: str, amounts: list[int]
) -> None:
    agency = agency_office
    agency.commission("P01", "freelancer", tiers(kind))
    weeks = [agency.approved("P01", hours(f"2026-07-{monday:02}")) for monday in (6, 13, 20, 27)]
    due = [agency.billed(week)[0].commission[0].amount for week in weeks]
    assert due == amounts


def test_tiers_start_anew_each_month_and_in_each_placement(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.placement("P02")
    for code in ("P01", "P02"):
        agency.commission(code, "freelancer", tiers("marginal"))
    weeks = [
        agency.approved("P01", hours("2026-07-06", 16), hours("2026-07-07", 16)),
        agency.approved("P01", hours("2026-08-03")),
        agency.approved("P02", hours("2026-07-13")),
    ]
    due = {(each.placement, str(each.month)): each.commission[0].amount for each in agency.billed(*weeks)}
    assert due == {("P01", "2026-07"): 13000, ("P01", "2026-08"): 4000, ("P02", "2026-07"): 4000}


def test_tiers_count_both_invoices_of_a_month_that_are_made_together(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.commission("P01", "freelancer", tiers("marginal"))
    agency.rate("P01", "2026-07-22", 5000, VatTreatment.SMALL_BUSINESS)
    week = agency.approved("P01", hours("2026-07-20", 16), hours("2026-07-22", 16))
    assert [each.commission[0].amount for each in agency.billed(week)] == [8000, 5000]


def test_commission_that_comes_to_nothing_is_owed_by_nobody(agency_office: SmallAgency) -> None:
    agency_office.commission("P01", "freelancer", Commission(day("2026-01-01"), Percent(BasisPoints(0))))
    (invoice,) = agency_office.billed(agency_office.approved("P01", hours("2026-07-20")))
    assert invoice.commission == ()


# Moments and parties of the day


def test_other_moments_move_the_hours_that_wait_for_them(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.customer("K02", msgspec.structs.replace(PATIENT, invoice_moment="FREQ=DAILY;BYHOUR=20"))
    agency.placement("P02", customer="K02")
    follows, own = agency.approved("P01", hours("2026-07-20")), agency.approved("P02", hours("2026-07-21"))
    submitted = of("P01", hours("2026-07-27"))
    agency.submit(submitted, hours("2026-07-27"))
    assert agency.timesheet(follows).invoice_at == at("2026-07-21 05:00")
    assert agency.timesheet(own).invoice_at == at("2026-07-20 18:00")

    fridays = msgspec.structs.replace(MOMENTS, invoice="FREQ=WEEKLY;BYDAY=FR;BYHOUR=7")
    before = agency.streams.head()
    setting_up.set_moments(agency.office, moments=fridays, waiting=[follows, own, submitted])

    assert [event.invoice_at for event in agency.events(before) if isinstance(event, InvoicingRescheduled)] == [
        at("2026-07-24 05:00")
    ]
    assert agency.timesheet(own).invoice_at == at("2026-07-20 18:00")
    assert setting_up.set_moments(agency.office, moments=fridays, waiting=[follows, own]) is AlreadyDone
    agency.until_invoice_moment()
    assert agency.issue(follows) is AlreadyDone


def test_an_invoice_shows_its_parties_as_on_its_day_for_ever(agency_office: SmallAgency) -> None:
    agency = agency_office
    (first,) = agency.billed(agency.approved("P01", hours("2026-07-20")))
    agency.freelancer("Z01", details=moved(FREELANCER, "Dorpsstraat"))
    agency.customer("K01", details=moved(CUSTOMER, "Kerkstraat"))
    (second,) = agency.billed(agency.approved("P01", hours("2026-07-27")))

    assert (first.freelancer_version, second.freelancer_version) == (1, 2)
    assert (first.customer_version, second.customer_version) == (1, 2)
    stored = agency.invoice(first.number).issued
    assert isinstance(stored, InvoiceIssued)
    assert stored == first
    history = agency.streams.history(freelancer_stream(FreelancerCode("Z01")))
    assert history[first.freelancer_version - 1].event.details.street == "Wilhelminastraat"  # type: ignore[attr-defined]
    customers = agency.streams.history(customer_stream(CustomerCode("K01")))
    assert customers[second.customer_version - 1].event.details.street == "Kerkstraat"  # type: ignore[attr-defined]


def test_the_year_of_a_number_is_that_of_the_invoice_date(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.billed(agency.approved("P01", hours("2026-07-20")))
    agency.clock.advance_to(at("2026-12-30 12:00"))
    (late,) = agency.billed(agency.approved("P01", hours("2026-12-28")))
    assert (late.number, late.date, str(late.month)) == ("Z01-2027-0001", day("2027-01-05"), "2026-12")
