"""Collection that waits: of all that one debtor owes or of one disputed invoice, for a reason and until a date."""

import datetime as dt
from typing import Any

from selfbill.aggregates import collection_decisions as decisions
from selfbill.aggregates import suspension as suspensions
from selfbill.aggregates.party import UnknownParty
from selfbill.application.collecting import case_of, changed_and_planned, debtor_stream
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.moments import local_date
from selfbill.pricing.terms import Towards
from selfbill.store.streams import Loaded
from selfbill.values import InvoiceNumber


def suspend_debtor(
    office: Office, *, towards: Towards, code: str, reason: str, until: dt.date, command_id: str | None = None
) -> Outcome:
    """Nothing is sent to this debtor up to and including `until`; the agenda shows it with the reason.

    Raises UnknownParty, SuspensionWithoutReason, SuspensionOver, CitizenNumber.
    """
    stream = debtor_stream(towards, code)

    def decide() -> Decision:
        loaded = _known(office, stream, code)
        today = local_date(office.clock.now())
        decided = suspensions.suspend(loaded.state.collection, code=code, reason=reason, until=until, today=today)
        return Decision(change(stream, loaded, decided))

    return carry_out(office, decide, command_id=command_id)


def resume_debtor(office: Office, *, towards: Towards, code: str, command_id: str | None = None) -> Outcome:
    """Collecting from this debtor goes on. Raises UnknownParty, NotSuspended."""
    stream = debtor_stream(towards, code)

    def decide() -> Decision:
        loaded = _known(office, stream, code)
        today = local_date(office.clock.now())
        return Decision(change(stream, loaded, suspensions.resume(loaded.state.collection, code=code, today=today)))

    return carry_out(office, decide, command_id=command_id)


def mark_taken_up(office: Office, *, towards: Towards, code: str, revision: int) -> Outcome:
    """Every open invoice of this debtor is planned by what was decided."""
    stream = debtor_stream(towards, code)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        marked = suspensions.mark_taken_up(loaded.state.collection, code=code, revision=revision)
        return Decision(change(stream, loaded, marked))

    return carry_out(office, decide)


def _known(office: Office, stream: str, code: str) -> Loaded[Any]:
    loaded = office.streams.load(stream)
    if loaded.version == 0:
        raise UnknownParty(code=code)
    return loaded


def dispute_invoice(
    office: Office, *, number: InvoiceNumber, reason: str, until: dt.date, command_id: str | None = None
) -> Outcome:
    """Nothing is sent about this invoice up to and including `until`.

    Raises UnknownInvoice, SuspensionWithoutReason, SuspensionOver, CitizenNumber.
    """

    def decide() -> Decision:
        case = case_of(office, [number])
        decided = decisions.dispute(
            case.invoice(number), number=number, reason=reason, until=until, today=local_date(case.now)
        )
        return Decision(changed_and_planned(case, number, decided), case.rests_on)

    return carry_out(office, decide, command_id=command_id)


def settle_dispute(office: Office, *, number: InvoiceNumber, command_id: str | None = None) -> Outcome:
    """Collecting this invoice goes on. Raises UnknownInvoice, NotSuspended."""

    def decide() -> Decision:
        case = case_of(office, [number])
        settled = decisions.settle_dispute(case.invoice(number), number=number, today=local_date(case.now))
        return Decision(changed_and_planned(case, number, settled), case.rests_on)

    return carry_out(office, decide, command_id=command_id)
