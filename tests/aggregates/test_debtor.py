"""Of a debtor's mandates one counts at a time: the last."""

import pytest

from aggregates.samples import Z01, day
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.debtor import (
    DebitMandateGiven,
    DebitMandateRunning,
    Debtor,
    NoDebitMandate,
    current_mandate,
    evolve,
    give,
)
from selfbill.aggregates.direct_debit_mandate import DebitMandate
from selfbill.aggregates.event import Event
from selfbill.values import MandateId

M1, M2 = MandateId("INC-Z01-1"), MandateId("INC-Z01-2")
GIVEN = DebitMandateGiven(towards="freelancer", debtor=Z01, mandate=M1)


def given(*events: Event) -> Given[Debtor]:
    return given_events(evolve, Debtor(), events)


def test_the_first_mandate_counts() -> None:
    given().when(give, towards="freelancer", code=Z01, mandate=M1, current=None).then_once(GIVEN)
    assert current_mandate(given(GIVEN).state, Z01) == M1


def test_a_new_one_takes_the_place_of_one_that_ended() -> None:
    ended = DebitMandate(mandate=M1, ended_on=day("2026-08-01"))
    second = DebitMandateGiven(towards="freelancer", debtor=Z01, mandate=M2)
    given(GIVEN).when(give, towards="freelancer", code=Z01, mandate=M2, current=ended).then_once(second)
    assert current_mandate(given(GIVEN, second).state, Z01) == M2


def test_two_at_once_are_refused() -> None:
    given(GIVEN).when(give, towards="freelancer", code=Z01, mandate=M2, current=DebitMandate(mandate=M1)).then_refused(
        DebitMandateRunning,
        "Z01 heeft al machtiging INC-Z01-1. Wijzig daarvan de rekening (amend), of trek haar eerst in (revoke).",
        "Z01 has mandate INC-Z01-1 already. Change its account (amend), or revoke it first.",
    )


def test_who_gave_none_is_not_collected_from() -> None:
    with pytest.raises(NoDebitMandate) as refusal:
        current_mandate(Debtor(), Z01)
    assert refusal.value.sentence() == (
        "Z01 heeft geen incassomachtiging gegeven. Leg er een vast met: selfbill debit mandate sign Z01."
    )
    assert refusal.value.sentence("en") == (
        "Z01 gave no direct debit mandate. Record one with: selfbill debit mandate sign Z01."
    )
