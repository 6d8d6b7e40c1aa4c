"""What freelancers and customers do with the hours of a week."""

from typing import Any

import pytest

from aggregates.samples import (
    K01,
    MONDAY,
    P01,
    TUESDAY,
    WEEK,
    Z01,
    at,
    day,
    placement,
    pricing_terms,
    shift,
)
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates import timesheet_decisions as decisions
from selfbill.aggregates.event import Event
from selfbill.aggregates.placement import UnknownPlacement
from selfbill.aggregates.shift_rules import ShiftsOverlap
from selfbill.aggregates.texts import CitizenNumber
from selfbill.aggregates.timesheet import Status, Timesheet, evolve
from selfbill.aggregates.timesheet_decisions import (
    HoursLocked,
    NothingToApprove,
    ReasonMissing,
    WrongAttempt,
    next_attempt,
    unbilled_warning_moment,
)
from selfbill.aggregates.timesheet_events import (
    DecisionAnnounced,
    DecisionRefused,
    HoursApproved,
    HoursExpected,
    HoursRegistered,
    HoursRejected,
    HoursSubmitted,
    InvoicingHeld,
    NotWorked,
    SubmissionAnnounced,
    SubmissionRefused,
    TimesheetInvoiced,
)
from selfbill.pricing.terms import Shift
from selfbill.values import Cents, InvoiceNumber, Minutes, Month

LATER = at("2026-08-05 07:30")
INVOICE_AT = at("2026-08-11 05:00")
WARN_AT = at("2026-08-09 22:00")
REFUSAL = UnknownPlacement(placement=P01)
HERE: dict[str, Any] = {"placement": P01, "week": WEEK}


def given(*events: Event) -> Given[Timesheet]:
    return given_events(evolve, Timesheet(), events)


def submitted(attempt: int = 1, shifts: tuple[Shift, ...] = (MONDAY,)) -> HoursSubmitted:
    return HoursSubmitted(
        **HERE,
        freelancer=Z01,
        customer=K01,
        attempt=attempt,
        shifts=shifts,
        minutes=Minutes(480 * len(shifts)),
        remind_at=LATER,
        warn_at=WARN_AT if shifts else None,
    )


def approved(attempt: int = 1) -> HoursApproved:
    return HoursApproved(**HERE, freelancer=Z01, attempt=attempt, invoice_at=INVOICE_AT)


def rejected(attempt: int = 1) -> HoursRejected:
    return HoursRejected(**HERE, attempt=attempt, reason="Dinsdag klopt niet", remind_at=LATER)


def not_worked(attempt: int = 0) -> NotWorked:
    return NotWorked(**HERE, attempt=attempt)


def registered(*shifts: Shift) -> HoursRegistered:
    return HoursRegistered(**HERE, freelancer=Z01, customer=K01, shifts=shifts)


def announced(attempt: int = 1) -> SubmissionAnnounced:
    return SubmissionAnnounced(**HERE, attempt=attempt, at=LATER, shifts=(MONDAY,))


def refused(attempt: int = 1) -> SubmissionRefused:
    return SubmissionRefused(**HERE, attempt=attempt, code=REFUSAL.code, reason=REFUSAL.sentence())


def invoiced(number: str = "Z01-2026-0001", *, complete: bool = True) -> TimesheetInvoiced:
    return TimesheetInvoiced(
        **HERE,
        freelancer=Z01,
        attempt=1,
        invoice=InvoiceNumber(number),
        month=Month(2026, 7),
        hours_amount=Cents(40000),
        complete=complete,
    )


SUBMITTING: dict[str, Any] = {
    "placement": placement(),
    "week": WEEK,
    "attempt": 1,
    "shifts": (MONDAY,),
    "terms": pricing_terms(),
    "others": (),
    "remind_at": LATER,
}
APPROVING: dict[str, Any] = {**HERE, "attempt": 1, "invoice_at": INVOICE_AT}
REJECTING: dict[str, Any] = {**HERE, "attempt": 1, "reason": "Dinsdag klopt niet", "remind_at": LATER}
REGISTERING: dict[str, Any] = {"placement": placement(), "week": WEEK}
ANNOUNCING: dict[str, Any] = {**HERE, "attempt": 1, "at": LATER}

