"""MT940 as Dutch banks send it: fields that begin a line with :tag:, each statement from :20: to its closing balance.

Whatever stands around a statement (SWIFT's braces, a bank's own headers) is passed over; what stands within it belongs to a
field or refuses the file.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence

import msgspec

from selfbill.intake.bank.accounts import dutch_bank, own_account
from selfbill.intake.bank.limits import MOST_ENTRIES, MOST_STATEMENTS
from selfbill.intake.bank.misread import Misread, read_at
from selfbill.intake.bank.mt940_entry import Field, read_entry
from selfbill.intake.bank.notation import mt_amount, mt_day
from selfbill.intake.bank.oddities import MissingByTheStandard, UnknownField
from selfbill.intake.bank.reasons import (
    MissingPart,
    NotABalance,
    NotEuros,
    StrayField,
    StrayLine,
    TooManyEntries,
    TooManyStatements,
)
from selfbill.intake.bank.statement import Balance, Entry, Oddity, Place, Statement

_TAG = re.compile(r":([0-9]{2}[A-Z]?):")
_END = re.compile(r"-\}?|-\}\{.*|-XXX")
_AROUND = re.compile(r"-?\}?\{.*|-\}?|:940:|[A-Z0-9 ]{1,60}")
"""SWIFT's blocks, and lines such as ABNANL2A, 940 or 0000 01INGBNL2AXXXX00001."""
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9.,]{1,30})")
_NUMBER = re.compile(r"([0-9]{1,9})(?:/([0-9]{1,9}))?")
_OPENING, _CLOSING = frozenset({"60F", "60M"}), frozenset({"62F", "62M"})
_TEXTS = frozenset({"20", "21", "61", "86"})
"""Fields that may go on in the next line."""
_BESIDE = frozenset({"13", "13D", "21", "34F", "90C", "90D"})
"""Fields of the standard that say nothing that is used."""


class _Message(msgspec.Struct):
    """The fields of one statement, and the bank that the lines before it name."""

    bank: str
    fields: list[Field]
    closed: bool = False
    """Whether its closing balance was read."""

    def add(self, field: Field) -> None:
        self.fields.append(field)
        self.closed = self.closed or field.tag in _CLOSING

    def ends_with(self, line: str) -> bool:
        """Whether this line is the end of the statement; before the closing balance a dash is text."""
        return self.closed and _END.fullmatch(line) is not None

    def goes_on_in(self, line: str) -> bool:
        """Whether this line belongs to the last field."""
        return self.fields[-1].tag in _TEXTS and not self.ends_with(line)


def read_mt940(text: str, sha256: str) -> list[Statement]:
    """The statements as they stand in the file, not yet checked. Raises Misread."""
    statements: list[Statement] = []
    count = 0
    for message in _messages(text):
        if len(statements) == MOST_STATEMENTS:
            raise Misread(message.fields[0].place, TooManyStatements(most=MOST_STATEMENTS))
        statement = _statement(message, sha256, MOST_ENTRIES - count)
        count += len(statement.entries)
        statements.append(statement)
    return statements


def _messages(text: str) -> Iterator[_Message]:
    message: _Message | None = None
    bank = ""
    for number, line in enumerate(text.split("\n"), start=1):
        match = _TAG.match(line)
        if match is not None and match[1] == "20":
            if message is not None:
                yield message
            message = _Message(bank, [Field(number, "20", [line[match.end() :]])])
        elif message is not None and match is not None:
            message.add(Field(number, match[1], [line[match.end() :]]))
        elif message is not None and message.goes_on_in(line.strip()):
            message.fields[-1].lines.append(line)
        elif message is not None and message.ends_with(line.strip()):
            yield message
            message = None
        else:
            bank = _around(number, line, within=message is not None and not message.closed) or bank
    if message is not None:
        yield message


def _around(number: int, line: str, *, within: bool) -> str:
    """The bank that a line between statements names, if any. Raises Misread for what is no such line; within one only nothing is."""
    stripped = line.strip()
    if stripped and (within or not _AROUND.fullmatch(stripped)):
        raise Misread(Place(number), StrayLine(), stripped)
    return dutch_bank(stripped)


