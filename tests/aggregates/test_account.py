"""Who may log in: invited, with secrets and roles, disabled; and every sentence in which that is refused."""

from typing import Any

import pytest

from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.account import (
    AuthenticatorEnrolled,
    AuthenticatorRemoved,
    Disabled,
    Enabled,
    Grant,
    Login,
    LoginAssigned,
    PasswordSet,
    Role,
    RoleGranted,
    RoleWithdrawn,
    Source,
    User,
    UserInvited,
    UserProvisioned,
    assign,
    check_password,
    disable,
    enable,
    enrol_authenticator,
    evolve,
    evolve_login,
    invite,
    provision,
    read_grant,
    remove_authenticator,
    set_password,
    set_roles,
)
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
from selfbill.aggregates.event import Event
from selfbill.aggregates.texts import CitizenNumber
from selfbill.refusals import Refusal
from selfbill.values import UserCode

ANNA = UserCode("anna.visser")
WHO = {"code": ANNA, "email": "anna@bureau.example.org", "name": "Anna Visser"}
INVITED = UserInvited(user=ANNA, email="anna@bureau.example.org", name="Anna Visser")
FROM_OUTSIDE = UserProvisioned(user=ANNA, source=Source.OIDC, email="anna@bureau.example.org", name="Anna Visser")
DISABLED = Disabled(user=ANNA, reason="uit dienst")


def given(*events: Event) -> Given[User]:
    return given_events(evolve, User(), events)


def test_somebody_is_invited_once() -> None:
    given().when(invite, **WHO).then_once(INVITED)


@pytest.mark.parametrize(
    ("changed", "reason", "nl", "en"),
    [
        (
            {"code": "Anna V"},
            NotAUserCode,
            "Anna V kan geen gebruikersnaam zijn: gebruik hooguit 40 kleine letters, cijfers, punten en streepjes, zoals anna.visser.",
            "Anna V cannot be a user's name: use up to 40 small letters, digits, dots and dashes, as in anna.visser.",
        ),
        (
            {"email": "anna"},
            NotAnAddressToInvite,
            "anna is geen e-mailadres.",
            "anna is not an e-mail address.",
        ),
        (
            {"email": "anna@example.org\r\nBcc: x@example.org"},
            NotAnAddressToInvite,
            None,
            None,
        ),
        (
            {"name": "Anna 111222333"},
            CitizenNumber,
            "In het veld naam staat een getal dat een burgerservicenummer kan zijn. Haal het weg; selfbill bewaart geen BSN.",
            None,
        ),
    ],
)
def test_an_unfit_account_is_refused(
    changed: dict[str, Any], reason: type[Refusal], nl: str | None, en: str | None
) -> None:
    given().when(invite, **{**WHO, **changed}).then_refused(reason, nl, en)


def test_a_name_belongs_to_one_user() -> None:
    given(INVITED).when(invite, **{**WHO, "name": "Anna Vos"}).then_refused(
        AlreadyUser,
        "Gebruiker anna.visser bestaat al, met andere gegevens.",
        "User anna.visser exists already, with other details.",
    )
    given(INVITED).when(provision, **WHO, source=Source.OIDC).then_refused(AlreadyUser)
    given(FROM_OUTSIDE).when(invite, **WHO).then_refused(AlreadyUser)


def test_the_organisations_login_vouches_for_somebody_and_follows_a_change() -> None:
    given().when(provision, **WHO, source=Source.OIDC).then_once(FROM_OUTSIDE)
    married = UserProvisioned(user=ANNA, source=Source.OIDC, email=WHO["email"], name="Anna Vos")
    given(FROM_OUTSIDE).when(provision, **{**WHO, "name": "Anna Vos"}, source=Source.OIDC).then_once(married)
    given(FROM_OUTSIDE, DISABLED).when(provision, **WHO, source=Source.OIDC).then_refused(
        UserDisabled, "Het account anna.visser is uitgeschakeld.", "The account anna.visser is disabled."
    )


