"""An agency for benchmarks: made through the application, as large as asked, in the proportions of bureau-noord."""

import contextlib
import datetime as dt
import os
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from selfbill.aggregates.agency import AgencyDetails, Moments, PaymentTerms
from selfbill.aggregates.catalogue import placement_stream, roster_stream
from selfbill.aggregates.party import CustomerKind, CustomerTerms, PartyDetails
from selfbill.aggregates.placement import CommissionAgreed, PlacementAgreed, PlacementTerms, RateAgreed
from selfbill.aggregates.roster import PlacementJoined
from selfbill.application import setting_up
from selfbill.application.office import Office
from selfbill.clock import SimulatedClock
from selfbill.documents.post import OutgoingMail
from selfbill.moments import from_local
from selfbill.pricing.terms import (
    Break,
    Commission,
    Percent,
    PerHour,
    Rate,
    Shift,
    SurchargeRow,
    SurchargeTable,
    SurchargeVersion,
    VatTreatment,
)
from selfbill.runtime.house import House, open_house
from selfbill.settings import Settings
from selfbill.store.database import Database
from selfbill.store.server import server_url
from selfbill.store.streams import Change
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

FIRST_WEEK = IsoWeek(2026, 2)
START = from_local(dt.datetime(2026, 1, 1, 9))
PLACEMENTS_PER_FREELANCER = 2
"""bureau-noord has 55 placements for 25 freelancers."""
PLACEMENTS_PER_CUSTOMER = 2
AGENCY = "bench"

_TABLE = SurchargeTable(
    TableCode("ORT"),
    (
        SurchargeVersion(
            dt.date(2026, 1, 1),
            (
                SurchargeRow("mo-fr", 0, 360, BasisPoints(4400)),
                SurchargeRow("mo-fr", 360, 420, BasisPoints(2200)),
                SurchargeRow("mo-fr", 1200, 1320, BasisPoints(2200)),
                SurchargeRow("mo-fr", 1320, 1440, BasisPoints(4400)),
                SurchargeRow("sa", 360, 1440, BasisPoints(3800)),
                SurchargeRow("su", 0, 1440, BasisPoints(6000)),
                SurchargeRow("holiday", 0, 1440, BasisPoints(6000)),
            ),
        ),
    ),
)


class NoPost:
    """Takes every mail and does nothing with it."""

    def send(self, mail: OutgoingMail) -> None:
        """Accepted."""


