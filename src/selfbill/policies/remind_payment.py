"""Remind of what was not paid, then demand it: one mail for all that is due to one creditor from one debtor at one moment.

Before a mail goes out its start is recorded, afterwards its outcome. The start is recorded only when the invoices are as the mail
says, so a payment that was booked before it stops the mail, or lowers what it asks for.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import msgspec

from selfbill.aggregates.collection import (
    CollectionPlanned,
    HandOverDue,
    MailedStep,
    ReminderFailed,
    ReminderSent,
    SentNotice,
    Step,
)
from selfbill.aggregates.collection_decisions import group_of
from selfbill.aggregates.event import AlreadyDoneType
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.invoice_money import MOVEMENTS
from selfbill.aggregates.party import CustomerKind, Delivery, Party
from selfbill.application.collecting import (
    Case,
    case_of,
    due_invoices,
    plan_invoices,
    record_reminders,
    start_reminders,
)
from selfbill.application.delivering import Failure
from selfbill.application.office import Office
from selfbill.documents.assembling import invoice_document
from selfbill.documents.mail import (
    DemandTerms,
    OutgoingMail,
    PaymentNotice,
    UnpaidInvoice,
    demand_mail,
    privacy_mail,
    reminder_mail,
)
from selfbill.moments import local_date
from selfbill.policies.correspondence import addressee, cover, notice_id, wants_privacy
from selfbill.policies.deliver import hand_over
from selfbill.policies.policy import Desk, Item, Policy, by_group
from selfbill.pricing.collection_cost import collection_cost
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.refusals import Refusal
from selfbill.store.claims import claim
from selfbill.store.streams import Recorded
from selfbill.values import Cents, InvoiceNumber

INVOICES_IN_A_MESSAGE = 10
"""How many mails may become unclear when the process dies in the middle: few enough for staff to look at each."""

TRIES = 5
"""How often mails are written anew because something was paid while they were; what is left stays on the agenda."""

_MEDIA_TYPE = "message/rfc822"


class Mail(msgspec.Struct, frozen=True):
    """One mail that is due, and about which invoices."""

    message_id: str
    asks: dict[InvoiceNumber, Cents]
    notice: SentNotice


def step_changes(policy: str, step: Step) -> Callable[[Recorded], Iterator[Change]]:
    """What puts this step of an invoice on the agenda, and what takes it off: it is done, another comes first, or nothing is open."""

    def changes(recorded: Recorded) -> Iterator[Change]:
        event = recorded.event
        match event:
            case CollectionPlanned(at=moment) if event.step == step and moment is not None:
                yield Put(
                    policy,
                    event.number,
                    due=moment,
                    group_key=event.group,
                    stream=recorded.originator_id,
                    reason=event.held or None,
                )
            case ReminderFailed(retry_at=moment) if event.step == step and moment is not None:
                yield Put(
                    policy,
                    event.number,
                    due=moment,
                    group_key=event.group,
                    stream=recorded.originator_id,
                    failures=event.failures,
                    reason=event.reason,
                )
            case CollectionPlanned() | ReminderSent() | HandOverDue():
                yield Take(policy, event.number)
            case ReminderFailed() if event.step == step:
                yield Take(policy, event.number)
            case movement if isinstance(movement, MOVEMENTS) and movement.open_after <= 0:
                yield Take(policy, movement.number)

    return changes


STEP_EVENTS = (CollectionPlanned, ReminderSent, ReminderFailed, HandOverDue, *MOVEMENTS)


def _act(step: MailedStep) -> Callable[[Desk, Sequence[Item]], None]:
    def act(desk: Desk, items: Sequence[Item]) -> None:
        numbers = sorted(InvoiceNumber(item.subject) for item in items)
        office = desk.office.acting(cause=f"{step} due {items[0].due:%Y-%m-%dT%H:%MZ}")
        with claim(desk.pool, [f"collection {number}" for number in numbers]):
            for _ in range(TRIES):
                plan_invoices(office, numbers=numbers)  # holds what is suspended, and moves what fell on a free day
                case = case_of(office, numbers)
                due = due_invoices(case, step, numbers)
                if not due:
                    break
                for together in _together(case, due):
                    _send(desk, office, step, case, together)

    return act


def _together(case: Case, numbers: Sequence[InvoiceNumber]) -> list[list[InvoiceNumber]]:
    """What goes in one mail: of one creditor to one debtor, and what was tried together before is tried together again."""
    mails: dict[tuple[str, str], list[InvoiceNumber]] = {}
    for number in numbers:
        invoice = case.invoice(number)
        before = invoice.collection.mailing
        mails.setdefault((group_of(invoice), before.message_id if before else ""), []).append(number)
    return [mails[key] for key in sorted(mails)]


def _send(desk: Desk, office: Office, step: MailedStep, case: Case, numbers: list[InvoiceNumber]) -> None:
    mail = _mail(step, case, numbers)
    written: OutgoingMail | Failure
    document = None
    try:
        content = _content(desk, step, case, mail)
        document = office.archive.put(content.raw, _MEDIA_TYPE)
        written = _covered(desk, case, mail, content)
    except Refusal as refusal:
        written = Failure(refusal.sentence(), unclear=False)
    started = start_reminders(office, step=step, message_id=mail.message_id, asks=mail.asks, document=document)
    if isinstance(started, AlreadyDoneType):
        return
    failure = written if isinstance(written, Failure) else hand_over(desk, written)
    record_reminders(
        office,
        step=step,
        message_id=mail.message_id,
        asks=mail.asks,
        outcome=mail.notice if failure is None else failure,
    )


def _mail(step: MailedStep, case: Case, numbers: Sequence[InvoiceNumber]) -> Mail:
    """What the mail asks for, and under which Message-ID: that of an earlier try, so that a receiver recognises a repeat."""
    first = case.invoice(numbers[0]).collection
    schedule = case.agency.collection.schedule
    assert schedule is not None
    assert first.plan is not None
    identity = notice_id(case.agency, step, numbers[0], f"{first.plan.at:%Y%m%dT%H%M}")
    asks = {number: case.invoice(number).open for number in numbers}
    notice = SentNotice(on=local_date(case.now), together=tuple(numbers))
    if step == "demand":
        notice = msgspec.structs.replace(
            notice,
            term_until=notice.on + dt.timedelta(days=schedule.term_days),
            cost=collection_cost(Cents(sum(asks.values()))) if schedule.claims_cost else Cents(0),
        )
    return Mail(first.mailing.message_id if first.mailing else identity, asks, notice)


def _content(desk: Desk, step: MailedStep, case: Case, mail: Mail) -> OutgoingMail:
    """The reminder or demand in full, as it is kept. Raises NoAddress, PartyForgotten and what an unfit address is refused for."""
    schedule = case.agency.collection.schedule
    assert schedule is not None
    debtor = _debtor(case, mail)
    mailbox = addressee(debtor)
    outside = cover(case.agency, mailbox, message_id=mail.message_id, sent_at=case.now)
    documents = [invoice_document(desk.office.streams, number) for number in mail.asks]
    seller = documents[0].seller
    notice = PaymentNotice(
        seller=seller.trade_name or seller.name,
        is_own=not isinstance(case.invoice(next(iter(mail.asks))).issued, InvoiceIssued),
        invoices=tuple(
            UnpaidInvoice(
                number=document.number,
                issue_date=document.issue_date,
                due_date=_due(case.invoice(InvoiceNumber(document.number))),
                total=document.total,
                open=mail.asks[InvoiceNumber(document.number)],
                iban=document.iban,
                payment_reference=document.payment_reference,
            )
            for document in documents
        ),
        salutation_name=mailbox.name,
    )
    if step == "reminder":
        return reminder_mail(outside, notice)
    assert mail.notice.term_until is not None
    terms = DemandTerms(
        days=schedule.term_days,
        until=mail.notice.term_until,
        cost=mail.notice.cost,
        is_consumer=debtor.terms is not None and debtor.terms.kind in (CustomerKind.PATIENT, CustomerKind.PGB),
    )
    return demand_mail(outside, notice, terms)


def _covered(desk: Desk, case: Case, mail: Mail, content: OutgoingMail) -> OutgoingMail:
    """The mail that goes out; to who wants privacy only that there is something to read."""
    debtor = _debtor(case, mail)
    issued = [case.invoice(number).issued for number in mail.asks]
    if not (wants_privacy(debtor) or any(each is not None and each.delivery is Delivery.PORTAL for each in issued)):
        return content
    outside = cover(case.agency, addressee(debtor), message_id=mail.message_id, sent_at=case.now)
    place = f"invoices/{next(iter(mail.asks))}" if len(mail.asks) == 1 else "invoices"
    return privacy_mail(outside, f"{desk.portal_url}/{place}")


def _debtor(case: Case, mail: Mail) -> Party:
    debtor = case.debtor(next(iter(mail.asks)))
    assert debtor is not None
    return debtor


def _due(invoice: Invoice) -> dt.date:
    assert invoice.issued is not None
    return invoice.issued.due


REMINDER = Policy(
    name="payment_reminder",
    title="Aan betaling herinneren",
    fold=AgendaFold(listens=STEP_EVENTS, changes=step_changes("payment_reminder", "reminder")),
    act=_act("reminder"),
    batches=by_group(INVOICES_IN_A_MESSAGE),
)

DEMAND = Policy(
    name="payment_demand",
    title="Aanmanen",
    fold=AgendaFold(listens=STEP_EVENTS, changes=step_changes("payment_demand", "demand")),
    act=_act("demand"),
    batches=by_group(INVOICES_IN_A_MESSAGE),
)
