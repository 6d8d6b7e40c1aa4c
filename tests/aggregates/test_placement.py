"""What a freelancer and a customer agree on."""

from typing import Any

import msgspec
import pytest

from aggregates.samples import P01, PLACEMENT_TERMS, RATE, day
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.event import Event
from selfbill.aggregates.periods import PeriodReversed
from selfbill.aggregates.placement import (
    CommissionAgreed,
    MinimumAboveMaximum,
    MissingField,
    NegativeAmount,
    PartiesFixed,
    Placement,
    PlacementAgreed,
    PlacementTerms,
    RateAgreed,
    TierGap,
    UnknownPlacement,
    agree,
    agree_commission,
    agree_rate,
    evolve,
    require_known,
)
from selfbill.aggregates.texts import CitizenNumber
from selfbill.pricing.terms import (
    Commission,
    Fixed,
    NoCommission,
    Percent,
    PerHour,
    Rate,
    Scheme,
    Tier,
    Tiers,
    Towards,
    VatTreatment,
)
from selfbill.values import BasisPoints, Cents, CustomerCode, FreelancerCode, Period

AGREED = PlacementAgreed(code=P01, terms=PLACEMENT_TERMS)
JANUARY = day("2026-01-01")


def given(*events: Event) -> Given[Placement]:
    return given_events(evolve, Placement(), events)


def terms(**changes: Any) -> PlacementTerms:
    return msgspec.structs.replace(PLACEMENT_TERMS, **changes)


def tiers(*rows: tuple[int, int]) -> Tiers:
    return Tiers("marginal", tuple(Tier(Cents(start), BasisPoints(rate)) for start, rate in rows))


def commission(scheme: Scheme, minimum: int | None = None, maximum: int | None = None) -> Commission:
    return Commission(
        JANUARY,
        scheme,
        minimum=None if minimum is None else Cents(minimum),
        maximum=None if maximum is None else Cents(maximum),
    )


TEN_PERCENT = commission(Percent(BasisPoints(1000)))


def test_two_parties_agree_to_work_together() -> None:
    given().when(agree, code=P01, terms=PLACEMENT_TERMS).then_once(AGREED)


def test_what_was_agreed_may_change() -> None:
    longer = terms(period=Period(JANUARY))
    given(AGREED).when(agree, code=P01, terms=longer).then_once(PlacementAgreed(code=P01, terms=longer))


@pytest.mark.parametrize("other", [{"freelancer": FreelancerCode("Z02")}, {"customer": CustomerCode("K02")}])
def test_others_get_a_placement_of_their_own(other: dict[str, Any]) -> None:
    given(AGREED).when(agree, code=P01, terms=terms(**other)).then_refused(
        PartiesFixed,
        "Plaatsing P01 is van Z01 en K01. Maak voor anderen een nieuwe plaatsing.",
        "Placement P01 is of Z01 and K01. Make a new placement for others.",
    )


def test_a_placement_has_at_least_one_day() -> None:
    given().when(agree, code=P01, terms=terms(period=Period(JANUARY, day("2025-12-31")))).then_refused(PeriodReversed)
    one_day = terms(period=Period(JANUARY, JANUARY))
    given().when(agree, code=P01, terms=one_day).then_once(PlacementAgreed(code=P01, terms=one_day))


@pytest.mark.parametrize(
    ("field", "nl", "en"), [("reference", "kenmerk", "reference"), ("description", "omschrijving", "description")]
)
def test_what_stands_on_every_invoice_is_filled_in(field: str, nl: str, en: str) -> None:
    given().when(agree, code=P01, terms=terms(**{field: " "})).then_refused(
        MissingField, f"Plaatsing P01 mist {nl}.", f"Placement P01 lacks {en}."
    )


@pytest.mark.parametrize(
    ("field", "nl", "en"),
    [("travel_rate", "het kilometertarief", "the travel rate"), ("max_rate", "het maximumtarief", "the maximum rate")],
)
def test_what_is_agreed_per_kilometre_and_at_most_is_not_negative(field: str, nl: str, en: str) -> None:
    given().when(agree, code=P01, terms=terms(**{field: Cents(-1)})).then_refused(
        NegativeAmount, f"Plaatsing P01: {nl} mag niet negatief zijn.", f"Placement P01: {en} may not be negative."
    )
    free = terms(**{field: Cents(0)})
    given().when(agree, code=P01, terms=free).then_once(PlacementAgreed(code=P01, terms=free))


@pytest.mark.parametrize("field", ["reference", "description"])
def test_no_text_of_a_placement_holds_a_citizen_number(field: str) -> None:
    given().when(agree, code=P01, terms=terms(**{field: "cliënt 111.222.333"})).then_refused(CitizenNumber)


def test_a_placement_is_not_known_by_a_citizen_number() -> None:
    given().when(agree, code="111222333", terms=PLACEMENT_TERMS).then_refused(
        CitizenNumber,
        "In het veld code staat een getal dat een burgerservicenummer kan zijn. Haal het weg; selfbill bewaart geen BSN.",
    )


