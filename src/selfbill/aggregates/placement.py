"""A placement: one freelancer works for one customer, with dated rates, a surcharge table, travel and commission both ways."""

from enum import StrEnum
from itertools import pairwise
from typing import assert_never

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.periods import refuse_reversed
from selfbill.aggregates.texts import refuse_citizen_number, word_for
from selfbill.pricing.terms import (
    Commission,
    Fixed,
    NoCommission,
    Percent,
    PerHour,
    Rate,
    Scheme,
    Tiers,
    Towards,
)
from selfbill.refusals import Refusal, Words
from selfbill.values import Cents, CustomerCode, FreelancerCode, Period, PlacementCode, TableCode


class Arrangement(StrEnum):
    """Which way the money flows (DOMAIN.md section 1); a placement has exactly one."""

    MEDIATION = "mediation"


class PlacementTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """What both parties agreed, apart from the dated rates and commission."""

    freelancer: FreelancerCode
    customer: CustomerCode
    period: Period
    reference: str
    description: str
    surcharge_table: TableCode | None = None
    travel_rate: Cents | None = None
    """Cents per kilometre."""
    max_rate: Cents | None = None
    """The PGB agreement's maximum, cents per hour with surcharge and without VAT."""
    arrangement: Arrangement = Arrangement.MEDIATION


class PlacementAgreed(Event, tag="placement.agreed"):
    code: PlacementCode
    terms: PlacementTerms


class RateAgreed(Event, tag="placement.rate_agreed"):
    """A rate and its VAT treatment from a date on; `evidence` says on what the treatment rests."""

    code: PlacementCode
    rate: Rate
    evidence: str = ""


class CommissionAgreed(Event, tag="placement.commission_agreed"):
    code: PlacementCode
    towards: Towards
    commission: Commission


class Placement(msgspec.Struct, frozen=True):
    """The agreement as it stands; dated lists ascend and hold one version per date."""

    code: PlacementCode | None = None
    terms: PlacementTerms | None = None
    rates: tuple[Rate, ...] = ()
    commission_freelancer: tuple[Commission, ...] = ()
    commission_customer: tuple[Commission, ...] = ()


def evolve(placement: Placement, event: Event) -> Placement:
    """The placement after this event; a later agreement for the same date replaces the earlier one."""
    replace = msgspec.structs.replace
    match event:
        case PlacementAgreed():
            return replace(placement, code=event.code, terms=event.terms)
        case RateAgreed():
            others = [rate for rate in placement.rates if rate.valid_from != event.rate.valid_from]
            return replace(placement, rates=tuple(sorted([*others, event.rate], key=lambda rate: rate.valid_from)))
        case CommissionAgreed(towards="freelancer"):
            return replace(placement, commission_freelancer=_dated(placement.commission_freelancer, event.commission))
        case CommissionAgreed(towards="customer"):
            return replace(placement, commission_customer=_dated(placement.commission_customer, event.commission))
        case _:
            return placement


def _dated(versions: tuple[Commission, ...], version: Commission) -> tuple[Commission, ...]:
    others = [other for other in versions if other.valid_from != version.valid_from]
    return tuple(sorted([*others, version], key=lambda one: one.valid_from))


class MissingField(Refusal):
    code = "missing_field"
    nl = "Plaatsing {placement} mist {field}."
    en = "Placement {placement} lacks {field}."


class MinimumAboveMaximum(Refusal):
    code = "minimum_above_maximum"
    nl = "Bij plaatsing {placement} is de minimale provisie hoger dan de maximale."
    en = "Placement {placement} has a minimum commission above its maximum."


class TierGap(Refusal):
    code = "tier_gap"
    nl = "De provisiestaffel van plaatsing {placement} moet bij 0 beginnen en oplopen."
    en = "The commission tiers of placement {placement} must start at 0 and ascend."


class NegativeAmount(Refusal):
    code = "negative_amount"
    nl = "Plaatsing {placement}: {field} mag niet negatief zijn."
    en = "Placement {placement}: {field} may not be negative."


