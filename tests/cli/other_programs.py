"""Other versions of selfbill: the same program, but one read model, open items, is declared otherwise.

`other_program(NAME, ...)` replaces the declaration where the catalogue finds it, which is what another version of the module would do.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from selfbill.aggregates.invoice_events import CommissionInvoiced, InvoiceIssued
from selfbill.aggregates.invoice_money import PaymentAllocated, PaymentReleased
from selfbill.projections import open_items
from selfbill.projections.open_items import OpenItem
from selfbill.projections.read_model import Key, ReadModel
from selfbill.store.streams import Recorded

TODAYS = open_items.MODEL
SATURDAY = 6
A_DAY = dt.timedelta(days=1)


class PaidItem(OpenItem, frozen=True):
    """With a column that the servicedesk asked for."""

    last_paid: dt.date | None = None
    """When money last came in."""


def _paid(key: Key, row: PaidItem | None, recorded: Recorded) -> PaidItem | None:
    item = open_items.evolve(key, row, recorded)
    match recorded.event:
        case InvoiceIssued() | CommissionInvoiced():
            assert item is not None
            return PaidItem(**msgspec.structs.asdict(item))
        case PaymentAllocated() as event if isinstance(item, PaidItem):
            return msgspec.structs.replace(item, last_paid=event.received_on)
    return item if isinstance(item, PaidItem) else None


def _due_on_a_working_day(key: Key, row: OpenItem | None, recorded: Recorded) -> OpenItem | None:
    item = open_items.evolve(key, row, recorded)
    if item is None or item.due.isoweekday() < SATURDAY:
        return item
    return msgspec.structs.replace(item, due=item.due + A_DAY * (8 - item.due.isoweekday()))


WHOSE = {"customer": "K"}


def _mistaken(key: Key, row: OpenItem | None, recorded: Recorded) -> OpenItem | None:
    if isinstance(recorded.event, PaymentReleased):
        _ = WHOSE[recorded.event.towards]  # a freelancer's direct debit that comes back was not thought of
    return open_items.evolve(key, row, recorded)


def _declared(**otherwise: Any) -> ReadModel[Any]:
    return msgspec.structs.replace(TODAYS, **otherwise)


WITH_COLUMN = _declared(version=TODAYS.version + 1, row=PaidItem, evolve=_paid)
"""A column is added: when money last came in."""

OTHER_RULE = _declared(version=TODAYS.version + 1, evolve=_due_on_a_working_day)
"""A rule is changed: what falls due in a weekend is late from the Tuesday after it, as the banks work."""

WITH_BUG = _declared(evolve=_mistaken)
"""A mistake that nobody sees until a freelancer's direct debit comes back, one event in ten thousand."""


def install(name: str) -> None:
    """Makes this process another version, for good."""
    open_items.MODEL = globals()[name]


@contextlib.contextmanager
def other_program(model: ReadModel[Any]) -> Iterator[None]:
    """Commands that are given inside are given to another version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_items, "MODEL", model)
        yield
