"""A mandate: a freelancer's dated consent by which the agency makes and sends invoices in the freelancer's name."""

import datetime as dt

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.periods import refuse_reversed
from selfbill.refusals import Refusal
from selfbill.values import FreelancerCode, Period


class MandateGranted(Event, tag="mandate.granted"):
    freelancer: FreelancerCode
    period: Period


class MandateWithdrawn(Event, tag="mandate.withdrawn"):
    """From the day after `last_day` on the agency may no longer issue in this name."""

    freelancer: FreelancerCode
    last_day: dt.date


class Mandate(msgspec.Struct, frozen=True):
    """The periods for which consent holds, and all for which it was ever given."""

    freelancer: FreelancerCode | None = None
    periods: tuple[Period, ...] = ()
    granted: frozenset[Period] = frozenset()


def evolve(mandate: Mandate, event: Event) -> Mandate:
    """The mandate after this event."""
    match event:
        case MandateGranted():
            periods, granted = (*mandate.periods, event.period), mandate.granted | {event.period}
            return Mandate(freelancer=event.freelancer, periods=periods, granted=granted)
        case MandateWithdrawn():
            kept = tuple(
                Period(period.first, min(period.until or event.last_day, event.last_day))
                for period in mandate.periods
                if period.first <= event.last_day
            )
            return Mandate(freelancer=mandate.freelancer, periods=kept, granted=mandate.granted)
        case _:
            return mandate


class MandateMissing(Refusal):
    """Nothing is issued in somebody's name without that person's consent on the day."""

    code = "mandate_missing"
    nl = "{freelancer} heeft op {day} geen geldige factureringsmachtiging gegeven. Leg een machtiging vast; de uren blijven staan."
    en = "{freelancer} gave no billing mandate that holds on {day}. Record a mandate; the hours stay due."


def grant(mandate: Mandate, *, freelancer: FreelancerCode, period: Period) -> MandateGranted | AlreadyDoneType:
    """The freelancer consents for a period. Raises PeriodReversed."""
    if period in mandate.periods:
        return AlreadyDone
    refuse_reversed(period)
    return MandateGranted(freelancer=freelancer, period=period)


def withdraw(mandate: Mandate, *, last_day: dt.date) -> MandateWithdrawn | AlreadyDoneType:
    """The freelancer takes the consent back after a last day."""
    if not any(period.until is None or period.until > last_day for period in mandate.periods):
        return AlreadyDone
    assert mandate.freelancer is not None
    return MandateWithdrawn(freelancer=mandate.freelancer, last_day=last_day)


def holds_on(mandate: Mandate, day: dt.date) -> bool:
    """Whether the agency may issue in this freelancer's name on this day."""
    return any(day in period for period in mandate.periods)


def require(mandate: Mandate, *, freelancer: str, day: dt.date) -> None:
    """Raises MandateMissing unless the consent holds on this day."""
    if not holds_on(mandate, day):
        raise MandateMissing(freelancer=freelancer, day=day)
