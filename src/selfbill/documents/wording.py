"""What a document says in sentences; the law's own sentences stand here, once (DOMAIN.md section 4)."""

import datetime as dt
from typing import Final

from selfbill.documents import formats
from selfbill.documents.labels import words
from selfbill.documents.model import InvoiceDocument, VatTreatment
from selfbill.refusals import Language
from selfbill.values import Minutes, Month

EXEMPTION: Final[dict[VatTreatment, str]] = {
    "care_exempt": (
        "Vrijgesteld van btw op grond van artikel 11, eerste lid, onderdeel g, Wet op de omzetbelasting 1968"
    ),
    "small_business": "Vrijgesteld van btw, kleineondernemersregeling (artikel 25 Wet OB)",
}
"""The words that the law wants, whatever the document's language."""

EXEMPTION_IN_ENGLISH: Final[dict[VatTreatment, str]] = {
    "care_exempt": "Exempt from VAT under article 11(1)(g) of the Dutch VAT Act 1968",
    "small_business": "Exempt from VAT, small businesses scheme (article 25 of the Dutch VAT Act)",
}


def title(document: InvoiceDocument) -> str:
    """What the document calls itself, without its number."""
    say = words(document.house_style.language)
    if document.kind == "credit":
        return say.credit_note
    return say.commission_invoice if document.kind == "commission" else say.invoice


def statement(document: InvoiceDocument) -> tuple[str, ...]:
    """Who made and sent the document: for what a freelancer sells, the words of mediation (DOMAIN.md section 1)."""
    if document.statement is not None:
        return (document.statement,)
    if document.is_commission:
        return ()
    agency, freelancer = document.agency_name, document.seller.name
    dutch = f"Opgemaakt en verzonden door {agency} namens {freelancer}"
    if document.house_style.language == "nl":
        return (dutch,)
    return f"Made and sent by {agency} on behalf of {freelancer}", dutch


def service(period_from: dt.date, period_until: dt.date, minutes: Minutes, language: Language) -> str:
    """What the agency's commission pays for (art. 3 Waadi); a line about an amount only has no hours."""
    period, hours = period_words(period_from, period_until, language), formats.clock_hours(minutes)
    if not minutes:
        return f"{'facturatie- en administratiediensten' if language == 'nl' else 'billing and administration services'}, {period}"
    if language == "nl":
        return f"facturatie- en administratiediensten, {period}, {hours} uur"
    return f"billing and administration services, {period}, {hours} hours"


def period_words(first: dt.date, until: dt.date, language: Language) -> str:
    """`maart 2026` for a whole month, `16 t/m 31 maart 2026` within one, both dates in full otherwise."""
    month = Month.of(first)
    name = f"{formats.MONTHS[language][month.number - 1]} {month.year}"
    if (first, until) == (month.first, month.last):
        return name
    if first == until:
        return f"{first.day} {name}"
    if month == Month.of(until):
        return f"{first.day} {'t/m' if language == 'nl' else 'to'} {until.day} {name}"
    return formats.period(first, until, language)
