"""The words of the tables: how a delivery, a timesheet or a customer stands, in both languages."""

from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.party import CustomerKind, Delivery
from selfbill.aggregates.timesheet import Status
from selfbill.cli.terminal import Terminal

_DELIVERY = {
    DeliveryState.WAITING: ("wacht", "waiting"),
    DeliveryState.STARTED: ("onderweg", "under way"),
    DeliveryState.FAILED: ("niet bezorgd", "not delivered"),
    DeliveryState.UNCLEAR: ("onduidelijk", "unclear"),
    DeliveryState.SENT: ("bezorgd", "delivered"),
}
_CHANNEL = {Delivery.EMAIL: ("e-mail", "e-mail"), Delivery.PORTAL: ("portaal", "portal")}
_STATUS = {
    Status.OPEN: ("verwacht", "expected"),
    Status.SUBMITTED: ("wacht op goedkeuring", "waits for approval"),
    Status.REJECTED: ("afgekeurd", "rejected"),
    Status.APPROVED: ("goedgekeurd", "approved"),
    Status.NOT_WORKED: ("niet gewerkt", "not worked"),
    Status.INVOICED: ("gefactureerd", "invoiced"),
    Status.REOPENED: ("heropend", "reopened"),
}
_KIND = {
    CustomerKind.PATIENT: ("patiënt", "patient"),
    CustomerKind.PGB: ("pgb-budgethouder", "pgb budget holder"),
    CustomerKind.INSTITUTION: ("instelling", "institution"),
}


def delivery(terminal: Terminal, state: DeliveryState) -> str:
    """How far a delivery got."""
    return terminal.pick(*_DELIVERY[state])


def channel(terminal: Terminal, way: Delivery) -> str:
    """How an invoice goes out."""
    return terminal.pick(*_CHANNEL[way])


def status(terminal: Terminal, where: Status) -> str:
    """Where a timesheet stands."""
    return terminal.pick(*_STATUS[where])


def customer_kind(terminal: Terminal, kind: CustomerKind) -> str:
    """What sort of customer this is."""
    return terminal.pick(*_KIND[kind])
