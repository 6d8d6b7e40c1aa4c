"""The first rows of each sort that a comparison found, for a person to see what the counts are about.

What is personal is never asked of the database. Neither is what only the old table has, because no declaration tells any more
whether that was personal.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.projections.rebuilding.differences import SampledRow, SampledValue
from selfbill.projections.rebuilding.shape import SIDES, Pair, Shape, quoted

SHOWN_CHARACTERS = 200
"""Of a value at most: enough for a reason or an address, while a report stays within a megabyte whatever the rows hold."""

LEAD = 40
"""Characters shown before the first that differs, of values that are longer than what is shown."""

CUT = "…"


class _Cell(msgspec.Struct, frozen=True):
    """What is asked about one column of a row, as SQL: whether to show it, and its value on either side."""

    column: str
    is_hidden: bool
    applies: str
    old: str
    new: str


class Sampler(msgspec.Struct, frozen=True):
    """Takes at most `limit` rows of a sort, the lowest keys first; the columns in `personal` stay hidden."""

    connection: Connection[Any]
    personal: Collection[str]
    limit: int

    def changed(self, pair: Pair) -> tuple[SampledRow, ...]:
        """Rows in both tables that differ, with the columns in which they do."""
        cells = [self._cell(name, pair.differs(name), SIDES) for name in pair.shared]
        rows = f"{pair.old.source} AS o JOIN {pair.new.source} AS n ON {pair.matches} WHERE {pair.differ}"
        return self._take(rows, "n", pair.new.key, cells)

    def only_old(self, pair: Pair) -> tuple[SampledRow, ...]:
        """Rows that the new table does not have, with what they hold."""
        rows = f"{pair.old.source} AS o WHERE NOT EXISTS (SELECT FROM {pair.new.source} AS n WHERE {pair.matches})"
        return self._take(rows, "o", pair.new.key, self._filled(pair.shared, "o"))

    def only_new(self, pair: Pair) -> tuple[SampledRow, ...]:
        """Rows that the old table does not have, with what they hold."""
        rows = f"{pair.new.source} AS n WHERE NOT EXISTS (SELECT FROM {pair.old.source} AS o WHERE {pair.matches})"
        return self._take(rows, "n", pair.new.key, self._filled(pair.new.besides_key, "n"))

    def any_new(self, new: Shape) -> tuple[SampledRow, ...]:
        """Rows of a table that replaces none, with what they hold."""
        return self._take(f"{new.source} AS n", "n", new.key, self._filled(new.besides_key, "n"))

    def filled(self, new: Shape, columns: Collection[str]) -> tuple[SampledRow, ...]:
        """Rows of the new table in which any of these columns holds a value, with what these hold."""
        cells = self._filled(columns, "n")
        rows = f"{new.source} AS n WHERE {' OR '.join(cell.applies for cell in cells)}"
        return self._take(rows, "n", new.key, cells)

    def _filled(self, columns: Iterable[str], side: str) -> list[_Cell]:
        return [self._cell(name, f"{side}.{quoted(name)} IS NOT NULL", (side,)) for name in columns]

    def _cell(self, column: str, applies: str, sides: Collection[str]) -> _Cell:
        is_hidden = column in self.personal
        old, new = (
            f"{side}.{quoted(column)}::text" if side in sides and not is_hidden else "NULL::text" for side in SIDES
        )
        return _Cell(column, is_hidden, applies, old, new)

    def _take(self, rows: str, side: str, key: Sequence[str], cells: Sequence[_Cell]) -> tuple[SampledRow, ...]:
        names = [f"{side}.{quoted(name)}" for name in key]
        asked = [f"{each}::text" for each in names]
        for cell in cells:
            asked += [cell.applies, cell.old, cell.new]
        query: Any = f"SELECT {', '.join(asked)} FROM {rows} ORDER BY {', '.join(names)} LIMIT {self.limit}"
        return tuple(_sampled(found, len(key), cells) for found in self.connection.execute(query))


def _sampled(found: Sequence[Any], key: int, cells: Sequence[_Cell]) -> SampledRow:
    values = []
    for at, cell in enumerate(cells):
        applies, old, new = found[key + 3 * at : key + 3 * at + 3]
        if applies:
            values.append(SampledValue(cell.column, *_excerpts(old, new), cell.is_hidden))
    return SampledRow(tuple(_from(0, each) for each in found[:key]), tuple(values))


def _excerpts(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """The part of two values in which they first differ; all of them when they are short."""
    start = 0
    if old is not None and new is not None and max(len(old), len(new)) > SHOWN_CHARACTERS:
        same = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        start = max(0, same - LEAD)
    return None if old is None else _from(start, old), None if new is None else _from(start, new)


def _from(start: int, text: str) -> str:
    end = start + SHOWN_CHARACTERS
    return f"{CUT if start else ''}{text[start:end]}{CUT if end < len(text) else ''}"
