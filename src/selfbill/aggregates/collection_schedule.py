"""When an agency reminds of what is not paid, when it demands, and whether it asks for the cost: off until the agency sets it."""

import datetime as dt

import msgspec

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.moments import from_local, local_date
from selfbill.public_holidays import public_holidays
from selfbill.refusals import Refusal, Words

CONSUMER_TERM_DAYS = 14
"""A consumer has fourteen days to pay without cost, from the day after the demand was received (art. 6:96 lid 6 BW)."""

LONGEST_DAYS = 365
"""Between two steps; more than a year is a mistake in typing."""

_DAY = dt.timedelta(days=1)
_FRIDAY = 4


class CollectionSchedule(msgspec.Struct, frozen=True):
    """The steps from due date to collection, in days; every step falls on a working day."""

    reminder: bool = True
    """Whether a reminder is sent."""
    reminder_days: int = 7
    """After the due date."""
    demand: bool = True
    """Whether it is followed by a demand: the fourteen-day letter to a consumer, a second notice to others."""
    demand_days: int = 14
    """After the reminder was sent; after the due date where no reminders are."""
    term_days: int = CONSUMER_TERM_DAYS
    """What a demand gives, counted from the day after it was sent: an e-mail is received the same day."""
    hand_over_days: int = 3
    """After that term, at least 1: what was paid on its last day stands in the bank's file some days later."""
    claims_cost: bool = False
    """Whether the demand announces the cost of collection, and the end of its term makes it due."""
    hour: int = 9
    """The hour of the day at which mails go out, in local time."""


class CollectionScheduleSet(Event, tag="agency.collection_schedule_set"):
    """The agency chose when to remind and demand; None is not at all. What is open already is planned anew."""

    schedule: CollectionSchedule | None


class CollectionScheduleApplied(Event, tag="agency.collection_schedule_applied"):
    """Everything that was open when the schedule was set is planned by it."""

    revision: int


class AgencyCollection(msgspec.Struct, frozen=True):
    """What the agency settled about collection; `revision` counts its choices, `applied` is the last that was carried through."""

    schedule: CollectionSchedule | None = None
    revision: int = 0
    applied: int = 0


def evolve(collection: AgencyCollection, event: Event) -> AgencyCollection:
    """What is settled after this event."""
    match event:
        case CollectionScheduleSet():
            return AgencyCollection(event.schedule, collection.revision + 1, collection.applied)
        case CollectionScheduleApplied():
            return msgspec.structs.replace(collection, applied=event.revision)
        case _:
            return collection


class CollectionDaysInvalid(Refusal):
    code = "collection_days_invalid"
    nl = "{what} kan niet {days} zijn; kies een getal van {least} tot en met {most}."
    en = "{what} cannot be {days}; choose a number from {least} up to and including {most}."


class DemandTermTooShort(Refusal):
    """Art. 6:96 lid 6 BW; a demand with a shorter term gives no right to any cost."""

    code = "demand_term_too_short"
    nl = "Een aanmaning moet minstens {least} dagen geven, geen {days} (art. 6:96 lid 6 BW)."
    en = "A demand must give at least {least} days, not {days} (art. 6:96(6) BW)."


class CostWithoutDemand(Refusal):
    """Art. 6:96 lid 6 BW."""

    code = "cost_without_demand"
    nl = "Incassokosten kunnen alleen worden gevraagd na een aanmaning (art. 6:96 lid 6 BW). Zet de aanmaning aan."
    en = "Collection cost can only be claimed after a demand (art. 6:96(6) BW). Switch the demand on."


_NUMBERS = {
    "reminder_days": (Words("reminder_days", "Het aantal dagen tot de herinnering", "Days until the reminder"), 1),
    "demand_days": (Words("demand_days", "Het aantal dagen tot de aanmaning", "Days until the demand"), 1),
    "term_days": (Words("term_days", "De termijn van de aanmaning", "The term of the demand"), 1),
    "hand_over_days": (Words("hand_over_days", "Het aantal dagen na de termijn", "Days after the term"), 1),
    "hour": (Words("hour", "Het uur van verzenden", "The hour of sending"), 0),
}


def set_schedule(
    collection: AgencyCollection, *, schedule: CollectionSchedule | None
) -> CollectionScheduleSet | AlreadyDoneType:
    """The agency chooses when to remind and demand, or with None that it does not.

    Raises CollectionDaysInvalid, DemandTermTooShort, CostWithoutDemand.
    """
    if collection.schedule == schedule:
        return AlreadyDone
    if schedule is not None:
        for name, (what, least) in _NUMBERS.items():
            number = getattr(schedule, name)
            most = 23 if name == "hour" else LONGEST_DAYS
            if not least <= number <= most:
                raise CollectionDaysInvalid(what=what, days=number, least=least, most=most)
        if schedule.term_days < CONSUMER_TERM_DAYS:
            raise DemandTermTooShort(days=schedule.term_days, least=CONSUMER_TERM_DAYS)
        if schedule.claims_cost and not schedule.demand:
            raise CostWithoutDemand
    return CollectionScheduleSet(schedule=schedule)


def mark_applied(collection: AgencyCollection, *, revision: int) -> CollectionScheduleApplied | AlreadyDoneType:
    """Everything open is planned by this revision; when the agency has chosen anew since, that one is still to be applied."""
    if revision != collection.revision or collection.applied == revision:
        return AlreadyDone
    return CollectionScheduleApplied(revision=revision)


def is_working_day(day: dt.date, holidays: frozenset[dt.date]) -> bool:
    """Monday to Friday, and neither a public holiday nor one of the agency's own (`holidays`)."""
    return day.weekday() <= _FRIDAY and day not in holidays and day not in public_holidays(day.year)


def sending_moment(day: dt.date, hour: int, holidays: frozenset[dt.date]) -> dt.datetime:
    """This hour of this day, or of the first working day after it, in UTC."""
    while not is_working_day(day, holidays):
        day += _DAY
    return from_local(dt.datetime.combine(day, dt.time(hour)))


def next_sending_moment(now: dt.datetime, hour: int, holidays: frozenset[dt.date]) -> dt.datetime:
    """The first sending moment at or after this one, in UTC."""
    moment = sending_moment(local_date(now), hour, holidays)
    return moment if moment >= now else sending_moment(local_date(now) + _DAY, hour, holidays)
