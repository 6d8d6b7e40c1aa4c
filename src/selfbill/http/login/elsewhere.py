"""Logging in by way of the organisation: the browser is sent to its own login, and what that says becomes an account with roles."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from selfbill.aggregates.account import Source, is_address
from selfbill.application.logging_in import Entered, Vouched, grants_of, welcome
from selfbill.application.users import Accounts
from selfbill.http.login.gate import LoginGate, gate_of
from selfbill.http.login.next_page import own_page
from selfbill.http.login.openid import OpenId
from selfbill.http.login.page import KEPT_TO_OURSELVES, go_to
from selfbill.http.login.refusals import LoginElsewhereFailed
from selfbill.http.login.routes import agent_of, let_in, login_page
from selfbill.refusals import Refusal
from selfbill.store.logins import Away, come_back, send_away

router = APIRouter(include_in_schema=False)

BACK = "/login/organisation/back"

_log = logging.getLogger("selfbill.http.login")


@router.get("/login/organisation")
def go_elsewhere(request: Request, next: str = "/", agency: str = "") -> Response:  # noqa: A002
    """Off to the organisation's own login."""
    gate = gate_of(request)
    try:
        provider, house = _provider(gate), gate.house(agency)
        accounts = gate.accounts(house, request)
        errand = provider.errand(back=_back(gate), prefix=house.agency)
    except Refusal as refusal:
        return login_page(request, agency=agency, next_page=own_page(next), refusal=refusal)
    away = Away(errand.nonce, errand.verifier, own_page(next))
    send_away(accounts.pool, state=errand.state, browser=gate.browser(request), away=away, now=accounts.now)
    return RedirectResponse(errand.address, 303, KEPT_TO_OURSELVES)


@router.get(BACK)
def back_again(request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
    """Back with a code, in the browser that was sent away, once."""
    gate = gate_of(request)
    agency = state.partition(".")[0]
    try:
        provider, house = _provider(gate), gate.house(agency)
        accounts = gate.accounts(house, request)
        away = come_back(accounts.pool, state=state, browser=gate.browser(request), now=accounts.now)
        if away is None or not code or (iss and iss != provider.issuer):
            raise LoginElsewhereFailed
        claims = provider.claims(
            code=code, verifier=away.verifier, nonce=away.nonce, back=_back(gate), now=accounts.now.timestamp()
        )
        entered = _welcome(gate, accounts, provider, claims, agent_of(request))
    except Refusal as refusal:
        _log.info("login by way of the organisation refused: %s", refusal.code)
        return login_page(request, agency="", next_page="/", refusal=refusal)
    let_in(request, gate, house, entered)
    return go_to(away.next)


def _welcome(gate: LoginGate, accounts: Accounts, provider: OpenId, claims: Mapping[str, Any], agent: str) -> Entered:
    """An account for whom the provider vouches, found by issuer and subject: addresses change hands, subjects do not."""
    groups = claims.get(gate.settings.oidc_groups_claim, [])
    named = [each for each in groups if isinstance(each, str)] if isinstance(groups, list) else []
    preferred = str(claims.get("preferred_username") or "")
    email = str(claims.get("email") or preferred)
    if not is_address(email):
        raise LoginElsewhereFailed
    vouched = Vouched(
        source=Source.OIDC,
        identity=f"openid {provider.issuer} {claims['sub']}",
        email=email,
        name=str(claims.get("name") or preferred or email),
        wanted=email.partition("@")[0],
        grants=grants_of(named, gate.settings.oidc_roles),
    )
    return welcome(accounts, vouched, agent=agent)


def _provider(gate: LoginGate) -> OpenId:
    if gate.openid is None:
        raise LoginElsewhereFailed
    return gate.openid


def _back(gate: LoginGate) -> str:
    return gate.settings.portal_url.rstrip("/") + BACK
