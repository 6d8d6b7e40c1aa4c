"""The sentences and figures of a comparison of a read model's tables, in one language."""

from collections.abc import Iterable, Sequence

from selfbill.documents.formats import NO_BREAK, amount
from selfbill.projections.rebuilding.differences import ComparedColumn, Comparison, Samples
from selfbill.refusals import Language
from selfbill.values import Cents

KEY_SEPARATOR = " / "

UNKNOWN = "-"


def visible(text: str) -> str:
    """A text in which nothing acts on a terminal or hides from the eye: `\\n`, `\\x1b`, `\\u202e` and the like are spelt out."""
    shown = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    return f'"{shown}"' if not shown or shown != shown.strip() else shown


def _hides_something(samples: Samples) -> bool:
    sorts = (samples.changed, samples.added, samples.only_old, samples.only_new)
    return any(value.is_hidden for rows in sorts for row in rows for value in row.values)


class Wording:
    """What one comparison comes to, in sentences, and how its figures are written."""

    def __init__(self, comparison: Comparison, language: Language) -> None:
        self._comparison = comparison
        self.language: Language = language

    def verdict(self) -> str:
        """Whether anything differs, in one sentence."""
        found = self._comparison
        rows = self._number(found.new_rows, ("rij", "rijen"), ("row", "rows"))
        if not found.has_old:
            return self.pick(
                f"Er is nog geen tabel om mee te vergelijken; de nieuwe heeft {rows}.",
                f"There is no table to compare with yet; the new one has {rows}.",
            )
        if found.is_equal:
            return self.pick(
                f"Er verandert niets: {rows}, in elke kolom gelijk.",
                f"Nothing changes: {rows}, the same in every column.",
            )
        if not found.matched:
            return self._of_another_key()
        changes = self._listed(self._changes())
        same = self._number(found.unchanged or 0, ("rij blijft", "rijen blijven"), ("row stays", "rows stay"))
        return self.pick(
            f"Er zijn verschillen: {changes}; {same} gelijk.", f"There are differences: {changes}; {same} the same."
        )

    def _of_another_key(self) -> str:
        before, after = (self.key(key or (UNKNOWN,)) for key in (self._comparison.old_key, self._comparison.new_key))
        change = (
            self.pick(f"De sleutel ({after}) krijgt een ander type", f"The key ({after}) changes type")
            if before == after
            else self.pick(f"De sleutel verandert van {before} in {after}", f"The key changes from {before} to {after}")
        )
        return change + self.pick(
            ", dus rijen zijn niet naast elkaar te leggen: alleen aantallen en sommen zijn vergeleken.",
            ", so rows cannot be laid side by side: only counts and sums were compared.",
        )

    def _changes(self) -> Iterable[str]:
        found = self._comparison
        counts = (
            (found.only_old, ("rij verdwijnt", "rijen verdwijnen"), ("row disappears", "rows disappear")),
            (found.only_new, ("rij komt erbij", "rijen komen erbij"), ("row appears", "rows appear")),
            (found.changed, ("rij verandert", "rijen veranderen"), ("row changes", "rows change")),
            (len(found.added), ("kolom komt erbij", "kolommen komen erbij"), ("column is added", "columns are added")),
            (len(found.removed), ("kolom vervalt", "kolommen vervallen"), ("column is dropped", "columns are dropped")),
            (
                len(found.retyped),
                ("kolom krijgt een ander type", "kolommen krijgen een ander type"),
                ("column changes type", "columns change type"),
            ),
        )
        return [self._number(count, nl, en) for count, nl, en in counts if count]

    def remarks(self) -> Iterable[str]:
        """What to bear in mind."""
        found = self._comparison
        if found.old_position is not None and found.old_position != found.new_position:
            yield self.pick(
                f"De oude tabel volgde tot gebeurtenis {found.old_position}, de nieuwe tot {found.new_position}: "
                "een deel van het verschil kan komen van de gebeurtenissen daartussen.",
                f"The old table had followed up to event {found.old_position}, the new one up to {found.new_position}: "
                "part of the difference may come from the events in between.",
            )
        if found.matched:
            same = [
                visible(each.name) for each in found.columns if each.differing == 0 and each.old_type == each.new_type
            ]
            if same and not found.is_equal:
                yield self.pick("In elke rij gelijk: ", "The same in every row: ") + ", ".join(same) + "."
        if _hides_something(found.samples):
            yield self.pick(
                "Van wat over een persoon gaat staat hier alleen dat het verschilt, niet wat er staat.",
                "Of what is about a person this says only that it differs, not what it is.",
            )

    def change_of(self, column: ComparedColumn) -> str:
        """What happens to a column that is not the same."""
        if column.old_type is None:
            return self.pick(f"komt erbij ({column.new_type})", f"added ({column.new_type})")
        if column.new_type is None:
            return self.pick(f"vervalt ({column.old_type})", f"dropped ({column.old_type})")
        if column.old_type != column.new_type:
            return self.pick(
                f"ander type ({column.old_type} wordt {column.new_type})",
                f"another type ({column.old_type} becomes {column.new_type})",
            )
        return self.pick("andere waarden", "other values")

    def euros(self, cents: Cents | None, plus: str = "") -> str:
        """An amount; `plus` stands before one that is more than nothing."""
        if cents is None:
            return UNKNOWN
        sign = plus if cents > 0 else ""
        return f"€{NO_BREAK}{sign}{amount(cents, self.language)}"

    def key(self, key: Sequence[str]) -> str:
        """A row's key, or the names of its columns."""
        return KEY_SEPARATOR.join(map(visible, key))

    def count(self, count: int | None) -> str:
        """How many, or that it cannot be said."""
        return UNKNOWN if count is None else f"{count:,}".replace(",", self.pick(".", ","))

    def pick(self, nl: str, en: str) -> str:
        """The one of two texts that this person reads."""
        return nl if self.language == "nl" else en

    def _number(self, count: int, nl: tuple[str, str], en: tuple[str, str]) -> str:
        one, more = nl if self.language == "nl" else en
        return f"{self.count(count)}{NO_BREAK}{one if count == 1 else more}"

    def _listed(self, parts: Iterable[str]) -> str:
        *first, last = parts
        return f"{', '.join(first)} {self.pick('en', 'and')} {last}" if first else last
