"""Logging in by way of the organisation, against a real OpenID provider; and every answer that must not let anybody in."""

import datetime as dt
import hmac
import json
import shutil
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pydantic import SecretStr

from selfbill.aggregates.account import Source
from selfbill.http.login.elsewhere import BACK
from selfbill.http.login.openid import OpenId
from selfbill.http.login.refusals import LoginElsewhereFailed
from selfbill.settings import Settings
from selfbill.store.database import ask
from web.login.conftest import Browser, MakePortal, Portal

ROOT = Path(__file__).parents[3]
PACKAGE = "oidc-provider@9.13.3"
REDIRECT = f"https://portal.example.org{BACK}"
ROLES = {"desk": "servicedesk", "books": "auditor"}
FAILED = "Het inloggen via uw organisatie is niet gelukt."


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """A running provider; without node and npm, or without their registry, these tests are skipped."""
    folder = ROOT / "build" / "oidc"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("no node and npm for the OpenID provider")
    if not (folder / "node_modules" / "oidc-provider").exists():
        folder.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(folder), PACKAGE]
        if subprocess.run(install, capture_output=True, check=False, timeout=300).returncode:
            pytest.skip(f"npm could not install {PACKAGE}")
    script = str(Path(__file__).with_name("provider.mjs"))
    with subprocess.Popen(
        [node, script, str(folder), REDIRECT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def portal(make_portal: MakePortal, issuer: str) -> Portal:
    """A portal whose organisation has this provider; on the system's time, as the provider is."""
    portal = make_portal(
        oidc_issuer=issuer,
        oidc_client_id="selfbill",
        oidc_client_secret=SecretStr("provider-secret"),
        oidc_scopes="openid profile email groups",
        oidc_roles=ROLES,
    )
    portal.clock.advance_to(dt.datetime.now(dt.UTC))
    return portal


def shown_elsewhere(address: str, login: str) -> str:
    """What somebody does at the provider: names an account and agrees. Answers the address to which the provider sends back."""
    with httpx.Client(follow_redirects=False, timeout=20) as client:
        answer = client.get(address)
        for _ in range(12):
            location = answer.headers.get("location", "")
            if location.startswith(REDIRECT):
                return str(location)
            if answer.is_redirect:
                answer = client.get(str(answer.url.join(location)))
                continue
            prompt = "login" if 'name="login"' in answer.text else "consent"
            answer = client.post(str(answer.url), data={"prompt": prompt, "login": login, "password": "any"})
    raise AssertionError(f"the provider did not send back: {answer.status_code} {answer.text[:500]}")


def sent_away(browser: Browser, **asked: str) -> str:
    answer = browser.get("/login/organisation?" + urlencode(asked))
    assert answer.status_code == 303
    return str(answer.headers["location"])


def back(browser: Browser, location: str) -> Any:
    parts = urlsplit(location)
    return browser.get(f"{parts.path}?{parts.query}")


def through(browser: Browser, login: str, **asked: str) -> Any:
    return back(browser, shown_elsewhere(sent_away(browser, **asked), login))


def test_the_organisations_login_gives_an_account_with_the_roles_of_its_groups(portal: Portal) -> None:
    browser = portal.browser()
    assert "/login/organisation?next=%2Finvoices" in browser.get("/login?next=/invoices").text
    answer = through(browser, "anna+desk+other", next="/invoices")
    assert (answer.status_code, answer.headers["location"]) == (303, "/invoices")
    assert browser.who() == "user:anna servicedesk"
    user = portal.accounts.user("anna")
    assert (user.source, user.name, user.email) == (Source.OIDC, "Anna Visser", "anna@bureau.example.org")


def test_the_question_carries_state_nonce_and_pkce(portal: Portal) -> None:
    asked = [parse_qs(urlsplit(sent_away(portal.browser())).query) for _ in range(2)]
    for each in asked:
        assert each["code_challenge_method"] == ["S256"]
        assert each["response_type"] == ["code"]
        assert each["redirect_uri"] == [REDIRECT]
        assert len(each["code_challenge"][0]) == 43
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_two_people_of_the_same_name_get_accounts_of_their_own(portal: Portal) -> None:
    portal.join("anna")
    browser = portal.browser()
    through(browser, "anna+books")
    assert browser.who().startswith("user:anna-")
    assert browser.who().endswith(" auditor")
    assert portal.accounts.user("anna").source is Source.LOCAL


def test_without_a_group_that_has_a_role_nobody_gets_in(portal: Portal) -> None:
    browser = portal.browser()
    answer = through(browser, "carl+other")
    assert answer.status_code == 422
    assert "U heeft hier geen rol." in answer.text
    assert browser.who() == "nobody"
    assert portal.accounts.all() == []


def test_a_planted_answer_does_not_log_another_browser_in(portal: Portal) -> None:
    attacker, victim = portal.browser(), portal.browser()
    location = shown_elsewhere(sent_away(attacker), "mallory+desk")
    sent_away(victim)
    answer = back(victim, location)
    assert answer.status_code == 403
    assert FAILED in answer.text
    assert victim.who() == "nobody"


def test_an_answer_is_taken_once(portal: Portal) -> None:
    browser = portal.browser()
    location = shown_elsewhere(sent_away(browser), "anna+desk")
    assert back(browser, location).status_code == 303
    assert back(browser, location).status_code == 403


@pytest.mark.parametrize(
    "changed", [{"state": "made-up"}, {"code": "made-up"}, {"code": ""}, {"iss": "https://evil.example.org"}]
)
def test_a_changed_answer_is_refused(portal: Portal, changed: dict[str, str]) -> None:
    browser = portal.browser()
    parts = urlsplit(shown_elsewhere(sent_away(browser), "anna+desk"))
    query = {name: value[0] for name, value in parse_qs(parts.query).items()} | changed
    answer = browser.get(f"{parts.path}?{urlencode(query)}")
    assert answer.status_code in (403, 404)
    assert browser.who() == "nobody"


@pytest.mark.parametrize("column", ["verifier", "nonce"])
def test_the_provider_checks_the_verifier_and_we_check_the_nonce(portal: Portal, column: str) -> None:
    browser = portal.browser()
    location = shown_elsewhere(sent_away(browser), "anna+desk")
    other = "x" * 43
    if column == "verifier":
        ask(portal.house.pool, "UPDATE foreign_logins SET verifier = %b", (other,))
    else:
        ask(portal.house.pool, "UPDATE foreign_logins SET nonce = %b", (other,))
    assert back(browser, location).status_code == 403
    assert browser.who() == "nobody"


def test_after_a_quarter_of_an_hour_an_errand_is_forgotten(portal: Portal) -> None:
    browser = portal.browser()
    location = shown_elsewhere(sent_away(browser), "anna+desk")
    portal.wait(dt.timedelta(minutes=15))
    assert back(browser, location).status_code == 403


def test_a_provider_that_is_away_or_calls_itself_otherwise_is_a_sentence(make_portal: MakePortal, issuer: str) -> None:
    for wrong in ("http://127.0.0.1:1", issuer + "/", issuer.replace("127.0.0.1", "localhost")):
        portal = make_portal(oidc_issuer=wrong, oidc_client_id="selfbill")
        answer = portal.browser().get("/login/organisation")
        assert answer.status_code == 403
        assert FAILED in answer.text


def test_without_a_provider_there_is_no_such_way(make_portal: MakePortal) -> None:
    browser = make_portal().browser()
    assert "organisation" not in browser.get("/login").text
    assert browser.get("/login/organisation").status_code == 403
    assert browser.get(BACK).status_code == 403


class TestTokens:
    """An ID token signed by the very key of the provider, except where the test says otherwise."""

    ISSUER = "https://login.example.org"
    NOW = time.time()
    KEY = RSAKey.generate_key(2048, parameters={"kid": "1", "use": "sig"})
    OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "1", "use": "sig"})

    def provider(self, monkeypatch: pytest.MonkeyPatch) -> OpenId:
        provider = OpenId(Settings(oidc_issuer=self.ISSUER, oidc_client_id="selfbill"))
        about = {
            "issuer": self.ISSUER,
            "authorization_endpoint": f"{self.ISSUER}/auth",
            "token_endpoint": f"{self.ISSUER}/token",
            "jwks_uri": f"{self.ISSUER}/keys",
        }
        keys = KeySet([self.KEY]).as_dict(private=False)
        monkeypatch.setattr(provider, "_ask", lambda _, address, *__: keys if address.endswith("/keys") else about)
        return provider

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(self.NOW)
        claims = {"iss": self.ISSUER, "aud": "selfbill", "sub": "1", "exp": now + 300, "iat": now, "nonce": "n"}
        return {name: value for name, value in (claims | changed).items() if value is not None}

    def test_a_good_one_is_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        provider = self.provider(monkeypatch)
        for _ in range(2):
            token = jwt.encode({"alg": "RS256", "kid": "1"}, self.claims(aud=["selfbill"]), self.KEY)
            assert provider.checked(token, nonce="n", now=self.NOW)["sub"] == "1"

    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "https://evil.example.org"},
            {"iss": None},
            {"aud": "another"},
            {"aud": ["another"]},
            {"aud": None},
            {"azp": "another"},
            {"exp": int(NOW) - 61},
            {"exp": None},
            {"exp": "soon"},
            {"iat": int(NOW) + 3600},
            {"nbf": int(NOW) + 3600},
            {"nonce": "other"},
            {"nonce": None},
            {"nonce": 7},
            {"sub": None},
            {"sub": 7},
        ],
    )
    def test_one_for_somebody_else_or_another_time_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
    ) -> None:
        token = jwt.encode({"alg": "RS256", "kid": "1"}, self.claims(**changed), self.KEY)
        with pytest.raises(LoginElsewhereFailed):
            self.provider(monkeypatch).checked(token, nonce="n", now=self.NOW)

    def test_one_of_another_key_or_none_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def part(value: object) -> str:
            return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        unsigned = [f"{part({'alg': alg})}.{part(self.claims())}." for alg in ("none", "None", "NONE", "")]
        said = f"{part({'alg': 'HS256', 'kid': '1'})}.{part(self.claims())}"
        mac = hmac.digest(self.KEY.as_pem(private=False), said.encode(), "sha256")
        confused = f"{said}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        foreign = jwt.encode({"alg": "RS256", "kid": "1"}, self.claims(), self.OTHER_KEY)
        good = jwt.encode({"alg": "RS256", "kid": "1"}, self.claims(), self.KEY)
        head, _, signature = good.split(".")
        changed = f"{head}.{part(self.claims(sub='2'))}.{signature}"
        own_key = jwt.encode(
            {"alg": "RS256", "jwk": self.OTHER_KEY.as_dict(private=False)}, self.claims(), self.OTHER_KEY
        )
        for token in (*unsigned, confused, foreign, changed, own_key, "", "a.b.c", good + "x"):
            with pytest.raises(LoginElsewhereFailed):
                self.provider(monkeypatch).checked(token, nonce="n", now=self.NOW)
