"""What a shift must keep to before anybody is asked to approve it."""

import datetime as dt

import pytest

from aggregates.samples import RATE, WEEK, day, placement, pricing_terms, shift
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.shift_rules import (
    AboveMaximumRate,
    BreakOutsideShift,
    NegativeQuantity,
    NoSuchTime,
    NotWholeMinutes,
    ShiftEmpty,
    ShiftOutsidePlacement,
    ShiftOutsideWeek,
    ShiftsOverlap,
    ShiftTooLong,
    check_agreement,
    check_shift,
    check_shifts,
    worked_minutes,
)
from selfbill.pricing.lines import NoRateInForce
from selfbill.pricing.terms import Rate, Shift, VatTreatment
from selfbill.refusals import Refusal
from selfbill.values import Cents, IsoWeek, Period


def refused(reason: type[Refusal], nl: str, en: str, *shifts: Shift, **facts: object) -> None:
    """Checking these shifts gives this reason in these sentences."""
    with pytest.raises(reason) as refusal:
        check(*shifts, **facts)  # type: ignore[arg-type]
    assert refusal.value.sentence("nl") == nl
    assert refusal.value.sentence("en") == en


def check(*shifts: Shift, week: IsoWeek = WEEK, others: tuple[Shift, ...] = (), of: Placement | None = None) -> None:
    check_shifts(shifts, week=week, placement=of or placement(), others=others)


def test_a_shift_of_sixteen_hours_is_the_longest() -> None:
    check(shift("2026-07-27 06:00", "2026-07-27 22:00"))
    refused(
        ShiftTooLong,
        "De dienst van 27-07-2026 om 06:00 duurt 16:01 uur; 16 uur is het meeste.",
        "The shift of 2026-07-27 at 06:00 lasts 16:01 hours; 16 hours is the most.",
        shift("2026-07-27 06:00", "2026-07-27 22:01"),
    )


def test_the_length_of_a_shift_is_elapsed_time() -> None:
    autumn = IsoWeek.parse("2026-W43")
    check(shift("2026-10-24 16:00", "2026-10-25 07:00"), week=autumn)
    refused(
        ShiftTooLong,
        "De dienst van 24-10-2026 om 16:00 duurt 17:00 uur; 16 uur is het meeste.",
        "The shift of 2026-10-24 at 16:00 lasts 17:00 hours; 16 hours is the most.",
        shift("2026-10-24 16:00", "2026-10-25 08:00"),
        week=autumn,
    )


@pytest.mark.parametrize(
    "empty",
    [
        shift("2026-07-27 07:00", "2026-07-27 07:00"),
        shift("2026-07-27 07:00", "2026-07-27 06:00"),
        shift("2026-07-27 07:00", "2026-07-27 08:00", break_minutes=60),
        shift("2026-07-27 07:00", "2026-07-27 08:00", ("2026-07-27 07:00", "2026-07-27 07:30"), break_minutes=30),
    ],
)
def test_a_shift_has_working_time(empty: Shift) -> None:
    refused(
        ShiftEmpty,
        "De dienst van 27-07-2026 om 07:00 heeft geen werktijd over.",
        "The shift of 2026-07-27 at 07:00 has no working time left.",
        empty,
    )


def test_a_minute_of_work_is_work() -> None:
    check(shift("2026-07-27 07:00", "2026-07-27 08:00", break_minutes=59))


@pytest.mark.parametrize(
    ("start", "end", "date"),
    [
        ("2026-07-26 22:00", "2026-07-27 06:00", "2026-07-26"),
        ("2026-08-03 00:00", "2026-08-03 08:00", "2026-08-03"),
    ],
)
def test_a_shift_belongs_to_the_week_of_its_start(start: str, end: str, date: str) -> None:
    refused(
        ShiftOutsideWeek,
        f"De dienst van {day(date):%d-%m-%Y} hoort niet bij week 2026-W31.",
        f"The shift of {date} does not belong to week 2026-W31.",
        shift(start, end),
    )


def test_a_shift_of_sunday_night_belongs_to_the_week_that_ends() -> None:
    check(shift("2026-08-02 22:00", "2026-08-03 06:00"))


