"""Looking over a follower's shoulder, and getting in its way."""

import threading
from typing import Any, Self

import msgspec

from projections import happenings as say
from selfbill.projections.follower import Follower
from selfbill.projections.table import Table
from selfbill.store.database import Pool
from selfbill.store.streams import Streams

PATIENCE = 60.0
"""Seconds after which a test gives up on something that should have happened at once."""


def shown(pool: Pool, model: Any) -> dict[Any, Any]:
    with pool.connection() as connection:
        rows = Table(model, model.name).select(connection)
    return {tuple(getattr(row, name) for name in model.key): row for row in rows}


def parked(pool: Pool) -> list[tuple[Any, ...]]:
    with pool.connection() as connection:
        return connection.execute(
            "SELECT model, stream, position, waiting FROM parked_streams ORDER BY model, stream"
        ).fetchall()


def backend(follower: Follower) -> int:
    assert follower._connection is not None
    return follower._connection.info.backend_pid


def cut(pool: Pool, pid: int) -> None:
    """Cuts a connection, as a failing network or a restarting server does."""
    with pool.connection() as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def everything(streams: Streams) -> list[Any]:
    return streams.read(0, 10_000)


class Running:
    """A follower in a thread of its own."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.stop = threading.Event()
        self.thread = threading.Thread(target=follower.run, args=(self.stop,), daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


def failing(model: Any, number: str) -> Any:
    """This model, unable to show one invoice."""

    def evolve(key: Any, row: Any, recorded: Any) -> Any:
        if key == (say.number(number),):
            raise ZeroDivisionError(f"there is nothing in {number}")
        return model.evolve(key, row, recorded)

    return msgspec.structs.replace(model, evolve=evolve)
