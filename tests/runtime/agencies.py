"""The sample agencies, billed by the real thing, and what their export must say."""

import csv
import datetime as dt
import io
from collections import Counter
from pathlib import Path

from selfbill.cli.exporting import content
from selfbill.intake.apply import import_folder
from selfbill.intake.folder import read_folder
from selfbill.moments import from_local
from selfbill.projections.export import export
from selfbill.runtime.house import House

EXAMPLES = Path(__file__).parents[2] / "examples"
IMPORTED_AT = from_local(dt.datetime(2026, 1, 1, 9))

Rows = Counter[tuple[tuple[str, str], ...]]


def bring_in(house: House, name: str) -> dt.datetime:
    """Imports a sample agency; answers the moment until which its clock should run."""
    folder = read_folder(EXAMPLES / name)
    import_folder(house.store.streams, folder, now=IMPORTED_AT, by="test")
    return from_local(dt.datetime.fromisoformat((EXAMPLES / name / "UNTIL").read_text().strip()))


def exported(house: House) -> dict[str, Rows]:
    """What the export says now, per file, whatever the order of rows."""
    house.follower.catch_up()
    with house.database.connect(house.agency) as connection:
        return {file.name: _rows(content(file).decode()) for file in export(connection)}


def expected(name: str) -> dict[str, Rows]:
    """What a separate, much simpler program made of the same folder."""
    return {
        path.name: _rows(path.read_text(encoding="utf-8-sig")) for path in (EXAMPLES / name / "expected").glob("*.csv")
    }


def _rows(text: str) -> Rows:
    return Counter(tuple(sorted(row.items())) for row in csv.DictReader(io.StringIO(text)))
