"""Payments: every entry of the banks' statements, what it pays, what is left of it and what is to be done with that."""

import datetime as dt
from typing import Any, Literal

import msgspec
from psycopg import Connection

from selfbill.aggregates.payment import TO_MATCH, WORK_ITEMS, PaymentState
from selfbill.aggregates.payment_events import (
    AllocationMade,
    AllocationTakenBack,
    MatchNotFound,
    MatchProposed,
    OffsetTakenBack,
    PaymentForgotten,
    PaymentOffset,
    PaymentReceived,
    PaymentReplaced,
    PaymentSetAside,
    PaymentTakenUp,
    Proposal,
    Source,
)
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import Cents, InvoiceNumber, PaymentId

PAGE = 500
"""Payments that a person gets to see at once, unless they ask for another number."""


class Allocated(msgspec.Struct, frozen=True):
    """What of a payment pays an invoice; with a reason, it does so no longer."""

    allocation: PaymentId
    number: InvoiceNumber
    amount: Cents
    rule: str
    by: str
    taken_back: str | None = None


class Offset(msgspec.Struct, frozen=True):
    """What of a payment another undoes."""

    other: PaymentId
    amount: Cents
    reason: str


class ListedPayment(msgspec.Struct, frozen=True):
    """One payment; amounts more than 0 came in, less than 0 went out."""

    payment: PaymentId
    owner: str
    """On whose account: a freelancer's code, or `agency`."""
    amount: Cents
    left: Cents
    """What pays nothing yet."""
    state: PaymentState
    booked: dt.date
    valued: dt.date
    source: Source
    statement: str
    is_return: bool
    position: int
    name: str | None = None
    iban: str | None = None
    text: str | None = None
    reference: str | None = None
    end_to_end_id: str | None = None
    mandate_id: str | None = None
    return_code: str | None = None
    batch_id: str | None = None
    reason: str = ""
    """Why it is not allocated: a rule of matching, or what a person said."""
    allocations: tuple[Allocated, ...] = ()
    offsets: tuple[Offset, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    @property
    def numbers(self) -> tuple[InvoiceNumber, ...]:
        """The invoices that it pays."""
        return tuple(dict.fromkeys(each.number for each in self.allocations if each.taken_back is None))


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.payment,),)


def evolve(_: Key, row: ListedPayment | None, recorded: Recorded) -> ListedPayment | None:
    """The payment after this event."""
    event = recorded.event
    if isinstance(event, PaymentReceived):
        return _received(event, recorded)
    if row is None:
        return None
    replace = msgspec.structs.replace
    match event:
        case MatchProposed():
            return replace(row, state=PaymentState.PROPOSED, proposals=event.proposals, reason=event.reason)
        case MatchNotFound():
            return replace(row, state=PaymentState.UNMATCHED, proposals=(), reason=event.reason)
        case PaymentSetAside():
            return replace(row, state=PaymentState.SET_ASIDE, proposals=(), reason=event.reason)
        case PaymentTakenUp():
            return replace(row, state=PaymentState.RECEIVED, reason="")
        case PaymentReplaced():
            return replace(row, state=PaymentState.REPLACED, left=Cents(0), proposals=(), reason="")
        case PaymentForgotten():
            return replace(row, **dict.fromkeys(MODEL.personal))
    return _spent(row, recorded)


def _spent(row: ListedPayment, recorded: Recorded) -> ListedPayment:
    replace = msgspec.structs.replace
    match recorded.event:
        case AllocationMade() as event:
            made = Allocated(event.allocation, event.number, event.amount, event.rule, recorded.by)
            return _with_left(replace(row, allocations=(*row.allocations, made)), event.left)
        case AllocationTakenBack() as event:
            allocations = tuple(
                replace(each, taken_back=event.reason) if each.allocation == event.allocation else each
                for each in row.allocations
            )
            return _with_left(replace(row, allocations=allocations), event.left)
        case PaymentOffset() as event:
            offset = Offset(event.other, event.amount, event.reason)
            return _with_left(replace(row, offsets=(*row.offsets, offset)), event.left)
        case OffsetTakenBack() as event:
            offsets = tuple(each for each in row.offsets if each.other != event.other)
            return _with_left(replace(row, offsets=offsets), event.left)
    return row


def _with_left(row: ListedPayment, left: Cents) -> ListedPayment:
    state = PaymentState.ALLOCATED if left == 0 else PaymentState.RECEIVED
    return msgspec.structs.replace(row, left=left, state=state, proposals=(), reason="")


def _received(event: PaymentReceived, recorded: Recorded) -> ListedPayment:
    details = event.details
    return ListedPayment(
        payment=event.payment,
        owner=event.owner,
        amount=event.amount,
        left=event.amount,
        state=PaymentState.RECEIVED,
        booked=event.booked,
        valued=event.valued,
        source=event.source,
        statement=event.statement,
        is_return=event.is_return,
        position=recorded.position,
        name=details.name if details else None,
        iban=details.iban if details else None,
        text=details.text if details else None,
        reference=details.reference if details else None,
        end_to_end_id=details.end_to_end_id if details else None,
        mandate_id=details.mandate_id if details else None,
        return_code=details.return_code if details else None,
        batch_id=details.batch_id if details else None,
    )


