"""How banks write amounts and days, and what they mean; raises the refusal of what they cannot be. Nothing is rounded."""

import datetime as dt
import re

from selfbill.intake.bank.limits import MOST_EURO_DIGITS
from selfbill.intake.bank.reasons import NotADay, NotCents
from selfbill.moments import AMSTERDAM
from selfbill.values import Cents

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2089, 12, 31)
"""No statement is older than its format or comes from the far future."""

_XML_AMOUNT = re.compile(r"\+?([0-9]*)(?:\.([0-9]*))?")
_MT_AMOUNT = re.compile(r"([0-9]+)(?:[,.]([0-9]{0,2}))?")
_CSV_AMOUNT = re.compile(
    r"([+-]?) ?(?:([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]{0,2})|([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]{0,2})"
    r"|([0-9]+)(?:[.,]([0-9]{0,2}))?)"
)
_XML_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9:.]{5,})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DUTCH_DAY = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})")
_CENTURY = 2000


def xml_amount(text: str) -> Cents:
    """`1234.56`, never signed; more decimals only when they are zeros."""
    match = _XML_AMOUNT.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        raise NotCents(example="1234.56")
    return _cents(match[1], match[2] or "", "1234.56")


def mt_amount(text: str) -> Cents:
    """`1234,56`, `1234,` or `000000001234,56`."""
    match = _MT_AMOUNT.fullmatch(text)
    if match is None:
        raise NotCents(example="1234,56")
    return _cents(match[1], match[2] or "", "1234,56")


def csv_amount(text: str) -> Cents:
    """`1.234,56`, `1,234.56`, `+1234,5` or `-1234.56`; what may be thousands or decimals, such as `1.234`, is refused."""
    match = _CSV_AMOUNT.fullmatch(text.replace("\u2212", "-"))
    if match is None:
        raise NotCents(example="1.234,56")
    sign, *forms = match.groups(default="")
    whole, fraction = "".join(forms[0::2]), "".join(forms[1::2])
    amount = _cents(re.sub("[.,]", "", whole), fraction, "1.234,56")
    return Cents(-amount) if sign == "-" else amount


def _cents(whole: str, fraction: str, example: str) -> Cents:
    whole = whole.lstrip("0")
    if fraction[2:].strip("0") or len(whole) > MOST_EURO_DIGITS:
        raise NotCents(example=example)
    return Cents(int((whole + fraction[:2].ljust(2, "0")) or "0"))


def xml_day(text: str) -> dt.date:
    """A date or a moment by ISO 8601; a moment with a zone is the day that the clock in the Netherlands then shows."""
    match = _XML_DAY.fullmatch(text)
    if match is None:
        raise NotADay(example="2026-12-31")
    day = _day(match[1], match[2], match[3], "2026-12-31")
    if match[4] is None or match[5] is None:
        return day
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise NotADay(example="2026-12-31T23:59:59+01:00") from None
    return moment.astimezone(AMSTERDAM).date()


def mt_day(text: str) -> dt.date:
    """`261231`."""
    return _day(str(_CENTURY + int(text[:2])), text[2:4], text[4:6], "261231")


def booking_day(valued: dt.date, text: str) -> dt.date:
    """`1231`, in the year that brings it nearest to the value date: an entry of 2 January may be valued on 31 December."""
    days: list[dt.date] = []
    for year in (valued.year - 1, valued.year, valued.year + 1):
        try:
            days.append(dt.date(year, int(text[:2]), int(text[2:4])))
        except ValueError:
            continue
    if not days:
        raise NotADay(example="1231")
    return min(days, key=lambda day: abs((day - valued).days))


def csv_day(text: str) -> dt.date:
    """`20261231`, `2026-12-31`, `31-12-2026` or `31/12/2026`."""
    if match := _COMPACT_DAY.fullmatch(text) or _ISO_DAY.fullmatch(text):
        return _day(match[1], match[2], match[3], "31-12-2026")
    if match := _DUTCH_DAY.fullmatch(text):
        return _day(match[3], match[2], match[1], "31-12-2026")
    raise NotADay(example="31-12-2026")


def _day(year: str, month: str, day: str, example: str) -> dt.date:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise NotADay(example=example) from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise NotADay(example=example)
    return found
