"""Invoice numbers as people write them, and what only looks like one."""

import pytest

from selfbill.matching.book import Series, key_of
from selfbill.matching.digits import Grade
from selfbill.matching.numbers import numbers_in
from selfbill.matching.reading import Reading, fold


def series(prefix: str = "Z017", last: int = 60) -> Series:
    made = Series(fold(prefix))
    made.count(2026, last)
    return made


def read(text: str, prefix: str = "Z017", last: int = 60) -> list[tuple[int | None, int, int, Grade]]:
    return [
        (named.year, named.first, named.last, named.grade)
        for named in numbers_in(Reading(text), [series(prefix, last)])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Z017-2026-0012",
        "z017-2026-0012",
        "Z01720260012",
        "z01720260012",
        "Z017 2026 0012",
        "Z 017 2026 0012",
        "Z017/2026/0012",
        "Z017.2026.0012",
        "Z017 - 2026 - 0012",
        "Z017–2026–0012",
        "Z017_2026_0012",
        "ZO17-2O26-OO12",
        "Z017-202 6-0012",
        "Z017-2 026-0012",
        "Z0 17-2026-0012",
        "Z017-2026-00 12",
        "factuurZ017-2026-0012",
        "FactuurnrZ01720260012",
        "betreft factuur Z017-2026-0012 dank u wel",
        "factuur-Z017-2026-0012",
        "fact.nr.:Z017-2026-0012",
        "(Z017-2026-0012)",
        "d.d. 01-10-2026 Z017-2026-0012, 12-10-2026",
        "Z017-2026-0012 EUR 360,00",
        "Z017-2026-0012 14:05",
        "week 40 t/m 43 Z017-2026-0012",
    ],
)
def test_a_whole_number_is_read_in_any_spelling(text: str) -> None:
    assert read(text) == [(2026, 12, 12, Grade.FULL)]


