"""What an agency settles, on a real PostgreSQL: each of it once, and nothing that could not be billed later."""

from typing import Any

import msgspec
import pytest

from aggregates.samples import (
    AGENCY,
    CUSTOMER,
    FREELANCER,
    INSTITUTION,
    MOMENTS,
    NIGHTS,
    PLACEMENT_TERMS,
    RATE,
    TERMS,
    day,
)
from application.conftest import Process
from application.office import START, SmallAgency, interrupt_before_save, moved
from selfbill.aggregates.agency import HouseStyle, UnknownSurchargeTable
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.mandate import MandateWithdrawn
from selfbill.aggregates.party import PoBox, TermTooLong, UnknownParty
from selfbill.aggregates.placement import UnknownPlacement
from selfbill.aggregates.series import PrefixTaken, SeriesFixed
from selfbill.application import setting_up
from selfbill.application.office import Done
from selfbill.pricing.terms import Commission, NoCommission
from selfbill.values import CustomerCode, FreelancerCode, IsoWeek, Period, PlacementCode, TableCode

Z01, P01 = FreelancerCode("Z01"), PlacementCode("P01")
YEAR = Period(day("2026-01-01"))


def test_setting_up_twice_changes_nothing(agency_office: SmallAgency) -> None:
    head = agency_office.streams.head()
    agency_office.opened()
    assert agency_office.streams.head() == head


def test_everything_stands_under_who_did_it_and_why(agency_office: SmallAgency) -> None:
    setting_up.register_customer(
        agency_office.office.acting(by="staff:bea", cause="telefoon"),
        code=CustomerCode("K01"),
        terms=INSTITUTION,
        details=CUSTOMER,
    )
    last = agency_office.recorded()[-1]
    assert (last.by, last.cause, last.at) == ("staff:bea", "telefoon", START)


def test_an_agency_may_restate_its_details_but_not_its_number_prefix(agency_office: SmallAgency) -> None:
    stated: dict[str, Any] = {"moments": MOMENTS, "terms": TERMS}
    renamed = msgspec.structs.replace(AGENCY, name="Bureau Noord B.V.")
    assert isinstance(
        setting_up.set_up_agency(agency_office.office, details=renamed, style=HouseStyle("#336699"), **stated), Done
    )
    with pytest.raises(SeriesFixed):
        setting_up.set_up_agency(
            agency_office.office, details=msgspec.structs.replace(AGENCY, number_prefix="NB"), **stated
        )


@pytest.mark.parametrize("prefix", ["Z01", "z-01", "BN"])
def test_no_two_series_have_the_same_prefix(agency_office: SmallAgency, prefix: str) -> None:
    head = agency_office.streams.head()
    with pytest.raises(PrefixTaken):
        setting_up.register_freelancer(
            agency_office.office,
            code=FreelancerCode("Z02"),
            number_prefix=prefix,
            next_number=1,
            details=FREELANCER,
        )
    assert agency_office.streams.head() == head


def test_of_two_freelancers_who_take_a_prefix_at_the_same_time_one_gets_it(process: Process) -> None:
    one, other = process().opened(), process()

    def register(agency: SmallAgency, code: str) -> None:
        setting_up.register_freelancer(
            agency.office, code=FreelancerCode(code), number_prefix="ZZ", next_number=1, details=FREELANCER
        )

    interrupt_before_save(one, lambda: register(other, "Z03"))
    with pytest.raises(PrefixTaken):
        register(one, "Z02")


def test_a_freelancer_keeps_the_number_series(agency_office: SmallAgency) -> None:
    there = moved(FREELANCER, "Dorpsstraat")
    assert isinstance(agency_office.freelancer("Z01", details=there), Done)
    with pytest.raises(SeriesFixed):
        setting_up.register_freelancer(
            agency_office.office, code=Z01, number_prefix="Z01", next_number=7, details=there
        )


def test_a_freelancer_at_a_po_box_is_not_registered(agency_office: SmallAgency) -> None:
    with pytest.raises(PoBox):
        agency_office.freelancer("Z02", details=moved(FREELANCER, "Postbus 3"))


