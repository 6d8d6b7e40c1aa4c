"""scripts/bench commands: submit and approve timesheets, each a command of its own (load, decide, save, one transaction).

Measured with one writer and with eight, as threads and as processes, on one agency, beside the library's own `Application.save()` on
the same server in the same run.
"""

import datetime as dt
import multiprocessing
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

sys.path.insert(0, str(Path(__file__).parent))
from bench_agency import AGENCY, FIRST_WEEK, bench_house, chosen, set_up, shifts_of
from selfbill.application.office import AlreadyDone
from selfbill.application.timesheets import approve_hours, submit_hours
from selfbill.clock import SimulatedClock
from selfbill.moments import from_local
from selfbill.runtime.house import House, open_house
from selfbill.settings import Settings
from selfbill.store.database import Database
from selfbill.values import PlacementCode

WRITERS = 8
WARM_UP = 20
"""Timesheets that are written before the clock runs: connections, prepared statements, caches."""


def write(house: House, codes: list[PlacementCode], offset: int, timesheets: int) -> float:
    """Submits and approves so many timesheets; answers how long it took, in seconds."""
    week = FIRST_WEEK
    clock = SimulatedClock(from_local(dt.datetime.combine(week.next().monday, dt.time(10))))
    office = house.office(clock, by="bench")
    mine = [(number, codes[number]) for number in range(offset, offset + timesheets)]
    started = time.perf_counter()
    for number, code in mine:
        assert (
            submit_hours(office, placement=code, week=week, attempt=1, shifts=shifts_of(week, number))
            is not AlreadyDone
        )
        assert approve_hours(office, placement=code, week=week, attempt=1) is not AlreadyDone
    return time.perf_counter() - started


class Share(NamedTuple):
    """What one of eight writing processes does."""

    url: str
    codes: list[PlacementCode]
    offset: int
    timesheets: int


def writer(share: Share, ready: Any, go: Any, took: Any) -> None:
    """One writing process: warms up, waits for the others, writes."""
    with Database(share.url) as database, open_house(Settings(), AGENCY, database=database) as house:
        write(house, share.codes, share.offset, WARM_UP)
        ready.release()
        go.wait()
        took.put(write(house, share.codes, share.offset + WARM_UP, share.timesheets))


def eight_processes(house: House, codes: list[PlacementCode], offset: int, timesheets: int) -> float:
    """Commands per second in total, from the moment that all start to the moment that the last is ready."""
    context = multiprocessing.get_context("spawn")
    ready, go, took = context.Semaphore(0), context.Event(), context.Queue()
    each = timesheets // WRITERS
    shares = [Share(house.database.url, codes, offset + number * (each + WARM_UP), each) for number in range(WRITERS)]
    processes = [context.Process(target=writer, args=(share, ready, go, took)) for share in shares]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    started = time.perf_counter()
    go.set()
    for _ in processes:
        took.get()
    seconds = time.perf_counter() - started
    for process in processes:
        process.join()
    return 2 * each * WRITERS / seconds


def eight_threads(house: House, codes: list[PlacementCode], offset: int, timesheets: int) -> float:
    """Commands per second in total of eight threads of one process, as in a web server."""
    each = timesheets // WRITERS
    started = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as threads:
        starts = [offset + number * each for number in range(WRITERS)]
        list(threads.map(lambda start: write(house, codes, start, each), starts))
    return 2 * each * WRITERS / (time.perf_counter() - started)


class Sheet(Aggregate):
    """The library's own aggregate with the same two commands."""

    @event("Submitted")
    def __init__(self, shifts: list[dict[str, object]]) -> None:
        self.shifts = shifts

    @event("Approved")
    def approve(self) -> None:
        self.approved = True


class Library(Application):
    """The library as it comes: its transcoder, its recorder with LOCK TABLE, its repository."""

    env: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": "eventsourcing.postgres"}


def library_rate(url: str, timesheets: int) -> float:
    """Commands per second of `Application.save()` with one writer."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    app = Library(
        env={
            "POSTGRES_DBNAME": parts["dbname"],
            "POSTGRES_HOST": parts.get("host", "/var/run/postgresql"),
            "POSTGRES_PORT": str(parts.get("port", 5432)),
            "POSTGRES_USER": parts.get("user", os.environ.get("USER", "postgres")),
            "POSTGRES_PASSWORD": parts.get("password", ""),
        }
    )
    shifts = [
        {"start": shift.start.isoformat(), "end": shift.end.isoformat(), "metres": shift.metres}
        for shift in shifts_of(FIRST_WEEK, 0)
    ]
    for warm in (True, False):
        started = time.perf_counter()
        for _ in range(20 if warm else timesheets):
            sheet = Sheet(shifts=shifts)
            app.save(sheet)
            again = app.repository.get(sheet.id)
            again.approve()
            app.save(again)
    seconds = time.perf_counter() - started
    app.close()
    return 2 * timesheets / seconds


def main() -> None:
    timesheets = chosen("timesheets", 2000)
    with bench_house() as house:
        codes = set_up(house, 3 * timesheets + 400)
        write(house, codes, 0, WARM_UP)
        one = 2 * timesheets / write(house, codes, 20, timesheets)
        library = library_rate(house.database.url, timesheets)
        threads = eight_threads(house, codes, timesheets + 40, timesheets)
        processes = eight_processes(house, codes, 2 * timesheets + 60, timesheets)
        print(f"one writer           {one:.0f} commands/s   (at least 1000)")
        print(f"eight threads        {threads:.0f} commands/s   (at least 2000)")
        print(f"eight processes      {processes:.0f} commands/s   (for comparison: two processors serve 16 processes)")
        print(
            f"Application.save()   {library:.0f} commands/s with one writer; ours is {one / library:.2f} times as fast"
        )


if __name__ == "__main__":
    main()
