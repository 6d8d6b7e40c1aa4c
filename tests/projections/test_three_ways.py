"""Three ways to one table: followed while it happens, rebuilt from the whole history, and folded one event after the other.

The history stands in a real event table, the follower and the rebuild are the real ones, and the read models are those of the
house, with its policies' agenda. After each example the history is taken back, which only its owner can do.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from psycopg import Connection, sql

from projections.any_history import histories
from projections.histories import fold, of_several_streams
from selfbill.projections.follower import Follower
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import sharing
from selfbill.projections.rebuilding.as_of import build_as_of
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild, RebuildRunning, Rebuilt
from selfbill.projections.rebuilding.replay import Folding, folded_by_stream
from selfbill.projections.table import Table
from selfbill.runtime.house import read_models
from selfbill.store import sweep
from selfbill.store.database import Database
from selfbill.store.streams import Recorded, Streams

MODELS = read_models()
EVERY_EXAMPLE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
A_FEW_EXAMPLES = settings(EVERY_EXAMPLE, max_examples=40)
"""Where each example takes a tenth of a second or more."""

MEANWHILE = ("nothing", "nothing", "work", "work", "follow", "die")
"""What may happen after each chunk of a rebuild and before each of its steps."""

Model = ReadModel[Any]
Tables = dict[str, dict[Any, Any]]


class Killed(BaseException):
    """The end of a process, in the middle of whatever it was doing."""


def folded(told: Sequence[Recorded]) -> Tables:
    """Every table in its simplest form."""
    return {model.name: fold(model, told) for model in MODELS}


class Agency:
    """An agency to which a history happens, piece after piece, and then another."""

    def __init__(self, database: Database, code: str, streams: Streams) -> None:
        self._database, self._code, self.streams = database, code, streams
        self.connection = database.connect(code)
        self._followers: list[Follower] = []
        self.followed = 0

    def begin(self, told: Sequence[Recorded], cuts: Sequence[int]) -> Iterator[int]:
        """Takes back what happened before; then each step saves the next piece, and answers how much has happened."""
        self.end()
        _take_back(self.connection)
        return self._happen(told, cuts)

    def _happen(self, told: Sequence[Recorded], cuts: Sequence[int]) -> Iterator[int]:
        for start, end in pairwise([0, *cuts, len(told)]):
            self._save(told[start:end])
            yield end

    def _save(self, told: Sequence[Recorded]) -> None:
        if told:
            rows = self.streams.mapper.encode(told)
            columns = zip(*((row.stream, row.version, row.tag, row.state) for row in rows), strict=True)
            assert self.streams._recorder.append(*map(list, columns)) == told[-1].position

    def follow(self) -> None:
        """Shows what has happened, by the one follower of this example."""
        if not self._followers:
            self._followers.append(Follower(self._database, self._code, self.streams, MODELS))
            while not self._followers[0].lead():  # the server may not know yet that the one before has gone
                time.sleep(0.001)
        self._followers[0].catch_up()
        self.followed = self._followers[0].position()

    def rebuild(
        self,
        models: Sequence[Model],
        *,
        chunk_events: int,
        borders: Sequence[str],
        memory_mib: int,
        meanwhile: Callable[[], None],
    ) -> list[Rebuilt]:
        """Rebuilds these read models however often it is killed, and keeps nothing of what it replaced.

        The streams are cut at `borders` into parts, and `meanwhile` is called after each chunk and before each step.
        """
        options = Options(keep_days=0, memory_mib=memory_mib)
        with pytest.MonkeyPatch.context() as patch:
            for read in (sweep.by_stream, sweep.by_position):
                patch.setattr(sweep, read.__name__, _in_chunks_of(chunk_events, read, meanwhile))
            patch.setattr(sharing, "borders", lambda *_: borders)
            while True:
                rebuild = Rebuild(
                    self._database,
                    self._code,
                    self.streams,
                    models,
                    options,
                    by="operator:anna",
                    on_step=lambda _: meanwhile(),
                )
                try:
                    return rebuild.run()
                except Killed:
                    continue
                except RebuildRunning:  # the server may not know yet that the one before is dead
                    time.sleep(0.001)

    def as_of(self, moment: dt.datetime, model: Model) -> dict[Any, Any]:
        """The rows that this read model had, or would have had, at a moment."""
        build_as_of(self._database, self._code, self.streams, model, as_of=moment, into="copy")
        return self._rows(model, "copy")

    def now(self) -> dt.datetime:
        """The moment by the clock that says when something was recorded."""
        row = self.connection.execute("SELECT clock_timestamp()").fetchone()
        assert row is not None
        moment: dt.datetime = row[0]
        return moment

    def drop_read_models(self) -> None:
        """Begins as an installation does on which nobody ever looked at anything."""
        for (name,) in self.connection.execute("DELETE FROM read_models RETURNING name").fetchall():
            self.connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))

    def shown(self) -> Tables:
        """Every table as it stands in the database. Nothing may have been parked."""
        assert self.connection.execute("SELECT model, stream, error FROM parked_streams").fetchall() == []
        return {model.name: self._rows(model, model.name) for model in MODELS}

    def _rows(self, model: Model, table: str) -> dict[Any, Any]:
        rows = Table(model, table).select(self.connection)
        return {tuple(getattr(row, name) for name in model.key): row for row in rows}

    def end(self) -> None:
        """Nobody follows any more."""
        while self._followers:
            self._followers.pop().close()
        self.followed = 0


def _in_chunks_of(events: int, read: Callable[..., Any], after_each: Callable[[], None]) -> Callable[..., Any]:
    def chunks(*arguments: Any, **facts: Any) -> Iterator[Any]:
        for chunk in read(*arguments, **(facts | {"size": events})):
            yield chunk
            after_each()

    return chunks


def _take_back(connection: Connection[Any]) -> None:
    with connection.transaction():
        connection.execute("ALTER TABLE events DISABLE TRIGGER append_only")
        connection.execute("DELETE FROM events")
        connection.execute("ALTER TABLE events ENABLE TRIGGER append_only")
        for name, role in connection.execute("SELECT name, role FROM read_models").fetchall():
            begin_anew = "DELETE FROM {}" if role == "live" else "DROP TABLE {}"
            connection.execute(sql.SQL(begin_anew).format(sql.Identifier(name)))
        connection.execute("DELETE FROM read_models WHERE role <> 'live'")
        connection.execute("UPDATE read_models SET position = 0")
        for table in ("parked_streams", "rebuild_parts", "rebuilds"):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


@pytest.fixture
def scene(database: Database, agency: str, streams: Streams) -> Iterator[Agency]:
    scene = Agency(database, agency, streams)
    yield scene
    scene.end()
    scene.connection.close()


def cuts_of(told: Sequence[Recorded]) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, len(told)), max_size=8).map(sorted)


def some_streams(told: Sequence[Recorded]) -> st.SearchStrategy[list[str]]:
    """A few streams of this history, in order."""
    streams = sorted({recorded.originator_id for recorded in told})
    return st.sets(st.sampled_from(streams), max_size=3).map(sorted) if streams else st.just([])


def some_models(told: Sequence[Recorded], most: int = 3) -> st.SearchStrategy[list[Model]]:
    """A few read models, of those that this history is about."""
    heard = {type(recorded.event) for recorded in told}
    about = [model for model in MODELS if not heard.isdisjoint(model.listens)]
    return st.lists(st.sampled_from(about or MODELS), min_size=1, max_size=most, unique_by=lambda model: model.name)


@EVERY_EXAMPLE
@given(told=histories, data=st.data())
def test_following_shows_what_the_fold_gives_whenever_somebody_looks(
    scene: Agency, told: list[Recorded], data: st.DataObject
) -> None:
    for happened in scene.begin(told, data.draw(cuts_of(told))):
        scene.follow()
        assert scene.shown() == folded(told[:happened])


@EVERY_EXAMPLE
@given(told=histories, size=st.integers(1, 30))
def test_replaying_in_chunks_of_any_size_gives_what_the_fold_gives(
    scene: Agency, told: list[Recorded], size: int
) -> None:
    (last,) = scene.begin(told, [])
    mapper = scene.streams.mapper
    by_stream = [model for model in MODELS if model.of_one_stream]
    by_position = [model for model in MODELS if not model.of_one_stream]
    with scene.connection.transaction(force_rollback=True):
        chunks = sweep.by_stream(scene.connection, until=last, after=None, up_to=None, leaving_out=(), size=size)
        made = [chunk.rows for chunk in folded_by_stream(mapper, chunks, by_stream)]
        folding = Folding(mapper, by_position)
        for rows in sweep.by_position(scene.connection, after=0, until=last, leaving_out=(), size=size):
            folding.fold(rows)
        made.append(folding.chunk(()).rows)
    for model in MODELS:
        rows = [row for chunk in made for row in chunk.get(model.name, ())]
        by_key = {tuple(getattr(row, name) for name in model.key): row for row in rows}
        assert by_key == fold(model, told)
        assert len(rows) == len(by_key), "a row was made twice"


@A_FEW_EXAMPLES
@given(told=histories, data=st.data())
def test_a_rebuild_while_people_work_shows_what_the_fold_gives(
    scene: Agency, told: list[Recorded], data: st.DataObject
) -> None:
    rebuild_while_people_work(scene, told, data)


@pytest.mark.long
@settings(EVERY_EXAMPLE, max_examples=500)
@given(told=histories, data=st.data())
def test_many_rebuilds_while_people_work_show_what_the_fold_gives(
    scene: Agency, told: list[Recorded], data: st.DataObject
) -> None:
    rebuild_while_people_work(scene, told, data)


def rebuild_while_people_work(scene: Agency, told: list[Recorded], data: st.DataObject) -> None:
    """Some of the history before a rebuild, some meanwhile and the rest after it, with deaths in between."""
    cuts = data.draw(cuts_of(told), label="cuts")
    history = scene.begin(told, cuts)
    was_followed = data.draw(st.booleans(), label="followed before")
    if not was_followed:
        scene.drop_read_models()
    for _ in range(data.draw(st.integers(0, len(cuts) + 1), label="pieces before the rebuild")):
        next(history)
        if was_followed:
            scene.follow()
    meanwhile = iter(data.draw(st.lists(st.sampled_from(MEANWHILE), max_size=25), label="meanwhile"))
    one_at_a_time = threading.Lock()

    def go_on() -> None:
        with one_at_a_time:
            match next(meanwhile, None):
                case "work":
                    next(history, None)
                case "follow":
                    scene.follow()
                case "die":
                    raise Killed

    rebuilt = scene.rebuild(
        data.draw(some_models(told), label="models"),
        chunk_events=data.draw(st.integers(1, 30), label="events in a chunk"),
        borders=data.draw(some_streams(told), label="borders"),
        memory_mib=data.draw(st.sampled_from([1, 512]), label="MiB for rows"),
        meanwhile=go_on,
    )
    assert {each.outcome for each in rebuilt} == {"switched"}
    assert all(each.comparison.is_equal for each in rebuilt if each.comparison.has_old)
    assert all(each.position >= scene.followed for each in rebuilt), "what was shown is hidden again"
    for _ in history:
        scene.follow()
    scene.follow()
    assert scene.shown() == folded(told)


@EVERY_EXAMPLE
@given(told=histories, data=st.data())
def test_a_copy_as_of_a_moment_shows_what_the_fold_gave_then(
    scene: Agency, told: list[Recorded], data: st.DataObject
) -> None:
    moments = [(happened, scene.now()) for happened in scene.begin(told, data.draw(cuts_of(told)))]
    happened, moment = data.draw(st.sampled_from(moments))
    (model,) = data.draw(some_models(told, most=1))
    assert scene.as_of(moment, model) == fold(model, told[:happened])


@EVERY_EXAMPLE
@given(told=histories)
def test_what_was_told_reads_back_as_it_was_told(scene: Agency, told: list[Recorded]) -> None:
    list(scene.begin(told, []))
    read = scene.streams.read(0, len(told))
    assert [replace(each, recorded_at=None) for each in read] == [replace(each, recorded_at=None) for each in told]


@EVERY_EXAMPLE
@given(told=histories)
def test_a_row_that_is_declared_of_one_stream_is_made_of_one(told: list[Recorded]) -> None:
    for model in MODELS:
        if model.of_one_stream:
            assert of_several_streams(model, told) == {}
