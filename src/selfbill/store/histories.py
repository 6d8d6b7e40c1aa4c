"""What happened to several streams, with one query: what a person reads as one story."""

from collections.abc import Iterable

from selfbill.store.arrays import texts
from selfbill.store.database import Pool, ask
from selfbill.store.mapper import EventMapper, Recorded

# The ORDER BY inside keeps this an index probe per stream, whatever the planner believes of the table's size.
_OF_STREAMS = (
    "SELECT e.* FROM unnest(%b::text[]) AS wanted (stream), LATERAL ("
    "SELECT originator_id, originator_version, topic, state, notification_id, recorded_at FROM events"
    " WHERE originator_id = wanted.stream ORDER BY originator_version) AS e"
)


def histories(pool: Pool, mapper: EventMapper, streams: Iterable[str]) -> list[Recorded]:
    """Everything that happened to these streams, in the order in which it was recorded."""
    wanted = list(dict.fromkeys(streams))
    if not wanted:
        return []
    return sorted(mapper.decode(ask(pool, _OF_STREAMS, (texts(wanted),))), key=lambda each: each.position)
