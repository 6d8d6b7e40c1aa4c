"""`selfbill open-items`: what is still to be paid, and for how long already."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from selfbill.cli.moments import read_day
from selfbill.cli.opening import read_models
from selfbill.cli.refusals import NoSuchParty
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount, short_date
from selfbill.moments import local_date
from selfbill.projections import debtor_card, freelancer_card, open_items
from selfbill.projections.open_items import OpenItem
from selfbill.values import Cents

LATE = (0, 30, 60, 90)
"""Days after the due date at which an item is one class later: the four columns of every debtors' list."""

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
    on: str | None,
    totals: bool,
    limit: int,
    as_json: bool,
) -> None:
    """The items by due date, and their sum by age on a day; or only that sum."""
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        if debtor is None:
            items = open_items.all_open_items(connection)
        else:
            items = [
                *open_items.of_debtor(connection, "customer", debtor),
                *open_items.of_debtor(connection, "freelancer", debtor),
            ]
            cards = debtor_card.by_code(connection, debtor), freelancer_card.by_code(connection, debtor)
            if cards == (None, None):
                raise NoSuchParty(code=debtor, hint="")
    day = local_date(dt.datetime.now(dt.UTC)) if on is None else read_day(on)
    items.sort(key=lambda item: (item.due, item.number))
    if as_json:
        terminal.json({"on": day, "items": items, "ageing": ageing(items, day)})
        return
    if not items:
        terminal.say("Er staat niets open.", "Nothing is open.")
        return
    if not totals:
        terminal.table(COLUMNS, [_row(terminal, item, day) for item in items[:limit]])
        if len(items) > limit:
            terminal.say(
                f"En {len(items) - limit} meer; dit zijn de {limit} oudste.",
                f"And {len(items) - limit} more; these are the {limit} oldest.",
            )
    show_ageing(terminal, items, day)


def show_ageing(terminal: Terminal, items: Sequence[OpenItem], day: dt.date) -> None:
    """How much has been open for how long on this day."""
    classes = [each for each in ageing(items, day) if each.items]
    rows = [[_age(terminal, each), str(each.items), amount(each.open, terminal.language)] for each in classes]
    total = Cents(sum(item.open for item in items))
    name = terminal.pick(f"Openstaand op {short_date(day)}", f"Open on {short_date(day)}")
    terminal.table(AGEING_COLUMNS, rows, [name, str(len(items)), amount(total, terminal.language)])


def ageing(items: Sequence[OpenItem], day: dt.date) -> list[AgeClass]:
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


def _age(terminal: Terminal, age: AgeClass) -> str:
    if age.over is None:
        return terminal.pick("nog niet vervallen", "not due yet")
    if age.up_to is None:
        return terminal.pick(f"meer dan {age.over} dagen te laat", f"more than {age.over} days late")
    return terminal.pick(f"{age.over + 1} - {age.up_to} dagen te laat", f"{age.over + 1} - {age.up_to} days late")


def _row(terminal: Terminal, item: OpenItem, day: dt.date) -> list[str]:
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
