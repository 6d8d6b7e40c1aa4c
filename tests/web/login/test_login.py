"""Logging in with a password: what a browser gets, what it must not get, and what everybody else hears."""

import datetime as dt
from typing import Any

import pytest

from selfbill.aggregates.account import Grant, Role
from selfbill.application import users
from selfbill.http.login.next_page import own_page
from selfbill.totp import code_at, from_base32, step_of, to_base32
from selfbill.values import UserCode
from web.login.conftest import MINUTE, PASSWORD, SITE, Browser, MakePortal, Portal

ANNA = UserCode("anna")
WRONG = "De naam of het wachtwoord klopt niet."


def test_somebody_logs_in_and_out(browser: Browser) -> None:
    assert browser.who() == "nobody"
    answer = browser.log_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.who() == "user:anna servicedesk"
    out = browser.submit("/logout", page="/account")
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert browser.who() == "nobody"
    assert browser.cookie is None


def test_logging_out_ends_the_session_on_the_server(portal: Portal, browser: Browser) -> None:
    browser.log_in()
    kept = browser.cookie
    assert kept is not None
    browser.submit("/logout", page="/account")
    thief = portal.browser()
    thief.client.cookies.set("__Host-selfbill", kept)
    assert thief.who() == "nobody"


def test_the_cookie_is_for_this_site_over_https_and_for_no_script(browser: Browser) -> None:
    cookie = browser.log_in().headers["set-cookie"]
    name, *attributes = (part.strip() for part in cookie.split(";"))
    assert name.startswith("__Host-selfbill=")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}


def test_on_plain_http_the_cookie_says_so(make_portal: MakePortal) -> None:
    portal = make_portal(cookie_secure=False)
    portal.join()
    plain = portal.browser("http://desk.example.org")
    fields = {**plain.fields("/login"), "name": "anna", "password": PASSWORD}
    cookie = plain.send("/login", fields, {"origin": "http://desk.example.org"}).headers["set-cookie"]
    assert cookie.startswith("selfbill=")
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie
    assert plain.who() == "user:anna servicedesk"


def test_a_session_that_somebody_planted_is_never_logged_in(portal: Portal, browser: Browser) -> None:
    portal.join("mallory")
    attacker = portal.browser()
    attacker.log_in("mallory")
    planted = attacker.cookie
    assert planted is not None
    browser.client.cookies.set("__Host-selfbill", planted, domain="desk.example.org", path="/")
    answer = browser.send("/login", {**attacker.fields("/account"), "name": "anna", "password": PASSWORD})
    new = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    assert new != planted
    assert attacker.who() == "nobody"
    made_up = portal.browser()
    made_up.client.cookies.set("__Host-selfbill", f"{portal.house.agency}.made-up", domain="desk.example.org", path="/")
    answer = made_up.log_in()
    assert "made-up" not in answer.headers["set-cookie"]


def test_every_login_has_a_token_of_its_own(portal: Portal, browser: Browser) -> None:
    other = portal.browser()
    browser.log_in()
    other.log_in()
    assert browser.cookie != other.cookie


def test_without_use_or_at_the_end_of_the_day_somebody_logs_in_again(portal: Portal, browser: Browser) -> None:
    browser.log_in()
    for _ in range(12):
        portal.wait(59 * MINUTE)
        assert browser.who() != "nobody"
    portal.wait(12 * MINUTE)
    assert browser.who() == "nobody"
    browser.log_in()
    portal.wait(60 * MINUTE)
    assert browser.who() == "nobody"


def test_a_change_of_roles_holds_at_once_and_under_another_token(portal: Portal, browser: Browser) -> None:
    browser.log_in()
    before = browser.cookie
    assert before is not None
    assert browser.get("/desk").status_code == 200
    users.set_roles(portal.accounts, user=ANNA, grants=[Grant(Role.AUDITOR)])
    assert browser.who() == "user:anna auditor"
    assert browser.get("/desk").status_code == 403
    assert browser.cookie != before
    portal.wait(MINUTE)
    thief = portal.browser()
    thief.client.cookies.set("__Host-selfbill", before)
    assert thief.who() == "nobody"
    assert browser.who() == "user:anna auditor"


