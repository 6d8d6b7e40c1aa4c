"""`selfbill projections report`: what a rebuild found to differ, as text, as a page and as JSON; and the last rebuilds."""

from pathlib import Path
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.cli.choosing_read_models import the_one
from selfbill.cli.comparison_account import as_builtins
from selfbill.cli.comparison_html import as_html
from selfbill.cli.comparison_text import as_text
from selfbill.cli.figures import counted
from selfbill.cli.moments import shown_moment
from selfbill.cli.opening import opened
from selfbill.cli.projections_wording import step
from selfbill.cli.refusals import NoReportYet, NoSuchRebuild
from selfbill.cli.terminal import Column, Terminal
from selfbill.cli.writing import write_file
from selfbill.projections.rebuilding import jobs
from selfbill.projections.rebuilding.differences import Comparison
from selfbill.projections.rebuilding.jobs import Job

LAST_REBUILDS = 1_000
"""Among which a report is looked for."""

COLUMNS = (
    Column("Nummer", "Number", right=True),
    Column("Leesmodel", "Read model", keep=True),
    Column("Begonnen", "Begun", keep=True),
    Column("Uitkomst", "Outcome"),
    Column("Verschillen", "Differences", keep=True),
    Column("Door", "By", keep=True, spare=True),
)


def show_report(
    terminal: Terminal, *, name: str, number: int | None, html: Path | None, agency: str | None, as_json: bool
) -> None:
    """The comparison of the last rebuild that came to one, or of the one with this number."""
    the_one(name)
    with opened(terminal, agency) as house, house.pool.connection() as connection:
        job, found = _found(connection, name, number)
    if html is not None:
        write_file(html, as_html(found, terminal.language).encode())
    if as_json:
        terminal.json({"rebuild": _for_a_program(job), "comparison": as_builtins(found)})
    elif html is not None:
        terminal.say(f"{html} is geschreven.", f"{html} is written.")
    else:
        began, outcome = shown_moment(job.started_at, terminal.language), step(job.state, terminal.language)
        terminal.say(
            f"Rebuild {job.id} van {name}, {began}, door {job.started_by}: {outcome}.",
            f"Rebuild {job.id} of {name}, {began}, by {job.started_by}: {outcome}.",
        )
        terminal.show("", as_text(found, terminal.language, terminal.out.width))


def _found(connection: Connection[Any], name: str, number: int | None) -> tuple[Job, Comparison]:
    for job in jobs.latest(connection, [name], LAST_REBUILDS):
        if number in (None, job.id):
            found = jobs.comparison(connection, job.id)
            if found is not None:
                return job, found
    raise NoReportYet(name=name) if number is None else NoSuchRebuild(name=name, number=number)


def show_rebuilds(terminal: Terminal, *, limit: int, agency: str | None, as_json: bool) -> None:
    """The last rebuilds of all read models, the newest first."""
    with opened(terminal, agency) as house, house.pool.connection() as connection:
        found = [(job, jobs.comparison(connection, job.id)) for job in jobs.latest(connection, None, limit)]
    if as_json:
        terminal.json({"rebuilds": [_for_a_program(job) for job, _ in found]})
        return
    if not found:
        terminal.say("Er is nog niets opnieuw gemaakt.", "Nothing was rebuilt yet.")
        return
    terminal.table(
        COLUMNS,
        [
            [
                str(job.id),
                job.model,
                shown_moment(job.started_at, terminal.language),
                step(job.state, terminal.language),
                _differences(terminal, comparison),
                job.started_by,
            ]
            for job, comparison in found
        ],
    )


def _for_a_program(job: Job) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins(job)
    return kept


def _differences(terminal: Terminal, found: Comparison | None) -> str:
    """How much, in a few words: `none`, `12 rows, 1 column`."""
    if found is None or not found.has_old:
        return "-"
    if found.is_equal:
        return terminal.pick("geen", "none")
    rows = (found.only_old or 0) + (found.only_new or 0) + (found.changed or 0)
    columns = len(found.added) + len(found.removed) + len(found.retyped)
    parts = [
        terminal.pick(counted(rows, "rij", "rijen", "nl"), counted(rows, "row", "rows", "en")) if rows else "",
        terminal.pick(counted(columns, "kolom", "kolommen", "nl"), counted(columns, "column", "columns", "en"))
        if columns
        else "",
    ]
    return ", ".join(part for part in parts if part) or terminal.pick("andere sleutel", "another key")
