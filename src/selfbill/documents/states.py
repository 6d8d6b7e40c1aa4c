"""How a delivery, a timesheet or a customer stands, in the words of both languages."""

from collections.abc import Mapping

from selfbill.aggregates.invoice import DeliveryState
from selfbill.aggregates.party import CustomerKind, Delivery
from selfbill.aggregates.timesheet import Status
from selfbill.refusals import Words

DELIVERY: Mapping[DeliveryState, Words] = {
    DeliveryState.WAITING: Words("waiting", "wacht", "waiting"),
    DeliveryState.STARTED: Words("started", "onderweg", "under way"),
    DeliveryState.FAILED: Words("failed", "niet bezorgd", "not delivered"),
    DeliveryState.UNCLEAR: Words("unclear", "onduidelijk", "unclear"),
    DeliveryState.SENT: Words("sent", "bezorgd", "delivered"),
}
CHANNEL: Mapping[Delivery, Words] = {
    Delivery.EMAIL: Words("email", "e-mail", "e-mail"),
    Delivery.PORTAL: Words("portal", "portaal", "portal"),
}
STATUS: Mapping[Status, Words] = {
    Status.OPEN: Words("open", "verwacht", "expected"),
    Status.SUBMITTED: Words("submitted", "wacht op goedkeuring", "waits for approval"),
    Status.REJECTED: Words("rejected", "afgekeurd", "rejected"),
    Status.APPROVED: Words("approved", "goedgekeurd", "approved"),
    Status.NOT_WORKED: Words("not_worked", "niet gewerkt", "not worked"),
    Status.INVOICED: Words("invoiced", "gefactureerd", "invoiced"),
    Status.REOPENED: Words("reopened", "heropend", "reopened"),
}
CUSTOMER_KIND: Mapping[CustomerKind, Words] = {
    CustomerKind.PATIENT: Words("patient", "patiënt", "patient"),
    CustomerKind.PGB: Words("pgb", "pgb-budgethouder", "pgb budget holder"),
    CustomerKind.INSTITUTION: Words("institution", "instelling", "institution"),
}
