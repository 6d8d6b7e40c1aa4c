"""The invoice list in pages: of one customer or freelancer, all or the open ones, in the order that somebody asks for."""

import datetime as dt
from typing import Any, Literal, LiteralString

import msgspec
from psycopg import Connection
from psycopg.rows import class_row

from selfbill.projections.invoice_list import MODEL, ListedInvoice
from selfbill.projections.table import Table
from selfbill.values import Cents

Order = Literal["date", "number", "due", "total", "open"]
Whose = Literal["customer", "freelancer"]

_TABLE = Table(MODEL, MODEL.name)
_ORDERS: dict[Order, tuple[LiteralString, LiteralString]] = {
    "date": ("date, position", "date DESC, position DESC"),
    "number": ("number", "number DESC"),
    "due": ("due_date, number", "due_date DESC, number DESC"),
    "total": ("total, number", "total DESC, number DESC"),
    "open": ("open, number", "open DESC, number DESC"),
}
_WHOSE: dict[Whose, LiteralString] = {"customer": "customer = %(code)s", "freelancer": "freelancer = %(code)s"}


class Sums(msgspec.Struct, frozen=True):
    """What the invoices come to together; a credit note lowers the total."""

    invoices: int
    total: Cents
    paid: Cents
    open: Cents


def of_party(
    connection: Connection[Any],
    whose: Whose,
    code: str,
    *,
    only_open: bool,
    order: Order = "date",
    descending: bool = True,
    limit: int,
    offset: int = 0,
) -> list[ListedInvoice]:
    """This customer's or freelancer's invoices, commission and credit notes included; open is also a credit balance."""
    return _TABLE.select(
        connection,
        f"WHERE {_WHOSE[whose]}{_open(only_open)} ORDER BY {_ORDERS[order][descending]} LIMIT %(limit)s OFFSET %(offset)s",
        {"code": code, "limit": limit, "offset": offset},
    )


def sums(connection: Connection[Any], whose: Whose, code: str, *, only_open: bool) -> Sums:
    """The same, added up over all pages."""
    query: Any = (
        "SELECT count(*) AS invoices, coalesce(sum(total), 0)::bigint AS total, coalesce(sum(paid), 0)::bigint AS paid,"
        f" coalesce(sum(open), 0)::bigint AS open FROM invoices WHERE {_WHOSE[whose]}{_open(only_open)}"
    )
    with connection.cursor(row_factory=class_row(Sums)) as cursor:
        row = cursor.execute(query, {"code": code}).fetchone()
    assert row is not None
    return row


def newest_first(
    connection: Connection[Any],
    *,
    customer: str | None = None,
    freelancer: str | None = None,
    only_open: bool = False,
    before: tuple[dt.date, int] | None = None,
    limit: int,
) -> list[ListedInvoice]:
    """The invoices after this one (its date and position) from the newest to the oldest: pages that do not shift when one is added."""
    conditions: list[LiteralString] = ["true"]
    if customer is not None:
        conditions.append("customer = %(customer)s")
    if freelancer is not None:
        conditions.append("freelancer = %(freelancer)s")
    if before is not None:
        conditions.append("(date, position) < (%(date)s, %(position)s)")
    date, position = before or (None, None)
    return _TABLE.select(
        connection,
        f"WHERE {' AND '.join(conditions)}{_open(only_open)} ORDER BY date DESC, position DESC LIMIT %(limit)s",
        {"customer": customer, "freelancer": freelancer, "date": date, "position": position, "limit": limit},
    )


def _open(only_open: bool) -> LiteralString:  # noqa: FBT001 - the word says it
    return " AND open <> 0" if only_open else ""
