"""An entry that names no invoice: who has this account, or this name, and owes exactly this amount."""

from selfbill.matching.book import key_of
from selfbill.matching.case import Case, in_full, oldest_until
from selfbill.matching.combining import combined, is_sum_of_few, oldest_run
from selfbill.matching.facts import OpenInvoice
from selfbill.matching.naming import one_off
from selfbill.matching.outcome import Allocation, Certainty, Match, Outcome, Reason, Sign, certain, proposed
from selfbill.matching.reading import fold
from selfbill.values import Cents

_MOST_OF_ANYBODY = 3
"""When more debtors than this owe the same amount, the amount says nothing."""


def by_account(case: Case) -> Outcome | None:
    """The answer from account, name and amount only; nothing where none fits."""
    found = proposals_by_account(case)
    if len(found) == 1 and found[0].certainty is Certainty.CERTAIN:
        return certain(found[0])
    if found:
        return proposed(found, otherwise=Reason.NOTHING_FITS)
    return None


def proposals_by_account(case: Case, *, exact_only: bool = False) -> list[Match]:
    """What fits. One that is certain comes alone, and only when the entry names nothing that contradicts it."""
    if not case.payers:
        return _by_amount(case)
    single = [each for each in case.owed if each.open == case.amount]
    found = _single(case, single) if single else _several(case)
    found = found or _with_credit(case)
    if not found and not exact_only and case.owed:
        allocations = oldest_until(case.owed, case.amount)
        return [_match(case, allocations, Certainty.POSSIBLE, Reason.OLDEST_FIRST, ())]
    return found


def _single(case: Case, fitting: list[OpenInvoice]) -> list[Match]:
    opens = [each.open for each in case.owed]
    if len(fitting) > 1:
        return [
            _match(
                case,
                in_full([each]),
                Certainty.POSSIBLE if place or len({each.owed_by for each in fitting}) > 1 else Certainty.LIKELY,
                Reason.IBAN_AMOUNT,
                (Sign.OTHERS_FIT,),
            )
            for place, each in enumerate(fitting)
        ]
    one = fitting[0]
    against = _against(case, one)
    if is_sum_of_few(opens, case.amount):
        against = (*against, Sign.OTHERS_FIT)
    almost = _almost_named(case, one)
    return [
        _match(
            case,
            in_full([one]),
            _unless(against),
            Reason.NUMBER_ALMOST if almost else Reason.IBAN_AMOUNT,
            against,
            text=almost,
        )
    ]


def _several(case: Case) -> list[Match]:
    """The oldest, or all, when no others add up to the same; else what does."""
    owed = case.owed
    if len({each.owed_by for each in owed}) != 1:
        return []
    opens = [each.open for each in owed]
    whole = sum(opens)
    if case.amount > whole or len(owed) < 2:  # noqa: PLR2004
        return []
    against = _against(case, None)
    if case.amount == whole:
        signs = (Sign.ONE_SUM_ONLY, *against)
        return [_match(case, in_full(owed), _unless(against), Reason.IBAN_ALL, signs)]
    run = oldest_run(opens, case.amount)
    sets = combined(opens, case.amount, most=3)
    if run:
        is_only = sets is not None and len(sets) == 1
        signs = (Sign.ONE_SUM_ONLY if is_only else Sign.OTHERS_FIT, *against)
        sure = _unless(against) if is_only else Certainty.LIKELY
        return [_match(case, in_full(owed[:run]), sure, Reason.IBAN_OLDEST, signs)]
    sure = Certainty.LIKELY if sets is not None and len(sets) == 1 else Certainty.POSSIBLE
    return [
        _match(case, in_full([owed[place] for place in places]), sure, Reason.IBAN_COMBINATION, against)
        for places in sets or ()
    ]


def _with_credit(case: Case) -> list[Match]:
    """Everything that is open either way, or one invoice less one credit balance."""
    owed, balances = case.owed, case.credits
    if not balances or len({each.owed_by for each in (*owed, *balances)}) != 1:
        return []
    if sum(each.open for each in (*owed, *balances)) == case.amount:
        return [_match(case, in_full([*owed, *balances]), Certainty.LIKELY, Reason.WITH_CREDIT, ())]
    return [
        _match(case, in_full([one, credit]), Certainty.POSSIBLE, Reason.WITH_CREDIT, ())
        for one in owed
        for credit in balances
        if one.open + credit.open == case.amount
    ][:_MOST_OF_ANYBODY]


def _against(case: Case, one: OpenInvoice | None) -> tuple[Sign, ...]:
    """What speaks against a match by account and amount alone."""
    signs = []
    if case.names_other_creditor or any(
        mention.choices or not (one and mention.missing is Reason.UNKNOWN_NUMBER and _is_near(mention.digits, one))
        for mention in case.mentions.own
    ):
        signs.append(Sign.NAMES_OTHERS)
    if case.maybe_twice:
        signs.append(Sign.MAYBE_TWICE)
    if case.names_other_payer((one,) if one else case.owed):
        signs.append(Sign.NAME_OF_OTHER)
    return tuple(signs)


def _almost_named(case: Case, one: OpenInvoice) -> str:
    return next((each.text for each in case.mentions.own if each.missing and _is_near(each.digits, one)), "")


def _is_near(digits: str, invoice: OpenInvoice) -> bool:
    """Whether year and sequence are at most one character off."""
    parts = key_of(invoice.number)
    written = f"{parts[1]}{parts[2]:04}" if parts else fold(invoice.number)
    return digits == written or one_off(digits, written)


def _unless(against: tuple[Sign, ...]) -> Certainty:
    return Certainty.LIKELY if against else Certainty.CERTAIN


def _by_amount(case: Case) -> list[Match]:
    """Of an account that nobody is known by: those who owe exactly this, the ones with that name first."""
    invoices = [case.claims.invoices[number] for number in sorted(case.claims.by_open.get(case.amount, ()))]
    fitting = [each for each in invoices if each.date <= case.payment.booked]
    if not fitting or case.names_other_creditor:
        return []
    named = [each for each in fitting if case.resembles(each.owed_by)]
    name = case.payment.name or case.payment.text
    if named:
        sure = Certainty.LIKELY if len(named) == 1 else Certainty.POSSIBLE
        signs = (Sign.IBAN_UNKNOWN, Sign.NAME_SIMILAR, *_against(case, named[0] if len(named) == 1 else None))
        return [_match(case, in_full([each]), sure, Reason.NAME_AMOUNT, signs, text=name) for each in named]
    almost = [each for each in fitting if _almost_named(case, each)]
    if len(almost) == 1:
        text = _almost_named(case, almost[0])
        return [_match(case, in_full(almost), Certainty.LIKELY, Reason.NUMBER_ALMOST, (), text=text)]
    if len(fitting) > _MOST_OF_ANYBODY:
        return []
    return [_match(case, in_full([each]), Certainty.POSSIBLE, Reason.AMOUNT, (Sign.IBAN_UNKNOWN,)) for each in fitting]


def _match(
    case: Case,
    allocations: tuple[Allocation, ...],
    certainty: Certainty,
    reason: Reason,
    signs: tuple[Sign, ...],
    *,
    text: str = "",
) -> Match:
    rest = Cents(case.amount - sum(each.amount for each in allocations))
    own: list[Sign] = [Sign.IBAN_KNOWN] if case.payers else []
    if reason is not Reason.OLDEST_FIRST:
        own.append(Sign.AMOUNT_EQUAL)
    return Match(
        certainty=certainty,
        reason=reason,
        text=text,
        allocations=allocations,
        rest=rest,
        signs=(*own, *signs),
    )
