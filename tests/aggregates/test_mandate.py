"""Nothing is issued in somebody's name without that person's consent on the day."""

import pytest

from aggregates.samples import Z01, day
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.event import Event
from selfbill.aggregates.mandate import (
    Mandate,
    MandateGranted,
    MandateMissing,
    MandateWithdrawn,
    evolve,
    grant,
    holds_on,
    require,
    withdraw,
)
from selfbill.aggregates.periods import PeriodReversed
from selfbill.values import Period

YEAR = Period(day("2026-01-01"), day("2026-12-31"))
FOREVER = Period(day("2027-02-01"))


def given(*events: Event) -> Given[Mandate]:
    return given_events(evolve, Mandate(), events)


def granted(period: Period) -> MandateGranted:
    return MandateGranted(freelancer=Z01, period=period)


def withdrawn(last_day: str) -> MandateWithdrawn:
    return MandateWithdrawn(freelancer=Z01, last_day=day(last_day))


def test_a_freelancer_consents_for_a_period() -> None:
    given().when(grant, freelancer=Z01, period=YEAR).then_once(granted(YEAR))
    given(granted(YEAR)).when(grant, freelancer=Z01, period=FOREVER).then_once(granted(FOREVER))


def test_consent_that_was_taken_back_can_be_given_again() -> None:
    given(granted(YEAR), withdrawn("2026-06-30")).when(grant, freelancer=Z01, period=YEAR).then_once(granted(YEAR))


def test_consent_for_no_day_at_all_is_refused() -> None:
    given().when(grant, freelancer=Z01, period=Period(day("2026-02-01"), day("2026-01-31"))).then_refused(
        PeriodReversed,
        "De periode van 01-02-2026 tot en met 31-01-2026 eindigt voordat zij begint.",
        "The period from 2026-02-01 up to and including 2026-01-31 ends before it begins.",
    )


def test_consent_is_taken_back_after_a_last_day() -> None:
    given(granted(YEAR)).when(withdraw, last_day=day("2026-06-30")).then_once(withdrawn("2026-06-30"))


def test_consent_that_is_taken_back_on_its_first_day_held_that_day() -> None:
    mandate = given(granted(YEAR), withdrawn("2026-01-01")).state
    assert holds_on(mandate, day("2026-01-01"))
    assert not holds_on(mandate, day("2026-01-02"))


def test_there_is_nothing_to_take_back_after_the_last_day_of_consent() -> None:
    given().when(withdraw, last_day=day("2026-06-30")).then_already_done()
    given(granted(YEAR)).when(withdraw, last_day=day("2026-12-31")).then_already_done()


def test_taking_back_ends_what_runs_and_drops_what_would_follow() -> None:
    mandate = given(granted(YEAR), granted(FOREVER), withdrawn("2026-06-30")).state
    assert mandate.periods == (Period(day("2026-01-01"), day("2026-06-30")),)


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        ("2025-12-31", False),
        ("2026-01-01", True),
        ("2026-12-31", True),
        ("2027-01-01", False),
        ("2027-02-01", True),
        ("2099-01-01", True),
    ],
)
def test_consent_holds_from_its_first_up_to_and_including_its_last_day(on: str, holds: bool) -> None:  # noqa: FBT001
    assert holds_on(given(granted(YEAR), granted(FOREVER)).state, day(on)) is holds


def test_an_invoice_without_consent_on_its_date_is_refused() -> None:
    require(given(granted(YEAR)).state, freelancer=Z01, day=day("2026-08-11"))
    with pytest.raises(MandateMissing) as refusal:
        require(Mandate(), freelancer=Z01, day=day("2026-08-11"))
    assert (
        refusal.value.sentence()
        == "Z01 heeft op 11-08-2026 geen geldige factureringsmachtiging gegeven. Leg een machtiging vast; de uren blijven staan."
    )
    assert (
        refusal.value.sentence("en")
        == "Z01 gave no billing mandate that holds on 2026-08-11. Record a mandate; the hours stay due."
    )
