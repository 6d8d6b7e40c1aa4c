"""`selfbill collection status`: how far the collection of each late invoice is, what comes next, and who is left alone."""

import datetime as dt

from selfbill.cli.collecting import concerned
from selfbill.cli.moments import shown_moment
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount, short_date
from selfbill.moments import local_date
from selfbill.projections import collection, suspensions
from selfbill.projections.collection import CollectedInvoice

COLUMNS = (
    Column("Nummer", "Number", keep=True),
    Column("Debiteur", "Debtor", keep=True),
    Column("Vervalt", "Due", keep=True, spare=True),
    Column("Open", "Open", right=True),
    Column("Kosten", "Cost", right=True),
    Column("Laatste stap", "Last step"),
    Column("Volgende stap", "Next step"),
    Column("Waarom nog niet", "Why not yet"),
)
SUSPENDED_COLUMNS = (
    Column("Debiteur", "Debtor", keep=True),
    Column("Tot en met", "Until", keep=True),
    Column("Reden", "Reason"),
)
_STEPS = {
    "reminder": ("herinnering", "reminder"),
    "demand": ("aanmaning", "demand"),
    "hand_over": ("klaar om uit handen te geven", "ready to hand over"),
    "handed_over": ("uit handen gegeven", "handed over"),
}


def show_status(
    terminal: Terminal, *, about: str | None, hand_over: bool, limit: int, agency: str | None, as_json: bool
) -> None:
    """The invoices that are collected, of everybody or of one; then the suspensions that hold today."""
    today = local_date(dt.datetime.now(dt.UTC))
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        kind, code = (None, None) if about is None else concerned(house, about)
        with house.pool.connection() as connection:
            if kind == "invoice" and code is not None:
                found = collection.by_number(connection, code)
                items = [] if found is None else [found]
            else:
                items = collection.being_collected(
                    connection, debtor_kind=kind, debtor=code, only_for_hand_over=hand_over, limit=limit + 1
                )
            debtor = items[0].debtor if kind == "invoice" else code
            suspended = [] if hand_over else suspensions.in_force(connection, today, debtor)
    more, items = len(items) > limit, items[:limit]
    if as_json:
        terminal.json({"items": items, "more": more, "suspended": suspended})
        return
    if items:
        terminal.table(COLUMNS, [_row(terminal, item) for item in items])
    else:
        terminal.say("Er wordt niets ingevorderd.", "Nothing is being collected.")
    if more:
        terminal.say(f"En meer; dit zijn de eerste {limit}.", f"And more; these are the first {limit}.")
    if suspended:
        terminal.heading("Opgeschort", "Suspended")
        terminal.table(SUSPENDED_COLUMNS, [[each.debtor, short_date(each.until), each.reason] for each in suspended])


def _row(terminal: Terminal, item: CollectedInvoice) -> list[str]:
    last = terminal.pick(*_STEPS[item.stage]) if item.stage else ""
    following = terminal.pick(*_STEPS[item.next_step]) if item.next_step else ""
    return [
        item.number,
        item.debtor,
        short_date(item.due),
        amount(item.open, terminal.language),
        amount(item.cost, terminal.language) if item.cost else "",
        f"{last}, {short_date(item.stage_on)}" if item.stage_on else last,
        f"{following}, {shown_moment(item.next_at, terminal.language)}" if item.next_at else "",
        item.held or "",
    ]
