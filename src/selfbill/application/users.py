"""Who may log in: inviting, choosing a password and an authenticator, roles, and taking it all away again."""

import binascii
import datetime as dt
import re
import secrets
from collections.abc import Callable, Collection

import msgspec

from selfbill.aggregates import account
from selfbill.aggregates.account import Grant, Role, Source, User
from selfbill.aggregates.account_refusals import LinkSpent, UnknownUser, WrongCode
from selfbill.aggregates.catalogue import customer_stream, freelancer_stream, login_stream, user_stream
from selfbill.aggregates.event import AlreadyDoneType, Event
from selfbill.aggregates.party import UnknownParty
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.application.passwords import hash_password
from selfbill.refusals import Language
from selfbill.store.agency import AgencyStore
from selfbill.store.database import Pool
from selfbill.store.logins import Purpose, drop_links, make_link, spend_link, use_code, whose_link
from selfbill.store.sessions import Sessions
from selfbill.totp import matching_step, to_base32
from selfbill.values import CustomerCode, FreelancerCode, UserCode

LONGEST_WANTED = 30
"""Of the 40 characters that a user's name may have; the rest sets apart those who would be called the same."""

_UNFIT = re.compile(r"[^a-z0-9._-]+")

SECRET_BYTES = 20
"""RFC 4226, section 4: 160 bits, as long as the hash."""

SECRET_LETTERS = 32
"""The same in base32."""


class Accounts(msgspec.Struct, frozen=True):
    """What intentions about accounts work with, besides the office: the tables around logging in."""

    office: Office
    store: AgencyStore
    pool: Pool
    sessions: Sessions

    @property
    def now(self) -> dt.datetime:
        """The present moment, in UTC."""
        return self.office.clock.now()

    def acting(self, by: str) -> "Accounts":
        """The same on behalf of somebody else."""
        return msgspec.structs.replace(self, office=self.office.acting(by=by))

    def user(self, code: str) -> User:
        """The account as it stands; one without a code is none."""
        state: User = self.office.streams.load(user_stream(UserCode(code))).state
        return state

    def who_logs_in(self, typed: str) -> User:
        """The account behind a user's name or an e-mail address; one without a code where there is none."""
        by_email = self.office.streams.load(self.login_of(typed)).state.user
        code = by_email or tidy(typed)
        return self.user(code) if account.is_user_code(code) else User()

    def login_of(self, identity: str) -> str:
        """The stream of a way in: an e-mail address, or what the organisation's own login calls somebody."""
        return login_stream(self.store.keyring.pseudonym(tidy(identity)))

    def all(self) -> list[User]:
        """Every account, in order of name."""
        loaded = self.office.streams.load_many(self.office.streams.names("user"))
        return [each.state for each in loaded.values()]


def tidy(identity: str) -> str:
    """Upper and lower case and spaces around it make no difference to who somebody is."""
    return identity.strip().casefold()


def invite_user(
    accounts: Accounts,
    *,
    code: UserCode,
    email: str,
    name: str,
    grants: Collection[Grant] = (),
    language: Language = "nl",
) -> Outcome:
    """An account is made for somebody, with these roles; `make_link` then makes the link to be mailed.

    Raises what `account.invite` refuses, LoginTaken and UnknownParty.
    """
    streams, email = accounts.office.streams, email.strip()
    name_of, login = user_stream(code), accounts.login_of(email)

    def decide() -> Decision:
        loaded = streams.load_many([name_of, login])
        _require_parties(accounts.office, grants)
        invited = account.invite(loaded[name_of].state, code=code, email=email, name=name, language=language)
        if isinstance(invited, AlreadyDoneType):
            return Decision(())
        roles = account.set_roles(account.evolve(loaded[name_of].state, invited), grants=grants)
        events = (invited, *(() if isinstance(roles, AlreadyDoneType) else roles))
        assigned = account.assign(loaded[login].state, user=code)
        return Decision(
            [*change(name_of, loaded[name_of], events), *change(login, loaded[login], assigned)],
        )

    return carry_out(accounts.office, decide)


def welcome_user(
    accounts: Accounts,
    *,
    code: UserCode,
    identity: str,
    source: Source,
    email: str,
    name: str,
    grants: Collection[Grant],
) -> Outcome:
    """Somebody came in by the organisation's own login, which says who it is and which roles go with it.

    `identity` is what that login calls the person for ever, e.g. issuer and subject. Raises what `account.provision` refuses,
    and LoginTaken where the identity belongs to another account.
    """
    streams = accounts.office.streams
    name_of, login = user_stream(code), accounts.login_of(identity)

    def decide() -> Decision:
        loaded = streams.load_many([name_of, login])
        user: User = loaded[name_of].state
        provisioned = account.provision(user, code=code, source=source, email=email, name=name)
        events: list[Event] = []
        if not isinstance(provisioned, AlreadyDoneType):
            events.append(provisioned)
            user = account.evolve(user, provisioned)
        roles = account.set_roles(user, grants=grants)
        events += () if isinstance(roles, AlreadyDoneType) else roles
        assigned = account.assign(loaded[login].state, user=code)
        return Decision([*change(name_of, loaded[name_of], events), *change(login, loaded[login], assigned)])

    return carry_out(accounts.office, decide)


