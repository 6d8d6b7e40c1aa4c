"""Rows that are right by themselves and wrong beside each other."""

import pytest

from intake.folders import Files, edited, example, extended, refused, replaced, shortened, table_of, written
from selfbill.aggregates.placement import Arrangement
from selfbill.intake.folder import read_files


def with_column(files: Files, file: str, column: str, values: dict[int, str]) -> Files:
    """One more column, with values on some lines."""
    header, *rows = table_of(files, file)
    wider = [[*header, column], *([*row, values.get(line, "")] for line, row in enumerate(rows, start=2))]
    return {**files, file: written(wider)}


@pytest.mark.parametrize(("file", "line"), [("freelancers.csv", 5), ("customers.csv", 6), ("placements.csv", 7)])
def test_a_code_stands_once(file: str, line: int) -> None:
    files = extended(example(), file, 3, **({"number_prefix": "Z99"} if file == "freelancers.csv" else {}))
    code = table_of(files, file)[2][0]
    assert refused(files) == [(file, line, "code", code, "duplicate_code")]


@pytest.mark.parametrize("prefix", ["Z02", "z-02", "ZV", "Z.V"])
def test_prefixes_that_make_the_same_numbers_or_payment_references_are_refused(prefix: str) -> None:
    found = refused(edited(example(), "freelancers.csv", 4, number_prefix=prefix))
    assert found == [("freelancers.csv", 4, "number_prefix", prefix, "prefix_taken")]


@pytest.mark.parametrize(
    ("file", "line", "column", "value", "code"),
    [
        ("placements.csv", 2, "freelancer", "Z09", "unknown_party"),
        ("placements.csv", 2, "customer", "K09", "unknown_party"),
        ("placements.csv", 2, "surcharge_table", "XXX", "unknown_surcharge_table"),
        ("rates.csv", 7, "placement", "P09", "unknown_placement"),
        ("commissions.csv", 2, "placement", "P09", "unknown_placement"),
        ("timesheets.csv", 12, "placement", "P09", "unknown_placement"),
    ],
)
def test_what_is_referred_to_exists(file: str, line: int, column: str, value: str, code: str) -> None:
    assert (file, line, column, value, code) in refused(edited(example(), file, line, **{column: value}))


def test_a_second_rate_or_commission_from_the_same_day_is_refused() -> None:
    assert refused(extended(example(), "rates.csv", 2, rate="61,00")) == [
        ("rates.csv", 8, "valid_from", "01-01-2026", "duplicate_row")
    ]
    assert refused(extended(example(), "commissions.csv", 2, value="9")) == [
        ("commissions.csv", 10, "valid_from", "01-01-2026", "duplicate_row")
    ]


def test_overlapping_surcharge_rows_are_refused_each_at_its_own_line() -> None:
    files = edited(example(), "surcharges.csv", 2, until="21:00")
    assert refused(files) == [
        ("surcharges.csv", 3, "from", "06:00", "overlapping_surcharge_rows"),
        ("surcharges.csv", 4, "from", "20:00", "overlapping_surcharge_rows"),
    ]


def test_rows_of_another_version_of_the_table_do_not_overlap() -> None:
    files = extended(example(), "surcharges.csv", 2, valid_from="01-07-2026")
    assert len(read_files(files).rows.surcharge_tables()) == 1


def test_a_placement_ends_after_it_begins() -> None:
    found = refused(edited(example(), "placements.csv", 3, until="01-02-2026"))
    assert found == [("placements.csv", 3, "until", "01-02-2026", "period_reversed")]


def test_only_mediation_is_known() -> None:
    accepted = read_files(with_column(example(), "placements.csv", "arrangement", {2: "mediation"}))
    assert {line.terms.arrangement for line in accepted.rows.placements} == {Arrangement.MEDIATION}
    found = refused(with_column(example(), "placements.csv", "arrangement", {3: "intermediation"}))
    assert found == [("placements.csv", 3, "arrangement", "intermediation", "unknown_arrangement")]


def test_an_institution_counts_as_large_unless_the_file_says_no() -> None:
    files = edited(example(), "customers.csv", 2, payment_days="45")
    assert refused(files) == [("customers.csv", 2, "payment_days", "45", "term_too_long")]
    folder = read_files(with_column(files, "customers.csv", "large", {2: "nee"}))
    assert [line.terms.is_large_institution for line in folder.rows.customers] == [False, False, False, True]


def test_only_an_institution_is_large() -> None:
    found = refused(with_column(example(), "customers.csv", "large", {3: "ja"}))
    assert found == [("customers.csv", 3, "large", "ja", "only_institutions_are_large")]


def test_a_large_institution_without_a_term_of_its_own_follows_the_agency_within_the_law() -> None:
    files = replaced(example(), "agency.toml", "\npayment_days = 30", "\npayment_days = 45")
    files = edited(files, "customers.csv", 5, payment_days="")
    assert refused(files) == [("customers.csv", 5, "payment_days", "", "term_too_long")]


def test_a_budget_holder_without_svb_number_or_law_is_a_warning() -> None:
    folder = read_files(edited(example(), "customers.csv", 3, svb_number="", budget_law=""))
    assert [(one.line, one.column, one.code) for one in folder.warnings] == [
        (3, "svb_number", "pgb_without_details"),
        (3, "budget_law", "pgb_without_details"),
    ]


def test_hours_have_their_timesheet_row() -> None:
    found = refused(shortened(example(), "timesheets.csv", 9))
    assert found == [("hours.csv", 12, "attempt", "1", "hours_without_timesheet")]


def test_hours_of_another_attempt_have_no_row() -> None:
    found = refused(edited(example(), "hours.csv", 12, attempt="2"))
    assert found == [("hours.csv", 12, "attempt", "2", "hours_without_timesheet")]