DECIDED = [
    pytest.param([submitted()], "ingediend", "submitted", id="submitted"),
    pytest.param([submitted(), approved()], "goedgekeurd", "approved", id="approved"),
    pytest.param([not_worked()], "niet gewerkt", "marked as not worked", id="not worked"),
    pytest.param([submitted(), approved(), invoiced()], "gefactureerd", "invoiced", id="invoiced"),
]


# Registering


def test_a_freelancer_writes_shifts_down_without_asking_anybody() -> None:
    given().when(decisions.register, **REGISTERING, shifts=(MONDAY,)).then_once(registered(MONDAY))


def test_what_was_written_down_may_be_written_down_otherwise_and_back_again() -> None:
    given(registered(MONDAY), registered(TUESDAY)).when(decisions.register, **REGISTERING, shifts=(MONDAY,)).then_once(
        registered(MONDAY)
    )


def test_what_was_rejected_may_be_written_down_anew() -> None:
    given(submitted(), rejected()).when(decisions.register, **REGISTERING, shifts=(TUESDAY,)).then(registered(TUESDAY))


@pytest.mark.parametrize(("events", "nl", "en"), DECIDED)
def test_hours_that_somebody_looks_at_cannot_be_written_down_otherwise(events: list[Event], nl: str, en: str) -> None:
    given(*events).when(decisions.register, **REGISTERING, shifts=(TUESDAY,)).then_refused(
        HoursLocked,
        f"De uren van P01 2026-W31 zijn {nl} en kunnen niet meer worden gewijzigd.",
        f"The hours of P01 2026-W31 are {en} and can no longer be changed.",
    )


# Submitting


def test_submitted_hours_ask_the_customer_for_approval() -> None:
    given().when(decisions.submit, **SUBMITTING).then_once(submitted())


def test_written_down_hours_are_submitted_as_the_first_attempt() -> None:
    given(registered(MONDAY)).when(decisions.submit, **SUBMITTING).then_once(submitted())


def test_hours_are_submitted_in_order_of_start_whatever_order_they_come_in() -> None:
    given().when(decisions.submit, **{**SUBMITTING, "shifts": (TUESDAY, MONDAY)}).then_once(
        submitted(shifts=(MONDAY, TUESDAY))
    )


def test_a_week_without_shifts_is_submitted_without_a_warning_to_come() -> None:
    given().when(decisions.submit, **{**SUBMITTING, "shifts": ()}).then_once(submitted(shifts=()))


def test_rejected_hours_are_submitted_again_as_the_next_attempt() -> None:
    given(submitted(), rejected()).when(
        decisions.submit, **{**SUBMITTING, "attempt": 2, "shifts": (TUESDAY,)}
    ).then_once(submitted(2, (TUESDAY,)))


def test_a_submission_that_comes_again_after_its_approval_changes_nothing() -> None:
    given(submitted(), approved(), invoiced()).when(decisions.submit, **SUBMITTING).then_already_done()


def test_a_submission_that_comes_again_after_its_rejection_changes_nothing() -> None:
    given(submitted(), rejected()).when(decisions.submit, **SUBMITTING).then_already_done()


def test_an_announced_attempt_that_was_followed_by_another_changes_nothing() -> None:
    given(announced(), submitted(), rejected(), submitted(2, (TUESDAY,))).when(
        decisions.submit, **SUBMITTING
    ).then_already_done()


def test_what_was_written_down_after_a_rejection_is_not_submitted_by_the_rejected_attempt() -> None:
    given(submitted(), rejected(), registered(TUESDAY)).when(
        decisions.submit, **{**SUBMITTING, "shifts": (TUESDAY,)}
    ).then_refused(
        WrongAttempt,
        "P01 2026-W31 verwacht poging 2, geen 1.",
        "P01 2026-W31 expects attempt 2, not 1.",
    )


def test_an_attempt_cannot_be_skipped() -> None:
    given().when(decisions.submit, **{**SUBMITTING, "attempt": 2}).then_refused(
        WrongAttempt, "P01 2026-W31 verwacht poging 1, geen 2.", "P01 2026-W31 expects attempt 1, not 2."
    )


