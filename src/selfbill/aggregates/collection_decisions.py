"""Decisions about collecting one invoice: what comes next, that a mail goes out and what came of it, cost, and handing over."""

import datetime as dt
from collections.abc import Iterator

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.collection import (
    Collection,
    CollectionCostClaimed,
    CollectionCostWaived,
    CollectionPlanned,
    DisputeSettled,
    HandedOver,
    HandOverDue,
    InvoiceDisputed,
    MailedStep,
    Plan,
    ReminderFailed,
    ReminderSent,
    ReminderStarted,
    SentNotice,
    Step,
)
from selfbill.aggregates.collection_schedule import (
    CollectionSchedule,
    is_working_day,
    next_sending_moment,
    sending_moment,
)
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.invoice import DeliveryState, Invoice
from selfbill.aggregates.invoice_payments import UnknownInvoice, sides_of
from selfbill.aggregates.suspension import NotSuspended, Suspension, check_suspension
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.moments import local_date
from selfbill.pricing.collection_cost import further_cost
from selfbill.refusals import Refusal
from selfbill.values import Cents, InvoiceNumber

DEBIT_DAYS = 7
"""After a collection date: banks return within five business days, and that stands in the bank's file by then."""

_DAY = dt.timedelta(days=1)
_NO_OUTCOME = "Het programma stopte terwijl de e-mail werd aangeboden; hij kan zijn aangekomen."


class NotForHandOver(Refusal):
    code = "not_for_hand_over"
    nl = "Factuur {number} staat niet klaar om uit handen te geven."
    en = "Invoice {number} is not ready to be handed over."


class HandedOverBefore(Refusal):
    code = "handed_over_before"
    nl = "Factuur {number} is al uit handen gegeven aan {to}."
    en = "Invoice {number} was handed over to {to} before."


class NoCostClaimed(Refusal):
    code = "no_cost_claimed"
    nl = "Voor factuur {number} zijn geen incassokosten in rekening gebracht."
    en = "No collection cost was claimed for invoice {number}."


class WaiverWithoutReason(Refusal):
    code = "waiver_without_reason"
    nl = "Wie de incassokosten van factuur {number} kwijtscheldt, schrijft erbij waarom."
    en = "Waiving the collection cost of invoice {number} needs a reason."


def group_of(invoice: Invoice) -> str:
    """Creditor and debtor of this invoice, e.g. `Z01>customer:K01`; the agency's own are `agency>freelancer:Z01`."""
    sides = sides_of(invoice)
    return f"{sides.get('freelancer') or 'agency'}>{sides['towards']}:{sides['debtor']}"


def plan(
    invoice: Invoice, *, number: InvoiceNumber, agency: Agency, suspension: Suspension | None, now: dt.datetime
) -> CollectionPlanned | AlreadyDoneType:
    """What comes next by the agency's schedule, unless that is what is planned already.

    `suspension` is the debtor's. A step whose day has passed comes at the next sending moment; one that falls in a suspension,
    a dispute or a direct debit comes at the first sending moment after it.
    """
    wanted = _what_next(invoice, agency, suspension, now)
    if wanted == invoice.collection.plan and not invoice.collection.must_be_planned:
        return AlreadyDone
    group = group_of(invoice)
    if wanted is None:
        return CollectionPlanned(number=number, group=group)
    return CollectionPlanned(number=number, group=group, step=wanted.step, at=wanted.at, held=wanted.held)


def _what_next(invoice: Invoice, agency: Agency, suspension: Suspension | None, now: dt.datetime) -> Plan | None:
    collection, schedule = invoice.collection, agency.collection.schedule
    if schedule is None or invoice.open <= 0 or invoice.delivery is not DeliveryState.SENT:
        return None
    if collection.is_for_hand_over or invoice.issued is None:
        return None
    step, day = _next_step(collection, schedule, invoice.issued.due)
    at = sending_moment(day, schedule.hour, agency.holidays)
    if at <= now:
        at = _overdue(collection, step, next_sending_moment(now, schedule.hour, agency.holidays), agency, now)
    holding = [(until, why) for until, why in _waits(invoice, suspension) if local_date(max(at, now)) <= until]
    if not holding:
        return Plan(step, at)
    until, why = max(holding)
    return Plan(step, sending_moment(until + _DAY, schedule.hour, agency.holidays), why)