def test_the_last_day_of_a_placement_belongs_to_it() -> None:
    last = placement(period=Period(day("2026-07-27"), day("2026-07-28")))
    check(shift("2026-07-27 07:00", "2026-07-27 08:00"), shift("2026-07-28 22:00", "2026-07-29 06:00"), of=last)
    refused(
        ShiftOutsidePlacement,
        "De dienst van 29-07-2026 valt buiten plaatsing P01 (27-07-2026 tot en met 28-07-2026).",
        "The shift of 2026-07-29 lies outside placement P01 (2026-07-27 up to and including 2026-07-28).",
        shift("2026-07-29 07:00", "2026-07-29 08:00"),
        of=last,
    )


def test_the_day_before_a_placement_without_end_is_outside() -> None:
    refused(
        ShiftOutsidePlacement,
        "De dienst van 27-07-2026 valt buiten plaatsing P01 (28-07-2026 tot en met …).",
        "The shift of 2026-07-27 lies outside placement P01 (2026-07-28 up to and including …).",
        shift("2026-07-27 07:00", "2026-07-27 08:00"),
        of=placement(period=Period(day("2026-07-28"))),
    )


@pytest.mark.parametrize("other_first", [False, True])
def test_shifts_of_one_week_do_not_overlap(other_first: bool) -> None:  # noqa: FBT001
    one, other = shift("2026-07-27 07:00", "2026-07-27 15:00"), shift("2026-07-27 14:00", "2026-07-27 18:00")
    nl = "De diensten van 27-07-2026 om 07:00 en 27-07-2026 om 14:00 overlappen elkaar."
    en = "The shifts of 2026-07-27 at 07:00 and 2026-07-27 at 14:00 overlap."
    refused(ShiftsOverlap, nl, en, *([other, one] if other_first else [one, other]))


def test_a_shift_may_start_when_another_ends() -> None:
    check(shift("2026-07-27 07:00", "2026-07-27 15:00"), shift("2026-07-27 15:00", "2026-07-27 18:00"))


def test_a_shift_does_not_overlap_with_the_week_next_door() -> None:
    refused(
        ShiftsOverlap,
        "De diensten van 26-07-2026 om 22:00 en 27-07-2026 om 05:00 overlappen elkaar.",
        "The shifts of 2026-07-26 at 22:00 and 2026-07-27 at 05:00 overlap.",
        shift("2026-07-27 05:00", "2026-07-27 09:00"),
        others=(shift("2026-07-26 22:00", "2026-07-27 06:00"),),
    )


def test_a_shift_inside_another_overlaps() -> None:
    with pytest.raises(ShiftsOverlap):
        check(shift("2026-07-27 09:00", "2026-07-27 10:00"), others=(shift("2026-07-27 07:00", "2026-07-27 15:00"),))


@pytest.mark.parametrize(
    "breaks",
    [
        [("2026-07-27 06:59", "2026-07-27 07:10")],
        [("2026-07-27 14:50", "2026-07-27 15:01")],
        [("2026-07-27 12:00", "2026-07-27 12:30"), ("2026-07-27 12:29", "2026-07-27 12:40")],
        [("2026-07-27 12:30", "2026-07-27 12:40"), ("2026-07-27 12:00", "2026-07-27 12:31")],
        [("2026-07-27 12:30", "2026-07-27 12:30")],
        [("2026-07-27 12:30", "2026-07-27 12:00")],
    ],
)
def test_breaks_lie_inside_their_shift_and_apart(breaks: list[tuple[str, str]]) -> None:
    refused(
        BreakOutsideShift,
        "De dienst van 27-07-2026 om 07:00 heeft een pauze die erbuiten valt of een andere pauze overlapt.",
        "The shift of 2026-07-27 at 07:00 has a break that lies outside it or overlaps another break.",
        shift("2026-07-27 07:00", "2026-07-27 15:00", *breaks),
    )


def test_breaks_may_follow_one_another_and_touch_the_ends() -> None:
    check(
        shift(
            "2026-07-27 07:00",
            "2026-07-27 15:00",
            ("2026-07-27 07:00", "2026-07-27 07:15"),
            ("2026-07-27 07:15", "2026-07-27 07:30"),
            ("2026-07-27 14:45", "2026-07-27 15:00"),
        )
    )


SPRING = IsoWeek.parse("2026-W13")


@pytest.mark.parametrize(
    "impossible",
    [
        shift("2026-03-29 02:30", "2026-03-29 08:00"),
        shift("2026-03-28 22:00", "2026-03-29 02:30"),
        shift("2026-03-28 22:00", "2026-03-29 08:00", ("2026-03-29 02:30", "2026-03-29 03:15")),
        shift("2026-03-28 22:00", "2026-03-29 08:00", ("2026-03-29 01:30", "2026-03-29 02:30")),
    ],
)
def test_a_clock_reading_that_does_not_exist_is_refused(impossible: Shift) -> None:
    refused(
        NoSuchTime,
        "De klok wees op 29-03-2026 nooit 02:30 aan (begin van de zomertijd).",
        "The clock never read 02:30 on 2026-03-29 (start of daylight saving time).",
        impossible,
        week=SPRING,
    )


