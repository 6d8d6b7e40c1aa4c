"""The access log: who was shown whose data, when, and on which page (NEN 7513; DOMAIN.md section 8). It only grows.

It holds no personal data of the person who was looked at: only the stream of that party, which outlives the person's key.
"""

import datetime as dt
from collections.abc import Iterable

import msgspec

from selfbill.store.arrays import texts
from selfbill.store.database import Pool, ask


class Access(msgspec.Struct, frozen=True):
    """One time that somebody was shown the data of a party."""

    at: dt.datetime
    """UTC."""
    who: str
    """The user or the API token, as it stands in the events."""
    on_behalf: str | None
    subject: str
    """The stream of the party, e.g. `customer:K01`."""
    page: str
    """The pattern of the address, e.g. `/customers/{code}`."""
    request: str
    """The id of the request."""


def note_access(
    pool: Pool, subjects: Iterable[str], *, at: dt.datetime, who: str, on_behalf: str | None, page: str, request: str
) -> None:
    """Puts down that these parties' data are about to be shown. `at` is aware. Each party stands in it once per request."""
    parties = list(dict.fromkeys(subjects))
    if parties:
        ask(
            pool,
            "INSERT INTO access_log (at, who, on_behalf, subject, page, request)"
            " SELECT %b, %b, %b, subject, %b, %b FROM unnest(%b::text[]) AS subject",
            (at.astimezone(dt.UTC), who, on_behalf, page, request, texts(parties)),
        )


def accesses_of(pool: Pool, subject: str) -> list[Access]:
    """Everything that was noted about this party, the oldest first: a part of what the data subject may ask for."""
    rows = ask(
        pool,
        "SELECT at, who, on_behalf, subject, page, request FROM access_log WHERE subject = %b ORDER BY id",
        (subject,),
    )
    return [Access(*row) for row in rows]
