"""What stands on an invoice, as plain values: everything a document needs, and nothing it would have to look up.

Personal data has been opened and amounts have been decided by others; the documents room only puts them on paper.
"""

import datetime as dt
from typing import Literal

import msgspec

from selfbill.refusals import Language
from selfbill.values import BasisPoints, Cents, IsoWeek, Metres, Minutes

DocumentKind = Literal["customer", "commission", "credit"]
"""customer: freelancer -> customer; commission: agency -> freelancer or customer; credit: takes back one of both."""

LineKind = Literal["hours", "travel", "commission"]

VatTreatment = Literal["care_exempt", "standard", "small_business"]
"""A dated decision per placement (DOMAIN.md section 3); it decides which words the law wants."""

BudgetLaw = Literal["Wlz", "Wmo", "Jeugdwet", "Zvw"]

ZERO = Cents(0)
DEFAULT_COLOUR = "#1f5c7a"


class HouseStyle(msgspec.Struct, frozen=True, kw_only=True):
    """How the agency wants its documents and mail to look and speak."""

    colour: str = DEFAULT_COLOUR
    """The primary colour, `#rrggbb`."""
    logo: bytes | None = None
    """A PNG or JPEG file."""
    language: Language = "nl"
    customer_word: str = ""
    """What the agency calls a customer, e.g. `cliënt`; empty means `klant` or `customer`."""


class PartyBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A seller or a customer as it stood on the day of the document."""

    name: str
    """The person or organisation."""
    trade_name: str = ""
    attention: str = ""
    """For whose attention: a legal representative, a department."""
    street: str
    house_number: str
    postcode: str
    city: str
    country: str = ""
    """Only for an address outside the Netherlands."""
    kvk: str = ""
    vat_id: str = ""
    email: str = ""
    code: str = ""
    """The agency's own code of this party; on a customer it is printed as the customer number."""


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row: hours or kilometres of a week, or the commission over one customer invoice."""

    kind: LineKind
    amount: Cents
    """Without VAT; negative on a credit note."""
    vat_treatment: VatTreatment
    week: IsoWeek | None = None
    text: str = ""
    """On an hours or travel line instead of the usual words; on a commission line how the amount came about."""
    minutes: Minutes = Minutes(0)
    metres: Metres = Metres(0)
    surcharge: BasisPoints = BasisPoints(0)
    unit_price: Cents | None = None
    """Cents per hour, or per kilometre; a commission line may do without."""
    customer_invoice: str = ""
    """Commission: the number of the customer invoice it is about."""
    customer: str = ""
    """Commission: that invoice's customer."""
    placement_reference: str = ""
    """Commission: that invoice's placement."""
    period_from: dt.date | None = None
    """Commission: that invoice's period."""
    period_until: dt.date | None = None


class VatBlock(msgspec.Struct, frozen=True, kw_only=True):
    """One VAT category: the sum of its lines and the tax over it."""

    treatment: VatTreatment
    base: Cents
    rate: BasisPoints = BasisPoints(0)
    amount: Cents = ZERO


class PgbBlock(msgspec.Struct, frozen=True, kw_only=True):
    """What the SVB wants to see on an invoice to the holder of a personal budget."""

    law: BudgetLaw
    svb_number: str
    agreement_from: dt.date
    agreement_until: dt.date | None = None
    max_rate: Cents | None = None
    """Cents per hour, surcharge included, without VAT."""


class BreakDetail(msgspec.Struct, frozen=True):
    """A break between two readings of the local clock."""

    start: dt.time
    end: dt.time


class ShiftDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One shift for the hours specification; times are local clock readings, `minutes` is what is billed of it."""

    date: dt.date
    start: dt.time
    end: dt.time
    """At or before `start` it is a time on the following day."""
    minutes: Minutes
    breaks: tuple[BreakDetail, ...] = ()
    break_minutes: Minutes = Minutes(0)
    """Break minutes without times, besides the timed breaks."""
    metres: Metres = Metres(0)


class CreditedInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """The invoice that a credit note takes back, whole or in part."""

    number: str
    issue_date: dt.date
    reason: str = ""


class InvoiceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice, complete."""

    kind: DocumentKind
    number: str
    issue_date: dt.date
    due_date: dt.date | None
    """A credit note has none."""
    seller: PartyBlock
    customer: PartyBlock
    agency_name: str
    placement_reference: str
    """May be empty on a commission invoice, whose lines name their own placements."""
    description: str
    """The nature of the service, e.g. `Verpleegkundige zorg`."""
    period_from: dt.date
    period_until: dt.date
    lines: tuple[DocumentLine, ...]
    vat: tuple[VatBlock, ...]
    net: Cents
    vat_total: Cents
    total: Cents
    iban: str
    """Where to pay; empty on a credit note."""
    payment_reference: str
    """RF creditor reference (ISO 11649), without spaces."""
    account_holder: str = ""
    """Empty: the seller."""
    house_style: HouseStyle = HouseStyle()
    statement: str | None = None
    """Who made and sent it; None gives the words for mediation on what a freelancer sells, and none on commission."""
    pgb: PgbBlock | None = None
    shifts: tuple[ShiftDetail, ...] = ()
    """For the hours specification, in an annex; required when `pgb` is given."""
    credits: CreditedInvoice | None = None

    @property
    def small_business(self) -> bool:
        """Under the small businesses scheme no VAT rate or amount may stand anywhere on the document."""
        return any(block.treatment == "small_business" for block in self.vat)

    @property
    def is_commission(self) -> bool:
        """Whether the agency is the seller, of commission or of a credit on it."""
        return any(line.kind == "commission" for line in self.lines)
