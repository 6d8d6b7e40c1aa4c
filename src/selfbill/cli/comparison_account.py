"""What a comparison of a read model's tables says to an operator, in words and figures; text and HTML lay it out, each in its way."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from selfbill.cli.comparison_wording import UNKNOWN, Wording, visible
from selfbill.cli.moments import shown_moment
from selfbill.cli.terminal import Column
from selfbill.projections.rebuilding.differences import ComparedColumn, Comparison, SampledRow, SampledValue
from selfbill.refusals import Language
from selfbill.values import Cents

FINGERPRINT_SHOWN = 12
"""Characters of a fingerprint that tell one declaration from another."""

ROWS = (
    Column("Oud", "Old", right=True),
    Column("Nieuw", "New", right=True),
    Column("Verdwijnen", "Disappear", right=True),
    Column("Komen erbij", "Appear", right=True),
    Column("Veranderen", "Change", right=True),
    Column("Blijven gelijk", "Stay the same", right=True),
)
COLUMNS = (
    Column("Kolom", "Column", keep=True),
    Column("Wat verandert", "What changes"),
    Column("Rijen anders", "Rows that differ", right=True),
    Column("Rijen gevuld", "Rows filled", right=True),
)
AMOUNTS = (
    Column("Kolom", "Column", keep=True),
    Column("Som oud", "Old sum", right=True),
    Column("Som nieuw", "New sum", right=True),
    Column("Verschil", "Difference", right=True),
)


class Cell(NamedTuple):
    """A value as it is shown; what is muted stands for a value."""

    text: str
    is_muted: bool = False


class Grid(NamedTuple):
    """A table with its caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: list[list[str]]


class ShownValue(NamedTuple):
    """A column of a row with its value on either side."""

    column: str
    old: Cell
    new: Cell

    @property
    def only(self) -> Cell:
        """The value of a row that one side has."""
        return self.old if self.new.is_muted else self.new


class Sample(NamedTuple):
    """Rows of one sort, each by its key."""

    caption: str
    key: str
    """The names of the key's columns."""
    rows: list[tuple[str, list[ShownValue]]]
    has_both: bool
    """Whether each value stands beside the one that it replaces."""


class ComparisonAccount(NamedTuple):
    """All of it, the most important first."""

    title: str
    verdict: str
    """Whether anything differs, in one sentence."""
    is_equal: bool
    remarks: list[str]
    facts: list[tuple[str, str]]
    grids: list[Grid]
    samples: list[Sample]


def as_builtins(comparison: Comparison) -> dict[str, Any]:
    """The comparison for a program: amounts in cents, moments in UTC."""
    kept: dict[str, Any] = msgspec.to_builtins(comparison)
    return {"model": kept.pop("model"), "is_equal": comparison.is_equal} | kept


def account_of(comparison: Comparison, language: Language) -> ComparisonAccount:
    """What the comparison says, in this language."""
    return _Teller(comparison, language).tell()


