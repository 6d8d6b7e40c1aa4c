"""What the agency settles: its details and moments, its freelancers and customers, mandates and placements."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from selfbill.aggregates import agency as agencies
from selfbill.aggregates import mandate as mandates
from selfbill.aggregates import party as parties
from selfbill.aggregates import placement as placements
from selfbill.aggregates import series as numbers
from selfbill.aggregates.agency import AgencyDetails, HouseStyle, Moments, PaymentTerms
from selfbill.aggregates.catalogue import (
    AGENCY,
    COMMISSION_SERIES,
    customer_stream,
    freelancer_stream,
    mandate_stream,
    placement_stream,
    prefix_stream,
    roster_stream,
    series_stream,
    timesheet_stream,
)
from selfbill.aggregates.event import AlreadyDoneType, Event
from selfbill.aggregates.party import CustomerTerms, PartyDetails
from selfbill.aggregates.placement import PlacementTerms
from selfbill.aggregates.roster import join
from selfbill.aggregates.timesheet import Timesheet
from selfbill.aggregates.timesheet_billing import reschedule
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.application.terms import invoice_moment_of
from selfbill.moments import next_moment
from selfbill.pricing.terms import Commission, Rate, SurchargeTable, Towards
from selfbill.store.streams import Change, Loaded
from selfbill.values import CustomerCode, FreelancerCode, IsoWeek, Period, PlacementCode


def set_up_agency(
    office: Office,
    *,
    details: AgencyDetails,
    moments: Moments,
    terms: PaymentTerms,
    style: HouseStyle | None = None,
    command_id: str | None = None,
) -> Outcome:
    """The agency starts: who it is, when it bills and reminds, how long it gives, how its documents look.

    Raises the refusals of `aggregates.agency` and, for its number series, those of `aggregates.series`.
    """
    prefix = prefix_stream(details.number_prefix)

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, COMMISSION_SERIES, prefix])
        agency = loaded[AGENCY]
        decided: list[Event | AlreadyDoneType] = [
            agencies.set_up(agency.state, details=details),
            agencies.set_moments(agency.state, moments=moments),
            agencies.set_terms(agency.state, terms=terms),
        ]
        if style is not None:
            decided.append(agencies.set_house_style(agency.state, style=style))
        events = [event for event in decided if isinstance(event, Event)]
        opened = _open_series(loaded, COMMISSION_SERIES, details.number_prefix, 1)
        return Decision([*change(AGENCY, agency, events), *opened])

    return carry_out(office, decide, command_id=command_id)


def _open_series(loaded: Mapping[str, Loaded[Any]], series: str, prefix: str, first_number: int) -> tuple[Change, ...]:
    """The series with a prefix that is nobody else's. Raises SeriesFixed, NotAPrefix, NotAFirstNumber, PrefixTaken."""
    claimed = prefix_stream(prefix)
    opened = numbers.open_series(loaded[series].state, prefix=prefix, first_number=first_number)
    claim = numbers.claim_prefix(loaded[claimed].state, prefix=prefix, series=series)
    return (*change(series, loaded[series], opened), *change(claimed, loaded[claimed], claim))


def set_moments(
    office: Office,
    *,
    moments: Moments,
    waiting: Iterable[tuple[PlacementCode, IsoWeek]] = (),
    command_id: str | None = None,
) -> Outcome:
    """The agency chooses other moments; approved hours that wait for an invoice (`waiting`) move along with them."""
    weeks = {timesheet_stream(placement, week): (placement, week) for placement, week in waiting}

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, *weeks])
        agency = agencies.Agency(moments=moments)
        states: dict[str, Timesheet] = {stream: loaded[stream].state for stream in weeks}
        customers = office.streams.load_many(
            {customer_stream(one.customer) for one in states.values() if one.customer is not None}
        )
        changes = list(change(AGENCY, loaded[AGENCY], agencies.set_moments(loaded[AGENCY].state, moments=moments)))
        for stream, (placement, week) in weeks.items():
            customer = states[stream].customer
            if customer is None:
                continue
            moment = next_moment(
                invoice_moment_of(agency, customers[customer_stream(customer)].state), office.clock.now()
            )
            moved = reschedule(states[stream], placement=placement, week=week, invoice_at=moment)
            changes.extend(change(stream, loaded[stream], moved))
        return Decision(changes)

    return carry_out(office, decide, command_id=command_id)


def set_surcharge_table(office: Office, *, table: SurchargeTable, command_id: str | None = None) -> Outcome:
    """The agency states a surcharge table with all its versions."""

    def decide() -> Decision:
        loaded = office.streams.load(AGENCY)
        return Decision(change(AGENCY, loaded, agencies.set_surcharge_table(loaded.state, table=table)))

    return carry_out(office, decide, command_id=command_id)


def set_holidays(office: Office, *, holidays: frozenset[dt.date], command_id: str | None = None) -> Outcome:
    """The agency states its holidays."""

    def decide() -> Decision:
        loaded = office.streams.load(AGENCY)
        return Decision(change(AGENCY, loaded, agencies.set_holidays(loaded.state, holidays=holidays)))

    return carry_out(office, decide, command_id=command_id)


