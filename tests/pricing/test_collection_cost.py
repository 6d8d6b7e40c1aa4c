"""The cost of collecting out of court, by the scale of the Wik."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfbill.pricing.collection_cost import LEAST, MOST, collection_cost, further_cost
from selfbill.values import Cents

principals = st.integers(1, 5_000_000_00).map(Cents)


@pytest.mark.parametrize(
    ("principal", "cost"),
    [
        # DOMAIN.md section 7
        (50_00, 40_00),
        (266_67, 40_00),
        (1_000_00, 150_00),
        (2_500_00, 375_00),
        (5_000_00, 625_00),
        (10_000_00, 875_00),
        (200_000_00, 2_775_00),
        (2_000_000_00, 6_775_00),
        # around the edges
        (0, 0),
        (-100_00, 0),
        (1, 40_00),
        (266_66, 40_00),
        (266_70, 40_01),  # 40.005
        (2_500_05, 375_01),  # 375.005 exactly
        (2_500_04, 375_00),  # 375.004
        (1_000_000_00, 6_775_00),
        (999_999_00, 6_775_00),  # 6 774.995
        (999_998_99, 6_774_99),  # 6 774.99495
    ],
)
def test_the_scale(principal: int, cost: int) -> None:
    assert collection_cost(Cents(principal)) == cost


@given(principals, principals)
def test_more_principal_never_costs_less(one: Cents, other: Cents) -> None:
    low, high = sorted((one, other))
    assert collection_cost(Cents(low)) <= collection_cost(Cents(high))


@given(principals)
def test_the_cost_has_bounds(principal: Cents) -> None:
    cost = collection_cost(principal)
    assert LEAST <= cost <= MOST
    assert cost <= max(LEAST, (principal * 15 + 50) // 100)


@given(st.lists(principals, min_size=1, max_size=6))
def test_claims_of_one_demand_cost_what_their_sum_costs(parts: list[Cents]) -> None:
    claimed, before = 0, 0
    for part in parts:
        claimed += further_cost(Cents(before), part)
        before += part
    assert claimed == collection_cost(Cents(before))
