"""The agenda: everything that must still happen, when, and why it has not happened yet.

Policies supply the folds: which events put an item on the agenda, and which take it off again. An item is one policy's about
one subject; putting it again replaces it, and all events that put or take it stand in one stream. What is due is then done by the policy's act, of which nothing is known here.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.aggregates.event import Event
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded

VERSION = 1

PAGE = 500
"""Items that a person gets to see at once, unless they ask for another number."""


ANSWERS_KEPT = 40_000
"""Two batches of the engine, about 20 MB; with fewer a batch would ask twice."""


class Put(msgspec.Struct, frozen=True):
    """From now on this must happen at `due`; what stood there for the same policy and subject is replaced."""

    policy: str
    subject: str
    """E.g. `P01/2026-W12`, `Z01-2026-0001`, `2026-W12`."""
    due: dt.datetime
    group_key: str
    """Items with the same group are done together or one after the other, e.g. those of one freelancer."""
    stream: str
    """The stream that the act loads."""
    data: dict[str, Any] = {}
    """What the act needs to know, e.g. the attempt."""
    failures: int = 0
    reason: str | None = None
    """Why it is held, or failed the last time."""


class Take(msgspec.Struct, frozen=True):
    """It has happened, or need not happen any more; taking what is not there does nothing."""

    policy: str
    subject: str


Change = Put | Take


class AgendaFold(msgspec.Struct, frozen=True):
    """One policy's say in the agenda: what each event that it listens to puts there and takes away. Pure."""

    listens: tuple[type[Event], ...]
    changes: Callable[[Recorded], Iterable[Change]]


class AgendaItem(msgspec.Struct, frozen=True):
    """Something that must still happen."""

    policy: str
    subject: str
    due: dt.datetime
    group_key: str
    stream: str
    data: dict[str, Any]
    failures: int
    reason: str | None
    since: dt.datetime
    """The moment of the event that put it there."""
    position: int
    """The position of that event."""


def agenda_model(folds: Sequence[AgendaFold], version: int = VERSION) -> ReadModel[AgendaItem]:
    """The agenda that these policies make; the version is raised when one of them changes what it puts or takes."""
    by_event: dict[type[Event], tuple[Callable[[Recorded], Iterable[Change]], ...]] = {}
    for fold in folds:
        for event in fold.listens:
            by_event[event] = (*by_event.get(event, ()), fold.changes)

    def rows_after(recorded: Recorded) -> dict[Key, AgendaItem | None]:
        """Each item after its last change; a later policy's comes after an earlier one's."""
        rows: dict[Key, AgendaItem | None] = {}
        for fold_changes in by_event.get(type(recorded.event), ()):
            for change in fold_changes(recorded):
                rows[change.policy, change.subject] = _item(change, recorded) if isinstance(change, Put) else None
        return rows

    answers: dict[int, tuple[Recorded, dict[Key, AgendaItem | None]]] = {}

    def answered(recorded: Recorded) -> dict[Key, AgendaItem | None]:
        """The same, kept: the follower asks for the keys of a whole batch first, and then for each of the rows."""
        known = answers.get(recorded.position)
        if known is not None and known[0] is recorded:
            return known[1]
        answer = rows_after(recorded)
        if len(answers) >= ANSWERS_KEPT:
            answers.clear()
        answers[recorded.position] = (recorded, answer)
        return answer

    def evolve(key: Key, _: AgendaItem | None, recorded: Recorded) -> AgendaItem | None:
        return answered(recorded)[key]

    return ReadModel(
        name="agenda",
        version=version,
        row=AgendaItem,
        key=("policy", "subject"),
        listens=tuple(by_event),
        keys=answered,
        evolve=evolve,
        rows_after=rows_after,
        indexes=(("due",),),
        of_one_stream=True,
    )


def _item(change: Put, recorded: Recorded) -> AgendaItem:
    return AgendaItem(
        change.policy,
        change.subject,
        change.due,
        change.group_key,
        change.stream,
        change.data,
        change.failures,
        change.reason,
        recorded.at,
        recorded.position,
    )


_TABLE = Table(agenda_model(()), "agenda")


def next_due(
    connection: Connection[Any], policies: Sequence[str], until: dt.datetime | None = None
) -> dt.datetime | None:
    """The earliest moment at which one of these policies has something due, if it is not after `until`."""
    row = connection.execute(
        "SELECT min(due) FROM agenda WHERE policy = ANY(%s) AND (%s::timestamptz IS NULL OR due <= %s)",
        (list(policies), until, until),
    ).fetchone()
    return None if row is None else row[0]


def item(connection: Connection[Any], policy: str, subject: str) -> AgendaItem | None:
    """This one item, if it is on the agenda."""
    rows = _TABLE.select(connection, "WHERE policy = %s AND subject = %s", (policy, subject))
    return rows[0] if rows else None


def list_agenda(
    connection: Connection[Any],
    *,
    policy: str | None = None,
    group_key: str | None = None,
    stream: str | None = None,
    until: dt.datetime | None = None,
    only_held: bool = False,
    limit: int = PAGE,
) -> list[AgendaItem]:
    """What is on the agenda, earliest first: all of it, or what these filters leave; `only_held` is what has a reason."""
    return _TABLE.select(
        connection,
        "WHERE (%(policy)s::text IS NULL OR policy = %(policy)s)"
        " AND (%(group_key)s::text IS NULL OR group_key = %(group_key)s)"
        " AND (%(stream)s::text IS NULL OR stream = %(stream)s)"
        " AND (%(until)s::timestamptz IS NULL OR due <= %(until)s)"
        " AND (NOT %(only_held)s OR reason IS NOT NULL)"
        " ORDER BY due, policy, subject LIMIT %(limit)s",
        {
            "policy": policy,
            "group_key": group_key,
            "stream": stream,
            "until": until,
            "only_held": only_held,
            "limit": limit,
        },
    )


_NEXT = (
    "WHERE (policy, due) IN ("
    " SELECT p.policy, d.due FROM ("
    "  SELECT min(due) AS due FROM agenda WHERE policy = ANY(%(policies)s) AND due <= %(until)s"
    "  AND (policy, subject) NOT IN (SELECT * FROM unnest(%(left_policies)s::text[], %(left_subjects)s::text[]))"
    " ) AS d, LATERAL ("
    "  SELECT policy FROM agenda WHERE due = d.due AND policy = ANY(%(policies)s)"
    "  AND (policy, subject) NOT IN (SELECT * FROM unnest(%(left_policies)s::text[], %(left_subjects)s::text[]))"
    "  ORDER BY array_position(%(policies)s::text[], policy) LIMIT 1"
    " ) AS p)"
    " AND (policy, subject) NOT IN (SELECT * FROM unnest(%(left_policies)s::text[], %(left_subjects)s::text[]))"
    " ORDER BY subject"
)


def next_items(
    connection: Connection[Any],
    policies: Sequence[str],
    until: dt.datetime,
    *,
    leaving_out: Sequence[tuple[str, str]] = (),
) -> list[AgendaItem]:
    """What is to be done next, at or before `until`: everything at the earliest moment of the first policy in this order.

    `leaving_out` names items (policy, subject) that are not asked for now.
    """
    return _TABLE.select(
        connection,
        _NEXT,
        {
            "policies": list(policies),
            "until": until,
            "left_policies": [policy for policy, _ in leaving_out],
            "left_subjects": [subject for _, subject in leaving_out],
        },
    )
