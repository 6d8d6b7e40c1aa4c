"""What people are called, from their cards; whoever was forgotten has no name."""

from collections.abc import Collection
from typing import Any, LiteralString

from psycopg import Connection

from selfbill.pricing.terms import Towards

_NAMES: dict[Towards, LiteralString] = {
    "customer": "SELECT code, name FROM debtor_cards WHERE code = ANY(%s) AND name IS NOT NULL",
    "freelancer": (
        "SELECT code, coalesce(nullif(trade_name, ''), name) FROM freelancer_cards"
        " WHERE code = ANY(%s) AND name IS NOT NULL"
    ),
}


def names_of(connection: Connection[Any], kind: Towards, codes: Collection[str]) -> dict[str, str]:
    """The names by code of those customers, or the trade names (else the names) of those freelancers, that have one."""
    return dict(connection.execute(_NAMES[kind], (list(codes),)).fetchall())
