"""From events to a document: the invoice as it was issued, with every party as it stood on that day."""

import datetime as dt
from collections.abc import Iterable
from typing import get_args

import msgspec

from selfbill.aggregates.agency import Agency, AgencyDetails
from selfbill.aggregates.catalogue import (
    AGENCY,
    customer_stream,
    freelancer_stream,
    invoice_stream,
    placement_stream,
    timesheet_stream,
)
from selfbill.aggregates.invoice_events import CommissionInvoiced, CommissionLine, CreditNoteIssued, InvoiceIssued
from selfbill.aggregates.party import CustomerKind, Party, PartyDetails
from selfbill.aggregates.placement import Placement
from selfbill.aggregates.shift_rules import worked_minutes
from selfbill.aggregates.timesheet_events import HoursSubmitted
from selfbill.application.as_of import state_at
from selfbill.documents.model import (
    BreakDetail,
    BudgetLaw,
    CreditedInvoice,
    DocumentLine,
    HouseStyle,
    InvoiceDocument,
    PartyBlock,
    PgbBlock,
    ShiftDetail,
    VatBlock,
)
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import Shift, Towards, VatTreatment, in_force
from selfbill.pricing.vat import STANDARD_RATE
from selfbill.pricing.vat import VatBlock as PricedVat
from selfbill.refusals import Language, Refusal
from selfbill.store.streams import Streams
from selfbill.values import CustomerCode, FreelancerCode, InvoiceNumber


class UnknownInvoice(Refusal):
    code = "unknown_invoice"
    nl = "Factuur {number} bestaat niet bij dit bureau."
    en = "This agency has no invoice {number}."


class PartyForgotten(Refusal):
    code = "party_forgotten"
    nl = "{party} is vergeten: het document van {number} kan niet opnieuw worden gemaakt."
    en = "{party} was forgotten: the document of {number} cannot be made again."


def invoice_document(streams: Streams, number: InvoiceNumber) -> InvoiceDocument:
    """Everything that stands on this invoice or credit note. Raises UnknownInvoice, and PartyForgotten when a key was destroyed."""
    invoice = streams.load(invoice_stream(number)).state
    if invoice.credit_note is not None:
        return _credit_note(streams, invoice.credit_note)
    issued = invoice.issued
    if issued is None:
        raise UnknownInvoice(number=number)
    return (
        _customer_invoice(streams, issued)
        if isinstance(issued, InvoiceIssued)
        else _commission_invoice(streams, issued)
    )


def _customer_invoice(streams: Streams, issued: InvoiceIssued) -> InvoiceDocument:
    agency: Agency = state_at(streams, AGENCY, issued.agency_version)
    freelancer: Party = state_at(streams, freelancer_stream(issued.freelancer), issued.freelancer_version)
    customer: Party = state_at(streams, customer_stream(issued.customer), issued.customer_version)
    placement: Placement = state_at(streams, placement_stream(issued.placement), issued.placement_version)
    seller, buyer = _details(freelancer, issued.number), _details(customer, issued.number)
    assert agency.details is not None
    is_pgb = customer.terms is not None and customer.terms.kind is CustomerKind.PGB
    return InvoiceDocument(
        kind="customer",
        number=issued.number,
        issue_date=issued.date,
        due_date=issued.due,
        seller=_party(seller, code=issued.freelancer),
        customer=_party(buyer, code=issued.customer),
        agency_name=agency.details.name,
        placement_reference=issued.reference,
        description=issued.description,
        period_from=issued.period_from,
        period_until=issued.period_until,
        lines=tuple(_line(line) for line in issued.lines),
        vat=_vat(issued.vat),
        net=issued.net,
        vat_total=issued.vat_total,
        total=issued.total,
        iban=seller.iban or "",
        payment_reference=issued.payment_reference,
        house_style=house_style(agency),
        pgb=_pgb(customer, buyer, placement) if is_pgb else None,
        shifts=_shifts(streams, issued) if is_pgb else (),
    )


