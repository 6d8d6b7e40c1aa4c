"""What stands in the database: plain JSON under a stable tag, with what is personal sealed."""

import datetime as dt
import json
import time
from typing import Any, ClassVar

import msgspec
import psycopg
import pytest
from eventsourcing.application import Application

from selfbill.aggregates.event import Event
from selfbill.aggregates.kind import Kind
from selfbill.store import keys
from selfbill.store.agency import AgencyStore
from selfbill.store.database import Database
from selfbill.store.faults import KeyDestroyed, UnreadableEvent
from selfbill.store.mapper import Recorded
from selfbill.store.streams import Change, Streams
from store.happenings import AGGREGATES, EVENTS, NOON, WHO, MarblesAdded, PersonNamed, StoreFactory, add

ANNA = PersonNamed(name="Anna de Wit", born=dt.date(1990, 2, 28))


def test_an_auditor_reads_events_with_sql(database: Database, agency: str, streams: Streams) -> None:
    streams.save([add("jar:1", 0, 3)], **WHO)
    with database.connect(agency) as connection:
        log = connection.execute(
            "SELECT position, stream, version, tag, at, by, cause, event ->> 'count', recorded_at IS NOT NULL FROM event_log"
        )
        assert log.fetchall() == [(1, "jar:1", 1, "jar.marbles_added", NOON, "staff:anna", "test", "3", True)]


def test_an_event_is_plain_json_under_its_tag_and_no_module_path(
    database: Database, agency: str, streams: Streams
) -> None:
    streams.save([add("jar:1", 0, 3)], **WHO)
    with database.connect(agency) as connection:
        topic, state = _only(connection, "SELECT topic, state FROM events")
    assert topic == "jar.marbles_added"
    assert json.loads(state) == {
        "at": "2026-07-31T12:00:00Z",
        "by": "staff:anna",
        "cause": "test",
        "event": {"type": "jar.marbles_added", "count": 3},
    }


def test_a_moment_in_another_zone_is_stored_in_utc(streams: Streams) -> None:
    at = NOON.astimezone(dt.timezone(dt.timedelta(hours=2)))
    streams.save([add("jar:1", 0, 3)], at=at, by="x", cause="y")
    (event,) = streams.read(0, 1)
    assert (event.at, event.at.tzinfo) == (NOON, dt.UTC)


class Counted(Event, frozen=True, tag="jar.counted.3"):
    marbles: int
    colour: str


def test_events_of_former_shapes_load_by_upcasts_one_after_another(make_store: StoreFactory) -> None:
    make_store(EVENTS, AGGREGATES).streams.save([add("jar:1", 0, 3)], **WHO)

    def second(fields: dict[str, Any]) -> dict[str, Any]:
        return {"type": "jar.counted.2", "marbles": fields["count"]}

    def third(fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "type": "jar.counted.3", "colour": "unknown"}

    today = make_store(
        [Counted],
        {"jar": Kind(None, lambda _, event: event)},
        {"jar.marbles_added": second, "jar.counted.2": third},
    ).streams
    assert today.load("jar:1").state == Counted(marbles=3, colour="unknown")
    assert today.history("jar:1")[0].at == NOON


class Registered(Event, frozen=True, tag="party.registered"):
    personal: ClassVar[tuple[str, ...]] = ("full_name",)

    full_name: str | None


def test_an_upcast_sees_what_was_sealed(make_store: StoreFactory) -> None:
    make_store(EVENTS, AGGREGATES).streams.save([Change("party:1", 0, [ANNA])], **WHO)

    def rename(fields: dict[str, Any]) -> dict[str, Any]:
        return {"type": "party.registered", "full_name": fields["name"]}

    today: AgencyStore = make_store(
        [Registered], {"party": Kind(None, lambda _, event: event)}, {"party.person_named": rename}
    )
    assert today.streams.load("party:1").state == Registered(full_name="Anna de Wit")
    today.forget("party:1")
    assert today.streams.load("party:1").state == Registered(full_name=None)


def test_an_event_that_nobody_knows_is_told_with_what_to_do(make_store: StoreFactory) -> None:
    make_store(EVENTS, AGGREGATES).streams.save([add("jar:1", 0, 3)], **WHO)
    with pytest.raises(UnreadableEvent, match=r"Event 1 of jar:1 is a jar\.marbles_added.*Install the version"):
        make_store([], AGGREGATES).streams.load("jar:1")


class MarblesAddedLater(Event, frozen=True, tag="jar.marbles_added"):
    count: int
    colour: str


