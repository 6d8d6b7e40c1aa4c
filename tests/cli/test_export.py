"""`selfbill export`: exactly what was calculated independently, in files that any program reads."""

from pathlib import Path

from cli.conftest import CommandLine
from cli.samples import EXAMPLE, rows_of
from selfbill.cli.exit_codes import ExitCode
from selfbill.projections.export import in_order

NAMES = ("commission_invoices.csv", "commission_lines.csv", "invoices.csv", "lines.csv", "open_items.csv")


def test_the_export_is_what_is_expected_to_the_cent(billed: CommandLine, tmp_path: Path) -> None:
    assert billed("export", tmp_path / "a" / "b").code == ExitCode.DONE
    assert tuple(sorted(path.name for path in (tmp_path / "a" / "b").iterdir())) == NAMES
    for name in NAMES:
        assert rows_of(tmp_path / "a" / "b" / name) == rows_of(EXAMPLE / "expected" / name)


def test_files_have_plain_lines_in_order_of_number(billed: CommandLine, tmp_path: Path) -> None:
    billed("export", tmp_path)
    for name in NAMES:
        content = (tmp_path / name).read_bytes()
        assert content.endswith(b"\n")
        assert b"\r" not in content
        numbers = [line.split(",")[0] for line in content.decode().splitlines()[1:]]
        assert numbers == sorted(numbers, key=in_order)


def test_a_later_export_takes_the_place_of_an_earlier_one(billed: CommandLine, tmp_path: Path) -> None:
    billed("export", tmp_path)
    before = (tmp_path / "invoices.csv").read_bytes()
    (tmp_path / "invoices.csv").write_text("old")
    (tmp_path / "mine.txt").write_text("stays")
    billed("export", tmp_path)
    assert (tmp_path / "invoices.csv").read_bytes() == before
    assert (tmp_path / "mine.txt").read_text() == "stays"


def test_the_documents_come_along_where_asked(billed: CommandLine, tmp_path: Path) -> None:
    report = billed("export", tmp_path, "--pdf", "--json").json
    assert report["pdf"] == 26
    assert report["rows"]["invoices.csv"] == 12
    files = sorted((tmp_path / "pdf").iterdir())
    assert len(files) == 26
    assert all(file.read_bytes().startswith(b"%PDF-") for file in files)


def test_numbers_sort_as_people_count() -> None:
    numbers = ["Z2-2026-10000", "Z10-2026-0001", "Z2-2026-9999", "AB-2026-0001"]
    assert sorted(numbers, key=in_order) == ["AB-2026-0001", "Z2-2026-9999", "Z2-2026-10000", "Z10-2026-0001"]
