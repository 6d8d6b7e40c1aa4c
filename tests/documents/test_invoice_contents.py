"""Every issued document holds what article 35a Wet OB, the payer and the SVB need (DOMAIN.md section 4)."""

import re

import msgspec
import pytest

from documents.builders import (
    CARE_INVOICE,
    CARE_LINES,
    COMMISSION_INVOICE,
    CREDIT_NOTE,
    FREELANCER,
    PGB_INVOICE,
    SMALL_BUSINESS_INVOICE,
    STANDARD_INVOICE,
    hours,
    in_english,
    with_lines,
)
from documents.reading import pages, text
from selfbill.documents.model import InvoiceDocument

CARE_EXEMPT_WORDS = (
    "Vrijgesteld van btw op grond van artikel 11, eerste lid, onderdeel g, Wet op de omzetbelasting 1968"
)
SMALL_BUSINESS_WORDS = "Vrijgesteld van btw, kleineondernemersregeling (artikel 25 Wet OB)"
MEDIATION_WORDS = "Opgemaakt en verzonden door Zorgschakel Voorbeeld B.V. namens Marijke de Vries"

SELLER = (
    "De Vries Verpleging",
    "Marijke de Vries",
    "Eikenlaan 8",
    "3704 HK Zeist",
    "KvK 68104422",
)
CUSTOMER = ("Woonzorgcentrum De Linde", "Dorpsstraat 100", "3454 AB De Meern", "Btw-id NL851283512B01")
HEAD = (
    "Factuur Z01-2026-0001",
    "Factuurdatum 1 april 2026",
    "Vervaldatum 1 mei 2026",
    "Periode 16-03-2026 t/m 29-03-2026",
    "Kenmerk plaatsing IO-2047",
    "Cliëntnummer K01",
)
PAYMENT = (
    "Te betalen",
    "Uiterlijk op 1 mei 2026",
    "IBAN NL61 RABO 0941 6739 87",
    "t.n.v. De Vries Verpleging",
    "Betalingskenmerk RF31 Z012 0260 001",
)
EXTENT = (
    "Week 12 16 – 22 mrt Verpleegkundige zorg 8:00 u € 60,00",
    "Verpleegkundige zorg 38 % 1:00 u € 82,80",
    "Reiskosten 49,2 km € 0,23/km",
    "Week 13 23 – 29 mrt Verpleegkundige zorg 7:20 u € 60,00",
    "Verpleegkundige zorg 38,5 % 1:35 u € 82,80",
    "Totaal uren 21:55 u",
    "Totaal kilometers 49,2 km",
)

