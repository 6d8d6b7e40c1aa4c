"""Who comes to a made-up agency: the agency itself, its freelancers and customers, and the placements between them.

The shares are those of bureau-noord, counted in its files.
"""

import datetime as dt
from random import Random

import msgspec

from bench_life import Life
from selfbill.aggregates.agency import (
    AgencyDetails,
    AgencySetUp,
    HolidaysSet,
    HoursPeriodOpened,
    Moments,
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
    CustomerKind,
    CustomerRegistered,
    CustomerTerms,
    Delivery,
    FreelancerRegistered,
    PartyDetails,
)
from selfbill.aggregates.placement import CommissionAgreed, PlacementAgreed, PlacementTerms, RateAgreed
from selfbill.aggregates.roster import PlacementJoined
from selfbill.aggregates.series import PrefixClaimed, SeriesOpened
from selfbill.application.terms import invoice_moment_of, terms_of
from selfbill.moments import from_local
from selfbill.pricing.terms import (
    Commission,
    Fixed,
    Percent,
    PerHour,
    Rate,
    Scheme,
    SurchargeRow,
    SurchargeTable,
    SurchargeVersion,
    Terms,
    Tier,
    Tiers,
    VatTreatment,
)
from selfbill.values import (
    BasisPoints,
    Cents,
    CustomerCode,
    FreelancerCode,
    IsoWeek,
    Metres,
    Period,
    PlacementCode,
    TableCode,
)

FREELANCERS_PER_PLACEMENT = 25 / 55
CUSTOMERS_PER_PLACEMENT = 40 / 55
SHORTEST_WEEKS, LONGEST_WEEKS = 5, 20
"""A placement has 12.3 timesheets on average: 675 for 55 placements."""
SECOND_RATE = 13 / 55
CUSTOMER_COMMISSION = 97 / 367
IMPORTED = {"by": "operator:anna", "cause": "import"}

_RULES = ("FREQ=MONTHLY;BYMONTHDAY=8;BYHOUR=7", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9", "FREQ=WEEKLY;BYDAY=FR;BYHOUR=16")
_FIRST_NAMES = ("Frank", "Patrick", "Hanneke", "Yasmina", "Joost", "Sietske", "Mohamed", "Els", "Geert", "Anouk")
_LAST_NAMES = ("van Veen", "de Boer", "Huisman", "Yilmaz", "Dijkstra", "Bakker", "el Amrani", "Smit", "Postma", "Vos")
_STREETS = ("Nieuwstraat", "Oranjelaan", "Parallelweg", "Ringdijk", "Eikenlaan", "Kerkpad", "Havenkade", "Molenweg")
_CITIES = ("Striep", "Beilen", "Winschoten", "Langezwaag", "Zeist", "Assen", "Leek", "Roden", "Haren", "Emmen")
_WORK = ("Begeleiding individueel", "Wijkverpleging", "Palliatieve zorg", "Verzorging dag en avond", "Nachtzorg")


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
        details = AgencyDetails(
            code="BN",
            name="Bureau Noord",
            street="Brinkweg",
            house_number="96",
            postcode="8732 EH",
            city="Kûbaard",
            kvk="51273245",
            vat_id="NL852166163B01",
            iban="NL57ABNA0389446386",
            email="administratie@bureaunoord.example.org",
            number_prefix="BN",
        )
        moments = Moments(
            invoice="FREQ=WEEKLY;BYDAY=TU;BYHOUR=7",
            commission="FREQ=WEEKLY;BYDAY=WE;BYHOUR=7",
            hours_reminder="FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9",
            approval_reminder="FREQ=WEEKLY;BYDAY=MO,WE,FR;BYHOUR=9;BYMINUTE=30",
        )
        holidays = tuple(dt.date(year, month, day) for year in range(2024, 2030) for month, day in ((1, 1), (12, 25)))
        self._open_series(COMMISSION_SERIES, "BN")
        settle = self._life.settle
        settle(AGENCY, AgencySetUp(details=details), **IMPORTED)
        settle(AGENCY, MomentsSet(moments=moments), **IMPORTED)
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
            description=dice.choice(_WORK),
            surcharge_table=dice.choice(TABLES).code,
            travel_rate=Cents(23) if travels else None,
        )
        stream = placement_stream(code)
        life.settle(stream, PlacementAgreed(code=code, terms=terms), **IMPORTED)
        for rate in _rates(dice, first):
            life.settle(stream, RateAgreed(code=code, rate=rate), **IMPORTED)
        starting = Commission(first.monday, _scheme(dice))
        life.settle(stream, CommissionAgreed(code=code, towards="freelancer", commission=starting), **IMPORTED)
        if dice.random() < CUSTOMER_COMMISSION:
            other = Commission(first.monday, _scheme(dice))
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
            code=code, number_prefix=code, next_number=1, details=_details(self._life.random, code)
        )
        self._life.settle(freelancer_stream(code), event, **IMPORTED)
        granted = MandateGranted(freelancer=code, period=Period(self._life.now.date() - dt.timedelta(days=30)))
        self._life.happen(mandate_stream(code), granted, **IMPORTED)
        return code

    def _register_customer(self, number: int) -> CustomerCode:
        dice = self._life.random
        code = CustomerCode(f"K{number:05}")
        kind = dice.choices(tuple(CustomerKind), (8, 19, 19))[0]
        terms = CustomerTerms(
            kind=kind,
            delivery=dice.choice(tuple(Delivery)),
            payment_days=dice.choice((None, 14, 21, 30)),
            invoice_moment=dice.choice(_RULES[:2]) if kind is CustomerKind.PGB else _weekly(dice),
            direct_debit=dice.random() < 0.3,
            budget_law="Wmo" if kind is CustomerKind.PGB else None,
        )
        stream, details = customer_stream(code), _details(dice, code)
        self._life.settle(stream, CustomerRegistered(code=code, terms=terms, details=details), **IMPORTED)
        self._life.settle(stream, ContactNamed(code=code, contact=1, name=_name(dice)), **IMPORTED)
        return code

    def _open_series(self, stream: str, prefix: str) -> None:
        self._life.settle(stream, SeriesOpened(prefix=prefix, first_number=1), **IMPORTED)
        self._life.happen(prefix_stream(prefix), PrefixClaimed(prefix=prefix, series=stream), **IMPORTED)


