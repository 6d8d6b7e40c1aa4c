"""Numbers, times and dates as a Dutch and an English reader expect them."""

import datetime as dt

import pytest

from selfbill.documents import formats
from selfbill.documents.wording import period_words, service
from selfbill.refusals import Language
from selfbill.values import BasisPoints, Cents, Metres, Minutes


@pytest.mark.parametrize(
    ("cents", "dutch", "english"),
    [
        (0, "0,00", "0.00"),
        (5, "0,05", "0.05"),
        (123_456, "1.234,56", "1,234.56"),
        (-5, "-0,05", "-0.05"),
        (123_456_789, "1.234.567,89", "1,234,567.89"),
    ],
)
def test_amounts(cents: int, dutch: str, english: str) -> None:
    assert formats.amount(Cents(cents), "nl") == dutch
    assert formats.amount(Cents(cents), "en") == english


@pytest.mark.parametrize(
    ("minutes", "shown"), [(440, "7:20"), (0, "0:00"), (5, "0:05"), (6_000, "100:00"), (-95, "-1:35")]
)
def test_hours_are_never_a_decimal_fraction(minutes: int, shown: str) -> None:
    assert formats.clock_hours(Minutes(minutes)) == shown


@pytest.mark.parametrize(
    ("basis_points", "shown"), [(2100, "21 %"), (3850, "38,5 %"), (1225, "12,25 %"), (5, "0,05 %")]
)
def test_percentages(basis_points: int, shown: str) -> None:
    assert formats.percentage(BasisPoints(basis_points), "nl").replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("metres", "shown"), [(49_200, "49,2 km"), (24_000, "24 km"), (7_125, "7,125 km"), (50, "0,05 km")]
)
def test_kilometres(metres: int, shown: str) -> None:
    assert formats.kilometres(Metres(metres), "nl").replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("first", "until", "language", "shown"),
    [
        (dt.date(2026, 3, 16), dt.date(2026, 3, 22), "nl", "16 – 22 mrt"),
        (dt.date(2026, 3, 30), dt.date(2026, 4, 5), "nl", "30 mrt – 5 apr"),
        (dt.date(2026, 3, 30), dt.date(2026, 4, 5), "en", "30 Mar – 5 Apr"),
        (dt.date(2026, 3, 31), dt.date(2026, 3, 31), "nl", "31 mrt"),
    ],
)
def test_days_of_a_week(first: dt.date, until: dt.date, language: Language, shown: str) -> None:
    assert formats.day_range(first, until, language).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("first", "until", "shown"),
    [
        (dt.date(2026, 3, 1), dt.date(2026, 3, 31), "maart 2026"),
        (dt.date(2026, 2, 1), dt.date(2026, 2, 28), "februari 2026"),
        (dt.date(2026, 3, 16), dt.date(2026, 3, 31), "16 t/m 31 maart 2026"),
        (dt.date(2026, 3, 16), dt.date(2026, 3, 16), "16 maart 2026"),
        (dt.date(2026, 3, 16), dt.date(2026, 4, 2), "16-03-2026 t/m 02-04-2026"),
    ],
)
def test_a_period_in_words(first: dt.date, until: dt.date, shown: str) -> None:
    assert period_words(first, until, "nl") == shown


def test_the_service_that_commission_pays_for_is_described() -> None:
    month = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
    assert service(*month, Minutes(440), "nl") == "facturatie- en administratiediensten, maart 2026, 7:20 uur"
    assert service(*month, Minutes(440), "en") == "billing and administration services, March 2026, 7:20 hours"


def test_references_are_grouped_in_fours() -> None:
    assert formats.grouped("NL61RABO0941673987") == "NL61 RABO 0941 6739 87"
    assert formats.grouped("RF31 Z0172 0260001") == "RF31 Z017 2026 0001"
