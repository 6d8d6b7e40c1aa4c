"""From sent invoices to commission invoices, on a real PostgreSQL: each claim once, freelancers first."""

from collections.abc import Iterable

import msgspec
import pytest

from aggregates.samples import CUSTOMER, FREELANCER, PATIENT, at, day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, kinds, moved, numbers
from selfbill.aggregates.catalogue import COMMISSION_SERIES
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice_events import CommissionBilled, CommissionHeld, CommissionInvoiced, InvoiceSent
from selfbill.aggregates.party import Delivery
from selfbill.aggregates.series import NumbersTaken
from selfbill.application.commissioning import SIDES, Claim, issue_commission_invoices
from selfbill.application.office import Done, Outcome
from selfbill.pricing.terms import Commission, Fixed, NoCommission, Percent
from selfbill.values import BasisPoints, Cents, InvoiceNumber

TEN_PERCENT = Commission(day("2026-01-01"), Percent(BasisPoints(1000)))
A_FEE = Commission(day("2026-01-01"), Fixed(Cents(750)))


@pytest.fixture
def sent(agency_office: SmallAgency) -> SmallAgency:
    """Z01 and Z02 owe ten per cent, K01 and K02 a fee; four invoices were sent and the commission moment has come."""
    agency = agency_office
    agency.freelancer("Z02")
    agency.customer("K02", msgspec.structs.replace(PATIENT, delivery=Delivery.PORTAL))
    for code, freelancer, customer in (("P02", "Z01", "K02"), ("P03", "Z02", "K01"), ("P04", "Z02", "K02")):
        agency.placement(code, freelancer=freelancer, customer=customer)
    weeks = []
    for place, code in enumerate(("P04", "P03", "P02", "P01")):
        agency.commission(code, "freelancer", TEN_PERCENT)
        agency.commission(code, "customer", A_FEE)
        weeks.append(agency.approved(code, hours(f"2026-07-{20 + place}", 1 + place)))
    agency.send(*(InvoiceNumber(number) for number in numbers(agency.billed(*weeks))))
    agency.until_commission_moment()
    return agency


def claims(agency: SmallAgency) -> list[Claim]:
    """What the agenda asks for: everything that the sent invoices owe."""
    return [
        Claim(
            towards_rank=SIDES.index(due.towards),
            party=due.party,
            issuing_order=event.issuing_order,
            invoice=event.number,
        )
        for event in agency.events()
        if isinstance(event, InvoiceSent)
        for due in event.commission
    ]


def bill(agency: SmallAgency, some: Iterable[Claim]) -> Outcome:
    return issue_commission_invoices(agency.office, claims=some)


def test_one_invoice_per_party_freelancers_first_each_in_order_of_code(sent: SmallAgency) -> None:
    bill(sent, reversed(claims(sent)))
    assert [(one.number, one.towards, one.party) for one in sent.commission_invoices()] == [
        ("BN-2026-0001", "freelancer", "Z01"),
        ("BN-2026-0002", "freelancer", "Z02"),
        ("BN-2026-0003", "customer", "K01"),
        ("BN-2026-0004", "customer", "K02"),
    ]


def test_one_line_per_customer_invoice_in_issuing_order(sent: SmallAgency) -> None:
    bill(sent, reversed(claims(sent)))
    z01, z02, k01, k02 = sent.commission_invoices()
    assert [(line.invoice, line.placement, line.minutes, line.amount) for line in z01.lines] == [
        ("Z01-2026-0001", "P01", 240, 2000),
        ("Z01-2026-0002", "P02", 180, 1500),
    ]
    assert [line.invoice for line in z02.lines] == ["Z02-2026-0001", "Z02-2026-0002"]
    assert [line.invoice for line in k01.lines] == ["Z01-2026-0001", "Z02-2026-0001"]
    assert [line.invoice for line in k02.lines] == ["Z01-2026-0002", "Z02-2026-0002"]
    assert (z01.net, z01.vat, z01.total) == (3500, 735, 4235)
    assert (z01.date, z01.due) == (day("2026-07-22"), day("2026-08-05"))
    assert (k01.delivery, k02.delivery) == (Delivery.EMAIL, Delivery.PORTAL)


def test_numbers_invoices_and_the_marks_on_what_is_billed_are_one_transaction(sent: SmallAgency) -> None:
    before = sent.streams.head()
    assert bill(sent, claims(sent)) == Done(before + 1 + 4 + 8)
    recorded = sent.recorded(before)
    assert len({each.recorded_at for each in recorded}) == 1
    assert [each.position for each in recorded] == list(range(before + 1, before + 14))
    happened = kinds([each.event for each in recorded])
    assert happened[0] is NumbersTaken
    assert (happened.count(CommissionInvoiced), happened.count(CommissionBilled)) == (4, 8)


def test_a_claim_is_billed_once(sent: SmallAgency) -> None:
    asked = claims(sent)
    bill(sent, asked)
    head = sent.streams.head()
    assert bill(sent, asked) is AlreadyDone
    assert bill(sent, []) is AlreadyDone
    assert sent.streams.head() == head


