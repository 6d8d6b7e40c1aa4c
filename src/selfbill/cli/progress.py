"""How far the clock has come: a bar on a terminal, a line every few seconds elsewhere."""

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator

from rich.progress import BarColumn, Progress, TextColumn

from selfbill.cli.moments import shown_moment
from selfbill.cli.terminal import Terminal
from selfbill.runtime.clockwork import Progress as Step

LINE_EVERY_SECONDS = 5.0
"""Without a terminal: often enough to see that it goes on, seldom enough for a log."""


@contextlib.contextmanager
def shown_progress(
    terminal: Terminal, first: dt.datetime | None, until: dt.datetime
) -> Iterator[Callable[[Step], None]]:
    """Gives what is called with each step that the clock makes on its way from `first` to `until`."""
    shows = _bar if terminal.err.is_terminal else _lines
    with shows(terminal, first or until, until) as on_step:
        yield on_step


@contextlib.contextmanager
def _bar(terminal: Terminal, first: dt.datetime, until: dt.datetime) -> Iterator[Callable[[Step], None]]:
    started = time.monotonic()
    columns = (
        TextColumn("{task.fields[moment]}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[work]}"),
    )
    with Progress(*columns, console=terminal.err, transient=True) as progress:
        total = max((until - first).total_seconds(), 1)
        task = progress.add_task("", total=total, moment=shown_moment(first, terminal.language), work="")

        def on_step(step: Step) -> None:
            progress.update(
                task,
                completed=max((step.moment - first).total_seconds(), 0),
                moment=shown_moment(step.moment, terminal.language),
                work=_work(terminal, step, started),
            )

        yield on_step


@contextlib.contextmanager
def _lines(terminal: Terminal, _first: dt.datetime, _until: dt.datetime) -> Iterator[Callable[[Step], None]]:
    started = last = time.monotonic()

    def on_step(step: Step) -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_EVERY_SECONDS:
            last = time.monotonic()
            terminal.err.print(f"{shown_moment(step.moment, terminal.language)}  {_work(terminal, step, started)}")

    yield on_step


def _work(terminal: Terminal, step: Step, started: float) -> str:
    rate = step.done / max(time.monotonic() - started, 0.001)
    return terminal.pick(f"{step.done} gedaan, {rate:.0f} per seconde", f"{step.done} done, {rate:.0f} per second")
