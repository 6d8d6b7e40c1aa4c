"""What somebody typed, taken apart by its shape: a telephone number, a postcode, a code, or the words of a name."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum

import msgspec

from selfbill.projections.search.folding import LONGEST_WORD, PARTICLES, Word, fold, shorter, sound, swapped, words
from selfbill.projections.search.marks import (
    ACCOUNT,
    MARKS,
    NAMES,
    PHONE_END,
    Field,
    compact,
    exact_marks,
    lexeme,
    phone_digits,
)

MOST_PARTS = 8
"""Parts of a question that count; a whole letter that was pasted is not searched for word by word."""

MOST_DROPPED = 3
"""Parts that may each be wrong altogether."""

LEAST_START = 2
"""Letters from which a word is found by how it starts."""

LEAST_SOUND_START = 4
LEAST_FOR_TWO_ERRORS = 6
LEAST_LAST_DIGITS = 4
LEAST_PHONE = 6
POSTCODE_DIGITS = 4

_PEOPLE = (Field.NAME, Field.REPRESENTATIVE)
_EMAIL = re.compile(r"\S*@\S*")
_IBAN = re.compile(
    r"\b[a-z]{2}[0-9]{2} ?(?:[a-z]{4}(?: ?[0-9]){0,10}|[0-9]{2,4}(?: ?[a-z0-9]{4}){2,6}(?: ?[a-z0-9]{1,3})?)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<!\w)(?:\+|\(?0)[0-9](?:[\s().\-/]{0,2}[0-9]){4,16}(?!\w)")
_POSTCODE = re.compile(r"(?<!\w)([1-9][0-9]{3}) ?([a-z]{2})(?!\w)", re.IGNORECASE)


class Reach(IntEnum):
    """How far from what was typed a word may lie; each reaches what those before it reach."""

    WHOLE = 0
    """The word itself."""
    START = 1
    """A word that starts so or sounds so."""
    NEAR = 2
    """A word that is one typing error away."""
    FAR = 3
    """Two errors away."""


class Part(msgspec.Struct, frozen=True):
    """One thing that was asked: all of its marked words mean it equally."""

    exact: tuple[str, ...]
    spelt: tuple[str, ...] = ()
    """A word of a name, and how else it may be written; none for what is right or wrong, such as a telephone number."""
    heard: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    near_starts: tuple[str, ...] = ()
    far: tuple[str, ...] = ()

    def tsquery(self, reach: Reach) -> str:
        """What PostgreSQL is asked."""
        start = ":*" if reach >= Reach.START or not self.spelt else ""
        asked = [f"{lexeme(each)}{start if len(each) >= len('n=') + LEAST_START else ''}" for each in self.exact]
        if reach >= Reach.START:
            asked += map(lexeme, self.heard)
        if reach >= Reach.NEAR:
            asked += map(lexeme, self.near)
            asked += (f"{lexeme(each)}:*" for each in self.near_starts)
        if reach >= Reach.FAR:
            asked += map(lexeme, self.far)
        return f"({' | '.join(asked)})"


class Asked(msgspec.Struct, frozen=True):
    """Everything that was asked; whoever is meant answers to all parts."""

    parts: tuple[Part, ...]
    soft: frozenset[str] = frozenset()
    """Particles and initials, by which those who are found are ordered."""

    def all_of(self, reach: Reach) -> str:
        """The question for those who answer to every part."""
        return " & ".join(part.tsquery(reach) for part in self.parts)

    def all_but_one(self, reach: Reach) -> list[str]:
        """The questions for those who answer to every part but one; the shortest word is the first that may be wrong."""
        if len(self.parts) == 1:
            return []
        each = [part.tsquery(reach) for part in self.parts]
        order = sorted(
            range(len(each)), key=lambda at: len(self.parts[at].spelt[0]) if self.parts[at].spelt else LONGEST_WORD
        )
        return [" & ".join(each[:at] + each[at + 1 :]) for at in order[:MOST_DROPPED]]

    def with_soft(self, question: str) -> str:
        """The question, for those only who have these particles and initials too."""
        return " & ".join(
            (
                f"({question})",
                *(f"({' | '.join(f'{MARKS[field]}={each}' for field in _PEOPLE)})" for each in sorted(self.soft)),
            )
        )


def understood(text: str, by: Mapping[Field, str]) -> Asked:
    """What was typed in the one box, and in the boxes of single fields."""
    parts, soft = _one_box(text)
    for field, value in by.items():
        if field in NAMES:
            more, softer = _named(words(value), (field,))
            parts, soft = parts + more, soft | softer
        elif value.strip():
            parts.append(Part(tuple(exact_marks(field, value))))
    return Asked(tuple(parts[:MOST_PARTS]), frozenset(soft))


def _one_box(text: str) -> tuple[list[Part], set[str]]:
    parts: list[Part] = []
    rest = text

    def take(found: re.Match[str], marks: Iterable[str]) -> None:
        nonlocal rest
        parts.append(Part(tuple(marks)))
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"

    if found := _EMAIL.search(rest):
        take(found, exact_marks(Field.EMAIL, found.group()))
    if found := _IBAN.search(rest):
        whole = compact(found.group())
        take(found, (f"{MARKS[Field.IBAN]}={whole}", f"{MARKS[Field.CODE]}={whole}"))
    if found := _PHONE.search(rest):
        take(found, _numbered(phone_digits(found.group())))
    if (found := _POSTCODE.search(rest)) and not (found.group(2).lower() in PARTICLES and rest[found.end() :].strip()):
        take(found, exact_marks(Field.POSTCODE, found.group()))
    named: list[str] = []
    for token in rest.split():
        if not any(character.isdigit() for character in token):
            named.append(token)
        elif marks := _numbered(compact(token)):
            parts.append(Part(tuple(marks)))
    more, soft = _named(words(" ".join(named)), NAMES)
    return parts + more, soft


def _numbered(token: str) -> list[str]:
    """What a token with digits may be: a code, a house number, and by its length the start or the end of something longer."""
    found = [f"{MARKS[Field.CODE]}={token}", f"{MARKS[Field.STREET]}={token}"]
    if not token.isdigit():
        found.append(f"{MARKS[Field.IBAN]}={token}")
        return [*found, f"{MARKS[Field.POSTCODE]}={token}"] if token[:POSTCODE_DIGITS].isdigit() else found
    if len(token) <= POSTCODE_DIGITS:
        found.append(f"{MARKS[Field.POSTCODE]}={token}")
    if token.startswith("0") or len(token) >= LEAST_PHONE:
        found.append(f"{MARKS[Field.PHONE]}={token}")
    if len(token) >= LEAST_LAST_DIGITS:
        found.append(f"{PHONE_END}={token[::-1]}")
        found.append(f"{ACCOUNT}={token.lstrip('0')}")
    return found


def _named(typed: Sequence[Word], fields: Collection[Field]) -> tuple[list[Part], set[str]]:
    hard = [word for word in typed if not word.soft]
    return [_part(word, fields) for word in hard], {word.text for word in typed if word.soft}


def _part(word: Word, fields: Collection[Field]) -> Part:
    spelt = (word.text, *word.also)
    exact = [f"{MARKS[field]}={each}" for field in fields for each in spelt]
    if len(fields) > 1:
        exact += [f"{MARKS[Field.CODE]}={word.text}", f"{MARKS[Field.EMAIL]}={fold(word.text)}"]
    near = {sound(near) for each in spelt for near in (each, *_one_error(each))}
    far = (
        {sound(far) for near in _one_error(word.text) for far in shorter(near)} - near if _is_long(word.text) else set()
    )
    heard = sound(word.text)
    return Part(
        exact=tuple(exact),
        spelt=spelt,
        heard=_sounds([heard], fields),
        near=_sounds(near - {heard}, fields),
        near_starts=_sounds([heard], fields) if len(heard) >= LEAST_SOUND_START else (),
        far=_sounds(far, fields),
    )


def _one_error(word: str) -> set[str]:
    """What may have been meant, or is as far from what was meant as the word is."""
    swaps = swapped(word) if len(word) > LEAST_START else set()
    return swaps | shorter(word) if len(word) > LEAST_START + 1 else swaps


def _is_long(word: str) -> bool:
    return len(word) >= LEAST_FOR_TWO_ERRORS


def _sounds(heard: Collection[str], fields: Collection[Field]) -> tuple[str, ...]:
    return tuple(f"{MARKS[field]}~{each}" for field in fields for each in sorted(heard))
