"""People in front of the login, each with a browser of their own."""

import datetime as dt
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from aggregates.samples import AGENCY, MOMENTS, TERMS
from runtime.conftest import house, make_house  # noqa: F401 - fixtures
from selfbill.aggregates.account import Grant, Role
from selfbill.application import setting_up, users
from selfbill.application.passwords import hash_password
from selfbill.clock import SimulatedClock
from selfbill.http.app import make_app
from selfbill.http.login.gate import LoginGate
from selfbill.http.login.install import install_login
from selfbill.http.security import Needs
from selfbill.http.security import Role as PageRole
from selfbill.runtime.accounts import accounts_of, send_link
from selfbill.runtime.house import House
from selfbill.values import UserCode

NOW = dt.datetime(2026, 7, 20, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
PASSWORD = "correct paard batterij"
SITE = "https://desk.example.org"

_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_LINK = re.compile(r"https://portal\.example\.org(/login/link\?[^\s\"<]+)")


class Browser:
    """Keeps cookies, and sends with every form where it comes from."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def fields(self, path: str) -> dict[str, str]:
        """The hidden fields of the first form on this page that has each."""
        found: dict[str, str] = {}
        for name, value in _FIELD.findall(self.get(path).text):
            found.setdefault(name, unescape(value))
        return found

    def send(self, path: str, fields: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        """A form as it stands, from a page of ours unless the headers say otherwise."""
        return self.client.post(path, data=fields, headers={"origin": SITE} if headers is None else headers)

    def submit(self, path: str, page: str | None = None, **fields: Any) -> Any:
        """A form that was opened first, with its hidden fields."""
        return self.send(path, {**self.fields(page or path), **fields})

    def log_in(self, name: str = "anna", password: str = PASSWORD, **fields: str) -> Any:
        return self.submit("/login", name=name, password=password, **fields)

    @property
    def cookie(self) -> str | None:
        """The session's."""
        return self.client.cookies.get("__Host-selfbill") or self.client.cookies.get("selfbill")

    def who(self) -> str:
        """Whom the portal knows in this browser."""
        return str(self.get("/who").text)


class Portal:
    """The application with its login, a clock that the test moves, and the mail that was sent."""

    def __init__(self, house: House, mail: Path, **settings: Any) -> None:  # noqa: F811 - the fixture is another thing
        self.house, self.mail = house, mail
        self.clock = SimulatedClock(NOW)
        self.settings = house.settings.model_copy(update=settings)
        self.gate = LoginGate(self.settings, {house.agency: house}, clock=self.clock)
        self.app = make_app(self.settings, {house.agency: house}, clock=self.clock)
        install_login(self.app, self.gate)

        def who(request: Request) -> PlainTextResponse:
            user = self.gate.current_user(request)
            return PlainTextResponse(
                "nobody" if user is None else f"{user.name} {' '.join(sorted(user.roles))}".strip()
            )

        def desk(request: Request) -> PlainTextResponse:
            return PlainTextResponse(Needs(PageRole.SERVICEDESK)(request).name)

        self.app.add_api_route("/who", who)
        self.app.add_api_route("/desk", desk)
        self.accounts = accounts_of(house, by="operator:test", cause="test", clock=self.clock)
        setting_up.set_up_agency(self.accounts.office, details=AGENCY, moments=MOMENTS, terms=TERMS)

    def browser(self, site: str = SITE) -> Browser:
        return Browser(TestClient(self.app, base_url=site, follow_redirects=False, raise_server_exceptions=True))

    def invite(self, code: str = "anna", *grants: Grant) -> None:
        user = UserCode(code)
        users.invite_user(
            self.accounts, code=user, email=f"{code}@bureau.example.org", name=code.title(), grants=grants
        )
        send_link(self.house, self.accounts, user=self.accounts.user(user), purpose="invitation")

    def join(self, code: str = "anna", *grants: Grant) -> None:
        self.invite(code, *(grants or (Grant(Role.SERVICEDESK),)))
        users.set_hash(self.accounts, UserCode(code), hash_password(PASSWORD))

    def links(self) -> list[str]:
        """Every link that was mailed."""
        found = []
        for path in sorted(self.mail.glob("*.eml"), key=lambda each: each.stat().st_mtime_ns):
            body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
            assert body is not None
            found += _LINK.findall(body.get_content())
        return found

    def wait(self, duration: dt.timedelta) -> None:
        self.clock.advance_to(self.clock.now() + duration)


MakePortal = Callable[..., Portal]


@pytest.fixture
def make_portal(house: House, tmp_path: Path) -> MakePortal:  # noqa: F811 - the fixture
    return lambda **settings: Portal(house, tmp_path / "mail", **settings)


@pytest.fixture
def portal(make_portal: MakePortal) -> Portal:
    return make_portal()


@pytest.fixture
def browser(portal: Portal) -> Browser:
    """Anna of the servicedesk has an account, and a browser in which nobody is logged in."""
    portal.join()
    return portal.browser()
