"""`selfbill run` and `selfbill worker`: the clock on simulated time up to a moment, or on the system's time until told to stop."""

import contextlib
import datetime as dt
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType

import msgspec

from selfbill.cli.account import Account, account_of
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.moments import read_moment, shown_moment
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.progress import shown_progress
from selfbill.cli.refusals import NoBroker
from selfbill.cli.telling import tell_account
from selfbill.cli.terminal import Terminal
from selfbill.policies.all import BY_NAME
from selfbill.projections.agenda import next_due
from selfbill.runtime.clockwork import Clockwork
from selfbill.runtime.house import House, advance, serve


class Ran(msgspec.Struct, frozen=True):
    """What came of a run up to a moment."""

    agency: str
    until: dt.datetime
    interrupted: bool
    seconds: float
    done: int
    set_aside: list[tuple[str, str]]
    """Policy and subject of what failed for an unforeseen reason."""
    account: Account

    @property
    def unfinished(self) -> bool:
        """Whether somebody must look: something was left undone that should have been done by now."""
        return bool(self.interrupted or self.set_aside or self.account.undelivered)


def run(terminal: Terminal, *, agency: str | None, until: str | None, as_json: bool) -> ExitCode:
    """Runs the clock of one agency."""
    if until is None:
        return _serve(terminal, agency)
    moment = read_moment(until)
    with opened(terminal, agency) as house:
        ran = _advance(terminal, house, moment)
    if as_json:
        terminal.json(ran)
    else:
        tell_account(terminal, ran.account, ran.set_aside)
        _tell_of_end(terminal, ran)
    return ExitCode.UNFINISHED if ran.unfinished else ExitCode.DONE


def _advance(terminal: Terminal, house: House, until: dt.datetime) -> Ran:
    show_everything(terminal, house)
    start = house.store.streams.head()
    with house.pool.connection() as connection:
        first = next_due(connection, list(BY_NAME), until)
    began = time.monotonic()
    with until_told_to_stop() as stop, shown_progress(terminal, first, until) as on_progress:
        clockwork: Clockwork = advance(house, until, on_progress=on_progress, stop=stop)
        interrupted = stop.is_set()
    return Ran(
        agency=house.agency,
        until=until,
        interrupted=interrupted,
        seconds=round(time.monotonic() - began, 1),
        done=clockwork.done,
        set_aside=clockwork.set_aside,
        account=account_of(house.store.streams, start, house.store.streams.head()),
    )


def _tell_of_end(terminal: Terminal, ran: Ran) -> None:
    moment = shown_moment(ran.until, terminal.language)
    work = terminal.pick(
        f"{ran.done} taken in {ran.seconds:.1f} seconden".replace(".", ","),
        f"{ran.done} tasks in {ran.seconds:.1f} seconds",
    )
    if ran.interrupted:
        terminal.say(
            f"Onderbroken voor {moment} was bereikt; {work}. Wat nog niet gedaan is, staat op de agenda.",
            f"Interrupted before {moment}; {work}. What was not done is on the agenda.",
        )
    else:
        terminal.say(f"De klok staat op {moment}; {work}.", f"The clock stands at {moment}; {work}.")


def _serve(terminal: Terminal, agency: str | None) -> ExitCode:
    with opened(terminal, agency) as house:
        with until_told_to_stop() as stop:
            terminal.note(
                f"Bureau {house.agency}: de klok loopt. Stop met Ctrl-C.",
                f"Agency {house.agency}: the clock is running. Stop with Ctrl-C.",
            )
            serve(house, stop)
        terminal.note(
            "Gestopt; wat nog niet gedaan is, staat op de agenda.", "Stopped; what was not done is on the agenda."
        )
    return ExitCode.DONE


def work(terminal: Terminal, *, agency: str | None) -> None:
    """Carries out what other processes put on the broker. Raises NoBroker without one."""
    if terminal.settings.broker_url is None:
        raise NoBroker
    with opened(terminal, agency) as house, until_told_to_stop() as stop:
        workers = house.workers()
        workers.start()
        terminal.note(
            f"Bureau {house.agency}: {terminal.settings.workers} workers wachten op werk. Stop met Ctrl-C.",
            f"Agency {house.agency}: {terminal.settings.workers} workers wait for work. Stop with Ctrl-C.",
        )
        try:
            stop.wait()
        finally:
            workers.stop()


@contextlib.contextmanager
def until_told_to_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C or SIGTERM sets; what is being done is finished first. A second Ctrl-C ends at once."""
    stop = threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
