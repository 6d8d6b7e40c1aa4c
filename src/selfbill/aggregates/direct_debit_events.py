"""What happens to a commission invoice that is collected by direct debit: planned, announced, handed to the bank, collected or returned.

Each attempt at collecting an invoice goes through these once; the attempts of an invoice are counted from 1.
"""

import datetime as dt
from enum import StrEnum
from typing import Literal

import msgspec

from selfbill.aggregates.event import Event
from selfbill.pricing.terms import Towards
from selfbill.values import BatchId, Cents, EndToEndId, InvoiceNumber, MandateId

DropReason = Literal["settled", "mandate", "batch_cancelled", "by_hand"]
"""Nothing was open any more; the mandate cannot be used; the batch was cancelled; somebody decided so."""


class DebitPlanned(Event, tag="invoice.debit_planned"):
    """This invoice will be collected on this day; said anew when the day moves."""

    number: InvoiceNumber
    attempt: int
    mandate: MandateId
    towards: Towards
    debtor: str
    amount: Cents
    """What was open; less is collected when some of it is paid before."""
    collection_date: dt.date
    file_at: dt.datetime
    """When the file for the bank is made."""


class DebitPrenotified(Event, tag="invoice.debit_prenotified"):
    """The debtor was told when and how much (SEPA Core rulebook EPC016-06, section 4.3.4)."""

    number: InvoiceNumber
    attempt: int
    amount: Cents
    collection_date: dt.date
    message_id: str
    on: dt.date


class DebitNoticeFailed(Event, tag="invoice.debit_notice_failed"):
    """The mail about it was not delivered; it is tried again at `retry_at`."""

    number: InvoiceNumber
    attempt: int
    reason: str
    failures: int
    retry_at: dt.datetime


class DebitInstructed(Event, tag="invoice.debit_instructed"):
    """The collection stands in a batch for the bank."""

    number: InvoiceNumber
    attempt: int
    batch: BatchId
    end_to_end_id: EndToEndId
    mandate: MandateId
    amount: Cents
    collection_date: dt.date


class DebitCollected(Event, tag="invoice.debit_collected"):
    """The bank paid it; the payment itself is allocated on its own."""

    number: InvoiceNumber
    attempt: int
    end_to_end_id: EndToEndId
    on: dt.date


class DebitReturned(Event, tag="invoice.debit_returned"):
    """The bank rejected, returned or refunded it (R-transaction): the invoice can be collected again, as a new attempt."""

    number: InvoiceNumber
    attempt: int
    end_to_end_id: EndToEndId
    code: str
    """ISO 20022 reason code of the bank, e.g. AM04."""
    reason: str
    """What it means, in Dutch."""
    on: dt.date


class DebitDropped(Event, tag="invoice.debit_dropped"):
    """It is not collected after all."""

    number: InvoiceNumber
    attempt: int
    why: DropReason
    reason: str


class Stage(StrEnum):
    """How far one attempt has come."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    INSTRUCTED = "instructed"
    COLLECTED = "collected"
    RETURNED = "returned"
    DROPPED = "dropped"


LIVE = (Stage.PLANNED, Stage.ANNOUNCED, Stage.INSTRUCTED)
"""Money may still come from it, so no other attempt begins."""


class Debit(msgspec.Struct, frozen=True):
    """One attempt at collecting an invoice."""

    attempt: int
    mandate: MandateId
    amount: Cents
    collection_date: dt.date
    stage: Stage = Stage.PLANNED
    announced_on: dt.date | None = None
    notice_failures: int = 0
    batch: BatchId | None = None
    end_to_end_id: EndToEndId | None = None

    @property
    def is_live(self) -> bool:
        return self.stage in LIVE


DebitEvent = (
    DebitPlanned
    | DebitPrenotified
    | DebitNoticeFailed
    | DebitInstructed
    | DebitCollected
    | DebitReturned
    | DebitDropped
)
DEBIT_EVENTS: tuple[type[DebitEvent], ...] = (
    DebitPlanned,
    DebitPrenotified,
    DebitNoticeFailed,
    DebitInstructed,
    DebitCollected,
    DebitReturned,
    DebitDropped,
)


def evolve_debits(debits: tuple[Debit, ...], event: DebitEvent) -> tuple[Debit, ...]:
    """All attempts of an invoice after this event, oldest first."""
    if isinstance(event, DebitPlanned):
        planned = Debit(event.attempt, event.mandate, event.amount, event.collection_date)
        return (*(each for each in debits if each.attempt != event.attempt), planned)
    return tuple(_evolve(each, event) if each.attempt == event.attempt else each for each in debits)


def _evolve(debit: Debit, event: DebitEvent) -> Debit:
    replace = msgspec.structs.replace
    match event:
        case DebitPrenotified():
            return replace(debit, stage=Stage.ANNOUNCED, announced_on=event.on, notice_failures=0)
        case DebitNoticeFailed():
            return replace(debit, notice_failures=event.failures)
        case DebitInstructed():
            return replace(
                debit,
                stage=Stage.INSTRUCTED,
                amount=event.amount,
                batch=event.batch,
                end_to_end_id=event.end_to_end_id,
            )
        case DebitCollected():
            return replace(debit, stage=Stage.COLLECTED)
        case DebitReturned():
            return replace(debit, stage=Stage.RETURNED)
        case DebitDropped():
            return replace(debit, stage=Stage.DROPPED)
        case _:
            return debit
