"""Whatever kills the process, and whenever: started again, it ends in the same invoices, and nothing leaves twice unseen."""

import random
import subprocess

import pytest

from runtime.agencies import EXAMPLES, bring_in, expected, exported
from runtime.conftest import MakeHouse
from runtime.processes import start_run, words
from selfbill.aggregates.timesheet_events import HoursApproved, HoursSubmitted, TimesheetInvoiced
from selfbill.documents.local_smtp import LocalSmtp
from selfbill.projections import invoice_list
from selfbill.runtime.house import House

KILLS = 4
"""How often each run is killed before it may finish."""
FINISH_SECONDS = 300


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_run_started_again_ends_in_the_same_invoices(make_house: MakeHouse, seed: int) -> None:
    kill_and_compare(make_house, "voorbeeld-klein", seed, longest_seconds=2.5)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5, 50))
def test_fifty_killed_runs_end_in_the_same_invoices(make_house: MakeHouse, seed: int) -> None:
    kill_and_compare(make_house, "voorbeeld-klein", seed, longest_seconds=2.5)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_a_large_agency_killed_in_the_middle_ends_in_the_same_invoices(make_house: MakeHouse, seed: int) -> None:
    kill_and_compare(make_house, "bureau-noord", seed, longest_seconds=20)


def kill_and_compare(make_house: MakeHouse, name: str, seed: int, *, longest_seconds: float) -> None:
    dice = random.Random(seed)  # noqa: S311 - where to kill, the same each time
    house = make_house()
    bring_in(house, name)
    until = (EXAMPLES / name / "UNTIL").read_text().strip()
    with LocalSmtp(house.settings.data_dir / "received") as post:
        for _ in range(KILLS):
            process = start_run(house, until, smtp_port=post.port)
            try:
                process.wait(dice.uniform(0.5, longest_seconds))
            except subprocess.TimeoutExpired:
                process.kill()
            process.wait()
        last = start_run(house, until, smtp_port=post.port)
        assert last.wait(FINISH_SECONDS) == 0, words(house)
    assert exported(house) == expected(name)
    assert every_approved_minute_is_billed_once(house)
    assert mailed_twice_without_a_word(house, post) == []


def every_approved_minute_is_billed_once(house: House) -> bool:
    """Each approved attempt that is due was billed, once, and no other attempt was."""
    events = [recorded.event for recorded in house.store.streams.read(0, 1_000_000)]
    approved = [(event.placement, event.week, event.attempt) for event in events if isinstance(event, HoursApproved)]
    billed = [
        (event.placement, event.week, event.attempt)
        for event in events
        if isinstance(event, TimesheetInvoiced) and event.complete
    ]
    submitted = {
        (event.placement, event.week, event.attempt): event for event in events if isinstance(event, HoursSubmitted)
    }
    minutes = sum(submitted[attempt].minutes for attempt in billed)
    with house.pool.connection() as connection:
        invoiced = sum(
            invoice.minutes for invoice in invoice_list.all_invoices(connection) if invoice.kind == "invoice"
        )
    return sorted(approved) == sorted(billed) and len(set(billed)) == len(billed) and minutes == invoiced


def mailed_twice_without_a_word(house: House, post: LocalSmtp) -> list[str]:
    """Invoices that left more often than their unclear deliveries explain."""
    with house.pool.connection() as connection:
        invoices = invoice_list.all_invoices(connection)
    return [
        invoice.number
        for invoice in invoices
        for message_id, count in post.received.items()
        if message_id.startswith(f"<invoice.{invoice.number}@") and count > 1 + invoice.unclear_deliveries
    ]