def test_who_is_disabled_is_out_at_the_next_click(portal: Portal, browser: Browser) -> None:
    browser.log_in()
    users.disable_user(portal.accounts, user=ANNA, reason="uit dienst")
    assert browser.who() == "nobody"
    answer = browser.get("/desk?q=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fdesk%3Fq%3D1")


def test_unknown_names_and_wrong_passwords_get_the_same_page(portal: Portal, browser: Browser) -> None:
    portal.invite("new")
    portal.join("gone")
    users.disable_user(portal.accounts, user=UserCode("gone"), reason="x")
    pages = set()
    for name, password in (("anna", "wrong"), ("nobody", "wrong"), ("new", "wrong"), ("gone", PASSWORD)):
        answer = browser.log_in(name, password)
        assert answer.status_code == 422
        assert WRONG in answer.text
        assert "set-cookie" not in answer.headers
        pages.add(answer.text.replace(f'value="{name}"', ""))
    assert len(pages) == 1


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_who_guesses_waits(portal: Portal, browser: Browser, name: str) -> None:
    assert [browser.log_in(name, "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    locked = browser.log_in(name)
    assert locked.status_code == 429
    assert "Te veel pogingen. Probeer het over 1 minuten opnieuw." in locked.text
    portal.wait(MINUTE)
    assert browser.log_in(name).status_code == (303 if name == "anna" else 422)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example.org",
        "///evil.example.org",
        "/\\evil.example.org",
        "\\\\evil.example.org",
        "/\t/evil.example.org",
        "/\n/evil.example.org",
        "https://evil.example.org",
        "https:evil.example.org",
        "javascript:alert(1)",
        " //evil.example.org",
        "/%0d%0aSet-Cookie:x\r\n",
        "//[evil",
        "",
        "customers",
        "/login?next=/login",
        "/x/../\\evil",
        "/\u2028/evil.example.org",
    ],
)
def test_after_logging_in_nobody_is_sent_to_another_site(browser: Browser, wanted: str) -> None:
    assert own_page(wanted) == "/"
    answer = browser.log_in(next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    again = browser.client.get("/login", params={"next": wanted})
    assert again.headers["location"] == "/"


@pytest.mark.parametrize("wanted", ["/", "/customers/K01", "/invoices?open=1&page=2", "/search?q=a%2F%2Fb", "/?x=//y"])
def test_after_logging_in_somebody_is_where_they_wanted_to_be(browser: Browser, wanted: str) -> None:
    assert browser.log_in(next=wanted).headers["location"] == wanted


@pytest.mark.parametrize("name", ["anna\x00", "' OR 1=1 --", "user:anna", "%", "a" * 1000, "\u202eanna", "İ"])
def test_no_name_is_more_than_an_unknown_one(browser: Browser, name: str) -> None:
    assert WRONG in browser.log_in(name).text
    assert browser.submit("/login/forgotten", name=name).status_code == 200


def test_a_hostile_name_is_shown_and_not_run(browser: Browser) -> None:
    answer = browser.log_in("\"><script>alert('x')</script>")
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


class TestForms:
    """Forms of other sites change nothing."""

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"origin": "null"},
            {"origin": "https://evil.example.org"},
            {"origin": "https://desk.example.org.evil.example.org"},
            {"origin": SITE, "sec-fetch-site": "cross-site"},
            {"origin": SITE, "sec-fetch-site": "same-site"},
            {"sec-fetch-site": "none"},
        ],
    )
    def test_the_browser_says_where_a_form_comes_from(self, browser: Browser, headers: dict[str, str]) -> None:
        browser.log_in()
        fields = browser.fields("/account")
        assert browser.send("/logout", fields, headers).status_code == 403
        assert browser.who() != "nobody"

    @pytest.mark.parametrize("headers", [{"origin": SITE}, {"origin": "null", "sec-fetch-site": "same-origin"}])
    def test_a_form_of_ours_is_taken(self, browser: Browser, headers: dict[str, str]) -> None:
        browser.log_in()
        assert browser.send("/logout", browser.fields("/account"), headers).status_code == 303
        assert browser.who() == "nobody"

    @pytest.mark.parametrize("token", [None, "", "x", "é"])
    def test_without_the_token_of_the_session_nothing_happens(self, browser: Browser, token: str | None) -> None:
        browser.log_in()
        answer = browser.send("/logout", {} if token is None else {"csrf": token})
        assert answer.status_code == 403
        assert "Dit formulier hoort niet bij uw huidige sessie." in answer.text
        assert browser.who() != "nobody"

    def test_the_token_of_somebody_else_or_of_before_does_not_do(self, portal: Portal, browser: Browser) -> None:
        before = browser.fields("/login")
        browser.log_in()
        portal.join("mallory")
        other = portal.browser()
        other.log_in("mallory")
        for foreign in (before, other.fields("/account")):
            assert browser.send("/logout", {"csrf": foreign["csrf"]}).status_code == 403
        assert browser.who() != "nobody"

    def test_nobody_can_log_a_browser_in_as_somebody_else(self, portal: Portal, browser: Browser) -> None:
        attacker = portal.browser()
        answer = browser.send("/login", {**attacker.fields("/login"), "name": "anna", "password": PASSWORD})
        assert answer.status_code == 403
        assert browser.who() == "nobody"

    def test_a_program_of_ours_may_show_the_token_in_a_header(self, browser: Browser) -> None:
        browser.log_in()
        token = browser.fields("/account")["csrf"]
        assert browser.send("/logout", {}, {"origin": SITE, "x-csrf-token": token}).status_code == 303

    def test_every_route_of_the_login_that_changes_something_asks_for_the_token(self, portal: Portal) -> None:
        from selfbill.http.login import account_pages, routes  # noqa: PLC0415 - what is walked

        walked = 0
        for route in (*routes.router.routes, *account_pages.router.routes):
            if "POST" in route.methods:  # type: ignore[attr-defined]
                answer = portal.browser().send(route.path, {})  # type: ignore[attr-defined]
                assert answer.status_code == 403, route
                walked += 1
        assert walked == 8

    def test_a_form_stays_good_when_roles_change_while_it_is_open(self, portal: Portal, browser: Browser) -> None:
        browser.log_in()
        fields = browser.fields("/account")
        users.set_roles(portal.accounts, user=ANNA, grants=[])
        assert browser.send("/logout", fields).status_code == 303


