"""The hours specification: every shift with its day and times, as the SVB asks of an invoice to a budget holder."""

from typing import Final

from selfbill.documents import formats
from selfbill.documents.colours import legible
from selfbill.documents.flow import Cell, Column, Flow, Row, columns_from_right, set_table
from selfbill.documents.fonts import BOLD
from selfbill.documents.labels import words
from selfbill.documents.model import InvoiceDocument, ShiftDetail
from selfbill.documents.sheet import BODY, LABEL, LEFT, RIGHT, SMALL, STRONG, TextStyle, wrapped
from selfbill.values import IsoWeek, Metres, Minutes

_WEEK_WIDTH: Final = 84.0
_BREAK_WIDTH: Final = 110.0


def set_annex(flow: Flow, document: InvoiceDocument) -> None:
    """Sets the specification on pages of its own."""
    say, language = words(document.house_style.language), document.house_style.language
    flow.new_page()
    y = flow.y + 20
    flow.sheet.text(LEFT, y, say.annex, TextStyle(BOLD, 16, legible(document.house_style.colour)))
    y += 16
    subtitle = say.annex_to.format(number=document.number, date=formats.date(document.issue_date, language))
    flow.sheet.text(LEFT, y, subtitle, BODY)
    for line in wrapped(_who(document), SMALL, RIGHT - LEFT):
        y += 12
        flow.sheet.text(LEFT, y, line, SMALL)
    flow.y = y + 12
    travelled = any(shift.metres for shift in document.shifts)
    figures = [(say.start, 46.0), (say.end, 54.0), (say.break_, _BREAK_WIDTH), (say.hours, 60.0)]
    if travelled:
        figures.append((say.kilometres, 62.0))
    columns = [Column(say.week, LEFT), Column(say.date, LEFT + _WEEK_WIDTH), *columns_from_right(figures)]
    rows = [_row(document, shift, travelled=travelled) for shift in document.shifts]
    set_table(flow, columns, rows, legible(document.house_style.colour), tail=36)
    _set_total(flow, document, columns, travelled=travelled)


def _who(document: InvoiceDocument) -> str:
    say = words(document.house_style.language)
    parts = [f"{say.carer}: {document.seller.name}", f"{say.budget_holder}: {document.customer.name}"]
    if document.pgb is not None:
        parts += [f"{say.law}: {document.pgb.law}", f"{say.svb_number}: {document.pgb.svb_number}"]
    else:
        parts.pop()
    return " · ".join(parts)


def _row(document: InvoiceDocument, shift: ShiftDetail, *, travelled: bool) -> Row:
    say, language = words(document.house_style.language), document.house_style.language
    end = formats.clock_time(shift.end) + (" +1" if shift.end <= shift.start else "")
    texts = [
        formats.weekday_date(shift.date, language),
        formats.clock_time(shift.start),
        end,
        "",
        formats.clock_hours(shift.minutes),
    ]
    if travelled:
        texts.append(formats.kilometres(shift.metres, language) if shift.metres else say.none)
    cells = [Cell(((text, BODY),)) for text in texts]
    cells[3] = Cell(tuple((line, BODY) for line in _breaks(document, shift)))
    week = IsoWeek.of(shift.date)
    return Row(tuple(cells), Cell(((f"{say.week} {week.number}", STRONG),)))


def _breaks(document: InvoiceDocument, shift: ShiftDetail) -> tuple[str, ...]:
    say = words(document.house_style.language)
    breaks = [f"{formats.clock_time(part.start)} – {formats.clock_time(part.end)}" for part in shift.breaks]
    if shift.break_minutes:
        breaks.append(formats.hours(shift.break_minutes, document.house_style.language))
    return wrapped(", ".join(breaks), BODY, _BREAK_WIDTH - 10) if breaks else (say.none,)


def _set_total(flow: Flow, document: InvoiceDocument, columns: list[Column], *, travelled: bool) -> None:
    say, language = words(document.house_style.language), document.house_style.language
    y = flow.y + 15
    flow.sheet.text(LEFT, y, say.total, STRONG)
    by_label = {column.label: column.x for column in columns}
    minutes = Minutes(sum(shift.minutes for shift in document.shifts))
    flow.sheet.text_to(by_label[say.hours], y, formats.clock_hours(minutes), STRONG)
    if travelled:
        metres = Metres(sum(shift.metres for shift in document.shifts))
        flow.sheet.text_to(by_label[say.kilometres], y, formats.kilometres(metres, language), STRONG)
    if any(shift.end <= shift.start for shift in document.shifts):
        flow.sheet.text(LEFT, y + 16, say.next_day, LABEL)
