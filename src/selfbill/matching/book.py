"""The book that entries are looked up in: what each creditor is owed, who pays from which account, and what was paid of late.

It is filled once and then kept: what an entry pays changes what the next one can pay. The order of filling makes no difference.
"""

import datetime as dt
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import msgspec

from selfbill.matching.facts import BankPayment, Debtor, KnownPayment, OpenInvoice
from selfbill.matching.reading import fold
from selfbill.values import Cents, InvoiceNumber

TWICE_WITHIN = dt.timedelta(days=14)
"""The same amount from the same account within this time may be the same payment made twice."""

_NUMBER = re.compile(r"(.+)-([0-9]{4})-([0-9]+)")
_NO_CREDITORS: AbstractSet[str] = frozenset()
_NOBODY: AbstractSet[Debtor] = frozenset()
_ZEROES = re.compile(r"(?<![0-9])0+(?=[0-9])")


class Series:
    """A creditor's numbers with one prefix, in the form in which they are compared."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.last: dict[int, int] = {}
        """The highest number known of each year."""
        short = _ZEROES.sub("", prefix)
        self.forms = (prefix,) if short in {prefix, ""} else (prefix, short)
        """As it can be written, also without its zeroes; the full form first."""

    def count(self, year: int, sequence: int) -> None:
        self.last[year] = max(sequence, self.last.get(year, 0))


class Claims:
    """What one creditor is owed, and was."""

    def __init__(self) -> None:
        self.invoices: dict[InvoiceNumber, OpenInvoice] = {}
        self.series: dict[str, Series] = {}
        self.by_key: dict[tuple[str, int, int], tuple[InvoiceNumber, ...]] = {}
        self.by_reference: dict[str, InvoiceNumber] = {}
        self.by_end_to_end: dict[str, InvoiceNumber] = {}
        self.open_of: dict[Debtor, dict[InvoiceNumber, OpenInvoice]] = {}
        self.paid_of: dict[Debtor, dict[InvoiceNumber, OpenInvoice]] = {}
        self.debtors: set[Debtor] = set()
        self.by_open: dict[int, set[InvoiceNumber]] = {}

    def add(self, invoice: OpenInvoice) -> None:
        number = invoice.number
        known = self.invoices.get(number)
        if known is not None:
            self._leave(known)
        self.invoices[number] = invoice
        self._enter(invoice)
        if known is None:
            self._name(number)
        if invoice.payment_reference:
            self.by_reference[fold(invoice.payment_reference)] = number
        if invoice.end_to_end_id:
            self.by_end_to_end[fold(invoice.end_to_end_id)] = number

    def _enter(self, invoice: OpenInvoice) -> None:
        self.debtors.add(invoice.owed_by)
        side = self.open_of if invoice.open else self.paid_of
        side.setdefault(invoice.owed_by, {})[invoice.number] = invoice
        if invoice.open:
            self.by_open.setdefault(invoice.open, set()).add(invoice.number)

    def _leave(self, invoice: OpenInvoice) -> None:
        side = self.open_of if invoice.open else self.paid_of
        del side[invoice.owed_by][invoice.number]
        if invoice.open:
            self.by_open[invoice.open].discard(invoice.number)

    def _name(self, number: InvoiceNumber) -> None:
        parts = key_of(number)
        if parts is None:
            return
        prefix, year, sequence = parts
        self.series.setdefault(prefix, Series(prefix)).count(year, sequence)
        self.by_key[parts] = tuple(sorted({*self.by_key.get(parts, ()), number}))


def key_of(number: str) -> tuple[str, int, int] | None:
    """Prefix, year and sequence of a number of ours; nothing for a number of another form."""
    found = _NUMBER.fullmatch(number)
    return (fold(found[1]), int(found[2]), int(found[3])) if found else None


class Book:
    """Everything that an entry can be about."""

    def __init__(self, invoices: Iterable[OpenInvoice] = ()) -> None:
        self._claims: dict[str, Claims] = {}
        self._creditor_of: dict[InvoiceNumber, str] = {}
        self._creditors_by_written: dict[str, set[str]] = {}
        self._debtors: dict[str, set[Debtor]] = {}
        self.names: dict[Debtor, str] = {}
        self._payments: dict[str, dict[str, KnownPayment]] = {}
        self._payments_by: dict[tuple[str, str, str], dict[str, KnownPayment]] = {}
        for invoice in invoices:
            self.add(invoice)

    def add(self, invoice: OpenInvoice) -> None:
        """A new invoice, or what is known of this one now. Settled ones are worth adding: then a second payment is recognised."""
        number = invoice.number
        assert self._creditor_of.get(number, invoice.creditor) == invoice.creditor
        if number not in self._creditor_of:
            self._creditor_of[number] = invoice.creditor
            self._creditors_by_written.setdefault(fold(number), set()).add(invoice.creditor)
        if invoice.payment_reference:
            self._creditors_by_written.setdefault(fold(invoice.payment_reference), set()).add(invoice.creditor)
        self._claims.setdefault(invoice.creditor, Claims()).add(invoice)

    def pay(self, number: InvoiceNumber, amount: Cents) -> None:
        """This much less is open of an invoice in the book; a negative amount opens it again."""
        claims = self._claims[self._creditor_of[number]]
        invoice = claims.invoices[number]
        claims.add(msgspec.structs.replace(invoice, open=Cents(invoice.open - amount)))

    def debtor_of(self, number: InvoiceNumber) -> Debtor:
        """Who owes this invoice."""
        return self._claims[self._creditor_of[number]].invoices[number].owed_by

    def knows_account(self, iban: str, debtor: Debtor) -> None:
        """This debtor pays from this account; others may as well, e.g. clients of one administrator."""
        self._debtors.setdefault(_compact(iban), set()).add(debtor)

    def knows_name(self, debtor: Debtor, name: str) -> None:
        """What this debtor is called; names only ever support."""
        self.names[debtor] = name

    def record(self, payment: KnownPayment) -> None:
        """A payment that was taken in, or what is known of it now. Those of the last 13 months can still be returned."""
        self._payments.setdefault(payment.account_owner, {})[payment.id] = payment
        for what, value in (
            ("iban", _compact(payment.iban)),
            ("end_to_end", fold(payment.end_to_end_id)),
            ("mandate", fold(payment.mandate_id)),
        ):
            if value:
                self._payments_by.setdefault((payment.account_owner, what, value), {})[payment.id] = payment

    def claims_of(self, creditor: str) -> Claims | None:
        """What this creditor is owed; nothing for one without any invoice."""
        return self._claims.get(creditor)

    def debtors_at(self, iban: str) -> AbstractSet[Debtor]:
        """Who pays from this account, whomever they owe; thousands for the one from which care budgets are paid (SVB)."""
        return self._debtors.get(_compact(iban), _NOBODY) if iban else _NOBODY

    def other_creditor(self, owner: str, written: str) -> bool:
        """Whether a number or reference that is written like this is an invoice of somebody else than the owner of the account.

        Two creditors' numbers can be alike: ZO17-2026-0001 and Z017-2026-0001.
        """
        return bool(self._creditors_by_written.get(fold(written), _NO_CREDITORS) - {owner})

    def payments_with(self, owner: str, *, what: str, value: str) -> list[KnownPayment]:
        """Payments on this account with this `iban`, `end_to_end` or `mandate`, in the order of their ids."""
        wanted = _compact(value) if what == "iban" else fold(value)
        found = self._payments_by.get((owner, what, wanted), {}) if wanted else {}
        return [found[key] for key in sorted(found)]

    def maybe_twice(self, payment: BankPayment) -> bool:
        """Whether the same amount came from the same account shortly before."""
        return any(
            known.amount == payment.amount
            and known.id != payment.id
            and abs(payment.booked - known.booked) <= TWICE_WITHIN
            for known in self.payments_with(payment.account_owner, what="iban", value=payment.iban)
        )


def _compact(iban: str) -> str:
    return iban.replace(" ", "").upper()
