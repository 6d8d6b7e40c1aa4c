"""Agencies with a history of some length, and what their tables must hold: a naive fold of the whole log, at any position."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from psycopg import Connection

from conftest import MASTER_KEY
from projections.histories import fold
from selfbill.aggregates.catalogue import KINDS, all_events
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.rebuilding import jobs, tables
from selfbill.projections.rebuilding.jobs import Job, draft_of, old_of
from selfbill.projections.table import Table
from selfbill.runtime.house import read_models
from selfbill.store.agency import AgencyStore, open_agency
from selfbill.store.database import Database
from selfbill.store.streams import Change, Recorded, Streams

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
bench_history = import_module("bench_history")

MODELS = read_models()
NAMES = tuple(sorted(model.name for model in MODELS))
EVERYTHING = 10_000_000
"""More events than any test makes."""

Rows = dict[Key, Any]


class Site(msgspec.Struct, frozen=True):
    """Where an agency is, for whatever process works on it."""

    url: str
    agency: str

    def open(self, database: Database) -> Streams:
        """The agency's streams, with nothing in memory."""
        return opened(database, self).streams


def opened(database: Database, site: Site) -> AgencyStore:
    """The agency's store, with nothing in memory."""
    return open_agency(database, site.agency, master=MASTER_KEY, events=all_events(), aggregates=KINDS)


def filled(database: Database, agency: str, events: int, seed: int, *, later: int = 0) -> tuple[Site, list[Recorded]]:
    """The agency with so many events of a made-up history; answers also the `later` events that come after those."""
    told = list(bench_history.history(events + later, seed))
    bench_history.fill(database, agency, told[:events], master=MASTER_KEY)
    return Site(database.url, agency), told[events:]


def goes_on(streams: Streams, told: Iterable[Recorded]) -> Iterator[int]:
    """Saves these events one after the other, each as soon as it is asked for, and answers its position."""
    for each in told:
        change = Change(each.originator_id, each.originator_version - 1, [each.event])
        yield streams.save([change], at=each.at, by=each.by, cause=each.cause)


def folded(told: Sequence[Recorded], model: ReadModel[Any], position: int) -> Rows:
    """The table of this model when it shows everything up to this position."""
    return fold(model, told[:position])


def shown(connection: Connection[Any], model: ReadModel[Any], table: str) -> Rows:
    """The rows as they stand in this table; none of them twice."""
    rows = Table(model, table).select(connection)
    by_key = {tuple(getattr(row, name) for name in model.key): row for row in rows}
    assert len(by_key) == len(rows), f"{table} holds a row twice"
    return by_key


class Found(msgspec.Struct, frozen=True):
    """What was found of the read models at one moment."""

    positions: Mapping[str, int]
    """By table."""
    roles: Mapping[str, str]
    unfinished: Mapping[str, Job]
    """By read model."""
    identities: Mapping[str, int]
    """What PostgreSQL knows each table by, whatever its name is."""


def examine(database: Database, site: Site) -> Found:
    """Looks at every table that was made from a read model, and holds it against a naive fold of the log.

    Every table has its row and every row its table, drafts belong to rebuilds that are not finished, nothing is parked, and
    each table shows exactly what happened up to its position; a draft does so as soon as its replay is over.
    """
    told = site.open(database).read(0, EVERYTHING)
    with database.connect(site.agency) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert tables.orphans(connection) == []
        assert connection.execute("SELECT model, stream, error FROM parked_streams").fetchall() == []
        entered: list[Any] = connection.execute("SELECT name, model, role, position FROM read_models").fetchall()
        identities: dict[str, int] = dict(
            connection.execute(
                "SELECT relname, oid::bigint FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                " AND relkind = 'r' AND (relname = ANY(%s) OR relname LIKE '%%\\_\\_%%')",
                (list(NAMES),),
            ).fetchall()
        )
        assert set(identities) == {name for name, *_ in entered}
        unfinished = {model.name: job for model in MODELS if (job := jobs.unfinished(connection, model.name))}
        assert {name for name, _, role, _ in entered if role == "draft"} == set(map(draft_of, unfinished))
        kept = connection.execute("SELECT DISTINCT model FROM rebuild_parts JOIN rebuilds ON rebuild = id").fetchall()
        assert {model for (model,) in kept} <= set(unfinished)
        by_name = {model.name: model for model in MODELS}
        for name, model, role, position in entered:
            assert name == {"live": model, "draft": draft_of(model), "old": old_of(model)}[role]
            if role != "draft" or unfinished[model].state != "replay":
                expected = folded(told, by_name[model], position)
                assert shown(connection, by_name[model], name) == expected, f"{name} at {position}"
    return Found(
        positions={name: position for name, _, _, position in entered},
        roles={name: role for name, _, role, _ in entered},
        unfinished=unfinished,
        identities=identities,
    )
