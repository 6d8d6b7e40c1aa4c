"""Money on an issued invoice: allocated until nothing is open, and open again when it is taken back."""

from typing import Any

import pytest

from aggregates.samples import K01, Z01, day
from aggregates.test_invoice import COMMISSION_INVOICED, DUE, NUMBER, SENT, given, issued, started
from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.invoice_money import PaymentAllocated, PaymentReleased
from selfbill.aggregates.invoice_payments import (
    AllocatedOtherwise,
    MoreThanOpen,
    NothingAllocated,
    ReleaseWithoutReason,
    UnknownInvoice,
    allocate_payment,
    release_payment,
)
from selfbill.aggregates.texts import CitizenNumber
from selfbill.values import Cents, PaymentId

FIRST, SECOND = PaymentId("2026-09/1"), PaymentId("2026-09/2")
RECEIVED_ON = day("2026-09-01")
RETURNED_ON = day("2026-09-05")
FROM_K01: dict[str, Any] = {"towards": "customer", "debtor": K01, "freelancer": Z01}


def paying(amount: int, payment: PaymentId = FIRST) -> dict[str, Any]:
    return {"number": NUMBER, "payment": payment, "amount": Cents(amount), "received_on": RECEIVED_ON}


def allocated(amount: int, open_after: int, payment: PaymentId = FIRST) -> PaymentAllocated:
    return PaymentAllocated(**paying(amount, payment), open_after=Cents(open_after), **FROM_K01)


def releasing(payment: PaymentId = FIRST, reason: str = "storno MD06") -> dict[str, Any]:
    return {"number": NUMBER, "payment": payment, "reason": reason, "on": RETURNED_ON}


def released(amount: int, open_after: int, payment: PaymentId = FIRST) -> PaymentReleased:
    return PaymentReleased(**releasing(payment), amount=Cents(amount), open_after=Cents(open_after), **FROM_K01)


def test_an_invoice_is_open_for_its_total_until_it_is_paid() -> None:
    assert given(issued()).state.open == 40000
    given(issued()).when(allocate_payment, **paying(40000)).then_once(allocated(40000, open_after=0))
    assert given(issued(), allocated(40000, open_after=0)).state.open == 0


def test_an_invoice_is_paid_in_parts() -> None:
    part = allocated(15000, open_after=25000)
    given(issued()).when(allocate_payment, **paying(15000)).then_once(part)
    given(issued(), part).when(allocate_payment, **paying(25000, SECOND)).then_once(
        allocated(25000, open_after=0, payment=SECOND)
    )


def test_commission_is_paid_by_the_side_that_owes_it() -> None:
    given(COMMISSION_INVOICED).when(allocate_payment, **paying(4840)).then_once(
        PaymentAllocated(**paying(4840), open_after=Cents(0), towards="freelancer", debtor=Z01)
    )


@pytest.mark.parametrize("amount", [25001, 40000])
def test_no_more_is_allocated_than_is_open(amount: int) -> None:
    given(issued(), allocated(15000, open_after=25000)).when(allocate_payment, **paying(amount, SECOND)).then_refused(
        MoreThanOpen
    )


def test_who_is_refused_reads_how_much_is_open() -> None:
    given(issued()).when(allocate_payment, **paying(40001)).then_refused(
        MoreThanOpen,
        "Van factuur Z01-2026-0001 staat 400,00 euro open; 400,01 euro kan er niet op worden geboekt.",
        "Of invoice Z01-2026-0001 400,00 euros are open; 400,01 euros cannot be allocated on it.",
    )


def test_nothing_is_paid_of_an_invoice_that_was_never_issued() -> None:
    given().when(allocate_payment, **paying(1)).then_refused(
        UnknownInvoice,
        "Factuur Z01-2026-0001 bestaat niet bij dit bureau.",
        "This agency has no invoice Z01-2026-0001.",
    )
    given().when(release_payment, **releasing()).then_refused(UnknownInvoice)


def test_the_same_payment_with_another_amount_is_a_mistake() -> None:
    given(issued(), allocated(15000, open_after=25000)).when(allocate_payment, **paying(15001)).then_refused(
        AllocatedOtherwise,
        "Betaling 2026-09/1 is al op factuur Z01-2026-0001 geboekt, voor 150,00 euro en niet voor 150,01 euro.",
        "Payment 2026-09/1 was allocated on invoice Z01-2026-0001 before, for 150,00 euros and not for 150,01 euros.",
    )


def test_what_comes_back_is_open_again() -> None:
    paid = [issued(), allocated(15000, open_after=25000), allocated(25000, open_after=0, payment=SECOND)]
    back = released(15000, open_after=15000)
    given(*paid).when(release_payment, **releasing()).then_once(back)
    given(*paid, back).when(release_payment, **releasing(SECOND)).then_once(
        released(25000, open_after=40000, payment=SECOND)
    )


def test_what_was_released_is_not_allocated_by_a_message_that_comes_again() -> None:
    back = given(issued(), allocated(40000, open_after=0), released(40000, open_after=40000))
    back.when(allocate_payment, **paying(40000)).then_already_done()
    back.when(allocate_payment, **paying(40000, SECOND)).then_once(allocated(40000, open_after=0, payment=SECOND))


def test_only_what_was_allocated_is_released() -> None:
    given(issued(), allocated(15000, open_after=25000)).when(release_payment, **releasing(SECOND)).then_refused(
        NothingAllocated,
        "Op factuur Z01-2026-0001 is niets van betaling 2026-09/2 geboekt.",
        "Nothing of payment 2026-09/2 is allocated on invoice Z01-2026-0001.",
    )


def test_a_release_says_why() -> None:
    paid = given(issued(), allocated(40000, open_after=0))
    paid.when(release_payment, **releasing(reason=" ")).then_refused(
        ReleaseWithoutReason,
        "Wie betaling 2026-09/1 van factuur Z01-2026-0001 afhaalt, schrijft erbij waarom.",
        "Releasing payment 2026-09/1 from invoice Z01-2026-0001 needs a reason.",
    )
    paid.when(release_payment, **releasing(reason="BSN 111222333")).then_refused(CitizenNumber)


def test_a_payment_leaves_the_delivery_as_it_is() -> None:
    invoice = given(issued(*DUE), started(), SENT, allocated(40000, open_after=0)).state
    assert (invoice.delivery, invoice.issued) == (DeliveryState.SENT, issued(*DUE))
