"""What would change is counted to the row and to the cent, whoever made the old table, and nobody's name is copied."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from projections import happenings as say
from projections.histories import MODELS, fold, history
from selfbill.aggregates.bank_account import AccountShared
from selfbill.aggregates.party import ContactNamed, PartyDetails, Representative
from selfbill.aggregates.payment_events import PaymentDetails
from selfbill.projections import debtor_card
from selfbill.projections.people import Address
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import compare as compare_module
from selfbill.projections.rebuilding.compare import Stand, compare
from selfbill.projections.rebuilding.differences import ComparedColumn, Comparison, SampledRow, SampledValue, Samples
from selfbill.projections.rebuilding.sampling import CUT, LEAD, SHOWN_CHARACTERS
from selfbill.projections.table import Table
from selfbill.values import Cents


class Owed(msgspec.Struct, frozen=True):
    """What the tests compare, in its first version."""

    number: str
    amount: Cents = Cents(0)
    due: dt.date | None = None
    facts: dict[str, Any] = {}
    words: str | None = None


def declare(row: Any = Owed, key: tuple[str, ...] = ("number",), **others: Any) -> ReadModel[Any]:
    facts: dict[str, Any] = {"name": "owed", "version": 1, "row": row, "key": key, "listens": ()} | others
    return ReadModel(keys=lambda _: (), evolve=lambda _, row, __: row, **facts)


OWED = declare()
OLD, NEW = "owed", "owed__draft"

Made = Callable[..., Comparison]


@pytest.fixture
def compared(connection: Connection[Any]) -> Made:
    """Makes both tables with these rows and compares them; the old one may be of another declaration."""

    def make(
        old_rows: Sequence[Any] | None,
        new_rows: Sequence[Any],
        model: ReadModel[Any] = OWED,
        old_model: ReadModel[Any] = OWED,
        **options: Any,
    ) -> Comparison:
        for name, rows, each in ((OLD, old_rows, old_model), (NEW, new_rows, model)):
            connection.execute(f"DROP TABLE IF EXISTS {name}".encode())
            if rows is not None:
                Table(each, name).create(connection)
                if rows:
                    Table(each, name).put(connection, rows)
        return look(connection, model, None if old_rows is None else OLD, NEW, **options)

    return make


def look(connection: Connection[Any], model: ReadModel[Any], old: str | None, new: str, **options: Any) -> Comparison:
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = compare(connection, model, old, new, **options)
    kept = msgspec.json.decode(msgspec.json.encode(found), type=Comparison)
    assert kept == found
    return found


def counts(found: Comparison) -> tuple[int | None, ...]:
    return found.only_old, found.only_new, found.changed, found.unchanged


def column(found: Comparison, name: str) -> ComparedColumn:
    (one,) = (each for each in found.columns if each.name == name)
    return one


ROWS = [
    Owed("a", Cents(100), dt.date(2026, 7, 1), {"x": 1}, "first"),
    Owed("b", Cents(-250), None, {}, None),
    Owed("c", Cents(0), dt.date(2026, 7, 3), {"x": [1, 2]}, ""),
]


def test_the_same_rows_are_no_difference(compared: Made) -> None:
    found = compared(ROWS, ROWS[::-1])
    assert found.is_equal
    assert found.matched
    assert (found.old_rows, found.new_rows, *counts(found)) == (3, 3, 0, 0, 0, 3)
    assert [*found.added, *found.removed, *found.retyped] == []
    assert found.samples == Samples()
    assert {each.differing for each in found.columns if each.name != "number"} == {0}


def test_two_empty_tables_are_no_difference(compared: Made) -> None:
    found = compared([], [])
    assert found.is_equal
    assert (found.old_rows, found.new_rows, *counts(found)) == (0, 0, 0, 0, 0, 0)
    assert column(found, "amount").sum_difference == 0


def test_it_says_what_was_compared_and_when(compared: Made) -> None:
    stand = Stand(position=41, version=7, fingerprint="abc")
    found = compared(ROWS, ROWS, old_stand=stand, new_position=42)
    assert (found.old_position, found.old_version, found.old_fingerprint) == (41, 7, "abc")
    assert (found.new_position, found.new_version, found.new_fingerprint) == (42, 1, OWED.fingerprint)
    assert abs(found.taken_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert (found.model, found.old_key, found.new_key) == ("owed", ("number",), ("number",))


def test_rows_that_one_side_has_are_counted_and_shown(compared: Made) -> None:
    found = compared([ROWS[0], ROWS[1]], [ROWS[1], ROWS[2]])
    assert counts(found) == (1, 1, 0, 1)
    assert not found.is_equal
    assert found.samples.only_old == (
        SampledRow(
            ("a",),
            (
                SampledValue("amount", "100"),
                SampledValue("due", "2026-07-01"),
                SampledValue("facts", '{"x": 1}'),
                SampledValue("words", "first"),
            ),
        ),
    )
    assert found.samples.only_new == (
        SampledRow(
            ("c",),
            (
                SampledValue("amount", new="0"),
                SampledValue("due", new="2026-07-03"),
                SampledValue("facts", new='{"x": [1, 2]}'),
                SampledValue("words", new=""),
            ),
        ),
    )


def test_values_that_changed_are_counted_per_column_and_nothing_is_a_value_too(compared: Made) -> None:
    replace = msgspec.structs.replace
    changed = [
        replace(ROWS[0], words=None, facts={"x": 2}),
        replace(ROWS[1], words="", facts={"x": None}),
        replace(ROWS[2], due=None),
    ]
    found = compared(ROWS, changed)
    assert counts(found) == (0, 0, 3, 0)
    assert {each.name: each.differing for each in found.columns} == {
        "number": None,
        "amount": 0,
        "due": 1,
        "facts": 2,
        "words": 2,
    }
    assert found.samples.changed == (
        SampledRow(("a",), (SampledValue("facts", '{"x": 1}', '{"x": 2}'), SampledValue("words", "first", None))),
        SampledRow(("b",), (SampledValue("facts", "{}", '{"x": null}'), SampledValue("words", None, ""))),
        SampledRow(("c",), (SampledValue("due", "2026-07-03", None),)),
    )


def test_documents_are_compared_by_what_they_say(compared: Made, connection: Connection[Any]) -> None:
    found = compared([Owed("a", facts={"x": 1, "y": 2})], [Owed("a", facts={"y": 2, "x": 1})])
    assert found.is_equal
    connection.execute("""UPDATE owed SET facts = '{"y": 2.0, "x": 1}'""")
    assert look(connection, OWED, OLD, NEW).is_equal


def test_amounts_are_summed_over_the_whole_tables(compared: Made) -> None:
    found = compared(ROWS, [*ROWS[1:], Owed("d", Cents(10**15))])
    assert [each.name for each in found.sums] == ["amount"]
    amount = column(found, "amount")
    assert (amount.old_sum, amount.new_sum, amount.sum_difference) == (-150, 10**15 - 250, 10**15 - 100)


class Aged(msgspec.Struct, frozen=True):
    """With a column added, and one of which the type changed."""

    number: str
    amount: Cents
    due: str | None
    words: str
    late: Cents | None = None
    why: str | None = None


AGED = declare(Aged, version=2, indexes=(("words",),))


def test_columns_that_were_added_removed_or_of_another_type_are_named(compared: Made) -> None:
    new = [Aged("a", Cents(100), "2026-07-01", "first"), Aged("b", Cents(-250), None, "", Cents(5), "late")]
    found = compared(ROWS[:2], new, AGED)
    assert not found.is_equal
    assert [each.name for each in found.added] == ["late", "why"]
    assert [each.name for each in found.removed] == ["facts"]
    assert [(each.name, each.old_type, each.new_type) for each in found.retyped] == [
        ("due", "date", "text"),
        ("words", "text", "text not null"),
    ]
    assert (column(found, "due").differing, column(found, "words").differing) == (0, 1)
    assert counts(found) == (0, 0, 1, 1)
    assert (column(found, "late").filled, column(found, "facts").filled) == (1, 2)
    assert (column(found, "late").old_sum, column(found, "late").new_sum) == (None, 5)
    assert column(found, "late").sum_difference is None
    assert found.samples.added == (
        SampledRow(("b",), (SampledValue("late", new="5"), SampledValue("why", new="late"))),
    )


def test_rows_that_are_alike_but_for_a_column_are_not_equal_tables(compared: Made) -> None:
    class Longer(Owed, frozen=True):
        extra: str | None = None

    longer = [Longer(**msgspec.structs.asdict(row)) for row in ROWS]
    for found in (compared(ROWS, longer, declare(Longer)), compared(longer, ROWS, old_model=declare(Longer))):
        assert counts(found) == (0, 0, 0, 3)
        assert not found.is_equal


def test_an_index_more_changes_how_a_column_sorts_and_nothing_else(compared: Made) -> None:
    assert compared(ROWS, ROWS, declare(indexes=(("words",),))).is_equal


def test_with_another_key_there_are_counts_and_sums_only(compared: Made) -> None:
    found = compared(ROWS, ROWS[:1], declare(key=("number", "amount")))
    assert not found.matched
    assert not found.is_equal
    assert (found.old_key, found.new_key) == (("number",), ("number", "amount"))
    assert (found.old_rows, found.new_rows) == (3, 1)
    assert counts(found) == (None, None, None, None)
    assert column(found, "amount").sum_difference == 250
    assert {each.differing for each in found.columns} == {None}
    assert found.samples == Samples()


def test_a_key_of_another_type_is_another_key(compared: Made) -> None:
    class Numbered(msgspec.Struct, frozen=True):
        number: int

    found = compared(ROWS, [Numbered(1)], declare(Numbered))
    assert not found.matched
    assert [each.name for each in found.retyped] == ["number"]


def test_a_key_in_another_order_names_the_same_rows(compared: Made) -> None:
    old = declare(key=("number", "words"), row=Full)
    new = declare(key=("words", "number"), row=Full)
    rows = [Full("a", "x"), Full("b", "y")]
    found = compared(rows, [*rows[:1], Full("c", "z")], new, old)
    assert counts(found) == (1, 1, 0, 1)
    assert (found.samples.only_old[0].key, found.samples.only_new[0].key) == (("y", "b"), ("z", "c"))


class Full(msgspec.Struct, frozen=True):
    number: str
    words: str


def test_a_first_table_has_nothing_to_be_compared_with(compared: Made) -> None:
    found = compared(None, ROWS[:1])
    assert not found.has_old
    assert not found.is_equal
    assert (found.old_rows, found.old_key, found.new_rows) == (None, None, 1)
    assert counts(found) == (None, None, None, None)
    assert (column(found, "amount").old_sum, column(found, "amount").new_sum) == (None, 100)
    assert [row.key for row in found.samples.only_new] == [("a",)]


@pytest.mark.usefixtures("compared")
def test_a_table_that_is_not_there_is_nothing_to_be_equal_to(connection: Connection[Any]) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        look(connection, OWED, "no such table", "nor this")


HOSTILE = """<script>alert("1")</script>'; DROP TABLE owed; -- %s %(x)s {x} \\ \x1b[31m \u202e \U0001f4a9"""


