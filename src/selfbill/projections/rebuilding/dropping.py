"""Dropping a table that nobody needs any more: a copy, the old table of a rebuild, or one that nobody knows of."""

from typing import Any

from psycopg import Connection

from selfbill.projections.rebuilding import jobs, tables
from selfbill.projections.rebuilding.rebuild import RebuildRunning
from selfbill.refusals import Refusal


class TableInUse(Refusal):
    code = "table_in_use"
    nl = "Naar {name} kijken mensen; die tabel blijft. Opnieuw maken kan: selfbill projections rebuild {name}"
    en = "People look at {name}; that table stays. It can be made anew: selfbill projections rebuild {name}"


class TableInTheMaking(Refusal):
    code = "table_in_the_making"
    nl = "{name} wordt gemaakt. Breek dat af met: selfbill projections abort {model}"
    en = "{name} is in the making. End that with: selfbill projections abort {model}"


class NoSuchTable(Refusal):
    code = "no_such_table"
    nl = "Er is geen tabel {name} om te verwijderen; wel: {names}."
    en = "There is no table {name} to drop; there is: {names}."


class NothingToDrop(Refusal):
    code = "nothing_to_drop"
    nl = "Er is geen tabel {name}, en ook geen andere die weg kan."
    en = "There is no table {name}, nor any other that can be dropped."


def drop_table(connection: Connection[Any], name: str) -> None:
    """Drops this table. Raises `TableInUse`, `TableInTheMaking`, `NoSuchTable`, `NothingToDrop` and `RebuildRunning`."""
    known = tables.entry(connection, name)
    orphans = tables.orphans(connection)
    if known is None and name not in orphans:
        names = sorted([*_droppable(connection), *orphans])
        raise NoSuchTable(name=name, names=", ".join(names)) if names else NothingToDrop(name=name)
    if known is not None:
        if known.role == "live":
            raise TableInUse(name=name)
        if known.role == "draft":
            raise TableInTheMaking(name=name, model=known.model)
        if known.role == "old" and not jobs.take_lock(connection, known.model):
            raise RebuildRunning(known.model, jobs.unfinished(connection, known.model))
    with connection.transaction():
        tables.drop(connection, name)


def _droppable(connection: Connection[Any]) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM read_models WHERE role IN ('copy', 'old')")]
