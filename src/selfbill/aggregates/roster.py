"""A roster: the placements that one freelancer works in, because nobody can work two shifts at the same time."""

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.values import FreelancerCode, PlacementCode


class PlacementJoined(Event, tag="roster.placement_joined"):
    freelancer: FreelancerCode
    placement: PlacementCode


class Roster(msgspec.Struct, frozen=True):
    """Every placement that this freelancer ever joined."""

    placements: tuple[PlacementCode, ...] = ()


def evolve(roster: Roster, event: Event) -> Roster:
    """The roster after this event."""
    match event:
        case PlacementJoined():
            return Roster((*roster.placements, event.placement))
        case _:
            return roster


def join(roster: Roster, *, freelancer: FreelancerCode, placement: PlacementCode) -> PlacementJoined | AlreadyDoneType:
    """The freelancer starts to work in this placement."""
    return (
        AlreadyDone if placement in roster.placements else PlacementJoined(freelancer=freelancer, placement=placement)
    )
