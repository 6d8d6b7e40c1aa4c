"""Invoice numbers as people say and type them."""

import re

YEARS = range(2015, 2046)
"""Years that are tried for a number that is given by prefix and sequence alone."""

_REFERENCE = re.compile(r"\s*RF[0-9]{2}\s*(.+)", re.IGNORECASE)
_WHOLE = re.compile(r"([\w.-]*?\w)[\s/-]+(20[0-9]{2})[\s/-]+([0-9]{1,9})", re.ASCII)
_START = re.compile(r"([\w.-]*?\w)[\s/-]+(20[0-9]{2})(?:[\s/-]+|$)", re.ASCII)
_SEQUENCE = re.compile(r"([\w.-]*?\w)[\s/-]+([0-9]{1,6})", re.ASCII)
_TOGETHER = re.compile(r"(?=[\w.]*[A-Za-z])[\w.]+", re.ASCII)


def invoice_numbers(text: str) -> tuple[list[str], str | None]:
    """The numbers that may be meant, and how the number starts where only its start was typed.

    A number is found without its dashes, by its payment reference (`RF31Z01720260001`), and by prefix and sequence without the year.

    >>> invoice_numbers("z017 2026 1"), invoice_numbers("RF31Z01720260001"), invoice_numbers("Z017-2026")
    ((['Z017-2026-0001', 'z017-2026-0001'], None), (['Z017-2026-0001'], None), ([], 'Z017-2026-'))
    """
    text = text.strip()
    if reference := _REFERENCE.fullmatch(text):
        text = "".join(reference.group(1).split())
    if found := _WHOLE.fullmatch(text):
        prefix, year, sequence = found.groups()
        return [_number(each, year, sequence) for each in _cases(prefix)], None
    if found := _START.fullmatch(text):
        return [], f"{found.group(1).upper()}-{found.group(2)}-"
    if found := _SEQUENCE.fullmatch(text):
        prefix, sequence = found.groups()
        return [_number(each, year, sequence) for each in _cases(prefix) for year in reversed(YEARS)], None
    if _TOGETHER.fullmatch(text):
        cuts = [at for at in range(1, len(text) - 7) if re.fullmatch(r"20[0-9]{6,}", text[at:])]
        return [_number(each, text[at : at + 4], text[at + 4 :]) for at in cuts for each in _cases(text[:at])], None
    return [], None


def _cases(prefix: str) -> list[str]:
    return list(dict.fromkeys((prefix.upper(), prefix)))


def _number(prefix: str, year: object, sequence: str) -> str:
    return f"{prefix}-{year}-{int(sequence):04}"
