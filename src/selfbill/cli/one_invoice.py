"""`selfbill invoice NUMBER`: everything about one invoice and what was paid of it, and its PDF as it was sent."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.catalogue import AGENCY
from selfbill.cli import wording
from selfbill.cli.moments import shown_moment
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.refusals import NoDocumentYet, NoSuchInvoice
from selfbill.cli.terminal import Column, Terminal
from selfbill.cli.writing import write_file
from selfbill.documents.formats import amount, clock_hours, grouped, kilometres, percentage, period, short_date
from selfbill.moments import local_date
from selfbill.pricing.lines import Line
from selfbill.projections import debtor_card, freelancer_card, invoice_lines, invoice_list
from selfbill.projections.invoice_lines import InvoiceLines
from selfbill.projections.invoice_list import ListedInvoice, Receipt
from selfbill.refusals import Language
from selfbill.store.archive import Archive

LINE_COLUMNS = (
    Column("Week", "Week", keep=True),
    Column("Wat", "What"),
    Column("Aantal", "Quantity", right=True),
    Column("Toeslag", "Surcharge", right=True),
    Column("Prijs", "Price", right=True),
    Column("Bedrag", "Amount", right=True),
)
COMMISSION_COLUMNS = (
    Column("Factuur", "Invoice", keep=True),
    Column("Plaatsing", "Placement", keep=True),
    Column("Periode", "Period", keep=True),
    Column("Uren", "Hours", right=True),
    Column("Bedrag", "Amount", right=True),
)
KINDS = {
    "invoice": ("Factuur", "Invoice"),
    "commission": ("Provisiefactuur", "Commission invoice"),
    "credit_note": ("Creditfactuur", "Credit note"),
}
RECEIPT_COLUMNS = (
    Column("Ontvangen", "Received", keep=True),
    Column("Betaling", "Payment", keep=True),
    Column("Bedrag", "Amount", right=True),
    Column("Teruggedraaid", "Released"),
)
STANDARD_OUTPUT = Path("-")


def show_invoice(terminal: Terminal, *, number: str, agency: str | None, pdf: Path | None, as_json: bool) -> None:
    """The invoice with its lines and its delivery; with `pdf` the archived bytes, checked against their hash."""
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            invoice = invoice_list.by_number(connection, number)
            if invoice is None:
                raise NoSuchInvoice(number=number)
            lines = invoice_lines.of_invoice(connection, number)
            issuer = AGENCY if invoice.issuer == AGENCY else _party(connection, "freelancer", invoice.issuer)
            debtor = _party(connection, invoice.debtor_kind, invoice.debtor)
        if pdf is not None:
            _write_pdf(terminal, invoice, house.store.archive, pdf)
    if pdf == STANDARD_OUTPUT:
        return
    if as_json:
        terminal.json({**msgspec.to_builtins(invoice), **msgspec.to_builtins(lines)})
    elif pdf is None:
        _show_facts(terminal, invoice, issuer, debtor)
        _show_lines(terminal, lines)
        _show_receipts(terminal, invoice)


def _party(connection: Connection[Any], kind: str, code: str) -> str:
    card = (debtor_card if kind == "customer" else freelancer_card).by_code(connection, code)
    return code if card is None or card.name is None else f"{code}  {card.name}"


def _write_pdf(terminal: Terminal, invoice: ListedInvoice, archive: Archive, pdf: Path) -> None:
    if invoice.document is None:
        raise NoDocumentYet(number=invoice.number)
    content = archive.get(invoice.document)
    if pdf == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        return
    write_file(pdf, content)
    terminal.note(
        f"{pdf}: {len(content)} bytes, precies wat is verzonden (SHA-256 {invoice.document}).",
        f"{pdf}: {len(content)} bytes, exactly what was sent (SHA-256 {invoice.document}).",
    )


def _show_facts(terminal: Terminal, invoice: ListedInvoice, issuer: str, debtor: str) -> None:
    language = terminal.language
    is_credit_note = invoice.kind == "credit_note"
    nl, en = KINDS[invoice.kind]
    terminal.heading(f"{nl} {invoice.number}", f"{en} {invoice.number}")
    terminal.facts(
        ("Datum", "Date", short_date(invoice.date)),
        ("Crediteert", "Credits", invoice.credits),
        ("Waarom", "Why", invoice.reason),
        ("Vervalt", "Due", None if is_credit_note else short_date(invoice.due_date)),
        ("Van", "From", terminal.pick("het bureau", "the agency") if invoice.issuer == AGENCY else issuer),
        ("Aan", "To", debtor),
        ("Plaatsing", "Placement", "  ".join(filter(None, (invoice.placement, invoice.reference)))),
        (
            "Periode",
            "Period",
            period(invoice.period_from, invoice.period_until, language)
            if invoice.period_from and invoice.period_until
            else None,
        ),
        ("Uren", "Hours", clock_hours(invoice.minutes)),
        ("Netto", "Net", amount(invoice.net, language)),
        ("Btw", "VAT", amount(invoice.vat, language)),
        ("Totaal", "Total", amount(invoice.total, language)),
        ("Betaald", "Paid", amount(invoice.paid, language) if invoice.receipts else None),
        ("Gecrediteerd", "Credited", _credited(invoice, language)),
        ("Verrekend", "Set off", amount(invoice.settled, language) if invoice.settled else None),
        ("Afgeboekt", "Written off", amount(invoice.written_off, language) if invoice.written_off else None),
        ("Openstaand", "Open", None if is_credit_note else amount(invoice.open, language)),
        ("Betalingskenmerk", "Payment reference", grouped(invoice.payment_reference)),
        ("Bezorging", "Delivery", _delivery(terminal, invoice)),
        ("Reden", "Reason", invoice.last_reason),
        ("Opnieuw", "Next try", shown_moment(invoice.retry_at, language) if invoice.retry_at else None),
        ("PDF (SHA-256)", "PDF (SHA-256)", invoice.document),
    )


def _credited(invoice: ListedInvoice, language: Language) -> str | None:
    if not invoice.credit_notes:
        return None
    return f"{amount(invoice.credited, language)}  {', '.join(invoice.credit_notes)}"


def _delivery(terminal: Terminal, invoice: ListedInvoice) -> str:
    parts = [wording.delivery(terminal, invoice.delivery)]
    if invoice.sent_at is not None:
        parts.append(shown_moment(invoice.sent_at, terminal.language))
    parts.append(wording.channel(terminal, invoice.channel))
    if invoice.delivery_attempts > 1:
        count = invoice.delivery_attempts
        parts.append(terminal.pick(f"{count} pogingen", f"{count} attempts"))
    if invoice.unclear_deliveries:
        count = invoice.unclear_deliveries
        parts.append(terminal.pick(f"{count} keer onduidelijk", f"unclear {count} times"))
    return ", ".join(parts)


def _show_lines(terminal: Terminal, invoice: InvoiceLines) -> None:
    language = terminal.language
    if invoice.lines:
        terminal.table(LINE_COLUMNS, [_line(terminal, line) for line in invoice.lines])
    if invoice.commission_lines:
        rows = [
            [
                line.invoice,
                line.placement,
                period(line.period_from, line.period_until, language),
                clock_hours(line.minutes),
                amount(line.amount, language),
            ]
            for line in invoice.commission_lines
        ]
        terminal.table(COMMISSION_COLUMNS, rows)


def _show_receipts(terminal: Terminal, invoice: ListedInvoice) -> None:
    """Every payment that was allocated, also one that was taken back, in the order in which they were put down."""
    if invoice.receipts:
        rows = [
            [
                short_date(receipt.received_on),
                receipt.payment,
                amount(receipt.amount, terminal.language),
                _released(receipt),
            ]
            for receipt in invoice.receipts
        ]
        terminal.heading("Betalingen", "Payments")
        terminal.table(RECEIPT_COLUMNS, rows)


def _released(receipt: Receipt) -> str:
    if receipt.released is None or receipt.released_at is None:
        return ""
    return f"{short_date(local_date(receipt.released_at))}: {receipt.released}"


def _line(terminal: Terminal, line: Line) -> list[str]:
    language = terminal.language
    price, total = amount(line.unit_price, language), amount(line.amount, language)
    if line.kind == "travel":
        return [
            str(line.week),
            terminal.pick("reiskosten", "travel"),
            kilometres(line.metres, language),
            "",
            price,
            total,
        ]
    surcharge = percentage(line.surcharge, language) if line.surcharge else ""
    return [str(line.week), terminal.pick("uren", "hours"), clock_hours(line.minutes), surcharge, price, total]
