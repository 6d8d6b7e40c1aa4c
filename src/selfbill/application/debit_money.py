"""The money of direct debits: what the bank books for a batch or a single collection, and what it takes back."""

from collections.abc import Sequence

import msgspec

from selfbill.aggregates import direct_debit
from selfbill.aggregates.catalogue import invoice_stream, payment_stream
from selfbill.aggregates.payment_decisions import require_received
from selfbill.application.books import Books
from selfbill.application.office import Decision, Office, Outcome, carry_out
from selfbill.application.payments import allocate, give_back
from selfbill.values import Cents, EndToEndId, InvoiceNumber, PaymentId

RULE = "direct_debit"


class Collected(msgspec.Struct, frozen=True):
    """One collection that the bank paid."""

    number: InvoiceNumber
    amount: Cents
    end_to_end_id: EndToEndId


def allocate_collections(office: Office, *, payment: PaymentId, collected: Sequence[Collected]) -> Outcome:
    """The payment is what the bank paid for these collections: their invoices are paid by it and the attempts have ended.

    Of an invoice that was paid meanwhile only what is open; the rest is left of the payment. Raises UnknownPayment, MoreThanLeft,
    UnknownInvoice, OtherCreditor, NoSuchDebit.
    """

    def decide() -> Decision:
        books = Books(office, [payment_stream(payment), *(invoice_stream(each.number) for each in collected)])
        received = require_received(books.payment(payment), payment)
        wanted = [(each.number, Cents(min(each.amount, books.invoice(each.number).open))) for each in collected]
        wanted = [(number, amount) for number, amount in wanted if amount > 0]
        allocate(books, payment=payment, wanted=wanted, rule=RULE, certainty="certain")
        for each in collected:
            settled = direct_debit.settle(
                books.invoice(each.number), number=each.number, end_to_end_id=each.end_to_end_id, on=received.valued
            )
            books.add(invoice_stream(each.number), settled)
        return books.decision()

    return carry_out(office, decide)


def give_collection_back(office: Office, *, original: PaymentId, returned: PaymentId, number: InvoiceNumber) -> Outcome:
    """Of what the bank paid for several collections it took this invoice's back. Raises UnknownPayment or MoreThanLeft."""

    def decide() -> Decision:
        books = Books(office, [payment_stream(original), payment_stream(returned), invoice_stream(number)])
        give_back(books, original=original, returned=returned, number=number)
        return books.decision()

    return carry_out(office, decide)
