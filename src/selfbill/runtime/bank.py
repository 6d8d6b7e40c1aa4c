"""Bank files taken in: each statement for the owner of its account, and what came in matched at once."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from selfbill.application.bank_statements import BankStatement, Taken, take_in_statements
from selfbill.application.office import Office
from selfbill.intake.bank.continuity import in_order
from selfbill.intake.bank.reading import read_bank_file
from selfbill.intake.bank.taking_in import to_take_in
from selfbill.policies.match_payments import NAME, match_owner
from selfbill.projections import bank_accounts
from selfbill.refusals import Refusal
from selfbill.runtime.house import House
from selfbill.store.claims import claim


class UnknownAccount(Refusal):
    code = "unknown_account"
    nl = "Van wie rekening {account} is, is niet bekend. Zeg het eerst: selfbill bank account {account} --of CODE (een zzp'er of agency)."
    en = "Nobody is known to hold account {account}. Say so first: selfbill bank account {account} --of CODE (a freelancer or agency)."


class SharedAccount(Refusal):
    code = "account_of_several"
    nl = "Rekening {account} is van {owners}. Geef met --of aan voor wie dit afschrift is."
    en = "Account {account} is held by {owners}. Say with --of whose statement this is."


class NotTheirAccount(Refusal):
    code = "not_their_account"
    nl = "Rekening {account} is niet van {owner}. Zeg het eerst: selfbill bank account {account} --of {owner}."
    en = "Account {account} is not held by {owner}. Say so first: selfbill bank account {account} --of {owner}."


class TakenIn(msgspec.Struct, frozen=True):
    """One statement of a file, whose it is, and what came of it."""

    owner: str
    statement: BankStatement
    taken: Taken


def take_in_bank_file(
    house: House, office: Office, *, name: str, content: bytes, owner: str | None = None
) -> list[TakenIn]:
    """Takes in every statement of a bank file, all of them or none; a file that is taken in again changes nothing.

    The read models must show everything.
    Raises BankFileRefused, UnknownAccount, SharedAccount or NotTheirAccount.
    """
    read = in_order(read_bank_file(name, content))
    owners = [_owner(house, statement.account, owner) for statement in read]
    office = office.acting(cause=f"bank file {name}")
    prepared = [(holder, to_take_in(statement)) for holder, statement in zip(owners, read, strict=True)]
    taken = take_in_statements(office, statements=prepared)
    return [TakenIn(holder, statement, one) for (holder, statement), one in zip(prepared, taken, strict=True)]


def match_owners(house: House, office: Office, owners: Sequence[str]) -> Counter[str]:
    """Matches what these owners' accounts brought, as the clock would; the read models must show it."""
    desk = house.desk(office.clock.now())
    office = office.acting(by="selfbill", cause=f"matching, asked by {office.by}")
    counts: Counter[str] = Counter()
    for owner in dict.fromkeys(owners):
        with claim(house.pool, [f"{NAME} {owner}"]):
            counts += match_owner(desk, office, owner)
    return counts


def _owner(house: House, account: str, wanted: str | None) -> str:
    with house.pool.connection() as connection:
        owners = bank_accounts.owners_of(connection, account)
    if wanted is not None:
        if wanted not in owners:
            raise NotTheirAccount(account=account, owner=wanted)
        return wanted
    if not owners:
        raise UnknownAccount(account=account)
    if len(owners) > 1:
        raise SharedAccount(account=account, owners=", ".join(owners))
    return owners[0]
