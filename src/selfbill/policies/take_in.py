"""Take in what an import announced: a submission or a decision at its own moment, not before."""

from collections.abc import Iterator, Sequence

from selfbill.aggregates.catalogue import placement_stream, timesheet_stream
from selfbill.aggregates.placement import Placement, UnknownPlacement
from selfbill.aggregates.timesheet import Timesheet
from selfbill.aggregates.timesheet_events import (
    DecisionAnnounced,
    DecisionRefused,
    HoursApproved,
    HoursRejected,
    HoursSubmitted,
    NotWorked,
    SubmissionAnnounced,
    SubmissionRefused,
)
from selfbill.application.office import Office
from selfbill.application.timesheets import (
    approve_hours,
    mark_not_worked,
    refuse_announced,
    reject_hours,
    submit_hours,
)
from selfbill.policies.policy import Desk, Item, Policy
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.refusals import Refusal
from selfbill.store.streams import Recorded
from selfbill.values import IsoWeek, PlacementCode

NAME = "take_in"
"""One list for submissions and decisions: whatever happens first comes first."""


def changes(recorded: Recorded) -> Iterator[Change]:
    """An announcement puts an item, what was announced takes it off when it has happened or was refused."""
    event = recorded.event
    match event:
        case SubmissionAnnounced() | DecisionAnnounced():
            kind = "submission" if isinstance(event, SubmissionAnnounced) else "decision"
            yield Put(
                policy=NAME,
                subject=_subject(event.placement, event.week, event.attempt, kind),
                due=event.at,
                group_key=event.placement,
                stream=recorded.originator_id,
                data={"placement": event.placement, "week": str(event.week), "attempt": event.attempt, "kind": kind},
            )
        case HoursSubmitted() | SubmissionRefused():
            yield Take(NAME, _subject(event.placement, event.week, event.attempt, "submission"))
        case HoursApproved() | HoursRejected() | NotWorked() | DecisionRefused():
            yield Take(NAME, _subject(event.placement, event.week, event.attempt, "decision"))


def _subject(placement: PlacementCode, week: IsoWeek, attempt: int, kind: str) -> str:
    return f"{placement}/{week}/{attempt}/{kind}"


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Does what was announced; what the domain refuses is put down with its reason."""
    for item in items:
        placement, week = PlacementCode(item.data["placement"]), IsoWeek.parse(item.data["week"])
        attempt, kind = item.data["attempt"], item.data["kind"]
        office = desk.office.acting(cause=f"announced {item.subject}")
        try:
            if kind == "submission":
                _submit(office, placement, week, attempt)
            else:
                _decide(office, placement, week, attempt)
        except Refusal as refusal:
            refuse_announced(
                office,
                placement=placement,
                week=week,
                attempt=attempt,
                submission=kind == "submission",
                refusal=refusal,
            )


def _submit(office: Office, placement: PlacementCode, week: IsoWeek, attempt: int) -> None:
    loaded = office.streams.load_many([timesheet_stream(placement, week), placement_stream(placement)])
    announced = loaded[timesheet_stream(placement, week)].state.announced[attempt]
    agreed: Placement = loaded[placement_stream(placement)].state
    if agreed.terms is None:
        raise UnknownPlacement(placement=placement)
    by = f"freelancer:{agreed.terms.freelancer}"
    submit_hours(office.acting(by=by), placement=placement, week=week, attempt=attempt, shifts=announced.shifts)


def _decide(office: Office, placement: PlacementCode, week: IsoWeek, attempt: int) -> None:
    timesheet: Timesheet = office.streams.load(timesheet_stream(placement, week)).state
    announced = timesheet.announced_decisions[attempt]
    office = office.acting(by=announced.decided_by)
    match announced.decision:
        case "approved":
            approve_hours(office, placement=placement, week=week, attempt=attempt)
        case "rejected":
            reject_hours(office, placement=placement, week=week, attempt=attempt, reason=announced.reason)
        case "not_worked":
            mark_not_worked(office, placement=placement, week=week, attempt=attempt)


POLICY = Policy(
    name=NAME,
    title="Uren en besluiten uit een import verwerken",
    fold=AgendaFold(
        listens=(
            SubmissionAnnounced,
            DecisionAnnounced,
            HoursSubmitted,
            SubmissionRefused,
            HoursApproved,
            HoursRejected,
            DecisionRefused,
            NotWorked,
        ),
        changes=changes,
    ),
    act=act,
)
