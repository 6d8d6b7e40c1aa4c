"""Expire: a direct debit mandate that was not used for 36 months is put down as lapsed."""

import datetime as dt
from collections.abc import Iterator, Sequence

from selfbill.aggregates.direct_debit_mandate import (
    DebitMandateExpired,
    DebitMandateRevoked,
    DebitMandateSigned,
    DebitMandateUsed,
)
from selfbill.application.debit_mandates import expire_mandate
from selfbill.moments import from_local
from selfbill.policies.policy import Desk, Item, Policy
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.store.streams import Recorded
from selfbill.values import MandateId

NAME = "debit_mandate_expiry"


def changes(recorded: Recorded) -> Iterator[Change]:
    """Every use puts the day off; an end takes it off the list."""
    event = recorded.event
    match event:
        case DebitMandateSigned() | DebitMandateUsed():
            day_after = event.expires_on + dt.timedelta(days=1)
            yield Put(
                NAME,
                event.mandate,
                due=from_local(dt.datetime.combine(day_after, dt.time())),
                group_key="",
                stream=recorded.originator_id,
            )
        case DebitMandateRevoked() | DebitMandateExpired():
            yield Take(NAME, event.mandate)


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Puts it down, unless the mandate was used after all."""
    office = desk.office.acting(cause="36 months without a direct debit")
    for item in items:
        expire_mandate(office, mandate=MandateId(item.subject))


POLICY = Policy(
    name=NAME,
    title="Incassomachtiging laten vervallen",
    fold=AgendaFold(
        listens=(DebitMandateSigned, DebitMandateUsed, DebitMandateRevoked, DebitMandateExpired), changes=changes
    ),
    act=act,
)
