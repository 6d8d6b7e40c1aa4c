"""Whatever bytes stand in a folder, the answer is an agency or a report: the importer never breaks."""

import json
import random
from collections.abc import Callable
from functools import cache

import pytest

from intake.folders import NOW, Files, MemoryShelf, example
from selfbill.intake.apply import import_folder
from selfbill.intake.columns import ALL_FILES
from selfbill.intake.findings import FolderRefused
from selfbill.intake.folder import read_files
from selfbill.refusals import Language

SAMPLE = 200
CAMPAIGN = 5_000
LANGUAGES: tuple[Language, ...] = ("nl", "en")

PIECES = (
    *(b'"', b'""', b";", b",", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\t"),
    *(b"=1", b"-1", b"+31", b"@", b"0", b"9" * 40, b"1.234", b"1.234,56", b"99999999999,99", b"\xd9\xa1"),
    *(b"31-12-9999", b"01-01-0001", b"29-03-2026 02:30", b"25-10-2026 02:30", b"24:00", b"2026-W53", b"00:00"),
    *(b"|", b":", b"0:10|0:5", b"12:00-12:30", b"BYHOUR=7", b"FREQ=SECONDLY", b"INTERVAL=2", b"BYMONTH=13"),
    *(
        b"111222333",
        b"Postbus 1",
        b"ja",
        b"nee",
        b"P01",
        b"Z01",
        b"K01",
        b"[",
        b"]",
        b"[[",
        b"'''",
        b"= {",
        b"{0}",
        b"{}",
    ),
)


@cache
def originals() -> Files:
    return example()


def flipped(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def inserted(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(PIECES) + content[at:]


def cut(chance: random.Random, content: bytes) -> bytes:
    first, last = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:first] + content[last:]


def other_cell(chance: random.Random, content: bytes) -> bytes:
    """One cell becomes something that belongs elsewhere."""
    lines = content.split(b"\n")
    number = chance.randrange(len(lines))
    cells = lines[number].split(b";")
    pieces = [*PIECES, *(cell for line in lines for cell in line.split(b";"))]
    cells[chance.randrange(len(cells))] = chance.choice(pieces)
    lines[number] = b";".join(cells)
    return b"\n".join(lines)


def other_line(chance: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"\n".join(lines)


def noise(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(40)] + chance.randbytes(chance.randrange(200))


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    *(flipped, inserted, cut, other_cell, other_cell, other_cell, other_line, noise),
)


def mutated(seed: int) -> Files:
    chance = random.Random(seed)  # noqa: S311 - the same mutations every time
    files = dict(originals())
    for _ in range(chance.randrange(1, 4)):
        file = chance.choice(ALL_FILES)
        if files[file]:
            files[file] = chance.choice(MUTATIONS)(chance, files[file])
    return files


def check_report(report: dict[str, list[dict[str, str | int]]]) -> None:
    assert report["errors"]
    assert json.loads(json.dumps(report, ensure_ascii=False).encode()) == report


def survives(files: Files) -> bool:
    """Reads the folder, and takes it in twice when it is right; answers whether it was."""
    try:
        folder = read_files(files)
    except FolderRefused as refused:
        for language in LANGUAGES:
            check_report(refused.as_json(language))
        return False
    shelf = MemoryShelf()
    import_folder(shelf, folder, now=NOW, by="test")
    assert not import_folder(shelf, folder, now=NOW, by="test").saved
    return True


@pytest.mark.parametrize("seed", range(0, SAMPLE, 50))
def test_mutated_files_are_taken_in_or_reported(seed: int) -> None:
    outcomes = {survives(mutated(seed + number)) for number in range(50)}
    assert outcomes == {True, False}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SAMPLE, CAMPAIGN, 500))
def test_thousands_of_mutated_files_are_taken_in_or_reported(seed: int) -> None:
    for number in range(500):
        survives(mutated(seed + number))


@pytest.mark.parametrize("content", [b"", b"\n", b"\0", b'"', b";" * 1000, b"\xff" * 1000, b"\r" * 100, b"=" * 100])
def test_files_of_nothing_sensible_are_reported(content: bytes) -> None:
    assert not survives(dict.fromkeys(ALL_FILES, content))
