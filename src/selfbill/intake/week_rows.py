"""The rows of weeks: attempts with their submission and decision, and the shifts of each attempt."""

import datetime as dt
from typing import Literal

import msgspec

from selfbill.aggregates.timesheet_decisions import ReasonMissing
from selfbill.intake import dialect, texts
from selfbill.intake.cells import Cells
from selfbill.intake.conflicts import DecisionBeforeSubmission, DecisionIncomplete
from selfbill.intake.findings import Source
from selfbill.intake.reasons import NotBreaks
from selfbill.pricing.terms import DAY_MINUTES, Break, Shift
from selfbill.values import IsoWeek, Metres, Minutes, PlacementCode

MOST_ATTEMPTS = 99
"""Nobody corrects one week a hundred times."""

Decision = Literal["approved", "rejected", "not_worked"]
Attempt = tuple[PlacementCode, IsoWeek, int]

_DECISIONS: dict[str, Decision] = {"approved": "approved", "rejected": "rejected", "not_worked": "not_worked"}

_decision = dialect.one_of(_DECISIONS)
_attempt = dialect.whole(1, MOST_ATTEMPTS)
_minutes = dialect.whole(0, DAY_MINUTES)


class TimesheetLine(msgspec.Struct, frozen=True):
    """One attempt at one week; the moments are in UTC."""

    source: Source
    placement: PlacementCode
    week: IsoWeek
    attempt: int
    submitted_at: dt.datetime | None
    decision: Decision | None
    decided_at: dt.datetime | None
    decided_by: str | None
    reason: str

    @property
    def key(self) -> Attempt:
        return self.placement, self.week, self.attempt


class HoursLine(msgspec.Struct, frozen=True):
    """One shift of one attempt."""

    source: Source
    placement: PlacementCode
    week: IsoWeek
    attempt: int
    shift: Shift

    @property
    def key(self) -> Attempt:
        return self.placement, self.week, self.attempt


def timesheet(cells: Cells) -> TimesheetLine:
    line = TimesheetLine(
        source=cells.source,
        placement=PlacementCode(cells.need("placement", texts.code)),
        week=cells.need("week", dialect.week),
        attempt=cells.need("attempt", _attempt),
        submitted_at=cells.may("submitted_at", dialect.timestamp),
        decision=cells.may("decision", _decision),
        decided_at=cells.may("decided_at", dialect.timestamp),
        decided_by=cells.may("decided_by", texts.one_line),
        reason=cells.may("reason", texts.text) or "",
    )
    cells.settle()
    _check_decision(cells, line)
    return line


def _check_decision(cells: Cells, line: TimesheetLine) -> None:
    if line.decision is not None and line.decided_at is None:
        cells.refuse("decided_at", DecisionIncomplete(column="decided_at"))
    if line.decision is None and line.decided_at is not None:
        cells.refuse("decision", DecisionIncomplete(column="decision"))
    if line.decision == "rejected" and not line.reason:
        cells.refuse("reason", ReasonMissing(placement=line.placement, week=line.week))
    if line.submitted_at is None:
        if line.decision in ("approved", "rejected"):
            cells.refuse("submitted_at", DecisionBeforeSubmission())
    elif line.decided_at is not None and line.decided_at < line.submitted_at:
        cells.refuse("decided_at", DecisionBeforeSubmission())


def hours(cells: Cells) -> HoursLine:
    placement = PlacementCode(cells.need("placement", texts.code))
    week, attempt = cells.need("week", dialect.week), cells.need("attempt", _attempt)
    day = cells.need("date", dialect.day)
    start, end = cells.need("start", dialect.clock), cells.need("end", dialect.clock)
    breaks = cells.may("breaks", _breaks) or ()
    break_minutes, metres = cells.may("break_minutes", _minutes), cells.may("km", dialect.kilometres)
    cells.settle()
    midnight = dt.datetime.combine(day, dt.time())

    def reading(minute: int, *, next_day: bool) -> dt.datetime:
        return midnight + dt.timedelta(minutes=minute, days=next_day)

    shift = Shift(
        start=reading(start, next_day=False),
        end=reading(end, next_day=end <= start),
        breaks=tuple(
            Break(reading(first, next_day=first < start), reading(last, next_day=last < start))
            for first, last in breaks
        ),
        break_minutes=Minutes(break_minutes or 0),
        metres=metres or Metres(0),
    )
    return HoursLine(cells.source, placement, week, attempt, shift)


def _breaks(value: str) -> tuple[tuple[int, int], ...]:
    """`12:00-12:30|18:00-18:15`, as minutes of the day."""
    dialect.refuse_formula(value)
    breaks = []
    for part in value.split("|"):
        first, separator, last = part.partition("-")
        if not separator:
            raise NotBreaks
        breaks.append((dialect.clock(first.strip()), dialect.clock(last.strip())))
    return tuple(breaks)
