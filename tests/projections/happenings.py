"""A small agency for the tests of read models: Z01 works for K01 in P01, in week 30 of 2026."""

import datetime as dt
from typing import Any

from projections.histories import NOON, stream_of
from selfbill.aggregates.bank_account import StatementTaken
from selfbill.aggregates.creditor import CreditorDetails
from selfbill.aggregates.direct_debit_batch import BatchMade
from selfbill.aggregates.direct_debit_events import DebitPlanned
from selfbill.aggregates.direct_debit_mandate import DebitMandateSigned, DebtorAccount
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_events import (
    CommissionDue,
    CommissionInvoiced,
    CommissionLine,
    DeliveryFailed,
    DeliveryStarted,
    DocumentArchived,
    InvoiceIssued,
    InvoiceSent,
    Source,
)
from selfbill.aggregates.invoice_money import (
    CreditSettled,
    InvoiceCredited,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
)
from selfbill.aggregates.mandate import MandateGranted
from selfbill.aggregates.party import (
    CustomerKind,
    CustomerRegistered,
    CustomerTerms,
    Delivery,
    FreelancerRegistered,
    PartyDetails,
    Representative,
)
from selfbill.aggregates.payment_events import AllocationMade, PaymentDetails, PaymentReceived
from selfbill.aggregates.placement import Arrangement, PlacementAgreed, PlacementTerms
from selfbill.aggregates.suspension import CollectionSuspended
from selfbill.aggregates.timesheet_events import HoursApproved, HoursSubmitted, TimesheetInvoiced
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import Shift, Towards, VatTreatment
from selfbill.pricing.vat import VatBlock
from selfbill.store.streams import Change
from selfbill.values import (
    BasisPoints,
    BatchId,
    Cents,
    CustomerCode,
    FreelancerCode,
    InvoiceNumber,
    IsoWeek,
    MandateId,
    Metres,
    Minutes,
    Month,
    PaymentId,
    Period,
    PlacementCode,
)

WHO: dict[str, Any] = {"at": NOON, "by": "staff:anna", "cause": "test"}
Z01, K01, P01 = FreelancerCode("Z01"), CustomerCode("K01"), PlacementCode("P01")
WEEK = IsoWeek(2026, 30)
MANDATE = MandateId("INC-Z01-1")
NOTHING_SAID = PaymentDetails()
ISSUED_ON = dt.date(2026, 7, 28)
DUE = dt.date(2026, 8, 27)
PAID_ON = dt.date(2026, 8, 20)
LATER = NOON + dt.timedelta(days=1)
MESSAGE = "<1@example.org>"

REPRESENTATIVE = Representative("Mr. de Boer", "boer@example.org", "0612345678")
CUSTOMER = PartyDetails(
    "Anna van den Berg", "Dorpsstraat", "1", "1234 AB", "Ons Dorp", "anna@example.org", "0201234567",
    representative=REPRESENTATIVE,
)  # fmt: skip
FREELANCER = PartyDetails(
    "Bo Zorg", "Kerkweg", "2a", "4321 BA", "Verweg", "bo@example.org", "0207654321", trade_name="Bo Helpt"
)
TERMS = CustomerTerms(CustomerKind.PATIENT)
LINE = Line("hours", WEEK, Minutes(600), Metres(0), BasisPoints(0), Cents(5000), Cents(50000), VatTreatment.CARE_EXEMPT)
SHIFT = Shift(dt.datetime(2026, 7, 20, 8), dt.datetime(2026, 7, 20, 18))


def number(sequence: str) -> InvoiceNumber:
    return InvoiceNumber(f"Z01-2026-000{sequence}")


def change(event: Event, version: int = 0) -> Change:
    return Change(stream_of(event), version, [event])


def customer(details: PartyDetails | None = CUSTOMER, terms: CustomerTerms = TERMS) -> CustomerRegistered:
    return CustomerRegistered(code=K01, terms=terms, details=details)


def freelancer(details: PartyDetails | None = FREELANCER) -> FreelancerRegistered:
    return FreelancerRegistered(code=Z01, number_prefix="Z01", next_number=1, details=details)


def placement(
    first: dt.date = dt.date(2026, 1, 1), until: dt.date | None = None, code: PlacementCode = P01
) -> PlacementAgreed:
    return PlacementAgreed(
        code=code,
        terms=PlacementTerms(
            freelancer=Z01, customer=K01, period=Period(first, until), reference="REF 1", description="Thuiszorg"
        ),
    )


def submitted(attempt: int = 1, *, week: IsoWeek = WEEK, shifts: tuple[Shift, ...] = (SHIFT,)) -> HoursSubmitted:
    return HoursSubmitted(
        placement=P01,
        week=week,
        freelancer=Z01,
        customer=K01,
        attempt=attempt,
        shifts=shifts,
        minutes=Minutes(600 * len(shifts)),
        remind_at=LATER,
    )


