"""Every command of `selfbill bank`, with its arguments and options."""

from pathlib import Path
from typing import Annotated

import typer

from selfbill.cli.command import command
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.options import Agency, AsJson, Limit
from selfbill.cli.terminal import Terminal

bank = typer.Typer(
    name="bank", help="Bank statements, what they brought, and which invoices that pays.", no_args_is_help=True
)

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="camt.053, MT940, or a bank's CSV.")]
Owner = Annotated[
    str | None,
    typer.Option("--of", metavar="CODE", help="Whose account: a freelancer's code, or agency.", show_default=False),
]
PaymentArgument = Annotated[
    str, typer.Argument(metavar="PAYMENT", help="Its id as `bank payments` shows it, or more of it.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept for whoever reads it later.")]


@command(bank)
def read(terminal: Terminal, files: Files, limit: Limit = 40, as_json: AsJson = False) -> ExitCode:
    """Check bank statements and show what is in them; nothing is taken in."""
    from selfbill.cli.bank import show_bank_files

    return show_bank_files(terminal, files=files, limit=limit, as_json=as_json)


@command(bank, "import")
def import_(
    terminal: Terminal,
    files: Files,
    owner: Owner = None,
    match: Annotated[
        bool, typer.Option("--match/--no-match", help="Look at once which invoices are paid; else the clock does.")
    ] = True,
    agency: Agency = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Take in bank statements; a file that comes again changes nothing."""
    from selfbill.cli.bank_importing import import_bank_files

    return import_bank_files(terminal, files=files, owner=owner, match=match, agency=agency, as_json=as_json)


@command(bank)
def account(
    terminal: Terminal,
    iban: Annotated[
        str | None, typer.Argument(metavar="[IBAN]", help="Without it: which are known.", show_default=False)
    ] = None,
    owner: Owner = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Say whose an account is, besides those on invoices; or show whose they are."""
    from selfbill.cli.bank_importing import account as state_account

    state_account(terminal, iban=iban, owner=owner, agency=agency, as_json=as_json)


@command(bank)
def statements(
    terminal: Terminal, owner: Owner = None, limit: Limit = 40, agency: Agency = None, as_json: AsJson = False
) -> None:
    """Show the statements that were taken in, and whether they go on from each other."""
    from selfbill.cli.bank_importing import show_statements

    show_statements(terminal, owner=owner, limit=limit, agency=agency, as_json=as_json)


@command(bank)
def match(terminal: Terminal, owner: Owner = None, agency: Agency = None, as_json: AsJson = False) -> None:
    """Look again which invoices are paid by what is left, e.g. because invoices were made since."""
    from selfbill.cli.bank_importing import match_again

    match_again(terminal, owner=owner, agency=agency, as_json=as_json)


@command(bank)
def payments(
    terminal: Terminal,
    owner: Owner = None,
    work: Annotated[bool, typer.Option("--work", help="Only what a person has to look at.")] = False,
    left: Annotated[bool, typer.Option("--left", help="Only that of which something is left.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Booked on this day or later.", show_default=False)
    ] = None,
    limit: Limit = 40,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show what came in and went out, and what was done with it."""
    from selfbill.cli.bank_payments import show_payments

    show_payments(terminal, owner=owner, work=work, left=left, since=since, limit=limit, agency=agency, as_json=as_json)


@command(bank)
def payment(terminal: Terminal, payment: PaymentArgument, agency: Agency = None, as_json: AsJson = False) -> None:
    """Show one payment: what the bank says, what it pays, and what it may pay."""
    from selfbill.cli.bank_payments import show_payment

    show_payment(terminal, payment=payment, agency=agency, as_json=as_json)


@command(bank)
def allocate(
    terminal: Terminal,
    payment: PaymentArgument,
    invoices: Annotated[
        list[str], typer.Argument(metavar="NUMBER[=AMOUNT]...", help="Without an amount: as much as is left and open.")
    ],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Say which invoices a payment pays."""
    from selfbill.cli.bank_deciding import allocate as allocate_one

    allocate_one(terminal, payment=payment, invoices=invoices, agency=agency, as_json=as_json)


@command(bank)
def accept(
    terminal: Terminal,
    payment: PaymentArgument,
    proposal: Annotated[
        int, typer.Option("--proposal", min=1, metavar="N", help="Which of those that `bank payment` shows.")
    ] = 1,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Say that what was proposed is right."""
    from selfbill.cli.bank_deciding import accept as accept_one

    accept_one(terminal, payment=payment, proposal=proposal, agency=agency, as_json=as_json)


@command(bank, "take-back")
def take_back(
    terminal: Terminal,
    payment: PaymentArgument,
    reason: Reason,
    number: Annotated[
        str | None, typer.Argument(metavar="[NUMBER]", help="Only from this invoice.", show_default=False)
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DATE",
            help="From this day on; without it from the day of the payment, because it never belonged there.",
            show_default=False,
        ),
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Take back what a payment pays; the invoice is open again."""
    from selfbill.cli.bank_deciding import take_back as take_back_one

    take_back_one(terminal, payment=payment, number=number, reason=reason, on=on, agency=agency, as_json=as_json)


@command(bank, "set-off")
def set_off(
    terminal: Terminal,
    payment: PaymentArgument,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The payment that undoes it: a return, a refund.")],
    reason: Reason,
    undo: Annotated[bool, typer.Option("--undo", help="They do not undo each other after all.")] = False,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Say that two payments undo each other, e.g. a refund of what was paid too much."""
    from selfbill.cli.bank_deciding import set_off as set_off_two

    set_off_two(terminal, payment=payment, other=other, reason=reason, undo=undo, agency=agency, as_json=as_json)


@command(bank, "set-aside")
def set_aside(
    terminal: Terminal, payment: PaymentArgument, reason: Reason, agency: Agency = None, as_json: AsJson = False
) -> None:
    """Say that what is left of a payment pays no invoice here."""
    from selfbill.cli.bank_deciding import set_aside as set_one_aside

    set_one_aside(terminal, payment=payment, reason=reason, agency=agency, as_json=as_json)


@command(bank, "take-up")
def take_up(
    terminal: Terminal, payment: PaymentArgument, reason: Reason, agency: Agency = None, as_json: AsJson = False
) -> None:
    """Have a payment that was set aside matched again."""
    from selfbill.cli.bank_deciding import take_up as take_one_up

    take_one_up(terminal, payment=payment, reason=reason, agency=agency, as_json=as_json)


@command(bank)
def received(
    terminal: Terminal,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The invoice.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="When it was received.")],
    amount: Annotated[
        str | None, typer.Argument(metavar="[AMOUNT]", help="Without it: all that is open.", show_default=False)
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Record what a creditor says to have received; a statement that shows it takes its place."""
    from selfbill.cli.bank_deciding import received as mark_one

    mark_one(terminal, number=number, amount=amount, on=on, agency=agency, as_json=as_json)
