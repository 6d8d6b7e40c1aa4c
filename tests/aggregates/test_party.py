"""Freelancers who sell care and customers who buy it."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from aggregates.samples import CUSTOMER, FREELANCER, INSTITUTION, PATIENT
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.event import Event
from selfbill.aggregates.party import (
    ContactNamed,
    CustomerKind,
    CustomerRegistered,
    CustomerTerms,
    CustomerTermsChanged,
    DebitWithoutAccount,
    Delivery,
    DetailsChanged,
    FreelancerRegistered,
    NegativeTerm,
    Party,
    PartyDetails,
    PartyForgotten,
    PoBox,
    Representative,
    StillToBeKept,
    TermTooLong,
    UnknownBudgetLaw,
    evolve,
    forget,
    name_contact,
    register_customer,
    register_freelancer,
)
from selfbill.aggregates.texts import CitizenNumber
from selfbill.moments import NotAMoment

FREELANCER_REGISTERED = FreelancerRegistered(code="Z01", number_prefix="Z01", next_number=1, details=FREELANCER)
CUSTOMER_REGISTERED = CustomerRegistered(code="K01", terms=PATIENT, details=CUSTOMER)
REGISTERING: dict[str, Any] = {"code": "Z01", "number_prefix": "Z01", "next_number": 1}
BSN = "111222333"


def given(*events: Event) -> Given[Party]:
    return given_events(evolve, Party(), events)


def moved(details: PartyDetails, **changes: Any) -> PartyDetails:
    return msgspec.structs.replace(details, **changes)


def terms(base: CustomerTerms = PATIENT, **changes: Any) -> CustomerTerms:
    return msgspec.structs.replace(base, **changes)


# Freelancers


def test_a_freelancer_comes_in_with_a_number_prefix() -> None:
    given().when(register_freelancer, **REGISTERING, details=FREELANCER).then_once(FREELANCER_REGISTERED)


def test_a_freelancer_who_moves_keeps_the_number_series() -> None:
    there = moved(FREELANCER, street="Dorpsstraat", house_number="5")
    given(FREELANCER_REGISTERED).when(register_freelancer, **REGISTERING, details=there).then_once(
        DetailsChanged(code="Z01", details=there)
    )
    assert given(FREELANCER_REGISTERED, DetailsChanged(code="Z01", details=there)).state.number_prefix == "Z01"


@pytest.mark.parametrize("street", ["Postbus 12", "postbus", " P.O. Box 7", "PO Box 7", "Antwoordnummer 100"])
def test_a_freelancer_cannot_be_found_at_a_po_box(street: str) -> None:
    given().when(register_freelancer, **REGISTERING, details=moved(FREELANCER, street=street)).then_refused(
        PoBox,
        f"Het adres van Z01 is een postbus ({street}). Op een factuur moet het vestigingsadres van de leverancier staan.",
        f"The address of Z01 is a PO box ({street}). An invoice needs the supplier's place of business.",
    )


@pytest.mark.parametrize("street", ["Postbusstraat", "Oude Postbus", "Dorpsstraat, bij de postbus"])
def test_a_street_that_is_named_after_a_po_box_is_a_street(street: str) -> None:
    given().when(register_freelancer, **REGISTERING, details=moved(FREELANCER, street=street)).then_once(
        msgspec.structs.replace(FREELANCER_REGISTERED, details=moved(FREELANCER, street=street))
    )


def test_a_customer_may_get_mail_at_a_po_box() -> None:
    there = moved(CUSTOMER, street="Postbus", house_number="12")
    given().when(register_customer, code="K01", terms=PATIENT, details=there).then_once(
        msgspec.structs.replace(CUSTOMER_REGISTERED, details=there)
    )


# Citizen numbers


@pytest.mark.parametrize(
    ("field", "nl", "en"),
    [
        ("name", "naam", "name"),
        ("trade_name", "handelsnaam", "trade name"),
        ("street", "straat", "street"),
        ("house_number", "huisnummer", "house number"),
        ("postcode", "postcode", "postcode"),
        ("city", "plaats", "city"),
        ("email", "e-mailadres", "e-mail address"),
    ],
)
def test_no_text_of_a_party_holds_a_citizen_number(field: str, nl: str, en: str) -> None:
    sentences = (
        f"In het veld {nl} staat een getal dat een burgerservicenummer kan zijn. Haal het weg; selfbill bewaart geen BSN.",
        f"The field {en} holds a number that can be a citizen service number (BSN). Remove it; selfbill keeps no BSN.",
    )
    given().when(register_freelancer, **REGISTERING, details=moved(FREELANCER, **{field: BSN})).then_refused(
        CitizenNumber, *sentences
    )
    given().when(register_customer, code="K01", terms=PATIENT, details=moved(CUSTOMER, **{field: BSN})).then_refused(
        CitizenNumber, *sentences
    )


@pytest.mark.parametrize(
    "who", [Representative(name=f"Ans {BSN}"), Representative(name="Ans", email=f"{BSN}@example.org")]
)
def test_no_text_of_a_representative_holds_a_citizen_number(who: Representative) -> None:
    given().when(
        register_customer, code="K01", terms=PATIENT, details=moved(CUSTOMER, representative=who)
    ).then_refused(CitizenNumber)


def test_nobody_is_known_by_a_citizen_number() -> None:
    given().when(register_customer, code=BSN, terms=PATIENT, details=CUSTOMER).then_refused(CitizenNumber)
    given().when(register_freelancer, **{**REGISTERING, "code": BSN}, details=FREELANCER).then_refused(CitizenNumber)


def test_numbers_that_others_issue_may_look_like_a_citizen_number() -> None:
    numbers = moved(
        CUSTOMER,
        phone=BSN,
        kvk="11122233",
        vat_id="NL111222333B01",
        iban="NL91ABNA0111222333",
        svb_number=BSN,
        representative=Representative(name="Ans", phone=BSN),
    )
    given().when(register_customer, code="K01", terms=PATIENT, details=numbers).then_once(
        msgspec.structs.replace(CUSTOMER_REGISTERED, details=numbers)
    )


# Customers


def test_a_customer_comes_in() -> None:
    given().when(register_customer, code="K01", terms=PATIENT, details=CUSTOMER).then_once(CUSTOMER_REGISTERED)


def test_only_what_changed_of_a_customer_happens() -> None:
    portal, there = terms(delivery=Delivery.PORTAL), moved(CUSTOMER, street="Dorpsstraat")
    changing = given(CUSTOMER_REGISTERED)
    changing.when(register_customer, code="K01", terms=portal, details=CUSTOMER).then_once(
        CustomerTermsChanged(code="K01", terms=portal)
    )
    changing.when(register_customer, code="K01", terms=PATIENT, details=there).then_once(
        DetailsChanged(code="K01", details=there)
    )
    changing.when(register_customer, code="K01", terms=portal, details=there).then_once(
        CustomerTermsChanged(code="K01", terms=portal), DetailsChanged(code="K01", details=there)
    )


@pytest.mark.parametrize("large", [None, True])
@pytest.mark.parametrize("days", [31, 45])
def test_a_large_institution_pays_a_freelancer_within_thirty_days(large: bool | None, days: int) -> None:  # noqa: FBT001
    given().when(
        register_customer, code="K01", terms=terms(INSTITUTION, large=large, payment_days=days), details=CUSTOMER
    ).then_refused(
        TermTooLong,
        f"K01 is een grote instelling en mag hooguit 30 dagen betaaltermijn krijgen, geen {days} (art. 6:119a lid 6 BW).",
        f"K01 is a large institution and may have a payment term of at most 30 days, not {days} (art. 6:119a(6) BW).",
    )


def test_a_large_institution_without_a_term_of_its_own_cannot_follow_an_agency_that_gives_longer() -> None:
    following: dict[str, Any] = {"code": "K01", "terms": INSTITUTION, "details": CUSTOMER}
    given().when(register_customer, **following, agency_days=45).then_refused(
        TermTooLong,
        "K01 is een grote instelling en mag hooguit 30 dagen betaaltermijn krijgen, geen 45 (art. 6:119a lid 6 BW).",
    )
    given().when(register_customer, **following, agency_days=30).then_once(
        CustomerRegistered(code="K01", terms=INSTITUTION, details=CUSTOMER)
    )


@pytest.mark.parametrize(
    "allowed",
    [
        terms(INSTITUTION, payment_days=30),
        terms(INSTITUTION, payment_days=45, large=False),
        terms(PATIENT, payment_days=45),
        terms(PATIENT, payment_days=0),
    ],
)
def test_others_may_take_longer(allowed: CustomerTerms) -> None:
    given().when(register_customer, code="K01", terms=allowed, details=CUSTOMER, agency_days=45).then_once(
        CustomerRegistered(code="K01", terms=allowed, details=CUSTOMER)
    )


def test_an_institution_counts_as_large_unless_somebody_says_otherwise() -> None:
    assert INSTITUTION.is_large_institution
    assert not terms(INSTITUTION, large=False).is_large_institution
    assert not terms(PATIENT, large=True).is_large_institution


def test_a_payment_term_is_not_negative() -> None:
    given().when(register_customer, code="K01", terms=terms(payment_days=-1), details=CUSTOMER).then_refused(
        NegativeTerm,
        "K01 kan geen betaaltermijn van -1 dagen hebben.",
        "K01 cannot have a payment term of -1 days.",
    )


def test_an_invoice_moment_of_ones_own_is_a_rule_with_an_hour() -> None:
    given().when(
        register_customer, code="K01", terms=terms(invoice_moment="FREQ=WEEKLY;BYDAY=MO"), details=CUSTOMER
    ).then_refused(
        NotAMoment,
        "FREQ=WEEKLY;BYDAY=MO is geen bruikbaar moment: BYHOUR ontbreekt.",
        "FREQ=WEEKLY;BYDAY=MO is no moment that can be used: BYHOUR is missing.",
    )


def test_direct_debit_needs_an_account() -> None:
    given().when(register_customer, code="K01", terms=terms(direct_debit=True), details=CUSTOMER).then_refused(
        DebitWithoutAccount,
        "K01 betaalt per incasso, maar heeft geen IBAN. Vul het IBAN in of zet incasso uit.",
        "K01 pays by direct debit but has no IBAN. Fill in the IBAN or switch direct debit off.",
    )
    with_account = moved(CUSTOMER, iban="NL91ABNA0417164300")
    given().when(register_customer, code="K01", terms=terms(direct_debit=True), details=with_account).then_once(
        CustomerRegistered(code="K01", terms=terms(direct_debit=True), details=with_account)
    )


def test_a_personal_budget_is_paid_by_one_of_four_laws() -> None:
    given().when(
        register_customer, code="K01", terms=CustomerTerms(kind=CustomerKind.PGB, budget_law="AWBZ"), details=CUSTOMER
    ).then_refused(
        UnknownBudgetLaw,
        "AWBZ is geen wet waaruit een pgb wordt betaald; kies uit Wlz, Wmo, Jeugdwet en Zvw.",
        "AWBZ is no law that pays a personal budget; choose from Wlz, Wmo, Jeugdwet and Zvw.",
    )


# Contacts and forgetting


def test_who_decides_for_a_customer_gets_a_number() -> None:
    first = ContactNamed(code="K01", contact=1, name="Ans de Boer")
    given(CUSTOMER_REGISTERED).when(name_contact, name="Ans de Boer").then_once(first)
    given(CUSTOMER_REGISTERED, first).when(name_contact, name="Bea de Wit").then_once(
        ContactNamed(code="K01", contact=2, name="Bea de Wit")
    )


def test_a_contacts_name_holds_no_citizen_number() -> None:
    given(CUSTOMER_REGISTERED).when(name_contact, name=f"Ans {BSN}").then_refused(CitizenNumber)


def test_a_party_is_forgotten_once() -> None:
    given(CUSTOMER_REGISTERED).when(forget, reason="verzoek", last_document=None, today=dt.date(2026, 7, 1)).then_once(
        PartyForgotten(code="K01", reason="verzoek")
    )


def test_the_reason_for_forgetting_holds_no_citizen_number() -> None:
    given(CUSTOMER_REGISTERED).when(
        forget, reason=f"verzoek van {BSN}", last_document=None, today=dt.date(2026, 7, 1)
    ).then_refused(CitizenNumber)


def test_a_partys_version_counts_every_event_of_its_stream() -> None:
    state = given(
        CUSTOMER_REGISTERED,
        CustomerTermsChanged(code="K01", terms=PATIENT),
        ContactNamed(code="K01", contact=1, name="Ans"),
        DetailsChanged(code="K01", details=CUSTOMER),
        PartyForgotten(code="K01", reason="verzoek"),
    ).state
    assert state.version == 5


def test_history_without_its_key_still_loads() -> None:
    closed = msgspec.structs.replace(CUSTOMER_REGISTERED, details=None)
    state = given(closed, ContactNamed(code="K01", contact=1, name=None)).state
    assert (state.details, state.contacts, state.terms) == (None, (None,), PATIENT)


@pytest.mark.parametrize(("today", "is_kept"), [(dt.date(2033, 12, 31), True), (dt.date(2034, 1, 1), False)])
def test_nobody_is_forgotten_within_seven_years_of_the_last_document(today: dt.date, is_kept: bool) -> None:  # noqa: FBT001
    asked = given(CUSTOMER_REGISTERED).when(forget, reason="verzoek", last_document=dt.date(2026, 3, 2), today=today)
    if is_kept:
        asked.then_refused(StillToBeKept)
    else:
        asked.then(PartyForgotten(code="K01", reason="verzoek"))
