"""Collecting what is not paid: the schedule, what comes next for each invoice, mails that go out, cost and handing over.

Whatever may not go out now is held here, at the moment of sending: what is paid, disputed or suspended is looked at in the same
transaction that puts down the start of a mail.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from selfbill.aggregates import collection_decisions as decisions
from selfbill.aggregates import collection_schedule as schedules
from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY, customer_stream, freelancer_stream, invoice_stream
from selfbill.aggregates.collection import MailedStep, SentNotice, Step
from selfbill.aggregates.collection_schedule import CollectionSchedule
from selfbill.aggregates.event import AlreadyDoneType, Event
from selfbill.aggregates.invoice import Invoice, evolve
from selfbill.aggregates.invoice_payments import sides_of
from selfbill.aggregates.party import Party
from selfbill.aggregates.suspension import Suspension
from selfbill.application.delivering import Failure, back_off
from selfbill.application.office import Decision, Office, Outcome, carry_out, change, merged
from selfbill.moments import local_date
from selfbill.pricing.terms import Towards
from selfbill.store.streams import Change, Loaded
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber


class Case(msgspec.Struct, frozen=True):
    """Invoices as they are at one moment, with what decides about them: the agency's schedule and their debtors."""

    agency: Agency
    loaded: Mapping[str, Loaded[Any]]
    rests_on: Mapping[str, int]
    """The versions of the streams that decide and are not changed."""
    now: dt.datetime

    def invoice(self, number: InvoiceNumber) -> Invoice:
        state: Invoice = self.loaded[invoice_stream(number)].state
        return state

    def debtor(self, number: InvoiceNumber) -> Party | None:
        """Who owes this invoice; None when it was never issued."""
        invoice = self.invoice(number)
        state: Party | None = None if invoice.issued is None else self.loaded[debtor_stream_of(invoice)].state
        return state

    def suspension(self, number: InvoiceNumber) -> Suspension | None:
        debtor = self.debtor(number)
        return debtor.collection.suspension if debtor is not None else None


def debtor_stream(towards: Towards, code: str) -> str:
    """The stream of this customer or freelancer."""
    return customer_stream(CustomerCode(code)) if towards == "customer" else freelancer_stream(FreelancerCode(code))


def debtor_stream_of(invoice: Invoice) -> str:
    """The stream of who owes this invoice."""
    sides = sides_of(invoice)
    return debtor_stream(sides["towards"], sides["debtor"])


def case_of(office: Office, numbers: Iterable[InvoiceNumber]) -> Case:
    """These invoices as they are now."""
    streams = [invoice_stream(number) for number in numbers]

    def debtors(state: Any) -> list[str]:
        known = [state(stream) for stream in streams]
        return [debtor_stream_of(invoice) for invoice in known if invoice is not None and invoice.issued is not None]

    loaded = office.streams.gather([AGENCY, *streams], debtors)
    rests_on = {name: each.version for name, each in loaded.items() if name not in set(streams)}
    return Case(loaded[AGENCY].state, loaded, rests_on, office.clock.now())


def _planned(case: Case, number: InvoiceNumber, invoice: Invoice | None = None) -> Event | AlreadyDoneType:
    return decisions.plan(
        case.invoice(number) if invoice is None else invoice,
        number=number,
        agency=case.agency,
        suspension=case.suspension(number),
        now=case.now,
    )


def changed_and_planned(
    case: Case, number: InvoiceNumber, decided: Event | Sequence[Event] | AlreadyDoneType
) -> tuple[Change, ...]:
    """What was decided about this invoice, and what comes next because of it."""
    if isinstance(decided, AlreadyDoneType):
        return ()
    events = [decided] if isinstance(decided, Event) else list(decided)
    invoice = case.invoice(number)
    for event in events:
        invoice = evolve(invoice, event)
    planned = _planned(case, number, invoice)
    if isinstance(planned, Event):
        events.append(planned)
    return change(invoice_stream(number), case.loaded[invoice_stream(number)], events)


# The schedule


def set_collection_schedule(
    office: Office, *, schedule: CollectionSchedule | None, command_id: str | None = None
) -> Outcome:
    """The agency chooses when to remind and demand, or (None) that it does not; what is open already follows by the agenda.

    Raises CollectionDaysInvalid, DemandTermTooShort, CostWithoutDemand.
    """

    def decide() -> Decision:
        loaded = office.streams.load(AGENCY)
        return Decision(change(AGENCY, loaded, schedules.set_schedule(loaded.state.collection, schedule=schedule)))

    return carry_out(office, decide, command_id=command_id)


def mark_schedule_applied(office: Office, *, revision: int) -> Outcome:
    """Everything that was open is planned by this revision of the schedule."""

    def decide() -> Decision:
        loaded = office.streams.load(AGENCY)
        return Decision(change(AGENCY, loaded, schedules.mark_applied(loaded.state.collection, revision=revision)))

    return carry_out(office, decide)


def plan_invoices(office: Office, *, numbers: Sequence[InvoiceNumber]) -> Outcome:
    """Puts down what comes next for these invoices where it is not what is planned; a few hundred at a time."""

    def decide() -> Decision:
        case = case_of(office, numbers)
        changes = [
            each
            for number in numbers
            if case.invoice(number).issued is not None
            for each in change(invoice_stream(number), case.loaded[invoice_stream(number)], _planned(case, number))
        ]
        return Decision(changes, case.rests_on)

    return carry_out(office, decide)


