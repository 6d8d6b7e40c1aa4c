"""Direct debits: of each commission invoice that is or was collected, the latest attempt, how far it came, and the attempts before it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from psycopg import Connection

from selfbill.aggregates.direct_debit_events import (
    DEBIT_EVENTS,
    DebitCollected,
    DebitDropped,
    DebitEvent,
    DebitInstructed,
    DebitNoticeFailed,
    DebitPlanned,
    DebitPrenotified,
    DebitReturned,
    Stage,
)
from selfbill.aggregates.invoice_money import MOVEMENTS, change_of, day_of
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import BatchId, Cents, EndToEndId, InvoiceNumber, MandateId

PAGE = 500
"""Direct debits that a person gets to see at once, unless they ask for another number."""


class Attempt(msgspec.Struct, frozen=True):
    """One attempt at collecting an invoice."""

    attempt: int
    mandate: MandateId
    amount: Cents
    collection_date: dt.date
    stage: Stage
    end_to_end_id: EndToEndId | None = None
    batch: BatchId | None = None
    announced_on: dt.date | None = None
    collected_on: dt.date | None = None
    returned_on: dt.date | None = None
    code: str | None = None
    """The bank's reason for a return."""
    reason: str | None = None
    """Why it came back, was dropped, or could not be announced."""
    paid_meanwhile: Cents = Cents(0)
    """What was paid, credited or written off after the file was made and before the collection date: so much is collected twice."""


class ListedDebit(msgspec.Struct, frozen=True):
    """The latest attempt at one invoice; its columns are those of `Attempt`."""

    number: InvoiceNumber
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    mandate: MandateId
    collection_date: dt.date
    amount: Cents
    stage: Stage
    batch: BatchId | None
    end_to_end_id: EndToEndId | None
    latest: Attempt
    earlier: tuple[Attempt, ...] = ()


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.number,),)


def evolve(_: Key, row: ListedDebit | None, recorded: Recorded) -> ListedDebit | None:
    """The invoice's direct debits after this event; an invoice that was never planned for one has no row."""
    event = recorded.event
    if isinstance(event, DebitPlanned):
        planned = Attempt(event.attempt, event.mandate, event.amount, event.collection_date, Stage.PLANNED)
        before = () if row is None else (*row.earlier, row.latest)
        earlier = tuple(each for each in before if each.attempt != event.attempt)
        return _row(event.number, event.towards, event.debtor, planned, earlier)
    if row is None:
        return None
    if isinstance(event, MOVEMENTS):
        return _with(row, _moved(row.latest, change_of(event), day_of(event)), row.earlier)
    if isinstance(event, DEBIT_EVENTS):
        if row.latest.attempt == event.attempt:
            return _with(row, _after(row.latest, event), row.earlier)
        earlier = tuple(_after(each, event) if each.attempt == event.attempt else each for each in row.earlier)
        return _with(row, row.latest, earlier)
    return row


def _moved(attempt: Attempt, change: Cents, on: dt.date) -> Attempt:
    if attempt.stage is not Stage.INSTRUCTED or on >= attempt.collection_date:
        return attempt
    return msgspec.structs.replace(attempt, paid_meanwhile=Cents(attempt.paid_meanwhile - change))


def _after(attempt: Attempt, event: DebitEvent) -> Attempt:
    replace = msgspec.structs.replace
    match event:
        case DebitPrenotified():
            return replace(attempt, stage=Stage.ANNOUNCED, announced_on=event.on, reason=None)
        case DebitNoticeFailed():
            return replace(attempt, reason=event.reason)
        case DebitInstructed():
            return replace(
                attempt,
                stage=Stage.INSTRUCTED,
                amount=event.amount,
                batch=event.batch,
                end_to_end_id=event.end_to_end_id,
            )
        case DebitCollected():
            return replace(attempt, stage=Stage.COLLECTED, collected_on=event.on)
        case DebitReturned():
            return replace(attempt, stage=Stage.RETURNED, returned_on=event.on, code=event.code, reason=event.reason)
        case DebitDropped():
            return replace(attempt, stage=Stage.DROPPED, reason=event.reason)
        case DebitPlanned():
            return attempt


def _with(row: ListedDebit, latest: Attempt, earlier: tuple[Attempt, ...]) -> ListedDebit:
    return _row(row.number, row.debtor_kind, row.debtor, latest, earlier)


