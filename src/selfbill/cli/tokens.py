"""`selfbill token`: tokens for programs that use the API."""

import datetime as dt
from collections.abc import Sequence

from selfbill.cli.opening import opened
from selfbill.cli.operator import operator
from selfbill.cli.refusals import CommandRefusal
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import short_date
from selfbill.moments import local_date
from selfbill.store.api_tokens import list_tokens, make_token, revoke_token

COLUMNS = (
    Column("Nummer", "ID", keep=True),
    Column("Programma", "Program"),
    Column("Mag", "May"),
    Column("Gemaakt", "Made", keep=True),
    Column("Ingetrokken", "Revoked", keep=True),
)


class NoSuchToken(CommandRefusal):
    code = "no_such_token"
    nl = "Er is geen token {identifier} dat nog geldt. Kijk met: selfbill token list"
    en = "There is no token {identifier} that still holds. Look with: selfbill token list"


def make_one(terminal: Terminal, *, name: str, scopes: Sequence[str], agency: str | None, as_json: bool) -> None:
    """Shows the token, this one time."""
    with opened(terminal, agency) as house:
        made = make_token(
            house.pool, house.agency, name=name, scopes=set(scopes), by=operator(), at=dt.datetime.now(dt.UTC)
        )
    if as_json:
        terminal.json({"id": made.id, "token": made.token})
        return
    terminal.say(made.token, made.token)
    terminal.note(
        f"Bewaar dit token ({made.id}) nu: het wordt niet nog eens getoond.",
        f"Keep this token ({made.id}) now: it is not shown again.",
    )


def show_all(terminal: Terminal, *, agency: str | None, as_json: bool) -> None:
    """The latest first."""
    with opened(terminal, agency) as house:
        tokens = list_tokens(house.pool)
    if as_json:
        terminal.json(tokens)
        return
    rows = [
        [
            each.id,
            each.name,
            ", ".join(each.scopes),
            short_date(local_date(each.made_at)),
            short_date(local_date(each.revoked_at)) if each.revoked_at else "",
        ]
        for each in tokens
    ]
    terminal.table(COLUMNS, rows)


def revoke_one(terminal: Terminal, *, identifier: str, agency: str | None) -> None:
    """Raises NoSuchToken."""
    with opened(terminal, agency) as house:
        if not revoke_token(house.pool, identifier, by=operator(), at=dt.datetime.now(dt.UTC)):
            raise NoSuchToken(identifier=identifier)
    terminal.say(f"Token {identifier} geldt niet meer.", f"Token {identifier} holds no longer.")
