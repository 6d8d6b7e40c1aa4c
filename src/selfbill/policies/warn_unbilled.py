"""Warn: hours that are still unbilled on the 10th of the month after, because their invoice is due by the 15th (art. 35a Wet OB)."""

from collections.abc import Iterator, Sequence
from typing import Literal

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY, freelancer_stream, placement_stream, timesheet_stream
from selfbill.aggregates.party import Party
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.shift_rules import worked_minutes
from selfbill.aggregates.timesheet import Status, Timesheet
from selfbill.aggregates.timesheet_events import (
    HoursRejected,
    HoursSubmitted,
    NoticeFailed,
    NotWorked,
    TimesheetInvoiced,
    TimesheetReopened,
    UnbilledWarned,
)
from selfbill.application.delivering import back_off
from selfbill.application.notices import record_notice_failure, record_unbilled_warning
from selfbill.documents.formats import MONTHS
from selfbill.documents.mail import UnbilledHours, unbilled_hours_mail
from selfbill.policies.correspondence import agency_mailbox, cover, notice_id
from selfbill.policies.deliver import hand_over
from selfbill.policies.policy import Desk, Item, Policy, all_together
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.store.claims import claim
from selfbill.store.streams import Recorded
from selfbill.values import IsoWeek, Minutes, PlacementCode

NAME: Literal["unbilled_warning"] = "unbilled_warning"

_WHY = {
    Status.SUBMITTED: "wacht op goedkeuring",
    Status.APPROVED: "goedgekeurd, wacht op een factuurmoment",
}


def changes(recorded: Recorded) -> Iterator[Change]:
    """Submitted hours are watched until they are billed, sent back, or warned about."""
    event = recorded.event
    match event:
        case HoursSubmitted(warn_at=moment) if moment is not None:
            yield Put(
                NAME,
                f"{event.placement}/{event.week}",
                due=moment,
                group_key="",
                stream=recorded.originator_id,
                data={"placement": event.placement, "week": str(event.week)},
            )
        case NoticeFailed(notice="unbilled_warning"):
            yield Put(
                NAME,
                f"{event.placement}/{event.week}",
                due=event.retry_at,
                group_key="",
                stream=recorded.originator_id,
                data={"placement": event.placement, "week": str(event.week)},
                failures=event.failures,
                reason=event.reason,
            )
        case TimesheetInvoiced(complete=True) | TimesheetReopened() | HoursRejected() | NotWorked() | UnbilledWarned():
            yield Take(NAME, f"{event.placement}/{event.week}")


def act(desk: Desk, items: Sequence[Item]) -> None:
    """One mail to the agency with everything that is late; what the post does not take stays due."""
    with claim(desk.pool, [NAME]):
        _warn(desk, items)


def _warn(desk: Desk, items: Sequence[Item]) -> None:
    office = desk.office.acting(cause=f"unbilled on {items[0].due:%Y-%m-%d}")
    weeks = [(PlacementCode(item.data["placement"]), IsoWeek.parse(item.data["week"])) for item in items]
    agency: Agency = office.streams.load(AGENCY).state
    late = [(week, line) for week in weeks if (line := _late(desk, *week)) is not None]
    if late:
        first = min(week.monday for (_, week), _ in late)
        outside = cover(
            agency,
            agency_mailbox(agency),
            message_id=notice_id(agency, "unbilled", f"{items[0].due:%Y%m%dT%H%M}", late[0][0][0], late[0][0][1]),
            sent_at=office.clock.now(),
        )
        mail = unbilled_hours_mail(
            outside,
            f"{MONTHS[outside.house_style.language][first.month - 1]} {first.year}",
            tuple(line for _, line in late),
            f"{desk.portal_url}/agenda",
        )
        failure = hand_over(desk, mail)
        if failure is not None:
            retry_at = back_off(office.clock.now(), items[0].failures)
            for (code, week), _ in late:
                record_notice_failure(
                    office, placement=code, week=week, notice=NAME, reason=failure.reason, retry_at=retry_at
                )
            return
    record_unbilled_warning(office, timesheets=weeks)


def _late(desk: Desk, code: PlacementCode, week: IsoWeek) -> UnbilledHours | None:
    names = [placement_stream(code), timesheet_stream(code, week)]
    placement, timesheet = (loaded.state for loaded in desk.office.streams.load_many(names).values())
    assert isinstance(placement, Placement)
    assert isinstance(timesheet, Timesheet)
    if timesheet.warn_at is None or placement.terms is None:
        return None
    freelancer: Party = desk.office.streams.load(freelancer_stream(placement.terms.freelancer)).state
    return UnbilledHours(
        placement_reference=placement.terms.reference,
        freelancer=freelancer.details.name if freelancer.details else placement.terms.freelancer,
        week=week,
        minutes=Minutes(sum(worked_minutes(shift) for shift in timesheet.shifts)),
        reason=_WHY.get(timesheet.status, timesheet.status.value),
    )


POLICY = Policy(
    name=NAME,
    title="Waarschuwen voor niet-gefactureerde uren",
    fold=AgendaFold(
        listens=(
            HoursSubmitted,
            NoticeFailed,
            TimesheetInvoiced,
            TimesheetReopened,
            HoursRejected,
            NotWorked,
            UnbilledWarned,
        ),
        changes=changes,
    ),
    act=act,
    batches=all_together,
)
