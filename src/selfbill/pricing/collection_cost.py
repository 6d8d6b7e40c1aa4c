"""What a creditor may ask for collecting out of court: the scale of the Wik.

Besluit vergoeding voor buitengerechtelijke incassokosten, article 2, paragraphs 1 and 2 (art. 6:96 lid 5 BW). The amounts are
without VAT and none is added: paragraph 3 allows it only to a creditor who cannot deduct VAT, and only where the debtor was told
so in the demand. Who wants that decides it per creditor with a tax adviser; until then less is claimed, never too much.
"""

from selfbill.values import BasisPoints, Cents, round_half_up

LEAST = Cents(40_00)
MOST = Cents(6_775_00)

_SCALE: tuple[tuple[Cents | None, BasisPoints], ...] = (
    (Cents(2_500_00), BasisPoints(1500)),
    (Cents(2_500_00), BasisPoints(1000)),
    (Cents(5_000_00), BasisPoints(500)),
    (Cents(190_000_00), BasisPoints(100)),
    (None, BasisPoints(50)),
)
"""How much of the principal falls in each band, and what per cent of it is asked; the last band has no end."""


def collection_cost(principal: Cents) -> Cents:
    """What may be asked for collecting this principal, in cents; nothing where nothing is owed.

    Rounded half up, once, over the sum of the bands: rounding each band could ask for a cent more than the scale gives.

    >>> collection_cost(Cents(26667)), collection_cost(Cents(100000)), collection_cost(Cents(0))
    (4000, 15000, 0)
    """
    if principal <= 0:
        return Cents(0)
    left, asked = int(principal), 0
    for width, per_cent in _SCALE:
        part = left if width is None else min(left, width)
        asked += part * per_cent
        left -= part
    return Cents(min(MOST, max(LEAST, round_half_up(asked, 10_000))))


def further_cost(before: Cents, principal: Cents) -> Cents:
    """What this principal adds where `before` was claimed already after the same demand.

    Claims that stood in one demand count as one principal (art. 6:96 lid 7 BW), so the least is asked once.
    """
    return Cents(collection_cost(Cents(before + principal)) - collection_cost(before))
