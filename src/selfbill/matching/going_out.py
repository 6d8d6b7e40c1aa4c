"""Money that goes back: what the bank takes back, and credit balances that are refunded."""

import datetime as dt

from selfbill.matching.book import Book, Claims
from selfbill.matching.case import Case, in_full
from selfbill.matching.facts import BankPayment, KnownPayment
from selfbill.matching.outcome import Certainty, Match, Outcome, Reason, Sign, certain, proposed
from selfbill.values import Cents

RETURNED_WITHIN = dt.timedelta(days=400)
"""A debit without a mandate can be refused for 13 months (SEPA Core rulebook), and the bank takes some days."""


def match_return(book: Book, payment: BankPayment) -> Outcome:
    """Which earlier payment this entry takes back: by end-to-end id, by mandate, or by account; always by the amount."""
    for what, value, reason_text in (
        ("end_to_end", payment.end_to_end_id, payment.end_to_end_id),
        ("mandate", payment.mandate_id, payment.mandate_id),
        ("iban", payment.iban, payment.return_code),
    ):
        found = [
            known
            for known in book.payments_with(payment.account_owner, what=what, value=value)
            if _can_be(payment, known)
        ]
        if len(found) == 1 and what != "iban":
            return certain(_taking_back(payment, found[0], Certainty.CERTAIN, reason_text))
        if found:
            sure = Certainty.LIKELY if len(found) == 1 else Certainty.POSSIBLE
            matches = [_taking_back(payment, known, sure, reason_text) for known in _latest_first(found)]
            return proposed(matches, otherwise=Reason.NOTHING_TO_RETURN)
    return Outcome(reason=Reason.NOTHING_TO_RETURN)


def _can_be(payment: BankPayment, known: KnownPayment) -> bool:
    time = payment.booked - known.booked
    return known.amount == -payment.amount and known.id != payment.id and dt.timedelta(0) <= time <= RETURNED_WITHIN


def _latest_first(found: list[KnownPayment]) -> list[KnownPayment]:
    return sorted(found, key=lambda known: (known.booked, known.id), reverse=True)


def _taking_back(payment: BankPayment, known: KnownPayment, certainty: Certainty, text: str) -> Match:
    return Match(
        certainty=certainty,
        reason=Reason.RETURNED,
        text=text or payment.return_code or known.id,
        rest=payment.amount,
        signs=(Sign.AMOUNT_EQUAL, *((Sign.OTHERS_FIT,) if certainty is Certainty.POSSIBLE else ())),
        takes_back=known.id,
    )


def match_refund(book: Book, claims: Claims | None, payment: BankPayment) -> Outcome:
    """Which credit balance, or which payment that was too much, this pays out."""
    matches = _credits(Case(book, claims, payment)) if claims is not None else []
    if len(matches) == 1 and matches[0].certainty is Certainty.CERTAIN:
        return certain(matches[0])
    matches += _rests(book, payment)
    return proposed(matches, otherwise=Reason.OUTGOING)


def _credits(case: Case) -> list[Match]:
    named = {
        invoice: mention.text
        for mention in case.mentions.own
        for choice in mention.choices
        for invoice in choice
        if len(choice) == 1 and invoice.open == case.amount
    }
    fitting = [each for each in case.credits if each.open == case.amount]
    found = [each for each in named if each in fitting] or list(named) or fitting
    is_known = len(found) == 1 and found[0] in fitting
    sure = Certainty.CERTAIN if is_known else Certainty.LIKELY if len(found) == 1 else Certainty.POSSIBLE
    return [
        Match(
            certainty=sure,
            reason=Reason.REFUND,
            text=named.get(each, each.number),
            allocations=in_full([each]),
            signs=(Sign.AMOUNT_EQUAL, case.whose([each])),
        )
        for each in sorted(found, key=lambda each: each.number)
    ]


def _rests(book: Book, payment: BankPayment) -> list[Match]:
    fitting = [
        known
        for known in book.payments_with(payment.account_owner, what="iban", value=payment.iban)
        if known.unallocated == -payment.amount and known.booked <= payment.booked
    ]
    sure = Certainty.LIKELY if len(fitting) == 1 else Certainty.POSSIBLE
    return [
        Match(
            certainty=sure,
            reason=Reason.REFUND_OF_REST,
            text=known.id,
            rest=Cents(payment.amount),
            signs=(Sign.AMOUNT_EQUAL, Sign.IBAN_KNOWN),
            takes_back=known.id,
        )
        for known in _latest_first(fitting)
    ]
