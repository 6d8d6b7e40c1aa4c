"""End: when the last term is over the cost becomes due, and the invoice waits for a person who hands it over. Nobody is told by itself."""

from collections.abc import Sequence

from selfbill.application.collecting import end_terms
from selfbill.policies.policy import Desk, Item, Policy, by_group
from selfbill.policies.remind_payment import STEP_EVENTS, step_changes
from selfbill.projections.agenda import AgendaFold
from selfbill.store.claims import claim
from selfbill.values import InvoiceNumber

NAME = "end_term"

INVOICES_IN_A_TRANSACTION = 100
"""What stood in one demand stays together, so that its cost is divided in one decision."""


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Claims the cost where the agency does, and puts the invoices ready for a person."""
    numbers = sorted(InvoiceNumber(item.subject) for item in items)
    office = desk.office.acting(cause=f"term over {items[0].due:%Y-%m-%dT%H:%MZ}")
    with claim(desk.pool, [f"collection {number}" for number in numbers]):
        end_terms(office, numbers=numbers)


POLICY = Policy(
    name=NAME,
    title="Incassokosten berekenen en klaarzetten om uit handen te geven",
    fold=AgendaFold(listens=STEP_EVENTS, changes=step_changes(NAME, "hand_over")),
    act=act,
    batches=by_group(INVOICES_IN_A_TRANSACTION),
)
