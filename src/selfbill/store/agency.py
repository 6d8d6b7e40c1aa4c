"""The store of one agency, put together."""

from collections.abc import Mapping, Sequence

import msgspec

from selfbill.aggregates.event import Event
from selfbill.aggregates.kind import Kind
from selfbill.store.archive import Archive
from selfbill.store.database import Database
from selfbill.store.keys import Keyring
from selfbill.store.mapper import EventMapper, Upcast
from selfbill.store.recorder import AgencyRecorder
from selfbill.store.streams import Streams


class AgencyStore(msgspec.Struct, frozen=True):
    """Where the truth of one agency lives."""

    agency: str
    streams: Streams
    archive: Archive
    keyring: Keyring

    def forget(self, person: str) -> None:
        """Destroys the key of this person (the id of the person's stream); elsewhere it takes `REMEMBER_SECONDS`."""
        self.keyring.destroy(person)
        self.streams.evict(person)


def open_agency(
    database: Database,
    agency: str,
    *,
    master: bytes,
    events: Sequence[type[Event]],
    aggregates: Mapping[str, Kind],
    upcasts: Mapping[str, Upcast] | None = None,
) -> AgencyStore:
    """The store of an agency whose schema is there already (`Database.create_agency`)."""
    pool = database.pool(agency)
    keyring = Keyring(pool, master)
    streams = Streams(AgencyRecorder(database, agency), EventMapper(events, keyring, upcasts), aggregates)
    return AgencyStore(agency, streams, Archive(pool), keyring)
