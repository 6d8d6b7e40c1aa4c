"""Text as a bank sends it: on one line, without what does not print, and not endlessly long."""

from collections.abc import Iterable

from selfbill.intake.bank.limits import MOST_TEXT_CHARACTERS
from selfbill.intake.bank.reasons import TextTooLong

_NOTHING = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "NONE"})
"""What stands where the payer gave no reference."""


def clean(text: str) -> str:
    """On one line. Raises TextTooLong."""
    if len(text) > MOST_TEXT_CHARACTERS:
        raise TextTooLong(length=len(text), most=MOST_TEXT_CHARACTERS)
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())


def together(parts: Iterable[str]) -> str:
    """The parts that hold something, with a space between. Raises TextTooLong."""
    return clean(" ".join(part for part in parts if part))


def reference(text: str) -> str:
    """An id that somebody gave out; empty for the words that mean that nobody did."""
    cleaned = clean(text)
    return "" if cleaned.upper() in _NOTHING else cleaned
