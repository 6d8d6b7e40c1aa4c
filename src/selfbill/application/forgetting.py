"""Forgetting a person: the law's term has passed, the event says so, and the key is destroyed."""

import datetime as dt
from collections.abc import Sequence

from selfbill.aggregates.catalogue import debit_mandate_stream, payment_stream
from selfbill.aggregates.party import forget
from selfbill.aggregates.payment_decisions import forget as forget_payment
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.moments import local_date
from selfbill.store.agency import AgencyStore
from selfbill.values import PaymentId


def forget_party(
    office: Office,
    store: AgencyStore,
    *,
    stream: str,
    reason: str,
    last_document: dt.date | None,
    payments: Sequence[PaymentId] = (),
) -> Outcome:
    """Erases the person behind this party's stream; amounts, numbers and the chain of events stay provable.

    Raises StillToBeKept. The event comes first: when the process dies before the key is destroyed, forgetting again does it.
    The accounts on direct debit mandates go with the person, and what the bank said of `payments`: those that paid this person's
    invoices (selfbill.projections.payments.of_debtor).
    """

    def decide() -> Decision:
        loaded = office.streams.load_many([stream, *(payment_stream(payment) for payment in payments)])
        forgotten = forget(
            loaded[stream].state, reason=reason, last_document=last_document, today=local_date(office.clock.now())
        )
        changes = [*change(stream, loaded[stream], forgotten)]
        for payment in payments:
            name = payment_stream(payment)
            changes += change(name, loaded[name], forget_payment(loaded[name].state, name=payment))
        return Decision(changes)

    outcome = carry_out(office, decide)
    for mandate in office.streams.load(f"debtor:{stream}").state.mandates:
        store.forget(debit_mandate_stream(mandate))
    for payment in payments:
        store.forget(payment_stream(payment))
    store.forget(stream)
    return outcome
