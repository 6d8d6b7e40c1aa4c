"""The pages of a document while they are filled from top to bottom, and the tables that run over them."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

import msgspec

from selfbill.documents.colours import Rgb
from selfbill.documents.sheet import LABEL, RIGHT, Sheet, TextStyle

BOTTOM: Final = 780.0
"""Below this only the page's foot is set."""
HEADER_HEIGHT: Final = 20.0
ROW_PADDING: Final = 4.5
LEADING: Final = 11.0
"""From one line of a cell to the next."""
ROWS_WITH_TAIL: Final = 2
"""What follows a table never stands on a page without these last rows."""


class Flow:
    """Keeps the sheet that is being filled and how far down it is filled."""

    def __init__(self, begin_page: Callable[[Sheet], float]) -> None:
        self._begin_page = begin_page
        self.sheets: list[Sheet] = []
        self.y = 0.0

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def room(self) -> float:
        """How much is left of this page, in points."""
        return BOTTOM - self.y

    def new_page(self) -> None:
        """Goes on at the top of a new page, under its running head."""
        self.sheets.append(Sheet())
        self.y = self._begin_page(self.sheet)


class Column(msgspec.Struct, frozen=True):
    """A column, `x` being the side to which its texts are aligned."""

    label: str
    x: float
    align: Literal["left", "right"] = "left"


class Cell(msgspec.Struct, frozen=True):
    """The lines of one cell, with the style of each."""

    lines: tuple[tuple[str, TextStyle], ...]

    @property
    def height(self) -> float:
        return len(self.lines) * LEADING + ROW_PADDING


class Row(msgspec.Struct, frozen=True):
    """One row; `group` is what it has in common with its neighbours, shown on the group's first row on a page."""

    cells: tuple[Cell, ...]
    group: Cell | None = None

    @property
    def height(self) -> float:
        return max(cell.height for cell in self.cells)

    @property
    def height_with_group(self) -> float:
        return max(self.height, self.group.height if self.group else 0)


def columns_from_right(labels: Sequence[tuple[str, float]]) -> list[Column]:
    """Right-aligned columns of these labels and widths, the last one ending at the right margin."""
    columns: list[Column] = []
    x = RIGHT
    for label, width in reversed(labels):
        columns.insert(0, Column(label, x, "right"))
        x -= width
    return columns


class Carried(msgspec.Struct, frozen=True):
    """What stands at the foot of a page on which a table is not at its end, and at the head of the next."""

    foot: Row
    head: Row


def set_table(
    flow: Flow,
    columns: Sequence[Column],
    rows: Sequence[Row],
    colour: Rgb,
    *,
    tail: float = 0,
    carried: Callable[[int], Carried] | None = None,
) -> None:
    """Sets the rows, with the headings anew on every page, and leaves room for `tail` points under the last ones.

    A row with a group has one cell less than there are columns: its group stands in the first column. `tail` is moved to the
    next page together with the last rows when it would not fit under them. `carried` says what goes over to the page on which
    the row with this index comes first; it needs no more room than a row of one line.
    """
    at_foot = LEADING + ROW_PADDING if carried else 0
    headed = False
    previous: Cell | None = None
    group_end = 0.0
    for index, row in enumerate(rows):
        last_ones = index >= len(rows) - ROWS_WITH_TAIL
        needed = (
            sum(later.height_with_group for later in rows[index:]) + tail
            if last_ones
            else row.height_with_group + at_foot
        )
        new_group = row.group != previous
        if new_group:
            flow.y = max(flow.y, group_end)
        if needed + (0 if headed else HEADER_HEIGHT) > flow.room:
            if headed and carried:
                _set_row(flow, columns, carried(index).foot, shows_group=True)
            if headed:
                flow.sheet.rule(max(flow.y, group_end), colour, 0.8)
            flow.new_page()
            headed, new_group = False, True
        if not headed:
            _set_headings(flow, columns, colour)
            headed = True
            if carried and index:
                _set_row(flow, columns, carried(index).head, shows_group=True)
        elif new_group and row.group is not None:
            flow.sheet.rule(flow.y)
        if new_group:
            group_end = flow.y + (row.group.height if row.group else 0)
        _set_row(flow, columns, row, shows_group=new_group)
        previous = row.group
    flow.y = max(flow.y, group_end)
    flow.sheet.rule(flow.y, colour, 0.8)


def _set_headings(flow: Flow, columns: Sequence[Column], colour: Rgb) -> None:
    baseline = flow.y + HEADER_HEIGHT - 7
    for column in columns:
        _place(flow.sheet, column, baseline, column.label, LABEL)
    flow.y += HEADER_HEIGHT
    flow.sheet.rule(flow.y, colour, 0.8)


def _set_row(flow: Flow, columns: Sequence[Column], row: Row, *, shows_group: bool) -> None:
    cells = row.cells if row.group is None else (row.group if shows_group else Cell(()), *row.cells)
    for column, cell in zip(columns, cells, strict=True):
        baseline = flow.y + ROW_PADDING / 2 + LEADING - 2.3
        for text, style in cell.lines:
            _place(flow.sheet, column, baseline, text, style)
            baseline += LEADING
    flow.y += row.height


def _place(sheet: Sheet, column: Column, baseline: float, text: str, style: TextStyle) -> None:
    if column.align == "left":
        sheet.text(column.x, baseline, text, style)
    else:
        sheet.text_to(column.x, baseline, text, style)
