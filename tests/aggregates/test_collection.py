"""Collecting one invoice: what comes next, mails and their outcome, cost, handing over, and disputes."""

from typing import Any

import msgspec
import pytest

from aggregates.samples import AGENCY, at, day
from aggregates.test_invoice import COMMISSION_INVOICED, NUMBER, given, issued
from selfbill.aggregates.agency import Agency
from selfbill.aggregates.collection import (
    CollectionCostClaimed,
    CollectionCostWaived,
    CollectionPlanned,
    DisputeSettled,
    HandedOver,
    HandOverDue,
    InvoiceDisputed,
    MailedStep,
    ReminderFailed,
    ReminderSent,
    ReminderStarted,
    SentNotice,
    Step,
    opens_again,
)
from selfbill.aggregates.collection_decisions import (
    HandedOverBefore,
    NoCostClaimed,
    NotForHandOver,
    WaiverWithoutReason,
    dispute,
    end_of_term,
    group_of,
    hand_over,
    is_due,
    plan,
    record_reminder_failure,
    record_reminder_sent,
    settle_dispute,
    start_reminder,
    waive_cost,
)
from selfbill.aggregates.collection_schedule import AgencyCollection, CollectionSchedule
from selfbill.aggregates.direct_debit_events import DebitDropped, DebitPlanned
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_events import InvoiceSent
from selfbill.aggregates.invoice_money import (
    CreditSettled,
    InvoiceCredited,
    InvoiceWrittenOff,
    Movement,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
)
from selfbill.aggregates.invoice_payments import UnknownInvoice
from selfbill.aggregates.party import Delivery
from selfbill.aggregates.suspension import NotSuspended, Suspension, SuspensionOver, SuspensionWithoutReason
from selfbill.aggregates.texts import CitizenNumber
from selfbill.values import Cents, InvoiceNumber, MandateId, PaymentId

GROUP, MAIL, OTHER_MAIL = "Z01>customer:K01", "<reminder.1@example.org>", "<reminder.2@example.org>"
SENT = InvoiceSent(number=NUMBER, message_id="<invoice@example.org>", channel=Delivery.PORTAL)
OPEN = [issued(), SENT]
"""Sent on 11 August 2026, 400.00 euros, due on Thursday 10 September."""
FIRST_MOMENT = at("2026-09-17 07:00")


def agency(schedule: CollectionSchedule | None = CollectionSchedule()) -> Agency:  # noqa: B008
    return Agency(details=AGENCY, collection=AgencyCollection(schedule, 1))


def planning(now: str = "2026-08-11 05:00", **changes: Any) -> dict[str, Any]:
    return {"number": NUMBER, "agency": agency(), "suspension": None, "now": at(now), **changes}


def planned(step: Step | None, moment: str = "", held: str = "") -> CollectionPlanned:
    return CollectionPlanned(number=NUMBER, group=GROUP, step=step, at=at(moment) if moment else None, held=held)


def sides() -> dict[str, Any]:
    return {"towards": "customer", "debtor": "K01"}


def paid(amount: int, open_after: int) -> PaymentAllocated:
    return PaymentAllocated(
        number=NUMBER,
        payment=PaymentId("bank/1"),
        amount=Cents(amount),
        received_on=day("2026-09-01"),
        open_after=Cents(open_after),
        **sides(),
    )


def paid_back(amount: int, open_after: int) -> PaymentReleased:
    return PaymentReleased(
        number=NUMBER,
        payment=PaymentId("bank/1"),
        amount=Cents(amount),
        reason="storno",
        on=day("2026-09-02"),
        open_after=Cents(open_after),
        **sides(),
    )


def started(step: MailedStep = "reminder", attempt: int = 1, message_id: str = MAIL) -> ReminderStarted:
    return ReminderStarted(number=NUMBER, step=step, message_id=message_id, attempt=attempt, document="ab")


def sent(step: MailedStep = "reminder", on: str = "2026-09-17", cost: int = 0) -> ReminderSent:
    until = day("2026-10-15") if step == "demand" else None
    return ReminderSent(
        number=NUMBER,
        step=step,
        message_id=MAIL,
        on=day(on),
        open=Cents(40000),
        together=(NUMBER,),
        term_until=until,
        cost=Cents(cost),
    )


