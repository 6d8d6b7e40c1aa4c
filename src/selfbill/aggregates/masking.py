"""Citizen numbers in what a bank hands on: a statement cannot be refused for what a payer typed, so they are made unreadable.

No BSN exists anywhere in selfbill (DOMAIN.md section 4). What looks like one of our invoice numbers, a year and a sequence, stays.
"""

import re

from selfbill.identifiers import holds_citizen_number

_NINE_DIGITS = re.compile(r"(?<![A-Za-z0-9])\d(?:[ .\-]{0,3}\d){8}(?![A-Za-z0-9])")
_INVOICE_NUMBER = re.compile(r"(?<!\d)20\d\d[ .\-]{0,3}\d{4,5}(?!\d)")


def without_citizen_numbers(text: str) -> str:
    """The text with the digits of each possible BSN replaced by asterisks.

    >>> without_citizen_numbers("factuur 2026-0012 BSN 111222333")
    'factuur 2026-0012 BSN *********'
    """
    return _NINE_DIGITS.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    found = match.group()
    if not holds_citizen_number(found) or (_INVOICE_NUMBER.search(found) and not found.isdigit()):
        return found
    return re.sub(r"\d", "*", found)
