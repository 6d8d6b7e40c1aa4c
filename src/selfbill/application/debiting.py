"""One invoice on its way to being collected: planned, announced, collected or sent back."""

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from selfbill.aggregates import direct_debit as debits
from selfbill.aggregates import direct_debit_mandate as mandates
from selfbill.aggregates.catalogue import CREDITOR, debit_mandate_stream, debtor_stream, invoice_stream
from selfbill.aggregates.creditor import CreditorDetails, require
from selfbill.aggregates.debtor import current_mandate
from selfbill.aggregates.direct_debit_events import Debit, Stage
from selfbill.aggregates.direct_debit_mandate import DebitMandate
from selfbill.aggregates.direct_debit_returns import return_code
from selfbill.aggregates.event import AlreadyDoneType, Event
from selfbill.aggregates.invoice import Invoice, evolve
from selfbill.aggregates.invoice_events import CommissionInvoiced
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.moments import local_date
from selfbill.pricing.terms import Towards
from selfbill.refusals import Refusal
from selfbill.store.streams import Change
from selfbill.values import EndToEndId, InvoiceNumber


class Collecting(msgspec.Struct, frozen=True):
    """How the agency collects, and the mandates of some of its debtors."""

    creditor: CreditorDetails | None
    mandates: Mapping[tuple[Towards, str], DebitMandate]


def collecting(office: Office, debtors: Iterable[tuple[Towards, str]]) -> Collecting:
    """What is needed to plan collections from these debtors; nothing is loaded of them while the agency does not collect."""
    creditor = office.streams.load(CREDITOR).state.details
    if creditor is None:
        return Collecting(None, {})
    rosters = {key: debtor_stream(*key) for key in debtors}
    given = office.streams.load_many(rosters.values())
    last = {key: given[stream].state.mandates[-1] for key, stream in rosters.items() if given[stream].state.mandates}
    known = office.streams.load_many({debit_mandate_stream(mandate) for mandate in last.values()})
    return Collecting(creditor, {key: known[debit_mandate_stream(each)].state for key, each in last.items()})


def with_its_debit(plans: Collecting, issued: CommissionInvoiced, *, now: dt.datetime) -> tuple[Event, ...]:
    """The first events of a commission invoice: that it was issued, and, where its debtor's mandate allows it, when it is collected.

    A mandate that cannot be used keeps no invoice from being issued.
    """
    mandate = plans.mandates.get((issued.towards, issued.party))
    if plans.creditor is None or mandate is None:
        return (issued,)
    invoice = evolve(Invoice(), issued)
    try:
        planned = debits.plan(invoice, number=issued.number, mandate=mandate, creditor=plans.creditor, now=now)
    except Refusal:
        return (issued,)
    assert isinstance(planned, Event)
    return (issued, planned)


def plan_debit(office: Office, *, number: InvoiceNumber, command_id: str | None = None) -> Outcome:
    """What is open of this commission invoice will be collected on the first day that can be announced in time.

    AlreadyDone while an attempt is under way. Raises UnknownInvoice, NotTheCreditor, NothingToCollect, NoCreditorIdentifier,
    NoDebitMandate, and what `require_usable` refuses.
    """
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load_many([CREDITOR, stream])
        invoice: Invoice = loaded[stream].state
        issued = debits.require_collectable(invoice, number)
        creditor = require(loaded[CREDITOR].state)
        roster = debtor_stream(issued.towards, issued.party)
        mandate = debit_mandate_stream(current_mandate(office.streams.load(roster).state, issued.party))
        known = office.streams.load(mandate)
        planned = debits.plan(invoice, number=number, mandate=known.state, creditor=creditor, now=office.clock.now())
        return Decision(change(stream, loaded[stream], planned), unchanged={mandate: known.version})

    return carry_out(office, decide, command_id=command_id)


