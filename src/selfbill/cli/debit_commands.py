"""Every command of `selfbill debit`, with its arguments and options."""

from pathlib import Path
from typing import Annotated

import typer

from selfbill.cli.command import command
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.options import Agency, AsJson, Limit
from selfbill.cli.terminal import Terminal

debit = typer.Typer(
    name="debit", help="Collect the agency's own commission invoices by SEPA direct debit.", no_args_is_help=True
)
mandate = typer.Typer(name="mandate", help="The debtors' direct debit mandates.", no_args_is_help=True)
debit.add_typer(mandate)

MandateArgument = Annotated[str, typer.Argument(metavar="MANDATE", help="Its reference, e.g. INC-Z01-1.")]
BatchArgument = Annotated[str, typer.Argument(metavar="BATCH", help="E.g. 20261201-1.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept for whoever reads it later.")]
Debtor = Annotated[
    str | None,
    typer.Option("--debtor", metavar="CODE", help="Only this freelancer's or customer's.", show_default=False),
]


@command(debit)
def creditor(
    terminal: Terminal,
    identifier: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="The creditor identifier (incassant-ID); without it what is known.", show_default=False
        ),
    ] = None,
    iban: Annotated[
        str | None,
        typer.Option("--iban", metavar="IBAN", help="To which account, if not the agency's own.", show_default=False),
    ] = None,
    bic: Annotated[
        str | None,
        typer.Option(
            "--bic", metavar="BIC", help="Of the bank, where it is not a known Dutch one.", show_default=False
        ),
    ] = None,
    notice_days: Annotated[
        int, typer.Option("--notice-days", metavar="DAYS", help="Announce a collection so many days before.")
    ] = 14,
    file_days: Annotated[
        int, typer.Option("--file-days", metavar="DAYS", help="Make its file so many business days before.")
    ] = 1,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """State under which identifier the agency collects, or show it."""
    from selfbill.cli.debit_mandates import identify, show_creditor

    if identifier is None:
        show_creditor(terminal, agency=agency, as_json=as_json)
    else:
        identify(
            terminal,
            identifier=identifier,
            iban=iban,
            bic=bic,
            notice_days=notice_days,
            file_days=file_days,
            agency=agency,
            as_json=as_json,
        )


