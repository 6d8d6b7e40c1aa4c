"""An agency whose money does everything that money does, at random, and what must hold after each step.

What must hold is computed here from the events alone, in the simplest way, without any fold of the house.
"""

import random
from collections import defaultdict
from collections.abc import Callable

from aggregates.samples import day
from application.office import SmallAgency, hours
from selfbill.aggregates.bank_account import DayBooked
from selfbill.aggregates.catalogue import invoice_stream, payment_stream
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.invoice_money import (
    CreditSettled,
    InvoiceCredited,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
)
from selfbill.aggregates.payment import PaymentState
from selfbill.aggregates.payment_events import (
    AllocationMade,
    AllocationTakenBack,
    MatchNotFound,
    MatchProposed,
    OffsetTakenBack,
    PaymentDetails,
    PaymentOffset,
    PaymentReceived,
    PaymentReplaced,
    PaymentSetAside,
)
from selfbill.application import payments, settling
from selfbill.application.bank_days import StatementEntry
from selfbill.application.bank_statements import BankStatement, DatedEntry, take_in_statement
from selfbill.application.crediting import credit_invoice
from selfbill.application.receiving import mark_received
from selfbill.identifiers import rf_reference
from selfbill.projections import open_items
from selfbill.projections import payments as listed
from selfbill.refusals import Refusal
from selfbill.runtime.bank import match_owners
from selfbill.runtime.house import House
from selfbill.values import Cents, InvoiceNumber, PaymentId

ACCOUNTS = ("NL39RABO0300065264", "NL16TRIO0254400001", "")
DAY = day("2026-08-20")
MOST = 10_000


