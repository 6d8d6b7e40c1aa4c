"""What an entry names, looked up: which invoices each mention can mean, or why it means none."""

import msgspec

from selfbill.matching.book import Claims
from selfbill.matching.digits import SEQUENCE_DIGITS, Grade
from selfbill.matching.facts import BankPayment, OpenInvoice, oldest_first
from selfbill.matching.numbers import Named, numbers_in
from selfbill.matching.outcome import Reason
from selfbill.matching.reading import Reading, fold
from selfbill.matching.references import references_in
from selfbill.values import InvoiceNumber

UPCOMING = 5
"""So many numbers after the last one may be of invoices that are still to be made; what lies further is mistyped."""
_MOST_CHOICES = 12

Choice = tuple[OpenInvoice, ...]


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the entry and the invoices that it can mean: one of the choices, each of one or more invoices."""

    text: str
    grade: Grade
    reason: Reason
    firm: bool = True
    choices: tuple[Choice, ...] = ()
    missing: Reason | None = None
    """Why there is no such invoice: NOT_ISSUED_YET, ALREADY_PAID (long ago) or UNKNOWN_NUMBER."""
    digits: str = ""
    """Year and sequence of a missing one, to compare with others."""


class Mentions(msgspec.Struct, frozen=True, kw_only=True):
    """All that an entry names."""

    own: tuple[Mention, ...] = ()
    others: tuple[str, ...] = ()
    """Valid references of somebody else."""


def read_mentions(claims: Claims, payment: BankPayment) -> Mentions:
    """What the text, the reference and the end-to-end id of this entry name."""
    own: list[Mention] = []
    others: list[str] = []
    known = claims.by_end_to_end.get(fold(payment.end_to_end_id)) if payment.end_to_end_id else None
    if known is not None:
        own.append(_of_one(claims, known, payment.end_to_end_id, Reason.END_TO_END))
    series = [claims.series[prefix] for prefix in sorted(claims.series)]
    texts = dict.fromkeys(part for part in (payment.text, payment.reference, payment.end_to_end_id) if part)
    for text in texts:
        reading = Reading(text)
        referring = references_in(reading, claims)
        for referred in referring:
            if referred.number is not None:
                own.append(_of_one(claims, referred.number, referred.text, Reason.REFERENCE))
            else:
                others.append(referred.text)
        for named in numbers_in(reading, series, without={i for referred in referring for i in referred.words}):
            mention = _looked_up(claims, named)
            if named.is_prefixed or mention.missing is not Reason.UNKNOWN_NUMBER:
                own.append(mention)
    return Mentions(own=tuple(own), others=tuple(others))


def _of_one(claims: Claims, number: InvoiceNumber, text: str, reason: Reason) -> Mention:
    invoice = claims.invoices[number]
    return Mention(text=text, grade=Grade.CHECKED, reason=reason, choices=((invoice,),))


def _looked_up(claims: Claims, named: Named) -> Mention:
    if named.last > named.first:
        choices, grade = _ranged(claims, named), named.grade
    else:
        choices, grade = _single(claims, named)
    missing = None if choices else _missing(named)
    return Mention(
        text=named.text,
        grade=grade,
        reason=Reason.NUMBER,
        firm=named.firm,
        choices=choices,
        missing=missing,
        digits=_digits(named) if missing else "",
    )


def _digits(named: Named) -> str:
    if not named.first:
        return named.digits
    return f"{named.year or max(named.series.last)}{named.first:04}"


def _single(claims: Claims, named: Named) -> tuple[tuple[Choice, ...], Grade]:
    """What a number can mean; those that are paid only when none is open."""
    years = (named.year,) if named.year else sorted(named.series.last)
    whole = {number for year in years for number in claims.by_key.get((named.series.prefix, year, named.first), ())}
    cut = set(_cut(claims, named)) - whole
    invoices = sorted((claims.invoices[number] for number in whole | cut), key=oldest_first)
    still_open = [invoice for invoice in invoices if invoice.open] or invoices
    grade = min(named.grade, Grade.STRAY) if cut else named.grade
    return tuple((invoice,) for invoice in still_open[:_MOST_CHOICES]), grade


def _cut(claims: Claims, named: Named) -> list[InvoiceNumber]:
    """The open invoices whose numbers go on where the text ends."""
    if len(named.cut) <= 4:  # noqa: PLR2004
        return []
    year, begun = int(named.cut[:4]), named.cut[4:]
    step = 10 ** (SEQUENCE_DIGITS - len(begun))
    first = int(begun) * step
    return [
        number
        for sequence in range(first, min(first + step, named.series.last.get(year, 0) + 1))
        for number in claims.by_key.get((named.series.prefix, year, sequence), ())
        if claims.invoices[number].open
    ]


def _ranged(claims: Claims, named: Named) -> tuple[Choice, ...]:
    """All invoices of the range, and those of each debtor among them: whoever pays his own names the first and the last."""
    years = (named.year,) if named.year else sorted(named.series.last)
    choices: list[Choice] = []
    for year in years:
        invoices = [
            claims.invoices[number]
            for sequence in range(named.first, named.last + 1)
            for number in claims.by_key.get((named.series.prefix, year, sequence), ())
        ]
        if invoices:
            choices.append(tuple(invoices))
            owing = sorted({invoice.owed_by for invoice in invoices})
            if len(owing) > 1:
                choices += (tuple(each for each in invoices if each.owed_by == debtor) for debtor in owing)
    return tuple(choices[:_MOST_CHOICES])


def _missing(named: Named) -> Reason:
    if not named.first:
        return Reason.UNKNOWN_NUMBER
    years = named.series.last
    latest = max(years)
    year = named.year or latest
    if year == latest + 1:
        return Reason.NOT_ISSUED_YET if named.first <= UPCOMING else Reason.UNKNOWN_NUMBER
    if year not in years:
        return Reason.UNKNOWN_NUMBER
    if named.first <= years[year]:
        return Reason.ALREADY_PAID
    soon = year == latest and named.first <= years[year] + UPCOMING
    return Reason.NOT_ISSUED_YET if soon else Reason.UNKNOWN_NUMBER
