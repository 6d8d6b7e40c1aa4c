"""What stands around every request and every answer: an id, a limit, headers for the browser, one line in the log, one count.

Neither the log nor the counts hold anything about a person: they name the pattern of an address, never the address itself.
"""

import logging
import re
import secrets
import time
import traceback
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from selfbill.http.answers import LARGEST_BODY, refused
from selfbill.http.refusals import NotUnderstood, TooLarge, WentWrong

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What a proxy may call a request; anything else gets an id of our own, so that nobody writes into the log."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Around the 100 and 250 ms that pages are held to."""

_log = logging.getLogger("selfbill.http")


class BodyTooLarge(HTTPException):
    """An HTTPException, because FastAPI turns anything else that goes wrong while reading a body into its own words."""

    def __init__(self) -> None:
        super().__init__(413)


class Envelope:
    """The outermost part of the application."""

    def __init__(self, app: ASGIApp, *, registry: CollectorRegistry, frame_ancestors: str) -> None:
        self._app = app
        self._headers = browser_headers(frame_ancestors)
        self._seconds = Histogram(
            "selfbill_http_request_seconds",
            "How long requests took, by the pattern of their address.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        came = Headers(scope=scope).get("x-request-id", "")
        request_id = came if REQUEST_ID.fullmatch(came) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status, is_begun = time.perf_counter(), 500, False

        async def send_on(message: Message) -> None:
            nonlocal status, is_begun
            if message["type"] == "http.response.start":
                status, is_begun = message["status"], True
                self._complete(MutableHeaders(scope=message), request_id)
            await send(message)

        try:
            if "\0" in scope["path"] or b"%00" in scope["query_string"]:
                answer = refused(Request(scope, receive), NotUnderstood(where="%00"))  # PostgreSQL knows no such text
                await answer(scope, receive, send_on)
            elif _announced(scope) > LARGEST_BODY:
                await refused(Request(scope, receive), TooLarge(limit=LARGEST_BODY))(scope, receive, send_on)
            else:
                await self._app(scope, _limited(receive), send_on)
        except Exception as error:
            _log.error(_about_error(request_id, error))
            if is_begun:
                raise
            answer = refused(Request(scope, receive), WentWrong(request=request_id))
            await answer(scope, receive, send_on)
        finally:
            self._tell(scope, request_id, status, time.perf_counter() - began)

    def _complete(self, headers: MutableHeaders, request_id: str) -> None:
        headers["x-request-id"] = request_id
        for name, value in self._headers.items():
            headers.setdefault(name, value)

    def _tell(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else "other"
        self._seconds.labels(method, route, str(status)).observe(seconds)
        line = {"request": request_id, "method": method, "route": route, "status": status}
        _log.info(msgspec.json.encode(line | {"ms": round(seconds * 1000, 1)}).decode())


def route_of(scope: Scope) -> str:
    """The pattern of the address, e.g. `/customers/{code}`; `-` where nothing stands."""
    route = scope.get("route")
    return str(getattr(route, "path", "-"))


def browser_headers(frame_ancestors: str) -> dict[str, str]:
    """What a browser is told with every answer that does not say otherwise: run nothing, load nothing from elsewhere, keep nothing."""
    return {
        "content-security-policy": content_security_policy(frame_ancestors),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "cache-control": "no-store",
    }


def content_security_policy(frame_ancestors: str) -> str:
    """Styles, images and frames of our own, no script at all, and only these sites may put a page in a frame."""
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; frame-src 'self'; object-src 'self';"
        f" form-action 'self'; base-uri 'none'; frame-ancestors {frame_ancestors}"
    )


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _limited(receive: Receive) -> Receive:
    """The same body, but not more of it than the limit: one that announced no length is counted as it comes."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                raise BodyTooLarge
        return message

    return receive_some


def _about_error(request_id: str, error: Exception) -> str:
    """What went wrong and where, without the words of the error: they may hold what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)
    where: list[Any] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[-5:]]
    return msgspec.json.encode({"request": request_id, "error": type(error).__name__, "at": where}).decode()