class PartiesFixed(Refusal):
    """Its weeks, approved or not, are of these two; others get a placement of their own."""

    code = "parties_fixed"
    nl = "Plaatsing {placement} is van {freelancer} en {customer}. Maak voor anderen een nieuwe plaatsing."
    en = "Placement {placement} is of {freelancer} and {customer}. Make a new placement for others."


class UnknownPlacement(Refusal):
    code = "unknown_placement"
    nl = "Plaatsing {placement} is niet bekend bij dit bureau."
    en = "Placement {placement} is not known at this agency."


_TRAVEL_RATE = Words("travel_rate", "het kilometertarief", "the travel rate")
_MAX_RATE = Words("max_rate", "het maximumtarief", "the maximum rate")
_RATE = Words("rate", "het tarief", "the rate")
_COMMISSION = Words("value", "de provisie", "the commission")


def agree(placement: Placement, *, code: PlacementCode, terms: PlacementTerms) -> PlacementAgreed | AlreadyDoneType:
    """Two parties agree to work together, or change what they agreed.

    Raises PartiesFixed, PeriodReversed, MissingField, NegativeAmount, CitizenNumber.
    """
    if placement.terms == terms:
        return AlreadyDone
    old = placement.terms
    if old is not None and (old.freelancer, old.customer) != (terms.freelancer, terms.customer):
        raise PartiesFixed(placement=code, freelancer=old.freelancer, customer=old.customer)
    refuse_reversed(terms.period)
    for field in ("reference", "description"):
        if not getattr(terms, field).strip():
            raise MissingField(placement=code, field=word_for(field))
    for amount, word in ((terms.travel_rate, _TRAVEL_RATE), (terms.max_rate, _MAX_RATE)):
        _refuse_negative(code, amount, word)
    refuse_citizen_number(code=code, reference=terms.reference, description=terms.description)
    return PlacementAgreed(code=code, terms=terms)


def agree_rate(placement: Placement, *, rate: Rate, evidence: str = "") -> RateAgreed | AlreadyDoneType:
    """A rate holds from a date on; invoices that were issued stay as they are. Raises NegativeAmount, CitizenNumber."""
    if rate in placement.rates:
        return AlreadyDone
    assert placement.code is not None
    _refuse_negative(placement.code, rate.hourly, _RATE)
    refuse_citizen_number(evidence=evidence)
    return RateAgreed(code=placement.code, rate=rate, evidence=evidence)


def agree_commission(
    placement: Placement, *, towards: Towards, commission: Commission
) -> CommissionAgreed | AlreadyDoneType:
    """What the agency charges one side holds from a date on. Raises NegativeAmount, MinimumAboveMaximum, TierGap."""
    known = placement.commission_freelancer if towards == "freelancer" else placement.commission_customer
    if commission in known:
        return AlreadyDone
    assert placement.code is not None
    for amount in (*_amounts(commission.scheme), commission.minimum, commission.maximum):
        _refuse_negative(placement.code, amount, _COMMISSION)
    if commission.minimum is not None and commission.maximum is not None and commission.minimum > commission.maximum:
        raise MinimumAboveMaximum(placement=placement.code)
    if isinstance(commission.scheme, Tiers):
        starts = [tier.start for tier in commission.scheme.tiers]
        if not starts or starts[0] != 0 or any(later <= earlier for earlier, later in pairwise(starts)):
            raise TierGap(placement=placement.code)
    return CommissionAgreed(code=placement.code, towards=towards, commission=commission)


def _refuse_negative(placement: PlacementCode, amount: int | None, field: Words) -> None:
    if amount is not None and amount < 0:
        raise NegativeAmount(placement=placement, field=field)


def _amounts(scheme: Scheme) -> tuple[int, ...]:
    """Every amount and percentage in a scheme."""
    match scheme:
        case Percent(rate):
            return (rate,)
        case PerHour(hourly):
            return (hourly,)
        case Fixed(amount):
            return (amount,)
        case Tiers():
            return tuple(tier.rate for tier in scheme.tiers)
        case NoCommission():
            return ()
        case _:
            assert_never(scheme)


def require_known(placement: Placement, *, code: PlacementCode) -> None:
    """Raises UnknownPlacement when nobody agreed on this placement."""
    if placement.terms is None:
        raise UnknownPlacement(placement=code)
