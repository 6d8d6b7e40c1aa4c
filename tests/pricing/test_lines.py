"""Shifts become lines per week and percentage, and drafts per calendar month."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.agreements import (
    CARE,
    CARE_EXEMPT,
    SMALL_BUSINESS,
    STANDARD,
    paid_minutes,
    rate,
    row,
    shift,
    shifts,
    terms,
    version,
    versions,
)
from selfbill.pricing.lines import NoRateInForce, hours_amount, price, travel_amount, unit_price, worked
from selfbill.pricing.terms import Rate, Shift, SurchargeVersion, Terms
from selfbill.pricing.vat import VatBlock
from selfbill.values import BasisPoints, Cents, IsoWeek, Minutes, Month


def lines_of(*work: Shift, agreed: Terms) -> list[tuple[object, ...]]:
    """Kind, week, minutes or metres, percentage in basis points, unit price, amount and treatment of every line, per draft."""
    return [
        (
            one.kind,
            str(one.week),
            one.minutes + one.metres,
            one.surcharge,
            one.unit_price,
            one.amount,
            one.vat_treatment,
        )
        for draft in price(work, agreed)
        for one in draft.lines
    ]


def test_seven_hours_twenty_are_440_minutes_and_never_7_33_hours() -> None:
    (draft,) = price([shift("2026-07-06 08:00", "2026-07-06 15:20")], terms(rate(60_00)))
    assert (draft.minutes, draft.hours_amount, draft.total) == (440, 440_00, 440_00)


@pytest.mark.parametrize(
    ("hourly", "surcharge", "price_per_hour"), [(41_33, 3333, 55_11), (41_33, 0, 41_33), (10_01, 5000, 15_02)]
)
def test_a_unit_price_is_rounded_half_up(hourly: int, surcharge: int, price_per_hour: int) -> None:
    assert unit_price(Cents(hourly), BasisPoints(surcharge)) == price_per_hour


@pytest.mark.parametrize(("minutes", "hourly", "amount"), [(30, 41_33, 20_67), (29, 60, 29), (1, 29, 0), (1, 30, 1)])
def test_an_hour_line_is_rounded_half_up(minutes: int, hourly: int, amount: int) -> None:
    assert hours_amount(minutes, Cents(hourly)) == amount


def test_a_travel_line_is_rounded_half_up() -> None:
    assert travel_amount(49_200, Cents(23)) == 11_32
    assert travel_amount(500, Cents(23)) == 12


def test_a_night_into_sunday_makes_a_line_per_percentage_and_then_the_travel() -> None:
    night = shift("2026-07-04 21:00", "2026-07-05 02:00", metres=24_600)
    assert lines_of(night, agreed=terms(rate(60_00), surcharges=(CARE,), travel_rate=23)) == [
        ("hours", "2026-W27", 60, 3800, 82_80, 82_80, CARE_EXEMPT),
        ("hours", "2026-W27", 120, 4900, 89_40, 178_80, CARE_EXEMPT),
        ("hours", "2026-W27", 120, 6000, 96_00, 192_00, CARE_EXEMPT),
        ("travel", "2026-W27", 24_600, 0, 23, 5_66, CARE_EXEMPT),
    ]


def test_the_minutes_and_metres_of_a_week_are_summed_before_rounding() -> None:
    short = [shift(f"2026-07-0{day} 08:00", f"2026-07-0{day} 08:10", metres=20) for day in (6, 7, 8)]
    assert lines_of(*short, agreed=terms(rate(20_01), travel_rate=21)) == [
        ("hours", "2026-W28", 30, 0, 20_01, 10_01, CARE_EXEMPT),
        ("travel", "2026-W28", 60, 0, 21, 1, CARE_EXEMPT),
    ]


def test_lines_stand_in_order_of_week_percentage_and_price() -> None:
    raised = terms(rate(60_00), rate(50_00, valid_from="2026-07-09"), surcharges=(version(row("mo-fr", 12, 24, 50)),))
    work = [shift(f"2026-07-{day} 11:00", f"2026-07-{day} 13:00") for day in ("13", "09", "08")]
    assert [(str(one.week), one.surcharge, one.unit_price) for one in price(work, raised)[0].lines] == [
        ("2026-W28", 0, 50_00),
        ("2026-W28", 0, 60_00),
        ("2026-W28", 5000, 75_00),
        ("2026-W28", 5000, 90_00),
        ("2026-W29", 0, 50_00),
        ("2026-W29", 5000, 75_00),
    ]


def test_two_percentages_with_the_same_price_stay_two_lines() -> None:
    nearly = terms(rate(1), surcharges=(version(row("mo-fr", 12, 24, 10)),))
    assert [one.unit_price for one in price([shift("2026-07-06 11:00", "2026-07-06 13:00")], nearly)[0].lines] == [1, 1]


def test_a_change_of_vat_treatment_makes_lines_and_travel_of_its_own() -> None:
    changed = terms(rate(60_00), rate(60_00, STANDARD, "2026-07-08"), travel_rate=23)
    work = [shift(f"2026-07-0{day} 08:00", f"2026-07-0{day} 09:00", metres=10_000) for day in (7, 8)]
    assert lines_of(*work, agreed=changed) == [
        ("hours", "2026-W28", 60, 0, 60_00, 60_00, CARE_EXEMPT),
        ("hours", "2026-W28", 60, 0, 60_00, 60_00, STANDARD),
        ("travel", "2026-W28", 10_000, 0, 23, 2_30, CARE_EXEMPT),
        ("travel", "2026-W28", 10_000, 0, 23, 2_30, STANDARD),
    ]
    (draft,) = price(work, changed)
    assert draft.vat == (
        VatBlock(CARE_EXEMPT, Cents(62_30), BasisPoints(0), Cents(0)),
        VatBlock(STANDARD, Cents(62_30), BasisPoints(2100), Cents(13_08)),
    )
    assert (draft.net, draft.vat_total, draft.total) == (124_60, 13_08, 137_68)


def test_without_a_travel_rate_or_without_kilometres_there_is_no_travel_line() -> None:
    driven = shift("2026-07-06 08:00", "2026-07-06 09:00", metres=10_000)
    walked = shift("2026-07-06 08:00", "2026-07-06 09:00")
    assert [one[0] for one in lines_of(driven, agreed=terms(rate(60_00)))] == ["hours"]
    assert [one[0] for one in lines_of(walked, agreed=terms(rate(60_00), travel_rate=23))] == ["hours"]


def test_a_week_over_two_months_makes_two_drafts_each_with_its_part_of_the_week() -> None:
    work = [shift("2026-04-01 08:00", "2026-04-01 10:00"), shift("2026-03-31 08:00", "2026-03-31 09:00")]
    march, april = price(work, terms(rate(60_00)))
    assert (march.month, march.shifts, march.minutes) == (Month(2026, 3), (work[1],), 60)
    assert (april.month, april.shifts, april.minutes) == (Month(2026, 4), (work[0],), 120)
    assert march.lines[0].week == april.lines[0].week == IsoWeek(2026, 14)
    assert (march.period_from, march.period_until) == (dt.date(2026, 3, 31), dt.date(2026, 3, 31))


def test_a_night_into_the_next_month_belongs_wholly_to_the_month_and_week_of_its_start() -> None:
    (draft,) = price([shift("2026-05-31 22:00", "2026-06-01 06:00")], terms(rate(60_00)))
    assert (draft.month, draft.period_until, draft.lines[0].week) == (
        Month(2026, 5),
        dt.date(2026, 5, 31),
        IsoWeek(2026, 22),
    )


def test_a_night_over_a_change_of_rate_and_table_keeps_the_terms_of_its_start_date() -> None:
    later = version(row("mo-fr", 0, 24, 100), valid_from="2026-07-07")
    changed = terms(rate(60_00), rate(99_00, valid_from="2026-07-07"), surcharges=(CARE, later))
    assert [(one[3], one[4]) for one in lines_of(shift("2026-07-06 22:00", "2026-07-07 06:00"), agreed=changed)] == [
        (4400, 86_40)
    ]


def test_what_falls_under_kor_stands_in_a_draft_of_its_own_after_the_other_of_that_month() -> None:
    ended = terms(rate(60_00, SMALL_BUSINESS), rate(60_00, STANDARD, "2026-07-08"))
    work = [
        shift(f"2026-{month}-{day} 08:00", f"2026-{month}-{day} 09:00")
        for month, day in (("08", "03"), ("07", "07"), ("07", "08"))
    ]
    standard, small, august = price(work, ended)
    assert [draft.month for draft in (standard, small, august)] == [Month(2026, 7), Month(2026, 7), Month(2026, 8)]
    assert [draft.vat[0].treatment for draft in (standard, small, august)] == [STANDARD, SMALL_BUSINESS, STANDARD]
    assert (small.vat_total, small.total) == (0, 60_00)


def test_a_day_before_the_first_rate_is_refused_by_name() -> None:
    with pytest.raises(NoRateInForce) as refused:
        price([shift("2025-12-31 08:00", "2025-12-31 09:00")], terms(rate(60_00)))
    assert refused.value == NoRateInForce(day=dt.date(2025, 12, 31))
    assert refused.value.sentence("nl") == "Op 31-12-2025 geldt voor deze plaatsing geen tarief."


def test_no_shifts_make_no_draft() -> None:
    assert price([], terms(rate(60_00))) == ()


work_lists = st.lists(shifts(), max_size=8)
any_terms = st.builds(
    lambda rates, table, per_kilometre: terms(*rates, surcharges=(table,), travel_rate=per_kilometre),
    st.tuples(
        st.builds(
            Rate,
            st.just(dt.date(2025, 1, 1)),
            st.integers(0, 200_00).map(Cents),
            st.sampled_from([CARE_EXEMPT, STANDARD, SMALL_BUSINESS]),
        ),
        st.builds(
            Rate,
            st.just(dt.date(2026, 6, 1)),
            st.integers(0, 200_00).map(Cents),
            st.sampled_from([CARE_EXEMPT, STANDARD, SMALL_BUSINESS]),
        ),
    ),
    versions(),
    st.none() | st.integers(1, 60),
)


@given(work_lists, any_terms)
def test_the_lines_of_a_draft_add_up_to_its_net_and_the_blocks_to_its_total(work: list[Shift], agreed: Terms) -> None:
    for draft in price(work, agreed):
        assert sum(one.amount for one in draft.lines) == draft.net == sum(block.base for block in draft.vat)
        assert sum(one.amount for one in draft.lines if one.kind == "hours") == draft.hours_amount
        assert draft.net + draft.vat_total == draft.total
        assert {one.vat_treatment for one in draft.lines} in (
            {SMALL_BUSINESS},
            {CARE_EXEMPT},
            {STANDARD},
            {CARE_EXEMPT, STANDARD},
            set(),
        )


@given(work_lists, any_terms)
def test_every_shift_and_every_minute_stands_in_exactly_one_draft(work: list[Shift], agreed: Terms) -> None:
    drafts = price(work, agreed)
    assert Counter(one for draft in drafts for one in draft.shifts) == Counter(work)
    assert sum(draft.minutes for draft in drafts) == sum(map(paid_minutes, work))
    for draft in drafts:
        assert {Month.of(one.day) for one in draft.shifts} == {draft.month}
        days = sorted(one.day for one in draft.shifts)
        assert (draft.period_from, draft.period_until) == (days[0], days[-1])


@given(work_lists.flatmap(lambda work: st.tuples(st.just(work), st.permutations(work))), any_terms)
def test_the_order_in_which_shifts_are_given_changes_no_line(
    orders: tuple[list[Shift], list[Shift]], agreed: Terms
) -> None:
    first, second = (price(work, agreed) for work in orders)
    assert [draft.lines for draft in first] == [draft.lines for draft in second]


@given(shifts(), versions())
def test_one_shift_can_be_priced_on_its_own(work: Shift, table: SurchargeVersion) -> None:
    agreed = terms(rate(60_00, valid_from="2025-01-01"), surcharges=(table,))
    priced = worked(work, agreed)
    drafts = price([work], agreed)
    assert [(one.surcharge, one.minutes) for draft in drafts for one in draft.lines] == [
        (surcharge, Minutes(minutes)) for surcharge, minutes in priced.bands.items()
    ]
