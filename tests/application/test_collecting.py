"""Collecting on a real PostgreSQL: whatever happens between deciding and saving, nothing goes out that should not."""

import datetime as dt
from collections.abc import Callable

import pytest

from aggregates.samples import day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, kinds
from selfbill.aggregates.catalogue import invoice_stream
from selfbill.aggregates.collection import CollectionPlanned, HandOverDue, ReminderSent, ReminderStarted, SentNotice
from selfbill.aggregates.collection_schedule import CollectionSchedule
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice_payments import allocate_payment
from selfbill.aggregates.party import UnknownParty
from selfbill.application.collecting import (
    end_terms,
    mark_schedule_applied,
    plan_invoices,
    record_reminders,
    set_collection_schedule,
    start_reminders,
)
from selfbill.application.delivering import Failure
from selfbill.application.office import Decision, Done, Outcome, carry_out, change
from selfbill.application.suspending import dispute_invoice, resume_debtor, suspend_debtor
from selfbill.moments import from_local
from selfbill.values import Cents, InvoiceNumber, PaymentId

NUMBER, MAIL = InvoiceNumber("Z01-2026-0001"), "<reminder.1@example.org>"
MOMENT = from_local(dt.datetime(2026, 8, 27, 9))
ASKS = {NUMBER: Cents(40000)}


@pytest.fixture
def late(agency_office: SmallAgency) -> SmallAgency:
    """An invoice of 400.00, due on 20 August, of which a reminder is due now."""
    set_collection_schedule(agency_office.office, schedule=CollectionSchedule())
    agency_office.billed(agency_office.approved("P01", hours("2026-07-20")))
    agency_office.send(NUMBER)
    agency_office.clock.advance_to(MOMENT)
    return agency_office


def start(agency: SmallAgency) -> Outcome:
    return start_reminders(agency.office, step="reminder", message_id=MAIL, asks=ASKS, document="ab")


def pay(agency: SmallAgency, amount: int) -> None:
    def decide() -> Decision:
        loaded = agency.streams.load(invoice_stream(NUMBER))
        paid = allocate_payment(
            loaded.state,
            number=NUMBER,
            payment=PaymentId("bank/1"),
            amount=Cents(amount),
            received_on=day("2026-08-27"),
        )
        return Decision(change(invoice_stream(NUMBER), loaded, paid))

    carry_out(agency.office, decide)


def suspend(agency: SmallAgency) -> Outcome:
    return suspend_debtor(agency.office, towards="customer", code="K01", reason="regeling", until=day("2026-09-30"))


HAPPENINGS: dict[str, Callable[[SmallAgency], object]] = {
    "everything is paid": lambda agency: pay(agency, 40000),
    "a cent is paid": lambda agency: pay(agency, 1),
    "the debtor is suspended": suspend,
    "the invoice is disputed": lambda agency: dispute_invoice(
        agency.office, number=NUMBER, reason="uren", until=day("2026-09-30")
    ),
    "reminding is switched off": lambda agency: set_collection_schedule(agency.office, schedule=None),
}


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_what_happens_just_before_the_start_is_saved_stops_the_mail(
    process: Process, late: SmallAgency, happening: str
) -> None:
    other = process()
    other.clock.advance_to(MOMENT)
    interrupt_before_save(late, lambda: HAPPENINGS[happening](other))
    assert start(late) is AlreadyDone
    assert ReminderStarted not in kinds(late.events())


def test_a_mail_starts_and_ends_once(late: SmallAgency) -> None:
    assert isinstance(start(late), Done)
    notice = SentNotice(on=day("2026-08-27"), together=(NUMBER,))
    for expected in (Done, type(AlreadyDone)):
        outcome = record_reminders(late.office, step="reminder", message_id=MAIL, asks=ASKS, outcome=notice)
        assert isinstance(outcome, expected)
    late_failure = Failure("mailbox full", unclear=False)
    again = record_reminders(late.office, step="reminder", message_id=MAIL, asks=ASKS, outcome=late_failure)
    assert again is AlreadyDone
    assert start(late) is AlreadyDone
    assert kinds(late.events())[-3:] == [ReminderStarted, ReminderSent, CollectionPlanned]


def test_an_invoice_that_is_mailed_while_the_schedule_is_set_is_planned_by_it(
    process: Process, agency_office: SmallAgency
) -> None:
    """Recording the delivery rests on the agency's version, so it is not left out by both."""
    other = process()
    agency_office.billed(agency_office.approved("P01", hours("2026-07-20")))
    save, waiting = agency_office.streams.save, [1, 2]

    def interrupted(*arguments: object, **facts: object) -> int:
        waiting.pop()
        if not waiting:  # the first save is the start of the delivery, the second its outcome
            waiting.extend([1] * 5)
            set_collection_schedule(other.office, schedule=CollectionSchedule())
        return save(*arguments, **facts)  # type: ignore[arg-type]

    agency_office.streams.save = interrupted  # type: ignore[method-assign]
    agency_office.send(NUMBER)
    assert CollectionPlanned in kinds(agency_office.events())


def test_planning_again_changes_nothing(late: SmallAgency) -> None:
    head = late.streams.head()
    assert plan_invoices(late.office, numbers=[NUMBER, InvoiceNumber("Z99-2026-0001")]) is AlreadyDone
    assert late.streams.head() == head


def test_only_the_schedule_that_counts_is_marked_as_applied(late: SmallAgency) -> None:
    set_collection_schedule(late.office, schedule=None)
    assert mark_schedule_applied(late.office, revision=1) is AlreadyDone
    assert isinstance(mark_schedule_applied(late.office, revision=2), Done)
    assert mark_schedule_applied(late.office, revision=2) is AlreadyDone


def test_a_term_that_is_not_over_ends_for_nobody(late: SmallAgency) -> None:
    assert end_terms(late.office, numbers=[NUMBER]) is AlreadyDone
    assert HandOverDue not in kinds(late.events())


def test_commands_that_come_again_change_nothing(late: SmallAgency) -> None:
    assert isinstance(suspend(late), Done)
    assert suspend(late) is AlreadyDone
    assert isinstance(resume_debtor(late.office, towards="customer", code="K01"), Done)
    assert resume_debtor(late.office, towards="customer", code="K01") is AlreadyDone
    with pytest.raises(UnknownParty):
        resume_debtor(late.office, towards="freelancer", code="K01")


def test_a_suspended_debtor_keeps_name_and_terms(late: SmallAgency) -> None:
    before = late.streams.load("customer:K01").state
    suspend(late)
    after = late.streams.load("customer:K01").state
    assert (after.details, after.terms, after.version) == (before.details, before.terms, before.version + 1)
