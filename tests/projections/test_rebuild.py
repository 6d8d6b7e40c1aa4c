"""Making a read model anew gives the table that following made, and in its place only when it is whole."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
import pytest

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import MODELS, fold
from projections.watching import PATIENCE, everything, failing, parked, shown
from selfbill.projections import following, invoice_list, open_items
from selfbill.projections.follower import Follower
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import switching
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild
from selfbill.projections.table import Table
from selfbill.store.agency import AgencyStore
from selfbill.store.database import Database, Pool
from selfbill.store.streams import Streams


class Remade(msgspec.Struct, frozen=True):
    number: str
    total: int
    words: str


NEWER: ReadModel[Any] = ReadModel(
    name="open_items",
    version=2,
    row=Remade,
    key=("number",),
    listens=open_items.MODEL.listens,
    keys=open_items.keys,
    evolve=lambda key, _, recorded: Remade(key[0], recorded.event.total, "new"),  # type: ignore[attr-defined]
    indexes=(("total",),),
)


class Rebuilt(msgspec.Struct, frozen=True):
    position: int
    parked: int


Remake = Callable[[ReadModel[Any]], Rebuilt]


@pytest.fixture
def remake(database: Database, agency: str, streams: Streams) -> Remake:
    """Rebuilds a read model of this agency."""

    def remake(model: ReadModel[Any]) -> Rebuilt:
        (made,) = Rebuild(database, agency, streams, [model], Options(), by="operator:anna").run()
        assert made.outcome == "switched"
        return Rebuilt(made.position, made.parked)

    return remake


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_rebuilding_gives_what_following_gave(
    model: ReadModel[Any], follower: Follower, tell: Tell, remake: Remake, pool: Pool
) -> None:
    last = tell(*say.a_week())
    follower.catch_up()
    followed = shown(pool, model)
    with pool.connection() as connection:
        connection.execute(f"DELETE FROM {model.name}".encode())
    assert remake(model) == Rebuilt(last, 0)
    assert shown(pool, model) == followed


def test_the_follower_goes_on_where_the_rebuild_ended(
    follower: Follower, tell: Tell, remake: Remake, streams: Streams, pool: Pool
) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    tell(say.issued("2"))
    assert remake(open_items.MODEL) == Rebuilt(2, 0)
    tell(say.issued("3"))
    follower.catch_up()
    assert shown(pool, open_items.MODEL) == fold(open_items.MODEL, everything(streams))
    assert shown(pool, invoice_list.MODEL) == fold(invoice_list.MODEL, everything(streams))
    assert follower.position() == 3


def test_a_newer_version_replaces_the_table(
    make_follower: MakeFollower, tell: Tell, remake: Remake, streams: Streams, pool: Pool
) -> None:
    tell(say.issued("1"))
    older = make_follower([open_items.MODEL])
    older.catch_up()
    remake(NEWER)
    assert shown(pool, NEWER) == {(say.number("1"),): Remade(say.number("1"), 50000, "new")}
    tell(say.issued("2"))
    with pytest.raises(Exception, match="Another version"):
        older.step()
    newer = make_follower([NEWER])
    newer.catch_up()
    assert shown(pool, NEWER) == fold(NEWER, everything(streams))


def test_a_read_model_can_be_rebuilt_before_it_was_ever_followed(
    make_follower: MakeFollower, tell: Tell, remake: Remake, streams: Streams
) -> None:
    last = tell(say.issued("1"))
    assert remake(open_items.MODEL) == Rebuilt(last, 0)
    follower = make_follower([open_items.MODEL])
    assert follower.step() == 0
    assert follower.position() == last


def test_rebuilding_brings_back_what_was_parked(
    make_follower: MakeFollower, tell: Tell, remake: Remake, streams: Streams, pool: Pool
) -> None:
    follower = make_follower([failing(invoice_list.MODEL, "1")])
    tell(say.issued("1"), say.started("1"), say.issued("2"))
    follower.catch_up()
    assert parked(pool) == [("invoices", f"invoice:{say.number('1')}", 1, 1)]
    assert remake(failing(invoice_list.MODEL, "2")) == Rebuilt(3, 1)
    assert parked(pool) == [
        ("invoices", f"invoice:{say.number('2')}", 3, 0),
        ("invoices__old", f"invoice:{say.number('1')}", 1, 1),
    ]
    remake(invoice_list.MODEL)
    assert parked(pool) == [("invoices__old", f"invoice:{say.number('2')}", 3, 0)]
    assert shown(pool, invoice_list.MODEL) == fold(invoice_list.MODEL, everything(streams))
    follower.close()
    tell(say.sent("1"))
    make_follower([invoice_list.MODEL]).catch_up()
    assert shown(pool, invoice_list.MODEL) == fold(invoice_list.MODEL, everything(streams))


def test_a_rebuild_that_fails_changes_nothing(
    follower: Follower,
    tell: Tell,
    remake: Remake,
    pool: Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tell(say.issued("1"), say.issued("2"))
    follower.catch_up()
    before = shown(pool, open_items.MODEL)

    def fail(*_: Any) -> None:
        raise psycopg.errors.DiskFull("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Table, "copy", fail)
        with pytest.raises(psycopg.errors.DiskFull):
            remake(NEWER)
    assert shown(pool, open_items.MODEL) == before
    tell(say.issued("3"))
    follower.catch_up()
    assert len(shown(pool, open_items.MODEL)) == 3


def test_people_see_the_old_rows_and_the_follower_goes_on_while_a_rebuild_runs(
    follower: Follower,
    tell: Tell,
    remake: Remake,
    pool: Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = tell(say.issued("1"))
    follower.catch_up()
    copy = Table.copy
    inside, go_on = threading.Event(), threading.Event()

    def copy_slowly(table: Table[Any], connection: Any, rows: Any) -> None:
        inside.set()
        assert go_on.wait(PATIENCE)
        copy(table, connection, rows)

    monkeypatch.setattr(Table, "copy", copy_slowly)
    rebuilding = threading.Thread(target=remake, args=(open_items.MODEL,))
    rebuilding.start()
    assert inside.wait(PATIENCE)
    last = tell(say.issued("2"))
    follower.catch_up()
    before = shown(pool, open_items.MODEL)
    assert len(before) == 2
    go_on.set()
    rebuilding.join(PATIENCE)
    assert shown(pool, open_items.MODEL) == before
    tell(say.issued("3"))
    follower.catch_up()
    assert follower.position() == last + 1
    assert [number for (number,) in sorted(shown(pool, open_items.MODEL))] == [say.number(each) for each in "123"]


def test_nobody_is_shown_more_before_a_rebuild_than_after_it(
    follower: Follower, tell: Tell, remake: Remake, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    follow_next, ends = following.follow_next, []

    def follow_and_look(connection: Any, streams: Any, group: Any, until: int | None) -> int:
        followed = follow_next(connection, streams, group, until)
        if followed == 0:
            ends.append(group[0].position)
            if len(ends) == 1:
                tell(say.issued("2"))
                follower.catch_up()
            else:
                with pool.connection() as other, pytest.raises(psycopg.errors.LockNotAvailable):
                    other.execute("SELECT FROM read_models WHERE name = 'open_items' FOR UPDATE NOWAIT")
        return followed

    monkeypatch.setattr(switching, "follow_next", follow_and_look)
    assert remake(open_items.MODEL) == Rebuilt(2, 0)
    assert ends == [1, 2]


def test_an_event_that_nobody_can_read_is_parked_for_those_who_listen_to_it_by_following_and_by_rebuilding(
    follower: Follower, tell: Tell, database: Database, store: AgencyStore, pool: Pool
) -> None:
    tell(say.issued("1"), say.issued("2"))
    stream = f"invoice:{say.number('1')}"
    damaged = b'{"at":"2026-07-31T12:00:00Z","by":"x","cause":"x","event":{"type":"invoice.document_archived"}}'
    store.streams._recorder.append([stream], [2], ["invoice.document_archived"], [damaged])
    follower.catch_up()
    assert parked(pool) == [("invoices", stream, 3, 0)]
    followed = {model.name: shown(pool, model) for model in MODELS}
    Rebuild(database, store.agency, store.streams, MODELS, Options(keep_days=0), by="operator:anna").run()
    assert parked(pool) == [("invoices", stream, 3, 0)]
    assert {model.name: shown(pool, model) for model in MODELS} == followed