def _waits(invoice: Invoice, suspension: Suspension | None) -> Iterator[tuple[dt.date, str]]:
    """Until when (inclusive) something keeps mails from going out, and what staff read about it."""
    for wait, word in ((suspension, "Opgeschort"), (invoice.collection.dispute, "Betwist")):
        if wait is not None:
            yield wait.until, f"{word} tot en met {wait.until:%d-%m-%Y}: {wait.reason}"
    for debit in invoice.debits:
        if debit.is_live:
            until = debit.collection_date + DEBIT_DAYS * _DAY
            yield until, f"Wordt op {debit.collection_date:%d-%m-%Y} automatisch geïncasseerd"


def _next_step(collection: Collection, schedule: CollectionSchedule, due: dt.date) -> tuple[Step, dt.date]:
    """The first step that was not taken, and the day from which it may be."""
    demand = collection.sent.get("demand")
    if demand is not None:
        assert demand.term_until is not None
        return "hand_over", demand.term_until + schedule.hand_over_days * _DAY
    reminder = collection.sent.get("reminder")
    if schedule.reminder and reminder is None:
        return "reminder", due + schedule.reminder_days * _DAY
    since = due if reminder is None else reminder.on
    if schedule.demand:
        return "demand", since + schedule.demand_days * _DAY
    return "hand_over", since + (schedule.term_days + schedule.hand_over_days) * _DAY


def _overdue(
    collection: Collection, step: Step, next_moment: dt.datetime, agency: Agency, now: dt.datetime
) -> dt.datetime:
    """When to take a step whose moment has come: as planned, where it is planned for a working day before the next sending moment."""
    planned = collection.plan
    if planned is None or planned.step != step or planned.held or planned.at >= next_moment:
        return next_moment
    return planned.at if is_working_day(local_date(max(planned.at, now)), agency.holidays) else next_moment


def is_due(invoice: Invoice, step: Step, now: dt.datetime) -> bool:
    """Whether this step is to be taken now: it is planned, nothing holds it, and something is open."""
    planned = invoice.collection.plan
    return (
        planned is not None
        and planned.step == step
        and not planned.held
        and planned.at <= now
        and invoice.open > 0
        and not invoice.collection.must_be_planned
    )


def start_reminder(
    invoice: Invoice,
    *,
    number: InvoiceNumber,
    step: MailedStep,
    message_id: str,
    document: str | None,
    now: dt.datetime,
) -> tuple[Event, ...]:
    """A mail is about to go out; one that started before without an outcome is first put down as unclear."""
    assert is_due(invoice, step, now)
    events: list[Event] = []
    before = invoice.collection.mailing
    if before is not None and before.is_open:
        events.append(
            ReminderFailed(
                number=number,
                group=group_of(invoice),
                step=before.step,
                message_id=before.message_id,
                reason=_NO_OUTCOME,
                failures=invoice.collection.failures + 1,
                retry_at=now,
                unclear=True,
            )
        )
    attempt = before.attempt + 1 if before is not None and before.message_id == message_id else 1
    started = ReminderStarted(number=number, step=step, message_id=message_id, attempt=attempt, document=document)
    return (*events, started)


def _is_under_way(collection: Collection, message_id: str) -> bool:
    mailing = collection.mailing
    return mailing is not None and mailing.is_open and mailing.message_id == message_id


def record_reminder_sent(
    invoice: Invoice,
    *,
    number: InvoiceNumber,
    step: MailedStep,
    message_id: str,
    notice: SentNotice,
    asked: Cents,
) -> ReminderSent | AlreadyDoneType:
    """The mail was accepted, whatever was paid in the meantime."""
    if not _is_under_way(invoice.collection, message_id):
        return AlreadyDone
    return ReminderSent(
        number=number,
        step=step,
        message_id=message_id,
        on=notice.on,
        open=asked,
        together=notice.together,
        term_until=notice.term_until,
        cost=notice.cost,
    )


