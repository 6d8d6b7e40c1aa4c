"""The statement of account of a debtor: what was owed before, what changed it day by day, and what is open at the end."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.pricing.terms import Towards
from selfbill.projections.movements import TABLE, MovementRow
from selfbill.projections.open_as_of import Ageing, ItemAsOf, Scope, ageing_as_of, open_items_as_of
from selfbill.projections.snapshot import one_moment
from selfbill.values import Cents


class Entry(msgspec.Struct, frozen=True):
    """One change of what the debtor owes, and what is owed after it."""

    movement: MovementRow
    balance: Cents


class StatementOfAccount(msgspec.Struct, frozen=True):
    """From a day (None: from the first movement) up to and including another."""

    debtor_kind: Towards
    debtor: str
    creditor: str | None
    """The freelancer's code, or `agency`; None is all of them."""
    first: dt.date | None
    until: dt.date
    known: dt.datetime | None
    """Only what was known at this moment; None is everything that is known now."""
    opening: Cents
    entries: tuple[Entry, ...]
    closing: Cents
    items: tuple[ItemAsOf, ...]
    """What is open at the end of the last day; their sum is the closing balance."""
    ageing: Ageing | None
    """Of these items; None where there are none."""


def statement_of_account(
    connection: Connection[Any],
    *,
    debtor_kind: Towards,
    debtor: str,
    until: dt.date,
    first: dt.date | None = None,
    creditor: str | None = None,
    known: dt.datetime | None = None,
) -> StatementOfAccount:
    """What this debtor owed and paid, all of it from one moment of the database.

    A day's movements stand in the order in which they were put down. With `known` (aware) only what had been put down by then
    counts. The connection must not be in a transaction.
    """
    scope = Scope(until, known, debtor_kind=debtor_kind, debtor=debtor, creditor=creditor)
    with one_moment(connection, "movements"):
        rows = TABLE.select(connection, f"WHERE {scope.counts} ORDER BY day, position", scope.parameters)
        items = open_items_as_of(connection, scope)
        ageing = ageing_as_of(connection, scope)
    before = [row for row in rows if first is not None and row.day < first]
    opening = Cents(sum(row.amount for row in before))
    entries = _running(opening, rows[len(before) :])
    return StatementOfAccount(
        debtor_kind=debtor_kind,
        debtor=debtor,
        creditor=creditor,
        first=first,
        until=until,
        known=known,
        opening=opening,
        entries=entries,
        closing=entries[-1].balance if entries else opening,
        items=tuple(items),
        ageing=ageing[0] if ageing else None,
    )


def _running(balance: Cents, rows: Sequence[MovementRow]) -> tuple[Entry, ...]:
    entries = []
    for row in rows:
        balance = Cents(balance + row.amount)
        entries.append(Entry(row, balance))
    return tuple(entries)
