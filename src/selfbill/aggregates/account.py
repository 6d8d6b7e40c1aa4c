"""A user's account: a person who may log in, what for, and by which secrets.

An account is local (invited by mail, with a password and perhaps codes of an authenticator) or comes from the organisation's own
login (OpenID Connect, a directory), which then says who the person is and which roles go with it. Name, e-mail address, the
password's hash and the authenticator's secret are sealed with the user's own key.
"""

import re
from collections.abc import Collection
from enum import StrEnum

import msgspec

from selfbill.aggregates.account_refusals import (
    AlreadyUser,
    ExternalAccount,
    LoginTaken,
    NoPartyWithRole,
    NotAnAddressToInvite,
    NotAUserCode,
    PartyNeeded,
    PasswordTooLong,
    PasswordTooPlain,
    PasswordTooShort,
    UnknownRole,
    UnknownUser,
    UserDisabled,
)
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.refusals import Language
from selfbill.values import UserCode

LEAST_PASSWORD = 12
"""Characters. NIST SP 800-63B asks for 8 at least where a second factor may be missing; 12 keeps guessing offline out of reach."""

LONGEST_PASSWORD = 128
"""Characters. NIST SP 800-63B asks to take 64 at least; an end keeps hashing from being used to keep the machine busy."""

LEAST_DIFFERENT = 5
"""Different characters: `aaaaaaaaaaaa` and `121212121212` are guessed first."""

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,253}")


class Role(StrEnum):
    """What somebody may be here; a freelancer and a customer see their own only, the others the whole agency."""

    SERVICEDESK = "servicedesk"
    AGENCY = "agency"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    FREELANCER = "freelancer"
    CUSTOMER = "customer"


PARTY_ROLES = frozenset({Role.FREELANCER, Role.CUSTOMER})
"""Roles that are about one party."""


class Source(StrEnum):
    """Who checks that it is really this person."""

    LOCAL = "local"
    OIDC = "oidc"
    LDAP = "ldap"


class Grant(msgspec.Struct, frozen=True, order=True):
    """A role, with the code of the party whom it is about where it is about one."""

    role: Role
    party: str = ""

    def __str__(self) -> str:
        return f"{self.role}:{self.party}" if self.party else str(self.role)


class UserInvited(Event, tag="user.invited"):
    """Somebody may make a password of their own."""

    personal = ("email", "name")
    user: UserCode
    email: str | None
    name: str | None
    language: Language = "nl"


class UserProvisioned(Event, tag="user.provisioned"):
    """Somebody came in by the organisation's own login, for the first time or under a changed name."""

    personal = ("email", "name")
    user: UserCode
    source: Source
    email: str | None
    name: str | None
    language: Language = "nl"


class PasswordSet(Event, tag="user.password_set"):
    """The hash is argon2id in its own notation, salt and costs included."""

    personal = ("hash",)
    user: UserCode
    hash: str | None


class AuthenticatorEnrolled(Event, tag="user.authenticator_enrolled"):
    """Besides the password a code by RFC 6238 is asked for; the secret is in base32."""

    personal = ("secret",)
    user: UserCode
    secret: str | None


class AuthenticatorRemoved(Event, tag="user.authenticator_removed"):
    """E.g. because the telephone was lost."""

    user: UserCode


class RoleGranted(Event, tag="user.role_granted"):
    user: UserCode
    role: Role
    party: str = ""


class RoleWithdrawn(Event, tag="user.role_withdrawn"):
    user: UserCode
    role: Role
    party: str = ""


class Disabled(Event, tag="user.disabled"):
    """Nobody gets in with this account any more."""

    user: UserCode
    reason: str


class Enabled(Event, tag="user.enabled"):
    """It may be used again."""

    user: UserCode


