"""From a document to its pages."""

from selfbill.documents.annex import set_annex
from selfbill.documents.closing import closing_height, set_closing
from selfbill.documents.colours import legible
from selfbill.documents.flow import Flow, set_table
from selfbill.documents.labels import words
from selfbill.documents.lines_table import columns_and_rows
from selfbill.documents.model import InvoiceDocument
from selfbill.documents.opening import set_opening
from selfbill.documents.sheet import LABEL, LEFT, RIGHT, SMALL, STRONG, Sheet, wrapped
from selfbill.documents.wording import statement, title

_FOOT = 802.0
_FOOT_TEXT_WIDTH = 380.0
_RUNNING_HEAD = 46.0


def compose(document: InvoiceDocument) -> list[Sheet]:
    """All pages of the document, with its annex, numbered."""
    flow = Flow(lambda sheet: _begin_page(sheet, document))
    first = Sheet()
    flow.sheets.append(first)
    flow.y = set_opening(first, document)
    columns, rows = columns_and_rows(document)
    set_table(flow, columns, rows, legible(document.house_style.colour), tail=closing_height(document))
    set_closing(flow.sheet, document, flow.y)
    if document.shifts:
        set_annex(flow, document)
    for number, sheet in enumerate(flow.sheets, start=1):
        _end_page(sheet, document, number, len(flow.sheets))
    return flow.sheets


def _begin_page(sheet: Sheet, document: InvoiceDocument) -> float:
    """The running head of every page but the first."""
    seller = document.seller
    sheet.text(LEFT, _RUNNING_HEAD, f"{title(document)} {document.number}", STRONG)
    sheet.text_to(RIGHT, _RUNNING_HEAD, seller.trade_name or seller.name, SMALL)
    sheet.rule(_RUNNING_HEAD + 8)
    return _RUNNING_HEAD + 18


def _end_page(sheet: Sheet, document: InvoiceDocument, number: int, count: int) -> None:
    say, seller = words(document.house_style.language), document.seller
    sheet.rule(_FOOT - 12)
    identity = [seller.trade_name or seller.name, f"{say.kvk} {seller.kvk}"]
    identity += [f"{say.vat_id} {seller.vat_id}"] if seller.vat_id else []
    sentences = [*statement(document), " · ".join(identity)]
    lines = [line for sentence in sentences for line in wrapped(sentence, LABEL, _FOOT_TEXT_WIDTH)]
    for position, line in enumerate(lines):
        sheet.text(LEFT, _FOOT + 9.5 * position, line, LABEL)
    sheet.text_to(RIGHT, _FOOT, say.page.format(page=number, pages=count), LABEL)
