"""An entry that names invoices: by reference, end-to-end id or number. What it names counts as far as amount and payer do not contradict it."""

from collections.abc import Iterator
from itertools import islice, product

import msgspec

from selfbill.matching.by_account import proposals_by_account
from selfbill.matching.case import Case, in_full, oldest_until
from selfbill.matching.combining import combined
from selfbill.matching.digits import Grade
from selfbill.matching.facts import OpenInvoice, oldest_first
from selfbill.matching.mentions import Mention
from selfbill.matching.naming import one_off
from selfbill.matching.outcome import Allocation, Certainty, Match, Outcome, Reason, Sign, certain, proposed
from selfbill.values import Cents

CUT_FROM = 130
"""The text of a payment has 140 characters at most (SEPA); a list that comes this near to it may go on where it was cut."""
_MOST_READINGS = 48
"""Of a text whose numbers can mean several invoices each, so many combinations are looked at."""


class Named(msgspec.Struct, frozen=True):
    """One reading of an entry: the invoices that it names."""

    invoices: tuple[OpenInvoice, ...]
    grade: Grade
    """Of the weakest."""
    reason: Reason
    text: str

    @property
    def open(self) -> Cents:
        """What is still to be paid of all of them."""
        return Cents(sum(each.open for each in self.invoices))

    @property
    def unpaid(self) -> tuple[OpenInvoice, ...]:
        return tuple(each for each in self.invoices if each.open)


def by_number(case: Case) -> Outcome | None:
    """The answer for an entry that names an invoice of this creditor; nothing for one that names none."""
    found = [mention for mention in case.mentions.own if mention.choices]
    if not found:
        return None
    readings = list(_readings(found))
    exact = {named.unpaid: named for named in readings if named.unpaid and named.open == case.amount}
    if exact:
        return _exact(case, list(exact.values()), readings[0])
    return _not_exact(case, readings[0], ambiguous=len({named.invoices for named in readings}) > 1)


def _readings(mentions: list[Mention]) -> Iterator[Named]:
    """With only what is surely a mention first; then with all."""
    firm = [mention for mention in mentions if mention.firm]
    for chosen in (firm, mentions) if firm and len(firm) < len(mentions) else (mentions,):
        for choices in islice(product(*(mention.choices for mention in chosen)), _MOST_READINGS):
            yield _named(chosen, choices)


def _named(mentions: list[Mention], choices: tuple[tuple[OpenInvoice, ...], ...]) -> Named:
    grades: dict[OpenInvoice, Grade] = {}
    for mention, invoices in zip(mentions, choices, strict=True):
        for each in invoices:
            grades[each] = max(mention.grade, grades.get(each, mention.grade))
    best = max(mentions, key=lambda mention: mention.grade)
    texts = dict.fromkeys(mention.text for mention in mentions)
    return Named(
        invoices=tuple(sorted(grades, key=oldest_first)),
        grade=min(grades.values()),
        reason=best.reason if len(grades) == 1 else Reason.NUMBERS,
        text=best.text if len(grades) == 1 else ", ".join(texts),
    )


# The amount is exactly what is open


def _exact(case: Case, exact: list[Named], first: Named) -> Outcome:
    best = max(exact, key=lambda named: named.grade)
    if len(exact) == 1 and _is_certain(case, best):
        return certain(_match(case, best, in_full(best.unpaid), Certainty.CERTAIN))
    matches = [_match(case, named, in_full(named.unpaid), _without_certainty(case, named)) for named in exact]
    matches += _lowered(proposals_by_account(case))
    return proposed(matches, otherwise=Reason.NOTHING_FITS, text=first.text)


def _is_certain(case: Case, named: Named) -> bool:
    if any(mention.missing for mention in case.mentions.own) or any(each.open < 0 for each in named.unpaid):
        return False
    if _may_be_others_of_the_list(case, named):
        return False
    whose = case.whose(named.unpaid)
    if _may_be_another_creditors(case, named, whose):
        return False
    if whose is Sign.IBAN_KNOWN:
        if case.names_other_payer(named.unpaid):
            return False
        return named.grade > Grade.STRAY or not case.explained_otherwise(case.payers, named.unpaid)
    if named.grade is not Grade.CHECKED and case.name_of_other(named.unpaid):
        return False
    if whose is Sign.IBAN_UNKNOWN:
        return named.grade >= Grade.LOOSE and not _may_be_mistyped(case, named)
    return named.grade is Grade.CHECKED and not case.explained_otherwise(case.payers)


