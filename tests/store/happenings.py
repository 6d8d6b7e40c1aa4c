"""A small business for the tests of the store: jars of marbles, and people with a name."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec

from selfbill.aggregates.event import Event
from selfbill.aggregates.kind import Kind
from selfbill.store.agency import AgencyStore
from selfbill.store.streams import Change

StoreFactory = Callable[..., AgencyStore]

NOON = dt.datetime(2026, 7, 31, 12, 0, tzinfo=dt.UTC)
WHO: dict[str, Any] = {"at": NOON, "by": "staff:anna", "cause": "test"}


class MarblesAdded(Event, frozen=True, tag="jar.marbles_added"):
    count: int


class PersonNamed(Event, frozen=True, tag="party.person_named"):
    personal: ClassVar[tuple[str, ...]] = ("name", "born")

    name: str | None = None
    born: dt.date | None = None
    city: str = "Utrecht"


class Jar(msgspec.Struct, frozen=True):
    marbles: int = 0


def fill(jar: Jar, event: MarblesAdded) -> Jar:
    return Jar(jar.marbles + event.count)


def remember(_: PersonNamed | None, event: PersonNamed) -> PersonNamed:
    return event


EVENTS = (MarblesAdded, PersonNamed)
AGGREGATES = {"jar": Kind(Jar(), fill), "party": Kind(None, remember)}


def add(stream: str, version: int, *counts: int) -> Change:
    return Change(stream, version, [MarblesAdded(count=count) for count in counts])
