"""The quantities and names that the whole house speaks in.

Money is integer cents (EUR), time is integer minutes, percentages are integer basis points; there are no floats.
Rounding is half up, away from zero, and only `round_half_up` rounds (DOMAIN.md section 3).

Identities are the agency's own codes, so that an auditor recognises a stream without a lookup table.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import NewType, Self

import msgspec

Cents = NewType("Cents", int)
Minutes = NewType("Minutes", int)
Metres = NewType("Metres", int)
BasisPoints = NewType("BasisPoints", int)
"""A hundredth of a per cent: 38 % is 3800."""

FreelancerCode = NewType("FreelancerCode", str)
CustomerCode = NewType("CustomerCode", str)
PlacementCode = NewType("PlacementCode", str)
InvoiceNumber = NewType("InvoiceNumber", str)
"""`{prefix}-{year}-{sequence:04}`, unique within an agency; it is also the invoice's identity."""
TableCode = NewType("TableCode", str)
PaymentId = NewType("PaymentId", str)
"""Where money came from, e.g. an entry of a bank statement: the same at every try, and nothing in it names a person."""
MandateId = NewType("MandateId", str)
"""The reference of a debtor's SEPA direct debit mandate (machtigingskenmerk), unique at the creditor; upper case."""
BatchId = NewType("BatchId", str)
"""`{collection date}-{sequence}`, e.g. `20261201-1`: the direct debits that the bank gets in one file."""
UserCode = NewType("UserCode", str)
"""Names an account, e.g. `anna.visser`; whoever did something is `user:anna.visser`."""
EndToEndId = NewType("EndToEndId", str)
"""Names one attempt at collecting one invoice; the bank gives it back with the money, and with a return."""

HUNDRED_PERCENT = BasisPoints(10_000)

_ISO_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest integer, halves away from zero.

    >>> round_half_up(5, 2), round_half_up(-5, 2), round_half_up(7, 3)
    (3, -3, 2)
    """
    assert denominator > 0
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def euros(amount: int) -> str:
    """An amount of cents as a Dutch reader writes it.

    >>> euros(123456), euros(-5)
    ('1.234,56', '-0,05')
    """
    whole, cents = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole:,}".replace(",", ".") + f",{cents:02}"


class IsoWeek(msgspec.Struct, frozen=True, order=True):
    """A week by ISO 8601, Monday to Sunday, written `2026-W31`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `2026-W31`; raises ValueError for anything else, and for a week that its year does not have."""
        match = _ISO_WEEK.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not an ISO week such as 2026-W31")
        year, number = match.groups()
        dt.date.fromisocalendar(int(year), int(number), 1)
        return cls(int(year), int(number))

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The week in which this day falls."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @property
    def monday(self) -> dt.date:
        return dt.date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    def next(self) -> "IsoWeek":
        return IsoWeek.of(self.monday + dt.timedelta(days=7))

    def previous(self) -> "IsoWeek":
        return IsoWeek.of(self.monday - dt.timedelta(days=7))

    def __str__(self) -> str:
        return _written(self.year, self.number)


@lru_cache(maxsize=1024)
def _written(year: int, week: int) -> str:
    return f"{year:04}-W{week:02}"


class Month(msgspec.Struct, frozen=True, order=True):
    """A calendar month, written `2026-07`."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The month in which this day falls."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `2026-07`; raises ValueError for anything else."""
        first = dt.date.fromisoformat(f"{text}-01")
        return cls(first.year, first.month)

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        return self.next().first - dt.timedelta(days=1)

    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


class Period(msgspec.Struct, frozen=True):
    """Days from `first` up to and including `until`; without `until` it has no end."""

    first: dt.date
    until: dt.date | None = None

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day and (self.until is None or day <= self.until)

    def overlaps(self, first: dt.date, last: dt.date) -> bool:
        """Whether any day from first to last (inclusive) lies in this period."""
        return self.first <= last and (self.until is None or first <= self.until)
