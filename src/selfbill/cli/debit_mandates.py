"""`selfbill debit creditor` and `selfbill debit mandate`: by what right the agency collects."""

from collections.abc import Callable

from selfbill.aggregates.catalogue import CREDITOR, debtor_stream
from selfbill.aggregates.creditor import CreditorDetails, require
from selfbill.aggregates.debtor import Debtor
from selfbill.application import debit_mandates as mandates
from selfbill.application.debit_mandates import compact, party_stream_of
from selfbill.application.office import Done, Office, Outcome
from selfbill.cli.moments import read_day
from selfbill.cli.opening import opened, read_models, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.refusals import NoSuchParty, WhichSide
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import grouped, short_date
from selfbill.pricing.terms import Towards
from selfbill.projections import debit_mandates
from selfbill.projections.debit_mandates import ListedMandate, MandateState
from selfbill.runtime.house import House
from selfbill.values import MandateId

COLUMNS = (
    Column("Machtiging", "Mandate", keep=True),
    Column("Debiteur", "Debtor", keep=True),
    Column("Getekend", "Signed", keep=True),
    Column("Laatste incasso", "Last collection", keep=True),
    Column("Vervalt na", "Lapses after", keep=True, spare=True),
    Column("Toestand", "State", keep=True),
    Column("Reden", "Reason"),
)
_STATES = {
    MandateState.ACTIVE: ("geldig", "active"),
    MandateState.BLOCKED: ("geblokkeerd", "blocked"),
    MandateState.REVOKED: ("ingetrokken", "revoked"),
    MandateState.EXPIRED: ("vervallen", "lapsed"),
}


def show_creditor(terminal: Terminal, *, agency: str | None, as_json: bool) -> None:
    """How the agency collects. Raises NoCreditorIdentifier."""
    with opened(terminal, agency) as house:
        details = require(house.store.streams.load(CREDITOR).state)
    _say_creditor(terminal, details, as_json=as_json)


def identify(
    terminal: Terminal,
    *,
    identifier: str,
    iban: str | None,
    bic: str | None,
    notice_days: int,
    file_days: int,
    agency: str | None,
    as_json: bool,
) -> None:
    """States how the agency collects."""
    with opened(terminal, agency) as house:
        mandates.identify_creditor(
            _office(house, "creditor"),
            identifier=identifier,
            iban=iban,
            bic=bic,
            notice_days=notice_days,
            file_days=file_days,
        )
        details = require(house.store.streams.load(CREDITOR).state)
    _say_creditor(terminal, details, as_json=as_json)


def _say_creditor(terminal: Terminal, details: CreditorDetails, *, as_json: bool) -> None:
    if as_json:
        terminal.json(details)
        return
    terminal.facts(
        ("Incassant-ID", "Creditor identifier", details.identifier),
        ("Naam", "Name", details.name),
        ("IBAN", "IBAN", grouped(details.iban)),
        ("BIC", "BIC", details.bic),
        (
            "Aankondiging",
            "Pre-notification",
            terminal.pick(
                f"minstens {details.notice_days} dagen ervoor", f"at least {details.notice_days} days before"
            ),
        ),
        (
            "Bestand",
            "File",
            terminal.pick(f"{details.file_days} werkdag(en) ervoor", f"{details.file_days} business day(s) before"),
        ),
    )


def sign(
    terminal: Terminal,
    *,
    debtor: str,
    signed_on: str,
    iban: str | None,
    name: str | None,
    reference: str | None,
    side: str | None,
    agency: str | None,
    as_json: bool,
) -> None:
    """Records a signed mandate."""
    day = read_day(signed_on)
    with opened(terminal, agency) as house:
        towards = _side(house, debtor, side)
        mandates.sign_mandate(
            _office(house, "mandate sign"),
            towards=towards,
            debtor=debtor,
            signed_on=day,
            mandate=MandateId(reference) if reference else None,
            iban=iban,
            name=name,
        )
        show_everything(terminal, house)
        given: Debtor = house.store.streams.load(debtor_stream(towards, debtor)).state
        with house.pool.connection() as connection:
            listed = debit_mandates.by_id(connection, given.mandates[-1])
    assert listed is not None
    if as_json:
        terminal.json(listed)
        return
    terminal.say(
        f"Machtiging {listed.mandate} van {debtor} is vastgelegd.", f"Mandate {listed.mandate} of {debtor} is recorded."
    )
    terminal.note(
        "Nieuwe provisiefacturen worden er vanzelf mee geïncasseerd; wat al openstaat met: selfbill debit plan",
        "New commission invoices are collected with it by themselves; what is open already with: selfbill debit plan",
    )


