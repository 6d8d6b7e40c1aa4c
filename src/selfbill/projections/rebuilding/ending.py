"""Ending a rebuild that was begun, and going back to the table before it."""

import time
from typing import Any

from psycopg import Connection

from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import jobs, tables
from selfbill.projections.rebuilding.jobs import Job, old_of
from selfbill.projections.rebuilding.rebuild import RebuildRunning, discard
from selfbill.projections.rebuilding.switching import roll_back
from selfbill.refusals import Refusal
from selfbill.store.database import Database
from selfbill.store.streams import Streams

ABORT_SECONDS = 60.0
"""How long a process that rebuilds may take to notice; making an index is its longest step without a look."""

LOOK_AGAIN_SECONDS = 0.1


class NothingToAbort(Refusal):
    code = "nothing_to_abort"
    nl = "{model} wordt niet opnieuw gemaakt; er is niets af te breken."
    en = "{model} is not being rebuilt; there is nothing to abort."


class NothingToRollBackTo(Refusal):
    code = "nothing_to_roll_back_to"
    nl = "Van {model} wordt geen oude tabel bewaard (zie --keep-old bij rebuild), dus er is geen weg terug. Maak hem opnieuw."
    en = "No old table of {model} is kept (see --keep-old of rebuild), so there is no way back. Rebuild it."


class OldTableOfAnotherVersion(Refusal):
    code = "old_table_of_another_version"
    nl = (
        "De oude tabel van {model} is gemaakt door versie {old} van het leesmodel; dit programma heeft versie {ours} en kan hem "
        "niet bijwerken. Geef dit commando met de selfbill die hem maakte."
    )
    en = (
        "The old table of {model} was made by version {old} of the read model; this program has version {ours} and cannot bring it "
        "up to date. Give this command with the selfbill that made it."
    )


class AbortFirst(Refusal):
    code = "abort_first"
    nl = "{model} wordt opnieuw gemaakt. Breek dat eerst af: selfbill projections abort {model}"
    en = "{model} is being rebuilt. Abort that first: selfbill projections abort {model}"


def abort(database: Database, agency: str, model: str, *, patience_seconds: float = ABORT_SECONDS) -> Job:
    """Ends the unfinished rebuild of this read model and drops its draft, whether or not somebody works on it.

    Raises `NothingToAbort`, and `RebuildRunning` when the process that works on it does not stop in time.
    """
    with database.connect(agency) as connection:
        job = jobs.unfinished(connection, model)
        if job is None:
            raise NothingToAbort(model=model)
        deadline = time.monotonic() + patience_seconds
        while not jobs.take_lock(connection, model):
            jobs.ask_to_abort(connection, job)
            if time.monotonic() > deadline:
                raise RebuildRunning(model, job)
            time.sleep(LOOK_AGAIN_SECONDS)
        left = jobs.unfinished(connection, model)
        if left is not None:
            discard(connection, left, "aborted")
        return job


def go_back(database: Database, agency: str, streams: Streams, model: ReadModel[Any]) -> int:
    """Brings the old table of this read model up to date and puts it in its place again; answers its position.

    The table that it replaces is kept in turn, so the same command goes forward again. Raises `NothingToRollBackTo`,
    `OldTableOfAnotherVersion`, `AbortFirst`, `RebuildRunning` and `NoRoomToSwitch`.
    """
    with database.connect(agency) as connection:
        if not jobs.take_lock(connection, model.name):
            raise RebuildRunning(model.name, jobs.unfinished(connection, model.name))
        if jobs.unfinished(connection, model.name) is not None:
            raise AbortFirst(model=model.name)
        old = tables.entry(connection, old_of(model.name))
        if old is None:
            raise NothingToRollBackTo(model=model.name)
        if old.fingerprint != model.fingerprint:
            raise OldTableOfAnotherVersion(model=model.name, old=old.version, ours=model.version)

        def note() -> None:
            _note_way_back(connection, model.name)

        return roll_back(connection, streams, model, then=note)


def _note_way_back(connection: Connection[Any], model: str) -> None:
    """The last one that switched was taken back; or, the second time, it is in use again."""
    connection.execute(
        "UPDATE rebuilds SET state = CASE state WHEN 'switched' THEN 'rolled back' ELSE 'switched' END,"
        " touched_at = clock_timestamp() WHERE id ="
        " (SELECT max(id) FROM rebuilds WHERE model = %s AND state IN ('switched', 'rolled back'))",
        (model,),
    )
