"""The figures of the start page, counted when they are asked for."""

import datetime as dt
from typing import Any

import msgspec
from psycopg import Connection
from psycopg.rows import class_row

from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.payment import WORK_ITEMS
from selfbill.aggregates.timesheet import Status
from selfbill.values import Cents


class Counts(msgspec.Struct, frozen=True):
    """What waits for somebody."""

    late_items: int
    """Invoices of which something is open for more than so many days after the due date."""
    late_open: Cents
    hours_to_approve: int
    """Weeks that wait for a customer's approval."""
    undelivered: int
    """Invoices whose delivery failed or is unclear."""
    payments_to_look_into: int
    due_today: int
    """On the agenda until the end of the day."""
    held: int
    """On the agenda with a reason why it could not be done."""


_COUNTS = (
    "SELECT late.items AS late_items, late.open AS late_open,"
    " (SELECT count(*) FROM timesheets WHERE status = %(submitted)s) AS hours_to_approve,"
    " (SELECT count(*) FROM invoices WHERE delivery = ANY(%(undelivered)s)) AS undelivered,"
    " (SELECT count(*) FROM payments WHERE state = ANY(%(work)s)) AS payments_to_look_into,"
    " (SELECT count(*) FROM agenda WHERE due <= %(end_of_day)s) AS due_today,"
    " (SELECT count(*) FROM agenda WHERE reason IS NOT NULL) AS held"
    " FROM (SELECT count(*) AS items, coalesce(sum(open), 0)::bigint AS open FROM open_items"
    "       WHERE due < %(due_before)s AND open > 0) AS late"
)


def counts(connection: Connection[Any], *, today: dt.date, end_of_day: dt.datetime, over_days: int) -> Counts:
    """The figures now; `over_days` is for how many days something must be overdue to be counted as late."""
    facts = {
        "submitted": Status.SUBMITTED.value,
        "undelivered": [DeliveryState.FAILED.value, DeliveryState.UNCLEAR.value],
        "work": [state.value for state in WORK_ITEMS],
        "end_of_day": end_of_day,
        "due_before": today - dt.timedelta(days=over_days),
    }
    with connection.cursor(row_factory=class_row(Counts)) as cursor:
        row = cursor.execute(_COUNTS, facts).fetchone()
    assert row is not None
    return row
