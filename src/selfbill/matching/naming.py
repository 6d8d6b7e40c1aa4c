"""Whether two names may be of the same person or house: accents, order, initials, titles and particles put aside."""

from functools import lru_cache

from selfbill.matching.reading import plain

_LEFT_OUT = frozenset(
    [
        "DE",
        "HET",
        "VAN",
        "DEN",
        "DER",
        "TER",
        "TE",
        "TEN",
        "EN",
        "EO",
        "CJ",
        "VD",
        "VDE",
        "DHR",
        "HR",
        "MW",
        "MEVR",
        "MEVROUW",
        "HEER",
        "MEJ",
        "FAM",
        "FAMILIE",
        "ERVEN",
        "ERFGENAMEN",
        "DR",
        "DRS",
        "IR",
        "ING",
        "PROF",
        "MR",
        "BV",
        "NV",
        "STICHTING",
        "ST",
        "VOF",
        "INZ",
        "INZAKE",
        "NAMENS",
        "OF",
        "THE",
    ]
)
MOST_KEPT = 100_000
"""Names of debtors that were taken apart are kept: a large agency's, some hundreds of bytes each."""
_SHORTEST = 3
_LONG_ENOUGH_TO_MISSPELL = 6


def significant(name: str) -> frozenset[str]:
    """The words of a name that tell people apart."""
    letters = "".join(character if character.isalpha() else " " for character in plain(name).replace("'", ""))
    return frozenset(word for word in letters.split() if len(word) >= _SHORTEST and word not in _LEFT_OUT)


def is_similar(debtor: str, written: str) -> bool:
    """Whether what is written may name this debtor: his last name, or two words of his name. Supports, never makes certain.

    >>> is_similar("Mw. A.B. de Jong-Çelik", "CELIK AYSE"), is_similar("Jan de Vries", "Jan de Groot")
    (True, False)
    """
    return names(significant(written), debtor)


def names(words: frozenset[str], debtor: str) -> bool:
    """The same, of the words of a text that were taken apart before."""
    last_name, whole = _parts(debtor)
    if any(_among(word, words) for word in last_name):
        return True
    return sum(1 for word in whole if _among(word, words)) > 1


@lru_cache(maxsize=MOST_KEPT)
def _parts(debtor: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of his last name, and of all of it."""
    before, comma, _ = debtor.partition(",")
    parts = before.split()
    return significant(before if comma else parts[-1] if parts else ""), significant(debtor)


def _among(word: str, words: frozenset[str]) -> bool:
    return word in words or any(_misspelt(word, each) for each in words)


def _misspelt(one: str, other: str) -> bool:
    return len(one) >= _LONG_ENOUGH_TO_MISSPELL and one[0] == other[0] and one_off(one, other)


def one_off(one: str, other: str) -> bool:
    """Whether one character too many, too few, different or swapped with its neighbour makes one text of the other.

    >>> one_off("20260012", "20260021"), one_off("20260012", "2026012"), one_off("20260012", "20260012")
    (True, True, False)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
