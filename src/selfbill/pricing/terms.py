"""What two parties agreed, dated: everything that a price is made from (DOMAIN.md section 3)."""

import datetime as dt
from enum import StrEnum
from typing import Literal, Protocol, TypeVar

import msgspec

from selfbill.values import BasisPoints, Cents, Metres, Minutes, TableCode

DAY_MINUTES = 1440


class Break(msgspec.Struct, frozen=True):
    """A pause with times, as the wall clock read them; the shift's own day or the next."""

    start: dt.datetime
    end: dt.datetime


class Shift(msgspec.Struct, frozen=True, omit_defaults=True):
    """One continuous stretch of work. `start` and `end` are naive readings of the clock in the Netherlands."""

    start: dt.datetime
    end: dt.datetime
    breaks: tuple[Break, ...] = ()
    break_minutes: Minutes = Minutes(0)
    """Pauses without times, besides the ones with."""
    metres: Metres = Metres(0)

    @property
    def day(self) -> dt.date:
        """The local start date: it decides week, month, rate, surcharge table and commission."""
        return self.start.date()


DayKind = Literal["mo-fr", "sa", "su", "holiday"]


class SurchargeRow(msgspec.Struct, frozen=True):
    """From minute `start` to minute `end` of such a day (0 to 1440, half-open) the rate is raised by `surcharge`."""

    days: DayKind
    start: int
    end: int
    surcharge: BasisPoints


class SurchargeVersion(msgspec.Struct, frozen=True):
    """A table as it reads from a date on; it replaces the version before it whole."""

    valid_from: dt.date
    rows: tuple[SurchargeRow, ...]


class SurchargeTable(msgspec.Struct, frozen=True):
    """An ORT table with all its versions, ascending by date."""

    code: TableCode
    versions: tuple[SurchargeVersion, ...]


class VatTreatment(StrEnum):
    """A dated decision per placement (Wet OB 1968, art. 11 lid 1 onderdeel g; art. 9; art. 25)."""

    CARE_EXEMPT = "care_exempt"
    STANDARD = "standard"
    SMALL_BUSINESS = "small_business"


class Rate(msgspec.Struct, frozen=True):
    """Cents per hour from a date on, and how VAT treats them."""

    valid_from: dt.date
    hourly: Cents
    vat_treatment: VatTreatment


class Percent(msgspec.Struct, frozen=True, tag="percent"):
    """A percentage of the invoice's hour lines."""

    rate: BasisPoints


class PerHour(msgspec.Struct, frozen=True, tag="hour"):
    """Cents for each invoiced hour."""

    hourly: Cents


class Fixed(msgspec.Struct, frozen=True, tag="fixed"):
    """Cents for each customer invoice."""

    amount: Cents


class Tier(msgspec.Struct, frozen=True):
    """From this monthly amount on (up to the next tier's), this percentage."""

    start: Cents
    rate: BasisPoints


class Tiers(msgspec.Struct, frozen=True, tag="tiers"):
    """Percentages by the placement's invoiced amount in the calendar month; the first tier starts at 0, they ascend.

    `marginal` takes each part by its own tier; `whole` takes the tier of the month's amount including this invoice.
    """

    kind: Literal["marginal", "whole"]
    tiers: tuple[Tier, ...]


class NoCommission(msgspec.Struct, frozen=True, tag="none"):
    """Nothing is billed, whatever the minimum."""


Scheme = Percent | PerHour | Fixed | Tiers | NoCommission


class Commission(msgspec.Struct, frozen=True):
    """What the agency charges for one customer invoice, from a date on; `minimum` also lifts a computed zero."""

    valid_from: dt.date
    scheme: Scheme
    minimum: Cents | None = None
    maximum: Cents | None = None


Towards = Literal["freelancer", "customer"]


class Terms(msgspec.Struct, frozen=True):
    """All that prices the shifts of one placement; every dated list ascends by date."""

    rates: tuple[Rate, ...]
    surcharge_table: SurchargeTable | None = None
    holidays: frozenset[dt.date] = frozenset()
    travel_rate: Cents | None = None
    """Cents per kilometre; without it there is no travel line."""
    commission_freelancer: tuple[Commission, ...] = ()
    commission_customer: tuple[Commission, ...] = ()


class Dated(Protocol):
    """Anything that holds from a date on."""

    @property
    def valid_from(self) -> dt.date: ...


D = TypeVar("D", bound=Dated)


def in_force(versions: tuple[D, ...], day: dt.date) -> D | None:
    """The version that holds on this day, the last one that started; None before the first."""
    for version in reversed(versions):
        if version.valid_from <= day:
            return version
    return None
