"""Logging in with a name and a password: the form, the code of the authenticator, a forgotten password, the link in a mail."""

import logging
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from fastapi.responses import FileResponse, Response

from selfbill.aggregates.account_refusals import LinkSpent
from selfbill.application.logging_in import Entered, count_asking, log_in, show_code
from selfbill.application.users import Accounts, choose_password_by_link
from selfbill.http.login.gate import LoginGate, Visit, gate_of, own_form
from selfbill.http.login.next_page import own_page
from selfbill.http.login.page import go_to, page
from selfbill.refusals import Refusal
from selfbill.runtime.accounts import send_link
from selfbill.runtime.house import House
from selfbill.store.logins import whose_link

router = APIRouter(include_in_schema=False)
changing = [Depends(own_form)]
"""What every route asks that changes something."""

Typed = Annotated[str, Form(max_length=1000)]
Optional = Annotated[str, Form(max_length=1000)]

_log = logging.getLogger("selfbill.http.login")


@router.get("/login")
def login_form(request: Request, next: str = "/", agency: str = "") -> Response:  # noqa: A002 - as the address has it
    """The form; who is logged in already goes on."""
    gate = gate_of(request)
    if gate.current_user(request) is not None:
        return go_to(own_page(next))
    return login_page(request, agency=agency, next_page=own_page(next))


@router.post("/login", dependencies=changing)
def submit_login(
    request: Request,
    name: Typed,
    password: Typed,
    next: Optional = "/",  # noqa: A002
    agency: Optional = "",
) -> Response:
    """A name and a password; on to the page that was asked for, or to the code."""
    gate, after = gate_of(request), own_page(next)
    try:
        house = gate.house(agency)
        accounts = gate.accounts(house, request)
        entered = log_in(
            accounts,
            name=name,
            password=password,
            address=address_of(request),
            agent=agent_of(request),
            directory=gate.directory,
        )
    except Refusal as refusal:
        return login_page(request, agency=agency, next_page=after, name=name, refusal=refusal)
    let_in(request, gate, house, entered)
    return go_to(after) if entered.is_open else go_to(f"/login/code{_query(after)}")


@router.get("/login/code")
def code_form(request: Request, next: str = "/") -> Response:  # noqa: A002
    """The form for the code of the authenticator, for whoever has shown the password."""
    visit = gate_of(request).visit(request)
    if visit is None or visit.session.is_open:
        return go_to("/login" + _query(own_page(next)))
    return page(request, "code.html", next_page=own_page(next))


@router.post("/login/code", dependencies=changing)
def submit_code(request: Request, code: Typed, next: Optional = "/") -> Response:  # noqa: A002
    """The code; then the session begins under a new token."""
    gate, after = gate_of(request), own_page(next)
    visit = gate.visit(request)
    if visit is None or visit.session.is_open:
        return go_to("/login" + _query(after))
    accounts = gate.accounts(visit.house, request)
    try:
        entered = show_code(accounts, session=visit.session, code=code, agent=agent_of(request))
    except Refusal as refusal:
        return page(request, "code.html", refusal=refusal, next_page=after)
    gate.keep(request, visit.house, entered.token)
    return go_to(after)


@router.post("/logout", dependencies=changing)
def log_out(request: Request) -> Response:
    """The session ends, on the server too."""
    gate = gate_of(request)
    visit = gate.visit(request)
    if visit is not None:
        gate.accounts(visit.house, request).sessions.end(visit.account.code, visit.session.id)
    gate.let_go(request)
    return go_to("/login")


@router.get("/login/forgotten")
def forgotten_form(request: Request, agency: str = "") -> Response:
    """Asks whose password was forgotten."""
    return page(request, "forgotten.html", agencies=_agencies(request), agency=agency, is_sent=False)


@router.post("/login/forgotten", dependencies=changing)
def submit_forgotten(request: Request, later: BackgroundTasks, name: Typed, agency: Optional = "") -> Response:
    """The same answer for everybody; whether there is somebody to mail is only looked up after it has left."""
    gate = gate_of(request)
    try:
        house = gate.house(agency)
        accounts = gate.accounts(house, request)
        may_mail = count_asking(accounts, name=name, address=address_of(request))
    except Refusal as refusal:
        return page(
            request, "forgotten.html", refusal=refusal, agencies=_agencies(request), agency=agency, is_sent=False
        )
    if may_mail:
        later.add_task(_mail_reset, house, accounts, name)
    return page(request, "forgotten.html", agencies=_agencies(request), agency=agency, is_sent=True)


@router.get("/login/link")
def link_form(request: Request, token: str = "", agency: str = "") -> Response:
    """Choosing a password by a link that was mailed. Looking spends nothing: mail scanners look at every link."""
    gate = gate_of(request)
    house = gate.house(agency)
    accounts = gate.accounts(house, request)
    user = whose_link(accounts.pool, token, now=accounts.now)
    refusal = None if user is not None else LinkSpent()
    return page(
        request, "link.html", refusal=refusal, link=token, agency=house.agency, account=user, holds=user is not None
    )


@router.post("/login/link", dependencies=changing)
def submit_link(request: Request, link: Typed, password: Typed, agency: Optional = "") -> Response:
    """The password is set, the link is spent, and the user logs in with it."""
    gate = gate_of(request)
    house = gate.house(agency)
    accounts = gate.accounts(house, request)
    user = whose_link(accounts.pool, link, now=accounts.now)
    try:
        choose_password_by_link(accounts.acting(f"user:{user}"), token=link, password=password)
    except Refusal as refusal:
        holds = not isinstance(refusal, LinkSpent)
        return page(request, "link.html", refusal=refusal, link=link, agency=house.agency, account=user, holds=holds)
    return go_to("/login")


@router.get("/login/style.css")
def style() -> Response:
    """What the pages of the login look like."""
    return FileResponse(Path(__file__).parent / "login.css", headers={"cache-control": "max-age=3600"})


def let_in(request: Request, gate: LoginGate, house: House, entered: Entered) -> None:
    """The browser gets the new session; one that it had before ends, whoever put it there."""
    before: Visit | None = gate.visit(request)
    if before is not None:
        gate.accounts(before.house, request).sessions.end(before.account.code, before.session.id)
    gate.keep(request, house, entered.token)


def address_of(request: Request) -> str:
    """The network address that asks; behind a proxy the server is told which one to believe (uvicorn, forwarded-allow-ips)."""
    return request.client.host if request.client is not None else "unknown"


def agent_of(request: Request) -> str:
    """What the browser calls itself, for the list of sessions."""
    return request.headers.get("user-agent", "")


def login_page(
    request: Request, *, agency: str, next_page: str, name: str = "", refusal: Refusal | None = None
) -> Response:
    """The form, with what was wrong above it."""
    return page(
        request,
        "login.html",
        refusal=refusal,
        agencies=_agencies(request),
        agency=agency,
        next_page=next_page,
        name=name,
        elsewhere="/login/organisation" + _query(next_page) if gate_of(request).openid is not None else "",
    )


def _agencies(request: Request) -> list[str]:
    """What there is to choose from: nothing where there is only one."""
    codes = sorted(gate_of(request).houses)
    return codes if len(codes) > 1 else []


def _query(after: str) -> str:
    return "" if after == "/" else "?" + urlencode({"next": after})


def _mail_reset(house: House, accounts: Accounts, name: str) -> None:
    user = accounts.who_logs_in(name)
    try:
        send_link(house, accounts, user=user, purpose="reset")
    except Refusal as refusal:
        _log.info("no reset was mailed: %s", refusal.code)
