"""What a read model is: a table that is made from events, can be thrown away, and can be made again.

Each read model is one module that declares a row, the fold that makes the rows, and the queries that people need. The fold
is pure, and the same for following and for rebuilding: nothing that it can reach has a side effect.

The columns are the fields of the row: str, Literal and StrEnum become text, int (Cents, Minutes) bigint, bool boolean, date date,
datetime timestamptz, and everything else (tuples, dicts, structs) jsonb; `| None` allows NULL.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping
from enum import Enum, StrEnum
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, Generic, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from selfbill.aggregates.event import Event, tag_of
from selfbill.store.streams import Recorded
from selfbill.values import Cents

R = TypeVar("R", bound=msgspec.Struct)

Key = tuple[Any, ...]
"""The values of a row's key columns, in their order."""

SqlType = Literal["text", "bigint", "boolean", "date", "timestamptz", "jsonb"]

_SCALARS: dict[Any, SqlType] = {
    str: "text",
    int: "bigint",
    bool: "boolean",
    dt.date: "date",
    dt.datetime: "timestamptz",
}


class Column(msgspec.Struct, frozen=True):
    """One column of a table, and how its values pass to and from the database; None passes as it is."""

    name: str
    type: SqlType
    nullable: bool
    load: Callable[[Any], Any] | None
    dump: Callable[[Any], Any] | None
    is_money: bool = False
    """Whether these are Cents, of which a sum says something."""


class ReadModel(msgspec.Struct, Generic[R], frozen=True, dict=True):
    """The declaration of a read model.

    `keys` names the rows that an event touches; it is asked only about the events that the model listens to. `evolve`
    makes the row with this key as it is after the event from the row before it; None is no row. Both are pure, and they
    decide nothing: an event that was recorded is believed.
    """

    name: str
    """Also the name of its table."""
    version: int
    """Is raised whenever `keys` or `evolve` makes other rows from the same events."""
    row: type[R]
    key: tuple[str, ...]
    listens: tuple[type[Event], ...]
    keys: Callable[[Recorded], Collection[Key]]
    evolve: Callable[[Key, R | None, Recorded], R | None]
    indexes: tuple[tuple[str, ...], ...] = ()
    """The columns of each index besides that of the key."""
    searched: tuple[str, ...] = ()
    """Text columns of words with a space between; together they have an index by which rows with such words are found."""
    of_one_stream: bool = False
    """Whether all events that touch a row stand in one stream. Then a rebuild may fold stream after stream, in any order."""
    of_one_event: bool = False
    """Whether each row is made of one event, with the event's position in its key. Then no row is looked for before it is written."""
    rows_after: Callable[[Recorded], Mapping[Key, R | None]] | None = None
    """Where no row depends on what it was: all rows that an event touches, as they are after it. A rebuild asks this instead of
    `keys` and `evolve`, which say the same one by one."""
    personal: tuple[str, ...] = ()
    """The columns that say something about a person; what they hold is copied nowhere, because it must go when the person is forgotten."""

    def __post_init__(self) -> None:
        assert self.of_one_stream or not self.of_one_event, f"{self.name}: what is of one event is of one stream"
        others = {*self.personal} - {*self.row.__struct_fields__} | {*self.personal} & {*self.key}
        assert not others, f"{self.name}: {others} are personal but no columns besides the key"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table, in the order of the row's fields."""
        hints = get_type_hints(self.row)
        return tuple(_column(name, hints[name]) for name in self.row.__struct_fields__)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with everything that would give other rows for the same events, as far as a program can know."""
        shape: tuple[Any, ...] = (
            self.version,
            self.key,
            [(column.name, column.type, column.nullable) for column in self.columns],
            sorted(self.indexes),
            sorted(tag_of(event) for event in self.listens),
        )
        if self.searched:
            shape = (*shape, self.searched)
        return hashlib.sha256(msgspec.json.encode(shape)).hexdigest()


def _column(name: str, hint: Any) -> Column:
    nullable = False
    if get_origin(hint) in (Union, UnionType):
        kinds = [each for each in get_args(hint) if each is not NoneType]
        nullable = len(kinds) < len(get_args(hint))
        hint = Union[tuple(kinds)]  # noqa: UP007 - made at run time
    is_money = hint is Cents
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    if hint in _SCALARS:
        return Column(name, _SCALARS[hint], nullable, None, None, is_money)
    if get_origin(hint) is Literal:
        return Column(name, "text", nullable, None, None)
    if isinstance(hint, type) and issubclass(hint, Enum):
        assert issubclass(hint, StrEnum), f"{name}: only a StrEnum can be read by others in the table"
        return Column(name, "text", nullable, hint, _value)
    assert hint is not float, f"{name}: there are no floats in this house"
    return Column(name, "jsonb", nullable, msgspec.json.Decoder(hint).decode, _json)


def _value(member: StrEnum) -> str:
    return str(member.value)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
