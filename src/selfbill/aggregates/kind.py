"""A kind of stream: how its events become its state."""

from collections.abc import Callable
from typing import Any

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """The state before the first event, and the fold; a stream's id starts with the name of its kind and a colon."""

    initial: Any
    evolve: Callable[[Any, Any], Any]
