"""Every route says who may come; all routes are walked with all roles and all scopes."""

from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from selfbill.http.security import Needs, NeedsScope, Role, declared
from selfbill.scopes import Scope
from selfbill.store.api_tokens import revoke_token
from web.conftest import FIRST, NOW, Site

OPEN = {"/healthz", "/readyz", "/metrics", "/api/v1/openapi.json", "/static"}
"""What anybody may ask: nothing of it is about an agency's clients."""

STAFF = {Role.SERVICEDESK, Role.AGENCY, Role.AUDITOR}
FACTS = {
    "{code}": "K01",
    "{number}": FIRST,
    "{payment}": "p1",
    "{kind}": "customers",
    "{language}": "nl",
}


def routes(site: Site) -> list[Any]:
    """Every route, those of included routers too."""
    return list(iter_route_contexts(site.app.routes))


def address(path: str) -> str:
    path = path.replace("/freelancers/{code}", "/freelancers/Z01")
    for name, value in FACTS.items():
        path = path.replace(name, value)
    return path


def requests(site: Site, kind: type) -> list[tuple[str, str, Any]]:
    return [
        (method, address(route.path), declared(route))
        for route in routes(site)
        if isinstance(declared(route), kind)
        for method in route.methods - {"HEAD"}
    ]


def test_every_route_says_who_may_come(site: Site) -> None:
    silent = {route.path for route in routes(site) if declared(route) is None}
    assert silent == OPEN


def test_the_walk_meets_every_page_and_every_call(site: Site) -> None:
    assert len(requests(site, Needs)) >= 10
    assert len(requests(site, NeedsScope)) >= 14


@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_its_roles_and_no_other(site: Site, role: Role) -> None:
    for method, path, needs in requests(site, Needs):
        status = site.client.request(method, path, headers={"x-test-role": role.value}).status_code
        if role in needs.roles:
            assert status in {200, 303, 404}, (path, status)
        else:
            assert status == 403, (path, status)
    assert {role for _, _, needs in requests(site, Needs) for role in needs.roles} == STAFF


def test_nobody_sees_no_page(site: Site) -> None:
    for method, path, _ in requests(site, Needs):
        answer = site.client.request(method, path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login?next=/")


@pytest.mark.parametrize("scope", list(Scope))
def test_a_call_is_for_its_scope_and_no_other(site: Site, scope: Scope) -> None:
    token = site.token(scope.value)
    for method, path, needs in requests(site, NeedsScope):
        answer = site.client.request(method, path, headers={"authorization": f"Bearer {token}"})
        if needs.scope is scope:
            assert answer.status_code not in {401, 403, 500}, (path, answer.text)
        else:
            assert answer.status_code == 403, path
            assert answer.json()["code"] == "out_of_scope"


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", "Bearer sb_{agency}_00000000_{secret}", "Basic eDp5"])
def test_what_is_no_token_opens_nothing(site: Site, given: str) -> None:
    header = given.replace("{agency}", site.house.agency).replace("{secret}", "0" * 64)
    for method, path, _ in requests(site, NeedsScope):
        answer = site.client.request(method, path, headers={"authorization": header} if header else {})
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_revoked_token_opens_nothing(site: Site) -> None:
    token = site.token("read")
    authorization = {"authorization": f"Bearer {token}"}
    assert site.client.get("/api/v1/customers/K01", headers=authorization).status_code == 200
    assert revoke_token(site.house.pool, token.split("_")[-2], by="user:bea", at=NOW)
    assert site.client.get("/api/v1/customers/K01", headers=authorization).status_code == 401


def test_a_token_opens_no_page_and_a_login_opens_no_call(site: Site) -> None:
    token = site.token("read")
    assert site.client.get("/customers/K01", headers={"authorization": f"Bearer {token}"}).status_code == 303
    assert site.client.get("/api/v1/customers/K01", headers={"x-test-role": "servicedesk"}).status_code == 401
