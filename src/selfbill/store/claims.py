"""Claims: while one process works on something that must not be done twice at once, another waits.

A claim is a PostgreSQL session lock, so it ends with the process that holds it, however that ends. It guards what no transaction
can: a mail that goes out between two transactions.
"""

import contextlib
from collections.abc import Iterable, Iterator

from selfbill.store.database import Pool

CLAIMING = 7303
"""Sets claims apart from other uses of advisory locks."""

PATIENCE_SECONDS = 900
"""How long a claim is waited for: longer than a full batch of mails may take with a mail server that says nothing."""


@contextlib.contextmanager
def claim(pool: Pool, names: Iterable[str]) -> Iterator[None]:
    """Holds these names for this agency; waits while another thread or process holds one of them.

    Raises psycopg.errors.LockNotAvailable when that lasts longer than PATIENCE_SECONDS.
    """
    ordered = sorted(set(names))  # everybody claims in the same order, so nobody waits in a circle
    with pool.connection() as connection:
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")
                connection.execute(
                    "SELECT pg_advisory_lock(hashtextextended(current_schema() || '/' || name, %s))"
                    " FROM unnest(%s::text[]) WITH ORDINALITY AS claimed (name, position) ORDER BY position",
                    (CLAIMING, ordered),
                )
            yield
        finally:
            # A connection that broke has lost its locks; one that goes back to the pool must not keep any.
            if not connection.closed:
                connection.execute("SELECT pg_advisory_unlock_all()")
