"""Whose bank account is whose, and the statements that were taken in of each."""

import datetime as dt
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.agency import AgencySetUp
from selfbill.aggregates.bank_account import AccountShared, StatementTaken
from selfbill.aggregates.catalogue import AGENCY
from selfbill.aggregates.party import DetailsChanged, FreelancerRegistered, PartyForgotten
from selfbill.projections.people import is_customer
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded
from selfbill.values import Cents


class AccountHolder(msgspec.Struct, frozen=True):
    """An owner of accounts on which invoices are paid: a freelancer's code, or `agency`."""

    owner: str
    accounts: tuple[str, ...] = ()
    """IBANs: those that ever stood on this owner's invoices, and those that were shared besides."""
    forgotten: bool = False


def keys(recorded: Recorded) -> tuple[Key, ...]:
    match recorded.event:
        case AgencySetUp():
            return ((AGENCY,),)
        case AccountShared(owner=owner):
            return ((owner,),)
        case FreelancerRegistered(code=code) | DetailsChanged(code=code) | PartyForgotten(code=code):
            return () if is_customer(recorded) else ((code,),)
    return ()


def evolve(key: Key, row: AccountHolder | None, recorded: Recorded) -> AccountHolder | None:
    """The owner's accounts after this event."""
    row = AccountHolder(*key) if row is None else row
    match recorded.event:
        case AgencySetUp() as event:
            return _with(row, event.details.iban)
        case AccountShared() as event:
            return _with(row, event.account)
        case FreelancerRegistered() | DetailsChanged() as event:
            return _with(row, event.details.iban if event.details else None)
        case PartyForgotten():
            return AccountHolder(row.owner, forgotten=True)
    return row


def _with(row: AccountHolder, iban: str | None) -> AccountHolder:
    if not iban or row.forgotten or iban in row.accounts:
        return row
    return msgspec.structs.replace(row, accounts=(*row.accounts, iban))


MODEL = ReadModel(
    name="account_holders",
    version=1,
    row=AccountHolder,
    key=("owner",),
    listens=(AgencySetUp, AccountShared, FreelancerRegistered, DetailsChanged, PartyForgotten),
    keys=keys,
    evolve=evolve,
    personal=("accounts",),
)
_TABLE = Table(MODEL, MODEL.name)


def owners_of(connection: Connection[Any], iban: str) -> list[str]:
    """Whose this account is; several when it was given by several."""
    holders = _TABLE.select(connection, "WHERE accounts @> to_jsonb(%s::text) ORDER BY owner", (iban,))
    return [holder.owner for holder in holders]


def holders(connection: Connection[Any], owner: str | None = None) -> list[AccountHolder]:
    """Everybody who has accounts, or only this owner."""
    return _TABLE.select(
        connection,
        "WHERE accounts <> '[]'::jsonb AND (%(owner)s::text IS NULL OR owner = %(owner)s) ORDER BY owner",
        {"owner": owner},
    )


class TakenStatement(msgspec.Struct, frozen=True):
    """A statement that was taken in."""

    owner: str
    statement: str
    account_end: str
    """The last four characters of its account."""
    format: str
    first: dt.date | None
    until: dt.date | None
    opening: Cents | None
    closing: Cents | None
    entries: int
    new: int
    total: Cents
    continuity: str
    missing: Cents | None
    oddities: tuple[str, ...]
    taken_at: dt.datetime
    by: str
    position: int
    account: str | None = None


def statement_keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return ((event.owner, event.statement),)


def statement_evolve(_: Key, row: TakenStatement | None, recorded: Recorded) -> TakenStatement | None:
    """The statement, which never changes."""
    event = recorded.event
    if not isinstance(event, StatementTaken):
        return row
    return TakenStatement(
        statement=event.statement,
        owner=event.owner,
        account_end=event.account_end,
        format=event.format,
        first=event.first,
        until=event.until,
        opening=event.opening,
        closing=event.closing,
        entries=event.entries,
        new=event.new,
        total=event.total,
        continuity=event.continuity,
        missing=event.missing,
        oddities=event.oddities,
        taken_at=recorded.at,
        by=recorded.by,
        position=recorded.position,
        account=event.account,
    )


STATEMENTS = ReadModel(
    name="bank_statements",
    version=1,
    row=TakenStatement,
    key=("owner", "statement"),
    listens=(StatementTaken,),
    keys=statement_keys,
    evolve=statement_evolve,
    indexes=(("owner", "until"),),
    of_one_stream=True,
    personal=("account",),
)
_STATEMENTS = Table(STATEMENTS, STATEMENTS.name)


def statements(connection: Connection[Any], owner: str | None = None, limit: int = 500) -> list[TakenStatement]:
    """The statements that were taken in, the latest first."""
    return _STATEMENTS.select(
        connection,
        "WHERE (%(owner)s::text IS NULL OR owner = %(owner)s) ORDER BY until DESC NULLS LAST, position DESC LIMIT %(limit)s",
        {"owner": owner, "limit": limit},
    )