def test_the_attempt_after_a_refused_one_is_the_next() -> None:
    given(announced(), refused()).when(decisions.submit, **{**SUBMITTING, "attempt": 2}).then_once(submitted(2))


def test_a_refused_attempt_stays_refused_and_the_refusal_names_the_next() -> None:
    given(announced(), refused()).when(decisions.submit, **SUBMITTING).then_refused(
        WrongAttempt, "P01 2026-W31 verwacht poging 2, geen 1.", "P01 2026-W31 expects attempt 2, not 1."
    )


def test_a_later_attempt_that_was_refused_does_not_stand_in_the_way_of_an_earlier_one() -> None:
    given(announced(1), announced(2), refused(2)).when(decisions.submit, **SUBMITTING).then_once(submitted(1))
    assert next_attempt(given(submitted(), rejected(), refused(2)).state) == 3


@pytest.mark.parametrize(("events", "nl", "en"), DECIDED)
def test_hours_that_somebody_looks_at_cannot_be_replaced(events: list[Event], nl: str, en: str) -> None:
    given(*events).when(decisions.submit, **{**SUBMITTING, "shifts": (TUESDAY,)}).then_refused(
        HoursLocked,
        f"De uren van P01 2026-W31 zijn {nl} en kunnen niet meer worden gewijzigd.",
        f"The hours of P01 2026-W31 are {en} and can no longer be changed.",
    )


def test_hours_that_overlap_with_those_of_another_placement_are_refused() -> None:
    other = shift("2026-07-27 14:59", "2026-07-27 18:00")
    given().when(decisions.submit, **{**SUBMITTING, "others": [other]}).then_refused(
        ShiftsOverlap,
        "De diensten van 27-07-2026 om 07:00 en 27-07-2026 om 14:59 overlappen elkaar.",
        "The shifts of 2026-07-27 at 07:00 and 2026-07-27 at 14:59 overlap.",
    )


def test_hours_are_late_on_the_tenth_of_the_month_after_their_first_shift() -> None:
    assert unbilled_warning_moment(day("2026-07-27")) == at("2026-08-09 22:00")
    assert unbilled_warning_moment(day("2026-12-31")) == at("2027-01-09 23:00")


# Approving


def test_approved_hours_are_billed_at_the_invoice_moment() -> None:
    given(submitted()).when(decisions.approve, **APPROVING).then_once(approved())


def test_an_approved_week_without_shifts_has_nothing_to_bill() -> None:
    given(submitted(shifts=())).when(decisions.approve, **APPROVING).then_once(
        HoursApproved(**HERE, freelancer=Z01, attempt=1, invoice_at=None)
    )


def test_hours_that_were_invoiced_stay_approved() -> None:
    given(submitted(), approved(), invoiced()).when(decisions.approve, **APPROVING).then_already_done()


@pytest.mark.parametrize(
    ("events", "nl", "en"),
    [
        pytest.param([], "nog niet ingediend", "not submitted yet", id="open"),
        pytest.param([registered(MONDAY)], "nog niet ingediend", "not submitted yet", id="registered"),
        pytest.param([submitted(), rejected()], "afgewezen", "rejected", id="rejected"),
        pytest.param([not_worked(1)], "niet gewerkt", "marked as not worked", id="not worked"),
        pytest.param([submitted(), rejected(), submitted(2)], "ingediend", "submitted", id="replaced"),
        pytest.param([submitted(), rejected(), submitted(2), approved(2)], "goedgekeurd", "approved", id="later"),
    ],
)
def test_nobody_approves_hours_that_are_not_there_or_were_replaced(events: list[Event], nl: str, en: str) -> None:
    given(*events).when(decisions.approve, **APPROVING).then_refused(
        NothingToApprove,
        f"Poging 1 van P01 2026-W31 kan niet worden beoordeeld: de uren zijn {nl}.",
        f"Attempt 1 of P01 2026-W31 cannot be decided on: its hours are {en}.",
    )


# Rejecting


def test_rejected_hours_go_back_to_the_freelancer_with_the_reason() -> None:
    given(submitted()).when(decisions.reject, **REJECTING).then_once(rejected())


