"""What a comparison of two tables found: kept with its rebuild, and shown before anything goes live.

What a person's row says about that person is not in it, only that it differs: the report outlives the forgetting of a person.
"""

import datetime as dt
from collections.abc import Sequence

import msgspec

from selfbill.values import Cents


class ComparedColumn(msgspec.Struct, frozen=True):
    """One column of either table. A type is PostgreSQL's, e.g. `bigint not null`; None is a side that has no such column."""

    name: str
    old_type: str | None
    new_type: str | None
    differing: int | None = None
    """Rows in both tables that differ here, NULL being a value like any other; None where it cannot be said."""
    filled: int | None = None
    """Of a column that one side has: the rows with a value in it."""
    old_sum: Cents | None = None
    new_sum: Cents | None = None
    """Of a column of amounts: the sums over the whole tables."""
    sum_difference: Cents | None = None
    """The new sum less the old."""
    is_money: bool = False
    is_personal: bool = False
    """Whether its values are not shown."""


class SampledValue(msgspec.Struct, frozen=True):
    """What a row holds in one column, as PostgreSQL writes it; None is NULL, or a side that has no such row or column."""

    column: str
    old: str | None = None
    new: str | None = None
    is_hidden: bool = False
    """Whether it is personal, and therefore not in here."""


class SampledRow(msgspec.Struct, frozen=True):
    """One of the rows; of a changed row only the columns that differ."""

    key: tuple[str, ...]
    values: tuple[SampledValue, ...]


class Samples(msgspec.Struct, frozen=True):
    """The first rows, in order of key, of each sort that there is."""

    only_old: tuple[SampledRow, ...] = ()
    only_new: tuple[SampledRow, ...] = ()
    changed: tuple[SampledRow, ...] = ()
    added: tuple[SampledRow, ...] = ()
    """Rows with what the added columns hold."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """How the new table of a read model differs from the old one. Everything of the old side is None when there is none."""

    model: str
    taken_at: dt.datetime
    old_position: int | None
    new_position: int
    """The event up to which each table had followed."""
    old_version: int | None
    new_version: int
    old_fingerprint: str | None
    new_fingerprint: str
    old_key: tuple[str, ...] | None
    new_key: tuple[str, ...]
    matched: bool
    """Whether each row could be laid beside the one with its key. Where the keys are not the same there are only counts and sums."""
    old_rows: int | None
    new_rows: int
    only_old: int | None
    only_new: int | None
    changed: int | None
    """Rows in both that differ in a column that both have."""
    unchanged: int | None
    columns: tuple[ComparedColumn, ...]
    """The new table's, in their order, and then those that only the old one has."""
    samples: Samples = Samples()

    @property
    def has_old(self) -> bool:
        """Whether there was a table to compare with."""
        return self.old_rows is not None

    @property
    def is_equal(self) -> bool:
        """Whether there is not the slightest difference, in rows or in columns."""
        return (
            self.has_old
            and self.matched
            and not (self.only_old or self.only_new or self.changed)
            and all(column.old_type == column.new_type for column in self.columns)
        )

    @property
    def added(self) -> Sequence[ComparedColumn]:
        """Columns that only the new table has."""
        return [each for each in self.columns if each.old_type is None]

    @property
    def removed(self) -> Sequence[ComparedColumn]:
        """Columns that only the old table has."""
        return [each for each in self.columns if each.new_type is None]

    @property
    def retyped(self) -> Sequence[ComparedColumn]:
        """Columns that hold another type of value, or may be empty where they might not."""
        return [
            each
            for each in self.columns
            if None not in (each.old_type, each.new_type) and each.old_type != each.new_type
        ]

    @property
    def sums(self) -> Sequence[ComparedColumn]:
        """Columns of amounts."""
        return [each for each in self.columns if each.is_money]
