"""An agency whose customers pay late: two customers, invoices of 400.00 euros that fall due on Thursday 20 August 2026."""

import datetime as dt
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

from aggregates.samples import PATIENT, day
from application.office import SmallAgency, hours
from selfbill.aggregates.catalogue import invoice_stream
from selfbill.aggregates.collection_schedule import CollectionSchedule
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_payments import allocate_payment, release_payment
from selfbill.aggregates.party import CustomerTerms
from selfbill.application.collecting import set_collection_schedule
from selfbill.application.office import Decision, carry_out, change
from selfbill.moments import from_local
from selfbill.projections import agenda, collection
from selfbill.projections.agenda import AgendaItem
from selfbill.projections.collection import CollectedInvoice
from selfbill.runtime.clockwork import Clockwork
from selfbill.runtime.house import House, advance
from selfbill.values import Cents, InvoiceNumber, PaymentId

FIRST, SECOND = InvoiceNumber("Z01-2026-0001"), InvoiceNumber("Z01-2026-0002")
REMINDER = from_local(dt.datetime(2026, 8, 27, 9))
"""Seven days after the due date, a Thursday, at nine."""
DEMAND = from_local(dt.datetime(2026, 9, 10, 9))
"""Fourteen days later, a Thursday."""
TERM_UNTIL = dt.date(2026, 9, 24)
OVER = from_local(dt.datetime(2026, 9, 28, 9))
"""Three days after the term is a Sunday, so this is the Monday."""
DEFAULT = CollectionSchedule()
COLLECTING = {"payment_reminder", "payment_demand", "end_term", "plan_collection"}


class LatePayers:
    """The agency with its house, and a clock that people live by."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.agency = SmallAgency(house.store)
        self.office = self.agency.office

    def opened(
        self,
        schedule: CollectionSchedule | None = DEFAULT,
        *,
        terms: CustomerTerms = PATIENT,
    ) -> "LatePayers":
        """The agency with K01, and its schedule; None is the agency that never heard of reminders."""
        self.agency.opened()
        if terms != PATIENT:
            self.agency.customer("K01", terms)
        if schedule is not None:
            set_collection_schedule(self.office, schedule=schedule)
        return self

    def invoiced(self, *placements: str) -> "LatePayers":
        """One invoice of 400.00 for each placement, mailed on Tuesday 21 July."""
        for code in placements or ("P01",):
            if code != "P01":
                self.agency.placement(code)
        weeks = [
            self.agency.approved(code, hours(f"2026-07-{20 - at}")) for at, code in enumerate(placements or ("P01",))
        ]
        issued = self.agency.billed(*weeks)
        assert {invoice.due for invoice in issued} == {day("2026-08-20")}
        self.agency.send(*(invoice.number for invoice in issued))
        return self

    def run(self, until: dt.datetime) -> Clockwork:
        """Lets the clock do what is due, up to and including this moment."""
        clockwork = advance(self.house, until)
        self.agency.clock.advance_to(until)
        return clockwork

    def at(self, moment: dt.datetime) -> "LatePayers":
        """Everything up to this moment has happened, and people look at the same clock."""
        assert self.run(moment).set_aside == []
        return self

    def pay(self, amount: int = 40000, *, number: InvoiceNumber = FIRST, payment: str = "bank/1") -> None:
        self.decide(
            allocate_payment,
            number=number,
            payment=PaymentId(payment),
            amount=Cents(amount),
            received_on=self.agency.clock.now().date(),
        )

    def pay_back(self, *, number: InvoiceNumber = FIRST, payment: str = "bank/1") -> None:
        today = self.agency.clock.now().date()
        self.decide(release_payment, number=number, payment=PaymentId(payment), reason="storno MD06", on=today)

    def decide(self, decision: Callable[..., Any], *, number: InvoiceNumber, **facts: Any) -> None:
        """Something is decided about this invoice, now."""
        stream = invoice_stream(number)

        def decide() -> Decision:
            loaded = self.office.streams.load(stream)
            return Decision(change(stream, loaded, decision(loaded.state, number=number, **facts)))

        carry_out(self.office, decide)

    # What can be seen

    def mails(self, step: str = "") -> list[Any]:
        """The mails about payment that went out, by Message-ID."""
        folder = self.house.settings.data_dir / "mail"
        files = sorted(folder.glob("*.eml")) if folder.exists() else []
        return [
            message_from_bytes(file.read_bytes(), policy=default)
            for file in files
            if file.name.startswith((f"{step}.",) if step else ("reminder.", "demand."))
        ]

    def collected(self, number: InvoiceNumber = FIRST) -> CollectedInvoice:
        self.house.follower.catch_up()
        with self.house.pool.connection() as connection:
            row = collection.by_number(connection, number)
        assert row is not None
        return row

    def agenda(self) -> list[AgendaItem]:
        """What is on the agenda about collecting."""
        self.house.follower.catch_up()
        with self.house.pool.connection() as connection:
            return [item for item in agenda.list_agenda(connection) if item.policy in COLLECTING]

    def events(self, *kinds: type[Event]) -> list[Any]:
        return [event for event in self.agency.events() if isinstance(event, kinds)]


def text_of(mail: Any) -> str:
    """What a reader of plain text reads, on one line."""
    part = mail.get_body(preferencelist=("plain",))
    return " ".join(part.get_content().split())
