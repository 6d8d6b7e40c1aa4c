"""What an invoice must hold before it may exist: article 35a Wet OB 1968, and what the payer and the SVB need (DOMAIN.md section 4).

Ask `missing_fields` before a number is taken; rendering asks again and refuses, so that half an invoice never leaves.
"""

import re
from collections.abc import Iterator

from selfbill.documents.fonts import missing_characters
from selfbill.documents.model import DocumentLine, InvoiceDocument, PartyBlock
from selfbill.refusals import Language, Refusal

_PO_BOX = re.compile(r"^\s*(postbus|p\.?\s?o\.?\s?box|antwoordnummer)\b", re.IGNORECASE)
_SELF_BILLING = re.compile(r"uitgereikt\s+door\s+(de\s+)?afnemer|self-?\s?bill", re.IGNORECASE)
_LONGEST_TEXT = 200
"""Longer is no name, address or description, and would push the rest off the page."""

Sentence = tuple[str, str]
"""The same words in Dutch and in English."""


class MissingFields(Refusal):
    """The invoice lacks something that the law, the payer or the SVB needs."""

    code = "document.missing_fields"
    nl = "Factuur {number} kan niet worden gemaakt; er ontbreekt: {fields_nl}."
    en = "Invoice {number} cannot be made; missing: {fields_en}."


class AmountsDisagree(Refusal):
    """Lines, VAT and totals do not add up to each other."""

    code = "document.amounts_disagree"
    nl = "De bedragen van factuur {number} kloppen niet met elkaar: {which}."
    en = "The amounts of invoice {number} do not agree: {which}."


class SelfBillingWords(Refusal):
    """Words of self-billing on an invoice that the agency makes in the freelancer's name."""

    code = "document.self_billing_words"
    nl = "Factuur {number} is geen door de afnemer uitgereikte factuur en mag dat niet vermelden."
    en = "Invoice {number} is not self-billed and may not say that it is."


def missing_fields(document: InvoiceDocument, language: Language = "nl") -> tuple[str, ...]:
    """Everything that is still missing, each in words for the staff who can fill it in; empty when it is complete."""
    index = 0 if language == "nl" else 1
    return tuple(dict.fromkeys(sentence[index] for sentence in _missing(document)))


def require_complete(document: InvoiceDocument) -> None:
    """Raises MissingFields, AmountsDisagree or SelfBillingWords unless this is a whole and sound invoice."""
    if missing := missing_fields(document):
        raise MissingFields(
            number=document.number or "?",
            fields_nl="; ".join(missing),
            fields_en="; ".join(missing_fields(document, "en")),
        )
    if which := _disagreement(document):
        raise AmountsDisagree(number=document.number, which=which)
    if _SELF_BILLING.search(document.statement or ""):
        raise SelfBillingWords(number=document.number)


def _missing(document: InvoiceDocument) -> Iterator[Sentence]:
    if not document.number:
        yield "het factuurnummer", "the invoice number"
    yield from _party(document.seller, "van de leverancier", "of the seller")
    if not document.seller.kvk:
        yield "het KvK-nummer van de leverancier", "the Chamber of Commerce number of the seller"
    if _PO_BOX.match(document.seller.street):
        yield (
            "het vestigingsadres van de leverancier (een postbus volstaat niet)",
            "the business address of the seller (a PO box will not do)",
        )
    if not document.seller.vat_id and any(block.treatment == "standard" for block in document.vat):
        yield "het btw-identificatienummer van de leverancier", "the VAT identification number of the seller"
    yield from _party(document.customer, "van de klant", "of the customer")
    if not document.is_commission:
        yield from _mediation(document)
    yield from _service(document)
    yield from _payment(document)
    yield from _personal_budget(document)
    yield from _letters(document)


def _mediation(document: InvoiceDocument) -> Iterator[Sentence]:
    if not document.placement_reference:
        yield "het kenmerk van de plaatsing", "the placement reference"
    if not document.description:
        yield "de aard van de dienst", "the nature of the service"
    if document.statement is None and not document.agency_name:
        yield "de naam van het bemiddelingsbureau", "the name of the agency"


