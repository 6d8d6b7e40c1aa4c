"""Numbers and names that others issue (IBAN, BIC, creditor identifier, KvK, VAT id, postcode, reference), and how to tell a wrong one."""

import re
from itertools import chain, cycle

KVK_DIGITS = 8
_POSTCODE = re.compile(r"[1-9][0-9]{3} ?(?!SA|SD|SS)[A-Z]{2}")
_DUTCH_IBAN = re.compile(r"NL[0-9]{2}[A-Z]{4}[0-9]{10}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_CREDITOR = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")
_DUTCH_CREDITOR = re.compile(r"NL[0-9]{2}[A-Z0-9]{3}[0-9]{12}")
_VAT_ID = re.compile(r"NL[0-9]{9}B[0-9]{2}")
_EMAIL = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+")
_PO_BOX = re.compile(r"^\s*(postbus|p\.?\s*o\.?\s*box|antwoordnummer)\b", re.IGNORECASE)
_BETWEEN = r"[ .\-\u00a0\u2009\u202f\u2010-\u2014]"
"""Dots, spaces and dashes, also those that a word processor makes of them."""
_NINE_DIGITS = re.compile(rf"(?<![0-9])(?<![0-9]{_BETWEEN})[0-9](?:{_BETWEEN}{{0,3}}[0-9]){{8}}(?!{_BETWEEN}?[0-9])")
_NINE_TOGETHER = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])")
_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_BETALINGSKENMERK = re.compile(r"[0-9]{16}")
_BETALINGSKENMERK_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)
"""From the right, and again from the eleventh digit on."""


def is_kvk(text: str) -> bool:
    """Whether this is a Chamber of Commerce number: exactly 8 digits."""
    return len(text) == KVK_DIGITS and text.isascii() and text.isdigit()


def is_postcode(text: str) -> bool:
    """Whether this Dutch postcode can exist: 1000 to 9999 and two capitals, never SA, SD or SS."""
    return _POSTCODE.fullmatch(text) is not None


def is_vat_id(text: str) -> bool:
    """Whether this is written as a Dutch VAT id: NL, nine digits, B, two digits."""
    return _VAT_ID.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether mail can be addressed to this: one @, a dot in the domain, no white space."""
    return _EMAIL.fullmatch(text) is not None


def is_iban(text: str) -> bool:
    """Whether this is a valid IBAN without spaces (ISO 13616, mod 97); a Dutch one has four letters for the bank and ten digits."""
    form = _DUTCH_IBAN if text.startswith("NL") else _IBAN
    return form.fullmatch(text) is not None and _mod_97(text[4:] + text[:4]) == 1


def dutch_iban(bank: str, number: str) -> str:
    """The IBAN of an account number of before the IBAN, at the bank with this code of four letters.

    >>> dutch_iban("ABNA", "417164300")
    'NL91ABNA0417164300'
    """
    body = f"{bank}{number:0>10}"
    return f"NL{98 - _mod_97(body + 'NL00'):02}{body}"


def is_bic(text: str) -> bool:
    """Whether this is written as the BIC of a bank: 8 or 11 characters (ISO 9362)."""
    return _BIC.fullmatch(text) is not None


def is_creditor_identifier(text: str) -> bool:
    """Whether this is a valid SEPA creditor identifier (incassant-ID), written without spaces.

    The check digits are mod 97-10 over everything but the business code, characters 5 to 7 (EPC262-08, attribute AT-02); a Dutch one
    ends in the eight digits of the KvK number and four more.
    """
    form = _DUTCH_CREDITOR if text.startswith("NL") else _CREDITOR
    return form.fullmatch(text) is not None and _mod_97(text[7:] + text[:4]) == 1


def is_po_box(street: str) -> bool:
    """Whether this 'street' is a PO box: a supplier's address on an invoice may not be one (art. 35a Wet OB)."""
    return _PO_BOX.search(street) is not None


def holds_citizen_number(text: str) -> bool:
    """Whether free text holds nine digits (dots, spaces or dashes between them) that pass the 11-test of a BSN."""
    for match in chain(_NINE_TOGETHER.finditer(text), _NINE_DIGITS.finditer(text)):
        digits = [int(character) for character in match.group() if character.isdigit()]
        if any(digits) and sum(weight * digit for weight, digit in zip(_BSN_WEIGHTS, digits, strict=True)) % 11 == 0:
            return True
    return False


def rf_reference(number: str) -> str:
    """The structured creditor reference (ISO 11649) of an invoice number.

    >>> rf_reference("Z017-2026-0001")
    'RF31Z01720260001'
    """
    body = "".join(character for character in number.upper() if character.isascii() and character.isalnum())
    return f"RF{98 - _mod_97(body + 'RF00'):02}{body}"


def is_rf_reference(text: str) -> bool:
    """Whether this is a creditor reference (ISO 11649) without spaces whose check digits are right.

    >>> is_rf_reference("RF31Z01720260001"), is_rf_reference("RF31Z01720260010")
    (True, False)
    """
    return _RF.fullmatch(text) is not None and _mod_97(text[4:] + text[:4]) == 1


def is_betalingskenmerk(text: str) -> bool:
    """Whether this is a Dutch payment reference of 16 digits whose first digit checks the others (DOMAIN.md section 5).

    >>> is_betalingskenmerk("5000056789012345"), is_betalingskenmerk("5000056789012354")
    (True, False)
    """
    if _BETALINGSKENMERK.fullmatch(text) is None:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(reversed(text[1:]), cycle(_BETALINGSKENMERK_WEIGHTS), strict=False)
    )
    check = 11 - total % 11
    return int(text[0]) == {10: 1, 11: 0}.get(check, check)


def _mod_97(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97
