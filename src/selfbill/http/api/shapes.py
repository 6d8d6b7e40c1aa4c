"""What the API says and takes, as OpenAPI shows it: amounts are whole cents with their currency, moments are UTC, days are ISO 8601."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from selfbill.identifiers import is_email, is_iban, is_postcode

LONGEST_TEXT = 200
"""Characters. Longer than any name, street or reason that fits on paper."""


class Amount(BaseModel):
    """Whole cents; less than 0 is a credit."""

    cents: int = Field(examples=[40000])
    currency: Literal["EUR"] = "EUR"


def _amount(value: Any) -> Any:
    return {"cents": value} if isinstance(value, int) else value


Money = Annotated[Amount, BeforeValidator(_amount)]


def _readable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("holds a character that cannot be written")
    return value


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_readable)]


class Shape(BaseModel):
    """The base of every answer: made from what the house knows."""

    model_config = ConfigDict(from_attributes=True)


class Problem(BaseModel):
    """RFC 9457. `code` is stable; `detail` is a sentence for a person, in the language of Accept-Language."""

    type: str = Field(examples=["urn:selfbill:problem:no_such_customer"])
    title: str = Field(examples=["no such customer"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["Klant K99 is er niet."])
    code: str = Field(examples=["no_such_customer"])
    request_id: str = Field(examples=["1f0c9a3be2d84f57"])
    errors: list[dict[str, str]] = []


class AddressOut(Shape):
    street: str
    house_number: str
    postcode: str
    city: str


class CustomerOut(Shape):
    """The debtor card; what is personal is null once that person was forgotten."""

    code: str = Field(examples=["K01"])
    kind: str | None
    name: str | None = Field(examples=["Fenna de Wit"])
    representative: str | None
    representative_email: str | None
    representative_phone: str | None
    address: AddressOut | None
    phone: str | None
    email: str | None
    forgotten: bool
    invoices: int
    invoiced: Money
    open: Money
    commission_open: Money
    last_invoice: dt.date | None


class FreelancerOut(Shape):
    """The freelancer card: `open` is owed by customers, `commission_open` is owed to the agency."""

    code: str = Field(examples=["Z01"])
    name: str | None
    trade_name: str | None
    address: AddressOut | None
    phone: str | None
    email: str | None
    forgotten: bool
    invoices: int
    invoiced: Money
    open: Money
    commission_open: Money


class OpenItemOut(Shape):
    number: str = Field(examples=["Z01-2026-0001"])
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    creditor: str
    """A freelancer's code, or `agency`."""
    date: dt.date
    due: dt.date
    total: Money
    open: Money
    reference: str
    payment_reference: str = Field(examples=["RF23Z0120260001"])


class OpenItemsOut(Shape):
    """`known` is null for everything that is known now."""

    as_of: dt.date
    known: dt.datetime | None
    items: list[OpenItemOut]
    open: Money


class InvoiceOut(Shape):
    number: str = Field(examples=["Z01-2026-0001"])
    kind: Literal["invoice", "commission", "credit_note"]
    date: dt.date
    due_date: dt.date
    issuer: str
    debtor_kind: Literal["customer", "freelancer"]
    debtor: str
    reference: str
    payment_reference: str
    net: Money
    vat: Money
    total: Money
    paid: Money
    credited: Money
    settled: Money
    written_off: Money
    open: Money
    last_receipt: dt.date | None
    delivery: str
    sent_at: dt.datetime | None
    document: str | None
    """SHA-256 of the PDF."""
    credits: str | None
    credit_notes: list[str]


class InvoicesOut(Shape):
    """One page; `next` asks for the one after it, and is null on the last."""

    invoices: list[InvoiceOut]
    next: str | None


class LineOut(Shape):
    kind: Literal["hours", "travel"]
    week: Annotated[str, BeforeValidator(str)] = Field(examples=["2026-W30"])
    minutes: int
    metres: int
    surcharge: int
    """Basis points: 2500 is 25 %."""
    unit_price: Money
    amount: Money
    vat_treatment: str


class CommissionLineOut(Shape):
    invoice: str
    placement: str
    period_from: dt.date
    period_until: dt.date
    minutes: int
    amount: Money


class ReceiptOut(Shape):
    payment: str
    amount: Money
    received_on: dt.date
    released: str | None
    """Why it no longer counts."""


class InvoiceDetailsOut(InvoiceOut):
    lines: list[LineOut]
    commission_lines: list[CommissionLineOut]
    receipts: list[ReceiptOut]


class AllocatedOut(Shape):
    allocation: str
    number: str
    amount: Money
    rule: str
    taken_back: str | None


class PaymentOut(Shape):
    payment: str
    owner: str
    amount: Money
    left: Money
    state: str
    booked: dt.date
    valued: dt.date
    name: str | None
    iban: str | None
    text: str | None
    reference: str | None
    reason: str
    allocations: list[AllocatedOut]


class EntryOut(Shape):
    day: dt.date
    what: str
    number: str
    amount: Money
    balance: Money


class StatementOut(Shape):
    """From `first` (null: the beginning) up to and including `until`."""

    debtor: str
    creditor: str | None
    first: dt.date | None
    until: dt.date
    opening: Money
    entries: list[EntryOut]
    closing: Money


class DoneOut(BaseModel):
    """`done` is false when it had been done before; then nothing changed."""

    done: bool
    position: int | None
    shown: bool
    """Whether the answers of this API show it already."""


class AllocationIn(BaseModel):
    number: Text = Field(examples=["Z01-2026-0001"])
    cents: int = Field(examples=[40000])


class AllocationsIn(BaseModel):
    """Which invoices a payment pays, and how much of each."""

    model_config = ConfigDict(extra="forbid")
    allocations: list[AllocationIn] = Field(min_length=1, max_length=100)


class AcceptIn(BaseModel):
    """Which proposal is right; the likeliest is 1."""

    model_config = ConfigDict(extra="forbid")
    proposal: int = Field(1, ge=1, le=100)


class TakeBackIn(BaseModel):
    """Which invoice it no longer pays (null: all of them), and why."""

    model_config = ConfigDict(extra="forbid")
    number: Text | None = None
    reason: Text


class ReasonIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: Text


def _compact(check: Any, what: str) -> Any:
    def checked(value: str | None) -> str | None:
        if value is not None and not check(value):
            raise ValueError(f"is not {what}")
        return value

    return AfterValidator(checked)


Email = Annotated[Text, _compact(is_email, "an e-mail address")]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9 ()-]{6,20}$", examples=["06 12345678"])]


class RepresentativeIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Text
    email: Email | None = None
    phone: Phone | None = None


class DetailsIn(BaseModel):
    """Everything personal about a customer, as it holds from now on; what is left out is no longer known."""

    model_config = ConfigDict(extra="forbid")
    name: Text = Field(examples=["Fenna de Wit"])
    street: Text = Field(examples=["Dorpsstraat"])
    house_number: Annotated[str, Field(min_length=1, max_length=20), AfterValidator(_readable)] = Field(
        examples=["12a"]
    )
    postcode: Annotated[str, _compact(is_postcode, "a postcode such as 1234 AB")] = Field(examples=["1234 AB"])
    city: Text = Field(examples=["Utrecht"])
    email: Email | None = None
    phone: Phone | None = None
    trade_name: Text | None = None
    kvk: Annotated[str, Field(pattern=r"^\d{8}$")] | None = None
    vat_id: Text | None = None
    iban: Annotated[str, _compact(is_iban, "an IBAN without spaces")] | None = None
    svb_number: Text | None = None
    representative: RepresentativeIn | None = None
