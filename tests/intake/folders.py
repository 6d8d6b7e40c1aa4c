"""Agency folders for the tests: the examples, and ways to change one cell, row or line of them."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from selfbill.aggregates.catalogue import KINDS
from selfbill.intake.columns import ALL_FILES
from selfbill.intake.findings import FolderRefused
from selfbill.intake.folder import read_files
from selfbill.store.streams import Change, Loaded

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 3, 1, tzinfo=UTC)

Files = dict[str, bytes]
T = TypeVar("T")


def example(name: str = "voorbeeld-klein") -> Files:
    """The files of an example agency, without what is expected of them."""
    return {file: (EXAMPLES / name / file).read_bytes() for file in ALL_FILES}


def table_of(files: Files, file: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(files[file].decode()), delimiter=";"))


def written(rows: Iterable[Sequence[str]], delimiter: str = ";", newline: str = "\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return text.getvalue().encode()


def edited(files: Files, file: str, line: int, **cells: str) -> Files:
    """The files with other values in some cells of one line; the header is line 1."""
    rows = table_of(files, file)
    for column, value in cells.items():
        rows[line - 1][rows[0].index(column.rstrip("_"))] = value
    return {**files, file: written(rows)}


def extended(files: Files, file: str, *like: int, **cells: str) -> Files:
    """The files with one more row: a copy of a line, with other values in some cells."""
    rows = table_of(files, file)
    copied = {**files, file: written([*rows, rows[like[0] - 1]])}
    return edited(copied, file, len(rows) + 1, **cells)


def shortened(files: Files, file: str, *lines: int) -> Files:
    """The files without these lines."""
    rows = table_of(files, file)
    return {**files, file: written(row for number, row in enumerate(rows, start=1) if number not in lines)}


def replaced(files: Files, file: str, old: str, new: str) -> Files:
    """The files with one piece of text replaced."""
    assert old in files[file].decode()
    return {**files, file: files[file].replace(old.encode(), new.encode(), 1)}


def titled(files: Files, file: str, names: Mapping[str, str]) -> Files:
    """The files with other column titles."""
    rows = table_of(files, file)
    return {**files, file: written([[names.get(name, name) for name in rows[0]], *rows[1:]])}


def refusal(files: Files) -> FolderRefused:
    with pytest.raises(FolderRefused) as caught:
        read_files(files)
    return caught.value


def refused(files: Files) -> list[tuple[str, int, str, str, str]]:
    """File, line, column, value and code of everything that is wrong."""
    errors = refusal(files).errors
    for error in errors:
        assert error.reason("nl") != error.reason("en")
    return [(error.file, error.line, error.column, error.value, error.code) for error in errors]


class MemoryShelf:
    """Streams in memory, with every save kept."""

    def __init__(self) -> None:
        self.loaded: dict[str, Loaded[Any]] = {}
        self.saves: list[list[Change]] = []

    def load_many(self, streams: Iterable[str]) -> dict[str, Loaded[Any]]:
        return {name: self.loaded.get(name, Loaded(KINDS[name.partition(":")[0]].initial, 0)) for name in streams}

    def save(self, changes: Sequence[Change], **_: Any) -> int:
        assert all(change.events for change in changes)
        assert len({change.stream for change in changes}) == len(changes)
        self.saves.append(list(changes))
        for change in changes:
            before = self.load_many([change.stream])[change.stream]
            assert before.version == change.version
            state = before.state
            for event in change.events:
                state = KINDS[change.stream.partition(":")[0]].evolve(state, event)
            self.loaded[change.stream] = Loaded(state, before.version + len(change.events))
        return sum(len(change.events) for save in self.saves for change in save)

    def retrying(self, intention: Callable[[], T]) -> T:
        return intention()

    def state(self, stream: str) -> Any:
        return self.load_many([stream])[stream].state

    def happened(self, stream: str, *events: Any) -> None:
        """Something else happens to this stream."""
        version = self.load_many([stream])[stream].version
        self.save([Change(stream, version, events)])
        self.saves.pop()
