"""What a creditor says to have received: a payment that no statement has shown yet."""

import datetime as dt

from selfbill.aggregates import payment_decisions
from selfbill.aggregates.catalogue import invoice_stream, payment_stream
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice_payments import AllocatedOtherwise, UnknownInvoice
from selfbill.aggregates.payment_events import PaymentReceived
from selfbill.application.books import Books
from selfbill.application.office import Decision, Office, Outcome, carry_out
from selfbill.application.payments import allocate, creditor_of
from selfbill.values import Cents, InvoiceNumber, PaymentId, euros


def mark_received(
    office: Office,
    *,
    number: InvoiceNumber,
    payment: PaymentId,
    amount: Cents,
    received_on: dt.date,
    command_id: str | None = None,
) -> Outcome:
    """The creditor received this much for this invoice; `payment` is the id of saying so, and the same at every try.

    When a statement shows the payment, matching puts it in the place of this. Raises UnknownInvoice, MoreThanOpen or
    AllocatedOtherwise.
    """

    def decide() -> Decision:
        books = Books(office, [payment_stream(payment), invoice_stream(number)])
        invoice = books.invoice(number)
        if invoice.issued is None:
            raise UnknownInvoice(number=number)
        known = books.payment(payment).received
        if known is not None:
            if known.amount != amount:
                raise AllocatedOtherwise(
                    number=number, payment=payment, allocated=euros(known.amount), amount=euros(amount)
                )
            return Decision(())
        received = PaymentReceived(
            payment=payment,
            owner=creditor_of(invoice),
            amount=amount,
            booked=received_on,
            valued=received_on,
            source="creditor",
        )
        decided = payment_decisions.receive(books.payment(payment), received)
        assert decided is not AlreadyDone
        books.add(payment_stream(payment), decided)
        allocate(books, payment=payment, wanted=[(number, amount)], rule="creditor")
        return books.decision()

    return carry_out(office, decide, command_id=command_id)
