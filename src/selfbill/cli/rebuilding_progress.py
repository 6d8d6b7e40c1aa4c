"""How far a rebuild is: a bar on a terminal; elsewhere a line when the first reaches a state, and one a minute."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from selfbill.cli.figures import clock, count, size
from selfbill.cli.projections_wording import step as step_name
from selfbill.cli.terminal import Terminal
from selfbill.projections.rebuilding.rebuild import Step

LINE_EVERY_SECONDS = 60.0

MOMENT = "%Y-%m-%d %H:%M:%S"
"""As in all other lines of the log."""

BAR_WIDTH = 20
"""Leaves room for the figures in a terminal of 80 columns."""

Show = Callable[[Step], None]


@contextlib.contextmanager
def shown_rebuild(terminal: Terminal, models: Sequence[str], stop: threading.Event) -> Iterator[Show]:
    """Gives what is called with each step; it raises KeyboardInterrupt at the first step after `stop`."""
    shows = _bar(terminal) if terminal.err.is_terminal else _lines(terminal, models)
    with shows as show:

        def on_step(step: Step) -> None:
            show(step)
            if stop.is_set() and step.state != "switched":
                raise KeyboardInterrupt

        yield on_step


class Pace:
    """How fast the replay goes, and how long it will take."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._events = 0

    def per_second(self, step: Step) -> float | None:
        """Events, on the average of this run; None before there is anything to say."""
        if not step.expected:
            return None
        if self._began is None:
            self._began, self._events = time.monotonic(), step.events
        elapsed = time.monotonic() - self._began
        return (step.events - self._events) / elapsed if elapsed > 0 and step.events > self._events else None

    def seconds_left(self, step: Step) -> float | None:
        """Until the end of the replay."""
        rate = self.per_second(step)
        return None if not rate else max(0, step.expected - step.events) / rate


@contextlib.contextmanager
def _bar(terminal: Terminal) -> Iterator[Show]:
    columns = (
        TextColumn("{task.fields[what]}"),
        BarColumn(BAR_WIDTH),
        TextColumn("{task.fields[figures]}"),
    )
    pace = Pace()
    with Progress(*columns, console=terminal.err, transient=True) as progress:
        task: TaskID = progress.add_task("", total=None, what="", figures="")

        def show(step: Step) -> None:
            in_replay = step.state == "replay" and step.expected > 0
            progress.update(
                task,
                total=step.expected if in_replay else None,
                completed=min(step.events, step.expected) if in_replay else 0,
                what=_what(terminal, step.state, step.models),
                figures=", ".join(_figures(terminal, step, pace)),
            )

        yield show


@contextlib.contextmanager
def _lines(terminal: Terminal, models: Sequence[str]) -> Iterator[Show]:
    pace = Pace()
    last, told = time.monotonic(), set[str]()

    def show(step: Step) -> None:
        nonlocal last
        if step.state in told and time.monotonic() - last < LINE_EVERY_SECONDS:
            return
        last = time.monotonic()
        told.add(step.state)
        line = ", ".join([_what(terminal, step.state, models), *_figures(terminal, step, pace)])
        terminal.err.print(f"{time.strftime(MOMENT)} {line}")

    yield show


def _what(terminal: Terminal, state: str, models: Sequence[str]) -> str:
    return f"{step_name(state, terminal.language)}: {_named(terminal, models)}"


def _named(terminal: Terminal, models: Sequence[str]) -> str:
    if len(models) == 1:
        return models[0]
    return terminal.pick(f"{len(models)} leesmodellen", f"{len(models)} read models")


def _figures(terminal: Terminal, step: Step, pace: Pace) -> Iterator[str]:
    language = terminal.language
    if step.state == "replay":
        rate, left = pace.per_second(step), pace.seconds_left(step)
        if step.expected:
            yield f"{min(100, 100 * step.events // step.expected)} %"
        if rate is not None and left is not None:
            yield terminal.pick(
                f"{count(round(rate), language)} gebeurtenissen/s", f"{count(round(rate), language)} events/s"
            )
            yield terminal.pick(f"nog {clock(left)}", f"{clock(left)} left")
    yield size(step.memory_bytes, language)
