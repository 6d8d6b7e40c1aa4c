"""The shape of a table as it stands in the database, whoever made it, and how two tables are laid side by side.

In every statement here the old table is `o` and the new one `n`.
"""

from functools import cached_property
from typing import Any

import msgspec
from psycopg import Connection

COMPARABLE = frozenset({"text", "bigint", "boolean", "date", "timestamp with time zone", "jsonb"})
"""Types of which two values are compared as they are; values of any other type, or of two, as PostgreSQL writes them."""

SIDES = ("o", "n")


class Declared(msgspec.Struct, frozen=True):
    """How one column was made."""

    type: str
    nullable: bool

    def __str__(self) -> str:
        return self.type if self.nullable else f"{self.type} not null"


class Shape(msgspec.Struct, frozen=True):
    """The columns of a table by name, in their order, and its key."""

    table: str
    columns: dict[str, Declared]
    key: tuple[str, ...]

    @property
    def source(self) -> str:
        """The table's name as it stands in a statement."""
        return quoted(self.table)

    @property
    def besides_key(self) -> list[str]:
        """The columns that are not of the key."""
        return [name for name in self.columns if name not in self.key]

    @property
    def keyed(self) -> dict[str, str]:
        """The key's columns with their types."""
        return {name: self.columns[name].type for name in self.key}


def learn(connection: Connection[Any], table: str) -> Shape:
    """The shape of the table with this name; without a primary key its key is empty. Raises psycopg's UndefinedTable."""
    found = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, array_position(i.indkey::int2[], a.attnum)"
        " FROM pg_attribute AS a LEFT JOIN pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary"
        " WHERE a.attrelid = quote_ident(%s)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (table,),
    ).fetchall()
    key = sorted((place, name) for name, _, _, place in found if place is not None)
    return Shape(
        table=table,
        columns={name: Declared(type_, nullable) for name, type_, nullable, _ in found},
        key=tuple(name for _, name in key),
    )


class Pair(msgspec.Struct, frozen=True, dict=True):
    """Two tables whose rows can be laid beside each other, because their keys have the same columns."""

    old: Shape
    new: Shape

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The columns that both have, besides the key."""
        return tuple(name for name in self.new.besides_key if name in self.old.columns)

    @cached_property
    def matches(self) -> str:
        """Whether two rows have the same key."""
        sides = (_sides(name, self.new.columns[name].type) for name in self.new.key)
        return " AND ".join(f"{old} = {new}" for old, new in sides)

    @cached_property
    def differ(self) -> str:
        """Whether two rows differ in any column that both have."""
        return " OR ".join(map(self.differs, self.shared)) or "false"

    def differs(self, column: str) -> str:
        """Whether two rows differ in this column; NULL is a value like any other."""
        old, new = self.old.columns[column].type, self.new.columns[column].type
        if old == new and old in COMPARABLE:
            before, after = _sides(column, old)
        else:
            before, after = (f'{side}.{quoted(column)}::text COLLATE "C"' for side in SIDES)
        return f"{before} IS DISTINCT FROM {after}"


def is_pair(old: Shape, new: Shape) -> bool:
    """Whether the keys have the same columns, of the same types, so that a row of one is a row of the other."""
    return bool(new.key) and old.keyed == new.keyed


def quoted(name: str) -> str:
    """A name as it stands in a statement, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _sides(column: str, type_: str) -> tuple[str, str]:
    # A column that has been given an index sorts otherwise than before, and PostgreSQL compares no texts that sort differently.
    collation = ' COLLATE "C"' if type_ == "text" else ""
    return f"o.{quoted(column)}{collation}", f"n.{quoted(column)}{collation}"
