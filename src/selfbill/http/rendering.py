"""Templates: everything in them is escaped, a name that is not given is an error, and both languages stand side by side."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from selfbill.documents.formats import WEEKDAYS, clock_hours, euros, grouped, kilometres, percentage, period, short_date
from selfbill.http.language import page_language
from selfbill.moments import local_time
from selfbill.refusals import Language

TEMPLATES = Path(__file__).parent / "pages" / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, read once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": short_date, "hours": clock_hours, "grouped": grouped}
    return made


def shown_moment(moment: Any, language: Language) -> str:
    """`di 07-07-2026 07:00`, as the clock on the wall in the Netherlands reads."""
    local = local_time(moment)
    return f"{WEEKDAYS[language][local.weekday()]} {short_date(local.date())} {local:%H:%M}"


def render(request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """The page in the language of whoever asks."""
    language = page_language(request)
    user = getattr(request.state, "user", None)
    words = {
        "t": lambda nl, en: nl if language == "nl" else en,
        "euros": lambda cents: euros(cents, language),
        "percentage": lambda share: percentage(share, language),
        "kilometres": lambda metres: kilometres(metres, language),
        "period": lambda first, until: period(first, until, language),
        "moment": lambda moment: shown_moment(moment, language),
    }
    content = (
        environment()
        .get_template(template)
        .render(
            language=language, user=user, path=request.url.path, agency_name=_agency_name(request), **words, **facts
        )
    )
    return HTMLResponse(content, status)


def _agency_name(request: Request) -> str:
    return getattr(request.state, "agency_name", "selfbill")