REQUIRED: dict[str, tuple[InvoiceDocument, tuple[str, ...]]] = {
    "care exempt": (
        CARE_INVOICE,
        (
            *(*SELLER, *CUSTOMER, *HEAD, *EXTENT, *PAYMENT),
            "Btw-id NL190257703B18",
            "8:00 u € 60,00 vrijgesteld 480,00",
            "Subtotaal vrijgesteld van btw 1.516,02",
            "Btw over vrijgestelde diensten 0,00",
            "Totaal te betalen € 1.516,02",
            CARE_EXEMPT_WORDS,
            MEDIATION_WORDS,
        ),
    ),
    "standard": (
        STANDARD_INVOICE,
        (
            *(*SELLER, *CUSTOMER, *HEAD, *EXTENT, *PAYMENT),
            "Btw-id NL190257703B18",
            "8:00 u € 60,00 21 % 480,00",
            "Subtotaal 21 % btw 1.516,02",
            "Btw 21 % over 1.516,02 318,36",
            "Totaal te betalen € 1.834,38",
            MEDIATION_WORDS,
        ),
    ),
    "small business": (
        SMALL_BUSINESS_INVOICE,
        (
            *(*SELLER, *CUSTOMER, *HEAD, *EXTENT, *PAYMENT),
            "8:00 u € 60,00 480,00",
            "Totaal te betalen € 1.516,02",
            SMALL_BUSINESS_WORDS,
            MEDIATION_WORDS,
        ),
    ),
    "two categories": (
        with_lines(CARE_INVOICE, (*CARE_LINES[:2], hours("2026-W13", 270, 4800, treatment="standard"))),
        (
            "Subtotaal vrijgesteld van btw 562,80",
            "Subtotaal 21 % btw 216,00",
            "Btw 21 % over 216,00 45,36",
            "Totaal te betalen € 824,16",
            CARE_EXEMPT_WORDS,
        ),
    ),
    "commission": (
        COMMISSION_INVOICE,
        (
            "Zorgschakel Voorbeeld B.V.",
            "Stationsweg 12",
            "3511 ED Utrecht",
            "KvK 72319850",
            "Btw-id NL840819109B02",
            "Marijke de Vries",
            "Eikenlaan 8",
            "3704 HK Zeist",
            "Provisiefactuur ZV-2026-0001",
            "Factuurdatum 1 april 2026",
            "Vervaldatum 1 mei 2026",
            "Periode 16-03-2026 t/m 31-03-2026",
            "Z01-2026-0001 facturatie- en administratiediensten, 16 t/m 31 maart 2026, 13:00 uur",
            "Woonzorgcentrum De Linde · plaatsing IO-2047 · 8,5 % 21 % 79,36",
            "Z01-2026-0002 facturatie- en administratiediensten, 16 t/m 31 maart 2026, 14:30 uur",
            "Subtotaal 21 % btw 189,48",
            "Btw 21 % over 189,48 39,79",
            "Totaal te betalen € 229,27",
            "IBAN NL31 INGB 0299 2171 08",
            "Betalingskenmerk RF42 ZV20 2600 01",
        ),
    ),
    "personal budget": (
        PGB_INVOICE,
        (
            "Anna Visser",
            "t.a.v. Pieter Visser",
            "Persoonsgebonden budget Wlz",
            "SVB-klantnummer 00451278",
            "Zorgovereenkomst 01-03-2026 t/m 31-12-2026",
            "Maximumtarief € 50,00 per uur",
            "Urenspecificatie bij factuur Z01-2026-0001 van 1 april 2026",
            "ma 16-03-2026 09:00 11:30 – 2:30",
            "di 17-03-2026 09:00 11:30 10:00 – 10:10 2:20",
            "do 19-03-2026 09:00 11:30 0:10 u 2:20 7,4 km",
            "vr 27-03-2026 22:45 07:15 +1 – 8:30",
            "+1: einde op de volgende dag",
            "Totaal 20:40 7,4 km",
        ),
    ),
    "credit note": (
        CREDIT_NOTE,
        (
            "Creditfactuur Z01-2026-0003",
            "Creditering van factuur Z01-2026-0001 van 1 april 2026",
            "De dienst van 17 maart is dubbel geregistreerd.",
            "-8:00 u € 60,00 vrijgesteld -480,00",
            "Totaal gecrediteerd € -480,00",
            "Dit bedrag wordt verrekend met openstaande facturen of aan u terugbetaald.",
        ),
    ),
    "care exempt in English": (
        in_english(CARE_INVOICE),
        (
            "Invoice Z01-2026-0001",
            "Invoice date 1 April 2026",
            "Due date 1 May 2026",
            "Period 16-03-2026 to 29-03-2026",
            "Placement reference IO-2047",
            "Client number K01",
            "Chamber of Commerce 68104422",
            "VAT ID NL190257703B18",
            "Week 12 16 – 22 Mar Verpleegkundige zorg 8:00 h € 60.00 exempt 480.00",
            "Travel expenses 49.2 km € 0.23/km",
            "Subtotal exempt from VAT 1,516.02",
            "Total due € 1,516.02",
            CARE_EXEMPT_WORDS,
            "Exempt from VAT under article 11(1)(g) of the Dutch VAT Act 1968",
            "Made and sent by Zorgschakel Voorbeeld B.V. on behalf of Marijke de Vries",
            MEDIATION_WORDS,
            "To pay",
            "Not later than 1 May 2026",
            "in the name of De Vries Verpleging",
            "Payment reference RF31 Z012 0260 001",
            "Page 1 of 1",
        ),
    ),
    "commission in English": (
        in_english(COMMISSION_INVOICE),
        (
            "Commission invoice ZV-2026-0001",
            "billing and administration services, 16 to 31 March 2026, 13:00 hours",
            "Subtotal 21 % VAT 189.48",
            "VAT 21 % on 189.48 39.79",
            "Total due € 229.27",
        ),
    ),
    "personal budget in English": (
        in_english(PGB_INVOICE),
        (
            "Personal budget (PGB) Wlz",
            "SVB customer number 00451278",
            "Care agreement 01-03-2026 to 31-12-2026",
            "Maximum rate € 50.00 per hour",
            "Hours specification to invoice Z01-2026-0001 of 1 April 2026",
            "Mon 16-03-2026 09:00 11:30 – 2:30",
            "+1: ends on the following day",
        ),
    ),
}


