"""Money that is not paid: a credit balance set off against an invoice, and what the creditor gives up.

Setting off is between the same two: the debtor who has a credit balance, and the creditor who owes it (art. 6:127 BW).
"""

import datetime as dt

from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_money import CreditSettled, InvoiceWrittenOff, WriteOffReversed
from selfbill.aggregates.invoice_payments import MoreThanOpen, UnknownInvoice, sides_of
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.refusals import Refusal
from selfbill.values import Cents, InvoiceNumber, euros


class NoCreditBalance(Refusal):
    code = "no_credit_balance"
    nl = "Factuur {number} heeft geen tegoed om te verrekenen; er staat {open} euro open."
    en = "Invoice {number} has no credit balance to set off; {open} euros are open."


class MoreThanBalance(Refusal):
    code = "more_than_balance"
    nl = "Het tegoed op factuur {number} is {balance} euro; {amount} euro verrekenen kan niet."
    en = "The credit balance of invoice {number} is {balance} euros; {amount} euros cannot be set off."


class OtherDebtor(Refusal):
    code = "other_debtor"
    nl = "Factuur {number} en factuur {against} zijn niet van dezelfde debiteur en kunnen niet worden verrekend."
    en = "Invoices {number} and {against} are not of the same debtor and cannot be set off."


class OtherIssuer(Refusal):
    code = "other_issuer"
    nl = "Factuur {number} en factuur {against} zijn niet van dezelfde schuldeiser en kunnen niet worden verrekend."
    en = "Invoices {number} and {against} are not of the same creditor and cannot be set off."


class NothingToWriteOff(Refusal):
    code = "nothing_to_write_off"
    nl = "Van factuur {number} staat niets open om af te boeken."
    en = "Nothing of invoice {number} is open to be written off."


class NothingWrittenOff(Refusal):
    code = "nothing_written_off"
    nl = "Van factuur {number} is niets afgeboekt."
    en = "Nothing of invoice {number} was written off."


class WriteOffWithoutReason(Refusal):
    code = "write_off_without_reason"
    nl = "Wie van factuur {number} afboekt of dat terugdraait, schrijft erbij waarom."
    en = "Writing off of invoice {number}, or reversing that, needs a reason."


class NotAnAmount(Refusal):
    code = "not_an_amount_to_book"
    nl = "{amount} euro kan niet worden geboekt; het bedrag moet meer dan 0 zijn."
    en = "{amount} euros cannot be booked; the amount must be more than 0."


def settle(
    source: Invoice,
    target: Invoice,
    *,
    number: InvoiceNumber,
    against: InvoiceNumber,
    amount: Cents | None,
    on: dt.date,
) -> tuple[CreditSettled, CreditSettled]:
    """This much of the credit balance on `number` pays `against`; without an amount as much as both allow.

    Answers the event of each, in that order. Raises UnknownInvoice, OtherDebtor, OtherIssuer, NoCreditBalance, NotAnAmount,
    MoreThanBalance, MoreThanOpen.
    """
    for invoice, name in ((source, number), (target, against)):
        if invoice.issued is None:
            raise UnknownInvoice(number=name)
    from_sides, to_sides = sides_of(source), sides_of(target)
    if (from_sides["towards"], from_sides["debtor"]) != (to_sides["towards"], to_sides["debtor"]):
        raise OtherDebtor(number=number, against=against)
    if from_sides.get("freelancer") != to_sides.get("freelancer"):
        raise OtherIssuer(number=number, against=against)
    if source.open >= 0:
        raise NoCreditBalance(number=number, open=euros(source.open))
    balance, wanted = Cents(-source.open), target.open
    booked = min(balance, wanted) if amount is None else amount
    if amount is not None and amount <= 0:
        raise NotAnAmount(amount=euros(amount))
    if booked > balance:
        raise MoreThanBalance(number=number, balance=euros(balance), amount=euros(booked))
    if wanted <= 0 or booked > wanted:
        raise MoreThanOpen(number=against, open=euros(wanted), amount=euros(amount or balance))
    return (
        CreditSettled(
            number=number,
            against=against,
            amount=Cents(-booked),
            on=on,
            open_after=Cents(source.open + booked),
            **from_sides,
        ),
        CreditSettled(
            number=against,
            against=number,
            amount=Cents(booked),
            on=on,
            open_after=Cents(target.open - booked),
            **to_sides,
        ),
    )


def write_off(
    invoice: Invoice, *, number: InvoiceNumber, amount: Cents | None, reason: str, on: dt.date
) -> InvoiceWrittenOff:
    """The creditor gives up this much of what is open, or all of it.

    Raises UnknownInvoice, WriteOffWithoutReason, CitizenNumber, NothingToWriteOff, NotAnAmount, MoreThanOpen.
    """
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    _require_reason(number, reason)
    if amount is not None and amount <= 0:
        raise NotAnAmount(amount=euros(amount))
    if invoice.open <= 0:
        raise NothingToWriteOff(number=number)
    booked = invoice.open if amount is None else amount
    if booked > invoice.open:
        raise MoreThanOpen(number=number, open=euros(invoice.open), amount=euros(booked))
    return InvoiceWrittenOff(
        number=number,
        amount=booked,
        reason=reason.strip(),
        on=on,
        open_after=Cents(invoice.open - booked),
        **sides_of(invoice),
    )


def reverse_write_off(invoice: Invoice, *, number: InvoiceNumber, reason: str, on: dt.date) -> WriteOffReversed:
    """All that was written off is asked for again.

    Raises UnknownInvoice, WriteOffWithoutReason, CitizenNumber, NothingWrittenOff.
    """
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    _require_reason(number, reason)
    if invoice.written_off == 0:
        raise NothingWrittenOff(number=number)
    return WriteOffReversed(
        number=number,
        amount=invoice.written_off,
        reason=reason.strip(),
        on=on,
        open_after=Cents(invoice.open + invoice.written_off),
        **sides_of(invoice),
    )


def _require_reason(number: InvoiceNumber, reason: str) -> None:
    if not reason.strip():
        raise WriteOffWithoutReason(number=number)
    refuse_citizen_number(reason=reason)
