"""The statement of account: it begins where the one before ended, and ends with what is open."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from psycopg import Connection

from projections import happenings as say
from projections.histories import history
from projections.money_histories import FREELANCERS, money_histories
from projections.test_open_as_of import DEBTORS, EVERY_EXAMPLE, Shown, days
from selfbill.pricing.terms import Towards
from selfbill.projections.movements import What
from selfbill.projections.open_as_of import end_of
from selfbill.projections.statement_of_account import StatementOfAccount, statement_of_account
from selfbill.store.database import Database
from selfbill.store.streams import Recorded


@pytest.fixture
def shown(database: Database, agency: str) -> Iterator[Shown]:
    with database.connect(agency) as connection:
        yield Shown(connection)


@EVERY_EXAMPLE
@given(
    told=money_histories(),
    who=st.sampled_from(DEBTORS),
    first=days,
    more=st.integers(0, 60),
    creditor=st.sampled_from((None, "agency", *FREELANCERS)),
    is_known_then=st.booleans(),
)
def test_a_statement_ends_with_what_is_open_and_goes_on_from_the_one_before(
    shown: Shown,
    told: list[Recorded],
    who: tuple[Towards, str],
    *,
    first: dt.date,
    more: int,
    creditor: str | None,
    is_known_then: bool,
) -> None:
    until = first + dt.timedelta(days=more)
    known = end_of(until) if is_known_then else None
    connection = shown.show(told)

    def drawn(from_: dt.date | None, to: dt.date) -> StatementOfAccount:
        return statement_of_account(
            connection, debtor_kind=who[0], debtor=who[1], until=to, first=from_, creditor=creditor, known=known
        )

    statement = drawn(first, until)
    assert statement.opening == drawn(None, first - dt.timedelta(days=1)).closing
    assert statement.closing == statement.opening + sum(entry.movement.amount for entry in statement.entries)
    assert statement.closing == sum(item.open for item in statement.items)
    assert statement.closing == (statement.ageing.open if statement.ageing else 0)
    order = [(entry.movement.day, entry.movement.position) for entry in statement.entries]
    assert order == sorted(order)
    assert all(first <= entry.movement.day <= until for entry in statement.entries)


def told_of(connection: Connection[Any], first: dt.date | None = None) -> Sequence[tuple[What, int, int]]:
    statement = statement_of_account(
        connection, debtor_kind="customer", debtor="K01", until=dt.date(2026, 12, 31), first=first
    )
    return [(entry.movement.what, entry.movement.amount, entry.balance) for entry in statement.entries]


def test_everything_that_can_change_what_is_open_stands_there_once(shown: Shown) -> None:
    connection = shown.show(history(*say.a_week()))
    assert told_of(connection) == [
        (What.INVOICE, 50000, 50000),
        (What.INVOICE, 6050, 56050),
        (What.INVOICE, 50000, 106050),
        (What.PAYMENT, -50000, 56050),
        (What.PAYMENT, -50000, 6050),
        (What.RELEASE, 50000, 56050),
        (What.CREDIT, -20000, 36050),
        (What.SETTLEMENT, -20000, 16050),
        (What.SETTLEMENT, 20000, 36050),
        (What.WRITE_OFF, -30000, 6050),
        (What.REVERSAL, 30000, 36050),
    ]


def test_what_came_before_is_in_the_opening_balance_only(shown: Shown) -> None:
    late = replace(say.paid("2"), received_on=say.PAID_ON + dt.timedelta(days=1))
    connection = shown.show(history(say.issued("1"), say.issued("2"), say.paid("1"), late))
    assert told_of(connection, first=late.received_on) == [(What.PAYMENT, -50000, 0)]


def test_of_whom_nothing_is_known_there_is_an_empty_statement(shown: Shown) -> None:
    statement = statement_of_account(
        shown.show([]), debtor_kind="customer", debtor="K09", until=say.PAID_ON, first=say.ISSUED_ON
    )
    assert (statement.opening, statement.entries, statement.closing) == (0, (), 0)
    assert (statement.items, statement.ageing) == ((), None)
