"""`selfbill projections build` and `drop`: a read model as it was at a moment, in a table of its own."""

import datetime as dt
import time

from selfbill.cli.choosing_read_models import the_one
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.figures import count, counted
from selfbill.cli.moments import read_moment, shown_moment
from selfbill.cli.opening import opened
from selfbill.cli.refusals import NotYet
from selfbill.cli.terminal import Terminal
from selfbill.projections.rebuilding.as_of import Built, build_as_of
from selfbill.projections.rebuilding.dropping import drop_table


def build(terminal: Terminal, *, name: str, as_of: str, into: str, agency: str | None, as_json: bool) -> ExitCode:
    """Makes a table of what had been recorded by then; UNFINISHED when streams could not be shown whole."""
    model, moment = the_one(name), read_moment(as_of)
    if moment > dt.datetime.now(dt.UTC):
        raise NotYet(moment=shown_moment(moment, terminal.language))
    with opened(terminal, agency) as house, terminal.err.status("") as waiting:
        read, began = 0, time.monotonic()

        def on_events(events: int) -> None:
            nonlocal read
            read += events
            rate = count(round(read / max(time.monotonic() - began, 0.001)), terminal.language)
            done = count(read, terminal.language)
            waiting.update(terminal.pick(f"{done} gebeurtenissen gelezen, {rate}/s", f"{done} events read, {rate}/s"))

        built = build_as_of(
            house.database, house.agency, house.store.streams, model, as_of=moment, into=into, on_events=on_events
        )
    if as_json:
        terminal.json(built)
    else:
        _tell(terminal, built)
    return ExitCode.UNFINISHED if built.parked else ExitCode.DONE


def _tell(terminal: Terminal, built: Built) -> None:
    rows = terminal.pick(counted(built.rows, "rij", "rijen", "nl"), counted(built.rows, "row", "rows", "en"))
    moment, event = shown_moment(built.as_of, terminal.language), count(built.position, terminal.language)
    terminal.say(
        f"{built.table}: {built.model} zoals op {moment} (gebeurtenis {event}), {rows}. "
        f"Niemand werkt hem bij. Weg ermee: selfbill projections drop {built.table}",
        f"{built.table}: {built.model} as of {moment} (event {event}), {rows}. "
        f"Nobody keeps it up to date. To drop it: selfbill projections drop {built.table}",
    )
    if built.parked:
        terminal.note(
            f"{counted(built.parked, 'stroom kan', 'stromen kunnen', 'nl')} niet helemaal worden getoond; zie de meldingen hierboven.",
            f"{counted(built.parked, 'stream', 'streams', 'en')} cannot be shown whole; see the messages above.",
        )


def drop(terminal: Terminal, *, table: str, agency: str | None, as_json: bool) -> None:
    """Drops a copy, an old table, or one that nobody knows of."""
    with opened(terminal, agency) as house, house.database.connect(house.agency) as connection:
        drop_table(connection, table)
    if as_json:
        terminal.json({"dropped": table})
    else:
        terminal.say(f"{table} is weg.", f"{table} is gone.")