class MoneyWalk:
    """One agency, one seed."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.agency = SmallAgency(house.store).opened()
        self.office = self.agency.office
        self.dice = random.Random(seed)  # noqa: S311 - a test's own dice
        self.statements = 0
        self.taken: list[BankStatement] = []
        self.refused = 0
        for code in ("P02", "P03"):
            self.agency.customer(f"K{code[1:]}")
            self.agency.placement(code, customer=f"K{code[1:]}")
        weeks = [
            self.agency.approved(code, hours(f"2026-07-{20 + at}", 2 + at))
            for at, code in enumerate(("P01", "P02", "P03"))
        ]
        weeks += [
            self.agency.approved(code, hours(f"2026-07-{27 + at}", 3 + at))
            for at, code in enumerate(("P01", "P02", "P03"))
        ]
        self.numbers = [issued.number for issued in self.agency.billed(*weeks)]

    def step(self) -> None:
        """One more thing happens; what the house refuses does not."""
        acts: list[tuple[int, Callable[[], object]]] = [
            (5, self.bring),
            (1, self.bring_again),
            (4, self.match),
            (2, self.allocate),
            (2, self.take_back),
            (2, self.accept),
            (1, self.set_off),
            (1, self.part),
            (1, self.give_back),
            (1, self.set_aside),
            (1, self.say_received),
            (1, self.credit),
            (1, self.settle),
            (1, self.write_off),
        ]
        (act,) = self.dice.choices([act for _, act in acts], [weight for weight, _ in acts])
        try:
            act()
        except Refusal:
            self.refused += 1

    # What happens

    def bring(self) -> None:
        """A statement with a few entries."""
        self.statements += 1
        entries = tuple(self.entry(at) for at in range(self.dice.randint(1, 4)))
        statement = BankStatement(
            identity=f"S{self.statements}",
            account=ACCOUNTS[0],
            format="camt.053.001.02",
            sha256="0" * 64,
            first=DAY,
            until=DAY,
            entries=entries,
        )
        self.taken.append(statement)
        take_in_statement(self.office, owner="Z01", statement=statement)

    def bring_again(self) -> None:
        """The same entries in another file."""
        if self.taken:
            self.statements += 1
            before = self.dice.choice(self.taken)
            again = {name: getattr(before, name) for name in before.__struct_fields__}
            take_in_statement(
                self.office, owner="Z01", statement=BankStatement(**again | {"identity": f"S{self.statements}"})
            )

    def entry(self, at: int) -> DatedEntry:
        number = self.dice.choice(self.numbers)
        wanted = self.invoice(number).open
        amount = self.dice.choice((wanted, wanted, wanted // 2, wanted + 500, 1234, -500, -abs(wanted)))
        details = PaymentDetails(
            name=self.dice.choice(("A. Visser", "B. de Boer")),
            iban=self.dice.choice(ACCOUNTS),
            text=self.dice.choice((f"factuur {number}", number.replace("-", " "), "zorg", "Z01-2026-0099")),
            reference=self.dice.choice(("", rf_reference(number))),
            end_to_end_id=f"E{self.dice.randint(1, 9)}",
        )
        is_return = amount < 0 and self.dice.random() < 0.5
        identity = PaymentId(f"{self.statements:04}{at}")
        return DatedEntry(
            StatementEntry(identity=identity, amount=Cents(amount or 77), details=details, is_return=is_return),
            booked=DAY,
            valued=DAY,
        )

    def match(self) -> None:
        self.house.follower.catch_up()
        match_owners(self.house, self.office, ["Z01"])
        for name in self.payments():
            state = self.agency.streams.load(payment_stream(name)).state
            assert state.state is not PaymentState.RECEIVED or state.left == 0 or state.received.source == "creditor", (
                name
            )

    def allocate(self) -> None:
        wanted = [(number, Cents(self.dice.randint(1, MOST))) for number in self.some_numbers()]
        payments.allocate_payment(self.office, payment=self.some_payment(), wanted=wanted)

    def take_back(self) -> None:
        number = self.dice.choice([None, *self.numbers])
        payments.take_back_allocation(self.office, payment=self.some_payment(), number=number, reason="vergissing")

    def accept(self) -> None:
        payments.accept_proposal(self.office, payment=self.some_payment())

    def set_off(self) -> None:
        payments.set_off_payments(
            self.office, payment=self.some_payment(), other=self.some_payment(), reason="terugbetaald"
        )

    def part(self) -> None:
        payments.part_payments(self.office, payment=self.some_payment(), other=self.some_payment(), reason="toch niet")

    def give_back(self) -> None:
        payments.return_payment(self.office, original=self.some_payment(), returned=self.some_payment())

    def set_aside(self) -> None:
        name = self.some_payment()
        (self.dice.choice((payments.set_aside, payments.take_up)))(self.office, payment=name, reason="rente")

    def say_received(self) -> None:
        number = self.dice.choice(self.numbers)
        name = PaymentId(f"received-{self.dice.randint(1, 9)}")
        mark_received(
            self.office, number=number, payment=name, amount=Cents(self.dice.randint(1, MOST)), received_on=DAY
        )

    def credit(self) -> None:
        credit_invoice(self.office, number=self.dice.choice(self.numbers), reason="verkeerd geschreven")

    def settle(self) -> None:
        first, second = self.dice.sample(self.numbers, 2)
        settling.settle_credit(self.office, number=first, against=second)

    def write_off(self) -> None:
        number = self.dice.choice(self.numbers)
        if self.dice.random() < 0.7:
            settling.write_off(self.office, number=number, amount=None, reason="oninbaar")
        else:
            settling.reverse_write_off(self.office, number=number, reason="toch betaald")

    def some_numbers(self) -> list[InvoiceNumber]:
        return self.dice.sample(self.numbers, self.dice.randint(1, 2))

    def some_payment(self) -> PaymentId:
        return self.dice.choice([*self.payments(), PaymentId("nobody")])

    def payments(self) -> list[PaymentId]:
        return [each.payment for each in self.agency.events() if isinstance(each, PaymentReceived)]

    def invoice(self, number: InvoiceNumber) -> Invoice:
        state: Invoice = self.agency.streams.load(invoice_stream(number)).state
        return state

    # What must hold

    def check(self) -> None:
        """Every cent is somewhere, and only there, by the events alone."""
        counted = _Counted(self)
        for number in self.numbers:
            assert self.invoice(number).open == counted.open[number], number
        for name, amount in counted.received.items():
            state = self.agency.streams.load(payment_stream(name)).state
            left = counted.left(name)
            assert state.left == left, name
            assert 0 <= left <= amount or amount <= left <= 0, (name, left, amount)
        for pair, amount in counted.on_invoices.items():
            assert counted.on_payments[pair] == amount, pair
        assert {key for key, amount in counted.on_payments.items() if amount} == {
            key for key, amount in counted.on_invoices.items() if amount
        }
        for (payment, other), amount in counted.offsets.items():
            assert counted.offsets[other, payment] == -amount, (payment, other)
        unallocated = sum(counted.left(name) for name in counted.received)
        entries = sum(amount for name, amount in counted.received.items() if name not in counted.replaced)
        assert unallocated == entries - sum(counted.on_invoices.values()) - sum(counted.offsets.values())

    def check_shown(self) -> None:
        """The read models say the same, and every entry of every statement is among them once."""
        self.house.follower.catch_up()
        counted = _Counted(self)
        with self.house.pool.connection() as connection:
            shown = {each.payment: each for each in listed.latest(connection, limit=MOST)}
            items = {each.number: each.open for each in open_items.all_open_items(connection)}
        assert {name: each.left for name, each in shown.items()} == {
            name: counted.left(name) for name in counted.received
        }
        assert items == {number: amount for number, amount in counted.open.items() if amount}
        brought = {
            entry.payment for each in self.agency.events() if isinstance(each, DayBooked) for entry in each.entries
        }
        assert brought == {name for name, each in shown.items() if each.source == "bank"}
        work = {name for name, each in shown.items() if each.left}
        assert work == {
            name for name, each in shown.items() if each.state not in (PaymentState.ALLOCATED, PaymentState.REPLACED)
        }


class _Counted:
    """The events, added up."""

    def __init__(self, walk: MoneyWalk) -> None:
        self.open: dict[str, int] = {}
        self.received: dict[PaymentId, int] = {}
        self.replaced: set[PaymentId] = set()
        self.on_payments: dict[tuple[str, str], int] = defaultdict(int)
        self.on_invoices: dict[tuple[str, str], int] = defaultdict(int)
        self.offsets: dict[tuple[str, str], int] = defaultdict(int)
        for event in walk.agency.events():
            self.count_invoice(event)
            self.count_payment(event)

    def count_invoice(self, event: Event) -> None:
        match event:
            case InvoiceIssued():
                self.open[event.number] = event.total
            case PaymentAllocated():
                self.open[event.number] -= event.amount
                self.on_invoices[event.payment.partition("/")[0], event.number] += event.amount
            case PaymentReleased():
                self.open[event.number] += event.amount
                self.on_invoices[event.payment.partition("/")[0], event.number] -= event.amount
            case InvoiceCredited() | CreditSettled() | InvoiceWrittenOff():
                self.open[event.number] -= event.amount
            case WriteOffReversed():
                self.open[event.number] += event.amount

    def count_payment(self, event: Event) -> None:
        match event:
            case PaymentReceived():
                self.received[event.payment] = event.amount
            case PaymentReplaced():
                self.replaced.add(event.payment)
            case AllocationMade():
                self.on_payments[event.payment, event.number] += event.amount
            case AllocationTakenBack():
                self.on_payments[event.payment, event.number] -= event.amount
            case PaymentOffset():
                self.offsets[event.payment, event.other] += event.amount
            case OffsetTakenBack():
                self.offsets[event.payment, event.other] -= event.amount
            case PaymentSetAside() | MatchProposed() | MatchNotFound():
                assert self.left(event.payment) != 0, "nothing is left to say this about"

    def left(self, name: PaymentId) -> int:
        if name in self.replaced:
            return 0
        allocated = sum(amount for (payment, _), amount in self.on_payments.items() if payment == name)
        return (
            self.received[name]
            - allocated
            - sum(amount for (payment, _), amount in self.offsets.items() if payment == name)
        )
