"""`selfbill export DIR`: what was billed and is still open, as files for another program."""

import csv
import io
from pathlib import Path

from selfbill.cli.opening import read_models
from selfbill.cli.terminal import Terminal
from selfbill.cli.writing import make_folder, write_file
from selfbill.projections.export import ExportedFile, export


def export_to(terminal: Terminal, *, folder: Path, agency: str | None, as_json: bool) -> None:
    """Writes every file of the export into the folder, in place of the files of an earlier export."""
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        files = export(connection)
    make_folder(folder)
    for file in files:
        write_file(folder / file.name, content(file))
    if as_json:
        terminal.json({"folder": str(folder), "rows": {file.name: len(file.rows) for file in files}})
        return
    for file in files:
        terminal.say(f"{folder / file.name}: {len(file.rows)} regels", f"{folder / file.name}: {len(file.rows)} rows")


def content(file: ExportedFile) -> bytes:
    """The file as bytes: UTF-8, comma, LF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(file.columns)
    writer.writerows(file.rows)
    return text.getvalue().encode()
