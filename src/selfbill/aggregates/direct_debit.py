"""Collecting one commission invoice by direct debit: what is decided on its stream, one attempt at a time.

Only the agency's own invoices for commission are collected (DOMAIN.md section 7): on a freelancer's invoice to a customer the
agency is not the creditor.
"""

import datetime as dt

from selfbill.aggregates.creditor import CreditorDetails
from selfbill.aggregates.direct_debit_events import (
    Debit,
    DebitCollected,
    DebitDropped,
    DebitInstructed,
    DebitNoticeFailed,
    DebitPlanned,
    DebitPrenotified,
    DebitReturned,
    DropReason,
    Stage,
)
from selfbill.aggregates.direct_debit_mandate import DebitMandate, require_usable
from selfbill.aggregates.direct_debit_returns import return_code
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import CommissionInvoiced
from selfbill.aggregates.invoice_payments import UnknownInvoice
from selfbill.business_days import business_day_from, business_days_before
from selfbill.moments import from_local, local_date
from selfbill.refusals import Refusal
from selfbill.sepa_text import MOST_IDENTIFIER_CHARACTERS, is_sepa_identifier
from selfbill.values import BatchId, Cents, EndToEndId, InvoiceNumber

FILE_TIME = dt.time(9)
"""Files are made in the morning, local time: people have the day for uploading and banks close their books in the afternoon."""


class NotTheCreditor(Refusal):
    """Who collects is who is owed (DOMAIN.md section 7)."""

    code = "not_the_creditor"
    nl = "Factuur {number} is van {freelancer} en niet van het bureau: alleen provisiefacturen kunnen worden geïncasseerd."
    en = "Invoice {number} is {freelancer}'s and not the agency's: only commission invoices can be collected."


class NothingToCollect(Refusal):
    code = "nothing_to_collect"
    nl = "Van factuur {number} staat niets open; er valt niets te incasseren."
    en = "Nothing is open of invoice {number}; there is nothing to collect."


class NoSuchDebit(Refusal):
    code = "no_such_debit"
    nl = "Factuur {number} is niet onder {end_to_end_id} bij de bank aangeboden. Kijk met: selfbill debit list."
    en = "Invoice {number} was not handed to the bank as {end_to_end_id}. Look with: selfbill debit list."


class DebitWithTheBank(Refusal):
    code = "debit_with_the_bank"
    nl = "De incasso van factuur {number} staat al in batch {batch}. Annuleer de batch met: selfbill debit cancel {batch}."
    en = "The direct debit of invoice {number} stands in batch {batch}. Cancel the batch with: selfbill debit cancel {batch}."


class NothingPlanned(Refusal):
    code = "no_debit_planned"
    nl = "Voor factuur {number} is geen incasso gepland. Plan er een met: selfbill debit plan {number}."
    en = "No direct debit is planned for invoice {number}. Plan one with: selfbill debit plan {number}."


def plan(
    invoice: Invoice, *, number: InvoiceNumber, mandate: DebitMandate, creditor: CreditorDetails, now: dt.datetime
) -> DebitPlanned | AlreadyDoneType:
    """What is open of this invoice will be collected, as a new attempt; AlreadyDone while one is under way.

    Raises UnknownInvoice, NotTheCreditor, NothingToCollect and what `require_usable` refuses.
    """
    issued = require_collectable(invoice, number)
    if current(invoice) is not None:
        return AlreadyDone
    if invoice.open <= 0:
        raise NothingToCollect(number=number)
    return _planned(invoice, issued, attempt=len(invoice.debits) + 1, mandate=mandate, creditor=creditor, now=now)


def move(
    invoice: Invoice, *, mandate: DebitMandate, creditor: CreditorDetails, now: dt.datetime
) -> DebitPlanned | DebitDropped | AlreadyDoneType:
    """A planned collection gets the next day that can still be announced in time, or is dropped when it has become impossible."""
    debit = current(invoice)
    if debit is None or debit.stage is Stage.INSTRUCTED:
        return AlreadyDone
    issued = require_collectable(invoice, number := _number(invoice))
    if invoice.open <= 0:
        return _dropped(number, debit, "settled", "Er staat niets meer open.")
    try:
        return _planned(invoice, issued, attempt=debit.attempt, mandate=mandate, creditor=creditor, now=now)
    except Refusal as refusal:
        return _dropped(number, debit, "mandate", refusal.sentence())


