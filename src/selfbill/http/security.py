"""Who asks, and what they may: every route declares its roles or its scope with a dependency, or stands among the open ones.

How somebody logs in is the gate's affair: the application is given one, and asks it who is there. A program shows an API token
instead; a page never takes a token and the API never takes a cookie, so no other site can use the API through a browser.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

import msgspec
from fastapi import Request

from selfbill.http.refusals import NoRight, NotLoggedIn, OutOfScope, TokenRefused
from selfbill.refusals import Language
from selfbill.runtime.house import House
from selfbill.scopes import Scope
from selfbill.store.api_tokens import agency_of, token_of


class Role(StrEnum):
    """What somebody is to the agency."""

    SERVICEDESK = "servicedesk"
    AGENCY = "agency"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    FREELANCER = "freelancer"
    CUSTOMER = "customer"


class User(msgspec.Struct, frozen=True):
    """Somebody who is logged in, for one agency."""

    name: str
    """As it stands in events and in the access log, e.g. `user:ank`; no name or address."""
    agency: str
    roles: frozenset[Role]
    on_behalf: str | None = None
    """For whom they look, where it is not for themselves."""
    language: Language | None = None
    """None is the language of the installation."""
    shown_as: str = ""
    """What the page greets them by."""


class Gate(Protocol):
    """Tells who asks."""

    def current_user(self, request: Request) -> User | None:
        """Who is logged in; None is nobody."""
        ...

    def login_path(self, came_for: str) -> str | None:
        """Where somebody can log in who came for this path; None where nobody can."""
        ...


class ClosedGate:
    """Lets nobody in: an application without any way to log in."""

    def current_user(self, request: Request) -> User | None:  # noqa: ARG002 - nobody is nobody
        return None

    def login_path(self, came_for: str) -> str | None:  # noqa: ARG002
        return None


class Program(msgspec.Struct, frozen=True):
    """A program that showed a token."""

    name: str
    """As it stands in events and in the access log: `token:` and the token's id."""
    house: House


class Needs:
    """The dependency of a page: one of these roles. Raises NotLoggedIn or NoRight."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    def __call__(self, request: Request) -> User:
        gate: Gate = request.app.state.gate
        user = gate.current_user(request)
        if user is None:
            raise NotLoggedIn
        request.state.user = user
        if not self.roles & user.roles:
            raise NoRight
        if user.agency not in request.app.state.houses:
            raise NoRight
        return user


class NeedsScope:
    """The dependency of a route of the API: a token with this scope. Raises TokenRefused or OutOfScope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __call__(self, request: Request) -> Program:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        agency = agency_of(token)
        house: House | None = request.app.state.houses.get(agency) if kind.lower() == "bearer" else None
        found = token_of(house.pool, token) if house is not None else None
        if found is None or house is None:
            raise TokenRefused
        if self.scope not in found.scopes:
            raise OutOfScope(scope=self.scope.value)
        return Program(f"token:{found.id}", house)


def declared(route: Any) -> Needs | NeedsScope | None:
    """What a route asks of whoever comes; None is an open route."""
    found: list[Needs | NeedsScope] = []

    def look(dependant: Any) -> None:
        call: Callable[..., Any] | None = dependant.call
        if isinstance(call, Needs | NeedsScope):
            found.append(call)
        for each in dependant.dependencies:
            look(each)

    if getattr(route, "dependant", None) is not None:
        look(route.dependant)
    return found[0] if found else None
