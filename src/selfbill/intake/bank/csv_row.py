"""One row of a bank's CSV."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from selfbill.intake.bank.accounts import account_key, compact, own_account
from selfbill.intake.bank.information import read_information
from selfbill.intake.bank.misread import Misread, read_at
from selfbill.intake.bank.notation import csv_amount, csv_day
from selfbill.intake.bank.reasons import MissingPart, NotADirection, NotEuros
from selfbill.intake.bank.statement import Details, Entry, Place
from selfbill.intake.bank.texts import clean, reference
from selfbill.refusals import Refusal
from selfbill.values import Cents

T = TypeVar("T")

_IN = frozenset({"c", "cr", "credit", "bij", "bijschrijvingen", "bijschrijving"})
_OUT = frozenset({"d", "dr", "debit", "debet", "af", "afschrijvingen", "afschrijving"})
_BANK_CODES = {"ABN AMRO": "ABNA"}
"""Who writes account numbers of before the IBAN in its CSV."""
_DUTCH_ISSUER = "CUR"


class Row(msgspec.Struct, frozen=True):
    """The cells of one row, by column; a text may stand in several."""

    line: int
    cells: dict[str, list[str]]

    def text(self, column: str) -> str:
        """The cells of this column on one line; empty where there are none."""
        return read_at(Place(self.line, column), clean, " ".join(filter(None, self.cells.get(column, ()))))

    def read(self, column: str, parse: Callable[[str], T]) -> T | None:
        """What the cell means, None where it is empty."""
        text = self.text(column)
        return read_at(Place(self.line, column), parse, text) if text else None

    def required(self, column: str, parse: Callable[[str], T]) -> T:
        """What the cell means; the file is refused where it is empty."""
        found = self.read(column, parse)
        if found is None:
            raise Misread(Place(self.line, column), MissingPart(name=column))
        return found


def read_row(row: Row, bank: str) -> tuple[Entry, str, Refusal | None, Cents | None, Cents | None]:
    """The entry, its account and what is odd about that, and the balances before and after it. Raises Misread."""
    account, odd = row.required("account", lambda text: own_account(text, _BANK_CODES.get(bank, "")))
    currency = row.text("currency")
    if currency not in {"", "EUR"}:
        raise Misread(Place(row.line, "currency"), NotEuros(currency=currency[:10]), currency)
    amount = row.required("amount", csv_amount)
    if row.cells.get("direction") is not None:
        amount = Cents(row.required("direction", _direction) * abs(amount))
    booked = row.read("booked", csv_day) or row.required("transaction_day", csv_day)
    details = _details(row, account, comes_in=amount > 0)
    entry = Entry(
        place=Place(row.line),
        amount=amount,
        booked=booked,
        valued=row.read("valued", csv_day),
        bank_reference=row.text("bank_reference"),
        code=row.text("code"),
        is_return=bool(details.return_code),
        **msgspec.structs.asdict(details),
    )
    return entry, account, odd, row.read("balance_before", csv_amount), row.read("balance", csv_amount)


def _direction(text: str) -> int:
    word = text.casefold()
    if word in _IN:
        return 1
    if word in _OUT:
        return -1
    raise NotADirection(choices="C, D, Bij, Af")


def _details(row: Row, account: str, *, comes_in: bool) -> Details:
    """From the columns; what a bank writes in one piece of text fills what they leave empty."""
    written = " ".join(row.cells.get("information", ()))
    found = read_at(Place(row.line, "information"), lambda text: read_information([text.rstrip()], account), written)
    number = reference(row.text("reference"))
    iban = compact(row.text("iban"))
    given = Details(
        end_to_end_id=reference(row.text("end_to_end_id")),
        mandate_id=reference(row.text("mandate_id")),
        creditor_id=compact(row.text("creditor_id")),
        reference=number,
        reference_type="SCOR" if number else "",
        reference_issuer=_DUTCH_ISSUER if number.isdigit() else "",
        text=row.text("text"),
        name=row.text("name"),
        iban="" if account_key(iban) == account_key(account) else iban,
        ultimate_debtor=row.text("ultimate") if comes_in else "",
        ultimate_creditor="" if comes_in else row.text("ultimate"),
        return_code=clean(row.text("return_code")),
        batch_id=row.text("batch_id"),
    )
    return Details(**{name: getattr(given, name) or getattr(found, name) for name in given.__struct_fields__})
