"""What an agency settles for itself."""

from typing import Any

import msgspec
import pytest

from aggregates.samples import AGENCY, MOMENTS, NIGHTS, TERMS, WEEK, at, day
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.agency import (
    Agency,
    AgencySetUp,
    CommissionTooRare,
    HolidaysSet,
    HoursPeriodOpened,
    HouseStyle,
    HouseStyleSet,
    Moments,
    MomentsSet,
    NegativePaymentTerm,
    OverlappingSurchargeRows,
    SurchargeRowInvalid,
    SurchargeTableSet,
    SurchargeVersionsCollide,
    TermsSet,
    WeekClosed,
    WeekClosedBefore,
    close_week,
    evolve,
    open_hours_period,
    set_holidays,
    set_house_style,
    set_moments,
    set_surcharge_table,
    set_terms,
    set_up,
)
from selfbill.aggregates.event import Event
from selfbill.aggregates.party import PoBox
from selfbill.aggregates.periods import PeriodReversed
from selfbill.aggregates.texts import CitizenNumber
from selfbill.moments import NotAMoment
from selfbill.pricing.terms import DayKind, SurchargeRow, SurchargeTable, SurchargeVersion
from selfbill.values import BasisPoints, TableCode

CLOSE_AT, NEXT_CLOSE_AT = at("2026-08-02 22:00"), at("2026-08-09 22:00")


def given(*events: Event) -> Given[Agency]:
    return given_events(evolve, Agency(), events)


def details(**changes: Any) -> Any:
    return msgspec.structs.replace(AGENCY, **changes)


def moments(**changes: str) -> Moments:
    return msgspec.structs.replace(MOMENTS, **changes)


def row(days: DayKind, start: int, end: int, surcharge: int = 2200) -> SurchargeRow:
    return SurchargeRow(days, start, end, BasisPoints(surcharge))


def table(*versions: SurchargeVersion) -> SurchargeTable:
    return SurchargeTable(TableCode("ORT"), versions)


def version(*rows: SurchargeRow, valid_from: str = "2026-01-01") -> SurchargeVersion:
    return SurchargeVersion(day(valid_from), rows)


def test_an_agency_says_who_it_is() -> None:
    given().when(set_up, details=AGENCY).then_once(AgencySetUp(details=AGENCY))
    moved = details(street="Dorpsstraat")
    given(AgencySetUp(details=AGENCY)).when(set_up, details=moved).then_once(AgencySetUp(details=moved))


def test_an_agency_sells_its_service_from_where_it_can_be_found() -> None:
    given().when(set_up, details=details(street="Postbus 7")).then_refused(
        PoBox,
        "Het adres van BN is een postbus (Postbus 7). Op een factuur moet het vestigingsadres van de leverancier staan.",
    )


@pytest.mark.parametrize("field", ["name", "street", "house_number", "postcode", "city", "email"])
def test_no_text_of_an_agency_holds_a_citizen_number(field: str) -> None:
    given().when(set_up, details=details(**{field: "111222333"})).then_refused(CitizenNumber)


# Moments


def test_an_agency_chooses_its_moments() -> None:
    given().when(set_moments, moments=MOMENTS).then_once(MomentsSet(moments=MOMENTS))


