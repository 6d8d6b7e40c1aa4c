"""Where intentions are carried out: the agency's streams and archive, the clock, and on whose behalf."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.clock import Clock
from selfbill.refusals import Refusal
from selfbill.store.archive import Archive
from selfbill.store.streams import Change, CommandSeen, Loaded, Streams


class Office(msgspec.Struct, frozen=True):
    """What every intention works with; `by` and `cause` go into each event."""

    streams: Streams
    archive: Archive
    clock: Clock
    by: str = "selfbill"
    cause: str = ""

    def acting(self, *, by: str | None = None, cause: str | None = None) -> "Office":
        """The same office on behalf of somebody else or for another reason."""
        return msgspec.structs.replace(
            self, by=self.by if by is None else by, cause=self.cause if cause is None else cause
        )


class Done(msgspec.Struct, frozen=True):
    """The intention was carried out; a read model that has passed `position` shows it."""

    position: int


Outcome = Done | AlreadyDoneType


class Decision(msgspec.Struct, frozen=True):
    """What a decision wants to add, and on which other streams it rests (`unchanged`: stream -> version)."""

    changes: Sequence[Change]
    unchanged: Mapping[str, int] = {}


def change(stream: str, loaded: Loaded[Any], decided: Event | Sequence[Event] | AlreadyDoneType) -> tuple[Change, ...]:
    """What one decision adds to one stream; nothing when it was done already."""
    if isinstance(decided, AlreadyDoneType):
        return ()
    events = (decided,) if isinstance(decided, Event) else tuple(decided)
    return (Change(stream, loaded.version, events),) if events else ()


def merged(changes: Iterable[Change]) -> list[Change]:
    """Several decisions about one stream, independent of each other and taken on the same state, as one change."""
    by_stream: dict[str, Change] = {}
    for each in changes:
        known = by_stream.get(each.stream)
        if known is not None:
            assert known.version == each.version
            each = Change(each.stream, each.version, (*known.events, *each.events))  # noqa: PLW2901
        by_stream[each.stream] = each
    return list(by_stream.values())


def carry_out(office: Office, decide: Callable[[], Decision], *, command_id: str | None = None) -> Outcome:
    """Loads, decides and saves in one transaction; when somebody else wrote in between, decides anew.

    A command id that was carried out before answers AlreadyDone and changes nothing, whatever the decision would be now.
    """

    def once() -> Outcome:
        decision = decide()
        if not decision.changes:
            return AlreadyDone
        position = office.streams.save(
            decision.changes,
            at=office.clock.now(),
            by=office.by,
            cause=office.cause,
            command_id=command_id,
            unchanged=decision.unchanged or None,
        )
        return Done(position)

    try:
        return office.streams.retrying(once)
    except CommandSeen:
        return AlreadyDone
    except Refusal:
        # A command that was carried out may well be refused when it comes again.
        if command_id is not None and office.streams.position_of(command_id) is not None:
            return AlreadyDone
        raise
