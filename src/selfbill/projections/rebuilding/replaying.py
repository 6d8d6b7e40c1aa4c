"""The replay of a rebuild: chunks of history become rows of the draft, and rows and progress are committed together.

While one chunk is written, the next is read and folded. A row that the database cannot take (a text with a NUL, a number that is
too large) cannot be laid at one event's door here, so such a model is made by following instead, which finds the event.
"""

import contextlib
import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

import msgspec
import psycopg
from psycopg import Connection

from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import jobs, tables
from selfbill.projections.rebuilding.jobs import Job, Part
from selfbill.projections.rebuilding.memory import MIB, resident_bytes
from selfbill.projections.rebuilding.prefetching import prefetched
from selfbill.projections.rebuilding.replay import CHUNK_EVENTS, Aside, Chunk, Folding, folded_by_stream
from selfbill.projections.table import Table
from selfbill.store import sweep
from selfbill.store.copying import UNENCODABLE
from selfbill.store.database import Database
from selfbill.store.mapper import EventMapper

MEMORY_SHARE = 0.8
"""Of the memory that a rebuild may use, what rows may take before the replay ends early; the rest is for writing them."""

_log = logging.getLogger(__name__)

OnEvents = Callable[[int, int], None]
"""Is told, after each chunk, how many more events were read and rows written."""


class Draft(msgspec.Struct):
    """A rebuild with its declaration and the part of its replay that is worked on."""

    job: Job
    model: ReadModel[Any]
    part: Part


class Unwritable(Exception):  # noqa: N818 - an answer, not an error
    """A row of this model cannot be written."""

    def __init__(self, model: str, cause: Exception) -> None:
        super().__init__(f"{model}: {cause}")
        self.model = model


def replay_by_stream(
    database: Database,
    agency: str,
    mapper: EventMapper,
    drafts: Sequence[Draft],
    on_events: OnEvents,
    *,
    chunk_events: int = CHUNK_EVENTS,
) -> None:
    """Replays the same part of several rebuilds at once, from where all of them are to its end.

    Raises `RebuildAborted`, `RebuildTakenOver`, `Unwritable`, and what keeps the database from working.
    """
    first = drafts[0].part
    until = drafts[0].job.until
    assert all(
        (each.job.until, each.part.after, each.part.stream) == (until, first.after, first.stream) for each in drafts
    )
    models = [draft.model for draft in drafts]
    with _connections(database, agency) as (reading, writing), without_collector():
        chunks = sweep.by_stream(
            reading,
            until=until,
            after=first.stream if first.stream is not None else first.after,
            up_to=first.up_to,
            leaving_out=unheard(mapper, models),
            size=chunk_events,
        )
        with prefetched(chunks) as ahead, _Writer(writing, drafts, on_events) as writer:
            for chunk in folded_by_stream(mapper, ahead, models):
                writer.write(chunk)
        _finish_parts(writing, drafts)


def replay_by_position(
    database: Database,
    agency: str,
    mapper: EventMapper,
    drafts: Sequence[Draft],
    on_events: OnEvents,
    *,
    memory_mib: int,
    chunk_events: int = CHUNK_EVENTS,
) -> int:
    """Replays several rebuilds at once in the order of commit, all rows in memory, and leaves them at `catch up`.

    They come to their end, unless the rows became too many; the answer is how far. Raises as `replay_by_stream` does.
    """
    models = [draft.model for draft in drafts]
    with _connections(database, agency) as (reading, writing), without_collector():

        def on_chunk(events: int) -> None:
            on_events(events, 0)
            with writing.transaction():
                for draft in drafts:
                    jobs.touch(writing, draft.job)

        folding, reached = folded_by_position(
            reading,
            mapper,
            models,
            until=drafts[0].job.until,
            memory_mib=memory_mib,
            on_chunk=on_chunk,
            chunk_events=chunk_events,
        )
        chunk = folding.chunk(())
        with writing.transaction():
            for draft in drafts:
                write_rows(writing, draft.model, draft.job.draft, chunk.rows[draft.model.name])
                write_aside(writing, draft.job.draft, chunk.aside[draft.model.name])
                on_events(0, len(chunk.rows[draft.model.name]))
            _finish_parts(writing, drafts, {name: len(rows) for name, rows in chunk.rows.items()})
            for draft in drafts:
                tables.set_position(writing, draft.job.draft, reached)
                jobs.move(writing, draft.job, "catch up")
    return reached


