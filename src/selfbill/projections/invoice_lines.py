"""The lines of every invoice; they never change, so they stand apart from what changes with each delivery."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.invoice_events import CommissionInvoiced, CommissionLine, CreditNoteIssued, InvoiceIssued
from selfbill.pricing.lines import Line
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import InvoiceNumber


class InvoiceLines(msgspec.Struct, frozen=True):
    """What stands on one invoice, in order: hours and travel, or on a commission invoice the customer invoices; below 0 on a credit note."""

    number: InvoiceNumber
    lines: tuple[Line, ...] = ()
    commission_lines: tuple[CommissionLine, ...] = ()


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.number,),)


def evolve(_: Key, row: InvoiceLines | None, recorded: Recorded) -> InvoiceLines | None:
    """The lines as they were issued."""
    match recorded.event:
        case InvoiceIssued(number=number, lines=lines):
            return InvoiceLines(number=number, lines=lines)
        case CommissionInvoiced(number=number, lines=commission_lines):
            return InvoiceLines(number=number, commission_lines=commission_lines)
        case CreditNoteIssued(number=number, lines=lines, commission_lines=commission_lines):
            return InvoiceLines(number=number, lines=lines, commission_lines=commission_lines)
    return row


MODEL = ReadModel(
    name="invoice_lines",
    version=2,
    row=InvoiceLines,
    key=("number",),
    listens=(InvoiceIssued, CommissionInvoiced, CreditNoteIssued),
    keys=keys,
    evolve=evolve,
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def of_invoice(connection: Connection[Any], number: str) -> InvoiceLines:
    """The lines of this invoice; none when there is no such invoice."""
    return of_invoices(connection, [number]).get(number, InvoiceLines(number=InvoiceNumber(number)))


def of_invoices(connection: Connection[Any], numbers: Iterable[str]) -> Mapping[str, InvoiceLines]:
    """The lines of these invoices, by number."""
    rows = _TABLE.select(connection, "WHERE number = ANY(%s)", (list(numbers),))
    return {row.number: row for row in rows}
