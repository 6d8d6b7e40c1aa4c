"""The export: everything that was billed and is still open, as plain files that any program reads.

Comma, LF, ISO dates, decimal points, empty where a column does not apply; rows in order of their numbers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.pricing.lines import Line
from selfbill.projections import invoice_lines, invoice_list, open_items
from selfbill.projections.invoice_lines import InvoiceLines
from selfbill.projections.invoice_list import ListedInvoice
from selfbill.projections.open_items import OpenItem
from selfbill.projections.snapshot import one_moment

INVOICES = (
    *("number", "date", "due", "freelancer", "customer", "placement", "period_from", "period_until"),
    *("minutes", "net", "vat", "total"),
)
LINES = ("invoice", "position", "kind", "week", "minutes", "metres", "surcharge_percent", "unit_price", "amount")
COMMISSION_INVOICES = ("number", "date", "due", "towards", "party", "net", "vat", "total")
COMMISSION_LINES = ("number", "position", "invoice", "amount")
CREDIT_NOTES = ("number", "date", "credits", "issuer", "debtor_kind", "debtor", "minutes", "net", "vat", "total")
OPEN_ITEMS = ("number", "debtor_kind", "debtor", "total", "open", "due")

_DIGITS = re.compile(r"([0-9]+)")

Row = Sequence[object]


class ExportedFile(msgspec.Struct, frozen=True):
    """A file of the export: its name, its columns and its rows, as text."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]


def export(connection: Connection[Any]) -> tuple[ExportedFile, ...]:
    """All files, as of one moment; the one of credit notes only where there are any."""
    with one_moment(connection, "invoices", "open_items", "invoice_lines"):
        listed = invoice_list.all_invoices(connection)
        items = open_items.all_open_items(connection)
        lines = invoice_lines.of_invoices(connection, [invoice.number for invoice in listed])
    listed.sort(key=lambda invoice: in_order(invoice.number))
    items.sort(key=lambda item: in_order(item.number))
    invoices = [invoice for invoice in listed if invoice.kind == "invoice"]
    commission = [invoice for invoice in listed if invoice.kind == "commission"]
    credit_notes = [invoice for invoice in listed if invoice.kind == "credit_note"]
    credited = [ExportedFile("credit_notes.csv", CREDIT_NOTES, [_credit_note(one) for one in credit_notes])]
    return (
        ExportedFile("invoices.csv", INVOICES, [_invoice(invoice) for invoice in invoices]),
        ExportedFile("lines.csv", LINES, list(_lines(invoices, lines))),
        ExportedFile("commission_invoices.csv", COMMISSION_INVOICES, [_commission(one) for one in commission]),
        ExportedFile("commission_lines.csv", COMMISSION_LINES, list(_commission_lines(commission, lines))),
        ExportedFile("open_items.csv", OPEN_ITEMS, [_open_item(item) for item in items]),
        *(credited if credit_notes else ()),
    )


def in_order(number: str) -> list[tuple[bool, int, str]]:
    """Sorts numbers as people count: Z017-2026-9999 before Z017-2026-10000."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in _DIGITS.split(number) if part]


def _invoice(invoice: ListedInvoice) -> Row:
    return (
        *(invoice.number, invoice.date, invoice.due_date, invoice.freelancer, invoice.customer, invoice.placement),
        *(invoice.period_from, invoice.period_until, invoice.minutes),
        *map(_decimal, (invoice.net, invoice.vat, invoice.total)),
    )


def _lines(invoices: Iterable[ListedInvoice], lines: Mapping[str, InvoiceLines]) -> Iterable[Row]:
    for invoice in invoices:
        for position, line in enumerate(lines[invoice.number].lines, start=1):
            yield (invoice.number, position, line.kind, line.week, *_measures(line), _decimal(line.amount))


def _measures(line: Line) -> Row:
    """Minutes, metres, percentage and price; a travel line has metres only, an hour line everything else."""
    if line.kind == "travel":
        return ("", line.metres, "", _decimal(line.unit_price))
    return (line.minutes, "", _decimal(line.surcharge), _decimal(line.unit_price))


def _commission(invoice: ListedInvoice) -> Row:
    return (
        *(invoice.number, invoice.date, invoice.due_date, invoice.debtor_kind, invoice.debtor),
        *map(_decimal, (invoice.net, invoice.vat, invoice.total)),
    )


def _commission_lines(invoices: Iterable[ListedInvoice], lines: Mapping[str, InvoiceLines]) -> Iterable[Row]:
    for invoice in invoices:
        for position, line in enumerate(lines[invoice.number].commission_lines, start=1):
            yield (invoice.number, position, line.invoice, _decimal(line.amount))


def _credit_note(invoice: ListedInvoice) -> Row:
    return (
        *(invoice.number, invoice.date, invoice.credits, invoice.issuer, invoice.debtor_kind, invoice.debtor),
        invoice.minutes,
        *map(_decimal, (invoice.net, invoice.vat, invoice.total)),
    )


def _open_item(item: OpenItem) -> Row:
    return (item.number, item.debtor_kind, item.debtor, _decimal(item.total), _decimal(item.open), item.due)


def _decimal(hundredths: int) -> str:
    """Cents as euros, basis points as per cent: `1234.56`."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02}"