def test_whatever_stands_in_a_value_or_a_name_is_only_text(compared: Made, connection: Connection[Any]) -> None:
    found = compared([Owed(HOSTILE, words="1")], [Owed(HOSTILE, words=HOSTILE)])
    assert found.samples.changed == (SampledRow((HOSTILE,), (SampledValue("words", "1", HOSTILE),)),)
    for name in ("Röw %s", 'quo"ted', "sel;ect"):
        quoted = name.replace('"', '""').replace("%", "%%")
        connection.execute(f'ALTER TABLE owed ADD COLUMN "{quoted}" numeric(6, 2)'.replace("%%", "%").encode())
    connection.execute(b'ALTER TABLE owed RENAME TO "ow""ed %s"')
    found = look(connection, OWED, 'ow"ed %s', NEW)
    assert [(each.name, each.old_type) for each in found.removed] == [
        ("Röw %s", "numeric(6,2)"),
        ('quo"ted', "numeric(6,2)"),
        ("sel;ect", "numeric(6,2)"),
    ]


def test_samples_are_the_first_by_key_and_never_more_than_asked(compared: Made) -> None:
    numbers = [f"{at:03}" for at in range(300)]
    old = [Owed(each, Cents(1)) for each in numbers[:200]]
    new = [Owed(each, Cents(2)) for each in numbers[100:]]
    found = compared(old[::-1], new[::-1], sample=3)
    assert counts(found) == (100, 100, 100, 0)
    for rows, first in ((found.samples.only_old, 0), (found.samples.changed, 100), (found.samples.only_new, 200)):
        assert [row.key for row in rows] == [(each,) for each in numbers[first : first + 3]]
    assert compared(old, new, sample=0).samples == Samples()


