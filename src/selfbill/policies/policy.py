"""What a policy is: which agenda items events make, how due items are done together, and the act that ticks them off."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from selfbill.application.office import Office
from selfbill.documents.post import Post
from selfbill.projections.agenda import AgendaFold
from selfbill.store.database import Pool


class Item(msgspec.Struct, frozen=True):
    """One line of the agenda that is due."""

    subject: str
    due: dt.datetime
    group_key: str
    data: dict[str, Any]
    failures: int = 0


class Desk(msgspec.Struct, frozen=True):
    """What an act works with."""

    office: Office
    post: Post
    pool: Pool
    """The agency's read models."""
    portal_url: str


Batches = Callable[[Sequence[Item]], list[list[Item]]]


def one_by_one(items: Sequence[Item]) -> list[list[Item]]:
    """Every item in a message of its own."""
    return [[item] for item in items]


def all_together(items: Sequence[Item]) -> list[list[Item]]:
    """All items that are due at one moment in one message, because their order matters."""
    return [list(items)]


def in_chunks(size: int) -> Batches:
    """Messages of at most so many items."""
    return lambda items: [list(items[start : start + size]) for start in range(0, len(items), size)]


def by_group(size: int) -> Batches:
    """Items of one group stay together; small groups share a message up to so many items."""

    def batches(items: Sequence[Item]) -> list[list[Item]]:
        groups: dict[str, list[Item]] = {}
        for item in items:
            groups.setdefault(item.group_key, []).append(item)
        result: list[list[Item]] = []
        for _, group in sorted(groups.items()):
            if result and len(result[-1]) + len(group) <= size:
                result[-1].extend(group)
            else:
                result.append(list(group))
        return result

    return batches


class Policy(msgspec.Struct, frozen=True):
    """A to-do list with the hand that works it off.

    `act` may be called twice for the same items, in two processes at once, and after a crash anywhere in it.
    """

    name: str
    title: str
    """What staff read on the agenda."""
    fold: AgendaFold
    act: Callable[[Desk, Sequence[Item]], None]
    batches: Batches = one_by_one
