"""Small things that a person types and reads: moments, ages, log lines, progress."""

import datetime as dt
import io
import logging

import pytest
from rich.console import Console

from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.party import CustomerKind, Delivery
from selfbill.aggregates.timesheet import Status
from selfbill.cli import wording
from selfbill.cli.logs import logging_to
from selfbill.cli.moments import read_moment, shown_moment
from selfbill.cli.open_items import ageing
from selfbill.cli.progress import shown_progress
from selfbill.cli.refusals import NotAMomentToRunTo
from selfbill.cli.terminal import Terminal
from selfbill.projections.open_as_of import ItemAsOf
from selfbill.runtime.clockwork import Progress
from selfbill.values import Cents, InvoiceNumber

DAY = dt.date(2026, 5, 14)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-14T00:00", dt.datetime(2026, 5, 13, 22, tzinfo=dt.UTC)),
        ("2026-05-14 07:30", dt.datetime(2026, 5, 14, 5, 30, tzinfo=dt.UTC)),
        ("2026-01-14", dt.datetime(2026, 1, 13, 23, tzinfo=dt.UTC)),
        ("2026-05-14T00:00Z", dt.datetime(2026, 5, 14, tzinfo=dt.UTC)),
        ("2026-05-14T00:00+05:00", dt.datetime(2026, 5, 13, 19, tzinfo=dt.UTC)),
        ("2026-10-25T02:30", dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)),
    ],
)
def test_a_moment_is_a_reading_of_the_dutch_clock(text: str, moment: dt.datetime) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-05-14T25:00", "2026-03-29T02:30"])
def test_what_the_clock_never_reads_is_refused(text: str) -> None:
    with pytest.raises(NotAMomentToRunTo):
        read_moment(text)


def test_a_moment_is_shown_as_the_wall_clock_reads() -> None:
    moment = dt.datetime(2026, 7, 7, 5, tzinfo=dt.UTC)
    assert shown_moment(moment, "nl") == "di 07-07-2026 07:00"
    assert shown_moment(moment, "en") == "Tue 07-07-2026 07:00"


def item(days_late: int) -> ItemAsOf:
    due = DAY - dt.timedelta(days=days_late)
    number = InvoiceNumber(f"Z01-2026-{days_late + 100:04}")
    return ItemAsOf(number, "customer", "K01", "Z01", Cents(100), Cents(100), due, due, "", "", None)


@pytest.mark.parametrize(
    ("days_late", "age"),
    [(-1, None), (0, None), (1, 0), (30, 0), (31, 30), (60, 30), (61, 60), (90, 60), (91, 90), (400, 90)],
)
def test_an_item_is_in_one_class_of_age(days_late: int, age: int | None) -> None:
    assert [(each.over, each.open) for each in ageing([item(days_late)], DAY) if each.items] == [(age, 100)]


def test_everything_has_words_in_both_languages() -> None:
    for language in ("nl", "en"):
        terminal = Terminal(language)
        assert all(wording.delivery(terminal, state) for state in DeliveryState)
        assert all(wording.channel(terminal, way) for way in Delivery)
        assert all(wording.status(terminal, where) for where in Status)
        assert all(wording.customer_kind(terminal, kind) for kind in CustomerKind)


def broken() -> None:
    raise ValueError("two\nlines [bold]")


def logged(*, debug: bool) -> str:
    stream = io.StringIO()
    with logging_to(Console(file=stream, width=1000), debug=debug):
        logging.getLogger("selfbill.test").info("worth knowing")
        try:
            broken()
        except ValueError:
            logging.getLogger("selfbill.test").exception("an act failed")
    return stream.getvalue()


def test_the_log_has_one_line_for_an_error_and_all_of_it_on_request() -> None:
    brief = logged(debug=False)
    assert brief.count("\n") == 1
    place = f"test_words.py:{broken.__code__.co_firstlineno + 1}"
    assert brief.endswith(f"ERROR an act failed: ValueError: two lines [bold] ({place})\n")
    everything = logged(debug=True)
    assert "INFO worth knowing" in everything
    assert "Traceback" in everything


def test_progress_is_a_line_every_few_seconds_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, stream = Terminal("nl"), io.StringIO()
    terminal.err = Console(file=stream, width=1000)
    moments = iter([0.0, 1.0, 6.0, 6.0, 10.0, 7.0])
    monkeypatch.setattr("selfbill.cli.progress.time.monotonic", lambda: next(moments))
    first = dt.datetime(2026, 7, 7, 5, tzinfo=dt.UTC)
    with shown_progress(terminal, first, first + dt.timedelta(days=1)) as on_step:
        for done in (10, 60):
            on_step(Progress(moment=first, done=done, policy="invoice"))
    assert stream.getvalue() == "di 07-07-2026 07:00  60 gedaan, 6 per seconde\n"


def test_progress_is_a_bar_on_a_terminal() -> None:
    terminal, stream = Terminal("en"), io.StringIO()
    terminal.err = Console(file=stream, width=100, force_terminal=True)
    first = dt.datetime(2026, 7, 7, 5, tzinfo=dt.UTC)
    with shown_progress(terminal, first, first + dt.timedelta(days=2)) as on_step:
        on_step(Progress(moment=first + dt.timedelta(days=1), done=60, policy="invoice"))
    assert "Wed 08-07-2026 07:00" in stream.getvalue()
    assert "50 %" in stream.getvalue()
    assert "60 done" in stream.getvalue()
