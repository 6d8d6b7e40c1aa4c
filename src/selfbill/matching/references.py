"""Payment references in an entry: RF and betalingskenmerk, in the bank's own field or typed into the text."""

import msgspec

from selfbill.identifiers import is_betalingskenmerk, is_rf_reference
from selfbill.matching.book import Claims
from selfbill.matching.reading import Reading
from selfbill.values import InvoiceNumber

_LONGEST_RF = 25
_SHORTEST_RF = 5
_KENMERK_DIGITS = 16
_GAPS_WITHIN = frozenset({"", " ", "  ", "-", ".", "/"})


class Referred(msgspec.Struct, frozen=True):
    """A reference with right check digits; without a number it is not that of an invoice of this creditor."""

    text: str
    number: InvoiceNumber | None
    words: range
    """Where it stands."""


def references_in(reading: Reading, claims: Claims) -> list[Referred]:
    """Every valid reference, in the order of the text."""
    found: list[Referred] = []
    i = 0
    while i < len(reading):
        referred, until = None, i + 1
        if reading.words[i].startswith("RF"):
            referred, until = _rf(reading, i, claims)
        elif reading.is_digits(i):
            referred, until = _kenmerk(reading, i, claims)
        if referred is not None:
            found.append(referred)
        i = until
    return found


def _rf(reading: Reading, i: int, claims: Claims) -> tuple[Referred | None, int]:
    """An RF reference from word i on, perhaps in groups of four; one of ours before any other that is valid."""
    together, valid = "", None
    for j in range(i, len(reading)):
        if j > i and reading.gaps[j] not in _GAPS_WITHIN:
            break
        together += reading.folded[j]
        if len(together) > _LONGEST_RF:
            break
        if len(together) < _SHORTEST_RF or not is_rf_reference(_with_letters(reading, i, j)):
            continue
        number = claims.by_reference.get(together)
        if number is not None:
            return Referred(together, number, range(i, j + 1)), j + 1
        valid = valid or (Referred(together, None, range(i, j + 1)), j + 1)
    return valid or (None, i + 1)


def _with_letters(reading: Reading, i: int, j: int) -> str:
    """As it is written, but with zeroes for the letters O in its check digits and after a digit."""
    written = "".join(reading.words[i : j + 1])
    if is_rf_reference(written):
        return written
    return written.replace("O", "0")


def _kenmerk(reading: Reading, i: int, claims: Claims) -> tuple[Referred | None, int]:
    together = ""
    for j in range(i, len(reading)):
        if (j > i and reading.gaps[j] not in _GAPS_WITHIN) or not reading.is_digits(j):
            break
        together += reading.folded[j]
        if len(together) >= _KENMERK_DIGITS:
            break
    if not is_betalingskenmerk(together):
        return None, i + 1
    return Referred(together, claims.by_reference.get(together), range(i, j + 1)), j + 1
