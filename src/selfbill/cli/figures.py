"""Figures as somebody reads them: counts, sizes and how long something takes, in Dutch and in English."""

from selfbill.documents.formats import NO_BREAK
from selfbill.refusals import Language

KIB = 1024
SIZES = ("kB", "MB", "GB", "TB")

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def count(number: int, language: Language) -> str:
    """`12.345` in Dutch, `12,345` in English."""
    return f"{number:,}".replace(",", "." if language == "nl" else ",")


def counted(number: int, one: str, more: str, language: Language) -> str:
    """`1 row`, `12,345 rows`; the space does not break."""
    return f"{count(number, language)}{NO_BREAK}{one if number == 1 else more}"


def size(number: int, language: Language) -> str:
    """`0 kB`, `88 kB`, `1.2 MB`: units of 1024."""
    value, unit = number / KIB, 0
    while value >= KIB and unit < len(SIZES) - 1:
        value, unit = value / KIB, unit + 1
    shown = f"{value:.0f}" if unit == 0 else f"{value:.1f}"
    return f"{shown.replace('.', ',' if language == 'nl' else '.')}{NO_BREAK}{SIZES[unit]}"


def duration(seconds: float, language: Language) -> str:
    """`3 s`, `5 min`, `7 h`, `12 days`: as exact as somebody needs who waits."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f}{NO_BREAK}s"
    if seconds < 2 * HOUR:
        return f"{seconds / MINUTE:.0f}{NO_BREAK}min"
    if seconds < 2 * DAY:
        return f"{seconds / HOUR:.0f}{NO_BREAK}{'uur' if language == 'nl' else 'h'}"
    return f"{seconds / DAY:.0f}{NO_BREAK}{'dagen' if language == 'nl' else 'days'}"


def clock(seconds: float) -> str:
    """`0:07`, `12:34`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), MINUTE)
    hours, minutes = divmod(minutes, MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
