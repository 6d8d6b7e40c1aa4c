"""Whether the weeks of a folder can have happened: attempts in order, decisions after them, shifts that one person can work."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from selfbill.aggregates.event import Event
from selfbill.aggregates.mandate import Mandate, require
from selfbill.aggregates.placement import (
    CommissionAgreed,
    Placement,
    PlacementAgreed,
    RateAgreed,
    UnknownPlacement,
    evolve,
)
from selfbill.aggregates.shift_rules import NoSuchTime, check_agreement, check_shifts, refuse_overlap
from selfbill.aggregates.timesheet_decisions import WrongAttempt
from selfbill.intake.checks import known
from selfbill.intake.conflicts import (
    DuplicateRow,
    HoursWithoutTimesheet,
    NotWorkedWithHours,
    PreviousAttemptStands,
    SecondApproval,
    SubmittedBeforeRejection,
)
from selfbill.intake.contents import Rows
from selfbill.intake.findings import RowError, asked
from selfbill.intake.table import Table
from selfbill.intake.week_rows import Attempt, HoursLine, TimesheetLine
from selfbill.pricing.terms import Terms
from selfbill.refusals import Refusal
from selfbill.values import IsoWeek, PlacementCode

_COLUMN_OF = {
    "shift_too_long": "end",
    "shift_empty": "break_minutes",
    "shifts_overlap": "start",
    "break_outside_shift": "breaks",
}
"""The column that a refusal of the domain is about; the others are about the date."""


def check_weeks(rows: Rows, tables: Mapping[str, Table]) -> Iterator[RowError]:
    """Everything that is wrong with timesheets and hours together, and beside placements, rates and mandates."""
    placements = known(tables["placements.csv"], "code")
    lines: tuple[TimesheetLine | HoursLine, ...] = (*rows.timesheets, *rows.hours)
    for line in lines:
        if placements is not None and (line.placement,) not in placements:
            yield line.source.error("placement", UnknownPlacement(placement=line.placement))
    yield from _attempts(rows.timesheets, known(tables["timesheets.csv"], "placement", "week", "attempt"))
    yield from _hours_have_a_row(rows, tables["timesheets.csv"])
    yield from _shifts(rows, tables)
    yield from _overlaps(rows)


def _attempts(timesheets: Iterable[TimesheetLine], seen: set[tuple[str, ...]] | None) -> Iterator[RowError]:
    """Attempts count 1, 2, 3, ...; one whose own row was refused (but was `seen`) is not missed."""
    first: dict[Attempt, TimesheetLine] = {}
    weeks: dict[tuple[PlacementCode, IsoWeek], list[TimesheetLine]] = defaultdict(list)
    for line in timesheets:
        earlier = first.setdefault(line.key, line)
        if earlier is line:
            weeks[line.placement, line.week].append(line)
        else:
            yield line.source.error("attempt", DuplicateRow(other=earlier.source.line))
    for (placement, week), lines in weeks.items():
        attempts = sorted(lines, key=lambda line: line.attempt)
        there = {line.attempt for line in attempts}
        missed = [
            number
            for number in range(1, attempts[-1].attempt)
            if number not in there and seen is not None and (placement, str(week), str(number)) not in seen
        ]
        if missed:
            late = next(line for line in attempts if line.attempt > missed[0])
            facts = {"placement": placement, "week": week, "attempt": late.attempt, "expected": missed[0]}
            yield late.source.error("attempt", WrongAttempt(**facts))
        yield from _succession(attempts)


def _succession(attempts: list[TimesheetLine]) -> Iterator[RowError]:
    """An attempt follows only on a rejected one, and after it was rejected; a week is approved once."""
    approved = None
    for line in attempts:
        if approved is not None and line.decision == "approved":
            refusal = SecondApproval(placement=line.placement, week=line.week, approved=approved.attempt)
            yield line.source.error("decision", refusal)
        approved = approved or (line if line.decision == "approved" else None)
    for earlier, later in pairwise(attempts):
        if later.attempt != earlier.attempt + 1:
            continue
        facts = {"placement": later.placement, "week": later.week, "attempt": later.attempt}
        if earlier.decision != "rejected" and not (earlier.decision == later.decision == "approved"):
            yield later.source.error("attempt", PreviousAttemptStands(**facts, previous=earlier.attempt))
        elif later.submitted_at and earlier.decided_at and later.submitted_at < earlier.decided_at:
            yield later.source.error("submitted_at", SubmittedBeforeRejection(previous=earlier.attempt))


def _hours_have_a_row(rows: Rows, timesheets: Table) -> Iterator[RowError]:
    by_key = {line.key: line for line in rows.timesheets}
    refused = known(timesheets, "placement", "week", "attempt")
    for line in rows.hours:
        found = by_key.get(line.key)
        facts = {"placement": line.placement, "week": line.week, "attempt": line.attempt}
        if found is not None:
            if found.decision == "not_worked":
                yield line.source.error("week", NotWorkedWithHours(**facts))
        elif refused is not None and tuple(map(str, line.key)) not in refused:
            yield line.source.error("attempt", HoursWithoutTimesheet(**facts))


def _shifts(rows: Rows, tables: Mapping[str, Table]) -> Iterator[RowError]:
    """Each shift by itself, beside its placement, its price and its freelancer's mandate."""
    placements = agreed_placements(rows)
    terms = _terms(rows, placements, tables)
    mandates = {line.code: Mandate(line.code, (line.mandate,) if line.mandate else ()) for line in rows.freelancers}
    for line in rows.hours:
        placement = placements.get(line.placement)
        if placement is None or placement.terms is None:
            continue
        wrong = asked(check_shifts, [line.shift], week=line.week, placement=placement, others=())
        if wrong is None and line.placement in terms:
            wrong = asked(check_agreement, [line.shift], placement=placement, terms=terms[line.placement])
        if wrong is not None:
            yield line.source.error(_column(wrong, line), wrong)
        freelancer = placement.terms.freelancer
        if freelancer in mandates:
            missing = asked(require, mandates[freelancer], freelancer=freelancer, day=line.shift.day)
            if missing is not None:
                yield line.source.error("date", missing)