class User(msgspec.Struct, frozen=True):
    """An account as it stands."""

    code: UserCode = UserCode("")
    source: Source = Source.LOCAL
    email: str | None = None
    name: str | None = None
    language: Language = "nl"
    password: str | None = None
    authenticator: str | None = None
    grants: frozenset[Grant] = frozenset()
    is_disabled: bool = False
    secrets_changed: int = 0
    """How often the password or the authenticator changed, or the account was disabled: older sessions have ended."""
    roles_changed: int = 0
    """How often the roles changed: an older session goes on under a new token."""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles, whatever party they are about."""
        return frozenset(grant.role for grant in self.grants)


def evolve(user: User, event: Event) -> User:
    """The account after this event."""
    replace = msgspec.structs.replace
    match event:
        case UserInvited():
            return replace(user, code=event.user, email=event.email, name=event.name, language=event.language)
        case UserProvisioned():
            return replace(
                user,
                code=event.user,
                source=event.source,
                email=event.email,
                name=event.name,
                language=event.language,
            )
        case PasswordSet():
            return replace(user, password=event.hash, secrets_changed=user.secrets_changed + 1)
        case AuthenticatorEnrolled():
            return replace(user, authenticator=event.secret, secrets_changed=user.secrets_changed + 1)
        case AuthenticatorRemoved():
            return replace(user, authenticator=None, secrets_changed=user.secrets_changed + 1)
        case RoleGranted():
            grants = user.grants | {Grant(event.role, event.party)}
            return replace(user, grants=grants, roles_changed=user.roles_changed + 1)
        case RoleWithdrawn():
            grants = user.grants - {Grant(event.role, event.party)}
            return replace(user, grants=grants, roles_changed=user.roles_changed + 1)
        case Disabled():
            return replace(user, is_disabled=True, secrets_changed=user.secrets_changed + 1)
        case Enabled():
            return replace(user, is_disabled=False)
        case _:
            return user


def invite(
    user: User, *, code: UserCode, email: str, name: str, language: Language = "nl"
) -> UserInvited | AlreadyDoneType:
    """Somebody is asked in by mail. Raises NotAUserCode, NotAnAddressToInvite, AlreadyUser, CitizenNumber."""
    if user.code and (user.source, user.email, user.name, user.language) == (Source.LOCAL, email, name, language):
        return AlreadyDone
    if user.code:
        raise AlreadyUser(user=code)
    _refuse_unfit(code, email, name)
    return UserInvited(user=code, email=email, name=name, language=language)


def provision(
    user: User, *, code: UserCode, source: Source, email: str, name: str, language: Language = "nl"
) -> UserProvisioned | AlreadyDoneType:
    """Somebody whom the organisation's own login vouches for. Raises as `invite`, and UserDisabled."""
    if user.is_disabled:
        raise UserDisabled(user=code)
    if user.code and (user.source, user.email, user.name) == (source, email, name):
        return AlreadyDone
    if user.code and user.source is not source:
        raise AlreadyUser(user=code)
    _refuse_unfit(code, email, name)
    return UserProvisioned(user=code, source=source, email=email, name=name, language=language)


