"""Collect: on the morning on which the bank wants the file, everything planned for one collection date becomes a batch."""

import datetime as dt
from collections.abc import Iterator, Sequence

from selfbill.aggregates.direct_debit_events import DebitDropped, DebitInstructed, DebitPlanned
from selfbill.application.debit_batches import make_batch
from selfbill.documents.pain008 import render_files
from selfbill.policies.policy import Desk, Item, Policy, all_together
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.store.streams import Recorded
from selfbill.values import InvoiceNumber

NAME = "debit_batch"


def changes(recorded: Recorded) -> Iterator[Change]:
    """A planned collection waits for its file, until it stands in one or is not collected after all."""
    event = recorded.event
    match event:
        case DebitPlanned():
            yield Put(
                NAME,
                event.number,
                due=event.file_at,
                group_key=event.collection_date.isoformat(),
                stream=recorded.originator_id,
                data={"collection_date": event.collection_date.isoformat()},
            )
        case DebitInstructed() | DebitDropped():
            yield Take(NAME, event.number)


def act(desk: Desk, items: Sequence[Item]) -> None:
    """One batch for each collection date. What could not be announced in time moves to a later day instead."""
    by_day: dict[dt.date, list[InvoiceNumber]] = {}
    for item in items:
        day = dt.date.fromisoformat(item.data["collection_date"])
        by_day.setdefault(day, []).append(InvoiceNumber(item.subject))
    for day, numbers in sorted(by_day.items()):
        office = desk.office.acting(cause=f"direct debits of {day}")
        make_batch(office, collection_date=day, numbers=numbers, render=render_files)


POLICY = Policy(
    name=NAME,
    title="Incassobestand maken",
    fold=AgendaFold(listens=(DebitPlanned, DebitInstructed, DebitDropped), changes=changes),
    act=act,
    batches=all_together,
)