def _statement(message: _Message, sha256: str, most_entries: int) -> Statement:
    start, *rest = message.fields
    oddities: list[Oddity] = []
    single = {tag: _only(rest, tags) for tag, tags in _SINGLE.items()}
    account_field, opening_field, closing_field = single["25"], single["60F"], single["62F"]
    for tag, found in single.items():
        if found is None and tag in _REQUIRED:
            raise Misread(start.place, MissingPart(name=f":{tag}:"))
    assert account_field is not None
    assert opening_field is not None
    assert closing_field is not None
    account, odd = read_at(
        account_field.place, lambda text: own_account(text, message.bank), account_field.lines[0].strip()
    )
    if odd is not None:
        oddities.append(Oddity(account_field.place, odd))
    opening, closing = _balance(opening_field), _balance(closing_field)
    entries = tuple(_entries(rest, account, oddities, most_entries))
    days = [entry.booked for entry in entries]
    sequence, page = _numbers(single["28C"])
    if single["28C"] is None:
        oddities.append(Oddity(start.place, MissingByTheStandard(name=":28C:")))
    return Statement(
        place=start.place,
        format="MT940",
        sha256=sha256,
        account=account,
        identification=" ".join(start.lines[0].split())[:35],
        sequence=sequence,
        page=page,
        first=min(days, default=closing.day),
        until=_later(days, closing.day),
        opening=opening,
        closing=closing,
        entries=entries,
        oddities=tuple(oddities),
    )


_SINGLE: dict[str, frozenset[str]] = {
    "25": frozenset({"25", "25P"}),
    "28C": frozenset({"28", "28C"}),
    "60F": _OPENING,
    "62F": _CLOSING,
}
_REQUIRED = frozenset({"25", "60F", "62F"})
"""Without a balance at both ends the file may have been cut short."""


def _only(fields: Sequence[Field], tags: frozenset[str]) -> Field | None:
    found = [field for field in fields if field.tag in tags]
    if len(found) > 1:
        raise Misread(found[1].place, StrayField(), found[1].lines[0])
    return found[0] if found else None


def _entries(fields: Sequence[Field], account: str, oddities: list[Oddity], most: int) -> Iterator[Entry]:
    """Each :61: with the :86: after it."""
    _check_order(fields)
    booking: Field | None = None
    texts: list[str] = []
    count = 0
    for field in (*fields, _LAST):
        if field.tag == "86" and booking is not None:
            texts += field.lines
            continue
        if booking is not None:
            count += 1
            if count > most:
                raise Misread(booking.place, TooManyEntries(most=MOST_ENTRIES))
            yield read_entry(booking, texts, account)
        booking, texts = (field, []) if field.tag == "61" else (None, [])
        if field.tag not in _KNOWN:
            oddities.append(Oddity(field.place, UnknownField()))


_LAST = Field(0, "", [""])
_KNOWN = _BESIDE | {"", "61", "64", "65", "86"} | {tag for tags in _SINGLE.values() for tag in tags}


def _check_order(fields: Sequence[Field]) -> None:
    """Every :61: stands between the opening and the closing balance. Raises Misread."""
    opened = closed = False
    for field in fields:
        opened = opened or field.tag in _OPENING
        if field.tag in _CLOSING | {"61"} and (closed or not opened):
            raise Misread(field.place, StrayField(), field.lines[0])
        closed = closed or field.tag in _CLOSING


def _balance(field: Field) -> Balance:
    written = "".join(field.lines[0].split())
    match = _BALANCE.fullmatch(written)
    if match is None:
        raise Misread(field.place, NotABalance(), written)
    if match[3] != "EUR":
        raise Misread(field.place, NotEuros(currency=match[3]), written)
    amount = read_at(field.place, mt_amount, match[4])
    return Balance(amount if match[1] == "C" else type(amount)(-amount), read_at(field.place, mt_day, match[2]))


def _numbers(field: Field | None) -> tuple[int | None, int | None]:
    match = None if field is None else _NUMBER.fullmatch(field.lines[0].strip())
    if match is None:
        return None, None
    return int(match[1]), None if match[2] is None else int(match[2])


def _later(days: Sequence[dt.date], closing: dt.date | None) -> dt.date | None:
    return max([*days, *([closing] if closing is not None else [])], default=None)
