"""A small agency in words: a freelancer, customers, a placement, and the weeks that the tests of aggregates speak of."""

import datetime as dt

from selfbill.aggregates.agency import AgencyDetails, Moments, PaymentTerms
from selfbill.aggregates.party import CustomerKind, CustomerTerms, PartyDetails
from selfbill.aggregates.placement import Placement, PlacementTerms
from selfbill.pricing.terms import (
    Break,
    Rate,
    Shift,
    SurchargeRow,
    SurchargeTable,
    SurchargeVersion,
    Terms,
    VatTreatment,
)
from selfbill.values import (
    BasisPoints,
    Cents,
    CustomerCode,
    FreelancerCode,
    IsoWeek,
    Metres,
    Minutes,
    Period,
    PlacementCode,
    TableCode,
)

Z01, K01, P01 = FreelancerCode("Z01"), CustomerCode("K01"), PlacementCode("P01")
WEEK = IsoWeek.parse("2026-W31")
"""Monday 27 July to Sunday 2 August 2026: a week in two months."""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    """A moment in UTC: `2026-08-04 05:00`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def shift(start: str, end: str, *breaks: tuple[str, str], break_minutes: int = 0, metres: int = 0) -> Shift:
    """A shift by the wall clock: `2026-07-27 07:00`."""
    read = dt.datetime.fromisoformat
    pauses = tuple(Break(read(since), read(until)) for since, until in breaks)
    return Shift(read(start), read(end), pauses, Minutes(break_minutes), Metres(metres))


MONDAY = shift("2026-07-27 07:00", "2026-07-27 15:00")
TUESDAY = shift("2026-07-28 07:00", "2026-07-28 15:00")

AGENCY = AgencyDetails(
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
MOMENTS = Moments(
    invoice="FREQ=WEEKLY;BYDAY=TU;BYHOUR=7",
    commission="FREQ=WEEKLY;BYDAY=WE;BYHOUR=7",
    hours_reminder="FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9",
    approval_reminder="FREQ=WEEKLY;BYDAY=MO,WE,FR;BYHOUR=9;BYMINUTE=30",
)
TERMS = PaymentTerms(payment_days=30, commission_payment_days=14)

FREELANCER = PartyDetails(
    name="Sjoerd Vermeulen",
    trade_name="Sjoerd Vermeulen, begeleider",
    street="Wilhelminastraat",
    house_number="20-2",
    postcode="9773 ZD",
    city="Wetsinge",
    email="sjoerd@example.org",
    phone="06 1555 0824",
    kvk="68783424",
    vat_id="NL195500855B16",
    iban="NL76SNSB0804637555",
)
CUSTOMER = PartyDetails(
    name="Frank van Veen",
    street="Nieuwstraat",
    house_number="134a",
    postcode="8892 MW",
    city="Striep",
    email="frank@example.com",
)
PATIENT = CustomerTerms(kind=CustomerKind.PATIENT)
INSTITUTION = CustomerTerms(kind=CustomerKind.INSTITUTION)

PLACEMENT_TERMS = PlacementTerms(
    freelancer=Z01,
    customer=K01,
    period=Period(day("2026-01-01"), day("2026-12-31")),
    reference="ZO-93099",
    description="Begeleiding individueel",
)
RATE = Rate(day("2026-01-01"), Cents(5000), VatTreatment.CARE_EXEMPT)


def placement(
    *, period: Period | None = None, max_rate: int | None = None, rates: tuple[Rate, ...] = (RATE,)
) -> Placement:
    """The agreement P01 of Z01 with K01."""
    terms = PlacementTerms(
        freelancer=Z01,
        customer=K01,
        period=period or PLACEMENT_TERMS.period,
        reference=PLACEMENT_TERMS.reference,
        description=PLACEMENT_TERMS.description,
        max_rate=None if max_rate is None else Cents(max_rate),
    )
    return Placement(code=P01, terms=terms, rates=rates)


NIGHTS = SurchargeTable(
    TableCode("ORT"),
    (SurchargeVersion(day("2026-01-01"), (SurchargeRow("mo-fr", 22 * 60, 24 * 60, BasisPoints(4400)),)),),
)


def pricing_terms(*rates: Rate) -> Terms:
    return Terms(rates=rates or (RATE,), surcharge_table=NIGHTS)