def folded_by_position(
    connection: Connection[Any],
    mapper: EventMapper,
    models: Sequence[ReadModel[Any]],
    *,
    until: int,
    memory_mib: int,
    on_chunk: Callable[[int], object] = lambda _: None,
    chunk_events: int = CHUNK_EVENTS,
) -> tuple[Folding, int]:
    """All rows of these models in memory, and the position up to which they go: `until`, unless they became too many."""
    folding = Folding(mapper, models)
    chunks = sweep.by_position(connection, after=0, until=until, leaving_out=unheard(mapper, models), size=chunk_events)
    with prefetched(chunks) as ahead:
        for rows in ahead:
            folding.fold(rows)
            on_chunk(len(rows))
            if resident_bytes() > MEMORY_SHARE * memory_mib * MIB:
                _log.warning(
                    "The rows of %s do not fit in %d MiB; from position %d on they are made by following",
                    ", ".join(model.name for model in models),
                    memory_mib,
                    rows[-1][4],
                )
                return folding, rows[-1][4]
    return folding, until


def write_rows(connection: Connection[Any], model: ReadModel[Any], table: str, rows: Sequence[Any]) -> None:
    """Copies rows into a table, in slices, so that they do not all stand in memory twice. Raises `Unwritable`."""
    try:
        for start in range(0, len(rows), CHUNK_EVENTS):
            Table(model, table).copy(connection, rows[start : start + CHUNK_EVENTS])
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded, *UNENCODABLE) as error:
        raise Unwritable(model.name, error) from error


def write_aside(connection: Connection[Any], table: str, aside: Sequence[Aside]) -> None:
    """Puts down the streams that could not be shown whole."""
    for each in aside:
        connection.execute(
            "INSERT INTO parked_streams (model, stream, position, error, waiting) VALUES (%s, %s, %s, %s, %s)",
            (table, each.stream, each.position, each.error, each.waiting),
        )
        _log.error(
            "The table %s leaves %s aside from position %d on, because that event cannot be shown: %s",
            table,
            each.stream,
            each.position,
            each.error,
        )


class _Writer:
    """Writes a chunk while the next one is made; what went wrong is raised with the next chunk or at the end."""

    def __init__(self, connection: Connection[Any], drafts: Sequence[Draft], on_events: OnEvents) -> None:
        self._connection = connection
        self._drafts = drafts
        self._on_events = on_events
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rebuild")
        self._writing: Future[None] | None = None

    def write(self, chunk: Chunk) -> None:
        self._wait()
        self._writing = self._thread.submit(self._write, chunk)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            self._thread.shutdown(wait=True)

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()

    def _write(self, chunk: Chunk) -> None:
        connection = self._connection
        made = 0
        with connection.transaction():
            for draft in self._drafts:
                rows = chunk.rows[draft.model.name]
                jobs.hold(connection, draft.job)
                draft.part = jobs.advance_part(
                    connection,
                    draft.job,
                    draft.part,
                    stream=chunk.stream,
                    events=chunk.events,
                    rows=len(rows),
                    finished=False,
                )
                if rows:
                    write_rows(connection, draft.model, draft.job.draft, rows)
                write_aside(connection, draft.job.draft, chunk.aside[draft.model.name])
                made += len(rows)
        self._on_events(chunk.events, made)


def _finish_parts(connection: Connection[Any], drafts: Sequence[Draft], rows: dict[str, int] | None = None) -> None:
    with connection.transaction():
        for draft in drafts:
            jobs.hold(connection, draft.job)
            draft.part = jobs.advance_part(
                connection,
                draft.job,
                draft.part,
                stream=draft.part.stream,
                events=0,
                rows=(rows or {}).get(draft.model.name, 0),
                finished=True,
            )


def unheard(mapper: EventMapper, models: Sequence[ReadModel[Any]]) -> list[str]:
    """The tags of events that none of these models hears."""
    return mapper.unheard({event for model in models for event in model.listens})


@contextlib.contextmanager
def _connections(database: Database, agency: str) -> Iterator[tuple[Connection[Any], Connection[Any]]]:
    """One that reads and one that writes; the latter without waiting for the disk, because progress is written with the rows."""
    with database.connect(agency) as reading, database.connect(agency) as writing:
        writing.execute("SET synchronous_commit = off")
        yield reading, writing


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Events and rows have no reference cycles, and looking for them among millions of rows would take longer than the fold."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
