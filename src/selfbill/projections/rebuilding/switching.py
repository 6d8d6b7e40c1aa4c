"""The new table takes the place of the old one, in a transaction of milliseconds; and the way back.

Queries that run finish on the table they began with. New ones wait while the switch waits for those, so it waits a moment only,
lets them through and tries again. The follower stands still meanwhile, so that a position that was shown stays shown.
"""

import datetime as dt
import random
import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import Connection

from selfbill.projections.following import follow_next
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import tables
from selfbill.projections.rebuilding.jobs import draft_of, old_of
from selfbill.store.faults import StoreFault
from selfbill.store.streams import Streams

QUERY_WAITS_MS = 50
"""How long a query may have to wait behind a switch that itself waits for a longer query."""

FOLLOWER_WAITS_MS = 2_000
"""How long the switch waits for the follower to finish a batch; only the follower waits behind it."""

PAUSE_SECONDS = (0.05, 0.25)
"""Between two tries, so that the queries that queued up are answered first."""

TRY_SECONDS = 600.0
"""How long a switch is tried; a report that runs longer than this should be looked at."""


class NoRoomToSwitch(StoreFault):
    """Somebody reads the old table without end."""


def switch(
    connection: Connection[Any],
    streams: Streams,
    model: ReadModel[Any],
    *,
    keep_days: int,
    then: Callable[[], object],
    try_seconds: float = TRY_SECONDS,
) -> int:
    """The draft of this model takes the place of its table; `then` is called inside the transaction.

    Answers the position that it shows. Raises `NoRoomToSwitch`; then the old table is still the one.
    """
    _drop_old(connection, model.name)
    _follow(connection, streams, model, draft_of(model.name))

    def exchange() -> None:
        live = tables.entry(connection, model.name)
        if live is not None:
            keep = dt.datetime.now(dt.UTC) + dt.timedelta(days=keep_days)
            tables.rename(connection, model.name, old_of(model.name), "old", kept_until=keep)
        tables.rename(connection, draft_of(model.name), model.name, "live")
        _raise_generation(connection, model.name, live)
        then()

    _exchange(connection, streams, model, draft_of(model.name), exchange=exchange, try_seconds=try_seconds)
    if keep_days == 0:
        _drop_old(connection, model.name)
    shown = tables.entry(connection, model.name)
    assert shown is not None
    return shown.position


def roll_back(
    connection: Connection[Any],
    streams: Streams,
    model: ReadModel[Any],
    *,
    then: Callable[[], object],
    try_seconds: float = TRY_SECONDS,
) -> int:
    """The old table, caught up, takes its place again; the one that it replaces is kept in turn, for as long as it was to be."""
    old = old_of(model.name)
    _follow(connection, streams, model, old)

    def exchange() -> None:
        live = tables.entry(connection, model.name)
        kept = tables.entry(connection, old)
        assert kept is not None
        aside = f"{model.name}__aside"
        if live is not None:
            tables.rename(connection, model.name, aside, "copy")
        tables.rename(connection, old, model.name, "live")
        if live is not None:
            tables.rename(connection, aside, old, "old", kept_until=kept.kept_until)
        _raise_generation(connection, model.name, live)
        then()

    _exchange(connection, streams, model, old, exchange=exchange, try_seconds=try_seconds)
    shown = tables.entry(connection, model.name)
    assert shown is not None
    return shown.position


def _exchange(
    connection: Connection[Any],
    streams: Streams,
    model: ReadModel[Any],
    successor: str,
    *,
    exchange: Callable[[], object],
    try_seconds: float,
) -> None:
    deadline = time.monotonic() + try_seconds
    while True:
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = {FOLLOWER_WAITS_MS}")
                live = tables.entry(connection, model.name, locked=True)
                if live is not None:
                    _follow(connection, streams, model, successor, until=live.position)
                connection.execute(f"SET LOCAL lock_timeout = {QUERY_WAITS_MS}")
                exchange()
        except psycopg.errors.LockNotAvailable as error:
            if time.monotonic() > deadline:
                raise NoRoomToSwitch(
                    f"{model.name} is being read without a pause for {try_seconds:.0f} seconds, so its new table cannot take "
                    "its place. Look in pg_stat_activity for queries that run for long, then run the command again."
                ) from error
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - only to get out of step
            _follow(connection, streams, model, successor)
        else:
            return


def _follow(
    connection: Connection[Any], streams: Streams, model: ReadModel[Any], name: str, until: int | None = None
) -> None:
    """Brings this table up to the last event, or at least to `until`."""
    following = tables.tracked(connection, model, name)
    if until is not None and following.position >= until:
        return
    while follow_next(connection, streams, [following], until):
        pass


def _raise_generation(connection: Connection[Any], name: str, before: tables.Entry | None) -> None:
    """Whoever follows sees that this is another table now."""
    connection.execute(
        "UPDATE read_models SET generation = greatest(generation, %s) + 1 WHERE name = %s",
        (before.generation if before else 0, name),
    )


def _drop_old(connection: Connection[Any], model: str) -> None:
    with connection.transaction():
        tables.drop(connection, old_of(model))