def test_a_clock_reading_that_occurs_twice_is_the_first() -> None:
    night = shift("2026-10-24 23:00", "2026-10-25 02:30")
    check(night, week=IsoWeek.parse("2026-W43"))
    assert worked_minutes(night) == 210


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("2026-10-24 23:00", "2026-10-25 07:00", 540), ("2026-03-28 23:00", "2026-03-29 07:00", 420)],
)
def test_a_night_over_a_change_of_the_clock_has_an_hour_more_or_less(start: str, end: str, minutes: int) -> None:
    assert worked_minutes(shift(start, end)) == minutes


def test_breaks_with_and_without_times_are_not_worked() -> None:
    assert worked_minutes(shift("2026-07-27 07:00", "2026-07-27 15:00", ("2026-07-27 12:00", "2026-07-27 12:20"), break_minutes=10)) == 450  # fmt: skip


@pytest.mark.parametrize("quantity", [{"break_minutes": -1}, {"metres": -1}])
def test_breaks_and_distances_are_not_negative(quantity: dict[str, int]) -> None:
    refused(
        NegativeQuantity,
        "De dienst van 27-07-2026 om 07:00 heeft een negatieve pauze of afstand.",
        "The shift of 2026-07-27 at 07:00 has a negative break or distance.",
        shift("2026-07-27 07:00", "2026-07-27 15:00", **quantity),
    )


def test_a_shift_is_in_whole_minutes() -> None:
    with pytest.raises(NotWholeMinutes) as refusal:
        check_shift(Shift(dt.datetime(2026, 7, 27, 7, 0, 30), dt.datetime(2026, 7, 27, 15)))
    assert refusal.value.sentence() == "De tijden van de dienst van 27-07-2026 om 07:00 zijn geen hele minuten."
    assert refusal.value.sentence("en") == "The times of the shift of 2026-07-27 at 07:00 are not in whole minutes."


# What the care agreement allows

EVENING = shift("2026-07-27 20:00", "2026-07-27 23:00")
"""Two hours at 50,00 and one at 72,00."""


def test_a_shift_within_the_agreements_maximum_may_be_submitted() -> None:
    check_agreement([EVENING], placement=placement(max_rate=7200), terms=pricing_terms())


def test_a_surcharge_may_not_lift_the_price_above_the_agreements_maximum() -> None:
    with pytest.raises(AboveMaximumRate) as refusal:
        check_agreement([EVENING], placement=placement(max_rate=7199), terms=pricing_terms())
    assert (
        refusal.value.sentence()
        == "De dienst van 27-07-2026 kost € 72,00 per uur; de zorgovereenkomst van P01 staat hooguit € 71,99 toe."
    )
    assert (
        refusal.value.sentence("en")
        == "The shift of 2026-07-27 costs € 72,00 per hour; the care agreement of P01 allows € 71,99 at most."
    )


def test_a_placement_without_a_maximum_has_none() -> None:
    check_agreement([EVENING], placement=placement(), terms=pricing_terms())


def test_a_maximum_does_not_count_vat() -> None:
    with_vat = pricing_terms(Rate(day("2026-01-01"), Cents(5000), VatTreatment.STANDARD))
    check_agreement([EVENING], placement=placement(max_rate=7200), terms=with_vat)


def test_a_minute_that_a_break_takes_away_costs_nothing() -> None:
    paused = shift("2026-07-27 20:00", "2026-07-27 22:30", ("2026-07-27 22:00", "2026-07-27 22:30"))
    check_agreement([paused], placement=placement(max_rate=5000), terms=pricing_terms())


def test_nothing_is_submitted_that_nobody_agreed_a_rate_for() -> None:
    with pytest.raises(NoRateInForce) as refusal:
        check_agreement(
            [EVENING],
            placement=placement(),
            terms=pricing_terms(Rate(day("2026-07-28"), RATE.hourly, RATE.vat_treatment)),
        )
    assert refusal.value.sentence() == "Op 27-07-2026 geldt voor deze plaatsing geen tarief."
    assert refusal.value.sentence("en") == "No rate is in force for this placement on 2026-07-27."
