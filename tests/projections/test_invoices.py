"""The invoice list and the open items: given events, then these rows."""

import datetime as dt
from typing import Any

from msgspec.structs import replace
from psycopg import Connection

from projections import happenings as say
from projections.conftest import Tell
from projections.histories import NOON, happened, rows_after
from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.party import Delivery
from selfbill.projections import invoice_lines, invoice_list, open_items
from selfbill.projections.follower import Follower
from selfbill.projections.invoice_lines import InvoiceLines
from selfbill.projections.invoice_list import ListedInvoice, Receipt
from selfbill.projections.open_items import OpenItem
from selfbill.values import Cents, InvoiceNumber, Minutes, PaymentId

INVOICES, OPEN = invoice_list.MODEL, open_items.MODEL
ISSUED = ListedInvoice(
    number=say.number("1"),
    kind="invoice",
    date=say.ISSUED_ON,
    due_date=say.DUE,
    issuer="Z01",
    debtor_kind="customer",
    debtor="K01",
    freelancer=say.Z01,
    customer=say.K01,
    placement=say.P01,
    reference="REF 1",
    payment_reference="RF1",
    period_from=dt.date(2026, 7, 20),
    period_until=dt.date(2026, 7, 24),
    minutes=Minutes(600),
    net=Cents(50000),
    vat=Cents(0),
    total=Cents(50000),
    open=Cents(50000),
    channel=Delivery.EMAIL,
    issued_at=NOON,
    position=1,
)


def test_an_invoice_is_listed_with_its_lines() -> None:
    assert rows_after(INVOICES, say.issued()) == [ISSUED]
    (lines,) = rows_after(invoice_lines.MODEL, say.issued())
    assert lines == InvoiceLines(number=say.number("1"), lines=(say.LINE,))


def test_a_commission_invoice_to_a_freelancer_is_the_agencys() -> None:
    (row,) = rows_after(INVOICES, say.commission("freelancer"))
    assert (row.kind, row.issuer, row.debtor_kind, row.debtor) == ("commission", "agency", "freelancer", "Z01")
    assert (row.freelancer, row.customer, row.placement) == ("Z01", None, None)
    assert (row.net, row.vat, row.total, row.minutes) == (5000, 1050, 6050, 600)
    (lines,) = rows_after(invoice_lines.MODEL, say.commission("freelancer"))
    assert [line.invoice for line in lines.commission_lines] == [say.number("1")]


def test_a_commission_invoice_to_a_customer_is_the_agencys() -> None:
    (row,) = rows_after(INVOICES, say.commission("customer"))
    assert (row.debtor_kind, row.debtor, row.freelancer, row.customer) == ("customer", "K01", None, "K01")


def test_an_invoice_is_sent() -> None:
    later = NOON + dt.timedelta(seconds=3)
    assert rows_after(INVOICES, say.issued(), say.archived(), say.started(), happened(say.sent(), at=later)) == [
        replace(ISSUED, document="ab" * 32, delivery=DeliveryState.SENT, sent_at=later, delivery_attempts=1)
    ]


def test_a_delivery_that_started_has_no_outcome_yet() -> None:
    assert rows_after(INVOICES, say.issued(), say.started()) == [
        replace(ISSUED, delivery=DeliveryState.STARTED, delivery_attempts=1)
    ]


def test_a_failed_delivery_says_why_and_when_it_is_tried_again() -> None:
    assert rows_after(INVOICES, say.issued(), say.started(), say.failed()) == [
        replace(
            ISSUED,
            delivery=DeliveryState.FAILED,
            delivery_attempts=1,
            retry_at=say.LATER,
            last_reason="mailbox full",
        )
    ]


def test_unclear_deliveries_are_counted_and_stay_counted_after_success() -> None:
    told = [say.issued(), say.started(), say.failed(unclear=True)]
    (row,) = rows_after(INVOICES, *told)
    assert (row.delivery, row.unclear_deliveries) == (DeliveryState.UNCLEAR, 1)
    (row,) = rows_after(INVOICES, *told, say.started(attempt=2), say.sent())
    assert (row.delivery, row.unclear_deliveries, row.delivery_attempts) == (DeliveryState.SENT, 1, 2)
    assert (row.last_reason, row.retry_at) == (None, None)


def test_an_invoice_that_is_not_paid_is_open() -> None:
    assert rows_after(OPEN, say.issued(), say.commission("freelancer"), say.started(), say.sent()) == [
        OpenItem(
            number=InvoiceNumber("BN-2026-0001"),
            debtor_kind="freelancer",
            debtor="Z01",
            total=Cents(6050),
            open=Cents(6050),
            due=say.DUE,
            date=say.ISSUED_ON,
            reference="",
            payment_reference="RF2",
            creditor="agency",
        ),
        OpenItem(
            number=say.number("1"),
            debtor_kind="customer",
            debtor="K01",
            total=Cents(50000),
            open=Cents(50000),
            due=say.DUE,
            date=say.ISSUED_ON,
            reference="REF 1",
            payment_reference="RF1",
            creditor="Z01",
        ),
    ]


