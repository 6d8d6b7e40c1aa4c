"""Logging in with a name and a password, and perhaps a code: whoever fails hears the same, and waits the same, whoever they are."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

import msgspec

from selfbill.aggregates.account import Grant, Source, User, read_grant
from selfbill.aggregates.account_refusals import LockedOut, NoRoles, WrongCode, WrongLogin
from selfbill.aggregates.lockout import FREE_BY_ADDRESS, FREE_BY_NAME
from selfbill.application.passwords import hash_password, is_outdated, is_password
from selfbill.application.users import (
    Accounts,
    change_password,
    code_for,
    enrol_authenticator,
    set_hash,
    tidy,
    welcome_user,
)
from selfbill.store.logins import NO_WAIT, clear_attempts, count_attempt, forget_attempts, take_back_attempt, use_code
from selfbill.store.sessions import Session
from selfbill.totp import matching_step


class Entered(msgspec.Struct, frozen=True):
    """A browser that got in: the token of its new session, and whether a code is still asked for."""

    user: User
    token: str
    is_open: bool


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody for whom the organisation's own login vouches, with the roles of today."""

    source: Source
    identity: str
    """What that login calls the person for ever: no name or address, which change hands."""
    email: str
    name: str
    wanted: str
    """What the user's name should look like."""
    grants: list[Grant]


Directory = Callable[[str, str], Vouched | None]
"""Asks the organisation's directory about a name and a password; None where they do not go together."""


def log_in(
    accounts: Accounts, *, name: str, password: str, address: str, agent: str, directory: Directory | None = None
) -> Entered:
    """Somebody shows a name (or e-mail address) and a password; `address` is that of the network.

    Raises LockedOut, and WrongLogin for everything else that is wrong: an unknown name, a wrong password, no password, a
    disabled account, one that logs in elsewhere. The password is checked in each of these cases. Whom a directory knows may also
    hear NoRoles or UserDisabled, once the password is right; and what the directory raises when it cannot be asked.
    """
    by_name, by_address = _subject(accounts, "name", tidy(name)), _subject(accounts, "address", address)
    _count(accounts, by_address, FREE_BY_ADDRESS)
    _count(accounts, by_name, FREE_BY_NAME)
    user = accounts.who_logs_in(name)
    is_right = is_password(user.password, password)
    if directory is not None and (not user.code or user.source is Source.LDAP):
        vouched = directory(name.strip(), password)
        if vouched is None:
            raise WrongLogin
        take_back_attempt(accounts.pool, by_address)
        forget_attempts(accounts.pool, by_name)
        return welcome(accounts, vouched, agent=agent)
    if not is_right or user.is_disabled or user.source is not Source.LOCAL:
        raise WrongLogin
    take_back_attempt(accounts.pool, by_address)
    if user.password is not None and is_outdated(user.password):
        set_hash(accounts, user.code, hash_password(password))
        user = accounts.user(user.code)
    if user.authenticator is None:
        forget_attempts(accounts.pool, by_name)
    return enter(accounts, user=user, method="password", agent=agent, is_open=user.authenticator is None)


def grants_of(groups: Collection[str], roles: Mapping[str, str]) -> list[Grant]:
    """The roles of these groups, by the table in the settings; groups that it does not name give none."""
    return sorted({read_grant(roles[group]) for group in groups if group in roles})


def welcome(accounts: Accounts, vouched: Vouched, *, agent: str) -> Entered:
    """The account of this person with today's roles, and a session. Raises NoRoles, and what `account.provision` refuses."""
    code = code_for(accounts, identity=vouched.identity, wanted=vouched.wanted)
    if vouched.grants or accounts.user(code).code:
        welcome_user(
            accounts,
            code=code,
            identity=vouched.identity,
            source=vouched.source,
            email=vouched.email,
            name=vouched.name,
            grants=vouched.grants,
        )
    if not vouched.grants:
        raise NoRoles
    return enter(accounts, user=accounts.user(code), method=vouched.source.value, agent=agent)


