"""The smallest set of lines to take back and to bill, for any lines before and after."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from selfbill.pricing.differences import Standing, difference
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import VatTreatment
from selfbill.values import BasisPoints, Cents, IsoWeek, Metres, Minutes, Month

JULY, AUGUST = Month(2026, 7), Month(2026, 8)
WEEKS = [IsoWeek(2026, number) for number in (30, 31)]


def line(week: int, amount: int) -> Line:
    return Line(
        "hours",
        WEEKS[week],
        Minutes(60),
        Metres(0),
        BasisPoints(0),
        Cents(amount),
        Cents(amount),
        VatTreatment.CARE_EXEMPT,
    )


LINES = st.lists(st.builds(line, st.integers(0, 1), st.integers(1, 4)), max_size=6)
MONTHS = st.fixed_dictionaries({JULY: LINES, AUGUST: LINES})


def standing(before: dict[Month, list[Line]]) -> list[Standing]:
    """Every line on an invoice of its month."""
    return [
        Standing(f"Z01-{month}", place, month, each)
        for month, lines in before.items()
        for place, each in enumerate(lines, start=1)
    ]


def counted(lines: Any) -> Counter[tuple[Month, Line]]:
    return Counter((month, each) for month, several in lines.items() for each in several)


@given(MONTHS, MONTHS)
def test_taking_back_and_billing_gives_the_present_lines_and_touches_no_other(before: Any, now: Any) -> None:
    found = difference(standing(before), now)
    taken = Counter((each.month, each.line) for each in found.credited)
    assert counted(before) - taken + counted(found.billed) == counted(now)
    assert not taken & counted(found.billed), "nothing is taken back to be billed as it was"
    assert len({(each.invoice, each.position) for each in found.credited}) == len(found.credited)
    assert all(found.billed.values())


@given(MONTHS, MONTHS)
def test_whole_weeks_change_whole_or_not_at_all(before: Any, now: Any) -> None:
    found = difference(standing(before), now, whole=())
    taken = Counter((each.month, each.line) for each in found.credited)
    assert counted(before) - taken + counted(found.billed) == counted(now)
    weeks = {(month, each.week) for month, each in taken} | {
        (month, each.week) for month, each in counted(found.billed)
    }
    by_line = difference(standing(before), now)
    assert weeks == {(each.month, each.line.week) for each in by_line.credited} | {
        (month, each.week) for month, each in counted(by_line.billed)
    }
    assert not [
        each for each in standing(before) if (each.month, each.line.week) in weeks and each not in found.credited
    ]


def test_a_week_that_must_be_shown_anew_is_billed_anew_though_it_comes_to_the_same() -> None:
    lines = {JULY: [line(0, 1), line(1, 2)]}
    found = difference(standing(lines), lines, whole={(JULY, WEEKS[1])})
    assert [each.position for each in found.credited] == [2]
    assert found.billed == {JULY: (line(1, 2),)}
