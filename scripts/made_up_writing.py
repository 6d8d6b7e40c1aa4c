"""How people write an invoice number, and what else they write: from what stands on Dutch bank statements."""

from collections.abc import Callable
from random import Random

WORDS = (
    "factuur ",
    "Factuur ",
    "factuurnr. ",
    "Factuurnummer: ",
    "fact. ",
    "betreft factuur ",
    "FACTUUR ",
    "nota ",
    "fact.nr ",
    "inzake ",
    "Betaling factuur ",
)
BEFORE = (
    "zorg oktober",
    "week 43",
    "Zorg wk 40 en 41",
    "bedankt voor de goede zorgen",
    "uren 12-10-2026",
    "thuiszorg moeder",
    "nachtzorg",
    "okt 2026",
    "Hierbij",
    "tel 0612345678",
    "klantnr 20412",
    "ivm verblijf kamer 12",
    "zorg 2 dagen",
)
AFTER = (
    "met vriendelijke groet",
    "EUR {amount}",
    "d.d. 03-11-2026",
    "zorg week 44",
    "november",
    "dank",
    "ref 88213",
    "{amount}",
    "zie bijlage",
    "3 dagen zorg",
)


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def as_it_is(number: str, _: Random) -> str:
    return number


def lower(number: str, _: Random) -> str:
    return number.lower()


def without_dashes(number: str, _: Random) -> str:
    return number.replace("-", "")


def with_spaces(number: str, _: Random) -> str:
    return number.replace("-", " ")


def other_separators(number: str, dice: Random) -> str:
    return number.replace("-", dice.choice(("/", ".", " - ", "_", "–")))


def split_somewhere(number: str, dice: Random) -> str:
    """Where the bank begins a new line."""
    at = dice.randint(2, len(number) - 2)
    return f"{number[:at]} {number[at:]}"


def letter_o(number: str, _: Random) -> str:
    prefix, year, sequence = number.rsplit("-", 2)
    return f"{prefix}-{year}-{sequence.replace('0', 'O', 1)}"


def without_zeroes(number: str, _: Random) -> str:
    prefix, year, sequence = number.rsplit("-", 2)
    return f"{prefix}-{year}-{int(sequence)}"


def without_year(number: str, _: Random) -> str:
    prefix, _year, sequence = number.rsplit("-", 2)
    return f"{prefix}-{sequence}"


def short_year(number: str, _: Random) -> str:
    prefix, year, sequence = number.rsplit("-", 2)
    return f"{prefix}-{year[2:]}-{sequence}"


def glued(number: str, dice: Random) -> str:
    return f"{dice.choice(('Factuur', 'factuurnr', 'nr', 'betaling'))}{number}"


def without_prefix(number: str, _: Random) -> str:
    _prefix, year, sequence = number.rsplit("-", 2)
    return f"factuur {year}-{sequence}"


def sequence_only(number: str, dice: Random) -> str:
    sequence = number.rsplit("-", 1)[1]
    return dice.choice((f"factuur {int(sequence)}", f"factuurnr {sequence}", sequence))


STYLES: tuple[tuple[Callable[[str, Random], str], int], ...] = (
    (as_it_is, 50),
    (lower, 8),
    (without_dashes, 9),
    (with_spaces, 8),
    (other_separators, 4),
    (split_somewhere, 6),
    (letter_o, 2),
    (without_zeroes, 3),
    (without_year, 1),
    (short_year, 1),
    (glued, 3),
    (without_prefix, 3),
    (sequence_only, 2),
)
WITH_PREFIX = tuple(each for each in STYLES if each[0] not in {without_prefix, sequence_only})


def written(number: str, dice: Random, *, styles: tuple[tuple[Callable[[str, Random], str], int], ...] = STYLES) -> str:
    """The number in one of these styles, often after a word that says what it is."""
    style = dice.choices([each for each, _ in styles], [weight for _, weight in styles])[0]
    text = style(number, dice)
    if style in {glued, without_prefix, sequence_only} or dice.random() < 0.4:
        return text
    return f"{dice.choice(WORDS)}{text}"


def several(numbers: list[str], dice: Random) -> str:
    """A list: all in full, or only the first, with commas, 'en', plus signs or spaces."""
    first, *rest = numbers
    prefix, year, _ = first.rsplit("-", 2)
    short = dice.random() < 0.5 and all(each.startswith(f"{prefix}-{year}-") for each in rest)
    between = dice.choice((", ", " en ", "+", " + ", " / ", " ", ",", " & "))
    others = [each.rsplit("-", 1)[1] for each in rest] if short else rest
    if dice.random() < 0.2:
        first, others = first.replace("-", ""), [each.replace("-", "") for each in others]
    text = between.join([first, *others])
    if " en " not in between and len(numbers) > 2 and dice.random() < 0.4:
        text = f"{between.join([first, *others[:-1]])} en {others[-1]}"
    return dice.choice(("", "facturen ", "Facturen: ", "fact. ")) + text


def a_range(first: str, last: str, dice: Random) -> str:
    """From ... up to ..."""
    sequence = last.rsplit("-", 1)[1]
    upper = dice.choice((last, sequence, sequence, str(int(sequence))))
    return (
        dice.choice(("", "facturen ", "fact "))
        + first
        + dice.choice((" t/m ", " tot en met ", "-", " tm ", " - ", " t/m"))
        + upper
    )


def amid(text: str, dice: Random, amount: int) -> str:
    """With what people write around it, cut at the 140 characters that a payment has."""
    if dice.random() < 0.3:
        text = f"{dice.choice(BEFORE)} {text}"
    if dice.random() < 0.3:
        text = f"{text} {dice.choice(AFTER).format(amount=euros(amount))}"
    return text[:140]


def mistyped(number: str, dice: Random) -> str:
    """One digit of year or sequence wrong, swapped, left out or doubled; or one of the prefix."""
    prefix, tail = number.rsplit("-", 2)[0], "-".join(number.rsplit("-", 2)[1:])
    if dice.random() < 0.15 and any(each.isdigit() for each in prefix):
        at = dice.choice([place for place, each in enumerate(prefix) if each.isdigit()])
        return f"{prefix[:at]}{dice.choice('0123456789')}{prefix[at + 1 :]}-{tail}"
    at = dice.choice([2, 3, 5, 6, 7, 8, 8, 8, 7])
    kind = dice.choice(("other", "other", "swap", "out", "double"))
    if kind == "swap":
        at = min(at, 7)
        swapped = tail[at + 1] + tail[at] if at != 3 else tail[3] + tail[4]
        return f"{prefix}-{tail[:at]}{swapped}{tail[at + 2 :]}"
    if kind == "out":
        return f"{prefix}-{tail[:at]}{tail[at + 1 :]}"
    if kind == "double":
        return f"{prefix}-{tail[:at]}{tail[at]}{tail[at:]}"
    return f"{prefix}-{tail[:at]}{dice.choice('0123456789')}{tail[at + 1 :]}"
