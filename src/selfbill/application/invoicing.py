"""From approved hours to customer invoices, in one transaction with their numbers and with the mark on every timesheet.

Either all of it is stored or nothing: a second run fails on the timesheet's version, and no number is lost. What cannot be billed
is held with its reason; the rest goes on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from selfbill.aggregates import series as numbers
from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import (
    AGENCY,
    customer_stream,
    freelancer_stream,
    invoice_stream,
    mandate_stream,
    placement_stream,
    series_stream,
    timesheet_stream,
)
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.invoice_rules import Parties, issue, require_billable
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.timesheet import Timesheet
from selfbill.aggregates.timesheet_billing import hold, invoice, ready_to_invoice
from selfbill.aggregates.timesheet_corrections import BilledBefore, was_billed
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.application.terms import invoice_moment_of, terms_of
from selfbill.moments import local_date, next_moment_after
from selfbill.pricing.lines import Draft, price
from selfbill.pricing.terms import Terms, Tiers
from selfbill.refusals import Refusal
from selfbill.store.streams import Change, Loaded
from selfbill.values import Cents, FreelancerCode, InvoiceNumber, IsoWeek, Month, PlacementCode

Week = tuple[PlacementCode, IsoWeek]


class _Bill(msgspec.Struct, frozen=True):
    """One placement's ready timesheets, priced: what its invoices will hold."""

    placement: PlacementCode
    freelancer: FreelancerCode
    parties: Parties
    terms: Terms
    ready: Mapping[IsoWeek, Loaded[Timesheet]]
    drafts: tuple[Draft, ...]
    billed_before: Mapping[Month, Cents]


def issue_invoices(office: Office, *, timesheets: Iterable[Week]) -> Outcome:
    """Bills these timesheets as far as they are approved and due: one invoice per placement and calendar month.

    Numbers go in order of placement and month, per freelancer. AlreadyDone when nothing of it is due any more.
    """
    weeks = sorted(set(timesheets))

    def decide() -> Decision:
        books = _Books(office, weeks)
        bills, changes = books.bills()
        by_freelancer: dict[FreelancerCode, list[_Bill]] = defaultdict(list)
        for bill in bills:
            by_freelancer[bill.freelancer].append(bill)
        for freelancer in sorted(by_freelancer):
            changes.extend(books.issue(freelancer, by_freelancer[freelancer]))
        return Decision(changes, books.rests_on)

    return carry_out(office, decide)