def test_long_values_are_cut_around_what_differs(compared: Made) -> None:
    long = "x" * 5000
    found = compared([Owed("a", words=f"{long}old{long}")], [Owed("a", words=f"{long}new{long}")])
    ((value,),) = (row.values for row in found.samples.changed)
    assert value.old is not None
    assert value.old.startswith(f"{CUT}{'x' * LEAD}old")
    assert value.new is not None
    assert value.new.startswith(f"{CUT}{'x' * LEAD}new")
    assert len(value.old) == len(value.new) == SHOWN_CHARACTERS + 2
    only = compared([], [Owed("a", words=long)]).samples.only_new[0].values[-1].new
    assert only == "x" * SHOWN_CHARACTERS + CUT


def test_what_is_personal_differs_without_being_shown(compared: Made) -> None:
    model = declare(personal=("words", "due"))
    secret = [Owed("a", Cents(1), dt.date(1950, 1, 1), words="Anna Geheim"), Owed("b", words="Bo Geheim")]
    public = [Owed("a", Cents(2), dt.date(1950, 1, 1), words="Anna Stil"), Owed("c", words="Cees Stil")]
    found = compared(secret, public, model)
    assert (column(found, "words").differing, column(found, "words").is_personal) == (1, True)
    assert found.samples.changed == (
        SampledRow(("a",), (SampledValue("amount", "1", "2"), SampledValue("words", is_hidden=True))),
    )
    kept = msgspec.json.encode(found).decode()
    assert not any(word in kept for word in ("Geheim", "Stil", "1950"))


