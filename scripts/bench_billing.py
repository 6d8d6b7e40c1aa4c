"""scripts/bench billing: approved timesheets become customer invoices and their commission invoices; PDFs not included.

1,000 placements times 10 weeks of five shifts give 10,000 timesheets, each an invoice of its own; every Tuesday bills one batch of
1,000, every Wednesday its commission. Events are durable, read models up to date. The floor is measured right after: the
very same events written with psycopg's executemany, 500 to a transaction, and nothing else.
"""

import datetime as dt
import os
import resource
import sys
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parent))
from bench_agency import AGENCY, FIRST_WEEK, bench_house, chosen, set_up, shifts_of
from selfbill.aggregates.catalogue import timesheet_stream
from selfbill.aggregates.timesheet_events import HoursApproved, HoursSubmitted
from selfbill.application.delivering import Start, record_deliveries, start_deliveries
from selfbill.moments import from_local
from selfbill.policies import deliver
from selfbill.policies.all import BY_NAME
from selfbill.policies.policy import Desk, Item, Policy, in_chunks
from selfbill.runtime.house import House, advance
from selfbill.store.claims import claim
from selfbill.store.streams import Change
from selfbill.values import CustomerCode, FreelancerCode, InvoiceNumber, IsoWeek, Minutes, PlacementCode

DELIVERIES_IN_A_MESSAGE = 250
EVENTS_IN_A_TRANSACTION = 500


def approve_weeks(house: House, codes: list[PlacementCode], week: IsoWeek) -> None:
    """All placements' hours of one week, submitted on Sunday and approved on Monday."""
    sunday = from_local(dt.datetime.combine(week.sunday, dt.time(20)))
    monday = from_local(dt.datetime.combine(week.next().monday, dt.time(10)))
    tuesday = from_local(dt.datetime.combine(week.next().monday + dt.timedelta(days=1), dt.time(7)))
    changes = []
    for number, code in enumerate(codes):
        freelancer = FreelancerCode(f"Z{number // 2:05}")
        changes.append(
            Change(
                timesheet_stream(code, week),
                0,
                (
                    HoursSubmitted(
                        placement=code,
                        week=week,
                        freelancer=freelancer,
                        customer=CustomerCode(f"K{number // 2:05}"),
                        attempt=1,
                        shifts=shifts_of(week, number),
                        minutes=Minutes(2220),
                        remind_at=sunday + dt.timedelta(days=30),
                        warn_at=sunday + dt.timedelta(days=40),
                    ),
                    HoursApproved(placement=code, week=week, freelancer=freelancer, attempt=1, invoice_at=tuesday),
                ),
            )
        )
    for start in range(0, len(changes), 500):
        house.store.streams.save(changes[start : start + 500], at=monday, by="bench", cause="bench")


def deliver_without_documents(desk: Desk, items: list[Item]) -> None:
    """The delivery policy's own two steps around a post that takes everything, without PDF and mail text."""
    numbers = [InvoiceNumber(item.subject) for item in items]
    with claim(desk.pool, [f"{deliver.NAME} {number}" for number in numbers]):
        start_deliveries(desk.office, starts={number: Start(1, None) for number in numbers})
        record_deliveries(desk.office, outcomes=dict.fromkeys(numbers))


def memory_mib() -> float:
    """Resident memory of this process now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    placements, weeks = chosen("placements", 1000), chosen("weeks", 10)
    BY_NAME["deliver"] = Policy(
        name=deliver.NAME,
        title=deliver.POLICY.title,
        fold=deliver.POLICY.fold,
        act=deliver_without_documents,
        batches=in_chunks(DELIVERIES_IN_A_MESSAGE),
    )
    with bench_house() as house:
        print(f"setting up {placements} placements, {weeks} weeks of approved hours ...", flush=True)
        codes = set_up(house, placements)
        week, all_weeks = FIRST_WEEK, []
        for _ in range(weeks):
            all_weeks.append(week)
            approve_weeks(house, codes, week)
            week = week.next()
        house.follower.catch_up()
        first_position = house.store.streams.head()
        took, memory = [], []
        for week in all_weeks:
            until = from_local(dt.datetime.combine(week.next().monday + dt.timedelta(days=2), dt.time(8)))
            started = time.perf_counter()
            advance(house, until)
            took.append(time.perf_counter() - started)
            memory.append(memory_mib())
            print(f"  {week}: {took[-1]:.2f} s, {memory[-1]:.0f} MiB", flush=True)
        seconds = sum(took)
        with house.pool.connection() as connection:
            documents = connection.execute(
                "SELECT count(*), count(*) FILTER (WHERE kind = 'invoice') FROM invoices"
            ).fetchone()
            unsent = connection.execute("SELECT count(*) FROM invoices WHERE delivery <> 'sent'").fetchone()[0]
        lag = house.follower.lag()
        events = house.store.streams.head() - first_position
        floor = measure_floor(house, first_position)
        print(
            f"documents            {documents[0]} ({documents[1]} customer invoices), not sent: {unsent}, read models lag {lag.events} events"
        )
        print(f"events               {events}")
        print(f"time                 {seconds:.2f} s = {documents[0] / seconds:.0f} documents/s   (at least 2000)")
        print(f"floor (executemany)  {floor:.2f} s; billing takes {seconds / floor:.1f} times the floor   (at most 8)")
        print(
            f"memory               {max(memory):.0f} MiB at most   (under 500); peak of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
        )
        print(f"last batch / first   {took[-1] / took[0]:.2f}   (at most 1.2)")


def measure_floor(house: House, after: int) -> float:
    """Seconds to write the same events again with executemany, 500 to a transaction, into a table like the events table."""
    with house.pool.connection() as connection:
        rows = connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM events WHERE notification_id > %s ORDER BY notification_id",
            (after,),
        ).fetchall()
        connection.execute(
            "CREATE TABLE floor_events (notification_id bigserial UNIQUE, originator_id text, originator_version bigint, topic text,"
            " state bytea, recorded_at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (originator_id, originator_version))"
        )
    with psycopg.connect(house.database.url, options=f"-c search_path=agency_{AGENCY}") as connection:
        started = time.perf_counter()
        for start in range(0, len(rows), EVENTS_IN_A_TRANSACTION):
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO floor_events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)",
                    rows[start : start + EVENTS_IN_A_TRANSACTION],
                )
        return time.perf_counter() - started


if __name__ == "__main__":
    os.environ.setdefault("SELFBILL_WORKERS", "2")
    main()