def test_a_rejection_that_comes_again_after_the_next_attempt_changes_nothing() -> None:
    given(submitted(), rejected(), submitted(2)).when(decisions.reject, **REJECTING).then_already_done()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_rejection_says_why(reason: str) -> None:
    given(submitted()).when(decisions.reject, **{**REJECTING, "reason": reason}).then_refused(
        ReasonMissing,
        "Wie uren van P01 2026-W31 afwijst, schrijft erbij waarom.",
        "Rejecting the hours of P01 2026-W31 needs a reason.",
    )


def test_a_rejection_holds_no_citizen_number() -> None:
    given(submitted()).when(decisions.reject, **{**REJECTING, "reason": "BSN 111.222.333"}).then_refused(
        CitizenNumber,
        "In het veld reden staat een getal dat een burgerservicenummer kan zijn. Haal het weg; selfbill bewaart geen BSN.",
        "The field reason holds a number that can be a citizen service number (BSN). Remove it; selfbill keeps no BSN.",
    )


@pytest.mark.parametrize("events", [[], [submitted(), approved()], [submitted(), approved(), invoiced()]])
def test_nobody_rejects_hours_that_are_not_there_or_were_approved(events: list[Event]) -> None:
    given(*events).when(decisions.reject, **REJECTING).then_refused(NothingToApprove)


# Not worked


def test_a_week_without_work_is_marked_by_hand_as_it_stands() -> None:
    given().when(decisions.mark_not_worked, **HERE).then_once(not_worked(0))
    given(submitted()).when(decisions.mark_not_worked, **HERE).then_once(not_worked(1))
    given(submitted(), rejected()).when(decisions.mark_not_worked, **HERE).then_once(not_worked(1))


def test_an_import_names_the_attempt_that_was_not_worked() -> None:
    given().when(decisions.mark_not_worked, **HERE, attempt=1).then_once(not_worked(1))


def test_an_attempt_that_an_import_decides_on_is_ticked_off_even_when_somebody_marked_the_week_before() -> None:
    given(not_worked(0)).when(decisions.mark_not_worked, **HERE, attempt=1).then_once(not_worked(1))
    given(not_worked(1)).when(decisions.mark_not_worked, **HERE).then_already_done()


def test_not_worked_about_an_attempt_that_was_replaced_changes_nothing() -> None:
    given(submitted(), rejected(), submitted(2)).when(decisions.mark_not_worked, **HERE, attempt=1).then_already_done()


@pytest.mark.parametrize(
    ("events", "nl", "en"),
    [
        pytest.param([submitted(), approved()], "goedgekeurd", "approved", id="approved"),
        pytest.param([submitted(), approved(), invoiced()], "gefactureerd", "invoiced", id="invoiced"),
    ],
)
def test_approved_hours_were_worked(events: list[Event], nl: str, en: str) -> None:
    given(*events).when(decisions.mark_not_worked, **HERE).then_refused(
        HoursLocked,
        f"De uren van P01 2026-W31 zijn {nl} en kunnen niet meer worden gewijzigd.",
        f"The hours of P01 2026-W31 are {en} and can no longer be changed.",
    )


def test_nobody_is_reminded_or_warned_about_a_week_that_was_not_worked() -> None:
    state = given(submitted(), not_worked(1)).state
    assert (state.remind_hours_at, state.remind_approval_at, state.warn_at) == (None, None, None)


# Expecting


def test_a_week_that_is_over_without_hours_waits_for_them() -> None:
    given().when(decisions.expect, placement=placement(), week=WEEK, remind_at=LATER).then_once(
        HoursExpected(**HERE, freelancer=Z01, customer=K01, remind_at=LATER)
    )


def test_hours_that_were_only_written_down_are_waited_for() -> None:
    given(registered(MONDAY)).when(decisions.expect, placement=placement(), week=WEEK, remind_at=LATER).then_once(
        HoursExpected(**HERE, freelancer=Z01, customer=K01, remind_at=LATER)
    )


@pytest.mark.parametrize(
    "events", [[submitted()], [submitted(), approved()], [submitted(), rejected()], [not_worked()]]
)
def test_nobody_waits_for_hours_that_came_in(events: list[Event]) -> None:
    given(*events).when(decisions.expect, placement=placement(), week=WEEK, remind_at=LATER).then_already_done()


# What an import announces


