"""What an import did, or in a rehearsal would do."""

import datetime as dt

import msgspec

from selfbill.intake.findings import RowError
from selfbill.moments import local_time
from selfbill.refusals import Language
from selfbill.values import IsoWeek


class Count(msgspec.Struct, frozen=True):
    """How many things of one kind stand in the folder, by what the import means to them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class ImportReport(msgspec.Struct, frozen=True):
    """Counts per kind, warnings, the period in which hours are expected, and the moment to run the clock to.

    `events` were saved up to `position`; in a rehearsal, and when nothing was new, there is no position.
    """

    agency: str
    counts: dict[str, Count]
    warnings: tuple[RowError, ...]
    first_week: IsoWeek | None
    last_week: IsoWeek | None
    until: dt.datetime
    events: int
    position: int | None = None

    @property
    def saved(self) -> bool:
        return self.position is not None

    def as_json(self, language: Language = "nl") -> dict[str, object]:
        """The report for a machine; `until` as the clock in the Netherlands reads it."""
        return {
            "agency": self.agency,
            "counts": {kind: msgspec.structs.asdict(count) for kind, count in self.counts.items()},
            "warnings": [warning.as_json(language) for warning in self.warnings],
            "first_week": None if self.first_week is None else str(self.first_week),
            "last_week": None if self.last_week is None else str(self.last_week),
            "until": local_time(self.until).strftime("%Y-%m-%dT%H:%M"),
            "events": self.events,
            "saved": self.saved,
        }