def approved(attempt: int = 1) -> HoursApproved:
    return HoursApproved(placement=P01, week=WEEK, freelancer=Z01, attempt=attempt, invoice_at=LATER)


def billed(sequence: str = "1", *, month: Month = Month(2026, 7), complete: bool = True) -> TimesheetInvoiced:  # noqa: B008
    return TimesheetInvoiced(
        placement=P01,
        week=WEEK,
        freelancer=Z01,
        attempt=1,
        invoice=number(sequence),
        month=month,
        hours_amount=Cents(50000),
        complete=complete,
    )


def issued(sequence: str = "1", *, total: int = 50000, date: dt.date = ISSUED_ON) -> InvoiceIssued:
    return InvoiceIssued(
        number=number(sequence),
        date=date,
        due=DUE,
        freelancer=Z01,
        freelancer_version=1,
        customer=K01,
        customer_version=1,
        agency_version=1,
        placement=P01,
        placement_version=1,
        arrangement=Arrangement.MEDIATION,
        reference="REF 1",
        description="Thuiszorg",
        month=Month(2026, 7),
        period_from=dt.date(2026, 7, 20),
        period_until=dt.date(2026, 7, 24),
        sources=(Source(WEEK, 1),),
        lines=(LINE,),
        minutes=Minutes(600),
        hours_amount=Cents(total),
        net=Cents(total),
        vat=(VatBlock(VatTreatment.CARE_EXEMPT, Cents(total), BasisPoints(0), Cents(0)),),
        vat_total=Cents(0),
        total=Cents(total),
        payment_reference="RF1",
        delivery=Delivery.EMAIL,
        issued_at=NOON,
        commission=(CommissionDue("freelancer", Z01, Cents(5000)),),
    )


def commission(towards: Towards = "freelancer", sequence: str = "1", total: int = 6050) -> CommissionInvoiced:
    return CommissionInvoiced(
        number=InvoiceNumber(f"BN-2026-000{sequence}"),
        date=ISSUED_ON,
        due=DUE,
        towards=towards,
        party=Z01 if towards == "freelancer" else K01,
        party_version=1,
        agency_version=1,
        lines=(
            CommissionLine(
                number("1"), P01, dt.date(2026, 7, 20), dt.date(2026, 7, 24), Minutes(600), Cents(total - 1050)
            ),
        ),
        net=Cents(total - 1050),
        vat=Cents(1050),
        total=Cents(total),
        payment_reference="RF2",
        delivery=Delivery.PORTAL,
    )


def archived(sequence: str = "1") -> DocumentArchived:
    return DocumentArchived(number=number(sequence), sha256="ab" * 32, media_type="application/pdf", size=1000)


def started(sequence: str = "1", attempt: int = 1) -> DeliveryStarted:
    return DeliveryStarted(number=number(sequence), message_id=MESSAGE, channel=Delivery.EMAIL, attempt=attempt)


def sent(sequence: str = "1") -> InvoiceSent:
    return InvoiceSent(number=number(sequence), message_id=MESSAGE, channel=Delivery.EMAIL)


def failed(sequence: str = "1", *, reason: str = "mailbox full", unclear: bool = False) -> DeliveryFailed:
    return DeliveryFailed(
        number=number(sequence), message_id=MESSAGE, reason=reason, failures=1, retry_at=LATER, unclear=unclear
    )


def paid(sequence: str = "1", payment: str = "1", *, amount: int = 50000, open_after: int = 0) -> PaymentAllocated:
    return PaymentAllocated(
        number=number(sequence),
        payment=PaymentId(payment),
        amount=Cents(amount),
        received_on=PAID_ON,
        open_after=Cents(open_after),
        towards="customer",
        debtor=K01,
        freelancer=Z01,
    )


def paid_back(
    sequence: str = "1", payment: str = "1", *, amount: int = 50000, open_after: int = 50000
) -> PaymentReleased:
    return PaymentReleased(
        number=number(sequence),
        payment=PaymentId(payment),
        amount=Cents(amount),
        reason="storno",
        on=PAID_ON,
        open_after=Cents(open_after),
        towards="customer",
        debtor=K01,
        freelancer=Z01,
    )


def commission_paid(
    towards: Towards = "freelancer", sequence: str = "1", *, amount: int = 6050, open_after: int = 0
) -> PaymentAllocated:
    return PaymentAllocated(
        number=InvoiceNumber(f"BN-2026-000{sequence}"),
        payment=PaymentId("1"),
        amount=Cents(amount),
        received_on=PAID_ON,
        open_after=Cents(open_after),
        towards=towards,
        debtor=Z01 if towards == "freelancer" else K01,
    )