@pytest.mark.parametrize(
    ("password", "reason", "nl", "en"),
    [
        (
            "elf tekens!",
            PasswordTooShort,
            "Kies een wachtwoord van minstens 12 tekens; een paar woorden achter elkaar is goed.",
            "Choose a password of at least 12 characters; a few words in a row will do.",
        ),
        (
            "x1y2z3" * 22,
            PasswordTooLong,
            "Kies een wachtwoord van hooguit 128 tekens.",
            "Choose a password of at most 128 characters.",
        ),
        (
            "121212121212",
            PasswordTooPlain,
            "Dit wachtwoord is te makkelijk te raden: gebruik naast uw eigen naam minstens 5 verschillende tekens.",
            "This password is too easy to guess: use at least 5 different characters besides your own name.",
        ),
        ("Anna.Visser1", PasswordTooPlain, None, None),
        ("VISSERvisser12", PasswordTooPlain, None, None),
        ("selfbill2026", PasswordTooPlain, None, None),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(
    password: str, reason: type[Refusal], nl: str | None, en: str | None
) -> None:
    with pytest.raises(Refusal) as refused:
        check_password(given(INVITED).state, password=password)
    assert type(refused.value) is reason
    if nl is not None:
        assert (refused.value.sentence("nl"), refused.value.sentence("en")) == (nl, en)


@pytest.mark.parametrize("password", ["twaalf paarden", "P@ssw0rd-ABC", "x1y2z3" * 21, "ánna en de vis"])
def test_other_passwords_are_taken(password: str) -> None:
    check_password(given(INVITED).state, password=password)


def test_secrets_are_set_and_each_change_ends_older_sessions() -> None:
    given(INVITED).when(set_password, hashed="$argon2id$1").then(PasswordSet(user=ANNA, hash="$argon2id$1"))
    enrolled = AuthenticatorEnrolled(user=ANNA, secret="JBSWY3DPEHPK3PXP")
    given(INVITED).when(enrol_authenticator, secret="JBSWY3DPEHPK3PXP").then_once(enrolled)
    given(INVITED, enrolled).when(remove_authenticator).then_once(AuthenticatorRemoved(user=ANNA))
    happened = (INVITED, PasswordSet(user=ANNA, hash="x"), enrolled, AuthenticatorRemoved(user=ANNA), DISABLED)
    assert [given(*happened[:count]).state.secrets_changed for count in range(6)] == [0, 0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("happened", "reason", "nl", "en"),
    [
        ((), UnknownUser, "Deze gebruiker is er niet.", "There is no such user."),
        ((INVITED, DISABLED), UserDisabled, None, None),
        (
            (FROM_OUTSIDE,),
            ExternalAccount,
            "anna.visser logt in bij de eigen organisatie; het wachtwoord wordt daar gewijzigd.",
            "anna.visser logs in at the organisation itself; the password is changed there.",
        ),
    ],
)
def test_only_a_local_account_in_use_has_secrets(
    happened: tuple[Event, ...], reason: type[Refusal], nl: str | None, en: str | None
) -> None:
    given(*happened).when(set_password, hashed="x").then_refused(reason, nl, en)
    given(*happened).when(enrol_authenticator, secret="x").then_refused(reason, nl, en)


def test_roles_become_those_that_were_named() -> None:
    desk, own = Grant(Role.SERVICEDESK), Grant(Role.CUSTOMER, "K01")
    given(INVITED).when(set_roles, grants=[own, desk]).then_once(
        RoleGranted(user=ANNA, role=Role.CUSTOMER, party="K01"), RoleGranted(user=ANNA, role=Role.SERVICEDESK)
    )
    granted = (
        RoleGranted(user=ANNA, role=Role.CUSTOMER, party="K01"),
        RoleGranted(user=ANNA, role=Role.SERVICEDESK),
    )
    given(INVITED, *granted).when(set_roles, grants=[Grant(Role.AUDITOR), own]).then_once(
        RoleWithdrawn(user=ANNA, role=Role.SERVICEDESK), RoleGranted(user=ANNA, role=Role.AUDITOR)
    )
    assert given(INVITED, *granted).state.roles == {Role.CUSTOMER, Role.SERVICEDESK}
    given().when(set_roles, grants=[desk]).then_refused(UnknownUser)


@pytest.mark.parametrize(
    ("text", "reason", "nl", "en"),
    [
        (
            "boss",
            UnknownRole,
            "boss is geen rol; kies uit: servicedesk, agency, operator, auditor, freelancer, customer.",
            "boss is not a role; choose from: servicedesk, agency, operator, auditor, freelancer, customer.",
        ),
        (
            "customer",
            PartyNeeded,
            "Bij de rol customer hoort een code, zoals customer:K01.",
            "The role customer goes with a code, as in customer:K01.",
        ),
        (
            "auditor:K01",
            NoPartyWithRole,
            "De rol auditor geldt voor het hele bureau; laat de code weg.",
            "The role auditor is about the whole agency; leave the code out.",
        ),
    ],
)
def test_a_role_that_cannot_be_is_refused(text: str, reason: type[Refusal], nl: str, en: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_grant(text)
    assert type(refused.value) is reason
    assert (refused.value.sentence("nl"), refused.value.sentence("en")) == (nl, en)


def test_roles_are_read_as_they_are_written() -> None:
    for text in ("servicedesk", "customer:K01", "freelancer:Z01"):
        assert str(read_grant(text)) == text


def test_an_account_is_disabled_and_enabled() -> None:
    given(INVITED).when(disable, reason="uit dienst").then_once(DISABLED)
    given(INVITED, DISABLED).when(enable).then_once(Enabled(user=ANNA))
    given(INVITED).when(disable, reason="BSN 111222333").then_refused(CitizenNumber)
    given().when(enable).then_refused(UnknownUser)


def test_a_way_in_leads_to_one_account() -> None:
    given_events(evolve_login, Login(), []).when(assign, user=ANNA).then_once(LoginAssigned(user=ANNA))
    given_events(evolve_login, Login(), [LoginAssigned(user=ANNA)]).when(assign, user=UserCode("b")).then_refused(
        LoginTaken,
        "Een andere gebruiker logt al met dit e-mailadres of deze naam in.",
        "Another user logs in with this e-mail address or this name already.",
    )
