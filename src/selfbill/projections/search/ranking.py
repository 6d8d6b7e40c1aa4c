"""Who of those that were found is meant: how well each answers to what was typed, and by what."""

from collections.abc import Iterable
from functools import lru_cache

import msgspec
from rapidfuzz.distance import OSA

from selfbill.projections.search.asking import Asked, Part
from selfbill.projections.search.folding import PARTICLES, sound, tokens
from selfbill.projections.search.marks import ACCOUNT, FIELDS, NAMES, PHONE_END, Field, exact_marks
from selfbill.projections.search.rows import Findable, texts

EXACT = 1000
"""What the best answer gets; scores are in thousandths."""

_WEIGHTS = {Field.NAME: 1000, Field.REPRESENTATIVE: 990, Field.CITY: 960, Field.STREET: 930}
"""A client is asked for by name more often than by who acts for them, or by where they live."""
_ELSEWHERE = 880
_START = 850
_SOUND = 960
_SPELLING = 930
_NEAR_START = 800
_NEAR_SOUND = 880
_OTHERWISE = 10
_PARTICLE = 12
_INITIAL = 60
_FIRST_NAME = 45
_LEFT_OVER = 4
_MOST_LEFT_OVER = 5

_WRITTEN = (Field.CODE, Field.EMAIL)
"""What may start with letters without being a name."""
_FIELDS = FIELDS | {PHONE_END: Field.PHONE, ACCOUNT: Field.IBAN}


class Match(msgspec.Struct, frozen=True):
    """What of somebody answers to what was typed, as it is shown."""

    field: Field
    value: str


class Ranked(msgspec.Struct, frozen=True):
    """How well a row answers, and the marked word that answers best to each part."""

    row: Findable
    score: int
    by: tuple[str, ...]


def ranked(asked: Asked, row: Findable) -> Ranked:
    """How well this row answers to all parts."""
    marked = [each.strip("'") for each in row.words.split()]
    answers = [_best(part, marked) for part in asked.parts]
    score = sum(score for score, _ in answers) // len(answers)
    if asked.soft:
        score += max(_softly(asked.soft, tokens(each)) for each in (row.name, row.representative or ""))
    answering = {mark for _, mark in answers}
    left_over = sum(1 for each in marked if each.startswith("n=") and each not in answering)
    return Ranked(row, score - _LEFT_OVER * min(left_over, _MOST_LEFT_OVER), tuple(mark for _, mark in answers))


def _softly(soft: Iterable[str], name: list[str]) -> int:
    """What the particles and initials of a name add; an initial is also that of a first name in full."""
    score = 0
    for each in soft:
        if each in PARTICLES:
            score += _PARTICLE if each in name else 0
        elif each in name:
            score += _INITIAL
        elif any(word.startswith(each) for word in name):
            score += _FIRST_NAME
    return score


def _best(part: Part, marked: Iterable[str]) -> tuple[int, str]:
    if not part.spelt:
        return max((_given(part.exact, each), each) for each in marked)
    return max(
        (_named(part.spelt, each) if each[0] in _WORDS else _elsewhere(part.spelt[0], each), each) for each in marked
    )


_WORDS = frozenset(mark for mark, field in FIELDS.items() if field in NAMES)


@lru_cache(65_536)
def _named(spelt: tuple[str, ...], marked: str) -> int:
    likeness = max(alike(each, marked[2:]) - (_OTHERWISE if at else 0) for at, each in enumerate(spelt))
    return likeness * _WEIGHTS[_FIELDS[marked[0]]] // 1000


def _elsewhere(word: str, marked: str) -> int:
    return _ELSEWHERE if marked.startswith(word, 2) and _FIELDS[marked[0]] in _WRITTEN else 0


def _given(asked: Iterable[str], marked: str) -> int:
    if marked in asked:
        return EXACT
    starts = [each for each in asked if marked.startswith(each)]
    return max((_START + (EXACT - _START) * len(each) // len(marked) // 2 for each in starts), default=0)


def alike(typed: str, word: str) -> int:
    """How much alike two folded words are, in thousandths: as they are spelt, as they sound, or the first as a start of the second."""
    if typed == word:
        return EXACT
    longest = max(len(typed), len(word))
    errors = OSA.distance(typed, word)
    spelt = _SPELLING * (longest - errors) // longest
    if word.startswith(typed):
        return max(spelt, _START + (EXACT - _START) * len(typed) // len(word) // 2)
    heard, meant = sound(typed), sound(word)
    if heard == meant:
        return max(spelt, _SOUND - 5 * errors)
    longest = max(len(heard), len(meant))
    sounded = _NEAR_SOUND * (longest - OSA.distance(heard, meant)) // longest
    started = _NEAR_START * (len(typed) - OSA.distance(typed, word[: len(typed)])) // len(typed)
    return max(spelt, sounded, started if len(typed) < len(word) else 0)


def matches(found: Ranked) -> tuple[Match, ...]:
    """What answered, each once, in the order of what was typed."""
    shown = list(texts(found.row))
    named: dict[Match, None] = {}
    for mark in found.by:
        field = _FIELDS[mark[0]]
        for each, value in shown:
            if each is field and mark in exact_marks(field, value):
                named[Match(field, value)] = None
                break
    return tuple(named)
