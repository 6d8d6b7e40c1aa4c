"""An invoice on its way, on a real PostgreSQL: announced before the mail goes, with an outcome after it."""

import datetime as dt

import pytest

from aggregates.samples import at, day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, kinds
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.invoice_events import DeliveryFailed, DeliveryStarted, DocumentArchived, InvoiceSent
from selfbill.application.delivering import (
    Document,
    Failure,
    Start,
    back_off,
    message_id,
    record_deliveries,
    start_deliveries,
)
from selfbill.application.office import Done
from selfbill.pricing.terms import Commission, Percent
from selfbill.values import BasisPoints, InvoiceNumber

FIRST, SECOND = InvoiceNumber("Z01-2026-0001"), InvoiceNumber("Z01-2026-0002")
PDF = Document(sha256="ab", media_type="application/pdf", size=5)
NOW = at("2026-07-21 05:00")


@pytest.fixture
def billed(agency_office: SmallAgency) -> SmallAgency:
    """Two invoices with commission, issued and not sent."""
    agency_office.commission("P01", "freelancer", Commission(day("2026-01-01"), Percent(BasisPoints(1000))))
    agency_office.placement("P02")
    weeks = [agency_office.approved("P01", hours("2026-07-20")), agency_office.approved("P02", hours("2026-07-21"))]
    agency_office.billed(*weeks)
    return agency_office


def start(agency: SmallAgency, attempt: int = 1, document: Document | None = PDF) -> object:
    return start_deliveries(agency.office, starts={FIRST: Start(attempt=attempt, document=document)})


def test_the_document_and_the_mail_are_put_down_before_the_mail_goes(billed: SmallAgency) -> None:
    before = billed.streams.head()
    start(billed)
    archived, started = billed.events(before)
    assert archived == DocumentArchived(number=FIRST, sha256="ab", media_type="application/pdf", size=5)
    assert isinstance(started, DeliveryStarted)
    assert started.message_id == "<invoice.Z01-2026-0001@bureaunoord.example.org>"
    assert billed.invoice(FIRST).delivery is DeliveryState.STARTED


def test_the_same_attempt_starts_once(billed: SmallAgency) -> None:
    start(billed)
    assert start(billed) is AlreadyDone


def test_of_two_processes_that_start_the_same_delivery_one_does(process: Process, billed: SmallAgency) -> None:
    other = process()
    interrupt_before_save(billed, lambda: start(other))
    assert start(billed) is AlreadyDone
    assert kinds(billed.events()).count(DeliveryStarted) == 1


def test_the_commission_of_what_was_sent_is_due_at_the_next_commission_moment(billed: SmallAgency) -> None:
    billed.send(FIRST, SECOND)
    sent = {event.number: event for event in billed.events() if isinstance(event, InvoiceSent)}
    assert sent[FIRST].commission_at == at("2026-07-22 05:00")
    assert [due.amount for due in sent[FIRST].commission] == [4000]
    assert (sent[SECOND].commission, sent[SECOND].commission_at) == ((), None)


def test_what_is_sent_at_a_commission_moment_waits_for_the_next(billed: SmallAgency) -> None:
    billed.until_commission_moment()
    assert billed.clock.now() == at("2026-07-22 05:00")
    billed.send(FIRST)
    (sent,) = (event for event in billed.events() if isinstance(event, InvoiceSent))
    assert sent.commission_at == at("2026-07-29 05:00")


def test_what_was_sent_is_left_alone(billed: SmallAgency) -> None:
    billed.send(FIRST)
    assert start(billed, attempt=2) is AlreadyDone
    assert record_deliveries(billed.office, outcomes={FIRST: None}) is AlreadyDone
    assert record_deliveries(billed.office, outcomes={FIRST: Failure("te laat", unclear=True)}) is AlreadyDone


def test_a_mail_that_failed_is_tried_again_after_longer_and_longer_pauses(billed: SmallAgency) -> None:
    pauses = []
    for attempt in range(1, 8):
        start(billed, attempt)
        record_deliveries(billed.office, outcomes={FIRST: Failure("mailbox vol", unclear=False)})
        retry_at = billed.invoice(FIRST).retry_at
        assert retry_at is not None
        pauses.append((retry_at - NOW) // dt.timedelta(minutes=1))
    assert pauses == [5, 15, 60, 240, 720, 720, 720]
    assert billed.invoice(FIRST).failures == 7
    assert kinds(billed.events()).count(DocumentArchived) == 1


def test_one_mail_that_fails_does_not_keep_another(billed: SmallAgency) -> None:
    start_deliveries(billed.office, starts={number: Start(attempt=1, document=None) for number in (FIRST, SECOND)})
    record_deliveries(billed.office, outcomes={FIRST: Failure("mailbox vol", unclear=False), SECOND: None})
    assert billed.invoice(FIRST).delivery is DeliveryState.FAILED
    assert billed.invoice(SECOND).delivery is DeliveryState.SENT


def test_a_delivery_whose_process_died_is_unclear_and_goes_again_with_the_same_mail(billed: SmallAgency) -> None:
    start(billed)
    before = billed.streams.head()
    start(billed, attempt=2)
    failed, started = billed.events(before)
    assert isinstance(failed, DeliveryFailed)
    assert isinstance(started, DeliveryStarted)
    assert failed.unclear
    assert failed.message_id == started.message_id == message_id(billed.streams.load("agency").state, FIRST)
    record_deliveries(billed.office, outcomes={FIRST: None})
    assert billed.invoice(FIRST).delivery is DeliveryState.SENT


def test_an_outcome_that_nobody_knows_is_shown_as_such_until_it_is_sent(billed: SmallAgency) -> None:
    start(billed)
    record_deliveries(billed.office, outcomes={FIRST: Failure("verbinding verbroken", unclear=True)})
    assert billed.invoice(FIRST).delivery is DeliveryState.UNCLEAR
    assert isinstance(start(billed, attempt=2), Done)
    record_deliveries(billed.office, outcomes={FIRST: None})
    assert billed.invoice(FIRST).delivery is DeliveryState.SENT


def test_the_document_that_was_kept_first_stays_the_one_that_is_sent(billed: SmallAgency) -> None:
    start(billed)
    start(billed, attempt=2, document=Document(sha256="cd", media_type="application/pdf", size=6))
    assert billed.invoice(FIRST).document == "ab"


def test_a_pause_is_half_a_day_at_the_most() -> None:
    assert back_off(NOW, 0) == at("2026-07-21 05:05")
    assert back_off(NOW, 100) == at("2026-07-21 17:00")
