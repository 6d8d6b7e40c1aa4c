"""An issued invoice on its way: kept, mailed, sent or not, and its commission billed once."""

from typing import Any

import pytest

from aggregates.samples import K01, P01, WEEK, Z01, at, day
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice import DeliveryState, Invoice, evolve
from selfbill.aggregates.invoice_commission import bill_commission, commission_owed
from selfbill.aggregates.invoice_delivery import archive, record_failure, record_sent, start_delivery
from selfbill.aggregates.invoice_events import (
    CommissionBilled,
    CommissionDue,
    CommissionInvoiced,
    CommissionLine,
    DeliveryFailed,
    DeliveryStarted,
    DocumentArchived,
    InvoiceIssued,
    InvoiceSent,
    Source,
)
from selfbill.aggregates.party import Delivery
from selfbill.aggregates.placement import Arrangement
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import VatTreatment
from selfbill.pricing.vat import VatBlock
from selfbill.values import BasisPoints, Cents, InvoiceNumber, Metres, Minutes, Month

NUMBER, MAIL = InvoiceNumber("Z01-2026-0001"), "<invoice.Z01-2026-0001@example.org>"
HERE: dict[str, Any] = {"number": NUMBER, "message_id": MAIL}
NOW, RETRY_AT, COMMISSION_AT = at("2026-08-11 05:00"), at("2026-08-11 05:05"), at("2026-08-12 05:00")
DUE = (CommissionDue("freelancer", "Z01", Cents(4000)), CommissionDue("customer", "K01", Cents(750)))


def issued(*commission: CommissionDue) -> InvoiceIssued:
    block = VatBlock(VatTreatment.CARE_EXEMPT, Cents(40000), BasisPoints(0), Cents(0))
    return InvoiceIssued(
        number=NUMBER,
        issued_at=NOW,
        date=day("2026-08-11"),
        due=day("2026-09-10"),
        freelancer=Z01,
        freelancer_version=1,
        customer=K01,
        customer_version=1,
        agency_version=3,
        placement=P01,
        placement_version=2,
        arrangement=Arrangement.MEDIATION,
        reference="ZO-93099",
        description="Begeleiding individueel",
        month=Month(2026, 7),
        period_from=day("2026-07-27"),
        period_until=day("2026-07-27"),
        sources=(Source(WEEK, 1),),
        lines=(
            Line(
                "hours",
                WEEK,
                Minutes(480),
                Metres(0),
                BasisPoints(0),
                Cents(5000),
                Cents(40000),
                VatTreatment.CARE_EXEMPT,
            ),
        ),
        minutes=Minutes(480),
        hours_amount=Cents(40000),
        net=Cents(40000),
        vat=(block,),
        vat_total=Cents(0),
        total=Cents(40000),
        payment_reference="RF",
        delivery=Delivery.PORTAL,
        commission=commission,
    )


COMMISSION_INVOICED = CommissionInvoiced(
    number=NUMBER,
    date=day("2026-08-12"),
    due=day("2026-08-26"),
    towards="freelancer",
    party="Z01",
    party_version=1,
    agency_version=3,
    lines=(CommissionLine(NUMBER, P01, day("2026-07-27"), day("2026-07-27"), Minutes(480), Cents(4000)),),
    net=Cents(4000),
    vat=Cents(840),
    total=Cents(4840),
    payment_reference="RF",
    delivery=Delivery.EMAIL,
)
KEPT = DocumentArchived(number=NUMBER, sha256="ab", media_type="application/pdf", size=5)


def given(*events: Event) -> Given[Invoice]:
    return given_events(evolve, Invoice(), events)


def started(attempt: int = 1) -> DeliveryStarted:
    return DeliveryStarted(**HERE, channel=Delivery.PORTAL, attempt=attempt)


def failed(failures: int = 1, *, unclear: bool = False) -> DeliveryFailed:
    return DeliveryFailed(**HERE, reason="mailbox vol", failures=failures, retry_at=RETRY_AT, unclear=unclear)


SENT = InvoiceSent(**HERE, channel=Delivery.PORTAL)
FAILING: dict[str, Any] = {**HERE, "reason": "mailbox vol", "retry_at": RETRY_AT, "unclear": False}


def test_the_bytes_that_are_sent_are_kept_once() -> None:
    keeping: dict[str, Any] = {"number": NUMBER, "sha256": "ab", "media_type": "application/pdf", "size": 5}
    given(issued()).when(archive, **keeping).then_once(KEPT)
    given(issued(), KEPT).when(archive, **{**keeping, "sha256": "cd"}).then_already_done()


