"""What staff decide about payments: `selfbill bank allocate`, `accept`, `take-back`, `set-off`, `set-aside`, `take-up`, `received`."""

from collections.abc import Callable, Sequence
from uuid import uuid4

from selfbill.aggregates.catalogue import invoice_stream
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_payments import UnknownInvoice
from selfbill.application import payments as deciding
from selfbill.application.office import Office
from selfbill.application.receiving import mark_received
from selfbill.cli.amounts import read_amount
from selfbill.cli.bank_payments import say_payment, the_payment
from selfbill.cli.moments import read_day
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.terminal import Terminal
from selfbill.projections.payments import ListedPayment
from selfbill.runtime.house import House
from selfbill.values import Cents, InvoiceNumber, PaymentId

Decide = Callable[[House, Office, ListedPayment], object]


def _decide(terminal: Terminal, payment: str, decide: Decide, *, agency: str | None, as_json: bool) -> None:
    """Finds the payment, does this with it, and shows how it stands then."""
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            found = the_payment(connection, payment)
        decide(house, house.office(by=operator(), cause="selfbill bank"), found)
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            found = the_payment(connection, found.payment)
    say_payment(terminal, found, as_json=as_json)


def allocate(terminal: Terminal, *, payment: str, invoices: Sequence[str], agency: str | None, as_json: bool) -> None:
    """Allocates on these invoices, each with its amount or with as much as is left and open."""

    def decide(house: House, office: Office, found: ListedPayment) -> None:
        left = found.left
        wanted = []
        for each in invoices:
            number, _, amount = each.partition("=")
            cents = read_amount(amount) if amount else _as_much_as_fits(house, InvoiceNumber(number), left)
            left = Cents(left - cents)
            wanted.append((InvoiceNumber(number), cents))
        deciding.allocate_payment(office, payment=found.payment, wanted=wanted)

    _decide(terminal, payment, decide, agency=agency, as_json=as_json)


def _as_much_as_fits(house: House, number: InvoiceNumber, left: Cents) -> Cents:
    invoice: Invoice = house.store.streams.load(invoice_stream(number)).state
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    return Cents(min(left, invoice.open) if left > 0 else max(left, invoice.open))


def accept(terminal: Terminal, *, payment: str, proposal: int, agency: str | None, as_json: bool) -> None:
    """Does what was proposed."""
    _decide(
        terminal,
        payment,
        lambda _, office, found: deciding.accept_proposal(office, payment=found.payment, proposal=proposal),
        agency=agency,
        as_json=as_json,
    )


def take_back(
    terminal: Terminal,
    *,
    payment: str,
    number: str | None,
    reason: str,
    on: str | None,
    agency: str | None,
    as_json: bool,
) -> None:
    """Takes back what it pays of this invoice, or of all."""
    day = None if on is None else read_day(on)
    _decide(
        terminal,
        payment,
        lambda _, office, found: deciding.take_back_allocation(
            office,
            payment=found.payment,
            number=None if number is None else InvoiceNumber(number),
            reason=reason,
            on=day,
        ),
        agency=agency,
        as_json=as_json,
    )


def set_off(
    terminal: Terminal, *, payment: str, other: str, reason: str, undo: bool, agency: str | None, as_json: bool
) -> None:
    """Sets it off against another that went the other way, or no longer."""

    def decide(house: House, office: Office, found: ListedPayment) -> None:
        with house.pool.connection() as connection:
            opposite = the_payment(connection, other)
        set_or_part = deciding.part_payments if undo else deciding.set_off_payments
        set_or_part(office, payment=found.payment, other=opposite.payment, reason=reason)

    _decide(terminal, payment, decide, agency=agency, as_json=as_json)


def set_aside(terminal: Terminal, *, payment: str, reason: str, agency: str | None, as_json: bool) -> None:
    """Sets it aside."""
    _decide(
        terminal,
        payment,
        lambda _, office, found: deciding.set_aside(office, payment=found.payment, reason=reason),
        agency=agency,
        as_json=as_json,
    )


def take_up(terminal: Terminal, *, payment: str, reason: str, agency: str | None, as_json: bool) -> None:
    """Takes it up again."""
    _decide(
        terminal,
        payment,
        lambda _, office, found: deciding.take_up(office, payment=found.payment, reason=reason),
        agency=agency,
        as_json=as_json,
    )


def received(
    terminal: Terminal, *, number: str, amount: str | None, on: str, agency: str | None, as_json: bool
) -> None:
    """Records what the creditor says to have received."""
    day = read_day(on)
    name = PaymentId(f"received-{uuid4().hex[:12]}")
    with opened(terminal, agency) as house:
        invoice: Invoice = house.store.streams.load(invoice_stream(InvoiceNumber(number))).state
        if invoice.issued is None:
            raise UnknownInvoice(number=number)
        cents = invoice.open if amount is None else read_amount(amount)
        mark_received(
            house.office(by=operator(), cause="selfbill bank received"),
            number=InvoiceNumber(number),
            payment=name,
            amount=cents,
            received_on=day,
        )
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            found = the_payment(connection, name)
    say_payment(terminal, found, as_json=as_json)
