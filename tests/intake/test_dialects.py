"""Files as Dutch offices export them: separators, marks, line ends, quotes, numbers, dates and times."""

import datetime as dt
import re
from pathlib import Path

import pytest

from intake.folders import Files, edited, example, refused, replaced, table_of, titled, written
from selfbill.intake import dialect
from selfbill.intake.columns import FILES
from selfbill.intake.contents import Rows
from selfbill.intake.folder import read_files, read_folder
from selfbill.intake.reasons import DateOutOfRange, NotADate, NotATime, NotATimestamp
from selfbill.refusals import Refusal

EXAMPLES = Path(__file__).parents[2] / "examples"


def meaning(files: Files) -> list[object]:
    """What the folder says, without where it stands."""
    folder = read_files(files)
    rows: Rows = folder.rows
    return [
        folder.agency.details,
        folder.agency.moments,
        folder.agency.terms,
        folder.until,
        rows.surcharge_tables(),
        rows.holiday_dates(),
        [(line.code, line.number_prefix, line.next_number, line.details, line.mandate) for line in rows.freelancers],
        [(line.code, line.terms, line.details) for line in rows.customers],
        [(line.code, line.terms) for line in rows.placements],
        [(line.placement, line.rate) for line in rows.rates],
        [(line.placement, line.towards, line.commission) for line in rows.commissions],
        [(line.key, line.submitted_at, line.decision, line.decided_at, line.reason) for line in rows.timesheets],
        [(line.key, line.shift) for line in rows.hours],
    ]


def rewritten(files: Files, *, delimiter: str = ";", newline: str = "\n", mark: bytes = b"") -> Files:
    tables = {file: mark + written(table_of(files, file), delimiter, newline) for file in FILES}
    return {**files, **tables}


@pytest.mark.parametrize("name", ["voorbeeld-klein", "bureau-noord"])
def test_both_example_agencies_are_read_without_errors_or_warnings(name: str) -> None:
    assert read_folder(EXAMPLES / name).warnings == ()


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["without BOM", "with BOM"])
def test_separator_line_end_and_byte_order_mark_make_no_difference(delimiter: str, newline: str, mark: bytes) -> None:
    files = example()
    assert meaning(rewritten(files, delimiter=delimiter, newline=newline, mark=mark)) == meaning(files)


def test_agency_and_until_may_carry_a_byte_order_mark_too() -> None:
    files = example()
    marked = {file: b"\xef\xbb\xbf" + files[file] for file in ("agency.toml", "UNTIL")}
    assert meaning({**files, **marked}) == meaning(files)


def test_the_order_of_columns_is_free() -> None:
    files = example()
    turned = {file: written(row[::-1] for row in table_of(files, file)) for file in FILES}
    assert meaning({**files, **turned}) == meaning(files)


def test_an_unknown_column_is_reported_and_ignored() -> None:
    files = example()
    rows = table_of(files, "freelancers.csv")
    wider = {**files, "freelancers.csv": written([[*rows[0], "kleur"], *([*row, "blauw"] for row in rows[1:])])}
    [warning] = read_files(wider).warnings
    assert (warning.file, warning.line, warning.column, warning.code) == (
        "freelancers.csv",
        1,
        "kleur",
        "unknown_column",
    )
    assert meaning(wider) == meaning(files)


def aliases() -> list[tuple[str, str, str]]:
    """The Dutch column names, as the documentation lists them."""
    listed = """
        surcharges.csv: tabel = table, ingangsdatum = valid_from, dagen = days, van = from, tot = until, percentage = percent
        holidays.csv: datum = date, naam = name
        freelancers.csv: naam = name, e-mail = email, telefoon = phone, straat = street, huisnummer = house_number, plaats = city, btw-id = vat_id, handelsnaam = trade_name, voorvoegsel = number_prefix, volgnummer = next_number, machtiging_van = mandate_from, machtiging_tot = mandate_until
        customers.csv: naam = name, e-mail = email, telefoon = phone, straat = street, huisnummer = house_number, plaats = city, btw-id = vat_id, soort = kind, vertegenwoordiger = representative_name, vertegenwoordiger_e-mail = representative_email, vertegenwoordiger_telefoon = representative_phone, incasso = direct_debit, bezorging = delivery, betaaltermijn = payment_days, factuurmoment = invoice_moment, svb-nummer = svb_number, wet = budget_law
        placements.csv: zzper = freelancer, klant = customer, begindatum = from, einddatum = until, kenmerk = reference, omschrijving = description, toeslagtabel = surcharge_table, kilometertarief = travel_rate, maximumtarief = max_rate
        rates.csv: plaatsing = placement, ingangsdatum = valid_from, tarief = rate, btw-behandeling = vat_treatment
        commissions.csv: plaatsing = placement, aan = towards, ingangsdatum = valid_from, regeling = scheme, waarde = value, minimum = min, maximum = max
        timesheets.csv: plaatsing = placement, poging = attempt, ingediend_op = submitted_at, besluit = decision, besloten_op = decided_at, besloten_door = decided_by, reden = reason
        hours.csv: plaatsing = placement, poging = attempt, datum = date, begin = start, einde = end, pauzes = breaks, pauze_minuten = break_minutes
    """
    found = []
    for line in filter(None, map(str.strip, listed.splitlines())):
        file, _, pairs = line.partition(": ")
        found += [(file, *pair.split(" = ")) for pair in pairs.split(", ")]
    return [(file, dutch, english) for file, dutch, english in found]


@pytest.mark.parametrize(("file", "dutch", "english"), aliases())
def test_each_dutch_column_name_is_accepted_in_its_file(file: str, dutch: str, english: str) -> None:
    files = example()
    assert meaning(titled(files, file, {english: dutch})) == meaning(files)


