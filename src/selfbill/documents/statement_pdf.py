"""A statement of account as a PDF: the letter, what happened with a running balance, and what is open by age."""

from itertools import count
from typing import Final

from selfbill.documents import formats
from selfbill.documents.colours import legible
from selfbill.documents.flow import (
    HEADER_HEIGHT,
    LEADING,
    ROWS_WITH_TAIL,
    Carried,
    Cell,
    Column,
    Flow,
    Row,
    columns_from_right,
    set_table,
)
from selfbill.documents.fonts import BOLD
from selfbill.documents.labels import words
from selfbill.documents.opening import BOX_PADDING, set_box, set_facts, set_letterhead
from selfbill.documents.painting import About, paint
from selfbill.documents.sheet import (
    BODY,
    LABEL,
    LEFT,
    RIGHT,
    SMALL,
    STRONG,
    VALUE,
    Sheet,
    TextStyle,
    width_of,
    wrapped,
)
from selfbill.documents.statement import StatementDocument, StatementItem, StatementLine
from selfbill.documents.statement_words import StatementWords, described, statement_words
from selfbill.values import Cents

_FOOT: Final = 802.0
_RUNNING_HEAD: Final = 46.0
_DAY_WIDTH: Final = 62.0
_INVOICE_WIDTH: Final = 92.0
_CREDITOR_WIDTH: Final = 76.0
_GAP: Final = 8.0
_SPACE: Final = 12.0
_HEADING_HEIGHT: Final = 30.0
_BOX_HEIGHT: Final = 46.0
_AGEING_HEIGHT: Final = 38.0
_SENTENCE: Final = 12.0


def render_statement(document: StatementDocument) -> bytes:
    """The statement as a PDF; the same statement always gives the same bytes."""
    say = statement_words(document.house_style.language)
    about = About(
        title=f"{say.title} {document.customer.code}",
        author=document.seller.name,
        subject=_period(document),
        language=document.house_style.language,
        day=document.made_on,
    )
    return paint(compose_statement(document), about)


def compose_statement(document: StatementDocument) -> list[Sheet]:
    """All pages of the statement, numbered."""
    flow = Flow(lambda sheet: _begin_page(sheet, document))
    flow.sheets.append(Sheet())
    flow.y = _set_opening(flow.sheet, document)
    _set_movements(flow, document)
    _set_items(flow, document)
    for number, sheet in zip(count(1), flow.sheets, strict=False):
        _end_page(sheet, document, number, len(flow.sheets))
    return flow.sheets


def _period(document: StatementDocument) -> str:
    say, language = statement_words(document.house_style.language), document.house_style.language
    if document.first is None:
        return say.from_the_beginning.format(until=formats.short_date(document.until))
    return formats.period(document.first, document.until, language)


def _set_opening(sheet: Sheet, document: StatementDocument) -> float:
    say, language = statement_words(document.house_style.language), document.house_style.language
    y = set_letterhead(sheet, document, say.title, say.until.format(until=formats.short_date(document.until)))
    facts = [(say.made_on, formats.date(document.made_on, language)), (say.period, _period(document))]
    facts.append((say.account, document.customer.code))
    facts += [(say.creditor, document.creditor)] if document.creditor else []
    facts += [(say.known, document.known)] if document.known else []
    y = set_facts(sheet, y + 24, facts) + 8
    _set_summary(sheet, document, y)
    return y + _BOX_HEIGHT + _SPACE