def test_a_shape_that_changed_under_the_same_tag_is_told_with_what_to_do(make_store: StoreFactory) -> None:
    make_store(EVENTS, AGGREGATES).streams.save([add("jar:1", 0, 3)], **WHO)
    with pytest.raises(UnreadableEvent, match=r"missing required field `colour`.*an upcast from the old one"):
        make_store([MarblesAddedLater], AGGREGATES).streams.load("jar:1")


def test_what_is_personal_cannot_be_read_in_the_database(
    database: Database, agency: str, streams: Streams, make_store: StoreFactory
) -> None:
    streams.save([Change("party:1", 0, [ANNA])], **WHO)
    with database.connect(agency) as connection:
        (event,) = _only(connection, "SELECT event FROM event_log")
    assert event["name"].keys() == event["born"].keys() == {"sealed"}
    assert "Anna" not in str(event)
    assert "1990" not in str(event)
    assert make_store(EVENTS, AGGREGATES).streams.load("party:1").state == ANNA


def test_a_field_that_is_empty_needs_no_seal(streams: Streams, store: AgencyStore) -> None:
    streams.save([Change("party:1", 0, [PersonNamed(city="Ede")])], **WHO)
    streams.evict("party:1")
    assert streams.load("party:1").state == PersonNamed(city="Ede")


def test_who_has_been_forgotten_reads_as_nobody_while_the_rest_stays(make_store: StoreFactory) -> None:
    store: AgencyStore = make_store(EVENTS, AGGREGATES)
    store.streams.save([Change("party:1", 0, [ANNA]), Change("party:2", 0, [ANNA])], **WHO)
    store.forget("party:1")
    for each in (store.streams, make_store(EVENTS, AGGREGATES).streams):
        assert each.load("party:1").state == PersonNamed(name=None, born=None, city="Utrecht")
        assert each.load("party:2").state == ANNA
        assert [event.event for event in each.read(0, 10)] == [PersonNamed(), ANNA]


def test_nothing_is_sealed_for_who_has_been_forgotten(store: AgencyStore) -> None:
    store.streams.save([Change("party:1", 0, [ANNA])], **WHO)
    store.forget("party:1")
    with pytest.raises(KeyDestroyed, match="party:1 has been forgotten; register this person anew"):
        store.streams.save([Change("party:1", 1, [ANNA])], **WHO)
    assert store.streams.head() == 1


def test_another_process_forgets_within_the_agreed_time(
    make_store: StoreFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = make_store(EVENTS, AGGREGATES), make_store(EVENTS, AGGREGATES)
    here.streams.save([Change("party:1", 0, [ANNA])], **WHO)
    assert there.streams.load("party:1").state == ANNA
    here.forget("party:1")
    later = time.monotonic() + keys.REMEMBER_SECONDS + 1
    monkeypatch.setattr("time.monotonic", lambda: later)
    assert there.streams.load("party:1").state == PersonNamed()


def test_a_sealed_field_that_was_moved_to_another_place_is_found_out(
    database: Database, agency: str, streams: Streams
) -> None:
    streams.save([Change("party:1", 0, [ANNA])], **WHO)
    with database.connect(agency) as connection:
        (state,) = _only(connection, "SELECT state FROM events")
        connection.execute(
            "INSERT INTO events VALUES (2, 'party:1', 2, 'party.person_named', %b, clock_timestamp())", (state,)
        )
    with pytest.raises(UnreadableEvent, match=r"sealed field .* of event 2 of party:1 was changed or moved"):
        streams.history("party:1")


def test_the_library_accepts_what_we_record(store: AgencyStore) -> None:
    """The mapper and the recorder are the library's: its application saves and reads the same events."""
    application = Application[str](env={"PERSISTENCE_MODULE": "eventsourcing.popo"})
    application.events.mapper = store.streams._mapper
    application.events.recorder = store.streams._recorder
    recorded = Recorded("party:1", 1, ANNA, NOON, "staff:anna", "test")
    (recording,) = application.save(recorded, command_id="c1")
    assert recording.notification.id == 1
    assert list(application.events.get("party:1")) == [recorded]
    assert store.streams.load("party:1").state == ANNA
    assert store.streams._mapper.to_domain_event(recording.notification) == msgspec.structs.replace(
        recorded, position=1
    )


def test_two_events_cannot_share_a_tag(store: AgencyStore) -> None:
    with pytest.raises(AssertionError, match=r"jar\.marbles_added is the tag of two events"):
        type(store.streams._mapper)([MarblesAdded, MarblesAddedLater], store.keyring)


def _only(connection: psycopg.Connection[Any], query: Any) -> tuple[Any, ...]:
    (row,) = connection.execute(query).fetchall()
    assert isinstance(row, tuple)
    return row
