"""Whatever comes in, goes back, is credited or written off, in whatever order: every cent is somewhere, and only there."""

import pytest

from runtime.conftest import MakeHouse
from runtime.money_walk import MoneyWalk

STEPS = 60


@pytest.mark.parametrize("seed", range(4))
def test_no_cent_is_lost_or_counted_twice(make_house: MakeHouse, seed: int) -> None:
    walk_and_check(make_house, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 104))
def test_no_cent_is_lost_or_counted_twice_in_a_hundred_histories(make_house: MakeHouse, seed: int) -> None:
    walk_and_check(make_house, seed)


def walk_and_check(make_house: MakeHouse, seed: int) -> None:
    walk = MoneyWalk(make_house(), seed)
    for _ in range(STEPS):
        walk.step()
        walk.check()
    walk.match()
    walk.check()
    walk.check_shown()
    assert walk.refused < STEPS * 0.8, "enough of it should have happened"