def _line(line: Line) -> DocumentLine:
    return DocumentLine(
        kind=line.kind,
        amount=line.amount,
        vat_treatment=line.vat_treatment.value,
        week=line.week,
        minutes=line.minutes,
        metres=line.metres,
        surcharge=line.surcharge,
        unit_price=line.unit_price,
    )


def _vat(blocks: Iterable[PricedVat]) -> tuple[VatBlock, ...]:
    return tuple(
        VatBlock(treatment=block.treatment.value, base=block.base, rate=block.rate, amount=block.amount)
        for block in blocks
    )


def _commission_invoice(streams: Streams, issued: CommissionInvoiced) -> InvoiceDocument:
    agency: Agency = state_at(streams, AGENCY, issued.agency_version)
    party = _debtor(streams, issued.towards, issued.party, issued.party_version)
    assert agency.details is not None
    style = house_style(agency)
    return InvoiceDocument(
        kind="commission",
        number=issued.number,
        issue_date=issued.date,
        due_date=issued.due,
        seller=agency_block(agency.details),
        customer=_party(_details(party, issued.number), code=issued.party),
        agency_name=agency.details.name,
        placement_reference="",
        description=_SERVICE[style.language],
        period_from=min(line.period_from for line in issued.lines),
        period_until=max(line.period_until for line in issued.lines),
        lines=tuple(_commission_line(streams, line, style.language) for line in issued.lines),
        vat=(VatBlock(treatment="standard", base=issued.net, rate=STANDARD_RATE, amount=issued.vat),),
        net=issued.net,
        vat_total=issued.vat,
        total=issued.total,
        iban=agency.details.iban,
        payment_reference=issued.payment_reference,
        house_style=style,
    )


def _debtor(streams: Streams, towards: Towards, code: str, version: int) -> Party:
    stream = freelancer_stream(FreelancerCode(code)) if towards == "freelancer" else customer_stream(CustomerCode(code))
    party: Party = state_at(streams, stream, version)
    return party


def _credit_note(streams: Streams, note: CreditNoteIssued) -> InvoiceDocument:
    """A credit note shows everybody as on the original; it asks for no payment, so it has no account and no due date."""
    agency: Agency = state_at(streams, AGENCY, note.agency_version)
    debtor = _debtor(streams, note.towards, note.debtor, note.debtor_version)
    buyer = _details(debtor, note.number)
    assert agency.details is not None
    style = house_style(agency)
    budget = None
    if note.freelancer is None:
        seller = agency_block(agency.details)
    else:
        freelancer: Party = state_at(streams, freelancer_stream(note.freelancer), note.freelancer_version)
        seller = _party(_details(freelancer, note.number), code=note.freelancer)
    if note.placement is not None and debtor.terms is not None and debtor.terms.kind is CustomerKind.PGB:
        budget = _pgb(debtor, buyer, state_at(streams, placement_stream(note.placement), note.placement_version))
    return InvoiceDocument(
        kind="credit",
        number=note.number,
        issue_date=note.date,
        due_date=None,
        seller=seller,
        customer=_party(buyer, code=note.debtor),
        agency_name=agency.details.name,
        placement_reference=note.reference,
        description=note.description if note.freelancer else _SERVICE[style.language],
        period_from=note.period_from,
        period_until=note.period_until,
        lines=tuple(
            [_line(line) for line in note.lines]
            + [_commission_line(streams, line, style.language) for line in note.commission_lines]
        ),
        vat=_vat(note.vat),
        net=note.net,
        vat_total=note.vat_total,
        total=note.total,
        iban="",
        payment_reference="",
        house_style=style,
        pgb=budget,
        credits=CreditedInvoice(number=note.original, issue_date=note.original_date, reason=note.reason),
    )


_AGREED_ANEW: dict[Language, str] = {"nl": "provisie opnieuw afgesproken", "en": "commission agreed anew"}
"""On a line about an amount only: its hours stand on the first commission invoice."""
_SERVICE: dict[Language, str] = {
    "nl": "Facturatie- en administratiediensten",
    "en": "Billing and administration services",
}


