"""The small picture of how late the open amounts are: bars as SVG with numbers of our own, and the same in words beside it."""

import datetime as dt
from itertools import pairwise
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.pricing.terms import Towards
from selfbill.projections.open_as_of import LATE, Ageing, Scope, ageing_as_of
from selfbill.refusals import Language
from selfbill.values import Cents

WIDTH = 100
"""The longest bar, in the units of the picture."""


class Bar(msgspec.Struct, frozen=True):
    """One class of lateness; the width is its share of the largest, 0 to `WIDTH`."""

    label: str
    open: Cents
    width: int
    is_late: bool


def ageing_of(connection: Connection[Any], kind: Towards, code: str, today: dt.date) -> Ageing | None:
    """What this debtor has to pay by how late it is today; None where nothing is open."""
    found = ageing_as_of(connection, Scope(dt.date.max, debtor_kind=kind, debtor=code), late_on=today)
    return found[0] if found else None


def bars(ageing: Ageing, language: Language) -> list[Bar]:
    """Five bars, from what is not due to what is the latest; a class with a credit balance has none."""
    classes = (ageing.not_due, ageing.late_1, ageing.late_31, ageing.late_61, ageing.late_91)
    most = max(*classes, 1)
    return [
        Bar(label, cents, max(0, round(cents * WIDTH / most)), at > 0)
        for at, (label, cents) in enumerate(zip(_labels(language), classes, strict=True))
    ]


def _labels(language: Language) -> list[str]:
    days = "dagen" if language == "nl" else "days"
    between = [f"{over + 1} – {up_to} {days}" for over, up_to in pairwise(LATE)]
    if language == "nl":
        return ["nog niet vervallen", *between, f"meer dan {LATE[-1]} {days}"]
    return ["not due yet", *between, f"more than {LATE[-1]} {days}"]
