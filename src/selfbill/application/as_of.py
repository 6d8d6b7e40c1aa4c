"""What stood in a stream when a document was made: documents name versions, because streams go on."""

from functools import reduce
from typing import Any

from selfbill.aggregates.catalogue import KINDS
from selfbill.store.streams import Streams


def state_at(streams: Streams, stream: str, version: int) -> Any:
    """The state of this stream after its first `version` events."""
    loaded = streams.load(stream)
    if loaded.version == version:
        return loaded.state
    kind = KINDS[stream.partition(":")[0]]
    return reduce(kind.evolve, (recorded.event for recorded in streams.history(stream)[:version]), kind.initial)
