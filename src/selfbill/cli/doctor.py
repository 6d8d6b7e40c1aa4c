"""`selfbill doctor`: is everything well, and what to do where it is not."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from selfbill.cli.examining_agency import examine_agency
from selfbill.cli.examining_house import examine_broker, examine_machine, examine_post, examine_server
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.finding import Finding, State, failure, warning
from selfbill.cli.opening import existing_database, the_agency
from selfbill.cli.refusals import NothingHere
from selfbill.cli.terminal import Column, Terminal
from selfbill.settings import Settings
from selfbill.store.faults import StoreFault

COLUMNS = (Column("", "", keep=True), Column("Wat", "What", keep=True), Column("Hoe het staat", "How it stands"))
_SHOWN = {
    State.OK: ("goed", "ok", "green"),
    State.WARNING: ("let op", "note", "yellow"),
    State.FAILURE: ("fout", "wrong", "red"),
}


def examine(terminal: Terminal, *, agency: str | None, as_json: bool) -> ExitCode:
    """Looks at everything, shows what was found, and ends with INFRASTRUCTURE when something does not work."""
    findings = list(_findings(terminal.settings, agency))
    is_well = not any(finding.state is State.FAILURE for finding in findings)
    if as_json:
        found = [
            {"what": each.what, "state": each.state, "sentence": each.sentence(terminal.language)} for each in findings
        ]
        terminal.json({"well": is_well, "findings": found})
    else:
        _show(terminal, findings)
    return ExitCode.DONE if is_well else ExitCode.INFRASTRUCTURE


def _findings(settings: Settings, wanted: str | None) -> Iterator[Finding]:
    yield from examine_machine(settings)
    yield from _of_the_database(settings, wanted)
    yield examine_post(settings)
    yield from examine_broker(settings)


def _of_the_database(settings: Settings, wanted: str | None) -> Iterator[Finding]:
    try:
        database = existing_database(settings)
    except NothingHere as refusal:
        yield warning("database", refusal.sentence("nl"), refusal.sentence("en"))
        return
    except StoreFault as fault:
        yield failure("database", str(fault), str(fault))
        return
    with database:
        yield from examine_server(database)
        try:
            codes = database.agencies() if wanted is None else [the_agency(database, wanted)]
            for code in codes:
                yield from examine_agency(settings, database, code)
        except StoreFault as fault:
            yield failure("master key", str(fault), str(fault))


def _show(terminal: Terminal, findings: Iterable[Finding]) -> None:
    rows: list[list[str | Text]] = []
    for finding in findings:
        nl, en, style = _SHOWN[finding.state]
        rows.append([Text(terminal.pick(nl, en), style=style), finding.what, finding.sentence(terminal.language)])
    terminal.table(COLUMNS, rows)
