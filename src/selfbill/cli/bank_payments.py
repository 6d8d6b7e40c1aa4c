"""`selfbill bank payments` and `payment`: what came in and went out, and what was done with it."""

import msgspec
from psycopg import Connection

from selfbill.cli import bank_wording
from selfbill.cli.moments import read_day
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.refusals import NoSuchPayment, WhichPayment
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import short_date
from selfbill.projections import payments
from selfbill.projections.payments import ListedPayment
from selfbill.values import euros

ID_CHARACTERS = 8
"""What is shown of an id; enough to tell the payments of an agency apart, and to be typed."""

PAYMENT_COLUMNS = (
    Column("Betaling", "Payment", keep=True),
    Column("Geboekt", "Booked", keep=True),
    Column("Van", "Of", keep=True),
    Column("Bedrag", "Amount", right=True),
    Column("Over", "Left", right=True),
    Column("Tegenpartij", "Counterparty"),
    Column("Stand", "State"),
    Column("Facturen", "Invoices"),
    Column("Waarom", "Why"),
)
ALLOCATION_COLUMNS = (
    Column("Factuur", "Invoice", keep=True),
    Column("Bedrag", "Amount", right=True),
    Column("Waarom", "Why"),
    Column("Door", "By"),
    Column("Teruggedraaid", "Taken back"),
)
PROPOSAL_COLUMNS = (
    Column("Voorstel", "Proposal", right=True),
    Column("Facturen", "Invoices", keep=True),
    Column("Bedrag", "Amount", right=True),
    Column("Zekerheid", "Certainty"),
    Column("Waarom", "Why"),
)


def the_payment(connection: Connection[tuple[object, ...]], wanted: str) -> ListedPayment:
    """The payment with this id, or the only one that begins so. Raises NoSuchPayment or WhichPayment."""
    found = payments.by_id(connection, wanted.strip())
    exact = [each for each in found if each.payment == wanted.strip()]
    if not found:
        raise NoSuchPayment(payment=wanted)
    if len(found) > 1 and not exact:
        raise WhichPayment(payment=wanted)
    return exact[0] if exact else found[0]


def show_payments(
    terminal: Terminal,
    *,
    owner: str | None,
    work: bool,
    left: bool,
    since: str | None,
    limit: int,
    agency: str | None,
    as_json: bool,
) -> None:
    """The payments, the latest first."""
    day = None if since is None else read_day(since)
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            found = payments.latest(connection, owner=owner, only_work=work, only_left=left, since=day, limit=limit)
    if as_json:
        terminal.json({"payments": found})
    elif found:
        terminal.table(PAYMENT_COLUMNS, [_row(terminal, each) for each in found])
    else:
        terminal.say("Er zijn geen betalingen die hieraan voldoen.", "There are no such payments.")


def _row(terminal: Terminal, payment: ListedPayment) -> list[str]:
    return [
        short_id(payment),
        short_date(payment.booked),
        payment.owner,
        euros(payment.amount),
        euros(payment.left) if payment.left else "",
        payment.name or "",
        bank_wording.state(terminal, payment.state),
        ", ".join(payment.numbers),
        _why(terminal, payment),
    ]


def _why(terminal: Terminal, payment: ListedPayment) -> str:
    """Why it is not allocated, else the rules by which it was, else what undoes it."""
    if payment.reason:
        return bank_wording.rule(terminal, payment.reason)
    rules = [each.rule for each in payment.allocations if each.taken_back is None]
    reasons = [each.reason for each in payment.offsets]
    return " ".join(dict.fromkeys([*(bank_wording.rule(terminal, rule) for rule in rules), *reasons]))


def short_id(payment: ListedPayment) -> str:
    """As much of its id as is shown; what a creditor said to have received is shown whole."""
    return payment.payment[:ID_CHARACTERS] if payment.source == "bank" else payment.payment


def show_payment(terminal: Terminal, *, payment: str, agency: str | None, as_json: bool) -> None:
    """One payment."""
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            found = the_payment(connection, payment)
    say_payment(terminal, found, as_json=as_json)


def say_payment(terminal: Terminal, payment: ListedPayment, *, as_json: bool) -> None:
    """What the bank says about it, what it pays, what it may pay, and what to do."""
    if as_json:
        terminal.json(msgspec.to_builtins(payment))
        return
    terminal.heading(f"Betaling {short_id(payment)}", f"Payment {short_id(payment)}")
    terminal.facts(
        ("Rekening van", "Account of", payment.owner),
        ("Bedrag", "Amount", euros(payment.amount)),
        ("Over", "Left", euros(payment.left)),
        ("Geboekt", "Booked", short_date(payment.booked)),
        ("Valutadatum", "Value date", short_date(payment.valued)),
        ("Tegenpartij", "Counterparty", payment.name),
        ("Tegenrekening", "Their account", payment.iban),
        ("Kenmerk", "Reference", payment.reference),
        ("Omschrijving", "Text", payment.text),
        ("End-to-end", "End to end", payment.end_to_end_id),
        ("Reden van de bank", "Bank's reason", payment.return_code),
        ("Stand", "State", bank_wording.state(terminal, payment.state)),
        ("Waarom", "Why", bank_wording.rule(terminal, payment.reason) if payment.reason else ""),
    )
    if payment.allocations:
        terminal.table(
            ALLOCATION_COLUMNS,
            [
                [
                    each.number,
                    euros(each.amount),
                    bank_wording.rule(terminal, each.rule),
                    each.by,
                    each.taken_back or "",
                ]
                for each in payment.allocations
            ],
        )
    for offset in payment.offsets:
        terminal.say(
            f"Weggestreept tegen {offset.other[:ID_CHARACTERS]}: {euros(offset.amount)}. {offset.reason}",
            f"Set off against {offset.other[:ID_CHARACTERS]}: {euros(offset.amount)}. {offset.reason}",
        )
    if payment.proposals:
        _show_proposals(terminal, payment)


def _show_proposals(terminal: Terminal, payment: ListedPayment) -> None:
    rows = []
    for count, proposal in enumerate(payment.proposals, start=1):
        why = bank_wording.rule(terminal, proposal.rule)
        spoken = bank_wording.signs(terminal, proposal.signs)
        first = [str(count), "", "", bank_wording.certainty(terminal, proposal.certainty), f"{why} {spoken}".strip()]
        lines = [[each.number, euros(each.amount)] for each in proposal.allocations]
        if proposal.takes_back is not None:
            lines = [[proposal.takes_back[:ID_CHARACTERS], terminal.pick("terug", "back")]]
        for at, (number, amount) in enumerate(lines):
            row = first if at == 0 else [""] * len(first)
            rows.append([row[0], number, amount, *row[3:]])
    terminal.table(PROPOSAL_COLUMNS, rows)
    terminal.note(
        f"Klopt er een, dan: selfbill bank accept {short_id(payment)} --proposal N",
        f"If one is right: selfbill bank accept {short_id(payment)} --proposal N",
    )
