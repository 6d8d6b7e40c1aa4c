"""camt.053 (statement), camt.052 (report during the day) and camt.054 (notification): the XML of ISO 20022.

Made for versions .02 and .08; others have the same structure where it matters, and are read and said to be odd. Elements are
looked up by their names, so their order does not matter.
"""

import re
from collections.abc import Iterator

from selfbill.intake.bank.accounts import own_account
from selfbill.intake.bank.camt_entry import read_entry
from selfbill.intake.bank.camt_money import booked_amount, day_of
from selfbill.intake.bank.hardened_xml import Node, parse_xml
from selfbill.intake.bank.limits import MOST_ENTRIES, MOST_STATEMENTS
from selfbill.intake.bank.misread import Misread, read_at
from selfbill.intake.bank.oddities import (
    InterimBalance,
    MissingByTheStandard,
    NoNamespace,
    OtherVersion,
)
from selfbill.intake.bank.reasons import NotABankFile, NotEuros, OtherMessage, TooManyEntries, TooManyStatements
from selfbill.intake.bank.statement import Balance, Entry, Oddity, Statement
from selfbill.refusals import Refusal

MADE_FOR = frozenset({"camt.053.001.02", "camt.053.001.08"})

_MESSAGE = re.compile(r"(?:.*:)?([a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2})")
_ROOTS = {
    "BkToCstmrStmt": ("camt.053", "Stmt"),
    "BkToCstmrAcctRpt": ("camt.052", "Rpt"),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "Ntfctn"),
}
_WITHOUT_BALANCES = "camt.054"
_OPENING = ("OPBD", "PRCD")
_CLOSING = ("CLBD",)
_INTERIM = ("ITBD",)
_SEQUENCE = re.compile(r"[0-9]{1,18}")


def read_camt(text: str, sha256: str) -> list[Statement]:
    """The statements as they stand in the file, not yet checked. Raises Misread."""
    root = parse_xml(text)
    message = _message(root)
    kind, name = _ROOTS[message.name]
    odd: list[Refusal] = []
    found = _MESSAGE.fullmatch(message.namespace)
    if found is None:
        form = f"{kind}.001.??"
        odd.append(NoNamespace(format=form))
    else:
        form = found[1]
        if form not in MADE_FOR:
            odd.append(OtherVersion(format=form))
    statements: list[Statement] = []
    count = 0
    for node in message.children(name):
        if len(statements) == MOST_STATEMENTS:
            raise Misread(node.place, TooManyStatements(most=MOST_STATEMENTS))
        oddities = [] if statements else [Oddity(message.place, reason) for reason in odd]
        statement = _statement(node, form, sha256, oddities, MOST_ENTRIES - count)
        count += len(statement.entries)
        statements.append(statement)
    return statements


def _message(root: Node) -> Node:
    """The message within its envelope, whatever that is. Raises Misread for anything that is no camt of these three."""
    document = root
    if root.name != "Document" and root.name not in _ROOTS:
        inner = next(root.element.iter("{*}Document"), None)
        document = root if inner is None else Node(inner, f"{root.path}//Document")
    if document.name in _ROOTS:
        return document
    for name in _ROOTS:
        if (message := document.child(name)) is not None:
            return message
    if found := _MESSAGE.fullmatch(document.namespace):
        raise Misread(document.place, OtherMessage(message=found[1]))
    raise Misread(root.place, NotABankFile())


def _statement(node: Node, form: str, sha256: str, oddities: list[Oddity], most_entries: int) -> Statement:
    written = node.text("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id")
    account, odd = read_at(node.place, own_account, written)
    if odd is not None:
        oddities.append(Oddity(node.required("Acct/Id").place, odd))
    currency = node.text("Acct/Ccy")
    if currency not in {"", "EUR"}:
        raise node.required("Acct/Ccy").refused(NotEuros(currency=currency))
    oddities += [
        Oddity(node.place, MissingByTheStandard(name=name)) for name in ("Id", "CreDtTm") if not node.text(name)
    ]
    entries = tuple(_entries(node, account, oddities, most_entries))
    days = [entry.booked for entry in entries]
    opening, closing = _balances(node, form, oddities)
    first = day_of(node, "FrToDt/FrDtTm", "FrToDt/FrDt") or min(days, default=None)
    until = day_of(node, "FrToDt/ToDtTm", "FrToDt/ToDt") or max(days, default=None)
    if not days and closing is not None:
        first, until = first or closing.day, until or closing.day
    return Statement(
        place=node.place,
        format=form,
        sha256=sha256,
        account=account,
        identification=node.text("Id"),
        sequence=_number(node, "ElctrncSeqNb", "LglSeqNb"),
        page=_number(node, "StmtPgntn/PgNb", "RptPgntn/PgNb", "NtfctnPgntn/PgNb"),
        first=first,
        until=until,
        opening=opening,
        closing=closing,
        entries=entries,
        oddities=tuple(oddities),
    )


def _entries(node: Node, account: str, oddities: list[Oddity], most: int) -> Iterator[Entry]:
    count = 0
    for entry in node.children("Ntry"):
        for part in read_entry(entry, account, oddities):
            count += 1
            if count > most:
                raise Misread(entry.place, TooManyEntries(most=MOST_ENTRIES))
            yield part


def _balances(node: Node, form: str, oddities: list[Oddity]) -> tuple[Balance | None, Balance | None]:
    """The booked balances. A statement that is one page of several may open and close with interim ones."""
    by_type: dict[str, list[Node]] = {}
    for balance in node.children("Bal"):
        by_type.setdefault(balance.text("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd"), []).append(balance)
    interim = by_type.get(_INTERIM[0], [])
    opening = next((by_type[name][0] for name in _OPENING if name in by_type), None)
    closing = next((by_type[name][-1] for name in _CLOSING if name in by_type), None)
    if opening is None and interim and (closing is not None or len(interim) > 1):
        opening = interim[0]
    if closing is None and interim and interim[-1] is not opening:
        closing = interim[-1]
        oddities.append(Oddity(closing.place, InterimBalance()))
    if not form.startswith(_WITHOUT_BALANCES):
        missing = [name for name, found in (("OPBD", opening), ("CLBD", closing)) if found is None]
        oddities += [Oddity(node.place, MissingByTheStandard(name=f"Bal {name}")) for name in missing]
    return _balance(opening, oddities), _balance(closing, oddities)


def _balance(node: Node | None, oddities: list[Oddity]) -> Balance | None:
    if node is None:
        return None
    return Balance(booked_amount(node, oddities), day_of(node, "Dt/Dt", "Dt/DtTm", "Dt"))


def _number(node: Node, *paths: str) -> int | None:
    text = node.text(*paths)
    return int(text) if _SEQUENCE.fullmatch(text) else None