class TestLinks:
    """Invitations and resets, from the mail to the first login."""

    def choose(self, browser: Browser, link: str, password: str = PASSWORD) -> Any:
        return browser.send("/login/link", {**browser.fields(link), "password": password})

    def test_an_invitation_leads_to_a_password(self, portal: Portal) -> None:
        portal.invite("bob", Grant(Role.AGENCY))
        (link,) = portal.links()
        browser = portal.browser()
        for _ in range(3):
            assert 'value="bob"' in browser.get(link).text
        answer = self.choose(browser, link)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        browser.log_in("bob")
        assert browser.who() == "user:bob agency"
        again = browser.get(link)
        assert again.status_code == 422
        assert "Deze link is al gebruikt of verlopen." in again.text

    def test_a_weak_password_is_refused_and_the_link_still_holds(self, portal: Portal) -> None:
        portal.invite("bob")
        (link,) = portal.links()
        browser = portal.browser()
        weak = self.choose(browser, link, "kort")
        assert weak.status_code == 422
        assert "minstens 12 tekens" in weak.text
        assert self.choose(browser, link).status_code == 303

    def test_a_link_goes_to_no_other_site(self, portal: Portal) -> None:
        portal.invite("bob")
        answer = portal.browser().get(portal.links()[0])
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src" not in answer.headers["content-security-policy"]
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")

    def test_known_or_not_everybody_hears_the_same_and_only_who_is_known_is_mailed(
        self, portal: Portal, browser: Browser
    ) -> None:
        pages = {browser.submit("/login/forgotten", name=name).text for name in ("anna", "nobody", "x@example.org")}
        assert len(pages) == 1
        assert len(portal.links()) == 2  # the invitation, and this one
        assert self.choose(portal.browser(), portal.links()[-1], PASSWORD + "2").status_code == 303
        assert browser.log_in(password=PASSWORD + "2").status_code == 303

    def test_nobody_is_flooded_with_mail(self, portal: Portal, browser: Browser) -> None:
        answers = [browser.submit("/login/forgotten", name="anna") for _ in range(8)]
        assert {answer.status_code for answer in answers} == {200}
        assert len(portal.links()) == 1 + 5
        codes = [browser.submit("/login/forgotten", name=f"u{number}").status_code for number in range(23)]
        assert codes == [200] * 22 + [429]


