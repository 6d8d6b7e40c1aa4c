"""What happens to an invoice but for its money: it is issued or credited, kept, delivered, and its commission billed.

Everything that stands on a document is in the event that issues it.
"""

import datetime as dt

import msgspec

from selfbill.aggregates.event import Event
from selfbill.aggregates.party import Delivery
from selfbill.aggregates.placement import Arrangement
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import Towards
from selfbill.pricing.vat import VatBlock
from selfbill.values import (
    Cents,
    CustomerCode,
    FreelancerCode,
    InvoiceNumber,
    IsoWeek,
    Minutes,
    Month,
    PlacementCode,
)


class CommissionDue(msgspec.Struct, frozen=True):
    """What the agency charges one side for this invoice, by the rates of its shifts' dates; never zero."""

    towards: Towards
    party: str
    amount: Cents


class Source(msgspec.Struct, frozen=True):
    """The attempt of a timesheet whose shifts stand on the invoice."""

    week: IsoWeek
    attempt: int


class InvoiceIssued(Event, tag="invoice.issued"):
    """A freelancer's invoice to a customer exists from now on, made by the agency under the mandate."""

    number: InvoiceNumber
    issued_at: dt.datetime
    date: dt.date
    due: dt.date
    freelancer: FreelancerCode
    freelancer_version: int
    customer: CustomerCode
    customer_version: int
    agency_version: int
    placement: PlacementCode
    placement_version: int
    arrangement: Arrangement
    reference: str
    description: str
    month: Month
    period_from: dt.date
    period_until: dt.date
    sources: tuple[Source, ...]
    lines: tuple[Line, ...]
    minutes: Minutes
    hours_amount: Cents
    net: Cents
    vat: tuple[VatBlock, ...]
    vat_total: Cents
    total: Cents
    payment_reference: str
    delivery: Delivery
    commission: tuple[CommissionDue, ...] = ()
    billed_before: Cents = Cents(0)
    """The placement's hour amount that was invoiced earlier in this month, on which commission in tiers rests."""


class CommissionLine(msgspec.Struct, frozen=True):
    """The commission for one customer invoice."""

    invoice: InvoiceNumber
    placement: PlacementCode
    period_from: dt.date
    period_until: dt.date
    minutes: Minutes
    amount: Cents


class CommissionInvoiced(Event, tag="invoice.commission_invoiced"):
    """The agency's commission invoice to a freelancer or a customer exists from now on."""

    number: InvoiceNumber
    date: dt.date
    due: dt.date
    towards: Towards
    party: str
    party_version: int
    agency_version: int
    lines: tuple[CommissionLine, ...]
    net: Cents
    vat: Cents
    total: Cents
    payment_reference: str
    delivery: Delivery


class CreditNoteIssued(Event, tag="invoice.credit_note_issued"):
    """A document that takes back an invoice or a commission invoice, the whole of it or some; it exists from now on.

    It stands in a stream of its own and takes the next number of the original's issuer. All money stays with the original.
    Quantities and amounts are those of the document, so none is above 0. Persons stand on it as on the original.
    """

    number: InvoiceNumber
    date: dt.date
    original: InvoiceNumber
    original_date: dt.date
    reason: str
    towards: Towards
    debtor: str
    """The code of the customer or the freelancer to whom the original went, as `towards` says."""
    debtor_version: int
    agency_version: int
    period_from: dt.date
    period_until: dt.date
    minutes: Minutes
    net: Cents
    vat: tuple[VatBlock, ...]
    vat_total: Cents
    total: Cents
    delivery: Delivery
    freelancer: FreelancerCode | None = None
    """Whose invoice is taken back; None when it is the agency's for commission."""
    freelancer_version: int = 0
    placement: PlacementCode | None = None
    placement_version: int = 0
    reference: str = ""
    description: str = ""
    lines: tuple[Line, ...] = ()
    commission_lines: tuple[CommissionLine, ...] = ()


class DocumentArchived(Event, tag="invoice.document_archived"):
    """The exact bytes that are sent are kept under this SHA-256 (art. 52 AWR)."""

    number: InvoiceNumber
    sha256: str
    media_type: str
    size: int


class DeliveryStarted(Event, tag="invoice.delivery_started"):
    """A mail with this fixed Message-ID is about to be handed over; without an outcome after it the delivery is unclear."""

    number: InvoiceNumber
    message_id: str
    channel: Delivery
    attempt: int


class InvoiceSent(Event, tag="invoice.sent"):
    """The mail was accepted; for a customer's invoice the commission becomes due at `commission_at`."""

    number: InvoiceNumber
    message_id: str
    channel: Delivery
    commission: tuple[CommissionDue, ...] = ()
    commission_at: dt.datetime | None = None
    issuing_order: str = ""
    """Sorts customer invoices in the order in which they were issued: moment, placement, month, number."""


class DeliveryFailed(Event, tag="invoice.delivery_failed"):
    """The mail was not accepted, or nobody knows whether it was (`unclear`); tried again at `retry_at` with the same Message-ID."""

    number: InvoiceNumber
    message_id: str
    reason: str
    failures: int
    retry_at: dt.datetime
    unclear: bool = False


class CommissionBilled(Event, tag="invoice.commission_billed"):
    """The commission for this customer invoice, towards this side, stands on that commission invoice."""

    number: InvoiceNumber
    towards: Towards
    commission_invoice: InvoiceNumber


class CommissionAdjusted(Event, tag="invoice.commission_adjusted"):
    """What is still to be billed of the commission for this customer invoice towards this side is another amount from now on.

    A credit note lowers it, down to 0. Commission that was agreed anew with effect in the past can raise it, also after it was
    billed: then the rest becomes due at `commission_at`.
    """

    number: InvoiceNumber
    towards: Towards
    party: str
    amount: Cents
    """What is to be billed from now on; 0 is nothing."""
    reason: str
    commission_at: dt.datetime | None = None
    issuing_order: str = ""
    placement_version: int = 0
    """Where it was agreed anew: at which version of the placement; 0 leaves the agreement that applied."""


class CommissionHeld(Event, tag="invoice.commission_held"):
    """No commission invoice could be made towards this side for this reason; it is tried again at `next_at`."""

    number: InvoiceNumber
    towards: Towards
    party: str
    issuing_order: str
    code: str
    reason: str
    next_at: dt.datetime
