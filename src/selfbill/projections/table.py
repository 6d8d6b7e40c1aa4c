"""The table of a read model in an agency's schema: made from the declaration, read and written by whole batches."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec
from psycopg import Connection, Cursor

from selfbill.projections.read_model import Column, Key, ReadModel
from selfbill.store.arrays import PACKERS, PackedArray
from selfbill.store.copying import HEADER, TRAILER, encoded

FILL_PERCENT = 70
"""Room on every page for the next version of its rows: a row that changes stays on its page, and the indexes need not know."""

R = TypeVar("R", bound=msgspec.Struct)


class Table(msgspec.Struct, Generic[R], frozen=True, dict=True):
    """The table that holds the rows of this model, under its own name or under that of a draft.

    The connection's `search_path` names the agency.
    """

    model: ReadModel[R]
    name: str

    def create(self, connection: Connection[Any]) -> None:
        """Makes the table with its key and indexes."""
        self.create_bare(connection)
        self.add_key(connection)
        self.add_indexes(connection)

    def create_bare(self, connection: Connection[Any]) -> None:
        """Makes the table without anything that would slow down filling it."""
        connection.execute(self._create)

    def add_key(self, connection: Connection[Any]) -> None:
        """Adds the key, by which rows are found and replaced."""
        connection.execute(f"ALTER TABLE {self.name} ADD PRIMARY KEY ({', '.join(map(_quoted, self.model.key))})")

    def add_indexes(self, connection: Connection[Any]) -> None:
        """Adds the other indexes."""
        for index in self.model.indexes:
            connection.execute(f"CREATE INDEX ON {self.name} ({', '.join(map(_quoted, index))})")
        if self.model.searched:
            # Without its list of what is still to be taken in, through which every question would have to go.
            connection.execute(f"CREATE INDEX ON {self.name} USING gin (({self._words})) WITH (fastupdate = off)")

    def copy(self, connection: Connection[Any], rows: Sequence[R]) -> None:
        """Adds these rows, of which none is there yet."""
        values = zip(*map(msgspec.structs.astuple, rows), strict=True)
        content = encoded(
            [(column.type, column.dump, each) for column, each in zip(self.model.columns, values, strict=True)]
        )
        names = ", ".join(_quoted(column.name) for column in self.model.columns)
        statement: Any = f"COPY {self.name} ({names}) FROM STDIN (FORMAT BINARY)"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(HEADER + content + TRAILER)

    def load(self, connection: Connection[Any], keys: Collection[Key]) -> dict[Key, R]:
        """The rows with these keys that there are."""
        return self.answer(self.ask(connection, keys))

    def ask(self, connection: Connection[Any], keys: Collection[Key]) -> Cursor[Any]:
        """Asks for the rows with these keys; in a pipeline the database looks them up meanwhile."""
        return connection.execute(self._load, self._packed(keys), prepare=True, binary=True)

    def answer(self, asked: Cursor[Any]) -> dict[Key, R]:
        """The rows that were asked for and are there."""
        return {self._key_of(row): row for row in self.read(asked)}

    def put(self, connection: Connection[Any], rows: Sequence[R]) -> None:
        """Writes these rows, each in place of the one with its key."""
        values = zip(*map(msgspec.structs.astuple, rows), strict=True)
        parameters = [
            PACKERS[_passed_as(column)](
                each if column.dump is None else [None if value is None else column.dump(value) for value in each]
            )
            for column, each in zip(self.model.columns, values, strict=True)
        ]
        connection.execute(self._put, parameters, prepare=True)

    def take(self, connection: Connection[Any], keys: Collection[Key]) -> None:
        """Removes the rows with these keys."""
        connection.execute(self._take, self._packed(keys), prepare=True)

    def select(self, connection: Connection[Any], rest: str = "", parameters: Any = ()) -> list[R]:
        """The rows that `rest` (WHERE, ORDER BY, LIMIT) asks for."""
        query: Any = f"SELECT {self._columns} FROM {self.name} AS t {rest}"
        return self.read(connection.execute(query, parameters, binary=True))

    def find(
        self, connection: Connection[Any], asked: str, also: str, parameters: dict[str, Any], most: int
    ) -> list[R]:
        """At most so many rows whose words answer `asked`, a tsquery, and for which `also` holds; any of them, by their index.

        The planner is not told what is asked or how few rows are wanted: it would take a common word for a reason to read the
        whole table.
        """
        query: Any = (
            f"WITH found AS MATERIALIZED (SELECT {self._columns} FROM {self.name} AS t"
            f" WHERE {self._words} @@ (SELECT %(asked)s::tsquery) AND {also}) SELECT * FROM found LIMIT %(most)s"
        )
        return self.read(connection.execute(query, parameters | {"asked": asked, "most": most}, binary=True))

    def read(self, found: Iterable[tuple[Any, ...]]) -> list[R]:
        """The rows from what a query for exactly this table's columns gave."""
        converters = [(at, column.load) for at, column in enumerate(self.model.columns) if column.load is not None]
        make = self.model.row
        if not converters:
            return [make(*values) for values in found]
        rows = []
        for values in found:
            fields = list(values)
            for at, convert in converters:
                if fields[at] is not None:
                    fields[at] = convert(fields[at])
            rows.append(make(*fields))
        return rows

    def _packed(self, keys: Collection[Key]) -> list[PackedArray]:
        return [
            PACKERS[column.type](values)
            for column, values in zip(self._key_columns, zip(*keys, strict=True), strict=True)
        ]

    @cached_property
    def _key_of(self) -> Any:
        get = attrgetter(*self.model.key)
        return get if len(self.model.key) > 1 else lambda row: (get(row),)

    @cached_property
    def _key_columns(self) -> list[Column]:
        by_name = {column.name: column for column in self.model.columns}
        return [by_name[name] for name in self.model.key]

    @cached_property
    def _columns(self) -> str:
        return ", ".join(f"t.{_as_text(column)}" for column in self.model.columns)

    @cached_property
    def _words(self) -> str:
        """The words of a row, of which there is an index."""
        together = " || ' ' || ".join(map(_quoted, self.model.searched))
        return f"({together})::tsvector"

    @cached_property
    def _wanted(self) -> str:
        """The keys as a table of their own, from one array for each key column."""
        arrays = ", ".join(f"%b::{column.type}[]" for column in self._key_columns)
        return f"unnest({arrays}) AS wanted ({', '.join(_quoted(name) for name in self.model.key)})"

    @cached_property
    def _matches(self) -> str:
        return " AND ".join(f"t.{_quoted(name)} = wanted.{_quoted(name)}" for name in self.model.key)

    @cached_property
    def _load(self) -> Any:
        # The LIMIT keeps this a probe of the key's index for each key, whatever the planner believes of the table's size.
        found = f"SELECT * FROM {self.name} AS t WHERE {self._matches} LIMIT 1"
        return f"SELECT {self._columns} FROM {self._wanted}, LATERAL ({found}) AS t"

    @cached_property
    def _put(self) -> Any:
        names = [_quoted(column.name) for column in self.model.columns]
        arrays = ", ".join(f"%b::{_passed_as(column)}[]" for column in self.model.columns)
        new = ", ".join(
            f"{name}::jsonb" if column.type == "jsonb" else name
            for name, column in zip(names, self.model.columns, strict=True)
        )
        changed = ", ".join(
            f"{_quoted(column.name)} = excluded.{_quoted(column.name)}"
            for column in self.model.columns
            if column.name not in self.model.key
        )
        return (
            f"INSERT INTO {self.name} ({', '.join(names)}) SELECT {new} FROM unnest({arrays}) AS new ({', '.join(names)})"
            f" ON CONFLICT ({', '.join(map(_quoted, self.model.key))}) DO "
            + (f"UPDATE SET {changed}" if changed else "NOTHING")
        )

    @cached_property
    def _take(self) -> Any:
        return f"DELETE FROM {self.name} AS t USING {self._wanted} WHERE {self._matches}"

    @cached_property
    def _create(self) -> Any:
        columns = [
            f"{_quoted(column.name)} {column.type}"
            f"{_collation(column, self.model)}{'' if column.nullable else ' NOT NULL'}"
            for column in self.model.columns
        ]
        fill = 100 if self.model.of_one_event else FILL_PERCENT
        return f"CREATE TABLE {self.name} ({', '.join(columns)}) WITH (fillfactor = {fill})"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _passed_as(column: Column) -> str:
    return "text" if column.type == "jsonb" else column.type


def _as_text(column: Column) -> str:
    return f"{_quoted(column.name)}::text" if column.type == "jsonb" else _quoted(column.name)


def _collation(column: Column, model: ReadModel[Any]) -> str:
    """Codes and numbers sort by their characters, everywhere the same; what people read sorts as the database does."""
    is_code = column.name in model.key or any(column.name in index for index in model.indexes)
    return ' COLLATE "C"' if column.type == "text" and is_code else ""
