"""`selfbill open-items`: what is still to be paid, or was on any day, and for how long already."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.cli import spreadsheet
from selfbill.cli.moments import read_day, read_known, read_moment, shown_moment
from selfbill.cli.opening import read_models
from selfbill.cli.refusals import NoSuchParty, NotAMomentToRunTo
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount, short_date
from selfbill.moments import local_date
from selfbill.projections import debtor_card, freelancer_card, open_items
from selfbill.projections.open_as_of import LATE, ItemAsOf, Scope, open_items_as_of
from selfbill.projections.open_items import OpenItem
from selfbill.values import Cents

COLUMNS = (
    Column("Nummer", "Number", keep=True),
    Column("Debiteur", "Debtor", keep=True),
    Column("Datum", "Date", keep=True, spare=True),
    Column("Vervalt", "Due", keep=True),
    Column("Dagen te laat", "Days late", right=True),
    Column("Totaal", "Total", right=True, spare=True),
    Column("Open", "Open", right=True),
    Column("Betalingskenmerk", "Payment reference", keep=True, spare=True),
)
AGEING_COLUMNS = (
    Column("Ouderdom", "Age", keep=True),
    Column("Posten", "Items", right=True),
    Column("Open", "Open", right=True),
)
CSV_COLUMNS = {
    "nl": (
        *("Factuur", "Debiteur", "Schuldeiser", "Datum", "Vervalt", "Dagen te laat"),
        *("Totaal", "Open", "Betalingskenmerk", "Laatste ontvangst"),
    ),
    "en": (
        *("Invoice", "Debtor", "Creditor", "Date", "Due", "Days late"),
        *("Total", "Open", "Payment reference", "Last receipt"),
    ),
}


class Asked(msgspec.Struct, frozen=True):
    """Of which day, and what was known when."""

    day: dt.date
    """On which days late are counted."""
    known: dt.datetime | None
    up_to: dt.date
    """Up to which day things count: without a day everything does, whatever its date."""


class AgeClass(msgspec.Struct, frozen=True):
    """The items that are late by more than `over` days, and at most `up_to`; over None is what is not due yet."""

    over: int | None
    up_to: int | None
    items: int
    open: Cents


def show_open_items(
    terminal: Terminal,
    *,
    agency: str | None,
    debtor: str | None,
    creditor: str | None,
    as_of: str | None,
    known: str | None,
    totals: bool,
    limit: int,
    csv: Path | None,
    as_json: bool,
) -> None:
    """The items by due date, and their sum by age on a day; or only that sum."""
    asked = read_asked(as_of, known)
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        require_party(connection, debtor)
        require_party(connection, None if creditor == "agency" else creditor)
        items: list[OpenItem] | list[ItemAsOf]
        if (as_of, known, creditor, csv) == (None, None, None, None):
            items = _standing(connection, debtor)
        else:
            items = open_items_as_of(connection, Scope(asked.up_to, asked.known, debtor=debtor, creditor=creditor))
    if csv is not None:
        rows = [_cells(item, asked.day) for item in items if isinstance(item, ItemAsOf)]
        spreadsheet.write(terminal, csv, CSV_COLUMNS[terminal.language], rows)
        return
    if as_json:
        terminal.json({"on": asked.day, "known": asked.known, "items": items, "ageing": ageing(items, asked.day)})
        return
    if not items:
        terminal.say("Er staat niets open.", "Nothing is open.")
        return
    if not totals:
        terminal.table(COLUMNS, [_row(terminal, item, asked.day) for item in items[:limit]])
        if len(items) > limit:
            terminal.say(
                f"En {len(items) - limit} meer; dit zijn de {limit} oudste.",
                f"And {len(items) - limit} more; these are the {limit} oldest.",
            )
    show_ageing(terminal, items, asked.day)
    say_known(terminal, asked.known)


def read_asked(as_of: str | None, known: str | None) -> Asked:
    """What was asked for; without a day it is today, or the day of the moment that was asked for. Raises NotADay, NotKnowable."""
    today = local_date(dt.datetime.now(dt.UTC))
    if as_of is not None:
        day = read_day(as_of)
        return Asked(day, read_known(known, day), day)
    if known is None:
        return Asked(today, None, dt.date.max)
    moment = read_known(known, today)
    try:
        day = local_date(read_moment(known.upper()))
    except NotAMomentToRunTo:
        day = today
    return Asked(day, moment, day)


def require_party(connection: Connection[Any], code: str | None) -> None:
    """Raises NoSuchParty for a code that is nobody's, which an empty list would hide."""
    if code is None:
        return
    if (debtor_card.by_code(connection, code), freelancer_card.by_code(connection, code)) == (None, None):
        raise NoSuchParty(code=code, hint="")


