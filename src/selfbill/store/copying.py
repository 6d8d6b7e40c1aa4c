"""Rows on their way into a table by COPY, in PostgreSQL's own binary form, encoded by whole columns.

psycopg writes a row value by value; here each column of some thousands of rows becomes cells (length and value) at once, and a
value that occurs often is encoded once (PostgreSQL's manual, COPY, "Binary Format").
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from struct import Struct
from struct import error as StructError  # noqa: N812 - an exception's name
from typing import Any

import msgspec

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""What a binary COPY begins with: its signature, no flags, no extension."""

TRAILER = b"\xff\xff"
"""What it ends with: a row of -1 columns."""

_COUNT = Struct("!h").pack
_LENGTH = Struct("!i").pack
_NULL = _LENGTH(-1)
_BIGINT = Struct("!iq").pack
_DATE = Struct("!ii").pack
_TRUE, _FALSE = _LENGTH(1) + b"\1", _LENGTH(1) + b"\0"
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY = dt.date(2000, 1, 1).toordinal()
_MICROSECOND = dt.timedelta(microseconds=1)

_encode_json = msgspec.json.Encoder().encode

UNENCODABLE = (StructError, UnicodeEncodeError, OverflowError)
"""What is raised for a value that its column cannot hold."""

Cells = Iterable[bytes]


def encoded(columns: Sequence[tuple[str, Callable[[Any], Any] | None, Sequence[Any]]]) -> bytes:
    """The rows of these columns (type, how a value passes to the database, values), without header and trailer.

    A jsonb column is given as it is, and becomes JSON here. Raises what a value cannot become raises, e.g. `struct.error`.
    """
    cells = [_cells(kind, dump, values) for kind, dump, values in columns]
    return b"".join(chain.from_iterable(zip(repeat(_COUNT(len(columns))), *cells, strict=False)))


def _cells(kind: str, dump: Callable[[Any], Any] | None, values: Sequence[Any]) -> Cells:
    cell = _CELLS[kind]
    if kind == "jsonb":
        return [_NULL if value is None else cell(value) for value in values]
    make = cell if dump is None else lambda value: cell(dump(value))
    distinct = set(values)
    if 2 * len(distinct) <= len(values):
        known = {value: _NULL if value is None else make(value) for value in distinct}
        return map(known.__getitem__, values)
    if None in distinct:
        return [_NULL if value is None else make(value) for value in values]
    return map(make, values)


def _text(value: str) -> bytes:
    content = value.encode()
    return _LENGTH(len(content)) + content


def _bigint(value: int) -> bytes:
    return _BIGINT(8, value)


def _boolean(value: bool) -> bytes:  # noqa: FBT001 - a value, not a switch
    return _TRUE if value else _FALSE


def _date(value: dt.date) -> bytes:
    return _DATE(4, value.toordinal() - _EPOCH_DAY)


def _moment(value: dt.datetime) -> bytes:
    return _BIGINT(8, (value - _EPOCH) // _MICROSECOND)


def _jsonb(value: Any) -> bytes:
    content = _encode_json(value)
    return _LENGTH(len(content) + 1) + b"\1" + content


_CELLS: dict[str, Callable[[Any], bytes]] = {
    "text": _text,
    "bigint": _bigint,
    "boolean": _boolean,
    "date": _date,
    "timestamptz": _moment,
    "jsonb": _jsonb,
}
