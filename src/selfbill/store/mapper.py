"""Events as they stand in the store: plain JSON under a stable tag, which an auditor reads with SQL.

    {"at": "2026-07-31T12:00:00Z", "by": "staff:anna", "cause": "...", "event": {"type": "timesheet.hours_approved", "attempt": 1}}

What is personal stands in it as `{"sealed": "<base64>"}`, closed with the key of the person whose stream it is and bound to
its own place (stream, version, field), so that it cannot be moved elsewhere. Without the key it reads as None.

An event whose shape changed gets a new tag, and an upcast from the old tag to the new one.
"""

import base64
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from eventsourcing.persistence import JSONTranscoder, Notification, StoredEvent
from eventsourcing.persistence import Mapper as LibraryMapper

from selfbill.aggregates.event import Event, tag_of
from selfbill.store.faults import UnreadableEvent
from selfbill.store.keys import Keyring

E = TypeVar("E")
Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes the fields of a newer event from those of an older one; "type" holds the tag on both sides."""


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event with everything the store knows about it; the names are those that the library asks of a domain event."""

    originator_id: str
    originator_version: int
    event: Event
    at: dt.datetime
    by: str
    cause: str
    position: int = 0
    """Its place in the order of the whole agency; 0 until it is stored."""
    recorded_at: dt.datetime | None = None


class Stored(msgspec.Struct, frozen=True, gc=False):
    """A row of the table `events`."""

    stream: str
    version: int
    tag: str
    state: bytes
    position: int = 0
    recorded_at: dt.datetime | None = None


class Envelope(msgspec.Struct, Generic[E], frozen=True, gc=False):
    """The JSON document of an event."""

    at: dt.datetime
    by: str
    cause: str
    event: E


class EventMapper(LibraryMapper[str]):
    """Turns events into rows and back, by their tags."""

    def __init__(
        self,
        events: Sequence[type[Event]],
        keyring: Keyring,
        upcasts: Mapping[str, Upcast] | None = None,
    ) -> None:
        super().__init__(JSONTranscoder())
        self._keyring = keyring
        self._upcasts = dict(upcasts or {})
        self._encoder = msgspec.json.Encoder()
        self._plain: dict[str, msgspec.json.Decoder[Envelope[Any]]] = {}
        self._sealed: dict[str, type[Event]] = {}
        self._fields: msgspec.json.Decoder[Envelope[dict[str, Any]]] = msgspec.json.Decoder(Envelope[dict[str, Any]])
        self._classes: dict[str, type[Event]] = {}
        for event in events:
            self._register(event)

    def _register(self, event: type[Event]) -> None:
        tag = tag_of(event)
        assert self._classes.get(tag, event) is event, f"{tag} is the tag of two events"
        assert tag not in self._upcasts, f"{tag} is upcast although it is a tag of today"
        self._classes[tag] = event
        if event.personal:
            self._sealed[tag] = event
        else:
            self._plain[tag] = msgspec.json.Decoder(Envelope[event])  # type: ignore[valid-type]

    def encode(self, recorded: Sequence[Recorded]) -> list[Stored]:
        """The rows of these events. Raises `KeyDestroyed` for a person who has been forgotten."""
        self._keyring.make(each.originator_id for each in recorded if each.event.personal)
        return [
            Stored(
                each.originator_id,
                each.originator_version,
                tag_of(type(each.event)),
                self._encoder.encode(Envelope(each.at, each.by, each.cause, self._closed(each))),
            )
            for each in recorded
        ]

    def decode(
        self, rows: Iterable[tuple[str, int, str, bytes, int, dt.datetime | None]], *, sealed: bool = False
    ) -> list[Recorded]:
        """The events of these rows: stream, version, tag, state, position, recorded_at. Raises `UnreadableEvent`.

        With `sealed` nobody's seals are opened: personal fields are None, as if the person had been forgotten.
        """
        rows = list(rows)
        plain = self._plain
        if not sealed:
            self._keyring.fetch(row[0] for row in rows if row[2] not in plain)
        recorded = []
        for stream, version, tag, state, position, recorded_at in rows:
            decoder = plain.get(tag)
            try:
                envelope = (
                    decoder.decode(state)
                    if decoder is not None
                    else self._opened(stream, version, tag, state, sealed=sealed)
                )
            except msgspec.MsgspecError as error:
                raise UnreadableEvent(
                    f"Event {version} of {stream} ({tag}) does not have the shape that this version of selfbill knows: {error}. "
                    "Give the new shape a tag of its own, and an upcast from the old one.",
                    self._classes.get(tag),
                ) from error
            recorded.append(
                Recorded(
                    stream, version, envelope.event, envelope.at, envelope.by, envelope.cause, position, recorded_at
                )
            )
        return recorded

    def unheard(self, listens: Iterable[type[Event]]) -> list[str]:
        """The tags of which nobody who listens to these events need see anything: all others that are known as they are."""
        return sorted(self._classes.keys() - {tag_of(event) for event in listens})

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """As the library asks."""
        (row,) = self.encode([domain_event])
        return StoredEvent(row.stream, row.version, row.tag, row.state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """As the library asks."""
        position = stored_event.id if isinstance(stored_event, Notification) else 0
        (recorded,) = self.decode(
            [
                (
                    str(stored_event.originator_id),
                    stored_event.originator_version,
                    stored_event.topic,
                    stored_event.state,
                    position,
                    None,
                )
            ]
        )
        return recorded

    def _closed(self, recorded: Recorded) -> Event | dict[str, Any]:
        """The event with what is personal in it sealed; fields that are absent or None need no seal."""
        event = recorded.event
        if not event.personal:
            return event
        fields: dict[str, Any] = msgspec.to_builtins(event)
        for name in event.personal:
            if fields.get(name) is not None:
                context = _context(recorded.originator_id, recorded.originator_version, name)
                sealed = self._keyring.seal(recorded.originator_id, self._encoder.encode(fields[name]), context)
                fields[name] = {"sealed": base64.b64encode(sealed).decode()}
        return fields

    def _opened(self, stream: str, version: int, tag: str, state: bytes, *, sealed: bool = False) -> Envelope[Any]:
        """The slower way, for events with sealed fields or of former shapes."""
        envelope = self._fields.decode(state)
        fields = {
            name: (None if sealed else self._unsealed(stream, version, name, value)) if _is_sealed(value) else value
            for name, value in envelope.event.items()
        }
        seen = set()
        while (upcast := self._upcasts.get(tag)) is not None:
            assert tag not in seen, f"the upcasts of {tag} go in a circle"
            seen.add(tag)
            fields = upcast(fields)
            tag = fields["type"]
        event_class = self._classes.get(tag)
        if event_class is None:
            raise UnreadableEvent(
                f"Event {version} of {stream} is a {tag}, which this version of selfbill does not know. "
                "Install the version that wrote it, or a newer one."
            )
        event = msgspec.convert(fields, event_class)
        return Envelope(envelope.at, envelope.by, envelope.cause, event)

    def _unsealed(self, stream: str, version: int, field: str, value: Mapping[str, str]) -> Any:
        try:
            content = self._keyring.open(stream, base64.b64decode(value["sealed"]), _context(stream, version, field))
        except InvalidTag as error:
            raise UnreadableEvent(
                f"The sealed field {field} of event {version} of {stream} was changed or moved. Restore the events from a backup."
            ) from error
        return None if content is None else msgspec.json.decode(content)


def _is_sealed(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"sealed"}


def _context(stream: str, version: int, field: str) -> bytes:
    return f"{stream}\0{version}\0{field}".encode()
