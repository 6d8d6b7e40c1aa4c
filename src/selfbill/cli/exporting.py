"""`selfbill export DIR`: what was billed and is still open, as files for another program, with the PDFs where asked."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from selfbill.cli.opening import opened, show_everything
from selfbill.cli.terminal import Terminal
from selfbill.cli.writing import make_folder, write_file
from selfbill.projections import invoice_list
from selfbill.projections.export import ExportedFile, export
from selfbill.store.archive import Archive


def export_to(terminal: Terminal, *, folder: Path, with_pdf: bool, agency: str | None, as_json: bool) -> None:
    """Writes every file of the export into the folder, in place of the files of an earlier export."""
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            files = export(connection)
            invoices = invoice_list.all_invoices(connection) if with_pdf else []
        make_folder(folder)
        for file in files:
            write_file(folder / file.name, content(file))
        documents = [(invoice.number, invoice.document) for invoice in invoices if invoice.document is not None]
        if with_pdf:
            _write_documents(house.store.archive, documents, folder / "pdf")
    if as_json:
        rows = {file.name: len(file.rows) for file in files}
        terminal.json({"folder": str(folder), "rows": rows, "pdf": len(documents)})
        return
    for file in files:
        terminal.say(f"{folder / file.name}: {len(file.rows)} regels", f"{folder / file.name}: {len(file.rows)} rows")
    if with_pdf:
        terminal.say(f"{folder / 'pdf'}: {len(documents)} facturen", f"{folder / 'pdf'}: {len(documents)} invoices")


def content(file: ExportedFile) -> bytes:
    """The file as bytes: UTF-8, comma, LF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(file.columns)
    writer.writerows(file.rows)
    return text.getvalue().encode()


def _write_documents(archive: Archive, documents: Sequence[tuple[str, str]], folder: Path) -> None:
    make_folder(folder)
    for number, sha256 in documents:
        write_file(folder / f"{number}.pdf", archive.get(sha256), durable=False)
