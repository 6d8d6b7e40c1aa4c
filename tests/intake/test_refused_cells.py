"""Cells that cannot mean what their column asks: each is refused with its line, column, value and reason."""

import pytest

from intake.folders import edited, example, refused
from selfbill.intake.folder import read_files

LONG_PREFIX = "Z" * 13


@pytest.mark.parametrize(
    ("file", "line", "column", "value", "code"),
    [
        ("freelancers.csv", 2, "code", "", "missing_value"),
        ("freelancers.csv", 2, "name", "", "missing_value"),
        ("freelancers.csv", 2, "name", '=HYPERLINK("x")', "runs_in_spreadsheet"),
        ("freelancers.csv", 2, "name", "@naam", "runs_in_spreadsheet"),
        ("freelancers.csv", 2, "name", "＝1", "runs_in_spreadsheet"),
        ("freelancers.csv", 2, "trade_name", "BSN 111222333", "citizen_number"),
        ("freelancers.csv", 2, "trade_name", "111 222 333", "citizen_number"),
        ("freelancers.csv", 2, "email", "111222333@example.org", "citizen_number"),
        ("freelancers.csv", 2, "email", "a@example.org\nb@example.org", "line_break_in_email"),
        ("freelancers.csv", 2, "email", "marijke", "not_an_email"),
        ("freelancers.csv", 2, "phone", "=06-1", "runs_in_spreadsheet"),
        ("freelancers.csv", 2, "phone", "+wie", "runs_in_spreadsheet"),
        ("freelancers.csv", 2, "street", "Postbus 12", "po_box"),
        ("freelancers.csv", 2, "house_number", "", "missing_value"),
        ("freelancers.csv", 2, "postcode", "3704 SS", "not_a_postcode"),
        ("freelancers.csv", 2, "postcode", "0704 HK", "not_a_postcode"),
        ("freelancers.csv", 2, "kvk", "681044220", "not_a_kvk"),
        ("freelancers.csv", 2, "vat_id", "NL12B01", "not_a_vat_id"),
        ("freelancers.csv", 2, "iban", "NL61RABO0941673988", "not_an_iban"),
        ("freelancers.csv", 2, "number_prefix", "Z 01", "not_a_prefix"),
        ("freelancers.csv", 2, "number_prefix", LONG_PREFIX, "not_a_prefix"),
        ("freelancers.csv", 2, "next_number", "0", "too_small"),
        ("freelancers.csv", 2, "next_number", "1,5", "too_precise"),
        ("freelancers.csv", 2, "mandate_from", "vandaag", "not_a_date"),
        ("freelancers.csv", 3, "mandate_until", "01-01-2026", "period_reversed"),
        ("freelancers.csv", 3, "mandate_until", "31-12-9999", "date_out_of_range"),
        ("customers.csv", 2, "kind", "bedrijf", "not_a_choice"),
        ("customers.csv", 2, "direct_debit", "misschien", "not_a_choice"),
        ("customers.csv", 2, "direct_debit", "", "missing_value"),
        ("customers.csv", 2, "delivery", "fax", "not_a_choice"),
        ("customers.csv", 2, "payment_days", "31", "term_too_long"),
        ("customers.csv", 2, "payment_days", "-1", "negative"),
        ("customers.csv", 2, "payment_days", "366", "too_large"),
        ("customers.csv", 2, "iban", "", "debit_without_account"),
        ("customers.csv", 3, "invoice_moment", "elke dinsdag", "not_a_moment"),
        ("customers.csv", 3, "invoice_moment", "FREQ=MONTHLY;BYMONTHDAY=8", "not_a_moment"),
        ("customers.csv", 3, "invoice_moment", "FREQ=WEEKLY;INTERVAL=2;BYHOUR=7", "not_a_moment"),
        ("customers.csv", 3, "invoice_moment", "DTSTART:20260101T070000", "not_a_moment"),
        ("customers.csv", 3, "invoice_moment", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=7", "not_a_moment"),
        ("customers.csv", 3, "budget_law", "AWBZ", "not_a_choice"),
        ("customers.csv", 3, "representative_name", "", "missing_value"),
        ("placements.csv", 2, "code", "P/01", "not_a_code"),
        ("placements.csv", 2, "code", "P:01", "not_a_code"),
        ("placements.csv", 2, "code", "111222333", "citizen_number"),
        ("placements.csv", 2, "reference", "", "missing_value"),
        ("placements.csv", 2, "description", "mevrouw 123456782", "citizen_number"),
        ("placements.csv", 2, "travel_rate", "-0,23", "negative"),
        ("placements.csv", 2, "travel_rate", "0,235", "too_precise"),
        ("placements.csv", 3, "max_rate", "1.000", "too_precise"),
        ("rates.csv", 2, "rate", "-60,00", "negative"),
        ("rates.csv", 2, "rate", "zestig", "not_a_number"),
        ("rates.csv", 2, "vat_treatment", "vrij", "not_a_choice"),
        ("commissions.csv", 2, "towards", "agency", "not_a_choice"),
        ("commissions.csv", 2, "scheme", "staffel", "not_a_choice"),
        ("commissions.csv", 2, "value", "", "missing_value"),
        ("commissions.csv", 2, "value", "8,555", "too_precise"),
        ("commissions.csv", 2, "value", "-8,5", "negative"),
        ("commissions.csv", 5, "value", "0:10|500", "not_tiers"),
        ("commissions.csv", 5, "value", "0:10|500:x", "not_a_number"),
        ("commissions.csv", 5, "value", "100:10|500:8", "tier_gap"),
        ("commissions.csv", 5, "value", "0:10|500:8|500:6", "tier_gap"),
        ("commissions.csv", 5, "value", "0:10|-500:8", "negative"),
        ("surcharges.csv", 2, "days", "ma-vr", "not_a_choice"),
        ("surcharges.csv", 2, "from", "24:00", "not_a_time"),
        ("surcharges.csv", 2, "until", "00:00", "surcharge_row_invalid"),
        ("surcharges.csv", 2, "until", "25:00", "not_a_time"),
        ("surcharges.csv", 2, "percent", "-44", "negative"),
        ("holidays.csv", 2, "date", "", "missing_value"),
        ("holidays.csv", 2, "date", "30-02-2026", "not_a_date"),
        ("holidays.csv", 2, "name", "=nu", "runs_in_spreadsheet"),
        ("timesheets.csv", 2, "week", "2026-W54", "not_a_week"),
        ("timesheets.csv", 2, "week", "2025-W53", "not_a_week"),
        ("timesheets.csv", 2, "week", "12", "not_a_week"),
        ("timesheets.csv", 2, "attempt", "0", "too_small"),
        ("timesheets.csv", 2, "submitted_at", "29-03-2026 02:30", "no_such_time"),
        ("timesheets.csv", 2, "decision", "ja", "not_a_choice"),
        ("timesheets.csv", 2, "decision", "", "decision_incomplete"),
        ("timesheets.csv", 2, "decided_at", "", "decision_incomplete"),
        ("timesheets.csv", 2, "decided_at", "22-03-2026 18:04", "decision_before_submission"),
        ("timesheets.csv", 2, "submitted_at", "", "decision_before_submission"),
        ("timesheets.csv", 2, "decided_by", "123456782", "citizen_number"),
        ("timesheets.csv", 3, "reason", "", "reason_missing"),
        ("timesheets.csv", 3, "reason", "zie 111222333", "citizen_number"),
        ("hours.csv", 2, "date", "32-03-2026", "not_a_date"),
        ("hours.csv", 2, "start", "7:75", "not_a_time"),
        ("hours.csv", 2, "end", "", "missing_value"),
        ("hours.csv", 2, "breaks", "12:00", "not_breaks"),
        ("hours.csv", 2, "breaks", "12:00-half", "not_a_time"),
        ("hours.csv", 2, "breaks", "16:00-16:30", "break_outside_shift"),
        ("hours.csv", 2, "breaks", "12:00-12:30|12:15-12:45", "break_outside_shift"),
        ("hours.csv", 6, "breaks", "00:00-00:15|00:10-00:20", "break_outside_shift"),
        ("hours.csv", 2, "break_minutes", "-5", "negative"),
        ("hours.csv", 2, "break_minutes", "600", "shift_empty"),
        ("hours.csv", 2, "km", "-1", "negative"),
        ("hours.csv", 2, "km", "1,2345", "too_precise"),
        ("hours.csv", 2, "end", "23:30", "shift_too_long"),
        ("hours.csv", 4, "end", "02:30", "no_such_time"),
        ("hours.csv", 4, "breaks", "02:15-03:15", "no_such_time"),
    ],
)  # fmt: skip
def test_a_cell_is_refused(file: str, line: int, column: str, value: str, code: str) -> None:
    found = refused(edited(example(), file, line, **{column + "_": value}))
    shown = value.strip()
    assert (file, line, column, shown, code) in found
    assert [row for row in found if row[:2] == (file, line)] == [(file, line, column, shown, code)]


@pytest.mark.parametrize(
    ("file", "line", "column", "value"),
    [
        ("freelancers.csv", 2, "phone", "+31 6 11122233"),
        ("freelancers.csv", 2, "phone", "111222333"),
        ("freelancers.csv", 2, "phone", "(030) 555 22 10"),
        ("freelancers.csv", 2, "kvk", "12345678"),
        ("freelancers.csv", 2, "vat_id", "NL111222333B01"),
        ("freelancers.csv", 2, "postcode", "3704hk"),
        ("freelancers.csv", 2, "iban", "NL61 RABO 0941 6739 87"),
        ("freelancers.csv", 2, "name", "Loïs 't Hoen-Yılmaz"),
        ("freelancers.csv", 2, "trade_name", "123456789 geen BSN"),
        ("freelancers.csv", 2, "trade_name", "111222333444"),
        ("freelancers.csv", 2, "street", "Postbuslaan"),
        ("customers.csv", 3, "svb_number", "111222333"),
        ("customers.csv", 4, "street", "Postbus"),
        ("customers.csv", 4, "payment_days", "60"),
        ("commissions.csv", 9, "value", "0"),
        ("commissions.csv", 5, "value", "0:10"),
        ("hours.csv", 2, "end", "23:00"),
        ("hours.csv", 2, "start", "7:00"),
    ],
)
def test_a_cell_is_accepted(file: str, line: int, column: str, value: str) -> None:
    assert read_files(edited(example(), file, line, **{column: value})).warnings == ()


def test_what_people_write_is_kept_in_one_form() -> None:
    files = edited(example(), "freelancers.csv", 2, postcode="3704hk", iban="nl61 rabo 0941 6739 87", name=" Marijke ")
    details = read_files(files).rows.freelancers[0].details
    assert (details.postcode, details.iban, details.name) == ("3704 HK", "NL61RABO0941673987", "Marijke")


def test_a_mandate_with_only_an_end_is_refused() -> None:
    found = refused(edited(example(), "freelancers.csv", 3, mandate_from=""))
    assert found == [("freelancers.csv", 3, "mandate_from", "", "mandate_without_start")]


def test_no_commission_can_be_agreed_and_has_no_value() -> None:
    assert read_files(edited(example(), "commissions.csv", 9, scheme="none", value="")).warnings == ()
    found = refused(edited(example(), "commissions.csv", 9, scheme="none", value="5"))
    assert found == [("commissions.csv", 9, "value", "5", "value_without_scheme")]


def test_zero_per_cent_is_a_scheme_of_its_own() -> None:
    commission = read_files(example()).rows.commissions[-1].commission
    assert type(commission.scheme).__name__ == "Percent"


def test_a_minimum_above_the_maximum_is_refused() -> None:
    found = refused(edited(example(), "commissions.csv", 8, min="60,00"))
    assert found == [("commissions.csv", 8, "min", "60,00", "minimum_above_maximum")]
