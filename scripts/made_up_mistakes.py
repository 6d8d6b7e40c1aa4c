"""How people misspell a name that they hear: the keys beside, the sounds alike, and what they do to 'van den'.

Knows nothing of how the search compares; its rules are those of a keyboard and of Dutch spelling.
"""

import re
from collections.abc import Callable
from random import Random

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
ALIKE = (
    ("ij", "y"), ("ij", "ei"), ("y", "ij"), ("ei", "ij"), ("ei", "ey"), ("ijk", "yck"), ("c", "k"), ("k", "c"), ("ck", "k"), ("ph", "f"),
    ("f", "ph"), ("v", "f"), ("f", "v"), ("z", "s"), ("s", "z"), ("dt", "t"), ("d", "dt"), ("t", "dt"), ("th", "t"), ("t", "th"),
    ("ou", "au"), ("au", "ou"), ("ouw", "auw"), ("ch", "g"), ("g", "ch"), ("sch", "s"), ("ss", "s"), ("s", "ss"), ("ks", "x"),
    ("x", "ks"), ("ie", "i"), ("i", "ie"), ("aa", "a"), ("a", "aa"), ("ee", "e"), ("oo", "o"), ("o", "oo"), ("ll", "l"), ("l", "ll"),
    ("tt", "t"), ("nn", "n"), ("n", "nn"), ("pp", "p"), ("p", "pp"), ("kk", "k"), ("mm", "m"), ("m", "mm"), ("rr", "r"), ("uij", "ui"),
    ("ui", "uij"), ("ui", "uy"), ("qu", "kw"), ("ae", "a"), ("oe", "u"), ("ijn", "ein"), ("eij", "ei"), ("eij", "ey"), ("dt", "d"),
)  # fmt: skip
"""What is written, and what is written for it by who only heard it."""
PARTICLES = (
    ("van den ", ("vd ", "v.d. ", "v d ", "v/d ", "vanden", "van de ", "vdn ", "van ", "", "vanden ")),
    ("van der ", ("vd ", "v.d. ", "v d ", "v/d ", "vander", "van de ", "vdr ", "van ", "", "vander ")),
    ("van de ", ("vd ", "v.d. ", "v d ", "v/d ", "vande", "van der ", "van ", "")),
    ("van 't ", ("vant ", "van t ", "v.'t ", "van het ", "vh ", "van ", "")),
    ("in 't ", ("int ", "in t ", "in het ", "")),
    ("aan de ", ("a/d ", "ad ", "")),
    ("op den ", ("op de ", "opden", "")),
    ("van ", ("v. ", "v ", "", "van")),
    ("de ", ("d. ", "", "de")),
    ("ter ", ("", "te ")),
    ("ten ", ("", "te ")),
    ("te ", ("", "ter ")),
    ("el ", ("el-", "el", "")),
)

Mistake = Callable[[str, Random], str]


def _word(text: str, chance: Random, wrong: Callable[[str, int], str], least: int = 4) -> str:
    """The text with one letter of one longer word made wrong; never the first letter of the word, which people get right."""
    long = [found for found in re.finditer(r"[^\W\d_]+", text) if len(found.group()) >= least]
    if not long:
        return text
    found = chance.choice(long)
    at = chance.randrange(1, len(found.group()))
    return text[: found.start()] + wrong(found.group(), at) + text[found.end() :]


def neighbour(letter: str, chance: Random) -> str:
    """A key beside this one."""
    for row in ROWS:
        if (at := row.find(letter.lower())) >= 0:
            return chance.choice([row[near] for near in (at - 1, at + 1) if 0 <= near < len(row)])
    return letter


def other_key(text: str, chance: Random) -> str:
    """One letter is a key beside the right one."""
    return _word(text, chance, lambda word, at: word[:at] + neighbour(word[at], chance) + word[at + 1 :])


def missing_key(text: str, chance: Random) -> str:
    """One letter was left out."""
    return _word(text, chance, lambda word, at: word[:at] + word[at + 1 :])


def extra_key(text: str, chance: Random) -> str:
    """A key beside was hit as well, or the same one twice."""
    return _word(
        text, chance, lambda word, at: word[:at] + chance.choice((word[at], neighbour(word[at], chance))) + word[at:]
    )


def swapped_keys(text: str, chance: Random) -> str:
    """Two letters changed places."""
    return _word(text, chance, lambda word, at: word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :])


def misheard(text: str, chance: Random) -> str:
    """A sound is written otherwise, somewhere in the text."""
    lower = text.lower()
    places = [(found.start(), said, written) for said, written in ALIKE for found in re.finditer(said, lower)]
    if not places:
        return text
    at, said, written = chance.choice(places)
    return lower[:at] + written + lower[at + len(said) :]


def particles(text: str, chance: Random) -> str:
    """'van den' is shortened, glued or left out."""
    lower = text.lower()
    for said, written in PARTICLES:
        if found := re.search(rf"(?<!\w){said}", lower):
            return lower[: found.start()] + chance.choice(written) + lower[found.end() :]
    return text


KEYBOARD: tuple[Mistake, ...] = (other_key, missing_key, extra_key, swapped_keys)


def misspelt(text: str, chance: Random) -> tuple[str, str]:
    """The text with a mistake or two, and of which kind."""
    kind = chance.choices(
        ("keyboard", "phonetic", "particle", "phonetic and keyboard", "particle and keyboard", "particle and phonetic"),
        (30, 30, 15, 8, 9, 8),
    )[0]
    made = text
    for each in kind.split(" and "):
        before = made
        for _ in range(9):
            made = {"keyboard": chance.choice(KEYBOARD), "phonetic": misheard, "particle": particles}[each](
                before, chance
            )
            if made != before:
                break
    return made, kind
