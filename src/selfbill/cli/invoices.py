"""`selfbill invoices`: the invoice list of an agency, a customer or a freelancer."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from selfbill.aggregates.catalogue import AGENCY
from selfbill.cli import wording
from selfbill.cli.opening import read_models
from selfbill.cli.refusals import NoSuchParty
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount, short_date
from selfbill.projections import debtor_card, freelancer_card, invoice_list
from selfbill.projections.invoice_list import ListedInvoice
from selfbill.values import Cents

COLUMNS = (
    Column("Nummer", "Number", keep=True),
    Column("Datum", "Date", keep=True),
    Column("Vervalt", "Due", keep=True, spare=True),
    Column("Van", "From", keep=True),
    Column("Aan", "To", keep=True),
    Column("Plaatsing", "Placement", keep=True, spare=True),
    Column("Totaal", "Total", right=True),
    Column("Betaald", "Paid", right=True, spare=True),
    Column("Gecrediteerd", "Credited", right=True, spare=True),
    Column("Open", "Open", right=True),
    Column("Bezorging", "Delivery", keep=True),
)


def show_invoices(
    terminal: Terminal, *, agency: str | None, customer: str | None, freelancer: str | None, limit: int, as_json: bool
) -> None:
    """The invoices, the latest first, with their total."""
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        found = _find(connection, customer, freelancer, limit + 1)
    more, found = len(found) > limit, found[:limit]
    if as_json:
        terminal.json({"invoices": found, "more": more})
        return
    if not found:
        terminal.say("Er zijn geen facturen.", "There are no invoices.")
        return
    show_list(terminal, found)
    if more:
        terminal.say(f"En meer; dit zijn de laatste {limit}.", f"And more; these are the last {limit}.")


def show_list(terminal: Terminal, invoices: Sequence[ListedInvoice]) -> None:
    """A table of invoices with the sums of their totals and of what is open."""
    total = Cents(sum(invoice.total for invoice in invoices))
    still_open = Cents(sum(invoice.open for invoice in invoices))
    one = len(invoices) == 1
    count = terminal.pick(
        f"{len(invoices)} {'factuur' if one else 'facturen'}", f"{len(invoices)} {'invoice' if one else 'invoices'}"
    )
    footer = [count, *[""] * 5, amount(total, terminal.language), "", "", amount(still_open, terminal.language), ""]
    terminal.table(COLUMNS, [_row(terminal, invoice) for invoice in invoices], footer)


def _find(connection: Connection[Any], customer: str | None, freelancer: str | None, limit: int) -> list[ListedInvoice]:
    """The invoices asked for. Raises NoSuchParty for a code that is nobody's, which an empty list would hide."""
    if customer is not None and debtor_card.by_code(connection, customer) is None:
        raise NoSuchParty(code=customer, hint="")
    if freelancer is not None and freelancer_card.by_code(connection, freelancer) is None:
        raise NoSuchParty(code=freelancer, hint="")
    return invoice_list.latest(connection, customer=customer, freelancer=freelancer, limit=limit)


def _row(terminal: Terminal, invoice: ListedInvoice) -> list[str]:
    return [
        invoice.number,
        short_date(invoice.date),
        short_date(invoice.due_date),
        terminal.pick("bureau", "agency") if invoice.issuer == AGENCY else invoice.issuer,
        invoice.debtor,
        invoice.placement or "",
        amount(invoice.total, terminal.language),
        amount(invoice.paid, terminal.language) if invoice.paid else "",
        amount(invoice.credited, terminal.language) if invoice.credited else "",
        "" if invoice.kind == "credit_note" else amount(invoice.open, terminal.language),
        wording.delivery(terminal, invoice.delivery),
    ]