@pytest.mark.parametrize("which", ["invoice", "commission", "hours_reminder", "approval_reminder"])
def test_each_moment_is_a_rule_with_an_hour(which: str) -> None:
    given().when(set_moments, moments=moments(**{which: "FREQ=WEEKLY;BYDAY=TU"})).then_refused(
        NotAMoment,
        "FREQ=WEEKLY;BYDAY=TU is geen bruikbaar moment: BYHOUR ontbreekt.",
        "FREQ=WEEKLY;BYDAY=TU is no moment that can be used: BYHOUR is missing.",
    )


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY;BYMONTH=1,7;BYHOUR=7", "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=7", "FREQ=MONTHLY;BYMONTHDAY=30;BYHOUR=7"],
)
def test_commission_moments_are_at_most_a_month_apart(rule: str) -> None:
    given().when(set_moments, moments=moments(commission=rule)).then_refused(
        CommissionTooRare,
        "De provisiemomenten liggen meer dan een maand uit elkaar. Kies er minstens één in elke maand.",
        "The commission moments are more than a month apart. Choose at least one in each month.",
    )
    given().when(set_moments, moments=moments(invoice=rule)).then(MomentsSet(moments=moments(invoice=rule)))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=7",
        "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=30",
        "FREQ=MONTHLY;BYHOUR=0",
        "FREQ=DAILY;BYHOUR=7,19",
    ],
)
def test_commission_once_a_month_is_often_enough(rule: str) -> None:
    given().when(set_moments, moments=moments(commission=rule)).then_once(MomentsSet(moments=moments(commission=rule)))


# Terms and style


def test_an_agency_chooses_its_payment_terms() -> None:
    at_once = msgspec.structs.replace(TERMS, payment_days=0, commission_payment_days=0)
    given().when(set_terms, terms=TERMS).then_once(TermsSet(terms=TERMS))
    given(TermsSet(terms=TERMS)).when(set_terms, terms=at_once).then_once(TermsSet(terms=at_once))


@pytest.mark.parametrize("field", ["payment_days", "commission_payment_days"])
def test_a_payment_term_is_not_negative(field: str) -> None:
    given().when(set_terms, terms=msgspec.structs.replace(TERMS, **{field: -1})).then_refused(
        NegativePaymentTerm, "Een betaaltermijn van -1 dagen bestaat niet.", "There is no payment term of -1 days."
    )


def test_an_agency_chooses_how_its_documents_look() -> None:
    style = HouseStyle(colour="#336699")
    given().when(set_house_style, style=style).then_once(HouseStyleSet(style=style))
    given().when(set_house_style, style=HouseStyle()).then_already_done()


def test_an_agencys_own_list_of_holidays_decides() -> None:
    given().when(set_holidays, holidays=frozenset({day("2026-04-06"), day("2026-04-05")})).then_once(
        HolidaysSet(holidays=(day("2026-04-05"), day("2026-04-06")))
    )


# Surcharges


def test_an_agency_states_a_surcharge_table() -> None:
    given().when(set_surcharge_table, table=NIGHTS).then_once(SurchargeTableSet(table=NIGHTS))


def test_the_versions_of_a_table_stand_in_order_of_date() -> None:
    early, late = version(row("su", 0, 1440)), version(row("su", 0, 720), valid_from="2026-07-01")
    given().when(set_surcharge_table, table=table(late, early)).then_once(SurchargeTableSet(table=table(early, late)))


def test_a_later_table_of_the_same_code_replaces_the_earlier() -> None:
    other = table(version(row("su", 0, 720)))
    assert given(SurchargeTableSet(table=NIGHTS), SurchargeTableSet(table=other)).state.surcharge_tables == {
        "ORT": other
    }


def test_rows_may_follow_one_another_and_days_do_not_meet() -> None:
    stated = table(version(row("sa", 360, 480), row("sa", 0, 360, 0), row("su", 0, 1440), row("holiday", 0, 1440)))
    given().when(set_surcharge_table, table=stated).then_once(SurchargeTableSet(table=stated))


@pytest.mark.parametrize(
    ("days", "nl", "en"),
    [
        ("mo-fr", "maandag tot en met vrijdag", "Monday to Friday"),
        ("sa", "zaterdag", "Saturday"),
        ("su", "zondag", "Sunday"),
        ("holiday", "feestdagen", "holidays"),
    ],
)
def test_rows_for_the_same_days_do_not_overlap(days: DayKind, nl: str, en: str) -> None:
    given().when(
        set_surcharge_table, table=table(version(row(days, 359, 480), row("sa", 480, 490), row(days, 0, 360)))
    ).then_refused(
        OverlappingSurchargeRows,
        f"In toeslagtabel ORT vanaf 01-01-2026 overlappen regels voor {nl}.",
        f"Surcharge table ORT from 2026-01-01 has overlapping rows for {en}.",
    )


