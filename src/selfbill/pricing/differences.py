"""What is to be credited and billed so that invoices say what the hours and the agreements say now: nothing more than that.

A line that is the same stays where it is. A week of which the customer's funder wants to see the shifts stands or falls whole,
because an hours specification is about whole weeks.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from selfbill.pricing.lines import Line
from selfbill.values import IsoWeek, Month

Whole = tuple[Month, IsoWeek]
"""What of a week stands on one calendar month's invoice."""


class Standing(msgspec.Struct, frozen=True):
    """A line that was billed and not taken back: on which invoice, at which position from 1."""

    invoice: str
    position: int
    month: Month
    line: Line


class Difference(msgspec.Struct, frozen=True):
    """The lines to take back, and the lines to bill, both in the order in which they were given."""

    credited: tuple[Standing, ...]
    billed: Mapping[Month, tuple[Line, ...]]


def difference(
    standing: Sequence[Standing], present: Mapping[Month, Sequence[Line]], *, whole: Collection[Whole] | None = None
) -> Difference:
    """What must change for the standing lines to become the present ones.

    `whole` are weeks that are billed anew whatever their lines say; with it (even empty) a week with any difference is changed
    whole, without it line by line.
    """
    missing = Counter((month, line) for month, lines in present.items() for line in lines)
    credited: list[Standing] = []
    for each in standing:
        if missing[each.month, each.line] > 0:
            missing[each.month, each.line] -= 1
        else:
            credited.append(each)
    if whole is None:
        return Difference(tuple(credited), _by_month(present, lambda month, line: _take(missing, month, line)))
    changed = {*whole, *((each.month, each.line.week) for each in credited)}
    changed |= {(month, line.week) for month, line in missing.elements()}
    return Difference(
        tuple(each for each in standing if (each.month, each.line.week) in changed),
        _by_month(present, lambda month, line: (month, line.week) in changed),
    )


def _take(missing: Counter[tuple[Month, Line]], month: Month, line: Line) -> bool:
    if missing[month, line] == 0:
        return False
    missing[month, line] -= 1
    return True


def _by_month(
    present: Mapping[Month, Sequence[Line]], wanted: Callable[[Month, Line], bool]
) -> dict[Month, tuple[Line, ...]]:
    chosen = {month: tuple(line for line in lines if wanted(month, line)) for month, lines in present.items()}
    return {month: lines for month, lines in chosen.items() if lines}
