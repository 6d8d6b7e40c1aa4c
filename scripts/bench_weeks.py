"""What happens to the hours of a made-up agency, week after week, until they are approved.

The shares are those of bureau-noord: 675 timesheets, 522 of them submitted, 563 attempts.
"""

import datetime as dt
from random import Random

import msgspec

from bench_intake import IMPORTED, Intake, Placed
from bench_invoicing import Invoicing
from bench_life import Life
from selfbill.aggregates.agency import WeekClosed
from selfbill.aggregates.catalogue import AGENCY, timesheet_stream
from selfbill.aggregates.shift_rules import worked_minutes
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    ApprovalRequested,
    DecisionAnnounced,
    HoursApproved,
    HoursExpected,
    HoursRegistered,
    HoursRejected,
    HoursReminded,
    HoursSubmitted,
    SubmissionAnnounced,
    UnbilledWarned,
)
from selfbill.moments import from_local, next_moment, next_moment_after
from selfbill.pricing.terms import Break, Shift
from selfbill.values import IsoWeek, Metres, Minutes, Month

NEVER_SUBMITTED = 153 / 675
REGISTERED_ONLY = 7 / 153
LATE = 122 / 522
"""Submitted when the week was over already."""
REJECTED_AND_CORRECTED = 46 / 522
UNDECIDED = 16 / 563
SHIFTS = ((1, 2, 3, 4), (177, 194, 140, 52))
HOURS_REMINDERS = (12, 41)
"""How often somebody is reminded who never submits; 25 times on average, which is what the sample's clock had room for."""
APPROVAL_REMINDERS = (17, 54)
"""How often a customer is reminded who never decides; 40 times on average."""
REASONS = ("Dienst van het weekend was korter", "Een dienst ontbreekt", "Pauze niet afgetrokken")


class Attempt(msgspec.Struct, frozen=True):
    """One submission and what becomes of it."""

    submitted_at: dt.datetime
    decided_at: dt.datetime | None
    approved: bool


class Sheet(msgspec.Struct, eq=False):
    """The hours of one placement in one week."""

    placed: Placed
    week: IsoWeek
    stream: str
    shifts: tuple[Shift, ...]
    attempts: list[Attempt]
    attempt: int = 0
    is_awaited: bool = True
    is_billed: bool = False