def test_a_large_institution_does_not_follow_an_agency_that_gives_more_than_thirty_days(process: Process) -> None:
    agency = process()
    setting_up.set_up_agency(
        agency.office,
        details=AGENCY,
        moments=MOMENTS,
        terms=msgspec.structs.replace(TERMS, payment_days=45),
    )
    with pytest.raises(TermTooLong):
        agency.customer("K01", INSTITUTION)
    assert isinstance(agency.customer("K01", msgspec.structs.replace(INSTITUTION, payment_days=30)), Done)
    assert isinstance(agency.customer("K02", msgspec.structs.replace(INSTITUTION, large=False)), Done)


def test_a_placement_is_of_parties_and_a_table_that_are_known(agency_office: SmallAgency) -> None:
    office = agency_office.office
    for unknown in ({"freelancer": FreelancerCode("Z99")}, {"customer": CustomerCode("K99")}):
        with pytest.raises(UnknownParty):
            setting_up.agree_placement(
                office, code=PlacementCode("P02"), terms=msgspec.structs.replace(PLACEMENT_TERMS, **unknown)
            )
    with_table = msgspec.structs.replace(PLACEMENT_TERMS, surcharge_table=TableCode("ORT"))
    with pytest.raises(UnknownSurchargeTable) as refusal:
        setting_up.agree_placement(office, code=PlacementCode("P02"), terms=with_table)
    assert refusal.value.sentence() == "Toeslagtabel ORT bestaat niet bij dit bureau."
    assert refusal.value.sentence("en") == "This agency has no surcharge table ORT."
    setting_up.set_surcharge_table(office, table=NIGHTS)
    assert isinstance(setting_up.agree_placement(office, code=PlacementCode("P02"), terms=with_table), Done)
    assert setting_up.set_surcharge_table(office, table=NIGHTS) is AlreadyDone


def test_what_is_agreed_is_agreed_about_a_known_placement(agency_office: SmallAgency) -> None:
    unknown = PlacementCode("P99")
    with pytest.raises(UnknownPlacement):
        setting_up.agree_rate(agency_office.office, placement=unknown, rate=RATE)
    with pytest.raises(UnknownPlacement):
        setting_up.agree_commission(
            agency_office.office,
            placement=unknown,
            towards="freelancer",
            commission=Commission(day("2026-01-01"), NoCommission()),
        )


def test_consent_is_given_by_a_known_freelancer_and_taken_back_once(agency_office: SmallAgency) -> None:
    office = agency_office.office
    with pytest.raises(UnknownParty) as refusal:
        setting_up.grant_mandate(office, freelancer=FreelancerCode("Z99"), period=YEAR)
    assert refusal.value.sentence() == "Z99 is niet bekend bij dit bureau."
    assert refusal.value.sentence("en") == "Z99 is not known at this agency."
    assert setting_up.grant_mandate(office, freelancer=Z01, period=YEAR) is AlreadyDone
    assert isinstance(setting_up.withdraw_mandate(office, freelancer=Z01, last_day=day("2026-07-31")), Done)
    assert setting_up.withdraw_mandate(office, freelancer=Z01, last_day=day("2026-07-31")) is AlreadyDone
    assert isinstance(agency_office.events()[-1], MandateWithdrawn)


def test_holidays_and_the_weeks_of_hours_are_settled_once(agency_office: SmallAgency) -> None:
    office = agency_office.office
    holidays = frozenset({day("2026-12-25")})
    assert isinstance(setting_up.set_holidays(office, holidays=holidays), Done)
    assert setting_up.set_holidays(office, holidays=holidays) is AlreadyDone
    weeks: dict[str, Any] = {"first_week": IsoWeek.parse("2026-W30"), "close_at": START}
    assert isinstance(setting_up.open_hours_period(office, **weeks), Done)
    assert setting_up.open_hours_period(office, **weeks) is AlreadyDone


def test_a_persons_details_stand_sealed_in_the_store(agency_office: SmallAgency) -> None:
    assert FREELANCER.name not in str(_stored(agency_office))
    assert "Z01" in str(_stored(agency_office))


def _stored(agency: SmallAgency) -> list[Any]:
    with agency.office.streams._pool.connection() as connection:
        return connection.execute("SELECT convert_from(state, 'UTF8') FROM events").fetchall()