FIRST = Receipt(PaymentId("1"), Cents(20000), say.PAID_ON)
LATEST = Receipt(PaymentId("2"), Cents(30000), say.LATER.date())


def test_what_was_paid_is_open_no_longer() -> None:
    told = [say.issued(), say.paid(amount=20000, open_after=30000)]
    assert [(row.total, row.open) for row in rows_after(OPEN, *told)] == [(50000, 30000)]
    assert rows_after(INVOICES, *told) == [
        replace(ISSUED, paid=Cents(20000), open=Cents(30000), last_receipt=say.PAID_ON, receipts=(FIRST,))
    ]


def test_an_invoice_is_settled_by_several_payments() -> None:
    earlier = replace(say.paid(payment="2", amount=30000), received_on=LATEST.received_on)
    (row,) = rows_after(INVOICES, say.issued(), say.paid(amount=20000, open_after=30000), earlier)
    assert (row.paid, row.open, row.receipts) == (50000, 0, (FIRST, LATEST))
    assert row.last_receipt == say.PAID_ON


def test_a_payment_that_comes_back_is_open_again_and_says_why() -> None:
    told = [say.issued(), say.paid(amount=20000, open_after=30000), say.paid(payment="2", amount=30000)]
    back = happened(say.paid_back(payment="1", amount=20000, open_after=20000), at=say.LATER)
    (row,) = rows_after(INVOICES, *told, back)
    assert (row.paid, row.open, row.last_receipt) == (30000, 20000, say.PAID_ON)
    assert row.receipts[0] == replace(FIRST, released="storno", released_at=say.LATER)
    (item,) = rows_after(OPEN, *told, back)
    assert item == replace(rows_after(OPEN, say.issued())[0], open=Cents(20000))
    (row,) = rows_after(INVOICES, *told, back, say.paid_back(payment="2", amount=30000))
    assert (row.paid, row.open, row.last_receipt) == (0, 50000, None)


def test_commission_is_paid_like_any_invoice() -> None:
    told = [say.commission("freelancer"), say.commission_paid(amount=6000, open_after=50)]
    assert [row.open for row in rows_after(OPEN, *told)] == [50]
    assert [(row.paid, row.open) for row in rows_after(INVOICES, *told)] == [(6000, 50)]


def test_nothing_is_paid_of_what_was_never_issued() -> None:
    assert rows_after(OPEN, say.paid(), say.paid_back()) == []
    assert rows_after(INVOICES, say.paid(), say.paid_back()) == []


def test_people_find_invoices(follower: Follower, tell: Tell, connection: Connection[Any]) -> None:
    tell(
        say.issued("1"),
        say.issued("2", date=say.ISSUED_ON + dt.timedelta(days=7)),
        say.commission("customer", "1"),
        say.commission("freelancer", "2"),
        say.started("2"),
        say.failed("2", unclear=True),
    )
    follower.catch_up()
    numbers = [each.number for each in invoice_list.of_customer(connection, "K01")]
    assert numbers == [say.number("2"), "BN-2026-0001", say.number("1")]
    numbers = [each.number for each in invoice_list.of_freelancer(connection, "Z01", limit=2)]
    assert numbers == [say.number("2"), "BN-2026-0002"]
    assert invoice_list.by_number(connection, say.number("1")) == ISSUED
    assert invoice_list.by_number(connection, "nothing") is None
    assert [each.number for each in invoice_list.undelivered(connection)] == [say.number("2")]
    assert [each.position for each in invoice_list.all_invoices(connection)] == [1, 2, 3, 4]


def test_people_find_open_items(follower: Follower, tell: Tell, connection: Connection[Any]) -> None:
    tell(say.issued("2"), say.issued("1"), say.commission("freelancer"))
    follower.catch_up()
    numbers = [each.number for each in open_items.of_debtor(connection, "customer", "K01")]
    assert numbers == [say.number("1"), say.number("2")]
    assert [each.number for each in open_items.of_debtor(connection, "freelancer", "Z01")] == ["BN-2026-0001"]
    assert open_items.of_debtor(connection, "freelancer", "K01") == []
    assert open_items.overdue(connection, say.DUE) == []
    assert len(open_items.overdue(connection, say.DUE + dt.timedelta(days=1))) == 3
    assert len(open_items.all_open_items(connection)) == 3


def test_people_find_what_is_settled_only_when_it_is_open_again(
    follower: Follower, tell: Tell, connection: Connection[Any]
) -> None:
    def found() -> list[list[str]]:
        follower.catch_up()
        late = say.DUE + dt.timedelta(days=1)
        return [
            [each.number for each in items]
            for items in (
                open_items.of_debtor(connection, "customer", "K01"),
                open_items.overdue(connection, late),
                open_items.all_open_items(connection),
            )
        ]

    tell(say.issued("1"), say.issued("2"), say.paid("1"), say.paid("2", amount=49999, open_after=1))
    assert found() == [[say.number("2")]] * 3
    tell(say.paid_back("1"))
    assert found() == [[say.number("1"), say.number("2")]] * 3
