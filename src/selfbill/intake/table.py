"""Reading one CSV file as Dutch offices export it: bytes in, rows with their physical line numbers out.

Separator `;` or `,`, with or without BOM, CRLF or LF, quotes around fields with separators, quotes or line breaks in them. The
csv module cannot tell an unclosed quote from a long field, nor on which line a row began; so this is a reader of our own.
"""

import unicodedata
from collections.abc import Iterator

import msgspec

from selfbill.intake.columns import FILES, Columns
from selfbill.intake.findings import RowError, Source, shown
from selfbill.intake.reasons import (
    ControlCharacter,
    DoubledColumn,
    FieldTooLong,
    FileTooLarge,
    MissingColumn,
    NotUtf8,
    StrayQuote,
    UnclosedQuote,
    UnknownColumn,
    WrongFieldCount,
)
from selfbill.refusals import Refusal

MOST_BYTES = 64 * 1024 * 1024
"""A year of a large agency's hours is a tenth of this; more would only fill the memory."""
MOST_FIELD_CHARACTERS = 10_000

_BYTE_ORDER_MARK = "\ufeff"
_LINE_BREAK = "\n"


class Table(msgspec.Struct, frozen=True):
    """What one file holds. `complete` says whether every row could be told apart, so that what is absent is truly absent."""

    file: str
    sources: tuple[Source, ...]
    errors: tuple[RowError, ...]
    warnings: tuple[RowError, ...]
    complete: bool
    rows_seen: tuple[Source, ...] = ()
    """All rows, the refused ones too."""


class Record(msgspec.Struct, frozen=True):
    """The fields of one row; `broken` names the field at which it could not be read on, and why."""

    line: int
    fields: list[str]
    broken: Refusal | None = None


def read_table(file: str, content: bytes) -> Table:
    """The rows of one file, each cell without the white space around it, and everything that is wrong with its form."""
    columns = FILES[file]
    if len(content) > MOST_BYTES:
        return _unreadable(file, FileTooLarge(most=MOST_BYTES))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _unreadable(file, NotUtf8())
    text = content.decode("utf-8", "surrogateescape").removeprefix(_BYTE_ORDER_MARK)
    rows = records(text, _separator(text, columns))
    header = next(rows, Record(1, []))
    names, errors, warnings = _header(file, header, columns)
    titles = [name or shown(field.strip()) for name, field in zip(names, header.fields, strict=True)]
    if errors:
        return Table(file, (), tuple(errors), tuple(warnings), complete=False)
    sources: list[Source] = []
    seen: list[Source] = []
    complete = True
    for record in rows:
        source, wrong = _row(file, record, names, titles)
        errors += wrong
        complete = complete and not isinstance(record.broken, UnclosedQuote)
        seen.append(source)
        if record.broken is None and len(record.fields) == len(names):
            sources.append(source)
    return Table(file, tuple(sources), tuple(errors), tuple(warnings), complete, tuple(seen))


def _unreadable(file: str, refusal: Refusal) -> Table:
    return Table(file, (), (RowError(file, 1, "", "", refusal),), (), complete=False)


def _separator(text: str, columns: Columns) -> str:
    """The one of `;` and `,` that finds most known columns in the header."""

    def known(separator: str) -> int:
        header = next(records(text, separator), Record(1, []))
        return sum(columns.canonical(name) is not None for name in header.fields)

    return "," if known(",") > known(";") else ";"


