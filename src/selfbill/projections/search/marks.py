"""The marked words by which a row is found: a letter for what it is, a sign for how it is compared, and the word itself.

`n=berg` is a word of a name, `n~berk` a sound of it, `t=0612345678` a telephone number. All of them stand in one index, so that
whatever was typed is one question.
"""

import re
from enum import StrEnum

from selfbill.projections.search.folding import Word, fold, sound, variants, words


class Field(StrEnum):
    """What somebody can be found by; also what a hit says that it was found by."""

    NAME = "name"
    REPRESENTATIVE = "representative"
    CITY = "city"
    STREET = "street"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    CODE = "code"
    IBAN = "iban"
    INVOICE = "invoice"


MARKS = {
    Field.NAME: "n",
    Field.REPRESENTATIVE: "r",
    Field.CITY: "c",
    Field.STREET: "s",
    Field.POSTCODE: "p",
    Field.PHONE: "t",
    Field.EMAIL: "e",
    Field.CODE: "k",
    Field.IBAN: "b",
}
FIELDS = {mark: field for field, mark in MARKS.items()}
NAMES = (Field.NAME, Field.REPRESENTATIVE, Field.CITY, Field.STREET)
"""What consists of words that are misheard and misspelt."""

PHONE_END = "u"
"""Marks a telephone number from its last digit to its first: found by how it ends."""
ACCOUNT = "a"
"""Marks the account number within an IBAN."""

_NOT_COMPACT = re.compile(r"[\W_]+")
_ABROAD = re.compile(r"(?:\+|00)31(?:\(0\)|0)?")
_DIGITS = re.compile(r"\D+")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


LONGEST = 100
"""Characters of a marked word; PostgreSQL takes 2046 bytes."""


def lexeme(marked: str) -> str:
    """A marked word as PostgreSQL reads it in a tsvector or a tsquery."""
    plain = "".join(marked.split())[:LONGEST]
    if plain[2:].isalnum():
        return plain
    quoted = plain.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'"


def compact(text: str) -> str:
    """Folded, with nothing but letters and digits.

    >>> compact("NL91 ABNA 0417 1643 00")
    'nl91abna0417164300'
    """
    return _NOT_COMPACT.sub("", fold(text))


def phone_digits(text: str) -> str:
    """The digits of a telephone number as it is dialled within the Netherlands; a foreign one keeps 00 and its country.

    >>> phone_digits("+31 (0)6-1234 5678"), phone_digits("0031 20 1234567"), phone_digits("+32 2 123")
    ('0612345678', '0201234567', '00322123')
    """
    plain = re.sub(r"[\s.\-/]", "", text)
    plain = _ABROAD.sub("0", plain, count=1) if _ABROAD.match(plain) else plain.replace("+", "00", 1)
    return _DIGITS.sub("", plain)


def code_forms(code: str) -> tuple[str, ...]:
    """How a code may be typed: as it is, without zeros before its digits, and by its digits alone.

    >>> code_forms("K-0042")
    ('k0042', 'k42', '42')
    """
    whole = compact(code)
    short = _LEADING_ZEROS.sub("", whole)
    digits = _DIGITS.sub("", short)
    return tuple(dict.fromkeys(each for each in (whole, short, digits) if each))


def exact_marks(field: Field, text: str) -> list[str]:
    """What this text is found by as it is written, or by how it starts."""
    mark = MARKS[field]
    match field:
        case Field.PHONE:
            digits = phone_digits(text) or compact(text) or fold(text)
            return [f"{mark}={digits}", f"{PHONE_END}={digits[::-1]}"]
        case Field.IBAN:
            whole = compact(text) or fold(text)
            return [
                f"{mark}={whole}",
                *([f"{ACCOUNT}={whole[8:].lstrip('0')}"] if len(whole) > len("nl91abna") else []),
            ]
        case Field.CODE:
            return [f"{mark}={each}" for each in code_forms(text)]
        case Field.EMAIL:
            return [f"{mark}={fold(text).strip()}"]
        case Field.POSTCODE:
            return [f"{mark}={compact(text) or fold(text)}"]
    return [f"{mark}={spelt}" for word in words(text) for spelt in (word.text, *word.also)]


def sound_marks(field: Field, text: str) -> set[str]:
    """What the words of a name are found by when they were misheard or mistyped; of a street only the sound."""
    mark, found = MARKS[field], set[str]()
    for word in words(text):
        if not word.soft:
            found |= {f"{mark}~{each}" for each in word_sounds(field, word)}
    return found


def word_sounds(field: Field, word: Word) -> set[str]:
    """The sounds under which a word of this field is kept."""
    if field is Field.STREET:
        return {sound(word.text)}
    return {each for spelt in (word.text, *word.also) for each in variants(spelt)}
