"""What an import wants to write: each stream's state, folded along with every decision, and the events to save."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from selfbill.aggregates.catalogue import KINDS
from selfbill.aggregates.event import AlreadyDoneType, Event
from selfbill.intake.findings import RowError, Source
from selfbill.intake.report import Count
from selfbill.refusals import Refusal
from selfbill.store.streams import Change, Loaded

Meaning = Literal["new", "changed", "unchanged"]
Decided = Event | Sequence[Event] | AlreadyDoneType


class Book:
    """Decisions upon decisions, in memory; nothing is stored until all of them were possible."""

    def __init__(self, loaded: Mapping[str, Loaded[Any]]) -> None:
        self._loaded = loaded
        self._states: dict[str, Any] = {}
        self._events: dict[str, list[Event]] = {}
        self._meanings: Counter[tuple[str, Meaning]] = Counter()
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []

    def state(self, stream: str) -> Any:
        """The stream as it will stand after the decisions so far."""
        return self._states.get(stream, self._loaded[stream].state)

    def is_new(self, stream: str) -> bool:
        return self._loaded[stream].version == 0

    def decide(
        self, stream: str, source: Source, column: str, intention: Callable[..., Decided], /, **facts: Any
    ) -> bool:
        """Asks for a decision on this stream and notes its events; answers whether there were any.

        A refusal becomes an error of this cell.
        """
        try:
            decided = intention(self.state(stream), **facts)
        except Refusal as refusal:
            self.refuse(source, str(refusal.facts.get("field", column)), refusal)
            return False
        if isinstance(decided, AlreadyDoneType):
            return False
        events = [decided] if isinstance(decided, Event) else list(decided)
        evolve = KINDS[stream.partition(":")[0]].evolve
        for event in events:
            self._states[stream] = evolve(self.state(stream), event)
        self._events.setdefault(stream, []).extend(events)
        return bool(events)

    def refuse(self, source: Source, column: str, refusal: Refusal) -> None:
        self.errors.append(source.error(column, refusal))

    def warn(self, source: Source, column: str, refusal: Refusal) -> None:
        self.warnings.append(source.error(column, refusal))

    def count(self, kind: str, *, known: bool, written: bool, times: int = 1) -> None:
        """Notes what the import means to one thing (or to several at once) of this kind."""
        meaning: Meaning = "unchanged" if not written else "changed" if known else "new"
        self._meanings[kind, meaning] += times

    def counts(self) -> dict[str, Count]:
        """By kind, in the order in which kinds were first counted."""
        kinds = dict.fromkeys(kind for kind, _ in self._meanings)
        numbers = self._meanings
        return {
            kind: Count(numbers[kind, "new"], numbers[kind, "changed"], numbers[kind, "unchanged"]) for kind in kinds
        }

    def changes(self) -> list[Change]:
        """Everything to save, each stream once."""
        return [Change(stream, self._loaded[stream].version, events) for stream, events in self._events.items()]
