"""What `selfbill doctor` looks at for each agency: tables, keys, read models, and work that was left."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from selfbill.aggregates.invoice import DeliveryState
from selfbill.cli.examining_read_models import examine_read_models
from selfbill.cli.finding import Finding, failure, ok, warning
from selfbill.policies.all import BY_NAME
from selfbill.projections import invoice_list
from selfbill.projections.agenda import next_due
from selfbill.projections.ledger import OutdatedReadModels, refuse_outdated
from selfbill.runtime.house import House, open_house, read_models
from selfbill.settings import Settings
from selfbill.store.database import Database
from selfbill.store.faults import WrongMasterKey
from selfbill.store.migrations import known_migrations

LATE = dt.timedelta(minutes=15)
"""An item that is due for longer than this shows that no clock is running, or that it fails."""

NAMED_INVOICES = 3
"""Of those that are not delivered; the agenda has them all."""


def examine_agency(settings: Settings, database: Database, agency: str) -> Iterator[Finding]:
    """How this agency stands; stops at what makes the rest impossible to see."""
    with database.connect(agency) as connection:
        applied = {row[0] for row in connection.execute("SELECT name FROM migrations")}
        known = {migration.name for migration in known_migrations()}
        yield _tables(agency, applied, known)
        if applied != known:
            return
        with open_house(settings, agency, database=database) as house:
            yield _key(house)
            yield from examine_read_models(house, connection)
        try:
            refuse_outdated(connection, read_models())
        except OutdatedReadModels:  # the queries may not fit the tables
            return
        yield from _work(agency, connection)


def _tables(agency: str, applied: set[str], known: set[str]) -> Finding:
    what = f"{agency}: tables"
    if applied - known:
        newer = ", ".join(sorted(applied - known))
        return failure(
            what,
            f"De tabellen zijn van een nieuwere selfbill ({newer}). Installeer die versie weer.",
            f"The tables are a newer selfbill's ({newer}). Install that version again.",
        )
    if known - applied:
        missing = ", ".join(sorted(known - applied))
        return failure(
            what,
            f"De tabellen missen {missing}. Werk ze bij met: selfbill init",
            f"The tables lack {missing}. Bring them up to date with: selfbill init",
        )
    return ok(what, f"bijgewerkt tot {max(known)}", f"up to date with {max(known)}")


def _key(house: House) -> Finding:
    what = f"{house.agency}: master key"
    try:
        house.store.keyring.verify()
    except WrongMasterKey as fault:
        return failure(what, str(fault), str(fault))
    return ok(what, "opent de sleutels van personen", "opens the keys of persons")


def _work(agency: str, connection: Connection[Any]) -> Iterator[Finding]:
    """What should have been done by now. Read models that were never made have nothing to say."""
    row = connection.execute(
        "SELECT to_regclass('agenda') IS NOT NULL AND to_regclass('invoices') IS NOT NULL"
    ).fetchone()
    if row is None or not row[0]:
        return
    what = f"{agency}: agenda"
    now = dt.datetime.now(dt.UTC)
    due = next_due(connection, list(BY_NAME), now - LATE)
    if due is not None:
        since = f"{due:%Y-%m-%d %H:%M} UTC"
        yield warning(
            what,
            f"Er is werk blijven liggen sinds {since}. Start de klok met: selfbill run",
            f"Work has been left since {since}. Start the clock with: selfbill run",
        )
    else:
        yield ok(what, "niets is te laat", "nothing is late")
    stuck = invoice_list.undelivered(connection, (DeliveryState.FAILED, DeliveryState.UNCLEAR))
    if stuck:
        numbers = ", ".join(invoice.number for invoice in stuck[:NAMED_INVOICES])
        yield warning(
            f"{agency}: deliveries",
            f"{len(stuck)} facturen zijn niet (zeker) bezorgd: {numbers}. Bekijk ze met: selfbill agenda --held",
            f"{len(stuck)} invoices are not (certainly) delivered: {numbers}. Look at them with: selfbill agenda --held",
        )
