"""What programs may ask: customers and freelancers, what is open on any day, invoices, payments and statements of account."""

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import Response
from psycopg import Connection

from selfbill.http.api.call import PREFIX, Answer, Call, Reading, cursor, read_cursor
from selfbill.http.api.shapes import (
    CustomerOut,
    FreelancerOut,
    InvoiceDetailsOut,
    InvoiceOut,
    InvoicesOut,
    OpenItemOut,
    OpenItemsOut,
    PaymentOut,
    StatementOut,
)
from selfbill.http.pages.invoices import parties_of, require_invoice
from selfbill.http.refusals import NoDocumentYet, NoSuchCustomer, NoSuchFreelancer, NoSuchPayment
from selfbill.projections import debtor_card, freelancer_card, invoice_lines, invoice_pages, payments
from selfbill.projections.open_as_of import Scope, open_items_as_of
from selfbill.projections.payments import ListedPayment
from selfbill.projections.statement_of_account import statement_of_account

PAGE = 100
"""Rows in one answer where nothing else is asked for; also the most."""

Limit = Annotated[int, Query(ge=1, le=PAGE)]
Kind = Literal["customer", "freelancer"]
KINDS: dict[str, Kind] = {"customers": "customer", "freelancers": "freelancer"}
PathKind = Literal["customers", "freelancers"]

router = APIRouter(prefix=PREFIX)


@router.get("/customers", response_model=list[CustomerOut], tags=["customers"])
def customers(call: Reading, q: Annotated[str, Query(min_length=1, max_length=100)], limit: Limit = 20) -> Answer:
    """Customers of whom the code, or a word in the name or the representative's name, starts like this."""
    with call.house.pool.connection() as connection:
        found = debtor_card.search(connection, q, limit)
    call.shows(*(f"customer:{card.code}" for card in found))
    return [CustomerOut.model_validate(card) for card in found]


@router.get("/customers/{code}", response_model=CustomerOut, tags=["customers"])
def customer(call: Reading, code: str) -> Answer:
    """One customer's card."""
    with call.house.pool.connection() as connection:
        card = debtor_card.by_code(connection, code)
    if card is None:
        raise NoSuchCustomer(code=code)
    call.shows(f"customer:{card.code}")
    return call.answer(CustomerOut.model_validate(card))


@router.get("/freelancers/{code}", response_model=FreelancerOut, tags=["freelancers"])
def freelancer(call: Reading, code: str) -> Answer:
    """One freelancer's card."""
    with call.house.pool.connection() as connection:
        card = freelancer_card.by_code(connection, code)
    if card is None:
        raise NoSuchFreelancer(code=code)
    call.shows(f"freelancer:{card.code}")
    return call.answer(FreelancerOut.model_validate(card))


@router.get("/{kind}/{code}/open-items", response_model=OpenItemsOut, tags=["open items"])
def open_items(
    call: Reading, kind: PathKind, code: str, as_of: dt.date | None = None, known: dt.datetime | None = None
) -> Answer:
    """What this debtor had to pay at the end of a day (today's where none is given), as known now or at a moment."""
    with call.house.pool.connection() as connection:
        _require(connection, KINDS[kind], code)
        moment = known.replace(tzinfo=known.tzinfo or dt.UTC) if known is not None else None
        scope = Scope(as_of or dt.date.max, moment, debtor_kind=KINDS[kind], debtor=code)
        found = open_items_as_of(connection, scope)
    call.shows(f"{KINDS[kind]}:{code}")
    items = [OpenItemOut.model_validate(item) for item in found]
    facts = {"as_of": as_of or call.today, "known": moment, "items": items, "open": sum(item.open for item in found)}
    return call.answer(OpenItemsOut.model_validate(facts))


@router.get("/{kind}/{code}/statement", response_model=StatementOut, tags=["statements"])
def statement(
    call: Reading,
    kind: PathKind,
    code: str,
    first: dt.date | None = None,
    until: dt.date | None = None,
    creditor: Annotated[str | None, Query(max_length=50)] = None,
) -> Answer:
    """What was owed before, what changed it, and what is open at the end."""
    with call.house.pool.connection() as connection:
        _require(connection, KINDS[kind], code)
        made = statement_of_account(
            connection,
            debtor_kind=KINDS[kind],
            debtor=code,
            first=first,
            until=until or call.today,
            creditor=creditor,
        )
    call.shows(f"{KINDS[kind]}:{code}")
    entries = [
        {
            "day": entry.movement.day,
            "what": str(entry.movement.what),
            "number": entry.movement.number,
            "amount": entry.movement.amount,
            "balance": entry.balance,
        }
        for entry in made.entries
    ]
    return call.answer(StatementOut.model_validate(msgspec.structs.asdict(made) | {"entries": entries}))


