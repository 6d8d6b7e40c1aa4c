"""What `selfbill doctor` looks at of each agency's read models: their versions, their lag, parked streams and rebuilds."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from psycopg import Connection

from selfbill.cli.finding import Finding, failure, ok, warning
from selfbill.cli.projections_sentences import (
    about_orphans,
    about_outdated,
    about_parked,
    about_rebuilds,
    about_standstill,
)
from selfbill.projections.parked import ParkedStream, parked
from selfbill.projections.rebuilding.tables import orphans
from selfbill.projections.rebuilding.under_way import UnderWay, under_way
from selfbill.projections.status import Standing, standings
from selfbill.runtime.house import House, read_models

NAMED_STREAMS = 3
"""Of the streams that are left aside; `selfbill projections parked` shows them all."""


def examine_read_models(house: House, connection: Connection[Any]) -> Iterator[Finding]:
    """Everything that is the matter with them, or that nothing is."""
    what = f"{house.agency}: read models"
    models = read_models()
    live = [standing for standing in standings(connection, models, count_rows=False) if standing.role == "live"]
    outdated = [standing for standing in live if standing.state == "outdated"]
    for standing in outdated:
        yield _said(failure, what, about_outdated, standing)
    if not outdated:
        yield _lag(what, house)
    for standing in live:
        if standing.last_error is not None:
            yield _said(failure, what, about_standstill, standing)
    left_aside = [standing for standing in live if standing.parked]
    if left_aside:
        yield _parked(what, left_aside, parked(connection, [standing.name for standing in left_aside]))
    yield from _rebuilds(what, under_way(connection, house.store.streams.mapper, models))
    unknown = orphans(connection)
    if unknown:
        yield _said(warning, what, about_orphans, unknown)


def _rebuilds(what: str, found: Sequence[UnderWay]) -> Iterator[Finding]:
    for state, is_worked_on in ((ok, True), (warning, False)):
        alike = [each for each in found if each.is_worked_on is is_worked_on]
        for nl, en in zip(about_rebuilds(alike, "nl"), about_rebuilds(alike, "en"), strict=True):
            yield state(what, nl, en)


def _said(state: Callable[[str, str, str], Finding], what: str, about: Callable[..., str], it: Any) -> Finding:
    return state(what, about(it, "nl"), about(it, "en"))


def _lag(what: str, house: House) -> Finding:
    lag = house.follower.lag()
    if lag.events:
        return warning(
            what,
            f"Lopen {lag.events} gebeurtenissen achter ({lag.seconds:.0f} s). Start de klok met: selfbill run",
            f"Are {lag.events} events behind ({lag.seconds:.0f} s). Start the clock with: selfbill run",
        )
    head = house.store.streams.head()
    return ok(what, f"tonen alle {head} gebeurtenissen", f"show all {head} events")


def _parked(what: str, left_aside: Sequence[Standing], streams: Sequence[ParkedStream]) -> Finding:
    some = "; ".join(f"{each.stream} ({each.error})" for each in streams[:NAMED_STREAMS])
    return failure(what, f"{about_parked(left_aside, 'nl')} ({some})", f"{about_parked(left_aside, 'en')} ({some})")