class TestAccount:
    """What somebody does about an account of their own."""

    SECRET = to_base32(b"12345678901234567890")

    def code(self, portal: Portal) -> str:
        return code_at(from_base32(self.SECRET), step_of(portal.clock.now().timestamp()))

    def enrol(self, portal: Portal, browser: Browser, **fields: str) -> Any:
        wanted = {"secret": self.SECRET, "code": self.code(portal), "password": PASSWORD, **fields}
        return browser.submit("/account/authenticator", **wanted)

    def test_nobody_has_none(self, portal: Portal) -> None:
        answer = portal.browser().get("/account")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Faccount")

    def test_another_password_logs_out_everywhere_else(self, portal: Portal, browser: Browser) -> None:
        other = portal.browser()
        other.log_in()
        browser.log_in()
        wrong = browser.submit("/account/password", page="/account", old="wrong", new=PASSWORD + "2")
        assert WRONG in wrong.text
        changed = browser.submit("/account/password", page="/account", old=PASSWORD, new=PASSWORD + "2")
        assert changed.headers["location"] == "/account"
        assert (browser.who(), other.who()) == ("user:anna servicedesk", "nobody")
        assert other.log_in(password=PASSWORD + "2").status_code == 303

    def test_sessions_are_listed_and_ended(self, portal: Portal, browser: Browser) -> None:
        other = portal.browser()
        other.client.headers["user-agent"] = "Thuis <b>"
        other.log_in()
        browser.log_in()
        page = browser.get("/account").text
        assert "Thuis &lt;b&gt;" in page
        browser.submit("/account/sessions/end", page="/account")
        assert (browser.who(), other.who()) == ("user:anna servicedesk", "nobody")

    def test_with_an_authenticator_a_code_is_asked_and_the_half_open_session_opens_nothing(
        self, portal: Portal, browser: Browser
    ) -> None:
        browser.log_in()
        assert self.enrol(portal, browser).headers["location"] == "/account"
        assert browser.who() == "user:anna servicedesk"
        portal.wait(2 * MINUTE)
        other = portal.browser()
        half = other.log_in(next="/customers/K01")
        assert half.headers["location"] == "/login/code?next=%2Fcustomers%2FK01"
        half_open = other.cookie
        assert other.who() == "nobody"
        assert other.get("/account").headers["location"].startswith("/login")
        wrong = other.submit("/login/code", code="000000")
        assert "De code klopt niet" in wrong.text
        whole = other.submit("/login/code", page="/login/code?next=/customers/K01", code=self.code(portal))
        assert whole.headers["location"] == "/customers/K01"
        assert other.who() == "user:anna servicedesk"
        assert other.cookie != half_open
        third = portal.browser()
        third.log_in()
        assert "al gebruikt" in third.submit("/login/code", code=self.code(portal)).text

    def test_an_open_browser_is_not_enough_to_set_an_authenticator(self, portal: Portal, browser: Browser) -> None:
        browser.log_in()
        assert WRONG in self.enrol(portal, browser, password="wrong").text
        for secret in ("", "A", "not base 32!", "AAAAAAAA"):
            assert self.enrol(portal, browser, secret=secret).status_code == 422
        assert portal.accounts.user("anna").authenticator is None

    def test_five_minutes_are_left_for_the_code(self, portal: Portal, browser: Browser) -> None:
        browser.log_in()
        self.enrol(portal, browser)
        portal.wait(2 * MINUTE)
        other = portal.browser()
        other.log_in()
        portal.wait(dt.timedelta(minutes=5))
        assert other.get("/login/code").headers["location"] == "/login"


@pytest.mark.parametrize(
    "path", ["/login", "/login/forgotten", "/login/link?token=x", "/account", "/account/authenticator"]
)
def test_every_page_is_complete_in_english(portal: Portal, browser: Browser, path: str) -> None:
    browser.log_in() if path.startswith("/account") else None
    dutch = browser.get(path).text
    browser.client.cookies.set("selfbill_language", "en")
    english = browser.get(path).text
    assert '<html lang="nl">' in dutch
    assert '<html lang="en">' in english
    for word in ("achtwoord", "Inloggen", "Gebruikersnaam", "bureau,", "ingelogd"):
        assert word not in english
