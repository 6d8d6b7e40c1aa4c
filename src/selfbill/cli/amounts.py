"""Amounts as somebody types them."""

import re

from selfbill.cli.refusals import NotAnAmount
from selfbill.values import Cents

_AMOUNT = re.compile(r"(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:[.,](\d{1,2}))?")


def read_amount(text: str) -> Cents:
    """The cents that are meant by `121`, `121,00`, `121.00` or `1.210,50`. Raises NotAnAmount.

    >>> read_amount("1.210,5")
    121050
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise NotAnAmount(text=text)
    sign, whole, fraction = match.groups()
    cents = int(whole.replace(".", "")) * 100 + int((fraction or "0").ljust(2, "0"))
    return Cents(-cents if sign else cents)
