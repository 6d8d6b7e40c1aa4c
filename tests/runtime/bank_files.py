"""Bank files for the accounts of an agency and its freelancers, as a bank would write them."""

import datetime as dt
from collections.abc import Sequence

from intake.bank import a_day
from intake.bank.a_day import OPENING, Payment, camt_details, camt_entry, camt_statement, document, total


def camt_of(
    account: str, day: dt.date, payments: Sequence[Payment], *, batches: Sequence[tuple[int, str]] = ()
) -> bytes:
    """A camt.053 of one day; `batches` are bookings of an amount with the id of the batch that they pay."""
    body = "\n".join(camt_entry(each.amount, camt_details(each)) for each in payments)
    for amount, batch in batches:
        details = camt_details(Payment(amount=amount, name="", iban="")).replace(
            "<Refs>", f"<Refs><PmtInfId>{batch}</PmtInfId>"
        )
        body += camt_entry(amount, details)
    closing = OPENING + total(payments) + sum(amount for amount, _ in batches)
    return _moved(document(camt_statement(body, closing=closing)), account, day).encode()


def csv_of(account: str, day: dt.date, payments: Sequence[Payment]) -> bytes:
    """The same day as ING writes it in a CSV."""
    return _moved(a_day.csv_ing(payments), account, day).replace("14-05-2026", f"{day:%d-%m-%Y}").encode()


def _moved(text: str, account: str, day: dt.date) -> str:
    return (
        text.replace(a_day.OWN, account)
        .replace(a_day.DAY.isoformat(), day.isoformat())
        .replace("20260514", f"{day:%Y%m%d}")
    )