def _party(party: PartyBlock, whose_nl: str, whose_en: str) -> Iterator[Sentence]:
    if not party.name:
        yield f"de naam {whose_nl}", f"the name {whose_en}"
    if not (party.street and party.house_number):
        yield f"straat en huisnummer {whose_nl}", f"street and house number {whose_en}"
    if not (party.postcode and party.city):
        yield f"postcode en plaats {whose_nl}", f"postcode and city {whose_en}"


def _service(document: InvoiceDocument) -> Iterator[Sentence]:
    if not document.lines:
        yield "de regels met aard en omvang van de dienst", "the lines with nature and extent of the service"
    if not document.vat:
        yield "de btw per categorie", "the VAT per category"
    if document.period_until < document.period_from:
        yield "een periode die niet voor haar begin eindigt", "a period that does not end before it starts"
    if any(block.treatment == "standard" and block.rate <= 0 for block in document.vat):
        yield "het btw-tarief", "the VAT rate"
    for position, line in enumerate(document.lines, start=1):
        for dutch, english in _line(line):
            yield f"{dutch} op regel {position}", f"{english} on line {position}"


def _line(line: DocumentLine) -> Iterator[Sentence]:
    if line.kind == "commission":
        if not line.customer_invoice:
            yield "het nummer van de klantfactuur", "the number of the customer invoice"
        if line.period_from is None or line.period_until is None:
            yield "de periode", "the period"
        return
    if line.week is None:
        yield "de week", "the week"
    if line.unit_price is None:
        yield "de prijs per eenheid", "the unit price"
    if line.kind == "hours" and not line.minutes:
        yield "het aantal uren", "the number of hours"
    if line.kind == "travel" and not line.metres:
        yield "het aantal kilometers", "the number of kilometres"


def _payment(document: InvoiceDocument) -> Iterator[Sentence]:
    if document.kind == "credit":
        if document.credits is None or not document.credits.number:
            yield "nummer en datum van de oorspronkelijke factuur", "number and date of the original invoice"
        return
    if document.due_date is None:
        yield "de vervaldatum", "the due date"
    if not document.iban:
        yield "het IBAN waarop betaald kan worden", "the IBAN to pay to"
    if not document.payment_reference:
        yield "het betalingskenmerk", "the payment reference"


def _personal_budget(document: InvoiceDocument) -> Iterator[Sentence]:
    if document.pgb is None:
        return
    if not document.pgb.svb_number:
        yield "het SVB-klantnummer van de budgethouder", "the SVB customer number of the budget holder"
    if not document.shifts and document.kind != "credit":
        yield "de urenspecificatie met dagen en tijden", "the hours specification with days and times"


def _letters(document: InvoiceDocument) -> Iterator[Sentence]:
    texts = [document.number, document.agency_name, document.placement_reference, document.description]
    texts += [document.statement or "", document.account_holder]
    for party in (document.seller, document.customer):
        texts += [
            party.name,
            party.trade_name,
            party.attention,
            party.street,
            party.house_number,
            party.city,
            party.country,
        ]
    for line in document.lines:
        texts += [line.text, line.customer, line.placement_reference]
    for text in texts:
        if len(text) > _LONGEST_TEXT:
            yield f"een kortere tekst dan {text[:40]!r}…", f"a shorter text than {text[:40]!r}…"
        if missing := missing_characters(text):
            shown = " ".join(missing)
            yield (
                f"letters die gedrukt kunnen worden voor {shown!r} in {text!r}",
                f"printable letters for {shown!r} in {text!r}",
            )


def _disagreement(document: InvoiceDocument) -> str:
    """The first sum that is wrong, or nothing."""
    treatments = {block.treatment for block in document.vat}
    if "small_business" in treatments and len(treatments) > 1:
        return "small_business + " + ", ".join(sorted(treatments - {"small_business"}))
    for treatment in sorted(treatments | {line.vat_treatment for line in document.lines}):
        base = sum(block.base for block in document.vat if block.treatment == treatment)
        lines = sum(line.amount for line in document.lines if line.vat_treatment == treatment)
        if base != lines:
            return f"{treatment}: {lines} != {base}"
    if any(block.amount or block.rate for block in document.vat if block.treatment != "standard"):
        return "VAT on an exempt category"
    sums = (
        (sum(block.base for block in document.vat), document.net),
        (sum(block.amount for block in document.vat), document.vat_total),
        (document.net + document.vat_total, document.total),
    )
    return next((f"{found} != {stated}" for found, stated in sums if found != stated), "")
