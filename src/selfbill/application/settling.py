"""What staff do with a credit balance, and with what will never be paid."""

from collections.abc import Sequence

from selfbill.aggregates import invoice_corrections as corrections
from selfbill.aggregates.catalogue import invoice_stream
from selfbill.aggregates.invoice_payments import sides_of
from selfbill.application.books import Books
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.moments import local_date
from selfbill.values import Cents, InvoiceNumber


def settle_credit(
    office: Office,
    *,
    number: InvoiceNumber,
    against: InvoiceNumber,
    amount: Cents | None = None,
    command_id: str | None = None,
) -> Outcome:
    """This much of the credit balance on one invoice pays another of the same debtor and creditor, from today on.

    Without an amount as much as both allow. It stands on both in one transaction. Raises the refusals of
    `invoice_corrections.settle`.
    """

    def decide() -> Decision:
        books = Books(office, [invoice_stream(number), invoice_stream(against)])
        _settle(books, office, number, against, amount)
        return books.decision()

    return carry_out(office, decide, command_id=command_id)


def settle_all(office: Office, *, invoices: Sequence[InvoiceNumber], command_id: str | None = None) -> Outcome:
    """The credit balances among these invoices pay the open ones of the same debtor and creditor, in the order given.

    `invoices` are a debtor's open items, the oldest due date first; what is not open any more is passed over, so asking twice
    does no harm. One transaction; AlreadyDone when nothing can be set off.
    """

    def decide() -> Decision:
        books = Books(office, [invoice_stream(number) for number in invoices])
        known = [number for number in dict.fromkeys(invoices) if books.invoice(number).issued is not None]
        for number in known:
            for against in known:
                source, target = books.invoice(number), books.invoice(against)
                if source.open < 0 < target.open and sides_of(source) == sides_of(target):
                    _settle(books, office, number, against, None)
        return books.decision()

    return carry_out(office, decide, command_id=command_id)


def _settle(books: Books, office: Office, number: InvoiceNumber, against: InvoiceNumber, amount: Cents | None) -> None:
    given, received = corrections.settle(
        books.invoice(number),
        books.invoice(against),
        number=number,
        against=against,
        amount=amount,
        on=local_date(office.clock.now()),
    )
    books.add(invoice_stream(number), given)
    books.add(invoice_stream(against), received)


def write_off(
    office: Office,
    *,
    number: InvoiceNumber,
    amount: Cents | None = None,
    reason: str,
    command_id: str | None = None,
) -> Outcome:
    """The creditor gives up this much of what is open, or all of it. Raises the refusals of `invoice_corrections.write_off`."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        decided = corrections.write_off(
            loaded.state, number=number, amount=amount, reason=reason, on=local_date(office.clock.now())
        )
        return Decision(change(stream, loaded, decided))

    return carry_out(office, decide, command_id=command_id)


def reverse_write_off(office: Office, *, number: InvoiceNumber, reason: str, command_id: str | None = None) -> Outcome:
    """What was written off is asked for again. Raises the refusals of `invoice_corrections.reverse_write_off`."""
    stream = invoice_stream(number)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        decided = corrections.reverse_write_off(
            loaded.state, number=number, reason=reason, on=local_date(office.clock.now())
        )
        return Decision(change(stream, loaded, decided))

    return carry_out(office, decide, command_id=command_id)
