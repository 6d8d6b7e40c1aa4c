"""House style colours: read from `#rrggbb`, and kept legible whatever an agency chooses."""

import math
import re
from functools import lru_cache

from selfbill.documents.model import DEFAULT_COLOUR

Rgb = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""

_HEX = re.compile(r"^#[0-9a-fA-F]{6}$")
_LEGIBLE_CONTRAST = 4.5
"""The contrast that WCAG 2.2 asks of text."""
_DARKER = 0.92
WHITE: Rgb = (1.0, 1.0, 1.0)


def rgb(colour: str) -> Rgb:
    """The colour of `#rrggbb`; anything else gives the default colour, because a style never stops an invoice."""
    text = colour if _HEX.match(colour) else DEFAULT_COLOUR
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


def hexadecimal(colour: Rgb) -> str:
    """The colour as `#rrggbb`."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


@lru_cache(maxsize=512)
def legible(colour: str) -> Rgb:
    """The colour for text on white, darkened as far as its contrast needs."""
    found = rgb(colour)
    while _contrast_with_white(found) < _LEGIBLE_CONTRAST:
        found = (found[0] * _DARKER, found[1] * _DARKER, found[2] * _DARKER)
    return found


@lru_cache(maxsize=512)
def tint(colour: str, share: float) -> Rgb:
    """The colour thinned with white: `share` of it, the rest white."""
    red, green, blue = rgb(colour)
    return 1 - share * (1 - red), 1 - share * (1 - green), 1 - share * (1 - blue)


def _contrast_with_white(colour: Rgb) -> float:
    """The WCAG contrast ratio against white; the exponent stands in for sRGB's two-part curve."""
    linear = [math.pow(part, 2.2) for part in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
