"""The follower: keeps an agency's read models up to date with its events.

One follower leads per agency; the others stand by and take over when it goes. The leader's connection holds the lock, hears
the wake-ups and writes the rows, so whoever loses the connection has lost the lead and cannot write any more. Being woken is only
a matter of speed: what counts is the next look at the events.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import msgspec
import psycopg
from psycopg import Connection, sql

from selfbill.projections.beginning import NotNow, ToldToStop, replay_what_is_missing
from selfbill.projections.following import follow_next
from selfbill.projections.kept_rows import KeptRows
from selfbill.projections.ledger import Moved, OutdatedReadModels, Tracked, clear_failure, note_failure, prepare
from selfbill.projections.read_ahead import ReadAhead
from selfbill.projections.read_model import ReadModel
from selfbill.store.database import ATTEMPTS, Database, schema_of
from selfbill.store.faults import ServerUnavailable, StoreFault
from selfbill.store.streams import Streams

LOOK_AGAIN_SECONDS = 0.5
"""How long a lost wake-up can go unnoticed; also how long stopping may take."""

LEAD_AGAIN_SECONDS = 2.0
"""How long after the leader's end another follower may take to notice."""

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
"""After a failure the follower waits twice as long each time, so that a restarting server is not stormed."""

FIRST_GLANCE_SECONDS = 0.005
LONGEST_GLANCE_SECONDS = 0.05
"""How often somebody who waits looks at the positions when another process does the following."""

LEADING = 7303
"""Sets leading apart from other uses of advisory locks."""

_log = logging.getLogger(__name__)


class NotLeading(Exception):  # noqa: N818 - an answer, not an error
    """Another follower leads for this agency."""


class Lag(msgspec.Struct, frozen=True):
    """How far the read models are behind."""

    events: int
    seconds: float
    """The age of the oldest event that is not shown yet; 0 when all are."""
    parked: int
    """Streams that some read model leaves aside."""


