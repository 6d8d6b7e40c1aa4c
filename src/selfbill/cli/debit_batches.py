"""`selfbill debit make`, `submitted`, `cancel` and `show`: the files for the bank."""

import datetime as dt
import sys
from pathlib import Path

import msgspec

from selfbill.aggregates.catalogue import CREDITOR, debit_batch_stream
from selfbill.aggregates.creditor import CreditorDetails, require
from selfbill.aggregates.direct_debit import can_reach
from selfbill.aggregates.direct_debit_batch import Batch, BatchFile, UnknownBatch
from selfbill.aggregates.direct_debit_events import Stage
from selfbill.application.debit_batches import cancel_batch, make_batch, submit_batch
from selfbill.business_days import business_days_before
from selfbill.cli.debits import BATCH_COLUMNS, COLUMNS, batch_row, batch_state, debit_row, warn_of_double
from selfbill.cli.moments import read_day, shown_moment
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.refusals import NoSuchFormat
from selfbill.cli.terminal import Terminal
from selfbill.cli.writing import write_file
from selfbill.documents.formats import amount, short_date
from selfbill.documents.pain008 import render_files
from selfbill.moments import local_date
from selfbill.projections import debit_batches, debits
from selfbill.projections.debit_batches import ListedBatch
from selfbill.projections.debits import Attempt, ListedDebit
from selfbill.runtime.house import House
from selfbill.values import BatchId, InvoiceNumber

STANDARD_OUTPUT = Path("-")


def make(terminal: Terminal, *, collection: str | None, agency: str | None, as_json: bool) -> None:
    """Makes the batches of one day, or of every day whose file is due."""
    wanted = None if collection is None else read_day(collection)
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        office = house.office(by=operator(), cause="selfbill debit make")
        creditor = require(house.store.streams.load(CREDITOR).state)
        today = local_date(office.clock.now())
        with house.pool.connection() as connection:
            before = {each.batch for each in debit_batches.latest(connection)}
            rows = debits.under_way(connection, wanted)
        for day in sorted({row.collection_date for row in rows}):
            numbers = [
                row.number for row in rows if row.collection_date == day and _is_due(row, creditor, today, wanted)
            ]
            if numbers:
                make_batch(office, collection_date=day, numbers=numbers, render=render_files)
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            made = [each for each in debit_batches.latest(connection) if each.batch not in before]
    if as_json:
        terminal.json({"made": made})
    elif made:
        terminal.table(BATCH_COLUMNS, [batch_row(terminal, each) for each in made])
        terminal.note(
            f"Schrijf het bestand met: selfbill debit show {made[0].batch} --file BESTAND",
            f"Write the file with: selfbill debit show {made[0].batch} --file FILE",
        )
    else:
        terminal.say("Er valt nu geen incassobestand te maken.", "There is no file of direct debits to make now.")


def _is_due(row: ListedDebit, creditor: CreditorDetails, today: dt.date, wanted: dt.date | None) -> bool:
    """Whether it goes into a file now: what was announced of the day that was asked for, or all of a day whose file is due."""
    if wanted is not None and row.stage is not Stage.ANNOUNCED:
        return not can_reach(row.collection_date, creditor, today=today)
    return wanted is not None or today >= business_days_before(row.collection_date, creditor.file_days)


def submitted(terminal: Terminal, *, batch: str, agency: str | None, as_json: bool) -> None:
    """Records that somebody uploaded it."""
    with opened(terminal, agency) as house:
        office = house.office(by=operator(), cause="selfbill debit submitted")
        submit_batch(office, batch=BatchId(batch))
        listed = _listed(terminal, house, batch)
    _say(terminal, listed, as_json=as_json)


def cancel(terminal: Terminal, *, batch: str, reason: str, by_bank: bool, agency: str | None, as_json: bool) -> None:
    """Cancels it; its invoices can be planned again."""
    with opened(terminal, agency) as house:
        office = house.office(by=operator(), cause="selfbill debit cancel")
        cancel_batch(office, batch=BatchId(batch), reason=reason, by_bank=by_bank)
        listed = _listed(terminal, house, batch)
    _say(terminal, listed, as_json=as_json)


def _say(terminal: Terminal, listed: ListedBatch, *, as_json: bool) -> None:
    if as_json:
        terminal.json(listed)
    else:
        state = batch_state(terminal, listed.state)
        terminal.say(f"Batch {listed.batch} is {state}.", f"Batch {listed.batch} is {state}.")


def show(terminal: Terminal, *, batch: str, file: Path | None, version: str, agency: str | None, as_json: bool) -> None:
    """One batch with its collections and what became of each; or its file, checked against its hash."""
    with opened(terminal, agency) as house:
        listed = _listed(terminal, house, batch)
        if file is not None:
            _write(terminal, house, _file(listed, version), file)
            return
        state: Batch = house.store.streams.load(debit_batch_stream(BatchId(batch))).state
        assert state.made is not None
        numbers = [item.number for item in state.made.items]
        with house.pool.connection() as connection:
            rows = debits.by_numbers(connection, numbers)
    found = [(rows[number], _attempt(rows[number], listed.batch)) for number in numbers]
    if as_json:
        items = [{"number": row.number, "debtor": row.debtor, **msgspec.to_builtins(one)} for row, one in found]
        terminal.json({**msgspec.to_builtins(listed), "items": items})
        return
    _show(terminal, listed)
    terminal.table(COLUMNS, [debit_row(terminal, row.number, row.debtor, one) for row, one in found])
    for row, one in found:
        warn_of_double(terminal, InvoiceNumber(row.number), one)


def _attempt(row: ListedDebit, batch: BatchId) -> Attempt:
    return next(each for each in (row.latest, *row.earlier) if each.batch == batch)


def _show(terminal: Terminal, batch: ListedBatch) -> None:
    terminal.heading(f"Incassobatch {batch.batch}", f"Direct debits {batch.batch}")
    terminal.facts(
        ("Incassodatum", "Collection date", short_date(batch.collection_date)),
        ("Gemaakt", "Made", shown_moment(batch.made_at, terminal.language)),
        ("Kenmerk", "Message id", batch.message_id),
        ("Posten", "Items", str(batch.items)),
        ("Totaal", "Total", amount(batch.total, terminal.language)),
        ("Toestand", "State", batch_state(terminal, batch.state)),
        (
            "Ingestuurd",
            "Submitted",
            shown_moment(batch.submitted_at, terminal.language) if batch.submitted_at else None,
        ),
        ("Reden", "Reason", batch.reason),
        *((each.format, each.format, f"SHA-256 {each.sha256}") for each in batch.files),
    )


def _file(batch: ListedBatch, version: str) -> BatchFile:
    for each in batch.files:
        if each.format.endswith(f".{version}"):
            return each
    raise NoSuchFormat(version=version, versions=", ".join(each.format[-2:] for each in batch.files))


def _write(terminal: Terminal, house: House, wanted: BatchFile, file: Path) -> None:
    content = house.store.archive.get(wanted.sha256)
    if file == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        return
    write_file(file, content)
    terminal.note(
        f"{file}: {wanted.format}, {len(content)} bytes (SHA-256 {wanted.sha256})."
        " Na het insturen: selfbill debit submitted",
        f"{file}: {wanted.format}, {len(content)} bytes (SHA-256 {wanted.sha256})."
        " After uploading: selfbill debit submitted",
    )


def _listed(terminal: Terminal, house: House, batch: str) -> ListedBatch:
    show_everything(terminal, house)
    with house.pool.connection() as connection:
        listed = debit_batches.by_id(connection, batch)
    if listed is None:
        raise UnknownBatch(batch=batch)
    return listed
