"""Forgetting a person: the law's term has passed, the event says so, and the key is destroyed."""

import datetime as dt

from selfbill.aggregates.catalogue import debit_mandate_stream
from selfbill.aggregates.party import forget
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.moments import local_date
from selfbill.store.agency import AgencyStore


def forget_party(
    office: Office, store: AgencyStore, *, stream: str, reason: str, last_document: dt.date | None
) -> Outcome:
    """Erases the person behind this party's stream; amounts, numbers and the chain of events stay provable.

    Raises StillToBeKept. The event comes first: when the process dies before the key is destroyed, forgetting again does it.
    The accounts on direct debit mandates go with the person.
    """

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        forgotten = forget(
            loaded.state, reason=reason, last_document=last_document, today=local_date(office.clock.now())
        )
        return Decision(change(stream, loaded, forgotten))

    outcome = carry_out(office, decide)
    for mandate in office.streams.load(f"debtor:{stream}").state.mandates:
        store.forget(debit_mandate_stream(mandate))
    store.forget(stream)
    return outcome
