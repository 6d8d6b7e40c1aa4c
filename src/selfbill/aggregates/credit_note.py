"""Taking an invoice back: a credit note for the whole of what still stands of it, or for some of its lines (DOMAIN.md section 6).

A line of care is taken back whole or not at all; the commission for one customer invoice may be taken back in part, because it
follows what is left of that invoice. Line by line, per VAT category and in total no more is taken back than was invoiced, and
credit notes for all of it come to exactly minus the original.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from selfbill.aggregates import mandate as mandates
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import CommissionInvoiced, CommissionLine, CreditNoteIssued, InvoiceIssued
from selfbill.aggregates.invoice_money import CreditedLine, InvoiceCredited
from selfbill.aggregates.invoice_payments import UnknownInvoice, sides_of
from selfbill.aggregates.mandate import Mandate
from selfbill.aggregates.party import Party
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import VatTreatment
from selfbill.pricing.vat import STANDARD_RATE, credited_blocks
from selfbill.refusals import Refusal
from selfbill.values import Cents, InvoiceNumber, Metres, Minutes, euros


class NotCreditable(Refusal):
    """A credit note that is wrong is put right with a new invoice."""

    code = "not_creditable"
    nl = "{number} is een creditfactuur en kan niet worden gecrediteerd; maak een nieuwe factuur."
    en = "{number} is a credit note and cannot be credited; make a new invoice."


class NothingToCredit(Refusal):
    code = "nothing_to_credit"
    nl = "Factuur {number} is al helemaal gecrediteerd."
    en = "Invoice {number} was credited wholly before."


class NoSuchLine(Refusal):
    code = "no_such_line"
    nl = "Factuur {number} heeft geen regel {line}; de regels zijn 1 tot en met {last}."
    en = "Invoice {number} has no line {line}; its lines are 1 to {last}."


class MoreThanInvoiced(Refusal):
    code = "more_than_invoiced"
    nl = "Van regel {line} van factuur {number} is nog {left} euro te crediteren, geen {amount} euro."
    en = "Of line {line} of invoice {number} {left} euros can still be credited, not {amount} euros."


class LineCredited(Refusal):
    code = "line_credited"
    nl = "Regel {line} van factuur {number} is al gecrediteerd."
    en = "Line {line} of invoice {number} was credited before."


class CreditWithoutReason(Refusal):
    code = "credit_without_reason"
    nl = "Wie factuur {number} crediteert, schrijft erbij waarom."
    en = "Crediting invoice {number} needs a reason."


class CreditWithoutMandate(Refusal):
    """A credit note is an invoice too (art. 219 VAT Directive): nothing goes out in somebody's name without consent on the day."""

    code = "credit_without_mandate"
    nl = "{freelancer} heeft op {day} geen geldige factureringsmachtiging gegeven; factuur {number} kan dan niet worden gecrediteerd."
    en = "{freelancer} gave no billing mandate that holds on {day}, so invoice {number} cannot be credited."


class CreditWithoutParty(Refusal):
    """Never half a document: a forgotten person has no name and address to put on it."""

    code = "credit_without_party"
    nl = "Factuur {number} kan niet worden gecrediteerd: {party} is vergeten."
    en = "Invoice {number} cannot be credited: {party} was forgotten."


def left_of(invoice: Invoice) -> tuple[CreditedLine, ...]:
    """What can still be taken back of each line, by position; a line that was credited wholly is not among them."""
    issued = invoice.issued
    assert issued is not None
    left: list[CreditedLine] = []
    lines: tuple[Line | CommissionLine, ...] = issued.lines
    for position, line in enumerate(lines, start=1):
        known = invoice.credited_lines.get(position)
        if known is None:
            left.append(CreditedLine(position, line.amount, line.minutes))
        elif known.amount < line.amount:
            amount, minutes = Cents(line.amount - known.amount), Minutes(line.minutes - known.minutes)
            left.append(CreditedLine(position, amount, minutes))
    return tuple(left)


def lines_left(invoice: Invoice) -> tuple[Line, ...]:
    """The lines that still stand on a customer's invoice."""
    assert isinstance(invoice.issued, InvoiceIssued)
    return tuple(
        line for position, line in enumerate(invoice.issued.lines, start=1) if position not in invoice.credited_lines
    )


def whole_lines(
    invoice: Invoice, *, number: InvoiceNumber, positions: Sequence[int] | None
) -> tuple[CreditedLine, ...]:
    """What is left of these lines, or without positions of all.

    Raises UnknownInvoice, NotCreditable, NothingToCredit, NoSuchLine, and LineCredited for a line of which nothing is left.
    """
    if invoice.credit_note is not None:
        raise NotCreditable(number=number)
    if invoice.issued is None:
        raise UnknownInvoice(number=number)
    left = {line.position: line for line in left_of(invoice)}
    last = len(invoice.issued.lines)
    for position in positions or ():
        if not 1 <= position <= last:
            raise NoSuchLine(number=number, line=position, last=last)
    if not left:
        raise NothingToCredit(number=number)
    if positions is None:
        return tuple(left.values())
    for position in positions:
        if position not in left:
            raise LineCredited(number=number, line=position)
    return tuple(left[position] for position in sorted(set(positions)))