def test_all_dutch_column_names_are_accepted_together_in_capitals() -> None:
    files = changed = example()
    for file in FILES:
        names = {english: dutch.upper() for where, dutch, english in aliases() if where == file}
        changed = titled(changed, file, names)
    assert meaning(changed) == meaning(files)


def test_quotes_may_hold_separators_quotes_and_line_breaks_and_lines_stay_physical() -> None:
    files = edited(example(), "placements.csv", 2, description='Zorg; "thuis",\nook in de nacht')
    assert read_files(files).rows.placements[0].terms.description == 'Zorg; "thuis",\nook in de nacht'
    assert [line.source.line for line in read_files(files).rows.placements] == [2, 4, 5, 6, 7]
    wrong = edited(files, "placements.csv", 3, travel_rate="x")
    assert refused(wrong) == [("placements.csv", 4, "travel_rate", "x", "not_a_number")]


def test_a_line_break_of_windows_in_quotes_is_one_line_break() -> None:
    files = replaced(example(), "placements.csv", "Verpleegkundige zorg", '"Zorg\r\nthuis"')
    assert read_files(files).rows.placements[0].terms.description == "Zorg\nthuis"


def test_a_name_over_two_lines_is_one_name() -> None:
    files = edited(example(), "customers.csv", 2, name="Woonzorgcentrum\nDe Linde")
    assert read_files(files).rows.customers[0].details.name == "Woonzorgcentrum De Linde"


def test_empty_lines_are_skipped_and_counted() -> None:
    files = replaced(example(), "rates.csv", "P02;", "\n;;;\nP02;")
    lines = [line.source.line for line in read_files(files).rows.rates]
    assert lines == [2, 3, 6, 7, 8, 9]


def test_a_file_with_only_its_header_has_no_rows() -> None:
    files = example()
    bare = {**files, **{file: files[file].split(b"\n")[0] for file in ("hours.csv", "timesheets.csv", "holidays.csv")}}
    folder = read_files(bare)
    assert folder.rows.period() is None
    assert folder.rows.hours == ()


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123456),
        ("1234.56", 123456),
        ("1234,56", 123456),
        ("1234", 123400),
        ("0,5", 50),
        ("0.05", 5),
        ("1.234.567,8", 123456780),
        ("007", 700),
        ("0", 0),
    ],
)
def test_amounts_are_read_to_the_cent(text: str, cents: int) -> None:
    assert dialect.amount(text) == cents


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "too_precise"),
        ("1,230", "too_precise"),
        ("0.001", "too_precise"),
        ("1,234.56", "not_a_number"),
        ("1.234.567", "not_a_number"),
        ("12.34,56", "not_a_number"),
        ("€ 12", "not_a_number"),
        (",50", "not_a_number"),
        ("1e3", "not_a_number"),
        ("١٢", "not_a_number"),
        ("-5,00", "negative"),
        ("- 5", "negative"),
        ("−5", "negative"),
        ("+5", "runs_in_spreadsheet"),
        ("=1+1", "runs_in_spreadsheet"),
        ("-a", "runs_in_spreadsheet"),
        ("10000000,01", "too_large"),
        ("9" * 9000, "too_large"),
    ],
)
def test_what_is_no_exact_amount_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        dialect.amount(text)
    assert caught.value.code == code


def test_a_dot_without_a_comma_is_a_decimal_point() -> None:
    assert dialect.kilometres("1.234") == 1234
    assert dialect.kilometres("24,6") == 24600
    assert dialect.percent("33,33") == 3333


@pytest.mark.parametrize("text", ["31-12-2026", "2026-12-31"])
def test_dates_are_written_both_ways(text: str) -> None:
    assert dialect.day(text) == dt.date(2026, 12, 31)


@pytest.mark.parametrize("text", ["31-11-2026", "2026-13-01", "31/12/2026", "31-12-26", "morgen", "00-00-0000", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotADate):
        dialect.day(text)


@pytest.mark.parametrize("text", ["31-12-9999", "01-01-0001"])
def test_a_date_far_away_is_refused(text: str) -> None:
    with pytest.raises(DateOutOfRange):
        dialect.day(text)


@pytest.mark.parametrize("text", ["31-12-2026 13:05", "2026-12-31 13:05", "2026-12-31T13:05"])
def test_timestamps_are_local(text: str) -> None:
    assert dialect.timestamp(text) == dt.datetime(2026, 12, 31, 12, 5, tzinfo=dt.UTC)


def test_a_timestamp_that_occurs_twice_is_the_first() -> None:
    assert dialect.timestamp("25-10-2026 02:30") == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["31-12-2026", "31-12-2026 25:00", "13:05", "31-12-2026 13.05", "31-12-2026 13:05:00"])
def test_what_is_no_timestamp_is_refused(text: str) -> None:
    with pytest.raises(NotATimestamp):
        dialect.timestamp(text)


def test_times_are_minutes_of_the_day() -> None:
    assert dialect.clock("07:30") == 450
    assert dialect.end_of_band("24:00") == 1440
    for text in ("24:00", "7.30", "07:60", "0730"):
        with pytest.raises(NotATime):
            dialect.clock(text)


def test_the_documentation_lists_every_alias() -> None:
    listed = {(file, dutch): english for file, dutch, english in aliases()}
    known = {(file, dutch): english for file, columns in FILES.items() for dutch, english in columns.aliases.items()}
    assert listed == known
    assert all(re.fullmatch(r"[a-z_-]+", dutch) for _, dutch in known)
