"""The debtor card: what the servicedesk needs about one customer, on one screen.

What it says about a person is gone as soon as that person is forgotten; the amounts stay.
"""

import datetime as dt
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.invoice_money import MOVEMENTS
from selfbill.aggregates.party import (
    ContactNamed,
    CustomerKind,
    CustomerRegistered,
    CustomerTerms,
    CustomerTermsChanged,
    Delivery,
    DetailsChanged,
    PartyDetails,
    PartyForgotten,
)
from selfbill.aggregates.timesheet import Status
from selfbill.projections import timesheets
from selfbill.projections.people import Address, address_of, is_customer, like_a_word, open_after
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import Cents, CustomerCode

PAGE = 50
"""Customers that a search gives at most: more are not read but searched again."""


class DebtorCard(msgspec.Struct, frozen=True):
    """One customer. `open` is what is still to be paid, VAT included."""

    code: CustomerCode
    kind: CustomerKind | None = None
    delivery: Delivery | None = None
    terms: CustomerTerms | None = None
    name: str | None = None
    representative: str | None = None
    representative_email: str | None = None
    representative_phone: str | None = None
    address: Address | None = None
    phone: str | None = None
    email: str | None = None
    contacts: tuple[str | None, ...] = ()
    """Who decides on hours: `customer:K02/1` is the first of them."""
    forgotten: bool = False
    invoices: int = 0
    invoiced: Cents = Cents(0)
    open: Cents = Cents(0)
    last_invoice: dt.date | None = None
    commission_invoices: int = 0
    commission_invoiced: Cents = Cents(0)
    commission_open: Cents = Cents(0)
    last_commission_invoice: dt.date | None = None


def keys(recorded: Recorded) -> tuple[Key, ...]:
    """The customer whom the event is about; a freelancer's details are not a customer's."""
    match recorded.event:
        case InvoiceIssued(customer=customer):
            return ((customer,),)
        case CommissionInvoiced(towards="customer", party=party):
            return ((party,),)
        case event if isinstance(event, MOVEMENTS):
            return ((event.debtor,),) if event.towards == "customer" else ()
        case (
            CustomerRegistered(code=code)
            | CustomerTermsChanged(code=code)
            | DetailsChanged(code=code)
            | ContactNamed(code=code)
            | PartyForgotten(code=code)
        ) if is_customer(recorded):
            return ((code,),)
    return ()


def evolve(key: Key, row: DebtorCard | None, recorded: Recorded) -> DebtorCard | None:
    """The card after this event."""
    row = DebtorCard(*key) if row is None else row
    replace = msgspec.structs.replace
    match recorded.event:
        case InvoiceIssued() as event:
            return replace(
                row,
                invoices=row.invoices + 1,
                invoiced=Cents(row.invoiced + event.total),
                open=Cents(row.open + event.total),
                last_invoice=_latest(row.last_invoice, event.date),
            )
        case CommissionInvoiced() as event:
            return replace(
                row,
                commission_invoices=row.commission_invoices + 1,
                commission_invoiced=Cents(row.commission_invoiced + event.total),
                commission_open=Cents(row.commission_open + event.total),
                last_commission_invoice=_latest(row.last_commission_invoice, event.date),
            )
        case event if isinstance(event, MOVEMENTS):
            return replace(row, **open_after(row, event))
        case CustomerRegistered() as event:
            return _with_details(_with_terms(row, event.terms), event.details)
        case CustomerTermsChanged() as event:
            return _with_terms(row, event.terms)
        case DetailsChanged() as event:
            return _with_details(row, event.details)
        case ContactNamed() as event:
            return replace(row, contacts=(*row.contacts, None if row.forgotten else event.name))
        case PartyForgotten():
            return replace(_with_details(row, None), forgotten=True, contacts=(None,) * len(row.contacts))
    return row


def _latest(before: dt.date | None, date: dt.date) -> dt.date:
    return date if before is None else max(before, date)


def _with_terms(row: DebtorCard, terms: CustomerTerms) -> DebtorCard:
    return msgspec.structs.replace(row, kind=terms.kind, delivery=terms.delivery, terms=terms)


def _with_details(row: DebtorCard, details: PartyDetails | None) -> DebtorCard:
    if row.forgotten:
        return row
    representative = details.representative if details else None
    return msgspec.structs.replace(
        row,
        name=details.name if details else None,
        representative=representative.name if representative else None,
        representative_email=representative.email if representative else None,
        representative_phone=representative.phone if representative else None,
        address=address_of(details),
        phone=details.phone if details else None,
        email=details.email if details else None,
    )


MODEL = ReadModel(
    name="debtor_cards",
    version=3,
    row=DebtorCard,
    key=("code",),
    listens=(
        InvoiceIssued,
        CommissionInvoiced,
        *MOVEMENTS,
        CustomerRegistered,
        CustomerTermsChanged,
        DetailsChanged,
        ContactNamed,
        PartyForgotten,
    ),
    keys=keys,
    evolve=evolve,
    personal=(
        *("name", "representative", "representative_email", "representative_phone"),
        *("address", "phone", "email", "contacts"),
    ),
)
_TABLE = Table(MODEL, MODEL.name)


def by_code(connection: Connection[Any], code: str) -> DebtorCard | None:
    """The card of the customer with this code."""
    rows = _TABLE.select(connection, "WHERE code = %s", (code,))
    return rows[0] if rows else None


def search(connection: Connection[Any], text: str, limit: int = PAGE) -> list[DebtorCard]:
    """Customers of whom the code, or a word in the name or the representative's name, starts like this; by name."""
    return _TABLE.select(
        connection,
        "WHERE lower(code) LIKE %(start)s"
        " OR lower(name) LIKE ANY(%(words)s) OR lower(representative) LIKE ANY(%(words)s)"
        " ORDER BY lower(name), code LIMIT %(limit)s",
        like_a_word(text) | {"limit": limit},
    )


def hours_waiting(connection: Connection[Any], code: str) -> int:
    """How many weeks wait for this customer's approval."""
    return timesheets.count_by_status(connection, customer=code).get(Status.SUBMITTED, 0)


def names(connection: Connection[Any]) -> list[tuple[str, str]]:
    """The code and the name of everybody who has one."""
    return connection.execute("SELECT code, name FROM debtor_cards WHERE name IS NOT NULL ORDER BY code").fetchall()
