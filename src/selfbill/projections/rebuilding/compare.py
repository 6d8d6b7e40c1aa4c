"""What would change if the new table of a read model took the place of the one that people look at.

The old table may have been made by another version of the declaration, with other columns, other types or even another key;
so its shape is learnt from the database. The new one decides which columns are amounts, and which are personal.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding.differences import ComparedColumn, Comparison, Samples
from selfbill.projections.rebuilding.sampling import Sampler
from selfbill.projections.rebuilding.shape import Pair, Shape, is_pair, learn, quoted
from selfbill.values import Cents

SAMPLE_ROWS = 20
"""Of each sort: as many as a person reads."""

WORK_MEMORY_KIB = 64 * 1024
"""Room to lay 200,000 rows of 32 columns side by side in memory (73 MB: PostgreSQL takes up to twice as much for a hash table);
with its usual 4 MB it writes and reads 125 MB of temporary files for them, which on a quick disk takes no longer: a second."""

Counts = Mapping[tuple[str, str], int]
"""What was counted: the kind of count, and the column that it is about (empty: none)."""


class Stand(msgspec.Struct, frozen=True):
    """Where a table stood: the last event that it followed, and the declaration that made it."""

    position: int
    version: int
    fingerprint: str


def compare(
    connection: Connection[Any],
    model: ReadModel[Any],
    old: str | None,
    new: str,
    *,
    old_stand: Stand | None = None,
    new_position: int = 0,
    sample: int = SAMPLE_ROWS,
) -> Comparison:
    """How table `new`, which `model` made, differs from table `old`; None where there is none yet.

    Runs in the caller's REPEATABLE READ transaction, so that everything is of one moment, and leaves its settings (more memory,
    one core) to the rest of it. `sample` is the number of rows shown of each sort. Raises psycopg's UndefinedTable.
    """
    _take_room(connection)
    after = learn(connection, new)
    before = None if old is None else learn(connection, old)
    pair = Pair(before, after) if before is not None and is_pair(before, after) else None
    counts = _count(connection, model, before, after, pair)
    ((taken_at,),) = connection.execute("SELECT transaction_timestamp()")
    return Comparison(
        model=model.name,
        taken_at=taken_at,
        old_position=old_stand.position if old_stand else None,
        new_position=new_position,
        old_version=old_stand.version if old_stand else None,
        new_version=model.version,
        old_fingerprint=old_stand.fingerprint if old_stand else None,
        new_fingerprint=model.fingerprint,
        old_key=before.key if before else None,
        new_key=after.key,
        matched=pair is not None,
        old_rows=counts.get(("old_rows", "")),
        new_rows=counts["new_rows", ""],
        only_old=counts.get(("only_old", "")),
        only_new=counts.get(("only_new", "")),
        changed=counts.get(("changed", "")),
        unchanged=counts["both", ""] - counts["changed", ""] if pair else None,
        columns=_columns(model, before, after, counts),
        samples=_samples(Sampler(connection, model.personal, sample), before, after, pair, counts),
    )


def _take_room(connection: Connection[Any]) -> None:
    """More memory; and one core only, because people go on working meanwhile."""
    connection.execute(
        "SELECT set_config('work_mem', greatest(setting::bigint, %s) || 'kB', true),"
        " set_config('max_parallel_workers_per_gather', '0', true) FROM pg_settings WHERE name = 'work_mem'",
        (WORK_MEMORY_KIB,),
    )


def _count(
    connection: Connection[Any], model: ReadModel[Any], before: Shape | None, after: Shape, pair: Pair | None
) -> Counts:
    """Everything that is counted, in one pass over both tables; without pairs in one over each."""
    old, new = _of_side("old", before, after, model), _of_side("new", after, before, model)
    if pair is None:
        counts = _ask(connection, new, f"{after.source} AS n")
        return counts if before is None else {**counts, **_ask(connection, old, f"{before.source} AS o")}
    key = quoted(after.key[0])
    in_both = f"o.{key} IS NOT NULL AND n.{key} IS NOT NULL"
    of_both = {
        ("only_old", ""): f"count(*) FILTER (WHERE n.{key} IS NULL)",
        ("only_new", ""): f"count(*) FILTER (WHERE o.{key} IS NULL)",
        ("both", ""): f"count(*) FILTER (WHERE {in_both})",
        ("changed", ""): f"count(*) FILTER (WHERE {in_both} AND ({pair.differ}))",
    } | {("differing", name): f"count(*) FILTER (WHERE {in_both} AND {pair.differs(name)})" for name in pair.shared}
    rows = f"{pair.old.source} AS o FULL JOIN {pair.new.source} AS n ON {pair.matches}"
    return _ask(connection, old | new | of_both, rows)


def _of_side(name: str, here: Shape | None, there: Shape | None, model: ReadModel[Any]) -> dict[tuple[str, str], str]:
    """What is asked about one table by itself, as SQL: rows, sums of amounts, and how full the columns are that it alone has."""
    if here is None:
        return {}
    side = name[0]
    money = {column.name for column in model.columns if column.is_money}
    asked = {(f"{name}_rows", ""): f"count({side}.{quoted(here.key[0])})" if here.key else "count(*)"}
    for column, declared in here.columns.items():
        if column in money and declared.type == "bigint":
            asked[f"{name}_sum", column] = f"coalesce(sum({side}.{quoted(column)}), 0)"
        if there is not None and column not in there.columns:
            asked["filled", column] = f"count({side}.{quoted(column)})"
    return asked


def _ask(connection: Connection[Any], asked: Mapping[tuple[str, str], str], rows: str) -> Counts:
    query: Any = f"SELECT {', '.join(asked.values())} FROM {rows}"
    (found,) = connection.execute(query)
    return {what: int(count) for what, count in zip(asked, found, strict=True)}


def _columns(model: ReadModel[Any], before: Shape | None, after: Shape, counts: Counts) -> tuple[ComparedColumn, ...]:
    old = before.columns if before else {}
    money = {column.name for column in model.columns if column.is_money}
    found = []
    for name in dict.fromkeys([*after.columns, *old]):
        old_sum, new_sum = counts.get(("old_sum", name)), counts.get(("new_sum", name))
        found.append(
            ComparedColumn(
                name=name,
                old_type=str(old[name]) if name in old else None,
                new_type=str(after.columns[name]) if name in after.columns else None,
                differing=counts.get(("differing", name)),
                filled=counts.get(("filled", name)),
                old_sum=None if old_sum is None else Cents(old_sum),
                new_sum=None if new_sum is None else Cents(new_sum),
                sum_difference=None if old_sum is None or new_sum is None else Cents(new_sum - old_sum),
                is_money=name in money,
                is_personal=name in model.personal,
            )
        )
    return tuple(found)


def _samples(sampler: Sampler, before: Shape | None, after: Shape, pair: Pair | None, counts: Counts) -> Samples:
    if before is None:
        return Samples(only_new=sampler.any_new(after))
    if pair is None:
        return Samples()
    added = [name for name in after.columns if counts.get(("filled", name))]
    return Samples(
        only_old=sampler.only_old(pair) if counts["only_old", ""] else (),
        only_new=sampler.only_new(pair) if counts["only_new", ""] else (),
        changed=sampler.changed(pair) if counts["changed", ""] else (),
        added=sampler.filled(after, added) if added else (),
    )
