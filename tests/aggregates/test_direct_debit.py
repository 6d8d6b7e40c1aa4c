"""Collecting one commission invoice: planned, announced, handed to the bank, paid or sent back; one attempt at a time."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregates.samples import Z01, at, day
from aggregates.test_creditor import DETAILS
from aggregates.test_direct_debit_mandate import BLOCKED, M1, REVOKED, SIGNED
from aggregates.test_invoice import COMMISSION_INVOICED, given, issued
from selfbill.aggregates.direct_debit import (
    DebitWithTheBank,
    NoSuchDebit,
    NothingPlanned,
    NothingToCollect,
    NotTheCreditor,
    can_reach,
    collection_day,
    current,
    drop,
    end_to_end_id,
    instruct,
    is_announced_in_time,
    move,
    plan,
    record_notice_failure,
    record_prenotified,
    return_debit,
    settle,
    take_out,
)
from selfbill.aggregates.direct_debit_events import (
    Debit,
    DebitCollected,
    DebitDropped,
    DebitInstructed,
    DebitNoticeFailed,
    DebitPlanned,
    DebitPrenotified,
    DebitReturned,
    Stage,
)
from selfbill.aggregates.direct_debit_mandate import DebitMandate, DebitMandateEnded, DebitMandateHeld
from selfbill.aggregates.direct_debit_mandate import evolve as evolve_mandate
from selfbill.aggregates.direct_debit_returns import RETURN_CODES, NotAReturnCode, return_code
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_money import PaymentAllocated
from selfbill.aggregates.invoice_payments import UnknownInvoice
from selfbill.business_days import is_business_day
from selfbill.moments import local_date
from selfbill.refusals import Refusal
from selfbill.values import BatchId, Cents, EndToEndId, InvoiceNumber, PaymentId

NUMBER = InvoiceNumber("BN-2026-0001")
COMMISSION = replace(COMMISSION_INVOICED, number=NUMBER)
"""48.40 of Z01, of Wednesday 12 August, due on the 26th."""
ISSUED_AT, FILE_AT = at("2026-08-12 05:00"), at("2026-08-25 07:00")
ON, BATCH = day("2026-08-26"), BatchId("20260826-1")
ID = EndToEndId("BN-2026-0001.1")
OPEN = Cents(4840)


def mandate(*events: Event) -> DebitMandate:
    state = DebitMandate()
    for event in (SIGNED, *events):
        state = evolve_mandate(state, event)
    return state


def planning(**other: Any) -> dict[str, Any]:
    return {"number": NUMBER, "mandate": mandate(), "creditor": DETAILS, "now": ISSUED_AT, **other}


PLANNED = DebitPlanned(
    number=NUMBER,
    attempt=1,
    mandate=M1,
    towards="freelancer",
    debtor=Z01,
    amount=OPEN,
    collection_date=ON,
    file_at=FILE_AT,
)
TOLD = DebitPrenotified(
    number=NUMBER, attempt=1, amount=OPEN, collection_date=ON, message_id="<1@example.org>", on=day("2026-08-12")
)
INSTRUCTED = DebitInstructed(
    number=NUMBER, attempt=1, batch=BATCH, end_to_end_id=ID, mandate=M1, amount=OPEN, collection_date=ON
)
COLLECTED = DebitCollected(number=NUMBER, attempt=1, end_to_end_id=ID, on=ON)
RETURNED = DebitReturned(
    number=NUMBER,
    attempt=1,
    end_to_end_id=ID,
    code="AM04",
    reason="Er stond te weinig geld op de rekening.",
    on=day("2026-08-28"),
)


def dropped(why: Any, reason: str) -> DebitDropped:
    return DebitDropped(number=NUMBER, attempt=1, why=why, reason=reason)


SETTLED = dropped("settled", "Er staat niets meer open.")
NOT_HOLDING = "Machtiging INC-Z01-1 geldt sinds 01-08-2026 niet meer. Laat een nieuwe ondertekenen."


def paid(amount: int) -> PaymentAllocated:
    return PaymentAllocated(
        number=NUMBER,
        payment=PaymentId("1"),
        amount=Cents(amount),
        received_on=day("2026-08-20"),
        open_after=Cents(OPEN - amount),
        towards="freelancer",
        debtor=Z01,
    )


# Planning


def test_what_is_open_is_collected_on_the_due_date_when_that_leaves_time_to_announce_it() -> None:
    given(COMMISSION).when(plan, **planning()).then_once(PLANNED)


def test_what_is_still_open_is_planned() -> None:
    given(COMMISSION, paid(4000)).when(plan, **planning()).then(replace(PLANNED, amount=Cents(840)))


@pytest.mark.parametrize(
    ("now", "collected_on", "file_at"),
    [
        ("2026-08-12 05:00", "2026-08-26", "2026-08-25 07:00"),  # due in fourteen days, a Wednesday
        ("2026-08-12 22:30", "2026-08-27", "2026-08-26 07:00"),  # the 13th in the Netherlands
        ("2026-08-14 05:00", "2026-08-28", "2026-08-27 07:00"),
        ("2026-08-15 05:00", "2026-08-31", "2026-08-28 07:00"),  # a Saturday becomes a Monday, its file is of Friday
        ("2026-12-11 05:00", "2026-12-28", "2026-12-24 08:00"),  # over Christmas, in winter time
        ("2027-03-12 05:00", "2027-03-30", "2027-03-25 08:00"),  # over Easter
    ],
)
def test_the_day_is_a_business_day_fourteen_days_ahead_and_not_before_the_due_date(
    now: str, collected_on: str, file_at: str
) -> None:
    assert collection_day(DETAILS, due=COMMISSION.due, now=at(now)) == (day(collected_on), at(file_at))


def test_with_a_day_of_notice_the_file_still_has_to_be_made_first() -> None:
    agreed = replace(DETAILS, notice_days=1)
    due = day("2026-08-01")
    assert collection_day(agreed, due=due, now=at("2026-08-12 06:59")) == (day("2026-08-13"), at("2026-08-12 07:00"))
    assert collection_day(agreed, due=due, now=at("2026-08-12 07:00")) == (day("2026-08-14"), at("2026-08-13 07:00"))


@given_any(
    st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2036, 1, 1), timezones=st.just(dt.UTC)),
    st.integers(-60, 60),
    st.integers(1, 60),
    st.integers(1, 10),
)
def test_every_planned_day_keeps_the_rules(now: dt.datetime, due_in: int, notice_days: int, file_days: int) -> None:
    creditor = replace(DETAILS, notice_days=notice_days, file_days=file_days)
    today = local_date(now)
    due = today + dt.timedelta(days=due_in)
    found, file_at = collection_day(creditor, due=due, now=now)
    assert is_business_day(found)
    assert is_business_day(local_date(file_at))
    assert found >= max(due, today + dt.timedelta(days=notice_days))
    assert file_at > now
    assert can_reach(found, creditor, today=local_date(file_at))
    assert not can_reach(found, creditor, today=local_date(file_at) + dt.timedelta(days=1))


def test_an_invoice_is_collected_once_at_a_time() -> None:
    for history in ([PLANNED], [PLANNED, TOLD], [PLANNED, TOLD, INSTRUCTED]):
        given(COMMISSION, *history).when(plan, **planning()).then_already_done()


@pytest.mark.parametrize("ended", [RETURNED, COLLECTED, dropped("by_hand", "x")])
def test_what_ended_can_be_collected_anew_as_another_attempt(ended: Event) -> None:
    later = replace(PLANNED, attempt=2, collection_date=day("2026-09-14"), file_at=at("2026-09-11 07:00"))
    given(COMMISSION, PLANNED, TOLD, INSTRUCTED, ended).when(plan, **planning(now=at("2026-08-31 07:00"))).then_once(
        later
    )


@pytest.mark.parametrize(
    ("history", "other", "reason", "nl", "en"),
    [
        ((), {}, UnknownInvoice, None, None),
        (
            (replace(issued(), number=NUMBER),),
            {},
            NotTheCreditor,
            "Factuur BN-2026-0001 is van Z01 en niet van het bureau: alleen provisiefacturen kunnen worden geïncasseerd.",
            "Invoice BN-2026-0001 is Z01's and not the agency's: only commission invoices can be collected.",
        ),
        (
            (COMMISSION, paid(4840)),
            {},
            NothingToCollect,
            "Van factuur BN-2026-0001 staat niets open; er valt niets te incasseren.",
            "Nothing is open of invoice BN-2026-0001; there is nothing to collect.",
        ),
        ((COMMISSION, paid(5000)), {}, NothingToCollect, None, None),
        ((COMMISSION,), {"mandate": mandate(REVOKED)}, DebitMandateEnded, None, None),
        ((COMMISSION,), {"mandate": mandate(BLOCKED)}, DebitMandateHeld, None, None),
    ],
)
def test_what_cannot_be_collected_is_refused(
    history: tuple[Event, ...], other: dict[str, Any], reason: type[Refusal], nl: str | None, en: str | None
) -> None:
    given(*history).when(plan, **planning(**other)).then_refused(reason, nl, en)


# Announcing


def test_the_debtor_is_told_once() -> None:
    telling: dict[str, Any] = {
        "attempt": 1,
        "collection_date": ON,
        "message_id": "<1@example.org>",
        "today": day("2026-08-12"),
    }
    given(COMMISSION, PLANNED).when(record_prenotified, **telling).then_once(TOLD)
    moved = replace(PLANNED, collection_date=day("2026-08-31"))
    given(COMMISSION, PLANNED, moved).when(record_prenotified, **telling).then_already_done()
    given(COMMISSION).when(record_prenotified, **telling).then_already_done()


def test_a_mail_that_fails_is_tried_again() -> None:
    failing: dict[str, Any] = {"attempt": 1, "reason": "vol", "retry_at": at("2026-08-12 05:05")}
    first = DebitNoticeFailed(number=NUMBER, **failing, failures=1)
    given(COMMISSION, PLANNED).when(record_notice_failure, **failing).then(first)
    given(COMMISSION, PLANNED, first).when(record_notice_failure, **failing).then(replace(first, failures=2))
    given(COMMISSION, PLANNED, TOLD).when(record_notice_failure, **failing).then_already_done()


def test_in_time_is_so_many_days_before() -> None:
    debit = Debit(1, M1, OPEN, ON)
    assert is_announced_in_time(debit, DETAILS, today=day("2026-08-12"))
    assert not is_announced_in_time(debit, DETAILS, today=day("2026-08-13"))
    told = replace(debit, announced_on=day("2026-08-12"))
    assert is_announced_in_time(told, DETAILS, today=day("2026-08-25"))


def test_a_day_that_came_too_near_moves_and_is_announced_anew() -> None:
    moved = replace(PLANNED, collection_date=day("2026-09-03"), file_at=at("2026-09-02 07:00"))
    moving: dict[str, Any] = {"mandate": mandate(), "creditor": DETAILS, "now": at("2026-08-20 07:00")}
    given(COMMISSION, PLANNED).when(move, **moving).then(moved)
    given(COMMISSION, PLANNED, paid(4840)).when(move, **moving).then(SETTLED)
    given(COMMISSION, PLANNED).when(move, **{**moving, "mandate": mandate(REVOKED)}).then(
        dropped("mandate", NOT_HOLDING)
    )
    given(COMMISSION, PLANNED, TOLD, INSTRUCTED).when(move, **moving).then_already_done()
    after = given(COMMISSION, PLANNED, TOLD, moved).state.debits
    assert [(each.attempt, each.stage, each.announced_on) for each in after] == [(1, Stage.PLANNED, None)]


# Into a batch


def into(**other: Any) -> dict[str, Any]:
    return {"batch": BATCH, "mandate": mandate(), "creditor": DETAILS, "now": FILE_AT, **other}


def test_what_was_announced_goes_into_a_batch_once() -> None:
    given(COMMISSION, PLANNED, TOLD).when(instruct, **into()).then_once(INSTRUCTED)


def test_what_was_paid_in_the_meantime_is_left_out() -> None:
    given(COMMISSION, PLANNED, TOLD, paid(840)).when(instruct, **into()).then(replace(INSTRUCTED, amount=Cents(4000)))
    given(COMMISSION, PLANNED, TOLD, paid(4840)).when(instruct, **into()).then(SETTLED)


def test_no_more_is_collected_than_was_announced() -> None:
    less = replace(PLANNED, amount=Cents(4000))
    given(COMMISSION, less, TOLD).when(instruct, **into()).then(replace(INSTRUCTED, amount=Cents(4000)))


@pytest.mark.parametrize("history", [[PLANNED], [PLANNED, replace(TOLD, on=day("2026-08-13"))]])
def test_what_was_not_announced_in_time_moves(history: list[Event]) -> None:
    given(COMMISSION, *history).when(instruct, **into()).then(
        replace(PLANNED, collection_date=day("2026-09-08"), file_at=at("2026-09-07 07:00"))
    )


def test_what_misses_the_bank_s_cut_off_moves() -> None:
    given(COMMISSION, PLANNED, TOLD).when(instruct, **into(now=at("2026-08-26 07:00"))).then(
        replace(PLANNED, collection_date=day("2026-09-09"), file_at=at("2026-09-08 07:00"))
    )


def test_a_mandate_that_ended_in_the_meantime_drops_it() -> None:
    given(COMMISSION, PLANNED, TOLD).when(instruct, **into(mandate=mandate(REVOKED))).then(
        dropped("mandate", NOT_HOLDING)
    )


def test_what_nobody_planned_goes_into_no_batch() -> None:
    given(COMMISSION).when(instruct, **into()).then_already_done()
    given(COMMISSION, PLANNED, SETTLED).when(instruct, **into()).then_already_done()


@pytest.mark.parametrize(
    ("number", "attempt", "identifier"),
    [
        ("BN-2026-0001", 1, "BN-2026-0001.1"),
        ("BN-2026-0001", 12, "BN-2026-0001.12"),
        ("B_N-2026-0001", 1, "BN20260001.1"),
        ("B" + "-." * 20 + "N-2026-0001", 1, "BN20260001.1"),
        ("ABCDEFGHIJKL-2026-12345", 999, "ABCDEFGHIJKL-2026-12345.999"),
    ],
)
def test_each_attempt_has_an_end_to_end_id_of_its_own(number: str, attempt: int, identifier: str) -> None:
    assert end_to_end_id(InvoiceNumber(number), attempt) == identifier


# Given up


def test_a_planned_collection_can_be_given_up() -> None:
    dropping: dict[str, Any] = {"number": NUMBER, "why": "by_hand", "reason": "afgesproken"}
    by_hand = dropped("by_hand", "afgesproken")
    given(COMMISSION, PLANNED).when(drop, **dropping).then_once(by_hand)
    given(COMMISSION).when(drop, **dropping).then_refused(
        NothingPlanned,
        "Voor factuur BN-2026-0001 is geen incasso gepland. Plan er een met: selfbill debit plan BN-2026-0001.",
        "No direct debit is planned for invoice BN-2026-0001. Plan one with: selfbill debit plan BN-2026-0001.",
    )
    given(COMMISSION, PLANNED, TOLD, INSTRUCTED).when(drop, **dropping).then_refused(
        DebitWithTheBank,
        "De incasso van factuur BN-2026-0001 staat al in batch 20260826-1. Annuleer de batch met: selfbill debit cancel 20260826-1.",
        "The direct debit of invoice BN-2026-0001 stands in batch 20260826-1. Cancel the batch with: selfbill debit cancel 20260826-1.",
    )
    given().when(drop, **dropping).then_refused(UnknownInvoice)


def test_a_cancelled_batch_takes_its_own_collections_out() -> None:
    out = dropped("batch_cancelled", "verkeerd bestand")
    begun = (COMMISSION, PLANNED, TOLD, INSTRUCTED)
    given(*begun).when(take_out, batch=BATCH, reason="verkeerd bestand").then_once(out)
    given(*begun).when(take_out, batch=BatchId("20260826-2"), reason="x").then_already_done()
    given(*begun, COLLECTED).when(take_out, batch=BATCH, reason="x").then_already_done()


# What the bank says


def test_the_bank_pays_once() -> None:
    settling: dict[str, Any] = {"number": NUMBER, "end_to_end_id": ID, "on": ON}
    given(COMMISSION, PLANNED, TOLD, INSTRUCTED).when(settle, **settling).then_once(COLLECTED)
    given(COMMISSION, PLANNED, TOLD, INSTRUCTED, RETURNED).when(settle, **settling).then_already_done()


@pytest.mark.parametrize("before", [[], [COLLECTED]])
def test_the_bank_sends_it_back_before_or_after_it_paid(before: list[Event]) -> None:
    returning: dict[str, Any] = {"number": NUMBER, "end_to_end_id": ID, "code": "AM04", "on": day("2026-08-28")}
    begun = given(COMMISSION, PLANNED, TOLD, INSTRUCTED, *before)
    begun.when(return_debit, **returning).then_once(RETURNED)
    assert current(given(COMMISSION, PLANNED, TOLD, INSTRUCTED, *before, RETURNED).state) is None


def test_an_earlier_attempt_can_come_back_while_the_next_is_under_way() -> None:
    second = replace(PLANNED, attempt=2)
    invoice = given(COMMISSION, PLANNED, TOLD, INSTRUCTED, COLLECTED, second, RETURNED).state
    assert [(each.attempt, each.stage) for each in invoice.debits] == [(1, Stage.RETURNED), (2, Stage.PLANNED)]


@pytest.mark.parametrize("decision", [settle, return_debit])
def test_what_was_never_handed_to_the_bank_cannot_come_from_it(decision: Any) -> None:
    facts: dict[str, Any] = {"number": NUMBER, "end_to_end_id": ID, "on": ON}
    if decision is return_debit:
        facts["code"] = "AM04"
    given(COMMISSION, PLANNED).when(decision, **facts).then_refused(
        NoSuchDebit,
        "Factuur BN-2026-0001 is niet onder BN-2026-0001.1 bij de bank aangeboden. Kijk met: selfbill debit list.",
        "Invoice BN-2026-0001 was not handed to the bank as BN-2026-0001.1. Look with: selfbill debit list.",
    )
    given().when(decision, **facts).then_refused(UnknownInvoice)


def test_a_return_without_a_code_of_the_bank_is_refused() -> None:
    given(COMMISSION, PLANNED, TOLD, INSTRUCTED).when(
        return_debit, number=NUMBER, end_to_end_id=ID, code="am4", on=ON
    ).then_refused(
        NotAReturnCode,
        "'am4' is geen reden van een storno: geef de vier tekens die de bank noemt, zoals AM04.",
        "'am4' is no reason of a return: give the four characters that the bank names, such as AM04.",
    )


@pytest.mark.parametrize("code", RETURN_CODES)
def test_every_reason_is_a_sentence_in_both_languages(code: str) -> None:
    meaning = return_code(code)
    assert meaning.code == code
    assert meaning.nl.endswith(".")
    assert meaning.en.endswith(".")
    assert meaning.nl != meaning.en


def test_only_what_passes_by_itself_is_tried_again() -> None:
    assert {code for code, each in RETURN_CODES.items() if each.may_try_again} == {"AM04", "MS03", "TM01"}
    for code in ("AC01", "AC04", "AC06", "MD01", "MD06", "MD07", "MS02", "SL01"):
        assert not return_code(code).may_try_again


def test_a_reason_that_is_not_in_the_table_is_known_by_its_code() -> None:
    unknown = return_code("XX99")
    assert unknown.nl == "De bank geeft reden XX99; vraag het de eigen bank."
    assert not unknown.may_try_again
