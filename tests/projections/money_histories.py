"""Histories of money that could have happened: invoices, and then payments, credit notes, settlements and write-offs on them.

What is open after each event is right, the moments only go forward, and the days from which things count are any days, also
long before what was put down earlier.
"""

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from projections import happenings as say
from projections.histories import happened, history
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_money import (
    CreditSettled,
    InvoiceCredited,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
)
from selfbill.store.streams import Recorded
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber, PaymentId

FIRST_DAY = dt.date(2026, 1, 1)
DAYS = 120
BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CUSTOMERS = ("K01", "K02", "K03")
FREELANCERS = ("Z01", "Z02")
LONGEST = 50


class Ledger:
    """What hypothesis makes happen, one event after the other."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.now = BEGIN
        self.told: list[Recorded] = []
        self.open: dict[str, int] = {}
        self.sides: dict[str, dict[str, Any]] = {}
        self.paid: dict[tuple[str, str], int] = {}
        self.released: set[tuple[str, str]] = set()
        self.written_off: dict[str, int] = {}
        self.serial = 0

    def step(self) -> None:
        """One more thing happens, if it can."""
        self.now += dt.timedelta(minutes=self.draw(st.sampled_from((1, 60, 1_440, 4_000))))
        acts = (self.issue, self.pay, self.release, self.credit, self.settle, self.write_off, self.reverse)
        self.draw(st.sampled_from(acts))()

    def tell(self, event: Event) -> None:
        self.told.append(happened(event, at=self.now))

    def day(self) -> dt.date:
        return FIRST_DAY + dt.timedelta(days=self.draw(st.integers(0, DAYS)))

    def part(self, whole: int) -> Cents:
        """Some of it, or all; of the same sign."""
        some = self.draw(st.sampled_from((abs(whole), 1, max(1, abs(whole) // 2))))
        return Cents(some if whole > 0 else -some)

    def a_number(self, *, of: list[str]) -> InvoiceNumber | None:
        return InvoiceNumber(self.draw(st.sampled_from(of))) if of else None

    def moves(self, number: str, change: int) -> dict[str, Any]:
        """The facts that every movement carries, once the open amount changed by so much."""
        self.open[number] += change
        return {"number": number, "open_after": Cents(self.open[number]), **self.sides[number]}

    def issue(self) -> None:
        self.serial += 1
        total, day = self.draw(st.integers(1, 100_000)), self.day()
        due = day + dt.timedelta(days=self.draw(st.sampled_from((0, 14, 30))))
        customer, freelancer = self.draw(st.sampled_from(CUSTOMERS)), self.draw(st.sampled_from(FREELANCERS))
        if self.draw(st.booleans()):
            number = InvoiceNumber(f"{freelancer}-2026-{self.serial:04}")
            sides = {"towards": "customer", "debtor": customer, "freelancer": FreelancerCode(freelancer)}
            invoice: Any = replace(
                say.issued(total=total, date=day),
                number=number,
                due=due,
                customer=CustomerCode(customer),
                freelancer=FreelancerCode(freelancer),
            )
        else:
            number = InvoiceNumber(f"BN-2026-{self.serial:04}")
            towards = self.draw(st.sampled_from(("customer", "freelancer")))
            party = customer if towards == "customer" else freelancer
            sides = {"towards": towards, "debtor": party, "freelancer": None}
            invoice = replace(
                say.commission(towards, total=total + 1050), number=number, party=party, date=day, due=due
            )
        self.open[number], self.sides[number] = invoice.total, sides
        self.tell(invoice)

    def pay(self) -> None:
        if number := self.a_number(of=[each for each, open_ in self.open.items() if open_]):
            self.serial += 1
            amount, payment = self.part(self.open[number]), PaymentId(f"bank/{self.serial}")
            self.paid[number, payment] = amount
            rule = self.draw(st.sampled_from(("", "reference")))
            self.tell(
                PaymentAllocated(
                    payment=payment, amount=amount, received_on=self.day(), rule=rule, **self.moves(number, -amount)
                )
            )

    def release(self) -> None:
        if counting := sorted(self.paid.keys() - self.released):
            number, payment = self.draw(st.sampled_from(counting))
            self.released.add((number, payment))
            amount = Cents(self.paid[number, payment])
            moves = self.moves(number, amount)
            self.tell(
                PaymentReleased(payment=PaymentId(payment), amount=amount, reason="storno", on=self.day(), **moves)
            )

    def credit(self) -> None:
        if number := self.a_number(of=sorted(self.open)):
            self.serial += 1
            note, amount = InvoiceNumber(f"C-2026-{self.serial:04}"), Cents(self.draw(st.integers(1, 50_000)))
            self.tell(InvoiceCredited(credit_note=note, amount=amount, on=self.day(), **self.moves(number, -amount)))

    def settle(self) -> None:
        credits_ = [each for each, open_ in self.open.items() if open_ < 0]
        if source := self.a_number(of=credits_):
            debits = [each for each, open_ in self.open.items() if open_ > 0 and self.sides[each] == self.sides[source]]
            if target := self.a_number(of=debits):
                amount, day = Cents(min(-self.open[source], self.open[target])), self.day()
                for number, against, settled in ((target, source, amount), (source, target, Cents(-amount))):
                    self.tell(CreditSettled(against=against, amount=settled, on=day, **self.moves(number, -settled)))

    def write_off(self) -> None:
        if number := self.a_number(of=[each for each, open_ in self.open.items() if open_ > 0]):
            amount = self.part(self.open[number])
            self.written_off[number] = self.written_off.get(number, 0) + amount
            moves = self.moves(number, -amount)
            self.tell(InvoiceWrittenOff(amount=amount, reason="onvindbaar", on=self.day(), **moves))

    def reverse(self) -> None:
        if number := self.a_number(of=[each for each, amount in self.written_off.items() if amount]):
            amount = Cents(self.written_off.pop(number))
            moves = self.moves(number, amount)
            self.tell(WriteOffReversed(amount=amount, reason="betaalt toch", on=self.day(), **moves))


@st.composite
def money_histories(draw: Any) -> list[Recorded]:
    """Up to fifty things that happen to the money of a few debtors and creditors."""
    ledger = Ledger(draw)
    for _ in range(draw(st.integers(0, LONGEST))):
        ledger.step()
    return history(*ledger.told)
