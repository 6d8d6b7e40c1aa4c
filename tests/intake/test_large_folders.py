"""A large agency's folder is read, checked and planned in time that grows with its rows."""

import time

from intake.folders import NOW, Files, MemoryShelf, example, table_of, written
from selfbill.intake.apply import import_folder
from selfbill.intake.folder import read_files
from selfbill.values import IsoWeek

WEEKS = 50
LENIENT_SECONDS = 20
"""Of processor time: ten thousand timesheets take about two, what is quadratic takes minutes."""


def large(placements: int) -> Files:
    """As many placements as asked, each with its own freelancer, fifty weeks and one shift a week."""
    files = example()
    freelancers, customers = table_of(files, "freelancers.csv"), table_of(files, "customers.csv")
    rows: dict[str, list[list[str]]] = {
        name: [table_of(files, name)[0]] for name in ("placements.csv", "rates.csv", "timesheets.csv", "hours.csv")
    }
    sellers = [freelancers[0]]
    first = IsoWeek(2026, 1)
    for number in range(placements):
        code, seller = f"P{number:04}", f"Z{number:04}"
        sellers.append([seller, *freelancers[1][1:12], seller, "1", "01-01-2026", ""])
        rows["placements.csv"].append([code, seller, "K01", "01-01-2026", "", "IO-1", "Zorg", "GHZ", "0,23", ""])
        rows["rates.csv"].append([code, "01-01-2026", "60,00", "care_exempt"])
        week = first
        for _ in range(WEEKS):
            week = week.next()
            day = week.monday.isoformat()
            submitted, decided = f"{week.sunday} 20:00", f"{week.next().monday} 10:00"
            rows["timesheets.csv"].append([code, str(week), "1", submitted, "approved", decided, "teamleider", ""])
            rows["hours.csv"].append([code, str(week), "1", day, "22:45", "07:15", "03:00-03:30", "", "24,6"])
    tables = {name: written(table) for name, table in rows.items()}
    empty = {"commissions.csv": written(table_of(files, "commissions.csv")[:1])}
    return files | tables | empty | {"freelancers.csv": written(sellers), "customers.csv": written(customers)}


def test_ten_thousand_timesheets_are_read_and_planned_in_linear_time() -> None:
    files = large(200)
    began = time.process_time()
    folder = read_files(files)
    assert len(folder.rows.timesheets) == 10_000
    report = import_folder(MemoryShelf(), folder, now=NOW, by="test")
    assert report.counts["timesheets"].new == 10_000
    assert time.process_time() - began < LENIENT_SECONDS
