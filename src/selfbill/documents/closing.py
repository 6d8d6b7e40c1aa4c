"""The end of an invoice: totals, VAT, the law's words and how to pay; it stands together on one page."""

from typing import Final

from selfbill.documents import formats
from selfbill.documents.colours import legible
from selfbill.documents.fonts import BOLD
from selfbill.documents.labels import words
from selfbill.documents.model import InvoiceDocument
from selfbill.documents.opening import BOX_PADDING, set_box
from selfbill.documents.sheet import BODY, LABEL, LEFT, RIGHT, STRONG, VALUE, Sheet, TextStyle, width_of, wrapped
from selfbill.documents.wording import EXEMPTION, EXEMPTION_IN_ENGLISH
from selfbill.values import Cents, Metres, Minutes

_SUMS_X: Final = 320.0
_SUM_LEADING: Final = 15.0
_BOX_HEIGHT: Final = 54.0
_SPACE: Final = 12.0


def closing_height(document: InvoiceDocument) -> float:
    """How much room the end needs, in points."""
    sums = max(len(_sums(document)), len(_quantities(document)))
    lines = len(_exemption_lines(document))
    return _SPACE + sums * _SUM_LEADING + 30 + (lines * 12 + 4 if lines else 0) + _SPACE + _BOX_HEIGHT


def set_closing(sheet: Sheet, document: InvoiceDocument, y: float) -> None:
    """Sets the end from y downwards."""
    say, language = words(document.house_style.language), document.house_style.language
    y += _SPACE
    for position, (label, value) in enumerate(_quantities(document)):
        sheet.text(LEFT, y + 10 + _SUM_LEADING * position, label, LABEL)
        sheet.text(LEFT + 84, y + 10 + _SUM_LEADING * position, value, BODY)
    for label, cents in _sums(document):
        sheet.text(_SUMS_X, y + 10, label, BODY)
        sheet.text_to(RIGHT, y + 10, formats.amount(cents, language), BODY)
        y += _SUM_LEADING
    colour = legible(document.house_style.colour)
    sheet.rule(y + 2, colour, 0.8, x=_SUMS_X)
    grand = TextStyle(BOLD, 11.5, colour)
    sheet.text(_SUMS_X, y + 18, say.total_credit if document.kind == "credit" else say.total_due, grand)
    sheet.text_to(RIGHT, y + 18, formats.euros(document.total, language), grand)
    quantities_end = _SUM_LEADING * (len(_quantities(document)) - len(_sums(document)))
    y += 30 + max(0, quantities_end)
    if exemption := _exemption_lines(document):
        for line in exemption:
            sheet.text(LEFT, y + 10, line, BODY)
            y += 12
        y += 4
    _set_payment(sheet, document, y + _SPACE)


def _sums(document: InvoiceDocument) -> list[tuple[str, Cents]]:
    """The subtotal of each VAT category and its tax; under the small businesses scheme there is no such thing."""
    say, language = words(document.house_style.language), document.house_style.language
    if document.small_business:
        return []
    sums: list[tuple[str, Cents]] = []
    for block in document.vat:
        if block.treatment == "standard":
            rate = formats.percentage(block.rate, language)
            sums.append((say.subtotal.format(rate=rate), block.base))
            sums.append((say.vat_over.format(rate=rate, base=formats.amount(block.base, language)), block.amount))
        else:
            sums += [(say.subtotal_exempt, block.base), (say.vat_exempt, block.amount)]
    return sums


def _quantities(document: InvoiceDocument) -> list[tuple[str, str]]:
    say, language = words(document.house_style.language), document.house_style.language
    minutes = Minutes(sum(line.minutes for line in document.lines))
    metres = Metres(sum(line.metres for line in document.lines if line.kind == "travel"))
    found = [(say.hours_total, formats.hours(minutes, language))] if minutes else []
    return found + ([(say.kilometres_total, formats.kilometres(metres, language))] if metres else [])


def _exemption_lines(document: InvoiceDocument) -> list[str]:
    """The law's own words, and in an English document what they mean."""
    lines: list[str] = []
    for treatment in dict.fromkeys(block.treatment for block in document.vat):
        if treatment in EXEMPTION:
            if document.house_style.language == "en":
                lines.append(EXEMPTION_IN_ENGLISH[treatment])
            lines.append(EXEMPTION[treatment])
    return lines


def _set_payment(sheet: Sheet, document: InvoiceDocument, y: float) -> None:
    say, language = words(document.house_style.language), document.house_style.language
    set_box(sheet, document, y, _BOX_HEIGHT)
    x, top = LEFT + BOX_PADDING + 2, y + 18
    if document.kind == "credit":
        sheet.text(x, top + 12, say.settled, VALUE)
        return
    assert document.due_date is not None
    holder = document.account_holder or document.seller.trade_name or document.seller.name
    iban = formats.grouped(document.iban)
    big = TextStyle(BOLD, 11.5, legible(document.house_style.colour))
    facts = (
        (say.to_pay, formats.euros(document.total, language), big),
        (say.pay_before, formats.date(document.due_date, language), VALUE),
        (say.iban, iban, STRONG),
        (say.payment_reference, formats.grouped(document.payment_reference), STRONG),
    )
    widths = [max(width_of(label, LABEL), width_of(value, style)) for label, value, style in facts]
    gap = (RIGHT - BOX_PADDING - x - sum(widths)) / (len(widths) - 1)
    for (label, value, style), width in zip(facts, widths, strict=True):
        sheet.text(x, top, label, LABEL)
        sheet.text(x, top + 14, value, style)
        if label == say.iban:
            name = wrapped(say.holder.format(name=holder), LABEL, RIGHT - BOX_PADDING - x)[0]
            sheet.text(x, top + 26, name, LABEL)
        x += width + gap