def say_known(terminal: Terminal, known: dt.datetime | None) -> None:
    """Says that what is shown is what was known at a moment."""
    if known is not None:
        moment = shown_moment(known, terminal.language)
        terminal.say(f"Zoals bekend op {moment}.", f"As known on {moment}.")


def show_ageing(terminal: Terminal, items: Sequence[OpenItem | ItemAsOf], day: dt.date) -> None:
    """How much has been open for how long on this day."""
    classes = [each for each in ageing(items, day) if each.items]
    rows = [[_age(terminal, each), str(each.items), amount(each.open, terminal.language)] for each in classes]
    total = Cents(sum(item.open for item in items))
    name = terminal.pick(f"Openstaand op {short_date(day)}", f"Open on {short_date(day)}")
    terminal.table(AGEING_COLUMNS, rows, [name, str(len(items)), amount(total, terminal.language)])


def ageing(items: Sequence[OpenItem | ItemAsOf], day: dt.date) -> list[AgeClass]:
    """The open amounts by how many days they are late on this day; what falls due on the day itself is not late."""
    classes = []
    for over, up_to in zip((None, *LATE), (0, *LATE[1:], None), strict=True):
        late = [
            item
            for item in items
            if (over is None or (day - item.due).days > over) and (up_to is None or (day - item.due).days <= up_to)
        ]
        classes.append(AgeClass(over, up_to, len(late), Cents(sum(item.open for item in late))))
    return classes


def _standing(connection: Connection[Any], debtor: str | None) -> list[OpenItem]:
    """What is open whatever its day, which one read model answers at once."""
    if debtor is None:
        items = open_items.all_open_items(connection)
    else:
        items = [
            *open_items.of_debtor(connection, "customer", debtor),
            *open_items.of_debtor(connection, "freelancer", debtor),
        ]
    return sorted(items, key=lambda item: (item.due, item.number))


def _age(terminal: Terminal, age: AgeClass) -> str:
    if age.over is None:
        return terminal.pick("nog niet vervallen", "not due yet")
    if age.up_to is None:
        return terminal.pick(f"meer dan {age.over} dagen te laat", f"more than {age.over} days late")
    return terminal.pick(f"{age.over + 1} - {age.up_to} dagen te laat", f"{age.over + 1} - {age.up_to} days late")


def _row(terminal: Terminal, item: OpenItem | ItemAsOf, day: dt.date) -> list[str]:
    late = (day - item.due).days
    return [
        item.number,
        item.debtor,
        short_date(item.date),
        short_date(item.due),
        str(late) if late > 0 else "",
        amount(item.total, terminal.language),
        amount(item.open, terminal.language),
        item.payment_reference,
    ]


def _cells(item: ItemAsOf, day: dt.date) -> list[spreadsheet.Cell]:
    return [
        *(item.number, item.debtor, item.creditor, item.date, item.due, max(0, (day - item.due).days)),
        *(spreadsheet.in_euros(item.total), spreadsheet.in_euros(item.open)),
        *(item.payment_reference, item.last_receipt),
    ]