def is_announced_in_time(debit: Debit, creditor: CreditorDetails, *, today: dt.date) -> bool:
    """Whether the debtor was told long enough before, or, when nothing was said yet, still can be today."""
    told = debit.announced_on or today
    return told + dt.timedelta(days=creditor.notice_days) <= debit.collection_date


def record_prenotified(
    invoice: Invoice, *, attempt: int, collection_date: dt.date, message_id: str, today: dt.date
) -> DebitPrenotified | AlreadyDoneType:
    """The debtor was told of this attempt on this day; what was moved or dropped in the meantime is told anew or not at all."""
    debit = current(invoice)
    if debit is None or (debit.attempt, debit.collection_date, debit.stage) != (
        attempt,
        collection_date,
        Stage.PLANNED,
    ):
        return AlreadyDone
    return DebitPrenotified(
        number=_number(invoice),
        attempt=attempt,
        amount=debit.amount,
        collection_date=collection_date,
        message_id=message_id,
        on=today,
    )


def record_notice_failure(
    invoice: Invoice, *, attempt: int, reason: str, retry_at: dt.datetime
) -> DebitNoticeFailed | AlreadyDoneType:
    """The mail was not delivered; it is tried again."""
    debit = current(invoice)
    if debit is None or debit.attempt != attempt or debit.stage is not Stage.PLANNED:
        return AlreadyDone
    return DebitNoticeFailed(
        number=_number(invoice),
        attempt=attempt,
        reason=reason,
        failures=debit.notice_failures + 1,
        retry_at=retry_at,
    )


def instruct(
    invoice: Invoice, *, batch: BatchId, mandate: DebitMandate, creditor: CreditorDetails, now: dt.datetime
) -> DebitInstructed | DebitPlanned | DebitDropped | AlreadyDoneType:
    """The collection goes into a batch; dropped when nothing is open or the mandate fails, moved when it was not announced in time.

    Collected is what was announced, or less when less is open by now; never more.
    """
    debit = current(invoice)
    if debit is None or debit.stage is Stage.INSTRUCTED:
        return AlreadyDone
    if debit.stage is not Stage.ANNOUNCED or not can_reach(debit.collection_date, creditor, today=local_date(now)):
        return move(invoice, mandate=mandate, creditor=creditor, now=now)
    if not is_announced_in_time(debit, creditor, today=local_date(now)):
        return move(invoice, mandate=mandate, creditor=creditor, now=now)
    number = _number(invoice)
    if invoice.open <= 0:
        return _dropped(number, debit, "settled", "Er staat niets meer open.")
    try:
        require_usable(mandate, on=debit.collection_date)
    except Refusal as refusal:
        return _dropped(number, debit, "mandate", refusal.sentence())
    return DebitInstructed(
        number=number,
        attempt=debit.attempt,
        batch=batch,
        end_to_end_id=end_to_end_id(number, debit.attempt),
        mandate=mandate.mandate,
        amount=min(debit.amount, invoice.open),
        collection_date=debit.collection_date,
    )


def drop(invoice: Invoice, *, number: InvoiceNumber, why: DropReason, reason: str) -> DebitDropped | AlreadyDoneType:
    """A collection that is not with the bank yet is given up. Raises UnknownInvoice, NothingPlanned, DebitWithTheBank."""
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    debit = current(invoice)
    if debit is None:
        if invoice.debits and invoice.debits[-1].stage is Stage.DROPPED:
            return AlreadyDone
        raise NothingPlanned(number=number)
    if debit.stage is Stage.INSTRUCTED:
        raise DebitWithTheBank(number=number, batch=debit.batch)
    return _dropped(number, debit, why, reason)


def take_out(invoice: Invoice, *, batch: BatchId, reason: str) -> DebitDropped | AlreadyDoneType:
    """The batch in which it stands was cancelled."""
    debit = current(invoice)
    if debit is None or debit.batch != batch or debit.stage is not Stage.INSTRUCTED:
        return AlreadyDone
    return _dropped(_number(invoice), debit, "batch_cancelled", reason)


