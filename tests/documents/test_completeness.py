"""Half an invoice never leaves: what is missing is named, and sums that disagree are refused."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from documents.builders import (
    CARE_INVOICE,
    CARE_LINES,
    COMMISSION_INVOICE,
    CREDIT_NOTE,
    PGB_INVOICE,
    SMALL_BUSINESS_INVOICE,
    STANDARD_INVOICE,
    hours,
    in_english,
    with_lines,
)
from selfbill.documents.completeness import AmountsDisagree, MissingFields, SelfBillingWords, missing_fields
from selfbill.documents.invoice_pdf import render_invoice
from selfbill.documents.model import InvoiceDocument
from selfbill.values import Cents, Metres, Minutes

COMPLETE = (CARE_INVOICE, STANDARD_INVOICE, SMALL_BUSINESS_INVOICE, COMMISSION_INVOICE, PGB_INVOICE, CREDIT_NOTE)


def changed(path: str, value: Any, document: InvoiceDocument = CARE_INVOICE) -> InvoiceDocument:
    """The document with one field changed: `customer.city`, `lines.0.week`."""
    result = _changed(document, path.split("."), value)
    assert isinstance(result, InvoiceDocument)
    return result


def _changed(part: Any, path: list[str], value: Any) -> Any:
    name, *rest = path
    if name.isdecimal():
        index = int(name)
        return (*part[:index], _changed(part[index], rest, value), *part[index + 1 :])
    return msgspec.structs.replace(part, **{name: _changed(getattr(part, name), rest, value) if rest else value})


MISSING = {
    "het factuurnummer": changed("number", ""),
    "de naam van de leverancier": changed("seller.name", ""),
    "straat en huisnummer van de leverancier": changed("seller.street", ""),
    "postcode en plaats van de leverancier": changed("seller.city", ""),
    "het KvK-nummer van de leverancier": changed("seller.kvk", ""),
    "het vestigingsadres van de leverancier (een postbus volstaat niet)": changed("seller.street", "Postbus"),
    "het btw-identificatienummer van de leverancier": changed("seller.vat_id", "", STANDARD_INVOICE),
    "de naam van de klant": changed("customer.name", ""),
    "straat en huisnummer van de klant": changed("customer.house_number", ""),
    "postcode en plaats van de klant": changed("customer.postcode", ""),
    "het kenmerk van de plaatsing": changed("placement_reference", ""),
    "de aard van de dienst": changed("description", ""),
    "de naam van het bemiddelingsbureau": changed("agency_name", ""),
    "de regels met aard en omvang van de dienst": changed("lines", ()),
    "de btw per categorie": changed("vat", ()),
    "een periode die niet voor haar begin eindigt": changed("period_until", dt.date(2026, 3, 1)),
    "het btw-tarief": changed("vat.0.rate", 0, STANDARD_INVOICE),
    "de week op regel 1": changed("lines.0.week", None),
    "het aantal uren op regel 1": changed("lines.0.minutes", Minutes(0)),
    "de prijs per eenheid op regel 2": changed("lines.1.unit_price", None),
    "het aantal kilometers op regel 5": changed("lines.4.metres", Metres(0)),
    "het nummer van de klantfactuur op regel 1": changed("lines.0.customer_invoice", "", COMMISSION_INVOICE),
    "de periode op regel 2": changed("lines.1.period_from", None, COMMISSION_INVOICE),
    "de vervaldatum": changed("due_date", None),
    "het IBAN waarop betaald kan worden": changed("iban", ""),
    "het betalingskenmerk": changed("payment_reference", ""),
    "het SVB-klantnummer van de budgethouder": changed("pgb.svb_number", "", PGB_INVOICE),
    "de urenspecificatie met dagen en tijden": changed("shifts", (), PGB_INVOICE),
    "nummer en datum van de oorspronkelijke factuur": changed("credits", None, CREDIT_NOTE),
    "letters die gedrukt kunnen worden voor '张' in 'Zhang 张'": changed("customer.name", "Zhang 张"),
}


@pytest.mark.parametrize("words", MISSING)
def test_what_is_missing_is_named_and_refused(words: str) -> None:
    document = MISSING[words]
    assert missing_fields(document) == (words,)
    assert len(missing_fields(document, "en")) == 1
    with pytest.raises(MissingFields) as refused:
        render_invoice(document)
    assert words in refused.value.sentence("nl")


@pytest.mark.parametrize("document", [*COMPLETE, *map(in_english, COMPLETE)], ids=lambda document: document.number)
def test_a_complete_invoice_misses_nothing(document: InvoiceDocument) -> None:
    assert missing_fields(document) == ()


def test_everything_that_is_missing_is_named_at_once() -> None:
    document = changed("iban", "", changed("seller.kvk", ""))
    assert missing_fields(document) == ("het KvK-nummer van de leverancier", "het IBAN waarop betaald kan worden")


def test_a_text_that_would_push_the_rest_off_the_page_is_refused() -> None:
    assert "een kortere tekst" in missing_fields(changed("description", "zorg " * 60))[0]


@pytest.mark.parametrize(
    "document",
    [
        changed("total", Cents(1)),
        changed("net", Cents(1)),
        changed("vat_total", Cents(1)),
        changed("vat.0.base", Cents(1)),
        changed("vat.0.amount", Cents(1)),
        changed("lines.0.vat_treatment", "standard"),
        with_lines(CARE_INVOICE, (*CARE_LINES, hours("2026-W13", 60, 6000, treatment="small_business"))),
    ],
)
def test_amounts_that_disagree_are_refused(document: InvoiceDocument) -> None:
    with pytest.raises(AmountsDisagree):
        render_invoice(document)


@pytest.mark.parametrize(
    "statement", ["Factuur uitgereikt door afnemer", "FACTUUR UITGEREIKT DOOR DE AFNEMER", "Self-billing"]
)
def test_words_of_self_billing_are_refused(statement: str) -> None:
    with pytest.raises(SelfBillingWords):
        render_invoice(changed("statement", statement))
