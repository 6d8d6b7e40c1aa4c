"""What prices a placement's shifts, gathered from the placement and its agency."""

from selfbill.aggregates.agency import Agency, UnknownSurchargeTable
from selfbill.aggregates.party import Party
from selfbill.aggregates.placement import Placement
from selfbill.pricing.terms import Terms


def terms_of(agency: Agency, placement: Placement) -> Terms:
    """Raises UnknownSurchargeTable when the placement names a table that the agency does not have."""
    assert placement.terms is not None
    code = placement.terms.surcharge_table
    if code is not None and code not in agency.surcharge_tables:
        raise UnknownSurchargeTable(table=code)
    return Terms(
        rates=placement.rates,
        surcharge_table=None if code is None else agency.surcharge_tables[code],
        holidays=agency.holidays,
        travel_rate=placement.terms.travel_rate,
        commission_freelancer=placement.commission_freelancer,
        commission_customer=placement.commission_customer,
    )


def invoice_moment_of(agency: Agency, customer: Party) -> str:
    """The customer's own invoice moment, or else the agency's."""
    assert agency.moments is not None
    own = customer.terms.invoice_moment if customer.terms else None
    return own or agency.moments.invoice
