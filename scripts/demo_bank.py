"""What customers pay in the demo, and the bank's own files about it: two camt.053 statements of one freelancer's account.

Some pay as they should; others pay a part, two invoices at once, without saying what for, twice, with a wrong number or with one that is
one digit off; and one payment is taken back by the bank two days later.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from selfbill.identifiers import dutch_iban

OPENING = 250_000
LEAST_FIRST, LEAST_SECOND = 5, 2
"""So many open invoices of two customers the showing needs."""

Item = Mapping[str, Any]


class Paid(NamedTuple):
    """One entry, as the payer meant it."""

    amount: int
    name: str
    iban: str
    text: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    returned: str = ""


class Story(NamedTuple):
    """Whose account it is, and what its two statements hold."""

    owner: str
    account: str
    first: Sequence[Paid]
    later: Sequence[Paid]


def tell(items: Sequence[Item], holders: Sequence[Mapping[str, Any]]) -> Story | None:
    """What customers pay of these open items; None where there are too few for it."""
    accounts = {each["owner"]: each["accounts"][0] for each in holders}
    by_creditor: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item["debtor_kind"] == "customer" and item["creditor"] in accounts and item["creditor"] != "agency":
            by_creditor[item["creditor"]].append(item)
    for owner, owed in sorted(by_creditor.items(), key=lambda each: (-len(each[1]), each[0])):
        chosen = _choose(owed)
        if chosen is not None:
            foreign = next(
                (item["number"] for item in items if item["creditor"] not in (owner, "agency")), "X-2026-0001"
            )
            return Story(owner, accounts[owner], *_payments(*chosen, foreign))
    return None


def _choose(owed: Sequence[Item]) -> tuple[list[Item], list[Item]] | None:
    """The invoices of a customer with at least five, and of another with at least two; None where nobody has so many."""
    by_debtor: dict[str, list[Item]] = defaultdict(list)
    for item in owed:
        by_debtor[item["debtor"]].append(item)
    most = sorted(by_debtor.values(), key=lambda some: (-len(some), some[0]["debtor"]))
    if len(most) < 2 or len(most[0]) < LEAST_FIRST or len(most[1]) < LEAST_SECOND:
        return None
    return most[0], most[1]


def _payments(mine: Sequence[Item], others: Sequence[Item], foreign: str) -> tuple[list[Paid], list[Paid]]:
    iban, name = dutch_iban("RABO", "300065264"), f"Klant {mine[0]['debtor']}"
    other_iban, other = dutch_iban("TRIO", "254400001"), f"Klant {others[0]['debtor']}"
    exact, part, first, second, silent = mine[:5]
    digit = others[0]["number"][-1]
    almost = others[0]["number"][:-1] + str((int(digit) + 5) % 10)
    spaced = others[-1]
    back = Paid(
        spaced["open"], other, other_iban, f"rekening {spaced['number'].replace('-', ' ').lower()}", end_to_end_id="V-1"
    )
    paid = [
        Paid(exact["open"], name, iban, reference=exact["payment_reference"], end_to_end_id="A-1"),
        Paid(part["open"] // 2, name, iban, f"eerste helft {part['number']}", end_to_end_id="A-2"),
        Paid(
            first["open"] + second["open"], name, iban, f"{first['number']} en {second['number']}", end_to_end_id="A-3"
        ),
        Paid(silent["open"], name, iban, "zorg", end_to_end_id="A-4"),
        Paid(exact["open"], name, iban, reference=exact["payment_reference"], end_to_end_id="A-5"),
        back,
        Paid(others[0]["open"], other, other_iban, f"betreft {almost}", end_to_end_id="V-2"),
        Paid(8_450, "Onbekend", dutch_iban("KNAB", "731999301"), f"factuur {foreign}", end_to_end_id="O-1"),
        Paid(-3_995, "Boekwinkel", dutch_iban("INGB", "1234567"), "vakliteratuur", end_to_end_id="U-1"),
    ]
    return paid, [back._replace(amount=-back.amount, returned="MS03")]


def statement(account: str, day: dt.date, payments: Sequence[Paid], *, opening: int, number: int) -> bytes:
    """A camt.053.001.02 of one day, as Dutch banks write it."""
    root = ET.Element("Document", xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02")
    body = ET.SubElement(root, "BkToCstmrStmt")
    made = f"{day + dt.timedelta(days=1)}T04:00:00"
    _add(body, "GrpHdr", MsgId=f"CAMT-{day:%Y%m%d}-{number}", CreDtTm=made)
    one = _add(body, "Stmt", Id=f"{account}-{number}", ElctrncSeqNb=str(number), CreDtTm=made)
    _path(one, "Acct/Id/IBAN", account)
    _path(one.find("Acct"), "Ccy", "EUR")
    closing = opening + sum(each.amount for each in payments)
    for code, amount in (("OPBD", opening), ("CLBD", closing)):
        balance = ET.SubElement(one, "Bal")
        _path(balance, "Tp/CdOrPrtry/Cd", code)
        _amount(balance, amount)
        _path(balance, "Dt/Dt", day.isoformat())
    for at, each in enumerate(payments, start=1):
        _entry(one, each, day, f"{day:%Y%m%d}{number:03}{at:04}")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8")


def _entry(parent: ET.Element, paid: Paid, day: dt.date, bank_reference: str) -> None:
    entry = ET.SubElement(parent, "Ntry")
    _amount(entry, paid.amount)
    _path(entry, "Sts", "BOOK")
    _path(entry, "BookgDt/Dt", day.isoformat())
    _path(entry, "ValDt/Dt", day.isoformat())
    _path(entry, "AcctSvcrRef", bank_reference)
    family, kind = ("RCDT", "ESCT") if paid.amount > 0 else ("ICDT", "RRTN" if paid.returned else "ESCT")
    _path(entry, "BkTxCd/Domn/Cd", "PMNT")
    _path(entry.find("BkTxCd/Domn"), "Fmly/Cd", family)
    _path(entry.find("BkTxCd/Domn/Fmly"), "SubFmlyCd", kind)
    details = ET.SubElement(ET.SubElement(entry, "NtryDtls"), "TxDtls")
    _path(details, "Refs/EndToEndId", paid.end_to_end_id or "NOTPROVIDED")
    side = "Dbtr" if (paid.amount > 0) != bool(paid.returned) else "Cdtr"
    parties = ET.SubElement(details, "RltdPties")
    _path(parties, f"{side}/Nm", paid.name)
    _path(parties, f"{side}Acct/Id/IBAN", paid.iban)
    if paid.reference:
        reference = ET.SubElement(ET.SubElement(ET.SubElement(details, "RmtInf"), "Strd"), "CdtrRefInf")
        _path(reference, "Tp/CdOrPrtry/Cd", "SCOR")
        _path(reference.find("Tp"), "Issr", "ISO")
        _path(reference, "Ref", paid.reference)
    elif paid.text:
        _path(details, "RmtInf/Ustrd", paid.text)
    if paid.returned:
        _path(details, "RtrInf/Rsn/Cd", paid.returned)


def _amount(parent: ET.Element, cents: int) -> None:
    element = ET.SubElement(parent, "Amt", Ccy="EUR")
    element.text = f"{abs(cents) // 100}.{abs(cents) % 100:02}"
    _path(parent, "CdtDbtInd", "CRDT" if cents >= 0 else "DBIT")


def _add(parent: ET.Element, name: str, **children: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    for child, text in children.items():
        ET.SubElement(element, child).text = text
    return element


def _path(parent: ET.Element | None, path: str, text: str) -> None:
    assert parent is not None
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    parent.text = text
