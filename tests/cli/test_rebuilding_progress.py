"""How far a rebuild is, and the figures with which it says so."""

import io
import threading

import pytest
from rich.console import Console

from selfbill.cli import figures
from selfbill.cli.rebuilding_progress import Pace, shown_rebuild
from selfbill.cli.terminal import Terminal
from selfbill.projections.rebuilding.rebuild import Step

MIB = 2**20


def step(state: str, events: int = 0, models: tuple[str, ...] = ("agenda", "invoices")) -> Step:
    return Step(state, models, events=events, expected=100_000 if events else 0, memory_bytes=110 * MIB)


def said(*steps: Step, is_terminal: bool, language: str = "en") -> str:
    terminal, stream = Terminal("nl" if language == "nl" else "en"), io.StringIO()
    terminal.err = Console(file=stream, width=80, force_terminal=is_terminal, color_system=None, highlight=False)
    with shown_rebuild(terminal, ["agenda", "invoices"], threading.Event()) as on_step:
        for each in steps:
            on_step(each)
    return stream.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def test_elsewhere_than_on_a_terminal_each_state_is_one_line() -> None:
    lines = said(
        step("replay"), step("replay", 1_000), step("catch up", models=("agenda",)), step("catch up"), is_terminal=False
    ).splitlines()
    assert [line[20:] for line in lines] == ["replay: 2 read models, 110.0 MB", "catch up: 2 read models, 110.0 MB"]
    dutch = said(step("replay"), is_terminal=False, language="nl")
    assert dutch[20:] == "naspelen: 2 leesmodellen, 110,0 MB\n"


def test_a_long_state_has_a_line_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("selfbill.cli.rebuilding_progress.time.monotonic", lambda: now[0])
    terminal, stream = Terminal("en"), io.StringIO()
    terminal.err = Console(file=stream, width=200, highlight=False)
    with shown_rebuild(terminal, ["agenda"], threading.Event()) as on_step:
        for second in range(0, 130, 10):
            now[0] = float(second)
            on_step(Step("replay", ("agenda",), events=1_000 + second * 100, expected=20_000, memory_bytes=110 * MIB))
    lines = [line[20:].replace("\N{NO-BREAK SPACE}", " ") for line in stream.getvalue().splitlines()]
    assert lines == [
        "replay: agenda, 5 %, 110.0 MB",
        "replay: agenda, 35 %, 100 events/s, 2:10 left, 110.0 MB",
        "replay: agenda, 65 %, 100 events/s, 1:10 left, 110.0 MB",
    ]


def test_on_a_terminal_there_is_a_bar_of_one_line() -> None:
    drawn = said(step("replay", 43_000), step("index", models=("agenda",)), is_terminal=True)
    assert "index: agenda" in drawn


def test_after_ctrl_c_the_next_step_is_the_last_but_what_has_switched_has() -> None:
    terminal, stop = Terminal("en"), threading.Event()
    terminal.err = Console(file=io.StringIO())
    with shown_rebuild(terminal, ["agenda"], stop) as on_step:
        on_step(step("compare"))
        stop.set()
        on_step(step("switched"))
        with pytest.raises(KeyboardInterrupt):
            on_step(step("switch"))


def test_the_pace_counts_only_what_this_run_has_read(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("selfbill.cli.rebuilding_progress.time.monotonic", lambda: now[0])
    pace = Pace()
    assert pace.per_second(step("replay")) is None
    assert pace.seconds_left(step("replay", 40_000)) is None
    now[0] = 2.0
    assert pace.per_second(step("replay", 60_000)) == 10_000
    assert pace.seconds_left(step("replay", 60_000)) == 4.0


@pytest.mark.parametrize(
    ("number", "nl", "en"),
    [(0, "0 kB", "0 kB"), (8192, "8 kB", "8 kB"), (1_300_000, "1,2 MB", "1.2 MB"), (5 * 2**30, "5,0 GB", "5.0 GB")],
)
def test_sizes(number: int, nl: str, en: str) -> None:
    assert (figures.size(number, "nl"), figures.size(number, "en")) == (
        nl.replace(" ", "\xa0"),
        en.replace(" ", "\xa0"),
    )


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.4, "0 s"), (119, "119 s"), (600, "10 min"), (9000, "2 h"), (200_000, "2 days")]
)
def test_durations(seconds: float, shown: str) -> None:
    assert figures.duration(seconds, "en") == shown.replace(" ", "\xa0")


def test_clocks_and_counts() -> None:
    assert [figures.clock(seconds) for seconds in (7, 754, 3723)] == ["0:07", "12:34", "1:02:03"]
    assert (figures.count(12345, "nl"), figures.count(12345, "en")) == ("12.345", "12,345")
    assert figures.counted(1, "row", "rows", "en") == "1\xa0row"