def _may_be_mistyped(case: Case, named: Named) -> bool:
    """Whether a number one character off, of another debtor, is as high: then the amount does not speak for this one."""
    if named.grade is Grade.CHECKED or len(named.unpaid) > 1 or case.resembles(named.unpaid[0].owed_by):
        return False
    one = named.unpaid[0]
    return any(
        one_off(other, one.number) and case.claims.invoices[other].owed_by != one.owed_by
        for other in case.claims.by_open.get(case.amount, ())
    )


def _may_be_another_creditors(case: Case, named: Named, whose: Sign) -> bool:
    """Whether the number is written like that of another creditor, so that the money may have come to the wrong account."""
    if named.grade < Grade.FULL and case.names_other_creditor:
        return True
    owner = case.payment.account_owner
    return whose is not Sign.IBAN_KNOWN and any(case.book.other_creditor(owner, each.number) for each in named.unpaid)


def _may_be_others_of_the_list(case: Case, named: Named) -> bool:
    """Whether something else that is open is named besides, or may have been where the text was cut, and the sum could be of that."""
    debtors = {each.owed_by for each in named.unpaid}
    left_out = {
        each
        for mention in case.mentions.own
        for choice in mention.choices[:1]
        for each in choice
        if each.open and each.owed_by in debtors and each not in named.invoices
    }
    if len(named.invoices) > 1 and len(case.payment.text) >= CUT_FROM:
        opens = {each.open for each in named.unpaid}
        left_out |= {each for each in case.open_of(debtors) if each.open in opens and each not in named.invoices}
    return bool(left_out) and all(len(mention.choices) == 1 for mention in case.mentions.own if mention.choices)


def _without_certainty(case: Case, named: Named) -> Certainty:
    whose = case.whose(named.unpaid)
    if whose is Sign.IBAN_OF_OTHER or (named.grade is Grade.STRAY and whose is not Sign.IBAN_KNOWN):
        return Certainty.POSSIBLE
    if whose is Sign.IBAN_UNKNOWN and case.name_of_other(named.unpaid):
        return Certainty.POSSIBLE
    return Certainty.LIKELY


# It is not


def _not_exact(case: Case, named: Named, *, ambiguous: bool) -> Outcome:
    if not named.unpaid:
        return _paid_before(case, named)
    if ambiguous or any(each.open < 0 for each in named.unpaid):
        return _proposals(case, named)
    if case.amount == sum(each.total for each in named.invoices) and case.amount > named.open:
        return _paid_again(case, named)
    if len(named.invoices) == 1 and _can_stand_alone(case, named):
        return certain(_match(case, named, oldest_until(named.unpaid, case.amount), Certainty.CERTAIN))
    return _proposals(case, named)


def _can_stand_alone(case: Case, named: Named) -> bool:
    """Whether one invoice is named so well that a payment of less, or of more, is still meant for it."""
    if any(mention.missing for mention in case.mentions.own) or case.names_other_creditor:
        return False
    whose = case.whose(named.invoices)
    known_well = (whose is Sign.IBAN_KNOWN and named.grade >= Grade.FULL) or (
        whose is Sign.IBAN_UNKNOWN and named.grade is Grade.CHECKED
    )
    debtors = {named.invoices[0].owed_by, *case.payers}
    if case.name_of_other(named.invoices):
        return False
    if case.shared_with_others(named.invoices[0].owed_by) and named.grade is not Grade.CHECKED:
        return False
    return known_well and not case.explained_otherwise(debtors, named.invoices) and not _completed(case, named)