def record_reminder_failure(
    invoice: Invoice,
    *,
    number: InvoiceNumber,
    step: MailedStep,
    message_id: str,
    reason: str,
    retry_at: dt.datetime,
    unclear: bool,
) -> ReminderFailed | AlreadyDoneType:
    """The mail was not accepted, or the outcome is unknown; it stays due unless everything was paid in the meantime."""
    if not _is_under_way(invoice.collection, message_id):
        return AlreadyDone
    return ReminderFailed(
        number=number,
        group=group_of(invoice),
        step=step,
        message_id=message_id,
        reason=reason,
        failures=invoice.collection.failures + 1,
        retry_at=retry_at if invoice.open > 0 else None,
        unclear=unclear,
    )


def end_of_term(
    invoice: Invoice, *, number: InvoiceNumber, claims_cost: bool, before: Cents, on: dt.date
) -> tuple[Event, ...]:
    """All mails were in vain: the cost that the demand announced becomes due, and a person decides what happens next.

    `before` is the principal over which cost was claimed already after the same demand.
    """
    events: list[Event] = []
    demand = invoice.collection.sent.get("demand")
    if claims_cost and demand is not None and demand.cost:
        cost = min(further_cost(before, invoice.open), demand.cost)
        events.append(CollectionCostClaimed(number=number, principal=invoice.open, cost=Cents(cost), on=on))
    events.append(HandOverDue(number=number, principal=invoice.open, on=on))
    return tuple(events)


def hand_over(invoice: Invoice, *, number: InvoiceNumber, to: str, on: dt.date) -> HandedOver | AlreadyDoneType:
    """A person gives this to whoever collects. Raises UnknownInvoice, NotForHandOver, HandedOverBefore, CitizenNumber."""
    if invoice.collection.handed_over_to == to:
        return AlreadyDone
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    if invoice.collection.handed_over_to:
        raise HandedOverBefore(number=number, to=invoice.collection.handed_over_to)
    if not invoice.collection.is_for_hand_over or invoice.open <= 0:
        raise NotForHandOver(number=number)
    refuse_citizen_number(name=to)
    return HandedOver(number=number, to=to, on=on)


def waive_cost(
    invoice: Invoice, *, number: InvoiceNumber, reason: str, on: dt.date
) -> CollectionCostWaived | AlreadyDoneType:
    """The cost is not asked for, e.g. because the bank shows that everything was paid within the term.

    Raises UnknownInvoice, NoCostClaimed, WaiverWithoutReason, CitizenNumber.
    """
    collection = invoice.collection
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    if not collection.claimed:
        raise NoCostClaimed(number=number)
    if not collection.cost:
        return AlreadyDone
    if not reason.strip():
        raise WaiverWithoutReason(number=number)
    refuse_citizen_number(reason=reason)
    return CollectionCostWaived(number=number, cost=collection.cost, reason=reason, on=on)


def dispute(
    invoice: Invoice, *, number: InvoiceNumber, reason: str, until: dt.date, today: dt.date
) -> InvoiceDisputed | AlreadyDoneType:
    """Nothing is sent about this invoice up to and including `until`.

    Raises UnknownInvoice, SuspensionWithoutReason, SuspensionOver, CitizenNumber.
    """
    if invoice.collection.dispute == Suspension(reason, until):
        return AlreadyDone
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    check_suspension(number, reason=reason, until=until, today=today)
    return InvoiceDisputed(number=number, reason=reason, until=until)


def settle_dispute(invoice: Invoice, *, number: InvoiceNumber, today: dt.date) -> DisputeSettled | AlreadyDoneType:
    """Collecting this invoice goes on now. Raises UnknownInvoice, and NotSuspended where nothing is or was disputed."""
    collection = invoice.collection
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    if collection.dispute is None and collection.disputes:
        return AlreadyDone
    if collection.dispute is None or not collection.dispute.holds_on(today):
        raise NotSuspended(about=number)
    return DisputeSettled(number=number)
