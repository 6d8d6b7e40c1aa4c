"""`selfbill agenda`: what must still happen, when, and why it has not happened yet."""

from selfbill.cli.moments import read_moment, shown_moment
from selfbill.cli.opening import read_models
from selfbill.cli.refusals import NoSuchPolicy
from selfbill.cli.terminal import Column, Terminal
from selfbill.policies.all import BY_NAME
from selfbill.projections.agenda import AgendaItem, list_agenda

COLUMNS = (
    Column("Wanneer", "When", keep=True),
    Column("Wat", "What"),
    Column("Waarover", "About", keep=True),
    Column("Pogingen", "Failures", right=True, spare=True),
    Column("Waarom nog niet", "Why not yet"),
)


def show_agenda(
    terminal: Terminal,
    *,
    agency: str | None,
    until: str | None,
    policy: str | None,
    held: bool,
    limit: int,
    as_json: bool,
) -> None:
    """The agenda, earliest first."""
    last = None if until is None else read_moment(until)
    if policy is not None and policy not in BY_NAME:
        raise NoSuchPolicy(name=policy, names=", ".join(BY_NAME))
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        items = list_agenda(connection, policy=policy, until=last, only_held=held, limit=limit + 1)
    more, items = len(items) > limit, items[:limit]
    if as_json:
        terminal.json({"items": items, "more": more})
        return
    if not items:
        terminal.say("Er staat niets op de agenda.", "There is nothing on the agenda.")
        return
    terminal.table(COLUMNS, [_row(terminal, item) for item in items])
    if more:
        terminal.say(f"En meer; dit zijn de eerste {limit}.", f"And more; these are the first {limit}.")


def policy_title(terminal: Terminal, name: str) -> str:
    """What a policy does, as staff read it."""
    return terminal.pick(BY_NAME[name].title if name in BY_NAME else name, name.replace("_", " "))


def _row(terminal: Terminal, item: AgendaItem) -> list[str]:
    return [
        shown_moment(item.due, terminal.language),
        policy_title(terminal, item.policy),
        item.subject,
        str(item.failures or ""),
        item.reason or "",
    ]