class Weeks:
    """The weeks of an agency, one after the other, without end."""

    def __init__(self, life: Life, intake: Intake, invoicing: Invoicing) -> None:
        self._life = life
        self._intake = intake
        self._invoicing = invoicing

    def begin(self, week: IsoWeek) -> None:
        """A week begins: its placements are known, and what will become of their hours."""
        self._intake.keep_up(week)
        sheets = [self._plan(placed, week) for placed in self._intake.running]
        monday = week.next().monday
        self._life.later(_at(week.sunday, 12), self._announce, sheets)
        self._life.later(_at(monday, 0), self._close, week, sheets)
        self._life.later(_at(monday, 6), self.begin, week.next())

    def _plan(self, placed: Placed, week: IsoWeek) -> Sheet:
        dice = self._life.random
        shifts, attempts = _shifts(dice, placed, week), []
        if dice.random() >= NEVER_SUBMITTED:
            hours = dice.uniform(0.5, 96) if dice.random() < LATE else -dice.uniform(0.5, 8)
            submitted_at = _at(week.next().monday, 0) + _hours(hours)
            if dice.random() < REJECTED_AND_CORRECTED:
                decided_at = submitted_at + _hours(dice.uniform(8, 72))
                attempts.append(Attempt(submitted_at, decided_at, approved=False))
                submitted_at = decided_at + _hours(dice.uniform(3, 39))
            is_decided = dice.random() >= UNDECIDED
            attempts.append(Attempt(submitted_at, submitted_at + _decision(dice) if is_decided else None, is_decided))
        return Sheet(placed, week, timesheet_stream(placed.code, week), shifts, attempts)

    def _announce(self, sheets: list[Sheet]) -> None:
        """The week's file comes in, which says what will be submitted and decided when."""
        happen = self._life.happen
        for sheet in sheets:
            placed = sheet.placed
            if not sheet.attempts and self._life.random.random() < REGISTERED_ONLY:
                registered = HoursRegistered(placed.code, sheet.week, placed.freelancer, placed.customer, sheet.shifts)
                happen(sheet.stream, registered, **IMPORTED)
            for number, attempt in enumerate(sheet.attempts, start=1):
                announced = SubmissionAnnounced(placed.code, sheet.week, number, attempt.submitted_at, sheet.shifts)
                happen(sheet.stream, announced, **IMPORTED)
                if attempt.decided_at is not None:
                    decision = DecisionAnnounced(
                        placement=placed.code,
                        week=sheet.week,
                        attempt=number,
                        at=attempt.decided_at,
                        decision="approved" if attempt.approved else "rejected",
                        decided_by=placed.approver,
                        reason="" if attempt.approved else REASONS[number % 3],
                    )
                    happen(sheet.stream, decision, **IMPORTED)
            if sheet.attempts:
                self._life.later(max(sheet.attempts[0].submitted_at, self._life.now), self._submit, sheet)

    def _submit(self, sheet: Sheet) -> None:
        life, placed = self._life, sheet.placed
        attempt = sheet.attempts[sheet.attempt]
        sheet.attempt += 1
        sheet.is_awaited = False
        remind_at = next_moment_after(life.state(AGENCY).moments.approval_reminder, life.now)
        warn_at = _at(Month.of(sheet.shifts[0].day).next().first + dt.timedelta(days=9), 0)
        submitted = HoursSubmitted(
            placement=placed.code,
            week=sheet.week,
            freelancer=placed.freelancer,
            customer=placed.customer,
            attempt=sheet.attempt,
            shifts=sheet.shifts,
            minutes=Minutes(sum(map(worked_minutes, sheet.shifts))),
            remind_at=remind_at,
            warn_at=warn_at,
        )
        what = f"announced {placed.code}/{sheet.week}/{sheet.attempt}"
        life.happen(sheet.stream, submitted, by=f"freelancer:{placed.freelancer}", cause=f"{what}/submission")
        message_id = f"<approval-request.{placed.code}.{sheet.week}.{sheet.attempt}@bureaunoord.example.org>"
        requested = ApprovalRequested(placed.code, sheet.week, sheet.attempt, message_id)
        life.happen(sheet.stream, requested, cause=f"approval_request due {life.now:%Y-%m-%dT%H:%MZ}")
        if sheet.attempt == 1:
            life.later(max(warn_at, life.now), self._warn, sheet)
        if attempt.decided_at is not None:
            life.later(attempt.decided_at, self._decide, sheet, attempt, f"{what}/decision")
        times = life.random.randint(*APPROVAL_REMINDERS) if attempt.decided_at is None else 100
        life.later(remind_at, self._remind_of_approval, sheet, sheet.attempt, times)

    def _remind_of_approval(self, sheet: Sheet, attempt: int, times: int) -> None:
        life, code = self._life, sheet.placed.code
        decided_at = sheet.attempts[attempt - 1].decided_at
        if not times or (decided_at is not None and decided_at <= life.now):
            return
        next_at = next_moment_after(life.state(AGENCY).moments.approval_reminder, life.now)
        message_id = f"<approval-reminder.{code}.{sheet.week}.{life.now:%Y%m%dT%H%M}@bureaunoord.example.org>"
        reminded = ApprovalReminded(code, sheet.week, attempt, message_id, next_at)
        life.happen(sheet.stream, reminded, cause=f"approval_reminder due {life.now:%Y-%m-%dT%H:%MZ}")
        life.later(next_at, self._remind_of_approval, sheet, attempt, times - 1)

    def _decide(self, sheet: Sheet, attempt: Attempt, cause: str) -> None:
        life, placed = self._life, sheet.placed
        if attempt.approved:
            invoice_at = next_moment(placed.invoice_moment, life.now)
            approved = HoursApproved(placed.code, sheet.week, placed.freelancer, sheet.attempt, invoice_at)
            life.happen(sheet.stream, approved, by=placed.approver, cause=cause)
            self._invoicing.bill_at(invoice_at, sheet)
            return
        remind_at = next_moment_after(life.state(AGENCY).moments.hours_reminder, life.now)
        rejected = HoursRejected(placed.code, sheet.week, sheet.attempt, REASONS[sheet.attempt % 3], remind_at)
        life.happen(sheet.stream, rejected, by=placed.approver, cause=cause)
        sheet.is_awaited = True
        life.later(remind_at, self._remind_of_hours, sheet, 1)
        life.later(sheet.attempts[sheet.attempt].submitted_at, self._submit, sheet)

    def _close(self, week: IsoWeek, sheets: list[Sheet]) -> None:
        """The week is over: hours that did not come in are expected from now on."""
        life, cause = self._life, f"week {week} is over"
        remind_at = next_moment_after(life.state(AGENCY).moments.hours_reminder, life.now)
        for sheet in sheets:
            if sheet.is_awaited and not sheet.attempt:
                placed = sheet.placed
                expected = HoursExpected(placed.code, week, placed.freelancer, placed.customer, remind_at)
                life.happen(sheet.stream, expected, cause=cause)
                life.later(remind_at, self._remind_of_hours, sheet, life.random.randint(*HOURS_REMINDERS))
        next_close = _at(week.next().next().monday, 0)
        life.settle(AGENCY, WeekClosed(week=week, next_close_at=next_close), cause=cause)

    def _remind_of_hours(self, sheet: Sheet, times: int) -> None:
        if not times or not sheet.is_awaited:
            return
        life, code = self._life, sheet.placed.code
        next_at = next_moment_after(life.state(AGENCY).moments.hours_reminder, life.now)
        message_id = f"<hours-reminder.{code}.{sheet.week}.{life.now:%Y%m%dT%H%M}@bureaunoord.example.org>"
        reminded = HoursReminded(code, sheet.week, message_id, next_at)
        life.happen(sheet.stream, reminded, cause=f"hours_reminder due {life.now:%Y-%m-%dT%H:%MZ}")
        life.later(next_at, self._remind_of_hours, sheet, times - 1)

    def _warn(self, sheet: Sheet) -> None:
        if not sheet.is_billed:
            cause = f"unbilled on {self._life.now:%Y-%m-%d}"
            self._life.happen(sheet.stream, UnbilledWarned(sheet.placed.code, sheet.week), cause=cause)