def test_a_timesheet_row_stands_once() -> None:
    found = refused(extended(example(), "timesheets.csv", 2))
    assert found == [("timesheets.csv", 19, "attempt", "1", "duplicate_row")]


def test_attempts_count_from_one() -> None:
    files = edited(edited(example(), "timesheets.csv", 2, attempt="2"), "hours.csv", 2, attempt="2")
    files = edited(files, "hours.csv", 3, attempt="2")
    assert refused(files) == [("timesheets.csv", 2, "attempt", "2", "wrong_attempt")]


def test_a_week_is_approved_once() -> None:
    moments = {"submitted_at": "24-03-2026 10:00", "decided_at": "25-03-2026 10:00"}
    files = extended(example(), "timesheets.csv", 2, attempt="2", **moments)
    assert refused(files) == [("timesheets.csv", 19, "decision", "approved", "second_approval")]


def test_an_attempt_follows_only_on_a_rejection() -> None:
    files = extended(example(), "timesheets.csv", 12, attempt="2")
    assert refused(files) == [("timesheets.csv", 19, "attempt", "2", "previous_attempt_stands")]


def test_an_attempt_follows_after_the_rejection() -> None:
    files = edited(example(), "timesheets.csv", 4, submitted_at="30-03-2026 11:19")
    assert refused(files) == [("timesheets.csv", 4, "submitted_at", "30-03-2026 11:19", "submitted_before_rejection")]


def test_a_week_that_was_not_worked_has_no_hours_and_needs_no_submission() -> None:
    files = edited(example(), "timesheets.csv", 15, decision="not_worked", decided_at="30-03-2026 09:00")
    assert refused(files) == [("hours.csv", 19, "week", "2026-W13", "not_worked_with_hours")]
    line = read_files(shortened(files, "hours.csv", 19)).rows.timesheets[13]
    assert (line.decision, line.submitted_at) == ("not_worked", None)


def test_hours_need_a_mandate_on_the_day_of_the_shift() -> None:
    files = edited(example(), "freelancers.csv", 3, mandate_until="06-04-2026")
    assert refused(files) == [("hours.csv", 17, "date", "08-04-2026", "mandate_missing")]
    files = edited(example(), "freelancers.csv", 3, mandate_from="", mandate_until="")
    assert {row[4] for row in refused(files)} == {"mandate_missing"}


def test_a_shift_belongs_to_its_week_and_its_placement() -> None:
    found = refused(edited(example(), "hours.csv", 8, date="26-03-2026"))
    assert found == [("hours.csv", 8, "date", "26-03-2026", "shift_outside_week")]
    found = refused(edited(example(), "placements.csv", 5, until="20-03-2026"))
    assert found == [("hours.csv", 19, "date", "26-03-2026", "shift_outside_placement")]


def test_the_last_day_of_a_placement_and_of_a_mandate_still_count() -> None:
    files = edited(example(), "placements.csv", 5, until="26-03-2026")
    files = edited(files, "freelancers.csv", 3, mandate_until="08-04-2026")
    assert read_files(files).warnings == ()


def test_a_shift_needs_a_rate_and_stays_below_the_maximum() -> None:
    found = refused(edited(example(), "rates.csv", 7, valid_from="01-04-2026"))
    assert [row[1:3] + row[4:] for row in found] == [(20, "date", "no_rate_in_force"), (21, "date", "no_rate_in_force")]
    found = refused(edited(example(), "placements.csv", 3, max_rate="45,49"))
    assert {(row[0], row[4]) for row in found} == {("hours.csv", "above_maximum_rate")}
    assert len(found) == 5


def test_the_maximum_rate_counts_the_surcharge() -> None:
    files = edited(example(), "placements.csv", 3, surcharge_table="GHZ")
    files = edited(files, "hours.csv", 8, start="19:00", end="21:00")
    assert refused(files) == [("hours.csv", 8, "date", "17-03-2026", "above_maximum_rate")]


def test_shifts_of_one_attempt_do_not_overlap() -> None:
    files = edited(example(), "hours.csv", 11, date="31-03-2026", start="11:00", end="12:00")
    assert refused(files) == [("hours.csv", 11, "start", "11:00", "shifts_overlap")]


def test_shifts_of_one_freelancer_do_not_overlap_across_placements() -> None:
    files = edited(example(), "hours.csv", 8, date="16-03-2026", start="15:00", end="17:00")
    assert refused(files) == [("hours.csv", 8, "start", "15:00", "shifts_overlap")]


def test_a_night_shift_reaches_into_the_next_week() -> None:
    files = edited(example(), "hours.csv", 3, date="22-03-2026", start="22:00", end="08:00")
    files = edited(files, "hours.csv", 9, date="23-03-2026", start="07:30", end="09:00")
    assert refused(files) == [("hours.csv", 9, "start", "07:30", "shifts_overlap")]


def test_every_overlap_of_a_long_shift_is_reported() -> None:
    files = edited(example(), "hours.csv", 2, end="23:00", breaks="")
    files = edited(files, "hours.csv", 8, date="16-03-2026", start="08:00", end="09:00")
    files = extended(files, "hours.csv", 8, start="10:00", end="11:00")
    assert [row[1:4] for row in refused(files)] == [(8, "start", "08:00"), (24, "start", "10:00")]


def test_a_rejected_attempt_may_overlap_what_replaced_it_and_what_was_meant() -> None:
    assert read_files(example()).rows.hours[2].shift.start == read_files(example()).rows.hours[3].shift.start
    files = edited(example(), "timesheets.csv", 2, decision="rejected", reason="hoort bij P02")
    files = edited(files, "hours.csv", 8, date="16-03-2026", start="15:00", end="17:00")
    assert read_files(files).warnings == ()
