"""The rows that a follower keeps: never other than what stands in the table, and gone as soon as that is in doubt."""

from collections.abc import Collection
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg import Connection

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import MODELS, fold
from projections.watching import cut, everything, failing, parked, shown
from selfbill.projections import debtor_card, following, invoice_list
from selfbill.projections.follower import Follower
from selfbill.projections.kept_rows import KeptRows
from selfbill.projections.rebuilding.unparking import unpark
from selfbill.projections.table import Table
from selfbill.store.database import Database, Pool
from selfbill.store.streams import Streams

NUMBER = (say.number("1"),)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """The rows that were asked for, by table and key."""
    asked: list[tuple[str, tuple[Any, ...]]] = []
    ask = Table.ask

    def ask_and_tell(table: Table[Any], connection: Connection[Any], keys: Collection[Any]) -> Any:
        asked.extend((table.name, key) for key in keys)
        return ask(table, connection, keys)

    monkeypatch.setattr(Table, "ask", ask_and_tell)
    return asked


def kept(follower: Follower, model: Any) -> KeptRows:
    (tracked,) = [each for each in follower._tracked if each.model is model]
    assert tracked.kept is not None
    return tracked.kept


def poison(follower: Follower) -> None:
    """Keeps a row that nobody wrote; whoever uses it shows it."""
    row = kept(follower, invoice_list.MODEL).among([NUMBER])[NUMBER]
    kept(follower, invoice_list.MODEL).keep({NUMBER: msgspec.structs.replace(row, reference="from nowhere")})


def reference(pool: Pool) -> str:
    return str(shown(pool, invoice_list.MODEL)[NUMBER].reference)


def test_what_was_written_or_cannot_be_there_yet_is_not_asked_for(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool, asked: list[Any]
) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    cards = [("debtor_cards", (say.K01,)), ("freelancer_cards", (say.Z01,))]
    assert sorted(asked) == cards, "these rows are made of several streams"
    asked.clear()
    tell(say.archived("1"), say.issued("2"))
    follower.catch_up()
    tell(say.paid("1"))
    follower.catch_up()
    assert [each for each in asked if each[0] != "debits"] == [], "only what was never collected may be asked for"
    assert all(shown(pool, model) == fold(model, everything(streams)) for model in MODELS)


def test_another_process_asks_for_what_it_did_not_write(
    make_follower: MakeFollower, tell: Tell, asked: list[Any]
) -> None:
    first = make_follower()
    tell(say.issued("1"))
    first.catch_up()
    first.close()
    asked.clear()
    tell(say.archived("1"))
    make_follower().catch_up()
    assert asked == [("invoices", NUMBER)]


def test_a_row_that_was_removed_is_not_kept(follower: Follower, tell: Tell, streams: Streams, pool: Pool) -> None:
    for event in (say.issued("1"), say.started("1"), say.sent("1"), say.started("1", attempt=2)):
        tell(event)
        follower.catch_up()
    assert all(shown(pool, model) == fold(model, everything(streams)) for model in MODELS)


def test_the_kept_rows_are_those_in_use(follower: Follower, tell: Tell, pool: Pool) -> None:
    """Without this the tests below would prove nothing."""
    tell(say.issued("1"))
    follower.catch_up()
    poison(follower)
    tell(say.archived("1"))
    follower.catch_up()
    assert reference(pool) == "from nowhere"


@pytest.mark.parametrize("error", [psycopg.errors.UniqueViolation("doubled"), ZeroDivisionError()])
def test_after_a_batch_that_failed_rows_are_read_anew(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool, monkeypatch: pytest.MonkeyPatch, *, error: Exception
) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    poison(follower)
    tell(say.archived("1"), say.issued("2"), say.paid("1"))
    fold_page, errors = following.Page.fold, iter([error])

    def fold_and_fail_once(page: following.Page) -> None:
        fold_page(page)
        if page.table.name == "freelancer_cards" and (raised := next(errors, None)):
            raise raised

    monkeypatch.setattr(following.Page, "fold", fold_and_fail_once)
    follower.catch_up()
    assert parked(pool) == []
    assert all(shown(pool, model) == fold(model, everything(streams)) for model in MODELS)


