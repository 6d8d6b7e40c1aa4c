"""Folders and files whose form is wrong: every place is reported at once."""

from pathlib import Path

import pytest

from intake.folders import edited, example, refusal, refused, replaced, table_of, titled, written
from selfbill.intake.columns import ALL_FILES
from selfbill.intake.findings import FolderRefused
from selfbill.intake.folder import read_files, read_folder
from selfbill.intake.table import MOST_FIELD_CHARACTERS, read_table


@pytest.mark.parametrize("file", ALL_FILES)
def test_a_missing_file_is_named_and_nothing_else(file: str) -> None:
    files = example()
    del files[file]
    assert refused(files) == [(file, 0, "", "", "missing_file")]


def test_a_folder_that_does_not_exist_misses_every_file(tmp_path: Path) -> None:
    with pytest.raises(FolderRefused) as caught:
        read_folder(tmp_path / "nowhere")
    assert [error.file for error in caught.value.errors] == list(ALL_FILES)


def test_a_directory_in_the_place_of_a_file_is_a_missing_file(tmp_path: Path) -> None:
    for file, content in example().items():
        (tmp_path / file).write_bytes(content)
    (tmp_path / "UNTIL").unlink()
    (tmp_path / "UNTIL").mkdir()
    with pytest.raises(FolderRefused) as caught:
        read_folder(tmp_path)
    assert [error.code for error in caught.value.errors] == ["missing_file"]


def test_an_empty_file_misses_all_its_columns() -> None:
    files = {**example(), "holidays.csv": b""}
    assert refused(files) == [
        ("holidays.csv", 1, "date", "", "missing_column"),
        ("holidays.csv", 1, "name", "", "missing_column"),
    ]


def test_a_missing_column_is_named() -> None:
    files = titled(example(), "hours.csv", {"km": "afstand"})
    found = refusal(files)
    assert [(error.file, error.line, error.column, error.code) for error in found.errors] == [
        ("hours.csv", 1, "km", "missing_column")
    ]
    assert [warning.column for warning in found.warnings] == ["afstand"]


@pytest.mark.parametrize("title", ["name", "naam", "NAAM"])
def test_a_column_that_stands_twice_is_refused_under_whichever_name(title: str) -> None:
    files = example()
    rows = table_of(files, "holidays.csv")
    doubled = {**files, "holidays.csv": written([[*rows[0], title], *([*row, "x"] for row in rows[1:])])}
    assert refused(doubled) == [("holidays.csv", 1, "name", "name", "doubled_column")]


def test_an_unknown_column_that_stands_twice_is_refused() -> None:
    files = replaced(example(), "holidays.csv", "date;name", "date;name;kleur;kleur")
    assert ("holidays.csv", 1, "kleur", "kleur", "doubled_column") in refused(files)


def test_bytes_that_are_not_utf8_are_refused_where_they_stand() -> None:
    files = example()
    files["freelancers.csv"] = files["freelancers.csv"].replace(b"Marijke", b"Mar\xefjke").replace(b"Utrecht", b"\xff")
    assert refused(files) == [("freelancers.csv", 2, "name", "Mar\ufffdjke de Vries", "not_utf8")]


def test_a_file_in_utf16_is_refused_once() -> None:
    files = example()
    files["rates.csv"] = files["rates.csv"].decode().encode("utf-16")
    assert refused(files) == [("rates.csv", 1, "", "", "not_utf8")]


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\t", "\x7f", "\x85", "\r"])
def test_control_characters_are_refused(character: str) -> None:
    files = edited(example(), "placements.csv", 3, description=f"Wijk{character}zorg")
    assert refused(files) == [("placements.csv", 3, "description", f"Wijk{character}zorg", "control_character")]


def test_control_characters_in_ignored_columns_are_refused_too() -> None:
    files = example()
    rows = table_of(files, "holidays.csv")
    files["holidays.csv"] = written([[*rows[0], "kleur"], [*rows[1], "bl\0auw"], [*rows[2], "rood"]])
    assert refused(files) == [("holidays.csv", 2, "kleur", "bl\0auw", "control_character")]


def test_the_longest_field_is_read_and_one_longer_is_refused() -> None:
    longest = "a" * MOST_FIELD_CHARACTERS
    assert read_files(edited(example(), "placements.csv", 2, description=longest)).warnings == ()
    [(file, line, column, value, code)] = refused(edited(example(), "placements.csv", 2, description=longest + "a"))
    assert (file, line, column, code) == ("placements.csv", 2, "description", "field_too_long")
    assert len(value) < 300


