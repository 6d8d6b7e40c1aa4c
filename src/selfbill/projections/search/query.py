"""One box for whatever a client says of themselves, and a box for each thing that can be asked."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, Literal

import msgspec
from psycopg import Connection

from selfbill.projections import invoice_list
from selfbill.projections.search.asking import Asked, Reach, understood
from selfbill.projections.search.marks import Field
from selfbill.projections.search.numbers import invoice_numbers
from selfbill.projections.search.ranking import EXACT, Match, Ranked, matches, ranked
from selfbill.projections.search.rows import TABLE, Findable

Kind = Literal["customer", "freelancer", "invoice"]
KINDS: Final[tuple[Kind, ...]] = ("customer", "freelancer", "invoice")

PAGE = 10
"""Hits at once: more are not read but searched again."""

MOST_COMPARED = 200
"""Rows that are compared with what was typed, at each step; a word that more of them answer to says too little."""

LEAST_SCORE = 620
"""Below this, in thousandths, nobody would see a likeness."""

ENOUGH = 1
"""Likely answers to a question with errors in it, after which the search reaches no further."""
LIKELY = 800


class Hit(msgspec.Struct, frozen=True):
    """Somebody, or an invoice, that may be meant; `code` is an invoice's number, and `name` whose invoice it is."""

    kind: Kind
    code: str
    name: str | None
    matched: tuple[Match, ...]
    score: int
    """In thousandths: how well it answers. Only for comparing."""
    representative: str | None = None
    postcode: str | None = None
    city: str | None = None
    debtor_kind: Literal["customer", "freelancer"] | None = None
    debtor: str | None = None
    """Of an invoice: whose card it belongs to."""


def search(
    connection: Connection[Any],
    text: str,
    *,
    limit: int = PAGE,
    kinds: Collection[Kind] = KINDS,
    by: Mapping[Field, str] | None = None,
) -> list[Hit]:
    """Who or what may be meant by what was typed, the likeliest first.

    `text` is recognised by its shape, and may be several things at once (a name and a city); `by` says of each text what it is.
    All must answer, within a typing error or two.
    """
    by = dict(by or {})
    number = by.pop(Field.INVOICE, "")
    hits = _invoices(connection, number or text, limit) if "invoice" in kinds and (number or not by) else []
    if number:
        return hits[:limit]
    who = [kind for kind in kinds if kind != "invoice"]
    asked = understood(text, by)
    if who and asked.parts:
        hits += [_hit(each) for each in _people(connection, asked, who, limit)]
    return hits[:limit]


def _people(connection: Connection[Any], asked: Asked, kinds: Collection[Kind], limit: int) -> list[Ranked]:
    found: dict[tuple[str, str], Ranked] = {}
    for question, enough in _questions(asked, limit):
        for row in _rows(connection, asked, question, kinds):
            if (row.kind, row.code) not in found:
                found[row.kind, row.code] = ranked(asked, row)
        if sum(1 for each in found.values() if each.score >= LIKELY) >= enough:
            break
    good = [each for each in found.values() if each.score >= LEAST_SCORE]
    return sorted(good, key=lambda each: (-each.score, each.row.name.lower(), each.row.kind, each.row.code))[:limit]


def _questions(asked: Asked, limit: int) -> Iterator[tuple[str, int]]:
    """What is asked one after the other, each reaching further, and how many likely answers make the next one needless."""
    for reach in Reach:
        yield asked.all_of(reach), limit if reach < Reach.NEAR else ENOUGH
    for question in asked.all_but_one(Reach.NEAR):
        yield question, ENOUGH


def _rows(connection: Connection[Any], asked: Asked, question: str, kinds: Collection[Kind]) -> list[Findable]:
    """Those who answer; where they are too many, first those who have the particles and initials as well."""

    def find(question: str) -> list[Findable]:
        return TABLE.find(connection, question, "kind = ANY(%(kinds)s)", {"kinds": list(kinds)}, MOST_COMPARED)

    rows = find(question)
    return find(asked.with_soft(question)) + rows if len(rows) == MOST_COMPARED and asked.soft else rows


def _hit(found: Ranked) -> Hit:
    row = found.row
    return Hit(
        kind=row.kind,
        code=row.code,
        name=row.name,
        matched=matches(found),
        score=min(found.score, EXACT),
        representative=row.representative,
        postcode=row.postcode,
        city=row.city,
    )


def _invoices(connection: Connection[Any], text: str, limit: int) -> list[Hit]:
    numbers, start = invoice_numbers(text)
    if start is not None:
        invoices = invoice_list.number_starts(connection, start, limit)
    else:
        invoices = invoice_list.numbered(connection, numbers, limit) if numbers else []
    if not invoices:
        return []
    debtors = {(each.debtor_kind, each.debtor) for each in invoices}
    names = {key: row.name for key, row in TABLE.load(connection, debtors).items()}
    return [
        Hit(
            kind="invoice",
            code=each.number,
            name=names.get((each.debtor_kind, each.debtor)),
            matched=(Match(Field.INVOICE, each.number),),
            score=EXACT,
            debtor_kind=each.debtor_kind,
            debtor=each.debtor,
        )
        for each in invoices
    ]
