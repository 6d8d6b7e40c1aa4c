"""What was open on any day: the equation, from the events themselves; what was known then stays what was known then."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from psycopg import Connection

from projections import happenings as say
from projections.histories import fold, happened, history
from projections.money_histories import CUSTOMERS, DAYS, FIRST_DAY, FREELANCERS, money_histories
from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.invoice_money import (
    CreditSettled,
    InvoiceCredited,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
)
from selfbill.moments import from_local
from selfbill.pricing.terms import Towards
from selfbill.projections import invoice_list, movements, open_items
from selfbill.projections.open_as_of import ItemAsOf, Scope, ageing_as_of, end_of, open_items_as_of
from selfbill.projections.open_items import OpenItem
from selfbill.store.database import Database
from selfbill.store.streams import Recorded

EVERY_EXAMPLE = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
FAR_FUTURE = dt.date(9999, 12, 31)
days = st.integers(-5, DAYS + 5).map(lambda more: FIRST_DAY + dt.timedelta(days=more))
DEBTORS: Sequence[tuple[Towards, str]] = [
    *(("customer", code) for code in CUSTOMERS),
    *(("freelancer", code) for code in FREELANCERS),
]


class Shown:
    """A table of movements that shows one history after the other."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        movements.TABLE.create(connection)

    def show(self, told: Sequence[Recorded]) -> Connection[Any]:
        """The connection to the movements of this history alone."""
        self.connection.execute("DELETE FROM movements")
        if rows := list(fold(movements.MODEL, told).values()):
            movements.TABLE.put(self.connection, rows)
        return self.connection


@pytest.fixture
def shown(database: Database, agency: str) -> Iterator[Shown]:
    with database.connect(agency) as connection:
        yield Shown(connection)


def naively_open(
    told: Sequence[Recorded], day: dt.date, known: dt.datetime | None = None
) -> tuple[dict[str, int], dict[str, tuple[str, str]]]:
    """Invoices less credits, payments that count, settlements and write-offs; and who owes each."""
    invoiced: dict[str, int] = defaultdict(int)
    less: dict[str, int] = defaultdict(int)
    owed_by: dict[str, tuple[str, str]] = {}
    for recorded in told:
        if known is not None and recorded.at > known:
            continue
        match recorded.event:
            case InvoiceIssued() as event:
                owed_by[event.number] = ("customer", event.customer)
                invoiced[event.number] += event.total if event.date <= day else 0
            case CommissionInvoiced() as event:
                owed_by[event.number] = (event.towards, event.party)
                invoiced[event.number] += event.total if event.date <= day else 0
            case PaymentAllocated() as event if event.received_on <= day:
                less[event.number] += event.amount
            case PaymentReleased() as event if event.on <= day:
                less[event.number] -= event.amount
            case InvoiceCredited() | CreditSettled() | InvoiceWrittenOff() as event if event.on <= day:
                less[event.number] += event.amount
            case WriteOffReversed() as event if event.on <= day:
                less[event.number] -= event.amount
    return {number: total - less[number] for number, total in invoiced.items() if total != less[number]}, owed_by


def moment_of(told: Sequence[Recorded], position: int) -> dt.datetime | None:
    return told[position].at if position < len(told) else None


@EVERY_EXAMPLE
@given(told=money_histories(), day=days, moment=st.none() | st.integers(0, 60))
def test_open_is_invoices_less_credits_payments_settlements_and_write_offs(
    shown: Shown, told: list[Recorded], day: dt.date, moment: int | None
) -> None:
    known = None if moment is None else moment_of(told, moment)
    connection = shown.show(told)
    expected, owed_by = naively_open(told, day, known)
    items = open_items_as_of(connection, Scope(day, known))
    assert {item.number: item.open for item in items} == expected
    in_all = 0
    for kind, debtor in DEBTORS:
        of_debtor = open_items_as_of(connection, Scope(day, known, debtor_kind=kind, debtor=debtor))
        assert {item.number: item.open for item in of_debtor} == {
            number: open_ for number, open_ in expected.items() if owed_by[number] == (kind, debtor)
        }
        in_all += sum(item.open for item in of_debtor)
    assert in_all == sum(expected.values())
    of_creditors = [open_items_as_of(connection, Scope(day, known, creditor=each)) for each in (*FREELANCERS, "agency")]
    assert sorted(item.number for part in of_creditors for item in part) == sorted(expected)


