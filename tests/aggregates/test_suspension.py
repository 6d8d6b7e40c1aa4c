"""A debtor who is left alone, for a reason and until a date."""

from typing import Any

from aggregates.samples import day
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.event import Event
from selfbill.aggregates.suspension import (
    CollectionResumed,
    CollectionSuspended,
    CollectionTakenUp,
    DebtorCollection,
    NotSuspended,
    SuspensionOver,
    SuspensionWithoutReason,
    evolve,
    mark_taken_up,
    resume,
    suspend,
)
from selfbill.aggregates.texts import CitizenNumber

TODAY = day("2026-09-01")
SUSPENDED = CollectionSuspended(code="K01", reason="regeling", until=day("2026-09-30"))
RESUMED = CollectionResumed(code="K01")


def given(*events: Event) -> Given[DebtorCollection]:
    return given_events(evolve, DebtorCollection(), events)


def suspending(**changes: Any) -> dict[str, Any]:
    return {"code": "K01", "reason": "regeling", "until": day("2026-09-30"), "today": TODAY, **changes}


def test_a_debtor_is_suspended_once_and_anew_with_another_date_or_reason() -> None:
    given().when(suspend, **suspending()).then_once(SUSPENDED)
    later = CollectionSuspended(code="K01", reason="regeling", until=day("2026-10-31"))
    given(SUSPENDED).when(suspend, **suspending(until=day("2026-10-31"))).then_once(later)
    given(SUSPENDED, RESUMED).when(suspend, **suspending()).then_once(SUSPENDED)


def test_until_today_is_still_something_and_until_yesterday_is_not() -> None:
    today = CollectionSuspended(code="K01", reason="regeling", until=TODAY)
    given().when(suspend, **suspending(until=TODAY)).then_once(today)
    given().when(suspend, **suspending(until=day("2026-08-31"))).then_refused(
        SuspensionOver,
        "De incasso van K01 kan niet worden opgeschort tot en met 31-08-2026: die dag is voorbij.",
        "The collection of K01 cannot be suspended until 2026-08-31: that day has passed.",
    )


def test_a_suspension_says_why_and_holds_no_citizen_number() -> None:
    given().when(suspend, **suspending(reason=" ")).then_refused(
        SuspensionWithoutReason,
        "Wie de incasso van K01 opschort, schrijft erbij waarom.",
        "Suspending the collection of K01 needs a reason.",
    )
    given().when(suspend, **suspending(reason="BSN 111222333")).then_refused(CitizenNumber)


def test_a_suspension_is_lifted_once_and_only_while_it_holds() -> None:
    given(SUSPENDED).when(resume, code="K01", today=TODAY).then_once(RESUMED)
    given(SUSPENDED).when(resume, code="K01", today=day("2026-09-30")).then_once(RESUMED)
    given(SUSPENDED).when(resume, code="K01", today=day("2026-10-01")).then_refused(NotSuspended)
    given().when(resume, code="K01", today=TODAY).then_refused(
        NotSuspended, "De incasso van K01 is niet opgeschort.", "The collection of K01 is not suspended."
    )


def test_only_the_last_decision_is_taken_up() -> None:
    given(SUSPENDED, RESUMED).when(mark_taken_up, code="K01", revision=1).then_already_done()
    given(SUSPENDED, RESUMED).when(mark_taken_up, code="K01", revision=2).then_once(
        CollectionTakenUp(code="K01", revision=2)
    )
