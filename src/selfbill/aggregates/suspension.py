"""Collection that is suspended: of everything that one debtor owes, for a reason and until a date; afterwards it goes on."""

import datetime as dt

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.refusals import Refusal


class CollectionSuspended(Event, tag="party.collection_suspended"):
    """Nothing is sent to this debtor up to and including `until`; it replaces an earlier suspension."""

    code: str
    reason: str
    until: dt.date


class CollectionResumed(Event, tag="party.collection_resumed"):
    """The suspension is lifted before its date."""

    code: str


class CollectionTakenUp(Event, tag="party.collection_taken_up"):
    """Every open invoice of this debtor is planned by what was decided last about a suspension."""

    code: str
    revision: int


class Suspension(msgspec.Struct, frozen=True):
    """Why collection waits, and until when, inclusive."""

    reason: str
    until: dt.date

    def holds_on(self, day: dt.date) -> bool:
        """Whether it still waits on this day."""
        return day <= self.until


class DebtorCollection(msgspec.Struct, frozen=True):
    """What was decided about collecting from a debtor; `revision` counts the decisions, `taken_up` is the last carried through."""

    suspension: Suspension | None = None
    revision: int = 0
    taken_up: int = 0


def evolve(collection: DebtorCollection, event: Event) -> DebtorCollection:
    """What holds after this event."""
    match event:
        case CollectionSuspended():
            suspension = Suspension(event.reason, event.until)
            return DebtorCollection(suspension, collection.revision + 1, collection.taken_up)
        case CollectionResumed():
            return DebtorCollection(None, collection.revision + 1, collection.taken_up)
        case CollectionTakenUp():
            return msgspec.structs.replace(collection, taken_up=event.revision)
        case _:
            return collection


class SuspensionWithoutReason(Refusal):
    code = "suspension_without_reason"
    nl = "Wie de incasso van {about} opschort, schrijft erbij waarom."
    en = "Suspending the collection of {about} needs a reason."


class SuspensionOver(Refusal):
    code = "suspension_over"
    nl = "De incasso van {about} kan niet worden opgeschort tot en met {until}: die dag is voorbij."
    en = "The collection of {about} cannot be suspended until {until}: that day has passed."


class NotSuspended(Refusal):
    code = "not_suspended"
    nl = "De incasso van {about} is niet opgeschort."
    en = "The collection of {about} is not suspended."


def check_suspension(about: str, *, reason: str, until: dt.date, today: dt.date) -> Suspension:
    """The suspension, provided that it can be. Raises SuspensionWithoutReason, SuspensionOver, CitizenNumber."""
    if not reason.strip():
        raise SuspensionWithoutReason(about=about)
    if until < today:
        raise SuspensionOver(about=about, until=until)
    refuse_citizen_number(reason=reason)
    return Suspension(reason, until)


def suspend(
    collection: DebtorCollection, *, code: str, reason: str, until: dt.date, today: dt.date
) -> CollectionSuspended | AlreadyDoneType:
    """Nothing is sent to this debtor up to and including `until`.

    Raises SuspensionWithoutReason, SuspensionOver, CitizenNumber.
    """
    if collection.suspension == Suspension(reason, until):
        return AlreadyDone
    check_suspension(code, reason=reason, until=until, today=today)
    return CollectionSuspended(code=code, reason=reason, until=until)


def resume(collection: DebtorCollection, *, code: str, today: dt.date) -> CollectionResumed | AlreadyDoneType:
    """Collecting from this debtor goes on now. Raises NotSuspended when it was never suspended, or no longer is."""
    suspension = collection.suspension
    if suspension is None and collection.revision:
        return AlreadyDone
    if suspension is None or not suspension.holds_on(today):
        raise NotSuspended(about=code)
    return CollectionResumed(code=code)


def mark_taken_up(collection: DebtorCollection, *, code: str, revision: int) -> CollectionTakenUp | AlreadyDoneType:
    """This debtor's invoices are planned by this decision; when there was another since, that one is still to be taken up."""
    if revision != collection.revision or collection.taken_up == revision:
        return AlreadyDone
    return CollectionTakenUp(code=code, revision=revision)
