"""Expect hours: when a week is over, every running placement without hours gets a timesheet that waits for them."""

from collections.abc import Iterator, Sequence

from selfbill.aggregates.agency import HoursPeriodOpened, WeekClosed
from selfbill.application.timesheets import expect_hours
from selfbill.policies.policy import Desk, Item, Policy
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.projections.placements import running_in
from selfbill.store.streams import Recorded
from selfbill.values import IsoWeek

NAME = "expect_hours"


def changes(recorded: Recorded) -> Iterator[Change]:
    """Closing one week puts the next on the list."""
    event = recorded.event
    match event:
        case HoursPeriodOpened():
            yield Put(
                NAME, str(event.first_week), due=event.close_at, group_key="", stream=recorded.originator_id, data={}
            )
        case WeekClosed():
            yield Take(NAME, str(event.week))
            if event.next_close_at is not None:
                week = event.week.next()
                yield Put(
                    NAME, str(week), due=event.next_close_at, group_key="", stream=recorded.originator_id, data={}
                )


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Asks which placements ran in the week and expects hours of them."""
    for item in items:
        week = IsoWeek.parse(item.subject)
        with desk.pool.connection() as connection:
            running = running_in(connection, week.monday, week.sunday)
        expect_hours(
            desk.office.acting(cause=f"week {week} is over"),
            week=week,
            placements=[placement.code for placement in running],
        )


POLICY = Policy(
    name=NAME,
    title="Week afsluiten",
    fold=AgendaFold(listens=(HoursPeriodOpened, WeekClosed), changes=changes),
    act=act,
)
