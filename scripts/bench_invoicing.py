"""From approved hours to invoices in a made-up agency: issued, archived, mailed, commissioned.

Prices, numbers and commission come from the house's own rules, so amounts and numbers agree across streams.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bench_life import Life
from bench_payments import Issued, Payments
from selfbill.aggregates import series as numbers
from selfbill.aggregates.catalogue import (
    AGENCY,
    COMMISSION_SERIES,
    customer_stream,
    freelancer_stream,
    invoice_stream,
    placement_stream,
    series_stream,
)
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
)
from selfbill.aggregates.invoice_rules import Parties, issue, issue_commission
from selfbill.aggregates.timesheet_events import TimesheetInvoiced
from selfbill.moments import local_date, next_moment_after
from selfbill.pricing.lines import Draft, price
from selfbill.pricing.terms import Towards
from selfbill.values import Cents, CustomerCode, FreelancerCode, InvoiceNumber, Month, PlacementCode

if TYPE_CHECKING:
    from bench_weeks import Sheet

MAILS_IN_A_MESSAGE = 10
FAILED_DELIVERIES = 0.01
"""Not measured: the sample's mail server takes every mail. A full mailbox now and then."""
Claim = tuple[InvoiceIssued, CommissionDue]


class Invoicing:
    """The billing of an agency."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._ready: dict[dt.datetime, list[Sheet]] = defaultdict(list)
        self._claims: dict[dt.datetime, list[Claim]] = defaultdict(list)
        self._billed_before: dict[tuple[PlacementCode, Month], Cents] = {}
        self._payments = Payments(life)

    def bill_at(self, moment: dt.datetime, sheet: "Sheet") -> None:
        """These hours were approved and go on an invoice at this moment."""
        if moment not in self._ready:
            self._life.later(moment, self._bill, moment)
        self._ready[moment].append(sheet)

    def _bill(self, moment: dt.datetime) -> None:
        by_freelancer: dict[FreelancerCode, dict[PlacementCode, list[Sheet]]] = defaultdict(lambda: defaultdict(list))
        for sheet in self._ready.pop(moment):
            by_freelancer[sheet.placed.freelancer][sheet.placed.code].append(sheet)
        issued: list[Issued] = []
        for freelancer in sorted(by_freelancer):
            bills = sorted(by_freelancer[freelancer].items())
            issued += self._issue(freelancer, [sorted(sheets, key=lambda sheet: sheet.week) for _, sheets in bills])
        self._deliver(issued)

    def _issue(self, freelancer: FreelancerCode, bills: Sequence[Sequence["Sheet"]]) -> list[Issued]:
        drafts = [
            price([shift for sheet in sheets for shift in sheet.shifts], sheets[0].placed.terms) for sheets in bills
        ]
        free = self._numbers(series_stream(freelancer), sum(map(len, drafts)), "invoice")
        issued: list[Issued] = []
        for sheets, some in zip(bills, drafts, strict=True):
            made = [self._issued(number, sheets, draft) for number, draft in zip(free, some, strict=False)]
            free = free[len(made) :]
            for sheet in sheets:
                self._mark(sheet, [(one, draft) for one, draft in zip(made, some, strict=True) if _bills(draft, sheet)])
            issued += made
        return issued

    def _issued(self, number: InvoiceNumber, sheets: Sequence["Sheet"], draft: Draft) -> InvoiceIssued:
        life, placed = self._life, sheets[0].placed
        stream = placement_stream(placed.code)
        parties = Parties(
            agency=life.state(AGENCY),
            agency_version=life.version(AGENCY),
            freelancer=life.state(freelancer_stream(placed.freelancer)),
            customer=life.state(customer_stream(placed.customer)),
            placement=life.state(stream),
            placement_version=life.version(stream),
        )
        before = self._billed_before.get((placed.code, draft.month), Cents(0))
        event = issue(
            number,
            parties=parties,
            terms=placed.terms,
            draft=draft,
            attempts={sheet.week: sheet.attempt for sheet in sheets},
            billed_before=before,
            now=life.now,
        )
        self._billed_before[placed.code, draft.month] = Cents(before + draft.hours_amount)
        life.happen(invoice_stream(number), event, cause=self._cause("invoice"))
        return event

    def _mark(self, sheet: "Sheet", bills: Sequence[tuple[InvoiceIssued, Draft]]) -> None:
        placed = sheet.placed
        sheet.is_billed = True
        for count, (invoice, draft) in enumerate(bills, start=1):
            hours = [line.amount for line in draft.lines if line.kind == "hours" and line.week == sheet.week]
            marked = TimesheetInvoiced(
                placement=placed.code,
                week=sheet.week,
                freelancer=placed.freelancer,
                attempt=sheet.attempt,
                invoice=invoice.number,
                month=draft.month,
                hours_amount=Cents(sum(hours)),
                complete=count == len(bills),
            )
            self._life.happen(sheet.stream, marked, cause=self._cause("invoice"))

    def _numbers(self, stream: str, count: int, what: str) -> tuple[InvoiceNumber, ...]:
        year = local_date(self._life.now).year
        taken, free = numbers.take(self._life.state(stream), year=year, count=count)
        self._life.settle(stream, taken, cause=self._cause(what))
        return free

    def _cause(self, what: str) -> str:
        return f"{what} moment {self._life.now:%Y-%m-%dT%H:%MZ}"

    def _deliver(self, issued: Sequence[Issued]) -> None:
        """In messages of ten: all are begun, then each gets its outcome."""
        for start in range(0, len(issued), MAILS_IN_A_MESSAGE):
            some = issued[start : start + MAILS_IN_A_MESSAGE]
            for one in some:
                sha256 = hashlib.sha256(one.number.encode()).hexdigest()
                size = 26_000 + 60 * len(one.lines)
                self._delivery(one, DocumentArchived(one.number, sha256, "application/pdf", size))
                self._delivery(one, DeliveryStarted(one.number, _message_id(one), one.delivery, 1))
            for one in some:
                if self._life.random.random() < FAILED_DELIVERIES:
                    retry_at = self._life.now + dt.timedelta(minutes=5)
                    reason = "De mailserver nam de e-mail niet aan: mailbox vol."
                    self._delivery(one, DeliveryFailed(one.number, _message_id(one), reason, 1, retry_at))
                    self._life.later(retry_at, self._deliver_again, one)
                else:
                    self._sent(one)

    def _deliver_again(self, issued: Issued) -> None:
        self._delivery(issued, DeliveryStarted(issued.number, _message_id(issued), issued.delivery, 2))
        self._sent(issued)

    def _delivery(self, issued: Issued, event: Any) -> None:
        self._life.happen(invoice_stream(issued.number), event, cause="delivery")

    def _sent(self, issued: Issued) -> None:
        life = self._life
        sent = InvoiceSent(issued.number, _message_id(issued), issued.delivery)
        if isinstance(issued, InvoiceIssued) and issued.commission:
            moment = next_moment_after(life.state(AGENCY).moments.commission, life.now)
            order = f"{issued.issued_at:%Y-%m-%dT%H:%M:%S} {issued.placement} {issued.month} {issued.number}"
            sent = InvoiceSent(issued.number, _message_id(issued), issued.delivery, issued.commission, moment, order)
            if moment not in self._claims:
                life.later(moment, self._commission, moment)
            self._claims[moment] += [(issued, due) for due in issued.commission]
        self._delivery(issued, sent)
        self._payments.expect(issued)

    def _commission(self, moment: dt.datetime) -> None:
        by_party: dict[tuple[Towards, str], list[Claim]] = defaultdict(list)
        for claim in self._claims.pop(moment):
            by_party[claim[1].towards, claim[1].party].append(claim)
        owing = sorted(by_party, key=lambda side: (side[0] == "customer", side[1]))
        marks: dict[InvoiceNumber, list[CommissionBilled]] = defaultdict(list)
        made: list[Issued] = []
        for number, (towards, party) in zip(
            self._numbers(COMMISSION_SERIES, len(owing), "commission"), owing, strict=True
        ):
            claims = by_party[towards, party]
            made.append(self._commission_invoice(number, towards, party, claims))
            for invoice, _ in claims:
                marks[invoice.number].append(CommissionBilled(invoice.number, towards, number))
        for invoice_number, events in marks.items():
            for event in events:
                self._life.happen(invoice_stream(invoice_number), event, cause=self._cause("commission"))
        self._deliver(made)

    def _commission_invoice(
        self, number: InvoiceNumber, towards: Towards, party: str, claims: Sequence[Claim]
    ) -> CommissionInvoiced:
        life = self._life
        name = (
            freelancer_stream(FreelancerCode(party))
            if towards == "freelancer"
            else customer_stream(CustomerCode(party))
        )
        event = issue_commission(
            number,
            agency=life.state(AGENCY),
            agency_version=life.version(AGENCY),
            towards=towards,
            party=life.state(name),
            lines=[_line(invoice, due) for invoice, due in claims],
            day=local_date(life.now),
        )
        life.happen(invoice_stream(number), event, cause=self._cause("commission"))
        return event


def _bills(draft: Draft, sheet: "Sheet") -> bool:
    return any(worked.week == sheet.week for worked in draft.worked)


def _message_id(issued: Issued) -> str:
    return f"<invoice.{issued.number}@bureaunoord.example.org>"


def _line(invoice: InvoiceIssued, due: CommissionDue) -> CommissionLine:
    return CommissionLine(
        invoice=invoice.number,
        placement=invoice.placement,
        period_from=invoice.period_from,
        period_until=invoice.period_until,
        minutes=invoice.minutes,
        amount=due.amount,
    )
