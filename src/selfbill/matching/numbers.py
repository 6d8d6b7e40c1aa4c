"""Invoice numbers in a text, however people write them: split, without dashes or zeroes, without the year, in lists and ranges."""

import re
from collections.abc import Collection, Iterator, Sequence

import msgspec

from selfbill.matching.book import Series
from selfbill.matching.digits import (
    FULL_DIGITS,
    NEAR,
    SEQUENCE_DIGITS,
    Digits,
    Grade,
    digits_from,
    full_number,
    is_year,
    year_and_sequence,
)
from selfbill.matching.reading import Reading

LONGEST_RANGE = 200
"""More invoices than this are not paid by 'from … up to …'; what looks like it is something else."""
_MOST_SEQUENCE_DIGITS = 5

_NUMBERING_WORDS = frozenset(
    re.findall(
        r"[A-Z]+",
        "FACTUUR FACTUREN FACTUURNR FACTUURNRS FACTUURNUMMER FACTUURNUMMERS FACTNR FACTNRS FACT FAC FCT FACTR "
        "NOTA NOTAS NOTANR NR NRS NUMMER NUMMERS INVOICE INVOICES REKENINGNR",
    )
)
"""Those after which a bare number is that of an invoice."""
INVOICE_WORDS = _NUMBERING_WORDS | {"NO", "INV", "KENMERK", "BETREFT", "REF", "BETALING", "BETAALD", "VOOR", "INZAKE"}
"""Words that stand before a number of an invoice, also without a space."""
_AND = frozenset({"EN", "AND", "PLUS", "ALSMEDE", "OOK"})


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """One number, or a range of them, in a text."""

    series: Series
    year: int | None
    """Nothing where the text does not say it."""
    first: int
    """0 where there is a prefix and then digits that are no number."""
    last: int
    grade: Grade
    firm: bool = True
    """Whether it can hardly be anything else; false for a few digits that follow another number."""
    digits: str = ""
    """Year and sequence as they stand there."""
    is_prefixed: bool = True
    cut: str = ""
    """The digits of year and sequence as far as they stand there, where the text may have been cut."""
    text: str


class _Found(msgspec.Struct, frozen=True):
    """A number and the word after it."""

    named: Named
    until: int


def numbers_in(reading: Reading, series: Sequence[Series], *, without: Collection[int] = ()) -> list[Named]:
    """Every mention of a number of these series, in the order of the text; none begins in the words left out."""
    found: list[Named] = []
    i = 0
    while i < len(reading):
        one = None if i in without else next(_at(reading, i, series), None)
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
            if place < 0 or (form[0].isdigit() and reading.letters[place - 1].isdigit()):
                continue
            clean = reading.words[i][: place - reading.at[i]] in INVOICE_WORDS
        end = place + len(form)
        j = i
        while reading.at[j] + len(reading.words[j]) < end:
            j += 1
            if not NEAR.fullmatch(reading.gaps[j]):
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


def _after_prefix(
    reading: Reading, i: int, j: int, end: int, series: Series, *, clean: bool, short: bool
) -> _Found | None:
    groups = digits_from(reading, j, end)
    if not groups:
        return None
    glued = reading.at[j] < end < reading.at[j] + len(reading.words[j]) and series.prefix[-1].isdigit()
    read = year_and_sequence(groups, series, glued=glued)
    if read is None:
        return _unreadable(reading, i, groups, series) if not glued or groups[0].digits.startswith("20") else None
    last = groups[read.used - 1]
    grade = min(read.grade, Grade.LOOSE) if short else read.grade
    if not (clean and last.whole):
        grade = min(grade, Grade.BARE)
    digits = "".join(group.digits for group in groups[: read.used])
    ended = last.until == len(reading) and not reading.ends_whole and last.whole
    can_be_cut = ended and digits.startswith("20") and len(digits) < FULL_DIGITS
    named = Named(
        series=series,
        year=read.year,
        first=read.sequence,
        last=read.sequence,
        grade=grade,
        digits=digits,
        cut=digits if can_be_cut else "",
        text=reading.shown(i, last.until),
    )
    return _Found(named, last.until)


def _unreadable(reading: Reading, i: int, groups: list[Digits], series: Series) -> _Found | None:
    """Digits after our prefix that are no number of ours, mistyped most likely; or one that may be split by a space."""
    digits = "".join(group.digits for group in groups)
    if len(digits) <= SEQUENCE_DIGITS:
        return None
    until = groups[-1].until
    year, sequence, grade = None, 0, Grade.LOOSE
    if len(digits) == FULL_DIGITS and is_year(digits[:4]):
        year, sequence, grade = int(digits[:4]), int(digits[4:]), Grade.STRAY
    named = Named(
        series=series,
        year=year,
        first=sequence,
        last=sequence,
        grade=grade,
        digits=digits,
        text=reading.shown(i, until),
    )
    return _Found(named, until)


def _bare(reading: Reading, i: int, series: Series) -> _Found | None:
    """A number without its prefix: 2026-0012, 20260012, after the word 'invoice' also 12, and 0012 anywhere."""
    announced = i > 0 and reading.words[i - 1] in _NUMBERING_WORDS
    if (
        i > 0
        and reading.gaps[i] not in {" ", "  "}
        and not (announced or reading.gaps[i].endswith((" ", "|", "(", "#")))
    ):
        return None
    groups = digits_from(reading, i, reading.at[i])
    full = full_number(groups)
    if full is not None and full.year in series.last and full.used <= 2 and _sequence_stands_apart(groups, full.used):  # noqa: PLR2004
        return _bare_number(reading, i, groups[full.used - 1].until, series, (full.year, full.sequence, Grade.BARE))
    digits = groups[0].digits
    if is_year(digits) and int(digits) in series.last and announced and len(groups) > 1:
        return _bare_number(reading, i, groups[1].until, series, (int(digits), int(groups[1].digits), Grade.BARE))
    if announced and len(digits) <= _MOST_SEQUENCE_DIGITS:
        return _bare_number(reading, i, i + 1, series, (None, int(digits), Grade.BARE))
    if len(digits) == SEQUENCE_DIGITS and digits[0] == "0":
        return _bare_number(reading, i, i + 1, series, (None, int(digits), Grade.STRAY))
    return None


def _sequence_stands_apart(groups: list[Digits], used: int) -> bool:
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
    groups = digits_from(reading, j, reading.at[j])
    full = full_number(groups)
    year: int | None
    if full is not None and full.year in before.series.last and _sequence_stands_apart(groups, full.used):
        year, sequence = full.year, full.sequence
        until, firm = groups[full.used - 1].until, True
    else:
        digits = groups[0].digits
        if len(digits) > _MOST_SEQUENCE_DIGITS or not int(digits):
            return None
        if spaced and not (len(digits) == SEQUENCE_DIGITS and int(digits) <= max(before.series.last.values())):
            return None
        year, sequence, until = before.year, int(digits), j + 1
        firm = len(digits) >= 3 and not spaced  # noqa: PLR2004
    named = Named(
        series=before.series,
        year=year,
        first=sequence,
        last=sequence,
        grade=min(before.grade, Grade.LOOSE),
        firm=firm,
        is_prefixed=firm and before.is_prefixed,
        text=reading.shown(j, until),
    )
    return _Found(named, until)
