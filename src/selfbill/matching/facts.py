"""What matching needs to know: an entry of a bank statement, an invoice, and a payment that was seen before."""

import datetime as dt
from typing import Literal, NamedTuple

import msgspec

from selfbill.values import Cents, InvoiceNumber

AGENCY = "agency"
"""The creditor of commission invoices; every other creditor is a freelancer's code."""

DebtorKind = Literal["customer", "freelancer"]


class Debtor(NamedTuple):
    """Who owes; a customer and a freelancer may have the same code."""

    kind: DebtorKind
    code: str


class BankPayment(msgspec.Struct, frozen=True, kw_only=True):
    """An entry on the account of a freelancer or of the agency."""

    id: str
    account_owner: str
    """A freelancer's code, or AGENCY."""
    amount: Cents
    """What came in is positive."""
    booked: dt.date
    text: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    name: str = ""
    iban: str = ""
    """Of the other side, without spaces."""
    mandate_id: str = ""
    is_return: bool = False
    """The bank takes an earlier booking back."""
    return_code: str = ""


class OpenInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice and what is still to be paid of it."""

    number: InvoiceNumber
    creditor: str
    debtor_kind: DebtorKind
    debtor: str
    open: Cents
    """0 when it was paid; negative when the creditor owes it to the debtor."""
    total: Cents
    """As invoiced, VAT included; negative for a credit note."""
    date: dt.date
    due: dt.date
    payment_reference: str = ""
    """RF or betalingskenmerk, as it stands on the invoice."""
    end_to_end_id: str = ""
    """Of the direct debit that collects it, where there is one."""

    @property
    def owed_by(self) -> Debtor:
        return Debtor(self.debtor_kind, self.debtor)


class KnownPayment(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was taken in before: what a return takes back, and what a second payment looks like."""

    id: str
    account_owner: str
    amount: Cents
    booked: dt.date
    iban: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    numbers: tuple[InvoiceNumber, ...] = ()
    """The invoices that it pays."""
    unallocated: Cents = Cents(0)
    """What of it pays nothing, e.g. what was paid too much."""


def oldest_first(invoice: OpenInvoice) -> tuple[dt.date, InvoiceNumber]:
    """The order in which a debtor's invoices are paid when nothing else is said."""
    return invoice.date, invoice.number
