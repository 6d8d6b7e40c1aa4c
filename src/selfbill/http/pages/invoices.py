"""One invoice: its lines, VAT, payments, credits and delivery, and the very PDF that was sent."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from psycopg import Connection

from selfbill.aggregates.catalogue import AGENCY, invoice_stream
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import CommissionInvoiced
from selfbill.documents.states import CHANNEL, DELIVERY
from selfbill.http.envelope import content_security_policy
from selfbill.http.pages.visit import Visit, Visitor
from selfbill.http.refusals import NoDocumentYet, NoSuchInvoice
from selfbill.pricing.terms import VatTreatment
from selfbill.pricing.vat import STANDARD_RATE, VatBlock
from selfbill.projections import invoice_lines, invoice_list
from selfbill.projections.invoice_list import ListedInvoice
from selfbill.projections.names import names_of

router = APIRouter(include_in_schema=False)


@router.get("/invoices/{number}")
def invoice(visitor: Visitor, number: str) -> Response:
    """Everything about it on one page."""
    with visitor.house.pool.connection() as connection:
        listed = require_invoice(connection, number)
        visitor.shows(*parties_of(listed))
        lines = invoice_lines.of_invoice(connection, listed.number)
        debtor = names_of(connection, listed.debtor_kind, [listed.debtor]).get(listed.debtor)
        issuer = names_of(connection, "freelancer", [listed.issuer]).get(listed.issuer)
    state: Invoice = visitor.house.store.streams.load(invoice_stream(listed.number)).state
    return visitor.page(
        "invoice.html",
        invoice=listed,
        lines=lines,
        vat=_vat(state),
        standard=VatTreatment.STANDARD,
        debtor=debtor,
        issuer=_agency_name(visitor) if listed.issuer == AGENCY else issuer,
        is_from_agency=listed.issuer == AGENCY,
        delivery=DELIVERY,
        channel=CHANNEL,
    )


@router.get("/invoices/{number}/pdf")
def pdf(visitor: Visitor, number: str) -> Response:
    """The exact bytes that were sent; our own pages may show them in a frame."""
    with visitor.house.pool.connection() as connection:
        listed = require_invoice(connection, number)
    if listed.document is None:
        raise NoDocumentYet(number=number)
    visitor.shows(*parties_of(listed))
    return Response(
        visitor.house.store.archive.get(listed.document),
        media_type="application/pdf",
        headers={
            "content-disposition": f'inline; filename="{listed.number}.pdf"',
            "content-security-policy": content_security_policy("'self'"),
        },
    )


def require_invoice(connection: Connection[Any], number: str) -> ListedInvoice:
    """The invoice with this number. Raises NoSuchInvoice."""
    found = invoice_list.by_number(connection, number)
    if found is None:
        raise NoSuchInvoice(number=number)
    return found


def parties_of(invoice: ListedInvoice) -> list[str]:
    """The streams of whoever stands on it."""
    issuer = [] if invoice.issuer == AGENCY else [f"freelancer:{invoice.issuer}"]
    return [f"{invoice.debtor_kind}:{invoice.debtor}", *issuer]


def _vat(state: Invoice) -> tuple[VatBlock, ...]:
    """By category, as it was issued; commission has the general rate only."""
    issued = state.issued or state.credit_note
    if isinstance(issued, CommissionInvoiced):
        return (VatBlock(VatTreatment.STANDARD, issued.net, STANDARD_RATE, issued.vat),)
    return issued.vat if issued is not None else ()


def _agency_name(visitor: Visit) -> str:
    return visitor.agency.details.name if visitor.agency.details else visitor.house.agency