def drop_debit(office: Office, *, number: InvoiceNumber, reason: str, command_id: str | None = None) -> Outcome:
    """A planned collection is given up. Raises UnknownInvoice, NothingPlanned, DebitWithTheBank, ReasonMissing, CitizenNumber."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        mandates.require_reason(reason)
        loaded = office.streams.load(stream)
        return Decision(change(stream, loaded, debits.drop(loaded.state, number=number, why="by_hand", reason=reason)))

    return carry_out(office, decide, command_id=command_id)


def announceable(office: Office, *, number: InvoiceNumber) -> Debit | None:
    """The collection of which the debtor is to be told now, on a day for which that is still in time; None when there is none.

    Moves the day when it has come too near, and drops what cannot be collected any more.
    """
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load_many([CREDITOR, stream])
        invoice: Invoice = loaded[stream].state
        debit = debits.current(invoice)
        if debit is None or debit.stage is not Stage.PLANNED:
            return Decision(())
        creditor, today = require(loaded[CREDITOR].state), local_date(office.clock.now())
        if invoice.open >= debit.amount and debits.is_announced_in_time(debit, creditor, today=today):
            return Decision(())
        mandate = office.streams.load(debit_mandate_stream(debit.mandate)).state
        moved = debits.move(invoice, mandate=mandate, creditor=creditor, now=office.clock.now())
        return Decision(change(stream, loaded[stream], moved))

    carry_out(office, decide)
    debit = debits.current(office.streams.load(stream).state)
    return debit if debit is not None and debit.stage is Stage.PLANNED else None


def record_prenotified(
    office: Office, *, number: InvoiceNumber, attempt: int, collection_date: dt.date, message_id: str
) -> Outcome:
    """The debtor was told when and how much."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        told = debits.record_prenotified(
            loaded.state,
            attempt=attempt,
            collection_date=collection_date,
            message_id=message_id,
            today=local_date(office.clock.now()),
        )
        return Decision(change(stream, loaded, told))

    return carry_out(office, decide)


def record_notice_failure(
    office: Office, *, number: InvoiceNumber, attempt: int, reason: str, retry_at: dt.datetime
) -> Outcome:
    """The mail was not delivered; it is tried again."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        failed = debits.record_notice_failure(loaded.state, attempt=attempt, reason=reason, retry_at=retry_at)
        return Decision(change(stream, loaded, failed))

    return carry_out(office, decide)


def settle_debit(
    office: Office, *, number: InvoiceNumber, end_to_end_id: EndToEndId, on: dt.date, command_id: str | None = None
) -> Outcome:
    """The bank paid this collection on this day; the money is allocated elsewhere. Raises UnknownInvoice, NoSuchDebit."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        return Decision(
            change(stream, loaded, debits.settle(loaded.state, number=number, end_to_end_id=end_to_end_id, on=on))
        )

    return carry_out(office, decide, command_id=command_id)


def return_debit(
    office: Office,
    *,
    number: InvoiceNumber,
    end_to_end_id: EndToEndId,
    code: str,
    on: dt.date,
    command_id: str | None = None,
) -> Outcome:
    """The bank sent this collection back (R-transaction), so the invoice can be collected anew.

    After a reason that will not go away by itself the mandate is blocked in the same transaction. Whatever of the money was
    allocated is released elsewhere. Raises UnknownInvoice, NoSuchDebit, NotAReturnCode.
    """
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        returned = debits.return_debit(loaded.state, number=number, end_to_end_id=end_to_end_id, code=code, on=on)
        changes: list[Change] = [*change(stream, loaded, returned)]
        meaning = return_code(code)
        if not isinstance(returned, AlreadyDoneType) and not meaning.may_try_again:
            (debit,) = (each for each in loaded.state.debits if each.end_to_end_id == end_to_end_id)
            mandate = debit_mandate_stream(debit.mandate)
            known = office.streams.load(mandate)
            changes += change(mandate, known, mandates.block(known.state, code=code, reason=meaning.nl))
        return Decision(changes)

    return carry_out(office, decide, command_id=command_id)