def test_a_column_that_no_declaration_knows_any_more_is_not_shown(compared: Made) -> None:
    class Shorter(msgspec.Struct, frozen=True):
        number: str

    found = compared([Owed("a", words="Anna Geheim")], [Shorter("b")], declare(Shorter))
    assert found.samples.only_old == (SampledRow(("a",), ()),)
    assert "Geheim" not in msgspec.json.encode(found).decode()


@pytest.mark.parametrize("personal", ["nobody", "number"])
def test_only_a_column_can_be_personal_and_no_key(personal: str) -> None:
    with pytest.raises(AssertionError, match="personal but no columns"):
        declare(personal=(personal,))


def test_what_is_personal_makes_no_other_rows() -> None:
    assert declare(personal=("words",)).fingerprint == OWED.fingerprint


def test_every_column_that_holds_something_about_a_person_is_declared_so() -> None:
    """Everything that is sealed in an event is told apart by a mark, and found again in the rows."""
    mark = "\N{LOCK}"
    representative = Representative(mark, mark, mark)
    fields: dict[str, Any] = dict.fromkeys(PartyDetails.__struct_fields__, mark)
    details = PartyDetails(**fields | {"representative": representative})
    told = history(
        say.customer(details),
        say.freelancer(details),
        ContactNamed(code=say.K01, contact=1, name=mark),
        *say.a_week()[2:],
        say.statement_taken(mark, name="S2"),
        AccountShared(owner="Z01", account=mark),
        say.received(PaymentDetails(**dict.fromkeys(PaymentDetails.__struct_fields__, mark)), payment="3"),
    )
    for model in MODELS:
        holding = {
            name
            for row in fold(model, told).values()
            for name, value in msgspec.structs.asdict(row).items()
            if mark in msgspec.json.encode(value).decode()
        }
        assert holding == {*model.personal}, model.name


