"""How names are made alike before they are compared: plain letters, Dutch particles set apart, and how a word sounds in Dutch.

A word is found in spite of one typing error by its variants: what is left when any one letter of it is dropped. A letter too many,
too few, another, or two that changed places all leave the word that was meant and the word that was typed with a variant in common.
Both are compared by their sound, so that an error and a Dutch spelling (ij or y, c or k, d, dt or t) may come together.
"""

import re
import unicodedata
from functools import lru_cache

import msgspec
from text_unidecode import unidecode  # type: ignore[import-untyped]

PARTICLES = frozenset(
    (
        *(
            "van",
            "von",
            "vom",
            "de",
            "den",
            "der",
            "het",
            "t",
            "te",
            "ten",
            "ter",
            "in",
            "int",
            "op",
            "aan",
            "uit",
            "over",
        ),
        *(
            "onder",
            "bij",
            "tot",
            "toe",
            "d",
            "v",
            "vd",
            "vdr",
            "vdn",
            "vande",
            "vanden",
            "vander",
            "s",
            "la",
            "le",
            "du",
        ),
        *("des", "da", "dos", "di", "del", "el", "al"),
    )
)
"""Words before a surname that are left out, glued to it, or shortened as it comes; nobody is told apart by them alone."""

TITLES = frozenset(
    ("dr", "drs", "mr", "ir", "ing", "prof", "dhr", "heer", "mevr", "mevrouw", "mw", "fam", "familie", "en", "e")
)
"""Words before a name that belong to no name."""

_GLUED = re.compile(r"(?:vanden|vander|vande|van|vdr?|ter|ten|te|de|den|der|op|in|het|el|al)(?=[a-z]{4})")
"""A particle that was written as part of the surname, as in Vandenberghe."""

LONGEST_WORD = 30
"""Characters of a word that count; no name has more, and each more would cost its variants."""

LEAST_FOR_VARIANTS = 4
"""A word of three letters with one dropped would be like any other."""

_TOKEN = re.compile(r"[^\W_]+", re.UNICODE)
_APOSTROPHES = re.compile("['\u2018\u2019\u00b4`]")


class Word(msgspec.Struct, frozen=True):
    """A word of a name as it is compared."""

    text: str
    also: tuple[str, ...] = ()
    """How it may be written besides: with the particles before it glued on, or without the one at its start."""
    soft: bool = False
    """A particle or an initial: it orders what is found, and finds nothing by itself."""


def fold(text: str) -> str:
    """Lower case without accents; what has no Latin letters (an emblem) stays as it is, so that it can be found.

    >>> fold("Müller-IJsbrand, Łukasz")
    'muller-ijsbrand, lukasz'
    """
    if text.isascii():
        return text.lower()
    return "".join(map(_plain, text)).lower()


@lru_cache(4096)
def _plain(character: str) -> str:
    if character.isascii():
        return character
    latin = unidecode(character)
    return latin if latin or unicodedata.category(character)[0] in "MZCP" else character


def tokens(text: str) -> list[str]:
    """The words of a text, folded, in their order; an apostrophe or any other mark ends a word.

    >>> tokens("Mw. J.P. van 't Hoen-d'Ancona")
    ['mw', 'j', 'p', 'van', 't', 'hoen', 'd', 'ancona']
    """
    folded = _APOSTROPHES.sub("'", fold(text))
    if not folded.isascii():
        folded = "".join(f" {each} " if unicodedata.category(each) == "So" else each for each in folded)
        return [each[:LONGEST_WORD] for each in re.findall(r"[^\W_]+|[^\s\w\x00-\x7f]", folded)]
    return [each[:LONGEST_WORD] for each in _TOKEN.findall(folded)]


def words(text: str) -> list[Word]:
    """The words of a name with how else they may be written; particles and initials are soft, unless there is nothing else.

    >>> [(word.text, word.also) for word in words("v.d. Berg") if not word.soft]
    [('berg', ('vdberg',))]
    """
    found, before = [], ""
    for token in tokens(text):
        if token in PARTICLES or token in TITLES or len(token) == 1:
            found.append(Word(token, soft=not token.isdigit() and token.isascii()))
            before = before + token if token in PARTICLES else ""
            continue
        also = (before + token)[:LONGEST_WORD] if before else ""
        without = _GLUED.sub("", token, count=1) if _GLUED.match(token) else ""
        found.append(Word(token, tuple(each for each in (also, without) if each and each != token)))
        before = ""
    if all(word.soft for word in found):
        return [Word(word.text) for word in found]
    return found


_SPELLINGS = {
    **dict.fromkeys(("uij", "uy", "ui"), "1"),
    **dict.fromkeys(("ouw", "auw", "ou", "au"), "2"),
    **dict.fromkeys(("eij", "aij", "ij", "ei", "ey", "ai", "ay", "ie", "y"), "i"),
    **dict.fromkeys(("oe", "ue"), "u"),
    **dict.fromkeys(("ae",), "a"),
    **dict.fromkeys(("sch", "sg"), "sg"),
    **dict.fromkeys(("ssch",), "s"),
    **{f"sch{each}": f"s{each}" for each in "lmnw"},
    **dict.fromkeys(("sj", "sh", "sz", "tz", "ts", "z"), "s"),
    **dict.fromkeys(("gch", "ch", "gh"), "g"),
    **dict.fromkeys(("ph", "v"), "f"),
    **dict.fromkeys(("cks", "ks", "x"), "ks"),
    **dict.fromkeys(("qu", "kw"), "kw"),
    **dict.fromkeys(("ck", "kh", "q", "c"), "k"),
    **dict.fromkeys(("dt", "th", "tt"), "t"),
    **dict.fromkeys(("rh",), "r"),
}
"""What sounds alike in Dutch, and the letter or letters that stand for it; longer ones come first."""
_SOFT_C = re.compile(r"c(?=[eiy])")
_SPELLING = re.compile("|".join(sorted(_SPELLINGS, key=len, reverse=True)))
_AT_END = str.maketrans("db", "tp")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(65_536)
def sound(word: str) -> str:
    """How a folded word sounds: equal for spellings between which a listener cannot choose.

    >>> sound("meijer") == sound("meyer") == sound("meier"), sound("kuyper") == sound("cuiper"), sound("schmidt")
    (True, True, 'smit')
    """
    heard = _SPELLING.sub(lambda found: _SPELLINGS[found.group()], _SOFT_C.sub("s", word))
    heard = _TWICE.sub(r"\1", heard)
    return heard[:-1] + heard[-1:].translate(_AT_END)


def variants(word: str) -> set[str]:
    """The sounds of the word and of what is left of it when any one letter is dropped.

    >>> "jansn" in variants("jansen"), variants("bos")
    (True, {'bos'})
    """
    sounds = {sound(word)}
    if len(word) >= LEAST_FOR_VARIANTS:
        sounds.update(sound(each) for each in shorter(word))
    return sounds


def shorter(word: str) -> set[str]:
    """The word without any one of its letters."""
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def swapped(word: str) -> set[str]:
    """The word with any two letters beside each other in each other's place."""
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
