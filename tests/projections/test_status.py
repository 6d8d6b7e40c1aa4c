"""What operators see of each read model: how far it is, what it leaves aside, how large it is, what went wrong."""

from typing import Any

import msgspec
import pytest

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import MODELS, NOON
from selfbill.projections import invoice_list, open_items, placements, status
from selfbill.projections.follower import Follower
from selfbill.projections.ledger import enter
from selfbill.projections.read_model import ReadModel
from selfbill.projections.status import Standing, is_led, standings
from selfbill.projections.table import Table
from selfbill.store.database import Pool


def look(pool: Pool, models: Any = MODELS, **options: Any) -> dict[str, Standing]:
    with pool.connection() as connection:
        return {each.name: each for each in standings(connection, models, **options)}


def test_before_the_first_start_every_read_model_is_missing(pool: Pool, tell: Tell) -> None:
    tell(say.issued("1"), say.issued("2"))
    seen = look(pool)
    assert list(seen) == [model.name for model in MODELS]
    for model, standing in zip(MODELS, seen.values(), strict=True):
        assert (standing.state, standing.rows, standing.size_bytes) == ("missing", None, 0)
        assert (standing.version, standing.program_version, standing.generation) == (model.version, model.version, 0)
        assert (standing.position, standing.lag_events) == (0, 2)
        assert standing.lag_seconds > 0


def test_a_read_model_that_follows_shows_its_facts(follower: Follower, tell: Tell, pool: Pool) -> None:
    last = tell(say.issued("1"), say.issued("2"))
    follower.catch_up()
    invoices = look(pool)["invoices"]
    assert (invoices.state, invoices.role, invoices.model) == ("following", "live", "invoices")
    assert (invoices.position, invoices.lag_events, invoices.lag_seconds) == (last, 0, 0)
    assert (invoices.rows, invoices.generation, invoices.parked, invoices.waiting) == (2, 1, 0, 0)
    assert (invoices.last_error, invoices.failed_at, invoices.kept_until, invoices.as_of) == (None,) * 4
    assert invoices.size_bytes > 8192
    assert invoices.followed_at is not None


def test_lag_is_that_of_each_read_model(
    make_follower: MakeFollower, tell: Tell, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(say.issued("1"))
    models: list[ReadModel[Any]] = [invoice_list.MODEL, open_items.MODEL]
    make_follower(models).catch_up()
    tell(say.issued("2"), say.issued("3"), say.issued("4"))
    with pool.connection() as connection:
        connection.execute("UPDATE read_models SET position = 3 WHERE name = 'invoices'")
    seen = look(pool, models)
    assert [each.lag_events for each in seen.values()] == [1, 3]
    assert 0 < seen["invoices"].lag_seconds < seen["open_items"].lag_seconds
    assert {each.state for each in seen.values()} == {"following"}
    monkeypatch.setattr(status, "BEHIND_SECONDS", 0.0)
    assert {each.state for each in look(pool, models).values()} == {"behind"}


def test_a_read_model_of_another_version_or_of_another_program_is_outdated(
    make_follower: MakeFollower, tell: Tell, pool: Pool
) -> None:
    tell(say.issued("1"))
    make_follower([invoice_list.MODEL, open_items.MODEL]).catch_up()
    newer = msgspec.structs.replace(open_items.MODEL, version=open_items.MODEL.version + 1)
    seen = look(pool, [newer])
    assert (seen["open_items"].state, seen["open_items"].version) == ("outdated", open_items.MODEL.version)
    assert seen["open_items"].program_version == newer.version
    assert (seen["invoices"].state, seen["invoices"].program_version, seen["invoices"].rows) == ("outdated", None, 1)


def test_parked_streams_and_what_waits_behind_them_are_counted(follower: Follower, tell: Tell, pool: Pool) -> None:
    tell(say.issued("1"), say.failed("1", reason="NUL \0 inside"), say.started("1"), say.archived("1"))
    follower.catch_up()
    seen = look(pool)
    assert (seen["invoices"].parked, seen["invoices"].waiting) == (1, 2)
    assert (seen["open_items"].parked, seen["open_items"].waiting) == (0, 0)


def test_drafts_old_tables_and_copies_stand_behind_the_live_ones(
    make_follower: MakeFollower, tell: Tell, pool: Pool
) -> None:
    tell(say.issued("1"))
    make_follower([invoice_list.MODEL, placements.MODEL]).catch_up()
    with pool.connection() as connection:
        Table(placements.MODEL, "placements__draft").create(connection)
        enter(connection, placements.MODEL, "placements__draft", "draft")
        connection.execute("CREATE TABLE invoices__before AS TABLE invoices")
        enter(connection, invoice_list.MODEL, "invoices__before", "copy")
        connection.execute("UPDATE read_models SET as_of = '2026-07-31 12:00Z' WHERE name = 'invoices__before'")
    seen = look(pool, [invoice_list.MODEL, placements.MODEL])
    assert list(seen) == ["invoices", "placements", "invoices__before", "placements__draft"]
    copy, draft = seen["invoices__before"], seen["placements__draft"]
    assert (copy.role, copy.model, copy.state, copy.rows, copy.as_of) == ("copy", "invoices", None, 1, NOON)
    assert (draft.role, draft.model, draft.state, draft.rows, draft.lag_events) == ("draft", "placements", None, 0, 1)


def test_a_table_that_somebody_dropped_is_missing(follower: Follower, tell: Tell, pool: Pool) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    with pool.connection() as connection:
        connection.execute("DROP TABLE open_items")
    standing = look(pool)["open_items"]
    assert (standing.state, standing.rows, standing.size_bytes, standing.position) == ("missing", None, 0, 1)


def test_a_table_that_is_switched_while_it_is_counted_is_looked_up_again(
    follower: Follower, tell: Tell, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    with pool.connection() as connection:
        Table(open_items.MODEL, "open_items__draft").create(connection)
        enter(connection, open_items.MODEL, "open_items__draft", "draft")
    count = status._counts

    def switch_and_count(connection: Any, tables: Any) -> dict[str, int]:
        connection.execute("DROP TABLE IF EXISTS open_items__draft")
        connection.execute("DELETE FROM read_models WHERE role = 'draft'")
        return count(connection, tables)

    monkeypatch.setattr(status, "_counts", switch_and_count)
    assert list(look(pool)) == [model.name for model in MODELS]


def test_without_counting_there_are_no_counts(follower: Follower, tell: Tell, pool: Pool) -> None:
    tell(say.issued("1"))
    follower.catch_up()
    assert {each.rows for each in look(pool, count_rows=False).values()} == {None}


def test_it_is_known_whether_anybody_follows(follower: Follower, pool: Pool) -> None:
    with pool.connection() as connection:
        assert not is_led(connection)
        assert follower.lead()
        assert is_led(connection)
        follower.close()
