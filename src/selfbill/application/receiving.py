"""Money that came in: what of a payment pays which invoice, and taking that back."""

import datetime as dt

from selfbill.aggregates import invoice_payments as payments
from selfbill.aggregates.catalogue import invoice_stream
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.values import Cents, InvoiceNumber, PaymentId


def allocate_payment(
    office: Office,
    *,
    number: InvoiceNumber,
    payment: PaymentId,
    amount: Cents,
    received_on: dt.date,
    command_id: str | None = None,
) -> Outcome:
    """This much of a payment pays this invoice. Raises UnknownInvoice, MoreThanOpen or AllocatedOtherwise."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        decided = payments.allocate_payment(
            loaded.state, number=number, payment=payment, amount=amount, received_on=received_on
        )
        return Decision(change(stream, loaded, decided))

    return carry_out(office, decide, command_id=command_id)


def release_payment(
    office: Office,
    *,
    number: InvoiceNumber,
    payment: PaymentId,
    reason: str,
    on: dt.date,
    command_id: str | None = None,
) -> Outcome:
    """What this payment paid is open again. Raises UnknownInvoice, NothingAllocated, ReleaseWithoutReason or CitizenNumber."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        decided = payments.release_payment(loaded.state, number=number, payment=payment, reason=reason, on=on)
        return Decision(change(stream, loaded, decided))

    return carry_out(office, decide, command_id=command_id)
