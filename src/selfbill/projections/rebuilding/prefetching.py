"""The next chunk of history is fetched while this one is folded.

A connection holds only some hundred rows ready for whoever does not listen, so without this the database and Python would take turns.
"""

import contextlib
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

AHEAD = 1
"""Chunks that wait; more would only take memory."""


class _End:
    """Nothing comes after this, or this error."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


@contextlib.contextmanager
def prefetched(source: Iterable[T]) -> Iterator[Iterator[T]]:
    """What `source` gives, asked for in a thread of its own one ahead; its errors are raised here.

    With the block the thread ends, after the item that it is at, and `source` is closed: as long as it is open nobody else can use
    its connection, not even to end it.
    """
    ready: queue.Queue[T | _End] = queue.Queue(AHEAD)
    stopped = threading.Event()

    def fetch() -> None:
        end = _End()
        try:
            for item in source:
                if not _put(ready, item, stopped):
                    break
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            end = _End(error)
        _put(ready, end, stopped)

    thread = threading.Thread(target=fetch, name="prefetch", daemon=True)
    thread.start()
    try:
        yield _taken(ready)
    finally:
        stopped.set()
        thread.join()
        close = getattr(source, "close", None)
        if close is not None:
            close()


def _taken(ready: "queue.Queue[T | _End]") -> Iterator[T]:
    while not isinstance(item := ready.get(), _End):
        yield item
    if item.error is not None:
        raise item.error


def _put(ready: "queue.Queue[T | _End]", item: "T | _End", stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            ready.put(item, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False
