"""A row's fields are the table's columns, and what the database gives back is what was put there."""

import datetime as dt
from enum import Enum, StrEnum
from typing import Any, Literal, NewType

import msgspec
import pytest
from psycopg import Connection

from projections.histories import MODELS
from selfbill.aggregates.invoice_events import InvoiceIssued, InvoiceSent
from selfbill.projections import open_items
from selfbill.projections.read_model import ReadModel
from selfbill.projections.table import Table
from selfbill.values import Cents, Minutes, Period

Code = NewType("Code", str)


class Colour(StrEnum):
    GREEN_BLUE = "green-blue"


class Everything(msgspec.Struct, frozen=True):
    code: Code
    order: int
    amount: Cents
    minutes: Minutes | None
    day: dt.date
    moment: dt.datetime | None
    yes: bool
    colour: Colour
    perhaps: Colour | None
    side: Literal["a", "b"]
    numbers: tuple[int, ...]
    period: Period | None
    params: dict[str, Any]


def declare(row: Any, key: tuple[str, ...] = ("code", "order")) -> ReadModel[Any]:
    return ReadModel(
        name="everything",
        version=1,
        row=row,
        key=key,
        listens=(),
        keys=lambda _: (),
        evolve=lambda _, row, __: row,
        indexes=(("side", "day"),),
    )


FULL = Everything(
    Code('a "quoted" \\ { , } code'),
    1,
    Cents(-(2**62)),
    Minutes(0),
    dt.date(2026, 2, 28),
    dt.datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=dt.UTC),
    True,
    Colour.GREEN_BLUE,
    Colour.GREEN_BLUE,
    "a",
    (1, 2),
    Period(dt.date(2026, 1, 1)),
    {"attempt": 1, "nothing": None, "naïve": "é"},
)
EMPTY = Everything(Code(""), -1, Cents(0), None, dt.date.min, None, False, Colour.GREEN_BLUE, None, "b", (), None, {})


@pytest.fixture
def table(connection: Connection[Any]) -> Table[Everything]:
    made: Table[Everything] = Table(declare(Everything), "everything")
    made.create(connection)
    return made


def test_every_type_has_its_column() -> None:
    assert [(each.name, each.type, each.nullable) for each in declare(Everything).columns] == [
        ("code", "text", False),
        ("order", "bigint", False),
        ("amount", "bigint", False),
        ("minutes", "bigint", True),
        ("day", "date", False),
        ("moment", "timestamptz", True),
        ("yes", "boolean", False),
        ("colour", "text", False),
        ("perhaps", "text", True),
        ("side", "text", False),
        ("numbers", "jsonb", False),
        ("period", "jsonb", True),
        ("params", "jsonb", False),
    ]


def test_a_float_is_no_column() -> None:
    class Weighed(msgspec.Struct):
        weight: float

    with pytest.raises(AssertionError, match="no floats"):
        _ = declare(Weighed).columns


def test_an_enum_that_others_cannot_read_is_no_column() -> None:
    class Size(Enum):
        LARGE = object()

    class Sized(msgspec.Struct):
        size: Size

    with pytest.raises(AssertionError, match="StrEnum"):
        _ = declare(Sized).columns


@pytest.mark.parametrize("rows", [[FULL], [EMPTY], [FULL, EMPTY], [EMPTY, FULL]])
def test_what_is_put_is_loaded(table: Table[Everything], connection: Connection[Any], rows: list[Everything]) -> None:
    table.put(connection, rows)
    by_key = {(row.code, row.order): row for row in rows}
    assert table.load(connection, [*by_key, ("missing", 1)]) == by_key
    assert sorted(table.select(connection), key=lambda row: row.code) == sorted(rows, key=lambda row: row.code)


def test_putting_again_replaces_and_taking_removes(table: Table[Everything], connection: Connection[Any]) -> None:
    table.put(connection, [FULL, EMPTY])
    changed = msgspec.structs.replace(FULL, yes=False, period=None)
    table.put(connection, [changed])
    assert table.load(connection, [(FULL.code, 1)]) == {(FULL.code, 1): changed}
    table.take(connection, [(FULL.code, 1), ("missing", 0), (EMPTY.code, 1)])
    assert table.select(connection) == [EMPTY]


def test_a_table_of_nothing_but_keys_can_be_put_twice(connection: Connection[Any]) -> None:
    class Seen(msgspec.Struct, frozen=True):
        code: str

    table: Table[Seen] = Table(msgspec.structs.replace(declare(Seen, ("code",)), indexes=()), "seen")
    table.create(connection)
    table.put(connection, [Seen("a")])
    table.put(connection, [Seen("a"), Seen("b")])
    assert sorted(row.code for row in table.select(connection)) == ["a", "b"]


@pytest.mark.usefixtures("table")
def test_codes_sort_by_their_characters_whatever_the_database_is_used_to(connection: Connection[Any]) -> None:
    collations = dict(
        connection.execute(
            "SELECT column_name, collation_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = 'everything' AND data_type = 'text'"
        ).fetchall()
    )
    assert collations == {"code": "C", "side": "C", "colour": None, "perhaps": None}


def test_the_fingerprint_changes_with_whatever_makes_other_rows() -> None:
    model = open_items.MODEL
    replace = msgspec.structs.replace
    others = [
        replace(model, version=model.version + 1),
        replace(model, key=("number", "debtor")),
        replace(model, indexes=()),
        replace(model, listens=(InvoiceIssued, InvoiceSent)),
        replace(model, row=Everything),
        replace(model, searched=("reference",)),
    ]
    assert len({each.fingerprint for each in [model, *others]}) == 7
    assert replace(model, listens=model.listens[::-1]).fingerprint == model.fingerprint


def test_every_read_model_has_a_name_a_key_and_keyed_columns_of_its_own() -> None:
    assert len({model.name for model in MODELS}) == len(MODELS)
    for model in MODELS:
        columns = {column.name for column in model.columns}
        assert {*model.key, *(name for index in model.indexes for name in index), *model.searched} <= columns
