"""The replay of all rebuilds of a run: what several read models need of the history is read once, and processes share the work.

Read models with rows of one stream are replayed in parts, by this process and its helpers; the others in this process, while
the helpers have begun already.
"""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg import Connection

from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import jobs, tables
from selfbill.projections.rebuilding.jobs import Job, Options
from selfbill.projections.rebuilding.replaying import Draft, Unwritable, replay_by_position
from selfbill.projections.rebuilding.sharing import WORTH_SHARING, Worker, leave_to_following
from selfbill.projections.rebuilding.under_way import about
from selfbill.store.database import Database
from selfbill.store.streams import Streams

PROCESS_MIB = 192
"""What a process takes that replays parts: the program and two chunks."""

LOOK_AGAIN_SECONDS = 0.2
"""How often this process looks whether others have ended their parts."""

TELL_SECONDS = 0.25
"""How often progress is asked for."""

TOUCH_SECONDS = 5.0
"""How often others see that somebody works on it; it waits for chunks that are being written."""

OnProgress = Callable[[Sequence[str], int, int, int], None]
"""Is told the read models, the events that were read, those that will be in all, and the rows that were made."""


StartHelpers = Callable[[Sequence[str], int], contextlib.AbstractContextManager[object]]
"""Starts so many processes that work on the parts of these read models; they end with the block."""


class WholeReplay:
    """The replay of these rebuilds, all of which stand at `replay`."""

    def __init__(
        self,
        database: Database,
        agency: str,
        streams: Streams,
        *,
        models: Mapping[str, ReadModel[Any]],
        options: Options,
        on_progress: OnProgress,
        start_helpers: StartHelpers | None,
    ) -> None:
        self._database = database
        self._agency = agency
        self._streams = streams
        self._models = models
        self._options = options
        self._on_progress = on_progress
        self._start_helpers = start_helpers
        self._expected = 0
        self._in_order = [0, 0]
        self._told = self._touched = 0.0

    def run(self, connection: Connection[Any], wanted: Mapping[str, Job]) -> None:
        """Replays them to their ends and leaves each at `catch up`. Raises as `replay_by_stream` does."""
        by_stream = {name: job for name, job in wanted.items() if self._models[name].of_one_stream}
        in_order = {name: job for name, job in wanted.items() if name not in by_stream}
        self._expected = self._about(connection, by_stream) + self._about(connection, in_order)
        count = self._helpers(by_stream)
        with self._helping(list(by_stream), count):
            for group in self._together(connection, in_order):
                self._replay_in_order(connection, group, self._options.memory_mib - count * PROCESS_MIB)
            self._share(connection, by_stream)

    def _share(self, connection: Connection[Any], wanted: Mapping[str, Job]) -> None:
        models = {name: self._models[name] for name in wanted}
        with self._database.connect(self._agency) as looking:

            def on_events(_: int, __: int) -> None:
                self._tell(looking, wanted)

            worker = Worker(self._database, self._agency, self._streams.mapper, models, on_events)
            worker.work(connection, wanted)
            while self._is_unfinished(connection, wanted):  # others are at work, or have died
                self._tell(looking, wanted)
                time.sleep(LOOK_AGAIN_SECONDS)
                worker.work(connection, wanted)
        with connection.transaction():
            for job in jobs.in_replay(connection, wanted).values():
                tables.set_position(connection, job.draft, job.until)
                jobs.move(connection, job, "catch up")

    def _replay_in_order(self, connection: Connection[Any], group: list[Draft], memory_mib: int) -> None:
        before = list(self._in_order)

        def on_events(events: int, rows: int) -> None:
            self._in_order[0] += events
            self._in_order[1] += rows
            self._tell(None, {draft.model.name: draft.job for draft in group})

        try:
            replay_by_position(
                self._database, self._agency, self._streams.mapper, group, on_events, memory_mib=memory_mib
            )
        except Unwritable as error:
            leave_to_following(connection, group, error)
            self._in_order = before
            rest = [draft for draft in group if draft.model.name != error.model]
            if rest:
                self._replay_in_order(connection, rest, memory_mib)

    def _together(self, connection: Connection[Any], wanted: Mapping[str, Job]) -> list[list[Draft]]:
        """Those that end at the same position."""
        groups: dict[int, list[Draft]] = {}
        for name, job in wanted.items():
            (part,) = jobs.parts(connection, job)
            groups.setdefault(job.until, []).append(Draft(job, self._models[name], part))
        return list(groups.values())

    def _helpers(self, by_stream: Mapping[str, Job]) -> int:
        """How many processes besides this one are worth their start, and fit in the memory."""
        if self._start_helpers is None or max((job.until for job in by_stream.values()), default=0) < WORTH_SHARING:
            return 0
        return max(0, min(self._options.jobs, self._options.memory_mib // PROCESS_MIB) - 1)

    def _helping(self, names: Sequence[str], count: int) -> contextlib.AbstractContextManager[object]:
        if self._start_helpers is None or count == 0:
            return contextlib.nullcontext()
        return self._start_helpers(names, count)

    def _is_unfinished(self, connection: Connection[Any], wanted: Mapping[str, Job]) -> bool:
        """Raises `RebuildAborted` and `RebuildTakenOver`, so that nobody waits in vain."""
        replayed = jobs.in_replay(connection, wanted)
        with connection.transaction():
            for job in replayed.values():
                jobs.touch(connection, job)
        return any(not part.finished for job in replayed.values() for part in jobs.parts(connection, job))

    def _about(self, connection: Connection[Any], wanted: Mapping[str, Job]) -> int:
        if not wanted:
            return 0
        until = max(job.until for job in wanted.values())
        return about(connection, self._streams.mapper, [self._models[name] for name in wanted], until)

    def _tell(self, looking: Connection[Any] | None, wanted: Mapping[str, Job]) -> None:
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        self._told = time.monotonic()
        events, rows = jobs.progress(looking, wanted.values()) if looking is not None else (0, 0)
        self._on_progress(list(wanted), events + self._in_order[0], self._expected, rows + self._in_order[1])
        if looking is not None and self._told - self._touched > TOUCH_SECONDS:
            self._touched = self._told
            for job in jobs.in_replay(looking, wanted).values():
                jobs.touch(looking, job)
