"""What stands billed of a placement's weeks beside what its hours and agreements come to now."""

from collections.abc import Iterable, Sequence

from selfbill.aggregates import timesheet_corrections as weeks
from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY, customer_stream, placement_stream, timesheet_stream
from selfbill.aggregates.credit_note import left_of
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.party import CustomerKind, Party
from selfbill.aggregates.placement import Placement, require_known
from selfbill.aggregates.shift_rules import check_agreement
from selfbill.aggregates.timesheet import Timesheet
from selfbill.application.commission_then import calculation_of
from selfbill.application.correcting import Books
from selfbill.application.office import Office
from selfbill.application.terms import terms_of
from selfbill.pricing.differences import Difference, Standing, Whole, difference
from selfbill.pricing.lines import Draft, Line, price, restricted
from selfbill.pricing.terms import Shift, VatTreatment
from selfbill.store.streams import Loaded
from selfbill.values import InvoiceNumber, IsoWeek, Month, Period, PlacementCode


class Account:
    """The weeks of a period that were ever billed. Raises UnknownPlacement, NoRateInForce, AboveMaximumRate."""

    def __init__(self, office: Office, code: PlacementCode, period: Period) -> None:
        assert period.until is not None
        self._office = office
        self.code = code
        names = {week: timesheet_stream(code, week) for week in _weeks(period)}
        loaded = office.streams.load_many([AGENCY, placement_stream(code), *names.values()])
        self.agency: Loaded[Agency] = loaded[AGENCY]
        self.placement: Loaded[Placement] = loaded[placement_stream(code)]
        require_known(self.placement.state, code=code)
        self.terms = terms_of(self.agency.state, self.placement.state)
        billed = {week: loaded[name] for week, name in names.items() if weeks.was_billed(loaded[name].state)}
        self.timesheets: dict[IsoWeek, Loaded[Timesheet]] = {
            week: one for week, one in billed.items() if weeks.settled_hours(one.state)
        }
        self.waiting = tuple(week for week in billed if week not in self.timesheets)
        """Weeks that are still being corrected: what was billed of them stays as it is."""
        self.invoices: tuple[InvoiceNumber, ...] = tuple(
            sorted({one.invoice for sheet in self.timesheets.values() for one in sheet.state.billed})
        )
        self.books = Books(office, self.invoices, loaded)
        self.drafts = price([shift for one in self.timesheets.values() for shift in one.state.shifts], self.terms)
        self.difference = self._difference()
        self.new_drafts = self._new_drafts()
        for draft in self.new_drafts:
            check_agreement(draft.shifts, placement=self.placement.state, terms=self.terms)

    @property
    def lasting(self) -> list[InvoiceNumber]:
        """The invoices of which something stands."""
        return [number for number in self.invoices if left_of(self.books.invoice(number))]

    def _difference(self) -> Difference:
        standing = [line for number in self.invoices for line in self._standing(number)]
        present: dict[Month, list[Line]] = {}
        for draft in self.drafts:
            present.setdefault(draft.month, []).extend(draft.lines)
        return difference(standing, present, whole=self._whole(standing) if self._shows_shifts() else None)

    def _standing(self, number: InvoiceNumber) -> list[Standing]:
        issued = self._issued(number)
        found = [
            Standing(number, part.position, issued.month, issued.lines[part.position - 1])
            for part in left_of(self.books.invoice(number))
        ]
        return [each for each in found if each.line.week in self.timesheets]

    def _issued(self, number: InvoiceNumber) -> InvoiceIssued:
        issued = self.books.invoice(number).issued
        assert isinstance(issued, InvoiceIssued)
        return issued

    def _shows_shifts(self) -> bool:
        """Whether the customer's funder gets every shift with its times (the SVB, for a personal budget)."""
        terms = self.placement.state.terms
        assert terms is not None
        customer: Party = self._office.streams.load(customer_stream(terms.customer)).state
        return customer.terms is not None and customer.terms.kind is CustomerKind.PGB

    def _whole(self, standing: Sequence[Standing]) -> set[Whole]:
        """The weeks of which other shifts were billed than were approved in the end, though they may come to the same lines."""
        then: dict[Whole, set[Shift]] = {}
        for number in {InvoiceNumber(each.invoice) for each in standing}:
            issued = self._issued(number)
            for priced in calculation_of(self._office.streams, issued).draft.worked:
                then.setdefault((issued.month, priced.week), set()).add(priced.shift)
        now: dict[Whole, set[Shift]] = {}
        for draft in self.drafts:
            for priced in draft.worked:
                now.setdefault((draft.month, priced.week), set()).add(priced.shift)
        return {whole for whole, shifts in then.items() if whole[1] in self.timesheets and shifts != now.get(whole)}

    def _new_drafts(self) -> tuple[Draft, ...]:
        found = []
        for draft in self.drafts:
            is_small = _is_small(draft.lines)
            wanted = [line for line in self.difference.billed.get(draft.month, ()) if _is_small([line]) is is_small]
            if wanted:
                new = restricted(draft, wanted)
                assert new is not None
                found.append(new)
        return tuple(found)


def _is_small(lines: Iterable[Line]) -> bool:
    return any(line.vat_treatment is VatTreatment.SMALL_BUSINESS for line in lines)


def _weeks(period: Period) -> list[IsoWeek]:
    """The ISO weeks that have a day in this period."""
    assert period.until is not None
    found, week = [], IsoWeek.of(period.first)
    while week.monday <= period.until:
        found.append(week)
        week = week.next()
    return found