@EVERY_EXAMPLE
@given(told=money_histories(), day=days, moment=st.none() | st.integers(0, 60))
def test_the_ageing_of_all_debtors_is_their_open_items(
    shown: Shown, told: list[Recorded], day: dt.date, moment: int | None
) -> None:
    scope = Scope(day, None if moment is None else moment_of(told, moment))
    items = open_items_as_of(shown.show(told), scope)
    ageing = ageing_as_of(shown.connection, scope)
    assert {(row.debtor_kind, row.debtor) for row in ageing} == {(item.debtor_kind, item.debtor) for item in items}
    for row in ageing:
        own = [item for item in items if (item.debtor_kind, item.debtor) == (row.debtor_kind, row.debtor)]
        assert (row.items, row.open) == (len(own), sum(item.open for item in own))
        assert [row.not_due, row.late_1, row.late_31, row.late_61, row.late_91] == [
            sum(item.open for item in own if low <= (day - item.due).days <= high)
            for low, high in ((-(10**6), 0), (1, 30), (31, 60), (61, 90), (91, 10**6))
        ]


@EVERY_EXAMPLE
@given(told=money_histories(), day=days, data=st.data())
def test_what_was_known_then_is_not_changed_by_what_comes_later(
    shown: Shown, told: list[Recorded], day: dt.date, data: st.DataObject
) -> None:
    by_then = [recorded for recorded in told if recorded.at <= end_of(day)]
    happened_since = data.draw(st.integers(len(by_then), len(told)))
    scope = Scope(day, end_of(day))
    then = open_items_as_of(shown.show(by_then), scope), ageing_as_of(shown.connection, scope)
    later = open_items_as_of(shown.show(told[:happened_since]), scope), ageing_as_of(shown.connection, scope)
    assert later == then


@EVERY_EXAMPLE
@given(told=money_histories())
def test_as_known_now_in_the_far_future_is_the_open_items_row_for_row(shown: Shown, told: list[Recorded]) -> None:
    items = open_items_as_of(shown.show(told), Scope(FAR_FUTURE))
    assert {item.number: as_open_item(item) for item in items} == {
        item.number: item for item in fold(open_items.MODEL, told).values() if item.open
    }
    listed = {invoice.number: invoice.last_receipt for invoice in fold(invoice_list.MODEL, told).values()}
    assert all(item.last_receipt == listed[item.number] for item in items)


def as_open_item(item: ItemAsOf) -> OpenItem:
    return OpenItem(**{name: getattr(item, name) for name in OpenItem.__struct_fields__})


@pytest.mark.parametrize(
    ("days_late", "column"),
    [
        (-400, "not_due"),
        (-1, "not_due"),
        (0, "not_due"),
        (1, "late_1"),
        (30, "late_1"),
        (31, "late_31"),
        (60, "late_31"),
        (61, "late_61"),
        (90, "late_61"),
        (91, "late_91"),
        (4000, "late_91"),
    ],
)
def test_the_borders_of_ageing(shown: Shown, days_late: int, column: str) -> None:
    invoice = replace(say.issued(), date=say.DUE - dt.timedelta(days=500), due=say.DUE)
    (row,) = ageing_as_of(shown.show(history(invoice)), Scope(say.DUE + dt.timedelta(days=days_late)))
    classes = {name: getattr(row, name) for name in ("not_due", "late_1", "late_31", "late_61", "late_91")}
    assert {name: cents for name, cents in classes.items() if cents} == {column: 50000}


def local(reading: str) -> dt.datetime:
    return from_local(dt.datetime.fromisoformat(reading))


MIDNIGHTS = (
    ("2026-08-20", "2026-08-20T23:59:59.999999", True),
    ("2026-08-20", "2026-08-21T00:00", False),
    # The day on which the clock goes forward lasts 23 hours, and the one on which it goes back 25.
    ("2026-03-29", "2026-03-29T23:59:59.999999", True),
    ("2026-03-29", "2026-03-30T00:00", False),
    ("2026-10-25", "2026-10-25T23:59:59.999999", True),
    ("2026-10-25", "2026-10-26T00:00", False),
)


@pytest.mark.parametrize(("day", "put_down", "was_known"), MIDNIGHTS)
def test_known_then_ends_at_midnight_in_the_netherlands(
    shown: Shown, day: str, put_down: str, *, was_known: bool
) -> None:
    date = dt.date.fromisoformat(day)
    invoice = happened(say.issued(date=FIRST_DAY), at=local("2026-01-01T09:00"))
    payment = happened(replace(say.paid(), received_on=date), at=local(put_down))
    connection = shown.show(history(invoice, payment))
    assert (open_items_as_of(connection, Scope(date, end_of(date))) == []) is was_known
    assert open_items_as_of(connection, Scope(date)) == []


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (dt.date(2026, 3, 28), dt.datetime(2026, 3, 28, 22, 59, 59, 999999, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 29), dt.datetime(2026, 3, 29, 21, 59, 59, 999999, tzinfo=dt.UTC)),
        (dt.date(2026, 10, 25), dt.datetime(2026, 10, 25, 22, 59, 59, 999999, tzinfo=dt.UTC)),
    ],
)
def test_a_day_ends_when_the_dutch_clock_strikes_twelve(day: dt.date, last: dt.datetime) -> None:
    assert end_of(day) == last


