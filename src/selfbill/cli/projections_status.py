"""`selfbill projections status`: where every table stands, and what to do about it. Looking changes nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.cli.figures import count, counted, size
from selfbill.cli.opening import opened
from selfbill.cli.projections_sentences import (
    about_orphans,
    about_outdated,
    about_parked,
    about_rebuilds,
    about_standstill,
)
from selfbill.cli.projections_wording import behind, progress, purpose, state
from selfbill.cli.terminal import Column, Terminal
from selfbill.projections.rebuilding.tables import orphans
from selfbill.projections.rebuilding.under_way import UnderWay, under_way
from selfbill.projections.status import Standing, is_led, standings
from selfbill.runtime.house import House, read_models

COLUMNS = (
    Column("Leesmodel", "Read model", keep=True),
    Column("Versie", "Version", right=True, spare=True),
    Column("Stand", "State"),
    Column("Positie", "Position", right=True),
    Column("Achter", "Behind", right=True),
    Column("Rijen", "Rows", right=True),
    Column("Grootte", "Size", right=True, spare=True),
    Column("Terzijde", "Parked", right=True),
)
OTHER_COLUMNS = (
    Column("Andere tabel", "Other table", keep=True),
    Column("Wat het is", "What it is"),
    Column("Versie", "Version", right=True, spare=True),
    Column("Rijen", "Rows", right=True),
    Column("Grootte", "Size", right=True),
)


class Status(msgspec.Struct, frozen=True):
    """Everything that was found, at one moment."""

    head: int
    """The position of the last event."""
    is_followed: bool
    """Whether some process follows the events."""
    tables: list[Standing]
    rebuilds: dict[str, UnderWay]
    """Those that have not come to an end, by read model."""
    orphans: list[str]
    """Tables that nobody knows of."""


def look(house: House, connection: Connection[Any]) -> Status:
    """Where everything stands."""
    models = read_models()
    found = standings(connection, models)
    return Status(
        head=max(standing.position + standing.lag_events for standing in found),
        is_followed=is_led(connection),
        tables=found,
        rebuilds={each.job.model: each for each in under_way(connection, house.store.streams.mapper, models)},
        orphans=orphans(connection),
    )


def show_status(terminal: Terminal, *, agency: str | None, as_json: bool) -> None:
    """Each read model with its position, lag, rows and what is the matter with it."""
    with opened(terminal, agency) as house, house.pool.connection() as connection:
        status = look(house, connection)
    if as_json:
        terminal.json(_for_a_program(status))
        return
    live = [standing for standing in status.tables if standing.state is not None]
    others = [each for each in status.tables if each.state is None and not _is_in_the_making(each, status)]
    terminal.table(COLUMNS, [_row(terminal, standing, status.rebuilds) for standing in live])
    if others:
        terminal.table(OTHER_COLUMNS, [_other_row(terminal, standing) for standing in others])
    for sentence in _sentences(terminal, status):
        terminal.show(sentence)


def _for_a_program(status: Status) -> dict[str, Any]:
    live = [
        msgspec.to_builtins(standing) | {"rebuild": _rebuild_for_a_program(status.rebuilds.get(standing.name))}
        for standing in status.tables
        if standing.state is not None
    ]
    return {
        "head": status.head,
        "is_followed": status.is_followed,
        "read_models": live,
        "other_tables": [standing for standing in status.tables if standing.state is None],
        "orphans": status.orphans,
    }


def _rebuild_for_a_program(found: UnderWay | None) -> dict[str, Any] | None:
    if found is None:
        return None
    job = found.job
    return {
        "state": job.state,
        "share": found.share,
        "is_worked_on": found.is_worked_on,
        "started_by": job.started_by,
        "started_at": job.started_at,
        "touched_at": job.touched_at,
        "last_error": job.last_error,
    }


def _is_in_the_making(standing: Standing, status: Status) -> bool:
    return standing.role == "draft" and standing.model in status.rebuilds


def _row(terminal: Terminal, standing: Standing, rebuilds: Mapping[str, UnderWay]) -> list[str]:
    assert standing.state is not None
    shown = state(standing.state, terminal.language)
    rebuild = rebuilds.get(standing.name)
    if rebuild is not None:
        left = "" if rebuild.is_worked_on else terminal.pick("bleef bij ", "left at ")
        shown += f", {left}{progress(rebuild, terminal.language)}"
    return [
        standing.name,
        _version(terminal, standing),
        shown,
        count(standing.position, terminal.language),
        behind(standing, terminal.language),
        "-" if standing.rows is None else count(standing.rows, terminal.language),
        size(standing.size_bytes, terminal.language),
        count(standing.parked, terminal.language),
    ]


def _version(terminal: Terminal, standing: Standing) -> str:
    if standing.program_version in (None, standing.version):
        return str(standing.version)
    return terminal.pick(
        f"{standing.version} (hier {standing.program_version})", f"{standing.version} (here {standing.program_version})"
    )


def _other_row(terminal: Terminal, standing: Standing) -> list[str]:
    return [
        standing.name,
        purpose(standing, terminal.language),
        str(standing.version),
        "-" if standing.rows is None else count(standing.rows, terminal.language),
        size(standing.size_bytes, terminal.language),
    ]


def _sentences(terminal: Terminal, status: Status) -> Iterator[str]:
    """What is the matter, each with what to do; the last says how many events there are."""
    live = [standing for standing in status.tables if standing.role == "live"]
    for standing in live:
        yield from _about(terminal, standing)
    yield from about_rebuilds(status.rebuilds.values(), terminal.language)
    if status.orphans:
        yield about_orphans(status.orphans, terminal.language)
    nl = counted(status.head, "gebeurtenis", "gebeurtenissen", "nl")
    events = terminal.pick(nl, counted(status.head, "event", "events", "en"))
    followed = terminal.pick(
        "een proces volgt ze." if status.is_followed else "niemand volgt ze nu (dat doet: selfbill run).",
        "a process follows them." if status.is_followed else "nobody follows them now (selfbill run does).",
    )
    yield f"{events}; {followed}"


def _about(terminal: Terminal, standing: Standing) -> Iterator[str]:
    if standing.state == "outdated":
        yield about_outdated(standing, terminal.language)
    if standing.last_error is not None:
        yield about_standstill(standing, terminal.language)
    if standing.parked:
        yield about_parked([standing], terminal.language)
