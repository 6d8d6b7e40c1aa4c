"""Direct debits in a whole house: with a clock, a mail server, workers, and processes that are killed."""

import datetime as dt
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree

from documents.faulty_smtp import FaultySmtp
from runtime.agencies import EXAMPLES, bring_in, expected, exported
from runtime.conftest import MakeHouse
from runtime.processes import start_run, words
from selfbill.aggregates.catalogue import debit_mandate_stream
from selfbill.aggregates.direct_debit_batch import BatchItem, BatchMade, Entry, Sheet
from selfbill.aggregates.direct_debit_events import DebitInstructed, DebitPrenotified, Stage
from selfbill.application.as_of import state_at
from selfbill.application.debit_batches import submit_batch
from selfbill.application.debit_mandates import identify_creditor, sign_mandate
from selfbill.application.debiting import plan_debit, return_debit
from selfbill.clock import SimulatedClock
from selfbill.documents.local_smtp import LocalSmtp
from selfbill.documents.pain008 import render_files
from selfbill.moments import from_local
from selfbill.pricing.terms import Towards
from selfbill.projections import agenda, debits
from selfbill.runtime.house import House, advance
from selfbill.values import BatchId, EndToEndId, InvoiceNumber

NAME = "voorbeeld-klein"
IDENTIFIER = "NL63ZZZ512732450000"
SETTLED_ON = from_local(dt.datetime(2026, 1, 2, 9))
MANDATES: tuple[tuple[Towards, str], ...] = (("freelancer", "Z01"), ("freelancer", "Z02"), ("customer", "K01"))
FIRST = InvoiceNumber("ZV-2026-0001")
"""Z01's commission of Wednesday 25 March, due on 8 April."""


def collecting(house: House) -> dt.datetime:
    """A sample agency that collects from three debtors; answers the moment until which its clock should run."""
    until = bring_in(house, NAME)
    office = house.office(SimulatedClock(SETTLED_ON), by="operator:anna")
    identify_creditor(office, identifier=IDENTIFIER)
    for towards, debtor in MANDATES:
        sign_mandate(office, towards=towards, debtor=debtor, signed_on=dt.date(2026, 1, 2), iban="NL76SNSB0804637555")
    return until


def batches(house: House) -> list[BatchMade]:
    return [each.event for each in house.store.streams.read(0, 1_000_000) if isinstance(each.event, BatchMade)]


def at(day: int, month: int, hour: int = 12) -> dt.datetime:
    return from_local(dt.datetime(2026, month, day, hour))


@pytest.fixture
def post(tmp_path: Path) -> Iterator[LocalSmtp]:
    with LocalSmtp(tmp_path / "received") as server:
        yield server


@pytest.fixture
def house(make_house: MakeHouse, post: LocalSmtp) -> House:
    return make_house(smtp_host="127.0.0.1", smtp_port=post.port, smtp_tls="none")


def test_from_commission_invoice_to_a_file_for_the_bank(house: House, post: LocalSmtp) -> None:
    collecting(house)
    advance(house, at(7, 4, 8))
    message_id = f"<debit.{FIRST}.1.20260408@zorgschakel.example.org>"
    assert post.received[message_id] == 1
    (mail,) = [
        message
        for message in (message_from_bytes(path.read_bytes(), policy=policy.default) for path in post.mails())
        if message["Message-ID"] == message_id
    ]
    assert mail["Subject"] == "Afschrijving op 8 april 2026: factuur ZV-2026-0001"
    assert mail["Date"] == "Wed, 25 Mar 2026 06:00:00 +0000"
    assert batches(house) == []

    advance(house, at(7, 4, 9))
    (made,) = batches(house)
    assert (made.batch, made.collection_date, made.message_id) == ("20260408-1", dt.date(2026, 4, 8), "ZV-20260408-1")
    assert FIRST in {item.number for item in made.items}
    for file in made.files:
        root = etree.fromstring(house.store.archive.get(file.sha256))
        names = {"n": f"urn:iso:std:iso:20022:tech:xsd:{file.format}"}
        found = [each.text for each in root.iterfind(".//n:EndToEndId", names)]
        assert found == [item.end_to_end_id for item in made.items]
        assert root.findtext(".//n:CreDtTm", namespaces=names) == "2026-04-07T09:00:00"


def test_what_comes_back_is_announced_and_collected_anew(house: House, post: LocalSmtp) -> None:
    collecting(house)
    advance(house, at(9, 4))
    clock = SimulatedClock(at(9, 4))
    office = house.office(clock, by="operator:anna")
    submit_batch(office, batch=BatchId("20260408-1"))
    return_debit(office, number=FIRST, end_to_end_id=EndToEndId(f"{FIRST}.1"), code="AM04", on=dt.date(2026, 4, 9))
    plan_debit(office, number=FIRST)
    advance(house, at(23, 4))
    with house.pool.connection() as connection:
        row = debits.by_number(connection, FIRST)
    assert row is not None
    assert [(each.attempt, each.stage, each.batch) for each in (*row.earlier, row.latest)] == [
        (1, Stage.RETURNED, "20260408-1"),
        (2, Stage.INSTRUCTED, "20260423-1"),
    ]
    assert post.received[f"<debit.{FIRST}.2.20260423@zorgschakel.example.org>"] == 1


