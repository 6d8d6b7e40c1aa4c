"""A call of a program: its token's agency, the access log, the office in which its intentions are carried out, and ETags."""

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from selfbill.application.office import Done, Office, Outcome
from selfbill.http.api.shapes import DoneOut
from selfbill.http.envelope import route_of
from selfbill.http.refusals import KeyMissing, NotACursor
from selfbill.http.security import NeedsScope, Program
from selfbill.moments import local_date
from selfbill.scopes import Scope
from selfbill.store.access_log import note_access

PREFIX = "/api/v1"
"""Stands in every route itself: the pattern of an address that is logged is then the whole of it."""

SHOWN_WITHIN_SECONDS = 2.0
"""How long an answer waits until the read models show what was done: usually some milliseconds."""

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Call:
    """One request with a token."""

    def __init__(self, request: Request, program: Program) -> None:
        self.request = request
        self.program = program
        self.house = program.house
        self.now: dt.datetime = request.app.state.clock.now()
        self.today = local_date(self.now)
        self.request_id: str = request.state.request_id

    def shows(self, *parties: str) -> None:
        """Puts down whose data (streams of parties) this answer shows; when that fails, there is no answer."""
        note_access(
            self.house.pool,
            parties,
            at=self.now,
            who=self.program.name,
            on_behalf=None,
            page=route_of(self.request.scope),
            request=self.request_id,
        )

    def answer(self, shape: BaseModel) -> Response:
        """The answer with its ETag, or 304 when the program has it already."""
        body = shape.model_dump_json().encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"etag": tag, "cache-control": "private, no-cache"}
        known = {each.strip().removeprefix("W/") for each in self.request.headers.get("if-none-match", "").split(",")}
        if tag in known:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    def carry_out(self, key: str, intention: Callable[[Office, str], Outcome]) -> DoneOut:
        """Does it once however often it is asked for with this key, and waits until it can be seen.

        `key` is the program's own; another program's equal key is another command.
        """
        office = self.house.office(
            self.request.app.state.clock, by=self.program.name, cause=f"request:{self.request_id}"
        )
        outcome = intention(office, f"{self.program.name}/{key}")
        if not isinstance(outcome, Done):
            return DoneOut(done=False, position=None, shown=True)
        shown = self.house.follower.wait_for(outcome.position, SHOWN_WITHIN_SECONDS)
        return DoneOut(done=True, position=outcome.position, shown=shown)


def _of(scope: Scope) -> Callable[..., Call]:
    def call(request: Request, program: Annotated[Program, Depends(NeedsScope(scope))]) -> Call:
        return Call(request, program)

    return call


def idempotency_key(
    key: Annotated[
        str,
        Header(alias="Idempotency-Key", description="The same key again changes nothing.", examples=["call-2026-1"]),
    ] = "",
) -> str:
    """The key of a command. Raises KeyMissing."""
    if not _KEY.fullmatch(key):
        raise KeyMissing
    return key


Reading = Annotated[Call, Depends(_of(Scope.READ))]
OnPayments = Annotated[Call, Depends(_of(Scope.PAYMENTS))]
OnClients = Annotated[Call, Depends(_of(Scope.CLIENTS))]
Key = Annotated[str, Depends(idempotency_key)]


def cursor(date: dt.date, position: int) -> str:
    """Where a page ended, for the next to begin after it; programs are not meant to read it."""
    return base64.urlsafe_b64encode(f"{date}/{position}".encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> tuple[dt.date, int] | None:
    """Raises NotACursor."""
    if text is None:
        return None
    try:
        date, _, position = base64.urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}").decode().partition("/")
        return dt.date.fromisoformat(date), _small(int(position))
    except ValueError as error:
        raise NotACursor from error


def _small(position: int) -> int:
    if not 0 <= position < 2**63:
        raise ValueError(position)
    return position


Answer = Any
"""Routes answer bytes of their own, so that the ETag is of exactly these; `response_model` says what they are."""
