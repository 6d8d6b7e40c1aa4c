"""Histories for the tests of read models: told by hand, or any at all."""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from selfbill import values
from selfbill.aggregates.catalogue import all_events
from selfbill.aggregates.event import Event, tag_of
from selfbill.aggregates.invoice import DeliveryStarted, InvoiceSent
from selfbill.aggregates.timesheet_events import HoursApproved, HoursSubmitted
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.projections.catalogue import all_read_models
from selfbill.projections.read_model import Key, ReadModel
from selfbill.store.streams import Recorded

R = TypeVar("R", bound=msgspec.Struct)

NOON = dt.datetime(2026, 7, 31, 12, tzinfo=dt.UTC)
EVENTS = all_events()


def stream_of(event: Any) -> str:
    """Where this event stands; the events that customers and freelancers share are a customer's here."""
    kind = tag_of(type(event)).partition(".")[0]
    if kind == "timesheet":
        return f"timesheet:{event.placement}:{event.week}"
    if kind == "party":
        return f"{'freelancer' if 'freelancer' in tag_of(type(event)) else 'customer'}:{event.code}"
    names = {"invoice": "number", "placement": "code", "mandate": "freelancer", "roster": "freelancer"}
    return f"{kind}:{getattr(event, names[kind])}" if kind in names else kind


def happened(event: Event, *, at: dt.datetime = NOON, by: str = "staff:anna", stream: str | None = None) -> Recorded:
    """The event as the store gives it, but for its place in the history."""
    return Recorded(stream or stream_of(event), 0, event, at, by, "test")


def history(*events: Event | Recorded) -> list[Recorded]:
    """These events one after the other, from position 1 on."""
    versions: dict[str, int] = {}
    told = []
    for position, each in enumerate(events, start=1):
        recorded = each if isinstance(each, Recorded) else happened(each)
        versions[recorded.originator_id] = versions.get(recorded.originator_id, 0) + 1
        told.append(
            msgspec.structs.replace(
                recorded,
                position=position,
                originator_version=versions[recorded.originator_id],
                recorded_at=recorded.at,
            )
        )
    return told


def fold(model: ReadModel[R], events: Iterable[Recorded]) -> dict[Key, R]:
    """The table in its simplest form: one event after the other, in memory."""
    rows: dict[Key, R] = {}
    for recorded in events:
        if type(recorded.event) not in model.listens:
            continue
        for key in tuple(model.keys(recorded)):
            row = model.evolve(key, rows.get(key), recorded)
            if row is None:
                rows.pop(key, None)
            else:
                assert tuple(getattr(row, name) for name in model.key) == key
                rows[key] = row
    return rows


def rows_after(model: ReadModel[R], *events: Event | Recorded) -> list[R]:
    """The rows of this read model after these events, in order of key."""
    rows = fold(model, history(*events))
    return [rows[key] for key in sorted(rows)]


def _delivery(recorded: Recorded) -> Sequence[Change]:
    match recorded.event:
        case DeliveryStarted() as event:
            return [
                Put(
                    "watch delivery",
                    event.number,
                    recorded.at,
                    "all",
                    f"invoice:{event.number}",
                    failures=event.attempt,
                )
            ]
        case InvoiceSent() as event:
            return [Take("watch delivery", event.number), Take("never put", event.number)]
    return []


def _approval(recorded: Recorded) -> Sequence[Change]:
    match recorded.event:
        case HoursSubmitted() as event:
            subject, stream = f"{event.placement}/{event.week}", f"timesheet:{event.placement}:{event.week}"
            return [
                Put("ask approval", subject, recorded.at, event.customer, stream, {"attempt": event.attempt}),
                Put("remind approval", subject, event.remind_at, event.customer, stream, reason="nobody decided"),
            ]
        case HoursApproved() as event:
            subject = f"{event.placement}/{event.week}"
            return [Take("ask approval", subject), Take("remind approval", subject)]
    return []


FOLDS = (
    AgendaFold((DeliveryStarted, InvoiceSent), _delivery),
    AgendaFold((HoursSubmitted, HoursApproved), _approval),
)
MODELS = all_read_models(FOLDS)

_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_FEW: dict[Any, st.SearchStrategy[Any]] = {
    values.FreelancerCode: st.sampled_from(["Z01", "Z02"]),
    values.CustomerCode: st.sampled_from(["K01", "K02"]),
    values.PlacementCode: st.sampled_from(["P01", "P02"]),
    values.InvoiceNumber: st.sampled_from(["Z01-2026-0001", "Z01-2026-0002", "BN-2026-0001"]),
    values.IsoWeek: st.sampled_from([values.IsoWeek(2026, 30), values.IsoWeek(2026, 31)]),
    values.Month: st.builds(values.Month, st.just(2026), st.integers(1, 12)),
    str: _TEXTS,
    int: st.integers(-(10**12), 10**12),
    bool: st.booleans(),
    dt.date: st.dates(dt.date(2018, 1, 1), dt.date(2040, 1, 1)),
    dt.datetime: st.datetimes(dt.datetime(2018, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC)),
}
_CODES = {"code": st.sampled_from(["K01", "Z01"]), "party": st.sampled_from(["K01", "Z01"])}


def _any(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of this type; codes and numbers are few, so that events meet."""
    if hint in _FEW:
        return _FEW[hint]
    if isinstance(hint, NewType):
        return _any(hint.__supertype__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of([st.none() if each is NoneType else _any(each) for each in arguments])
    if origin in (tuple, frozenset):
        return st.lists(_any(arguments[0]), max_size=2).map(origin)
    if origin is dict:
        return st.dictionaries(_any(arguments[0]), _any(arguments[1]), max_size=2)
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    return _any_struct(hint)


def _any_struct(struct: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(struct)
    fields = {name: _CODES[name] if name in _CODES else _any(hints[name]) for name in struct.__struct_fields__}
    return st.builds(struct, **fields)


def _listened() -> list[type[Event]]:
    return sorted({event for model in MODELS for event in model.listens}, key=tag_of)


def _recorded(event: Event, at: dt.datetime, kind: str, by: str) -> Recorded:
    shared = tag_of(type(event)) in ("party.details_changed", "party.forgotten")
    stream = f"{kind}:{event.code}" if shared else None  # type: ignore[attr-defined]
    return happened(event, at=at, by=by, stream=stream)


_happenings = st.builds(
    _recorded,
    st.one_of([_any_struct(event) for event in _listened()]),
    _any(dt.datetime),
    st.sampled_from(["customer", "freelancer"]),
    st.sampled_from(["staff:anna", "customer:K02/1"]),
)
histories = st.lists(_happenings, max_size=40).map(lambda told: history(*told))
"""Any history of events that some read model listens to, sensible or not: a fold decides nothing."""
