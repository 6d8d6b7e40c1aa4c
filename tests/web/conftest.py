"""The application as a browser and a program see it, over a small agency; this folder is not called http because Python has one.

Who is logged in is said by a double of the gate: a header names the role, as the login does with a session.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from fastapi import Request
from starlette.testclient import TestClient

from aggregates.samples import CUSTOMER, PATIENT
from application.office import SmallAgency, hours
from runtime.conftest import house, make_house  # noqa: F401 - fixtures
from selfbill.aggregates.party import Representative
from selfbill.clock import SimulatedClock
from selfbill.http.app import make_app
from selfbill.http.security import Role, User
from selfbill.runtime.house import House
from selfbill.store.api_tokens import make_token
from selfbill.values import InvoiceNumber

FIRST, SECOND = InvoiceNumber("Z01-2026-0001"), InvoiceNumber("Z01-2026-0002")
NOW = dt.datetime(2026, 9, 25, 9, 30, tzinfo=dt.UTC)
"""A Friday, 36 days after both invoices fell due."""

HOSTILE = "<script>alert('x')</script> \"O'Brien\" & {{ 7*7 }}"


class GateDouble:
    """Whoever names a role in a header has it."""

    def __init__(self, agency: str) -> None:
        self.agency = agency

    def current_user(self, request: Request) -> User | None:
        role = request.headers.get("x-test-role")
        if role is None:
            return None
        return User(
            name=f"user:{role}",
            agency=request.headers.get("x-test-agency", self.agency),
            roles=frozenset({Role(role)}),
            shown_as="Anna",
        )

    def login_path(self, came_for: str) -> str:
        return f"/login?next={came_for}"


class Site:
    """The application, and the agency behind it."""

    def __init__(self, house: House, **settings: Any) -> None:  # noqa: F811 - the fixture is another thing
        self.house = house
        self.agency = SmallAgency(house.store)
        self.app = make_app(
            house.settings.model_copy(update=settings),
            {house.agency: house},
            gate=GateDouble(house.agency),
            clock=SimulatedClock(NOW),
        )
        self.client = TestClient(self.app, base_url="http://portal.example.org", follow_redirects=False)

    def get(self, path: str, role: Role | None = Role.SERVICEDESK, **headers: str) -> Any:
        """What the page says to somebody with this role."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=named | ({"x-test-role": role.value} if role else {}))

    def token(self, *scopes: str) -> str:
        return make_token(self.house.pool, self.house.agency, name="test", scopes=scopes, by="user:ank", at=NOW).token


@pytest.fixture
def site(house: House) -> Iterator[Site]:  # noqa: F811 - the fixture
    """An agency with two invoices of 400.00 to K01 that are late, and one customer who has none."""
    site = Site(house)
    fill(site.agency)
    house.follower.catch_up()
    with site.client:
        yield site


def fill(agency: SmallAgency) -> None:
    """K01 has a representative and two invoices; K02 is called something hostile and has nothing."""
    agency.opened()
    represented = msgspec.structs.replace(
        CUSTOMER, representative=Representative("Wilhelmina Dijkstra", "w.dijkstra@example.org", "0612345678")
    )
    agency.customer("K01", PATIENT, represented)
    agency.customer("K02", PATIENT, msgspec.structs.replace(CUSTOMER, name=HOSTILE, city="<b>Stad</b>"))
    agency.placement("P02")
    weeks = [agency.approved(code, hours(f"2026-07-{20 - at}")) for at, code in enumerate(("P01", "P02"))]
    issued = agency.billed(*weeks)
    agency.send(*(invoice.number for invoice in issued))


MakeSite = Callable[..., Site]
