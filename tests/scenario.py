"""Given what happened, when somebody wants something, then this happens: how the tests of decisions speak."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import pytest

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.refusals import Refusal

S = TypeVar("S")
Answer = Event | Sequence[Event] | AlreadyDoneType


class Outcome(Generic[S]):
    """What a decision answered, still to be judged."""

    def __init__(self, evolve: Callable[[S, Event], S], state: S, decide: Callable[[S], Answer]) -> None:
        self._evolve, self._state, self._decide = evolve, state, decide

    def then(self, *events: Event) -> "Outcome[S]":
        """Exactly these events happen."""
        assert self._happened() == events
        return self

    def then_once(self, *events: Event) -> None:
        """Exactly these events happen, and the same wish afterwards changes nothing."""
        self.then(*events)
        state = self._state
        for event in events:
            state = self._evolve(state, event)
        assert self._decide(state) is AlreadyDone

    def then_already_done(self) -> None:
        """It was done before: nothing happens."""
        assert self._decide(self._state) is AlreadyDone

    def then_refused(self, reason: type[Refusal], nl: str | None = None, en: str | None = None) -> None:
        """The business says no for this reason, in these sentences."""
        with pytest.raises(Refusal) as refused:
            self._decide(self._state)
        assert type(refused.value) is reason
        if nl is not None:
            assert refused.value.sentence("nl") == nl
        if en is not None:
            assert refused.value.sentence("en") == en

    def _happened(self) -> tuple[Event, ...]:
        answer = self._decide(self._state)
        assert not isinstance(answer, AlreadyDoneType)
        return (answer,) if isinstance(answer, Event) else tuple(answer)


class Given(Generic[S]):
    """A state made of what happened."""

    def __init__(self, evolve: Callable[[S, Event], S], state: S) -> None:
        self._evolve, self.state = evolve, state

    def when(self, decision: Callable[..., Answer], /, **facts: Any) -> Outcome[S]:
        """Somebody wants this."""
        return Outcome(self._evolve, self.state, lambda state: decision(state, **facts))


def given(evolve: Callable[[S, Event], S], initial: S, events: Sequence[Event]) -> Given[S]:
    """The state after these events."""
    state = initial
    for event in events:
        state = evolve(state, event)
    return Given(evolve, state)
