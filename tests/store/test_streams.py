"""Load, decide, save."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from selfbill.aggregates.kind import Kind
from selfbill.store import streams as module
from selfbill.store.database import Database
from selfbill.store.keys import REMEMBER_SECONDS
from selfbill.store.streams import Change, Conflict, Loaded, Streams
from store.happenings import AGGREGATES, EVENTS, NOON, WHO, Jar, MarblesAdded, PersonNamed, StoreFactory, add


def test_a_stream_without_events_has_its_initial_state_at_version_0(streams: Streams) -> None:
    assert streams.load("jar:1") == Loaded(Jar(), 0)
    assert streams.load_many(["jar:1", "party:1"]) == {"jar:1": Loaded(Jar(), 0), "party:1": Loaded(None, 0)}


def test_a_state_is_the_fold_of_everything_that_happened(streams: Streams, make_store: StoreFactory) -> None:
    streams.save([add("jar:1", 0, 1, 2)], **WHO)
    streams.save([add("jar:1", 2, 4)], **WHO)
    for each in (streams, make_store(EVENTS, AGGREGATES).streams):
        assert each.load("jar:1") == Loaded(Jar(7), 3)
        assert each.load_many(["jar:1", "jar:1"]) == {"jar:1": Loaded(Jar(7), 3)}


def test_what_another_process_saved_is_seen_at_the_next_load(streams: Streams, make_store: StoreFactory) -> None:
    elsewhere = make_store(EVENTS, AGGREGATES).streams
    streams.save([add("jar:1", 0, 1), add("jar:2", 0, 1)], **WHO)
    assert elsewhere.load("jar:1") == Loaded(Jar(1), 1)
    streams.save([add("jar:1", 1, 1), add("jar:2", 1, 5)], **WHO)
    assert elsewhere.load("jar:1") == Loaded(Jar(2), 2)
    assert elsewhere.load_many(["jar:2", "jar:1", "jar:3"]) == {
        "jar:2": Loaded(Jar(6), 2),
        "jar:1": Loaded(Jar(2), 2),
        "jar:3": Loaded(Jar(), 0),
    }


def test_after_a_save_only_what_is_new_is_folded(streams: Streams) -> None:
    folds = []

    def counting(jar: Jar, event: MarblesAdded) -> Jar:
        folds.append(event.count)
        return Jar(jar.marbles + event.count)

    streams = Streams(streams._recorder, streams._mapper, {"jar": Kind(Jar(), counting)})
    streams.save([add("jar:1", 0, 1)], **WHO)
    streams.save([add("jar:1", 1, 2)], **WHO)
    assert streams.load("jar:1") == Loaded(Jar(3), 2)
    assert folds == [1, 2]


def test_no_more_states_are_kept_than_agreed(streams: Streams) -> None:
    streams = Streams(streams._recorder, streams._mapper, AGGREGATES, cache_size=2)
    streams.save([add(f"jar:{number}", 0, number) for number in range(5)], **WHO)
    assert [streams.load(f"jar:{number}").state.marbles for number in range(5)] == [0, 1, 2, 3, 4]
    assert list(streams._cache) == ["jar:3", "jar:4"]


def test_history_tells_who_did_what_when_and_why(streams: Streams) -> None:
    streams.save([add("jar:2", 0, 9)], **WHO)
    streams.save([add("jar:1", 0, 1, 2)], **WHO)
    first, second = streams.history("jar:1")
    assert (
        first.originator_id,
        first.originator_version,
        first.event,
        first.at,
        first.by,
        first.cause,
        first.position,
    ) == (
        "jar:1",
        1,
        MarblesAdded(count=1),
        NOON,
        "staff:anna",
        "test",
        2,
    )
    assert (second.originator_version, second.position, second.recorded_at) == (2, 3, first.recorded_at)


def test_a_follower_reads_in_pages_up_to_where_it_wants(streams: Streams) -> None:
    streams.save([add("jar:1", 0, 1, 2, 3, 4, 5)], **WHO)
    assert [event.position for event in streams.read(1, 2)] == [2, 3]
    assert [event.position for event in streams.read(3, 10)] == [4, 5]
    assert [event.position for event in streams.read(0, 10, until=3)] == [1, 2, 3]
    assert streams.read(streams.head(), 10) == []


def test_many_who_write_to_one_stream_all_get_their_turn(make_store: StoreFactory) -> None:
    def add_ten(_: int) -> None:
        streams = make_store(EVENTS, AGGREGATES).streams

        def intention() -> int:
            loaded = streams.load("jar:1")
            return streams.save([add("jar:1", loaded.version, 1)], **WHO)

        for _ in range(10):
            streams.retrying(intention)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_ten, range(4)))
    assert make_store(EVENTS, AGGREGATES).streams.load("jar:1") == Loaded(Jar(40), 40)


def test_an_intention_that_always_conflicts_is_given_up(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE_SECONDS", 0)
    streams.save([add("jar:1", 0, 1)], **WHO)
    tries = []

    def intention() -> int:
        tries.append(1)
        return streams.save([add("jar:1", 0, 1)], **WHO)

    with pytest.raises(Conflict):
        streams.retrying(intention)
    assert len(tries) == module.DECISIONS


def test_agencies_know_nothing_of_each_other(
    database: Database, agency: str, streams: Streams, make_store: StoreFactory
) -> None:
    streams.save([add("jar:1", 0, 1)], **WHO)
    database.create_agency("Other-1")
    try:
        assert {"Other-1", agency} <= set(database.agencies())
        with database.connect("other-1") as connection:
            assert connection.execute("SELECT count(*), current_schema() FROM events").fetchone() == (
                0,
                "agency_other_1",
            )
    finally:
        database.drop_agency("Other-1")
    assert "Other-1" not in database.agencies()


def test_a_state_with_something_personal_does_not_stay_in_memory(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    streams.save([Change("party:1", 0, [PersonNamed(name="Anna")]), add("jar:1", 0, 1)], **WHO)
    later = time.monotonic() + REMEMBER_SECONDS + 1
    monkeypatch.setattr("time.monotonic", lambda: later)
    assert streams._kept("party:1").loaded == Loaded(None, 0)
    assert streams._kept("jar:1").loaded == Loaded(Jar(1), 1)


def test_a_sealed_load_opens_nobody_and_is_not_kept(make_store: StoreFactory, streams: Streams) -> None:
    streams.save([Change("party:1", 0, [PersonNamed("Anna")])], **WHO)
    elsewhere = make_store(EVENTS, AGGREGATES).streams
    (closed,) = elsewhere.load_many(["party:1"], sealed=True).values()
    (opened,) = elsewhere.load_many(["party:1"]).values()
    assert closed.version == opened.version == 1
    assert closed.state != opened.state
    assert elsewhere.load_many(["party:1"], sealed=True) == {"party:1": opened}, "what is in memory is open already"


def test_all_streams_of_a_kind_are_named(streams: Streams) -> None:
    streams.save([add("jar:2", 0, 1, 2), add("jar:1", 0, 1)], **WHO)
    streams.save([Change("party:1", 0, [PersonNamed(name="Anna")])], **WHO)
    assert streams.names("jar") == ["jar:1", "jar:2"]
    assert streams.names("ja") == []
