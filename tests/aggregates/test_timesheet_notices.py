"""What people are told about a week, each of it once."""

from typing import Any

from aggregates.samples import at
from aggregates.test_timesheet_hours import HERE, LATER, approved, given, invoiced, not_worked, rejected, submitted
from selfbill.aggregates import timesheet_decisions as decisions
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    ApprovalRequested,
    HoursExpected,
    HoursReminded,
    Notice,
    NoticeFailed,
)
from selfbill.values import CustomerCode, FreelancerCode

NEXT = at("2026-08-06 07:00")
MAIL: dict[str, Any] = {**HERE, "message_id": "<a@example.org>"}
EXPECTED = HoursExpected(**HERE, freelancer=FreelancerCode("Z01"), customer=CustomerCode("K01"), remind_at=LATER)
REMINDING: dict[str, Any] = {**MAIL, "due": LATER, "next_at": NEXT}


def failed(notice: Notice, failures: int) -> NoticeFailed:
    return NoticeFailed(
        **HERE, notice=notice, attempt=1, reason="mailbox vol", failures=failures, retry_at=at("2026-08-05 07:35")
    )


def test_a_freelancer_is_reminded_once_per_moment() -> None:
    reminded = HoursReminded(**MAIL, next_at=NEXT)
    given(EXPECTED).when(decisions.record_hours_reminder, **REMINDING).then_once(reminded)
    given(EXPECTED, reminded).when(
        decisions.record_hours_reminder, **{**REMINDING, "due": NEXT, "next_at": at("2026-08-10 07:00")}
    ).then_once(HoursReminded(**MAIL, next_at=at("2026-08-10 07:00")))


def test_a_freelancer_whose_hours_were_rejected_is_reminded_of_them() -> None:
    given(submitted(), rejected()).when(decisions.record_hours_reminder, **REMINDING).then_once(
        HoursReminded(**MAIL, next_at=NEXT)
    )


def test_nobody_is_reminded_of_hours_that_came_in() -> None:
    given(EXPECTED, submitted()).when(decisions.record_hours_reminder, **REMINDING).then_already_done()
    given(EXPECTED, not_worked()).when(decisions.record_hours_reminder, **REMINDING).then_already_done()


def test_a_customer_is_told_of_each_attempt_once() -> None:
    given(submitted()).when(decisions.record_approval_request, **MAIL, attempt=1).then_once(
        ApprovalRequested(**MAIL, attempt=1)
    )
    given(submitted(), ApprovalRequested(**MAIL, attempt=1), rejected(), submitted(2)).when(
        decisions.record_approval_request, **MAIL, attempt=2
    ).then_once(ApprovalRequested(**MAIL, attempt=2))


def test_a_customer_is_reminded_once_per_moment() -> None:
    given(submitted()).when(decisions.record_approval_reminder, **REMINDING).then_once(
        ApprovalReminded(**MAIL, attempt=1, next_at=NEXT)
    )


def test_a_customer_who_decided_is_not_reminded() -> None:
    for decided in (approved(), rejected(), not_worked(1)):
        given(submitted(), decided).when(decisions.record_approval_reminder, **REMINDING).then_already_done()
    given(submitted(), approved(), invoiced()).when(decisions.record_approval_reminder, **REMINDING).then_already_done()


def test_a_mail_that_fails_again_and_again_is_counted_until_it_arrives() -> None:
    failing: dict[str, Any] = {
        **HERE,
        "notice": "approval_request",
        "reason": "mailbox vol",
        "retry_at": at("2026-08-05 07:35"),
    }
    given(submitted()).when(decisions.record_notice_failure, **failing).then(failed("approval_request", 1))
    given(submitted(), failed("approval_request", 1)).when(decisions.record_notice_failure, **failing).then(
        failed("approval_request", 2)
    )
    given(submitted(), failed("approval_request", 2), ApprovalRequested(**MAIL, attempt=1)).when(
        decisions.record_notice_failure, **failing
    ).then(failed("approval_request", 1))


def test_one_mail_that_arrives_does_not_clear_the_failures_of_another() -> None:
    state = given(submitted(), failed("approval_request", 2), ApprovalReminded(**MAIL, attempt=1, next_at=NEXT)).state
    assert state.failures == {"approval_request": 2}