def test_an_unclosed_quote_is_refused_where_it_opens() -> None:
    files = replaced(example(), "placements.csv", "Wijkverpleging", '"Wijkverpleging')
    [(file, line, column, value, code)] = refused(files)
    assert (file, line, column, code) == ("placements.csv", 3, "description", "unclosed_quote")
    assert value.startswith("Wijkverpleging;;;50,00\nP03")


def test_an_unclosed_quote_in_the_header_is_refused() -> None:
    files = replaced(example(), "holidays.csv", "name", '"name')
    assert ("holidays.csv", 1, "unclosed_quote") in [(row[0], row[1], row[4]) for row in refused(files)]


@pytest.mark.parametrize("text", ['Wijk"zorg', '"Wijk"zorg', '"Wijk" '])
def test_a_loose_quote_is_refused(text: str) -> None:
    files = replaced(example(), "placements.csv", "Wijkverpleging", text)
    [(file, line, column, _, code)] = refused(files)
    assert (file, line, column, code) == ("placements.csv", 3, "description", "stray_quote")


@pytest.mark.parametrize("row", ["06-04-2026", "06-04-2026;Tweede Paasdag;"])
def test_a_row_with_too_few_or_too_many_fields_is_refused(row: str) -> None:
    files = replaced(example(), "holidays.csv", "06-04-2026;Tweede Paasdag", row)
    [(file, line, column, _, code)] = refused(files)
    assert (file, line, column, code) == ("holidays.csv", 3, "", "wrong_field_count")


def test_rows_that_were_refused_themselves_are_not_missed_elsewhere() -> None:
    files = edited(example(), "freelancers.csv", 2, iban="NL00INGB0000000000", number_prefix="Z02")
    files = edited(files, "placements.csv", 4, from_="gisteren")
    files = edited(files, "timesheets.csv", 2, submitted_at="straks")
    assert [row[:3] for row in refused(files)] == [
        ("freelancers.csv", 2, "iban"),
        ("placements.csv", 4, "from"),
        ("timesheets.csv", 2, "submitted_at"),
    ]


def test_every_bad_cell_is_reported_at_once() -> None:
    files = edited(example(), "freelancers.csv", 2, kvk="1234567", postcode="0123 AB", email="a@b", next_number="0")
    files = edited(files, "hours.csv", 5, start="7 uur", km="ver")
    assert refused(files) == [
        ("freelancers.csv", 2, "postcode", "0123 AB", "not_a_postcode"),
        ("freelancers.csv", 2, "email", "a@b", "not_an_email"),
        ("freelancers.csv", 2, "kvk", "1234567", "not_a_kvk"),
        ("freelancers.csv", 2, "next_number", "0", "too_small"),
        ("hours.csv", 5, "start", "7 uur", "not_a_time"),
        ("hours.csv", 5, "km", "ver", "not_a_number"),
    ]


def test_the_report_for_a_machine_holds_exactly_what_was_agreed() -> None:
    found = refusal(edited(example(), "hours.csv", 2, km="ver"))
    assert found.as_json("en")["errors"] == [
        {
            "file": "hours.csv",
            "line": 2,
            "column": "km",
            "value": "ver",
            "code": "not_a_number",
            "reason": "This is not a number such as 24,6.",
        }
    ]
    assert found.as_json("nl")["errors"][0]["reason"] == "Dit is geen getal zoals 24,6."
    assert found.as_json()["warnings"] == []


def test_reading_takes_linear_time_however_the_quotes_are_broken() -> None:
    header = b"date;name\n"
    assert len(read_table("holidays.csv", header + b'01-01-2026;"\n' * 40_001).errors) == 1
    assert len(read_table("holidays.csv", header + b'"' * 400_001).errors) == 1


