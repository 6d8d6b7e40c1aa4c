"""`agency.toml` and `UNTIL`: who the agency is, when it bills and reminds, its terms, and the moment to run the clock to."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec

from selfbill.aggregates.agency import AgencyDetails, Moments, PaymentTerms
from selfbill.intake import dialect, texts
from selfbill.intake.cells import Cells, read_rows
from selfbill.intake.columns import AGENCY_FILE, UNTIL_FILE
from selfbill.intake.findings import RowError, Source, shown
from selfbill.intake.party_rows import MOST_PAYMENT_DAYS
from selfbill.intake.reasons import (
    FileTooLarge,
    NotATimestamp,
    NotOneValue,
    NotToml,
    NotUtf8,
    UnknownColumn,
    UnknownTimezone,
)
from selfbill.intake.table import cell_refusal
from selfbill.refusals import Refusal

MOST_BYTES = 16_384
"""Some twenty short lines; anything larger is another file, and a TOML parser is slow on a hostile one."""

_SECTIONS = {
    "agency": (
        *("code", "name", "street", "house_number", "postcode", "city", "kvk", "vat_id", "iban", "email"),
        *("number_prefix", "timezone"),
    ),
    "moments": ("invoice", "commission", "hours_reminder", "approval_reminder"),
    "terms": ("payment_days", "commission_payment_days"),
}
_BYTE_ORDER_MARK = "\ufeff"
_TIMEZONE = "Europe/Amsterdam"
_WHERE = re.compile(r"\(at line ([0-9]+), column")
_KEY = re.compile(r"\s*(?:\[\s*(?P<section>[A-Za-z0-9_-]+)\s*\]|[\"']?(?P<key>[A-Za-z0-9_-]+)[\"']?\s*=)")

_days = dialect.whole(0, MOST_PAYMENT_DAYS)


class AgencyLine(msgspec.Struct, frozen=True):
    """What agency.toml says; the sources know on which lines."""

    details: AgencyDetails
    moments: Moments
    terms: PaymentTerms
    sources: dict[str, Source]

    def error(self, key: str, refusal: Refusal) -> RowError:
        return self.sources[key].error(key, refusal)


def read_agency(content: bytes, errors: list[RowError], warnings: list[RowError]) -> AgencyLine | None:
    """The agency; None when anything is wrong, which is then in `errors`."""
    before = len(errors)
    text = _text(AGENCY_FILE, content, errors)
    if text is None:
        return None
    try:
        parsed = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        where = _WHERE.search(str(error))
        line = int(where[1]) if where else text.count("\n") + 1
        written = text.split("\n")[line - 1 : line]
        errors.append(RowError(AGENCY_FILE, line, "", shown("".join(written)), NotToml()))
        return None
    sources = _sources(parsed, _lines(text), errors, warnings)

    def read(key: str, parse: Any) -> Any:
        def make(cells: Cells) -> Any:
            return cells.need(key, parse)

        return next(iter(read_rows([sources[key]], make, errors)), None)

    details = AgencyDetails(
        code=read("code", texts.code),
        name=read("name", texts.one_line),
        street=read("street", texts.one_line),
        house_number=read("house_number", texts.one_line),
        postcode=read("postcode", texts.postcode),
        city=read("city", texts.one_line),
        kvk=read("kvk", texts.kvk),
        vat_id=read("vat_id", texts.vat_id),
        iban=read("iban", texts.iban),
        email=read("email", texts.email),
        number_prefix=read("number_prefix", texts.prefix),
    )
    read("timezone", _timezone)
    moments = Moments(**{key: read(key, texts.moment_rule) for key in _SECTIONS["moments"]})
    terms = PaymentTerms(**{key: read(key, _days) for key in _SECTIONS["terms"]})
    return AgencyLine(details, moments, terms, sources) if len(errors) == before else None


def read_until(content: bytes, errors: list[RowError]) -> dt.datetime | None:
    """The moment (UTC) to run the clock to; None when it cannot be read."""
    text = _text(UNTIL_FILE, content, errors)
    if text is None:
        return None
    try:
        return dialect.timestamp(text.strip())
    except Refusal as refusal:
        wrong = refusal if refusal.code != "runs_in_spreadsheet" else NotATimestamp()
        errors.append(RowError(UNTIL_FILE, 1, UNTIL_FILE, shown(text.strip()), wrong))
        return None


def _text(file: str, content: bytes, errors: list[RowError]) -> str | None:
    if len(content) > MOST_BYTES:
        errors.append(RowError(file, 1, "", "", FileTooLarge(most=MOST_BYTES)))
        return None
    try:
        return content.decode().removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = content.splitlines(keepends=False)[line - 1 : line]
        value = wrong[0].decode("utf-8", "replace") if wrong else ""
        errors.append(RowError(file, line, "", shown(value), NotUtf8()))
        return None


def _lines(text: str) -> dict[tuple[str, str], int]:
    """On which line each section (with an empty key) and each key stands."""
    lines: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _KEY.match(line):
            section = match["section"] or section
            lines.setdefault((section, match["key"] or ""), number)
    return lines


def _sources(
    parsed: Mapping[str, Any],
    lines: Mapping[tuple[str, str], int],
    errors: list[RowError],
    warnings: list[RowError],
) -> dict[str, Source]:
    """Each known key as a row of one cell, so that it is read like any other cell; unknown keys become warnings."""

    def unknown(section: str, key: str) -> None:
        name = shown(f"{section}.{key}" if key else section)
        line = lines.get((section, key), 1)
        warnings.append(RowError(AGENCY_FILE, line, name, name, UnknownColumn(column=name)))

    for section in parsed:
        if section not in _SECTIONS:
            unknown(section, "")
    sources: dict[str, Source] = {}
    for section, keys in _SECTIONS.items():
        table = parsed.get(section)
        table = table if isinstance(table, dict) else {}
        for key in table:
            if key not in keys:
                unknown(section, key)
        for key in keys:
            line = lines.get((section, key), lines.get((section, ""), 1))
            value = table.get(key)
            written, wrong = _written(value)
            if wrong is not None:
                errors.append(RowError(AGENCY_FILE, line, key, shown(written), wrong))
            unreadable = frozenset([key]) if wrong else frozenset[str]()
            sources[key] = Source(AGENCY_FILE, line, {key: written.strip()}, unreadable)
    return sources


def _written(value: object) -> tuple[str, Refusal | None]:
    """A value as it would stand in a cell, and what is wrong with its form."""
    if value is None:
        return "", None
    if isinstance(value, list | dict):
        return "", NotOneValue()
    try:
        written = str(value)
    except ValueError:  # a hexadecimal number of thousands of digits
        return "", NotOneValue()
    return written, cell_refusal(written)


def _timezone(value: str) -> str:
    if value != _TIMEZONE:
        raise UnknownTimezone
    return value
