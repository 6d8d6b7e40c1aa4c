"""Every command of `selfbill collection`, with its arguments and options."""

from typing import Annotated

import typer

from selfbill.cli.command import command
from selfbill.cli.options import Agency, AsJson, Limit
from selfbill.cli.terminal import Terminal

collection = typer.Typer(
    name="collection", help="Remind of what is not paid, demand it, suspend that.", no_args_is_help=True
)

About = Annotated[
    str, typer.Argument(metavar="CODE|NUMBER", help="A debtor's code, or the number of one disputed invoice.")
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="E.g. Z017-2026-0001.")]


@command(collection)
def status(
    terminal: Terminal,
    about: Annotated[
        str | None,
        typer.Argument(metavar="[CODE|NUMBER]", help="Only this debtor or this invoice.", show_default=False),
    ] = None,
    hand_over: Annotated[
        bool, typer.Option("--hand-over", help="Only what waits for somebody to hand it over.")
    ] = False,
    limit: Limit = 100,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show what is reminded of, what comes next, and what is suspended."""
    from selfbill.cli.collection_status import show_status

    show_status(terminal, about=about, hand_over=hand_over, limit=limit, agency=agency, as_json=as_json)


@command(collection)
def schedule(
    terminal: Terminal,
    on: Annotated[
        bool | None, typer.Option("--on/--off", help="Begin with the usual schedule, or stop.", show_default=False)
    ] = None,
    reminder: Annotated[
        bool | None, typer.Option("--reminder/--no-reminder", help="Send a reminder first.", show_default=False)
    ] = None,
    reminder_days: Annotated[
        int | None,
        typer.Option("--reminder-days", metavar="DAYS", help="From due date to reminder.", show_default=False),
    ] = None,
    demand: Annotated[
        bool | None,
        typer.Option("--demand/--no-demand", help="Then demand, with a term of fourteen days.", show_default=False),
    ] = None,
    demand_days: Annotated[
        int | None,
        typer.Option("--demand-days", metavar="DAYS", help="From reminder to demand.", show_default=False),
    ] = None,
    term_days: Annotated[
        int | None, typer.Option("--term-days", metavar="DAYS", help="What the demand gives.", show_default=False)
    ] = None,
    hand_over_days: Annotated[
        int | None,
        typer.Option("--hand-over-days", metavar="DAYS", help="From that term to handing over.", show_default=False),
    ] = None,
    claim_cost: Annotated[
        bool | None,
        typer.Option("--claim-cost/--no-claim-cost", help="Claim the cost of collection.", show_default=False),
    ] = None,
    hour: Annotated[
        int | None, typer.Option("--hour", metavar="HOUR", help="When mails go out, local time.", show_default=False)
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show when is reminded and demanded, or choose it. Without options nothing changes."""
    from selfbill.cli.collecting import choose_schedule

    choices = {
        "reminder": reminder,
        "reminder_days": reminder_days,
        "demand": demand,
        "demand_days": demand_days,
        "term_days": term_days,
        "hand_over_days": hand_over_days,
        "claims_cost": claim_cost,
        "hour": hour,
    }
    chosen = {name: choice for name, choice in choices.items() if choice is not None}
    choose_schedule(terminal, on=on, chosen=chosen, agency=agency, as_json=as_json)


@command(collection)
def suspend(
    terminal: Terminal,
    about: About,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="The last day, e.g. 2026-09-30.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Shown on the agenda; nothing about health.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Send a debtor nothing, or nothing about one disputed invoice, up to and including a date."""
    from selfbill.cli.collecting import suspend as suspend_now

    suspend_now(terminal, about=about, until=until, reason=reason, agency=agency, as_json=as_json)


@command(collection)
def resume(terminal: Terminal, about: About, agency: Agency = None, as_json: AsJson = False) -> None:
    """Let reminding go on before that date."""
    from selfbill.cli.collecting import resume as resume_now

    resume_now(terminal, about=about, agency=agency, as_json=as_json)


@command(collection, "handed-over")
def handed_over(
    terminal: Terminal,
    number: Number,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who collects it from now on.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Record that somebody gave an invoice to whoever collects; selfbill sends nothing."""
    from selfbill.cli.collecting import record_handing_over

    record_handing_over(terminal, number=number, to=to, agency=agency, as_json=as_json)


@command(collection, "waive-cost")
def waive_cost(
    terminal: Terminal,
    number: Number,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is not asked for any more.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Ask no collection cost for an invoice any more."""
    from selfbill.cli.collecting import waive_cost as waive

    waive(terminal, number=number, reason=reason, agency=agency, as_json=as_json)
