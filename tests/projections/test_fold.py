"""The contract of every fold: batches, however they are cut, give the table that one event after the other gives."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from projections.any_history import histories
from projections.histories import MODELS, fold
from selfbill.projections.following import show
from selfbill.projections.ledger import prepare
from selfbill.projections.table import Table
from selfbill.store.database import Database
from selfbill.store.streams import Recorded


@pytest.fixture
def prepared(database: Database, agency: str) -> Iterator[Connection[Any]]:
    with database.connect(agency) as connection:
        prepare(connection, MODELS)
        yield connection


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=histories, data=st.data())
def test_any_history_in_any_batches_gives_the_table_of_one_event_after_the_other(
    prepared: Connection[Any], told: list[Recorded], data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(told)), max_size=5).map(sorted))
    connection = prepared
    with connection.transaction(force_rollback=True):
        tracked = prepare(connection, MODELS)
        for start, end in pairwise([0, *cuts, len(told)]):
            for each in tracked:
                show(connection, each, told[start:end])
        for model in MODELS:
            table = Table(model, model.name)
            rows = {tuple(getattr(row, name) for name in model.key): row for row in table.select(connection)}
            assert rows == fold(model, told)