class Follower:
    """Follows the events of one agency. Safe to share between threads."""

    def __init__(self, database: Database, agency: str, streams: Streams, models: Sequence[ReadModel[Any]]) -> None:
        self._database = database
        self._agency = agency
        self._streams = streams
        self._events = ReadAhead(streams)
        self._stop = threading.Event()
        self._models = tuple(models)
        self._names = [model.name for model in models]
        self._connection: Connection[Any] | None = None
        self._tracked: list[Tracked] = []
        self._failure_is_noted = False
        self._stepping = threading.RLock()
        self._reached = 0
        self._news = threading.Condition()

    def lead(self) -> bool:
        """Takes the lead if nobody has it, and answers whether we have it. Tables that are missing are made.

        Raises `OutdatedReadModels`, and `NotLeading` while an operator makes one of them.
        """
        with self._stepping:
            if self._connection is not None and not self._connection.closed:
                return True
            connection = self._database.connect(self._agency)
            try:
                row = connection.execute(
                    "SELECT pg_try_advisory_lock(hashtextextended(current_schema(), %s))", (LEADING,)
                ).fetchone()
                if row is None or not row[0]:
                    connection.close()
                    return False
                # Rows and position are committed together, so a crash of the server only means following the last batches again.
                connection.execute("SET synchronous_commit = off")
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(schema_of(self._agency))))
                self._begin(connection)
                self._look_again(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
            self._failure_is_noted = True  # perhaps, by whoever led before
            return True

    def _begin(self, connection: Connection[Any]) -> None:
        try:
            replay_what_is_missing(
                connection, self._database, self._agency, self._streams, self._models, stop=self._stop
            )
        except NotNow as error:
            raise NotLeading(str(error)) from error

    def step(self) -> int:
        """Shows the next batch and answers how many events it held, 0 when everything is shown.

        Raises `NotLeading`, `OutdatedReadModels`, and whatever keeps the database from working; then nothing was written.
        """
        with self._stepping:
            if not self.lead():
                raise NotLeading(f"another process keeps the read models of {self._agency} up to date")
            try:
                followed = self._step()
                self._clear_failure()
            except BaseException:
                self.close()
                raise
        with self._news:
            self._reached = max(self._reached, min((each.position for each in self._tracked), default=0))
            self._news.notify_all()
        return followed

    def catch_up(self) -> None:
        """Shows everything that has happened, through lost connections and a restart of the server.

        Raises `NotLeading` and `OutdatedReadModels`, and after some seconds what keeps the database from working.
        """
        failures = 0
        while True:
            try:
                while self.step():
                    failures = 0
            except (psycopg.OperationalError, ServerUnavailable):
                failures += 1
                if failures == ATTEMPTS:
                    raise
                _log.warning("The read models of %s lost their connection; it is made anew", self._agency)
                time.sleep(FIRST_PAUSE_SECONDS * 2 ** (failures - 1))
            else:
                return

    def run(self, stop: threading.Event) -> None:
        """Follows until told to stop, whatever happens to the connection or the server. Raises `OutdatedReadModels`."""
        pause = FIRST_PAUSE_SECONDS
        self._stop = stop
        while not stop.is_set():
            try:
                self._follow(stop)
            except (NotLeading, ToldToStop):
                stop.wait(LEAD_AGAIN_SECONDS)
            except OutdatedReadModels:
                raise
            except Exception as error:  # noqa: BLE001 - standing still for good would be worse than anything
                _log.exception(
                    "The read models of %s stand still; the follower tries again in %.1f seconds", self._agency, pause
                )
                self.close()
                self._note_failure(error)
                stop.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                pause = FIRST_PAUSE_SECONDS
        self.close()

    def wait_for(self, position: int, timeout_seconds: float) -> bool:
        """Waits until the read models show this position, whichever process follows; False when they don't in time."""
        deadline = time.monotonic() + timeout_seconds
        glance = FIRST_GLANCE_SECONDS
        while self._reached < position and self.position() < position:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            with self._news:
                if self._reached < position:
                    self._news.wait(min(glance, left))
            glance = min(2 * glance, LONGEST_GLANCE_SECONDS)
        return True

    def position(self) -> int:
        """The position up to which every read model shows the events."""
        with self._database.pool(self._agency).connection() as connection:
            return _position(connection, self._names)

    def lag(self) -> Lag:
        """How far the read models are behind, whichever process follows."""
        with self._database.pool(self._agency).connection() as connection:
            position = _position(connection, self._names)
            row = connection.execute(
                "SELECT (SELECT coalesce(max(notification_id), 0) FROM events) - %(position)s,"
                " coalesce((SELECT greatest(0, extract(epoch FROM clock_timestamp() - recorded_at))"
                "           FROM events WHERE notification_id = %(position)s + 1), 0)::float8,"
                " (SELECT count(DISTINCT stream) FROM parked_streams WHERE model = ANY(%(models)s))",
                {"position": position, "models": self._names},
            ).fetchone()
        assert row is not None
        return Lag(*row)

    def close(self) -> None:
        """Gives up the lead, if we have it."""
        connection, self._connection = self._connection, None
        self._tracked = []
        self._events.forget()
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()

    def _follow(self, stop: threading.Event) -> None:
        """Follows until there is nothing more, then waits to be woken."""
        while self.step():
            if stop.is_set():
                return
        connection = self._connection
        if connection is not None:
            for _ in connection.notifies(timeout=LOOK_AGAIN_SECONDS, stop_after=1):
                pass

    def _step(self) -> int:
        assert self._connection is not None
        while self._tracked:
            position = min(each.position for each in self._tracked)
            group = [each for each in self._tracked if each.position == position]
            ahead = min((each.position for each in self._tracked if each.position > position), default=None)
            try:
                return follow_next(self._connection, self._events, group, ahead)
            except Moved:
                self._look_again(self._connection)
        return 0

    def _look_again(self, connection: Connection[Any]) -> None:
        """Finds out where the read models are and what they leave aside, and forgets all rows."""
        self._tracked = prepare(connection, self._models)
        for tracked in self._tracked:
            tracked.kept = KeptRows()

    def _note_failure(self, error: Exception) -> None:
        """Lets operators see why the read models stand still, if the database is there at all."""
        if isinstance(error, ServerUnavailable):
            return
        with contextlib.suppress(psycopg.Error, StoreFault), self._database.connect(self._agency) as connection:
            note_failure(connection, self._names, error)

    def _clear_failure(self) -> None:
        """Following works, so what was noted is over; also when nothing has happened since."""
        if self._failure_is_noted and self._connection is not None:
            clear_failure(self._connection, self._names)
            self._failure_is_noted = False


def _position(connection: Connection[Any], names: Sequence[str]) -> int:
    row = connection.execute(
        "SELECT CASE WHEN count(*) = %b THEN min(position) ELSE 0 END FROM read_models WHERE name = ANY(%b)",
        (len(names), list(names)),
        prepare=True,
    ).fetchone()
    return int(row[0] or 0) if row is not None else 0
