"""Who is there: from the cookie to the session to the account, and the token that keeps other sites' forms out."""

import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

import msgspec
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from selfbill.aggregates.account import User as Account
from selfbill.application.logging_in import is_current
from selfbill.application.users import Accounts
from selfbill.clock import Clock
from selfbill.http.answers import refused
from selfbill.http.login.cookies import BROWSER, SESSION, CookieTerms, Kind
from selfbill.http.login.directory import Directory
from selfbill.http.login.openid import OpenId
from selfbill.http.login.refusals import ForeignForm, UnknownAgency
from selfbill.http.security import Role, User
from selfbill.runtime.accounts import accounts_of
from selfbill.runtime.house import House
from selfbill.settings import Settings
from selfbill.store.sessions import Session, new_token

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""They change nothing (RFC 9110, section 9.2.1)."""

TOKEN_FIELD = "csrf"  # noqa: S105 - the name of a field
TOKEN_HEADER = "x-csrf-token"  # noqa: S105

_COOKIES = "selfbill_cookies"


class Visit(msgspec.Struct, frozen=True):
    """A browser with a session that stands, and the account behind it."""

    house: House
    session: Session
    account: Account

    @property
    def user(self) -> User:
        """As pages and their roles see it."""
        return User(
            name=f"user:{self.account.code}",
            agency=self.house.agency,
            roles=frozenset(Role(role.value) for role in self.account.roles),
            language=self.account.language,
            shown_as=self.account.name or self.account.code,
        )


class LoginGate:
    """The gate of the application (selfbill.http.security.Gate) that asks for a session of an account here."""

    def __init__(self, settings: Settings, houses: Mapping[str, House], *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.houses = houses
        self.clock = clock
        self.cookies = CookieTerms(settings.cookie_secure)
        self.directory = Directory(settings).vouch_for if settings.ldap_url is not None else None
        self.openid = OpenId(settings) if settings.oidc_issuer is not None else None

    def current_user(self, request: Request) -> User | None:
        """Who is logged in, everything that they log in with shown; None is nobody."""
        visit = self.visit(request)
        return visit.user if visit is not None and visit.session.is_open else None

    def login_path(self, came_for: str) -> str:
        """Where somebody logs in who came for this path."""
        return f"/login?next={quote(came_for, safe='')}"

    def house(self, agency: str) -> House:
        """The agency with this code, or the only one there is. Raises UnknownAgency."""
        if not agency and len(self.houses) == 1:
            return next(iter(self.houses.values()))
        if agency not in self.houses:
            raise UnknownAgency
        return self.houses[agency]

    def accounts(self, house: House, request: Request, by: str = "selfbill") -> Accounts:
        """What intentions about accounts work with, caused by this request."""
        cause = str(request.scope.get("state", {}).get("request_id", ""))
        return accounts_of(house, by=by, cause=cause, clock=self.clock)

    def visit(self, request: Request) -> Visit | None:
        """The session that the browser shows, half open ones included; looked up once for each request."""
        state = request.scope.setdefault("state", {})
        if "selfbill_visit" not in state:
            state["selfbill_visit"] = self._find(request)
        found: Visit | None = state["selfbill_visit"]
        return found

    def _find(self, request: Request) -> Visit | None:
        agency, _, token = self.cookies.read(request, SESSION).partition(".")
        house = self.houses.get(agency)
        if house is None or not token:
            return None
        accounts = self.accounts(house, request)
        session = accounts.sessions.find(token, now=accounts.now)
        if session is None:
            return None
        account = accounts.user(session.user)
        if not is_current(session, account):
            accounts.sessions.end(session.user, session.id)
            return None
        if session.roles != account.roles_changed:
            new = accounts.sessions.rotate(token, roles=account.roles_changed, now=accounts.now)
            if new is not None:
                self.keep(request, house, new)
        return Visit(house, session, account)

    def keep(self, request: Request, house: House, token: str) -> None:
        """The browser gets this session with the answer, instead of the one that it has."""
        self._set(request, SESSION, f"{house.agency}.{token}")

    def let_go(self, request: Request) -> None:
        """The browser drops its session with the answer."""
        self._set(request, SESSION, "")

    def _set(self, request: Request, kind: Kind, value: str) -> None:
        cookies: dict[Kind, str] = request.scope.setdefault("state", {}).setdefault(_COOKIES, {})
        cookies[kind] = self.cookies.written(kind, value)

    def browser(self, request: Request) -> str:
        """What tells this browser apart before anybody has logged in; given to it where it has none."""
        state = request.scope.setdefault("state", {})
        if "selfbill_browser" not in state:
            shown = self.cookies.read(request, BROWSER)
            if not shown:
                shown = new_token()
                self._set(request, BROWSER, shown)
            state["selfbill_browser"] = shown
        return str(state["selfbill_browser"])

    def form_token(self, request: Request) -> str:
        """What every form of ours carries: it belongs to this session, or to this browser where there is none."""
        visit = self.visit(request)
        house = visit.house if visit is not None else next(iter(self.houses.values()))
        whose = f"session {visit.session.id}" if visit is not None else f"browser {self.browser(request)}"
        return house.store.keyring.pseudonym(f"form of {whose}")

    def check_form(self, request: Request, shown: str) -> None:
        """Raises ForeignForm for a token of another session or none."""
        if not hmac.compare_digest(self.form_token(request).encode(), shown.encode()):
            raise ForeignForm


def gate_of(request: Request) -> LoginGate:
    """The gate of the application."""
    gate: LoginGate = request.app.state.gate
    return gate


async def own_form(request: Request) -> None:
    """The dependency of every route that changes something: its form, or header X-CSRF-Token, belongs to the session.

    Raises ForeignForm.
    """
    shown = request.headers.get(TOKEN_HEADER)
    if shown is None:
        field = (await request.form()).get(TOKEN_FIELD)
        shown = field if isinstance(field, str) else ""
    await run_in_threadpool(gate_of(request).check_form, request, shown)


def is_of_this_site(headers: Headers) -> bool:
    """Whether the browser says that a page of ours sent this: by Sec-Fetch-Site, or else by the host in Origin.

    Browsers of before 2023, and all on plain HTTP, send Origin only. Nobody but a browser leaves out both, and who is no browser
    has no cookie that another site could make it send; but nothing of ours does that, so it is refused as well.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


class LoginCookies:
    """The part of the application that adds cookies to answers, and stops what another site's page sends to change something."""

    def __init__(self, app: ASGIApp, *, besides: tuple[str, ...] = ("/api/",)) -> None:
        self._app = app
        self._besides = besides
        """Paths that take no cookie, so that no browser can be made to use them for somebody."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        is_checked = scope["method"] not in SAFE_METHODS and not scope["path"].startswith(self._besides)
        is_foreign = is_checked and not is_of_this_site(Headers(scope=scope))

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for cookie in state.get(_COOKIES, {}).values():
                    headers.append("set-cookie", cookie)
            await send(message)

        if is_foreign:
            await refused(Request(scope, receive), ForeignForm())(scope, receive, send_on)
            return
        await self._app(scope, receive, send_on)
