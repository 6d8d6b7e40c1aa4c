"""Every command of `selfbill projections`, with its arguments and options."""

from pathlib import Path
from typing import Annotated

import typer

from selfbill.cli.command import command
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.options import Agency, AsJson, Limit
from selfbill.cli.terminal import Terminal

LEAST_MEMORY_MIB = 160
"""The program, and two chunks of events and rows."""

projections = typer.Typer(name="projections", help="See, remake and compare the read models.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of a read model, e.g. open_items.")]


@command(projections)
def status(terminal: Terminal, agency: Agency = None, as_json: AsJson = False) -> None:
    """Show where each read model stands, and what to do about it."""
    from selfbill.cli.projections_status import show_status

    show_status(terminal, agency=agency, as_json=as_json)


@command(projections)
def rebuild(
    terminal: Terminal,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="E.g. agenda or invoices.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Make and compare, then throw away: nothing changes.")
    ] = False,
    expect_no_change: Annotated[
        bool, typer.Option("--expect-no-change", help="Refuse to switch when anything differs (exit code 1).")
    ] = False,
    keep_old: Annotated[
        int, typer.Option("--keep-old", metavar="DAYS", min=0, max=3650, help="Keep the old table for a way back.")
    ] = 7,
    processes: Annotated[
        int,
        typer.Option(
            "--jobs",
            metavar="N",
            min=1,
            help="Replay a long history with so many processes, as far as the memory allows.",
        ),
    ] = 2,
    memory: Annotated[
        int, typer.Option("--memory", metavar="MIB", min=LEAST_MEMORY_MIB, help="Use no more memory than this.")
    ] = 512,
    agency: Agency = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Make read models anew from the events while everybody goes on working.

    Shows what differs before it is in use. After Ctrl-C or a crash the same command goes on where it was.
    """
    from selfbill.cli.rebuilding import rebuild as rebuild_them
    from selfbill.projections.rebuilding.jobs import Options

    options = Options(
        dry_run=dry_run, keep_days=keep_old, expect_no_change=expect_no_change, memory_mib=memory, jobs=processes
    )
    return rebuild_them(terminal, names=names or (), every=every, options=options, agency=agency, as_json=as_json)


@command(projections)
def abort(
    terminal: Terminal,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="E.g. agenda or invoices.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    agency: Agency = None,
    as_json: AsJson = False,
) -> ExitCode:
    """End a rebuild that runs or was left; nothing remains of it."""
    from selfbill.cli.rebuilding import abort as abort_them

    return abort_them(terminal, names=names or (), every=every, agency=agency, as_json=as_json)


@command(projections)
def rollback(terminal: Terminal, name: Name, agency: Agency = None, as_json: AsJson = False) -> None:
    """Go back to the table before the last rebuild."""
    from selfbill.cli.rebuilding import roll_back

    roll_back(terminal, name=name, agency=agency, as_json=as_json)


@command(projections)
def report(
    terminal: Terminal,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Of a read model; without it the last rebuilds.", show_default=False),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--rebuild", metavar="NUMBER", help="Of an earlier rebuild.", show_default=False),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page to keep or to print.", show_default=False),
    ] = None,
    limit: Limit = 20,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show what the last rebuild found to differ."""
    from selfbill.cli.rebuild_reports import show_rebuilds, show_report

    if name is None:
        show_rebuilds(terminal, limit=limit, agency=agency, as_json=as_json)
    else:
        show_report(terminal, name=name, number=number, html=html, agency=agency, as_json=as_json)


@command(projections)
def parked(
    terminal: Terminal,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Only this read model.", show_default=False)
    ] = None,
    limit: Limit = 20,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Show which streams are left aside, why, and what to do."""
    from selfbill.cli.parking import show_parked

    show_parked(terminal, name=name, limit=limit, agency=agency, as_json=as_json)


@command(projections)
def unpark(
    terminal: Terminal,
    name: Name,
    streams: Annotated[
        list[str] | None,
        typer.Argument(metavar="[STREAM]...", help="E.g. invoice:Z01-2026-0001.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of this read model's.")] = False,
    agency: Agency = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Show streams after all, once the cause was put right."""
    from selfbill.cli.parking import show_after_all

    return show_after_all(terminal, name=name, streams=streams or (), every=every, agency=agency, as_json=as_json)


@command(projections)
def build(
    terminal: Terminal,
    name: Name,
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", metavar="MOMENT", help="What had been recorded by e.g. 2026-05-14T00:00, Dutch local time."
        ),
    ],
    into: Annotated[str, typer.Option("--into", metavar="TABLE", help="The name of the new table.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Make a table of a read model as it was at a moment."""
    from selfbill.cli.copying import build as build_copy

    return build_copy(terminal, name=name, as_of=as_of, into=into, agency=agency, as_json=as_json)


@command(projections)
def drop(
    terminal: Terminal,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="As selfbill projections status names it.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Drop a table of build, or an old one of rebuild."""
    from selfbill.cli.copying import drop as drop_one

    drop_one(terminal, table=table, agency=agency, as_json=as_json)