def test_after_a_lost_connection_rows_are_read_anew(
    follower: Follower, tell: Tell, streams: Streams, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    poison(follower)
    tell(say.archived("1"))
    fold_page, pids = following.Page.fold, iter([follower._connection.info.backend_pid if follower._connection else 0])

    def fold_and_lose_once(page: following.Page) -> None:
        fold_page(page)
        if pid := next(pids, None):
            cut(pool, pid)

    monkeypatch.setattr(following.Page, "fold", fold_and_lose_once)
    follower.catch_up()
    assert all(shown(pool, model) == fold(model, everything(streams)) for model in MODELS)


def test_when_somebody_else_wrote_the_rows_they_are_read_anew(follower: Follower, tell: Tell, pool: Pool) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    with pool.connection() as connection, connection.transaction():
        connection.execute("UPDATE invoices SET reference = 'rebuilt'")
        connection.execute("UPDATE read_models SET generation = generation + 1 WHERE name = 'invoices'")
    tell(say.archived("1"))
    follower.catch_up()
    assert reference(pool) == "rebuilt"


@pytest.mark.parametrize("model", [invoice_list.MODEL, debtor_card.MODEL], ids=["of one stream", "of several"])
def test_a_stream_that_is_unparked_meanwhile_is_followed_again(
    make_follower: MakeFollower,
    tell: Tell,
    streams: Streams,
    pool: Pool,
    *,
    database: Database,
    agency: str,
    model: Any,
) -> None:
    """The follower goes on with the fold that works; what it left aside was recorded by one with a fold that didn't."""
    before = make_follower([broken(model)])
    tell(say.issued("1"), say.issued("2"), say.started("1"))
    before.catch_up()
    assert [stream for _, stream, *_ in parked(pool)] == [f"invoice:{say.number('1')}"]
    before.close()
    follower = make_follower([model])
    tell(say.issued("3"))
    follower.catch_up()
    assert len(parked(pool)) == 1
    tell(say.paid("1"))
    assert unpark(database, agency, streams, model).shown == (f"invoice:{say.number('1')}",)
    tell(say.paid("2"), say.sent("1"))
    follower.catch_up()
    assert parked(pool) == []
    assert shown(pool, model) == fold(model, everything(streams))


def broken(model: Any) -> Any:
    """This model, unable to show the first invoice, whichever row it is about."""

    def keys(recorded: Any) -> Any:
        if recorded.originator_id == f"invoice:{say.number('1')}":
            raise ZeroDivisionError
        return model.keys(recorded)

    return msgspec.structs.replace(model, keys=keys)


def test_a_batch_that_parks_a_stream_shows_all_the_rest(
    make_follower: MakeFollower, tell: Tell, streams: Streams, pool: Pool
) -> None:
    follower = make_follower([failing(invoice_list.MODEL, "3")])
    tell(*(say.issued(str(number)) for number in range(1, 8)))
    follower.catch_up()
    tell(*(say.archived(str(number)) for number in range(1, 8)))
    follower.catch_up()
    told = [each for each in everything(streams) if each.originator_id != f"invoice:{say.number('3')}"]
    assert shown(pool, invoice_list.MODEL) == fold(invoice_list.MODEL, told)
    assert parked(pool) == [("invoices", f"invoice:{say.number('3')}", 3, 1)]


def test_no_more_rows_are_kept_than_agreed() -> None:
    rows = KeptRows(10)
    for number in range(100):
        rows.keep({(number,): str(number)})
    found = rows.among((number,) for number in range(100))
    assert 10 <= len(found) <= 20
    assert (99,) in found


def test_the_newest_form_of_a_row_is_the_one_that_is_kept() -> None:
    rows = KeptRows(2)
    rows.keep({(1,): "old", (2,): "b", (3,): "c"})
    rows.keep({(1,): "new"})
    assert rows.among([(1,), (2,)]) == {(1,): "new", (2,): "b"}
    rows.keep({(1,): None})
    assert rows.among([(1,)]) == {}
