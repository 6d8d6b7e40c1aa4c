"""Collection and suspensions: given events, then these rows, and what people ask of them."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from psycopg import Connection

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import NOON, happened, rows_after
from selfbill.aggregates.collection import (
    CollectionCostClaimed,
    CollectionCostWaived,
    CollectionPlanned,
    DisputeSettled,
    HandedOver,
    HandOverDue,
    InvoiceDisputed,
    ReminderFailed,
    ReminderSent,
    Step,
)
from selfbill.aggregates.suspension import CollectionResumed, CollectionSuspended
from selfbill.policies.all import POLICIES
from selfbill.projections import collection, suspensions
from selfbill.projections.agenda import agenda_model
from selfbill.projections.collection import CollectedInvoice
from selfbill.projections.suspensions import SuspendedDebtor
from selfbill.values import Cents

ON, UNTIL = dt.date(2026, 9, 3), dt.date(2026, 9, 17)
ISSUED = CollectedInvoice(say.number("1"), "Z01", "customer", "K01", say.DUE, Cents(50000))
AGENDA = agenda_model([policy.fold for policy in POLICIES])
COLLECTING = ("payment_reminder", "payment_demand", "end_term", "plan_collection")


def planned(step: Step | None, at: dt.datetime | None = say.LATER, *, held: str = "", sequence: str = "1") -> Any:
    return CollectionPlanned(number=say.number(sequence), group="Z01>customer:K01", step=step, at=at, held=held)


def reminded(step: Any = "reminder", cost: int = 0, sequence: str = "1") -> ReminderSent:
    return ReminderSent(
        number=say.number(sequence),
        step=step,
        message_id=say.MESSAGE,
        on=ON,
        open=Cents(50000),
        term_until=UNTIL if step == "demand" else None,
        cost=Cents(cost),
    )


def failed(retry_at: dt.datetime | None = say.LATER) -> ReminderFailed:
    return ReminderFailed(
        number=say.number("1"),
        group="Z01>customer:K01",
        step="reminder",
        message_id=say.MESSAGE,
        reason="mailbox full",
        failures=2,
        retry_at=retry_at,
        unclear=True,
    )


CLAIMED = CollectionCostClaimed(number=say.number("1"), principal=Cents(50000), cost=Cents(7500), on=ON)
READY = HandOverDue(number=say.number("1"), principal=Cents(50000), on=ON)


def row(*events: Any) -> CollectedInvoice:
    (only,) = rows_after(collection.MODEL, say.issued(), *events)
    return only


@pytest.mark.parametrize(
    ("events", "changed"),
    [
        ([], {}),
        ([say.sent()], {"is_sent": True}),
        ([planned("reminder")], {"next_step": "reminder", "next_at": say.LATER}),
        ([planned("reminder", held="Betwist")], {"next_step": "reminder", "next_at": say.LATER, "held": "Betwist"}),
        ([planned("reminder"), planned(None, None)], {}),
        ([planned("reminder"), say.paid()], {"open": 0}),
        ([planned("reminder"), say.paid(amount=1, open_after=49999)],
         {"open": 49999, "next_step": "reminder", "next_at": say.LATER}),
        ([planned("reminder"), say.paid(), say.paid_back()], {"open": 50000}),
        ([planned("reminder"), reminded()], {"stage": "reminder", "stage_on": ON}),
        ([reminded("demand", 7500)],
         {"stage": "demand", "stage_on": ON, "term_until": UNTIL, "announced_cost": 7500}),
        ([failed()],
         {"next_step": "reminder", "next_at": say.LATER, "held": "mailbox full", "failures": 2, "unclear_mails": 1}),
        ([failed(None)], {"failures": 2, "unclear_mails": 1}),
        ([CLAIMED, READY], {"stage": "hand_over", "stage_on": ON, "cost": 7500}),
        ([CLAIMED, CollectionCostWaived(number=say.number("1"), cost=Cents(7500), reason="x", on=ON)], {}),
        ([READY, HandedOver(number=say.number("1"), to="Incasso", on=ON)],
         {"stage": "handed_over", "stage_on": ON, "handed_over_to": "Incasso"}),
        ([InvoiceDisputed(number=say.number("1"), reason="uren", until=UNTIL)],
         {"disputed": "uren", "disputed_until": UNTIL}),
        ([InvoiceDisputed(number=say.number("1"), reason="uren", until=UNTIL), DisputeSettled(number=say.number("1"))],
         {}),
    ],
)  # fmt: skip
def test_how_far_an_invoice_is(events: list[Any], changed: dict[str, Any]) -> None:
    assert row(*events) == msgspec.structs.replace(ISSUED, **changed)


def test_commission_is_owed_to_the_agency() -> None:
    (only,) = rows_after(collection.MODEL, say.commission("freelancer"))
    assert (only.creditor, only.debtor_kind, only.debtor, only.open) == ("agency", "freelancer", "Z01", 6050)


def test_what_happens_to_an_invoice_that_was_never_issued_is_nobodys() -> None:
    assert rows_after(collection.MODEL, planned("reminder"), reminded()) == []


SUSPENDED = CollectionSuspended(code="K01", reason="regeling", until=UNTIL)


def test_a_suspension_stands_with_its_debtor_until_it_is_lifted() -> None:
    debtor = SuspendedDebtor("customer", "K01", "regeling", UNTIL, NOON, "staff:anna")
    of_freelancer = happened(CollectionSuspended(code="Z01", reason="ziek", until=UNTIL), stream="freelancer:Z01")
    assert rows_after(suspensions.MODEL, SUSPENDED) == [debtor]
    assert [each.debtor_kind for each in rows_after(suspensions.MODEL, SUSPENDED, of_freelancer)] == [
        "customer",
        "freelancer",
    ]
    assert rows_after(suspensions.MODEL, SUSPENDED, CollectionResumed(code="K01")) == []


@pytest.fixture
def told(make_follower: MakeFollower, tell: Tell) -> None:
    """One to hand over, one planned, one paid, one only issued, one of commission that is planned."""
    tell(
        say.issued("1"), say.sent("1"), CLAIMED, READY,
        say.issued("2"), say.sent("2"), planned("reminder", sequence="2"),
        say.issued("3"), say.sent("3"), planned("reminder", sequence="3"), say.paid("3"),
        say.issued("4"),
        say.commission("freelancer"),
        SUSPENDED,
    )  # fmt: skip
    make_follower([collection.MODEL, suspensions.MODEL]).catch_up()


@pytest.mark.usefixtures("told")
def test_staff_see_what_is_collected_and_what_to_hand_over(connection: Connection[Any]) -> None:
    assert [each.number[-1] for each in collection.being_collected(connection)] == ["1", "2"]
    assert [each.number[-1] for each in collection.being_collected(connection, only_for_hand_over=True)] == ["1"]
    assert len(collection.being_collected(connection, debtor_kind="customer", debtor="K01")) == 2
    assert collection.being_collected(connection, debtor_kind="freelancer", debtor="Z01") == []
    assert len(collection.being_collected(connection, limit=1)) == 1


@pytest.mark.usefixtures("told")
def test_what_is_sent_and_open_is_planned(connection: Connection[Any]) -> None:
    assert collection.to_plan(connection) == [say.number("2")]
    assert collection.to_plan(connection, debtor_kind="customer", debtor="K01") == [say.number("2")]
    assert collection.to_plan(connection, debtor_kind="customer", debtor="K02") == []


@pytest.mark.usefixtures("told")
def test_a_suspension_is_in_force_up_to_and_including_its_date(connection: Connection[Any]) -> None:
    assert [each.debtor for each in suspensions.in_force(connection, UNTIL)] == ["K01"]
    assert suspensions.in_force(connection, UNTIL + dt.timedelta(days=1)) == []
    assert suspensions.in_force(connection, UNTIL, "K02") == []


def items(*events: Any) -> list[tuple[str, str, str | None]]:
    """What these events leave on the agenda about collecting."""
    rows = [each for each in rows_after(AGENDA, *events) if each.policy in COLLECTING]
    return [(each.policy, each.subject, each.reason) for each in rows]


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([planned("reminder")], [("payment_reminder", say.number("1"), None)]),
        ([planned("reminder", held="Betwist")], [("payment_reminder", say.number("1"), "Betwist")]),
        ([planned("reminder"), planned("demand")], [("payment_demand", say.number("1"), None)]),
        ([planned("demand"), planned("hand_over")], [("end_term", say.number("1"), None)]),
        ([planned("reminder"), planned(None, None)], []),
        ([planned("reminder"), failed()], [("payment_reminder", say.number("1"), "mailbox full")]),
        ([planned("reminder"), failed(None)], []),
        ([planned("reminder"), reminded()], []),
        ([planned("hand_over"), READY], []),
        ([planned("reminder"), say.paid()], []),
        ([planned("reminder"), say.paid(open_after=1)], [("payment_reminder", say.number("1"), None)]),
        ([say.paid(), say.paid_back()], [("plan_collection", say.number("1"), None)]),
        ([say.paid(), say.paid_back(), planned("reminder")], [("payment_reminder", say.number("1"), None)]),
        ([say.paid(), say.paid_back(), say.paid(payment="2")], []),
        ([SUSPENDED], [("plan_collection", "customer:K01", None)]),
    ],
)
def test_the_agenda_of_collecting(events: list[Any], left: list[tuple[str, str, str | None]]) -> None:
    assert items(*events) == left