def _header(file: str, header: Record, columns: Columns) -> tuple[list[str | None], list[RowError], list[RowError]]:
    """The column of each field (None for one that is ignored), with what is wrong and what is only strange."""
    errors: list[RowError] = []
    warnings: list[RowError] = []
    names: list[str | None] = []
    written: set[str] = set()

    def found(into: list[RowError], column: str, refusal: Refusal) -> None:
        into.append(RowError(file, header.line, shown(column), shown(column), refusal))

    for field in header.fields:
        column = columns.canonical(field)
        name = column or field.strip().casefold()
        if (wrong := cell_refusal(field)) is not None:
            found(errors, field, wrong)
        elif name and name in written:
            found(errors, name, DoubledColumn(column=shown(name)))
        elif column is None:
            found(warnings, field, UnknownColumn(column=shown(field)))
        written.add(name)
        names.append(column)
    if header.broken is not None:
        found(errors, header.fields[-1], header.broken)
    errors += [
        RowError(file, header.line, column, "", MissingColumn(column=column))
        for column in columns.required
        if column not in written
    ]
    return names, errors, warnings


def _row(file: str, record: Record, names: list[str | None], titles: list[str]) -> tuple[Source, list[RowError]]:
    values = {name: field.strip() for name, field in zip(names, record.fields, strict=False) if name is not None}
    whole = record.fields if record.broken is None else record.fields[:-1]
    errors = [
        RowError(file, record.line, title, shown(field), refusal)
        for title, field in zip(titles, whole, strict=False)
        if (refusal := cell_refusal(field)) is not None
    ]
    source = Source(file, record.line, values, frozenset(error.column for error in errors))
    if record.broken is not None:
        last = len(record.fields) - 1
        column = titles[last] if last < len(titles) else ""
        errors.append(RowError(file, record.line, column, shown(record.fields[-1]), record.broken))
    elif len(record.fields) != len(names):
        count = WrongFieldCount(found=len(record.fields), expected=len(names))
        errors.append(RowError(file, record.line, "", shown(" | ".join(record.fields)), count))
    return source, errors


def cell_refusal(field: str) -> Refusal | None:
    """What is wrong with the characters of a cell, whatever it is for."""
    if len(field) > MOST_FIELD_CHARACTERS:
        return FieldTooLong(length=len(field), most=MOST_FIELD_CHARACTERS)
    if field.isprintable():
        return None
    for character in field:
        if "\udc80" <= character <= "\udcff":
            return NotUtf8()
        if unicodedata.category(character) == "Cc" and character != _LINE_BREAK:
            return ControlCharacter(name=f"U+{ord(character):04X}")
    return None


def records(text: str, separator: str) -> Iterator[Record]:
    """The rows that are not empty, with the physical line on which each begins."""
    lines = text.split(_LINE_BREAK)
    number = 0
    while number < len(lines):
        start = number
        line = lines[number].removesuffix("\r")
        number += 1
        if '"' not in line:
            fields, broken = line.split(separator), None
        else:
            fields, broken, number = _quoted(lines, start, separator)
        if broken is not None or any(field and not field.isspace() for field in fields):
            yield Record(start + 1, fields, broken)


def _quoted(lines: list[str], number: int, separator: str) -> tuple[list[str], Refusal | None, int]:
    """A row with quotes in it: its fields, what broke it, and the number of the line after it."""
    fields: list[str] = []
    line = lines[number].removesuffix("\r")
    number += 1
    position = 0
    while True:
        if not line.startswith('"', position):
            end = line.find(separator, position)
            end = len(line) if end < 0 else end
            fields.append(line[position:end])
            if '"' in fields[-1]:
                return fields, StrayQuote(), number
        else:
            parts: list[str] = []
            position += 1
            while True:
                end = line.find('"', position)
                if end < 0:
                    parts += [line[position:], _LINE_BREAK]
                    if number == len(lines):
                        return [*fields, "".join(parts)], UnclosedQuote(), number
                    line, position = lines[number].removesuffix("\r"), 0
                    number += 1
                elif line.startswith('"', end + 1):
                    parts.append(line[position : end + 1])
                    position = end + 2
                else:
                    parts.append(line[position:end])
                    end += 1
                    break
            fields.append("".join(parts))
            if end < len(line) and line[end] != separator:
                return fields, StrayQuote(), number
        if end >= len(line):
            return fields, None, number
        position = end + 1
