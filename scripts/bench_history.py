"""A made-up agency's history of any length, in the proportions of bureau-noord; for benchmarks and for tests.

`history` is the same for the same seed and never ends by itself: it is cut off after so many events, as if the clock stopped there.
"""

import datetime as dt
import hashlib
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from struct import Struct

sys.path.insert(0, str(Path(__file__).parent))
from bench_intake import Intake
from bench_invoicing import Invoicing
from bench_life import Life
from bench_weeks import Weeks
from selfbill.aggregates.catalogue import all_events
from selfbill.moments import from_local
from selfbill.runtime.house import tune_collector
from selfbill.settings import Settings
from selfbill.store.copying import HEADER, TRAILER
from selfbill.store.database import Database
from selfbill.store.keys import Keyring, master_key
from selfbill.store.mapper import EventMapper, Recorded, Stored
from selfbill.values import IsoWeek

FIRST_WEEK_MONDAY = dt.date(2025, 1, 6)
WEEKS = 104
"""Two years, however many events: a larger agency has more placements, not a longer past."""
EVENTS_PER_TIMESHEET = 20.4
"""19.2 in bureau-noord, which has no payments."""
ENCODED_AT_ONCE = 5_000
FINGERPRINTED = 10_000
"""Enough for everything that happens to have happened."""

MEASURED = {
    "timesheet.hours_reminded": 3962,
    "timesheet.approval_reminded": 1391,
    "invoice.document_archived": 688,
    "invoice.delivery_started": 688,
    "invoice.sent": 688,
    "timesheet.approval_requested": 563,
    "timesheet.submission_announced": 563,
    "timesheet.hours_submitted": 563,
    "timesheet.decision_announced": 547,
    "timesheet.invoiced": 526,
    "timesheet.hours_approved": 501,
    "invoice.commission_billed": 461,
    "invoice.issued": 367,
    "invoice.commission_invoiced": 321,
    "timesheet.hours_expected": 275,
    "series.numbers_taken": 272,
    "timesheet.unbilled_warned": 75,
    "placement.commission_agreed": 73,
    "placement.rate_agreed": 68,
    "placement.agreed": 55,
    "roster.placement_joined": 55,
    "timesheet.hours_rejected": 46,
    "party.contact_named": 40,
    "party.customer_registered": 40,
    "series.opened": 26,
    "series.prefix_claimed": 26,
    "party.freelancer_registered": 25,
    "mandate.granted": 25,
    "agency.week_closed": 14,
    "timesheet.hours_registered": 7,
    "agency.surcharge_table_set": 3,
    "agency.set_up": 1,
    "agency.moments_set": 1,
    "agency.terms_set": 1,
    "agency.holidays_set": 1,
    "agency.hours_period_opened": 1,
}
"""Events by tag of `scripts/demo --example bureau-noord`, counted in its event table after the clock had run to UNTIL:
12,959 events in 1,586 streams (675 timesheets with 13.4 events each, 688 invoices with 4.7, 55 placements with 3.6)."""


def history(events: int, seed: int = 1) -> Iterator[Recorded]:
    """So many events of an agency that is as large as it takes to have them within about two years."""
    placements = max(2, round(events / (WEEKS * EVENTS_PER_TIMESHEET)))
    life = Life(seed, from_local(dt.datetime.combine(FIRST_WEEK_MONDAY, dt.time(6))))
    intake = Intake(life, placements)
    weeks = Weeks(life, intake, Invoicing(life))
    week = IsoWeek.of(FIRST_WEEK_MONDAY)
    life.later(life.now, intake.set_up, week)
    life.later(life.now, weeks.begin, week)
    return islice(life.run(), events)


def fingerprint(seed: int) -> str:
    """Changes when this seed gives another history than before."""
    return hashlib.sha256(repr(list(history(FINGERPRINTED, seed))).encode()).hexdigest()[:16]


def fill(database: Database, agency: str, recorded: Iterable[Recorded], *, master: bytes) -> int:
    """Puts this history into the event table of an agency that has none, and answers how many events it was.

    Personal fields are sealed with keys that are new each time, so the bytes of those differ from run to run.
    """
    mapper = EventMapper(all_events(), Keyring(database.pool(agency), master))
    position = 0
    with database.connect(agency) as connection:
        with (
            connection.transaction(),
            connection.cursor().copy(
                "COPY events (notification_id, originator_id, originator_version, topic, state, recorded_at)"
                " FROM STDIN (FORMAT binary)"
            ) as copy,
        ):
            copy.write(HEADER)
            source = iter(recorded)
            while some := list(islice(source, ENCODED_AT_ONCE)):
                rows = zip(mapper.encode(some), some, strict=True)
                copy.write(b"".join(_row(position + n, stored, each) for n, (stored, each) in enumerate(rows, start=1)))
                position += len(some)
            copy.write(TRAILER)
        connection.execute("VACUUM (ANALYZE) events")
        connection.execute("CHECKPOINT")
    return position


def fill_agency(url: str, agency: str, settings: Settings, *, events: int, seed: int) -> dict[str, int]:
    """Makes an agency with so many events in this database."""
    tune_collector()
    with Database(url) as database:
        database.create_agency(agency)
        return {"events": fill(database, agency, history(events, seed), master=master_key(settings))}


_HEAD = Struct("!hiqi").pack
_VERSION = Struct("!iqi").pack
_LENGTH = Struct("!i").pack
_MOMENT = Struct("!iq").pack
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def _row(position: int, stored: Stored, recorded: Recorded) -> bytes:
    """One row of a binary COPY (PostgreSQL's manual, COPY, "Binary Format")."""
    assert recorded.recorded_at is not None
    stream, tag = stored.stream.encode(), stored.tag.encode()
    return b"".join(
        (
            _HEAD(6, 8, position, len(stream)),
            stream,
            _VERSION(8, stored.version, len(tag)),
            tag,
            _LENGTH(len(stored.state)),
            stored.state,
            _MOMENT(8, (recorded.recorded_at - _EPOCH) // _MICROSECOND),
        )
    )
