"""What an invoice must hold before it may be issued, and the issuing itself (art. 35a Wet OB; DOMAIN.md sections 4 and 5)."""

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from selfbill.aggregates import mandate as mandates
from selfbill.aggregates.agency import Agency, AgencyDetails
from selfbill.aggregates.invoice_events import CommissionDue, CommissionInvoiced, CommissionLine, InvoiceIssued, Source
from selfbill.aggregates.mandate import Mandate
from selfbill.aggregates.party import CustomerKind, Delivery, Party, PartyDetails, payment_days
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.texts import word_for
from selfbill.identifiers import is_po_box, rf_reference
from selfbill.moments import local_date
from selfbill.pricing.commission import commission
from selfbill.pricing.lines import Draft
from selfbill.pricing.terms import Terms, Towards, VatTreatment
from selfbill.pricing.vat import vat_on_commission
from selfbill.refusals import Refusal, Words
from selfbill.values import Cents, InvoiceNumber, IsoWeek


class Parties(msgspec.Struct, frozen=True):
    """Who stands on an invoice, as they are on its date."""

    agency: Agency
    agency_version: int
    freelancer: Party
    customer: Party
    placement: Placement
    placement_version: int


class InvoiceIncomplete(Refusal):
    """Never half an invoice (art. 35a Wet OB)."""

    code = "invoice_incomplete"
    nl = "De factuur voor plaatsing {placement} kan niet worden gemaakt: {party} mist {field}."
    en = "The invoice for placement {placement} cannot be made: {party} lacks {field}."


class SupplierAtPoBox(Refusal):
    code = "supplier_at_po_box"
    nl = "De factuur voor plaatsing {placement} kan niet worden gemaakt: het adres van {party} is een postbus."
    en = "The invoice for placement {placement} cannot be made: the address of {party} is a PO box."


class CommissionIncomplete(Refusal):
    """Never half an invoice (art. 35a Wet OB)."""

    code = "commission_incomplete"
    nl = "De provisiefactuur aan {party} kan niet worden gemaakt: {lacking} mist {field}."
    en = "The commission invoice to {party} cannot be made: {lacking} lacks {field}."


_ADDRESS = ("name", "street", "house_number", "postcode", "city")
_DETAILS = Words("details", "naam en adres", "name and address")
_BUDGET_LAW = Words("budget_law", "wet (Wlz, Wmo, Jeugdwet of Zvw)", "law (Wlz, Wmo, Jeugdwet or Zvw)")
_SVB_NUMBER = Words("svb_number", "SVB-klantnummer", "SVB customer number")


def require_billable(parties: Parties, *, mandate: Mandate, drafts: Sequence[Draft], day: dt.date) -> None:
    """Raises MandateMissing, InvoiceIncomplete, SupplierAtPoBox or TermTooLong when these drafts may not become invoices on this day."""
    placement, terms = parties.placement.code, parties.placement.terms
    assert placement is not None
    assert terms is not None
    mandates.require(mandate, freelancer=terms.freelancer, day=day)
    seller, buyer = parties.freelancer.details, parties.customer.details
    treatments = {block.treatment for draft in drafts for block in draft.vat}
    sold_by = (*_ADDRESS, "kvk", "iban", *(("vat_id",) if VatTreatment.STANDARD in treatments else ()))
    agency = parties.agency.details
    for party, details, fields in (
        (terms.freelancer, seller, sold_by),
        (terms.customer, buyer, _ADDRESS),
        (agency.code if agency else "?", agency, ("name",)),
    ):
        if lacking := _lacking(details, fields):
            raise InvoiceIncomplete(placement=placement, party=party, field=lacking)
    assert seller is not None
    assert buyer is not None
    if is_po_box(seller.street):
        raise SupplierAtPoBox(placement=placement, party=terms.freelancer)
    assert parties.customer.terms is not None
    if parties.customer.terms.kind is CustomerKind.PGB:
        for held, word in ((buyer.svb_number, _SVB_NUMBER), (parties.customer.terms.budget_law, _BUDGET_LAW)):
            if not held:
                raise InvoiceIncomplete(placement=placement, party=terms.customer, field=word)
    _payment_days(parties)


