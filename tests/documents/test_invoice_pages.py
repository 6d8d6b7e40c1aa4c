"""Long invoices and specifications break well: headings come again, totals stay together with how to pay."""

import re

import pytest

from documents.builders import long_invoice, long_specification
from documents.reading import pages
from selfbill.documents.composition import compose
from selfbill.documents.sheet import BODY, HEIGHT, RIGHT, width_of, wrapped

HEADINGS = "Week Omschrijving Toeslag Aantal Tarief Btw Bedrag"
SPECIFICATION_HEADINGS = "Week Datum Begin Einde Pauze Uren Kilometers"
END = (
    "Subtotaal vrijgesteld van btw",
    "Totaal te betalen",
    "Vrijgesteld van btw op grond",
    "Te betalen",
    "Betalingskenmerk",
)


@pytest.mark.parametrize("line_count", range(12, 40))
def test_the_end_stands_whole_on_the_last_page_with_two_lines_above_it(line_count: int) -> None:
    *earlier, last = pages(long_invoice(line_count))
    assert all(words in last for words in END)
    assert not any(words in page for words in END for page in earlier)
    assert len(re.findall(r"Verpleegkundige zorg", last)) >= 2


@pytest.mark.parametrize("line_count", [40, 70, 200])
def test_headings_are_repeated_and_no_line_is_lost(line_count: int) -> None:
    found = pages(long_invoice(line_count))
    assert len(found) > 1
    assert all(HEADINGS in page for page in found)
    assert sum(page.count("Verpleegkundige zorg") for page in found) == line_count


def test_a_week_that_goes_on_says_again_which_week_it_is() -> None:
    for page in pages(long_invoice(70))[1:]:
        assert re.search(rf"{HEADINGS} Week \d+", page)


def test_every_page_is_numbered_and_names_its_invoice() -> None:
    found = pages(long_invoice(70))
    for number, page in enumerate(found, start=1):
        assert f"Pagina {number} van {len(found)}" in page
        assert "Factuur Z01-2026-0001" in page


def test_sixty_shifts_run_over_pages_with_headings_and_one_total() -> None:
    first, *annex = pages(long_specification(60))
    assert len(annex) == 2
    assert "Totaal te betalen" in first
    assert all(SPECIFICATION_HEADINGS in page for page in annex)
    assert sum(len(re.findall(r"\d\d-03-2026 \d\d:\d\d", page)) for page in annex) == 60
    assert ["+1: einde op de volgende dag" in page for page in annex] == [False, True]


def test_a_specification_of_ten_pages_keeps_every_shift() -> None:
    _, *annex = pages(long_specification(440))
    assert len(annex) >= 10
    assert sum(len(re.findall(r"[a-z]{2} \d\d-\d\d-2026 \d\d:\d\d", page)) for page in annex) == 440


@pytest.mark.parametrize("line_count", [1, 16, 33, 70])
def test_nothing_is_set_outside_the_sheet(line_count: int) -> None:
    for sheet in compose(long_invoice(line_count)):
        for placed in sheet.texts:
            assert placed.x + width_of(placed.text, placed.style) <= RIGHT + 0.1
            assert placed.y < HEIGHT - 15


def test_a_word_wider_than_its_column_is_broken() -> None:
    assert wrapped("kort " + "x" * 60, BODY, 100) == ("kort", "x" * 24, "x" * 24, "x" * 12)


def test_a_text_that_fits_stands_on_one_line() -> None:
    assert wrapped("  Verpleegkundige\n zorg ", BODY, 200) == ("Verpleegkundige zorg",)
    assert wrapped("", BODY, 200) == ()
