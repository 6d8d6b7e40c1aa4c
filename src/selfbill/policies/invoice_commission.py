"""Commission: what sent customer invoices owe the agency is billed at the next commission moment."""

from collections.abc import Iterator, Sequence

from selfbill.aggregates.invoice_events import CommissionAdjusted, CommissionBilled, CommissionHeld, InvoiceSent
from selfbill.application.commissioning import SIDES, Claim, issue_commission_invoices
from selfbill.policies.policy import Desk, Item, Policy, all_together
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.store.streams import Recorded
from selfbill.values import InvoiceNumber

NAME = "commission"

PARTIES_IN_A_TRANSACTION = 250
"""About a thousand events: large enough that one commit costs little, small enough to hold the log for milliseconds only."""


def changes(recorded: Recorded) -> Iterator[Change]:
    """A sent customer invoice puts one item for each side that owes; the commission invoice takes it off, and so does a
    credit note after which nothing is owed."""
    event = recorded.event
    match event:
        case InvoiceSent(commission_at=moment) if moment is not None:
            for due in event.commission:
                yield Put(
                    NAME,
                    f"{event.number}/{due.towards}",
                    due=moment,
                    group_key=f"{due.towards}:{due.party}",
                    stream=recorded.originator_id,
                    data={
                        "invoice": event.number,
                        "towards": due.towards,
                        "party": due.party,
                        "order": event.issuing_order,
                    },
                )
        case CommissionHeld():
            yield Put(
                NAME,
                f"{event.number}/{event.towards}",
                due=event.next_at,
                group_key=f"{event.towards}:{event.party}",
                stream=recorded.originator_id,
                data={
                    "invoice": event.number,
                    "towards": event.towards,
                    "party": event.party,
                    "order": event.issuing_order,
                },
                failures=1,
                reason=event.reason,
            )
        case CommissionAdjusted(commission_at=moment) if moment is not None and event.amount:
            yield Put(
                NAME,
                f"{event.number}/{event.towards}",
                due=moment,
                group_key=f"{event.towards}:{event.party}",
                stream=recorded.originator_id,
                data={
                    "invoice": event.number,
                    "towards": event.towards,
                    "party": event.party,
                    "order": event.issuing_order,
                },
            )
        case CommissionBilled() | CommissionAdjusted(amount=0):
            yield Take(NAME, f"{event.number}/{event.towards}")


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Bills party after party, freelancers first, each in order of code: so the agency's numbers follow that order."""
    office = desk.office.acting(cause=f"commission moment {items[0].due:%Y-%m-%dT%H:%MZ}")
    by_party: dict[tuple[int, str], list[Claim]] = {}
    for item in items:
        claim = Claim(
            towards_rank=SIDES.index(item.data["towards"]),
            party=item.data["party"],
            issuing_order=item.data["order"],
            invoice=InvoiceNumber(item.data["invoice"]),
        )
        by_party.setdefault((claim.towards_rank, claim.party), []).append(claim)
    parties = sorted(by_party)
    for start in range(0, len(parties), PARTIES_IN_A_TRANSACTION):
        some = parties[start : start + PARTIES_IN_A_TRANSACTION]
        issue_commission_invoices(office, claims=[claim for party in some for claim in by_party[party]])


POLICY = Policy(
    name=NAME,
    title="Provisie factureren",
    fold=AgendaFold(listens=(InvoiceSent, CommissionHeld, CommissionAdjusted, CommissionBilled), changes=changes),
    act=act,
    batches=all_together,
)
