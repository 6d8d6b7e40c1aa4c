"""Batches of direct debits: made once, whatever crashes or runs twice; uploaded by a person; cancelled as a whole."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from selfbill.aggregates import direct_debit_batch as batches
from selfbill.aggregates.catalogue import (
    AGENCY,
    CREDITOR,
    debit_batch_stream,
    debit_mandate_stream,
    invoice_stream,
)
from selfbill.aggregates.creditor import CreditorDetails, require
from selfbill.aggregates.direct_debit import current, instruct, take_out
from selfbill.aggregates.direct_debit_batch import Batch, BatchFile, BatchItem, Entry, FileFormat, Sheet
from selfbill.aggregates.direct_debit_events import DebitInstructed, Stage
from selfbill.aggregates.direct_debit_mandate import DebitMandate, tell_again, use
from selfbill.aggregates.event import AlreadyDoneType
from selfbill.aggregates.invoice import Invoice
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.store.streams import Change, Loaded
from selfbill.values import BatchId, EndToEndId, InvoiceNumber

Render = Callable[[Sheet], Mapping[FileFormat, bytes]]
"""Makes the files of a batch; the same sheet gives the same bytes."""

XML = "application/xml"


class _Chosen(msgspec.Struct, frozen=True):
    """What is decided about the invoices: what each of them gets, and what goes into the file."""

    changes: list[Change]
    entries: list[Entry]


def make_batch(
    office: Office, *, collection_date: dt.date, numbers: Iterable[InvoiceNumber], render: Render
) -> Outcome:
    """Collects these invoices on this day, as far as that was announced in time and something is open; AlreadyDone for the others.

    The batch, and on each invoice that it stands in it, are saved in one transaction on the versions that were decided on; so
    nothing is ever in two batches, whoever makes them and however it ends. The files are kept before. Raises NoCreditorIdentifier.
    """
    ordered = sorted(set(numbers))
    made_at = office.clock.now()

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, CREDITOR, *(invoice_stream(number) for number in ordered)])
        creditor = require(loaded[CREDITOR].state)
        wanted = {
            number: debit
            for number in ordered
            if (debit := current(loaded[invoice_stream(number)].state)) is not None
            and debit.stage is not Stage.INSTRUCTED
            and debit.collection_date == collection_date
        }
        known = office.streams.load_many({debit_mandate_stream(debit.mandate) for debit in wanted.values()})
        name, stream = _free_batch(office, collection_date)
        mandates = {number: known[debit_mandate_stream(debit.mandate)] for number, debit in wanted.items()}
        chosen = _choose(loaded, mandates, batch=name, creditor=creditor, now=made_at)
        unchanged = {CREDITOR: loaded[CREDITOR].version, **{each: known[each].version for each in known}}
        if not chosen.entries:
            return Decision(chosen.changes, unchanged=unchanged)
        sheet = Sheet(
            message_id=batches.message_id(loaded[AGENCY].state.details.code, name),
            creditor=creditor,
            collection_date=collection_date,
            made_at=made_at,
            entries=tuple(chosen.entries),
        )
        made = batches.make(
            batch=name,
            message_id=sheet.message_id,
            collection_date=collection_date,
            made_at=made_at,
            creditor=creditor,
            items=tuple(entry.item for entry in sheet.entries),
            files=tuple(
                BatchFile(form, office.archive.put(content, XML), len(content))
                for form, content in sorted(render(sheet).items())
            ),
        )
        return Decision([Change(stream, 0, (made,)), *chosen.changes], unchanged=unchanged)

    return carry_out(office, decide)


def _choose(
    loaded: Mapping[str, Loaded[Any]],
    mandates: Mapping[InvoiceNumber, Loaded[Any]],
    *,
    batch: BatchId,
    creditor: CreditorDetails,
    now: dt.datetime,
) -> _Chosen:
    chosen = _Chosen([], [])
    for number, signed in mandates.items():
        invoice, mandate = loaded[invoice_stream(number)], signed.state
        decided = instruct(invoice.state, batch=batch, mandate=mandate, creditor=creditor, now=now)
        chosen.changes.extend(change(invoice_stream(number), invoice, decided))
        if isinstance(decided, DebitInstructed):
            chosen.entries.append(_entry(decided, mandate, signed.version))
    return chosen


def _entry(instructed: DebitInstructed, mandate: DebitMandate, version: int) -> Entry:
    assert mandate.account is not None, "a mandate without an account is not usable"
    item = BatchItem(
        number=instructed.number,
        attempt=instructed.attempt,
        end_to_end_id=instructed.end_to_end_id,
        mandate=instructed.mandate,
        mandate_version=version,
        amount=instructed.amount,
        is_amended=mandate.is_amended,
    )
    return Entry(item, mandate.account, mandate.signed_on)


def _free_batch(office: Office, collection_date: dt.date) -> tuple[BatchId, str]:
    """The first batch of this day that does not exist; a second is only needed when something is planned for it after the first."""
    sequence = 1
    while True:
        name = batches.batch_id(collection_date, sequence)
        if office.streams.load(debit_batch_stream(name)).version == 0:
            return name, debit_batch_stream(name)
        sequence += 1


def submit_batch(office: Office, *, batch: BatchId, command_id: str | None = None) -> Outcome:
    """Somebody uploaded the file to the bank; its mandates count as used. Raises UnknownBatch, BatchWasCancelled."""
    stream = debit_batch_stream(batch)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        submitted = batches.submit(loaded.state, name=batch)
        if isinstance(submitted, AlreadyDoneType):
            return Decision(())
        made = loaded.state.made
        used = office.streams.load_many({debit_mandate_stream(item.mandate) for item in made.items})
        return Decision(
            [
                *change(stream, loaded, submitted),
                *(
                    each
                    for name, mandate in used.items()
                    for each in change(
                        name, mandate, use(mandate.state, batch=batch, collection_date=made.collection_date)
                    )
                ),
            ]
        )

    return carry_out(office, decide, command_id=command_id)


def cancel_batch(
    office: Office, *, batch: BatchId, reason: str, by_bank: bool = False, command_id: str | None = None
) -> Outcome:
    """Nothing of this batch is collected, and each of its invoices can be planned again.

    `by_bank` says that the bank refused or gave back the whole file. Raises UnknownBatch, ReasonMissing, CitizenNumber,
    BatchWithTheBank, BatchWasExecuted.
    """
    stream = debit_batch_stream(batch)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        state: Batch = loaded.state
        items = state.made.items if state.made else ()
        invoices = office.streams.load_many({invoice_stream(item.number) for item in items})
        cancelled = batches.cancel(
            state, name=batch, reason=reason, by_bank=by_bank, executed=_executed(items, invoices)
        )
        if isinstance(cancelled, AlreadyDoneType):
            return Decision(())
        amended = {debit_mandate_stream(item.mandate) for item in items if item.is_amended and state.is_submitted}
        return Decision(
            [
                *change(stream, loaded, cancelled),
                *(
                    each
                    for name, mandate in office.streams.load_many(amended).items()
                    for each in change(name, mandate, tell_again(mandate.state))
                ),
                *(
                    each
                    for name, invoice in invoices.items()
                    for each in change(name, invoice, take_out(invoice.state, batch=batch, reason=reason))
                ),
            ]
        )

    return carry_out(office, decide, command_id=command_id)


def _executed(items: Iterable[BatchItem], invoices: Mapping[str, Loaded[Any]]) -> EndToEndId | None:
    """A collection of which the bank said that it was carried out."""
    for item in items:
        invoice: Invoice = invoices[invoice_stream(item.number)].state
        for debit in invoice.debits:
            if debit.end_to_end_id == item.end_to_end_id and debit.stage in (Stage.COLLECTED, Stage.RETURNED):
                return item.end_to_end_id
    return None