def open_hours_period(
    office: Office,
    *,
    first_week: IsoWeek,
    close_at: dt.datetime,
    last_week: IsoWeek | None = None,
    command_id: str | None = None,
) -> Outcome:
    """From this week on hours are expected of every running placement; `close_at` is when that week is over."""

    def decide() -> Decision:
        loaded = office.streams.load(AGENCY)
        opened = agencies.open_hours_period(loaded.state, first_week=first_week, last_week=last_week, close_at=close_at)
        return Decision(change(AGENCY, loaded, opened))

    return carry_out(office, decide, command_id=command_id)


def register_freelancer(
    office: Office,
    *,
    code: FreelancerCode,
    number_prefix: str,
    next_number: int,
    details: PartyDetails,
    command_id: str | None = None,
) -> Outcome:
    """A freelancer comes in with a number series of their own, or gives new details.

    Raises PoBox, CitizenNumber, and for the number series the refusals of `aggregates.series`.
    """
    stream, series = freelancer_stream(code), series_stream(code)

    def decide() -> Decision:
        loaded = office.streams.load_many([stream, series, prefix_stream(number_prefix)])
        registered = parties.register_freelancer(
            loaded[stream].state, code=code, number_prefix=number_prefix, next_number=next_number, details=details
        )
        opened = _open_series(loaded, series, number_prefix, next_number)
        return Decision([*change(stream, loaded[stream], registered), *opened])

    return carry_out(office, decide, command_id=command_id)


def register_customer(
    office: Office,
    *,
    code: CustomerCode,
    terms: CustomerTerms,
    details: PartyDetails,
    command_id: str | None = None,
) -> Outcome:
    """A customer comes in, or changes details or terms. Raises the refusals of `party.register_customer`."""
    stream = customer_stream(code)

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, stream])
        usual: PaymentTerms | None = loaded[AGENCY].state.terms
        registered = parties.register_customer(
            loaded[stream].state,
            code=code,
            terms=terms,
            details=details,
            agency_days=usual.payment_days if usual else None,
        )
        return Decision(change(stream, loaded[stream], registered))

    return carry_out(office, decide, command_id=command_id)


def grant_mandate(
    office: Office, *, freelancer: FreelancerCode, period: Period, command_id: str | None = None
) -> Outcome:
    """The freelancer consents to invoices in their name for a period. Raises UnknownParty, PeriodReversed."""
    stream, party = mandate_stream(freelancer), freelancer_stream(freelancer)

    def decide() -> Decision:
        loaded = office.streams.load_many([stream, party])
        if loaded[party].version == 0:
            raise parties.UnknownParty(code=freelancer)
        granted = mandates.grant(loaded[stream].state, freelancer=freelancer, period=period)
        return Decision(change(stream, loaded[stream], granted))

    return carry_out(office, decide, command_id=command_id)


def withdraw_mandate(
    office: Office, *, freelancer: FreelancerCode, last_day: dt.date, command_id: str | None = None
) -> Outcome:
    """The freelancer takes the consent back after a last day."""
    stream = mandate_stream(freelancer)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        return Decision(change(stream, loaded, mandates.withdraw(loaded.state, last_day=last_day)))

    return carry_out(office, decide, command_id=command_id)


def agree_placement(
    office: Office, *, code: PlacementCode, terms: PlacementTerms, command_id: str | None = None
) -> Outcome:
    """A freelancer and a customer, both known, agree to work together.

    Raises UnknownParty, UnknownSurchargeTable, and the refusals of `placement.agree`.
    """
    stream, roster = placement_stream(code), roster_stream(terms.freelancer)
    freelancer, customer = freelancer_stream(terms.freelancer), customer_stream(terms.customer)

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, stream, roster, freelancer, customer])
        for name, party in ((terms.freelancer, freelancer), (terms.customer, customer)):
            if loaded[party].version == 0:
                raise parties.UnknownParty(code=name)
        if terms.surcharge_table not in (None, *loaded[AGENCY].state.surcharge_tables):
            raise agencies.UnknownSurchargeTable(table=terms.surcharge_table)
        agreed = placements.agree(loaded[stream].state, code=code, terms=terms)
        joined = join(loaded[roster].state, freelancer=terms.freelancer, placement=code)
        return Decision([*change(stream, loaded[stream], agreed), *change(roster, loaded[roster], joined)])

    return carry_out(office, decide, command_id=command_id)


def agree_rate(
    office: Office, *, placement: PlacementCode, rate: Rate, evidence: str = "", command_id: str | None = None
) -> Outcome:
    """A rate and its VAT treatment hold from a date on. Raises UnknownPlacement, NegativeAmount, CitizenNumber."""
    stream = placement_stream(placement)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        placements.require_known(loaded.state, code=placement)
        return Decision(change(stream, loaded, placements.agree_rate(loaded.state, rate=rate, evidence=evidence)))

    return carry_out(office, decide, command_id=command_id)


def agree_commission(
    office: Office,
    *,
    placement: PlacementCode,
    towards: Towards,
    commission: Commission,
    command_id: str | None = None,
) -> Outcome:
    """What the agency charges one side holds from a date on. Raises UnknownPlacement and what `agree_commission` refuses."""
    stream = placement_stream(placement)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        placements.require_known(loaded.state, code=placement)
        agreed = placements.agree_commission(loaded.state, towards=towards, commission=commission)
        return Decision(change(stream, loaded, agreed))

    return carry_out(office, decide, command_id=command_id)
