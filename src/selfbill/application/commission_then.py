"""What commission comes to for what is left of an invoice, at the rates that applied when it was issued (DOMAIN.md section 6)."""

from collections.abc import Sequence

import msgspec

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY, placement_stream, timesheet_stream
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.timesheet_events import HoursSubmitted
from selfbill.application.as_of import state_at
from selfbill.application.terms import terms_of
from selfbill.pricing.commission import commission
from selfbill.pricing.lines import Draft, Line, price, restricted
from selfbill.pricing.terms import Commission, Towards, VatTreatment, in_force
from selfbill.store.streams import Streams
from selfbill.values import Cents

Versions = tuple[Commission, ...]


class Calculation(msgspec.Struct, frozen=True):
    """An invoice as it was calculated: the shifts behind its lines, and the month's amount before it."""

    draft: Draft
    billed_before: Cents

    def commission_on(self, lines: Sequence[Line], versions: Versions) -> Cents:
        """Commission over these of its lines by what was agreed; 0 over none.

        A percentage, an amount per hour and tiers follow the hours that are left; the tiers begin where they began then. A
        fixed amount, a minimum and a maximum stay as they are while anything is left, and go with the last line.
        """
        left = restricted(self.draft, lines)
        if left is None:
            return Cents(0)
        return commission(left, versions, self.billed_before) or Cents(0)

    def is_agreed_anew(self, then: Versions, now: Versions) -> bool:
        """Whether something else was agreed for a day of these shifts."""
        days = {priced.shift.day for priced in self.draft.worked}
        return any(in_force(then, day) != in_force(now, day) for day in days)


def agreed(placement: Placement, towards: Towards) -> Versions:
    """What one side pays the agency, as it was agreed."""
    return placement.commission_freelancer if towards == "freelancer" else placement.commission_customer


def calculation_of(streams: Streams, issued: InvoiceIssued) -> Calculation:
    """How this invoice was calculated: from the attempts that it names, by the terms at the versions that it names."""
    agency: Agency = state_at(streams, AGENCY, issued.agency_version)
    placement: Placement = state_at(streams, placement_stream(issued.placement), issued.placement_version)
    terms = terms_of(agency, placement)
    shifts = [
        shift
        for source in issued.sources
        for recorded in streams.history(timesheet_stream(issued.placement, source.week))
        if isinstance(recorded.event, HoursSubmitted) and recorded.event.attempt == source.attempt
        for shift in recorded.event.shifts
    ]
    is_small = any(block.treatment is VatTreatment.SMALL_BUSINESS for block in issued.vat)
    (whole,) = (
        draft
        for draft in price(shifts, terms)
        if draft.month == issued.month
        and is_small == any(block.treatment is VatTreatment.SMALL_BUSINESS for block in draft.vat)
    )
    draft = restricted(whole, issued.lines)
    assert draft is not None
    return Calculation(draft, issued.billed_before)
