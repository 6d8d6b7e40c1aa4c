"""Sums: which of a debtor's invoices are together exactly an amount, and whether no others are. Bounded, whatever the debtor owes."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, combinations

MOST_SEARCHED = 24
"""Of so many invoices every combination is looked at: two halves of 4,096 sums each, about 2 ms at worst."""
MOST_PAIRED = 60
"""Of so many invoices pairs are looked at."""


def oldest_run(opens: Sequence[int], amount: int) -> int:
    """How many of the first are together exactly the amount; 0 when none are. All opens are positive."""
    for count, total in enumerate(accumulate(opens), start=1):
        if total >= amount:
            return count if total == amount else 0
    return 0


def combined(opens: Sequence[int], amount: int, *, most: int) -> list[tuple[int, ...]] | None:
    """Sets of positions that are together the amount, at most so many; None where there are too many invoices to look at all.

    All opens are positive. Looks at the sums of each half only, so the time is bounded.
    """
    places = [place for place, each in enumerate(opens) if each <= amount]
    if len(places) > MOST_SEARCHED:
        return None
    half = len(places) // 2
    left: dict[int, list[int]] = {}
    for mask, total in enumerate(_sums([opens[place] for place in places[:half]])):
        if total <= amount:
            left.setdefault(total, []).append(mask)
    found = _meeting(left, _sums([opens[place] for place in places[half:]]), amount, half)
    sets = []
    for mask in found:
        sets.append(tuple(place for bit, place in enumerate(places) if mask >> bit & 1))
        if len(sets) == most:
            break
    return sorted(sets)


def _meeting(left: dict[int, list[int]], right: list[int], amount: int, half: int) -> Iterator[int]:
    for mask, total in enumerate(right):
        for other in left.get(amount - total, ()):
            if mask or other:
                yield mask << half | other


def _sums(opens: Sequence[int]) -> list[int]:
    """Of every subset; bit i of the position says whether opens[i] is in it."""
    sums = [0]
    for each in opens:
        sums += [total + each for total in sums]
    return sums


def is_sum_of_few(opens: Sequence[int], amount: int) -> bool:
    """Whether the oldest of them, all of them, or two of them are together exactly the amount: what people pay in one go."""
    if oldest_run(opens, amount) > 1:
        return True
    return any(one + other == amount for one, other in combinations(opens[:MOST_PAIRED], 2))
