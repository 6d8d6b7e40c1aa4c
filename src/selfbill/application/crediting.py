"""Staff take an invoice back, the whole of it or some lines; its commission follows."""

from collections.abc import Sequence

from selfbill.application.correcting import Books, Correction, Credit, correct
from selfbill.application.office import Decision, Office, Outcome, carry_out
from selfbill.values import InvoiceNumber


def plan_credit(office: Office, *, number: InvoiceNumber, lines: Sequence[int] | None, reason: str) -> Correction:
    """What `credit_invoice` would do now; nothing is stored. Raises the same refusals."""
    credit = Credit(number, None if lines is None else tuple(lines), reason)
    correction, _ = correct(Books(office, [number]), [credit])
    return correction


def credit_invoice(
    office: Office,
    *,
    number: InvoiceNumber,
    lines: Sequence[int] | None = None,
    reason: str,
    command_id: str | None = None,
) -> Outcome:
    """A credit note for these lines (positions from 1), or for everything that is left; for commission invoices too.

    It takes the next number of the original's issuer. When the original is a customer's, what was charged to both sides for it
    is lowered to what was agreed then over what is left: before it is billed by billing less, afterwards by credit notes in the
    agency's series.

    Raises UnknownInvoice, NotCreditable, NothingToCredit, NoSuchLine, LineCredited, CreditWithoutReason, CitizenNumber,
    CreditWithoutMandate, CreditWithoutParty.
    """

    def decide() -> Decision:
        return plan_credit(office, number=number, lines=lines, reason=reason).decision

    return carry_out(office, decide, command_id=command_id)
