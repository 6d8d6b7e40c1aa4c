"""One booking of MT940: field :61: with its second line, and the text of :86:."""

import datetime as dt
import re
from collections.abc import Sequence

import msgspec

from selfbill.intake.bank.accounts import account_key, compact
from selfbill.intake.bank.information import read_information
from selfbill.intake.bank.misread import Misread, read_at
from selfbill.intake.bank.notation import booking_day, mt_amount, mt_day
from selfbill.intake.bank.reasons import NotABooking
from selfbill.intake.bank.slash_codes import codes
from selfbill.intake.bank.statement import Details, Entry, Place
from selfbill.intake.bank.texts import clean
from selfbill.intake.bank.texts import reference as given_reference
from selfbill.values import Cents

_BOOKING = re.compile(
    r"([0-9]{6})([0-9]{4})?(R?)([CD])[A-Z]?([0-9]++[,.]?+[0-9]*+)(?![0-9,.]) ?([NFS][A-Z0-9]{2}[A-Z0-9 ])?(.{0,200})"
)
_CODE_WORDS = frozenset({"EREF", "PREF", "MARF", "NONREF"})
"""In place of a reference: it stands in :86:."""
_ACCOUNT = re.compile(r"P?[0-9]{6,10}|[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_RETURNS = frozenset({"NRTI"})


class Field(msgspec.Struct):
    """One field: the line on which it begins, its tag, and its lines without the tag."""

    line: int
    tag: str
    lines: list[str]

    @property
    def place(self) -> Place:
        return Place(self.line, f":{self.tag}:")


def read_entry(field: Field, texts: Sequence[str], account: str) -> Entry:
    """The booking of this :61: and the lines of its :86:. Raises Misread."""
    match = _BOOKING.fullmatch(field.lines[0].strip())
    if match is None:
        raise Misread(field.place, NotABooking(), field.lines[0])
    valued = read_at(field.place, mt_day, match[1])
    cents = read_at(field.place, mt_amount, match[5])
    comes_in = (match[4] == "C") != bool(match[3])
    own, _, bank_reference = match[7].partition("//")
    second = " ".join(line.strip() for line in field.lines[1:]).strip()
    details = read_at(field.place, lambda _: _details(own.strip(), second, texts, account), "")
    kind = (match[6] or "").strip()
    return Entry(
        place=field.place,
        amount=Cents(cents if comes_in else -cents),
        booked=_booked(field, valued, match[2]),
        valued=valued,
        bank_reference=read_at(field.place, clean, bank_reference),
        entry_reference="" if own.strip() in _CODE_WORDS else read_at(field.place, given_reference, own),
        code="/".join(filter(None, (kind, codes(second).get("TRCD")))),
        is_return=bool(match[3]) or bool(details.return_code) or kind in _RETURNS,
        **msgspec.structs.asdict(details),
    )


def _booked(field: Field, valued: dt.date, written: str | None) -> dt.date:
    return valued if written is None else read_at(field.place, lambda text: booking_day(valued, text), written)


def _details(own: str, second: str, texts: Sequence[str], account: str) -> Details:
    """What :86: says, completed with what only :61: does: Rabobank and SNS put the other account there."""
    details = read_information(texts, account)
    facts: dict[str, str] = {}
    if not details.iban and _ACCOUNT.fullmatch(compact(second)):
        facts["iban"] = compact(second).removeprefix("P").lstrip("0")
    elif not details.iban and own and details.text.startswith(own) and _ACCOUNT.fullmatch(own):
        facts["iban"] = own.lstrip("0")
        text, name = details.text.removeprefix(own).strip(), clean(second)
        if name and text.startswith(name):
            facts |= {"name": name, "text": text.removeprefix(name).strip()}
    if "iban" in facts and account_key(facts["iban"]) == account_key(account):
        facts["iban"] = ""
    if not (details.text or details.reference) and not texts:
        facts["text"] = clean("" if second.startswith("/") or "iban" in facts else second)
    return msgspec.structs.replace(details, **facts)
