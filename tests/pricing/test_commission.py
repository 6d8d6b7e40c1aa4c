"""What the agency charges for a customer invoice: schemes, bounds, tiers, and changes within one invoice."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.agreements import rate, shift, terms
from selfbill.pricing.commission import commission, tier_of
from selfbill.pricing.lines import Draft, price
from selfbill.pricing.terms import Commission, Fixed, NoCommission, Percent, PerHour, Scheme, Shift, Tier, Tiers
from selfbill.values import BasisPoints, Cents


def invoice(*amounts: int, first_day: int = 6) -> Draft:
    """An invoice with one hour a day, from 6 July on, at these amounts."""
    days = range(first_day, first_day + len(amounts))
    work = [shift(f"2026-07-{day:02} 08:00", f"2026-07-{day:02} 09:00") for day in days]
    rates = (rate(amount, valid_from=f"2026-07-{day:02}") for day, amount in zip(days, amounts, strict=True))
    (draft,) = price(work, terms(*rates))
    return draft


def agreed(
    scheme: Scheme, minimum: int | None = None, maximum: int | None = None, since: str = "2026-01-01"
) -> Commission:
    low, high = (None if bound is None else Cents(bound) for bound in (minimum, maximum))
    return Commission(dt.date.fromisoformat(since), scheme, low, high)


def charged(draft: Draft, *versions: Commission, before: int = 0) -> Cents | None:
    return commission(draft, versions, Cents(before))


def percent(basis_points: int) -> Percent:
    return Percent(BasisPoints(basis_points))


def tiers(kind: str, *steps: tuple[int, int]) -> Tiers:
    made = tuple(Tier(Cents(start), BasisPoints(basis_points)) for start, basis_points in steps)
    return Tiers("marginal" if kind == "marginal" else "whole", made)


def hours(minutes: int) -> Draft:
    end = dt.datetime(2026, 7, 6, 8) + dt.timedelta(minutes=minutes)
    (draft,) = price([Shift(dt.datetime(2026, 7, 6, 8), end)], terms(rate(60_00)))
    return draft


def test_a_percentage_is_taken_from_the_hour_lines_and_rounded_half_up() -> None:
    assert charged(invoice(100_05), agreed(percent(1000))) == 10_01


def test_travel_and_vat_bear_no_commission() -> None:
    driven = price([shift("2026-07-06 08:00", "2026-07-06 09:00", metres=100_000)], terms(rate(100_00), travel_rate=50))
    assert driven[0].net == 150_00
    assert charged(driven[0], agreed(percent(1000))) == 10_00


def test_an_amount_per_hour_is_taken_from_minutes() -> None:
    assert charged(hours(440), agreed(PerHour(Cents(1_50)))) == 11_00
    assert charged(hours(1), agreed(PerHour(Cents(1_50)))) == 3


def test_a_fixed_amount_is_charged_once_for_each_invoice() -> None:
    assert charged(invoice(100_00, 200_00), agreed(Fixed(Cents(7_50)))) == 7_50


def test_nothing_agreed_is_not_the_same_as_nothing_charged() -> None:
    assert charged(invoice(100_00)) is None
    assert charged(invoice(100_00), agreed(percent(800), since="2026-08-01")) is None
    assert charged(invoice(100_00), agreed(NoCommission(), minimum=25_00)) is None
    assert charged(invoice(100_00), agreed(percent(0))) == 0


def test_the_minimum_lifts_a_computed_zero() -> None:
    assert charged(invoice(100_00), agreed(percent(0), minimum=25_00)) == 25_00
    assert charged(invoice(0), agreed(PerHour(Cents(0)), minimum=1)) == 1


def test_the_maximum_holds_for_each_invoice() -> None:
    assert charged(invoice(704_00), agreed(percent(1000), maximum=50_00)) == 50_00


MARGINAL = tiers("marginal", (0, 1000), (500_00, 800))
WHOLE = tiers("whole", (0, 500), (500_00, 400))


def test_marginal_tiers_take_each_part_by_its_own_percentage() -> None:
    assert charged(invoice(258_24), agreed(MARGINAL)) == 25_82
    assert charged(invoice(252_96), agreed(MARGINAL), before=258_24) == 25_07


def test_whole_tiers_take_the_tier_of_the_month_including_this_invoice_for_this_invoice_only() -> None:
    assert charged(invoice(258_24), agreed(WHOLE)) == 12_91
    assert charged(invoice(252_96), agreed(WHOLE), before=258_24) == 10_12


@pytest.mark.parametrize(("amount", "basis_points"), [(0, 500), (499_99, 500), (500_00, 400), (9_999_99, 400)])
def test_a_tier_begins_at_its_own_amount_and_ends_before_the_next(amount: int, basis_points: int) -> None:
    assert tier_of(WHOLE, amount) == basis_points


def test_where_the_commission_changes_within_an_invoice_each_version_takes_its_own_shifts() -> None:
    changed = agreed(percent(1000)), agreed(Fixed(Cents(7_50)), since="2026-07-07")
    assert charged(invoice(100_00, 300_00, 300_00), *changed) == 10_00 + 7_50


def test_each_version_keeps_its_own_minimum_and_maximum() -> None:
    changed = agreed(percent(1000), minimum=15_00), agreed(percent(1000), maximum=20_00, since="2026-07-07")
    assert charged(invoice(100_00, 300_00), *changed) == 15_00 + 20_00


def test_a_version_before_or_without_commission_leaves_the_rest_of_the_invoice_alone() -> None:
    assert charged(invoice(100_00, 300_00), agreed(percent(1000), since="2026-07-07")) == 30_00
    assert charged(invoice(100_00, 300_00), agreed(percent(1000)), agreed(NoCommission(), since="2026-07-07")) == 10_00


def test_tiers_continue_over_the_shares_of_an_invoice_in_order_of_date() -> None:
    changed = agreed(percent(1000)), agreed(MARGINAL, since="2026-07-07")
    assert charged(invoice(400_00, 200_00), *changed) == 40_00 + 10_00 + 8_00
    changed = agreed(WHOLE), agreed(WHOLE, since="2026-07-07")
    assert charged(invoice(400_00, 200_00), *changed) == 20_00 + 8_00


def test_hours_without_commission_still_count_for_the_tiers_of_their_month() -> None:
    assert charged(invoice(400_00, 200_00), agreed(MARGINAL, since="2026-07-07")) == 10_00 + 8_00
    assert (
        charged(invoice(400_00, 200_00), agreed(NoCommission()), agreed(MARGINAL, since="2026-07-07")) == 10_00 + 8_00
    )


def test_shares_are_rounded_once_together() -> None:
    assert charged(invoice(3, 2), agreed(percent(1000)), agreed(percent(1000), since="2026-07-07")) == 1


amounts = st.integers(0, 5_000_00)
rates = st.integers(0, 10_000)


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[int, int]]:
    starts = [0, *sorted(draw(st.sets(st.integers(1, 5_000_00), max_size=4)))]
    return [(start, draw(rates)) for start in starts]


@given(steps(), amounts, amounts)
def test_in_marginal_tiers_a_cent_more_never_makes_a_jump(
    made: list[tuple[int, int]], amount: int, before: int
) -> None:
    scheme = agreed(tiers("marginal", *made))
    less, more = charged(invoice(amount), scheme, before=before), charged(invoice(amount + 1), scheme, before=before)
    assert less is not None
    assert more in (less, less + 1)


def cent_by_cent(made: list[tuple[int, int]], amount: int) -> Fraction:
    """Marginal commission as the sum over every tier of the cents between its borders."""
    borders = [start for start, _ in made[1:]] + [max(amount, made[-1][0])]
    return sum(
        (
            Fraction(bp, 10_000) * max(0, min(amount, end) - start)
            for (start, bp), end in zip(made, borders, strict=True)
        ),
        Fraction(0),
    )


@given(steps(), st.lists(amounts, min_size=1, max_size=6))
def test_a_month_in_several_invoices_loses_nothing_in_marginal_tiers_but_half_a_cent_for_each(
    made: list[tuple[int, int]], parts: list[int]
) -> None:
    scheme, before, total = agreed(tiers("marginal", *made)), 0, 0
    for part in parts:
        total += charged(invoice(part), scheme, before=before) or 0
        before += part
    assert abs(total - cent_by_cent(made, sum(parts))) <= Fraction(len(parts), 2)


@given(steps(), st.lists(st.integers(1, 60).map(lambda units: units * 100_00), min_size=1, max_size=6))
def test_without_fractions_of_cents_a_month_in_several_invoices_costs_exactly_as_much_as_one(
    made: list[tuple[int, int]], parts: list[int]
) -> None:
    made = [(start // 100_00 * 100_00 + number * 100_00, bp) for number, (start, bp) in enumerate(made)]
    made[0] = (0, made[0][1])
    scheme, before, total = agreed(tiers("marginal", *made)), 0, 0
    for part in parts:
        total += charged(invoice(part), scheme, before=before) or 0
        before += part
    assert total == charged(invoice(sum(parts)), scheme)


@given(steps(), amounts)
def test_every_amount_has_exactly_one_whole_tier(made: list[tuple[int, int]], amount: int) -> None:
    ends = [start for start, _ in made[1:]] + [amount + 1]
    holding = [bp for (start, bp), end in zip(made, ends, strict=True) if start <= amount < end]
    assert holding == [tier_of(tiers("whole", *made), amount)]


schemes = st.one_of(
    rates.map(percent),
    st.integers(0, 20_00).map(lambda hourly: PerHour(Cents(hourly))),
    st.integers(0, 100_00).map(lambda fixed: Fixed(Cents(fixed))),
    steps().map(lambda made: tiers("marginal", *made)),
    steps().map(lambda made: tiers("whole", *made)),
)


@given(schemes, amounts, amounts, st.integers(0, 100_00), st.integers(0, 100_00))
def test_commission_never_leaves_its_minimum_and_maximum(
    scheme: Scheme, amount: int, before: int, low: int, high: int
) -> None:
    low, high = sorted((low, high))
    free = charged(invoice(amount), agreed(scheme), before=before)
    bound = charged(invoice(amount), agreed(scheme, low, high), before=before)
    assert free is not None
    assert bound == min(max(free, low), high)
