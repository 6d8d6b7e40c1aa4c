"""Invoice numbers: 1 to n without gaps or repeats, and no prefix twice."""

from collections.abc import Sequence

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.event import Event
from selfbill.aggregates.series import (
    NotAFirstNumber,
    NotAPrefix,
    NumbersTaken,
    Prefix,
    PrefixClaimed,
    PrefixTaken,
    Series,
    SeriesFixed,
    SeriesOpened,
    claim_prefix,
    evolve,
    evolve_prefix,
    open_series,
    take,
)
from selfbill.identifiers import rf_reference


def given(*events: Event) -> Given[Series]:
    return given_events(evolve, Series(), events)


def opened(first_number: int = 1, prefix: str = "Z017") -> SeriesOpened:
    return SeriesOpened(prefix=prefix, first_number=first_number)


def test_an_issuer_gets_a_series_of_its_own() -> None:
    given().when(open_series, prefix="Z017", first_number=12).then_once(opened(12))


def test_the_agencys_series_starts_at_one() -> None:
    given().when(open_series, prefix="BN").then_once(opened(1, "BN"))


@pytest.mark.parametrize(("prefix", "first_number"), [("Z018", 1), ("Z017", 2)])
def test_a_series_that_is_open_stays_as_it_is(prefix: str, first_number: int) -> None:
    given(opened()).when(open_series, prefix=prefix, first_number=first_number).then_refused(
        SeriesFixed,
        "De nummerreeks Z017 vanaf 1 staat vast en kan niet meer worden gewijzigd.",
        "The number series Z017 from 1 is fixed and can no longer be changed.",
    )


@pytest.mark.parametrize("prefix", ["", "-", "Z 17", "Zé", "Z/17", "ABCDEFGHIJKLM"])
def test_a_prefix_can_stand_in_a_number_and_in_a_payment_reference(prefix: str) -> None:
    given().when(open_series, prefix=prefix, first_number=1).then_refused(
        NotAPrefix,
        f"'{prefix}' kan niet voor factuurnummers staan: gebruik letters, cijfers, punten en streepjes, hooguit 12 letters en cijfers.",
        f"'{prefix}' cannot stand before invoice numbers: use letters, digits, dots and dashes, 12 letters and digits at most.",
    )


def test_the_longest_prefix_fits_in_a_payment_reference() -> None:
    longest = SeriesOpened(prefix="ABCDEF-GHIJKL", first_number=99_999)
    given().when(open_series, prefix="ABCDEF-GHIJKL", first_number=99_999).then_once(longest)
    _, (number,) = take(given(longest).state, year=2026, count=1)
    assert len(rf_reference(number)) == 25


@pytest.mark.parametrize("first_number", [0, -1])
def test_numbers_start_at_one_at_the_earliest(first_number: int) -> None:
    given().when(open_series, prefix="Z017", first_number=first_number).then_refused(
        NotAFirstNumber,
        f"Reeks Z017 kan niet bij {first_number} beginnen; 1 is het laagste nummer.",
        f"Series Z017 cannot start at {first_number}; 1 is the lowest number.",
    )


def test_a_prefix_belongs_to_one_series() -> None:
    given_events(evolve_prefix, Prefix(), []).when(claim_prefix, prefix="Z017", series="series:Z017").then_once(
        PrefixClaimed(prefix="Z017", series="series:Z017")
    )
    given_events(evolve_prefix, Prefix(), [PrefixClaimed(prefix="Z017", series="series:Z017")]).when(
        claim_prefix, prefix="z-017", series="commission-series"
    ).then_refused(
        PrefixTaken,
        "Voorvoegsel z-017 is al in gebruik bij dit bureau. Kies een ander.",
        "Prefix z-017 is in use at this agency already. Choose another.",
    )


def test_numbers_have_four_digits_or_more() -> None:
    event, numbers = take(given(opened()).state, year=2026, count=2)
    assert event == NumbersTaken(year=2026, first=1, last=2)
    assert numbers == ("Z017-2026-0001", "Z017-2026-0002")
    _, (number,) = take(given(opened(12_345)).state, year=2026, count=1)
    assert number == "Z017-2026-12345"


def test_the_first_number_holds_for_the_first_year_billed_and_later_years_start_at_one() -> None:
    state = given(opened(112)).state
    event, numbers = take(state, year=2027, count=1)
    assert numbers == ("Z017-2027-0112",)
    _, numbers = take(evolve(state, event), year=2028, count=1)
    assert numbers == ("Z017-2028-0001",)


@for_all(
    first_number=st.integers(1, 9_999),
    years=st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=6), min_size=1, max_size=4),
)
def test_however_numbers_are_taken_each_year_has_them_all_once(
    first_number: int, years: Sequence[Sequence[int]]
) -> None:
    state = given(opened(first_number)).state
    for offset, takes in enumerate(years):
        given_out: list[str] = []
        for count in takes:
            event, numbers = take(state, year=2026 + offset, count=count)
            assert event.last - event.first + 1 == count == len(numbers)
            state = evolve(state, event)
            given_out += numbers
        first = first_number if offset == 0 else 1
        assert given_out == [f"Z017-{2026 + offset}-{number:04}" for number in range(first, first + sum(takes))]


def test_numbers_of_a_series_that_nobody_opened_are_a_programmers_error() -> None:
    with pytest.raises(AssertionError):
        take(Series(), year=2026, count=1)
