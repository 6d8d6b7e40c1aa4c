"""Three mails about hours: who forgot to submit, that hours wait for approval, and who forgot to approve.

They share everything but their words: a mail per timesheet, recorded when it went out, tried again when it did not.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import msgspec

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY, customer_stream, freelancer_stream, placement_stream, timesheet_stream
from selfbill.aggregates.party import Party
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.shift_rules import worked_minutes
from selfbill.aggregates.timesheet import Status, Timesheet
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    ApprovalRequested,
    HoursApproved,
    HoursExpected,
    HoursRejected,
    HoursReminded,
    HoursSubmitted,
    Notice,
    NoticeFailed,
    NotWorked,
    TimesheetReopened,
)
from selfbill.application.delivering import Failure, back_off
from selfbill.application.notices import (
    record_approval_reminder,
    record_approval_request,
    record_hours_reminder,
    record_notice_failure,
)
from selfbill.application.office import Office
from selfbill.documents.mail import (
    ApprovalNotice,
    OutgoingMail,
    WeekNotice,
    approval_mail,
    hours_reminder_mail,
    privacy_mail,
)
from selfbill.policies.correspondence import addressee, cover, notice_id, wants_privacy
from selfbill.policies.deliver import hand_over
from selfbill.policies.policy import Desk, Item, Policy
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.refusals import Refusal
from selfbill.store.claims import claim
from selfbill.store.streams import Recorded
from selfbill.values import IsoWeek, Minutes, PlacementCode


class Case(msgspec.Struct, frozen=True):
    """One timesheet about which somebody gets a mail."""

    agency: Agency
    placement: Placement
    timesheet: Timesheet
    code: PlacementCode
    week: IsoWeek
    due: dt.datetime


def _put(notice: Notice, recorded: Recorded, placement: PlacementCode, week: IsoWeek, due: dt.datetime) -> Put:
    written = str(week)
    return Put(
        notice,
        f"{placement}/{written}",
        due=due,
        group_key=placement,
        stream=recorded.originator_id,
        data={"placement": placement, "week": written},
    )


def _put_again(notice: Notice, recorded: Recorded, event: NoticeFailed) -> Iterator[Change]:
    if event.notice == notice:
        again = _put(notice, recorded, event.placement, event.week, event.retry_at)
        yield msgspec.structs.replace(again, failures=event.failures, reason=event.reason)


def hours_reminder_changes(recorded: Recorded) -> Iterator[Change]:
    """Hours that stay away, or were sent back, are asked for at every moment until they come or nothing was worked."""
    event = recorded.event
    match event:
        case HoursExpected() | HoursRejected() | TimesheetReopened():
            yield _put("hours_reminder", recorded, event.placement, event.week, event.remind_at)
        case HoursReminded():
            yield _put("hours_reminder", recorded, event.placement, event.week, event.next_at)
        case NoticeFailed():
            yield from _put_again("hours_reminder", recorded, event)
        case HoursSubmitted() | NotWorked():
            yield Take("hours_reminder", f"{event.placement}/{event.week}")


def approval_request_changes(recorded: Recorded) -> Iterator[Change]:
    """The customer is told at once that hours wait; not any more when they were decided on."""
    event = recorded.event
    match event:
        case HoursSubmitted():
            yield _put("approval_request", recorded, event.placement, event.week, recorded.at)
        case NoticeFailed():
            yield from _put_again("approval_request", recorded, event)
        case ApprovalRequested() | HoursApproved() | HoursRejected() | NotWorked():
            yield Take("approval_request", f"{event.placement}/{event.week}")


def approval_reminder_changes(recorded: Recorded) -> Iterator[Change]:
    """Who does not decide is reminded at every moment."""
    event = recorded.event
    match event:
        case HoursSubmitted():
            yield _put("approval_reminder", recorded, event.placement, event.week, event.remind_at)
        case ApprovalReminded():
            yield _put("approval_reminder", recorded, event.placement, event.week, event.next_at)
        case NoticeFailed():
            yield from _put_again("approval_reminder", recorded, event)
        case HoursApproved() | HoursRejected() | NotWorked():
            yield Take("approval_reminder", f"{event.placement}/{event.week}")


def _act(
    notice: Notice,
    is_due: Callable[[Case], bool],
    compose: Callable[[Desk, Case], OutgoingMail],
    record: Callable[[Office, Case, str], object],
) -> Callable[[Desk, Sequence[Item]], None]:
    """The act of one notice: ask whether it is still due, write the mail, hand it over, record what came of it."""

    def act(desk: Desk, items: Sequence[Item]) -> None:
        with claim(desk.pool, [f"{notice} {item.subject}" for item in items]):
            for item in items:
                write(desk, item)

    def write(desk: Desk, item: Item) -> None:
        case = _case(desk, item)
        if not is_due(case):
            return
        office = desk.office.acting(cause=f"{notice} due {item.due:%Y-%m-%dT%H:%MZ}")
        try:
            mail = compose(desk, case)
            failure = hand_over(desk, mail)
        except Refusal as refusal:
            failure = Failure(refusal.sentence(), unclear=False)
        if failure is None:
            record(office, case, mail.message_id)
            return
        record_notice_failure(
            office,
            placement=case.code,
            week=case.week,
            notice=notice,
            reason=failure.reason,
            retry_at=back_off(office.clock.now(), item.failures),
        )

    return act


def _reached(moment: dt.datetime | None, case: Case) -> bool:
    """Whether this reminder is still to be sent; afterwards the timesheet waits for a later moment."""
    return moment is not None and moment <= case.due


def _not_requested(case: Case) -> bool:
    timesheet = case.timesheet
    return timesheet.status is Status.SUBMITTED and timesheet.requested_attempt < timesheet.attempt


def _case(desk: Desk, item: Item) -> Case:
    code, week = PlacementCode(item.data["placement"]), IsoWeek.parse(item.data["week"])
    names = [AGENCY, placement_stream(code), timesheet_stream(code, week)]
    agency, placement, timesheet = (loaded.state for loaded in desk.office.streams.load_many(names).values())
    return Case(agency=agency, placement=placement, timesheet=timesheet, code=code, week=week, due=item.due)


def _parties(desk: Desk, case: Case) -> tuple[Party, Party]:
    """The freelancer and the customer of this placement."""
    terms = case.placement.terms
    assert terms is not None
    names = [freelancer_stream(terms.freelancer), customer_stream(terms.customer)]
    freelancer, customer = (loaded.state for loaded in desk.office.streams.load_many(names).values())
    return freelancer, customer


def _hours_reminder(desk: Desk, case: Case) -> OutgoingMail:
    freelancer, _ = _parties(desk, case)
    assert case.placement.terms is not None
    assert case.timesheet.remind_hours_at is not None
    mailbox = addressee(freelancer)
    moment = case.timesheet.remind_hours_at
    identity = notice_id(case.agency, "hours-reminder", case.code, case.week, f"{moment:%Y%m%dT%H%M}")
    return hours_reminder_mail(
        cover(case.agency, mailbox, message_id=identity, sent_at=desk.office.clock.now()),
        WeekNotice(
            week=case.week,
            placement_reference=case.placement.terms.reference,
            link=f"{desk.portal_url}/hours/{case.code}/{case.week}",
            salutation_name=mailbox.name,
        ),
    )


def _approval(desk: Desk, case: Case, *, reminder: bool) -> OutgoingMail:
    freelancer, customer = _parties(desk, case)
    assert case.placement.terms is not None
    mailbox = addressee(customer)
    parts: tuple[object, ...] = ("approval-request", case.code, case.week, case.timesheet.attempt)
    if reminder:
        assert case.timesheet.remind_approval_at is not None
        parts = ("approval-reminder", case.code, case.week, f"{case.timesheet.remind_approval_at:%Y%m%dT%H%M}")
    outside = cover(case.agency, mailbox, message_id=notice_id(case.agency, *parts), sent_at=desk.office.clock.now())
    link = f"{desk.portal_url}/approve/{case.code}/{case.week}"
    if wants_privacy(customer):
        return privacy_mail(outside, link)
    name = freelancer.details.name if freelancer.details else case.placement.terms.freelancer
    return approval_mail(
        outside,
        ApprovalNotice(
            week=case.week,
            placement_reference=case.placement.terms.reference,
            freelancer=name,
            minutes=Minutes(sum(worked_minutes(shift) for shift in case.timesheet.shifts)),
            link=link,
            salutation_name=mailbox.name,
        ),
        reminder=reminder,
    )


HOURS_REMINDER = Policy(
    name="hours_reminder",
    title="Herinneren aan uren",
    fold=AgendaFold(
        listens=(
            HoursExpected,
            HoursRejected,
            TimesheetReopened,
            HoursReminded,
            NoticeFailed,
            HoursSubmitted,
            NotWorked,
        ),
        changes=hours_reminder_changes,
    ),
    act=_act(
        "hours_reminder",
        lambda case: _reached(case.timesheet.remind_hours_at, case),
        _hours_reminder,
        lambda office, case, message_id: record_hours_reminder(
            office, placement=case.code, week=case.week, due=case.due, message_id=message_id
        ),
    ),
)

APPROVAL_REQUEST = Policy(
    name="approval_request",
    title="Melden dat uren klaarstaan",
    fold=AgendaFold(
        listens=(HoursSubmitted, NoticeFailed, ApprovalRequested, HoursApproved, HoursRejected, NotWorked),
        changes=approval_request_changes,
    ),
    act=_act(
        "approval_request",
        _not_requested,
        lambda desk, case: _approval(desk, case, reminder=False),
        lambda office, case, message_id: record_approval_request(
            office, placement=case.code, week=case.week, attempt=case.timesheet.attempt, message_id=message_id
        ),
    ),
)

APPROVAL_REMINDER = Policy(
    name="approval_reminder",
    title="Herinneren aan goedkeuren",
    fold=AgendaFold(
        listens=(HoursSubmitted, ApprovalReminded, NoticeFailed, HoursApproved, HoursRejected, NotWorked),
        changes=approval_reminder_changes,
    ),
    act=_act(
        "approval_reminder",
        lambda case: _reached(case.timesheet.remind_approval_at, case),
        lambda desk, case: _approval(desk, case, reminder=True),
        lambda office, case, message_id: record_approval_reminder(
            office, placement=case.code, week=case.week, due=case.due, message_id=message_id
        ),
    ),
)
