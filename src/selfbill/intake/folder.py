"""Reading an agency's folder: every file, every row and every rule between rows, before anything is stored."""

from collections.abc import Mapping
from pathlib import Path

from selfbill.intake import agreement_rows, party_rows, week_rows
from selfbill.intake.agency_file import read_agency, read_until
from selfbill.intake.cells import read_rows
from selfbill.intake.checks import check_master_data, warn_of_master_data
from selfbill.intake.columns import AGENCY_FILE, ALL_FILES, FILES, UNTIL_FILE
from selfbill.intake.contents import AgencyFolder, Rows
from selfbill.intake.findings import FolderRefused, RowError
from selfbill.intake.reasons import MissingFile, UnreadableFile
from selfbill.intake.table import MOST_BYTES, Table, read_table
from selfbill.intake.week_checks import check_weeks


def read_folder(path: Path) -> AgencyFolder:
    """The agency in this folder. Raises FolderRefused with everything that is wrong with it."""
    files: dict[str, bytes] = {}
    errors: list[RowError] = []
    for name in ALL_FILES:
        try:
            if (path / name).is_file():
                with (path / name).open("rb") as file:
                    files[name] = file.read(MOST_BYTES + 1)
        except OSError:
            files[name] = b""
            errors.append(RowError(name, 0, "", "", UnreadableFile(file=name)))
    if errors:
        raise FolderRefused(errors)
    return read_files(files)


def read_files(files: Mapping[str, bytes]) -> AgencyFolder:
    """As read_folder, of files that were read already, by name."""
    errors = [RowError(name, 0, "", "", MissingFile(file=name)) for name in ALL_FILES if name not in files]
    warnings: list[RowError] = []
    agency = read_agency(files[AGENCY_FILE], errors, warnings) if AGENCY_FILE in files else None
    until = read_until(files[UNTIL_FILE], errors) if UNTIL_FILE in files else None
    absent = {name: Table(name, (), (), (), complete=False) for name in FILES}
    tables = absent | {name: read_table(name, files[name]) for name in FILES if name in files}
    for table in tables.values():
        errors += table.errors
        warnings += table.warnings
    content = _rows(tables, errors)
    errors += check_master_data(content, agency, tables)
    errors += check_weeks(content, tables)
    warnings += warn_of_master_data(content)
    if errors:
        raise FolderRefused(_in_order(errors), _in_order(warnings))
    assert agency is not None
    assert until is not None
    return AgencyFolder(agency, until, content, tuple(_in_order(warnings)))


def _rows(tables: Mapping[str, Table], errors: list[RowError]) -> Rows:
    return Rows(
        surcharges=read_rows(tables["surcharges.csv"].sources, agreement_rows.surcharge, errors),
        holidays=read_rows(tables["holidays.csv"].sources, agreement_rows.holiday, errors),
        freelancers=read_rows(tables["freelancers.csv"].sources, party_rows.freelancer, errors),
        customers=read_rows(tables["customers.csv"].sources, party_rows.customer, errors),
        placements=read_rows(tables["placements.csv"].sources, agreement_rows.placement, errors),
        rates=read_rows(tables["rates.csv"].sources, agreement_rows.rate, errors),
        commissions=read_rows(tables["commissions.csv"].sources, agreement_rows.commission, errors),
        timesheets=read_rows(tables["timesheets.csv"].sources, week_rows.timesheet, errors),
        hours=read_rows(tables["hours.csv"].sources, week_rows.hours, errors),
    )


def _in_order(found: list[RowError]) -> list[RowError]:
    return sorted(found, key=lambda error: (ALL_FILES.index(error.file), error.line))