def _paid_again(case: Case, named: Named) -> Outcome:
    """Exactly the totals of those named, though some of it was paid before: what is open is paid, the rest stays."""
    whole = in_full(named.unpaid)
    if (
        named.grade >= Grade.FULL
        and case.whose(named.invoices) is Sign.IBAN_KNOWN
        and not case.shared_with_others(named.invoices[0].owed_by)
        and not any(mention.missing for mention in case.mentions.own)
        and not (len(named.invoices) == 1 and case.explained_otherwise(case.payers, named.invoices))
        and not (len(named.invoices) > 1 and len(case.payment.text) >= CUT_FROM)
        and not _completed(case, named)
    ):
        return certain(_match(case, named, whole, Certainty.CERTAIN))
    return _proposals(case, named)


def _paid_before(case: Case, named: Named) -> Outcome:
    """Paid twice, or an old number used again for something else that is open."""
    others = _lowered(proposals_by_account(case, exact_only=True))
    return proposed(others, otherwise=Reason.ALREADY_PAID, why=Reason.ALREADY_PAID, text=named.text)


def _proposals(case: Case, named: Named) -> Outcome:
    whose = case.whose(named.unpaid)
    sure = Certainty.POSSIBLE if whose is Sign.IBAN_OF_OTHER or named.grade < Grade.LOOSE else Certainty.LIKELY
    matches = _completed(case, named) + _some_of(case, named)
    rivals = proposals_by_account(case, exact_only=True)
    if rivals and not matches:
        sure = Certainty.POSSIBLE
    positive = [each for each in named.unpaid if each.open > 0]
    matches += rivals
    matches.append(_match(case, named, oldest_until(positive, case.amount), sure))
    return proposed(matches, otherwise=Reason.NOTHING_FITS, text=named.text)


def _completed(case: Case, named: Named) -> list[Match]:
    """Those named and others of the same debtor that make up the amount."""
    missing = case.amount - named.open
    debtors = {each.owed_by for each in named.invoices}
    if missing <= 0 or len(debtors) > 1:
        return []
    left = [each for each in case.open_of(debtors) if each.open > 0 and each not in named.invoices]
    sets = combined([each.open for each in left], missing, most=3)
    sure = Certainty.LIKELY if sets is not None and len(sets) == 1 else Certainty.POSSIBLE
    return [
        _match(
            case,
            named,
            in_full([*named.unpaid, *(left[place] for place in places)]),
            sure,
            Reason.NUMBER_AND_MORE,
        )
        for places in sets or ()
    ]


def _some_of(case: Case, named: Named) -> list[Match]:
    """Some of those named that are exactly the amount."""
    positive = [each for each in named.unpaid if each.open > 0]
    if len(positive) == 1 or case.amount >= named.open:
        return []
    sets = combined([each.open for each in positive], case.amount, most=3)
    sure = Certainty.LIKELY if sets is not None and len(sets) == 1 else Certainty.POSSIBLE
    return [
        _match(case, named, in_full([positive[place] for place in places]), sure, Reason.PART_OF_NUMBERS)
        for places in sets or ()
    ]


def _lowered(matches: list[Match]) -> list[Match]:
    """What fits besides something that is named is possible at best."""
    return [msgspec.structs.replace(match, certainty=Certainty.POSSIBLE) for match in matches]


def _match(
    case: Case,
    named: Named,
    allocations: tuple[Allocation, ...],
    certainty: Certainty,
    reason: Reason | None = None,
) -> Match:
    rest = Cents(case.amount - sum(each.amount for each in allocations))
    signs = [case.whose(named.unpaid)]
    if case.amount == named.open or reason is not None:
        signs.append(Sign.AMOUNT_EQUAL)
    else:
        signs.append(Sign.AMOUNT_LESS if case.amount < named.open else Sign.AMOUNT_MORE)
    if named.grade is Grade.CHECKED:
        signs.append(Sign.CHECK_DIGITS)
    if named.grade < Grade.FULL:
        signs.append(Sign.NUMBER_INCOMPLETE)
    if certainty is not Certainty.CERTAIN and case.name_of_other(named.unpaid):
        signs.append(Sign.NAME_OF_OTHER)
    if all(case.resembles(each.owed_by) for each in named.unpaid):
        signs.append(Sign.NAME_SIMILAR)
    return Match(
        certainty=certainty,
        reason=reason or named.reason,
        text=named.text,
        allocations=allocations,
        rest=rest,
        signs=tuple(signs),
    )
