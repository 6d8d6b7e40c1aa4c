"""The banks' CSV, the last resort: which bank's it is, its rows, and the statement that each account's rows make."""

import re
from collections.abc import Iterator

import msgspec

from selfbill.intake.bank.csv_layouts import ABN_AMRO, ABN_AMRO_ORDER, LAYOUTS, Layout
from selfbill.intake.bank.csv_row import Row, read_row
from selfbill.intake.bank.limits import MOST_ENTRIES
from selfbill.intake.bank.misread import Misread
from selfbill.intake.bank.oddities import RunningBalanceJumps
from selfbill.intake.bank.reasons import TooManyEntries
from selfbill.intake.bank.statement import Balance, Entry, Oddity, Place, Statement
from selfbill.intake.reasons import WrongFieldCount
from selfbill.intake.table import Record, records
from selfbill.refusals import Refusal
from selfbill.values import Cents, euros

_SEPARATORS = (";", ",", "\t")
_HEADER_WITHIN = 5
"""Knab writes a title before its header, others an empty line."""
_LONGEST_HEADER = 2_000
_TAB_FIELDS = len(ABN_AMRO_ORDER)
_TAB_ROW = re.compile(r"[A-Z0-9]{5,34}\t[A-Z]{3}\t[0-9]{8}\t")


class _Found(msgspec.Struct, frozen=True):
    layout: Layout
    places: dict[str, list[int]]
    separator: str
    header_line: int
    """0 where there is no header."""
    width: int


class Read(msgspec.Struct, frozen=True):
    """One row: its entry, its account with what is odd about it, and the balances around it where the bank gives them."""

    entry: Entry
    account: str
    odd: Refusal | None
    before: Cents | None
    after: Cents | None


def read_csv(text: str, sha256: str) -> list[Statement] | None:
    """One statement for each account in the file; None where this is no bank's CSV that is known. Raises Misread."""
    found = _recognised(text)
    if found is None:
        return None
    by_account: dict[str, list[Read]] = {}
    for count, row in enumerate(_rows(text, found), start=1):
        if count > MOST_ENTRIES:
            raise Misread(Place(row.line), TooManyEntries(most=MOST_ENTRIES))
        read = Read(*read_row(row, found.layout.bank))
        by_account.setdefault(read.account, []).append(read)
    return [_statement(reads, found, sha256) for reads in by_account.values()]


def _recognised(text: str) -> _Found | None:
    lines = text[: _HEADER_WITHIN * _LONGEST_HEADER].split("\n", _HEADER_WITHIN)[:_HEADER_WITHIN]
    for number, line in enumerate(lines, start=1):
        for separator in _SEPARATORS:
            header = [name.strip().strip('"') for name in line.split(separator)]
            for layout in LAYOUTS:
                if places := layout.find(header):
                    return _Found(layout, places, separator, number, len(header))
    first = next((line for line in lines if line.strip()), "")
    if _TAB_ROW.match(first) and first.count("\t") == _TAB_FIELDS - 1:
        return _Found(ABN_AMRO, {name: [at] for at, name in enumerate(ABN_AMRO_ORDER)}, "\t", 0, _TAB_FIELDS)
    return None


def _rows(text: str, found: _Found) -> Iterator[Row]:
    """The rows after the header, each with its cells by column."""
    for record in _records(text, found.separator):
        if record.line <= found.header_line:
            continue
        if record.broken is not None:
            raise Misread(Place(record.line), record.broken, record.fields[-1])
        fields = (
            record.fields[:-1] if len(record.fields) == found.width + 1 and not record.fields[-1] else record.fields
        )
        if len(fields) != found.width:
            raise Misread(Place(record.line), WrongFieldCount(found=len(fields), expected=found.width))
        cells = {column: [fields[at].strip("\r\n") for at in places] for column, places in found.places.items()}
        yield Row(record.line, cells)


def _records(text: str, separator: str) -> Iterator[Record]:
    """ABN AMRO's tabs know no quotes: a quotation mark there is one that somebody typed."""
    if separator != "\t":
        yield from records(text, separator)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Record(number, line.split("\t"))


def _statement(reads: list[Read], found: _Found, sha256: str) -> Statement:
    ordered = list(reversed(reads)) if _newest_first(reads, found.layout) else reads
    first, last = ordered[0], ordered[-1]
    days = [read.entry.booked for read in ordered]
    opening, closing = _before(first), last.after
    oddities: list[Oddity] = []
    if first.odd is not None:
        oddities.append(Oddity(first.entry.place, first.odd))
    if opening is not None and closing is not None and opening + sum(read.entry.amount for read in ordered) == closing:
        oddities += _jumps(ordered, opening)
    return Statement(
        place=Place(min(read.entry.place.line for read in reads)),
        format=f"CSV {found.layout.bank}",
        sha256=sha256,
        account=first.account,
        first=min(days),
        until=max(days),
        opening=None if opening is None else Balance(opening),
        closing=None if closing is None else Balance(closing, max(days)),
        entries=tuple(read.entry for read in ordered),
        oddities=tuple(oddities),
    )


def _before(read: Read) -> Cents | None:
    if read.before is not None or read.after is None:
        return read.before
    return Cents(read.after - read.entry.amount)


def _newest_first(reads: list[Read], layout: Layout) -> bool:
    """By the dates; within one day by the balances; else as this bank does it."""
    if reads[0].entry.booked != reads[-1].entry.booked:
        return reads[0].entry.booked > reads[-1].entry.booked
    total = sum(read.entry.amount for read in reads)
    upwards, downwards = ((_before(reads[at]), reads[-1 - at].after) for at in (0, -1))
    fits = [opening is not None and closing == opening + total for opening, closing in (upwards, downwards)]
    return layout.newest_first if fits[0] == fits[1] else fits[1]


def _jumps(ordered: list[Read], opening: Cents) -> Iterator[Oddity]:
    """The first row whose balance is not what the rows before it make; the whole adds up, so the order is odd, not the sum."""
    reached = opening
    for read in ordered:
        reached = Cents(reached + read.entry.amount)
        if read.after is not None and read.after != reached:
            yield Oddity(read.entry.place, RunningBalanceJumps(shown=euros(read.after), reached=euros(reached)))
            return