def _weekly(dice: Random) -> str | None:
    return _RULES[2] if dice.random() < 2 / 27 else None


def _name(dice: Random) -> str:
    return f"{dice.choice(_FIRST_NAMES)} {dice.choice(_LAST_NAMES)}"


def _details(dice: Random, code: str) -> PartyDetails:
    return PartyDetails(
        name=_name(dice),
        street=dice.choice(_STREETS),
        house_number=str(dice.randint(1, 250)),
        postcode=f"{dice.randint(3000, 9900)} HK",
        city=dice.choice(_CITIES),
        email=f"{code.lower()}@example.org",
        phone=f"06-1555{dice.randint(1000, 9999)}",
        kvk=str(dice.randint(10_000_000, 99_999_999)),
        vat_id="NL852166163B01",
        iban="NL61RABO0941673987",
        svb_number="08352642",
    )


def _rates(dice: Random, first: IsoWeek) -> list[Rate]:
    treatment = dice.choices(tuple(VatTreatment), (55, 10, 3))[0]
    hourly = dice.randint(4000, 7500)
    rates = [Rate(first.monday, Cents(hourly), treatment)]
    if dice.random() < SECOND_RATE:
        rates.append(Rate(first.monday + dt.timedelta(days=45), Cents(hourly + 150), treatment))
    return rates


def _scheme(dice: Random) -> Scheme:
    tiers = (
        Tier(Cents(0), BasisPoints(1000)),
        Tier(Cents(100_000), BasisPoints(800)),
        Tier(Cents(250_000), BasisPoints(600)),
    )
    schemes = (
        Percent(BasisPoints(850)),
        PerHour(Cents(325)),
        Fixed(Cents(1500)),
        Tiers("marginal", tiers),
        Tiers("whole", tiers),
    )
    return dice.choices(schemes, (21, 16, 6, 9, 6))[0]


def _table(code: str, *rows: tuple[str, int, int, int]) -> SurchargeTable:
    made = tuple(SurchargeRow(days, start, end, BasisPoints(percent)) for days, start, end, percent in rows)  # type: ignore[arg-type]
    return SurchargeTable(TableCode(code), (SurchargeVersion(dt.date(2024, 1, 1), made),))


TABLES = (
    _table(
        "EENV",
        ("holiday", 420, 1440, 5000),
        ("mo-fr", 0, 420, 3333),
        ("mo-fr", 1170, 1380, 1250),
        ("mo-fr", 1380, 1440, 3333),
        ("sa", 0, 1440, 2750),
        ("su", 0, 1440, 5000),
    ),
    _table(
        "GHZ",
        ("holiday", 0, 1440, 6000),
        ("mo-fr", 0, 360, 4400),
        ("mo-fr", 360, 420, 2200),
        ("mo-fr", 1200, 1320, 2200),
        ("mo-fr", 1320, 1440, 4400),
        ("sa", 0, 360, 4900),
        ("sa", 360, 480, 3800),
        ("sa", 720, 1320, 3800),
        ("su", 0, 1440, 6000),
    ),
)
