"""One entry beside the book: who pays, what he owes this creditor, and what else could explain the amount."""

import re
from collections.abc import Iterable
from functools import cached_property

from selfbill.matching.book import Book, Claims
from selfbill.matching.combining import is_sum_of_few
from selfbill.matching.facts import BankPayment, Debtor, OpenInvoice, oldest_first
from selfbill.matching.mentions import Mentions, read_mentions
from selfbill.matching.naming import names, significant
from selfbill.matching.outcome import Allocation, Sign
from selfbill.matching.reading import plain
from selfbill.values import Cents

_NUMBER_OF_ANYBODY = re.compile(r"(?<![A-Z0-9])([A-Z0-9][A-Z0-9._-]{0,13}?)[ -]?(20[0-9]{2})[ -]?([0-9]{4,5})(?![0-9])")


class Case:
    """One entry beside the book."""

    def __init__(self, book: Book, claims: Claims, payment: BankPayment) -> None:
        self.book = book
        self.claims = claims
        self.payment = payment
        self.amount = payment.amount
        holders = book.debtors_at(payment.iban)
        self.is_known = bool(holders)
        """Whether the account is that of any debtor of the agency."""
        self.payers = claims.debtors & holders
        """Whose account it is, of those whom this creditor ever sent an invoice."""

    @cached_property
    def mentions(self) -> Mentions:
        return read_mentions(self.claims, self.payment)

    @cached_property
    def owed(self) -> tuple[OpenInvoice, ...]:
        """What the payers owe this creditor, oldest first; not what was invoiced after the payment."""
        return tuple(each for each in self.open_of(self.payers) if each.open > 0 and each.date <= self.payment.booked)

    @cached_property
    def credits(self) -> tuple[OpenInvoice, ...]:
        """What this creditor owes the payers, oldest first."""
        return tuple(each for each in self.open_of(self.payers) if each.open < 0)

    def open_of(self, debtors: Iterable[Debtor]) -> list[OpenInvoice]:
        """Everything open between these debtors and this creditor, oldest first."""
        found = [each for debtor in debtors for each in self.claims.open_of.get(debtor, {}).values()]
        return sorted(found, key=oldest_first)

    def whose(self, invoices: Iterable[OpenInvoice]) -> Sign:
        """Whether the account is that of the debtors of these invoices."""
        if not self.is_known:
            return Sign.IBAN_UNKNOWN
        return Sign.IBAN_KNOWN if all(each.owed_by in self.payers for each in invoices) else Sign.IBAN_OF_OTHER

    def resembles(self, debtor: Debtor) -> bool:
        """Whether the payer's name or the text names this debtor."""
        name = self.book.names.get(debtor, "")
        return bool(name) and names(self._words, name)

    @cached_property
    def _words(self) -> frozenset[str]:
        return significant(f"{self.payment.name} {self.payment.text}")

    def name_of_other(self, invoices: tuple[OpenInvoice, ...]) -> bool:
        """Whether the name is that of another debtor with an invoice of exactly this amount, and not of these invoices' debtors."""
        rivals = {self.claims.invoices[number].owed_by for number in self.claims.by_open.get(self.amount, ())} - {
            each.owed_by for each in invoices
        }
        return any(self.resembles(debtor) for debtor in rivals) and not any(
            self.resembles(each.owed_by) for each in invoices
        )

    def explained_otherwise(self, debtors: Iterable[Debtor], without: tuple[OpenInvoice, ...] = ()) -> bool:
        """Whether these debtors owe, or just paid, something else that is exactly this amount."""
        debtors = tuple(debtors)
        left = [each for each in self.open_of(debtors) if each.open > 0 and each not in without]
        if any(each.open == self.amount for each in left):
            return True
        if any(
            each.total == self.amount and each not in without
            for debtor in debtors
            for each in self.claims.paid_of.get(debtor, {}).values()
        ):
            return True
        return is_sum_of_few([each.open for each in self.open_of(debtors) if each.open > 0], self.amount)

    def shared_with_others(self, debtor: Debtor) -> bool:
        """Whether others who have invoices of this creditor pay from this account too, e.g. clients of one administrator."""
        return bool(self.payers - {debtor})

    def names_other_payer(self, invoices: tuple[OpenInvoice, ...]) -> bool:
        """Whether of those who share the account another one is named than the debtors of these invoices."""
        debtors = {each.owed_by for each in invoices}
        if len(self.payers) == 1 or any(self.resembles(debtor) for debtor in debtors):
            return False
        return any(self.claims.open_of.get(other) and self.resembles(other) for other in sorted(self.payers - debtors))

    @cached_property
    def names_other_creditor(self) -> str:
        """A number or reference in the entry that is an invoice of another creditor of this agency."""
        owner, payment = self.payment.account_owner, self.payment
        for reference in self.mentions.others:
            if self.book.other_creditor(owner, reference):
                return reference
        for text in (payment.text, payment.reference, payment.end_to_end_id):
            if any(character.isdigit() for character in text):
                for match in _NUMBER_OF_ANYBODY.finditer(plain(text)):
                    if self.book.other_creditor(owner, match.group()):
                        return match.group()
        return ""

    @cached_property
    def maybe_twice(self) -> bool:
        return self.book.maybe_twice(self.payment)


def in_full(invoices: Iterable[OpenInvoice]) -> tuple[Allocation, ...]:
    """All that is open of these, oldest first; nothing on those that are paid."""
    return tuple(Allocation(each.number, each.open) for each in sorted(invoices, key=oldest_first) if each.open)


def oldest_until(invoices: Iterable[OpenInvoice], amount: Cents) -> tuple[Allocation, ...]:
    """As much as the amount reaches, oldest first."""
    allocations = []
    left = amount
    for each in sorted(invoices, key=oldest_first):
        part = min(each.open, left)
        if part > 0:
            allocations.append(Allocation(each.number, Cents(part)))
            left = Cents(left - part)
    return tuple(allocations)
