"""Any history at all, of every event that there is, sensible or not: a fold decides nothing.

Which events happen, and how many, is hypothesis' to choose and to cut down. What stands in an event comes from a seed: an invoice
has sixty values, and hypothesis would make few histories with many of them.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from random import Random
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from projections.histories import EVENTS, NOON, SHARED, happened, history
from selfbill.aggregates.event import Event, tag_of
from selfbill.store.streams import Recorded
from selfbill.values import (
    BatchId,
    CustomerCode,
    FreelancerCode,
    InvoiceNumber,
    IsoWeek,
    MandateId,
    Month,
    PaymentId,
    PlacementCode,
)

_TEXTS = ("", "x", "Jan", 'a "quoted" \\ { , } text', "naïve\n\té", "\U0001f600", "NULL", "\x7f\u2028")
_PARTIES = ("K01", "K02", "Z01", "Z02")

_FEW: Mapping[Any, Sequence[Any]] = {
    FreelancerCode: ("Z01", "Z02"),
    CustomerCode: ("K01", "K02"),
    PlacementCode: ("P01", "P02"),
    InvoiceNumber: ("Z01-2026-0001", "Z01-2026-0002", "Z02-2026-0001", "BN-2026-0001"),
    PaymentId: ("bank/1", "bank/2"),
    BatchId: ("20260814-1", "20260814-2"),
    MandateId: ("INC-Z01-1", "INC-K01-1"),
    IsoWeek: (IsoWeek(2026, 30), IsoWeek(2026, 31)),
    Month: (Month(2026, 7), Month(2026, 8)),
    bool: (False, True),
}
"""Codes and numbers are few, so that events meet."""

_NAMED: Mapping[str, Sequence[Any]] = {
    "code": _PARTIES,
    "party": _PARTIES,
    "debtor": _PARTIES,
    "attempt": (1, 2),
    "payment": ("a1", "b2", "c3"),
    "owner": ("Z01", "agency"),
    "message_id": ("<1@example.org>", "<2@example.org>"),
}
"""Fields whose type does not say how few they should be."""

_SCALARS: Mapping[Any, Callable[[Random], Any]] = {
    str: lambda chance: chance.choice(_TEXTS),
    int: lambda chance: chance.choice((0, 1, -1, chance.randint(-(10**12), 10**12))),
    dt.date: lambda chance: NOON.date() + dt.timedelta(days=chance.randint(-3_000, 3_000)),
    dt.datetime: lambda chance: NOON + dt.timedelta(microseconds=chance.randint(-(10**14), 10**14)),
}


def _any(hint: Any, chance: Random) -> Any:
    """Any value of this type."""
    if hint in _FEW:
        return chance.choice(_FEW[hint])
    if hint in _SCALARS:
        return _SCALARS[hint](chance)
    if isinstance(hint, NewType):
        return _any(hint.__supertype__, chance)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return chance.choice(arguments)
    if origin in (Union, UnionType):
        kind = chance.choice(arguments)
        return None if kind is NoneType else _any(kind, chance)
    if origin in (tuple, frozenset):
        return origin(_any(arguments[0], chance) for _ in range(chance.randint(0, 2)))
    if issubclass(hint, Enum):
        return chance.choice(list(hint))
    return _any_struct(hint, chance)


def _any_struct(struct: Any, chance: Random) -> Any:
    fields = {
        name: chance.choice(_NAMED[name]) if name in _NAMED and hint in (str, int, PaymentId) else _any(hint, chance)
        for name, hint in _fields(struct).items()
    }
    return struct(**fields)


@cache
def _fields(struct: Any) -> dict[str, Any]:
    hints = get_type_hints(struct)
    return {name: hints[name] for name in struct.__struct_fields__}


def _happening(event_class: type[Event], seed: int) -> Recorded:
    chance = Random(seed)  # noqa: S311 - so that the same example is the same again
    event = _any_struct(event_class, chance)
    stream = f"{chance.choice(('customer', 'freelancer'))}:{event.code}" if isinstance(event, SHARED) else None
    by = chance.choice(("staff:anna", "customer:K02/1"))
    return happened(event, at=_any(dt.datetime, chance), by=by, stream=stream)


def _about(*kinds: str) -> list[type[Event]]:
    return [event for event in EVENTS if tag_of(event).partition(".")[0] in kinds]


_STORIES = (
    list(EVENTS),
    _about("invoice"),
    _about("timesheet", "agency"),
    _about("party", "mandate", "placement"),
    _about("invoice", "party"),
    _about("payment", "bank"),
    _about("debit_mandate", "debit_batch", "debtor"),
)
"""What a history is about: everything, or a few kinds of objects, so that their events meet more often."""

LONGEST = 60

histories = (
    st.tuples(st.sampled_from(_STORIES), st.integers(0, LONGEST - 10))
    .flatmap(
        lambda story: st.lists(
            st.builds(_happening, st.sampled_from(story[0]), st.integers(0, 2**32)),
            min_size=story[1],
            max_size=story[1] + 10,
        )
    )
    .map(lambda told: history(*told))
)