def test_a_delivery_starts_on_the_channel_of_the_invoice() -> None:
    given(issued()).when(start_delivery, **HERE, attempt=1, now=NOW).then(started())
    given(COMMISSION_INVOICED).when(start_delivery, **HERE, attempt=1, now=NOW).then(
        DeliveryStarted(**HERE, channel=Delivery.EMAIL, attempt=1)
    )


def test_a_delivery_that_failed_starts_again_with_the_same_mail() -> None:
    given(issued(), started(), failed()).when(start_delivery, **HERE, attempt=2, now=NOW).then(started(2))


def test_a_delivery_without_an_outcome_is_put_down_as_unclear_before_it_starts_again() -> None:
    given(issued(), started()).when(start_delivery, **HERE, attempt=2, now=NOW).then(
        DeliveryFailed(
            **HERE,
            reason="Het programma stopte terwijl de e-mail werd aangeboden; hij kan zijn aangekomen.",
            failures=1,
            retry_at=NOW,
            unclear=True,
        ),
        started(2),
    )


def test_what_was_sent_is_not_sent_again() -> None:
    given(issued(), started(), SENT).when(start_delivery, **HERE, attempt=1, now=NOW).then_already_done()


def test_the_commission_of_a_sent_invoice_becomes_due_at_the_commission_moment() -> None:
    given(issued(*DUE), started()).when(record_sent, **HERE, commission_at=COMMISSION_AT).then_once(
        InvoiceSent(
            **HERE,
            channel=Delivery.PORTAL,
            commission=DUE,
            commission_at=COMMISSION_AT,
            issuing_order="2026-08-11T05:00:00 P01 2026-07 Z01-2026-0001",
        )
    )


def test_an_invoice_without_commission_owes_nothing_when_it_is_sent() -> None:
    given(issued(), started()).when(record_sent, **HERE, commission_at=COMMISSION_AT).then_once(SENT)


def test_a_commission_invoice_owes_no_commission_itself() -> None:
    given(COMMISSION_INVOICED, started()).when(record_sent, **HERE, commission_at=COMMISSION_AT).then_once(
        InvoiceSent(**HERE, channel=Delivery.EMAIL)
    )


@pytest.mark.parametrize(("unclear", "state"), [(False, DeliveryState.FAILED), (True, DeliveryState.UNCLEAR)])
def test_a_delivery_that_fails_or_may_have_failed_stays_due(unclear: bool, state: DeliveryState) -> None:  # noqa: FBT001
    given(issued(), started()).when(record_failure, **{**FAILING, "unclear": unclear}).then_once(
        failed(unclear=unclear)
    )
    invoice = given(issued(), started(), failed(unclear=unclear)).state
    assert (invoice.delivery, invoice.retry_at) == (state, RETRY_AT)


def test_failures_are_counted() -> None:
    given(issued(), started(), failed(), started(2)).when(record_failure, **FAILING).then(failed(2))


def test_a_failure_that_is_told_after_the_mail_was_sent_changes_nothing() -> None:
    given(issued(), started(), SENT).when(record_failure, **FAILING).then_already_done()
    given(issued()).when(record_failure, **FAILING).then_already_done()


# Commission


def test_commission_is_billed_once_towards_each_side() -> None:
    freelancer = CommissionBilled(number=NUMBER, towards="freelancer", commission_invoice=InvoiceNumber("BN-2026-0001"))
    billing: dict[str, Any] = {"number": NUMBER, "commission_invoice": InvoiceNumber("BN-2026-0001")}
    given(issued(*DUE), SENT).when(bill_commission, **billing, towards="freelancer").then_once(freelancer)
    given(issued(*DUE), SENT, freelancer).when(
        bill_commission, number=NUMBER, towards="freelancer", commission_invoice=InvoiceNumber("BN-2026-0099")
    ).then_already_done()
    invoice = given(issued(*DUE), SENT, freelancer).state
    assert commission_owed(invoice, "freelancer") is None
    assert commission_owed(invoice, "customer") == DUE[1]


def test_an_invoice_that_was_not_sent_owes_no_commission_yet() -> None:
    for history in ([issued(*DUE)], [issued(*DUE), started()], [issued(*DUE), started(), failed(unclear=True)]):
        assert commission_owed(given(*history).state, "freelancer") is None


def test_only_customer_invoices_owe_commission_and_only_where_it_was_agreed() -> None:
    assert commission_owed(given(COMMISSION_INVOICED, SENT).state, "freelancer") is None
    assert commission_owed(given(issued(DUE[0]), SENT).state, "customer") is None
    assert commission_owed(Invoice(), "customer") is None
