"""The start page with its live figures, the search box's answer, the language, and the agency's colours."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from selfbill.aggregates.catalogue import customer_stream, freelancer_stream
from selfbill.documents.colours import hexadecimal, legible, tint
from selfbill.http.language import COOKIE
from selfbill.http.pages.visit import Visitor
from selfbill.moments import from_local
from selfbill.projections import debtor_card, freelancer_card, invoice_list
from selfbill.projections.counts import counts
from selfbill.projections.invoice_list import ListedInvoice
from selfbill.refusals import Language

OVER_DAYS = 30
"""From then on something that is open is more than a payment that crossed the reminder."""

HITS = 20
"""More are not read but searched again."""

LONGEST_QUERY = 100
A_YEAR_SECONDS = 365 * 24 * 3600

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(visitor: Visitor) -> Response:
    """The tiles."""
    end_of_day = from_local(dt.datetime.combine(visitor.today + dt.timedelta(days=1), dt.time()))
    with visitor.house.pool.connection() as connection:
        figures = counts(connection, today=visitor.today, end_of_day=end_of_day, over_days=OVER_DAYS)
    return visitor.page("start.html", figures=figures, over_days=OVER_DAYS, asked="")


@router.get("/search")
def search(visitor: Visitor, q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "") -> Response:
    """Clients and freelancers by the beginning of a word in their name or of their code, and an invoice by its number."""
    asked = " ".join(q.split())
    customers: list[debtor_card.DebtorCard] = []
    freelancers: list[freelancer_card.FreelancerCard] = []
    invoice: ListedInvoice | None = None
    if asked:
        with visitor.house.pool.connection() as connection:
            customers = debtor_card.search(connection, asked, HITS)
            freelancers = freelancer_card.search(connection, asked, HITS)
            invoice = invoice_list.by_number(connection, asked.upper())
    visitor.shows(
        *(customer_stream(card.code) for card in customers), *(freelancer_stream(card.code) for card in freelancers)
    )
    return visitor.page("search.html", asked=asked, customers=customers, freelancers=freelancers, invoice=invoice)


@router.get("/house.css")
def house_style(visitor: Visitor) -> Response:
    """The agency's colour, darkened until white stands out from it (WCAG 2.2: 4.5 to 1)."""
    colour = visitor.agency.style.colour
    strong, soft = hexadecimal(legible(colour)), hexadecimal(tint(colour, 0.08))
    content = f":root {{ --house: {strong}; --house-soft: {soft}; }}\n"
    return Response(content, media_type="text/css", headers={"cache-control": "private, max-age=300"})


@router.get("/language/{language}")
def choose_language(visitor: Visitor, request: Request, language: Language, back: str = "/") -> Response:
    """Goes back to the page in the other language; only to a page of our own."""
    _ = visitor
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    answer = RedirectResponse(back if is_ours else "/", 303)
    answer.set_cookie(
        COOKIE,
        language,
        max_age=A_YEAR_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer
