"""Accounts on a real store: invited, let in, locked out, and forgotten by every session at once."""

import datetime as dt
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from aggregates.samples import CUSTOMER, PATIENT
from selfbill.aggregates import account
from selfbill.aggregates.account import Grant, Role, Source, User
from selfbill.aggregates.account_refusals import (
    AlreadyUser,
    ExternalAccount,
    LinkSpent,
    LockedOut,
    LoginTaken,
    PasswordTooShort,
    UnknownUser,
    UserDisabled,
    WrongCode,
    WrongLogin,
)
from selfbill.aggregates.catalogue import KINDS, all_events
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.party import UnknownParty
from selfbill.application import passwords, setting_up, users
from selfbill.application.logging_in import Entered, is_current, log_in, replace_password, show_code
from selfbill.application.office import Done, Office
from selfbill.application.users import Accounts
from selfbill.clock import SimulatedClock
from selfbill.refusals import Refusal
from selfbill.store.database import Database, ask
from selfbill.store.sessions import Sessions
from selfbill.totp import code_at, from_base32, step_of, to_base32
from selfbill.values import CustomerCode, UserCode

START = dt.datetime(2026, 7, 20, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
ANNA = UserCode("anna")
PASSWORD = "correct paard batterij"
SECRET = to_base32(b"12345678901234567890")


class Desk:
    """Accounts with a clock that the test moves."""

    def __init__(self, accounts: Accounts, clock: SimulatedClock) -> None:
        self.accounts, self.clock = accounts, clock

    def invited(self, code: str = "anna", *grants: Grant) -> str:
        user = UserCode(code)
        users.invite_user(
            self.accounts, code=user, email=f"{code}@bureau.example.org", name=code.title(), grants=grants
        )
        return users.mail_link(self.accounts, user=self.user(code), purpose="invitation")

    def joined(self, code: str = "anna") -> "Desk":
        users.choose_password_by_link(self.accounts, token=self.invited(code), password=PASSWORD)
        return self

    def with_authenticator(self) -> "Desk":
        self.joined()
        users.enrol_authenticator(self.accounts, user=ANNA, secret=SECRET, code=self.code())
        self.wait(2 * MINUTE)
        return self

    def user(self, code: str = "anna") -> User:
        return self.accounts.user(code)

    def log_in(self, name: str = "anna", password: str = PASSWORD, address: str = "192.0.2.1") -> Entered:
        return log_in(self.accounts, name=name, password=password, address=address, agent="Browser")

    def code(self) -> str:
        return code_at(from_base32(SECRET), step_of(self.clock.now().timestamp()))

    def show(self, entered: Entered, code: str) -> Entered:
        session = self.accounts.sessions.find(entered.token, now=self.clock.now())
        assert session is not None
        return show_code(self.accounts, session=session, code=code, agent="Browser")

    def stands(self, entered: Entered) -> bool:
        session = self.accounts.sessions.find(entered.token, now=self.clock.now())
        return session is not None and is_current(session, self.user(session.user))

    def wait(self, duration: dt.timedelta) -> None:
        self.clock.advance_to(self.clock.now() + duration)


@pytest.fixture
def make_desk(make_store: Callable[..., object], database: Database, agency: str) -> Callable[[], Desk]:
    def make() -> Desk:
        store = make_store(all_events(), KINDS)
        clock = SimulatedClock(START)
        office = Office(store.streams, store.archive, clock, by="operator:test", cause="test")  # type: ignore[attr-defined]
        pool = database.pool(agency)
        return Desk(Accounts(office, store, pool, Sessions(pool)), clock)  # type: ignore[arg-type]

    return make


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    return make_desk()


def refused(doing: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as reason:
        doing()
    return reason.value


def test_who_is_invited_chooses_a_password_and_gets_in_by_name_or_address(desk: Desk) -> None:
    desk.joined()
    for name in ("anna", " ANNA ", "anna@bureau.example.org", "Anna@Bureau.example.org"):
        entered = desk.log_in(name)
        assert (entered.user.code, entered.is_open) == ("anna", True)
        assert desk.stands(entered)


def test_nothing_that_lets_somebody_in_or_names_them_can_be_read_from_the_events(desk: Desk) -> None:
    desk.with_authenticator()
    rows = ask(desk.accounts.pool, "SELECT stream || ' ' || event::text FROM event_log WHERE by = 'operator:test'")
    written = "\n".join(row for (row,) in rows)
    assert "user.password_set" in written
    for secret in ("bureau.example.org", "Anna", "argon2", SECRET, PASSWORD):
        assert secret not in written


def test_the_hash_is_argon2id_with_the_costs_of_rfc_9106(desk: Desk) -> None:
    desk.joined()
    hashed = desk.user().password
    assert hashed is not None
    costs = extract_parameters(hashed)
    assert (costs.type, costs.version) == (Type.ID, 19)
    assert (costs.memory_cost, costs.time_cost, costs.parallelism) == (65536, 3, 4)
    assert (costs.salt_len, costs.hash_len) == (16, 32)
    assert passwords.is_password(hashed, PASSWORD)
    assert not passwords.is_password(hashed, PASSWORD + " ")


def test_a_hash_of_other_costs_is_made_anew_at_the_next_login(desk: Desk) -> None:
    desk.joined()
    users.set_hash(desk.accounts, ANNA, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    entered = desk.log_in()
    hashed = desk.user().password
    assert hashed is not None
    assert extract_parameters(hashed).memory_cost == 65536
    assert desk.stands(entered)


def test_an_address_and_a_name_belong_to_one_account(desk: Desk) -> None:
    desk.invited()
    again = users.invite_user(desk.accounts, code=ANNA, email="anna@bureau.example.org", name="Anna")
    assert again is AlreadyDone
    other = UserCode("other")
    assert (
        refused(lambda: users.invite_user(desk.accounts, code=other, email="ANNA@bureau.example.org", name="Other"))
        == LoginTaken()
    )
    assert refused(lambda: users.invite_user(desk.accounts, code=ANNA, email="b@example.org", name="B")) == AlreadyUser(
        user="anna"
    )
    assert [user.code for user in desk.accounts.all()] == ["anna"]


def test_every_way_of_failing_is_the_same_and_takes_the_same_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.joined()
    desk.joined("gone")
    users.disable_user(desk.accounts, user=UserCode("gone"), reason="uit dienst")
    desk.invited("new")
    users.welcome_user(
        desk.accounts,
        code=UserCode("ldap"),
        identity="ldap:1",
        source=Source.LDAP,
        email="l@example.org",
        name="L",
        grants=[],
    )
    checked: list[str | None] = []

    def counting(hashed: str | None, password: str) -> bool:
        checked.append(hashed)
        return passwords.is_password(hashed, password)

    monkeypatch.setattr("selfbill.application.logging_in.is_password", counting)
    tried = [("anna", "wrong"), ("gone", PASSWORD), ("new", ""), ("ldap", PASSWORD), ("nobody", PASSWORD)]
    answers = [refused(lambda name=name, word=word: desk.log_in(name, word)) for name, word in tried]  # type: ignore[misc]
    assert answers == [WrongLogin()] * 5
    assert len(checked) == 5
    assert answers[0].sentence("nl") == "De naam of het wachtwoord klopt niet."
    assert answers[0].sentence("en") == "The name or the password is wrong."


def test_an_unknown_name_costs_a_real_hash(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = passwords._hasher

    class Watched:
        def verify(self, hashed: str, password: str) -> bool:
            verified.append(hashed)
            return real.verify(hashed, password)

        def hash(self, password: str) -> str:
            return real.hash(password)

    monkeypatch.setattr(passwords, "_hasher", Watched())
    assert refused(lambda: desk.log_in("nobody")) == WrongLogin()
    assert [extract_parameters(each).memory_cost for each in verified] == [65536]


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_brute_force_is_slowed_down_alike_for_known_and_unknown_names(desk: Desk, name: str) -> None:
    desk.joined()
    for _ in range(5):
        assert refused(lambda: desk.log_in(name, "wrong")) == WrongLogin()
    locked = refused(lambda: desk.log_in(name))
    assert locked == LockedOut(minutes=1)
    assert locked.sentence("nl") == "Te veel pogingen. Probeer het over 1 minuten opnieuw."
    assert locked.sentence("en") == "Too many attempts. Try again in 1 minutes."
    desk.wait(59 * MINUTE / 60)
    assert refused(lambda: desk.log_in(name)) == LockedOut(minutes=1)
    desk.wait(MINUTE / 60)
    assert refused(lambda: desk.log_in(name, "wrong")) == WrongLogin()
    assert refused(lambda: desk.log_in(name)) == LockedOut(minutes=2)


def test_in_a_day_a_guesser_gets_about_a_hundred_tries(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfbill.application.logging_in.is_password", lambda *_: False)
    tries = 0
    for minute in range(24 * 60):
        while refused(lambda minute=minute: desk.log_in(address=f"192.0.2.{minute % 250}")) == WrongLogin():  # type: ignore[misc]
            tries += 1
        desk.wait(MINUTE)
    assert 90 < tries < 110


def test_many_names_from_one_address_are_slowed_down_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.joined()
    monkeypatch.setattr("selfbill.application.logging_in.is_password", lambda *_: False)
    for number in range(30):
        assert refused(lambda number=number: desk.log_in(f"user{number}")) == WrongLogin()  # type: ignore[misc]
    assert refused(lambda: desk.log_in("another")) == LockedOut(minutes=1)
    assert refused(lambda: desk.log_in("another", address="192.0.2.2")) == WrongLogin()


def test_a_right_password_takes_the_failures_back(desk: Desk) -> None:
    desk.joined()
    for _ in range(3):
        for _ in range(4):
            assert refused(lambda: desk.log_in(password="wrong")) == WrongLogin()
        desk.log_in()


def test_with_an_authenticator_the_password_is_half_the_way(desk: Desk) -> None:
    desk.with_authenticator()
    half_way = desk.log_in()
    assert not half_way.is_open
    entered = desk.show(half_way, desk.code())
    assert entered.is_open
    assert entered.token != half_way.token
    assert desk.stands(entered)
    assert not desk.stands(half_way)


def test_a_code_is_used_once_and_guessed_five_times(desk: Desk) -> None:
    desk.with_authenticator()
    desk.show(desk.log_in(), desk.code())
    half_way = desk.log_in()
    used = refused(lambda: desk.show(half_way, desk.code()))
    assert used == WrongCode()
    assert used.sentence("nl") == "De code klopt niet, of is al gebruikt. Wacht op de volgende code."
    desk.wait(MINUTE)
    for _ in range(4):
        assert refused(lambda: desk.show(half_way, "000000")) == WrongCode()
    assert refused(lambda: desk.show(half_way, desk.code())) == LockedOut(minutes=1)


def test_enrolling_needs_a_code_from_the_telephone(desk: Desk) -> None:
    desk.joined()
    assert (
        refused(lambda: users.enrol_authenticator(desk.accounts, user=ANNA, secret=SECRET, code="000000"))
        == WrongCode()
    )
    assert desk.user().authenticator is None


def test_who_lost_the_telephone_gets_in_without_again(desk: Desk) -> None:
    desk.with_authenticator()
    users.remove_authenticator(desk.accounts, user=ANNA)
    assert desk.log_in().is_open


def test_a_link_is_spent_by_a_password_that_is_taken_and_not_by_another(desk: Desk) -> None:
    token = desk.invited()
    short = refused(lambda: users.choose_password_by_link(desk.accounts, token=token, password="short"))
    assert short == PasswordTooShort(least=12)
    users.choose_password_by_link(desk.accounts, token=token, password=PASSWORD)
    spent = refused(lambda: users.choose_password_by_link(desk.accounts, token=token, password=PASSWORD))
    assert spent == LinkSpent()
    assert spent.sentence("nl") == "Deze link is al gebruikt of verlopen. Vraag een nieuwe aan."
    assert (
        refused(lambda: users.choose_password_by_link(desk.accounts, token="made up", password=PASSWORD)) == LinkSpent()
    )


def test_an_invitation_expires(desk: Desk) -> None:
    token = desk.invited()
    desk.wait(dt.timedelta(days=7))
    assert refused(lambda: users.choose_password_by_link(desk.accounts, token=token, password=PASSWORD)) == LinkSpent()


def test_a_reset_a_new_password_and_disabling_end_every_session(desk: Desk) -> None:
    desk.joined()
    first = desk.log_in()
    token = users.mail_link(desk.accounts, user=desk.user(), purpose="reset")
    users.choose_password_by_link(desk.accounts, token=token, password=PASSWORD + "2")
    assert not desk.stands(first)
    second, third = desk.log_in(password=PASSWORD + "2"), desk.log_in(password=PASSWORD + "2")
    session = desk.accounts.sessions.find(second.token, now=START)
    assert session is not None
    assert (
        refused(lambda: replace_password(desk.accounts, session=session, old="wrong", new=PASSWORD, agent=""))
        == WrongLogin()
    )
    fourth = replace_password(desk.accounts, session=session, old=PASSWORD + "2", new=PASSWORD, agent="")
    assert [desk.stands(each) for each in (second, third, fourth)] == [False, False, True]
    link = users.mail_link(desk.accounts, user=desk.user(), purpose="reset")
    users.disable_user(desk.accounts, user=ANNA, reason="uit dienst")
    assert not desk.stands(fourth)
    assert refused(lambda: users.choose_password_by_link(desk.accounts, token=link, password=PASSWORD)) == LinkSpent()
    assert refused(lambda: users.mail_link(desk.accounts, user=desk.user(), purpose="reset")) == UserDisabled(
        user="anna"
    )
    users.enable_user(desk.accounts, user=ANNA)
    assert desk.log_in().is_open


def test_another_process_disables_and_sessions_end_here(make_desk: Callable[[], Desk]) -> None:
    here, there = make_desk().joined(), make_desk()
    entered = here.log_in()
    users._change(there.accounts, ANNA, lambda user: account.disable(user, reason="weg"))
    assert not here.stands(entered)


def test_roles_are_for_parties_that_exist(desk: Desk) -> None:
    desk.invited()
    own = Grant(Role.CUSTOMER, "K01")
    assert refused(lambda: users.set_roles(desk.accounts, user=ANNA, grants=[own])) == UnknownParty(code="K01")
    setting_up.register_customer(desk.accounts.office, code=CustomerCode("K01"), terms=PATIENT, details=CUSTOMER)
    assert isinstance(users.set_roles(desk.accounts, user=ANNA, grants=[own]), Done)
    assert users.set_roles(desk.accounts, user=ANNA, grants=[own]) is AlreadyDone
    assert desk.user().grants == {own}
    assert refused(lambda: users.set_roles(desk.accounts, user=UserCode("nobody"), grants=[])) == UnknownUser()


def test_the_organisations_login_brings_in_whom_it_vouches_for(desk: Desk) -> None:
    def welcome(identity: str, code: str, *grants: Grant) -> object:
        return users.welcome_user(
            desk.accounts,
            code=UserCode(code),
            identity=identity,
            source=Source.OIDC,
            email=f"{code}@example.org",
            name=code,
            grants=grants,
        )

    assert isinstance(welcome("oidc issuer 1", "bob", Grant(Role.AGENCY)), Done)
    assert welcome("oidc issuer 1", "bob", Grant(Role.AGENCY)) is AlreadyDone
    assert isinstance(welcome("oidc issuer 1", "bob", Grant(Role.AUDITOR)), Done)
    assert desk.user("bob").grants == {Grant(Role.AUDITOR)}
    assert refused(lambda: welcome("oidc issuer 1", "bobby")) == LoginTaken()
    assert refused(lambda: users.mail_link(desk.accounts, user=desk.user("bob"), purpose="reset")) == ExternalAccount(
        user="bob"
    )