def require_reason(number: InvoiceNumber, reason: str) -> None:
    """Raises CreditWithoutReason or CitizenNumber."""
    if not reason.strip():
        raise CreditWithoutReason(number=number)
    refuse_citizen_number(reason=reason)


def require_creditable(
    invoice: Invoice, *, number: InvoiceNumber, mandate: Mandate, debtor: Party, issuer: Party, day: dt.date
) -> None:
    """A credit note on a freelancer's invoice needs what the invoice needed: consent on the day, and both persons' names.

    Raises CreditWithoutMandate or CreditWithoutParty. What else art. 35a Wet OB asks for stands on the original, from which it
    is taken as it was.
    """
    issued = invoice.issued
    assert isinstance(issued, InvoiceIssued)
    if not mandates.holds_on(mandate, day):
        raise CreditWithoutMandate(number=number, freelancer=issued.freelancer, day=day)
    for party in (debtor, issuer):
        if party.details is None:
            raise CreditWithoutParty(number=number, party=party.code)


def credit(
    invoice: Invoice, *, credit_note: InvoiceNumber, lines: Sequence[CreditedLine], reason: str, day: dt.date
) -> tuple[CreditNoteIssued, InvoiceCredited]:
    """A credit note takes these (parts of) lines back: the document, and what it does to the original.

    `lines` are what `whole_lines` gave, or for commission less of that. Raises MoreThanInvoiced, CreditWithoutReason, CitizenNumber.
    """
    issued = invoice.issued
    assert issued is not None
    assert lines
    number = issued.number
    require_reason(number, reason)
    left = {line.position: line for line in left_of(invoice)}
    for line in lines:
        most = left[line.position].amount if line.position in left else Cents(0)
        if line.position not in left or not 0 <= line.amount <= most:
            raise MoreThanInvoiced(number=number, line=line.position, left=euros(most), amount=euros(line.amount))
    note = CreditNoteIssued(
        number=credit_note,
        date=day,
        original=number,
        original_date=issued.date,
        reason=reason.strip(),
        agency_version=issued.agency_version,
        minutes=Minutes(-sum(line.minutes for line in lines)),
        delivery=issued.delivery,
        **_amounts(issued, left.values(), lines),
        **(_of_care(issued, lines) if isinstance(issued, InvoiceIssued) else _of_commission(issued, lines)),
    )
    credited = Cents(-note.total)
    return note, InvoiceCredited(
        number=number,
        credit_note=credit_note,
        amount=credited,
        on=day,
        open_after=Cents(invoice.open - credited),
        **sides_of(invoice),
        lines=tuple(lines),
    )


def _amounts(
    issued: InvoiceIssued | CommissionInvoiced, left: Iterable[CreditedLine], lines: Iterable[CreditedLine]
) -> dict[str, Any]:
    if isinstance(issued, InvoiceIssued):
        treatments = {position: line.vat_treatment for position, line in enumerate(issued.lines, start=1)}
        rates = {block.treatment: block.rate for block in issued.vat}
    else:
        treatments = dict.fromkeys(range(1, len(issued.lines) + 1), VatTreatment.STANDARD)
        rates = {VatTreatment.STANDARD: STANDARD_RATE}
    vat = credited_blocks(
        [(treatments[line.position], line.amount) for line in left],
        [(treatments[line.position], line.amount) for line in lines],
        rates,
    )
    net, vat_total = sum(block.base for block in vat), sum(block.amount for block in vat)
    return {"net": Cents(net), "vat": vat, "vat_total": Cents(vat_total), "total": Cents(net + vat_total)}


def _of_care(issued: InvoiceIssued, lines: Iterable[CreditedLine]) -> dict[str, Any]:
    return {
        "towards": "customer",
        "debtor": issued.customer,
        "debtor_version": issued.customer_version,
        "freelancer": issued.freelancer,
        "freelancer_version": issued.freelancer_version,
        "placement": issued.placement,
        "placement_version": issued.placement_version,
        "reference": issued.reference,
        "description": issued.description,
        "period_from": issued.period_from,
        "period_until": issued.period_until,
        "lines": tuple(_taken_back(issued.lines[line.position - 1]) for line in lines),
    }


def _taken_back(line: Line) -> Line:
    return msgspec.structs.replace(
        line, minutes=Minutes(-line.minutes), metres=Metres(-line.metres), amount=Cents(-line.amount)
    )


def _of_commission(issued: CommissionInvoiced, lines: Sequence[CreditedLine]) -> dict[str, Any]:
    originals = [issued.lines[line.position - 1] for line in lines]
    return {
        "towards": issued.towards,
        "debtor": issued.party,
        "debtor_version": issued.party_version,
        "period_from": min(original.period_from for original in originals),
        "period_until": max(original.period_until for original in originals),
        "commission_lines": tuple(
            msgspec.structs.replace(original, minutes=Minutes(-line.minutes), amount=Cents(-line.amount))
            for original, line in zip(originals, lines, strict=True)
        ),
    }
