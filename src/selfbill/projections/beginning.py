"""Read models that have no table yet, when much has happened already: after a new one was added, or a restore without them.

They are replayed, which is several times faster than following and shows nothing half; then they are followed as usual. It is a
rebuild like any other, so it can be looked at, and goes on after a kill.
"""

import threading
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from selfbill.projections.ledger import refuse_outdated
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import tables
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild, RebuildRunning, Step
from selfbill.store.database import Database
from selfbill.store.streams import Streams

WORTH_A_REPLAY = 50_000
"""Events that take two or three seconds to follow; a replay has some steps more."""

WHO = "follower"


class ToldToStop(Exception):  # noqa: N818 - an answer, not an error
    """The process is to end; the replay goes on with the next one."""


class NotNow(Exception):  # noqa: N818 - an answer, not an error
    """Somebody else is making one of them."""


def replay_what_is_missing(
    connection: Connection[Any],
    database: Database,
    agency: str,
    streams: Streams,
    models: Sequence[ReadModel[Any]],
    *,
    stop: threading.Event,
) -> None:
    """Makes the tables that are missing from a long history.

    Old tables whose time is over are dropped by the way. Raises `OutdatedReadModels`, `ToldToStop`, and `NotNow` while an operator rebuilds one of them.
    """
    there = refuse_outdated(connection, models)
    tables.drop_expired(connection)
    missing = [model for model in models if model.name not in there]
    if not missing or streams.head() < WORTH_A_REPLAY:
        return

    def on_step(_: Step) -> None:
        if stop.is_set():
            raise ToldToStop

    options = Options(keep_days=0, jobs=1)
    try:
        Rebuild(database, agency, streams, missing, options, by=WHO, on_step=on_step).run()
    except RebuildRunning as error:
        raise NotNow(error.sentence("en")) from error
