"""The account of a run is told from its events: what stands at the end has its reason, what was solved has none."""

import datetime as dt

import pytest

from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_events import CommissionBilled, CommissionHeld, DeliveryFailed, InvoiceSent
from selfbill.aggregates.party import Delivery
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    DecisionRefused,
    HoursReminded,
    InvoicingHeld,
    NoticeFailed,
    NotWorked,
    SubmissionRefused,
    TimesheetInvoiced,
    UnbilledWarned,
)
from selfbill.cli.account import Account, Said, tell
from selfbill.cli.telling import MOST_REASONS, tell_account
from selfbill.cli.terminal import Terminal
from selfbill.store.streams import Recorded
from selfbill.values import Cents, FreelancerCode, InvoiceNumber, IsoWeek, Month, PlacementCode

AT = dt.datetime(2026, 4, 1, 7, tzinfo=dt.UTC)
P01, W12, Z01 = PlacementCode("P01"), IsoWeek(2026, 12), FreelancerCode("Z01")
NUMBER = InvoiceNumber("Z01-2026-0001")

HELD = InvoicingHeld(
    placement=P01, week=W12, freelancer=Z01, attempt=1, code="no_mandate", reason="Geen machtiging.", next_at=AT
)


def invoiced(*, complete: bool) -> TimesheetInvoiced:
    return TimesheetInvoiced(
        placement=P01,
        week=W12,
        freelancer=Z01,
        attempt=1,
        invoice=NUMBER,
        month=Month(2026, 3),
        hours_amount=Cents(100),
        complete=complete,
    )


def failed(*, unclear: bool) -> DeliveryFailed:
    return DeliveryFailed(
        number=NUMBER, message_id="<a@example.org>", reason="421 later", failures=1, retry_at=AT, unclear=unclear
    )


SENT = InvoiceSent(number=NUMBER, message_id="<a@example.org>", channel=Delivery.EMAIL)
UNSENT = NoticeFailed(
    placement=P01, week=W12, notice="hours_reminder", attempt=0, reason="421 later", failures=1, retry_at=AT
)
REMINDED = HoursReminded(placement=P01, week=W12, message_id="<b@example.org>", next_at=AT)


def account(*events: Event) -> Account:
    told = Account()
    tell(told, [Recorded("stream", number, event, AT, "selfbill", "") for number, event in enumerate(events, start=1)])
    return told


def test_held_hours_have_their_last_reason_until_they_are_invoiced_whole() -> None:
    assert account(HELD, HELD).held == {"P01/2026-W12": Said("P01/2026-W12", AT, "no_mandate", "Geen machtiging.")}
    assert len(account(HELD, invoiced(complete=False)).held) == 1
    assert account(HELD, invoiced(complete=True)).held == {}


def test_held_commission_has_its_reason_until_it_is_billed() -> None:
    held = CommissionHeld(
        number=NUMBER,
        towards="freelancer",
        party="Z01",
        issuing_order="",
        code="incomplete",
        reason="Geen adres.",
        next_at=AT,
    )
    billed = CommissionBilled(number=NUMBER, towards="freelancer", commission_invoice=InvoiceNumber("ZV-2026-0001"))
    assert [said.reason for said in account(held).commission_held.values()] == ["Geen adres."]
    assert account(held, billed).commission_held == {}


def test_a_delivery_that_failed_stands_until_the_invoice_is_sent() -> None:
    assert list(account(failed(unclear=False)).undelivered) == [NUMBER]
    assert account(failed(unclear=False), SENT).undelivered == {}
    assert account(failed(unclear=False), SENT).sent_by_email == 1


def test_an_unclear_delivery_is_told_also_when_it_was_repeated() -> None:
    told = account(failed(unclear=True), SENT)
    assert [said.about for said in told.unclear] == [NUMBER]
    assert told.undelivered == {}


def test_a_notice_that_failed_stands_until_it_goes_out() -> None:
    assert [said.about for said in account(UNSENT).unsent_notices.values()] == ["P01/2026-W12"]
    told = account(UNSENT, REMINDED)
    assert (told.unsent_notices, told.hours_reminders) == ({}, 1)
    other = ApprovalReminded(placement=P01, week=W12, attempt=1, message_id="<c@example.org>", next_at=AT)
    assert len(account(UNSENT, other).unsent_notices) == 1


def test_refusals_are_told_with_their_reasons() -> None:
    told = account(
        SubmissionRefused(placement=P01, week=W12, attempt=1, code="overlap", reason="Overlapt."),
        DecisionRefused(placement=P01, week=W12, attempt=1, code="nothing_to_approve", reason="Niets."),
    )
    assert [(said.code, said.reason) for said in told.refused] == [
        ("overlap", "Overlapt."),
        ("nothing_to_approve", "Niets."),
    ]


def test_everything_is_counted() -> None:
    told = account(NotWorked(placement=P01, week=W12, attempt=1), UnbilledWarned(placement=P01, week=W12), SENT)
    assert (told.events, told.not_worked, told.unbilled_warnings) == (3, 1, 1)


def test_a_long_list_of_reasons_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    told = account()
    told.refused = [Said(f"P{number:02}/2026-W12", AT, "overlap", "Overlapt.") for number in range(MOST_REASONS + 3)]
    tell_account(Terminal("nl"), told)
    shown = capsys.readouterr().out
    assert f"Geweigerd: {MOST_REASONS + 3}" in shown
    assert f"P{MOST_REASONS - 1}/2026-W12" in shown
    assert f"P{MOST_REASONS}/2026-W12" not in shown
    assert "En nog 3." in shown
