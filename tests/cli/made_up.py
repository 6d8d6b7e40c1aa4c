"""An agency with a made-up history of thousands of events, and what its read models should show."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from psycopg import Connection

from cli.conftest import CommandLine
from cli.samples import ROOT
from conftest import MASTER_KEY
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.database import Database
from selfbill.store.mapper import Recorded

sys.path.insert(0, str(ROOT / "scripts"))
bench_history = import_module("bench_history")

AGENCY = "MU"


def history(events: int) -> list[Recorded]:
    """What happened to an agency of this size within two years; always the same."""
    return list(bench_history.history(events, seed=1))


def happened(selfbill: CommandLine, recorded: Sequence[Recorded]) -> None:
    """Makes an agency in this installation to which this happened, of which nothing is shown yet."""
    with Database(selfbill.database_url) as database:
        database.create_agency(AGENCY)
        bench_history.fill(database, AGENCY, recorded, master=MASTER_KEY)


@contextmanager
def connected(selfbill: CommandLine, agency: str = AGENCY) -> Iterator[Connection[Any]]:
    """A connection to an agency's tables."""
    with Database(selfbill.database_url) as database, database.connect(agency) as connection:
        yield connection


def shown(selfbill: CommandLine, model: ReadModel[Any], table: str | None = None) -> dict[Key, Any]:
    """The rows that stand in the table of this read model, or in another that it made."""
    with connected(selfbill) as connection:
        rows = Table(model, table or model.name).select(connection)
    return {tuple(getattr(row, name) for name in model.key): row for row in rows}
