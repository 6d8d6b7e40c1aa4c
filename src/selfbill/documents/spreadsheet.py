"""CSV as Excel opens it in the Netherlands by a double click: semicolons, decimal commas, CRLF, and UTF-8 that says so (BOM).

Days are written 2026-05-14, which Excel reads as a day in every country. A text that would be taken for a formula gets an
apostrophe before it, so that what somebody typed elsewhere is never carried out.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from selfbill.values import Cents

Cell = str | int | Decimal | dt.date | None
"""A Decimal is an amount in euros."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What begins a formula in one spreadsheet or another, or hides that something does."""


def in_euros(cents: Cents) -> Decimal:
    """The amount as a cell, exact."""
    return Decimal(cents).scaleb(-2)


def content(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file as bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:.2f}".replace(".", ",")
        case dt.date():
            return cell.isoformat()
        case int():
            return str(cell)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
