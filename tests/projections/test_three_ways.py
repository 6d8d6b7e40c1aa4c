"""Three ways to one table: followed while it happens, rebuilt from the whole history, and folded one event after the other.

The history stands in a real event table, the follower and the rebuild are the real ones, and the read models are those of the
house, with its policies' agenda. After each example the history is taken back, which only its owner can do.
"""

import functools
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
from selfbill.projections.rebuilding import rebuild as engine
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild, Rebuilt, Step
from selfbill.projections.rebuilding.replay import Folding, folded_by_stream
from selfbill.projections.rebuilding.replaying import replay_by_position, replay_by_stream
from selfbill.projections.table import Table
from selfbill.runtime.house import read_models
from selfbill.store import sweep
from selfbill.store.database import Database
from selfbill.store.streams import Recorded, Streams

MODELS = read_models()
EVERY_EXAMPLE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
A_FEW_EXAMPLES = settings(EVERY_EXAMPLE, max_examples=15)

Tables = dict[str, dict[Any, Any]]


def folded(told: Sequence[Recorded]) -> Tables:
    """Every table in its simplest form."""
    return {model.name: fold(model, told) for model in MODELS}


class Agency:
    """An agency to which a history happens, piece after piece, and then another."""

    def __init__(self, database: Database, code: str, streams: Streams) -> None:
        self._database, self._code, self.streams = database, code, streams
        self.connection = database.connect(code)
        self._followers: list[Follower] = []

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

    def rebuild(self, on_step: Callable[[Step], None] = lambda _: None) -> list[Rebuilt]:
        """Rebuilds every read model, and keeps nothing of what it replaced."""
        options = Options(keep_days=0)
        return Rebuild(
            self._database, self._code, self.streams, MODELS, options, by="operator:anna", on_step=on_step
        ).run()

    def shown(self) -> Tables:
        """Every table as it stands in the database. Nothing may have been parked."""
        assert self.connection.execute("SELECT model, stream, error FROM parked_streams").fetchall() == []
        return {
            model.name: {
                tuple(getattr(row, name) for name in model.key): row
                for row in Table(model, model.name).select(self.connection)
            }
            for model in MODELS
        }

    def end(self) -> None:
        """Nobody follows any more."""
        while self._followers:
            self._followers.pop().close()


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
    return st.lists(st.integers(0, len(told)), max_size=5).map(sorted)


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
    history = scene.begin(told, data.draw(cuts_of(told)))
    happened = 0
    for _ in range(data.draw(st.integers(0, 3), label="pieces before the rebuild")):
        happened = next(history, happened)
        scene.follow()
    followed_meanwhile = data.draw(st.booleans(), label="followed meanwhile")

    def go_on_working(_: Step) -> None:
        if next(history, None) is not None and followed_meanwhile:
            scene.follow()

    with pytest.MonkeyPatch.context() as patch:
        size = data.draw(st.integers(1, 30), label="events in a chunk")
        patch.setattr(engine, "replay_by_stream", functools.partial(replay_by_stream, chunk_events=size))
        patch.setattr(engine, "replay_by_position", functools.partial(replay_by_position, chunk_events=size))
        rebuilt = scene.rebuild(go_on_working)
    assert {each.outcome for each in rebuilt} == {"switched"}
    assert all(each.comparison.is_equal for each in rebuilt if each.comparison.old_position is not None)
    for _ in history:
        scene.follow()
    scene.follow()
    assert scene.shown() == folded(told)


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