def check_password(user: User, *, password: str) -> None:
    """Whether it may become this user's. Raises PasswordTooShort, PasswordTooLong, PasswordTooPlain."""
    if len(password) < LEAST_PASSWORD:
        raise PasswordTooShort(least=LEAST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooLong(most=LONGEST_PASSWORD)
    own = {user.code, (user.email or "").partition("@")[0], *(user.name or "").split(), "selfbill"}
    without = password.casefold()
    for word in sorted(own, key=len, reverse=True):
        if len(word) >= 4:  # noqa: PLR2004 - a shorter word stands in many a good password by chance
            without = without.replace(word.casefold(), "")
    if len(set(without)) < LEAST_DIFFERENT:
        raise PasswordTooPlain(different=LEAST_DIFFERENT)


def set_password(user: User, *, hashed: str) -> PasswordSet:
    """The user chose a password that `check_password` let pass. Raises UnknownUser, UserDisabled, ExternalAccount."""
    require_local(user)
    return PasswordSet(user=user.code, hash=hashed)


def enrol_authenticator(user: User, *, secret: str) -> AuthenticatorEnrolled | AlreadyDoneType:
    """From now on a code is asked for as well. Raises UnknownUser, UserDisabled, ExternalAccount."""
    require_local(user)
    if user.authenticator == secret:
        return AlreadyDone
    return AuthenticatorEnrolled(user=user.code, secret=secret)


def remove_authenticator(user: User) -> AuthenticatorRemoved | AlreadyDoneType:
    """No code is asked for any more. Raises UnknownUser."""
    require(user)
    return AlreadyDone if user.authenticator is None else AuthenticatorRemoved(user=user.code)


def read_grant(text: str) -> Grant:
    """Reads `servicedesk` or `customer:K01`. Raises UnknownRole, PartyNeeded, NoPartyWithRole."""
    role, _, party = text.strip().partition(":")
    if role not in set(Role):
        raise UnknownRole(role=role, roles=", ".join(Role))
    grant = Grant(Role(role), party)
    if (grant.role in PARTY_ROLES) != bool(party):
        raise (NoPartyWithRole if party else PartyNeeded)(role=role)
    return grant


def set_roles(user: User, *, grants: Collection[Grant]) -> tuple[Event, ...] | AlreadyDoneType:
    """These are the user's roles from now on, and no others. Raises UnknownUser."""
    require(user)
    wanted = frozenset(grants)
    if wanted == user.grants:
        return AlreadyDone
    withdrawn = [RoleWithdrawn(user=user.code, role=each.role, party=each.party) for each in user.grants - wanted]
    granted = [RoleGranted(user=user.code, role=each.role, party=each.party) for each in wanted - user.grants]
    return (*sorted(withdrawn, key=_by_role), *sorted(granted, key=_by_role))


def disable(user: User, *, reason: str) -> Disabled | AlreadyDoneType:
    """Nobody gets in with this account any more; every session of it ends. Raises UnknownUser, CitizenNumber."""
    require(user)
    if user.is_disabled:
        return AlreadyDone
    refuse_citizen_number(reason=reason)
    return Disabled(user=user.code, reason=reason)


def enable(user: User) -> Enabled | AlreadyDoneType:
    """The account may be used again, with the secrets that it had. Raises UnknownUser."""
    require(user)
    return Enabled(user=user.code) if user.is_disabled else AlreadyDone


def require(user: User) -> User:
    """The account, provided that there is one. Raises UnknownUser."""
    if not user.code:
        raise UnknownUser
    return user


def is_user_code(text: str) -> bool:
    """Whether an account could have this name."""
    return _CODE.fullmatch(text) is not None


def is_address(email: str) -> bool:
    """Whether mail could be sent there; the post is stricter."""
    return _EMAIL.fullmatch(email) is not None


class LoginAssigned(Event, tag="login.assigned"):
    """What a person types, or what the organisation's login calls the person, leads to this account."""

    user: UserCode


class Login(msgspec.Struct, frozen=True):
    """A way in, whose name is kept only as a keyed hash."""

    user: UserCode | None = None


def evolve_login(login: Login, event: Event) -> Login:
    """The way in after this event."""
    return Login(event.user) if isinstance(event, LoginAssigned) else login


def assign(login: Login, *, user: UserCode) -> LoginAssigned | AlreadyDoneType:
    """Raises LoginTaken when it leads to somebody else."""
    if login.user == user:
        return AlreadyDone
    if login.user is not None:
        raise LoginTaken
    return LoginAssigned(user=user)


def require_local(user: User) -> None:
    """Whether this account has secrets of its own here. Raises UnknownUser, UserDisabled, ExternalAccount."""
    require(user)
    if user.is_disabled:
        raise UserDisabled(user=user.code)
    if user.source is not Source.LOCAL:
        raise ExternalAccount(user=user.code)


def _refuse_unfit(code: UserCode, email: str, name: str) -> None:
    if not is_user_code(code):
        raise NotAUserCode(user=code)
    if not is_address(email):
        raise NotAnAddressToInvite(email=email)
    refuse_citizen_number(code=code, email=email, name=name)


def _by_role(event: RoleGranted | RoleWithdrawn) -> tuple[str, str]:
    return event.role, event.party
