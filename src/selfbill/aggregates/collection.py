"""Collecting one invoice: what comes next and when, which mails went out, what it cost, and whether somebody disputes it.

The steps are a reminder, a demand (the fourteen-day letter of art. 6:96 lid 6 BW to a consumer, a second notice to others), and
handing over to whoever collects, which a person does. Only `CollectionPlanned` says what comes next, so that the agenda needs
nothing else to know. The cost of collection is no part of what is open of the invoice: it is claimed beside it.
"""

import datetime as dt
from typing import Literal

import msgspec

from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_money import MOVEMENTS, Movement, change_of
from selfbill.aggregates.suspension import Suspension
from selfbill.values import Cents, InvoiceNumber

Step = Literal["reminder", "demand", "hand_over"]
MailedStep = Literal["reminder", "demand"]


class CollectionPlanned(Event, tag="invoice.collection_planned"):
    """What comes next for this invoice, and when; without a step nothing does, e.g. because reminding was switched off."""

    number: InvoiceNumber
    group: str
    """Creditor and debtor: what is due to one of the other at one moment goes in one mail (art. 6:96 lid 7 BW)."""
    step: Step | None = None
    at: dt.datetime | None = None
    held: str = ""
    """Why it waits until then."""


class ReminderStarted(Event, tag="invoice.reminder_started"):
    """A mail with this fixed Message-ID is about to be handed over; without an outcome after it, it is unclear."""

    number: InvoiceNumber
    step: MailedStep
    message_id: str
    attempt: int
    document: str | None = None
    """SHA-256 of the mail as it is kept; None when it could not be written."""


class ReminderSent(Event, tag="invoice.reminder_sent"):
    """The mail was accepted: a reminder, or a demand with its term."""

    number: InvoiceNumber
    step: MailedStep
    message_id: str
    on: dt.date
    """The local date on which it was sent, and by e-mail received."""
    open: Cents
    """What the mail asked for of this invoice."""
    together: tuple[InvoiceNumber, ...] = ()
    """All invoices that stand in the mail."""
    term_until: dt.date | None = None
    """Of a demand: the last day on which paying costs nothing more."""
    cost: Cents = Cents(0)
    """Of a demand: the cost that it announces for all that stands in it; 0 when the agency claims none."""


class ReminderFailed(Event, tag="invoice.reminder_failed"):
    """The mail was not accepted, or nobody knows whether it was (`unclear`); tried again at `retry_at`, if anything is still open."""

    number: InvoiceNumber
    group: str
    step: MailedStep
    message_id: str
    reason: str
    failures: int
    retry_at: dt.datetime | None
    unclear: bool = False


class CollectionCostClaimed(Event, tag="invoice.collection_cost_claimed"):
    """The term of the demand is over: this cost is due beside the invoice."""

    number: InvoiceNumber
    principal: Cents
    """What was open of the invoice."""
    cost: Cents
    """By the scale of the Wik; less than its least where another invoice of the same demand was claimed before."""
    on: dt.date


class CollectionCostWaived(Event, tag="invoice.collection_cost_waived"):
    """The cost is not asked for any more."""

    number: InvoiceNumber
    cost: Cents
    reason: str
    on: dt.date


class HandOverDue(Event, tag="invoice.hand_over_due"):
    """All mails were in vain: a person decides whether this goes to whoever collects."""

    number: InvoiceNumber
    principal: Cents
    on: dt.date


class HandedOver(Event, tag="invoice.handed_over"):
    """A person gave this to whoever collects it."""

    number: InvoiceNumber
    to: str
    on: dt.date


class InvoiceDisputed(Event, tag="invoice.disputed"):
    """The debtor disputes this one invoice: nothing is sent about it up to and including `until`."""

    number: InvoiceNumber
    reason: str
    until: dt.date


class DisputeSettled(Event, tag="invoice.dispute_settled"):
    """The dispute is over: collecting this invoice goes on."""

    number: InvoiceNumber


