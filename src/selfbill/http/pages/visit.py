"""A visit: somebody of the agency's staff looks at one page, of their own agency and no other."""

import datetime as dt
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY
from selfbill.http.envelope import route_of
from selfbill.http.language import page_language
from selfbill.http.rendering import render
from selfbill.http.security import Needs, Role, User
from selfbill.moments import local_date
from selfbill.refusals import Language
from selfbill.runtime.house import House
from selfbill.store.access_log import note_access

staff = Needs(Role.SERVICEDESK, Role.AGENCY, Role.AUDITOR)
"""Who may look. An operator runs the machine and needs no clients for it; freelancers and customers have pages of their own."""


class Visit:
    """The house of the user's agency, the language, the day, and the access log."""

    def __init__(self, request: Request, user: User) -> None:
        self.request = request
        self.user = user
        self.house: House = request.app.state.houses[user.agency]
        self.agency: Agency = self.house.store.streams.load(AGENCY).state
        self.language: Language = page_language(request)
        self.now: dt.datetime = request.app.state.clock.now()
        self.today = local_date(self.now)
        if self.agency.details is not None:
            request.state.agency_name = self.agency.details.name

    def shows(self, *parties: str) -> None:
        """Puts down whose data (streams of parties) this page is about to show; when that fails, there is no page."""
        note_access(
            self.house.pool,
            parties,
            at=self.now,
            who=self.user.name,
            on_behalf=self.user.on_behalf,
            page=route_of(self.request.scope),
            request=self.request.state.request_id,
        )

    def page(self, template: str, **facts: Any) -> HTMLResponse:
        """The page in the visitor's language."""
        return render(self.request, template, today=self.today, **facts)


def visit(request: Request, user: Annotated[User, Depends(staff)]) -> Visit:
    """The dependency of every page."""
    return Visit(request, user)


Visitor = Annotated[Visit, Depends(visit)]
