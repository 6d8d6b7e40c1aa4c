"""The streams that read models leave aside, each with the event that could not be shown: what an operator must look at."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import Connection

from selfbill.store.arrays import texts


class ParkedStream(msgspec.Struct, frozen=True):
    """One stream that one read model leaves aside. Moments are UTC."""

    model: str
    stream: str
    position: int
    """Of the first event that could not be shown."""
    tag: str
    version: int
    """The place of that event within its stream."""
    recorded_at: dt.datetime
    error: str
    waiting: int
    """Later events of the stream that wait for it."""
    parked_at: dt.datetime


def parked(connection: Connection[Any], models: Sequence[str]) -> list[ParkedStream]:
    """What these read models leave aside, in the order of their names and then in that of the events."""
    rows = connection.execute(
        "SELECT p.model, p.stream, p.position, e.topic, e.originator_version, e.recorded_at, p.error, p.waiting, p.parked_at"
        " FROM unnest(%b::text[]) WITH ORDINALITY AS wanted (model, place) JOIN parked_streams AS p ON p.model = wanted.model"
        " JOIN events AS e ON e.notification_id = p.position ORDER BY wanted.place, p.position",
        (texts(models),),
    )
    return [ParkedStream(*row) for row in rows]