def settle(
    invoice: Invoice, *, number: InvoiceNumber, end_to_end_id: EndToEndId, on: dt.date
) -> DebitCollected | AlreadyDoneType:
    """The bank paid this attempt. Raises UnknownInvoice, NoSuchDebit; AlreadyDone also after a return, which comes later."""
    debit = _instructed(invoice, number, end_to_end_id)
    if debit.stage in (Stage.COLLECTED, Stage.RETURNED):
        return AlreadyDone
    return DebitCollected(number=number, attempt=debit.attempt, end_to_end_id=end_to_end_id, on=on)


def return_debit(
    invoice: Invoice, *, number: InvoiceNumber, end_to_end_id: EndToEndId, code: str, on: dt.date
) -> DebitReturned | AlreadyDoneType:
    """The bank sent this attempt back, before or after it paid. Raises UnknownInvoice, NoSuchDebit, NotAReturnCode."""
    debit = _instructed(invoice, number, end_to_end_id)
    if debit.stage is Stage.RETURNED:
        return AlreadyDone
    return DebitReturned(
        number=number,
        attempt=debit.attempt,
        end_to_end_id=end_to_end_id,
        code=code,
        reason=return_code(code).nl,
        on=on,
    )


def current(invoice: Invoice) -> Debit | None:
    """The attempt that is under way, if there is one; an invoice is collected once at a time."""
    return invoice.debits[-1] if invoice.debits and invoice.debits[-1].is_live else None


def end_to_end_id(number: InvoiceNumber, attempt: int) -> EndToEndId:
    """`BN-2026-0001.1`: the invoice and the attempt, at most 35 characters of SEPA's set.

    >>> end_to_end_id(InvoiceNumber("BN-2026-0001"), 2)
    'BN-2026-0001.2'
    """
    whole = f"{number}.{attempt}"
    if not is_sepa_identifier(whole):  # a prefix may hold underscores, and any number of dots and dashes
        whole = f"{''.join(each for each in number if each.isalnum())}.{attempt}"
    assert len(whole) <= MOST_IDENTIFIER_CHARACTERS
    return EndToEndId(whole)


def collection_day(creditor: CreditorDetails, *, due: dt.date, now: dt.datetime) -> tuple[dt.date, dt.datetime]:
    """The first business day on or after the due date that can be announced in time, and when its file is made."""
    day = business_day_from(max(due, local_date(now) + dt.timedelta(days=creditor.notice_days)))
    while (file_at := _file_at(day, creditor)) <= now:
        day = business_day_from(day + dt.timedelta(days=1))
    return day, file_at


def can_reach(day: dt.date, creditor: CreditorDetails, *, today: dt.date) -> bool:
    """Whether a file that is made today is with the bank in time for this collection date."""
    return today <= business_days_before(day, creditor.file_days)


def _file_at(day: dt.date, creditor: CreditorDetails) -> dt.datetime:
    return from_local(dt.datetime.combine(business_days_before(day, creditor.file_days), FILE_TIME))


def require_collectable(invoice: Invoice, number: InvoiceNumber) -> CommissionInvoiced:
    """The agency's own invoice. Raises UnknownInvoice, NotTheCreditor."""
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    if not isinstance(invoice.issued, CommissionInvoiced):
        raise NotTheCreditor(number=number, freelancer=invoice.issued.freelancer)
    return invoice.issued


def _planned(
    invoice: Invoice,
    issued: CommissionInvoiced,
    *,
    attempt: int,
    mandate: DebitMandate,
    creditor: CreditorDetails,
    now: dt.datetime,
) -> DebitPlanned:
    day, file_at = collection_day(creditor, due=issued.due, now=now)
    require_usable(mandate, on=day)
    return DebitPlanned(
        number=issued.number,
        attempt=attempt,
        mandate=mandate.mandate,
        towards=issued.towards,
        debtor=issued.party,
        amount=Cents(invoice.open),
        collection_date=day,
        file_at=file_at,
    )


def _instructed(invoice: Invoice, number: InvoiceNumber, identifier: EndToEndId) -> Debit:
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    for debit in invoice.debits:
        if debit.end_to_end_id == identifier:
            return debit
    raise NoSuchDebit(number=number, end_to_end_id=identifier)


def _number(invoice: Invoice) -> InvoiceNumber:
    assert invoice.issued is not None, "only an issued invoice is collected"
    return invoice.issued.number


def _dropped(number: InvoiceNumber, debit: Debit, why: DropReason, reason: str) -> DebitDropped:
    return DebitDropped(number=number, attempt=debit.attempt, why=why, reason=reason)
