"""What was open on any day, as known now or as known then, and for how long already: questions to the movements."""

import datetime as dt
from typing import Any, Final, LiteralString

import msgspec
from psycopg import Connection
from psycopg.rows import class_row

from selfbill.moments import from_local
from selfbill.pricing.terms import Towards
from selfbill.values import Cents, InvoiceNumber

LATE: Final = (0, 30, 60, 90)
"""Days after the due date at which an item is one class later: the four columns of every debtors' list. What falls due on
the day itself is not late."""

_DAY: Final = dt.timedelta(days=1)
_TICK: Final = dt.timedelta(microseconds=1)
"""The database knows no shorter time."""


class ItemAsOf(msgspec.Struct, frozen=True):
    """One invoice and what was open of it on a day; less than 0 is a credit balance. The names are those of `OpenItem`.

    Money that came in before the invoice's own date is a credit balance until then, with a total of 0.
    """

    number: InvoiceNumber
    debtor_kind: Towards
    debtor: str
    creditor: str
    """The freelancer's code, or `agency`."""
    total: Cents
    open: Cents
    due: dt.date
    date: dt.date
    reference: str
    payment_reference: str
    last_receipt: dt.date | None
    """The value date of the latest payment on it that counted on that day; money that was paid out is no receipt."""


class Ageing(msgspec.Struct, frozen=True):
    """What one debtor had to pay on a day, by how late it was. A credit balance lowers the class of its own due date."""

    debtor_kind: Towards
    debtor: str
    items: int
    not_due: Cents
    late_1: Cents
    """1 to 30 days."""
    late_31: Cents
    late_61: Cents
    late_91: Cents
    """More than 90 days."""
    open: Cents
    last_receipt: dt.date | None
    """The value date of the latest payment, also where it settled its invoice."""


class Scope(msgspec.Struct, frozen=True):
    """Which movements count: up to and including a day, what was known at a moment, and of whom."""

    day: dt.date
    known: dt.datetime | None = None
    """Aware; None is everything that is known now."""
    debtor_kind: Towards | None = None
    debtor: str | None = None
    creditor: str | None = None

    @property
    def counts(self) -> LiteralString:
        """Whether a movement counts, in SQL; what is not asked for stands not in it, so that the indexes are used."""
        condition: LiteralString = "day <= %(day)s"
        if self.known is not None:
            condition += " AND recorded_at <= %(known)s"
        if self.debtor_kind is not None:
            condition += " AND debtor_kind = %(debtor_kind)s"
        if self.debtor is not None:
            condition += " AND debtor = %(debtor)s"
        if self.creditor is not None:
            condition += " AND creditor = %(creditor)s"
        return condition

    @property
    def parameters(self) -> dict[str, Any]:
        """What `counts` refers to."""
        return msgspec.structs.asdict(self)


_SUMS: Final[LiteralString] = (
    " taken_back AS (SELECT DISTINCT number, refers_to, true AS is_taken_back FROM counting WHERE what = 'release'),"
    " sums AS ("
    "SELECT number, sum(amount)::bigint AS open, coalesce(sum(amount) FILTER (WHERE what = 'invoice'), 0)::bigint AS total,"
    " max(day) FILTER (WHERE what = 'payment' AND amount < 0 AND is_taken_back IS NULL) AS last_receipt"
    " FROM counting LEFT JOIN taken_back USING (number, refers_to) GROUP BY number)"
)

_ITEMS: Final[LiteralString] = (
    " SELECT number, debtor_kind, debtor, creditor, total, sums.open, due, day AS date, reference,"
    " payment_reference, last_receipt FROM sums JOIN movements USING (number)"
    " WHERE what = 'invoice' AND sums.open <> 0 ORDER BY due, number"
)

_LATE: Final[LiteralString] = "coalesce(sum(sums.open) FILTER (WHERE %(late_on)s - due"

_AGEING: Final[LiteralString] = (
    " SELECT debtor_kind, debtor, count(*) FILTER (WHERE sums.open <> 0) AS items,"
    f" {_LATE} <= %(late_0)s), 0)::bigint AS not_due,"
    f" {_LATE} > %(late_0)s AND %(late_on)s - due <= %(late_1)s), 0)::bigint AS late_1,"
    f" {_LATE} > %(late_1)s AND %(late_on)s - due <= %(late_2)s), 0)::bigint AS late_31,"
    f" {_LATE} > %(late_2)s AND %(late_on)s - due <= %(late_3)s), 0)::bigint AS late_61,"
    f" {_LATE} > %(late_3)s), 0)::bigint AS late_91,"
    " sum(sums.open)::bigint AS open, max(last_receipt) AS last_receipt"
    " FROM sums JOIN movements USING (number) WHERE what = 'invoice'"
    " GROUP BY debtor_kind, debtor HAVING bool_or(sums.open <> 0) ORDER BY debtor_kind, debtor"
)


def end_of(day: dt.date) -> dt.datetime:
    """The last moment (UTC) of this day in the Netherlands: what was put down by then was known then."""
    return from_local(dt.datetime.combine(day + _DAY, dt.time())) - _TICK


def open_items_as_of(connection: Connection[Any], scope: Scope) -> list[ItemAsOf]:
    """What was still to be paid, and what was to be paid back, on that day; the oldest due date first."""
    with connection.cursor(row_factory=class_row(ItemAsOf)) as cursor:
        return cursor.execute(_counting(scope) + _ITEMS, scope.parameters, binary=True).fetchall()


def ageing_as_of(connection: Connection[Any], scope: Scope, *, late_on: dt.date | None = None) -> list[Ageing]:
    """What every debtor with anything open owed on that day, by how late it was then or is on `late_on`; by code."""
    classes = {f"late_{at}": days for at, days in enumerate(LATE)} | {"late_on": late_on or scope.day}
    with connection.cursor(row_factory=class_row(Ageing)) as cursor:
        return cursor.execute(_counting(scope) + _AGEING, scope.parameters | classes, binary=True).fetchall()


def _counting(scope: Scope) -> LiteralString:
    return "WITH counting AS NOT MATERIALIZED (SELECT * FROM movements WHERE " + scope.counts + ")," + _SUMS
