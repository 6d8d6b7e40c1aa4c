"""`selfbill import DIR`: an agency's folder is taken in whole, or refused with everything that is wrong with it."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from rich.text import Text

from selfbill.aggregates.catalogue import KINDS
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.opening import existing_database
from selfbill.cli.operator import operator
from selfbill.cli.refusals import NoFolder, NothingHere
from selfbill.cli.terminal import Column, Terminal
from selfbill.intake.apply import import_folder, rehearse
from selfbill.intake.contents import AgencyFolder
from selfbill.intake.findings import FolderRefused, RowError
from selfbill.intake.folder import read_folder
from selfbill.intake.report import ImportReport
from selfbill.moments import local_time
from selfbill.runtime.house import open_database, open_house
from selfbill.store.database import Database
from selfbill.store.streams import Loaded

T = TypeVar("T")

COUNT_COLUMNS = (
    Column("Gegevens", "What", keep=True),
    Column("Nieuw", "New", right=True),
    Column("Gewijzigd", "Changed", right=True),
    Column("Ongewijzigd", "Unchanged", right=True),
)
FINDING_COLUMNS = (
    Column("Plaats", "Where", keep=True),
    Column("Kolom", "Column", keep=True),
    Column("Waarde", "Value"),
    Column("Reden", "Reason"),
)
_KINDS = {
    "agency": ("bureau", "agency"),
    "surcharge_tables": ("toeslagtabellen", "surcharge tables"),
    "holidays": ("feestdagen", "holidays"),
    "freelancers": ("zzp'ers", "freelancers"),
    "mandates": ("machtigingen", "mandates"),
    "customers": ("klanten", "customers"),
    "contacts": ("contactpersonen", "contacts"),
    "placements": ("plaatsingen", "placements"),
    "rates": ("tarieven", "rates"),
    "commissions": ("provisies", "commissions"),
    "timesheets": ("urenbriefjes", "timesheets"),
    "hours": ("diensten", "shifts"),
}


def bring_in(terminal: Terminal, *, folder: Path, dry_run: bool, as_json: bool) -> ExitCode:
    """Takes the folder in, or rehearses it; the agency's schema is made when nothing stands in the way any more."""
    if not folder.is_dir():
        raise NoFolder(folder=folder)
    try:
        content = read_folder(folder)
        report = _rehearse(terminal, content) if dry_run else _take_in(terminal, content)
    except FolderRefused as refused:
        _tell_of_errors(terminal, folder, refused, as_json=as_json)
        return ExitCode.DATA_REFUSED
    if as_json:
        terminal.json({"errors": [], **report.as_json(terminal.language)})
    else:
        _tell_of_success(terminal, folder, report, dry_run=dry_run)
    return ExitCode.DONE


def _take_in(terminal: Terminal, content: AgencyFolder) -> ImportReport:
    code, now = content.agency.details.code, dt.datetime.now(dt.UTC)
    with open_database(terminal.settings) as database:
        if code not in database.agencies():
            rehearse(EmptyShelf(), content, now=now)  # or a refused folder would leave an empty agency behind
        database.create_agency(code)
        with open_house(terminal.settings, code, database=database) as house:
            house.store.keyring.verify()
            return import_folder(house.store.streams, content, now=now, by=operator())


def _rehearse(terminal: Terminal, content: AgencyFolder) -> ImportReport:
    """Against what is there; nothing is made, neither an agency nor a server for its database."""
    code, now = content.agency.details.code, dt.datetime.now(dt.UTC)
    with _existing(terminal) as database:
        if database is None or code not in database.agencies():
            return rehearse(EmptyShelf(), content, now=now)
        with open_house(terminal.settings, code, database=database) as house:
            return rehearse(house.store.streams, content, now=now)


@contextlib.contextmanager
def _existing(terminal: Terminal) -> Iterator[Database | None]:
    try:
        database = existing_database(terminal.settings)
    except NothingHere:
        yield None
        return
    with database:
        yield database


class EmptyShelf:
    """The streams of an agency that does not exist yet."""

    def load_many(self, streams: Iterable[str]) -> dict[str, Loaded[Any]]:
        """Every stream as it is before anything happened to it."""
        return {stream: Loaded(KINDS[stream.partition(":")[0]].initial, 0) for stream in streams}

    def save(self, *_: Any, **__: Any) -> int:
        """A rehearsal stores nothing."""
        raise AssertionError

    def retrying(self, intention: Callable[[], T]) -> T:
        """Nobody else writes to what does not exist."""
        return intention()


def _tell_of_success(terminal: Terminal, folder: Path, report: ImportReport, *, dry_run: bool) -> None:
    _tell_of_warnings(terminal, report.warnings)
    terminal.table(
        COUNT_COLUMNS,
        [
            [terminal.pick(*_KINDS.get(kind, (kind, kind))), str(count.new), str(count.changed), str(count.unchanged)]
            for kind, count in report.counts.items()
        ],
    )
    agency = report.agency
    if dry_run:
        terminal.say(
            f"{folder} kan worden ingelezen voor bureau {agency}; er is niets opgeslagen.",
            f"{folder} can be taken in for agency {agency}; nothing was stored.",
        )
        return
    if report.saved:
        terminal.say(
            f"{folder} is ingelezen voor bureau {agency} ({report.events} gebeurtenissen).",
            f"{folder} was taken in for agency {agency} ({report.events} events).",
        )
    else:
        terminal.say(
            f"{folder} was al ingelezen voor bureau {agency}; er is niets veranderd.",
            f"{folder} had been taken in for agency {agency} already; nothing changed.",
        )
    until = f"{local_time(report.until):%Y-%m-%dT%H:%M}"
    terminal.say(
        f"Laat de klok lopen met: selfbill run --agency {agency} --until {until}",
        f"Let the clock run with: selfbill run --agency {agency} --until {until}",
    )


def _tell_of_errors(terminal: Terminal, folder: Path, refused: FolderRefused, *, as_json: bool) -> None:
    if as_json:
        terminal.json(refused.as_json(terminal.language))
        return
    _tell_of_warnings(terminal, refused.warnings)
    _tell_of_findings(terminal, refused.errors)
    count = len(refused.errors)
    terminal.note(
        f"{folder} is niet ingelezen: {count} {'fout' if count == 1 else 'fouten'}. Verbeter ze en probeer het opnieuw "
        "(oefenen zonder iets op te slaan: --dry-run).",
        f"{folder} was not taken in: {count} {'error' if count == 1 else 'errors'}. Put them right and try again "
        "(rehearse without storing anything: --dry-run).",
    )


def _tell_of_warnings(terminal: Terminal, warnings: tuple[RowError, ...]) -> None:
    if warnings:
        terminal.heading("Waarschuwingen", "Warnings")
        _tell_of_findings(terminal, warnings)


def _tell_of_findings(terminal: Terminal, findings: tuple[RowError, ...]) -> None:
    rows: list[list[str | Text]] = [
        [f"{each.file}:{each.line}", each.column, repr(each.value)[1:-1], each.reason(terminal.language)]
        for each in findings
    ]
    terminal.table(FINDING_COLUMNS, rows)
