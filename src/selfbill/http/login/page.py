"""The pages of the login: a few forms, readable with nothing else of the portal there."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from selfbill.aggregates.account_refusals import LockedOut
from selfbill.http.language import page_language
from selfbill.http.login.gate import TOKEN_FIELD, gate_of
from selfbill.http.refusals import HttpRefusal
from selfbill.refusals import Refusal

TEMPLATES = Path(__file__).parent / "templates"

KEPT_TO_OURSELVES = {"referrer-policy": "same-origin", "cache-control": "no-store"}
"""Links with tokens go to no other site; under `no-referrer` a browser would call the sender of a form `null`."""


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, read once."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(request: Request, template: str, *, refusal: Refusal | None = None, **facts: Any) -> HTMLResponse:
    """The page in the visitor's language, with a refusal above its form where there is one."""
    gate, language = gate_of(request), page_language(request)
    visit = gate.visit(request)
    content = (
        environment()
        .get_template(template)
        .render(
            language=language,
            t=lambda nl, en: nl if language == "nl" else en,
            token_field=TOKEN_FIELD,
            token=gate.form_token(request),
            who=visit.user if visit is not None and visit.session.is_open else None,
            refusal=None if refusal is None else refusal.sentence(language),
            **facts,
        )
    )
    return HTMLResponse(content, status_of(refusal), KEPT_TO_OURSELVES)


def status_of(refusal: Refusal | None) -> int:
    """200 without a refusal, 429 (RFC 6585) for too many attempts, else that of the refusal or 422."""
    if refusal is None:
        return 200
    if isinstance(refusal, LockedOut):
        return 429
    return refusal.status if isinstance(refusal, HttpRefusal) else 422


def go_to(path: str) -> RedirectResponse:
    """On to another page of ours (303: with GET)."""
    return RedirectResponse(path, 303, KEPT_TO_OURSELVES)
