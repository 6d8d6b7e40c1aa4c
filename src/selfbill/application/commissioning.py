"""From sent customer invoices to the agency's commission invoices: one per freelancer and one per customer that owes commission."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import msgspec

from selfbill.aggregates import series as numbers
from selfbill.aggregates.catalogue import (
    AGENCY,
    COMMISSION_SERIES,
    customer_stream,
    freelancer_stream,
    invoice_stream,
)
from selfbill.aggregates.credit_note import lines_left
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_commission import bill_commission, commission_owed, hold_commission
from selfbill.aggregates.invoice_events import CommissionLine, InvoiceIssued
from selfbill.aggregates.invoice_rules import issue_commission, require_commission_billable
from selfbill.application.debiting import collecting, with_its_debit
from selfbill.application.office import Decision, Office, Outcome, carry_out, change, merged
from selfbill.moments import local_date, next_moment_after
from selfbill.pricing.terms import Towards
from selfbill.refusals import Refusal
from selfbill.store.streams import Change, Loaded
from selfbill.values import CustomerCode, FreelancerCode, InvoiceNumber, Minutes


class Claim(msgspec.Struct, frozen=True, order=True):
    """The commission for one customer invoice towards one side; claims are billed in this order."""

    towards_rank: int
    party: str
    issuing_order: str
    """Of the customer invoice: moment, placement, month, number."""
    invoice: InvoiceNumber

    @property
    def towards(self) -> Towards:
        return SIDES[self.towards_rank]


SIDES: tuple[Towards, ...] = get_args(Towards)
"""Freelancers first, then customers (data/README.md)."""


def issue_commission_invoices(office: Office, *, claims: Iterable[Claim]) -> Outcome:
    """Bills these claims as far as they are still owed: one invoice per party, one line per customer invoice in issuing order.

    A party that cannot be billed does not keep the others waiting: its claims are held, with the reason, until the next moment.
    """
    ordered = sorted(set(claims))

    def decide() -> Decision:
        by_party: dict[tuple[Towards, str], list[Claim]] = defaultdict(list)
        for claim in ordered:
            by_party[claim.towards, claim.party].append(claim)
        names = {_party_stream(towards, party) for towards, party in by_party}
        invoices = {invoice_stream(claim.invoice) for claim in ordered}
        loaded = office.streams.load_many([AGENCY, COMMISSION_SERIES, *names, *invoices])
        lines = {
            key: [line for claim in mine if (line := _line(loaded[invoice_stream(claim.invoice)].state, claim))]
            for key, mine in by_party.items()
        }
        owing = [key for key, some in lines.items() if some]
        refused = {key: refusal for key in owing if (refusal := _refusal(loaded, *key)) is not None}
        billed = [key for key in owing if key not in refused]
        held = [
            each
            for claim in ordered
            if (refusal := refused.get((claim.towards, claim.party)))
            for each in _hold(office, loaded, claim, refusal)
        ]
        return Decision(merged([*(_changes(office, loaded, billed, lines) if billed else ()), *held]))

    return carry_out(office, decide)


def _refusal(loaded: Mapping[str, Loaded[Any]], towards: Towards, party: str) -> Refusal | None:
    """Why no invoice can be made for this party now, if so."""
    try:
        require_commission_billable(loaded[AGENCY].state, loaded[_party_stream(towards, party)].state)
    except Refusal as refusal:
        return refusal
    return None


def _hold(office: Office, loaded: Mapping[str, Loaded[Any]], claim: Claim, refusal: Refusal) -> tuple[Change, ...]:
    invoice = loaded[invoice_stream(claim.invoice)]
    if commission_owed(invoice.state, claim.towards) is None:
        return ()
    held = hold_commission(
        invoice.state,
        number=claim.invoice,
        towards=claim.towards,
        party=claim.party,
        issuing_order=claim.issuing_order,
        refusal=refusal,
        next_at=next_moment_after(loaded[AGENCY].state.moments.commission, office.clock.now()),
    )
    return change(invoice_stream(claim.invoice), invoice, held)


def _party_stream(towards: Towards, party: str) -> str:
    return freelancer_stream(FreelancerCode(party)) if towards == "freelancer" else customer_stream(CustomerCode(party))


def _line(invoice: Invoice, claim: Claim) -> CommissionLine | None:
    owed = commission_owed(invoice, claim.towards)
    if owed is None:
        return None
    issued = invoice.issued
    assert isinstance(issued, InvoiceIssued)
    return CommissionLine(
        invoice=claim.invoice,
        placement=issued.placement,
        period_from=issued.period_from,
        period_until=issued.period_until,
        minutes=_minutes(invoice, claim.towards),
        amount=owed.amount,
    )


def _minutes(invoice: Invoice, towards: Towards) -> Minutes:
    """Of what still stands of the invoice; none when they were billed before and only the amount was raised since."""
    if towards in invoice.commission_billed:
        return Minutes(0)
    return Minutes(sum(line.minutes for line in lines_left(invoice)))


def _changes(
    office: Office,
    loaded: Mapping[str, Loaded[Any]],
    billed: Sequence[tuple[Towards, str]],
    lines: Mapping[tuple[Towards, str], list[CommissionLine]],
) -> list[Change]:
    today = local_date(office.clock.now())
    agency, series = loaded[AGENCY], loaded[COMMISSION_SERIES]
    taken, free = numbers.take(series.state, year=today.year, count=len(billed))
    changes = list(change(COMMISSION_SERIES, series, taken))
    debits = collecting(office, billed)
    marks: dict[InvoiceNumber, list[tuple[Towards, InvoiceNumber]]] = defaultdict(list)
    for number, (towards, party) in zip(free, billed, strict=True):
        issued = issue_commission(
            number,
            agency=agency.state,
            agency_version=agency.version,
            towards=towards,
            party=loaded[_party_stream(towards, party)].state,
            lines=lines[towards, party],
            day=today,
        )
        begun = with_its_debit(debits, issued, now=office.clock.now())
        changes.append(Change(invoice_stream(number), 0, begun))
        for line in issued.lines:
            marks[line.invoice].append((towards, number))
    for invoice, sides in marks.items():
        stream = invoice_stream(invoice)
        events = [
            bill_commission(loaded[stream].state, number=invoice, towards=towards, commission_invoice=number)
            for towards, number in sides
        ]
        changes.extend(change(stream, loaded[stream], [event for event in events if isinstance(event, Event)]))
    return changes
