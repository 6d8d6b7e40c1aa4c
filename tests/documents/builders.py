"""Whole documents for tests and for the benchmark, with amounts that add up."""

import datetime as dt
from typing import Any

import msgspec

from selfbill.documents.model import (
    BreakDetail,
    CreditedInvoice,
    DocumentLine,
    HouseStyle,
    InvoiceDocument,
    PartyBlock,
    PgbBlock,
    ShiftDetail,
    VatBlock,
    VatTreatment,
)
from selfbill.values import BasisPoints, Cents, IsoWeek, Metres, Minutes, round_half_up

AGENCY_NAME = "Zorgschakel Voorbeeld B.V."

FREELANCER = PartyBlock(
    name="Marijke de Vries",
    trade_name="De Vries Verpleging",
    street="Eikenlaan",
    house_number="8",
    postcode="3704 HK",
    city="Zeist",
    kvk="68104422",
    vat_id="NL190257703B18",
    code="Z01",
)
INSTITUTION = PartyBlock(
    name="Woonzorgcentrum De Linde",
    street="Dorpsstraat",
    house_number="100",
    postcode="3454 AB",
    city="De Meern",
    vat_id="NL851283512B01",
    code="K01",
)
BUDGET_HOLDER = PartyBlock(
    name="Anna Visser",
    attention="Pieter Visser",
    street="Kerkstraat",
    house_number="17",
    postcode="3581 RA",
    city="Utrecht",
    code="K02",
)
AGENCY = PartyBlock(
    name=AGENCY_NAME,
    street="Stationsweg",
    house_number="12",
    postcode="3511 ED",
    city="Utrecht",
    kvk="72319850",
    vat_id="NL840819109B02",
    email="administratie@zorgschakel.example.org",
)


def hours(
    week: str,
    minutes: int,
    unit_price: int,
    surcharge: int = 0,
    *,
    treatment: VatTreatment = "care_exempt",
    text: str = "",
) -> DocumentLine:
    """An hours line, its amount computed."""
    return DocumentLine(
        kind="hours",
        week=IsoWeek.parse(week),
        minutes=Minutes(minutes),
        unit_price=Cents(unit_price),
        surcharge=BasisPoints(surcharge),
        amount=Cents(round_half_up(minutes * unit_price, 60)),
        vat_treatment=treatment,
        text=text,
    )


def travel(week: str, metres: int, per_km: int = 23, treatment: VatTreatment = "care_exempt") -> DocumentLine:
    """A travel line, its amount computed."""
    return DocumentLine(
        kind="travel",
        week=IsoWeek.parse(week),
        metres=Metres(metres),
        unit_price=Cents(per_km),
        amount=Cents(round_half_up(metres * per_km, 1000)),
        vat_treatment=treatment,
    )


def commission(invoice: str, amount: int, minutes: int, text: str = "") -> DocumentLine:
    """The commission over one customer invoice of the second half of March 2026."""
    return DocumentLine(
        kind="commission",
        customer_invoice=invoice,
        customer="Woonzorgcentrum De Linde",
        placement_reference="IO-2047",
        minutes=Minutes(minutes),
        period_from=dt.date(2026, 3, 16),
        period_until=dt.date(2026, 3, 31),
        amount=Cents(amount),
        vat_treatment="standard",
        text=text,
    )


CARE_LINES = (
    hours("2026-W12", 480, 6000),
    hours("2026-W12", 60, 8280, 3800),
    hours("2026-W12", 120, 8940, 4900),
    hours("2026-W12", 120, 9600, 6000),
    travel("2026-W12", 49_200),
    hours("2026-W13", 440, 6000),
    hours("2026-W13", 95, 8280, 3850),
)


def with_lines(document: InvoiceDocument, lines: tuple[DocumentLine, ...], **changes: Any) -> InvoiceDocument:
    """The document with these lines and with the VAT and totals that follow from them."""
    blocks = []
    for treatment in dict.fromkeys(line.vat_treatment for line in lines):
        base = sum(line.amount for line in lines if line.vat_treatment == treatment)
        rate = 2100 if treatment == "standard" else 0
        amount = Cents(round_half_up(base * rate, 10_000))
        blocks.append(VatBlock(treatment=treatment, base=Cents(base), rate=BasisPoints(rate), amount=amount))
    net = Cents(sum(block.base for block in blocks))
    vat_total = Cents(sum(block.amount for block in blocks))
    sums = {"lines": lines, "vat": tuple(blocks), "net": net, "vat_total": vat_total, "total": Cents(net + vat_total)}
    return msgspec.structs.replace(document, **(sums | changes))


