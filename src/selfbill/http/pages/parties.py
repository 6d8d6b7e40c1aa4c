"""Customers and freelancers: the card, open items and the invoice list, for both in the same way."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from psycopg import Connection

from selfbill.aggregates.catalogue import customer_stream, freelancer_stream, invoice_stream, timesheet_stream
from selfbill.documents.spreadsheet import Cell, content, in_euros
from selfbill.documents.states import CUSTOMER_KIND, DELIVERY
from selfbill.http.pages.ageing import ageing_of, bars
from selfbill.http.pages.timeline import timeline
from selfbill.http.pages.visit import Visit, Visitor
from selfbill.http.refusals import NoSuchCustomer, NoSuchFreelancer
from selfbill.projections import (
    debit_mandates,
    debtor_card,
    freelancer_card,
    invoice_list,
    invoice_pages,
    open_items,
    placements,
    timesheets,
)
from selfbill.projections.debit_mandates import MandateState
from selfbill.projections.debtor_card import DebtorCard
from selfbill.projections.freelancer_card import FreelancerCard
from selfbill.projections.invoice_list import ListedInvoice
from selfbill.projections.invoice_pages import Order
from selfbill.projections.names import names_of
from selfbill.projections.timesheets import TimesheetRow
from selfbill.store.histories import histories
from selfbill.values import IsoWeek

RECENT = 12
"""Invoices and weeks of which the timeline tells."""

PAGE = 100
"""Invoices on one page."""

ALL = 100_000
"""Invoices in a file: more than one party ever has."""

CSV = "text/csv; charset=utf-8"
CSV_COLUMNS = {
    "nl": ("Datum", "Nummer", "Kenmerk", "Vervalt", "Bedrag", "Betaald", "Open", "Laatste ontvangst", "Bezorging"),
    "en": ("Date", "Number", "Reference", "Due", "Amount", "Paid", "Open", "Last receipt", "Delivery"),
}

Kind = Literal["customer", "freelancer"]
PathKind = Literal["customers", "freelancers"]
KINDS: dict[PathKind, Kind] = {"customers": "customer", "freelancers": "freelancer"}

router = APIRouter(include_in_schema=False)


@router.get("/customers/{code}")
def customer(visitor: Visitor, code: str) -> Response:
    """The debtor card."""
    with visitor.house.pool.connection() as connection:
        card = _customer(connection, code)
        visitor.shows(customer_stream(card.code))
        weeks = timesheets.latest_of_customer(connection, card.code, RECENT)
        invoices = invoice_list.of_customer(connection, card.code, RECENT)
        mandates = debit_mandates.all_mandates(connection, debtor=card.code)
        facts = _shared(visitor, connection, "customer", card, invoices, weeks)
        agreed = placements.of_customer(connection, card.code)
        names = names_of(connection, "freelancer", [each.freelancer for each in agreed])
    party = visitor.house.store.streams.load(customer_stream(card.code)).state
    is_mandated = any(each.debtor_kind == "customer" and each.state is MandateState.ACTIVE for each in mandates)
    return visitor.page(
        "customer.html",
        card=card,
        kind_words=CUSTOMER_KIND,
        account=party.details.iban if party.details else None,
        direct_debit=is_mandated or bool(card.terms and card.terms.direct_debit),
        placements=agreed,
        names=names,
        waiting=[week for week in weeks if week.status == "submitted"],
        **facts,
    )


@router.get("/freelancers/{code}")
def freelancer(visitor: Visitor, code: str) -> Response:
    """The same for who is owed."""
    with visitor.house.pool.connection() as connection:
        card = _freelancer(connection, code)
        visitor.shows(freelancer_stream(card.code))
        weeks = timesheets.of_freelancer(connection, card.code, RECENT)
        invoices = invoice_list.of_freelancer(connection, card.code, RECENT)
        facts = _shared(visitor, connection, "freelancer", card, invoices, weeks)
        agreed = placements.of_freelancer(connection, card.code)
        names = names_of(connection, "customer", [each.customer for each in agreed])
    party = visitor.house.store.streams.load(freelancer_stream(card.code)).state
    account = party.details.iban if party.details else None
    return visitor.page("freelancer.html", card=card, account=account, placements=agreed, names=names, **facts)


@router.get("/{kind}/{code}/open-items")
def items(visitor: Visitor, kind: PathKind, code: str) -> Response:
    """What this party still has to pay, the oldest due date first."""
    with visitor.house.pool.connection() as connection:
        card = _card(connection, KINDS[kind], code)
        visitor.shows(f"{KINDS[kind]}:{card.code}")
        found = open_items.of_debtor(connection, KINDS[kind], card.code)
        ageing = ageing_of(connection, KINDS[kind], card.code, visitor.today)
    picture = bars(ageing, visitor.language) if ageing else []
    return visitor.page(
        "open_items.html", kind=kind, card=card, items=found, bars=picture, total=sum(item.open for item in found)
    )


@router.get("/{kind}/{code}/invoices")
def invoices(
    visitor: Visitor,
    kind: PathKind,
    code: str,
    all_: Annotated[bool, Query(alias="all")] = False,
    sort: Order = "date",
    up: bool = False,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:
    """Only what is open, or everything; in any order."""
    whose = KINDS[kind]
    with visitor.house.pool.connection() as connection:
        card = _card(connection, whose, code)
        visitor.shows(f"{whose}:{card.code}")
        found = invoice_pages.of_party(
            connection,
            whose,
            card.code,
            only_open=not all_,
            order=sort,
            descending=not up,
            limit=PAGE,
            offset=(page - 1) * PAGE,
        )
        sums = invoice_pages.sums(connection, whose, card.code, only_open=not all_)
    pages = max(1, -(-sums.invoices // PAGE))
    return visitor.page(
        "invoices.html",
        kind=kind,
        card=card,
        invoices=found,
        sums=sums,
        show_all=all_,
        sort=sort,
        up=up,
        page=page,
        pages=pages,
        delivery=DELIVERY,
    )


@router.get("/{kind}/{code}/invoices.csv")
def invoices_csv(
    visitor: Visitor,
    kind: PathKind,
    code: str,
    all_: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """The same as a file that Excel opens."""
    whose = KINDS[kind]
    with visitor.house.pool.connection() as connection:
        card = _card(connection, whose, code)
        visitor.shows(f"{whose}:{card.code}")
        found = invoice_pages.of_party(connection, whose, card.code, only_open=not all_, limit=ALL)
    made = content(CSV_COLUMNS[visitor.language], [_cells(visitor, invoice) for invoice in found])
    headers = {"content-disposition": 'attachment; filename="facturen.csv"'}
    return Response(made, media_type=CSV, headers=headers)


def _cells(visitor: Visit, invoice: ListedInvoice) -> list[Cell]:
    words = DELIVERY[invoice.delivery]
    return [
        *(invoice.date, invoice.number, invoice.reference, invoice.due_date),
        *(in_euros(invoice.total), in_euros(invoice.paid), in_euros(invoice.open)),
        *(invoice.last_receipt, words.nl if visitor.language == "nl" else words.en),
    ]


def _customer(connection: Connection[Any], code: str) -> DebtorCard:
    found = debtor_card.by_code(connection, code)
    if found is None:
        raise NoSuchCustomer(code=code)
    return found


def _freelancer(connection: Connection[Any], code: str) -> FreelancerCard:
    found = freelancer_card.by_code(connection, code)
    if found is None:
        raise NoSuchFreelancer(code=code)
    return found


def _card(connection: Connection[Any], kind: Kind, code: str) -> DebtorCard | FreelancerCard:
    return _customer(connection, code) if kind == "customer" else _freelancer(connection, code)


def _shared(
    visitor: Visit,
    connection: Connection[Any],
    kind: Kind,
    card: DebtorCard | FreelancerCard,
    latest: list[ListedInvoice],
    weeks: list[TimesheetRow],
) -> dict[str, Any]:
    """What both cards show: what this party owes by age, and what happened lately."""
    ageing = ageing_of(connection, kind, card.code, visitor.today)
    streams = [
        f"{kind}:{card.code}",
        *(invoice_stream(invoice.number) for invoice in latest),
        *(timesheet_stream(week.placement, IsoWeek.parse(week.week)) for week in weeks),
    ]
    store = visitor.house.store
    recorded = histories(visitor.house.pool, store.streams.mapper, streams)
    return {
        "entries": timeline(recorded, visitor.language),
        "bars": bars(ageing, visitor.language) if ageing else [],
        "owes": ageing.open if ageing else 0,
        "late": ageing.open - ageing.not_due if ageing else 0,
    }
