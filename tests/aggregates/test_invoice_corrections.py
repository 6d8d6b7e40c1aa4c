"""Setting off and writing off: between the same two, never more than either side has, and never without a reason."""

from typing import Any

import msgspec
import pytest

from aggregates.samples import K01, day
from aggregates.test_invoice import COMMISSION_INVOICED, issued
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice import Invoice, evolve
from selfbill.aggregates.invoice_corrections import (
    MoreThanBalance,
    NoCreditBalance,
    NotAnAmount,
    NothingToWriteOff,
    NothingWrittenOff,
    OtherDebtor,
    OtherIssuer,
    WriteOffWithoutReason,
    reverse_write_off,
    settle,
    write_off,
)
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.invoice_money import CreditSettled, InvoiceWrittenOff, PaymentAllocated, WriteOffReversed
from selfbill.aggregates.invoice_payments import MoreThanOpen, UnknownInvoice
from selfbill.aggregates.texts import CitizenNumber
from selfbill.refusals import Refusal
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber, PaymentId

NUMBER, OTHER = InvoiceNumber("Z01-2026-0001"), InvoiceNumber("Z01-2026-0009")
ON = day("2026-09-01")
SIDES: dict[str, Any] = {"towards": "customer", "debtor": K01, "freelancer": FreelancerCode("Z01")}


def given(*events: Event) -> Given[Invoice]:
    return given_events(evolve, Invoice(), events)


def overpaid(by: int) -> tuple[Event, ...]:
    """The invoice of 400 euros, on which so much too much was paid."""
    paid = PaymentAllocated(
        number=NUMBER,
        payment=PaymentId("1"),
        amount=Cents(40000 + by),
        received_on=ON,
        open_after=Cents(-by),
        **SIDES,
    )
    return issued(), paid


def other(**facts: Any) -> InvoiceIssued:
    return msgspec.structs.replace(issued(), **{"number": OTHER, **facts})


def settled(amount: int | None, *, balance: int = 5000) -> Any:
    return given(*overpaid(balance)).when(
        settle,
        target=given(other()).state,
        number=NUMBER,
        against=OTHER,
        amount=None if amount is None else Cents(amount),
        on=ON,
    )


def both(amount: int, balance: int = 5000) -> tuple[CreditSettled, CreditSettled]:
    return (
        CreditSettled(
            number=NUMBER, against=OTHER, amount=Cents(-amount), on=ON, open_after=Cents(amount - balance), **SIDES
        ),
        CreditSettled(
            number=OTHER, against=NUMBER, amount=Cents(amount), on=ON, open_after=Cents(40000 - amount), **SIDES
        ),
    )


@pytest.mark.parametrize(("asked", "balance", "amount"), [(None, 5000, 5000), (1500, 5000, 1500), (None, 50000, 40000)])
def test_a_balance_pays_another_invoice_as_far_as_both_allow(asked: int | None, balance: int, amount: int) -> None:
    settled(asked, balance=balance).then(*both(amount, balance))


def test_what_was_set_off_leaves_both_with_the_rest() -> None:
    given_side, received = both(1500)
    assert given(*overpaid(5000), given_side).state.open == -3500
    assert given(other(), received).state.open == 38500


@pytest.mark.parametrize(
    ("amount", "balance", "reason"),
    [
        (5001, 5000, MoreThanBalance),
        (40001, 50000, MoreThanOpen),
        (0, 5000, NotAnAmount),
        (-1, 5000, NotAnAmount),
        (None, 0, NoCreditBalance),
    ],
)
def test_no_more_is_set_off_than_either_side_has(amount: int | None, balance: int, reason: type[Refusal]) -> None:
    settled(amount, balance=balance).then_refused(reason)


OTHERS: dict[str, tuple[tuple[Event, ...], type[Refusal]]] = {
    "nothing": ((), UnknownInvoice),
    "another debtor's": ((other(customer=CustomerCode("K02")),), OtherDebtor),
    "another freelancer's": ((other(freelancer=FreelancerCode("Z02")),), OtherIssuer),
    "the agency's to the freelancer": ((COMMISSION_INVOICED,), OtherDebtor),
    "the agency's to the customer": (
        (msgspec.structs.replace(COMMISSION_INVOICED, towards="customer", party="K01"),),
        OtherIssuer,
    ),
}


@pytest.mark.parametrize(("events", "reason"), OTHERS.values(), ids=list(OTHERS))
def test_only_debts_between_the_same_two_are_set_off(events: tuple[Event, ...], reason: type[Refusal]) -> None:
    given(*overpaid(5000)).when(
        settle, target=given(*events).state, number=NUMBER, against=OTHER, amount=None, on=ON
    ).then_refused(reason)


def written(amount: int, open_after: int) -> InvoiceWrittenOff:
    return InvoiceWrittenOff(
        number=NUMBER, amount=Cents(amount), reason="Failliet", on=ON, open_after=Cents(open_after), **SIDES
    )


def giving_up(*events: Event, amount: int | None = None, reason: str = " Failliet ") -> Any:
    return given(*events).when(
        write_off, number=NUMBER, amount=None if amount is None else Cents(amount), reason=reason, on=ON
    )


def test_what_is_open_is_given_up_whole_or_in_part() -> None:
    giving_up(issued()).then(written(40000, 0))
    giving_up(issued(), amount=100).then(written(100, 39900))
    giving_up(issued(), written(100, 39900)).then(written(39900, 0))


@pytest.mark.parametrize(
    ("events", "facts", "reason"),
    [
        ((), {}, UnknownInvoice),
        ((issued(),), {"reason": ""}, WriteOffWithoutReason),
        ((issued(),), {"reason": "bsn 111222333"}, CitizenNumber),
        ((issued(),), {"amount": 40001}, MoreThanOpen),
        ((issued(),), {"amount": 0}, NotAnAmount),
        (overpaid(0), {}, NothingToWriteOff),
        (overpaid(100), {}, NothingToWriteOff),
    ],
)
def test_no_more_is_given_up_than_is_open(
    events: tuple[Event, ...], facts: dict[str, Any], reason: type[Refusal]
) -> None:
    giving_up(*events, **facts).then_refused(reason)


def test_all_that_was_given_up_is_asked_for_again() -> None:
    again = WriteOffReversed(
        number=NUMBER, amount=Cents(300), reason="Vergissing", on=ON, open_after=Cents(40000), **SIDES
    )
    wish: dict[str, Any] = {"number": NUMBER, "reason": "Vergissing", "on": ON}
    history = (issued(), written(100, 39900), written(200, 39700))
    given(*history).when(reverse_write_off, **wish).then(again)
    given(*history, again).when(reverse_write_off, **wish).then_refused(NothingWrittenOff)
    given(*history).when(reverse_write_off, **(wish | {"reason": " "})).then_refused(WriteOffWithoutReason)
    given().when(reverse_write_off, **wish).then_refused(UnknownInvoice)