def test_a_whole_run_collects_each_invoice_of_a_debtor_with_a_mandate_once(house: House, post: LocalSmtp) -> None:
    advance(house, collecting(house))
    assert exported(house) == expected(NAME), "collecting changes no invoice"
    made = batches(house)
    assert len(made) > 1
    assert_each_is_collected_once(house)
    assert {count for message_id, count in post.received.items() if message_id.startswith("<debit.")} == {1}
    with house.pool.connection() as connection:
        listed = {row.number: row for row in debits.latest(connection)}
    assert {(row.debtor_kind, row.debtor) for row in listed.values()} == set(MANDATES)
    assert {row.stage for row in listed.values()} <= {Stage.INSTRUCTED, Stage.ANNOUNCED}


def test_what_cannot_be_mailed_is_held_and_collected_later(make_house: MakeHouse) -> None:
    with FaultySmtp("RCPT", "550 no such user") as server:
        house = make_house()
        collecting(house)
        advance(house, at(25, 3, 6))
        house.follower.close()
        broken = make_house(smtp_host="127.0.0.1", smtp_port=server.port, smtp_tls="none", smtp_timeout_seconds=1)
        advance(broken, at(25, 3, 8))
        with broken.pool.connection() as connection:
            held = agenda.list_agenda(connection, policy="debit_notice", only_held=True)
        assert FIRST in [item.subject for item in held]
        assert "550" in str(held[0].reason)
        advance(broken, at(7, 4, 9))
        assert batches(broken) == [], "nobody is debited without having been told"
        broken.follower.close()
    mended = make_house()
    advance(mended, at(30, 4))
    (first,) = [made for made in batches(mended) if FIRST in {item.number for item in made.items}]
    (told,) = [
        each.event
        for each in mended.store.streams.read(0, 1_000_000)
        if isinstance(each.event, DebitPrenotified) and each.event.number == FIRST
    ]
    assert first.collection_date == told.collection_date
    assert told.on + dt.timedelta(days=14) <= first.collection_date


def assert_each_is_collected_once(house: House) -> None:
    """Each attempt stands in one batch, each batch's files are what is archived, and what is instructed stands in a batch."""
    made = batches(house)
    in_batches = [(one.batch, item.end_to_end_id, item.amount) for one in made for item in one.items]
    instructed = [
        (each.event.batch, each.event.end_to_end_id, each.event.amount)
        for each in house.store.streams.read(0, 1_000_000)
        if isinstance(each.event, DebitInstructed)
    ]
    assert sorted(in_batches) == sorted(instructed)
    assert set(Counter(identifier for _, identifier, _ in in_batches).values()) == {1}
    assert set(Counter((one.collection_date) for one in made).values()) == {1}
    for one in made:
        for file in one.files:
            assert len(house.store.archive.get(file.sha256)) == file.size


@pytest.mark.parametrize("seed", range(2))
def test_killed_runs_collect_nothing_twice(make_house: MakeHouse, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - where to kill, the same each time
    house = make_house()
    collecting(house)
    until = (EXAMPLES / NAME / "UNTIL").read_text().strip()
    with LocalSmtp(house.settings.data_dir / "received") as post:
        for _ in range(4):
            process = start_run(house, until, smtp_port=post.port)
            try:
                process.wait(dice.uniform(0.8, 3.0))
            except subprocess.TimeoutExpired:
                process.kill()
            process.wait()
        last = start_run(house, until, smtp_port=post.port)
        assert last.wait(300) == 0, words(house)
    assert exported(house) == expected(NAME)
    assert_each_is_collected_once(house)


def test_two_clocks_make_each_batch_once(make_house: MakeHouse) -> None:
    house = make_house()
    collecting(house)
    until = (EXAMPLES / NAME / "UNTIL").read_text().strip()
    with LocalSmtp(house.settings.data_dir / "received") as post:
        clocks = [start_run(house, until, smtp_port=post.port, workers="4") for _ in range(2)]
        assert [clock.wait(300) for clock in clocks] == [0, 0], words(house)
    assert_each_is_collected_once(house)
    assert {count for message_id, count in post.received.items() if message_id.startswith("<debit.")} == {1}


def test_the_archived_file_can_be_made_again_byte_for_byte(house: House) -> None:
    collecting(house)
    advance(house, at(9, 4))
    (made,) = batches(house)

    def entry(item: BatchItem) -> Entry:
        mandate = state_at(house.store.streams, debit_mandate_stream(item.mandate), item.mandate_version)
        return Entry(item, mandate.account, mandate.signed_on)

    entries = tuple(map(entry, made.items))
    again = render_files(Sheet(made.message_id, made.creditor, made.collection_date, made.made_at, entries))
    assert {form: sha256(content).hexdigest() for form, content in again.items()} == {
        file.format: file.sha256 for file in made.files
    }
