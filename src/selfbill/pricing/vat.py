"""VAT on what is billed: per category and rate over the sum of the lines, never per line (DOMAIN.md section 3)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from selfbill.pricing.terms import VatTreatment
from selfbill.values import HUNDRED_PERCENT, BasisPoints, Cents, round_half_up

STANDARD_RATE = BasisPoints(2100)
"""The general rate, Wet OB 1968 art. 9 lid 1."""

RATES: Mapping[VatTreatment, BasisPoints] = MappingProxyType(
    {
        VatTreatment.STANDARD: STANDARD_RATE,
        VatTreatment.CARE_EXEMPT: BasisPoints(0),
        VatTreatment.SMALL_BUSINESS: BasisPoints(0),
    }
)


class VatBlock(msgspec.Struct, frozen=True):
    """One category on an invoice: the sum of its lines, and the VAT over that sum."""

    treatment: VatTreatment
    base: Cents
    rate: BasisPoints
    amount: Cents


def vat_blocks(amounts: Iterable[tuple[VatTreatment, Cents]]) -> tuple[VatBlock, ...]:
    """One block for each treatment among these line amounts, in order of the treatment's name."""
    bases: dict[VatTreatment, int] = {}
    for treatment, amount in amounts:
        bases[treatment] = bases.get(treatment, 0) + amount
    return tuple(
        VatBlock(treatment, Cents(bases[treatment]), RATES[treatment], _vat(bases[treatment], RATES[treatment]))
        for treatment in sorted(bases)
    )


def vat_on_commission(net: Cents) -> Cents:
    """VAT over the sum of a commission invoice's lines; the agency's own service is never exempt."""
    return _vat(net, STANDARD_RATE)


def _vat(base: int, rate: BasisPoints) -> Cents:
    return Cents(round_half_up(base * rate, HUNDRED_PERCENT))