class _Teller:
    def __init__(self, comparison: Comparison, language: Language) -> None:
        self._comparison = comparison
        self._say = Wording(comparison, language)
        self._columns = {column.name: column for column in comparison.columns}

    def tell(self) -> ComparisonAccount:
        model = visible(self._comparison.model)
        return ComparisonAccount(
            title=self._say.pick(f"Wat er verandert in {model}", f"What changes in {model}"),
            verdict=self._say.verdict(),
            is_equal=self._comparison.is_equal,
            remarks=list(self._say.remarks()),
            facts=list(self._facts()),
            grids=[grid for grid in (self._rows(), self._changed_columns(), self._amounts()) if grid.rows],
            samples=[sample for sample in self._samples() if sample.rows],
        )

    def _facts(self) -> Iterable[tuple[str, str]]:
        found = self._comparison
        yield self._say.pick("Vergeleken op", "Compared on"), shown_moment(found.taken_at, self._say.language)
        if found.old_version is not None:
            yield self._say.pick("Oud", "Old"), self._made(found.old_version, found.old_position, found.old_fingerprint)
        yield self._say.pick("Nieuw", "New"), self._made(found.new_version, found.new_position, found.new_fingerprint)

    def _made(self, version: int, position: int | None, fingerprint: str | None) -> str:
        known, event = (fingerprint or UNKNOWN)[:FINGERPRINT_SHOWN], self._say.count(position)
        return self._say.pick(
            f"versie {version} ({known}), tot en met gebeurtenis {event}",
            f"version {version} ({known}), up to and including event {event}",
        )

    def _rows(self) -> Grid:
        found = self._comparison
        counts = (found.old_rows, found.new_rows, found.only_old, found.only_new, found.changed, found.unchanged)
        return Grid(self._say.pick("Rijen", "Rows"), ROWS, [[self._say.count(count) for count in counts]])

    def _changed_columns(self) -> Grid:
        rows = [
            [
                visible(column.name),
                self._say.change_of(column),
                "" if column.differing is None else self._say.count(column.differing),
                "" if column.filled is None else self._say.count(column.filled),
            ]
            for column in (self._comparison.columns if self._comparison.has_old else ())
            if column.differing or column.old_type != column.new_type
        ]
        used = [at for at in range(len(COLUMNS)) if any(row[at] for row in rows)]
        return Grid(
            self._say.pick("Kolommen die veranderen", "Columns that change"),
            tuple(COLUMNS[at] for at in used),
            [[row[at] for at in used] for row in rows],
        )

    def _amounts(self) -> Grid:
        rows = [
            [
                visible(column.name),
                self._say.euros(column.old_sum),
                self._say.euros(column.new_sum),
                self._say.euros(column.sum_difference, plus="+"),
            ]
            for column in self._comparison.sums
        ]
        return Grid(self._say.pick("Bedragen, over alle rijen", "Amounts, over all rows"), AMOUNTS, rows)

    def _samples(self) -> Iterable[Sample]:
        found, samples = self._comparison, self._comparison.samples
        new = found.only_new if found.has_old else found.new_rows
        yield self._sample(samples.changed, found.changed, ("rijen die veranderen", "rows that change"), has_both=True)
        yield self._sample(
            samples.added, None, ("eerste rijen met de nieuwe kolommen", "first rows with the new columns")
        )
        yield self._sample(samples.only_old, found.only_old, ("rijen die verdwijnen", "rows that disappear"))
        yield self._sample(samples.only_new, new, ("rijen die erbij komen", "rows that appear"))

    def _sample(
        self, rows: Sequence[SampledRow], total: int | None, what: tuple[str, str], *, has_both: bool = False
    ) -> Sample:
        caption = self._say.pick(*what)
        if total is not None and len(rows) < total:
            shown, of = self._say.count(len(rows)), self._say.count(total)
            caption = self._say.pick(f"de eerste {shown} van {of} {caption}", f"the first {shown} of {of} {caption}")
        return Sample(
            caption=caption[0].upper() + caption[1:],
            key=self._say.key(self._comparison.new_key),
            rows=[(self._say.key(row.key), [self._shown(value) for value in row.values]) for row in rows],
            has_both=has_both,
        )

    def _shown(self, value: SampledValue) -> ShownValue:
        name = visible(value.column)
        if value.is_hidden:
            hidden = Cell(self._say.pick("(persoonlijk, niet getoond)", "(personal, not shown)"), is_muted=True)
            return ShownValue(name, hidden, hidden)
        column = self._columns[value.column]
        return ShownValue(
            name, self._cell(value.old, column, column.old_type), self._cell(value.new, column, column.new_type)
        )

    def _cell(self, text: str | None, column: ComparedColumn, type_: str | None) -> Cell:
        if text is None:
            return Cell(self._say.pick("(geen)", "(none)"), is_muted=True)
        if column.is_money and (type_ or "").startswith("bigint"):
            return Cell(self._say.euros(Cents(int(text))))
        return Cell(visible(text))
