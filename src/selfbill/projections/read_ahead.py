"""Reading ahead: while the rows of one batch are folded and written, the next batch is read already."""

import threading

from selfbill.store.streams import Recorded, Streams


class ReadAhead:
    """Reads events in batches, as `Streams` does. A full batch is a sign that there is more, and then the next one is fetched too."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._next: _Reading | None = None

    def read(self, after: int, limit: int, until: int | None = None) -> list[Recorded]:
        """As `Streams.read`; raises the same."""
        wanted = (after, limit, until)
        ahead, self._next = self._next, None
        batch = ahead.result() if ahead is not None and ahead.wanted == wanted else self._streams.read(*wanted)
        if len(batch) == limit:
            self._next = _Reading(self._streams, (batch[-1].position, limit, until))
        return batch

    def forget(self) -> None:
        """Drops what was read ahead."""
        self._next = None


class _Reading:
    """One batch on its way, in a thread of its own."""

    def __init__(self, streams: Streams, wanted: tuple[int, int, int | None]) -> None:
        self.wanted = wanted
        self._streams = streams
        self._batch: list[Recorded] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._read, name="read ahead", daemon=True)
        self._thread.start()

    def result(self) -> list[Recorded]:
        """The batch, as soon as it is there; raises what reading raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._batch

    def _read(self) -> None:
        try:
            self._batch = self._streams.read(*self.wanted)
        except Exception as error:  # noqa: BLE001 - raised where the batch is asked for
            self._error = error
