"""What an invoice must hold before it may be issued (art. 35a Wet OB), and what stands on it then."""

from typing import Any

import msgspec
import pytest

from aggregates.samples import (
    AGENCY,
    CUSTOMER,
    FREELANCER,
    INSTITUTION,
    P01,
    PATIENT,
    PLACEMENT_TERMS,
    TERMS,
    WEEK,
    Z01,
    at,
    day,
    pricing_terms,
    shift,
)
from selfbill.aggregates.agency import Agency
from selfbill.aggregates.invoice_events import CommissionDue, CommissionLine, InvoiceIssued, Source
from selfbill.aggregates.invoice_rules import (
    CommissionIncomplete,
    InvoiceIncomplete,
    Parties,
    SupplierAtPoBox,
    issue,
    issue_commission,
    require_billable,
    require_commission_billable,
)
from selfbill.aggregates.mandate import Mandate, MandateMissing
from selfbill.aggregates.party import CustomerKind, CustomerTerms, Delivery, Party, TermTooLong
from selfbill.aggregates.placement import Placement
from selfbill.pricing.lines import Draft, price
from selfbill.pricing.terms import Commission, Fixed, Percent, Rate, Shift, Terms, VatTreatment
from selfbill.refusals import Refusal
from selfbill.values import BasisPoints, Cents, InvoiceNumber, Minutes, Period

TODAY = day("2026-08-11")
MANDATE = Mandate(freelancer=Z01, periods=(Period(day("2026-01-01")),))
WORKED = shift("2026-07-27 07:00", "2026-07-27 15:00")
PGB = CustomerTerms(kind=CustomerKind.PGB, budget_law="Wlz")
NUMBER = InvoiceNumber("Z017-2026-0001")


def parties(
    *,
    seller: dict[str, Any] | None = None,
    buyer: dict[str, Any] | None = None,
    agency: dict[str, Any] | None = None,
    terms: CustomerTerms = PATIENT,
    agency_days: int = 30,
) -> Parties:
    replace = msgspec.structs.replace
    return Parties(
        agency=Agency(details=replace(AGENCY, **(agency or {})), terms=replace(TERMS, payment_days=agency_days)),
        agency_version=4,
        freelancer=Party(code="Z01", number_prefix="Z01", details=replace(FREELANCER, **(seller or {})), version=2),
        customer=Party(code="K01", terms=terms, details=replace(CUSTOMER, **(buyer or {})), version=3),
        placement=Placement(code=P01, terms=PLACEMENT_TERMS),
        placement_version=5,
    )


def drafts(treatment: VatTreatment = VatTreatment.CARE_EXEMPT, *shifts: Shift) -> tuple[Draft, ...]:
    return price(shifts or (WORKED,), agreed(treatment))


def agreed(treatment: VatTreatment = VatTreatment.CARE_EXEMPT, **commission: tuple[Commission, ...]) -> Terms:
    terms = pricing_terms(Rate(day("2026-01-01"), Cents(5000), treatment))
    return msgspec.structs.replace(terms, **commission)


def check(who: Parties, mandate: Mandate = MANDATE, treatment: VatTreatment = VatTreatment.CARE_EXEMPT) -> None:
    require_billable(who, mandate=mandate, drafts=drafts(treatment), day=TODAY)


def refused(reason: type[Refusal], nl: str, en: str, who: Parties, **facts: Any) -> None:
    with pytest.raises(reason) as refusal:
        check(who, **facts)
    assert refusal.value.sentence("nl") == nl
    assert refusal.value.sentence("en") == en


@pytest.mark.parametrize("treatment", VatTreatment)
def test_complete_parties_with_a_mandate_are_billed(treatment: VatTreatment) -> None:
    check(parties(), treatment=treatment)


def test_without_a_mandate_on_the_day_nothing_is_billed() -> None:
    refused(
        MandateMissing,
        "Z01 heeft op 11-08-2026 geen geldige factureringsmachtiging gegeven. Leg een machtiging vast; de uren blijven staan.",
        "Z01 gave no billing mandate that holds on 2026-08-11. Record a mandate; the hours stay due.",
        parties(),
        mandate=Mandate(freelancer=Z01, periods=(Period(day("2026-01-01"), day("2026-08-10")),)),
    )


ADDRESS = [
    ("name", "naam", "name"),
    ("street", "straat", "street"),
    ("house_number", "huisnummer", "house number"),
    ("postcode", "postcode", "postcode"),
    ("city", "plaats", "city"),
]