MODEL = ReadModel(
    name="payments",
    version=1,
    row=ListedPayment,
    key=("payment",),
    listens=(
        PaymentReceived,
        AllocationMade,
        AllocationTakenBack,
        PaymentOffset,
        OffsetTakenBack,
        MatchProposed,
        MatchNotFound,
        PaymentSetAside,
        PaymentTakenUp,
        PaymentReplaced,
        PaymentForgotten,
    ),
    keys=keys,
    evolve=evolve,
    indexes=(("owner", "state", "booked"), ("booked",), ("iban",)),
    of_one_stream=True,
    personal=("name", "iban", "text", "reference", "end_to_end_id", "mandate_id", "return_code", "batch_id"),
)
_TABLE = Table(MODEL, MODEL.name)


def by_id(connection: Connection[Any], payment: str) -> list[ListedPayment]:
    """The payment with this id; all that begin with it, so that a person need not type the whole."""
    literal = "".join(f"\\{each}" if each in "\\%_" else each for each in payment)
    return _TABLE.select(connection, "WHERE payment LIKE %s ORDER BY payment LIMIT 3", (f"{literal}%",))


def to_match(connection: Connection[Any], owner: str) -> list[ListedPayment]:
    """What is left to be matched on this owner's accounts, in the order of the bank."""
    return _TABLE.select(
        connection,
        'WHERE owner = %s AND state = ANY(%s) AND "left" <> 0 ORDER BY booked, position',
        (owner, [str(state) for state in TO_MATCH]),
    )


def latest(
    connection: Connection[Any],
    *,
    owner: str | None = None,
    only_work: bool = False,
    only_left: bool = False,
    since: dt.date | None = None,
    limit: int = PAGE,
) -> list[ListedPayment]:
    """The payments, the latest first: all, those for a person to look at, or those of which something is left."""
    return _TABLE.select(
        connection,
        "WHERE (%(owner)s::text IS NULL OR owner = %(owner)s)"
        " AND (NOT %(only_work)s OR state = ANY(%(work)s))"
        ' AND (NOT %(only_left)s OR "left" <> 0)'
        " AND (%(since)s::date IS NULL OR booked >= %(since)s)"
        " ORDER BY booked DESC, position DESC LIMIT %(limit)s",
        {
            "owner": owner,
            "only_work": only_work,
            "work": [str(state) for state in WORK_ITEMS],
            "only_left": only_left,
            "since": since,
            "limit": limit,
        },
    )


def since(connection: Connection[Any], owner: str, day: dt.date) -> list[ListedPayment]:
    """What came in or went out since this day: what a return takes back, and what a second payment looks like."""
    return _TABLE.select(connection, "WHERE owner = %s AND booked >= %s ORDER BY booked, position", (owner, day))


def paying(connection: Connection[Any], number: str) -> list[ListedPayment]:
    """The payments that pay this invoice, or paid it once."""
    return _TABLE.select(
        connection, "WHERE allocations @> %s::jsonb ORDER BY booked, position", (f'[{{"number": "{number}"}}]',)
    )


def said_to_be_received(connection: Connection[Any], owner: str) -> dict[InvoiceNumber, Cents]:
    """What this creditor said to have received and no statement has shown yet, by invoice."""
    rows = connection.execute(
        "SELECT allocation ->> 'number', sum((allocation ->> 'amount')::bigint)::bigint"
        " FROM payments, jsonb_array_elements(allocations) AS allocation"
        " WHERE owner = %s AND source = 'creditor' AND allocation ->> 'taken_back' IS NULL GROUP BY 1",
        (owner,),
    ).fetchall()
    return {InvoiceNumber(number): Cents(amount) for number, amount in rows}


def of_debtor(connection: Connection[Any], kind: Literal["customer", "freelancer"], debtor: str) -> list[PaymentId]:
    """The payments that pay invoices of this debtor, or did once."""
    rows = connection.execute(
        "SELECT DISTINCT payment FROM payments, jsonb_array_elements(allocations) AS allocation"
        " JOIN open_items AS item ON item.number = allocation ->> 'number'"
        " WHERE item.debtor_kind = %s AND item.debtor = %s ORDER BY payment",
        (kind, debtor),
    ).fetchall()
    return [PaymentId(payment) for (payment,) in rows]


class PayingAccount(msgspec.Struct, frozen=True):
    """An account from which a debtor paid."""

    iban: str
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str


def paying_accounts(connection: Connection[Any]) -> list[PayingAccount]:
    """Which debtors paid from which accounts, as far as those payments still stand."""
    rows = connection.execute(
        "SELECT DISTINCT payment.iban, item.debtor_kind, item.debtor FROM payments AS payment,"
        " jsonb_array_elements(payment.allocations) AS allocation"
        " JOIN open_items AS item ON item.number = allocation ->> 'number'"
        " WHERE payment.iban <> '' AND payment.amount > 0 AND allocation ->> 'taken_back' IS NULL"
    ).fetchall()
    return [PayingAccount(*row) for row in rows]
