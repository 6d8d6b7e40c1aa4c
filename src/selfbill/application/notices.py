"""What is put down about mails around hours: that one went out and when the next follows, or that it did not."""

import datetime as dt
from collections.abc import Callable, Iterable

from selfbill.aggregates import timesheet_billing as billing
from selfbill.aggregates import timesheet_decisions as decisions
from selfbill.aggregates.agency import Moments
from selfbill.aggregates.catalogue import AGENCY, timesheet_stream
from selfbill.aggregates.event import AlreadyDoneType, Event
from selfbill.aggregates.timesheet import Timesheet
from selfbill.aggregates.timesheet_events import Notice
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.moments import next_moment_after
from selfbill.values import IsoWeek, PlacementCode


def record_hours_reminder(
    office: Office, *, placement: PlacementCode, week: IsoWeek, due: dt.datetime, message_id: str
) -> Outcome:
    """The freelancer was reminded; the next reminder follows at the next moment."""
    return _record(
        office,
        placement,
        week,
        lambda timesheet, moments: decisions.record_hours_reminder(
            timesheet,
            placement=placement,
            week=week,
            due=due,
            message_id=message_id,
            next_at=next_moment_after(moments.hours_reminder, office.clock.now()),
        ),
    )


def record_approval_request(
    office: Office, *, placement: PlacementCode, week: IsoWeek, attempt: int, message_id: str
) -> Outcome:
    """The customer was told that hours wait for approval."""
    return _record(
        office,
        placement,
        week,
        lambda timesheet, _: decisions.record_approval_request(
            timesheet, placement=placement, week=week, attempt=attempt, message_id=message_id
        ),
    )


def record_approval_reminder(
    office: Office, *, placement: PlacementCode, week: IsoWeek, due: dt.datetime, message_id: str
) -> Outcome:
    """The customer was reminded; the next reminder follows at the next moment."""
    return _record(
        office,
        placement,
        week,
        lambda timesheet, moments: decisions.record_approval_reminder(
            timesheet,
            placement=placement,
            week=week,
            due=due,
            message_id=message_id,
            next_at=next_moment_after(moments.approval_reminder, office.clock.now()),
        ),
    )


def record_notice_failure(
    office: Office, *, placement: PlacementCode, week: IsoWeek, notice: Notice, reason: str, retry_at: dt.datetime
) -> Outcome:
    """A mail about this week was not delivered; it is tried again."""
    return _record(
        office,
        placement,
        week,
        lambda timesheet, _: decisions.record_notice_failure(
            timesheet, placement=placement, week=week, notice=notice, reason=reason, retry_at=retry_at
        ),
    )


def _record(
    office: Office,
    placement: PlacementCode,
    week: IsoWeek,
    decision: Callable[[Timesheet, Moments], Event | AlreadyDoneType],
) -> Outcome:
    stream = timesheet_stream(placement, week)

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, stream])
        decided = decision(loaded[stream].state, loaded[AGENCY].state.moments)
        return Decision(change(stream, loaded[stream], decided))

    return carry_out(office, decide)


def record_unbilled_warning(office: Office, *, timesheets: Iterable[tuple[PlacementCode, IsoWeek]]) -> Outcome:
    """The agency was told about these late hours."""
    known = {timesheet_stream(placement, week): (placement, week) for placement, week in timesheets}

    def decide() -> Decision:
        loaded = office.streams.load_many(known)
        return Decision(
            [
                each
                for stream, (placement, week) in known.items()
                for each in change(
                    stream,
                    loaded[stream],
                    billing.record_unbilled_warning(loaded[stream].state, placement=placement, week=week),
                )
            ]
        )

    return carry_out(office, decide)
