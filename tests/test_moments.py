"""Moments: recurrence rules in the Netherlands, at which the agency bills and reminds."""

import datetime as dt

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from selfbill.moments import (
    AMSTERDAM,
    NotAMoment,
    check_moment,
    clock_reads,
    from_local,
    local_date,
    local_time,
    next_moment,
    next_moment_after,
    occurs_every_month,
)

TUESDAYS = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=7;BYMINUTE=0;BYSECOND=0"
SECOND = dt.timedelta(seconds=1)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules of all frequencies, also at hours that the clock skips or shows twice."""
    frequency = draw(
        st.sampled_from(
            [
                "FREQ=DAILY",
                "FREQ=WEEKLY",
                "FREQ=WEEKLY;BYDAY=TU",
                "FREQ=WEEKLY;BYDAY=MO,TH,SU",
                "FREQ=MONTHLY",
                "FREQ=MONTHLY;BYMONTHDAY=1,15",
                "FREQ=MONTHLY;BYMONTHDAY=-1",
                "FREQ=MONTHLY;BYDAY=-1SU",
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
                "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
            ]
        )
    )
    hours = ",".join(str(hour) for hour in sorted(draw(st.sets(st.integers(0, 23), min_size=1, max_size=3))))
    return f"{frequency};BYHOUR={hours};BYMINUTE={draw(st.sampled_from([0, 30, 59]))};BYSECOND=0"


moments = st.one_of(
    st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2030, 12, 31)),
    st.sampled_from([dt.datetime(2026, 3, 29, 1), dt.datetime(2026, 10, 25, 1)]).flatmap(
        lambda change: st.integers(-7200, 7200).map(lambda seconds: change + seconds * SECOND)
    ),
).map(lambda moment: moment.replace(tzinfo=dt.UTC))


def walked(rule: str, after: dt.datetime) -> list[dt.datetime]:
    """Every occurrence within a year and a bit of this moment, one by one, in UTC."""
    start = dt.datetime(after.year - 1, 12, 1)
    readings = rrulestr(rule, dtstart=dt.datetime(2018, 1, 1)).between(start, start + dt.timedelta(days=800))
    return sorted({reading.replace(tzinfo=AMSTERDAM, fold=0).astimezone(dt.UTC) for reading in readings})


@given(rules(), moments)
def test_the_next_moment_is_the_first_of_all_that_come(rule: str, now: dt.datetime) -> None:
    occurrences = walked(rule, now)
    assert next_moment(rule, now) == next(moment for moment in occurrences if moment >= now)
    assert next_moment_after(rule, now) == next(moment for moment in occurrences if moment > now)


@given(rules(), moments)
def test_a_moment_is_its_own_next_and_never_its_own_follower(rule: str, now: dt.datetime) -> None:
    moment = next_moment(rule, now)
    assert moment >= now
    assert moment.tzinfo is dt.UTC
    assert next_moment(rule, moment) == moment
    assert next_moment_after(rule, moment) > moment
    assert next_moment_after(rule, moment - SECOND) == moment


@given(rules(), moments, moments)
def test_time_never_brings_an_earlier_moment(rule: str, one: dt.datetime, other: dt.datetime) -> None:
    earlier, later = sorted((one, other))
    assert next_moment(rule, earlier) <= next_moment(rule, later)


def test_seven_in_the_morning_is_seven_by_the_wall_clock_in_summer_and_winter() -> None:
    assert next_moment(TUESDAYS, utc("2026-07-20 00:00")) == utc("2026-07-21 05:00")
    assert next_moment(TUESDAYS, utc("2026-12-07 00:00")) == utc("2026-12-08 06:00")


def test_now_is_included_for_the_next_and_excluded_for_the_one_after() -> None:
    now = utc("2026-07-21 05:00")
    assert next_moment(TUESDAYS, now) == now
    assert next_moment_after(TUESDAYS, now) == utc("2026-07-28 05:00")


def test_the_year_ends_for_nobodys_moments() -> None:
    assert next_moment_after(TUESDAYS, utc("2026-12-29 06:00")) == utc("2027-01-05 06:00")
    assert next_moment("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=0", utc("2026-01-01 00:00")) == utc(
        "2026-12-31 23:00"
    )


def test_a_rule_without_a_day_means_monday_or_the_first() -> None:
    assert next_moment("FREQ=WEEKLY;BYHOUR=7", utc("2026-07-21 12:00")) == utc("2026-07-27 05:00")
    assert next_moment("FREQ=MONTHLY;BYHOUR=7", utc("2026-07-21 12:00")) == utc("2026-08-01 05:00")


def test_a_reading_that_the_clock_skips_comes_when_the_clock_has_moved_on() -> None:
    assert next_moment("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", utc("2026-03-28 12:00")) == utc("2026-03-29 01:30")


def test_a_reading_that_occurs_twice_means_the_first() -> None:
    rule = "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"
    assert next_moment(rule, utc("2026-10-24 12:00")) == utc("2026-10-25 00:30")
    assert next_moment_after(rule, utc("2026-10-25 00:30")) == utc("2026-10-26 01:30")


def test_the_rarest_day_comes_every_four_years() -> None:
    assert next_moment("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=7", utc("2026-01-01 00:00")) == utc(
        "2028-02-29 06:00"
    )


# The wall clock


@given(moments)
def test_the_wall_clock_and_utc_say_the_same(moment: dt.datetime) -> None:
    reading = local_time(moment)
    assert reading.astimezone(dt.UTC) == moment
    assert local_date(moment) == reading.date()
    if reading.fold == 0:
        assert from_local(reading.replace(tzinfo=None)) == moment
        assert clock_reads(reading.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("reading", "exists"),
    [
        ("2026-03-29 01:59", True),
        ("2026-03-29 02:00", False),
        ("2026-03-29 02:59", False),
        ("2026-03-29 03:00", True),
        ("2026-10-25 02:30", True),
    ],
)
def test_the_clock_never_reads_the_hour_that_it_skips(reading: str, exists: bool) -> None:  # noqa: FBT001
    assert clock_reads(dt.datetime.fromisoformat(reading)) is exists


# What a rule may be


@given(rules())
def test_a_rule_with_an_hour_is_usable_as_it_is(rule: str) -> None:
    assert check_moment(rule) == rule


@pytest.mark.parametrize(
    ("rule", "nl", "en"),
    [
        ("", "'' is geen deel van een RFC 5545-regel", "'' is no part of an RFC 5545 rule"),
        ("elke dinsdag", "'elke dinsdag' is geen deel van een RFC 5545-regel", "'elke dinsdag' is no part of an RFC 5545 rule"),
        ("FREQ=WEEKLY;BYDAY=TU", "BYHOUR ontbreekt", "BYHOUR is missing"),
        ("BYDAY=TU;BYHOUR=7", "FREQ ontbreekt", "FREQ is missing"),
        ("FREQ=HOURLY;BYHOUR=7", "'FREQ=HOURLY' is geen deel van een RFC 5545-regel", "'FREQ=HOURLY' is no part of an RFC 5545 rule"),
        ("FREQ=WEEKLY;INTERVAL=2;BYHOUR=7", "'INTERVAL=2' is geen deel van een RFC 5545-regel", "'INTERVAL=2' is no part of an RFC 5545 rule"),
        ("FREQ=WEEKLY;BYHOUR=7;COUNT=3", "'COUNT=3' is geen deel van een RFC 5545-regel", "'COUNT=3' is no part of an RFC 5545 rule"),
        ("FREQ=WEEKLY;BYHOUR=7;UNTIL=20270101", "'UNTIL=20270101' is geen deel van een RFC 5545-regel", "'UNTIL=20270101' is no part of an RFC 5545 rule"),
        ("DTSTART=20260101;FREQ=DAILY;BYHOUR=7", "'DTSTART=20260101' is geen deel van een RFC 5545-regel", "'DTSTART=20260101' is no part of an RFC 5545 rule"),
        ("FREQ=DAILY;BYHOUR=24", "'BYHOUR=24' is geen deel van een RFC 5545-regel", "'BYHOUR=24' is no part of an RFC 5545 rule"),
        ("FREQ=DAILY;BYHOUR=7;BYHOUR=8", "'BYHOUR=8' is geen deel van een RFC 5545-regel", "'BYHOUR=8' is no part of an RFC 5545 rule"),
        ("FREQ=DAILY;BYHOUR=7;", "'' is geen deel van een RFC 5545-regel", "'' is no part of an RFC 5545 rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;BYHOUR=7", "'BYMONTHDAY=0' is geen deel van een RFC 5545-regel", "'BYMONTHDAY=0' is no part of an RFC 5545 rule"),
        ("FREQ=WEEKLY;BYDAY=1MO;BYHOUR=7", "BYDAY past zo niet bij WEEKLY", "BYDAY does not go with WEEKLY that way"),
        ("FREQ=WEEKLY;BYMONTHDAY=1;BYHOUR=7", "BYMONTHDAY past zo niet bij WEEKLY", "BYMONTHDAY does not go with WEEKLY that way"),
        ("FREQ=MONTHLY;BYYEARDAY=1;BYHOUR=7", "BYYEARDAY past zo niet bij MONTHLY", "BYYEARDAY does not go with MONTHLY that way"),
        ("FREQ=MONTHLY;BYWEEKNO=1;BYHOUR=7", "BYWEEKNO past zo niet bij MONTHLY", "BYWEEKNO does not go with MONTHLY that way"),
        ("FREQ=MONTHLY;BYSETPOS=400;BYHOUR=7", "het is geen RFC 5545-regel", "it is no RFC 5545 rule"),
        ("FREQ=DAILY;BYHOUR=7;BYMINUTE=0,15,30,45;BYSECOND=0,10,20,30,40,50,59", "het is vaker dan 24 keer per dag", "it is more than 24 times a day"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=7", "het komt nooit voor", "it never occurs"),
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(rule: str, nl: str, en: str) -> None:
    with pytest.raises(NotAMoment) as refusal:
        check_moment(rule)
    assert refusal.value.sentence() == f"{rule} is geen bruikbaar moment: {nl}."
    assert refusal.value.sentence("en") == f"{rule} is no moment that can be used: {en}."


def test_a_rule_that_skips_months_does_not_occur_every_month() -> None:
    assert occurs_every_month(TUESDAYS)
    assert occurs_every_month("FREQ=MONTHLY;BYMONTHDAY=28;BYHOUR=23")
    assert not occurs_every_month("FREQ=MONTHLY;BYMONTHDAY=29;BYHOUR=7")
    assert not occurs_every_month("FREQ=MONTHLY;BYMONTH=1,2,3;BYHOUR=7")
