"""Workers: acts run as Dramatiq messages, inside the process by default, over RabbitMQ or Redis when a broker is set.

A message only says which items of one policy should be done; whether they still need to be is decided by the act, so a message
that is lost or arrives twice does no harm.
"""

import datetime as dt
import logging
import threading
import uuid
from collections.abc import Callable
from typing import Any

import dramatiq
import msgspec
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from selfbill.policies.all import BY_NAME
from selfbill.policies.policy import Desk, Item
from selfbill.refusals import Refusal
from selfbill.store.streams import Conflict

IDLE_POLL_MS = 100
"""How long an idle worker sleeps at most before it looks whether it should stop."""

_log = logging.getLogger(__name__)


class Order(msgspec.Struct, frozen=True):
    """Do these items of this policy; `now` is given when the clock is simulated."""

    agency: str
    policy: str
    items: tuple[Item, ...]
    now: dt.datetime | None = None


class UnknownBroker(Refusal):
    code = "unknown_broker"
    nl = "SELFBILL_BROKER_URL begint met {scheme!r}; selfbill kent amqp:// (RabbitMQ) en redis://."
    en = "SELFBILL_BROKER_URL starts with {scheme!r}; selfbill knows amqp:// (RabbitMQ) and redis://."


def make_broker(url: str | None) -> dramatiq.Broker:
    """The in-process broker, or the one at this address. Raises UnknownBroker for an address of another kind."""
    if url is None:
        return StubBroker(middleware=[])
    scheme = url.partition(":")[0]
    if scheme in ("amqp", "amqps"):
        return RabbitmqBroker(url=url, middleware=[])
    if scheme in ("redis", "rediss"):
        return RedisBroker(url=url, middleware=[])  # type: ignore[no-untyped-call]
    raise UnknownBroker(scheme=scheme)


class Workers:
    """Sends one agency's orders out, and carries out those that come in; every agency has a queue of its own."""

    def __init__(
        self,
        agency: str,
        broker: dramatiq.Broker,
        desk_at: Callable[[dt.datetime | None], Desk],
        *,
        threads: int,
        identity: str,
    ) -> None:
        """`identity` tells this agency from one of the same code whose installation uses the same broker."""
        self._agency = agency
        self._broker = broker
        self._desk_at = desk_at
        self._threads = threads
        self._worker: dramatiq.Worker | None = None
        self._open: set[str] = set()
        self._settled = threading.Condition()
        as_actor = dramatiq.actor(
            broker=broker, actor_name="carry_out", queue_name=f"selfbill-{agency.lower()}-{identity}"
        )
        self._actor: dramatiq.Actor[..., None] = as_actor(self._receive)

    @property
    def in_process(self) -> bool:
        """Whether orders stay inside this process."""
        return isinstance(self._broker, StubBroker)

    def start(self) -> None:
        """Starts the threads that carry out orders."""
        self._worker = dramatiq.Worker(self._broker, worker_threads=self._threads, worker_timeout=IDLE_POLL_MS)
        self._worker.start()

    def stop(self) -> None:
        """Lets what runs finish, then stops the threads."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None
        self._broker.close()

    def send(self, order: Order) -> None:
        """Puts an order on the queue."""
        ticket = uuid.uuid4().hex
        with self._settled:
            self._open.add(ticket)
        self._actor.send(msgspec.json.encode(order).decode(), ticket)

    def settled(self, timeout_seconds: float) -> bool:
        """Waits a while for every order sent from here to be carried out here, and answers whether they were."""
        with self._settled:
            return self._settled.wait_for(lambda: not self._open, timeout_seconds)

    def _receive(self, text: str, ticket: str) -> None:
        try:
            order = msgspec.json.decode(text, type=Order)
            assert order.agency == self._agency, "one agency's orders never reach another's workers"
            carry_out(order, self._desk_at)
        finally:
            with self._settled:
                self._open.discard(ticket)
                self._settled.notify_all()


def carry_out(order: Order, desk_at: Callable[[dt.datetime | None], Desk]) -> None:
    """Has the policy's act do these items. A failure is logged with its context and leaves the items on the agenda."""
    context: dict[str, Any] = {"agency": order.agency, "policy": order.policy, "items": len(order.items)}
    try:
        BY_NAME[order.policy].act(desk_at(order.now), order.items)
    except Conflict:
        _log.info("others were working on the same items; they stay due: %s", context)
    except Exception:  # noqa: BLE001 - whatever it was, the other items go on
        subjects = ", ".join(item.subject for item in order.items[:5])
        _log.exception("an act failed and its items stay due: %s, first of them: %s", context, subjects)
