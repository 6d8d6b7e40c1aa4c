"""The rows of those who sell care and those who buy it."""

import msgspec

from selfbill.aggregates.party import CustomerKind, CustomerTerms, Delivery, PartyDetails, Representative
from selfbill.aggregates.periods import refuse_reversed
from selfbill.intake import dialect, texts
from selfbill.intake.cells import Cells
from selfbill.intake.conflicts import MandateWithoutStart, OnlyInstitutionsAreLarge
from selfbill.intake.findings import Source
from selfbill.intake.reasons import MissingValue
from selfbill.values import CustomerCode, FreelancerCode, Period

MOST_PAYMENT_DAYS = 365
MOST_SEQUENCE = 99_999
"""Five digits: what a payment reference leaves room for."""

_YES_NO = {"ja": True, "nee": False}
_LAWS = {law: law for law in ("Wlz", "Wmo", "Jeugdwet", "Zvw")}

_kind = dialect.one_of({kind.value: kind for kind in CustomerKind})
_delivery = dialect.one_of({way.value: way for way in Delivery})
_yes_no = dialect.one_of(_YES_NO)
_law = dialect.one_of(_LAWS)
_payment_days = dialect.whole(0, MOST_PAYMENT_DAYS)
_sequence = dialect.whole(1, MOST_SEQUENCE)


class FreelancerLine(msgspec.Struct, frozen=True):
    source: Source
    code: FreelancerCode
    number_prefix: str
    next_number: int
    details: PartyDetails
    mandate: Period | None


class CustomerLine(msgspec.Struct, frozen=True):
    source: Source
    code: CustomerCode
    terms: CustomerTerms
    details: PartyDetails


def freelancer(cells: Cells) -> FreelancerLine:
    code = FreelancerCode(cells.need("code", texts.code))
    details = _details(cells, trade_name=cells.may("trade_name", texts.one_line))
    prefix, number = cells.need("number_prefix", texts.prefix), cells.need("next_number", _sequence)
    first, until = cells.may("mandate_from", dialect.day), cells.may("mandate_until", dialect.day)
    cells.settle()
    if until is not None and first is None:
        cells.refuse("mandate_from", MandateWithoutStart())
    mandate = Period(first, until) if first is not None else None
    if mandate is not None:
        cells.ask("mandate_until", refuse_reversed, mandate)
    return FreelancerLine(cells.source, code, prefix, number, details, mandate)


def customer(cells: Cells) -> CustomerLine:
    code = CustomerCode(cells.need("code", texts.code))
    kind = cells.need("kind", _kind)
    details = _details(cells, svb_number=cells.may("svb_number", texts.plain), representative=_representative(cells))
    large = cells.may("large", _yes_no)
    terms = CustomerTerms(
        kind=kind,
        delivery=cells.need("delivery", _delivery),
        payment_days=cells.may("payment_days", _payment_days),
        invoice_moment=cells.may("invoice_moment", texts.moment_rule),
        direct_debit=cells.need("direct_debit", _yes_no),
        large=large if kind is CustomerKind.INSTITUTION else None,
        budget_law=cells.may("budget_law", _law),
    )
    cells.settle()
    if large and kind is not CustomerKind.INSTITUTION:
        cells.refuse("large", OnlyInstitutionsAreLarge())
    return CustomerLine(cells.source, code, terms, details)


def _representative(cells: Cells) -> Representative | None:
    name = cells.may("representative_name", texts.one_line)
    email, phone = cells.may("representative_email", texts.email), cells.may("representative_phone", texts.phone)
    if name is None and (email or phone):
        cells.refuse("representative_name", MissingValue(column="representative_name"))
    return None if name is None else Representative(name, email, phone)


def _details(
    cells: Cells,
    *,
    trade_name: str | None = None,
    svb_number: str | None = None,
    representative: Representative | None = None,
) -> PartyDetails:
    return PartyDetails(
        name=cells.need("name", texts.one_line),
        street=cells.need("street", texts.one_line),
        house_number=cells.need("house_number", texts.one_line),
        postcode=cells.need("postcode", texts.postcode),
        city=cells.need("city", texts.one_line),
        email=cells.may("email", texts.email),
        phone=cells.may("phone", texts.phone),
        trade_name=trade_name,
        kvk=cells.may("kvk", texts.kvk),
        vat_id=cells.may("vat_id", texts.vat_id),
        iban=cells.may("iban", texts.iban),
        svb_number=svb_number,
        representative=representative,
    )
