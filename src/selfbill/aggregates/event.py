"""What every event is, and what every decision answers."""

from typing import ClassVar, Final, dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True)
class Event(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something that happened and stays; a subclass gives the stable tag under which it is stored.

    The moment, the actor and the cause are not fields of the event: the caller gives them when the event is saved, and they
    stand beside it in the store. Fields named in `personal` are sealed with the key of the person whose stream it is.
    """

    personal: ClassVar[tuple[str, ...]] = ()


class AlreadyDoneType:
    """The answer to an intention that was carried out before: nothing happens again."""

    def __repr__(self) -> str:
        return "AlreadyDone"


AlreadyDone: Final = AlreadyDoneType()


def tag_of(event: type[Event]) -> str:
    """The stable name under which events of this class are stored, e.g. `timesheet.hours_submitted`."""
    tag = event.__struct_config__.tag
    assert isinstance(tag, str), f"{event.__name__} has no tag"
    return tag
