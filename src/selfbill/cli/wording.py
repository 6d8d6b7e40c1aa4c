"""The words of the tables: how a delivery, a timesheet or a customer stands, in the terminal's language."""

from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.party import CustomerKind, Delivery
from selfbill.aggregates.timesheet import Status
from selfbill.cli.terminal import Terminal
from selfbill.documents import states
from selfbill.refusals import Words


def delivery(terminal: Terminal, state: DeliveryState) -> str:
    """How far a delivery got."""
    return _said(terminal, states.DELIVERY[state])


def channel(terminal: Terminal, way: Delivery) -> str:
    """How an invoice goes out."""
    return _said(terminal, states.CHANNEL[way])


def status(terminal: Terminal, where: Status) -> str:
    """Where a timesheet stands."""
    return _said(terminal, states.STATUS[where])


def customer_kind(terminal: Terminal, kind: CustomerKind) -> str:
    """What sort of customer this is."""
    return _said(terminal, states.CUSTOMER_KIND[kind])


def _said(terminal: Terminal, words: Words) -> str:
    return terminal.pick(words.nl, words.en)
