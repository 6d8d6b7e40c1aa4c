"""`selfbill user`: who may log in on the portal."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from selfbill.aggregates.account import Source, User, read_grant, require
from selfbill.aggregates.event import AlreadyDone
from selfbill.application import users
from selfbill.application.office import Outcome
from selfbill.application.users import Accounts
from selfbill.cli.opening import opened
from selfbill.cli.operator import operator
from selfbill.cli.terminal import Column, Terminal
from selfbill.refusals import Language
from selfbill.runtime.accounts import accounts_of, send_link
from selfbill.runtime.house import House
from selfbill.values import UserCode

COLUMNS = (
    Column("Gebruiker", "User", keep=True),
    Column("Naam", "Name"),
    Column("E-mailadres", "E-mail address"),
    Column("Rollen", "Roles"),
    Column("Toestand", "State", keep=True),
    Column("Logt in met", "Logs in with", spare=True),
)


def invite_user(
    terminal: Terminal,
    *,
    user: str,
    email: str,
    name: str,
    roles: Sequence[str],
    speaks: Language,
    agency: str | None,
    as_json: bool,
) -> None:
    """Makes an account and mails the link, once more when the account was there with the same details and without a password."""
    grants = [read_grant(role) for role in roles]
    with _accounts(terminal, agency, "user invite") as (house, accounts):
        users.invite_user(accounts, code=UserCode(user), email=email, name=name, grants=grants, language=speaks)
        invited = accounts.user(user)
        if invited.password is None:
            send_link(house, accounts, user=invited, purpose="invitation")
    if as_json:
        terminal.json(_row(invited))
    elif invited.password is None:
        terminal.say(f"{user} is uitgenodigd op {invited.email}.", f"{user} was invited at {invited.email}.")
    else:
        terminal.say(f"{user} heeft al een wachtwoord.", f"{user} has a password already.")


def list_users(terminal: Terminal, *, agency: str | None, as_json: bool) -> None:
    """Everybody who has an account."""
    with _accounts(terminal, agency, "user list") as (_, accounts):
        everybody = accounts.all()
    if as_json:
        terminal.json([_row(user) for user in everybody])
    elif not everybody:
        terminal.say(
            "Er zijn nog geen gebruikers. Nodig er een uit met: selfbill user invite.",
            "There are no users yet. Invite one with: selfbill user invite.",
        )
    else:
        terminal.table(COLUMNS, [_cells(terminal, user) for user in everybody])


def set_roles(terminal: Terminal, *, user: str, roles: Sequence[str], agency: str | None, as_json: bool) -> None:
    """These roles from now on, also in sessions that are open."""
    grants = [read_grant(role) for role in roles]
    with _accounts(terminal, agency, "user roles") as (_, accounts):
        users.set_roles(accounts, user=UserCode(user), grants=grants)
        known = accounts.user(user)
    named = ", ".join(str(grant) for grant in sorted(known.grants))
    if as_json:
        terminal.json(_row(known))
    else:
        terminal.say(f"Rollen van {user}: {named or 'geen'}.", f"Roles of {user}: {named or 'none'}.")


def disable_user(terminal: Terminal, *, user: str, reason: str, agency: str | None, as_json: bool) -> None:
    """Nobody gets in with it any more."""
    with _accounts(terminal, agency, "user disable") as (_, accounts):
        outcome = users.disable_user(accounts, user=UserCode(user), reason=reason)
        known = accounts.user(user)
    _say_state(terminal, known, outcome, as_json=as_json)


def enable_user(terminal: Terminal, *, user: str, agency: str | None, as_json: bool) -> None:
    """It may be used again."""
    with _accounts(terminal, agency, "user enable") as (_, accounts):
        outcome = users.enable_user(accounts, user=UserCode(user))
        known = accounts.user(user)
    _say_state(terminal, known, outcome, as_json=as_json)


def reset_user(terminal: Terminal, *, user: str, authenticator: bool, agency: str | None, as_json: bool) -> None:
    """Mails a link, or switches the authenticator off; the present password holds until another is chosen."""
    with _accounts(terminal, agency, "user reset") as (house, accounts):
        known = require(accounts.user(user))
        if authenticator:
            users.remove_authenticator(accounts, user=known.code)
        else:
            send_link(house, accounts, user=known, purpose="reset" if known.password else "invitation")
        known = accounts.user(user)
    if as_json:
        terminal.json(_row(known))
    elif authenticator:
        terminal.say(f"{user} logt in zonder code.", f"{user} logs in without a code.")
    else:
        terminal.say(f"Een link is gemaild naar {known.email}.", f"A link was mailed to {known.email}.")


@contextlib.contextmanager
def _accounts(terminal: Terminal, agency: str | None, command: str) -> Iterator[tuple[House, Accounts]]:
    with opened(terminal, agency) as house:
        yield house, accounts_of(house, by=operator(), cause=f"selfbill {command}")


def _say_state(terminal: Terminal, user: User, outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        terminal.json(_row(user))
        return
    again = outcome is AlreadyDone
    state = _state(terminal, user)
    terminal.say(
        f"{user.code} is {'al ' if again else ''}{state}.", f"{user.code} is {state}{' already' if again else ''}."
    )


def _row(user: User) -> dict[str, Any]:
    """As a program reads it: nothing that lets somebody in."""
    return {
        "user": user.code,
        "name": user.name,
        "email": user.email,
        "roles": [str(grant) for grant in sorted(user.grants)],
        "state": "disabled" if user.is_disabled else "invited" if _is_waiting(user) else "active",
        "source": user.source,
        "authenticator": user.authenticator is not None,
        "language": user.language,
    }


def _cells(terminal: Terminal, user: User) -> list[str]:
    means = {
        Source.LOCAL: terminal.pick("wachtwoord", "password"),
        Source.OIDC: "OpenID Connect",
        Source.LDAP: "LDAP",
    }[user.source]
    if user.authenticator is not None:
        means = terminal.pick("wachtwoord en code", "password and code")
    named = ", ".join(str(grant) for grant in sorted(user.grants))
    return [user.code, user.name or "", user.email or "", named, _state(terminal, user), means]


def _state(terminal: Terminal, user: User) -> str:
    if user.is_disabled:
        return terminal.pick("uitgeschakeld", "disabled")
    return terminal.pick("uitgenodigd", "invited") if _is_waiting(user) else terminal.pick("actief", "active")


def _is_waiting(user: User) -> bool:
    return user.source is Source.LOCAL and user.password is None