def _of_customer(sequence: str, amount: int, open_after: int) -> dict[str, Any]:
    return {
        "number": number(sequence),
        "amount": Cents(amount),
        "on": PAID_ON,
        "open_after": Cents(open_after),
        "towards": "customer",
        "debtor": K01,
        "freelancer": Z01,
    }


def credited(
    sequence: str = "1", credit_note: str = "9", *, amount: int = 50000, open_after: int = 0
) -> InvoiceCredited:
    return InvoiceCredited(credit_note=number(credit_note), **_of_customer(sequence, amount, open_after))


def settled(sequence: str = "1", against: str = "2", *, amount: int, open_after: int) -> CreditSettled:
    return CreditSettled(against=number(against), **_of_customer(sequence, amount, open_after))


def written_off(sequence: str = "1", *, amount: int = 50000, open_after: int = 0) -> InvoiceWrittenOff:
    return InvoiceWrittenOff(reason="onvindbaar", **_of_customer(sequence, amount, open_after))


def asked_again(sequence: str = "1", *, amount: int = 50000, open_after: int = 50000) -> WriteOffReversed:
    return WriteOffReversed(reason="betaalt toch", **_of_customer(sequence, amount, open_after))


def granted(first: dt.date = dt.date(2026, 1, 1), until: dt.date | None = None) -> MandateGranted:
    return MandateGranted(freelancer=Z01, period=Period(first, until))


def statement_taken(account: str | None = "NL61RABO0941673987", *, name: str = "S1") -> StatementTaken:
    return StatementTaken(
        owner=Z01,
        statement=name,
        account=account,
        account_end="3987",
        format="camt.053.001.02",
        sha256="0" * 64,
        first=PAID_ON,
        until=PAID_ON,
        opening=Cents(0),
        closing=Cents(50000),
        entries=1,
        new=1,
        total=Cents(50000),
    )


def received(details: PaymentDetails | None = NOTHING_SAID, *, payment: str = "2") -> PaymentReceived:
    return PaymentReceived(
        payment=PaymentId(payment),
        owner=Z01,
        amount=Cents(50000),
        booked=PAID_ON,
        valued=PAID_ON,
        statement="S1",
        details=details,
    )


def spent(sequence: str = "2", *, payment: str = "2", amount: int = 50000, left: int = 0) -> AllocationMade:
    name = PaymentId(payment)
    return AllocationMade(
        payment=name, owner=Z01, allocation=name, number=number(sequence), amount=Cents(amount), left=Cents(left)
    )


def debit_mandate(account: DebtorAccount | None = None) -> DebitMandateSigned:
    return DebitMandateSigned(
        mandate=MANDATE, towards="freelancer", debtor=Z01, account=account, signed_on=PAID_ON, expires_on=PAID_ON
    )


def debits() -> tuple[Event, ...]:
    """The first commission invoice is to be collected, and the file for it is made."""
    planned = DebitPlanned(
        number=InvoiceNumber("BN-2026-0001"),
        attempt=1,
        mandate=MANDATE,
        towards="freelancer",
        debtor=Z01,
        amount=Cents(6050),
        collection_date=PAID_ON,
        file_at=LATER,
    )
    made = BatchMade(
        batch=BatchId("20260901-1"),
        message_id="BN-20260901-1",
        collection_date=PAID_ON,
        made_at=LATER,
        creditor=CreditorDetails(identifier="NL63ZZZ512732450000", name="Bureau", iban="", bic=""),
        items=(),
        total=Cents(0),
        files=(),
    )
    return debit_mandate(), planned, made


def bank() -> tuple[Event, ...]:
    """A statement shows the payment of the second invoice."""
    return statement_taken(), received(), spent()


def a_week() -> tuple[Event, ...]:
    """From the first acquaintance to invoices: one still to be sent, one paid, one paid in part, one paid and paid back.

    Then the first is credited, which sets off part of the second, whose rest is written off and asked for again. A
    statement shows a payment, a commission invoice is collected by direct debit, and the customer is not reminded for a while.
    """
    return (
        customer(),
        freelancer(),
        granted(),
        placement(),
        submitted(),
        approved(),
        issued("1"),
        billed("1"),
        archived("1"),
        started("1"),
        sent("1"),
        commission("freelancer", "1"),
        commission("customer", "2"),
        issued("2"),
        started("2"),
        submitted(week=WEEK.next()),
        paid("1"),
        commission_paid("freelancer", "1", amount=5000, open_after=1050),
        paid("2"),
        paid_back("2"),
        credited("1", amount=20000, open_after=-20000),
        settled("2", "1", amount=20000, open_after=30000),
        settled("1", "2", amount=-20000, open_after=0),
        written_off("2", amount=30000),
        asked_again("2", amount=30000, open_after=30000),
        *bank(),
        *debits(),
        CollectionSuspended(code=K01, reason="overleg", until=PAID_ON),
    )
