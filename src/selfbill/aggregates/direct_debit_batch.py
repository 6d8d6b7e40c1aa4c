"""A batch of direct debits: what is collected on one day, as one file for the bank, in each version of the format that banks take."""

import datetime as dt
from typing import Literal

import msgspec

from selfbill.aggregates.creditor import CreditorDetails
from selfbill.aggregates.direct_debit_mandate import DebtorAccount, ReasonMissing
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.refusals import Refusal
from selfbill.sepa_text import MOST_IDENTIFIER_CHARACTERS
from selfbill.values import BatchId, Cents, EndToEndId, InvoiceNumber, MandateId

FileFormat = Literal["pain.008.001.02", "pain.008.001.08"]
"""Dutch banks took .02 for years and go over to .08; the same collections stand in both files, and one of them is uploaded."""


class BatchItem(msgspec.Struct, frozen=True):
    """One collection; account and name are those of the mandate at this version of its stream."""

    number: InvoiceNumber
    attempt: int
    end_to_end_id: EndToEndId
    mandate: MandateId
    mandate_version: int
    amount: Cents
    is_amended: bool
    """Whether the bank is told that the account has changed."""


class BatchFile(msgspec.Struct, frozen=True):
    """The bytes for the bank, kept under this SHA-256."""

    format: FileFormat
    sha256: str
    size: int


class BatchMade(Event, tag="debit_batch.made"):
    """These invoices are collected on this day, and the files for it are kept."""

    batch: BatchId
    message_id: str
    collection_date: dt.date
    made_at: dt.datetime
    creditor: CreditorDetails
    items: tuple[BatchItem, ...]
    total: Cents
    files: tuple[BatchFile, ...]


class BatchSubmitted(Event, tag="debit_batch.submitted"):
    """Somebody uploaded one of the files to the bank."""

    batch: BatchId


class BatchCancelled(Event, tag="debit_batch.cancelled"):
    """Nothing of it is collected: it was never uploaded, or the bank refused it as a whole."""

    batch: BatchId
    reason: str
    by_bank: bool = False


class Entry(msgspec.Struct, frozen=True):
    """A collection with everything that stands in the file about it."""

    item: BatchItem
    account: DebtorAccount
    signed_on: dt.date


class Sheet(msgspec.Struct, frozen=True):
    """Everything that the file is made of: the same sheet gives the same bytes for ever."""

    message_id: str
    creditor: CreditorDetails
    collection_date: dt.date
    made_at: dt.datetime
    entries: tuple[Entry, ...]


class Batch(msgspec.Struct, frozen=True):
    """The batch as it was made, and what became of it."""

    made: BatchMade | None = None
    is_submitted: bool = False
    is_cancelled: bool = False


def evolve(batch: Batch, event: Event) -> Batch:
    """The batch after this event."""
    replace = msgspec.structs.replace
    match event:
        case BatchMade():
            return Batch(made=event)
        case BatchSubmitted():
            return replace(batch, is_submitted=True)
        case BatchCancelled():
            return replace(batch, is_cancelled=True)
        case _:
            return batch


class UnknownBatch(Refusal):
    code = "unknown_batch"
    nl = "Incassobatch {batch} bestaat niet bij dit bureau. Kijk met: selfbill debit list."
    en = "This agency has no batch {batch} of direct debits. Look with: selfbill debit list."


class BatchWasCancelled(Refusal):
    code = "batch_was_cancelled"
    nl = "Incassobatch {batch} is geannuleerd en mag niet meer naar de bank. Heb je het bestand toch ingestuurd, trek het dan bij de bank in."
    en = "Batch {batch} was cancelled and may not go to the bank any more. If the file was sent all the same, withdraw it at the bank."


class BatchWithTheBank(Refusal):
    code = "batch_with_the_bank"
    nl = "Incassobatch {batch} is bij de bank ingestuurd. Alleen als de bank het hele bestand heeft geweigerd of teruggegeven: --refused-by-bank."
    en = (
        "Batch {batch} was sent to the bank. Only when the bank refused or gave back the whole file: --refused-by-bank."
    )


class BatchWasExecuted(Refusal):
    code = "batch_was_executed"
    nl = "De bank heeft incasso's van batch {batch} uitgevoerd, zoals {end_to_end_id}; annuleren kan niet meer."
    en = (
        "The bank carried out direct debits of batch {batch}, such as {end_to_end_id}; it cannot be cancelled any more."
    )


def make(
    *,
    batch: BatchId,
    message_id: str,
    collection_date: dt.date,
    made_at: dt.datetime,
    creditor: CreditorDetails,
    items: tuple[BatchItem, ...],
    files: tuple[BatchFile, ...],
) -> BatchMade:
    """A batch of at least one collection, each under an end-to-end id of its own."""
    assert items
    assert len({item.end_to_end_id for item in items}) == len(items)
    return BatchMade(
        batch=batch,
        message_id=message_id,
        collection_date=collection_date,
        made_at=made_at,
        creditor=creditor,
        items=items,
        total=Cents(sum(item.amount for item in items)),
        files=files,
    )


def submit(batch: Batch, *, name: BatchId) -> BatchSubmitted | AlreadyDoneType:
    """Somebody uploaded the file. Raises UnknownBatch, BatchWasCancelled."""
    if batch.made is None:
        raise UnknownBatch(batch=name)
    if batch.is_cancelled:
        raise BatchWasCancelled(batch=name)
    return AlreadyDone if batch.is_submitted else BatchSubmitted(batch=name)


def cancel(
    batch: Batch, *, name: BatchId, reason: str, by_bank: bool, executed: EndToEndId | None
) -> BatchCancelled | AlreadyDoneType:
    """Nothing of it is collected; `executed` is a collection that the bank carried out, if there is one.

    Raises UnknownBatch, ReasonMissing, CitizenNumber, BatchWithTheBank, BatchWasExecuted.
    """
    if batch.made is None:
        raise UnknownBatch(batch=name)
    if batch.is_cancelled:
        return AlreadyDone
    if not reason.strip():
        raise ReasonMissing
    refuse_citizen_number(reason=reason)
    if executed is not None:
        raise BatchWasExecuted(batch=name, end_to_end_id=executed)
    if batch.is_submitted and not by_bank:
        raise BatchWithTheBank(batch=name)
    return BatchCancelled(batch=name, reason=reason, by_bank=by_bank)


def message_id(agency_code: str, batch: BatchId) -> str:
    """Names the file at the bank: `BN-20261201-1`, at most 35 characters.

    >>> message_id("BN", BatchId("20261201-1"))
    'BN-20261201-1'
    """
    plain = "".join(each for each in agency_code.upper() if each.isascii() and each.isalnum()) or "INC"
    return f"{plain[: MOST_IDENTIFIER_CHARACTERS - len(batch) - 1]}-{batch}"


def batch_id(collection_date: dt.date, sequence: int) -> BatchId:
    """The batch with this number among those of one collection date, from 1."""
    return BatchId(f"{collection_date:%Y%m%d}-{sequence}")