REMINDER = planned("reminder", "2026-09-17 07:00")
REMINDED = [*OPEN, REMINDER, started(), sent()]
DEMANDED = [*REMINDED, planned("demand", "2026-10-01 07:00"), started("demand"), sent("demand", "2026-10-01", 6000)]


# What comes next


@pytest.mark.parametrize(
    ("events", "now", "schedule", "expected"),
    [
        (OPEN, "2026-08-11 05:00", CollectionSchedule(), REMINDER),
        (OPEN, "2026-08-11 05:00", CollectionSchedule(reminder_days=9), planned("reminder", "2026-09-21 07:00")),
        (OPEN, "2026-08-11 05:00", CollectionSchedule(reminder=False), planned("demand", "2026-09-24 07:00")),
        (
            OPEN,
            "2026-08-11 05:00",
            CollectionSchedule(reminder=False, demand=False),
            planned("hand_over", "2026-09-28 07:00"),
        ),
        (OPEN, "2026-09-17 07:01", CollectionSchedule(), planned("reminder", "2026-09-18 07:00")),
        (OPEN, "2026-09-18 07:01", CollectionSchedule(), planned("reminder", "2026-09-21 07:00")),
        (REMINDED, "2026-09-17 07:00", CollectionSchedule(), planned("demand", "2026-10-01 07:00")),
        (REMINDED, "2026-09-17 07:00", CollectionSchedule(demand=False), planned("hand_over", "2026-10-05 07:00")),
        (DEMANDED, "2026-10-01 07:00", CollectionSchedule(), planned("hand_over", "2026-10-19 07:00")),
        (DEMANDED, "2026-10-01 07:00", CollectionSchedule(hand_over_days=1), planned("hand_over", "2026-10-16 07:00")),
    ],
)
def test_what_comes_next(
    events: list[Event], now: str, schedule: CollectionSchedule, expected: CollectionPlanned
) -> None:
    given(*events).when(plan, **planning(now, agency=agency(schedule))).then_once(expected)


@pytest.mark.parametrize(
    "events",
    [
        [issued()],  # not sent yet
        [*OPEN, paid(40000, 0)],
        [*OPEN, paid(50000, -10000)],
        [*DEMANDED, HandOverDue(number=NUMBER, principal=Cents(40000), on=day("2026-10-19"))],
    ],
)
def test_nothing_comes_next(events: list[Event]) -> None:
    given(*events).when(plan, **planning()).then_already_done()


def test_nothing_comes_next_without_a_schedule_and_what_was_planned_is_taken_back() -> None:
    given(*OPEN).when(plan, **planning(agency=agency(None))).then_already_done()
    given(*OPEN, REMINDER).when(plan, **planning(agency=agency(None))).then_once(planned(None))


def test_who_owes_whom() -> None:
    assert group_of(given(*OPEN).state) == GROUP
    assert group_of(given(COMMISSION_INVOICED).state) == "agency>freelancer:Z01"


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-09-16", REMINDER),
        ("2026-09-17", planned("reminder", "2026-09-18 07:00", "Opgeschort tot en met 17-09-2026: regeling")),
        ("2026-09-18", planned("reminder", "2026-09-21 07:00", "Opgeschort tot en met 18-09-2026: regeling")),
    ],
)
def test_a_step_in_a_suspension_waits_for_its_end(until: str, expected: CollectionPlanned) -> None:
    given(*OPEN).when(plan, **planning(suspension=Suspension("regeling", day(until)))).then_once(expected)


def test_of_a_suspension_and_a_dispute_the_longer_counts() -> None:
    disputed = InvoiceDisputed(number=NUMBER, reason="uren", until=day("2026-09-30"))
    short, long = (Suspension("regeling", day(until)) for until in ("2026-09-20", "2026-10-31"))
    given(*OPEN, disputed).when(plan, **planning(suspension=short)).then_once(
        planned("reminder", "2026-10-01 07:00", "Betwist tot en met 30-09-2026: uren")
    )
    given(*OPEN, disputed).when(plan, **planning(suspension=long)).then_once(
        planned("reminder", "2026-11-02 08:00", "Opgeschort tot en met 31-10-2026: regeling")
    )


DEBIT = DebitPlanned(
    number=NUMBER,
    attempt=1,
    mandate=MandateId("BN-1"),
    **sides(),
    amount=Cents(40000),
    collection_date=day("2026-09-15"),
    file_at=at("2026-09-14 07:00"),
)


