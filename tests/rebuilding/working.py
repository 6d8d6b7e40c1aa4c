"""People at work: processes that give commands and ask questions at a rate, while others follow and rebuild.

Commands are the application's own: hours are submitted, rejected, approved, billed and paid. Some processes give them, and all bill
for the same freelancers, so that they meet in the number series. Questions are those of the servicedesk's screens.
"""

import datetime as dt
import itertools
import re
import time
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Event as Signal
from random import Random
from typing import Any

import msgspec
import psycopg
from psycopg import Connection
from psycopg.errors import Diagnostic

from application.office import SmallAgency, hours
from rebuilding.agencies import MODELS, Site, opened
from rebuilding.processes import Said, Watch
from selfbill.application import receiving
from selfbill.application.office import Done, Outcome
from selfbill.clock import SimulatedClock
from selfbill.moments import from_local
from selfbill.policies.all import POLICIES
from selfbill.projections import agenda, debtor_card, freelancer_card, invoice_list, open_items, timesheets
from selfbill.projections.follower import Follower
from selfbill.projections.rebuilding.ending import go_back
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild, Step
from selfbill.store.database import Database
from selfbill.values import Cents, InvoiceNumber, IsoWeek, PaymentId, PlacementCode

NOW = from_local(dt.datetime(2030, 1, 8, 7))
"""A Tuesday at the agency's moment for invoices, so that what is approved is due at once."""
FIRST_MONDAY = dt.date(2026, 1, 5)
WEEKS = 200
PLACEMENTS = 90
CUSTOMERS = 10
WRITERS = 4
REJECTED = 0.2
PAID = 0.6
LOOKED_AT = 0.1
"""Share of the bills after which somebody waits until the read models show them, and looks."""
SHOWN_WITHIN_SECONDS = 30.0


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """One question or command: what, when it began (monotonic, the same in all processes), how long it took, and how long of that
    it waited for a lock; seconds."""

    what: str
    began: float
    took: float
    locked: float = 0.0


def set_up(database: Database, site: Site) -> None:
    """The placements for which hours come in."""
    office = SmallAgency(opened(database, site), SimulatedClock(NOW))
    for number in range(CUSTOMERS):
        office.customer(f"KL{number:02}")
    for number in range(PLACEMENTS):
        office.freelancer(f"ZL{number:02}")
        office.placement(f"PL{number:02}", freelancer=f"ZL{number:02}", customer=f"KL{number % CUSTOMERS:02}")


# Commands


def command(watch: Watch, site: Site, writer: int, rate: float, stop: Signal) -> None:
    """Gives so many commands a second until told to stop."""
    with Database(site.url) as database:
        hours_of = Hours(database, site, Random(writer))  # noqa: S311 - the same each time
        given = itertools.chain.from_iterable(
            hours_of.a_week(PlacementCode(f"PL{placement:02}"), week)
            for week in _weeks(writer)
            for placement in range(PLACEMENTS)
        )
        _at_rate(watch, rate, stop, lambda: next(given))


def _weeks(writer: int) -> Iterator[IsoWeek]:
    for number in range(writer, WEEKS, WRITERS):
        yield IsoWeek.of(FIRST_MONDAY + dt.timedelta(weeks=number))


class Hours:
    """What happens to hours, as one process has it happen."""

    def __init__(self, database: Database, site: Site, dice: Random) -> None:
        store = opened(database, site)
        self._office = SmallAgency(store, SimulatedClock(NOW))
        self._follower = Follower(database, site.agency, store.streams, MODELS)
        self._pool = database.pool(site.agency)
        self._dice = dice

    def a_week(self, placement: PlacementCode, week: IsoWeek) -> Iterator[str]:
        """What happens to the hours of one week, a command at a time."""
        what, attempt, office = (placement, week), 1, self._office
        office.submit(what, hours(str(week.monday)), command_id=f"{placement}/{week}/1")
        yield "submit"
        if self._dice.random() < REJECTED:
            office.reject(what)
            yield "reject"
            attempt = 2
            office.submit(what, hours(str(week.monday), 7), attempt=attempt)
            yield "submit"
        office.approve(what, attempt)
        yield "approve"
        billed = office.issue(what)
        yield "issue"
        (number,) = (each.invoice for each in office.timesheet(what).billed)
        if self._dice.random() < LOOKED_AT:
            self._look(billed, number)
            yield "look"
        if self._dice.random() < PAID:
            receiving.mark_received(
                office.office,
                number=number,
                payment=PaymentId(f"{placement}/{week}"),
                amount=Cents(office.invoice(number).open),
                received_on=NOW.date(),
            )
            yield "pay"

    def _look(self, billed: Outcome, number: InvoiceNumber) -> None:
        """Whoever waited for a position sees what was done there, whatever table it stands in meanwhile."""
        assert isinstance(billed, Done)
        assert self._follower.wait_for(billed.position, SHOWN_WITHIN_SECONDS), "the read models stand still"
        with self._pool.connection() as connection:
            assert invoice_list.by_number(connection, number) is not None


# Questions


