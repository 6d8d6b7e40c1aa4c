"""What the agency charges for a customer invoice (DOMAIN.md section 3).

The base is the invoice's hour lines, without travel and VAT. The version in force on a shift's start date decides; where it
changes within one invoice each version takes the share of its own shifts. Everything is exact until the one rounding.
"""

from fractions import Fraction
from typing import assert_never

from selfbill.pricing.lines import Draft, hour_lines
from selfbill.pricing.terms import Commission, Fixed, NoCommission, Percent, PerHour, Tiers, in_force
from selfbill.values import HUNDRED_PERCENT, BasisPoints, Cents, round_half_up

_Share = tuple[Commission | None, int, int]
"""A version, with the minutes and the hour amount of its own shifts."""


def commission(draft: Draft, versions: tuple[Commission, ...], billed_before: Cents) -> Cents | None:
    """Commission over one customer invoice, in one direction; None when nothing was agreed for any of its shifts.

    `billed_before` is the placement's hour amount that was invoiced earlier in this calendar month. 0 is an answer: a
    scheme that comes to nothing.
    """
    exact = None
    for version, minutes, amount in _shares(draft, versions):
        if version and not isinstance(version.scheme, NoCommission):
            exact = (exact or Fraction(0)) + _of_share(version, minutes, amount, billed_before)
        billed_before = Cents(billed_before + amount)
    return None if exact is None else Cents(round_half_up(exact.numerator, exact.denominator))


def _shares(draft: Draft, versions: tuple[Commission, ...]) -> list[_Share]:
    """The draft's hours by the version that was in force, in order of date."""
    first, last = in_force(versions, draft.period_from), in_force(versions, draft.period_until)
    if first is last:
        return [(first, draft.minutes, draft.hours_amount)]
    shares: list[_Share] = []
    for version in (None, *versions):
        lines = hour_lines(worked for worked in draft.worked if in_force(versions, worked.shift.day) is version)
        if lines:
            shares.append((version, sum(line.minutes for line in lines), sum(line.amount for line in lines)))
    return shares


def _of_share(version: Commission, minutes: int, amount: int, billed_before: int) -> Fraction:
    charged = _by_scheme(version, minutes, amount, billed_before)
    if version.minimum is not None:
        charged = max(charged, Fraction(version.minimum))
    if version.maximum is not None:
        charged = min(charged, Fraction(version.maximum))
    return charged


def _by_scheme(version: Commission, minutes: int, amount: int, billed_before: int) -> Fraction:
    match version.scheme:
        case Percent(rate):
            return Fraction(amount * rate, HUNDRED_PERCENT)
        case PerHour(hourly):
            return Fraction(minutes * hourly, 60)
        case Fixed(fixed):
            return Fraction(fixed)
        case Tiers("marginal") as tiers:
            return _marginal(tiers, billed_before, billed_before + amount)
        case Tiers() as tiers:
            return Fraction(amount * tier_of(tiers, billed_before + amount), HUNDRED_PERCENT)
        case NoCommission():
            return Fraction(0)
        case _:
            assert_never(version.scheme)


def _marginal(tiers: Tiers, before: int, after: int) -> Fraction:
    """Each part of the stretch from before to after by its own tier; the last tier has no end of its own."""
    total = 0
    ends = [*(tier.start for tier in tiers.tiers[1:]), after]
    for tier, end in zip(tiers.tiers, ends, strict=True):
        total += max(0, min(after, end) - max(before, tier.start)) * tier.rate
    return Fraction(total, HUNDRED_PERCENT)


def tier_of(tiers: Tiers, amount: int) -> BasisPoints:
    """The percentage of the tier in which this amount falls; a tier begins at its start and ends before the next one's."""
    return next(tier.rate for tier in reversed(tiers.tiers) if tier.start <= amount)