@pytest.mark.parametrize("empty", ["", "  "])
@pytest.mark.parametrize(
    ("party", "code", "field", "nl", "en"),
    [
        *[
            ("seller", "Z01", *words)
            for words in [*ADDRESS, ("kvk", "KvK-nummer", "KvK number"), ("iban", "IBAN", "IBAN")]
        ],
        *[("buyer", "K01", *words) for words in ADDRESS],
        ("agency", "BN", "name", "naam", "name"),
    ],
)
def test_an_invoice_is_never_half(*, party: str, code: str, field: str, nl: str, en: str, empty: str) -> None:
    refused(
        InvoiceIncomplete,
        f"De factuur voor plaatsing P01 kan niet worden gemaakt: {code} mist {nl}.",
        f"The invoice for placement P01 cannot be made: {code} lacks {en}.",
        parties(**{party: {field: empty}}),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("absent", [None, ""])
def test_a_seller_who_charges_vat_has_a_vat_id(absent: str | None) -> None:
    refused(
        InvoiceIncomplete,
        "De factuur voor plaatsing P01 kan niet worden gemaakt: Z01 mist btw-id.",
        "The invoice for placement P01 cannot be made: Z01 lacks VAT id.",
        parties(seller={"vat_id": absent}),
        treatment=VatTreatment.STANDARD,
    )
    check(parties(seller={"vat_id": absent}), treatment=VatTreatment.CARE_EXEMPT)
    check(parties(seller={"vat_id": absent}), treatment=VatTreatment.SMALL_BUSINESS)


def test_a_party_that_was_forgotten_is_on_no_new_invoice() -> None:
    who = parties()
    for forgotten, code in (("freelancer", "Z01"), ("customer", "K01")):
        party = msgspec.structs.replace(getattr(who, forgotten), details=None)
        refused(
            InvoiceIncomplete,
            f"De factuur voor plaatsing P01 kan niet worden gemaakt: {code} mist naam en adres.",
            f"The invoice for placement P01 cannot be made: {code} lacks name and address.",
            msgspec.structs.replace(who, **{forgotten: party}),
        )


def test_a_seller_at_a_po_box_is_refused_however_it_came_in() -> None:
    refused(
        SupplierAtPoBox,
        "De factuur voor plaatsing P01 kan niet worden gemaakt: het adres van Z01 is een postbus.",
        "The invoice for placement P01 cannot be made: the address of Z01 is a PO box.",
        parties(seller={"street": "Postbus"}),
    )


@pytest.mark.parametrize(
    ("buyer", "terms", "nl", "en"),
    [
        ({}, PGB, "SVB-klantnummer", "SVB customer number"),
        (
            {"svb_number": "08352642"},
            CustomerTerms(kind=CustomerKind.PGB),
            "wet (Wlz, Wmo, Jeugdwet of Zvw)",
            "law (Wlz, Wmo, Jeugdwet or Zvw)",
        ),
    ],
)
def test_a_budget_holder_has_an_svb_number_and_a_law(
    buyer: dict[str, Any], terms: CustomerTerms, nl: str, en: str
) -> None:
    refused(
        InvoiceIncomplete,
        f"De factuur voor plaatsing P01 kan niet worden gemaakt: K01 mist {nl}.",
        f"The invoice for placement P01 cannot be made: K01 lacks {en}.",
        parties(buyer=buyer, terms=terms),
    )
    check(parties(buyer={"svb_number": "08352642"}, terms=PGB))


def test_a_large_institution_gets_no_invoice_with_more_than_thirty_days_when_the_agency_came_to_give_longer() -> None:
    refused(
        TermTooLong,
        "K01 is een grote instelling en mag hooguit 30 dagen betaaltermijn krijgen, geen 45 (art. 6:119a lid 6 BW).",
        "K01 is a large institution and may have a payment term of at most 30 days, not 45 (art. 6:119a(6) BW).",
        parties(terms=INSTITUTION, agency_days=45),
    )
    check(parties(terms=msgspec.structs.replace(INSTITUTION, payment_days=30), agency_days=45))


# What stands on it


def issued(who: Parties | None = None, terms: Terms | None = None, billed_before: int = 0) -> InvoiceIssued:
    (draft,) = drafts()
    return issue(
        NUMBER,
        parties=who or parties(),
        terms=terms or agreed(),
        draft=draft,
        attempts={WEEK: 2},
        billed_before=Cents(billed_before),
        now=at("2026-08-11 05:00"),
    )


def test_an_invoice_holds_everything_that_its_document_says() -> None:
    invoice = issued()
    assert (invoice.date, invoice.due) == (TODAY, day("2026-09-10"))
    assert (invoice.reference, invoice.description) == ("ZO-93099", "Begeleiding individueel")
    assert (invoice.period_from, invoice.period_until) == (day("2026-07-27"), day("2026-07-27"))
    assert invoice.sources == (Source(WEEK, 2),)
    assert (invoice.net, invoice.vat_total, invoice.total) == (40000, 0, 40000)
    assert invoice.payment_reference == "RF31Z01720260001"


def test_an_invoice_shows_everybody_as_on_its_day() -> None:
    invoice = issued()
    assert (invoice.freelancer_version, invoice.customer_version) == (2, 3)
    assert (invoice.agency_version, invoice.placement_version) == (4, 5)


def test_the_date_of_an_invoice_is_the_date_in_the_netherlands() -> None:
    (draft,) = drafts()
    late = issue(
        NUMBER,
        parties=parties(),
        terms=agreed(),
        draft=draft,
        attempts={WEEK: 1},
        billed_before=Cents(0),
        now=at("2026-08-10 22:30"),
    )
    assert late.date == TODAY


@pytest.mark.parametrize(("own", "due"), [(None, "2026-09-10"), (0, "2026-08-11"), (14, "2026-08-25")])
def test_a_customers_own_term_goes_before_the_agencys(own: int | None, due: str) -> None:
    assert issued(parties(terms=msgspec.structs.replace(PATIENT, payment_days=own))).due == day(due)


def test_an_invoice_is_delivered_as_its_customer_wishes() -> None:
    assert issued(parties(terms=msgspec.structs.replace(PATIENT, delivery=Delivery.PORTAL))).delivery is Delivery.PORTAL


def test_commission_towards_both_sides_is_settled_with_the_invoice() -> None:
    ten_percent = (Commission(day("2026-01-01"), Percent(BasisPoints(1000))),)
    fixed = (Commission(day("2026-01-01"), Fixed(Cents(750))),)
    assert issued(terms=agreed(commission_freelancer=ten_percent, commission_customer=fixed)).commission == (
        CommissionDue("freelancer", "Z01", Cents(4000)),
        CommissionDue("customer", "K01", Cents(750)),
    )


def test_commission_that_comes_to_nothing_is_not_due() -> None:
    nothing = (Commission(day("2026-01-01"), Percent(BasisPoints(0))),)
    assert issued(terms=agreed(commission_freelancer=nothing)).commission == ()
    at_least = (Commission(day("2026-01-01"), Percent(BasisPoints(0)), minimum=Cents(500)),)
    assert issued(terms=agreed(commission_freelancer=at_least)).commission == (
        CommissionDue("freelancer", "Z01", Cents(500)),
    )


# Commission invoices


@pytest.mark.parametrize(
    ("field", "nl", "en"),
    [*ADDRESS, ("kvk", "KvK-nummer", "KvK number"), ("vat_id", "btw-id", "VAT id"), ("iban", "IBAN", "IBAN")],
)
def test_a_commission_invoice_is_never_half(field: str, nl: str, en: str) -> None:
    who = parties(agency={field: ""})
    with pytest.raises(CommissionIncomplete) as refusal:
        require_commission_billable(who.agency, who.freelancer)
    assert refusal.value.sentence() == f"De provisiefactuur aan Z01 kan niet worden gemaakt: BN mist {nl}."
    assert refusal.value.sentence("en") == f"The commission invoice to Z01 cannot be made: BN lacks {en}."


@pytest.mark.parametrize(("field", "nl", "en"), ADDRESS)
def test_who_owes_commission_has_a_name_and_an_address(field: str, nl: str, en: str) -> None:
    who = parties(buyer={field: ""})
    require_commission_billable(who.agency, who.freelancer)
    with pytest.raises(CommissionIncomplete) as refusal:
        require_commission_billable(who.agency, who.customer)
    assert refusal.value.sentence() == f"De provisiefactuur aan K01 kan niet worden gemaakt: K01 mist {nl}."
    assert refusal.value.sentence("en") == f"The commission invoice to K01 cannot be made: K01 lacks {en}."


def test_vat_on_commission_is_taken_over_the_sum_of_its_lines() -> None:
    who = parties()
    line = CommissionLine(NUMBER, P01, day("2026-07-27"), day("2026-07-27"), Minutes(480), Cents(1234))
    invoice = issue_commission(
        InvoiceNumber("BN-2026-0001"),
        agency=who.agency,
        agency_version=4,
        towards="freelancer",
        party=who.freelancer,
        lines=[line] * 7,
        day=day("2026-08-12"),
    )
    assert (invoice.net, invoice.vat, invoice.total) == (8638, 1814, 10452)
    assert (invoice.due, invoice.party_version, invoice.delivery) == (day("2026-08-26"), 2, Delivery.EMAIL)
    assert invoice.payment_reference.startswith("RF")
