"""The table of lines: hours and kilometres by week, or the commission over one customer invoice after the other."""

from typing import Final

from selfbill.documents import formats
from selfbill.documents.flow import Cell, Column, Row, columns_from_right
from selfbill.documents.labels import words
from selfbill.documents.model import DocumentLine, InvoiceDocument
from selfbill.documents.sheet import BODY, LEFT, SMALL, STRONG, TextStyle, wrapped
from selfbill.documents.wording import service
from selfbill.values import IsoWeek

_WEEK_WIDTH: Final = 84.0
_INVOICE_WIDTH: Final = 84.0
_GAP: Final = 8.0
_WIDTHS: Final = {"surcharge": 46.0, "quantity": 54.0, "unit_price": 60.0, "vat": 54.0, "amount": 60.0}


def columns_and_rows(document: InvoiceDocument) -> tuple[list[Column], list[Row]]:
    """The table for this document; under the small businesses scheme it has no column for VAT."""
    return _commission(document) if document.is_commission else _care(document)


def _care(document: InvoiceDocument) -> tuple[list[Column], list[Row]]:
    say = words(document.house_style.language)
    shown = ["quantity", "unit_price"]
    if any(line.surcharge for line in document.lines):
        shown.insert(0, "surcharge")
    if not document.small_business:
        shown.append("vat")
    shown.append("amount")
    figures = columns_from_right([(getattr(say, name), _WIDTHS[name]) for name in shown])
    text_x = LEFT + _WEEK_WIDTH
    text_width = figures[0].x - _WIDTHS[shown[0]] - _GAP - text_x
    rows = []
    for line in document.lines:
        text = line.text or (say.travel if line.kind == "travel" else document.description)
        cells = [_cell(wrapped(text, BODY, text_width), BODY)]
        cells += [_cell((_figure(document, line, name),), BODY) for name in shown]
        rows.append(Row(tuple(cells), _week(document, line.week)))
    columns = [Column(say.week, LEFT), Column(say.description, text_x), *figures]
    return columns, rows


def _commission(document: InvoiceDocument) -> tuple[list[Column], list[Row]]:
    say, language = words(document.house_style.language), document.house_style.language
    shown = ["amount"] if document.small_business else ["vat", "amount"]
    figures = columns_from_right([(getattr(say, name), _WIDTHS[name]) for name in shown])
    text_x = LEFT + _INVOICE_WIDTH
    text_width = figures[0].x - _WIDTHS[shown[0]] + _GAP - text_x
    rows = []
    for line in document.lines:
        period_from, period_until = line.period_from or document.period_from, line.period_until or document.period_until
        what = service(period_from, period_until, line.minutes, language)
        reference = say.placement.format(reference=line.placement_reference) if line.placement_reference else ""
        about = " · ".join(part for part in (line.customer, reference, line.text) if part)
        lines = [(text, BODY) for text in wrapped(what, BODY, text_width)]
        lines += [(text, SMALL) for text in wrapped(about, SMALL, text_width)]
        cells = [_cell((line.customer_invoice,), STRONG), Cell(tuple(lines))]
        cells += [_cell((_figure(document, line, name),), BODY) for name in shown]
        rows.append(Row(tuple(cells)))
    return [Column(say.invoice, LEFT), Column(say.service, text_x), *figures], rows


def _figure(document: InvoiceDocument, line: DocumentLine, column: str) -> str:
    say, language = words(document.house_style.language), document.house_style.language
    match column:
        case "surcharge":
            return formats.percentage(line.surcharge, language) if line.surcharge else ""
        case "quantity":
            return (
                formats.kilometres(line.metres, language)
                if line.kind == "travel"
                else formats.hours(line.minutes, language)
            )
        case "unit_price":
            assert line.unit_price is not None
            price = formats.euros(line.unit_price, language)
            return say.per_km.format(price=price) if line.kind == "travel" else price
        case "vat":
            rate = next((block.rate for block in document.vat if block.treatment == line.vat_treatment), None)
            return formats.percentage(rate, language) if rate else say.exempt
        case _:
            return formats.amount(line.amount, language)


def _week(document: InvoiceDocument, week: IsoWeek | None) -> Cell:
    """The week's number and those of its days that lie in the period."""
    assert week is not None
    first, until = max(week.monday, document.period_from), min(week.sunday, document.period_until)
    days = formats.day_range(first, until, document.house_style.language) if first <= until else ""
    return Cell(((f"{words(document.house_style.language).week} {week.number}", STRONG), (days, SMALL)))


def _cell(lines: tuple[str, ...], style: TextStyle) -> Cell:
    return Cell(tuple((line, style) for line in lines))
