"""Histories for the tests of read models, and the table that they give in its simplest form."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from selfbill.aggregates.bank_account import DayBooked
from selfbill.aggregates.catalogue import (
    AGENCY,
    COMMISSION_SERIES,
    CREDITOR,
    account_stream,
    all_events,
    bank_day_stream,
    customer_stream,
    debit_batch_stream,
    debit_mandate_stream,
    debtor_stream,
    freelancer_stream,
    invoice_stream,
    login_stream,
    mandate_stream,
    payment_stream,
    placement_stream,
    prefix_stream,
    roster_stream,
    timesheet_stream,
    user_stream,
)
from selfbill.aggregates.event import Event, tag_of
from selfbill.aggregates.invoice_events import DeliveryStarted, InvoiceSent
from selfbill.aggregates.party import DetailsChanged, FreelancerRegistered, PartyForgotten
from selfbill.aggregates.series import NumbersTaken, PrefixClaimed, SeriesOpened
from selfbill.aggregates.suspension import CollectionResumed, CollectionSuspended, CollectionTakenUp
from selfbill.aggregates.timesheet_events import HoursApproved, HoursSubmitted
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.projections.catalogue import all_read_models
from selfbill.projections.read_model import Key, ReadModel
from selfbill.store.streams import Recorded
from selfbill.values import FreelancerCode

R = TypeVar("R", bound=msgspec.Struct)

NOON = dt.datetime(2026, 7, 31, 12, tzinfo=dt.UTC)
EVENTS = all_events()


SHARED = (DetailsChanged, PartyForgotten, CollectionSuspended, CollectionResumed, CollectionTakenUp)
"""Events that customers and freelancers have alike, each in the stream of whom they are about."""


def _bank_stream(event: Any) -> str:
    return bank_day_stream(event.owner, event.day) if isinstance(event, DayBooked) else account_stream(event.owner)


_STREAMS: dict[str, Callable[[Any], str]] = {
    "agency": lambda _: AGENCY,
    "creditor": lambda _: CREDITOR,
    "bank": _bank_stream,
    "payment": lambda event: payment_stream(event.payment),
    "debtor": lambda event: debtor_stream(event.towards, event.debtor),
    "debit_batch": lambda event: debit_batch_stream(event.batch),
    "debit_mandate": lambda event: debit_mandate_stream(event.mandate),
    "invoice": lambda event: invoice_stream(event.number),
    "mandate": lambda event: mandate_stream(event.freelancer),
    "placement": lambda event: placement_stream(event.code),
    "roster": lambda event: roster_stream(event.freelancer),
    "user": lambda event: user_stream(event.user),
    "login": lambda event: login_stream(event.user),
    "timesheet": lambda event: timesheet_stream(event.placement, event.week),
}


def stream_of(event: Any) -> str:
    """Where this event stands; what does not say whose it is (as `SHARED` don't) is a customer's, or the agency's series."""
    match event:
        case FreelancerRegistered():
            return freelancer_stream(FreelancerCode(event.code))
        case PrefixClaimed():
            return prefix_stream(event.prefix)
        case SeriesOpened() | NumbersTaken():
            return COMMISSION_SERIES
    kind = tag_of(type(event)).partition(".")[0]
    return customer_stream(event.code) if kind == "party" else _STREAMS[kind](event)


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


def of_several_streams(model: ReadModel[Any], events: Iterable[Recorded]) -> dict[Key, set[str]]:
    """The rows that events of more than one stream touch, with those streams."""
    touched: dict[Key, set[str]] = {}
    for recorded in events:
        if type(recorded.event) in model.listens:
            for key in model.keys(recorded):
                touched.setdefault(key, set()).add(recorded.originator_id)
    return {key: streams for key, streams in touched.items() if len(streams) > 1}


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
