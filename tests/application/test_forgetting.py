"""Forgetting a person: nothing personal can be read any more, and everything else stays."""

import datetime as dt
from typing import Any

import pytest

from aggregates.samples import day
from application.office import SmallAgency
from projections.histories import fold, history
from selfbill.aggregates.catalogue import KINDS, all_events, payment_stream
from selfbill.aggregates.party import CustomerRegistered, PartyForgotten, StillToBeKept
from selfbill.aggregates.payment_events import PaymentDetails, PaymentForgotten, PaymentReceived
from selfbill.application.forgetting import forget_party
from selfbill.projections import payments
from selfbill.store.streams import Change
from selfbill.values import Cents, PaymentId

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


def test_what_the_bank_said_of_a_forgotten_payer_goes_too(make_store: Any) -> None:
    store = make_store(all_events(), KINDS)
    agency = SmallAgency(store).opened()
    name = PaymentId("a1b2")
    received = PaymentReceived(
        payment=name,
        owner="Z01",
        amount=Cents(100),
        booked=day("2026-07-20"),
        valued=day("2026-07-20"),
        details=PaymentDetails(name="A. Visser"),
    )
    store.streams.save([Change(payment_stream(name), 0, [received])], at=agency.clock.now(), by="test", cause="test")
    for _ in range(2):
        forget_party(agency.office, store, stream=STREAM, reason="verzoek", last_document=None, payments=[name])
    first, second = (each.event for each in make_store(all_events(), KINDS).streams.history(payment_stream(name)))
    assert isinstance(first, PaymentReceived)
    assert (first.details, first.amount) == (None, 100)
    assert isinstance(second, PaymentForgotten)
    rows = fold(payments.MODEL, [*history(received, second)])
    (row,) = rows.values()
    assert (row.name, row.text, row.amount) == (None, None, 100)
