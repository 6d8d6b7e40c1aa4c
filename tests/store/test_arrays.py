"""Packed arrays arrive in PostgreSQL as they were, whatever they hold."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfbill.store.arrays import PACKERS
from selfbill.store.database import Database

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "bytea": st.binary(),
    "date": st.dates(),
    "timestamptz": st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC)),
}


@pytest.mark.parametrize("kind", PACKERS)
def test_an_array_arrives_as_it_was(database: Database, kind: str) -> None:
    some = st.lists(st.none() | VALUES[kind]) | st.lists(VALUES[kind])

    @given(some | some.map(lambda values: 3 * values))
    def arrives(values: Sequence[Any]) -> None:
        row = connection.execute(f"SELECT %b::{kind}[]", (PACKERS[kind](values),), prepare=True, binary=True).fetchone()
        assert row is not None
        assert [bytes(value) if kind == "bytea" and value is not None else value for value in row[0]] == list(values)

    with database.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        arrives()


def test_arrays_of_several_kinds_go_in_one_statement(database: Database) -> None:
    with database.connect() as connection:
        for _ in range(2):
            row = connection.execute(
                "SELECT %b::text[], %b::bigint[], %b::text[]",
                (PACKERS["text"](["a"]), PACKERS["bigint"]([1]), PACKERS["text"]([])),
            ).fetchone()
            assert row == (["a"], [1], [])
