"""A sheet of A4 on which texts, rules and surfaces are placed before they are painted; distances are points from the top left."""

from functools import lru_cache
from typing import Final, NamedTuple

from selfbill.documents.colours import Rgb
from selfbill.documents.fonts import BOLD, REGULAR, printable_text, typeface
from selfbill.documents.logo import Logo

WIDTH: Final = 595.28
HEIGHT: Final = 841.89
LEFT: Final = 70.9
"""25 mm: the address stays in a window envelope even when the sheet has shifted in it."""
RIGHT: Final = 544.3
"""18 mm from the edge."""

INK: Final[Rgb] = (0.13, 0.13, 0.13)
GREY: Final[Rgb] = (0.38, 0.38, 0.38)
HAIRLINE: Final[Rgb] = (0.80, 0.80, 0.80)
_WRAPS_REMEMBERED = 5_000


class TextStyle(NamedTuple):
    """A typeface at a size in a colour."""

    font: str
    size: float
    colour: Rgb


BODY: Final = TextStyle(REGULAR, 9, INK)
STRONG: Final = TextStyle(BOLD, 9, INK)
SMALL: Final = TextStyle(REGULAR, 8, GREY)
LABEL: Final = TextStyle(REGULAR, 7.5, GREY)
VALUE: Final = TextStyle(REGULAR, 9.5, INK)


class SetText(NamedTuple):
    """A text whose baseline starts here."""

    x: float
    y: float
    text: str
    style: TextStyle


class Surface(NamedTuple):
    """A filled rectangle; a rule is a thin one."""

    x: float
    y: float
    width: float
    height: float
    colour: Rgb


class Picture(NamedTuple):
    """A logo, its top left corner here."""

    x: float
    y: float
    width: float
    height: float
    logo: Logo


class Sheet:
    """One page, in reading order."""

    def __init__(self) -> None:
        self.texts: list[SetText] = []
        self.surfaces: list[Surface] = []
        self.pictures: list[Picture] = []

    def text(self, x: float, y: float, text: str, style: TextStyle = BODY) -> None:
        """Places a text from x to the right; an empty one leaves no trace."""
        if text:
            self.texts.append(SetText(x, y, text, style))

    def text_to(self, x: float, y: float, text: str, style: TextStyle = BODY) -> None:
        """Places a text so that it ends at x."""
        if text:
            self.texts.append(SetText(x - width_of(text, style), y, text, style))

    def rule(
        self, y: float, colour: Rgb = HAIRLINE, thickness: float = 0.5, x: float = LEFT, until: float = RIGHT
    ) -> None:
        """Draws a horizontal line."""
        self.surfaces.append(Surface(x, y - thickness / 2, until - x, thickness, colour))


def width_of(text: str, style: TextStyle) -> float:
    """The width of the text in points."""
    return typeface(style.font).width_of_thousand(text) * style.size / 1000


@lru_cache(maxsize=_WRAPS_REMEMBERED)
def wrapped(text: str, style: TextStyle, width: float) -> tuple[str, ...]:
    """The text in lines of at most this width, broken at spaces, or inside a word that is wider than a line."""
    lines: list[str] = []
    current = ""
    for word in printable_text(text).split(" "):
        candidate = f"{current} {word}" if current else word
        if width_of(candidate, style) <= width:
            current = candidate
            continue
        if current:
            lines.append(current)
        *whole, current = _pieces(word, style, width)
        lines += whole
    if current:
        lines.append(current)
    return tuple(lines)


def _pieces(word: str, style: TextStyle, width: float) -> list[str]:
    pieces = [""]
    for char in word:
        if pieces[-1] and width_of(pieces[-1] + char, style) > width:
            pieces.append("")
        pieces[-1] += char
    return pieces