# Rates


def test_a_rate_holds_from_a_date_on_with_its_evidence() -> None:
    given(AGREED).when(agree_rate, rate=RATE, evidence="BIG-registratie gezien").then_once(
        RateAgreed(code=P01, rate=RATE, evidence="BIG-registratie gezien")
    )


def test_rates_stand_in_order_of_date_and_a_later_agreement_replaces_one_of_the_same_date() -> None:
    july = Rate(day("2026-07-01"), Cents(5500), VatTreatment.CARE_EXEMPT)
    better = Rate(JANUARY, Cents(5100), VatTreatment.STANDARD)
    state = given(
        AGREED,
        RateAgreed(code=P01, rate=july),
        RateAgreed(code=P01, rate=RATE),
        RateAgreed(code=P01, rate=better),
    ).state
    assert state.rates == (better, july)


def test_a_rate_is_not_negative() -> None:
    given(AGREED).when(agree_rate, rate=Rate(JANUARY, Cents(-1), VatTreatment.CARE_EXEMPT)).then_refused(
        NegativeAmount,
        "Plaatsing P01: het tarief mag niet negatief zijn.",
        "Placement P01: the rate may not be negative.",
    )


def test_evidence_holds_no_citizen_number() -> None:
    given(AGREED).when(agree_rate, rate=RATE, evidence="indicatie van 111-222-333").then_refused(
        CitizenNumber,
        "In het veld onderbouwing staat een getal dat een burgerservicenummer kan zijn. Haal het weg; selfbill bewaart geen BSN.",
    )


# Commission


@pytest.mark.parametrize("towards", ["freelancer", "customer"])
@pytest.mark.parametrize(
    "agreed",
    [
        TEN_PERCENT,
        commission(PerHour(Cents(325)), maximum=125_000),
        commission(Fixed(Cents(750)), minimum=750, maximum=750),
        commission(tiers((0, 1000), (100_000, 800), (250_000, 600))),
        commission(NoCommission(), minimum=0),
        commission(Percent(BasisPoints(0)), minimum=500),
    ],
)
def test_commission_holds_from_a_date_on_towards_one_side(towards: Towards, agreed: Commission) -> None:
    given(AGREED).when(agree_commission, towards=towards, commission=agreed).then_once(
        CommissionAgreed(code=P01, towards=towards, commission=agreed)
    )


def test_commission_towards_one_side_says_nothing_of_the_other() -> None:
    given(AGREED, CommissionAgreed(code=P01, towards="customer", commission=TEN_PERCENT)).when(
        agree_commission, towards="freelancer", commission=TEN_PERCENT
    ).then_once(CommissionAgreed(code=P01, towards="freelancer", commission=TEN_PERCENT))


def test_a_minimum_commission_is_not_above_the_maximum() -> None:
    given(AGREED).when(
        agree_commission, towards="freelancer", commission=commission(Percent(BasisPoints(1000)), 501, 500)
    ).then_refused(
        MinimumAboveMaximum,
        "Bij plaatsing P01 is de minimale provisie hoger dan de maximale.",
        "Placement P01 has a minimum commission above its maximum.",
    )


@pytest.mark.parametrize(
    "broken",
    [tiers(), tiers((1, 1000)), tiers((0, 1000), (0, 800)), tiers((0, 1000), (250_000, 800), (100_000, 600))],
)
def test_tiers_start_at_zero_and_ascend_without_a_gap(broken: Tiers) -> None:
    given(AGREED).when(agree_commission, towards="freelancer", commission=commission(broken)).then_refused(
        TierGap,
        "De provisiestaffel van plaatsing P01 moet bij 0 beginnen en oplopen.",
        "The commission tiers of placement P01 must start at 0 and ascend.",
    )


@pytest.mark.parametrize(
    "negative",
    [
        commission(Percent(BasisPoints(-1))),
        commission(PerHour(Cents(-1))),
        commission(Fixed(Cents(-1))),
        commission(tiers((0, 1000), (100, -1))),
        commission(Percent(BasisPoints(1000)), minimum=-1),
        commission(Percent(BasisPoints(1000)), maximum=-1),
    ],
)
def test_commission_is_not_negative(negative: Commission) -> None:
    given(AGREED).when(agree_commission, towards="freelancer", commission=negative).then_refused(
        NegativeAmount,
        "Plaatsing P01: de provisie mag niet negatief zijn.",
        "Placement P01: the commission may not be negative.",
    )


# Questions


def test_a_placement_that_nobody_agreed_on_is_unknown() -> None:
    require_known(given(AGREED).state, code=P01)
    with pytest.raises(UnknownPlacement) as refusal:
        require_known(Placement(), code=P01)
    assert refusal.value.sentence() == "Plaatsing P01 is niet bekend bij dit bureau."
    assert refusal.value.sentence("en") == "Placement P01 is not known at this agency."