def with_treatment(document: InvoiceDocument, treatment: VatTreatment) -> InvoiceDocument:
    """The same lines under another VAT treatment."""
    return with_lines(
        document, tuple(msgspec.structs.replace(line, vat_treatment=treatment) for line in document.lines)
    )


def in_english(document: InvoiceDocument) -> InvoiceDocument:
    """The same document for a reader of English."""
    return msgspec.structs.replace(
        document, house_style=msgspec.structs.replace(document.house_style, language="en", customer_word="client")
    )


_EMPTY = InvoiceDocument(
    kind="customer",
    number="Z01-2026-0001",
    issue_date=dt.date(2026, 4, 1),
    due_date=dt.date(2026, 5, 1),
    seller=FREELANCER,
    customer=INSTITUTION,
    agency_name=AGENCY_NAME,
    placement_reference="IO-2047",
    description="Verpleegkundige zorg",
    period_from=dt.date(2026, 3, 16),
    period_until=dt.date(2026, 3, 29),
    lines=(),
    vat=(),
    net=Cents(0),
    vat_total=Cents(0),
    total=Cents(0),
    iban="NL61RABO0941673987",
    payment_reference="RF31Z0120260001",
    house_style=HouseStyle(customer_word="cliënt"),
)

CARE_INVOICE = with_lines(_EMPTY, CARE_LINES)
STANDARD_INVOICE = with_treatment(CARE_INVOICE, "standard")
SMALL_BUSINESS_INVOICE = with_treatment(
    msgspec.structs.replace(CARE_INVOICE, seller=msgspec.structs.replace(FREELANCER, vat_id="")), "small_business"
)
COMMISSION_INVOICE = with_lines(
    _EMPTY,
    (commission("Z01-2026-0001", 7936, 780, "8,5 %"), commission("Z01-2026-0002", 11_012, 870)),
    kind="commission",
    number="ZV-2026-0001",
    seller=AGENCY,
    customer=FREELANCER,
    placement_reference="",
    description="",
    period_until=dt.date(2026, 3, 31),
    iban="NL31INGB0299217108",
    payment_reference="RF42ZV20260001",
)

_SHIFTS = (
    *(
        ShiftDetail(
            date=dt.date(2026, 3, day),
            start=dt.time(9, 0),
            end=dt.time(11, 30),
            breaks=(BreakDetail(dt.time(10, 0), dt.time(10, 10)),) if day == 17 else (),
            break_minutes=Minutes(10 if day == 19 else 0),
            minutes=Minutes(140 if day in (17, 19) else 150),
            metres=Metres(7_400 if day == 19 else 0),
        )
        for day in (16, 17, 19, 23, 26)
    ),
    ShiftDetail(date=dt.date(2026, 3, 27), start=dt.time(22, 45), end=dt.time(7, 15), minutes=Minutes(510)),
)
PGB_INVOICE = with_lines(
    _EMPTY,
    (hours("2026-W12", 430, 4550), hours("2026-W13", 810, 4550)),
    customer=BUDGET_HOLDER,
    placement_reference="ZO-55120",
    description="Wijkverpleging",
    pgb=PgbBlock(
        law="Wlz",
        svb_number="00451278",
        agreement_from=dt.date(2026, 3, 1),
        agreement_until=dt.date(2026, 12, 31),
        max_rate=Cents(5000),
    ),
    shifts=_SHIFTS,
)
CREDIT_NOTE = with_lines(
    _EMPTY,
    (msgspec.structs.replace(CARE_LINES[0], minutes=Minutes(-480), amount=Cents(-48_000)),),
    kind="credit",
    number="Z01-2026-0003",
    due_date=None,
    iban="",
    payment_reference="",
    credits=CreditedInvoice(
        number="Z01-2026-0001", issue_date=dt.date(2026, 4, 1), reason="De dienst van 17 maart is dubbel geregistreerd."
    ),
)


def long_invoice(line_count: int) -> InvoiceDocument:
    """A customer invoice of this many lines; for the layout only, no month has so many weeks."""
    lines = tuple(
        hours(f"2026-W{9 + index // 6:02}", 60 + 5 * (index % 6), 6000 + 10 * (index % 6), 100 * (index % 6))
        for index in range(line_count)
    )
    return with_lines(CARE_INVOICE, lines, period_from=dt.date(2026, 2, 1), period_until=dt.date(2026, 12, 31))


def long_specification(shift_count: int) -> InvoiceDocument:
    """A budget holder's invoice with this many shifts."""
    shifts = tuple(
        msgspec.structs.replace(_SHIFTS[index % 6], date=dt.date(2026, 3, 1) + dt.timedelta(days=index // 8))
        for index in range(shift_count)
    )
    return msgspec.structs.replace(PGB_INVOICE, shifts=shifts)