def test_agency_toml_is_refused_with_the_key_as_column() -> None:
    files = replaced(example(), "agency.toml", 'kvk = "72319850"\n', "")
    files = replaced(files, "agency.toml", 'email = "administratie', 'email = "=administratie')
    files = replaced(files, "agency.toml", "payment_days = 30\n", "")
    assert refused(files) == [
        ("agency.toml", 1, "kvk", "", "missing_value"),
        ("agency.toml", 10, "email", "=administratie@zorgschakel.example.org", "runs_in_spreadsheet"),
        ("agency.toml", 20, "payment_days", "", "missing_value"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('timezone = "Europe/Amsterdam"', 'timezone = "UTC"', (13, "timezone", "UTC", "unknown_timezone")),
        ("commission_payment_days = 14", "commission_payment_days = -1", (23, "commission_payment_days", "-1", "negative")),
        ("commission_payment_days = 14", "commission_payment_days = [1]", (23, "commission_payment_days", "", "not_one_value")),
        ("commission_payment_days = 14", "commission_payment_days = 1.5", (23, "commission_payment_days", "1.5", "too_precise")),
        ("Stationsweg", "Postbus", (4, "street", "Postbus", "po_box")),
        ("Zorgschakel Voorbeeld B.V.", "BSN 111222333", (3, "name", "BSN 111222333", "citizen_number")),
        ('house_number = "12"', 'house_number = "1\\u0000"', (5, "house_number", "1\0", "control_character")),
        ("BYDAY=WE;BYHOUR=7", "BYDAY=WE", (17, "commission", "FREQ=WEEKLY;BYDAY=WE;BYMINUTE=0;BYSECOND=0", "not_a_moment")),
        ('kvk = "72319850"', 'kvk = "7231985"', (8, "kvk", "7231985", "not_a_kvk")),
        ('number_prefix = "ZV"', 'number_prefix = "Z V"', (12, "number_prefix", "Z V", "not_a_prefix")),
    ],
)  # fmt: skip
def test_what_agency_toml_may_not_say(old: str, new: str, expected: tuple[int, str, str, str]) -> None:
    assert refused(replaced(example(), "agency.toml", old, new)) == [("agency.toml", *expected)]


def test_commission_moments_are_at_most_a_month_apart() -> None:
    rule = "FREQ=WEEKLY;BYDAY=WE;BYHOUR=7;BYMINUTE=0;BYSECOND=0"
    files = replaced(example(), "agency.toml", rule, "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=7")
    assert refused(files) == [
        ("agency.toml", 17, "commission", "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=7", "commission_too_rare")
    ]
    often = replaced(example(), "agency.toml", rule, "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=7")
    assert read_files(often).agency.moments.commission == "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=7"


@pytest.mark.parametrize("content", [b"[agency", b"a = ", b"[" * 10_000, b"[moments]\nx = {\n"])
def test_what_is_no_toml_is_refused(content: bytes) -> None:
    [(file, *_, code)] = refused({**example(), "agency.toml": content})
    assert (file, code) == ("agency.toml", "not_toml")


def test_toml_is_refused_on_its_line() -> None:
    files = replaced(example(), "agency.toml", 'city = "Utrecht"', 'city = "Utrecht')
    assert refused(files) == [("agency.toml", 7, "", 'city = "Utrecht', "not_toml")]


def test_a_number_of_thousands_of_digits_is_no_value() -> None:
    files = replaced(example(), "agency.toml", "\npayment_days = 30", "\npayment_days = 0x" + "f" * 9000)
    assert refused(files) == [("agency.toml", 22, "payment_days", "", "not_one_value")]


def test_files_that_are_too_large_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfbill.intake.table.MOST_BYTES", 300)
    found = refused({**example(), "agency.toml": b"# " + b"x" * 20_000})
    assert found[0] == ("agency.toml", 1, "", "", "file_too_large")
    assert ("hours.csv", 1, "", "", "file_too_large") in found


def test_a_file_that_the_system_does_not_open_is_named() -> None:
    with pytest.raises(FolderRefused) as caught:
        read_folder(Path("x" * 5000))
    assert {error.code for error in caught.value.errors} == {"unreadable_file"}


def test_agency_toml_in_another_encoding_is_refused_with_its_line() -> None:
    files = example()
    files["agency.toml"] = files["agency.toml"].replace(b"Stationsweg", b"Stati\xf6nsweg")
    assert refused(files) == [("agency.toml", 4, "", 'street = "Stati\ufffdnsweg"', "not_utf8")]


def test_an_unknown_key_is_reported_and_ignored() -> None:
    files = replaced(example(), "agency.toml", "[terms]", "colour = 1\n[terms]\nx = 2")
    assert [(warning.line, warning.column) for warning in read_files(files).warnings] == [
        (21, "moments.colour"),
        (23, "terms.x"),
    ]


@pytest.mark.parametrize("text", ["2026-05-14T00:00", "2026-05-14 00:00\r\n", "14-05-2026 00:00"])
def test_until_is_a_local_moment(text: str) -> None:
    assert read_files({**example(), "UNTIL": text.encode()}).until == read_files(example()).until


@pytest.mark.parametrize("text", ["", "2026-05-14", "=1", "straks", "2026-05-14T00:00\n2026-05-15T00:00"])
def test_what_is_no_moment_is_refused_as_until(text: str) -> None:
    assert refused({**example(), "UNTIL": text.encode()}) == [("UNTIL", 1, "UNTIL", text, "not_a_timestamp")]
