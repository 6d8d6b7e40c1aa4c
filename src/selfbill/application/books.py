"""Several streams that one intention changes: each decision sees what those before it decided."""

from collections.abc import Iterable, Sequence
from typing import Any

from selfbill.aggregates.catalogue import invoice_stream, payment_stream
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.payment import Payment
from selfbill.application.office import Decision, Office
from selfbill.store.streams import Change, Loaded
from selfbill.values import InvoiceNumber, PaymentId


class Books:
    """The streams that one intention works on, as they will be: each further decision sees what those before it decided."""

    def __init__(self, office: Office, names: Iterable[str]) -> None:
        self._streams = office.streams
        self._before: dict[str, Loaded[Any]] = {}
        self._after: dict[str, Any] = {}
        self._events: dict[str, list[Event]] = {}
        self.load(names)

    def load(self, names: Iterable[str]) -> None:
        """Loads those of these streams that are not here yet."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._before]
        if wanted:
            loaded = self._streams.load_many(wanted)
            self._before.update(loaded)
            self._after.update({name: each.state for name, each in loaded.items()})

    def payment(self, name: PaymentId) -> Payment:
        """The payment as it will be."""
        state: Payment = self.state(payment_stream(name))
        return state

    def invoice(self, number: InvoiceNumber) -> Invoice:
        """The invoice as it will be."""
        state: Invoice = self.state(invoice_stream(number))
        return state

    def state(self, stream: str) -> Any:
        """The state of this stream as it will be."""
        self.load([stream])
        return self._after[stream]

    def add(self, stream: str, decided: Event | Sequence[Event] | object) -> None:
        """Takes up what was decided about this stream; nothing for AlreadyDone."""
        events = decided if isinstance(decided, Sequence) else [decided] if isinstance(decided, Event) else []
        for event in events:
            self._after[stream] = self._streams.evolve(stream, self._after[stream], event)
            self._events.setdefault(stream, []).append(event)

    def decision(self) -> Decision:
        """All that was decided."""
        return Decision([Change(name, self._before[name].version, events) for name, events in self._events.items()])
