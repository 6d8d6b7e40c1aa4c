"""A refusal as an answer: problem details for programs (RFC 9457), a page with the same sentence for people."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from psycopg import OperationalError
from starlette.exceptions import HTTPException

from selfbill.http.language import api_language, page_language
from selfbill.http.refusals import (
    HttpRefusal,
    NotDoneThisWay,
    NothingAtThisAddress,
    NotLoggedIn,
    NotThereNow,
    NotUnderstood,
    TooLarge,
)
from selfbill.http.rendering import render
from selfbill.projections.ledger import OutdatedReadModels
from selfbill.refusals import Refusal
from selfbill.store.faults import ServerUnavailable

PROBLEM = "application/problem+json"
API = "/api/"

LARGEST_BODY = 1_000_000
"""Bytes. Nothing that is sent here is larger than a page of text; files come in by the command line."""


def is_api(request: Request) -> bool:
    """Whether a program asks; everybody else gets a page."""
    return request.url.path.startswith(API)


def refused(request: Request, refusal: Refusal, errors: Sequence[dict[str, str]] = ()) -> Response:
    """The refusal in the language of whoever asks, with its own status, or 422 for what the business refuses."""
    status = refusal.status if isinstance(refusal, HttpRefusal) else 422
    request_id = request.scope["state"]["request_id"]
    if is_api(request):
        body: dict[str, Any] = {
            "type": f"urn:selfbill:problem:{refusal.code}",
            "title": refusal.code.replace("_", " "),
            "status": status,
            "detail": refusal.sentence(api_language(request)),
            "code": refusal.code,
            "request_id": request_id,
        }
        headers = {"www-authenticate": "Bearer"} if status == 401 else {}  # noqa: PLR2004
        return JSONResponse(body | ({"errors": list(errors)} if errors else {}), status, headers, PROBLEM)
    if isinstance(refusal, NotLoggedIn) and request.method in {"GET", "HEAD"}:
        query = f"?{request.url.query}" if request.url.query else ""
        login = request.app.state.gate.login_path(f"{request.url.path}{query}")
        if login is not None:
            return RedirectResponse(login, 303)
    language = page_language(request)
    sentence = refusal.sentence(language)
    return render(request, "refused.html", status=status, sentence=sentence, code=refusal.code, request_id=request_id)


def install(app: FastAPI) -> None:
    """Everything that can be raised becomes an answer; what nobody foresaw is left to the envelope."""

    @app.exception_handler(Refusal)
    def on_refusal(request: Request, error: Refusal) -> Response:
        return refused(request, error)

    @app.exception_handler(HTTPException)
    def on_http(request: Request, error: HTTPException) -> Response:
        return refused(request, _named(error.status_code))

    @app.exception_handler(RequestValidationError)
    def on_wrong_shape(request: Request, error: RequestValidationError) -> Response:
        errors = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]} for each in error.errors()
        ]
        where = "; ".join(f"{each['where']}: {each['what']}" for each in errors)
        return refused(request, NotUnderstood(where=where), errors)

    @app.exception_handler(ServerUnavailable)
    @app.exception_handler(OutdatedReadModels)
    @app.exception_handler(OperationalError)
    def on_no_database(request: Request, _: Exception) -> Response:
        return refused(request, NotThereNow())


def _named(status: int) -> Refusal:
    match status:
        case 404:
            return NothingAtThisAddress()
        case 405:
            return NotDoneThisWay()
        case 413:
            return TooLarge(limit=LARGEST_BODY)
    return NotUnderstood(where=str(status))
