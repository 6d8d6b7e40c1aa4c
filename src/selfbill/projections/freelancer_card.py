"""The freelancer card: what the agency needs about one freelancer, on one screen.

What it says about the person is gone as soon as that person is forgotten; the amounts stay.
"""

import datetime as dt
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates import mandate
from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.invoice_money import MOVEMENTS, Movement
from selfbill.aggregates.mandate import Mandate, MandateGranted, MandateWithdrawn
from selfbill.aggregates.party import DetailsChanged, FreelancerRegistered, PartyDetails, PartyForgotten
from selfbill.aggregates.timesheet import Status
from selfbill.projections import timesheets
from selfbill.projections.people import Address, address_of, is_customer, like_a_word, open_after
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import Cents, FreelancerCode, Minutes, Period

PAGE = 50
"""Freelancers that a search gives at most: more are not read but searched again."""


class FreelancerCard(msgspec.Struct, frozen=True):
    """One freelancer. Amounts are what was invoiced, VAT included; the commission is what the agency invoiced.

    `open` is what customers still owe the freelancer, `commission_open` what the freelancer still owes the agency.
    """

    code: FreelancerCode
    number_prefix: str | None = None
    name: str | None = None
    trade_name: str | None = None
    address: Address | None = None
    phone: str | None = None
    email: str | None = None
    forgotten: bool = False
    mandates: tuple[Period, ...] = ()
    """The periods for which the agency may invoice in this freelancer's name."""
    mandate_from: dt.date | None = None
    mandate_until: dt.date | None = None
    """The last of those periods; without `mandate_until` it has no end."""
    invoices: int = 0
    invoiced: Cents = Cents(0)
    open: Cents = Cents(0)
    minutes: Minutes = Minutes(0)
    last_invoice: dt.date | None = None
    commission_invoices: int = 0
    commission: Cents = Cents(0)
    commission_open: Cents = Cents(0)


def keys(recorded: Recorded) -> tuple[Key, ...]:
    """The freelancer whom the event is about; a customer's details are not a freelancer's."""
    match recorded.event:
        case InvoiceIssued(freelancer=freelancer):
            return ((freelancer,),)
        case CommissionInvoiced(towards="freelancer", party=party):
            return ((party,),)
        case event if isinstance(event, MOVEMENTS):
            return _owed_to_or_by(event)
        case MandateGranted(freelancer=freelancer) | MandateWithdrawn(freelancer=freelancer):
            return ((freelancer,),)
        case FreelancerRegistered(code=code) | DetailsChanged(code=code) | PartyForgotten(code=code) if not is_customer(
            recorded
        ):
            return ((code,),)
    return ()


def _owed_to_or_by(event: Movement) -> tuple[Key, ...]:
    if event.freelancer is not None:
        return ((event.freelancer,),)
    return ((event.debtor,),) if event.towards == "freelancer" else ()


def evolve(key: Key, row: FreelancerCard | None, recorded: Recorded) -> FreelancerCard | None:
    """The card after this event."""
    row = FreelancerCard(*key) if row is None else row
    replace = msgspec.structs.replace
    match recorded.event:
        case InvoiceIssued() as event:
            return replace(
                row,
                invoices=row.invoices + 1,
                invoiced=Cents(row.invoiced + event.total),
                open=Cents(row.open + event.total),
                minutes=Minutes(row.minutes + event.minutes),
                last_invoice=event.date if row.last_invoice is None else max(row.last_invoice, event.date),
            )
        case CommissionInvoiced() as event:
            return replace(
                row,
                commission_invoices=row.commission_invoices + 1,
                commission=Cents(row.commission + event.total),
                commission_open=Cents(row.commission_open + event.total),
            )
        case event if isinstance(event, MOVEMENTS):
            return replace(row, **open_after(row, event))
        case FreelancerRegistered() as event:
            return replace(_with_details(row, event.details), number_prefix=event.number_prefix)
        case DetailsChanged() as event:
            return _with_details(row, event.details)
        case PartyForgotten():
            return replace(_with_details(row, None), forgotten=True)
        case MandateGranted() | MandateWithdrawn() as event:
            return _with_mandates(row, mandate.evolve(Mandate(row.code, row.mandates), event).periods)
    return row


def _with_details(row: FreelancerCard, details: PartyDetails | None) -> FreelancerCard:
    if row.forgotten:
        return row
    return msgspec.structs.replace(
        row,
        name=details.name if details else None,
        trade_name=details.trade_name if details else None,
        address=address_of(details),
        phone=details.phone if details else None,
        email=details.email if details else None,
    )


def _with_mandates(row: FreelancerCard, periods: tuple[Period, ...]) -> FreelancerCard:
    last = max(periods, key=lambda period: period.first, default=None)
    return msgspec.structs.replace(
        row,
        mandates=periods,
        mandate_from=last.first if last else None,
        mandate_until=last.until if last else None,
    )


MODEL = ReadModel(
    name="freelancer_cards",
    version=3,
    row=FreelancerCard,
    key=("code",),
    listens=(
        InvoiceIssued,
        CommissionInvoiced,
        *MOVEMENTS,
        FreelancerRegistered,
        DetailsChanged,
        PartyForgotten,
        MandateGranted,
        MandateWithdrawn,
    ),
    keys=keys,
    evolve=evolve,
    personal=("name", "trade_name", "address", "phone", "email"),
)
_TABLE = Table(MODEL, MODEL.name)


def by_code(connection: Connection[Any], code: str) -> FreelancerCard | None:
    """The card of the freelancer with this code."""
    rows = _TABLE.select(connection, "WHERE code = %s", (code,))
    return rows[0] if rows else None


def search(connection: Connection[Any], text: str, limit: int = PAGE) -> list[FreelancerCard]:
    """Freelancers of whom the code, or a word in the name or the trade name, starts like this; by name."""
    return _TABLE.select(
        connection,
        "WHERE lower(code) LIKE %(start)s"
        " OR lower(name) LIKE ANY(%(words)s) OR lower(trade_name) LIKE ANY(%(words)s)"
        " ORDER BY lower(name), code LIMIT %(limit)s",
        like_a_word(text) | {"limit": limit},
    )


def timesheets_by_status(connection: Connection[Any], code: str) -> dict[Status, int]:
    """How many of this freelancer's weeks stand where."""
    return timesheets.count_by_status(connection, freelancer=code)


def placements(connection: Connection[Any], code: str) -> int:
    """How many placements this freelancer has, had or will have."""
    row = connection.execute("SELECT count(*) FROM placements WHERE freelancer = %s", (code,)).fetchone()
    return int(row[0]) if row else 0


def names(connection: Connection[Any]) -> list[tuple[str, str]]:
    """The code and the name of everybody who has one."""
    return connection.execute("SELECT code, name FROM freelancer_cards WHERE name IS NOT NULL ORDER BY code").fetchall()
