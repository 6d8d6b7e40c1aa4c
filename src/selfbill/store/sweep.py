"""Reading the whole history of an agency at once: in the order of the streams, or in the order of commit.

Following asks for one batch after the other; a sweep is one statement whose rows arrive while they are worked on. In
the order of the streams everything that happened to one object comes together, so that nothing has to be remembered about the rest.
"""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, LiteralString

from psycopg import Connection

Row = tuple[str, int, str, bytes, int, Any]
"""Stream, version, tag, state, position, recorded_at (not asked for here: always None)."""

FETCH_ROWS = 2_000
"""Rows that libpq hands over at a time; one by one costs twice as much."""

_COLUMNS: LiteralString = "SELECT originator_id, originator_version, topic, state, notification_id, NULL FROM events"


def by_stream(
    connection: Connection[Any],
    *,
    until: int,
    after: str | None,
    up_to: str | None,
    leaving_out: Collection[str],
    size: int,
) -> Iterator[list[Row]]:
    """The events up to and including position `until`, stream after stream, in lists of about `size` whole streams' events.

    Only streams after `after` and up to `up_to` (None: no limit), in the order of their names; without the tags
    `leaving_out`. A list ends where a stream ends, so it is longer than `size` when a stream is.
    """
    _prefer_the_index(connection)
    rows = connection.cursor(binary=True).stream(
        _COLUMNS + " WHERE notification_id <= %s AND topic <> ALL(%s)"
        " AND (originator_id > %s OR %s::text IS NULL) AND (originator_id <= %s OR %s::text IS NULL)"
        " ORDER BY originator_id, originator_version",
        (until, list(leaving_out), after or "", after, up_to or "", up_to),
        binary=True,
        size=FETCH_ROWS,
    )
    held: list[Any] = []
    while more := list(islice(rows, size)):
        held += more
        last = held[-1][0]
        end = len(held)
        while end and held[end - 1][0] == last:
            end -= 1
        if end:
            yield held[:end]
            held = held[end:]
    if held:
        yield held


def by_position(
    connection: Connection[Any], *, after: int, until: int, leaving_out: Collection[str], size: int
) -> Iterator[list[Row]]:
    """The events after position `after` up to and including `until` in the order of commit, in lists of `size`."""
    _prefer_the_index(connection)
    rows: Iterator[Any] = connection.cursor(binary=True).stream(
        _COLUMNS
        + " WHERE notification_id > %s AND notification_id <= %s AND topic <> ALL(%s) ORDER BY notification_id",
        (after, until, list(leaving_out)),
        binary=True,
        size=FETCH_ROWS,
    )
    while more := list(islice(rows, size)):
        yield more


def _prefer_the_index(connection: Connection[Any]) -> None:
    """The whole table sorted would be written to disk first; the index gives the first rows at once."""
    connection.execute("SET enable_sort = off")
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET enable_bitmapscan = off")