def _set_summary(sheet: Sheet, document: StatementDocument, y: float) -> None:
    """Opening balance, everything that came and went, and the closing balance."""
    say, language = statement_words(document.house_style.language), document.house_style.language
    set_box(sheet, document, y, _BOX_HEIGHT)
    more = Cents(sum(line.amount for line in document.lines if line.amount > 0))
    less = Cents(-sum(line.amount for line in document.lines if line.amount < 0))
    big = TextStyle(BOLD, 11.5, legible(document.house_style.colour))
    facts = (
        (say.opening, document.opening, VALUE),
        (say.more, more, VALUE),
        (say.less, less, VALUE),
        (f"{say.closing} {formats.short_date(document.until)}", document.closing, big),
    )
    x = LEFT + BOX_PADDING + 2
    texts = [(label, formats.euros(cents, language), style) for label, cents, style in facts]
    widths = [max(width_of(label, LABEL), width_of(value, style)) for label, value, style in texts]
    gap = (RIGHT - BOX_PADDING - x - sum(widths)) / (len(widths) - 1)
    for (label, value, style), width in zip(texts, widths, strict=True):
        sheet.text(x, y + 18, label, LABEL)
        sheet.text(x, y + 33, value, style)
        x += width + gap


def _set_movements(flow: Flow, document: StatementDocument) -> None:
    say = statement_words(document.house_style.language)
    figures = columns_from_right([(say.more, 66.0), (say.less, 66.0), (say.balance, 70.0)])
    invoice_x = figures[0].x - 66.0 - _INVOICE_WIDTH + _GAP
    text_x, text_width = LEFT + _DAY_WIDTH, invoice_x - _GAP - LEFT - _DAY_WIDTH
    columns = [Column(say.day, LEFT), Column(say.what, text_x), Column(say.invoice, invoice_x), *figures]
    rows = [_line_row(line, document, text_width) for line in document.lines]
    first = formats.short_date(document.first) if document.first is not None else ""
    rows.insert(0, _balance_row(first, say.opening, document.opening, document))
    rows.append(_balance_row(formats.short_date(document.until), say.closing, document.closing, document))

    def carried(index: int) -> Carried:
        """Above the row with this index stands the opening balance or a movement."""
        balance = document.lines[index - 2].balance if index > 1 else document.opening
        return Carried(
            foot=_balance_row("", say.carried, balance, document, SMALL),
            head=_balance_row("", say.brought, balance, document, SMALL),
        )

    set_table(flow, columns, rows, legible(document.house_style.colour), carried=carried)
    if not document.lines:
        flow.sheet.text(LEFT, flow.y + 14, say.nothing_happened, BODY)
        flow.y += 14


def _line_row(line: StatementLine, document: StatementDocument, width: float) -> Row:
    language = document.house_style.language
    text = described(line.kind, line.amount, line.refers_to, language)
    amount = formats.amount(Cents(abs(line.amount)), language)
    return Row(
        (
            _cell(formats.short_date(line.day)),
            Cell(tuple((part, BODY) for part in wrapped(text, BODY, width))),
            _cell(line.invoice),
            _cell(amount if line.amount > 0 else ""),
            _cell("" if line.amount > 0 else amount),
            _cell(formats.amount(line.balance, language)),
        )
    )


def _balance_row(day: str, label: str, balance: Cents, document: StatementDocument, style: TextStyle = STRONG) -> Row:
    cents = formats.amount(balance, document.house_style.language)
    return Row((_cell(day), _cell(label, style), _cell(""), _cell(""), _cell(""), _cell(cents, style)))


def _set_items(flow: Flow, document: StatementDocument) -> None:
    """What is open on the last day, by invoice and by age; nothing of it where nothing is open."""
    say = statement_words(document.house_style.language)
    colour = legible(document.house_style.colour)
    sentences = _sentences(document, say)
    end = _SPACE + _AGEING_HEIGHT + _SPACE + _SENTENCE * len(sentences)
    columns, rows = _items_table(document, say)
    # The heading never stands without the first row under it, and with it goes what the table keeps together at its end.
    together = rows[:1] if len(rows) > ROWS_WITH_TAIL else rows
    needed = _HEADING_HEIGHT + HEADER_HEIGHT + sum(row.height for row in together)
    if needed + (end if together is rows else LEADING) > flow.room:
        flow.new_page()
    flow.y += _HEADING_HEIGHT
    heading = say.open_items.format(until=formats.short_date(document.until))
    flow.sheet.text(LEFT, flow.y - 6, heading, TextStyle(BOLD, 12, colour))
    if not document.items:
        flow.sheet.text(LEFT, flow.y + 12, say.nothing_open, BODY)
        return
    set_table(flow, columns, rows, colour, tail=end)
    flow.y += _SPACE
    _set_ageing(flow.sheet, document, say, flow.y)
    flow.y += _AGEING_HEIGHT + _SPACE
    for sentence in sentences:
        flow.sheet.text(LEFT, flow.y + 8, sentence, SMALL)
        flow.y += _SENTENCE


