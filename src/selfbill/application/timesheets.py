"""What freelancers and customers do with hours, and what the agency does about hours that stay away."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from selfbill.aggregates import timesheet_corrections as corrections
from selfbill.aggregates import timesheet_decisions as decisions
from selfbill.aggregates.agency import Agency, close_week
from selfbill.aggregates.catalogue import (
    AGENCY,
    customer_stream,
    placement_stream,
    roster_stream,
    timesheet_stream,
)
from selfbill.aggregates.placement import Placement, require_known
from selfbill.aggregates.roster import Roster
from selfbill.aggregates.shift_rules import MAX_SHIFT_HOURS
from selfbill.aggregates.timesheet import Status, Timesheet
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.application.terms import invoice_moment_of, terms_of
from selfbill.moments import from_local, next_moment, next_moment_after
from selfbill.pricing.terms import Shift
from selfbill.refusals import Refusal
from selfbill.values import IsoWeek, PlacementCode

_STANDING = (Status.SUBMITTED, Status.APPROVED, Status.INVOICED)
"""Weeks whose shifts nobody else may claim; rejected hours stand no longer."""


def register_hours(
    office: Office, *, placement: PlacementCode, week: IsoWeek, shifts: tuple[Shift, ...], command_id: str | None = None
) -> Outcome:
    """The freelancer writes shifts down without submitting them."""
    stream = timesheet_stream(placement, week)

    def decide() -> Decision:
        loaded = office.streams.load_many([placement_stream(placement), stream])
        agreed: Placement = loaded[placement_stream(placement)].state
        require_known(agreed, code=placement)
        registered = decisions.register(loaded[stream].state, placement=agreed, week=week, shifts=shifts)
        return Decision(change(stream, loaded[stream], registered))

    return carry_out(office, decide, command_id=command_id)


def submit_hours(
    office: Office,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    attempt: int,
    shifts: tuple[Shift, ...],
    command_id: str | None = None,
) -> Outcome:
    """The freelancer asks the customer to approve one attempt.

    Raises the refusals of `aggregates.shift_rules` and of `timesheet_decisions.submit`.
    """
    stream = timesheet_stream(placement, week)

    def decide() -> Decision:
        own = [AGENCY, placement_stream(placement), stream]
        loaded = office.streams.gather(own, lambda look: _neighbours(look, placement, week, shifts))
        agency: Agency = loaded[AGENCY].state
        agreed: Placement = loaded[placement_stream(placement)].state
        require_known(agreed, code=placement)
        assert agency.moments is not None
        neighbours = {name: one for name, one in loaded.items() if name not in own}
        submitted = decisions.submit(
            loaded[stream].state,
            placement=agreed,
            week=week,
            attempt=attempt,
            shifts=shifts,
            terms=terms_of(agency, agreed),
            others=_standing_shifts(one.state for one in neighbours.values()),
            remind_at=next_moment_after(agency.moments.approval_reminder, office.clock.now()),
        )
        return Decision(
            change(stream, loaded[stream], submitted), {name: one.version for name, one in neighbours.items()}
        )

    return carry_out(office, decide, command_id=command_id)


def _neighbours(
    look: Callable[[str], Any | None], placement: PlacementCode, week: IsoWeek, shifts: tuple[Shift, ...]
) -> list[str]:
    """The roster, and the timesheets that these shifts could overlap with: other placements' weeks, and the weeks next door."""
    agreed: Placement | None = look(placement_stream(placement))
    if agreed is None or agreed.terms is None or not shifts:
        return []
    roster_name = roster_stream(agreed.terms.freelancer)
    roster: Roster | None = look(roster_name)
    if roster is None:
        return [roster_name]
    weeks = [week]
    monday = dt.datetime.combine(week.monday, dt.time())
    if min(shift.start for shift in shifts) < monday + dt.timedelta(hours=MAX_SHIFT_HOURS):
        weeks.append(week.previous())
    if max(shift.end for shift in shifts) > monday + dt.timedelta(days=7):
        weeks.append(week.next())
    own = timesheet_stream(placement, week)
    names = [timesheet_stream(code, one) for code in sorted({*roster.placements, placement}) for one in weeks]
    return [roster_name, *(name for name in names if name != own)]


def _standing_shifts(neighbours: Iterable[Roster | Timesheet]) -> list[Shift]:
    return [
        shift
        for timesheet in neighbours
        if isinstance(timesheet, Timesheet) and timesheet.status in _STANDING
        for shift in timesheet.shifts
    ]


