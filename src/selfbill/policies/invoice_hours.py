"""Invoice: approved hours become invoices at the moment that the agency or the customer chose."""

from collections.abc import Iterator, Sequence

from selfbill.aggregates.timesheet_events import (
    HoursApproved,
    InvoicingHeld,
    InvoicingRescheduled,
    TimesheetInvoiced,
    TimesheetRebilled,
    TimesheetReopened,
)
from selfbill.application.invoicing import issue_invoices
from selfbill.policies.policy import Desk, Item, Policy, by_group
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.store.streams import Recorded
from selfbill.values import IsoWeek, PlacementCode

NAME = "invoice"

TIMESHEETS_IN_A_TRANSACTION = 200
"""About a thousand events: large enough that one commit costs little, small enough to hold the log for milliseconds only."""


def changes(recorded: Recorded) -> Iterator[Change]:
    """Approval puts the hours on the list; the invoice that bills the last of them takes them off, as does reopening."""
    event = recorded.event
    match event:
        case HoursApproved(invoice_at=moment) if moment is not None:
            yield Put(
                NAME,
                f"{event.placement}/{event.week}",
                due=moment,
                group_key=event.freelancer,
                stream=recorded.originator_id,
                data={"placement": event.placement, "week": str(event.week)},
            )
        case InvoicingRescheduled() | InvoicingHeld():
            held = isinstance(event, InvoicingHeld)
            yield Put(
                NAME,
                f"{event.placement}/{event.week}",
                due=event.next_at if isinstance(event, InvoicingHeld) else event.invoice_at,
                group_key=event.freelancer,
                stream=recorded.originator_id,
                data={"placement": event.placement, "week": str(event.week)},
                reason=event.reason if isinstance(event, InvoicingHeld) else None,
                failures=1 if held else 0,
            )
        case TimesheetInvoiced(complete=True) | TimesheetRebilled() | TimesheetReopened():
            yield Take(NAME, f"{event.placement}/{event.week}")


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Issues what is due; a freelancer's invoices are always made in one go, so that their numbers follow the order."""
    office = desk.office.acting(cause=f"invoice moment {items[0].due:%Y-%m-%dT%H:%MZ}")
    issue_invoices(
        office,
        timesheets=[(PlacementCode(item.data["placement"]), IsoWeek.parse(item.data["week"])) for item in items],
    )


POLICY = Policy(
    name=NAME,
    title="Factureren",
    fold=AgendaFold(
        listens=(
            HoursApproved,
            InvoicingRescheduled,
            InvoicingHeld,
            TimesheetInvoiced,
            TimesheetRebilled,
            TimesheetReopened,
        ),
        changes=changes,
    ),
    act=act,
    batches=by_group(TIMESHEETS_IN_A_TRANSACTION),
)
