"""Somebody's own account: the password, the authenticator, and the browsers that are logged in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from selfbill.aggregates.account import Source
from selfbill.aggregates.account_refusals import WrongCode
from selfbill.application.logging_in import replace_authenticator, replace_password
from selfbill.application.users import Accounts, new_secret
from selfbill.http.login.gate import Visit, gate_of
from selfbill.http.login.page import go_to, page
from selfbill.http.login.routes import Typed, agent_of, changing
from selfbill.http.refusals import NotLoggedIn
from selfbill.http.rendering import shown_moment
from selfbill.refusals import Refusal
from selfbill.totp import enrolment_address

router = APIRouter(include_in_schema=False)


def somebody(request: Request) -> Visit:
    """The dependency of these pages: anybody who is logged in, whatever the role. Raises NotLoggedIn."""
    visit = gate_of(request).visit(request)
    if visit is None or not visit.session.is_open:
        raise NotLoggedIn
    return visit


Somebody = Annotated[Visit, Depends(somebody)]


@router.get("/account")
def show_account(request: Request, visit: Somebody) -> Response:
    """Who is logged in, how, and where else."""
    return _account_page(request, visit)


@router.post("/account/password", dependencies=changing)
def submit_password(request: Request, visit: Somebody, old: Typed, new: Typed) -> Response:
    """Another password, for whoever knows the present one; every other session ends."""
    gate, accounts = gate_of(request), _own(request, visit)
    try:
        entered = replace_password(accounts, session=visit.session, old=old, new=new, agent=agent_of(request))
    except Refusal as refusal:
        return _account_page(request, visit, refusal)
    gate.keep(request, visit.house, entered.token)
    return go_to("/account")


@router.get("/account/authenticator")
def authenticator_form(request: Request, visit: Somebody) -> Response:
    """A new secret to put into the telephone; nothing is kept until it has shown a code."""
    return _authenticator_page(request, visit, new_secret())


@router.post("/account/authenticator", dependencies=changing)
def submit_authenticator(request: Request, visit: Somebody, secret: Typed, code: Typed, password: Typed) -> Response:
    """From now on a code is asked for; the present password shows that it is not somebody who found the browser open."""
    gate, accounts = gate_of(request), _own(request, visit)
    try:
        entered = replace_authenticator(
            accounts, session=visit.session, secret=secret, code=code, password=password, agent=agent_of(request)
        )
    except Refusal as refusal:
        return _authenticator_page(
            request, visit, new_secret() if not isinstance(refusal, WrongCode) else secret, refusal
        )
    gate.keep(request, visit.house, entered.token)
    return go_to("/account")


@router.post("/account/sessions/end", dependencies=changing)
def end_session(request: Request, visit: Somebody, session: Annotated[UUID | None, Form()] = None) -> Response:
    """One of the user's own sessions ends, or all but this one."""
    sessions = _own(request, visit).sessions
    if session is None:
        sessions.end_all(visit.account.code, but=visit.session.id)
    else:
        sessions.end(visit.account.code, session)
    return go_to("/account")


def _own(request: Request, visit: Visit) -> Accounts:
    """Accounts on behalf of whoever is logged in."""
    return gate_of(request).accounts(visit.house, request, by=visit.user.name)


def _account_page(request: Request, visit: Visit, refusal: Refusal | None = None) -> Response:
    accounts = _own(request, visit)
    return page(
        request,
        "account.html",
        refusal=refusal,
        account=visit.account,
        is_local=visit.account.source is Source.LOCAL,
        sessions=accounts.sessions.of(visit.account.code, now=accounts.now),
        this=visit.session.id,
        moment=lambda moment: shown_moment(moment, visit.account.language),
    )


def _authenticator_page(request: Request, visit: Visit, secret: str, refusal: Refusal | None = None) -> Response:
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    address = enrolment_address(secret, issuer=f"selfbill {visit.house.agency}", user=visit.account.code)
    return page(request, "authenticator.html", refusal=refusal, secret=secret, groups=groups, address=address)
