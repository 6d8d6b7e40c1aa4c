"""Forgetting a person: nothing personal can be read any more, and everything else stays."""

import datetime as dt
from typing import Any

import pytest

from application.office import SmallAgency
from selfbill.aggregates.catalogue import KINDS, all_events
from selfbill.aggregates.party import CustomerRegistered, PartyForgotten, StillToBeKept
from selfbill.application.forgetting import forget_party

STREAM = "customer:K01"


def test_a_forgotten_person_can_no_longer_be_read_and_the_history_stays(make_store: Any) -> None:
    store = make_store(all_events(), KINDS)
    agency = SmallAgency(store).opened()
    forget_party(agency.office, store, stream=STREAM, reason="verzoek", last_document=None)
    registered, forgotten = [
        recorded.event
        for recorded in make_store(all_events(), KINDS).streams.history(STREAM)
        if isinstance(recorded.event, CustomerRegistered | PartyForgotten)
    ]
    assert isinstance(registered, CustomerRegistered)
    assert registered.details is None
    assert registered.code == "K01"
    assert isinstance(forgotten, PartyForgotten)


def test_who_stands_on_a_recent_invoice_is_not_forgotten(make_store: Any) -> None:
    store = make_store(all_events(), KINDS)
    agency = SmallAgency(store).opened()
    with pytest.raises(StillToBeKept) as refused:
        forget_party(agency.office, store, stream=STREAM, reason="verzoek", last_document=dt.date(2026, 7, 14))
    assert refused.value.sentence() == (
        "K01 kan pas na 31-12-2033 worden vergeten: het laatste document is van 14-07-2026"
        " en moet zeven jaar worden bewaard (art. 52 AWR)."
    )
    assert make_store(all_events(), KINDS).streams.load(STREAM).state.details is not None
