"""Processes of a test, none of which outlives it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rebuilding.processes import Process, name_of

Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a process that does this work."""
    started: list[Process] = []

    def start(work: Callable[..., None], *arguments: Any) -> Process:
        name = name_of(work.__name__)
        started.append(Process(name, tmp_path / name, work, *arguments))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.process.join()
