"""Reading ahead gives what reading gives, in the same order, errors included."""

from typing import Any

import pytest

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import MODELS, fold
from projections.watching import PATIENCE, everything, shown
from selfbill.projections import following, open_items
from selfbill.projections.read_ahead import ReadAhead
from selfbill.store.database import Database, Pool
from selfbill.store.faults import UnreadableEvent
from selfbill.store.recorder import AgencyRecorder
from selfbill.store.streams import Streams


@pytest.fixture
def reads(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int | None]]:
    """What was read from the database: after which position, how much, until where."""
    reads: list[tuple[int, int, int | None]] = []
    read = streams.read

    def read_and_tell(after: int, limit: int, until: int | None = None) -> Any:
        reads.append((after, limit, until))
        return read(after, limit, until)

    monkeypatch.setattr(streams, "read", read_and_tell)
    return reads


def told(tell: Tell, count: int) -> None:
    tell(*(say.issued(str(number)) for number in range(1, count + 1)))


def test_each_batch_is_read_once_and_in_order(streams: Streams, tell: Tell, reads: list[Any]) -> None:
    told(tell, 5)
    ahead = ReadAhead(streams)
    batches = [[each.position for each in ahead.read(after, 2)] for after in (0, 2, 4)]
    assert batches == [[1, 2], [3, 4], [5]]
    assert sorted(reads) == [(0, 2, None), (2, 2, None), (4, 2, None)]


def test_a_batch_that_is_not_full_is_the_last_one(streams: Streams, tell: Tell, reads: list[Any]) -> None:
    told(tell, 1)
    ahead = ReadAhead(streams)
    assert len(ahead.read(0, 2)) == 1
    assert ahead._next is None
    tell(say.archived("1"))
    assert [each.position for each in ahead.read(1, 2)] == [2]


def test_whoever_asks_for_something_else_gets_it(streams: Streams, tell: Tell) -> None:
    told(tell, 5)
    ahead = ReadAhead(streams)
    ahead.read(0, 2)
    assert [each.position for each in ahead.read(1, 2)] == [2, 3]
    assert [each.position for each in ahead.read(3, 2, until=4)] == [4]
    ahead.read(0, 2)
    ahead.forget()
    assert [each.position for each in ahead.read(2, 2)] == [3, 4]


def test_what_cannot_be_read_is_said_when_it_is_asked_for(
    streams: Streams, tell: Tell, database: Database, agency: str
) -> None:
    told(tell, 2)
    AgencyRecorder(database, agency).append([f"invoice:{say.number('1')}"], [2], ["invoice.from_the_future"], [b"{}"])
    ahead = ReadAhead(streams)
    assert len(ahead.read(0, 2)) == 2
    with pytest.raises(UnreadableEvent):
        ahead.read(2, 2)


def test_a_backlog_of_many_batches_is_followed_to_the_end(
    make_follower: MakeFollower, tell: Tell, streams: Streams, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH_EVENTS", 2)
    told(tell, 9)
    last = tell(*(say.archived(str(number)) for number in range(1, 10)))
    follower = make_follower()
    follower.catch_up()
    assert follower.wait_for(last, PATIENCE)
    assert all(shown(pool, model) == fold(model, everything(streams)) for model in MODELS)


def test_a_read_model_that_is_behind_the_others_catches_up_in_batches(
    make_follower: MakeFollower, tell: Tell, streams: Streams, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(tell, 5)
    before = make_follower([open_items.MODEL])
    before.catch_up()
    before.close()
    told_later = tell(*(say.archived(str(number)) for number in range(1, 6)))
    monkeypatch.setattr(following, "BATCH_EVENTS", 2)
    follower = make_follower()
    follower.catch_up()
    assert follower.position() == told_later
    assert all(shown(pool, model) == fold(model, everything(streams)) for model in MODELS)
