"""Money on the invoices of a made-up agency: allocated some days around the due date, in parts now and then, and some of it returned."""

import datetime as dt
from typing import Any

from bench_life import Life
from selfbill.aggregates.catalogue import invoice_stream
from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.invoice_money import PaymentAllocated, PaymentReleased
from selfbill.moments import from_local
from selfbill.values import Cents, PaymentId

PAID = 0.95
PAID_IN_PARTS = 0.03
RETURNED = 0.01
"""Not measured: the sample has no bank files. Nearly every invoice is paid at once, some in two parts, a few debits come back."""

Issued = InvoiceIssued | CommissionInvoiced


class Payments:
    """What the bank tells an agency."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._count = 0

    def expect(self, issued: Issued) -> None:
        """An invoice was sent: what will come of it, and when."""
        dice = self._life.random
        if issued.total <= 0 or dice.random() >= PAID:
            return
        day = max(issued.due + dt.timedelta(days=round(dice.gauss(-3, 6))), issued.date + dt.timedelta(days=1))
        first = Cents(issued.total // 2) if dice.random() < PAID_IN_PARTS and issued.total > 1 else issued.total
        self._pay_on(day, issued, first, issued.total)
        if first < issued.total:
            rest = Cents(issued.total - first)
            self._pay_on(day + dt.timedelta(days=dice.randint(7, 30)), issued, rest, rest)

    def _pay_on(self, day: dt.date, issued: Issued, amount: Cents, still_open: Cents) -> None:
        moment = from_local(dt.datetime.combine(day, dt.time(8))) + dt.timedelta(days=1)
        self._life.later(max(moment, self._life.now), self._paid, day, issued, amount, still_open)

    def _paid(self, day: dt.date, issued: Issued, amount: Cents, still_open: Cents) -> None:
        self._count += 1
        payment = PaymentId(f"bank:{day:%Y%m%d}:{self._count}")
        event = PaymentAllocated(
            number=issued.number,
            payment=payment,
            amount=amount,
            received_on=day,
            open_after=Cents(still_open - amount),
            **_sides(issued),
        )
        self._life.happen(invoice_stream(issued.number), event, cause=f"bank statement {day}")
        if amount == still_open == issued.total and self._life.random.random() < RETURNED:
            self._life.later(self._life.now + dt.timedelta(days=4), self._returned, issued, payment)

    def _returned(self, issued: Issued, payment: PaymentId) -> None:
        event = PaymentReleased(
            number=issued.number,
            payment=payment,
            amount=issued.total,
            reason="Incasso gestorneerd",
            on=self._life.now.date(),
            open_after=issued.total,
            **_sides(issued),
        )
        self._life.happen(invoice_stream(issued.number), event, cause="bank statement")
        self._pay_on(self._life.now.date() + dt.timedelta(days=14), issued, issued.total, issued.total)


def _sides(issued: Issued) -> dict[str, Any]:
    if isinstance(issued, InvoiceIssued):
        return {"towards": "customer", "debtor": issued.customer, "freelancer": issued.freelancer}
    return {"towards": issued.towards, "debtor": issued.party}
