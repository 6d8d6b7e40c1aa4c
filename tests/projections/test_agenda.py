"""The agenda: given events, then exactly these items."""

import datetime as dt
from typing import Any

import pytest
from psycopg import Connection

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import FOLDS, NOON, happened, rows_after
from selfbill.aggregates.invoice_events import DeliveryStarted
from selfbill.projections.agenda import (
    AgendaFold,
    AgendaItem,
    Put,
    Take,
    agenda_model,
    item,
    list_agenda,
    next_due,
    next_items,
)

AGENDA = agenda_model(FOLDS)
HOUR = dt.timedelta(hours=1)
ASK = AgendaItem(
    policy="ask approval",
    subject="P01/2026-W30",
    due=NOON,
    group_key="K01",
    stream="timesheet:P01:2026-W30",
    data={"attempt": 1},
    failures=0,
    reason=None,
    since=NOON,
    position=1,
)
REMIND = AgendaItem(
    policy="remind approval",
    subject="P01/2026-W30",
    due=say.LATER,
    group_key="K01",
    stream="timesheet:P01:2026-W30",
    data={},
    failures=0,
    reason="nobody decided",
    since=NOON,
    position=1,
)


def test_an_event_puts_items_there() -> None:
    assert rows_after(AGENDA, say.submitted()) == [ASK, REMIND]


def test_an_event_takes_items_off_again() -> None:
    assert rows_after(AGENDA, say.submitted(), say.approved()) == []


def test_taking_what_is_not_there_does_nothing() -> None:
    assert rows_after(AGENDA, say.sent(), say.approved()) == []


def test_putting_again_replaces() -> None:
    later = happened(say.started(attempt=2), at=NOON + HOUR)
    (row,) = rows_after(AGENDA, say.started(), later)
    assert (row.due, row.failures, row.since, row.position) == (NOON + HOUR, 2, NOON + HOUR, 2)


def test_policies_hear_only_what_they_listen_to_and_the_last_one_has_the_last_word() -> None:
    heard = AgendaFold(
        (DeliveryStarted,), lambda _: [Take("watch delivery", say.number("1")), Put("b", "2", NOON, "", "")]
    )
    assert [row.policy for row in rows_after(agenda_model([*FOLDS, heard]), say.started())] == ["b"]
    assert [row.policy for row in rows_after(agenda_model([heard, *FOLDS]), say.started())] == ["b", "watch delivery"]
    assert rows_after(agenda_model([heard]), say.submitted(), say.approved()) == []


@pytest.fixture
def agenda(make_follower: MakeFollower, tell: Tell) -> None:
    """Three deliveries to watch, due at noon, noon and an hour later; one request and one reminder."""
    follower = make_follower([AGENDA])
    tell(
        say.started("2"),
        happened(say.started("3"), at=NOON + HOUR),
        say.started("1"),
        happened(say.submitted(), at=NOON - HOUR),
    )
    follower.catch_up()


def subjects(items: list[AgendaItem]) -> list[tuple[str, str]]:
    return [(each.policy, each.subject.removeprefix("Z01-2026-000")) for each in items]


@pytest.mark.usefixtures("agenda")
def test_the_next_moment_is_that_of_the_earliest_item(connection: Connection[Any]) -> None:
    assert next_due(connection, ["watch delivery", "ask approval"]) == NOON - HOUR
    assert next_due(connection, ["watch delivery"]) == NOON
    assert next_due(connection, ["watch delivery"], until=NOON - HOUR) is None
    assert next_due(connection, ["another"]) is None


@pytest.mark.usefixtures("agenda")
def test_the_next_items_are_those_of_the_first_policy_at_the_earliest_moment(connection: Connection[Any]) -> None:
    policies = ["remind approval", "watch delivery", "ask approval"]
    assert subjects(next_items(connection, policies, say.LATER)) == [("ask approval", ASK.subject)]
    left = [("ask approval", ASK.subject)]
    assert subjects(next_items(connection, policies, say.LATER, leaving_out=left)) == [
        ("watch delivery", "1"),
        ("watch delivery", "2"),
    ]
    left.append(("watch delivery", say.number("1")))
    assert subjects(next_items(connection, policies, say.LATER, leaving_out=left)) == [("watch delivery", "2")]
    assert next_items(connection, policies, NOON - 2 * HOUR) == []


@pytest.mark.usefixtures("agenda")
def test_staff_look_at_the_agenda(connection: Connection[Any]) -> None:
    assert [each.due for each in list_agenda(connection)] == [NOON - HOUR, NOON, NOON, NOON + HOUR, say.LATER]
    assert subjects(list_agenda(connection, policy="ask approval")) == [("ask approval", ASK.subject)]
    assert len(list_agenda(connection, group_key="K01")) == 2
    assert len(list_agenda(connection, stream=ASK.stream)) == 2
    assert len(list_agenda(connection, until=NOON)) == 3
    assert subjects(list_agenda(connection, only_held=True)) == [("remind approval", REMIND.subject)]
    assert len(list_agenda(connection, limit=1)) == 1


@pytest.mark.usefixtures("agenda")
def test_one_item_is_found(connection: Connection[Any]) -> None:
    found = item(connection, "ask approval", ASK.subject)
    assert found is not None
    assert (found.data, found.due) == ({"attempt": 1}, NOON - HOUR)
    assert item(connection, "ask approval", "P02/2026-W30") is None
