"""`selfbill settle` and `selfbill write-off`: credit balances that pay other invoices, and what will not be paid."""

from typing import Any

from selfbill.application.office import Done, Office
from selfbill.application.settling import reverse_write_off, settle_all, settle_credit
from selfbill.application.settling import write_off as give_up
from selfbill.cli.amounts import read_amount
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.refusals import NoSuchParty
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount as written
from selfbill.projections import debtor_card, freelancer_card, invoice_list, open_items
from selfbill.projections.invoice_list import ListedInvoice
from selfbill.runtime.house import House
from selfbill.values import InvoiceNumber

COLUMNS = (
    Column("Factuur", "Invoice", keep=True),
    Column("Van", "From", keep=True),
    Column("Aan", "To", keep=True),
    Column("Totaal", "Total", right=True),
    Column("Gecrediteerd", "Credited", right=True),
    Column("Betaald", "Paid", right=True),
    Column("Verrekend", "Set off", right=True),
    Column("Afgeboekt", "Written off", right=True),
    Column("Open", "Open", right=True),
)


def settle(
    terminal: Terminal, *, number: str, against: str | None, amount: str | None, agency: str | None, as_json: bool
) -> None:
    """One credit balance against one invoice, or all of a debtor's against the oldest. Raises NoSuchParty."""
    with opened(terminal, agency) as house:
        office = house.office(by=operator(), cause="selfbill settle")
        if against is None:
            show_everything(terminal, house)
            numbers = _items(house, number)
            outcome = settle_all(office, invoices=numbers)
        else:
            numbers = [InvoiceNumber(number), InvoiceNumber(against)]
            wanted = None if amount is None else read_amount(amount)
            outcome = settle_credit(office, number=numbers[0], against=numbers[1], amount=wanted)
        _show(terminal, house, numbers, done=isinstance(outcome, Done), as_json=as_json)


def _items(house: House, debtor: str) -> list[InvoiceNumber]:
    """A debtor's open items, the oldest due date first."""
    with house.pool.connection() as connection:
        kinds = [
            kind
            for kind, card in (("customer", debtor_card), ("freelancer", freelancer_card))
            if card.by_code(connection, debtor)
        ]
        if not kinds:
            raise NoSuchParty(code=debtor, hint="")
        found = [
            item
            for kind in kinds
            for item in open_items.of_debtor(connection, "customer" if kind == "customer" else "freelancer", debtor)
        ]
    return [item.number for item in found]


def write_off(
    terminal: Terminal,
    *,
    number: str,
    amount: str | None,
    reason: str,
    reverse: bool,
    agency: str | None,
    as_json: bool,
) -> None:
    """What is open is given up, or asked for again."""
    name = InvoiceNumber(number)
    with opened(terminal, agency) as house:
        office: Office = house.office(by=operator(), cause="selfbill write-off")
        if reverse:
            reverse_write_off(office, number=name, reason=reason)
        else:
            give_up(office, number=name, amount=None if amount is None else read_amount(amount), reason=reason)
        _show(terminal, house, [name], done=True, as_json=as_json)


def _show(terminal: Terminal, house: House, numbers: list[InvoiceNumber], *, done: bool, as_json: bool) -> None:
    show_everything(terminal, house)
    with house.pool.connection() as connection:
        found = [row for number in numbers if (row := invoice_list.by_number(connection, number)) is not None]
    if as_json:
        terminal.json({"done": done, "invoices": [_report(row) for row in found]})
        return
    if not done:
        terminal.say("Er is niets te verrekenen.", "There is nothing to set off.")
        return
    terminal.table(COLUMNS, [_row(terminal, row) for row in found])


def _row(terminal: Terminal, row: ListedInvoice) -> list[str]:
    amounts = (row.total, row.credited, row.paid, row.settled, row.written_off, row.open)
    return [row.number, row.issuer, row.debtor, *(written(each, terminal.language) for each in amounts)]


def _report(row: ListedInvoice) -> dict[str, Any]:
    return {
        name: getattr(row, name) for name in ("number", "total", "credited", "paid", "settled", "written_off", "open")
    }