def _at(day: dt.date, hour: int) -> dt.datetime:
    return from_local(dt.datetime.combine(day, dt.time(hour)))


def _hours(hours: float) -> dt.timedelta:
    return dt.timedelta(minutes=round(60 * hours))


def _decision(dice: Random) -> dt.timedelta:
    """How long a customer takes: half within 40 hours, nine of ten within three days, a few for weeks."""
    slow = dice.random()
    return _hours(
        dice.uniform(10, 84) if slow < 0.9 else dice.uniform(84, 300) if slow < 0.98 else dice.uniform(300, 550)
    )


def _shifts(dice: Random, placed: Placed, week: IsoWeek) -> tuple[Shift, ...]:
    number = dice.choices(*SHIFTS)[0]
    monday = dt.datetime.combine(week.monday, dt.time(placed.first_hour))
    shifts = []
    for day in sorted(dice.sample(range(7), number)):
        start = monday + dt.timedelta(days=day, minutes=15 * dice.randrange(5))
        end = start + dt.timedelta(minutes=5 * dice.randint(18, 90))
        style = dice.random()
        pauses = (0.15, 0.45) if style < 0.09 else (0.3,) if style < 0.24 else ()
        breaks = tuple(Break(begin, begin + dt.timedelta(minutes=15)) for begin in _parts(start, end, pauses))
        minutes = Minutes(30) if 0.24 <= style < 0.4 else Minutes(0)
        shifts.append(Shift(start, end, breaks, minutes, placed.metres or Metres(0)))
    return tuple(shifts)


def _parts(start: dt.datetime, end: dt.datetime, parts: tuple[float, ...]) -> list[dt.datetime]:
    minutes = (end - start).total_seconds() / 60
    return [start + dt.timedelta(minutes=5 * round(part * minutes / 5)) for part in parts]