def ask(watch: Watch, site: Site, seed: int, rate: float, stop: Signal) -> None:
    """Asks so many questions a second until told to stop. What was shown once stays shown."""
    dice = Random(seed)  # noqa: S311 - the same each time
    with Database(site.url) as database, database.connect(site.agency) as connection:
        clock = LockClock(connection)
        known = Known(connection)
        questions = _questions(connection, dice, known)

        def one() -> str:
            what, question = dice.choice(questions)
            question()
            return what

        _at_rate(watch, rate, stop, one, clock)


def _questions(connection: Connection[Any], dice: Random, known: "Known") -> list[tuple[str, Callable[[], object]]]:
    def customer() -> str:
        return f"KL{dice.randrange(CUSTOMERS):02}"

    policies = [policy.name for policy in POLICIES]
    return [
        ("debtor card search", lambda: debtor_card.search(connection, dice.choice(("k", "fra", "van", "kl0", "pos")))),
        ("debtor card", lambda: debtor_card.by_code(connection, customer())),
        ("freelancer search", lambda: freelancer_card.search(connection, dice.choice(("z", "sjo", "zl1")))),
        ("open items", lambda: open_items.of_debtor(connection, "customer", customer())),
        ("invoice list", lambda: invoice_list.latest(connection, customer=customer(), limit=50)),
        ("invoices", lambda: invoice_list.latest(connection, limit=50)),
        ("hours waiting", lambda: timesheets.waiting_for(connection, customer())),
        ("agenda", lambda: agenda.list_agenda(connection, limit=50)),
        ("next due", lambda: agenda.next_due(connection, policies)),
        ("rows that stay", known.look),
    ]


class Known:
    """What was seen before: rows of invoices never go, and positions never go back."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._seen: dict[str, tuple[int, int]] = {}

    def look(self) -> None:
        for name in ("invoices", "open_items", "invoice_lines", "timesheets"):
            query: Any = (
                f"SELECT (SELECT count(*) FROM {name}), (SELECT position FROM read_models WHERE name = '{name}')"
            )
            seen = self._connection.execute(query).fetchone()
            assert seen is not None
            before = self._seen.get(name, (0, 0))
            assert before[0] <= seen[0], f"{name} lost rows: {before} -> {seen}"
            assert before[1] <= seen[1], f"{name} went back: {before} -> {seen}"
            self._seen[name] = seen


class LockClock:
    """How long a connection has waited for locks, by the server's own clock: it tells in its log, which the client may read."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.seconds = 0.0
        self.hears = False
        try:
            connection.execute("SET log_lock_waits = on")
            connection.execute("SET deadlock_timeout = '1ms'")
            connection.execute("SET client_min_messages = log")
        except psycopg.errors.InsufficientPrivilege:
            return
        self.hears = True
        connection.add_notice_handler(self._hear)

    def _hear(self, said: Diagnostic) -> None:
        waited = re.search(r"acquired \w+ on .* after ([0-9.]+) ms", said.message_primary or "")
        if waited:
            self.seconds += float(waited.group(1)) / 1000


def _at_rate(watch: Watch, rate: float, stop: Signal, work: Callable[[], str], clock: LockClock | None = None) -> None:
    """Works so often a second until told to stop, and says what took how long; what comes late is not left out."""
    samples: list[Sample] = []
    start = time.monotonic()
    try:
        for number in itertools.count():
            wait = start + number / rate - time.monotonic()
            if stop.wait(max(0.0, wait)) if wait > 0 else stop.is_set():
                break
            locked = clock.seconds if clock else 0.0
            began = time.monotonic()
            what = work()
            samples.append(Sample(what, began, time.monotonic() - began, clock.seconds - locked if clock else 0.0))
    except Exception as error:
        watch.say(Said("failed", error=f"{type(error).__name__}: {error}"))
        raise
    finally:
        watch.keep(samples)
    watch.say(Said("done"))


# What operators do meanwhile


def rebuild_again_and_again(watch: Watch, site: Site, stop: Signal) -> None:
    """Rebuilds every read model until told to stop, and now and then goes back to the table before; says when."""
    samples: list[Sample] = []

    with Database(site.url) as database:
        streams = site.open(database)
        switching = [0.0]

        def on_step(step: Step) -> None:
            if step.state == "switch":
                switching[0] = time.monotonic()
            elif step.state == "switched":
                samples.append(Sample("switch", switching[0], time.monotonic() - switching[0]))

        try:
            for number in itertools.count():
                options = Options(keep_days=7 if number % 2 == 0 else 0)
                began = time.monotonic()
                run = Rebuild(database, site.agency, streams, MODELS, options, by="operator:anna", on_step=on_step)
                done = run.run()
                samples.append(Sample("rebuild", began, time.monotonic() - began))
                assert [each.outcome for each in done] == ["switched"] * len(MODELS)
                assert all(each.comparison.is_equal and not each.parked for each in done)
                watch.say(Said("rebuilt"))
                if options.keep_days:
                    for model in MODELS:
                        began = time.monotonic()
                        go_back(database, site.agency, streams, model)
                        samples.append(Sample("rollback", began, time.monotonic() - began))
                if stop.is_set():
                    break
        except Exception as error:
            watch.say(Said("failed", error=f"{type(error).__name__}: {error}"))
            raise
        finally:
            watch.keep(samples)
    watch.say(Said("done"))
