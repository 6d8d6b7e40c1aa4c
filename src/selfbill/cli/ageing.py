"""`selfbill ageing`: what every debtor owes, or owed on any day, by how late it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from selfbill.cli import spreadsheet
from selfbill.cli.open_items import read_asked, require_party, say_known
from selfbill.cli.opening import read_models
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount, short_date
from selfbill.pricing.terms import Towards
from selfbill.projections.names import names_of
from selfbill.projections.open_as_of import Ageing, Scope, ageing_as_of
from selfbill.values import Cents

COLUMNS = (
    Column("Debiteur", "Debtor", keep=True),
    Column("Naam", "Name", spare=True),
    Column("Niet vervallen", "Not due", right=True),
    Column("1 - 30", "1 - 30", right=True),
    Column("31 - 60", "31 - 60", right=True),
    Column("61 - 90", "61 - 90", right=True),
    Column("> 90 dagen", "> 90 days", right=True),
    Column("Open", "Open", right=True),
    Column("Laatste ontvangst", "Last receipt", keep=True, spare=True),
)
_AMOUNTS = ("not_due", "late_1", "late_31", "late_61", "late_91", "open")

Names = Mapping[tuple[Towards, str], str]


def show_ageing_list(
    terminal: Terminal,
    *,
    agency: str | None,
    as_of: str | None,
    known: str | None,
    creditor: str | None,
    limit: int,
    csv: Path | None,
    as_json: bool,
) -> None:
    """A row for each debtor with anything open, and the totals; the largest amount first."""
    asked = read_asked(as_of, known)
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        require_party(connection, None if creditor == "agency" else creditor)
        # Without a day everything counts, as in the list of open items; only how late it is depends on today.
        found = ageing_as_of(connection, Scope(asked.up_to, asked.known, creditor=creditor), late_on=asked.day)
        kinds: tuple[Towards, ...] = ("customer", "freelancer")
        names = {
            (kind, code): name
            for kind in kinds
            for code, name in names_of(
                connection, kind, [row.debtor for row in found if row.debtor_kind == kind]
            ).items()
        }
    found.sort(key=lambda row: (-row.open, row.debtor))
    if csv is not None:
        headings = [column.nl if terminal.language == "nl" else column.en for column in COLUMNS]
        spreadsheet.write(terminal, csv, headings, [_cells(row, names) for row in found])
    elif as_json:
        debtors = [msgspec.structs.asdict(row) | {"name": names.get((row.debtor_kind, row.debtor))} for row in found]
        terminal.json({"on": asked.day, "known": asked.known, "debtors": debtors, "totals": _totals(found)})
    elif not found:
        terminal.say("Er staat niets open.", "Nothing is open.")
    else:
        terminal.heading(f"Ouderdom op {short_date(asked.day)}", f"Ageing on {short_date(asked.day)}")
        _show(terminal, found, names, limit)
        say_known(terminal, asked.known)


def _show(terminal: Terminal, found: Sequence[Ageing], names: Names, limit: int) -> None:
    language = terminal.language
    rows = [
        [
            row.debtor,
            names.get((row.debtor_kind, row.debtor), ""),
            *(amount(getattr(row, name), language) for name in _AMOUNTS),
            short_date(row.last_receipt) if row.last_receipt else "",
        ]
        for row in found[:limit]
    ]
    one = len(found) == 1
    count = terminal.pick(
        f"{len(found)} {'debiteur' if one else 'debiteuren'}", f"{len(found)} {'debtor' if one else 'debtors'}"
    )
    footer = [count, "", *(amount(cents, language) for cents in _totals(found).values()), ""]
    terminal.table(COLUMNS, rows, footer)
    if len(found) > limit:
        terminal.say(
            f"En {len(found) - limit} meer; dit zijn de {limit} grootste. Het totaal is van alle.",
            f"And {len(found) - limit} more; these are the {limit} largest. The total is of all.",
        )


def _totals(found: Sequence[Ageing]) -> dict[str, Cents]:
    return {name: Cents(sum(getattr(row, name) for row in found)) for name in _AMOUNTS}


def _cells(row: Ageing, names: Names) -> list[spreadsheet.Cell]:
    amounts = [spreadsheet.in_euros(getattr(row, name)) for name in _AMOUNTS]
    return [row.debtor, names.get((row.debtor_kind, row.debtor), ""), *amounts, row.last_receipt]
