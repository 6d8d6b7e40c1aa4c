"""The commands for what must be put right after it was billed, with their arguments and options."""

from typing import Annotated

import typer

from selfbill.cli.command import command
from selfbill.cli.options import Agency, AsJson
from selfbill.cli.terminal import Terminal

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="E.g. Z017-2026-0001.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")]
Amount = Annotated[
    str | None, typer.Argument(metavar="[AMOUNT]", help="E.g. 121,00; without it all of it.", show_default=False)
]


def add_corrections(app: typer.Typer) -> None:
    """Adds these commands to the app."""

    @command(app)
    def credit(
        terminal: Terminal,
        number: Number,
        reason: Annotated[
            str, typer.Option("--reason", metavar="TEXT", help="Why; it stands on the credit note.")
        ] = "",
        lines: Annotated[
            list[int] | None,
            typer.Option("--line", metavar="N", help="Only this line, counted from 1; may be given more often."),
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be issued, store nothing.")] = False,
        agency: Agency = None,
        as_json: AsJson = False,
    ) -> None:
        """Take an invoice back with a credit note, whole or by line; its commission follows."""
        from selfbill.cli.crediting import credit as do

        do(terminal, number=number, lines=lines, reason=reason, dry_run=dry_run, agency=agency, as_json=as_json)

    @command(app)
    def reopen(
        terminal: Terminal,
        placement: Annotated[str, typer.Argument(metavar="PLACEMENT", help="E.g. P01.")],
        week: Annotated[str, typer.Argument(metavar="WEEK", help="E.g. 2026-W12.")],
        reason: Reason = "",
        agency: Agency = None,
        as_json: AsJson = False,
    ) -> None:
        """Let a freelancer correct a week that was approved or billed."""
        from selfbill.cli.rebilling import reopen as do

        do(terminal, placement=placement, week=week, reason=reason, agency=agency, as_json=as_json)

    @command(app)
    def rebill(
        terminal: Terminal,
        placement: Annotated[str, typer.Argument(metavar="PLACEMENT", help="E.g. P01.")],
        first: Annotated[
            str, typer.Option("--from", metavar="DATE", help="The first day; its whole week is looked at.")
        ],
        until: Annotated[
            str | None, typer.Option("--until", metavar="DATE", help="The last day; today.", show_default=False)
        ] = None,
        fingerprint: Annotated[
            str | None,
            typer.Option(
                "--do", metavar="PLAN", help="Carry out the plan that was shown under this code.", show_default=False
            ),
        ] = None,
        reason: Annotated[
            str | None,
            typer.Option("--reason", metavar="TEXT", help="What the credit notes say.", show_default=False),
        ] = None,
        agency: Agency = None,
        as_json: AsJson = False,
    ) -> None:
        """Show what corrected weeks and back-dated agreements credit and bill anew; with --do it is done."""
        from selfbill.cli.rebilling import rebill as do

        do(
            terminal,
            placement=placement,
            first=first,
            until=until,
            fingerprint=fingerprint,
            reason=reason,
            agency=agency,
            as_json=as_json,
        )

    @command(app)
    def settle(
        terminal: Terminal,
        number: Annotated[
            str, typer.Argument(metavar="FROM", help="The invoice with a credit balance, or a debtor's code for all.")
        ],
        against: Annotated[
            str | None, typer.Argument(metavar="[TO]", help="The invoice that it pays.", show_default=False)
        ] = None,
        amount: Amount = None,
        agency: Agency = None,
        as_json: AsJson = False,
    ) -> None:
        """Set a credit balance off against an open invoice of the same debtor and creditor."""
        from selfbill.cli.settling import settle as do

        do(terminal, number=number, against=against, amount=amount, agency=agency, as_json=as_json)

    @command(app, "write-off")
    def write_off(
        terminal: Terminal,
        number: Number,
        amount: Amount = None,
        reason: Reason = "",
        reverse: Annotated[bool, typer.Option("--reverse", help="Ask for all of it again.")] = False,
        agency: Agency = None,
        as_json: AsJson = False,
    ) -> None:
        """Give up what will not be paid of an invoice, or ask for it again."""
        from selfbill.cli.settling import write_off as do

        do(terminal, number=number, amount=amount, reason=reason, reverse=reverse, agency=agency, as_json=as_json)
