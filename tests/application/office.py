"""A small agency on a real PostgreSQL, set up as people do it, with a clock that stands still until a test moves it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from aggregates.samples import (
    AGENCY,
    CUSTOMER,
    FREELANCER,
    MOMENTS,
    PATIENT,
    TERMS,
    day,
)
from selfbill.aggregates.agency import Moments
from selfbill.aggregates.catalogue import invoice_stream, timesheet_stream
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.party import CustomerTerms, PartyDetails
from selfbill.aggregates.placement import PlacementTerms
from selfbill.aggregates.timesheet import Timesheet
from selfbill.application import setting_up, timesheets
from selfbill.application.delivering import Start, record_deliveries, start_deliveries
from selfbill.application.invoicing import Week, issue_invoices
from selfbill.application.office import Office, Outcome
from selfbill.clock import SimulatedClock
from selfbill.moments import next_moment_after
from selfbill.pricing.terms import Commission, Rate, Shift, Towards, VatTreatment
from selfbill.store.agency import AgencyStore
from selfbill.store.streams import Recorded
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber, IsoWeek, Period, PlacementCode

START = dt.datetime(2026, 7, 20, 8, tzinfo=dt.UTC)
"""A Monday morning; the agency bills on Tuesdays at 07:00 and takes its commission on Wednesdays at 07:00."""
EVERYTHING = 100_000
"""More events than any test makes."""


class SmallAgency:
    """What people at this agency do, in one line each."""

    def __init__(self, store: AgencyStore, clock: SimulatedClock | None = None) -> None:
        self.clock = clock or SimulatedClock(START)
        self.streams = store.streams
        self.office = Office(store.streams, store.archive, self.clock, by="staff:anna", cause="test")

    # Setting up

    def opened(self, moments: Moments = MOMENTS) -> "SmallAgency":
        """The agency with Z01 who works for K01 in P01."""
        setting_up.set_up_agency(self.office, details=AGENCY, moments=moments, terms=TERMS)
        self.freelancer("Z01")
        self.customer("K01")
        self.placement("P01")
        return self

    def freelancer(self, code: str, *, mandate: bool = True, details: PartyDetails = FREELANCER) -> Outcome:
        freelancer = FreelancerCode(code)
        outcome = setting_up.register_freelancer(
            self.office, code=freelancer, number_prefix=code, next_number=1, details=details
        )
        if mandate:
            setting_up.grant_mandate(self.office, freelancer=freelancer, period=Period(day("2026-01-01")))
        return outcome

    def customer(self, code: str, terms: CustomerTerms = PATIENT, details: PartyDetails = CUSTOMER) -> Outcome:
        return setting_up.register_customer(self.office, code=CustomerCode(code), terms=terms, details=details)

    def placement(
        self,
        code: str,
        *,
        freelancer: str = "Z01",
        customer: str = "K01",
        hourly: int = 5000,
        treatment: VatTreatment = VatTreatment.CARE_EXEMPT,
    ) -> None:
        terms = PlacementTerms(
            freelancer=FreelancerCode(freelancer),
            customer=CustomerCode(customer),
            period=Period(day("2026-01-01")),
            reference=f"ref {code}",
            description="Begeleiding individueel",
        )
        setting_up.agree_placement(self.office, code=PlacementCode(code), terms=terms)
        self.rate(code, "2026-01-01", hourly, treatment)

    def rate(self, code: str, valid_from: str, hourly: int, treatment: VatTreatment) -> None:
        rate = Rate(day(valid_from), Cents(hourly), treatment)
        setting_up.agree_rate(self.office, placement=PlacementCode(code), rate=rate)

    def commission(self, code: str, towards: Towards, commission: Commission) -> None:
        setting_up.agree_commission(self.office, placement=PlacementCode(code), towards=towards, commission=commission)

    # Hours

    def submit(self, week: Week, *shifts: Shift, attempt: int = 1, command_id: str | None = None) -> Outcome:
        placement, number = week
        return timesheets.submit_hours(
            self.office, placement=placement, week=number, attempt=attempt, shifts=shifts, command_id=command_id
        )

    def approve(self, week: Week, attempt: int = 1, command_id: str | None = None) -> Outcome:
        placement, number = week
        return timesheets.approve_hours(
            self.office, placement=placement, week=number, attempt=attempt, command_id=command_id
        )

    def reject(self, week: Week, attempt: int = 1, command_id: str | None = None) -> Outcome:
        placement, number = week
        return timesheets.reject_hours(
            self.office, placement=placement, week=number, attempt=attempt, reason="klopt niet", command_id=command_id
        )

    def approved(self, code: str, *shifts: Shift) -> Week:
        """A week with these shifts, submitted and approved."""
        week = of(code, shifts[0])
        self.submit(week, *shifts)
        self.approve(week)
        return week

    # Billing

    def until_invoice_moment(self) -> None:
        self.clock.advance_to(next_moment_after(MOMENTS.invoice, self.clock.now()))

    def until_commission_moment(self) -> None:
        self.clock.advance_to(next_moment_after(MOMENTS.commission, self.clock.now()))

    def issue(self, *weeks: Week) -> Outcome:
        return issue_invoices(self.office, timesheets=weeks)

    def billed(self, *weeks: Week) -> list[InvoiceIssued]:
        """The invoices that this invoice moment makes of these weeks."""
        self.until_invoice_moment()
        before = self.streams.head()
        self.issue(*weeks)
        return [event for event in self.events(before) if isinstance(event, InvoiceIssued)]

    def send(self, *numbers: InvoiceNumber) -> None:
        start_deliveries(self.office, starts={number: Start(attempt=1, document=None) for number in numbers})
        record_deliveries(self.office, outcomes=dict.fromkeys(numbers))

    # What happened

    def recorded(self, after: int = 0) -> list[Recorded]:
        return self.streams.read(after, EVERYTHING)

    def events(self, after: int = 0) -> list[Event]:
        return [recorded.event for recorded in self.recorded(after)]

    def timesheet(self, week: Week) -> Timesheet:
        state: Timesheet = self.streams.load(timesheet_stream(*week)).state
        return state

    def invoice(self, number: str) -> Invoice:
        state: Invoice = self.streams.load(invoice_stream(InvoiceNumber(number))).state
        return state

    def commission_invoices(self, after: int = 0) -> list[CommissionInvoiced]:
        return [event for event in self.events(after) if isinstance(event, CommissionInvoiced)]


def of(code: str, shift: Shift) -> Week:
    """The week of this placement in which this shift falls."""
    return PlacementCode(code), IsoWeek.of(shift.day)


def hours(date: str, length: int = 8, start: int = 7) -> Shift:
    """A shift of so many hours on this day."""
    begin = dt.datetime.combine(day(date), dt.time(start))
    return Shift(begin, begin + dt.timedelta(hours=length))


def numbers(invoices: Sequence[InvoiceIssued | CommissionInvoiced]) -> list[str]:
    return [invoice.number for invoice in invoices]


def kinds(events: Sequence[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def moved(details: PartyDetails, street: str) -> PartyDetails:
    return msgspec.structs.replace(details, street=street)


def interrupt_before_save(agency: SmallAgency, happening: Callable[[], object]) -> None:
    """Lets something happen after this process decided and before it saves, once."""
    save, waiting = agency.streams.save, [happening]

    def interrupted(*arguments: Any, **facts: Any) -> int:
        if waiting:
            waiting.pop()()
        return save(*arguments, **facts)

    agency.streams.save = interrupted  # type: ignore[method-assign]
