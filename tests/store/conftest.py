import pytest

from selfbill.store.agency import AgencyStore
from selfbill.store.streams import Streams
from store.happenings import AGGREGATES, EVENTS, StoreFactory


@pytest.fixture
def store(make_store: StoreFactory) -> AgencyStore:
    """The store of a new agency, for jars and people."""
    return make_store(EVENTS, AGGREGATES)


@pytest.fixture
def streams(store: AgencyStore) -> Streams:
    return store.streams
