"""Every command with its arguments and options; what it does stands in the module that it imports when it runs, because the
rooms of the house take longer to load than the help takes to print.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from selfbill.cli.bank_commands import bank
from selfbill.cli.collection_commands import collection
from selfbill.cli.command import command
from selfbill.cli.correction_commands import add_corrections
from selfbill.cli.debit_commands import debit
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.options import Agency, AsCsv, AsJson, AsOf, Creditor, Known, Limit
from selfbill.cli.projections_commands import projections
from selfbill.cli.terminal import Terminal
from selfbill.cli.token_commands import token
from selfbill.cli.user_commands import user

EPILOG = (
    "Exit codes: 0 done, 1 refused, 2 wrong option or setting, 3 errors in imported files, 4 something was left unfinished, "
    "5 the database or the machine. Everything about settings and operation: docs/operating.md."
)

app = typer.Typer(
    name="selfbill",
    help="The billing engine for Dutch care-mediation agencies.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(projections)
app.add_typer(collection)
app.add_typer(debit)
app.add_typer(bank)
app.add_typer(token)
app.add_typer(user)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        from selfbill import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _selfbill(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """What stands before the command."""


@command(app)
def init(terminal: Terminal, as_json: AsJson = False) -> None:
    """Make what an installation needs; what is there stays."""
    from selfbill.cli.setting_up import initialise

    initialise(terminal, as_json=as_json)


@command(app, "import")
def import_(
    terminal: Terminal,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with agency.toml and the CSV files.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report everything, store nothing.")] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Take an agency's folder in, whole or not at all; once more does no harm."""
    from selfbill.cli.importing import bring_in

    return bring_in(terminal, folder=folder, dry_run=dry_run, as_json=as_json)


@command(app)
def run(
    terminal: Terminal,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT",
            help="Run on simulated time up to e.g. 2026-05-14T00:00, Dutch local time.",
            show_default=False,
        ),
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Run the clock: bill, send and remind. Without --until on the system's time, until Ctrl-C."""
    from selfbill.cli.running import run as run_clock

    return run_clock(terminal, agency=agency, until=until, as_json=as_json)


@command(app)
def worker(terminal: Terminal, agency: Agency = None) -> None:
    """Carry out work from a broker (SELFBILL_BROKER_URL)."""
    from selfbill.cli.running import work

    work(terminal, agency=agency)


@command(app)
def agenda(
    terminal: Terminal,
    until: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="Only what is due up to then.", show_default=False)
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only one kind of work, e.g. invoice or deliver.", show_default=False),
    ] = None,
    held: Annotated[bool, typer.Option("--held", help="Only what failed or is held, with its reason.")] = False,
    limit: Limit = 100,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show what must still happen, and when."""
    from selfbill.cli.agenda import show_agenda

    show_agenda(terminal, agency=agency, until=until, policy=policy, held=held, limit=limit, as_json=as_json)


@command(app)
def invoices(
    terminal: Terminal,
    customer: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only this customer's.", show_default=False)
    ] = None,
    freelancer: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only this freelancer's.", show_default=False)
    ] = None,
    limit: Limit = 100,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """List invoices, the latest first."""
    from selfbill.cli.invoices import show_invoices

    show_invoices(terminal, agency=agency, customer=customer, freelancer=freelancer, limit=limit, as_json=as_json)


@command(app)
def invoice(
    terminal: Terminal,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="E.g. Z017-2026-0001.")],
    pdf: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the PDF as it was sent, checked against its hash; - is standard output.",
            show_default=False,
        ),
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show one invoice, or write its PDF."""
    from selfbill.cli.one_invoice import show_invoice

    show_invoice(terminal, number=number, agency=agency, pdf=pdf, as_json=as_json)


@command(app, "open-items")
def open_items(
    terminal: Terminal,
    debtor: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only this customer's or freelancer's.", show_default=False)
    ] = None,
    as_of: AsOf = None,
    known: Known = None,
    creditor: Creditor = None,
    totals: Annotated[bool, typer.Option("--totals", help="Only the sum by age.")] = False,
    limit: Limit = 100,
    csv: AsCsv = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show what is still to be paid, or was on any day, and for how long."""
    from selfbill.cli.open_items import show_open_items

    show_open_items(
        terminal,
        agency=agency,
        debtor=debtor,
        creditor=creditor,
        as_of=as_of,
        known=known,
        totals=totals,
        limit=limit,
        csv=csv,
        as_json=as_json,
    )


@command(app)
def ageing(
    terminal: Terminal,
    as_of: AsOf = None,
    known: Known = None,
    creditor: Creditor = None,
    limit: Limit = 100,
    csv: AsCsv = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show what each debtor owes, or owed on any day, by how late it is."""
    from selfbill.cli.ageing import show_ageing_list

    show_ageing_list(
        terminal,
        agency=agency,
        as_of=as_of,
        known=known,
        creditor=creditor,
        limit=limit,
        csv=csv,
        as_json=as_json,
    )


@command(app)
def account(
    terminal: Terminal,
    code: Annotated[str, typer.Argument(metavar="CODE", help="A customer's or a freelancer's code.")],
    kind: Annotated[
        Literal["customer", "freelancer"] | None,
        typer.Option("--as", help="Which of the two, where the code is both.", show_default=False),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help="From this day; without it from the beginning.", show_default=False
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Up to and including this day; today.", show_default=False)
    ] = None,
    known: Known = None,
    creditor: Creditor = None,
    pdf: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it as a letter; - is standard output.", show_default=False),
    ] = None,
    csv: AsCsv = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show what a debtor owed, was billed and paid in a period, and what is open."""
    from selfbill.cli.statement import show_account

    show_account(
        terminal,
        code=code,
        kind=kind,
        first=first,
        until=until,
        known=known,
        creditor=creditor,
        agency=agency,
        pdf=pdf,
        csv=csv,
        as_json=as_json,
    )


@command(app)
def card(
    terminal: Terminal,
    code: Annotated[str, typer.Argument(metavar="CODE", help="A customer's or a freelancer's code.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show everything about one customer or one freelancer."""
    from selfbill.cli.cards import show_card

    show_card(terminal, code=code, agency=agency, as_json=as_json)


@command(app)
def find(
    terminal: Terminal,
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT", help="Part of a name, a postcode, a phone number, an e-mail, an IBAN, a number."
        ),
    ],
    field: Annotated[
        Literal["name", "representative", "city", "street", "postcode", "phone", "email", "code", "iban", "invoice"]
        | None,
        typer.Option("--in", help="What the text is; without it, its form tells.", show_default=False),
    ] = None,
    limit: Limit = 10,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Find customers, freelancers and invoices by whatever is known, also misspelt."""
    from selfbill.cli.searching import find as find_them

    find_them(terminal, text=text, field=field, agency=agency, limit=limit, as_json=as_json)


add_corrections(app)


@command(app)
def export(
    terminal: Terminal,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; made when it is not there.")],
    with_pdf: Annotated[
        bool, typer.Option("--pdf", help="Also every PDF as it was sent, checked against its hash, in DIR/pdf.")
    ] = False,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Write invoices and open items as CSV files."""
    from selfbill.cli.exporting import export_to

    export_to(terminal, folder=folder, with_pdf=with_pdf, agency=agency, as_json=as_json)


@command(app)
def doctor(terminal: Terminal, agency: Agency = None, as_json: AsJson = False) -> ExitCode:
    """Examine the installation; say what to do."""
    from selfbill.cli.doctor import examine

    return examine(terminal, agency=agency, as_json=as_json)