def _side(house: House, code: str, side: str | None) -> Towards:
    """Whether this is a freelancer or a customer. Raises NoSuchParty, and WhichSide where it is both."""
    sides: tuple[Towards, ...] = ("freelancer", "customer")
    known = [each for each in sides if house.store.streams.load(party_stream_of(each, code)).version]
    if side is not None:
        known = [each for each in known if each == side]
    if not known:
        raise NoSuchParty(code=code, hint="")
    if len(known) > 1:
        raise WhichSide(code=code)
    return known[0]


def amend(
    terminal: Terminal, *, reference: str, iban: str, name: str | None, agency: str | None, as_json: bool
) -> None:
    """Another account under the same mandate."""
    _change(
        terminal,
        agency,
        reference,
        as_json=as_json,
        cause="mandate amend",
        intention=lambda office, mandate: mandates.amend_mandate(office, mandate=mandate, iban=iban, name=name),
    )


def revoke(terminal: Terminal, *, reference: str, reason: str, agency: str | None, as_json: bool) -> None:
    """The debtor took it back."""
    _change(
        terminal,
        agency,
        reference,
        as_json=as_json,
        cause="mandate revoke",
        intention=lambda office, mandate: mandates.revoke_mandate(office, mandate=mandate, reason=reason),
    )


def unblock(terminal: Terminal, *, reference: str, reason: str, agency: str | None, as_json: bool) -> None:
    """It may be used again."""
    _change(
        terminal,
        agency,
        reference,
        as_json=as_json,
        cause="mandate unblock",
        intention=lambda office, mandate: mandates.unblock_mandate(office, mandate=mandate, reason=reason),
    )


def _change(
    terminal: Terminal,
    agency: str | None,
    reference: str,
    *,
    as_json: bool,
    cause: str,
    intention: Callable[[Office, MandateId], Outcome],
) -> None:
    mandate = MandateId(compact(reference))
    with opened(terminal, agency) as house:
        outcome = intention(_office(house, cause), mandate)
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            listed = debit_mandates.by_id(connection, mandate)
    assert listed is not None, "an unknown mandate is refused"
    if as_json:
        terminal.json(listed)
        return
    was_done = not isinstance(outcome, Done)
    state = terminal.pick(*_STATES[listed.state])
    terminal.say(
        f"Machtiging {mandate} is {'al ' if was_done else ''}{state}.",
        f"Mandate {mandate} is {state}{' already' if was_done else ''}.",
    )


def show_mandates(terminal: Terminal, *, debtor: str | None, limit: int, agency: str | None, as_json: bool) -> None:
    """The mandates, without accounts: those are personal."""
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        found = debit_mandates.all_mandates(connection, debtor=debtor, limit=limit)
    if as_json:
        terminal.json({"mandates": found})
    elif found:
        terminal.table(COLUMNS, [_row(terminal, each) for each in found])
    else:
        terminal.say("Er zijn geen incassomachtigingen.", "There are no direct debit mandates.")


def _row(terminal: Terminal, mandate: ListedMandate) -> list[str]:
    reason = " ".join(filter(None, (mandate.code, mandate.reason)))
    return [
        mandate.mandate,
        mandate.debtor,
        short_date(mandate.signed_on),
        short_date(mandate.last_collection) if mandate.last_collection else "",
        short_date(mandate.expires_on),
        terminal.pick(*_STATES[mandate.state]),
        reason,
    ]


def _office(house: House, cause: str) -> Office:
    return house.office(by=operator(), cause=f"selfbill debit {cause}")
