"""The library's own ProjectionRunner on our events: open items and the invoice list, folded by our own folds.

One event is one transaction here: the position, and for every read model that listens the row read and written.
"""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row, tuple_row

from selfbill.aggregates.catalogue import all_events
from selfbill.projections import invoice_list, open_items
from selfbill.projections.table import Table
from selfbill.settings import Settings
from selfbill.store.database import Database
from selfbill.store.keys import Keyring, master_key
from selfbill.store.mapper import EventMapper, Recorded
from selfbill.store.recorder import AgencyRecorder

SCHEMA = "bench_library"
MODELS = (open_items.MODEL, invoice_list.MODEL)
LONGEST_SECONDS = 600.0


class Rows(PostgresTrackingRecorder):
    """The library's tracking recorder, with the rows of our read models beside it."""

    def __init__(self, datastore: PostgresDatastore, **options: Any) -> None:
        super().__init__(datastore, **options)
        self.tables = [Table(model, f"{SCHEMA}.{model.name}") for model in MODELS]

    def create_table(self) -> None:
        super().create_table()
        with self.datastore.get_connection() as connection:
            for table in self.tables:
                table.create(connection)

    def show(self, recorded: Recorded, tracking: Tracking) -> None:
        """One transaction for one event, as the library's documentation has it."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            with _tuples(cursor.connection) as connection:
                for table in self.tables:
                    if type(recorded.event) in table.model.listens:
                        _show(connection, table, recorded)


def _show(connection: Connection[Any], table: Table[Any], recorded: Recorded) -> None:
    for key in table.model.keys(recorded):
        before = table.load(connection, [key]).get(key)
        after = table.model.evolve(key, before, recorded)
        if after is not None and after is not before:
            table.put(connection, [after])


@contextlib.contextmanager
def _tuples(connection: Connection[Any]) -> Iterator[Connection[Any]]:
    """The library works with rows as dicts, our tables with tuples."""
    connection.row_factory = tuple_row
    try:
        yield connection
    finally:
        connection.row_factory = dict_row


class ReadModels(Projection[Rows]):
    """What the library calls a projection."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.show(domain_event, tracking)


class InvoiceReadModels(ReadModels):
    """The same, asking the database only for the events that these read models listen to."""

    name = ReadModels.name
    topics = tuple(sorted({event.__struct_config__.tag for model in MODELS for event in model.listens}))  # type: ignore[misc]


def run(url: str, agency: str, settings: Settings, *, only_heard: bool) -> dict[str, Any]:
    """Has the library show all events of this agency, in tables of its own; with `only_heard` those that are listened to."""
    with Database(url) as database:
        with database.connect() as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            connection.execute(f"CREATE SCHEMA {SCHEMA}")
        recorder = AgencyRecorder(database, agency)
        mapper = EventMapper(all_events(), Keyring(database.pool(agency), master_key(settings)))

        class OurEvents(Application[str]):
            """The library's application over our recorder and our mapper."""

            def construct_recorder(self) -> AgencyRecorder:
                return recorder

            def construct_mapper(self) -> EventMapper:
                return mapper

        projection = InvoiceReadModels if only_heard else ReadModels
        with database.connect(agency) as connection:
            last, consumed = _last(connection, projection.topics)
        started = time.perf_counter()
        with ProjectionRunner(
            application_class=OurEvents, projection_class=projection, view_class=Rows, env=_environment(url)
        ) as runner:
            runner.wait(last, timeout=LONGEST_SECONDS)
            seconds = time.perf_counter() - started
    return {"events": consumed, "head": last, "seconds": seconds}


def _last(connection: Connection[Any], topics: tuple[str, ...]) -> tuple[int, int]:
    row = connection.execute(
        "SELECT max(notification_id), count(*) FROM events WHERE topic = ANY(%s) OR %s", (list(topics), not topics)
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def _environment(url: str) -> dict[str, str]:
    known = conninfo_to_dict(url)
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": known["dbname"],
        "POSTGRES_HOST": known.get("host", ""),
        "POSTGRES_PORT": known.get("port", 5432),
        "POSTGRES_USER": known.get("user", "postgres"),
        "POSTGRES_PASSWORD": known.get("password", ""),
        "POSTGRES_SCHEMA": SCHEMA,
    }
    return {f"{ReadModels.name.upper()}_{name}": str(value) for name, value in settings.items()}
