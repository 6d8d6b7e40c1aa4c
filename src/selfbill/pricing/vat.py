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
    bases = _sums(amounts)
    return tuple(
        VatBlock(treatment, Cents(bases[treatment]), RATES[treatment], _vat(bases[treatment], RATES[treatment]))
        for treatment in sorted(bases)
    )


def vat_on_commission(net: Cents) -> Cents:
    """VAT over the sum of a commission invoice's lines; the agency's own service is never exempt."""
    return _vat(net, STANDARD_RATE)


def credited_blocks(
    standing: Iterable[tuple[VatTreatment, Cents]],
    credited: Iterable[tuple[VatTreatment, Cents]],
    rates: Mapping[VatTreatment, BasisPoints] = RATES,
) -> tuple[VatBlock, ...]:
    """What a credit note takes back per treatment, as amounts below 0: `standing` is what it finds, `credited` its part of that.

    Its VAT is the VAT over what stands less the VAT over what is left. So what is left always carries its exact VAT, no series
    of credit notes takes back more than was charged, and the last one takes the remainder: a cent that rounding left over.
    """
    before, part = _sums(standing), _sums(credited)
    return tuple(
        VatBlock(
            treatment,
            Cents(-part[treatment]),
            rates[treatment],
            Cents(
                _vat(before[treatment] - part[treatment], rates[treatment]) - _vat(before[treatment], rates[treatment])
            ),
        )
        for treatment in sorted(part)
    )


def _sums(amounts: Iterable[tuple[VatTreatment, Cents]]) -> dict[VatTreatment, int]:
    sums: dict[VatTreatment, int] = {}
    for treatment, amount in amounts:
        sums[treatment] = sums.get(treatment, 0) + amount
    return sums


def _vat(base: int, rate: BasisPoints) -> Cents:
    return Cents(round_half_up(base * rate, HUNDRED_PERCENT))
