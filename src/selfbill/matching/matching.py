"""`match`: what one bank entry pays."""

import msgspec

from selfbill.matching.book import Book
from selfbill.matching.by_account import by_account
from selfbill.matching.by_number import by_number
from selfbill.matching.case import Case
from selfbill.matching.facts import BankPayment
from selfbill.matching.going_out import match_refund, match_return
from selfbill.matching.outcome import Outcome, Reason


def match(book: Book, payment: BankPayment) -> Outcome:
    """What this entry pays, as far as the book says it.

    The invoices of a match are always those of the owner of the account; of none is more allocated than is open, and together
    no more than came in. The same book and entry give the same answer in whatever order the book was filled.
    """
    if payment.is_return:
        return match_return(book, payment)
    claims = book.claims_of(payment.account_owner)
    if payment.amount < 0:
        return match_refund(book, claims, payment)
    if claims is None or payment.amount == 0:
        return Outcome(reason=Reason.NOTHING_OWED)
    case = Case(book, claims, payment)
    named = by_number(case)
    if named is not None:
        return named
    fitting = by_account(case)
    reason, text = _what_is_named(case)
    if fitting is not None:
        if not fitting.is_certain and reason is Reason.NOT_ISSUED_YET:
            return msgspec.structs.replace(fitting, reason=reason, text=text)
        return fitting
    return Outcome(reason=reason, text=text)


def _what_is_named(case: Case) -> tuple[Reason, str]:
    """Why nothing fits, as far as the entry tells it."""
    for mention in case.mentions.own:
        if mention.missing is not None:
            return mention.missing, mention.text
    if case.names_other_creditor:
        return Reason.OTHER_CREDITOR, case.names_other_creditor
    return Reason.NOTHING_FITS, ""
