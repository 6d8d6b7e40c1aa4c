"""Invoice numbers in a text, however people write them: split, without dashes or zeroes, without the year, in lists and ranges."""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum

import msgspec

from selfbill.matching.book import Series
from selfbill.matching.reading import Reading

LONGEST_RANGE = 200
"""More invoices than this are not paid by 'from … up to …'; what looks like it is something else."""
SEQUENCE_DIGITS = 4
_MOST_SEQUENCE_DIGITS = 5
_YEAR = re.compile(r"20[0-9]{2}")
_NEAR = re.compile(r"[ ]{0,2}[-/._–—]?[ ]{0,2}")
"""What may stand inside of a number."""
_FULL_DIGITS = 8
_SHORT_YEAR_DIGITS = 6

INVOICE_WORDS = frozenset(
    [
        "FACTUUR",
        "FACTUREN",
        "FACTUURNR",
        "FACTUURNRS",
        "FACTUURNUMMER",
        "FACTUURNUMMERS",
        "FACTNR",
        "FACTNRS",
        "FACT",
        "FAC",
        "FCT",
        "FACTR",
        "FN",
        "F",
        "NOTA",
        "NOTAS",
        "NOTANR",
        "NR",
        "NRS",
        "NUMMER",
        "NUMMERS",
        "NO",
        "INVOICE",
        "INVOICES",
        "INV",
        "REKENINGNR",
        "KENMERK",
        "BETREFT",
        "REF",
        "REFERENTIE",
        "BETALING",
        "BETAALD",
        "VOOR",
        "OMSCHRIJVING",
    ]
)
"""Words that stand before a number of an invoice, also without a space."""
_NUMBERING_WORDS = INVOICE_WORDS - frozenset(
    ["KENMERK", "BETREFT", "REF", "REFERENTIE", "BETALING", "BETAALD", "VOOR", "OMSCHRIJVING", "NO"]
)
"""Those after which a bare number is that of an invoice."""
_AND = frozenset({"EN", "AND", "PLUS", "ALSMEDE", "OOK"})