def _row(
    number: InvoiceNumber,
    debtor_kind: Literal["customer", "freelancer"],
    debtor: str,
    latest: Attempt,
    earlier: tuple[Attempt, ...],
) -> ListedDebit:
    return ListedDebit(
        number=number,
        debtor_kind=debtor_kind,
        debtor=debtor,
        mandate=latest.mandate,
        collection_date=latest.collection_date,
        amount=latest.amount,
        stage=latest.stage,
        batch=latest.batch,
        end_to_end_id=latest.end_to_end_id,
        latest=latest,
        earlier=earlier,
    )


MODEL = ReadModel(
    name="debits",
    version=1,
    row=ListedDebit,
    key=("number",),
    listens=(*DEBIT_EVENTS, *MOVEMENTS),
    keys=keys,
    evolve=evolve,
    indexes=(("collection_date", "stage"), ("end_to_end_id",), ("mandate",), ("batch",)),
    of_one_stream=True,
)
_TABLE = Table(MODEL, MODEL.name)

UNDER_WAY = (Stage.PLANNED, Stage.ANNOUNCED)
"""What can still go into a batch."""


class Found(msgspec.Struct, frozen=True):
    """The attempt that the bank speaks of, and whose invoice it is."""

    number: InvoiceNumber
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    attempt: Attempt


def find_collection(
    connection: Connection[Any],
    *,
    end_to_end_id: str | None = None,
    mandate: str | None = None,
    collection_date: dt.date | None = None,
) -> list[Found]:
    """The attempts that were handed to the bank and that an entry of a statement speaks of.

    An end-to-end id names one attempt, the latest or an earlier one. A mandate, with or without a collection date, can name
    several, the latest collection first.
    """
    assert end_to_end_id or mandate, "nothing is looked for"
    column, value = ("end_to_end_id", end_to_end_id) if end_to_end_id else ("mandate", mandate)
    rows = _latest_or_earlier(connection, column, value)
    found = [
        Found(row.number, row.debtor_kind, row.debtor, each)
        for row in rows
        for each in (*row.earlier, row.latest)
        if each.end_to_end_id is not None
        and end_to_end_id in (None, each.end_to_end_id)
        and mandate in (None, each.mandate)
        and collection_date in (None, each.collection_date)
    ]
    return sorted(found, key=lambda one: (one.attempt.collection_date, one.number), reverse=True)


def _latest_or_earlier(connection: Connection[Any], column: str, value: str | None) -> list[ListedDebit]:
    """The rows of which an attempt has this value. An end-to-end id is one attempt's, so mostly the index has the answer."""
    rows = _TABLE.select(connection, f"WHERE {column} = %s", (value,))
    if rows and column == "end_to_end_id":
        return rows
    before = _TABLE.select(
        connection,
        f"WHERE {column} IS DISTINCT FROM %(value)s"
        f" AND earlier @> jsonb_build_array(jsonb_build_object('{column}', %(value)s::text))",
        {"value": value},
    )
    return [*rows, *before]


def by_number(connection: Connection[Any], number: str) -> ListedDebit | None:
    """The direct debits of this invoice."""
    rows = _TABLE.select(connection, "WHERE number = %s", (number,))
    return rows[0] if rows else None


def by_numbers(connection: Connection[Any], numbers: Sequence[str]) -> dict[InvoiceNumber, ListedDebit]:
    """The direct debits of these invoices."""
    rows = _TABLE.select(connection, "WHERE number = ANY(%s)", (list(numbers),))
    return {row.number: row for row in rows}


def under_way(connection: Connection[Any], collection_date: dt.date | None = None) -> list[ListedDebit]:
    """What can still go into a batch, of one collection date or of all, the earliest first."""
    return _TABLE.select(
        connection,
        "WHERE stage = ANY(%(stages)s) AND (%(day)s::date IS NULL OR collection_date = %(day)s)"
        " ORDER BY collection_date, number",
        {"stages": [stage.value for stage in UNDER_WAY], "day": collection_date},
    )


def latest(connection: Connection[Any], *, debtor: str | None = None, limit: int = PAGE) -> list[ListedDebit]:
    """Every invoice with a direct debit, or those of one debtor; the latest collection date first."""
    return _TABLE.select(
        connection,
        "WHERE (%(debtor)s::text IS NULL OR debtor = %(debtor)s) ORDER BY collection_date DESC, number LIMIT %(limit)s",
        {"debtor": debtor, "limit": limit},
    )
