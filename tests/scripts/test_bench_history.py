"""The made-up history that is measured with: in the proportions of a real one, true to itself, and readable as events."""

import sys
from collections import Counter, defaultdict
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from conftest import MASTER_KEY, StoreFactory
from selfbill.aggregates.catalogue import KINDS, all_events
from selfbill.aggregates.event import tag_of
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import InvoiceIssued
from selfbill.aggregates.invoice_money import PaymentAllocated, PaymentReleased
from selfbill.aggregates.timesheet_events import TimesheetInvoiced
from selfbill.store.database import Database
from selfbill.store.mapper import Recorded

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
bench_history = import_module("bench_history")

EVENTS = 30_000


@pytest.fixture(scope="module")
def recorded() -> list[Recorded]:
    return list(bench_history.history(EVENTS))


def test_a_history_holds_what_a_real_one_holds(recorded: list[Recorded]) -> None:
    counts = Counter(tag_of(type(each.event)) for each in recorded)
    measured = sum(bench_history.MEASURED.values())
    made = sum(count for tag, count in counts.items() if tag in bench_history.MEASURED)
    for tag, count in bench_history.MEASURED.items():
        if count >= 100:
            assert counts[tag] / made == pytest.approx(count / measured, rel=0.2), tag


def test_a_history_is_in_order_and_without_gaps(recorded: list[Recorded]) -> None:
    assert [each.position for each in recorded] == list(range(1, EVENTS + 1))
    assert all(earlier.at <= later.at for earlier, later in pairwise(recorded))
    versions: dict[str, list[int]] = defaultdict(list)
    for each in recorded:
        versions[each.originator_id].append(each.originator_version)
    assert all(each == list(range(1, len(each) + 1)) for each in versions.values())


def test_what_stands_on_an_invoice_adds_up_across_streams(recorded: list[Recorded]) -> None:
    states: dict[str, Any] = {}
    marked: Counter[str] = Counter()
    for each in recorded:
        stream = each.originator_id
        kind = KINDS[stream.partition(":")[0]]
        before = states.get(stream, kind.initial)
        states[stream] = kind.evolve(before, each.event)
        match each.event:
            case PaymentAllocated(amount=amount, open_after=open_after):
                assert open_after == before.open - amount >= 0
            case PaymentReleased(amount=amount, open_after=open_after):
                assert open_after == before.open + amount <= before.issued.total
            case TimesheetInvoiced(invoice=number, hours_amount=amount):
                marked[number] += amount
    issued = [
        invoice.issued
        for invoice in states.values()
        if isinstance(invoice, Invoice) and isinstance(invoice.issued, InvoiceIssued)
    ]
    assert len(issued) > 500
    for one in issued:
        assert sum(line.amount for line in one.lines) == one.net == one.total - one.vat_total
        assert marked[one.number] == one.hours_amount
        assert states[f"series:{one.freelancer}"].last_taken[one.date.year] >= int(one.number.rpartition("-")[2])


def test_the_same_seed_gives_the_same_history_and_another_gives_another(recorded: list[Recorded]) -> None:
    assert list(bench_history.history(2_000, seed=5)) == list(bench_history.history(2_000, seed=5))
    assert list(bench_history.history(2_000, seed=5)) != list(bench_history.history(2_000, seed=6))
    assert list(bench_history.history(EVENTS)) == recorded


def test_a_history_stands_in_the_event_table_as_if_it_had_happened(
    database: Database, agency: str, make_store: StoreFactory
) -> None:
    made = list(bench_history.history(3_000))
    assert bench_history.fill(database, agency, made, master=MASTER_KEY) == 3_000
    streams = make_store(all_events(), KINDS).streams
    assert streams.read(0, 5_000) == made
    assert streams.head() == 3_000
