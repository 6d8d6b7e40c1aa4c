"""A small book and entries to look up in it. Anna's account gets what K1, K2 and K3 owe her; Bert and the agency have accounts too.

Written as: `matched("Z017-2026-0001", 360_00, by=ANNA_K1)` is what the desk answers.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from selfbill.identifiers import rf_reference
from selfbill.matching.book import Book
from selfbill.matching.facts import AGENCY, BankPayment, Debtor, KnownPayment, OpenInvoice
from selfbill.matching.matching import match
from selfbill.matching.outcome import Outcome
from selfbill.values import Cents, InvoiceNumber

TODAY = dt.date(2026, 11, 10)
ANNA, BERT = "Z017", "Z018"
K1, K2, K3 = (Debtor("customer", code) for code in ("K1", "K2", "K3"))
IBAN_K1, IBAN_K2, IBAN_K3 = "NL91ABNA0417164300", "NL02ABNA0123456789", "NL20INGB0001234567"
STRANGER = "NL69INGB0123456789"
KENMERK = "5000056789012345"


def invoice(
    number: str,
    debtor: Debtor,
    open_: int,
    *,
    total: int | None = None,
    creditor: str = ANNA,
    day: int = 0,
    reference: str | None = None,
    end_to_end_id: str = "",
) -> OpenInvoice:
    """One invoice; of the same creditor a higher sequence is younger."""
    date = dt.date(2026, 9, 1) + dt.timedelta(days=day or int(number.rsplit("-", 1)[1]) % 60)
    return OpenInvoice(
        number=InvoiceNumber(number),
        creditor=creditor,
        debtor_kind=debtor.kind,
        debtor=debtor.code,
        open=Cents(open_),
        total=Cents(total if total is not None else open_ or 300_00),
        date=date,
        due=date + dt.timedelta(days=30),
        payment_reference=rf_reference(number) if reference is None else reference,
        end_to_end_id=end_to_end_id,
    )


INVOICES = (
    invoice("Z017-2026-0001", K1, 360_00),
    invoice("Z017-2026-0002", K1, 412_50),
    invoice("Z017-2026-0003", K2, 360_00),
    invoice("Z017-2026-0004", K1, 200_00),
    invoice("Z017-2026-0005", K3, 0, total=275_00),
    invoice("Z017-2026-0006", K1, 0, total=333_00),
    invoice("Z017-2026-0012", K2, 500_00),
    invoice("Z017-2026-0013", K2, 500_00),
    invoice("Z017-2026-0014", K3, 150_25, total=300_50),
    invoice("Z018-2026-0001", K1, 360_00, creditor=BERT),
    invoice("Z018-2026-0007", K1, 999_99, creditor=BERT),
    invoice(
        "BN-2026-0101", Debtor("freelancer", ANNA), 62_50, creditor=AGENCY, reference=KENMERK, end_to_end_id="INCBN0101"
    ),
)
"""0001, 0002 and 0004 of K1 together are 972.50; 0003 is K2's and as high as K1's 0001; 0012 and 0013 are twins."""


def book_of(invoices: Iterable[OpenInvoice] = INVOICES) -> Book:
    """The book, with the accounts and the names of the three customers."""
    book = Book(invoices)
    for iban, debtor in ((IBAN_K1, K1), (IBAN_K2, K2), (IBAN_K3, K3)):
        book.knows_account(iban, debtor)
    book.knows_name(K1, "Mw. A. de Jong-Çelik")
    book.knows_name(K2, "Stichting De Linde")
    book.knows_name(K3, "Piet van 't Hof")
    return book


def payment(text: str, amount: int, *, by: str = STRANGER, to: str = ANNA, **further: Any) -> BankPayment:
    """An entry on the account of `to`."""
    return BankPayment(
        id=further.pop("id", "entry"),
        account_owner=to,
        amount=Cents(amount),
        booked=further.pop("booked", TODAY),
        text=text,
        iban=by,
        **further,
    )


def matched(text: str, amount: int, *, book: Book | None = None, **further: Any) -> Outcome:
    """What the desk answers for one entry."""
    return match(book or book_of(), payment(text, amount, **further))


def allocated(outcome: Outcome) -> dict[str, int]:
    """What is allocated without a person, by the last four characters of the numbers."""
    return {each.number[-4:]: each.amount for each in outcome.allocations}


def first_proposed(outcome: Outcome) -> dict[str, int]:
    """The likeliest proposal."""
    assert outcome.is_proposed, outcome
    return {each.number[-4:]: each.amount for each in outcome.matches[0].allocations}


def known(id_: str, amount: int, **further: Any) -> KnownPayment:
    """A payment that came in before, on Anna's account unless said otherwise."""
    return KnownPayment(
        id=id_,
        account_owner=further.pop("to", ANNA),
        amount=Cents(amount),
        booked=further.pop("booked", TODAY - dt.timedelta(days=5)),
        **further,
    )