class _Books:
    """Everything that the billing of some weeks needs, loaded in three queries."""

    def __init__(self, office: Office, weeks: Sequence[Week]) -> None:
        self._office = office
        self._today = local_date(office.clock.now())
        streams = office.streams
        names = {(placement, week): timesheet_stream(placement, week) for placement, week in weeks}
        placements = {placement for placement, _ in weeks}
        first = streams.load_many([AGENCY, *names.values(), *(placement_stream(code) for code in placements)])
        self._agency: Loaded[Agency] = first[AGENCY]
        self._placements: dict[PlacementCode, Loaded[Placement]] = {
            code: first[placement_stream(code)] for code in placements
        }
        self._ready: dict[PlacementCode, dict[IsoWeek, Loaded[Timesheet]]] = defaultdict(dict)
        self._corrected: list[tuple[PlacementCode, IsoWeek, Loaded[Timesheet]]] = []
        now = office.clock.now()
        for (placement, week), name in names.items():
            if not ready_to_invoice(first[name].state, moment=now):
                continue
            if was_billed(first[name].state):
                self._corrected.append((placement, week, first[name]))
            else:
                self._ready[placement][week] = first[name]
        agreed = [self._terms(code) for code in {*self._ready, *(code for code, _, _ in self._corrected)}]
        self._parties = streams.load_many(
            [
                name
                for terms in agreed
                for name in (
                    freelancer_stream(terms.freelancer),
                    customer_stream(terms.customer),
                    mandate_stream(terms.freelancer),
                    series_stream(terms.freelancer),
                )
            ]
        )
        self.rests_on: dict[str, int] = {}

    def _terms(self, code: PlacementCode) -> Any:
        terms = self._placements[code].state.terms
        assert terms is not None
        return terms

    def bills(self) -> tuple[list[_Bill], list[Change]]:
        """What can be billed, in order of placement; and the holds of what cannot."""
        bills: list[_Bill] = []
        held: list[Change] = []
        for code in sorted(self._ready):
            try:
                bills.append(self._bill(code))
            except Refusal as refusal:
                held.extend(self._hold(code, refusal))
        for code, week, loaded in self._corrected:
            held.extend(
                self._hold_week(
                    code, week, loaded, BilledBefore(placement=code, week=week, monday=week.monday.isoformat())
                )
            )
        return bills, held

    def _bill(self, code: PlacementCode) -> _Bill:
        agreed = self._terms(code)
        placement = self._placements[code]
        mandate = self._parties[mandate_stream(agreed.freelancer)]
        freelancer = self._parties[freelancer_stream(agreed.freelancer)].state
        customer = self._parties[customer_stream(agreed.customer)].state
        terms = terms_of(self._agency.state, placement.state)
        shifts = [shift for loaded in self._ready[code].values() for shift in loaded.state.shifts]
        drafts = price(shifts, terms)
        parties = Parties(
            agency=self._agency.state,
            agency_version=self._agency.version,
            freelancer=freelancer,
            customer=customer,
            placement=placement.state,
            placement_version=placement.version,
        )
        require_billable(parties, mandate=mandate.state, drafts=drafts, day=self._today)
        self.rests_on[placement_stream(code)] = placement.version
        self.rests_on[mandate_stream(agreed.freelancer)] = mandate.version
        return _Bill(
            placement=code,
            freelancer=agreed.freelancer,
            parties=parties,
            terms=terms,
            ready=self._ready[code],
            drafts=drafts,
            billed_before=self._billed_before(code, terms, drafts),
        )

    def _billed_before(self, code: PlacementCode, terms: Terms, drafts: tuple[Draft, ...]) -> dict[Month, Cents]:
        """The placement's hour amounts that were invoiced earlier, per calendar month; only tiers look at them."""
        versions = (*terms.commission_freelancer, *terms.commission_customer)
        if not any(isinstance(version.scheme, Tiers) for version in versions):
            return {}
        months = {draft.month for draft in drafts}
        names = {
            timesheet_stream(code, week)
            for month in months
            for week in weeks_of(month)
            if week not in self._ready[code]
        }
        loaded = self._office.streams.load_many(names)
        self.rests_on.update({name: one.version for name, one in loaded.items()})
        before: dict[Month, Cents] = {}
        for one in (*loaded.values(), *self._ready[code].values()):
            for billed in one.state.billed:
                if billed.month in months:
                    before[billed.month] = Cents(before.get(billed.month, 0) + billed.hours_amount)
        return before

    def _hold(self, code: PlacementCode, refusal: Refusal) -> list[Change]:
        return [
            each for week, loaded in self._ready[code].items() for each in self._hold_week(code, week, loaded, refusal)
        ]

    def _hold_week(
        self, code: PlacementCode, week: IsoWeek, loaded: Loaded[Timesheet], refusal: Refusal
    ) -> tuple[Change, ...]:
        customer = self._parties[customer_stream(self._terms(code).customer)].state
        next_at = next_moment_after(invoice_moment_of(self._agency.state, customer), self._office.clock.now())
        held = hold(loaded.state, placement=code, week=week, refusal=refusal, next_at=next_at)
        return change(timesheet_stream(code, week), loaded, held)

    def issue(self, freelancer: FreelancerCode, bills: Sequence[_Bill]) -> list[Change]:
        """The invoices of one freelancer, with the numbers they take and the timesheets they mark."""
        series_name = series_stream(freelancer)
        series = self._parties[series_name]
        count = sum(len(bill.drafts) for bill in bills)
        taken, free = numbers.take(series.state, year=self._today.year, count=count)
        changes = list(change(series_name, series, taken))
        next_number = iter(free)
        for bill in bills:
            marks: dict[IsoWeek, list[tuple[InvoiceNumber, Month, Cents]]] = {week: [] for week in bill.ready}
            before = dict(bill.billed_before)
            for draft in bill.drafts:
                issued = self._issued(next(next_number), bill, draft, before.get(draft.month, Cents(0)))
                before[draft.month] = Cents(before.get(draft.month, 0) + draft.hours_amount)
                changes.append(Change(invoice_stream(issued.number), 0, (issued,)))
                for source in issued.sources:
                    marks[source.week].append((issued.number, draft.month, _hours_amount(draft, source.week)))
            for week, marked in marks.items():
                events: Sequence[Event] = invoice(
                    bill.ready[week].state,
                    placement=bill.placement,
                    week=week,
                    freelancer=freelancer,
                    bills=marked,
                )
                changes.extend(change(timesheet_stream(bill.placement, week), bill.ready[week], events))
        return changes

    def _issued(self, number: InvoiceNumber, bill: _Bill, draft: Draft, billed_before: Cents) -> InvoiceIssued:
        attempts = {week: loaded.state.attempt for week, loaded in bill.ready.items()}
        return issue(
            number,
            parties=bill.parties,
            terms=bill.terms,
            draft=draft,
            attempts=attempts,
            billed_before=billed_before,
            now=self._office.clock.now(),
        )


def weeks_of(month: Month) -> list[IsoWeek]:
    """The ISO weeks that have a day in this month."""
    weeks, week = [], IsoWeek.of(month.first)
    while week.monday <= month.last:
        weeks.append(week)
        week = week.next()
    return weeks


def _hours_amount(draft: Draft, week: IsoWeek) -> Cents:
    return Cents(sum(line.amount for line in draft.lines if line.kind == "hours" and line.week == week))