def approve_hours(
    office: Office, *, placement: PlacementCode, week: IsoWeek, attempt: int, command_id: str | None = None
) -> Outcome:
    """The customer confirms one attempt; its invoice becomes due at the next invoice moment, now included."""
    stream = timesheet_stream(placement, week)

    def decide() -> Decision:
        loaded = office.streams.gather([AGENCY, stream], lambda look: _customer_of(look(stream)), sealed=True)
        agency, timesheet = loaded[AGENCY].state, loaded[stream].state
        if timesheet.customer is None:
            raise decisions.NothingToApprove(
                placement=placement, week=week, attempt=attempt, status=decisions.STATUS_WORDS[timesheet.status]
            )
        customer = loaded[customer_stream(timesheet.customer)].state
        approved = decisions.approve(
            timesheet,
            placement=placement,
            week=week,
            attempt=attempt,
            invoice_at=next_moment(invoice_moment_of(agency, customer), office.clock.now()),
        )
        return Decision(change(stream, loaded[stream], approved))

    return carry_out(office, decide, command_id=command_id)


def _customer_of(timesheet: Timesheet | None) -> list[str]:
    return [] if timesheet is None or timesheet.customer is None else [customer_stream(timesheet.customer)]


def reject_hours(
    office: Office, *, placement: PlacementCode, week: IsoWeek, attempt: int, reason: str, command_id: str | None = None
) -> Outcome:
    """The customer sends one attempt back with a reason."""
    stream = timesheet_stream(placement, week)

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, stream])
        rejected = decisions.reject(
            loaded[stream].state,
            placement=placement,
            week=week,
            attempt=attempt,
            reason=reason,
            remind_at=_first_hours_reminder(office, loaded[AGENCY].state, week),
        )
        return Decision(change(stream, loaded[stream], rejected))

    return carry_out(office, decide, command_id=command_id)


def reopen_hours(
    office: Office, *, placement: PlacementCode, week: IsoWeek, reason: str, command_id: str | None = None
) -> Outcome:
    """Staff let the freelancer correct hours that were approved or billed, and submit them again.

    What was billed stands until the correction was approved and `rebilling` bills the difference. Raises NothingToReopen,
    ReopenWithoutReason, CitizenNumber.
    """
    stream = timesheet_stream(placement, week)

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, stream])
        reopened = corrections.reopen(
            loaded[stream].state,
            placement=placement,
            week=week,
            reason=reason,
            remind_at=_first_hours_reminder(office, loaded[AGENCY].state, week),
        )
        return Decision(change(stream, loaded[stream], reopened))

    return carry_out(office, decide, command_id=command_id)


def mark_not_worked(
    office: Office,
    *,
    placement: PlacementCode,
    week: IsoWeek,
    attempt: int = decisions.BY_HAND,
    command_id: str | None = None,
) -> Outcome:
    """Somebody says that nothing was worked in this week; an import names the attempt that it decides on."""
    stream = timesheet_stream(placement, week)

    def decide() -> Decision:
        loaded = office.streams.load_many([placement_stream(placement), stream])
        require_known(loaded[placement_stream(placement)].state, code=placement)
        marked = decisions.mark_not_worked(loaded[stream].state, placement=placement, week=week, attempt=attempt)
        return Decision(change(stream, loaded[stream], marked))

    return carry_out(office, decide, command_id=command_id)


def expect_hours(office: Office, *, week: IsoWeek, placements: Iterable[PlacementCode]) -> Outcome:
    """A week is over: every running placement whose hours are not in gets a timesheet that waits for them."""
    codes = sorted(placements)

    def decide() -> Decision:
        names = [name for code in codes for name in (placement_stream(code), timesheet_stream(code, week))]
        loaded = office.streams.load_many([AGENCY, *names])
        agency: Agency = loaded[AGENCY].state
        remind_at = _first_hours_reminder(office, agency, week)
        changes = [
            each
            for code in codes
            for stream in [timesheet_stream(code, week)]
            for each in change(
                stream,
                loaded[stream],
                decisions.expect(
                    loaded[stream].state, placement=loaded[placement_stream(code)].state, week=week, remind_at=remind_at
                ),
            )
        ]
        closed = close_week(agency, week=week, next_close_at=week_over(week.next()))
        return Decision([*changes, *change(AGENCY, loaded[AGENCY], closed)])

    return carry_out(office, decide)


def week_over(week: IsoWeek) -> dt.datetime:
    """The moment at which this week ends in the Netherlands."""
    return from_local(dt.datetime.combine(week.next().monday, dt.time()))


def _first_hours_reminder(office: Office, agency: Agency, week: IsoWeek) -> dt.datetime:
    """The first moment for a reminder when the week is over, after now."""
    assert agency.moments is not None
    return next_moment_after(agency.moments.hours_reminder, max(office.clock.now(), week_over(week)))


def refuse_announced(
    office: Office, *, placement: PlacementCode, week: IsoWeek, attempt: int, submission: bool, refusal: Refusal
) -> Outcome:
    """An announced submission or decision cannot be taken in; it leaves the agenda and people see why."""
    stream = timesheet_stream(placement, week)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        refused = (
            decisions.refuse_submission(loaded.state, placement=placement, week=week, attempt=attempt, refusal=refusal)
            if submission
            else decisions.refuse_decision(
                loaded.state, placement=placement, week=week, attempt=attempt, refusal=refusal
            )
        )
        return Decision(change(stream, loaded, refused))

    return carry_out(office, decide)
