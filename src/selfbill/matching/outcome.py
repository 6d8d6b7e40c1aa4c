"""What matching answers: what an entry pays, by which rule, how sure that is, and what speaks for and against it."""

from enum import StrEnum
from typing import Self

import msgspec

from selfbill.refusals import Language
from selfbill.values import Cents, InvoiceNumber


class Said(StrEnum):
    """A stable word for programs, and what staff read."""

    nl: str
    en: str

    def __new__(cls, value: str, nl: str, en: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.nl, member.en = nl, en
        return member

    def words(self, language: Language = "nl") -> str:
        return self.nl if language == "nl" else self.en


class Certainty(Said):
    """Only what is certain is allocated without a person."""

    CERTAIN = "certain", "zeker", "certain"
    LIKELY = "likely", "waarschijnlijk", "likely"
    POSSIBLE = "possible", "mogelijk", "possible"

    @property
    def rank(self) -> int:
        """0 is the surest."""
        return _RANKS[self]


_RANKS = {certainty: rank for rank, certainty in enumerate(Certainty)}


class Reason(Said):
    """The rule that found a match, or why there is none. `{text}` is the piece of the entry that it rests on."""

    REFERENCE = "reference", "Het betalingskenmerk is genoemd: {text}.", "The payment reference is named: {text}."
    END_TO_END = "end_to_end", "Het end-to-end-kenmerk is van ons: {text}.", "The end-to-end id is ours: {text}."
    NUMBER = "number", "Het factuurnummer is genoemd: {text}.", "The invoice number is named: {text}."
    NUMBERS = "numbers", "Meer facturen zijn genoemd: {text}.", "Several invoices are named: {text}."
    NUMBER_AND_MORE = (
        "number_and_more",
        "Genoemd is {text}; met andere facturen van dezelfde klant erbij klopt het bedrag.",
        "Named is {text}; together with other invoices of the same debtor it adds up.",
    )
    PART_OF_NUMBERS = (
        "part_of_numbers",
        "Genoemd is {text}; een deel daarvan is samen precies het bedrag.",
        "Named is {text}; some of these add up exactly.",
    )
    NUMBER_ALMOST = (
        "number_almost",
        "Het genoemde nummer {text} scheelt één teken; rekening en bedrag passen hierbij.",
        "The number named, {text}, is one character off; account and amount fit this one.",
    )
    IBAN_AMOUNT = (
        "iban_amount",
        "Van een bekende rekening komt precies het bedrag van deze factuur.",
        "A known account paid exactly the amount of this invoice.",
    )
    IBAN_ALL = (
        "iban_all",
        "Van een bekende rekening komt precies alles wat openstaat.",
        "A known account paid exactly all that is open.",
    )
    IBAN_OLDEST = (
        "iban_oldest",
        "Van een bekende rekening komt precies de som van de oudste facturen.",
        "A known account paid exactly the sum of the oldest invoices.",
    )
    IBAN_COMBINATION = (
        "iban_combination",
        "Van een bekende rekening komt een bedrag dat deze facturen samen zijn.",
        "A known account paid what these invoices are together.",
    )
    WITH_CREDIT = (
        "with_credit",
        "Het bedrag klopt als het tegoed wordt verrekend.",
        "It adds up when the credit balance is set off.",
    )
    NAME_AMOUNT = (
        "name_amount",
        "De naam lijkt op die van de klant en het bedrag past precies: {text}.",
        "The name resembles the debtor's and the amount fits exactly: {text}.",
    )
    AMOUNT = "amount", "Alleen het bedrag past precies.", "Only the amount fits exactly."
    OLDEST_FIRST = (
        "oldest_first",
        "De rekening is bekend, het bedrag past nergens op: oudste factuur eerst (art. 6:43 BW).",
        "The account is known, the amount fits nothing: the oldest first (art. 6:43 BW).",
    )
    RETURNED = "returned", "De bank draait deze betaling terug: {text}.", "The bank takes this payment back: {text}."
    REFUND = "refund", "Een tegoed is terugbetaald: {text}.", "A credit balance was refunded: {text}."
    REFUND_OF_REST = (
        "refund_of_rest",
        "Te veel betaald geld is terugbetaald: {text}.",
        "What was paid too much was refunded: {text}.",
    )

    ALREADY_PAID = (
        "already_paid",
        "De genoemde factuur is al betaald: {text}.",
        "The invoice named is paid already: {text}.",
    )
    NOT_ISSUED_YET = (
        "not_issued_yet",
        "De genoemde factuur bestaat nog niet: {text}.",
        "The invoice named does not exist yet: {text}.",
    )
    UNKNOWN_NUMBER = (
        "unknown_number",
        "Het genoemde nummer hoort bij geen factuur: {text}.",
        "The number named belongs to no invoice: {text}.",
    )
    OTHER_CREDITOR = (
        "other_creditor",
        "De genoemde factuur moest naar een andere rekening: {text}.",
        "The invoice named was to be paid to another account: {text}.",
    )
    NOTHING_FITS = "nothing_fits", "Geen factuur past hierbij.", "No invoice fits this."
    NOTHING_OWED = (
        "nothing_owed",
        "Op deze rekening is niets te ontvangen.",
        "Nothing is to be received on this account.",
    )
    OUTGOING = (
        "outgoing",
        "Een uitgave die geen tegoed terugbetaalt.",
        "Money going out that refunds no credit balance.",
    )
    NOTHING_TO_RETURN = (
        "nothing_to_return",
        "Geen eerdere boeking past bij deze terugboeking.",
        "No earlier booking fits what the bank takes back.",
    )


class Sign(Said):
    """What speaks for a match, or against it."""

    AMOUNT_EQUAL = "amount_equal", "het bedrag is precies wat openstaat", "the amount is exactly what is open"
    AMOUNT_LESS = "amount_less", "het bedrag is minder dan wat openstaat", "the amount is less than what is open"
    AMOUNT_MORE = "amount_more", "het bedrag is meer dan wat openstaat", "the amount is more than what is open"
    IBAN_KNOWN = "iban_known", "de rekening is van deze klant", "the account is this debtor's"
    IBAN_UNKNOWN = "iban_unknown", "de rekening is onbekend", "the account is unknown"
    IBAN_OF_OTHER = "iban_of_other", "de rekening is van een ander", "the account is somebody else's"
    NAME_SIMILAR = "name_similar", "de naam lijkt op die van de klant", "the name resembles the debtor's"
    NAME_OF_OTHER = (
        "name_of_other",
        "de naam is van een klant bij wie het bedrag ook past",
        "the name is that of a debtor whom the amount fits too",
    )
    CHECK_DIGITS = "check_digits", "de controlecijfers kloppen", "the check digits are right"
    NUMBER_INCOMPLETE = "number_incomplete", "het nummer is onvolledig", "the number is not complete"
    OTHERS_FIT = "others_fit", "er past nog iets anders bij", "something else fits as well"
    NAMES_OTHERS = "names_others", "de omschrijving noemt nog iets anders", "the text names something else as well"
    MAYBE_TWICE = (
        "maybe_twice",
        "hetzelfde bedrag kwam kort geleden van dezelfde rekening",
        "the same amount came from the same account a short while ago",
    )
    ONE_SUM_ONLY = "one_sum_only", "geen andere facturen zijn samen dit bedrag", "no other invoices add up to this"


class Allocation(msgspec.Struct, frozen=True):
    """What of a payment pays this invoice; negative for a credit balance that is set off or refunded."""

    number: InvoiceNumber
    amount: Cents


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which an entry can be accounted for."""

    certainty: Certainty
    reason: Reason
    text: str = ""
    """The piece of the entry that the reason rests on."""
    allocations: tuple[Allocation, ...] = ()
    """Oldest invoice first."""
    rest: Cents = Cents(0)
    """What of the amount pays nothing then."""
    signs: tuple[Sign, ...] = ()
    takes_back: str = ""
    """The id of the payment that this entry returns or refunds."""

    def sentence(self, language: Language = "nl") -> str:
        """Why, for a person."""
        return self.reason.words(language).format(text=self.text)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Certain, proposed, or not matched with the reason why."""

    matches: tuple[Match, ...] = ()
    """The likeliest first; a certain one stands alone."""
    reason: Reason
    """Of the first match; without one, why there is none."""
    text: str = ""

    @property
    def is_certain(self) -> bool:
        return len(self.matches) == 1 and self.matches[0].certainty is Certainty.CERTAIN

    @property
    def is_proposed(self) -> bool:
        return bool(self.matches) and not self.is_certain

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        """What may be allocated without a person."""
        return self.matches[0].allocations if self.is_certain else ()

    @property
    def rest(self) -> Cents:
        """What stays unallocated of a certain match."""
        return self.matches[0].rest if self.is_certain else Cents(0)

    def sentence(self, language: Language = "nl") -> str:
        """Why, for a person."""
        return self.reason.words(language).format(text=self.text)


MOST_PROPOSALS = 5
"""What a person can look through at one entry."""


def certain(match: Match) -> Outcome:
    """The answer that is allocated without a person."""
    assert match.certainty is Certainty.CERTAIN
    return Outcome(matches=(match,), reason=match.reason, text=match.text)


def proposed(matches: list[Match], *, otherwise: Reason, text: str = "", why: Reason | None = None) -> Outcome:
    """What a person chooses from, the surest first and nothing twice; not matched when there is nothing to choose.

    `why` replaces the first match's reason as the reason of the whole, e.g. that the invoice named is paid already.
    """
    chosen: dict[tuple[tuple[Allocation, ...], str], Match] = {}
    for match in sorted(matches, key=lambda match: match.certainty.rank):
        assert match.certainty is not Certainty.CERTAIN
        chosen.setdefault((match.allocations, match.takes_back), match)
    ordered = tuple(chosen.values())[:MOST_PROPOSALS]
    if not ordered:
        return Outcome(reason=otherwise, text=text)
    first = ordered[0]
    return Outcome(matches=ordered, reason=why or first.reason, text=text if why else first.text)
