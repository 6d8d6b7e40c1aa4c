"""Plan: when the schedule changes, a debtor is suspended or resumed, or what was paid is open again, it is settled what comes next.

An invoice that is mailed is planned by its delivery. Here is everything that comes from elsewhere.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY
from selfbill.aggregates.collection import CollectionPlanned, opens_again
from selfbill.aggregates.collection_schedule import CollectionScheduleApplied, CollectionScheduleSet
from selfbill.aggregates.invoice_money import MOVEMENTS
from selfbill.aggregates.party import Party
from selfbill.aggregates.suspension import CollectionResumed, CollectionSuspended, CollectionTakenUp
from selfbill.application.collecting import debtor_stream, mark_schedule_applied, plan_invoices
from selfbill.application.office import Office
from selfbill.application.suspending import mark_taken_up
from selfbill.policies.policy import Desk, Item, Policy
from selfbill.projections import collection
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.store.claims import claim
from selfbill.store.streams import Recorded
from selfbill.values import InvoiceNumber

NAME = "plan_collection"
SCHEDULE = "schedule"
"""The subject of planning everything that is open."""

INVOICES_IN_A_TRANSACTION = 250
"""Large enough that one commit costs little, small enough to hold the log for milliseconds only."""


def changes(recorded: Recorded) -> Iterator[Change]:
    """A decision puts what it concerns on the list at once: everything, one debtor, or one invoice."""
    event = recorded.event
    match event:
        case CollectionScheduleSet():
            yield _put(recorded, SCHEDULE)
        case CollectionScheduleApplied():
            yield Take(NAME, SCHEDULE)
        case CollectionSuspended() | CollectionResumed():
            yield _put(recorded, recorded.originator_id)
        case CollectionTakenUp():
            yield Take(NAME, recorded.originator_id)
        case CollectionPlanned():
            yield Take(NAME, event.number)
        case movement if isinstance(movement, MOVEMENTS):
            if opens_again(movement):
                yield _put(recorded, movement.number)
            elif movement.open_after <= 0:
                yield Take(NAME, movement.number)


def _put(recorded: Recorded, subject: str) -> Put:
    return Put(NAME, subject, due=recorded.at, group_key="", stream=recorded.originator_id)


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Settles what comes next; several clocks take turns."""
    for item in items:
        with claim(desk.pool, [f"{NAME} {item.subject}"]):
            _plan(desk, item.subject)


def _plan(desk: Desk, subject: str) -> None:
    office = desk.office.acting(cause=f"planning {subject}")
    kind, colon, code = subject.partition(":")
    if subject == SCHEDULE:
        agency: Agency = office.streams.load(AGENCY).state
        revision = agency.collection.revision
        if agency.collection.applied != revision:
            _plan_open_invoices(desk, office)
            mark_schedule_applied(office, revision=revision)
    elif colon:
        towards: Literal["customer", "freelancer"] = "customer" if kind == "customer" else "freelancer"
        debtor: Party = office.streams.load(debtor_stream(towards, code)).state
        if debtor.collection.taken_up != debtor.collection.revision:
            _plan_open_invoices(desk, office, kind, code)
            mark_taken_up(office, towards=towards, code=code, revision=debtor.collection.revision)
    else:
        plan_invoices(office, numbers=[InvoiceNumber(subject)])


def _plan_open_invoices(desk: Desk, office: Office, kind: str | None = None, code: str | None = None) -> None:
    """All that are open, or those of one debtor; what was planned before a crash is found planned.

    The read model has passed the event that put the item there. What is mailed after that event has seen it: its delivery rests
    on the agency's version, and a suspension is looked at again before anything goes out.
    """
    with desk.pool.connection() as connection:
        numbers = collection.to_plan(connection, debtor_kind=kind, debtor=code)
    for start in range(0, len(numbers), INVOICES_IN_A_TRANSACTION):
        plan_invoices(office, numbers=numbers[start : start + INVOICES_IN_A_TRANSACTION])


POLICY = Policy(
    name=NAME,
    title="Herinneren en aanmanen inplannen",
    fold=AgendaFold(
        listens=(
            CollectionScheduleSet,
            CollectionScheduleApplied,
            CollectionSuspended,
            CollectionResumed,
            CollectionTakenUp,
            CollectionPlanned,
            *MOVEMENTS,
        ),
        changes=changes,
    ),
    act=act,
)
