"""What stands on a statement of account, as plain values; amounts were summed by others."""

import datetime as dt
from typing import Literal

import msgspec

from selfbill.documents.model import HouseStyle, PartyBlock
from selfbill.values import Cents

StatementKind = Literal["invoice", "payment", "release", "credit", "settlement", "write_off", "reversal"]


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One change of what the debtor owes. Why it was done is the staff's business and stands nowhere here."""

    day: dt.date
    kind: StatementKind
    invoice: str
    refers_to: str = ""
    """The number of a credit note, or of the invoice that it was set off against."""
    amount: Cents
    """More than 0 is more to pay."""
    balance: Cents


class StatementItem(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice of which something is open; less than 0 is a credit balance."""

    invoice: str
    creditor: str = ""
    """By name, where a statement is of several creditors."""
    date: dt.date
    due: dt.date
    days_late: int
    """0 or less is not late."""
    payment_reference: str
    open: Cents


class StatementDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One statement, complete."""

    seller: PartyBlock
    """The sender: the agency."""
    customer: PartyBlock
    """The debtor."""
    house_style: HouseStyle
    made_on: dt.date
    first: dt.date | None
    """None: from the beginning."""
    until: dt.date
    known: str = ""
    """The moment of the knowledge, in words, where it is not that of `made_on`."""
    creditor: str = ""
    """By name, where it is the only one."""
    opening: Cents
    lines: tuple[StatementLine, ...]
    closing: Cents
    items: tuple[StatementItem, ...]
    ageing: tuple[Cents, Cents, Cents, Cents, Cents]
    """Not due; 1 to 30, 31 to 60, 61 to 90 and more than 90 days late."""
