"""Invoice numbers as people say and type them."""

import pytest

from selfbill.projections.search.numbers import YEARS, invoice_numbers


@pytest.mark.parametrize(
    "typed",
    [
        "Z017-2026-0001",
        "z017-2026-0001",
        " Z017 2026 0001 ",
        "Z017/2026/1",
        "Z01720260001",
        "z01720260001",
        "RF31Z01720260001",
        "RF31 Z017 2026 0001",
    ],
)
def test_a_number_is_understood_however_it_is_written(typed: str) -> None:
    numbers, start = invoice_numbers(typed)
    assert "Z017-2026-0001" in numbers
    assert start is None


def test_without_its_year_every_year_is_tried_the_latest_first() -> None:
    numbers, _ = invoice_numbers("Z017-12")
    assert numbers[0] == f"Z017-{max(YEARS)}-0012"
    assert "Z017-2026-0012" in numbers
    assert len(numbers) == len(YEARS)


def test_a_prefix_may_have_dashes_and_small_letters() -> None:
    assert "bn-x-2026-0012" in invoice_numbers("bn-x-2026-12")[0]
    assert "BN-X-2026-0012" in invoice_numbers("bn-x-2026-12")[0]


def test_a_number_that_is_being_typed_is_a_start() -> None:
    assert invoice_numbers("z017-2026") == invoice_numbers("Z017-2026-") == ([], "Z017-2026-")


@pytest.mark.parametrize(
    "typed", ["", "berg", "van den berg", "1234 AB", "0612345678", "anna@example.org", "20260001", "Z017", "٢٠٢٦"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert invoice_numbers(typed) == ([], None)
