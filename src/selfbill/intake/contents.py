"""What an agency's folder holds once every file of it was read."""

import datetime as dt
from collections import defaultdict

import msgspec

from selfbill.intake.agency_file import AgencyLine
from selfbill.intake.agreement_rows import CommissionLine, HolidayLine, PlacementLine, RateLine, SurchargeLine
from selfbill.intake.findings import RowError
from selfbill.intake.party_rows import CustomerLine, FreelancerLine
from selfbill.intake.week_rows import Attempt, HoursLine, TimesheetLine
from selfbill.pricing.terms import Shift, SurchargeRow, SurchargeTable, SurchargeVersion
from selfbill.values import IsoWeek, TableCode


class Rows(msgspec.Struct, frozen=True):
    """The rows of every CSV file, in the order in which they stand there."""

    surcharges: tuple[SurchargeLine, ...] = ()
    holidays: tuple[HolidayLine, ...] = ()
    freelancers: tuple[FreelancerLine, ...] = ()
    customers: tuple[CustomerLine, ...] = ()
    placements: tuple[PlacementLine, ...] = ()
    rates: tuple[RateLine, ...] = ()
    commissions: tuple[CommissionLine, ...] = ()
    timesheets: tuple[TimesheetLine, ...] = ()
    hours: tuple[HoursLine, ...] = ()

    def holiday_dates(self) -> frozenset[dt.date]:
        return frozenset(line.day for line in self.holidays)

    def surcharge_tables(self) -> dict[TableCode, SurchargeTable]:
        """Each table with its versions by date; the order of rows in the file means nothing."""
        versions: dict[TableCode, dict[dt.date, list[SurchargeRow]]] = defaultdict(lambda: defaultdict(list))
        for line in self.surcharges:
            versions[line.table][line.valid_from].append(line.row)
        return {
            code: SurchargeTable(
                code,
                tuple(
                    SurchargeVersion(day, tuple(sorted(rows, key=lambda row: (row.days, row.start))))
                    for day, rows in sorted(dated.items())
                ),
            )
            for code, dated in sorted(versions.items())
        }

    def shifts(self) -> dict[Attempt, tuple[Shift, ...]]:
        """The shifts of each attempt, by start."""
        found: dict[Attempt, list[Shift]] = defaultdict(list)
        for line in self.hours:
            found[line.key].append(line.shift)
        return {key: tuple(sorted(shifts, key=lambda shift: shift.start)) for key, shifts in found.items()}

    def period(self) -> tuple[IsoWeek, IsoWeek] | None:
        """The first and the last week that stand in timesheets.csv; None when none does."""
        weeks = [line.week for line in self.timesheets]
        return (min(weeks), max(weeks)) if weeks else None


class AgencyFolder(msgspec.Struct, frozen=True):
    """One agency as it arrived, free of errors; `until` is the moment (UTC) to run the clock to."""

    agency: AgencyLine
    until: dt.datetime
    rows: Rows
    warnings: tuple[RowError, ...] = ()
