"""The rows that a follower wrote last, so that it need not read them again.

Whoever leads is the only one who writes, so what it wrote is what stands there. That holds until somebody else moves the read
model or a transaction fails; then everything kept is dropped.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from selfbill.projections.read_model import Key

ROWS_KEPT = 4_000
"""Of each read model, besides those of the last two batches: the cards of everybody whom an agency works for. At 1 kB a row and
the first eight read models about 30 MB."""


class KeptRows:
    """Rows of one read model by their keys, the last that were written or asked for; both halves are forgotten in turn."""

    def __init__(self, rows: int = ROWS_KEPT) -> None:
        self._rows = rows
        self._young: dict[Key, Any] = {}
        self._old: dict[Key, Any] = {}

    def among(self, keys: Iterable[Key]) -> dict[Key, Any]:
        """The rows with these keys that are kept. Of a key that is missing here nothing is known."""
        young, old = self._young, self._old
        found = {}
        for key in keys:
            row = young.get(key) or old.get(key)
            if row is not None:
                found[key] = row
        return found

    def keep(self, rows: Mapping[Key, Any]) -> None:
        """These rows stand in the table now; None stands for a row that does not."""
        for key, row in rows.items():
            if row is not None:
                self._young[key] = row
            else:
                self._young.pop(key, None)
                self._old.pop(key, None)
        if len(self._young) > self._rows:
            self._young, self._old = {}, self._young

    def drop(self) -> None:
        """Forgets everything."""
        self._young, self._old = {}, {}