def _terms(
    rows: Rows, placements: Mapping[PlacementCode, Placement], tables: Mapping[str, Table]
) -> dict[PlacementCode, Terms]:
    """What prices each placement's shifts; not of a placement with a rate that was refused, and without surcharges when any were."""
    if not tables["rates.csv"].complete:
        return {}
    read = {line.source.line for line in rows.rates}
    unsure = {source.values.get("placement") for source in tables["rates.csv"].rows_seen if source.line not in read}
    whole = len(rows.surcharges) == len(tables["surcharges.csv"].rows_seen)
    whole = whole and len(rows.holidays) == len(tables["holidays.csv"].rows_seen)
    surcharges, holidays = rows.surcharge_tables() if whole else {}, rows.holiday_dates()
    return {
        code: Terms(
            rates=placement.rates,
            surcharge_table=surcharges.get(placement.terms.surcharge_table)
            if placement.terms.surcharge_table
            else None,
            holidays=holidays,
        )
        for code, placement in placements.items()
        if placement.terms is not None and code not in unsure
    }


def agreed_placements(rows: Rows) -> dict[PlacementCode, Placement]:
    """The placements as they stand after the import."""
    events: dict[PlacementCode, list[Event]] = {
        line.code: [PlacementAgreed(code=line.code, terms=line.terms)] for line in rows.placements
    }
    for rate in rows.rates:
        events.get(rate.placement, []).append(RateAgreed(code=rate.placement, rate=rate.rate))
    for line in rows.commissions:
        agreed = CommissionAgreed(code=line.placement, towards=line.towards, commission=line.commission)
        events.get(line.placement, []).append(agreed)
    placements = {}
    for code, happened in events.items():
        placement = Placement()
        for event in happened:
            placement = evolve(placement, event)
        placements[code] = placement
    return placements


def _overlaps(rows: Rows) -> Iterator[RowError]:
    """Shifts that one person cannot both have worked: within an attempt, and among attempts that can stand together.

    Of a week only the last attempt can stand, and not when it was rejected or the week was not worked.
    """
    freelancers = {line.code: line.terms.freelancer for line in rows.placements}
    last: dict[tuple[PlacementCode, IsoWeek], TimesheetLine] = {}
    for line in sorted(rows.timesheets, key=lambda line: line.attempt):
        last[line.placement, line.week] = line
    stands = {line.key for line in last.values() if line.decision in (None, "approved")}
    together: dict[object, list[HoursLine]] = defaultdict(list)
    for shift in rows.hours:
        freelancer = freelancers.get(shift.placement)
        together[freelancer if freelancer and shift.key in stands else shift.key].append(shift)
    for lines in together.values():
        widest, *others = sorted(lines, key=lambda line: line.shift.start)
        for later in others:
            if refusal := asked(refuse_overlap, [widest.shift, later.shift]):
                yield later.source.error("start", refusal)
            widest = max(widest, later, key=lambda line: line.shift.end)


def _column(refusal: Refusal, line: HoursLine) -> str:
    if isinstance(refusal, NoSuchTime):
        cells = ((column, line.source.values[column]) for column in ("start", "end"))
        return next((column for column, time in cells if time.zfill(5) == refusal.facts["time"]), "breaks")
    if refusal.code == "shift_empty" and not line.source.values["break_minutes"]:
        return "breaks"
    return _COLUMN_OF.get(refusal.code, "date")