@contextlib.contextmanager
def bench_database(data_dir: Path) -> Iterator[str]:
    """A database of its own on the server of the settings, dropped afterwards."""
    settings = Settings(data_dir=data_dir)
    server = server_url(settings)
    name = f"selfbill_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        durability = {key: connection.execute(f"SHOW {key}").fetchone()[0] for key in ("fsync", "synchronous_commit")}
    print(f"PostgreSQL {'given' if settings.database_url else 'embedded'}, {durability}")
    try:
        yield psycopg.conninfo.make_conninfo(server, dbname=name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def bench_house() -> Iterator[House]:
    """A house with an empty agency in a database of its own."""
    data_dir = Path(os.environ.get("SELFBILL_DATA_DIR", tempfile.gettempdir() + "/selfbill-bench"))
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ["SELFBILL_DATA_DIR"] = str(data_dir)  # for processes that this one starts
    with bench_database(data_dir) as url, Database(url) as database:
        database.create_agency(AGENCY)
        with open_house(Settings(data_dir=data_dir), AGENCY, database=database) as house:
            yield house


def set_up(house: House, placements: int) -> list[PlacementCode]:
    """An agency with so many placements, invoiced every Tuesday and commissioned every Wednesday."""
    clock = SimulatedClock(START)
    office = house.office(clock, by="bench")
    setting_up.set_up_agency(
        office,
        details=AgencyDetails(
            code="BENCH",
            name="Bureau Bench",
            street="Brinkweg",
            house_number="1",
            postcode="8732 EH",
            city="Utrecht",
            kvk="51273245",
            vat_id="NL852166163B01",
            iban="NL57ABNA0389446386",
            email="bench@example.org",
            number_prefix="BN",
        ),
        moments=Moments(
            invoice="FREQ=WEEKLY;BYDAY=TU;BYHOUR=7",
            commission="FREQ=WEEKLY;BYDAY=WE;BYHOUR=7",
            hours_reminder="FREQ=WEEKLY;BYDAY=SA;BYHOUR=9",
            approval_reminder="FREQ=WEEKLY;BYDAY=SA;BYHOUR=10",
        ),
        terms=PaymentTerms(payment_days=30, commission_payment_days=14),
    )
    setting_up.set_surcharge_table(office, table=_TABLE)
    codes = [PlacementCode(f"P{number:05}") for number in range(placements)]
    for number in range(0, placements, PLACEMENTS_PER_FREELANCER):
        _freelancer(office, FreelancerCode(f"Z{number // PLACEMENTS_PER_FREELANCER:05}"))
    for number in range(0, placements, PLACEMENTS_PER_CUSTOMER):
        _customer(office, CustomerCode(f"K{number // PLACEMENTS_PER_CUSTOMER:05}"))
    _agree(office, codes)
    return codes


def _details(code: str) -> PartyDetails:
    return PartyDetails(
        name=f"Naam van {code}",
        street="Eikenlaan",
        house_number="8",
        postcode="3704 HK",
        city="Zeist",
        email=f"{code.lower()}@example.org",
        kvk="68104422",
        iban="NL61RABO0941673987",
    )


def _freelancer(office: Office, code: FreelancerCode) -> None:
    setting_up.register_freelancer(office, code=code, number_prefix=code, next_number=1, details=_details(code))
    setting_up.grant_mandate(office, freelancer=code, period=Period(dt.date(2026, 1, 1)))


def _customer(office: Office, code: CustomerCode) -> None:
    setting_up.register_customer(
        office, code=code, terms=CustomerTerms(kind=CustomerKind.PATIENT), details=_details(code)
    )


def _agree(office: Office, codes: Sequence[PlacementCode]) -> None:
    rosters: dict[str, list[PlacementJoined]] = {}
    changes = []
    for number, code in enumerate(codes):
        freelancer = FreelancerCode(f"Z{number // PLACEMENTS_PER_FREELANCER:05}")
        terms = PlacementTerms(
            freelancer=freelancer,
            customer=CustomerCode(f"K{number // PLACEMENTS_PER_CUSTOMER:05}"),
            period=Period(dt.date(2026, 1, 1)),
            reference=f"IO-{number}",
            description="Verpleegkundige zorg",
            surcharge_table=_TABLE.code,
            travel_rate=Cents(23),
        )
        events = (
            PlacementAgreed(code=code, terms=terms),
            RateAgreed(code=code, rate=Rate(dt.date(2026, 1, 1), Cents(4550), VatTreatment.CARE_EXEMPT)),
            CommissionAgreed(
                code=code, towards="freelancer", commission=Commission(dt.date(2026, 1, 1), Percent(BasisPoints(850)))
            ),
            *(
                (
                    CommissionAgreed(
                        code=code, towards="customer", commission=Commission(dt.date(2026, 1, 1), PerHour(Cents(150)))
                    ),
                )
                if number % 3 == 0
                else ()
            ),
        )
        changes.append(Change(placement_stream(code), 0, events))
        rosters.setdefault(roster_stream(freelancer), []).append(PlacementJoined(freelancer, code))
    changes.extend(Change(stream, 0, events) for stream, events in rosters.items())
    office.streams.save(changes, at=office.clock.now(), by="bench", cause="set-up")


def shifts_of(week: IsoWeek, placement: int) -> tuple[Shift, ...]:
    """Five shifts in a week: days, an evening, a night and a Sunday; a freelancer's second placement at other hours."""
    monday = dt.datetime.combine(week.monday, dt.time())
    later = dt.timedelta(hours=8 * (placement % PLACEMENTS_PER_FREELANCER))

    def shift(day: int, start: int, hours: int, pause: int = 0) -> Shift:
        begin = monday + dt.timedelta(days=day, hours=start) + later
        breaks = (Break(begin + dt.timedelta(hours=3), begin + dt.timedelta(hours=3, minutes=pause)),) if pause else ()
        return Shift(begin, begin + dt.timedelta(hours=hours), breaks=breaks, metres=Metres(24_600))

    return (
        shift(0, 7, 8, 30),
        shift(1, 7, 8, 30),
        shift(2, 14, 7),
        Shift(
            monday + dt.timedelta(days=3, hours=8) + later,
            monday + dt.timedelta(days=3, hours=14) + later,
            break_minutes=Minutes(30),
            metres=Metres(24_600),
        ),
        shift(5, 4, 8),
    )


def chosen(name: str, default: int) -> int:
    """A number given as --name N."""
    return int(sys.argv[sys.argv.index(f"--{name}") + 1]) if f"--{name}" in sys.argv else default
