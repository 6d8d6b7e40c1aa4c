"""Amounts and days in camt: a currency and a direction beside the figure, and days with or without a time."""

import datetime as dt

from selfbill.intake.bank.hardened_xml import Node
from selfbill.intake.bank.misread import read_at
from selfbill.intake.bank.notation import xml_amount, xml_day
from selfbill.intake.bank.oddities import CurrencyTakenForEuros
from selfbill.intake.bank.reasons import NotADirection, NotEuros
from selfbill.intake.bank.statement import Oddity
from selfbill.values import Cents

_DIRECTIONS = {"CRDT": 1, "DBIT": -1}


def booked_amount(node: Node, oddities: list[Oddity]) -> Cents:
    """The amount of a balance or an entry, signed by its CdtDbtInd. Raises Misread, also for other currencies."""
    amount = node.required("Amt")
    currency = amount.element.get("Ccy", "").strip()
    if not currency:
        oddities.append(Oddity(amount.place, CurrencyTakenForEuros()))
    elif currency != "EUR":
        raise amount.refused(NotEuros(currency=currency[:10]))
    cents = read_at(amount.place, xml_amount, amount.text("."))
    return Cents(cents * direction(node.required("CdtDbtInd")))


def direction(node: Node) -> int:
    """1 for what comes in, -1 for what goes out."""
    try:
        return _DIRECTIONS[node.text(".")]
    except KeyError:
        raise node.refused(NotADirection(choices=", ".join(_DIRECTIONS))) from None


def euros_on(node: Node, *paths: str) -> Cents | None:
    """The unsigned amount on the first of these paths that is in euros; None where there is none. Raises Misread."""
    for path in paths:
        amount = node.child(path)
        if amount is not None and amount.element.get("Ccy") == "EUR":
            return read_at(amount.place, xml_amount, amount.text("."))
    return None


def day_of(node: Node, *paths: str) -> dt.date | None:
    """The day on the first of these paths that holds one; some banks write a moment where a date belongs, or a date for both."""
    for path in paths:
        if (day := node.read(path, xml_day)) is not None:
            return day
    return None