def show_code(accounts: Accounts, *, session: Session, code: str, agent: str) -> Entered:
    """Somebody whose password was right shows the code of the authenticator; the session that follows is a new one.

    Raises LockedOut, WrongCode, WrongLogin.
    """
    user = accounts.user(session.user)
    subject = _subject(accounts, "code", user.code)
    _count(accounts, subject, FREE_BY_NAME)
    if user.authenticator is None or user.is_disabled or not is_current(session, user):
        raise WrongLogin
    step = matching_step(user.authenticator, code, accounts.now.timestamp())
    if step is None or not use_code(accounts.pool, user.code, step):
        raise WrongCode
    forget_attempts(accounts.pool, subject)
    for name in (user.code, user.email or ""):
        forget_attempts(accounts.pool, _subject(accounts, "name", tidy(name)))
    accounts.sessions.end(user.code, session.id)
    return enter(accounts, user=user, method="password and code", agent=agent)


def replace_password(accounts: Accounts, *, session: Session, old: str, new: str, agent: str) -> Entered:
    """Somebody who is logged in shows the old password and chooses a new one; every other session of theirs ends.

    Raises LockedOut, WrongLogin, and what `account.check_password` refuses.
    """
    subject = _subject(accounts, "name", session.user)
    _count(accounts, subject, FREE_BY_NAME)
    user = accounts.user(session.user)
    if not is_password(user.password, old):
        raise WrongLogin
    forget_attempts(accounts.pool, subject)
    change_password(accounts, user=user.code, password=new)
    accounts.sessions.end_all(user.code)
    return enter(accounts, user=accounts.user(user.code), method=session.method, agent=agent)


def replace_authenticator(
    accounts: Accounts, *, session: Session, secret: str, code: str, password: str, agent: str
) -> Entered:
    """Somebody who is logged in shows the password, and a code from a telephone that has this secret; other sessions end.

    Raises LockedOut, WrongLogin, WrongCode.
    """
    subject = _subject(accounts, "name", session.user)
    _count(accounts, subject, FREE_BY_NAME)
    user = accounts.user(session.user)
    if not is_password(user.password, password):
        raise WrongLogin
    forget_attempts(accounts.pool, subject)
    enrol_authenticator(accounts, user=user.code, secret=secret, code=code)
    accounts.sessions.end_all(user.code)
    return enter(accounts, user=accounts.user(user.code), method="password and code", agent=agent)


def count_asking(accounts: Accounts, *, name: str, address: str) -> bool:
    """Whether somebody who forgot a password may be mailed about this name; too often under one name is passed over in silence.

    Raises LockedOut for an address that asks too often.
    """
    _count(accounts, _subject(accounts, "asking address", address), FREE_BY_ADDRESS)
    return (
        count_attempt(accounts.pool, _subject(accounts, "asking name", tidy(name)), free=FREE_BY_NAME, now=accounts.now)
        == NO_WAIT
    )


def enter(accounts: Accounts, *, user: User, method: str, agent: str, is_open: bool = True) -> Entered:
    """A new session, under a token that the browser did not have before."""
    clear_attempts(accounts.pool, now=accounts.now)
    token = accounts.sessions.begin(
        user=user.code,
        is_open=is_open,
        method=method,
        secrets=user.secrets_changed,
        roles=user.roles_changed,
        agent=agent,
        now=accounts.now,
    )
    return Entered(user, token, is_open)


def is_current(session: Session, user: User) -> bool:
    """Whether the session still stands: the account is in use, and its secrets are those with which it began."""
    return bool(user.code) and not user.is_disabled and session.secrets == user.secrets_changed


def _subject(accounts: Accounts, kind: str, text: str) -> bytes:
    """What failures are counted under: nobody can read from the table who tried, or from where."""
    return bytes.fromhex(accounts.store.keyring.pseudonym(f"{kind} {text}"))


def _count(accounts: Accounts, subject: bytes, free: int) -> None:
    waiting = count_attempt(accounts.pool, subject, free=free, now=accounts.now)
    if waiting > NO_WAIT:
        raise LockedOut(minutes=-(-waiting // dt.timedelta(minutes=1)))