def code_for(accounts: Accounts, *, identity: str, wanted: str) -> UserCode:
    """The account of this identity, or a free name like the wanted one for a new account."""
    known = accounts.office.streams.load(accounts.login_of(identity)).state.user
    if known is not None:
        return UserCode(known)
    plain = _UNFIT.sub("-", tidy(wanted))[:LONGEST_WANTED].strip("-._") or "user"
    if not accounts.user(plain).code:
        return UserCode(plain)
    return UserCode(f"{plain}-{accounts.store.keyring.pseudonym(identity)[:8]}")


def mail_link(accounts: Accounts, *, user: User, purpose: Purpose) -> str:
    """The token of a link with which this user chooses a password. Raises UnknownUser, UserDisabled, ExternalAccount."""
    account.require_local(user)
    return make_link(accounts.pool, purpose=purpose, user=user.code, now=accounts.now)


def choose_password_by_link(accounts: Accounts, *, token: str, password: str) -> User:
    """Whoever got the link chooses a password; the link is spent, and every session of this user ends.

    Raises LinkSpent, what `account.check_password` refuses (the link then still holds), and UserDisabled.
    """
    user = accounts.user(whose_link(accounts.pool, token, now=accounts.now) or "")
    if not user.code:
        raise LinkSpent
    account.check_password(user, password=password)
    hashed = hash_password(password)
    if spend_link(accounts.pool, token, now=accounts.now) != user.code:
        raise LinkSpent
    set_hash(accounts, user.code, hashed)
    accounts.sessions.end_all(user.code)
    return user


def change_password(accounts: Accounts, *, user: UserCode, password: str) -> Outcome:
    """Somebody who has shown the old password chooses a new one; every session but the new one is to end."""
    account.check_password(accounts.user(user), password=password)
    return set_hash(accounts, user, hash_password(password))


def enrol_authenticator(accounts: Accounts, *, user: UserCode, secret: str, code: str) -> Outcome:
    """From now on codes are asked for; the first one shows that the telephone has the secret. Raises WrongCode."""
    try:
        step = matching_step(secret, code, accounts.now.timestamp())
    except binascii.Error:
        raise WrongCode from None
    if len(secret) < SECRET_LETTERS or step is None or not use_code(accounts.pool, user, step):
        raise WrongCode
    return _change(accounts, user, lambda state: account.enrol_authenticator(state, secret=secret))


def new_secret() -> str:
    """A secret for an authenticator, in base32."""
    return to_base32(secrets.token_bytes(SECRET_BYTES))


def remove_authenticator(accounts: Accounts, *, user: UserCode) -> Outcome:
    """No code is asked for any more, e.g. because the telephone was lost."""
    return _change(accounts, user, account.remove_authenticator)


def set_roles(accounts: Accounts, *, user: UserCode, grants: Collection[Grant]) -> Outcome:
    """These are the user's roles from now on. Raises UnknownUser, UnknownParty."""
    _require_parties(accounts.office, grants)
    return _change(accounts, user, lambda state: account.set_roles(state, grants=grants))


def disable_user(accounts: Accounts, *, user: UserCode, reason: str) -> Outcome:
    """Nobody gets in with this account any more: sessions and links have ended when this answers. Raises UnknownUser."""
    outcome = _change(accounts, user, lambda state: account.disable(state, reason=reason))
    accounts.sessions.end_all(user)
    drop_links(accounts.pool, user)
    return outcome


def enable_user(accounts: Accounts, *, user: UserCode) -> Outcome:
    """The account may be used again. Raises UnknownUser."""
    return _change(accounts, user, account.enable)


def set_hash(accounts: Accounts, user: UserCode, hashed: str) -> Outcome:
    """Keeps this hash as the user's password."""
    return _change(accounts, user, lambda state: account.set_password(state, hashed=hashed))


def _change(
    accounts: Accounts, user: UserCode, decide: Callable[[User], Event | tuple[Event, ...] | AlreadyDoneType]
) -> Outcome:
    """One decision about one account."""
    stream = user_stream(user)

    def decision() -> Decision:
        loaded = accounts.office.streams.load(stream)
        if loaded.version == 0:
            raise UnknownUser
        return Decision(change(stream, loaded, decide(loaded.state)))

    return carry_out(accounts.office, decision)


def _require_parties(office: Office, grants: Collection[Grant]) -> None:
    """Raises UnknownParty for a role about somebody whom the agency does not know."""
    for grant in grants:
        if not grant.party:
            continue
        stream = (
            freelancer_stream(FreelancerCode(grant.party))
            if grant.role is Role.FREELANCER
            else customer_stream(CustomerCode(grant.party))
        )
        if office.streams.load(stream).version == 0:
            raise UnknownParty(code=grant.party)