def test_what_is_collected_by_direct_debit_is_not_reminded_of_until_the_bank_has_spoken() -> None:
    held = planned("reminder", "2026-09-23 07:00", "Wordt op 15-09-2026 automatisch geïncasseerd")
    given(*OPEN, DEBIT).when(plan, **planning()).then_once(held)
    dropped = DebitDropped(number=NUMBER, attempt=1, why="by_hand", reason="")
    given(*OPEN, DEBIT, dropped).when(plan, **planning()).then_once(REMINDER)


@pytest.mark.parametrize(
    ("now", "due"), [("2026-09-17 06:59", False), ("2026-09-17 07:00", True), ("2026-09-17 16:00", True)]
)
def test_a_step_is_due_from_its_moment(now: str, due: bool) -> None:  # noqa: FBT001
    waiting = given(*OPEN, REMINDER)
    assert is_due(waiting.state, "reminder", at(now)) is due
    assert not is_due(waiting.state, "demand", at(now))
    waiting.when(plan, **planning(now)).then_already_done()


def test_a_clock_that_comes_late_still_sends_on_a_working_day_only() -> None:
    waiting = given(*OPEN, REMINDER)
    waiting.when(plan, **planning("2026-09-18 06:00")).then_already_done()  # Friday, before the next sending moment
    waiting.when(plan, **planning("2026-09-19 06:00")).then_once(planned("reminder", "2026-09-21 07:00"))


def test_what_is_held_or_paid_is_not_due() -> None:
    held = planned("reminder", "2026-09-17 07:00", "Opgeschort")
    assert not is_due(given(*OPEN, held).state, "reminder", FIRST_MOMENT)
    assert not is_due(given(*OPEN, REMINDER, paid(40000, 0)).state, "reminder", FIRST_MOMENT)
    assert is_due(given(*OPEN, REMINDER, paid(100, 39900)).state, "reminder", FIRST_MOMENT)


@pytest.mark.parametrize(
    ("movement", "again"),
    [
        (paid(40000, 0), False),
        (paid(100, 39900), False),
        (paid_back(40000, 40000), True),
        (paid_back(100, 40000), False),  # 399.00 was open all along
        (paid_back(40000, 0), False),  # a credit balance that was used up
        (paid_back(45000, 40000), True),  # from a credit balance to open
        (
            WriteOffReversed(
                number=NUMBER, amount=Cents(5), reason="x", on=day("2026-09-01"), open_after=Cents(5), **sides()
            ),
            True,
        ),
        (
            InvoiceWrittenOff(
                number=NUMBER, amount=Cents(5), reason="x", on=day("2026-09-01"), open_after=Cents(0), **sides()
            ),
            False,
        ),
        (
            InvoiceCredited(
                number=NUMBER,
                credit_note=InvoiceNumber("Z01-2026-0002"),
                amount=Cents(5),
                on=day("2026-09-01"),
                open_after=Cents(5),
                **sides(),
            ),
            False,
        ),
        (
            CreditSettled(
                number=NUMBER,
                against=InvoiceNumber("Z01-2026-0002"),
                amount=Cents(-5),
                on=day("2026-09-01"),
                open_after=Cents(5),
                **sides(),
            ),
            True,
        ),
    ],
)
def test_what_opens_an_invoice_again(movement: Movement, again: bool) -> None:  # noqa: FBT001
    assert opens_again(movement) is again


def test_what_opens_again_is_planned_even_to_say_that_nothing_comes() -> None:
    back = [*OPEN, REMINDER, paid(40000, 0), paid_back(40000, 40000)]
    given(*back).when(plan, **planning()).then_once(REMINDER)
    given(*back).when(plan, **planning(agency=agency(None))).then_once(planned(None))
    assert not is_due(given(*back).state, "reminder", FIRST_MOMENT)


# Mails


def starting(**changes: Any) -> dict[str, Any]:
    facts = {"number": NUMBER, "step": "reminder", "message_id": MAIL, "document": "ab", "now": FIRST_MOMENT}
    return {**facts, **changes}


def failed(failures: int = 1, retry: str | None = "2026-09-17 07:05", *, unclear: bool = False) -> ReminderFailed:
    return ReminderFailed(
        number=NUMBER,
        group=GROUP,
        step="reminder",
        message_id=MAIL,
        reason="mailbox full",
        failures=failures,
        retry_at=None if retry is None else at(retry),
        unclear=unclear,
    )


def test_a_mail_starts() -> None:
    given(*OPEN, REMINDER).when(start_reminder, **starting()).then(started())