def _commission_line(streams: Streams, line: CommissionLine, language: Language) -> DocumentLine:
    customer_invoice = streams.load(invoice_stream(line.invoice)).state.issued
    assert isinstance(customer_invoice, InvoiceIssued)
    return DocumentLine(
        kind="commission",
        amount=line.amount,
        vat_treatment=VatTreatment.STANDARD.value,
        minutes=line.minutes,
        text="" if line.minutes or not customer_invoice.minutes else _AGREED_ANEW[language],
        customer_invoice=line.invoice,
        placement_reference=customer_invoice.reference,
        period_from=line.period_from,
        period_until=line.period_until,
    )


def house_style(agency: Agency) -> HouseStyle:
    """How this agency's documents look and speak."""
    language: Language = "en" if agency.style.language == "en" else "nl"
    return HouseStyle(colour=agency.style.colour, language=language)


def _details(party: Party, number: str) -> PartyDetails:
    if party.details is None:
        raise PartyForgotten(party=party.code, number=number)
    return party.details


def _party(details: PartyDetails, *, code: str) -> PartyBlock:
    representative = details.representative
    return PartyBlock(
        name=details.name,
        trade_name=details.trade_name or "",
        attention=representative.name if representative else "",
        street=details.street,
        house_number=details.house_number,
        postcode=details.postcode,
        city=details.city,
        kvk=details.kvk or "",
        vat_id=details.vat_id or "",
        email=details.email or "",
        code=code,
    )


def agency_block(details: AgencyDetails) -> PartyBlock:
    """The agency as a sender."""
    return PartyBlock(
        name=details.name,
        street=details.street,
        house_number=details.house_number,
        postcode=details.postcode,
        city=details.city,
        kvk=details.kvk,
        vat_id=details.vat_id,
        email=details.email,
        code=details.code,
    )


def _pgb(customer: Party, details: PartyDetails, placement: Placement) -> PgbBlock:
    assert customer.terms is not None
    assert placement.terms is not None
    law = customer.terms.budget_law
    assert law in get_args(BudgetLaw), f"{law!r} is no budget law"
    return PgbBlock(
        law=msgspec.convert(law, BudgetLaw),
        svb_number=details.svb_number or "",
        agreement_from=placement.terms.period.first,
        agreement_until=placement.terms.period.until,
        max_rate=placement.terms.max_rate,
    )


def _shifts(streams: Streams, issued: InvoiceIssued) -> tuple[ShiftDetail, ...]:
    """The shifts behind the lines, from the attempts that were billed: of the invoice's month and VAT treatment."""
    placement: Placement = state_at(streams, placement_stream(issued.placement), issued.placement_version)
    small = any(block.treatment is VatTreatment.SMALL_BUSINESS for block in issued.vat)
    shifts = [
        shift
        for source in issued.sources
        for recorded in streams.history(timesheet_stream(issued.placement, source.week))
        if isinstance(recorded.event, HoursSubmitted) and recorded.event.attempt == source.attempt
        for shift in recorded.event.shifts
        if (shift.day.year, shift.day.month) == (issued.month.year, issued.month.number)
        and _under_small_business(placement, shift.day) is small
    ]
    return tuple(_shift(shift) for shift in sorted(shifts, key=lambda shift: shift.start))


def _under_small_business(placement: Placement, day: dt.date) -> bool:
    rate = in_force(placement.rates, day)
    return rate is not None and rate.vat_treatment is VatTreatment.SMALL_BUSINESS


def _shift(shift: Shift) -> ShiftDetail:
    return ShiftDetail(
        date=shift.day,
        start=shift.start.time(),
        end=shift.end.time(),
        minutes=worked_minutes(shift),
        breaks=tuple(BreakDetail(pause.start.time(), pause.end.time()) for pause in shift.breaks),
        break_minutes=shift.break_minutes,
        metres=shift.metres,
    )
