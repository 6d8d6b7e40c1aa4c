"""The library's own test cases, on our recorder."""

import sys
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import eventsourcing.cryptography
import pytest
from eventsourcing.persistence import StoredEvent

from selfbill.store.database import Database
from selfbill.store.recorder import AgencyRecorder

# The module with the test cases asks for the library's other, slower cipher, whose package we don't install.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)
from eventsourcing.tests import persistence as library  # noqa: E402


class WithoutPositions(AgencyRecorder):
    """What the library calls an aggregate recorder does not tell positions; otherwise it is the same."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class OnAnAgency:
    database: Database
    agency: str

    @pytest.fixture(autouse=True)
    def _take_the_agency(self, database: Database, agency: str) -> None:
        self.database = database
        self.agency = agency

    def create_recorder(self) -> AgencyRecorder:
        return AgencyRecorder(self.database, self.agency)

    def new_originator_id(self) -> str:
        return str(uuid4())


class TestAggregateRecorder(OnAnAgency, library.AggregateRecorderTestCase):
    def create_recorder(self) -> AgencyRecorder:
        return WithoutPositions(self.database, self.agency)


class TestApplicationRecorder(OnAnAgency, library.ApplicationRecorderTestCase[AgencyRecorder]):
    """Without the optional case of subscriptions: nobody here uses them, and they miss what comes before their LISTEN."""


class TestNonInterleavingNotificationIDs(OnAnAgency, library.NonInterleavingNotificationIDsBaseCase):
    pass