def test_a_card_that_was_made_anew_differs_without_a_name(connection: Connection[Any]) -> None:
    model = debtor_card.MODEL
    (row,) = fold(model, history(*say.a_week())).values()
    for name in (OLD, NEW):
        Table(model, name).create(connection)
    Table(model, OLD).put(connection, [row])
    assert look(connection, model, OLD, NEW).only_old == 1
    Table(model, NEW).put(connection, [row])
    assert look(connection, model, OLD, NEW).is_equal
    moved = msgspec.structs.replace(
        row, address=Address("Nieuwe weg", "1", "1234 AB", "Elders"), open=Cents(row.open + 1)
    )
    Table(model, NEW).put(connection, [moved])
    found = look(connection, model, OLD, NEW)
    assert found.samples.changed == (
        SampledRow(
            (row.code,),
            (SampledValue("address", is_hidden=True), SampledValue("open", str(row.open), str(moved.open))),
        ),
    )


def test_the_memory_of_a_server_that_has_more_is_left_as_it_is(compared: Made, connection: Connection[Any]) -> None:
    compared(ROWS, ROWS)
    for own, then in (("4MB", compare_module.WORK_MEMORY_KIB), ("256MB", 256 * 1024)):
        with connection.transaction():
            connection.execute(f"SET LOCAL work_mem = '{own}'".encode())
            compare(connection, OWED, OLD, NEW)
            shown = connection.execute("SELECT setting::bigint FROM pg_settings WHERE name = 'work_mem'").fetchone()
            assert shown == (then,)


_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3)
_rows = st.lists(
    st.builds(
        Owed,
        number=st.sampled_from(["", "a", "b", "A", "é", "c"]),
        amount=st.integers(-(10**12), 10**12) | st.integers(0, 1),
        due=st.none() | st.sampled_from([dt.date(2026, 7, 1), dt.date(2026, 7, 2)]),
        facts=st.dictionaries(_texts, st.none() | st.integers(0, 1) | _texts, max_size=1),
        words=st.none() | _texts,
    ),
    max_size=6,
    unique_by=lambda row: row.number,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=_rows, new=_rows)
def test_the_counts_are_those_of_whoever_lays_the_rows_side_by_side(
    compared: Made, old: list[Owed], new: list[Owed]
) -> None:
    before, after = {row.number: row for row in old}, {row.number: row for row in new}
    both = before.keys() & after.keys()
    changed = {number for number in both if before[number] != after[number]}
    found = compared(old, new, sample=2)
    assert (found.old_rows, found.new_rows) == (len(old), len(new))
    assert counts(found) == (len(before) - len(both), len(after) - len(both), len(changed), len(both) - len(changed))
    assert found.is_equal == (before == after)
    for name in ("amount", "due", "facts", "words"):
        differing = sum(getattr(before[number], name) != getattr(after[number], name) for number in both)
        assert column(found, name).differing == differing
    assert column(found, "amount").sum_difference == sum(row.amount for row in new) - sum(row.amount for row in old)
    for rows, keys in (
        (found.samples.only_old, before.keys() - both),
        (found.samples.only_new, after.keys() - both),
        (found.samples.changed, changed),
    ):
        assert [row.key for row in rows] == [(each,) for each in sorted(keys)[:2]]