COLLECTION_EVENTS: tuple[type[Event], ...] = (
    CollectionPlanned,
    ReminderStarted,
    ReminderSent,
    ReminderFailed,
    CollectionCostClaimed,
    CollectionCostWaived,
    HandOverDue,
    HandedOver,
    InvoiceDisputed,
    DisputeSettled,
)
"""Everything that happens to an invoice because it is collected."""


class Plan(msgspec.Struct, frozen=True):
    """What comes next, when, and why not before."""

    step: Step
    at: dt.datetime
    held: str = ""


class Mailing(msgspec.Struct, frozen=True):
    """A mail that is under way, or that did not get through."""

    step: MailedStep
    message_id: str
    attempt: int
    is_open: bool = True
    """Whether its outcome is still to come."""


class SentNotice(msgspec.Struct, frozen=True):
    """A reminder or demand that went out."""

    on: dt.date
    together: tuple[InvoiceNumber, ...] = ()
    term_until: dt.date | None = None
    cost: Cents = Cents(0)


class Collection(msgspec.Struct, frozen=True):
    """How far the collection of one invoice has come."""

    plan: Plan | None = None
    must_be_planned: bool = False
    """It was paid, and is open again: nobody has said yet what comes next."""
    mailing: Mailing | None = None
    failures: int = 0
    sent: dict[MailedStep, SentNotice] = {}
    claimed: Cents = Cents(0)
    """The principal over which cost was claimed."""
    cost: Cents = Cents(0)
    is_for_hand_over: bool = False
    handed_over_to: str = ""
    dispute: Suspension | None = None
    disputes: int = 0


def evolve_collection(collection: Collection, event: Event) -> Collection:
    """The collection after this event of the invoice."""
    replace = msgspec.structs.replace
    match event:
        case CollectionPlanned(step=step, at=at):
            plan = None if step is None or at is None else Plan(step, at, event.held)
            mailing = collection.mailing if collection.mailing and collection.mailing.is_open else None
            return replace(collection, plan=plan, must_be_planned=False, mailing=mailing, failures=0)
        case ReminderStarted() | ReminderSent() | ReminderFailed():
            return _mailed(collection, event)
        case CollectionCostClaimed():
            return replace(collection, claimed=event.principal, cost=event.cost)
        case CollectionCostWaived():
            return replace(collection, cost=Cents(0))
        case HandOverDue():
            return replace(collection, plan=None, is_for_hand_over=True)
        case HandedOver():
            return replace(collection, handed_over_to=event.to)
        case InvoiceDisputed():
            dispute = Suspension(event.reason, event.until)
            return replace(collection, dispute=dispute, disputes=collection.disputes + 1)
        case DisputeSettled():
            return replace(collection, dispute=None)
        case movement if isinstance(movement, MOVEMENTS):
            return _moved(collection, movement)
        case _:
            return collection


def _mailed(collection: Collection, event: ReminderStarted | ReminderSent | ReminderFailed) -> Collection:
    replace = msgspec.structs.replace
    match event:
        case ReminderStarted():
            return replace(collection, mailing=Mailing(event.step, event.message_id, event.attempt))
        case ReminderSent():
            notice = SentNotice(event.on, event.together, event.term_until, event.cost)
            sent = {**collection.sent, event.step: notice}
            return replace(collection, plan=None, mailing=None, failures=0, sent=sent)
        case ReminderFailed():
            mailing = collection.mailing and replace(collection.mailing, is_open=False)
            plan = None if event.retry_at is None else Plan(event.step, event.retry_at)
            return replace(collection, plan=plan, mailing=mailing, failures=event.failures)


def opens_again(movement: Movement) -> bool:
    """Whether nothing was open before this, and something is now."""
    return movement.open_after > 0 >= movement.open_after - change_of(movement)


def _moved(collection: Collection, movement: Movement) -> Collection:
    """What is paid needs no reminding; what is open again must be planned; what was open all along is."""
    if movement.open_after <= 0:
        return msgspec.structs.replace(collection, plan=None, must_be_planned=False)
    if opens_again(movement):
        return msgspec.structs.replace(collection, must_be_planned=True)
    return collection
