"""The small example agency, and folders that differ from it in a cell."""

import csv
import io
import shutil
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "voorbeeld-klein"
UNTIL = (EXAMPLE / "UNTIL").read_text().strip()
AGENCY = "ZV"


def copied(target: Path) -> Path:
    """A copy of the example that a test may change."""
    return Path(shutil.copytree(EXAMPLE, target, ignore=shutil.ignore_patterns("expected")))


def with_text(folder: Path, file: str, before: str, after: str) -> Path:
    """The folder with one text replaced by another in one file."""
    text = (folder / file).read_text("utf-8")
    assert before in text, f"{file} holds no {before}"
    (folder / file).write_text(text.replace(before, after, 1), "utf-8")
    return folder


def rows_of(file: Path) -> Counter[tuple[str, ...]]:
    """The rows of a CSV file, whatever their order, header included."""
    return Counter(tuple(row) for row in csv.reader(io.StringIO(file.read_text("utf-8"))))