def test_a_start_without_an_outcome_is_put_down_as_unclear_first() -> None:
    unclear, again = given(*OPEN, REMINDER, started()).when(start_reminder, **starting())._happened()
    assert isinstance(unclear, ReminderFailed)
    assert (unclear.unclear, unclear.failures, unclear.retry_at) == (True, 1, FIRST_MOMENT)
    assert unclear.reason == "Het programma stopte terwijl de e-mail werd aangeboden; hij kan zijn aangekomen."
    assert again == started(attempt=2)


def test_a_try_after_a_failure_counts_on_and_after_a_new_plan_it_does_not() -> None:
    tried = [*OPEN, REMINDER, started(), failed()]
    later = starting(now=at("2026-09-17 07:05"))
    given(*tried).when(start_reminder, **later).then(started(attempt=2))
    given(*tried, REMINDER).when(start_reminder, **{**later, "message_id": OTHER_MAIL}).then(
        started(message_id=OTHER_MAIL)
    )


def test_a_mail_that_was_accepted_is_recorded_once_also_when_it_was_paid_meanwhile() -> None:
    notice = SentNotice(on=day("2026-09-17"), together=(NUMBER,))
    facts: dict[str, Any] = {
        "number": NUMBER, "step": "reminder", "message_id": MAIL, "notice": notice, "asked": Cents(40000),
    }  # fmt: skip
    given(*OPEN, REMINDER, started()).when(record_reminder_sent, **facts).then_once(sent())
    given(*OPEN, REMINDER, started(), paid(40000, 0)).when(record_reminder_sent, **facts).then_once(sent())
    given(*OPEN, REMINDER).when(record_reminder_sent, **facts).then_already_done()


def failing(**changes: Any) -> dict[str, Any]:
    facts = {"number": NUMBER, "step": "reminder", "message_id": MAIL, "reason": "mailbox full"}
    return {**facts, "retry_at": at("2026-09-17 07:05"), "unclear": False, **changes}


def test_a_mail_that_was_not_accepted_is_tried_again_unless_it_was_paid() -> None:
    given(*OPEN, REMINDER, started()).when(record_reminder_failure, **failing()).then_once(failed())
    given(*OPEN, REMINDER, started(), paid(40000, 0)).when(record_reminder_failure, **failing()).then_once(
        failed(retry=None)
    )
    tried = [*OPEN, REMINDER, started(), failed(), started(attempt=2)]
    given(*tried).when(record_reminder_failure, **failing(unclear=True)).then_once(failed(2, unclear=True))


def test_a_failure_moves_the_step_to_its_next_try() -> None:
    state = given(*OPEN, REMINDER, started(), failed()).state
    assert not is_due(state, "reminder", at("2026-09-17 07:04"))
    assert is_due(state, "reminder", at("2026-09-17 07:05"))
    given(*OPEN, REMINDER, started(), failed()).when(plan, **planning("2026-09-17 07:05")).then_already_done()


# The end of the term


@pytest.mark.parametrize(
    ("cost", "claims", "before", "open_after", "claimed"),
    [
        (6000, True, 0, 40000, 6000),
        (6000, True, 0, 10000, 4000),  # the rest of what was demanded
        (6000, True, 40000, 40000, 6000),  # 120.00 over both, 60.00 of it for the first
        (4000, True, 10000, 10000, 0),  # the least is asked once
        (6000, False, 0, 40000, None),
        (0, True, 0, 40000, None),  # the demand announced none
        (4100, True, 0, 40000, 4100),  # never more than it announced
    ],
)
def test_the_cost_is_what_the_demand_announced_and_the_scale_allows(
    cost: int,
    claims: bool,  # noqa: FBT001
    before: int,
    open_after: int,
    claimed: int | None,
) -> None:
    paid_in_part = [paid(40000 - open_after, open_after)] if open_after < 40000 else []
    demanded = [*DEMANDED[:-1], sent("demand", "2026-10-01", cost), *paid_in_part]
    over: dict[str, Any] = {"number": NUMBER, "claims_cost": claims, "before": Cents(before), "on": day("2026-10-19")}
    principal = Cents(open_after)
    due = HandOverDue(number=NUMBER, principal=principal, on=day("2026-10-19"))
    claim = CollectionCostClaimed(number=NUMBER, principal=principal, cost=Cents(claimed or 0), on=day("2026-10-19"))
    given(*demanded).when(end_of_term, **over).then(*([] if claimed is None else [claim]), due)