def test_an_import_announces_a_submission_once() -> None:
    given().when(decisions.announce_submission, **ANNOUNCING, shifts=(MONDAY,)).then_once(announced())


def test_a_submission_that_came_in_needs_no_announcement() -> None:
    given(submitted()).when(decisions.announce_submission, **ANNOUNCING, shifts=(MONDAY,)).then_already_done()


def test_an_import_announces_a_decision_once() -> None:
    facts: dict[str, Any] = {"decision": "approved", "decided_by": "customer:K01/1"}
    for events in ([], [submitted()], [submitted(), rejected(), registered(TUESDAY), announced(2)]):
        attempt = 2 if len(events) > 1 else 1
        announcing = {**ANNOUNCING, **facts, "attempt": attempt}
        given(*events).when(decisions.announce_decision, **announcing).then_once(DecisionAnnounced(**announcing))


@pytest.mark.parametrize(
    "events",
    [
        [submitted(), approved()],
        [submitted(), rejected()],
        [submitted(), rejected(), submitted(2)],
        [submitted(), approved(), invoiced()],
        [not_worked(1)],
    ],
)
def test_an_attempt_that_was_decided_on_needs_no_announcement(events: list[Event]) -> None:
    given(*events).when(
        decisions.announce_decision, **ANNOUNCING, decision="approved", decided_by="customer:K01"
    ).then_already_done()


def test_the_reason_of_an_announced_decision_holds_no_citizen_number() -> None:
    given().when(
        decisions.announce_decision, **ANNOUNCING, decision="rejected", decided_by="customer:K01", reason="111222333"
    ).then_refused(CitizenNumber)


def test_an_announced_submission_that_is_refused_leaves_the_agenda_once_with_a_sentence() -> None:
    given(announced()).when(decisions.refuse_submission, **HERE, attempt=1, refusal=REFUSAL).then_once(
        SubmissionRefused(
            **HERE, attempt=1, code="unknown_placement", reason="Plaatsing P01 is niet bekend bij dit bureau."
        )
    )


def test_a_submission_that_came_in_cannot_be_refused_any_more() -> None:
    given(announced(), submitted()).when(
        decisions.refuse_submission, **HERE, attempt=1, refusal=REFUSAL
    ).then_already_done()


def test_an_announced_decision_that_is_refused_leaves_the_agenda_once_with_a_sentence() -> None:
    given(submitted()).when(decisions.refuse_decision, **HERE, attempt=1, refusal=REFUSAL).then_once(
        DecisionRefused(
            **HERE, attempt=1, code="unknown_placement", reason="Plaatsing P01 is niet bekend bij dit bureau."
        )
    )


def test_the_decision_on_another_attempt_is_refused_by_itself() -> None:
    happened = DecisionRefused(**HERE, attempt=1, code=REFUSAL.code, reason=REFUSAL.sentence())
    given(happened).when(decisions.refuse_decision, **HERE, attempt=2, refusal=REFUSAL).then_once(
        DecisionRefused(**HERE, attempt=2, code=REFUSAL.code, reason=REFUSAL.sentence())
    )


# Evolve


def test_history_that_breaks_todays_rules_still_loads() -> None:
    never_allowed_now = [not_worked(), submitted(7), approved(3), rejected(9), invoiced(), submitted(2)]
    assert given(*never_allowed_now).state.status is Status.SUBMITTED


def test_a_week_in_two_months_is_invoiced_when_its_last_month_is() -> None:
    state = given(submitted(), approved(), invoiced("Z01-2026-0001", complete=False)).state
    assert (state.status, state.invoice_at) == (Status.APPROVED, INVOICE_AT)
    state = evolve(state, invoiced("Z01-2026-0002"))
    assert (state.status, state.invoice_at, state.warn_at) == (Status.INVOICED, None, None)
    assert [billed.invoice for billed in state.billed] == ["Z01-2026-0001", "Z01-2026-0002"]


def test_held_hours_wait_for_the_next_moment() -> None:
    held = InvoicingHeld(
        **HERE, freelancer=Z01, attempt=1, code="mandate_missing", reason="...", next_at=at("2026-08-18 05:00")
    )
    assert given(submitted(), approved(), held).state.invoice_at == at("2026-08-18 05:00")
