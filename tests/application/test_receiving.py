"""Money that came in, on a real PostgreSQL: it pays an invoice once, whatever comes again or at the same time."""

import pytest

from aggregates.samples import day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, kinds
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice_money import PaymentAllocated, PaymentReleased
from selfbill.aggregates.invoice_payments import AllocatedOtherwise, MoreThanOpen, UnknownInvoice
from selfbill.aggregates.payment_decisions import NotAllocatedHere, UnknownPayment
from selfbill.application.office import Done, Outcome
from selfbill.application.payments import take_back_allocation
from selfbill.application.receiving import mark_received
from selfbill.values import Cents, InvoiceNumber, PaymentId

NUMBER = InvoiceNumber("Z01-2026-0001")


@pytest.fixture
def billed(agency_office: SmallAgency) -> SmallAgency:
    """One invoice of 400.00 euros."""
    agency_office.billed(agency_office.approved("P01", hours("2026-07-20")))
    return agency_office


def allocate(
    agency: SmallAgency,
    amount: int,
    payment: str = "1",
    *,
    number: InvoiceNumber = NUMBER,
    command_id: str | None = None,
) -> Outcome:
    return mark_received(
        agency.office,
        number=number,
        payment=PaymentId(payment),
        amount=Cents(amount),
        received_on=day("2026-08-20"),
        command_id=command_id,
    )


def release(agency: SmallAgency, payment: str = "1", command_id: str | None = None) -> Outcome:
    return take_back_allocation(
        agency.office,
        payment=PaymentId(payment),
        number=NUMBER,
        reason="storno",
        on=day("2026-08-24"),
        command_id=command_id,
    )


def test_a_payment_pays_an_invoice_once(billed: SmallAgency) -> None:
    assert isinstance(allocate(billed, 40000), Done)
    assert billed.invoice(NUMBER).open == 0
    assert allocate(billed, 40000) is AlreadyDone
    with pytest.raises(AllocatedOtherwise):
        allocate(billed, 39999)
    assert kinds(billed.events()).count(PaymentAllocated) == 1


def test_what_comes_back_is_open_again_once(billed: SmallAgency) -> None:
    allocate(billed, 15000)
    allocate(billed, 25000, "2")
    assert isinstance(release(billed), Done)
    assert billed.invoice(NUMBER).open == 15000
    with pytest.raises(NotAllocatedHere):
        release(billed)
    assert allocate(billed, 15000) is AlreadyDone
    assert kinds(billed.events()).count(PaymentReleased) == 1


def test_a_command_that_was_carried_out_is_not_judged_again(billed: SmallAgency) -> None:
    allocate(billed, 40000, command_id="pay")
    release(billed, command_id="return")
    allocate(billed, 40000, "2", command_id="pay again")
    assert allocate(billed, 99999, command_id="pay") is AlreadyDone
    assert release(billed, "3", command_id="return") is AlreadyDone


def test_what_is_refused_changes_nothing(billed: SmallAgency) -> None:
    head = billed.streams.head()
    with pytest.raises(UnknownInvoice):
        allocate(billed, 1, number=InvoiceNumber("Z01-2026-0099"))
    with pytest.raises(MoreThanOpen):
        allocate(billed, 40001)
    with pytest.raises(UnknownPayment):
        release(billed)
    assert billed.streams.head() == head


def test_of_two_processes_with_the_same_payment_one_allocates_it(process: Process, billed: SmallAgency) -> None:
    other = process()
    interrupt_before_save(billed, lambda: allocate(other, 40000))
    assert allocate(billed, 40000) is AlreadyDone
    assert billed.invoice(NUMBER).open == 0


def test_two_payments_at_the_same_time_do_not_pay_more_than_is_open(process: Process, billed: SmallAgency) -> None:
    other = process()
    interrupt_before_save(billed, lambda: allocate(other, 25000, "1"))
    with pytest.raises(MoreThanOpen):
        allocate(billed, 25000, "2")
    assert billed.invoice(NUMBER).open == 15000
