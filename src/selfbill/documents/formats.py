"""How numbers, times and dates are written for a reader, in Dutch and in English."""

import datetime as dt

from selfbill.refusals import Language
from selfbill.values import BasisPoints, Cents, Metres, Minutes

WEEKDAYS = {
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
SHORT_MONTHS = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
MINUS = "-"
NO_BREAK = "\N{NO-BREAK SPACE}"


def _separators(language: Language) -> tuple[str, str]:
    return (".", ",") if language == "nl" else (",", ".")


def amount(cents: Cents, language: Language) -> str:
    """`1.234,56` in Dutch, `1,234.56` in English."""
    thousands, decimal = _separators(language)
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", thousands)
    return f"{MINUS if cents < 0 else ''}{grouped}{decimal}{rest:02}"


def euros(cents: Cents, language: Language) -> str:
    """`€ 1.234,56`; the space does not break."""
    return f"€{NO_BREAK}{amount(cents, language)}"


def percentage(basis_points: BasisPoints, language: Language) -> str:
    """`21 %`, `38,5 %`."""
    _, decimal = _separators(language)
    whole, rest = divmod(abs(basis_points), 100)
    fraction = f"{decimal}{rest:02}".rstrip("0") if rest else ""
    return f"{MINUS if basis_points < 0 else ''}{whole}{fraction}{NO_BREAK}%"


def clock_hours(minutes: Minutes) -> str:
    """`7:20`: hours and minutes, never a decimal fraction."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{MINUS if minutes < 0 else ''}{hours}:{rest:02}"


def hours(minutes: Minutes, language: Language) -> str:
    """`7:20 u` in Dutch, `7:20 h` in English."""
    return f"{clock_hours(minutes)}{NO_BREAK}{'u' if language == 'nl' else 'h'}"


def kilometres(metres: Metres, language: Language) -> str:
    """`49,2 km`, `24 km`, `7,125 km`: as exact as it was registered."""
    _, decimal = _separators(language)
    whole, rest = divmod(abs(metres), 1000)
    fraction = f"{decimal}{rest:03}".rstrip("0") if rest else ""
    return f"{MINUS if metres < 0 else ''}{whole}{fraction}{NO_BREAK}km"


def date(day: dt.date, language: Language) -> str:
    """`1 april 2026`, `1 April 2026`."""
    return f"{day.day}{NO_BREAK}{MONTHS[language][day.month - 1]}{NO_BREAK}{day.year}"


def short_date(day: dt.date) -> str:
    """`01-04-2026`, the way both languages read it in a Dutch table."""
    return f"{day.day:02}-{day.month:02}-{day.year:04}"


def weekday_date(day: dt.date, language: Language) -> str:
    """`wo 01-04-2026`."""
    return f"{WEEKDAYS[language][day.weekday()]} {short_date(day)}"


def day_range(first: dt.date, until: dt.date, language: Language) -> str:
    """`16 – 22 mrt`, `30 mrt – 5 apr`: the days of a week, without the year."""
    months = SHORT_MONTHS[language]
    last = f"{until.day}{NO_BREAK}{months[until.month - 1]}"
    if first == until:
        return last
    if first.month == until.month:
        return f"{first.day}{NO_BREAK}–{NO_BREAK}{last}"
    return f"{first.day}{NO_BREAK}{months[first.month - 1]}{NO_BREAK}–{NO_BREAK}{last}"


def period(first: dt.date, until: dt.date, language: Language) -> str:
    """`16-03-2026 t/m 31-03-2026`; a single day stands alone."""
    if first == until:
        return short_date(first)
    return f"{short_date(first)} {'t/m' if language == 'nl' else 'to'} {short_date(until)}"


def grouped(reference: str) -> str:
    """An IBAN or RF reference in groups of four, as it stands on paper: `NL61 RABO 0941 6739 87`."""
    compact = "".join(reference.split())
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def clock_time(reading: dt.time) -> str:
    """`07:05`."""
    return f"{reading.hour:02}:{reading.minute:02}"