def _lacking(details: PartyDetails | AgencyDetails | None, fields: Sequence[str]) -> Words | None:
    """The first of these fields that is empty."""
    if details is None:
        return _DETAILS
    return next((word_for(field) for field in fields if not (getattr(details, field) or "").strip()), None)


def _payment_days(parties: Parties) -> int:
    assert parties.agency.terms is not None
    assert parties.customer.terms is not None
    return payment_days(parties.customer.code, parties.customer.terms, parties.agency.terms.payment_days)


def issue(
    number: InvoiceNumber,
    *,
    parties: Parties,
    terms: Terms,
    draft: Draft,
    attempts: Mapping[IsoWeek, int],
    billed_before: Cents,
    now: dt.datetime,
) -> InvoiceIssued:
    """One draft becomes an invoice; `billed_before` is the placement's hour amount invoiced earlier in the draft's month."""
    placement, customer_terms = parties.placement, parties.customer.terms
    day = local_date(now)
    assert placement.code is not None
    assert placement.terms is not None
    assert customer_terms is not None
    return InvoiceIssued(
        number=number,
        issued_at=now,
        date=day,
        due=day + dt.timedelta(days=_payment_days(parties)),
        freelancer=placement.terms.freelancer,
        freelancer_version=parties.freelancer.version,
        customer=placement.terms.customer,
        customer_version=parties.customer.version,
        agency_version=parties.agency_version,
        placement=placement.code,
        placement_version=parties.placement_version,
        arrangement=placement.terms.arrangement,
        reference=placement.terms.reference,
        description=placement.terms.description,
        month=draft.month,
        period_from=draft.period_from,
        period_until=draft.period_until,
        sources=tuple(Source(week, attempts[week]) for week in dict.fromkeys(worked.week for worked in draft.worked)),
        lines=draft.lines,
        minutes=draft.minutes,
        hours_amount=draft.hours_amount,
        net=draft.net,
        vat=draft.vat,
        vat_total=draft.vat_total,
        total=draft.total,
        payment_reference=rf_reference(number),
        delivery=customer_terms.delivery,
        commission=_commission_due(placement, terms, draft, billed_before),
        billed_before=billed_before,
    )


def _commission_due(
    placement: Placement, terms: Terms, draft: Draft, billed_before: Cents
) -> tuple[CommissionDue, ...]:
    assert placement.terms is not None
    sides: tuple[tuple[Towards, str], ...] = (
        ("freelancer", placement.terms.freelancer),
        ("customer", placement.terms.customer),
    )
    due = []
    for towards, party in sides:
        versions = terms.commission_freelancer if towards == "freelancer" else terms.commission_customer
        amount = commission(draft, versions, billed_before)
        if amount:
            due.append(CommissionDue(towards, party, amount))
    return tuple(due)


def require_commission_billable(agency: Agency, party: Party) -> None:
    """Raises CommissionIncomplete when the agency or this party lacks what must stand on a commission invoice."""
    assert agency.details is not None
    for code, details, fields in (
        (agency.details.code, agency.details, (*_ADDRESS, "kvk", "vat_id", "iban")),
        (party.code, party.details, _ADDRESS),
    ):
        if lacking := _lacking(details, fields):
            raise CommissionIncomplete(party=party.code, lacking=code, field=lacking)


def issue_commission(
    number: InvoiceNumber,
    *,
    agency: Agency,
    agency_version: int,
    towards: Towards,
    party: Party,
    lines: Sequence[CommissionLine],
    day: dt.date,
) -> CommissionInvoiced:
    """The agency bills one side for its service around these customer invoices; VAT over the sum of the lines."""
    assert agency.terms is not None
    net = Cents(sum(line.amount for line in lines))
    vat = vat_on_commission(net)
    return CommissionInvoiced(
        number=number,
        date=day,
        due=day + dt.timedelta(days=agency.terms.commission_payment_days),
        towards=towards,
        party=party.code,
        party_version=party.version,
        agency_version=agency_version,
        lines=tuple(lines),
        net=net,
        vat=vat,
        total=Cents(net + vat),
        payment_reference=rf_reference(number),
        delivery=party.terms.delivery if party.terms else Delivery.EMAIL,
    )
