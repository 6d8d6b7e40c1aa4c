"""Who comes to a made-up agency: the agency itself, its freelancers and customers, and the placements between them.

The shares are those of bureau-noord, counted in its files.
"""

import datetime as dt

import msgspec

from bench_life import Life
from bench_terms import DETAILS, MOMENTS, TABLES, WORK, customer_terms, name, party_details, rates, scheme
from selfbill.aggregates.agency import (
    AgencySetUp,
    HolidaysSet,
    HoursPeriodOpened,
    MomentsSet,
    PaymentTerms,
    SurchargeTableSet,
    TermsSet,
)
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
)
from selfbill.aggregates.mandate import MandateGranted
from selfbill.aggregates.party import (
    ContactNamed,
    CustomerRegistered,
    FreelancerRegistered,
)
from selfbill.aggregates.placement import CommissionAgreed, PlacementAgreed, PlacementTerms, RateAgreed
from selfbill.aggregates.roster import PlacementJoined
from selfbill.aggregates.series import PrefixClaimed, SeriesOpened
from selfbill.application.terms import invoice_moment_of, terms_of
from selfbill.moments import from_local
from selfbill.pricing.terms import (
    Commission,
    Terms,
)
from selfbill.values import (
    Cents,
    CustomerCode,
    FreelancerCode,
    IsoWeek,
    Metres,
    Period,
    PlacementCode,
)

FREELANCERS_PER_PLACEMENT = 25 / 55
CUSTOMERS_PER_PLACEMENT = 40 / 55
SHORTEST_WEEKS, LONGEST_WEEKS = 5, 20
"""A placement has 12.3 timesheets on average: 675 for 55 placements."""
CUSTOMER_COMMISSION = 97 / 367
IMPORTED = {"by": "operator:anna", "cause": "import"}


class Placed(msgspec.Struct, frozen=True, eq=False):
    """A placement at work."""

    code: PlacementCode
    freelancer: FreelancerCode
    customer: CustomerCode
    approver: str
    invoice_moment: str
    terms: Terms
    first_hour: int
    """When its shifts begin, so that those of one freelancer lie apart."""
    metres: Metres
    until: IsoWeek


class Intake:
    """Keeps as many placements at work as the agency has; who leaves is followed by somebody else."""

    def __init__(self, life: Life, placements: int) -> None:
        self._life = life
        self._placements = placements
        self.running: list[Placed] = []
        self._count = 0
        self._freelancers: list[FreelancerCode] = []
        self._customers: list[CustomerCode] = []

    def set_up(self, first_week: IsoWeek) -> None:
        """The agency begins."""
        holidays = tuple(dt.date(year, month, day) for year in range(2024, 2030) for month, day in ((1, 1), (12, 25)))
        self._open_series(COMMISSION_SERIES, "BN")
        settle = self._life.settle
        settle(AGENCY, AgencySetUp(details=DETAILS), **IMPORTED)
        settle(AGENCY, MomentsSet(moments=MOMENTS), **IMPORTED)
        settle(AGENCY, TermsSet(terms=PaymentTerms(payment_days=30, commission_payment_days=14)), **IMPORTED)
        for table in TABLES:
            settle(AGENCY, SurchargeTableSet(table=table), **IMPORTED)
        settle(AGENCY, HolidaysSet(holidays=holidays), **IMPORTED)
        close_at = from_local(dt.datetime.combine(first_week.next().monday, dt.time()))
        settle(AGENCY, HoursPeriodOpened(first_week=first_week, close_at=close_at), **IMPORTED)

    def keep_up(self, week: IsoWeek) -> None:
        """Placements that end are replaced; those that the agency starts with end one after the other."""
        is_start = not self._count
        self.running = [placed for placed in self.running if week <= placed.until]
        while len(self.running) < self._placements:
            weeks = self._life.random.randint(1 if is_start else SHORTEST_WEEKS, LONGEST_WEEKS)
            self.running.append(self._agree(week, IsoWeek.of(week.monday + dt.timedelta(weeks=weeks - 1))))

    def _agree(self, first: IsoWeek, until: IsoWeek) -> Placed:
        life, dice = self._life, self._life.random
        self._count += 1
        code = PlacementCode(f"P{self._count:05}")
        if not self._freelancers or dice.random() < FREELANCERS_PER_PLACEMENT:
            self._freelancers.append(self._register_freelancer(len(self._freelancers) + 1))
        if not self._customers or dice.random() < CUSTOMERS_PER_PLACEMENT:
            self._customers.append(self._register_customer(len(self._customers) + 1))
        freelancer = dice.choice(self._freelancers[-self._placements :])
        customer = dice.choice(self._customers[-self._placements :])
        travels = dice.random() < 0.5
        terms = PlacementTerms(
            freelancer=freelancer,
            customer=customer,
            period=Period(first.monday, until.sunday),
            reference=f"IO-{dice.randint(1000, 99999)}",
            description=dice.choice(WORK),
            surcharge_table=dice.choice(TABLES).code,
            travel_rate=Cents(23) if travels else None,
        )
        stream = placement_stream(code)
        life.settle(stream, PlacementAgreed(code=code, terms=terms), **IMPORTED)
        for rate in rates(dice, first):
            life.settle(stream, RateAgreed(code=code, rate=rate), **IMPORTED)
        starting = Commission(first.monday, scheme(dice))
        life.settle(stream, CommissionAgreed(code=code, towards="freelancer", commission=starting), **IMPORTED)
        if dice.random() < CUSTOMER_COMMISSION:
            other = Commission(first.monday, scheme(dice))
            life.settle(stream, CommissionAgreed(code=code, towards="customer", commission=other), **IMPORTED)
        joined = PlacementJoined(freelancer=freelancer, placement=code)
        life.happen(roster_stream(freelancer), joined, **IMPORTED)
        agency = life.state(AGENCY)
        return Placed(
            code=code,
            freelancer=freelancer,
            customer=customer,
            approver=f"customer:{customer}/1",
            invoice_moment=invoice_moment_of(agency, life.state(customer_stream(customer))),
            terms=terms_of(agency, life.state(stream)),
            first_hour=(7, 14, 21)[life.version(roster_stream(freelancer)) % 3],
            metres=Metres(dice.randint(50, 500) * 100 if travels else 0),
            until=until,
        )

    def _register_freelancer(self, number: int) -> FreelancerCode:
        code = FreelancerCode(f"Z{number:05}")
        self._open_series(series_stream(code), code)
        event = FreelancerRegistered(
            code=code, number_prefix=code, next_number=1, details=party_details(self._life.random, code)
        )
        self._life.settle(freelancer_stream(code), event, **IMPORTED)
        granted = MandateGranted(freelancer=code, period=Period(self._life.now.date() - dt.timedelta(days=30)))
        self._life.happen(mandate_stream(code), granted, **IMPORTED)
        return code

    def _register_customer(self, number: int) -> CustomerCode:
        dice = self._life.random
        code = CustomerCode(f"K{number:05}")
        stream, terms, details = customer_stream(code), customer_terms(dice), party_details(dice, code)
        self._life.settle(stream, CustomerRegistered(code=code, terms=terms, details=details), **IMPORTED)
        self._life.settle(stream, ContactNamed(code=code, contact=1, name=name(dice)), **IMPORTED)
        return code

    def _open_series(self, stream: str, prefix: str) -> None:
        self._life.settle(stream, SeriesOpened(prefix=prefix, first_number=1), **IMPORTED)
        self._life.happen(prefix_stream(prefix), PrefixClaimed(prefix=prefix, series=stream), **IMPORTED)