@pytest.mark.parametrize(
    "broken", [row("sa", 60, 60), row("sa", 60, 0), row("sa", -1, 60), row("sa", 0, 1441), row("sa", 0, 60, -1)]
)
def test_a_row_lies_within_one_day_and_raises_the_rate(broken: SurchargeRow) -> None:
    given().when(set_surcharge_table, table=table(version(broken))).then_refused(
        SurchargeRowInvalid,
        "In toeslagtabel ORT vanaf 01-01-2026 heeft een regel voor zaterdag geen tijd binnen één dag of een negatief percentage.",
        "Surcharge table ORT from 2026-01-01 has a row for Saturday without time within one day or with a negative percentage.",
    )


def test_two_versions_of_a_table_cannot_hold_from_the_same_day() -> None:
    given().when(set_surcharge_table, table=table(version(), version(row("su", 0, 1440)))).then_refused(
        SurchargeVersionsCollide,
        "Toeslagtabel ORT heeft twee versies vanaf 01-01-2026.",
        "Surcharge table ORT has two versions from 2026-01-01.",
    )


# Weeks in which hours are expected


def opened(first: str, last: str | None = None) -> HoursPeriodOpened:
    return HoursPeriodOpened(
        first_week=WEEK.parse(first), last_week=None if last is None else WEEK.parse(last), close_at=CLOSE_AT
    )


def test_hours_are_expected_from_a_first_week_on() -> None:
    given().when(open_hours_period, first_week=WEEK, last_week=None, close_at=CLOSE_AT).then_once(opened("2026-W31"))


def test_hours_may_be_expected_in_one_week_only() -> None:
    given().when(open_hours_period, first_week=WEEK, last_week=WEEK, close_at=CLOSE_AT).then_once(
        opened("2026-W31", "2026-W31")
    )


def test_the_weeks_in_which_hours_are_expected_may_go_on_longer() -> None:
    given(opened("2026-W31", "2026-W32"), WeekClosed(week=WEEK, next_close_at=NEXT_CLOSE_AT)).when(
        open_hours_period, first_week=WEEK.next(), last_week=None, close_at=CLOSE_AT
    ).then_once(opened("2026-W32"))


def test_a_week_that_was_closed_is_not_opened_again() -> None:
    given(opened("2026-W31"), WeekClosed(week=WEEK, next_close_at=NEXT_CLOSE_AT)).when(
        open_hours_period, first_week=WEEK, last_week=WEEK.next(), close_at=CLOSE_AT
    ).then_refused(
        WeekClosedBefore,
        "Week 2026-W31 is al afgesloten, tot en met 2026-W31. Begin met een latere week.",
        "Week 2026-W31 was closed before, up to and including 2026-W31. Start with a later week.",
    )


def test_the_last_week_is_not_before_the_first() -> None:
    given().when(open_hours_period, first_week=WEEK, last_week=WEEK.previous(), close_at=CLOSE_AT).then_refused(
        PeriodReversed
    )


def test_closing_a_week_says_when_the_next_is_over() -> None:
    given(opened("2026-W31")).when(close_week, week=WEEK, next_close_at=NEXT_CLOSE_AT).then_once(
        WeekClosed(week=WEEK, next_close_at=NEXT_CLOSE_AT)
    )


def test_after_the_last_week_no_other_follows() -> None:
    given(opened("2026-W31", "2026-W31")).when(close_week, week=WEEK, next_close_at=NEXT_CLOSE_AT).then_once(
        WeekClosed(week=WEEK, next_close_at=None)
    )


def test_an_earlier_week_was_closed_along_with_a_later_one() -> None:
    given(opened("2026-W30"), WeekClosed(week=WEEK, next_close_at=NEXT_CLOSE_AT)).when(
        close_week, week=WEEK.previous(), next_close_at=CLOSE_AT
    ).then_already_done()
