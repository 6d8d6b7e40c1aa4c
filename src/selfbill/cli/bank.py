"""`selfbill bank read FILE...`: what stands in bank statements, what is odd about them, and whether they go on from each other."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.terminal import Column, Terminal
from selfbill.intake.bank.continuity import Continuity, Follows, follows, in_order
from selfbill.intake.bank.limits import MOST_BYTES
from selfbill.intake.bank.misread import BankFileRefused
from selfbill.intake.bank.reading import read_bank_file
from selfbill.intake.bank.statement import Balance, Entry, Oddity, Statement
from selfbill.intake.findings import RowError
from selfbill.intake.reasons import UnreadableFile
from selfbill.values import euros

STATEMENT_COLUMNS = (
    Column("Rekening", "Account", keep=True),
    Column("Afschrift", "Statement"),
    Column("Periode", "Period", keep=True),
    Column("Beginsaldo", "Opening", right=True),
    Column("Boekingen", "Bookings", right=True),
    Column("Som", "Sum", right=True),
    Column("Eindsaldo", "Closing", right=True),
)
ENTRY_COLUMNS = (
    Column("Boekdatum", "Booked", keep=True),
    Column("Bedrag", "Amount", right=True),
    Column("Tegenpartij", "Counterparty"),
    Column("Tegenrekening", "Their account", spare=True),
    Column("Kenmerk", "Reference", spare=True),
    Column("Omschrijving", "Text"),
)
ODDITY_COLUMNS = (Column("Plaats", "Where", keep=True), Column("Bijzonderheid", "Oddity"))
REFUSAL_COLUMNS = (
    Column("Plaats", "Where", keep=True),
    Column("Veld", "Field"),
    Column("Waarde", "Value"),
    Column("Reden", "Reason"),
)
_CONTINUITY = {
    Continuity.OK: ("sluit aan", "goes on from it"),
    Continuity.GAP: ("sluit niet aan: er ontbreken boekingen", "does not go on from it: bookings are missing"),
    Continuity.OVERLAP: ("overlapt: dezelfde dagen staan in beide", "overlaps: the same days stand in both"),
    Continuity.UNKNOWN: ("geen saldi om het aan te zien", "no balances to tell by"),
}


class Read(msgspec.Struct, frozen=True):
    """A file with its statements, or why it has none."""

    file: str
    statements: tuple[Statement, ...] = ()
    error: RowError | None = None


class Step(msgspec.Struct, frozen=True):
    """Two statements of one account, one after the other, and how they stand to each other."""

    previous: Statement
    following: Statement
    follows: Follows


def show_bank_files(terminal: Terminal, *, files: Sequence[Path], limit: int, as_json: bool) -> ExitCode:
    """Shows each file; a file that is refused does not keep the others from being shown."""
    found = [_read(path) for path in files]
    steps = _steps([statement for each in found for statement in each.statements])
    if as_json:
        terminal.json(
            {
                "files": [_file_json(each, terminal) for each in found],
                "continuity": [_step_json(step) for step in steps],
            }
        )
    else:
        for each in found:
            _show(terminal, each, limit)
        _show_steps(terminal, steps)
    return ExitCode.DONE if all(each.error is None for each in found) else ExitCode.DATA_REFUSED


def _read(path: Path) -> Read:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        return Read(str(path), error=RowError(str(path), 0, "", "", UnreadableFile(file=path.name)))
    try:
        return Read(str(path), read_bank_file(path.name, content))
    except BankFileRefused as refused:
        return Read(str(path), error=refused.error)


def _steps(statements: Sequence[Statement]) -> list[Step]:
    return [
        Step(previous, following, follows(previous, following))
        for previous, following in pairwise(in_order(statements))
        if previous.account == following.account
    ]


def _show(terminal: Terminal, read: Read, limit: int) -> None:
    if read.error is not None:
        error = read.error
        terminal.heading(
            f"{read.file}: geweigerd, er is niets van gelezen", f"{read.file}: refused, nothing of it was read"
        )
        row = [f"{error.file}:{error.line}", error.column, repr(error.value)[1:-1], error.reason(terminal.language)]
        terminal.table(REFUSAL_COLUMNS, [row])
        return
    terminal.heading(f"{read.file}: {read.statements[0].format}", f"{read.file}: {read.statements[0].format}")
    terminal.table(STATEMENT_COLUMNS, [_statement_row(terminal, statement) for statement in read.statements])
    entries = [entry for statement in read.statements for entry in statement.entries]
    if entries:
        terminal.table(ENTRY_COLUMNS, [_entry_row(terminal, entry) for entry in entries[:limit]])
    if len(entries) > limit:
        terminal.note(
            f"De eerste {limit} van {len(entries)} boekingen; meer met --limit.",
            f"The first {limit} of {len(entries)} bookings; more with --limit.",
        )
    oddities = [oddity for statement in read.statements for oddity in statement.oddities]
    if oddities:
        terminal.table(ODDITY_COLUMNS, [_oddity_row(terminal, oddity) for oddity in oddities[:limit]])


def _statement_row(terminal: Terminal, statement: Statement) -> list[str]:
    numbers = [str(number) for number in (statement.sequence, statement.page) if number is not None]
    return [
        statement.account,
        " ".join(filter(None, (statement.identification, "/".join(numbers)))),
        f"{_day(terminal, statement.first)} - {_day(terminal, statement.until)}",
        _amount(statement.opening),
        str(len(statement.entries)),
        euros(statement.total),
        _amount(statement.closing),
    ]


def _entry_row(terminal: Terminal, entry: Entry) -> list[str]:
    returned = terminal.pick("retour", "returned")
    why = " ".join(filter(None, (returned if entry.is_return else "", entry.return_code, entry.return_text)))
    part = "" if entry.batch is None else f"[{entry.batch.place}/{entry.batch.of}]"
    return [
        _day(terminal, entry.booked),
        euros(entry.amount),
        entry.name,
        entry.iban,
        entry.reference or entry.end_to_end_id,
        " ".join(filter(None, (part, why, entry.text))),
    ]


def _oddity_row(terminal: Terminal, oddity: Oddity) -> list[str]:
    place = oddity.place
    where = f"{place.line} {place.column}".strip()
    return [where, oddity.reason.sentence(terminal.language)]


def _show_steps(terminal: Terminal, steps: Sequence[Step]) -> None:
    if steps:
        terminal.heading("Aansluiting", "Continuity")
    for step in steps:
        nl, en = _CONTINUITY[step.follows.continuity]
        missing = f" ({euros(step.follows.missing)})" if step.follows.missing else ""
        where = (
            f"{step.following.account} {_day(terminal, step.previous.until)} > {_day(terminal, step.following.until)}"
        )
        terminal.say(f"{where}: {nl}{missing}", f"{where}: {en}{missing}")


def _day(terminal: Terminal, day: dt.date | None) -> str:
    if day is None:
        return "-"
    return terminal.pick(f"{day:%d-%m-%Y}", day.isoformat())


def _amount(balance: Balance | None) -> str:
    return "-" if balance is None else euros(balance.amount)


def _file_json(read: Read, terminal: Terminal) -> dict[str, object]:
    return {
        "file": read.file,
        "error": None if read.error is None else read.error.as_json(terminal.language),
        "statements": [_statement_json(statement, terminal) for statement in read.statements],
    }


def _statement_json(statement: Statement, terminal: Terminal) -> dict[str, object]:
    facts = msgspec.structs.asdict(statement)
    return facts | {"oddities": [oddity.as_json(terminal.language) for oddity in statement.oddities]}


def _step_json(step: Step) -> dict[str, object]:
    return {
        "account": step.following.account,
        "previous": step.previous.until,
        "following": step.following.until,
        "continuity": step.follows.continuity,
        "missing": step.follows.missing,
    }
