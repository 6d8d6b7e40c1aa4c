"""What people see of direct debits: each invoice's latest attempt and those before it, the batches, and the mandates."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace
from psycopg import Connection

from aggregates.test_direct_debit import (
    BATCH,
    COLLECTED,
    COMMISSION,
    ID,
    INSTRUCTED,
    NUMBER,
    ON,
    PLANNED,
    RETURNED,
    TOLD,
    dropped,
    paid,
)
from aggregates.test_direct_debit_batch import CANCELLED, MADE, SUBMITTED
from aggregates.test_direct_debit_mandate import AMENDED, BLOCKED, M1, REVOKED, SIGNED, USED
from projections.conftest import Tell
from projections.histories import NOON, rows_after
from selfbill.aggregates.direct_debit_events import DebitNoticeFailed, Stage
from selfbill.aggregates.direct_debit_mandate import DebitMandateExpired, DebitMandateUnblocked
from selfbill.aggregates.event import Event
from selfbill.policies import collect_debits, expire_debit_mandates, prenotify_debit
from selfbill.projections import debit_batches, debit_mandates, debits
from selfbill.projections.agenda import agenda_model
from selfbill.projections.debit_batches import BatchState
from selfbill.projections.debit_mandates import MandateState
from selfbill.projections.debits import ListedDebit
from selfbill.projections.follower import Follower
from selfbill.values import Cents, EndToEndId

SECOND = replace(PLANNED, attempt=2, collection_date=dt.date(2026, 9, 14))
FAILED = DebitNoticeFailed(number=NUMBER, attempt=1, reason="mailbox vol", failures=1, retry_at=NOON)


def row(*events: Event) -> ListedDebit:
    (only,) = rows_after(debits.MODEL, COMMISSION, *events)
    return only


def test_an_invoice_that_is_not_collected_has_no_row() -> None:
    assert rows_after(debits.MODEL, COMMISSION, paid(100), RETURNED) == []


@pytest.mark.parametrize(
    ("events", "stage"),
    [
        ((PLANNED,), Stage.PLANNED),
        ((PLANNED, TOLD), Stage.ANNOUNCED),
        ((PLANNED, TOLD, replace(PLANNED, collection_date=dt.date(2026, 8, 31))), Stage.PLANNED),
        ((PLANNED, TOLD, INSTRUCTED), Stage.INSTRUCTED),
        ((PLANNED, TOLD, INSTRUCTED, COLLECTED), Stage.COLLECTED),
        ((PLANNED, TOLD, INSTRUCTED, RETURNED), Stage.RETURNED),
        ((PLANNED, dropped("by_hand", "x")), Stage.DROPPED),
    ],
)
def test_the_latest_attempt_shows_how_far_it_came(events: tuple[Event, ...], stage: Stage) -> None:
    shown = row(*events)
    assert (shown.stage, shown.latest.stage, shown.earlier) == (stage, stage, ())
    assert (shown.number, shown.debtor_kind, shown.debtor, shown.mandate) == (NUMBER, "freelancer", "Z01", M1)


def test_what_the_bank_said_is_shown() -> None:
    shown = row(PLANNED, TOLD, INSTRUCTED, RETURNED)
    assert (shown.batch, shown.end_to_end_id, shown.amount) == (BATCH, ID, 4840)
    assert (shown.latest.code, shown.latest.reason) == ("AM04", "Er stond te weinig geld op de rekening.")
    assert shown.latest.returned_on == dt.date(2026, 8, 28)


def test_a_mail_that_fails_shows_why_until_it_went_out() -> None:
    assert row(PLANNED, FAILED).latest.reason == "mailbox vol"
    assert row(PLANNED, FAILED, TOLD).latest.reason is None


def test_attempts_before_the_latest_are_kept_and_go_on() -> None:
    shown = row(PLANNED, TOLD, INSTRUCTED, COLLECTED, SECOND, RETURNED)
    assert (shown.stage, shown.batch, shown.collection_date) == (Stage.PLANNED, None, dt.date(2026, 9, 14))
    assert [(each.attempt, each.stage, each.code) for each in shown.earlier] == [(1, Stage.RETURNED, "AM04")]


@pytest.mark.parametrize(
    ("events", "amount"),
    [
        ((PLANNED, TOLD, paid(840), INSTRUCTED), 0),
        ((PLANNED, TOLD, INSTRUCTED, paid(840)), 840),
        ((PLANNED, TOLD, INSTRUCTED, replace(paid(4840), received_on=ON)), 0),
        ((PLANNED, TOLD, INSTRUCTED, COLLECTED, paid(840)), 0),
    ],
    ids=["before the file", "after the file", "by the collection itself", "after the collection"],
)
def test_what_is_paid_by_hand_after_the_file_was_made_stands_out(events: tuple[Event, ...], amount: int) -> None:
    assert row(*events).latest.paid_meanwhile == amount


def test_a_batch_shows_what_became_of_it() -> None:
    (made,) = rows_after(debit_batches.MODEL, MADE)
    assert (made.batch, made.items, made.total, made.state) == (BATCH, 1, 4840, BatchState.MADE)
    (submitted,) = rows_after(debit_batches.MODEL, MADE, SUBMITTED)
    assert (submitted.state, submitted.submitted_at) == (BatchState.SUBMITTED, NOON)
    (cancelled,) = rows_after(debit_batches.MODEL, MADE, CANCELLED)
    assert (cancelled.state, cancelled.reason) == (BatchState.CANCELLED, "dubbel")
    assert rows_after(debit_batches.MODEL, SUBMITTED) == []


@pytest.mark.parametrize(
    ("events", "state", "reason"),
    [
        ((SIGNED,), MandateState.ACTIVE, None),
        ((SIGNED, BLOCKED), MandateState.BLOCKED, "terug"),
        ((SIGNED, BLOCKED, AMENDED), MandateState.ACTIVE, None),
        ((SIGNED, BLOCKED, DebitMandateUnblocked(mandate=M1, reason="x")), MandateState.ACTIVE, None),
        ((SIGNED, REVOKED), MandateState.REVOKED, "opgezegd"),
        ((SIGNED, DebitMandateExpired(mandate=M1, on=ON)), MandateState.EXPIRED, None),
    ],
)
def test_a_mandate_shows_whether_it_may_be_used(
    events: tuple[Event, ...], state: MandateState, reason: str | None
) -> None:
    (shown,) = rows_after(debit_mandates.MODEL, *events)
    assert (shown.state, shown.reason) == (state, reason)


def test_the_last_collection_puts_the_end_of_a_mandate_off() -> None:
    (shown,) = rows_after(debit_mandates.MODEL, SIGNED, USED)
    assert (shown.last_collection, shown.expires_on) == (dt.date(2026, 8, 26), dt.date(2029, 8, 26))


def test_nothing_personal_stands_in_a_table() -> None:
    (shown,) = rows_after(debit_mandates.MODEL, SIGNED, AMENDED)
    assert "Sjoerd" not in repr(shown)
    assert "NL76SNSB" not in repr(shown)


# The agenda

AGENDA = agenda_model([collect_debits.POLICY.fold, prenotify_debit.POLICY.fold, expire_debit_mandates.POLICY.fold])
NOTICE, BATCH_ITEM = ("debit_notice", NUMBER), ("debit_batch", NUMBER)


def on_the_agenda(*events: Event) -> list[tuple[str, str, dt.datetime]]:
    return [(item.policy, item.subject, item.due) for item in rows_after(AGENDA, *events)]


@pytest.mark.parametrize(
    ("events", "items"),
    [
        ((PLANNED,), [(*BATCH_ITEM, PLANNED.file_at), (*NOTICE, NOON)]),
        ((PLANNED, TOLD), [(*BATCH_ITEM, PLANNED.file_at)]),
        ((PLANNED, FAILED), [(*BATCH_ITEM, PLANNED.file_at), (*NOTICE, NOON)]),
        ((PLANNED, TOLD, PLANNED), [(*BATCH_ITEM, PLANNED.file_at), (*NOTICE, NOON)]),
        ((PLANNED, TOLD, INSTRUCTED), []),
        ((PLANNED, dropped("by_hand", "x")), []),
        ((PLANNED, TOLD, INSTRUCTED, RETURNED), []),
    ],
)
def test_a_planned_collection_is_announced_and_then_put_into_a_file(
    events: tuple[Event, ...], items: list[tuple[Any, ...]]
) -> None:
    assert on_the_agenda(*events) == items


def test_a_mandate_lapses_on_the_day_after_its_last() -> None:
    summer = dt.datetime(2029, 7, 15, 22, tzinfo=dt.UTC)
    assert on_the_agenda(SIGNED) == [("debit_mandate_expiry", M1, summer)]
    assert on_the_agenda(SIGNED, USED) == [("debit_mandate_expiry", M1, dt.datetime(2029, 8, 26, 22, tzinfo=dt.UTC))]
    assert on_the_agenda(SIGNED, REVOKED) == []


# Finding


@pytest.fixture
def told(tell: Tell, follower: Follower, connection: Connection[Any]) -> Connection[Any]:
    """One invoice with a returned first attempt and a second in a file."""
    second = replace(
        INSTRUCTED, attempt=2, end_to_end_id=EndToEndId("BN-2026-0001.2"), collection_date=SECOND.collection_date
    )
    tell(SIGNED, COMMISSION, PLANNED, TOLD, INSTRUCTED, RETURNED, SECOND, replace(TOLD, attempt=2), second)
    follower.catch_up()
    return connection


@pytest.mark.parametrize(
    ("asked", "attempts"),
    [
        ({"end_to_end_id": "BN-2026-0001.1"}, [1]),
        ({"end_to_end_id": "BN-2026-0001.2"}, [2]),
        ({"end_to_end_id": "BN-2026-0001.3"}, []),
        ({"mandate": M1}, [2, 1]),
        ({"mandate": M1, "collection_date": ON}, [1]),
        ({"mandate": "INC-Z02-1"}, []),
        ({"mandate": M1, "end_to_end_id": "BN-2026-0001.1"}, [1]),
    ],
)
def test_what_the_bank_speaks_of_is_found(told: Connection[Any], asked: dict[str, Any], attempts: list[int]) -> None:
    found = debits.find_collection(told, **asked)
    assert [each.attempt.attempt for each in found] == attempts
    assert {(each.number, each.debtor) for each in found} <= {(NUMBER, "Z01")}
    assert all(each.attempt.amount == Cents(4840) for each in found)


def test_what_was_only_planned_is_not_what_the_bank_speaks_of(
    tell: Tell, follower: Follower, connection: Connection[Any]
) -> None:
    tell(SIGNED, COMMISSION, PLANNED)
    follower.catch_up()
    assert debits.find_collection(connection, mandate=M1) == []
    assert [each.number for each in debits.under_way(connection)] == [NUMBER]
    assert [each.number for each in debits.under_way(connection, ON)] == [NUMBER]
    assert debits.under_way(connection, dt.date(2026, 8, 27)) == []