def test_claims_that_come_apart_are_billed_apart_and_not_again(sent: SmallAgency) -> None:
    first, *rest = sorted(claims(sent))
    bill(sent, [first, first])
    bill(sent, [first, *rest])
    invoices = sent.commission_invoices()
    assert numbers(invoices) == [f"BN-2026-{number:04}" for number in range(1, 6)]
    billed = [(one.towards, line.invoice) for one in invoices for line in one.lines]
    assert len(billed) == len(set(billed)) == 8


def test_two_processes_that_bill_the_same_claims_make_each_invoice_once(process: Process, sent: SmallAgency) -> None:
    other = process()
    other.clock.advance_to(sent.clock.now())
    asked = claims(sent)
    interrupt_before_save(sent, lambda: bill(other, asked))
    assert bill(sent, asked) is AlreadyDone
    assert len(sent.commission_invoices()) == 4
    assert sent.streams.load(COMMISSION_SERIES).state.last_taken == {2026: 4}


def test_two_processes_that_bill_other_claims_share_the_numbers(process: Process, sent: SmallAgency) -> None:
    other = process()
    other.clock.advance_to(sent.clock.now())
    freelancers = [claim for claim in claims(sent) if claim.towards == "freelancer"]
    customers = [claim for claim in claims(sent) if claim.towards == "customer"]
    interrupt_before_save(sent, lambda: bill(other, customers))
    bill(sent, freelancers)
    assert [(one.number, one.party) for one in sent.commission_invoices()] == [
        ("BN-2026-0001", "K01"),
        ("BN-2026-0002", "K02"),
        ("BN-2026-0003", "Z01"),
        ("BN-2026-0004", "Z02"),
    ]


def test_an_invoice_that_was_not_sent_owes_nothing_yet(agency_office: SmallAgency) -> None:
    agency_office.commission("P01", "freelancer", TEN_PERCENT)
    (invoice,) = agency_office.billed(agency_office.approved("P01", hours("2026-07-20")))
    claim = Claim(towards_rank=0, party="Z01", issuing_order="", invoice=invoice.number)
    assert bill(agency_office, [claim]) is AlreadyDone


@pytest.mark.parametrize(
    "nothing",
    [
        Commission(day("2026-01-01"), NoCommission(), minimum=Cents(500)),
        Commission(day("2026-01-01"), Percent(BasisPoints(0))),
    ],
)
def test_zero_commission_makes_no_line_and_no_line_makes_no_invoice(
    agency_office: SmallAgency, nothing: Commission
) -> None:
    agency = agency_office
    agency.placement("P02")
    agency.commission("P01", "freelancer", nothing)
    agency.commission("P02", "freelancer", TEN_PERCENT)
    issued = agency.billed(agency.approved("P01", hours("2026-07-20")), agency.approved("P02", hours("2026-07-21")))
    agency.send(*(invoice.number for invoice in issued))
    bill(agency, claims(agency))
    (only,) = agency.commission_invoices()
    assert [line.invoice for line in only.lines] == ["Z01-2026-0002"]


def test_commission_is_settled_when_the_customers_invoice_is_issued(sent: SmallAgency) -> None:
    sent.commission("P01", "freelancer", Commission(day("2026-01-01"), Percent(BasisPoints(5000))))
    bill(sent, claims(sent))
    assert sent.commission_invoices()[0].lines[0].amount == 2000


def test_a_party_without_an_address_does_not_keep_the_others_waiting(sent: SmallAgency) -> None:
    sent.customer("K01", details=moved(CUSTOMER, ""))
    bill(sent, claims(sent))
    assert [(one.number, one.party) for one in sent.commission_invoices()] == [
        ("BN-2026-0001", "Z01"),
        ("BN-2026-0002", "Z02"),
        ("BN-2026-0003", "K02"),
    ]
    assert bill(sent, claims(sent)) is AlreadyDone
    held = [event for event in sent.events() if isinstance(event, CommissionHeld)]
    assert {(event.party, event.reason) for event in held} == {
        ("K01", "De provisiefactuur aan K01 kan niet worden gemaakt: K01 mist straat.")
    }
    assert len(held) == len({event.number for event in held}) == 2, "each claim is held once"
    assert all(event.next_at > sent.clock.now() for event in held)
    sent.customer("K01")
    bill(sent, claims(sent))
    assert numbers(sent.commission_invoices())[-1] == "BN-2026-0004"


def test_a_commission_invoice_shows_its_party_as_on_its_day_for_ever(sent: SmallAgency) -> None:
    bill(sent, [claim for claim in claims(sent) if claim.invoice == "Z01-2026-0001"])
    sent.freelancer("Z01", details=moved(FREELANCER, "Dorpsstraat"))
    bill(sent, claims(sent))
    versions = [one.party_version for one in sent.commission_invoices() if one.party == "Z01"]
    assert versions == [1, 2]


def test_the_agencys_numbers_start_anew_each_year(sent: SmallAgency) -> None:
    first, *rest = sorted(claims(sent))
    bill(sent, [first])
    sent.clock.advance_to(at("2027-01-06 06:00"))
    bill(sent, rest[:1])
    assert numbers(sent.commission_invoices()) == ["BN-2026-0001", "BN-2027-0001"]