class Grade(IntEnum):
    """How much a mention says."""

    STRAY = 1
    """Four digits somewhere, or a number with its prefix that looks cut or mistyped."""
    BARE = 2
    """Without prefix but with the year, or after the word 'invoice'; or a prefix within a longer word."""
    LOOSE = 3
    """With the prefix, but without zeroes or year, or perhaps cut."""
    FULL = 4
    """Prefix, year and four digits, whatever stands between them."""
    CHECKED = 5
    """With check digits, or given out by ourselves for this one payment."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """One number, or a range of them, in a text."""

    series: Series
    year: int | None
    """Nothing where the text does not say it."""
    first: int
    last: int
    grade: Grade
    firm: bool = True
    """Whether it can hardly be anything else; false for a few digits that follow another number."""
    cut: str = ""
    """The digits of year and sequence as far as they stand there, where the text may have been cut."""
    text: str


class _Found(msgspec.Struct, frozen=True):
    """A number and the word after it."""

    named: Named
    until: int


def numbers_in(reading: Reading, series: Sequence[Series]) -> list[Named]:
    """Every mention of a number of these series, in the order of the text."""
    found: list[Named] = []
    i = 0
    while i < len(reading):
        one = next(_at(reading, i, series), None)
        if one is None:
            i += 1
            continue
        i = _go_on(reading, one, series, found)
    return found


def _at(reading: Reading, i: int, series: Sequence[Series]) -> Iterator[_Found]:
    for one in series:
        if (found := _prefixed(reading, i, one)) is not None:
            yield found
    if len(series) == 1 and reading.is_digits(i) and (found := _bare(reading, i, series[0])) is not None:
        yield found


def _go_on(reading: Reading, one: _Found, series: Sequence[Series], found: list[Named]) -> int:
    """Adds this number and those that follow it as a list or a range; the word after them."""
    named, i = one.named, one.until
    while i < len(reading):
        link, j = _link(reading, i)
        following = _following(reading, j, named, series, link) if link else None
        if following is None:
            break
        if link == "-":
            ranged = _range(named, following.named)
            if ranged is None:
                break
            named = ranged
        else:
            found.append(named)
            named = following.named
        i = following.until
    found.append(named)
    return i


def _following(reading: Reading, j: int, before: Named, series: Sequence[Series], link: str) -> _Found | None:
    """The next number of a list, at word j or after 'invoice'."""
    while j < len(reading):
        for each in series:
            if (found := _prefixed(reading, j, each)) is not None:
                return found
        if reading.words[j] not in _NUMBERING_WORDS or link == " ":
            return _continued(reading, j, before, spaced=link == " ")
        j += 1
    return None


def _link(reading: Reading, i: int) -> tuple[str, int]:
    """How word i is tied to the number before it - '+' and, '-' up to, ' ' nothing between, '' not - and where the next begins."""
    words, gap = reading.words, reading.gaps[i].strip()
    if "|" in gap:
        return "", i
    following = words[i : i + 3]
    if following[:1] == ["TM"] or following[:1] == ["TEM"]:
        return "-", i + 1
    if following in (["TOT", "EN", "MET"], ["T", "E", "M"], ["T", "EN", "M"]):
        return "-", i + 3
    if following[:1] == ["TOT"]:
        return "-", i + 1
    if words[i] in _AND:
        i += 1
        gap = "+"
    if gap and gap in "-–—":
        return "-", i
    if gap in {"", ",", ";", "+", "&", "/", ",,", "."}:
        return ("+" if gap and gap != "." else " "), i
    return "", i


def _range(low: Named, high: Named) -> Named | None:
    year = high.year if high.year is not None else low.year
    if low.series is not high.series or (low.year is not None and low.year != year):
        return None
    if not low.last < high.first <= low.first + LONGEST_RANGE:
        return None
    return Named(
        series=low.series,
        year=year,
        first=low.first,
        last=high.last,
        grade=min(low.grade, Grade.LOOSE) if high.grade < low.grade else low.grade,
        text=f"{low.text} t/m {high.text}",
    )


def _prefixed(reading: Reading, i: int, series: Series) -> _Found | None:
    """A number that begins in word i with the prefix, or within it after other letters."""
    for form in series.forms:
        place = reading.at[i]
        if reading.letters.startswith(form, place):
            clean = not _tied_to_the_left(reading, i)
        else:
            past = place + len(reading.words[i])
            place = reading.letters.find(form, place + 1, past - 1 + len(form))
            if place < 0 or form.isdigit():
                continue
            clean = reading.words[i][: place - reading.at[i]] in INVOICE_WORDS
        end = place + len(form)
        j = i
        while reading.at[j] + len(reading.words[j]) < end:
            j += 1
            if not _NEAR.fullmatch(reading.gaps[j]):
                break
        else:
            found = _after_prefix(reading, i, j, end, series, clean=clean, short=form != series.prefix)
            if found is not None:
                return found
    return None


def _tied_to_the_left(reading: Reading, i: int) -> bool:
    """Whether a dash or the like ties this word to another: then the number may be a part of a longer one."""
    return (
        i > 0
        and reading.gaps[i] in {"-", "/", ".", "_"}
        and reading.words[i - 1] not in INVOICE_WORDS
        and not reading.is_digits(i - 1)
    )


class _Digits(msgspec.Struct, frozen=True):
    """Digits after a prefix, up to `until`; not `whole` when letters follow them in the same word."""

    digits: str
    until: int
    whole: bool = True


def _digits_from(reading: Reading, j: int, end: int) -> list[_Digits]:
    groups: list[_Digits] = []
    tail = reading.folded[j][end - reading.at[j] :]
    if tail:
        digits = _leading_digits(tail)
        if not digits:
            return []
        groups.append(_Digits(digits, j + 1, len(digits) == len(tail)))
        if len(digits) < len(tail):
            return groups
    for k in range(j + 1, min(j + 6, len(reading))):
        if not (_NEAR.fullmatch(reading.gaps[k]) and reading.is_digits(k)):
            break
        groups.append(_Digits(reading.folded[k], k + 1))
    return groups


def _leading_digits(text: str) -> str:
    match = re.match(r"[0-9]+", text)
    return match.group() if match else ""


def _after_prefix(
    reading: Reading, i: int, j: int, end: int, series: Series, *, clean: bool, short: bool
) -> _Found | None:
    groups = _digits_from(reading, j, end)
    if not groups:
        return None
    glued = end > reading.at[j] and end < reading.at[j] + len(reading.words[j]) and series.prefix[-1].isdigit()
    read = _year_and_sequence(groups, series, glued=glued)
    if read is None:
        return None
    year, sequence, used, grade = read
    until = groups[used - 1].until
    grade = min(grade, Grade.LOOSE) if short else grade
    if not (clean and groups[used - 1].whole):
        grade = min(grade, Grade.BARE)
    digits = "".join(group.digits for group in groups[:used])
    if _ends_after_a_space(reading, groups, used) and until < len(reading):
        grade = min(grade, Grade.STRAY)
    ended = until == len(reading) and not reading.ends_whole and groups[used - 1].whole
    can_be_cut = ended and _YEAR.match(digits) and len(digits) < _FULL_DIGITS
    named = Named(
        series=series,
        year=year,
        first=sequence,
        last=sequence,
        grade=grade,
        cut=digits if can_be_cut else "",
        text=reading.shown(i, until),
    )
    return _Found(named, until)


def _ends_after_a_space(reading: Reading, groups: list[_Digits], used: int) -> bool:
    """Whether the last digits stand apart: they can be of the number, or count days of care."""
    last = groups[used - 1]
    return used > 2 and len(last.digits) < SEQUENCE_DIGITS and not reading.gaps[last.until - 1].strip()  # noqa: PLR2004


def _year_and_sequence(
    groups: list[_Digits], series: Series, *, glued: bool
) -> tuple[int | None, int, int, Grade] | None:
    """Year, sequence, how many groups they take, and how complete they are."""
    if (full := _full(groups)) is not None:
        return full
    first = groups[0].digits
    second = groups[1].digits if len(groups) > 1 else ""
    short_years = {str(year)[2:]: year for year in series.last}
    read: tuple[int | None, str, int] | None = None
    grade = Grade.LOOSE
    if len(first) in {3, 5} and first[0] == "2" and len(second) == SEQUENCE_DIGITS:
        read, grade = (None, second, 2), Grade.BARE
    elif _YEAR.fullmatch(first) and int(first) in series.last:
        read = (int(first), second, 2) if 0 < len(second) < SEQUENCE_DIGITS else None
    elif _YEAR.match(first) and SEQUENCE_DIGITS < len(first) < _FULL_DIGITS and int(first[:4]) in series.last:
        read = (int(first[:4]), first[4:], 1)
    elif first in short_years and 3 <= len(second) <= _MOST_SEQUENCE_DIGITS:  # noqa: PLR2004
        read = (short_years[first], second, 2)
    elif len(first) == _SHORT_YEAR_DIGITS and first[:2] in short_years:
        read = (short_years[first[:2]], first[2:], 1)
    elif len(first) <= _MOST_SEQUENCE_DIGITS and not glued:
        read = (None, first, 1)
    if read is None or not int(read[1] or 0):
        return None
    year, sequence, used = read
    if sequence[0] == "0" and len(sequence) < SEQUENCE_DIGITS:
        grade = Grade.STRAY
    return year, int(sequence), used, grade


def _full(groups: list[_Digits]) -> tuple[int, int, int, Grade] | None:
    """A year and four digits, or five of which the first is no zero, at whatever places they are split."""
    together = ""
    for used, group in enumerate(groups, start=1):
        together += group.digits
        if len(together) < _FULL_DIGITS:
            continue
        sequence = together[4:]
        fits = len(sequence) == SEQUENCE_DIGITS or (
            len(sequence) == _MOST_SEQUENCE_DIGITS and sequence[0] != "0" and len(group.digits) >= len(sequence)
        )
        if fits and _YEAR.match(together) and int(sequence):
            return int(together[:4]), int(sequence), used, Grade.FULL
        return None
    return None


def _bare(reading: Reading, i: int, series: Series) -> _Found | None:
    """A number without its prefix: 2026-0012, 20260012, after the word 'invoice' also 12, and 0012 anywhere."""
    announced = i > 0 and reading.words[i - 1] in _NUMBERING_WORDS
    if (
        i > 0
        and reading.gaps[i] not in {" ", "  "}
        and not (announced or reading.gaps[i].endswith((" ", "|", "(", "#")))
    ):
        return None
    groups = _digits_from(reading, i, reading.at[i])
    full = _full(groups)
    if full is not None and full[0] in series.last and full[2] <= 2 and _sequence_stands_apart(groups, full[2]):  # noqa: PLR2004
        year, sequence, used, _ = full
        return _bare_number(reading, i, groups[used - 1].until, series, (year, sequence, Grade.BARE))
    digits = groups[0].digits
    if _YEAR.fullmatch(digits) and int(digits) in series.last and announced and len(groups) > 1:
        return _bare_number(reading, i, groups[1].until, series, (int(digits), int(groups[1].digits), Grade.BARE))
    if announced and len(digits) <= _MOST_SEQUENCE_DIGITS:
        return _bare_number(reading, i, i + 1, series, (None, int(digits), Grade.BARE))
    if len(digits) == SEQUENCE_DIGITS and digits[0] == "0":
        return _bare_number(reading, i, i + 1, series, (None, int(digits), Grade.STRAY))
    return None


def _sequence_stands_apart(groups: list[_Digits], used: int) -> bool:
    return used == 1 or len(groups[0].digits) == 4  # noqa: PLR2004


def _bare_number(
    reading: Reading, i: int, until: int, series: Series, read: tuple[int | None, int, Grade]
) -> _Found | None:
    year, sequence, grade = read
    if not sequence or len(str(sequence)) > _MOST_SEQUENCE_DIGITS:
        return None
    named = Named(series=series, year=year, first=sequence, last=sequence, grade=grade, text=reading.shown(i, until))
    return _Found(named, until)


def _continued(reading: Reading, j: int, before: Named, *, spaced: bool) -> _Found | None:
    """The next of a list, which need not repeat the prefix or the year of the one before."""
    if not reading.is_digits(j):
        return None
    groups = _digits_from(reading, j, reading.at[j])
    full = _full(groups)
    if full is not None and full[0] in before.series.last and _sequence_stands_apart(groups, full[2]):
        year, sequence, used, _ = full
        until, firm = groups[used - 1].until, True
    else:
        digits = groups[0].digits
        if len(digits) > _MOST_SEQUENCE_DIGITS or not int(digits):
            return None
        if spaced and not (len(digits) == SEQUENCE_DIGITS and int(digits) <= max(before.series.last.values())):
            return None
        year, sequence, until = before.year or 0, int(digits), j + 1
        firm = len(digits) >= 3 and not spaced  # noqa: PLR2004
    named = Named(
        series=before.series,
        year=year or None,
        first=sequence,
        last=sequence,
        grade=min(before.grade, Grade.LOOSE),
        firm=firm,
        text=reading.shown(j, until),
    )
    return _Found(named, until)
