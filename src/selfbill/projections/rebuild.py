"""Making a read model anew from all events, with the same fold that follows them.

The draft is folded beside the table that people look at, in one transaction: they see the old rows until the new ones take
their place, and after a failure nothing has changed.
"""

from typing import Any

import msgspec

from selfbill.projections.following import follow_next
from selfbill.projections.ledger import enter
from selfbill.projections.read_model import ReadModel
from selfbill.projections.table import Table
from selfbill.store.database import Database
from selfbill.store.streams import Streams

REBUILDING = 7305
"""Sets rebuilding apart from other uses of advisory locks: one rebuild at a time for each agency."""


class Rebuilt(msgspec.Struct, frozen=True):
    """What a rebuild came to."""

    position: int
    parked: int
    """Streams that could not be shown whole."""


def rebuild(database: Database, agency: str, streams: Streams, model: ReadModel[Any]) -> Rebuilt:
    """Makes the table of this model anew, also when it is missing or of another version; followers go on meanwhile."""
    with database.connect(agency) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", (REBUILDING,))
        name = f"{model.name}__draft"
        Table(model, name).create(connection)
        draft = enter(connection, model, name, "draft")
        while follow_next(connection, streams, [draft]):
            pass
        # From here on the follower waits, so that the draft has the last word on where it ends.
        row = connection.execute(
            "SELECT generation FROM read_models WHERE name = %s FOR UPDATE", (model.name,)
        ).fetchone()
        while follow_next(connection, streams, [draft]):
            pass
        connection.execute("DELETE FROM parked_streams WHERE model = %s", (model.name,))
        connection.execute("UPDATE parked_streams SET model = %s WHERE model = %s", (model.name, draft.name))
        connection.execute("DELETE FROM read_models WHERE name = %s", (model.name,))
        connection.execute(
            "UPDATE read_models SET role = 'live', name = %s, generation = %s WHERE name = %s",
            (model.name, 1 if row is None else row[0] + 1, draft.name),
        )
        connection.execute(_statement(f"DROP TABLE IF EXISTS {model.name}"))
        connection.execute(_statement(f"ALTER TABLE {draft.name} RENAME TO {model.name}"))
    return Rebuilt(draft.position, len(draft.parked))


def _statement(text: str) -> Any:
    """A statement made of our own names only."""
    return text
