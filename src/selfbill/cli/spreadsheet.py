"""A spreadsheet as a file of the command line; how it is written stands in `documents.spreadsheet`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from selfbill.cli.terminal import Terminal
from selfbill.cli.writing import write_file
from selfbill.documents.spreadsheet import Cell, content, in_euros

__all__ = ["Cell", "content", "in_euros", "write"]

STANDARD_OUTPUT = Path("-")


def write(terminal: Terminal, file: Path, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Writes the file, or to standard output for `-`. Raises CannotWrite."""
    made = content(columns, rows)
    if file == STANDARD_OUTPUT:
        sys.stdout.buffer.write(made)
        return
    write_file(file, made)
    terminal.note(f"{file}: {len(rows)} regels.", f"{file}: {len(rows)} rows.")