@pytest.mark.parametrize("case", REQUIRED)
def test_everything_required_stands_on_the_document(case: str) -> None:
    document, required = REQUIRED[case]
    found = text(document)
    assert [words for words in required if words not in found] == []


@pytest.mark.parametrize("case", REQUIRED)
def test_no_document_of_flow_a_says_that_the_customer_issued_it(case: str) -> None:
    document, _ = REQUIRED[case]
    assert not re.search(r"afnemer|self-?bill", text(document), re.IGNORECASE)


@pytest.mark.parametrize("case", REQUIRED)
def test_no_document_knows_a_bsn(case: str) -> None:
    document, _ = REQUIRED[case]
    assert not re.search(r"\bBSN\b|burgerservicenummer", text(document), re.IGNORECASE)


@pytest.mark.parametrize("document", [SMALL_BUSINESS_INVOICE, in_english(SMALL_BUSINESS_INVOICE)], ids=["nl", "en"])
def test_a_small_business_shows_no_vat_rate_and_no_vat_amount(document: InvoiceDocument) -> None:
    found = text(document)
    for sentence in (
        "Btw-id NL851283512B01",
        "VAT ID NL851283512B01",
        SMALL_BUSINESS_WORDS,
        "Exempt from VAT, small businesses scheme (article 25 of the Dutch VAT Act)",
    ):
        found = found.replace(sentence, "")
    assert not re.search(r"btw|\bVAT\b|\b(21|9|0) %|vrijgesteld|exempt", found, re.IGNORECASE)


def test_the_exemptions_words_stand_only_where_they_hold() -> None:
    assert "Vrijgesteld van btw" not in text(STANDARD_INVOICE)
    assert SMALL_BUSINESS_WORDS not in text(CARE_INVOICE)
    assert CARE_EXEMPT_WORDS not in text(SMALL_BUSINESS_INVOICE)
    assert "Vrijgesteld van btw" not in text(COMMISSION_INVOICE)


def test_the_agencys_own_invoice_is_not_made_in_anybodys_name() -> None:
    assert "namens" not in text(COMMISSION_INVOICE)


def test_a_given_statement_replaces_the_usual_one() -> None:
    found = text(msgspec.structs.replace(CARE_INVOICE, statement="Verzonden namens de zorgverlener"))
    assert "Verzonden namens de zorgverlener" in found
    assert "Opgemaakt en verzonden" not in found


def test_without_shifts_there_is_no_annex() -> None:
    assert len(pages(CARE_INVOICE)) == 1
    assert "Urenspecificatie" not in text(CARE_INVOICE)


def test_without_surcharges_there_is_no_column_for_them() -> None:
    assert "Toeslag" not in text(PGB_INVOICE)
    assert "Toeslag" in text(CARE_INVOICE)


def test_names_from_all_of_europe_are_printed_as_they_are_written() -> None:
    names = (
        "Zoë Müller-Citroën",
        "Łukasz Wiśniewski",
        "Çağla Işık",
        "Đorđe Šarčević",
        "Ștefan Țurcanu",
        "Δημήτρης",
        "Нина Жукова",
    )
    for name in names:
        customer = msgspec.structs.replace(CARE_INVOICE.customer, name=name)
        assert name in text(msgspec.structs.replace(CARE_INVOICE, customer=customer))


def test_a_name_typed_with_combining_accents_is_printed_composed() -> None:
    customer = msgspec.structs.replace(CARE_INVOICE.customer, name="Zoe\N{COMBINING DIAERESIS} Kruse")
    assert "Zoë Kruse" in text(msgspec.structs.replace(CARE_INVOICE, customer=customer))


def test_the_trade_name_is_not_repeated_when_it_is_the_persons_name() -> None:
    seller = msgspec.structs.replace(FREELANCER, trade_name="Marijke de Vries")
    found = text(msgspec.structs.replace(CARE_INVOICE, seller=seller))
    assert "Marijke de Vries Marijke de Vries" not in found.split("Woonzorgcentrum", maxsplit=1)[0]