# Mails


def due_invoices(case: Case, step: Step, numbers: Iterable[InvoiceNumber]) -> list[InvoiceNumber]:
    """Those of these invoices for which this step is to be taken now."""
    return [number for number in numbers if decisions.is_due(case.invoice(number), step, case.now)]


def start_reminders(
    office: Office, *, step: MailedStep, message_id: str, asks: Mapping[InvoiceNumber, Cents], document: str | None
) -> Outcome:
    """Puts down that one mail is about to go out which asks for these amounts.

    Nothing is put down (AlreadyDone) when any of these invoices is not due any more or another amount is open: then the mail may
    not go.
    """

    def decide() -> Decision:
        case = case_of(office, asks)
        for number, amount in asks.items():
            invoice = case.invoice(number)
            is_planned = isinstance(_planned(case, number), AlreadyDoneType)
            if not (is_planned and decisions.is_due(invoice, step, case.now) and invoice.open == amount):
                return Decision(())
        changes = [
            each
            for number in asks
            for each in change(
                invoice_stream(number),
                case.loaded[invoice_stream(number)],
                decisions.start_reminder(
                    case.invoice(number),
                    number=number,
                    step=step,
                    message_id=message_id,
                    document=document,
                    now=case.now,
                ),
            )
        ]
        return Decision(changes, case.rests_on)

    return carry_out(office, decide)


def record_reminders(
    office: Office,
    *,
    step: MailedStep,
    message_id: str,
    asks: Mapping[InvoiceNumber, Cents],
    outcome: SentNotice | Failure,
) -> Outcome:
    """Puts down that the mail about these invoices was accepted, and what comes next; or that it was not."""

    def decide() -> Decision:
        case = case_of(office, asks)
        changes: list[Change] = []
        for number, asked in asks.items():
            invoice, stream = case.invoice(number), invoice_stream(number)
            if isinstance(outcome, SentNotice):
                sent = decisions.record_reminder_sent(
                    invoice, number=number, step=step, message_id=message_id, notice=outcome, asked=asked
                )
                changes.extend(changed_and_planned(case, number, sent))
                continue
            failed = decisions.record_reminder_failure(
                invoice,
                number=number,
                step=step,
                message_id=message_id,
                reason=outcome.reason,
                retry_at=back_off(case.now, invoice.collection.failures),
                unclear=outcome.unclear,
            )
            changes.extend(change(stream, case.loaded[stream], failed))
        return Decision(changes, case.rests_on)

    return carry_out(office, decide)


# Cost and handing over


def end_terms(office: Office, *, numbers: Sequence[InvoiceNumber]) -> Outcome:
    """For these invoices the last term is over: cost is due where the agency claims it, and a person decides what happens next.

    What is paid, suspended or disputed by now is left, or planned for later.
    """

    def decide() -> Decision:
        together = {each for number in numbers for each in _in_one_demand(office, number)}
        case = case_of(office, sorted({*numbers, *together}))
        claimed = {number: case.invoice(number).collection.claimed for number in {*numbers, *together}}
        schedule = case.agency.collection.schedule
        changes: list[Change] = []
        for number in sorted(numbers):
            invoice, stream = case.invoice(number), invoice_stream(number)
            planned = _planned(case, number)
            if isinstance(planned, Event):
                changes.extend(change(stream, case.loaded[stream], planned))
                continue
            if schedule is None or not decisions.is_due(invoice, "hand_over", case.now):
                continue
            demand = invoice.collection.sent.get("demand")
            others = set(demand.together if demand else ()) - {number}
            ended = decisions.end_of_term(
                invoice,
                number=number,
                claims_cost=schedule.claims_cost,
                before=Cents(sum(claimed[other] for other in others)),
                on=local_date(case.now),
            )
            claimed[number] = invoice.open
            changes.extend(change(stream, case.loaded[stream], ended))
        resting = {invoice_stream(each): case.loaded[invoice_stream(each)].version for each in together - {*numbers}}
        return Decision(merged(changes), {**case.rests_on, **resting})

    return carry_out(office, decide)


def _in_one_demand(office: Office, number: InvoiceNumber) -> tuple[InvoiceNumber, ...]:
    invoice: Invoice = office.streams.load(invoice_stream(number)).state
    demand = invoice.collection.sent.get("demand")
    return demand.together if demand is not None else ()


def hand_over(office: Office, *, number: InvoiceNumber, to: str, command_id: str | None = None) -> Outcome:
    """A person gave this invoice to whoever collects. Raises UnknownInvoice, NotForHandOver, HandedOverBefore, CitizenNumber."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        given = decisions.hand_over(loaded.state, number=number, to=to, on=local_date(office.clock.now()))
        return Decision(change(stream, loaded, given))

    return carry_out(office, decide, command_id=command_id)


def waive_cost(office: Office, *, number: InvoiceNumber, reason: str, command_id: str | None = None) -> Outcome:
    """The cost is not asked for any more. Raises UnknownInvoice, NoCostClaimed, WaiverWithoutReason, CitizenNumber."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        waived = decisions.waive_cost(loaded.state, number=number, reason=reason, on=local_date(office.clock.now()))
        return Decision(change(stream, loaded, waived))

    return carry_out(office, decide, command_id=command_id)
