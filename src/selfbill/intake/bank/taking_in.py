"""From a statement as it was read to what is taken in: the same entries, with what is personal about them together."""

import datetime as dt
import hashlib

import msgspec

from selfbill.aggregates.masking import without_citizen_numbers
from selfbill.aggregates.payment_events import PaymentDetails
from selfbill.application.bank_days import StatementEntry
from selfbill.application.bank_statements import BankStatement, DatedEntry
from selfbill.intake.bank.statement import Entry, Statement
from selfbill.values import Cents, PaymentId

STATEMENT_CHARACTERS = 32


def to_take_in(statement: Statement) -> BankStatement:
    """The statement as it is taken in. Entries of 0.00 bring nothing and are left out, as are citizen numbers that payers typed."""
    where = (statement.account, statement.identification, statement.sequence, statement.page, statement.place.line)
    identity = hashlib.sha256(msgspec.json.encode((statement.sha256, *where))).hexdigest()[:STATEMENT_CHARACTERS]
    return BankStatement(
        identity=identity,
        account=statement.account,
        format=statement.format,
        sha256=statement.sha256,
        first=statement.first or min((entry.booked for entry in statement.entries), default=None),
        until=_until(statement),
        opening=statement.opening.amount if statement.opening else None,
        closing=statement.closing.amount if statement.closing else None,
        sequence=statement.sequence,
        entries=tuple(_entry(entry) for entry in statement.entries if entry.amount != 0),
        oddities=tuple(oddity.code for oddity in statement.oddities),
    )


def _until(statement: Statement) -> dt.date | None:
    days = [entry.booked for entry in statement.entries]
    if statement.closing is not None and statement.closing.day is not None:
        days.append(statement.closing.day)
    return max(days, default=statement.until)


def _entry(entry: Entry) -> DatedEntry:
    batch = entry.batch
    details = PaymentDetails(
        name=without_citizen_numbers(entry.name),
        iban=entry.iban,
        text=without_citizen_numbers(entry.text),
        reference=without_citizen_numbers(entry.reference),
        reference_issuer=entry.reference_issuer,
        end_to_end_id=without_citizen_numbers(entry.end_to_end_id),
        mandate_id=entry.mandate_id,
        return_code=entry.return_code,
        return_text=entry.return_text,
        bank_reference=entry.bank_reference,
        batch_id=entry.batch_id,
        ultimate_debtor=without_citizen_numbers(entry.ultimate_debtor),
    )
    return DatedEntry(
        StatementEntry(
            identity=PaymentId(entry.identity),
            amount=entry.amount,
            details=details,
            is_return=entry.is_return,
            batch=f"{batch.id}/{entry.booked}/{batch.total}" if batch else "",
            batch_total=batch.total if batch else Cents(0),
        ),
        booked=entry.booked,
        valued=entry.valued or entry.booked,
    )