def _items_table(document: StatementDocument, say: StatementWords) -> tuple[list[Column], list[Row]]:
    has_creditors = any(item.creditor for item in document.items)
    figures = columns_from_right([(say.late, 62.0), (say.payment_reference, 108.0), (say.open, 66.0)])
    x = LEFT + _INVOICE_WIDTH
    columns = [Column(say.invoice, LEFT)]
    if has_creditors:
        columns.append(Column(say.creditor, x))
        x += _CREDITOR_WIDTH
    columns += [Column(say.date, x), Column(say.due, x + _DAY_WIDTH - _GAP), *figures]
    rows = [_item_row(item, document, has_creditors=has_creditors) for item in document.items]
    total = formats.amount(Cents(sum(item.open for item in document.items)), document.house_style.language)
    blank = [_cell("")] * (len(columns) - 2)
    rows.append(Row((_cell(say.total, STRONG), *blank, _cell(total, STRONG))))
    return columns, rows


def _item_row(item: StatementItem, document: StatementDocument, *, has_creditors: bool) -> Row:
    cells = [_cell(item.invoice)]
    if has_creditors:
        name = wrapped(item.creditor, BODY, _CREDITOR_WIDTH - _GAP)
        cells.append(Cell(tuple((part, BODY) for part in name)))
    return Row(
        (
            *cells,
            _cell(formats.short_date(item.date)),
            _cell(formats.short_date(item.due)),
            _cell(str(item.days_late) if item.days_late > 0 else ""),
            _cell(formats.grouped(item.payment_reference)),
            _cell(formats.amount(item.open, document.house_style.language)),
        )
    )


def _set_ageing(sheet: Sheet, document: StatementDocument, say: StatementWords, y: float) -> None:
    set_box(sheet, document, y, _AGEING_HEIGHT)
    step = (RIGHT - BOX_PADDING - LEFT - BOX_PADDING) / len(document.ageing)
    for at, (label, cents) in enumerate(zip(say.ageing, document.ageing, strict=True)):
        x = LEFT + BOX_PADDING + 2 + at * step
        sheet.text(x, y + 15, label, LABEL)
        sheet.text(x, y + 28, formats.amount(cents, document.house_style.language), VALUE)


def _sentences(document: StatementDocument, say: StatementWords) -> list[str]:
    sentences = []
    if any(item.open > 0 for item in document.items):
        sentences += [say.how_to_pay, say.crossed]
    if any(item.open < 0 for item in document.items):
        sentences.append(say.credit_balance)
    return sentences


def _begin_page(sheet: Sheet, document: StatementDocument) -> float:
    """The running head of every page but the first."""
    say = statement_words(document.house_style.language)
    sheet.text(LEFT, _RUNNING_HEAD, f"{say.title} {document.customer.code} · {_period(document)}", STRONG)
    sheet.text_to(RIGHT, _RUNNING_HEAD, document.seller.name, SMALL)
    sheet.rule(_RUNNING_HEAD + 8)
    return _RUNNING_HEAD + 18


def _end_page(sheet: Sheet, document: StatementDocument, number: int, pages: int) -> None:
    say, common, seller = (
        statement_words(document.house_style.language),
        words(document.house_style.language),
        document.seller,
    )
    sheet.rule(_FOOT - 12)
    sheet.text(LEFT, _FOOT, " · ".join(filter(None, (seller.name, seller.kvk and f"{common.kvk} {seller.kvk}"))), LABEL)
    sheet.text_to(RIGHT, _FOOT, say.page.format(page=number, pages=pages), LABEL)


def _cell(text: str, style: TextStyle = BODY) -> Cell:
    return Cell(((text, style),))
