"""`selfbill account CODE`: the statement of account of one debtor, on the screen, as a letter or as a spreadsheet."""

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.catalogue import AGENCY
from selfbill.cli import spreadsheet
from selfbill.cli.moments import read_day, read_known
from selfbill.cli.open_items import require_party, say_known, show_ageing
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.refusals import NoSuchParty, PeriodBackwards, WhichParty
from selfbill.cli.statement_document import kind_of, statement_document
from selfbill.cli.terminal import Column, Terminal
from selfbill.cli.writing import write_file
from selfbill.documents.formats import amount, short_date
from selfbill.documents.statement_pdf import render_statement
from selfbill.documents.statement_words import described, statement_words
from selfbill.moments import local_date
from selfbill.pricing.terms import Towards
from selfbill.projections import debtor_card, freelancer_card
from selfbill.projections.names import names_of
from selfbill.projections.statement_of_account import StatementOfAccount, statement_of_account
from selfbill.values import Cents

STANDARD_OUTPUT = Path("-")

COLUMNS = (
    Column("Datum", "Date", keep=True),
    Column("Omschrijving", "Description"),
    Column("Factuur", "Invoice", keep=True),
    Column("Aan", "To", keep=True, spare=True),
    Column("Bij", "Debit", right=True),
    Column("Af", "Credit", right=True),
    Column("Saldo", "Balance", right=True),
    Column("Vastgelegd", "Put down", keep=True, spare=True),
    Column("Waarom", "Why", spare=True),
)
ITEM_COLUMNS = (
    Column("Factuur", "Invoice", keep=True),
    Column("Vervalt", "Due", keep=True),
    Column("Dagen te laat", "Days late", right=True),
    Column("Open", "Open", right=True),
    Column("Laatste ontvangst", "Last receipt", keep=True, spare=True),
)
CSV_COLUMNS = {
    "nl": ("Datum", "Omschrijving", "Factuur", "Schuldeiser", "Bij", "Af", "Saldo"),
    "en": ("Date", "Description", "Invoice", "Creditor", "Debit", "Credit", "Balance"),
}


def show_account(
    terminal: Terminal,
    *,
    code: str,
    kind: Towards | None,
    first: str | None,
    until: str | None,
    known: str | None,
    creditor: str | None,
    agency: str | None,
    pdf: Path | None,
    csv: Path | None,
    as_json: bool,
) -> None:
    """The movements of a period with a running balance, and what is open at its end; as a letter with `pdf`."""
    today = local_date(dt.datetime.now(dt.UTC))
    last = today if until is None else read_day(until)
    begin = None if first is None else read_day(first)
    if begin is not None and begin > last:
        raise PeriodBackwards(first=short_date(begin), until=short_date(last))
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            debtor_kind = _kind_of_debtor(connection, code, kind)
            require_party(connection, None if creditor == AGENCY else creditor)
            connection.commit()
            statement = statement_of_account(
                connection,
                debtor_kind=debtor_kind,
                debtor=code,
                until=last,
                first=begin,
                creditor=creditor,
                known=read_known(known, last),
            )
            name = names_of(connection, debtor_kind, [code]).get(code)
            if pdf is not None:
                document = statement_document(
                    connection, house.store.streams.load(AGENCY).state, statement, made_on=today
                )
                _write_pdf(terminal, render_statement(document), pdf)
    if csv is not None:
        spreadsheet.write(terminal, csv, CSV_COLUMNS[terminal.language], csv_rows(terminal, statement))
    if STANDARD_OUTPUT in (pdf, csv):
        return
    if as_json:
        terminal.json({**msgspec.to_builtins(statement), "name": name})
    elif pdf is None and csv is None:
        _show(terminal, statement, name)


def _kind_of_debtor(connection: Connection[Any], code: str, kind: Towards | None) -> Towards:
    """Whether this is a customer or a freelancer. Raises NoSuchParty, and WhichParty for a code that is both."""
    found: list[Towards] = []
    if debtor_card.by_code(connection, code) is not None:
        found.append("customer")
    if freelancer_card.by_code(connection, code) is not None:
        found.append("freelancer")
    if not found or (kind is not None and kind not in found):
        raise NoSuchParty(code=code, hint="")
    if kind is None and len(found) > 1:
        raise WhichParty(code=code)
    return kind or found[0]


def csv_rows(terminal: Terminal, statement: StatementOfAccount) -> list[list[spreadsheet.Cell]]:
    """The balances and between them the movements. Why something was done stands not in it: a debtor may get this file."""
    say = statement_words(terminal.language)
    rows: list[list[spreadsheet.Cell]] = [
        [statement.first, say.opening, "", "", None, None, spreadsheet.in_euros(statement.opening)]
    ]
    for entry in statement.entries:
        movement = entry.movement
        size = spreadsheet.in_euros(Cents(abs(movement.amount)))
        rows.append(
            [
                movement.day,
                described(kind_of(movement.what), movement.amount, movement.refers_to, terminal.language),
                movement.number,
                movement.creditor,
                size if movement.amount > 0 else None,
                None if movement.amount > 0 else size,
                spreadsheet.in_euros(entry.balance),
            ]
        )
    rows.append([statement.until, say.closing, "", "", None, None, spreadsheet.in_euros(statement.closing)])
    return rows


def _write_pdf(terminal: Terminal, content: bytes, pdf: Path) -> None:
    if pdf == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        return
    write_file(pdf, content)
    terminal.note(f"{pdf}: {len(content)} bytes.", f"{pdf}: {len(content)} bytes.")


def _show(terminal: Terminal, statement: StatementOfAccount, name: str | None) -> None:
    language, say = terminal.language, statement_words(terminal.language)
    who = "  ".join(filter(None, (statement.debtor, name)))
    terminal.heading(f"Rekening van {who}", f"Account of {who}")
    first = short_date(statement.first) if statement.first is not None else ""
    balances = [
        [day, label, *[""] * 4, amount(cents, language), "", ""]
        for day, label, cents in (
            (first, say.opening, statement.opening),
            (short_date(statement.until), say.closing, statement.closing),
        )
    ]
    rows = [balances[0]]
    for entry in statement.entries:
        movement, size = entry.movement, amount(Cents(abs(entry.movement.amount)), language)
        rows.append(
            [
                short_date(movement.day),
                described(kind_of(movement.what), movement.amount, movement.refers_to, language),
                movement.number,
                terminal.pick("bureau", "agency") if movement.creditor == AGENCY else movement.creditor,
                size if movement.amount > 0 else "",
                "" if movement.amount > 0 else size,
                amount(entry.balance, language),
                short_date(local_date(movement.recorded_at)),
                movement.why,
            ]
        )
    terminal.table(COLUMNS, rows, balances[1])
    _show_items(terminal, statement)
    say_known(terminal, statement.known)


def _show_items(terminal: Terminal, statement: StatementOfAccount) -> None:
    if not statement.items:
        terminal.say("Er staat niets open.", "Nothing is open.")
        return
    until = short_date(statement.until)
    terminal.heading(f"Openstaand op {until}", f"Open on {until}")
    rows = [
        [
            item.number,
            short_date(item.due),
            str(late) if (late := (statement.until - item.due).days) > 0 else "",
            amount(item.open, terminal.language),
            short_date(item.last_receipt) if item.last_receipt else "",
        ]
        for item in statement.items
    ]
    terminal.table(ITEM_COLUMNS, rows)
    show_ageing(terminal, statement.items, statement.until)
