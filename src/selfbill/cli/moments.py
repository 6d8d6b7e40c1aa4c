"""Moments and days as somebody types and reads them: Dutch local time for people, UTC for programs."""

import datetime as dt

from selfbill.cli.refusals import NotADay, NotAMomentToRunTo, NotKnowable
from selfbill.documents.formats import WEEKDAYS, short_date
from selfbill.moments import clock_reads, from_local, local_time
from selfbill.projections.open_as_of import end_of
from selfbill.refusals import Language


def read_moment(text: str) -> dt.datetime:
    """The moment (UTC) that is meant by e.g. `2026-05-14T00:00`; with an offset or Z it is taken as it is.

    Raises NotAMomentToRunTo, also for a reading that the Dutch clock never gives.
    """
    try:
        reading = dt.datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise NotAMomentToRunTo(text=text) from error
    if reading.tzinfo is not None:
        return reading.astimezone(dt.UTC)
    if not clock_reads(reading):
        raise NotAMomentToRunTo(text=text)
    return from_local(reading)


def read_day(text: str) -> dt.date:
    """The day that is meant by `2026-05-14`. Raises NotADay."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise NotADay(text=text) from error


def read_known(text: str | None, day: dt.date) -> dt.datetime | None:
    """Up to which moment (UTC) things were known: `then` is the end of that day, `now` (or nothing) is None, or a moment.

    Raises NotKnowable.
    """
    match (text or "now").strip().lower():
        case "now" | "nu":
            return None
        case "then" | "toen":
            return end_of(day)
        case other:
            try:
                return read_moment(other.upper())
            except NotAMomentToRunTo as error:
                raise NotKnowable(text=text) from error


def shown_moment(moment: dt.datetime, language: Language) -> str:
    """`di 07-07-2026 07:00`, as the clock on the wall in the Netherlands reads."""
    local = local_time(moment)
    return f"{WEEKDAYS[language][local.weekday()]} {short_date(local.date())} {local:%H:%M}"