def test_no_cost_without_a_demand() -> None:
    over: dict[str, Any] = {"number": NUMBER, "claims_cost": True, "before": Cents(0), "on": day("2026-10-19")}
    given(*REMINDED).when(end_of_term, **over).then(
        HandOverDue(number=NUMBER, principal=Cents(40000), on=day("2026-10-19"))
    )


CLAIMED = CollectionCostClaimed(number=NUMBER, principal=Cents(40000), cost=Cents(6000), on=day("2026-10-19"))
IN_VAIN = [*DEMANDED, CLAIMED, HandOverDue(number=NUMBER, principal=Cents(40000), on=day("2026-10-19"))]


def test_a_person_hands_over_what_is_ready_once() -> None:
    facts: dict[str, Any] = {"number": NUMBER, "to": "Incasso Midden", "on": day("2026-10-20")}
    given(*IN_VAIN).when(hand_over, **facts).then_once(HandedOver(**facts))
    given(*IN_VAIN, HandedOver(**facts)).when(hand_over, **{**facts, "to": "Een ander"}).then_refused(
        HandedOverBefore,
        "Factuur Z01-2026-0001 is al uit handen gegeven aan Incasso Midden.",
        "Invoice Z01-2026-0001 was handed over to Incasso Midden before.",
    )
    for early in (DEMANDED, [*IN_VAIN, paid(40000, 0)]):
        given(*early).when(hand_over, **facts).then_refused(
            NotForHandOver,
            "Factuur Z01-2026-0001 staat niet klaar om uit handen te geven.",
            "Invoice Z01-2026-0001 is not ready to be handed over.",
        )
    given().when(hand_over, **facts).then_refused(UnknownInvoice)
    given(*IN_VAIN).when(hand_over, **{**facts, "to": "111222333"}).then_refused(CitizenNumber)


def test_cost_is_waived_once_with_a_reason() -> None:
    facts: dict[str, Any] = {"number": NUMBER, "reason": "op tijd betaald", "on": day("2026-10-20")}
    given(*IN_VAIN).when(waive_cost, **facts).then_once(CollectionCostWaived(**facts, cost=Cents(6000)))
    given(*IN_VAIN).when(waive_cost, **{**facts, "reason": ""}).then_refused(
        WaiverWithoutReason,
        "Wie de incassokosten van factuur Z01-2026-0001 kwijtscheldt, schrijft erbij waarom.",
        "Waiving the collection cost of invoice Z01-2026-0001 needs a reason.",
    )
    given(*DEMANDED).when(waive_cost, **facts).then_refused(
        NoCostClaimed,
        "Voor factuur Z01-2026-0001 zijn geen incassokosten in rekening gebracht.",
        "No collection cost was claimed for invoice Z01-2026-0001.",
    )
    given().when(waive_cost, **facts).then_refused(UnknownInvoice)


# Disputes


def test_a_dispute_is_recorded_with_its_reason_and_settled() -> None:
    facts: dict[str, Any] = {"number": NUMBER, "reason": "uren kloppen niet", "until": day("2026-09-30")}
    disputed, today = InvoiceDisputed(**facts), {"today": day("2026-09-01")}
    given(*OPEN).when(dispute, **facts, **today).then_once(disputed)
    given(*OPEN).when(dispute, **{**facts, "reason": ""}, **today).then_refused(SuspensionWithoutReason)
    given(*OPEN).when(dispute, **facts, today=day("2026-10-01")).then_refused(SuspensionOver)
    given().when(dispute, **facts, **today).then_refused(UnknownInvoice)
    given(*OPEN, disputed).when(settle_dispute, number=NUMBER, **today).then_once(DisputeSettled(number=NUMBER))
    given(*OPEN, disputed).when(settle_dispute, number=NUMBER, today=day("2026-10-01")).then_refused(NotSuspended)
    given(*OPEN).when(settle_dispute, number=NUMBER, **today).then_refused(NotSuspended)
    given().when(settle_dispute, number=NUMBER, **today).then_refused(UnknownInvoice)


def test_the_document_and_delivery_of_an_invoice_stay_as_they_are() -> None:
    before, after = given(*OPEN).state, given(*IN_VAIN).state
    assert msgspec.structs.replace(after, collection=before.collection) == before
    assert after.collection.cost == 6000