@router.get("/invoices", response_model=InvoicesOut, tags=["invoices"])
def invoices(
    call: Reading,
    customer: Annotated[str | None, Query(max_length=50)] = None,
    freelancer: Annotated[str | None, Query(max_length=50)] = None,
    only_open: bool = False,
    after: Annotated[str | None, Query(max_length=100, description="`next` of the page before.")] = None,
    limit: Limit = PAGE,
) -> Answer:
    """Invoices, the newest first. Pages do not shift while new invoices are made."""
    with call.house.pool.connection() as connection:
        found = invoice_pages.newest_first(
            connection,
            customer=customer,
            freelancer=freelancer,
            only_open=only_open,
            before=read_cursor(after),
            limit=limit + 1,
        )
    shown, has_more = found[:limit], len(found) > limit
    call.shows(*(party for invoice in shown for party in parties_of(invoice)))
    following = cursor(shown[-1].date, shown[-1].position) if has_more else None
    listed = [InvoiceOut.model_validate(invoice) for invoice in shown]
    return call.answer(InvoicesOut(invoices=listed, next=following))


@router.get("/invoices/{number}", response_model=InvoiceDetailsOut, tags=["invoices"])
def invoice(call: Reading, number: str) -> Answer:
    """One invoice with its lines and its payments."""
    with call.house.pool.connection() as connection:
        listed = require_invoice(connection, number)
        lines = invoice_lines.of_invoice(connection, listed.number)
    call.shows(*parties_of(listed))
    facts: dict[str, Any] = msgspec.structs.asdict(listed) | msgspec.structs.asdict(lines)
    return call.answer(InvoiceDetailsOut.model_validate(facts))


@router.get(
    "/invoices/{number}/pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "Exactly what was sent."}},
    tags=["invoices"],
)
def pdf(call: Reading, number: str) -> Response:
    """The PDF as it was sent; its ETag is its SHA-256."""
    with call.house.pool.connection() as connection:
        listed = require_invoice(connection, number)
    if listed.document is None:
        raise NoDocumentYet(number=number)
    call.shows(*parties_of(listed))
    headers = {"etag": f'"{listed.document}"', "content-disposition": f'attachment; filename="{listed.number}.pdf"'}
    return Response(call.house.store.archive.get(listed.document), media_type="application/pdf", headers=headers)


@router.get("/payments", response_model=list[PaymentOut], tags=["payments"])
def list_payments(
    call: Reading,
    owner: Annotated[str | None, Query(max_length=50)] = None,
    only_work: bool = False,
    only_left: bool = False,
    since: dt.date | None = None,
    limit: Limit = PAGE,
) -> Answer:
    """Payments, the latest first: all, those for a person to look into, or those of which something is left."""
    with call.house.pool.connection() as connection:
        found = payments.latest(
            connection, owner=owner, only_work=only_work, only_left=only_left, since=since, limit=limit
        )
    _note(call, found)
    return [PaymentOut.model_validate(payment) for payment in found]


@router.get("/payments/{payment}", response_model=PaymentOut, tags=["payments"])
def payment(call: Reading, payment: str) -> Answer:
    """One payment and what it pays."""
    with call.house.pool.connection() as connection:
        found = [each for each in payments.by_id(connection, payment) if each.payment == payment]
    if not found:
        raise NoSuchPayment(payment=payment)
    _note(call, found)
    return call.answer(PaymentOut.model_validate(found[0]))


def _note(call: Call, found: list[ListedPayment]) -> None:
    """A payment shows who paid; who that is, only the freelancer's account says for sure."""
    call.shows(*(f"freelancer:{each.owner}" for each in found if each.owner != "agency"))


def _require(connection: Connection[Any], kind: Kind, code: str) -> None:
    if kind == "customer" and debtor_card.by_code(connection, code) is None:
        raise NoSuchCustomer(code=code)
    if kind == "freelancer" and freelancer_card.by_code(connection, code) is None:
        raise NoSuchFreelancer(code=code)
