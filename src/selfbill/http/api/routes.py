"""The API under its versioned address, with its description."""

from typing import Any

from fastapi import APIRouter

from selfbill.http.answers import PROBLEM
from selfbill.http.api import commands, reading
from selfbill.http.api.shapes import Problem

_MEANINGS = {
    400: "The cursor or the Idempotency-Key is not right.",
    401: "There is no such token.",
    403: "The token does not allow this.",
    404: "There is no such thing.",
    413: "The body is too large.",
    422: "What was sent is not right, or the business refuses it.",
    503: "The database cannot be reached.",
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": meaning, "content": {PROBLEM: {"schema": Problem.model_json_schema()}}}
    for status, meaning in _MEANINGS.items()
}

router = APIRouter(responses=_RESPONSES)
router.include_router(reading.router)
router.include_router(commands.router)