ISSUED = happened(say.issued(date=dt.date(2026, 8, 1)), at=local("2026-08-01T09:00"))
YESTERDAY, TODAY = dt.date(2026, 8, 19), dt.date(2026, 8, 20)


def test_yesterdays_payment_that_is_imported_today_was_not_known_yesterday(shown: Shown) -> None:
    late = happened(
        replace(say.paid(amount=20000, open_after=30000), received_on=YESTERDAY), at=local("2026-08-20T08:00")
    )
    connection = shown.show(history(ISSUED, late))
    (then,) = open_items_as_of(connection, Scope(YESTERDAY, end_of(YESTERDAY)))
    (now,) = open_items_as_of(connection, Scope(YESTERDAY))
    assert (then.open, then.last_receipt) == (50000, None)
    assert (now.open, now.last_receipt) == (30000, YESTERDAY)
    (at_eight,) = open_items_as_of(connection, Scope(YESTERDAY, local("2026-08-20T08:00")))
    assert at_eight == now
    (before_eight,) = open_items_as_of(connection, Scope(YESTERDAY, local("2026-08-20T07:59:59")))
    assert before_eight == then


def test_a_payment_that_never_belonged_there_is_gone_from_its_own_day_on(shown: Shown) -> None:
    paid = happened(replace(say.paid(), received_on=YESTERDAY), at=local("2026-08-19T10:00"))
    back = happened(replace(say.paid_back(), on=YESTERDAY), at=local("2026-09-10T10:00"))
    connection = shown.show(history(ISSUED, paid, back))
    (now,) = open_items_as_of(connection, Scope(YESTERDAY))
    assert (now.open, now.last_receipt) == (50000, None)
    assert open_items_as_of(connection, Scope(YESTERDAY, end_of(YESTERDAY))) == []
    assert open_items_as_of(connection, Scope(dt.date(2026, 9, 9), end_of(dt.date(2026, 9, 9)))) == []


def test_a_returned_debit_counts_from_the_day_of_its_return(shown: Shown) -> None:
    paid = happened(replace(say.paid(), received_on=YESTERDAY), at=local("2026-08-19T10:00"))
    back = happened(replace(say.paid_back(), on=TODAY), at=local("2026-08-21T10:00"))
    connection = shown.show(history(ISSUED, paid, back))
    assert open_items_as_of(connection, Scope(YESTERDAY)) == []
    (item,) = open_items_as_of(connection, Scope(TODAY))
    assert (item.open, item.last_receipt) == (50000, None)


def test_money_that_came_before_the_invoice_is_a_credit_until_its_date(shown: Shown) -> None:
    early = happened(replace(say.paid(amount=20000, open_after=30000), received_on=dt.date(2026, 7, 30)))
    connection = shown.show(history(ISSUED, replace(early, at=local("2026-08-03T09:00"))))
    (before,) = open_items_as_of(connection, Scope(dt.date(2026, 7, 31)))
    assert (before.total, before.open, before.last_receipt) == (0, -20000, dt.date(2026, 7, 30))
    (row,) = ageing_as_of(connection, Scope(dt.date(2026, 7, 31)))
    assert (row.not_due, row.open, row.last_receipt) == (-20000, -20000, dt.date(2026, 7, 30))
    (after,) = open_items_as_of(connection, Scope(dt.date(2026, 8, 1)))
    assert (after.total, after.open) == (50000, 30000)
    assert open_items_as_of(connection, Scope(dt.date(2026, 7, 31), end_of(dt.date(2026, 7, 31)))) == []


def test_the_last_receipt_of_a_debtor_may_have_settled_its_invoice(shown: Shown) -> None:
    paid = happened(replace(say.paid("2"), received_on=YESTERDAY), at=local("2026-08-19T10:00"))
    connection = shown.show(history(ISSUED, happened(say.issued("2", date=say.ISSUED_ON)), paid))
    (item,) = open_items_as_of(connection, Scope(TODAY))
    assert (item.number, item.last_receipt) == (say.number("1"), None)
    (row,) = ageing_as_of(connection, Scope(TODAY))
    assert (row.items, row.open, row.last_receipt) == (1, 50000, YESTERDAY)


def test_money_that_is_paid_back_is_no_receipt(shown: Shown) -> None:
    received = replace(say.paid(amount=20000, open_after=30000), received_on=YESTERDAY)
    credited = say.credited(amount=50000, open_after=-20000)
    paid_out = replace(say.paid(payment="2", amount=-5000, open_after=-15000), received_on=TODAY)
    connection = shown.show(history(ISSUED, received, credited, paid_out))
    (item,) = open_items_as_of(connection, Scope(TODAY))
    assert (item.open, item.last_receipt) == (-15000, YESTERDAY)
