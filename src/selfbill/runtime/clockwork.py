"""The clock at work: find what is due, have it done, look again - until nothing is due any more.

Moments are worked off in order of time, and within one moment in the order of the policies, with the read models brought up to
date in between. So what one act makes due at the same moment still happens at that moment.
"""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable

import msgspec

from selfbill.clock import SimulatedClock
from selfbill.policies.all import BY_NAME, POLICIES
from selfbill.policies.policy import Item
from selfbill.projections.agenda import AgendaItem, next_items
from selfbill.projections.follower import Follower, NotLeading
from selfbill.runtime.workers import Order, Workers
from selfbill.store.database import Pool
from selfbill.store.streams import Streams

_log = logging.getLogger(__name__)

SETTLE_SECONDS = 600.0
"""How long one round of acts may take before its items are looked at again: longer than the slowest mail server is waited for."""
FOLLOW_SECONDS = 60.0
"""How long another process's follower may take to show what was done; after that the clock goes on with what it sees."""
LEAD_AGAIN_SECONDS = 0.25
"""How long another process is given before we look whether it still leads."""
BUSY_POLL_SECONDS = 0.05
"""How often the read models are brought up to date while our own workers are busy."""
ELSEWHERE_POLL_SECONDS = 0.05
"""How often the agenda is looked at while workers in other processes are busy."""
SET_ASIDE_SECONDS = 300.0
"""Pause before an item whose act failed for an unforeseen reason is tried again while running on the system clock."""


class Progress(msgspec.Struct, frozen=True):
    """How far the clock has come."""

    moment: dt.datetime
    done: int
    policy: str


class Clockwork:
    """The clock of one agency."""

    def __init__(
        self,
        agency: str,
        *,
        pool: Pool,
        streams: Streams,
        follower: Follower,
        workers: Workers,
        simulated: SimulatedClock | None = None,
    ) -> None:
        self._agency = agency
        self._pool = pool
        self._streams = streams
        self._follower = follower
        self._workers = workers
        self._simulated = simulated
        self._names = [policy.name for policy in POLICIES]
        self._failed_once: set[tuple[str, str, dt.datetime]] = set()
        self._set_aside: dict[tuple[str, str], float] = {}
        self.done = 0

    @property
    def set_aside(self) -> list[tuple[str, str]]:
        """Policy and subject of the items whose acts failed for an unforeseen reason; they stay on the agenda."""
        return sorted(self._set_aside)

    def advance(
        self,
        until: dt.datetime,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> int:
        """Does everything that is due up to and including this moment; answers how many items were done."""
        before = self.done
        self._show()
        while stop is None or not stop.is_set():
            items = self._next(until)
            if not items:
                break
            if self._simulated is not None:
                self._simulated.advance_to(items[0].due)
            self._have_done(items)
            if on_progress is not None:
                on_progress(Progress(moment=items[-1].due, done=self.done - before, policy=items[0].policy))
        if self._simulated is not None and (stop is None or not stop.is_set()):
            self._simulated.advance_to(until)
        return self.done - before

    def _next(self, until: dt.datetime) -> list[AgendaItem]:
        self._forgive()
        with self._pool.connection() as connection:
            return next_items(connection, self._names, until, leaving_out=list(self._set_aside))

    def _forgive(self) -> None:
        """On the system clock what failed is tried again after a while; a simulated run ends with it set aside."""
        if self._simulated is None:
            now = time.monotonic()
            self._set_aside = {key: until for key, until in self._set_aside.items() if until > now}

    def _have_done(self, items: list[AgendaItem]) -> None:
        policy = BY_NAME[items[0].policy]
        todo = [
            Item(subject=item.subject, due=item.due, group_key=item.group_key, data=item.data, failures=item.failures)
            for item in items
        ]
        alone = [item for item in todo if (policy.name, item.subject, item.due) in self._failed_once]
        together = [item for item in todo if (policy.name, item.subject, item.due) not in self._failed_once]
        batches = [*policy.batches(together), *([item] for item in alone)] if together else [[item] for item in alone]
        for batch in batches:
            self._workers.send(
                Order(
                    agency=self._agency,
                    policy=policy.name,
                    items=tuple(batch),
                    now=self._simulated.now() if self._simulated is not None else None,
                )
            )
        left = self._wait_for(items)
        self.done += len(items) - len(left)
        self._note_failures(left)

    def _wait_for(self, items: list[AgendaItem]) -> list[AgendaItem]:
        """Waits until these items are done or cannot be expected to be; answers those that stand there as before."""
        deadline = time.monotonic() + SETTLE_SECONDS
        if self._workers.in_process:
            while not self._workers.settled(BUSY_POLL_SECONDS) and time.monotonic() < deadline:
                self._show()  # while the workers wait for the database, the read models come along
            self._show()
            return self._unchanged(items)
        while time.monotonic() < deadline:
            self._show()
            left = self._unchanged(items)
            if not left:
                return []
            time.sleep(ELSEWHERE_POLL_SECONDS)
        return left

    def _unchanged(self, items: list[AgendaItem]) -> list[AgendaItem]:
        with self._pool.connection() as connection:
            standing = {
                (item.policy, item.subject): item.due
                for item in next_items(connection, [items[0].policy], items[-1].due)
            }
        return [item for item in items if standing.get((item.policy, item.subject)) == item.due]

    def _note_failures(self, left: list[AgendaItem]) -> None:
        """An item that is still there is tried once more by itself, and then set aside so that the rest goes on."""
        for item in left:
            key = (item.policy, item.subject, item.due)
            if key in self._failed_once:
                _log.error(
                    "%s %s could not be done and is set aside; see the log above for the reason",
                    item.policy,
                    item.subject,
                )
                self._set_aside[item.policy, item.subject] = time.monotonic() + SET_ASIDE_SECONDS
                self._failed_once.discard(key)
            else:
                self._failed_once.add(key)

    def _show(self) -> None:
        """Brings the read models up to the last event, or waits for the process that does, as long as there is one."""
        deadline = time.monotonic() + FOLLOW_SECONDS
        while True:
            try:
                self._follower.catch_up()
            except NotLeading:
                if self._follower.wait_for(self._streams.head(), LEAD_AGAIN_SECONDS):
                    return
                if time.monotonic() > deadline:
                    _log.warning("the read models of %s fell behind for %s s", self._agency, FOLLOW_SECONDS)
                    return
            else:
                return
