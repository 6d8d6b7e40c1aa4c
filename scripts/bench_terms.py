"""Who people are and what they agree on in a made-up agency: names, addresses, rates, commission, surcharge tables.

The shares are those of bureau-noord, counted in its files.
"""

import datetime as dt
from random import Random

from selfbill.aggregates.agency import AgencyDetails, Moments
from selfbill.aggregates.party import CustomerKind, CustomerTerms, Delivery, PartyDetails
from selfbill.pricing.terms import (
    Fixed,
    Percent,
    PerHour,
    Rate,
    Scheme,
    SurchargeRow,
    SurchargeTable,
    SurchargeVersion,
    Tier,
    Tiers,
    VatTreatment,
)
from selfbill.values import BasisPoints, Cents, IsoWeek, TableCode

SECOND_RATE = 13 / 55
_RULES = ("FREQ=MONTHLY;BYMONTHDAY=8;BYHOUR=7", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9", "FREQ=WEEKLY;BYDAY=FR;BYHOUR=16")
_FIRST_NAMES = ("Frank", "Patrick", "Hanneke", "Yasmina", "Joost", "Sietske", "Mohamed", "Els", "Geert", "Anouk")
_LAST_NAMES = ("van Veen", "de Boer", "Huisman", "Yilmaz", "Dijkstra", "Bakker", "el Amrani", "Smit", "Postma", "Vos")
_STREETS = ("Nieuwstraat", "Oranjelaan", "Parallelweg", "Ringdijk", "Eikenlaan", "Kerkpad", "Havenkade", "Molenweg")
_CITIES = ("Striep", "Beilen", "Winschoten", "Langezwaag", "Zeist", "Assen", "Leek", "Roden", "Haren", "Emmen")
WORK = ("Begeleiding individueel", "Wijkverpleging", "Palliatieve zorg", "Verzorging dag en avond", "Nachtzorg")

DETAILS = AgencyDetails(
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


def customer_terms(dice: Random) -> CustomerTerms:
    """Who pays from a personal budget is billed monthly, the others weekly."""
    kind = dice.choices(tuple(CustomerKind), (8, 19, 19))[0]
    return CustomerTerms(
        kind=kind,
        delivery=dice.choice(tuple(Delivery)),
        payment_days=dice.choice((None, 14, 21, 30)),
        invoice_moment=dice.choice(_RULES[:2]) if kind is CustomerKind.PGB else _weekly(dice),
        direct_debit=dice.random() < 0.3,
        budget_law="Wmo" if kind is CustomerKind.PGB else None,
    )


def _weekly(dice: Random) -> str | None:
    return _RULES[2] if dice.random() < 2 / 27 else None


def name(dice: Random) -> str:
    """A person's."""
    return f"{dice.choice(_FIRST_NAMES)} {dice.choice(_LAST_NAMES)}"


def party_details(dice: Random, code: str) -> PartyDetails:
    """What is personal, complete enough to be billed."""
    return PartyDetails(
        name=name(dice),
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


def rates(dice: Random, first: IsoWeek) -> list[Rate]:
    """One rate, or one and the next."""
    treatment = dice.choices(tuple(VatTreatment), (55, 10, 3))[0]
    hourly = dice.randint(4000, 7500)
    agreed = [Rate(first.monday, Cents(hourly), treatment)]
    if dice.random() < SECOND_RATE:
        agreed.append(Rate(first.monday + dt.timedelta(days=45), Cents(hourly + 150), treatment))
    return agreed


def scheme(dice: Random) -> Scheme:
    """What the agency charges one side."""
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
