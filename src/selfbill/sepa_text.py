"""Text as SEPA payments carry it: Latin letters without accents, digits and a few signs (EPC217-08, section 1.1)."""

import re

from text_unidecode import unidecode  # type: ignore[import-untyped]

_FOREIGN = re.compile(r"[^A-Za-z0-9/?:().,'+ -]+")
_IDENTIFIER = re.compile(r"[A-Za-z0-9+?:().,'-](?:[A-Za-z0-9+?:().,'-]|/(?!/))*")
MOST_NAME_CHARACTERS = 70
"""Of creditor and debtor (SEPA Core implementation guidelines EPC130-08)."""
MOST_IDENTIFIER_CHARACTERS = 35
"""Of mandate, end-to-end and message ids (ISO 20022 Max35Text)."""


def sepa_text(text: str, most: int) -> str:
    """The text with every letter in its nearest plain form, every other sign as a space, and at most so many characters.

    Can be empty, when nothing of the text can be said in these characters.

    >>> sepa_text("Zoë Łukasz & Zn. _ Ltd", 70)
    'Zoe Lukasz Zn. Ltd'
    """
    plain = _FOREIGN.sub(" ", unidecode(text))
    return " ".join(plain.split())[:most].rstrip()


def is_sepa_identifier(text: str) -> bool:
    """Whether this can be a mandate id or end-to-end id: at most 35 of these characters, no space, no slash at an end or doubled."""
    return (
        len(text) <= MOST_IDENTIFIER_CHARACTERS and _IDENTIFIER.fullmatch(text) is not None and not text.endswith("/")
    )
