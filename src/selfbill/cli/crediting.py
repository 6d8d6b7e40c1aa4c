"""`selfbill credit NUMBER`: what a credit note takes back and what follows, and the taking back itself."""

from collections.abc import Sequence
from typing import Any

import msgspec

from selfbill.aggregates.commission_correction import Following
from selfbill.aggregates.invoice_events import CreditNoteIssued, InvoiceIssued
from selfbill.application.correcting import Correction
from selfbill.application.crediting import credit_invoice, plan_credit
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount, clock_hours, kilometres
from selfbill.pricing.lines import Line
from selfbill.values import Cents, InvoiceNumber, Minutes

NOTE_COLUMNS = (
    Column("Creditfactuur", "Credit note", keep=True),
    Column("Van factuur", "Of invoice", keep=True),
    Column("Aan", "To", keep=True),
    Column("Uren", "Hours", right=True),
    Column("Netto", "Net", right=True),
    Column("Btw", "VAT", right=True),
    Column("Totaal", "Total", right=True),
)
LINE_COLUMNS = (
    Column("Op", "On", keep=True),
    Column("Week", "Week", keep=True),
    Column("Wat", "What"),
    Column("Aantal", "Quantity", right=True),
    Column("Prijs", "Price", right=True),
    Column("Bedrag", "Amount", right=True),
)
COMMISSION_COLUMNS = (
    Column("Provisie over", "Commission on", keep=True),
    Column("Van", "Of", keep=True),
    Column("Was", "Was", right=True),
    Column("Wordt", "Becomes", right=True),
)


def credit(
    terminal: Terminal,
    *,
    number: str,
    lines: Sequence[int] | None,
    reason: str,
    dry_run: bool,
    agency: str | None,
    as_json: bool,
) -> None:
    """Shows the documents; without `dry_run` they are issued."""
    asked: dict[str, Any] = {"number": InvoiceNumber(number), "lines": lines or None, "reason": reason}
    with opened(terminal, agency) as house:
        office = house.office(by=operator(), cause="selfbill credit")
        correction = plan_credit(office, **asked)
        if not dry_run:
            before = house.store.streams.head()
            credit_invoice(office, **asked)
            issued = tuple(
                each.event
                for each in house.store.streams.read(before, house.store.streams.head() - before)
                if isinstance(each.event, CreditNoteIssued)
                and each.event.original in {note.original for note in correction.credit_notes}
            )
            correction = msgspec.structs.replace(correction, credit_notes=issued)
            show_everything(terminal, house)
    if as_json:
        terminal.json(report(correction) | {"done": not dry_run})
        return
    show_notes(terminal, correction.credit_notes)
    show_commission(terminal, correction.commission)
    if dry_run:
        terminal.say(
            "Er is niets vastgelegd; de nummers gelden als het nu gebeurt.",
            "Nothing was stored; the numbers hold if it is done now.",
        )
    else:
        terminal.say(
            "Vastgelegd; de klok (selfbill run) verstuurt wat er nieuw is.",
            "Done; the clock (selfbill run) sends what is new.",
        )


def report(correction: Correction) -> dict[str, Any]:
    """For a program."""
    return {"credit_notes": correction.credit_notes, "commission": following(correction.commission)}


def following(commission: Any) -> list[dict[str, Any]]:
    """How commission follows, for a program."""
    return [
        {"invoice": number, "towards": one.towards, "party": one.party, "was": one.charged, "becomes": one.target}
        for number, each in commission.items()
        for one in each
    ]


def show_notes(terminal: Terminal, notes: Sequence[CreditNoteIssued]) -> None:
    """The credit notes, then their lines."""
    if not notes:
        return
    language = terminal.language
    rows = [
        [
            note.number,
            note.original,
            note.debtor,
            clock_hours(Minutes(note.minutes)),
            *(amount(each, language) for each in (note.net, note.vat_total, note.total)),
        ]
        for note in notes
    ]
    total = amount(Cents(sum(note.total for note in notes)), language)
    terminal.table(NOTE_COLUMNS, rows, ["", "", "", "", "", "", total] if len(notes) > 1 else ())
    show_lines(terminal, [(note.number, line) for note in notes for line in note.lines])


def show_lines(terminal: Terminal, lines: Sequence[tuple[str, Line]]) -> None:
    """Lines of care, with the document that they stand on."""
    if lines:
        terminal.table(LINE_COLUMNS, [_line(terminal, number, line) for number, line in lines])


def _line(terminal: Terminal, number: str, line: Line) -> list[str]:
    language = terminal.language
    is_travel = line.kind == "travel"
    return [
        number,
        str(line.week),
        terminal.pick("reiskosten", "travel") if is_travel else terminal.pick("uren", "hours"),
        kilometres(line.metres, language) if is_travel else clock_hours(line.minutes),
        amount(line.unit_price, language),
        amount(line.amount, language),
    ]


def show_commission(terminal: Terminal, commission: Any) -> None:
    """How the commission for what was billed before follows, without VAT."""
    found: list[tuple[InvoiceNumber, Following]] = [
        (number, one) for number, each in commission.items() for one in each
    ]
    if found:
        rows = [
            [number, one.party, amount(one.charged, terminal.language), amount(one.target, terminal.language)]
            for number, one in found
        ]
        terminal.table(COMMISSION_COLUMNS, rows)


def invoice_rows(terminal: Terminal, invoices: Sequence[InvoiceIssued]) -> list[list[str]]:
    """New invoices, in the columns of credit notes."""
    return [
        [
            issued.number,
            "",
            issued.customer,
            clock_hours(issued.minutes),
            *(amount(each, terminal.language) for each in (issued.net, issued.vat_total, issued.total)),
        ]
        for issued in invoices
    ]
