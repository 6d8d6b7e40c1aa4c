"""Several read models as of one moment."""

import contextlib
from collections.abc import Iterator
from typing import Any

from psycopg import Connection, sql


@contextlib.contextmanager
def one_moment(connection: Connection[Any], *tables: str) -> Iterator[None]:
    """A read-only transaction in which these tables stand as they are when it begins.

    They are held first, and the snapshot is taken after that: to an older snapshot a table that was switched meanwhile would be
    empty, without an error. A switch waits until the end of this.
    """
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        names = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(names))  # takes no snapshot
        yield