@pytest.mark.parametrize(
    ("text", "year", "grade"),
    [
        ("Z017-2026-12", 2026, Grade.LOOSE),
        ("Z017-202612 dank", 2026, Grade.LOOSE),
        ("Z17-2026-0012", 2026, Grade.LOOSE),
        ("Z017-26-0012", 2026, Grade.LOOSE),
        ("Z017-260012", 2026, Grade.LOOSE),
        ("Z017-0012", None, Grade.LOOSE),
        ("Z017 12", None, Grade.LOOSE),
        ("Z017-20266-0012", None, Grade.BARE),
        ("Z017-206-0012", None, Grade.BARE),
        ("AZ017-2026-0012", 2026, Grade.BARE),
        ("X-Z017-2026-0012", 2026, Grade.BARE),
        ("RF32Z01720260012", 2026, Grade.BARE),
        ("Z01720260012bedankt", 2026, Grade.BARE),
        ("2026-0012", 2026, Grade.BARE),
        ("factuur 20260012", 2026, Grade.BARE),
        ("factuur 12", None, Grade.BARE),
        ("factuurnummer: 0012", None, Grade.BARE),
        ("0012", None, Grade.STRAY),
        ("Z017-2026-012", 2026, Grade.STRAY),
        ("Z017-2026-12 3 dagen", 2026, Grade.LOOSE),
        ("Z017-2026-00 12 dagen", 2026, Grade.STRAY),
    ],
)
def test_a_number_that_is_not_whole_says_less(text: str, year: int | None, grade: Grade) -> None:
    assert read(text) == [(year, 12, 12, grade)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zorg oktober",
        "Z0170",
        "Z0171-2026-0012",
        "Z017A-2026-0012",
        "Z017 12-10-2026",
        "INV-2026-0012-9",
        "ACME/2026/0012",
        "06-12345678",
        "NL91 ABNA 0417 1643 00",
        "week 12",
        "klantnr 0012",
        "kamer 0012",
        "12 oktober 2026",
        "EUR 12,00",
        "OOOO",
        "1234567890123456",
        "pas 0012",
    ],
)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Z017-2026-0001 en Z017-2026-0004", [(1, 1), (4, 4)]),
        ("Z017-2026-0001, 0002 en 0004", [(1, 1), (2, 2), (4, 4)]),
        ("Z017-2026-0001+0002", [(1, 1), (2, 2)]),
        ("Z017-2026-0001/0002/0003", [(1, 1), (2, 2), (3, 3)]),
        ("Z017-2026-0001 0002", [(1, 1), (2, 2)]),
        ("Z017-2026-0001 & 2026-0002", [(1, 1), (2, 2)]),
        ("Z01720260001 20260002", [(1, 1), (2, 2)]),
        ("Z017-2026-0001 en factuur 0002", [(1, 1), (2, 2)]),
        ("facturen 1, 2 en 4", [(1, 1), (2, 2), (4, 4)]),
        ("Z017-2026-0001 t/m 0004", [(1, 4)]),
        ("Z017-2026-0001 t/m0004", [(1, 4)]),
        ("Z017-2026-0001 t/m 4", [(1, 4)]),
        ("Z017-2026-0001 tot en met 0004", [(1, 4)]),
        ("Z017-2026-0001 tm Z017-2026-0004", [(1, 4)]),
        ("Z017-2026-0001 t.m. 0004", [(1, 4)]),
        ("Z017-2026-0001-0004", [(1, 4)]),
        ("Z017-2026-0001 - 0004", [(1, 4)]),
        ("0001 tot en met 0004", [(1, 4)]),
        ("facturen 1-4", [(1, 4)]),
        ("Z017-2026-0001 t/m 0003 en 0009", [(1, 3), (9, 9)]),
        ("Z017-2026-0004 t/m 0001", [(4, 4), (1, 1)]),
        ("Z017-2026-0001 01-10-2026", [(1, 1)]),
        ("Z017-2026-0001 week 40 en 41", [(1, 1)]),
        ("Z017-2026-0001 EUR 360,00", [(1, 1)]),
    ],
)
def test_lists_and_ranges(text: str, numbers: list[tuple[int, int]]) -> None:
    assert [(first, last) for _, first, last, _ in read(text)] == numbers


def test_a_range_of_more_than_two_hundred_is_something_else() -> None:
    assert [(first, last) for _, first, last, _ in read("Z017-2026-0001 t/m 0900", last=999)] == [(1, 1), (900, 900)]


@pytest.mark.parametrize("prefix", ["F-003", "BN", "ZZP042", "a.b", "2", "VO12", "OO785"])
def test_prefixes_of_every_form(prefix: str) -> None:
    number = f"{prefix}-2026-0012"
    for text in (
        number,
        f"factuur {number}",
        number.replace("-", " "),
        f"{number} en {prefix}-2026-0013",
        f"zorg factuurnr{number}",
    ):
        assert (2026, 12, 12, Grade.FULL) in read(text, prefix), text


def test_a_number_of_five_digits() -> None:
    assert read("BN-2026-10012", "BN", 10100) == [(2026, 10012, 10012, Grade.FULL)]


@pytest.mark.parametrize(
    ("text", "digits"),
    [("Z017-2026-00123", "202600123"), ("Z017-2026-001234", "2026001234"), ("Z017-2026-00 3 dagen", "2026003")],
)
def test_our_prefix_and_digits_that_are_no_number_are_kept_as_mistyped(text: str, digits: str) -> None:
    (named,) = numbers_in(Reading(text), [series()])
    assert (named.first, named.digits, named.grade) == (0, digits, Grade.LOOSE)


def test_a_bare_number_says_nothing_where_there_are_two_series() -> None:
    assert numbers_in(Reading("factuur 2026-0012"), [series("Z017"), series("Y4")]) == []


def test_the_parts_of_a_number() -> None:
    assert key_of("F-003-2026-0012") == ("F003", 2026, 12)
    assert key_of("ZO-2026-10012") == ("Z0", 2026, 10012)
    assert key_of("2026-12") is None
