"""Placements: who works for whom, and from when until when."""

import datetime as dt
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.placement import Arrangement, PlacementAgreed
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import CustomerCode, FreelancerCode, PlacementCode


class PlacementRow(msgspec.Struct, frozen=True):
    """One placement as it was last agreed."""

    code: PlacementCode
    freelancer: FreelancerCode
    customer: CustomerCode
    first: dt.date
    until: dt.date | None
    """The last day; None for a placement without an end."""
    reference: str
    description: str
    arrangement: Arrangement


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.code,),)


def evolve(_: Key, row: PlacementRow | None, recorded: Recorded) -> PlacementRow | None:
    """The placement after this event."""
    match recorded.event:
        case PlacementAgreed(code=code, terms=terms):
            return PlacementRow(
                code=code,
                freelancer=terms.freelancer,
                customer=terms.customer,
                first=terms.period.first,
                until=terms.period.until,
                reference=terms.reference,
                description=terms.description,
                arrangement=terms.arrangement,
            )
    return row


MODEL = ReadModel(
    name="placements",
    version=1,
    row=PlacementRow,
    key=("code",),
    listens=(PlacementAgreed,),
    keys=keys,
    evolve=evolve,
    indexes=(("freelancer",), ("customer",), ("first",)),
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)


def running_in(connection: Connection[Any], first: dt.date, last: dt.date) -> list[PlacementRow]:
    """The placements that run on any day from first to last, both included, by code."""
    return _TABLE.select(
        connection, "WHERE first <= %s AND (until IS NULL OR until >= %s) ORDER BY code", (last, first)
    )


def by_code(connection: Connection[Any], code: str) -> PlacementRow | None:
    """The placement with this code."""
    rows = _TABLE.select(connection, "WHERE code = %s", (code,))
    return rows[0] if rows else None


def of_freelancer(connection: Connection[Any], freelancer: str) -> list[PlacementRow]:
    """Where this freelancer works, has worked and will work."""
    return _TABLE.select(connection, "WHERE freelancer = %s ORDER BY first, code", (freelancer,))


def of_customer(connection: Connection[Any], customer: str) -> list[PlacementRow]:
    """Who works, has worked and will work for this customer."""
    return _TABLE.select(connection, "WHERE customer = %s ORDER BY first, code", (customer,))
