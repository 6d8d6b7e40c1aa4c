"""What a cell of text may hold: names, codes, addresses of mail and of people, numbers that others issue, invoice moments."""

import re
from functools import lru_cache

from selfbill.aggregates.series import Series, open_series
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.identifiers import is_email, is_iban, is_kvk, is_postcode, is_vat_id
from selfbill.intake.dialect import refuse_formula
from selfbill.intake.reasons import (
    LineBreakInEmail,
    NotACode,
    NotAKvk,
    NotAnEmail,
    NotAnIban,
    NotAPostcode,
    NotAVatId,
)
from selfbill.moments import check_moment

MOST_CODE_CHARACTERS = 40
"""Codes become parts of stream names and of file names."""
MOST_EMAIL_CHARACTERS = 254
"""RFC 5321."""

_CODE = re.compile(rf"(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{{1,{MOST_CODE_CHARACTERS}}}")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]*")


def text(value: str) -> str:
    """Free text; line breaks may stand in it. Raises CitizenNumber for what can be a BSN."""
    refuse_formula(value)
    refuse_citizen_number(text=" ".join(value.split()))
    return value


def one_line(value: str) -> str:
    """A name, a street: text whose line breaks are only spaces."""
    return " ".join(text(value).split())


def plain(value: str) -> str:
    """Text in which nine digits are no BSN: a number that the SVB issued."""
    refuse_formula(value)
    return " ".join(value.split())


def code(value: str) -> str:
    """An identity that the agency gave out."""
    text(value)
    if _CODE.fullmatch(value) is None:
        raise NotACode(most=MOST_CODE_CHARACTERS)
    return value


def prefix(value: str) -> str:
    """What the invoice numbers of one series begin with. Raises NotAPrefix."""
    text(value)
    open_series(Series(), prefix=value)
    return value


def email(value: str) -> str:
    refuse_formula(value)
    if "\n" in value:
        raise LineBreakInEmail
    refuse_citizen_number(email=value)
    if len(value) > MOST_EMAIL_CHARACTERS or not is_email(value):
        raise NotAnEmail
    return value


def phone(value: str) -> str:
    """A telephone number may begin with +, and nine digits in it are no BSN."""
    return value if _PHONE.fullmatch(value) else plain(value)


def postcode(value: str) -> str:
    """As `1234 AB`."""
    refuse_formula(value)
    compact = value.replace(" ", "").upper()
    if not is_postcode(compact):
        raise NotAPostcode
    return f"{compact[:4]} {compact[4:]}"


def kvk(value: str) -> str:
    refuse_formula(value)
    if not is_kvk(value):
        raise NotAKvk
    return value


def vat_id(value: str) -> str:
    """Without spaces and dots."""
    refuse_formula(value)
    compact = value.replace(" ", "").replace(".", "").upper()
    if not is_vat_id(compact):
        raise NotAVatId
    return compact


def iban(value: str) -> str:
    """Without spaces."""
    refuse_formula(value)
    compact = value.replace(" ", "").upper()
    if not is_iban(compact):
        raise NotAnIban
    return compact


@lru_cache(maxsize=256)
def moment_rule(value: str) -> str:
    """An RFC 5545 rule by which the agency can bill or remind."""
    refuse_formula(value)
    return check_moment(value)
