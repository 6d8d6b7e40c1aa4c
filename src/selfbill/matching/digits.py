"""Digits of a number as people split them: year and sequence, or what is left of these."""

import re
from enum import IntEnum

import msgspec

from selfbill.matching.book import Series
from selfbill.matching.reading import Reading

SEQUENCE_DIGITS = 4
FULL_DIGITS = 8
"""Of year and sequence together."""
NEAR = re.compile(r"[ ]{0,2}[-/._–—]?[ ]{0,2}")
"""What may stand inside of a number."""
_MOST_SEQUENCE_DIGITS = 5
_SHORT_YEAR_DIGITS = 6
_MOST_GROUPS = 6
_YEAR = re.compile(r"20[0-9]{2}")


class Grade(IntEnum):
    """How much a mention says."""

    STRAY = 1
    """Four digits somewhere, or a number with its prefix that looks cut or mistyped."""
    BARE = 2
    """Without prefix but with the year, or after the word 'invoice'; or a prefix within a longer word."""
    LOOSE = 3
    """With the prefix, but without zeroes or year, or perhaps cut."""
    FULL = 4
    """Prefix, year and four digits, whatever stands between them."""
    CHECKED = 5
    """With check digits, or given out by ourselves for this one payment."""


class Digits(msgspec.Struct, frozen=True):
    """Digits up to word `until`; not `whole` when letters follow them in the same word."""

    digits: str
    until: int
    whole: bool = True
    apart: bool = False
    """Behind a space and before another word: they can be of the number, or count days of care."""


class Read(msgspec.Struct, frozen=True):
    """Year and sequence, how many groups of digits they take, and how complete they are."""

    year: int | None
    sequence: int
    used: int
    grade: Grade


def is_year(digits: str) -> bool:
    """Whether this is a year of this century."""
    return _YEAR.fullmatch(digits) is not None


def digits_from(reading: Reading, j: int, end: int) -> list[Digits]:
    """The groups of digits from this place in word j on."""
    groups: list[Digits] = []
    tail = reading.folded[j][end - reading.at[j] :]
    if tail:
        digits = tail[: len(tail) - len(tail.lstrip("0123456789"))]
        if not digits:
            return []
        groups.append(Digits(digits, j + 1, len(digits) == len(tail)))
        if len(digits) < len(tail):
            return groups
    for k in range(j + 1, min(j + _MOST_GROUPS, len(reading))):
        if not (NEAR.fullmatch(reading.gaps[k]) and reading.is_digits(k)):
            break
        apart = not reading.gaps[k].strip() and k + 1 < len(reading)
        groups.append(Digits(reading.folded[k], k + 1, apart=apart))
    return groups


def full_number(groups: list[Digits]) -> Read | None:
    """A year and four digits, or five of which the first is no zero, at whatever places they are split."""
    together = ""
    for used, group in enumerate(groups, start=1):
        together += group.digits
        if len(together) < FULL_DIGITS:
            continue
        sequence = together[4:]
        fits = len(sequence) == SEQUENCE_DIGITS or (
            len(sequence) == _MOST_SEQUENCE_DIGITS and sequence[0] != "0" and len(group.digits) >= len(sequence)
        )
        if not fits or not _YEAR.match(together) or not int(sequence):
            return None
        if group.apart and len(group.digits) < SEQUENCE_DIGITS:
            return None
        return Read(int(together[:4]), int(sequence), used, Grade.FULL)
    return None


def year_and_sequence(groups: list[Digits], series: Series, *, glued: bool) -> Read | None:
    """What digits after a prefix say, `glued` when they follow a digit of it in the same word; nothing when it is no number."""
    if (full := full_number(groups)) is not None:
        return full
    first = groups[0].digits
    second = groups[1].digits if len(groups) > 1 else ""
    short_years = {str(year)[2:]: year for year in series.last}
    read: tuple[int | None, str, int] | None = None
    grade = Grade.LOOSE
    if len(first) in {3, 5} and first[0] == "2" and len(second) == SEQUENCE_DIGITS:
        read, grade = (None, second, 2), Grade.BARE
    elif is_year(first) and int(first) in series.last:
        read = (int(first), second, 2) if 0 < len(second) < SEQUENCE_DIGITS else None
    elif _YEAR.match(first) and SEQUENCE_DIGITS < len(first) < FULL_DIGITS and int(first[:4]) in series.last:
        read = (int(first[:4]), first[4:], 1)
    elif first in short_years and 3 <= len(second) <= _MOST_SEQUENCE_DIGITS:  # noqa: PLR2004
        read = (short_years[first], second, 2)
    elif len(first) == _SHORT_YEAR_DIGITS and first[:2] in short_years:
        read = (short_years[first[:2]], first[2:], 1)
    elif len(first) <= _MOST_SEQUENCE_DIGITS and not glued:
        read = (None, first, 1)
    if read is None or not int(read[1] or 0):
        return None
    year, sequence, used = read
    if sequence[0] == "0" and len(sequence) < SEQUENCE_DIGITS:
        grade = Grade.STRAY
    return Read(year, int(sequence), used, grade)
