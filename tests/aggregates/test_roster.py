"""A freelancer's roster knows every placement, because nobody can work two shifts at once."""

from aggregates.samples import P01, Z01
from scenario import given
from selfbill.aggregates.roster import PlacementJoined, Roster, evolve, join
from selfbill.values import PlacementCode

JOINED = PlacementJoined(freelancer=Z01, placement=P01)


def test_a_freelancer_joins_a_placement_once() -> None:
    given(evolve, Roster(), []).when(join, freelancer=Z01, placement=P01).then_once(JOINED)


def test_a_roster_keeps_every_placement() -> None:
    roster = given(evolve, Roster(), [JOINED, PlacementJoined(freelancer=Z01, placement=PlacementCode("P02"))]).state
    assert roster.placements == ("P01", "P02")
