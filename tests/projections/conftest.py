"""An agency whose events anybody may tell, and followers of it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from psycopg import Connection

from projections.histories import EVENTS, MODELS, history
from selfbill.aggregates.catalogue import KINDS
from selfbill.aggregates.event import Event
from selfbill.projections.follower import Follower
from selfbill.projections.read_model import ReadModel
from selfbill.store.agency import AgencyStore
from selfbill.store.database import Database, Pool
from selfbill.store.streams import Change, Recorded, Streams


@pytest.fixture
def store(make_store: Any) -> AgencyStore:
    opened: AgencyStore = make_store(EVENTS, KINDS)
    return opened


@pytest.fixture
def streams(store: AgencyStore) -> Streams:
    return store.streams


@pytest.fixture
def pool(database: Database, agency: str) -> Pool:
    return database.pool(agency)


Tell = Callable[..., int]


@pytest.fixture
def tell(streams: Streams) -> Tell:
    """Saves these events one after the other and answers the position of the last."""
    versions: dict[str, int] = {}

    def save(*events: Event | Recorded) -> int:
        position = 0
        for each in history(*events):
            version = versions.get(each.originator_id, 0)
            versions[each.originator_id] = version + 1
            change = Change(each.originator_id, version, [each.event])
            position = streams.save([change], at=each.at, by=each.by, cause=each.cause)
        return position

    return save


MakeFollower = Callable[..., Follower]


@pytest.fixture
def make_follower(database: Database, agency: str, streams: Streams) -> Iterator[MakeFollower]:
    """Makes followers; each is like one more process."""
    made: list[Follower] = []

    def make(models: Sequence[ReadModel[Any]] = MODELS) -> Follower:
        made.append(Follower(database, agency, streams, models))
        return made[-1]

    yield make
    for follower in made:
        follower.close()


@pytest.fixture
def connection(pool: Pool) -> Iterator[Connection[Any]]:
    """For the queries."""
    with pool.connection() as connection:
        yield connection


@pytest.fixture
def follower(make_follower: MakeFollower) -> Follower:
    return make_follower()