@command(mandate)
def sign(
    terminal: Terminal,
    debtor: Annotated[str, typer.Argument(metavar="CODE", help="A freelancer's or a customer's.")],
    signed_on: Annotated[str, typer.Option("--signed-on", metavar="DATE", help="The date on the mandate.")],
    iban: Annotated[
        str | None, typer.Option("--iban", metavar="IBAN", help="If not the party's own.", show_default=False)
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="Of the account holder, if not the party's.", show_default=False),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option("--id", metavar="MANDATE", help="The mandate's reference, if it has one.", show_default=False),
    ] = None,
    side: Annotated[
        str | None,
        typer.Option("--as", metavar="SIDE", help="freelancer or customer, where a code is both.", show_default=False),
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Record a mandate that a debtor signed."""
    from selfbill.cli.debit_mandates import sign as sign_one

    sign_one(
        terminal,
        debtor=debtor,
        signed_on=signed_on,
        iban=iban,
        name=name,
        reference=reference,
        side=side,
        agency=agency,
        as_json=as_json,
    )


@command(mandate)
def amend(
    terminal: Terminal,
    reference: MandateArgument,
    iban: Annotated[str, typer.Option("--iban", metavar="IBAN", help="The new account.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="If the name changed too.", show_default=False)
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Collect from another account from now on; this lifts a block."""
    from selfbill.cli.debit_mandates import amend as amend_one

    amend_one(terminal, reference=reference, iban=iban, name=name, agency=agency, as_json=as_json)


@command(mandate)
def revoke(
    terminal: Terminal, reference: MandateArgument, reason: Reason, agency: Agency = None, as_json: AsJson = False
) -> None:
    """The debtor took the mandate back: nothing more is collected."""
    from selfbill.cli.debit_mandates import revoke as revoke_one

    revoke_one(terminal, reference=reference, reason=reason, agency=agency, as_json=as_json)


@command(mandate)
def unblock(
    terminal: Terminal, reference: MandateArgument, reason: Reason, agency: Agency = None, as_json: AsJson = False
) -> None:
    """Allow a mandate again that a return had blocked."""
    from selfbill.cli.debit_mandates import unblock as unblock_one

    unblock_one(terminal, reference=reference, reason=reason, agency=agency, as_json=as_json)


@command(mandate, "list")
def list_mandates(
    terminal: Terminal, debtor: Debtor = None, limit: Limit = 100, agency: Agency = None, as_json: AsJson = False
) -> None:
    """Show the mandates, and whether they may be used."""
    from selfbill.cli.debit_mandates import show_mandates

    show_mandates(terminal, debtor=debtor, limit=limit, agency=agency, as_json=as_json)


@command(debit)
def plan(
    terminal: Terminal,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]...", help="Of commission invoices.", show_default=False)
    ] = None,
    debtor: Debtor = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Plan the collection of open commission invoices: those named, or all whose debtors gave a mandate."""
    from selfbill.cli.debits import plan as plan_them

    return plan_them(terminal, numbers=numbers or (), debtor=debtor, agency=agency, as_json=as_json)


@command(debit)
def drop(
    terminal: Terminal,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Of a commission invoice.")],
    reason: Reason,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Give up a planned collection that is not in a batch yet."""
    from selfbill.cli.debits import drop as drop_one

    drop_one(terminal, number=number, reason=reason, agency=agency, as_json=as_json)


@command(debit)
def make(
    terminal: Terminal,
    collection: Annotated[
        str | None,
        typer.Option(
            "--collection", metavar="DATE", help="Of this day, also before its file is due.", show_default=False
        ),
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Make the batches whose files are due, as selfbill run does by itself."""
    from selfbill.cli.debit_batches import make as make_them

    make_them(terminal, collection=collection, agency=agency, as_json=as_json)


@command(debit)
def submitted(terminal: Terminal, batch: BatchArgument, agency: Agency = None, as_json: AsJson = False) -> None:
    """Record that the file of a batch was uploaded to the bank."""
    from selfbill.cli.debit_batches import submitted as record_submitted

    record_submitted(terminal, batch=batch, agency=agency, as_json=as_json)


@command(debit)
def cancel(
    terminal: Terminal,
    batch: BatchArgument,
    reason: Reason,
    by_bank: Annotated[
        bool, typer.Option("--refused-by-bank", help="The bank refused or gave back the whole file.")
    ] = False,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Cancel a batch: nothing of it is collected, and its invoices can be planned again."""
    from selfbill.cli.debit_batches import cancel as cancel_one

    cancel_one(terminal, batch=batch, reason=reason, by_bank=by_bank, agency=agency, as_json=as_json)


@command(debit, "list")
def list_debits(
    terminal: Terminal, debtor: Debtor = None, limit: Limit = 100, agency: Agency = None, as_json: AsJson = False
) -> None:
    """Show batches and direct debits, the latest first."""
    from selfbill.cli.debits import show_debits

    show_debits(terminal, debtor=debtor, limit=limit, agency=agency, as_json=as_json)


@command(debit)
def show(
    terminal: Terminal,
    batch: BatchArgument,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Write the file for the bank, checked against its hash; - is standard output.",
            show_default=False,
        ),
    ] = None,
    version: Annotated[
        str, typer.Option("--format", metavar="VERSION", help="08 or 02: which pain.008.001 the bank takes.")
    ] = "08",
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show one batch, or write its file for the bank."""
    from selfbill.cli.debit_batches import show as show_batch

    show_batch(terminal, batch=batch, file=file, version=version, agency=agency, as_json=as_json)
