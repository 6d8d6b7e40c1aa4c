"""The composition root: here, and only here, everything is put together from the settings."""

import contextlib
import datetime as dt
import gc
import threading
from collections.abc import Iterator
from typing import Any

import msgspec

from selfbill.aggregates.catalogue import KINDS, all_events
from selfbill.application.office import Office
from selfbill.clock import Clock, SimulatedClock, SystemClock
from selfbill.documents.post import MailFolder, Post
from selfbill.documents.smtp_post import SmtpPost, SmtpServer
from selfbill.policies.all import POLICIES
from selfbill.policies.policy import Desk
from selfbill.projections.catalogue import all_read_models
from selfbill.projections.follower import Follower
from selfbill.projections.ledger import OutdatedReadModels
from selfbill.projections.read_model import ReadModel
from selfbill.runtime.clockwork import Clockwork
from selfbill.runtime.workers import Workers, make_broker
from selfbill.settings import Settings
from selfbill.store.agency import AgencyStore, open_agency
from selfbill.store.database import Database, Pool
from selfbill.store.keys import master_key
from selfbill.store.server import server_url


def read_models() -> tuple[ReadModel[Any], ...]:
    """Every read model; the agenda is made by the policies."""
    return all_read_models([policy.fold for policy in POLICIES])


class House(msgspec.Struct, frozen=True):
    """One agency, ready for work."""

    agency: str
    settings: Settings
    database: Database
    store: AgencyStore
    follower: Follower
    post: Post

    @property
    def pool(self) -> Pool:
        """Connections for reading the agency's read models."""
        return self.database.pool(self.agency)

    def office(self, clock: Clock | None = None, *, by: str = "selfbill", cause: str = "") -> Office:
        """Where intentions are carried out, on the system's clock unless another is given."""
        return Office(
            streams=self.store.streams, archive=self.store.archive, clock=clock or SystemClock(), by=by, cause=cause
        )

    def desk(self, now: dt.datetime | None = None) -> Desk:
        """What an act works with, at this moment or on the system's clock."""
        clock: Clock = SystemClock() if now is None else SimulatedClock(now)
        return Desk(office=self.office(clock), post=self.post, pool=self.pool, portal_url=self.settings.portal_url)

    def workers(self) -> Workers:
        """Workers for this agency; not started yet."""
        broker = self.settings.broker_url
        return Workers(
            self.agency,
            make_broker(broker.get_secret_value() if broker else None),
            self.desk,
            threads=self.settings.workers,
            identity=self.database.identity(self.agency),
        )

    def clockwork(self, workers: Workers, simulated: SimulatedClock | None = None) -> Clockwork:
        """The agency's clock."""
        return Clockwork(
            self.agency,
            pool=self.pool,
            streams=self.store.streams,
            follower=self.follower,
            workers=workers,
            simulated=simulated,
        )


def make_post(settings: Settings) -> Post:
    """The mail server of the settings; without one, a folder."""
    if settings.smtp_host is None:
        return MailFolder(settings.data_dir / "mail")
    password = settings.smtp_password
    return SmtpPost(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=password.get_secret_value() if password else None,
            timeout_seconds=settings.smtp_timeout_seconds,
        )
    )


def open_database(settings: Settings) -> Database:
    """The database of the settings, or the embedded one, started when it is not running."""
    return Database(server_url(settings))


OBJECTS_BEFORE_COLLECTION = 50_000
"""Events and rows live for one batch and have no cycles; at Python's own 700 the search for cycles took 30 % of billing."""


def tune_collector() -> None:
    """Has Python look for reference cycles less often."""
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION, 20, 20)


@contextlib.contextmanager
def open_house(settings: Settings, agency: str, *, database: Database | None = None) -> Iterator[House]:
    """One agency with everything it needs; closed again afterwards. Raises the faults of the store."""
    tune_collector()
    ours = database is None
    database = database or open_database(settings)
    try:
        store = open_agency(database, agency, master=master_key(settings), events=all_events(), aggregates=KINDS)
        post = make_post(settings)
        follower = Follower(database, agency, store.streams, read_models())
        try:
            yield House(
                agency=agency,
                settings=settings,
                database=database,
                store=store,
                follower=follower,
                post=post,
            )
        finally:
            follower.close()
            if isinstance(post, SmtpPost):
                post.close()
    finally:
        if ours:
            database.close()


def advance(house: House, until: dt.datetime, **options: Any) -> Clockwork:
    """Runs the agency's clock up to this moment on simulated time, with workers of its own; answers the clock."""
    workers = house.workers()
    workers.start()
    try:
        clockwork = house.clockwork(workers, SimulatedClock(dt.datetime.min.replace(tzinfo=dt.UTC)))
        clockwork.advance(until, **options)
    finally:
        workers.stop()
    return clockwork


def serve(house: House, stop: threading.Event, *, poll_seconds: float = 1.0) -> None:
    """Follower, clock and workers on the system's time, until told to stop. Raises `OutdatedReadModels`."""
    workers = house.workers()
    workers.start()

    def follow() -> None:
        with contextlib.suppress(OutdatedReadModels):  # the clock comes upon it within a second, and ends with it
            house.follower.run(stop)

    following = threading.Thread(target=follow, name="follower", daemon=True)
    following.start()
    try:
        clockwork = house.clockwork(workers)
        while not stop.is_set():
            clockwork.advance(dt.datetime.now(dt.UTC), stop=stop)
            stop.wait(poll_seconds)
    finally:
        stop.set()
        following.join()
        workers.stop()
