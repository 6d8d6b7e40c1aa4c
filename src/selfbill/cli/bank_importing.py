"""`selfbill bank import`, `account`, `statements` and `match`."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from selfbill.application.bank_statements import share_account
from selfbill.cli.bank import REFUSAL_COLUMNS
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import short_date
from selfbill.intake.bank.limits import MOST_BYTES
from selfbill.intake.bank.misread import BankFileRefused
from selfbill.intake.findings import RowError
from selfbill.intake.reasons import UnreadableFile
from selfbill.projections import bank_accounts
from selfbill.projections.bank_accounts import TakenStatement
from selfbill.refusals import Refusal
from selfbill.runtime.bank import TakenIn, match_owners, take_in_bank_file
from selfbill.runtime.house import House
from selfbill.values import euros

TAKEN_COLUMNS = (
    Column("Van", "Of", keep=True),
    Column("Rekening", "Account", keep=True),
    Column("Tot en met", "Until", keep=True),
    Column("Boekingen", "Bookings", right=True),
    Column("Nieuw", "New", right=True),
    Column("Som", "Sum", right=True),
    Column("Eindsaldo", "Closing", right=True),
    Column("Aansluiting", "Continuity"),
)
ACCOUNT_COLUMNS = (Column("Van", "Of", keep=True), Column("Rekeningen", "Accounts"))
_CONTINUITY = {
    "ok": ("sluit aan", "goes on"),
    "first": ("het eerste", "the first"),
    "gap": ("er ontbreekt {missing}", "{missing} is missing"),
    "overlap": ("dezelfde of eerdere dagen", "the same or earlier days"),
    "known": ("was al overgenomen", "was taken in before"),
    "unknown": ("niet te zien", "cannot be told"),
}


class _File(msgspec.Struct, frozen=True):
    """A file, and what was taken in of it or why nothing was."""

    file: str
    taken: Sequence[TakenIn] = ()
    error: RowError | None = None
    refusal: Refusal | None = None


def import_bank_files(
    terminal: Terminal, *, files: Sequence[Path], owner: str | None, match: bool, agency: str | None, as_json: bool
) -> ExitCode:
    """Takes in each file whole or not at all; one that is refused does not keep the others out."""
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        found = [_take_in(house, path, owner) for path in files]
        counts: Counter[str] = Counter()
        owners = [each.owner for file in found for each in file.taken if each.taken.new or each.taken.replaced]
        if match and owners:
            counts = _match(terminal, house, owners)
    if as_json:
        terminal.json({"files": [_file_json(terminal, file) for file in found], "matched": counts})
    else:
        for file in found:
            _show_file(terminal, file)
        if owners and match:
            _say_matched(terminal, counts)
    refused = any(file.error or file.refusal for file in found)
    return ExitCode.DATA_REFUSED if refused else ExitCode.DONE


def _take_in(house: House, path: Path, owner: str | None) -> _File:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        return _File(str(path), error=RowError(str(path), 0, "", "", UnreadableFile(file=path.name)))
    office = house.office(by=operator())
    try:
        return _File(str(path), take_in_bank_file(house, office, name=path.name, content=content, owner=owner))
    except BankFileRefused as refused:
        return _File(str(path), error=refused.error)
    except Refusal as refusal:
        return _File(str(path), refusal=refusal)


def _match(terminal: Terminal, house: House, owners: Sequence[str]) -> Counter[str]:
    show_everything(terminal, house)
    return match_owners(house, house.office(by=operator(), cause="matching"), owners)


def _show_file(terminal: Terminal, file: _File) -> None:
    if file.error is not None:
        error = file.error
        terminal.heading(
            f"{file.file}: geweigerd, er is niets van overgenomen", f"{file.file}: refused, nothing of it was taken in"
        )
        row = [f"{error.file}:{error.line}", error.column, repr(error.value)[1:-1], error.reason(terminal.language)]
        terminal.table(REFUSAL_COLUMNS, [row])
        return
    if file.refusal is not None:
        terminal.heading(
            f"{file.file}: geweigerd, er is niets van overgenomen", f"{file.file}: refused, nothing of it was taken in"
        )
        terminal.say(file.refusal.sentence("nl"), file.refusal.sentence("en"))
        return
    terminal.heading(f"{file.file}: overgenomen", f"{file.file}: taken in")
    terminal.table(TAKEN_COLUMNS, [_taken_row(terminal, each) for each in file.taken])


def _taken_row(terminal: Terminal, each: TakenIn) -> list[str]:
    statement, taken = each.statement, each.taken
    continuity = terminal.pick(*_CONTINUITY[taken.continuity]).format(missing=euros(taken.missing or 0))
    return [
        each.owner,
        statement.account,
        short_date(statement.until) if statement.until else "-",
        str(len(statement.entries)),
        str(taken.new),
        euros(statement.total),
        "-" if statement.closing is None else euros(statement.closing),
        continuity,
    ]


def _say_matched(terminal: Terminal, counts: Counter[str]) -> None:
    certain, proposed, unmatched = counts["certain"], counts["proposed"], counts["unmatched"] + counts["later"]
    terminal.say(
        f"{certain} zeker en verwerkt, {proposed} met een voorstel, {unmatched} uit te zoeken.",
        f"{certain} certain and allocated, {proposed} with a proposal, {unmatched} to be looked into.",
    )
    if proposed or unmatched:
        terminal.note("Kijk met: selfbill bank payments --work", "Look with: selfbill bank payments --work")


def _file_json(terminal: Terminal, file: _File) -> dict[str, object]:
    return {
        "file": file.file,
        "error": file.error.as_json(terminal.language) if file.error else None,
        "refusal": {"code": file.refusal.code, "reason": file.refusal.sentence(terminal.language)}
        if file.refusal
        else None,
        "statements": [
            {
                "owner": each.owner,
                "account": each.statement.account,
                "until": each.statement.until,
                "entries": len(each.statement.entries),
                "new": each.taken.new,
                "known": each.taken.known,
                "replaced": each.taken.replaced,
                "total": each.statement.total,
                "closing": each.statement.closing,
                "continuity": each.taken.continuity,
                "missing": each.taken.missing,
            }
            for each in file.taken
        ],
    }


def account(terminal: Terminal, *, iban: str | None, owner: str | None, agency: str | None, as_json: bool) -> None:
    """Says whose an account is, or shows whose accounts are known."""
    with opened(terminal, agency) as house:
        if iban is not None:
            share_account(
                house.office(by=operator(), cause="selfbill bank account"), owner=owner or "agency", account=iban
            )
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            holders = bank_accounts.holders(connection, owner)
    if as_json:
        terminal.json({"holders": holders})
    else:
        terminal.table(ACCOUNT_COLUMNS, [[each.owner, ", ".join(each.accounts)] for each in holders])


def show_statements(terminal: Terminal, *, owner: str | None, limit: int, agency: str | None, as_json: bool) -> None:
    """The statements that were taken in, the latest first."""
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            found = bank_accounts.statements(connection, owner, limit)
    if as_json:
        terminal.json({"statements": found})
    elif found:
        terminal.table(TAKEN_COLUMNS, [_statement_row(terminal, each) for each in found])
    else:
        terminal.say(
            "Er zijn nog geen bankafschriften overgenomen. Doe dat met: selfbill bank import BESTAND",
            "No bank statements have been taken in yet. Do so with: selfbill bank import FILE",
        )


def _statement_row(terminal: Terminal, each: TakenStatement) -> list[str]:
    continuity = terminal.pick(*_CONTINUITY[each.continuity]).format(missing=euros(each.missing or 0))
    return [
        each.owner,
        each.account or f"...{each.account_end}",
        short_date(each.until) if each.until else "-",
        str(each.entries),
        str(each.new),
        euros(each.total),
        "-" if each.closing is None else euros(each.closing),
        continuity,
    ]


def match_again(terminal: Terminal, *, owner: str | None, agency: str | None, as_json: bool) -> None:
    """Matches what is left again, of one owner or of all who have accounts."""
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            owners = [each.owner for each in bank_accounts.holders(connection, owner)]
        counts = _match(terminal, house, owners)
    if as_json:
        terminal.json({"matched": counts})
    else:
        _say_matched(terminal, counts)
