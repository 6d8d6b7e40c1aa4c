"""Crediting on a real PostgreSQL: the note, the original, the timesheets and the commission in one transaction."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from aggregates.samples import CUSTOMER, INSTITUTION, day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, kinds, of
from application.test_commissioning import A_FEE, TEN_PERCENT, bill, claims
from selfbill.aggregates.catalogue import COMMISSION_SERIES, mandate_stream, series_stream
from selfbill.aggregates.credit_note import (
    CreditWithoutMandate,
    CreditWithoutReason,
    LineCredited,
    NoSuchLine,
    NotCreditable,
    NothingToCredit,
)
from selfbill.aggregates.event import AlreadyDone, Event
from selfbill.aggregates.invoice_events import CommissionAdjusted, CreditNoteIssued, InvoiceIssued
from selfbill.aggregates.invoice_money import CreditedLine, InvoiceCredited
from selfbill.aggregates.invoice_payments import MoreThanOpen, UnknownInvoice
from selfbill.aggregates.series import NumbersTaken
from selfbill.aggregates.texts import CitizenNumber
from selfbill.aggregates.timesheet_events import TimesheetCredited
from selfbill.application.crediting import credit_invoice, plan_credit
from selfbill.application.office import Done
from selfbill.application.receiving import mark_received
from selfbill.application.setting_up import withdraw_mandate
from selfbill.pricing.terms import Commission, PerHour, Shift, Tier, Tiers, VatTreatment
from selfbill.refusals import Refusal
from selfbill.values import BasisPoints, Cents, FreelancerCode, InvoiceNumber, Minutes, PaymentId

NUMBER = InvoiceNumber("Z01-2026-0001")
WHY = "Dienst dubbel opgegeven"


def credit(agency: SmallAgency, number: str = NUMBER, *lines: int, why: str = WHY, **facts: Any) -> Any:
    return credit_invoice(agency.office, number=InvoiceNumber(number), lines=lines or None, reason=why, **facts)


def notes(agency: SmallAgency, after: int = 0) -> list[CreditNoteIssued]:
    return [event for event in agency.events(after) if isinstance(event, CreditNoteIssued)]


def two_weeks(agency: SmallAgency, code: str = "P01") -> InvoiceIssued:
    """One invoice of two lines: 8 hours in week 30 and 4 in week 31, at 50 euros."""
    weeks = [agency.approved(code, hours("2026-07-20")), agency.approved(code, hours("2026-07-27", 4))]
    (issued,) = agency.billed(*weeks)
    return issued


def test_a_whole_invoice_is_credited_in_one_transaction(agency_office: SmallAgency) -> None:
    issued = two_weeks(agency_office)
    before = agency_office.streams.head()
    assert credit(agency_office) == Done(before + 5)
    happened = agency_office.recorded(before)
    assert len({each.recorded_at for each in happened}) == 1
    assert kinds([each.event for each in happened]) == [
        NumbersTaken,
        CreditNoteIssued,
        InvoiceCredited,
        TimesheetCredited,
        TimesheetCredited,
    ]
    (note,) = notes(agency_office)
    assert (note.number, note.original, note.original_date, note.reason) == (
        "Z01-2026-0002",
        NUMBER,
        issued.date,
        WHY,
    )
    assert (note.net, note.vat_total, note.total, note.minutes) == (-60000, 0, -60000, -720)
    assert [(line.minutes, line.amount) for line in note.lines] == [(-480, -40000), (-240, -20000)]
    assert agency_office.invoice(NUMBER).open == 0
    assert agency_office.invoice(note.number).credit_note == note


def test_a_line_is_credited_and_the_rest_stands(agency_office: SmallAgency) -> None:
    issued = two_weeks(agency_office)
    credit(agency_office, NUMBER, 2)
    invoice = agency_office.invoice(NUMBER)
    assert (invoice.open, invoice.credited, invoice.credit_notes) == (40000, 20000, ("Z01-2026-0002",))
    assert invoice.credited_lines == {2: CreditedLine(2, Cents(20000), Minutes(240))}
    standing = [
        [(one.invoice, one.hours_amount) for one in agency_office.timesheet(week).billed]
        for week in (of("P01", hours("2026-07-20")), of("P01", hours("2026-07-27")))
    ]
    assert standing == [[(NUMBER, 40000)], [(NUMBER, 0)]]
    credit(agency_office)
    assert [note.total for note in notes(agency_office)] == [-20000, -40000]
    assert -sum(note.total for note in notes(agency_office)) == issued.total
    assert agency_office.streams.load(series_stream(FreelancerCode("Z01"))).state.last_taken == {2026: 3}


REFUSED: dict[str, tuple[type[Refusal], dict[str, Any]]] = {
    "unknown": (UnknownInvoice, {"number": "Z01-2026-0999"}),
    "a credit note": (NotCreditable, {"number": "Z01-2026-0003"}),
    "wholly credited": (NothingToCredit, {"number": "Z01-2026-0002"}),
    "a credited line": (LineCredited, {"lines": (2,)}),
    "no such line": (NoSuchLine, {"lines": (3,)}),
    "line 0": (NoSuchLine, {"lines": (0,)}),
    "no reason": (CreditWithoutReason, {"why": "  "}),
    "a citizen number": (CitizenNumber, {"why": "BSN 111.222.333"}),
}


@pytest.mark.parametrize(("reason", "facts"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_credited_is_refused(
    agency_office: SmallAgency, reason: type[Refusal], facts: dict[str, Any]
) -> None:
    two_weeks(agency_office)
    agency_office.billed(agency_office.approved("P01", hours("2026-08-03")))
    credit(agency_office, "Z01-2026-0002")
    credit(agency_office, NUMBER, 2)
    head = agency_office.streams.head()
    lines = facts.get("lines", ())
    with pytest.raises(reason):
        credit(agency_office, facts.get("number", NUMBER), *lines, why=facts.get("why", WHY))
    assert agency_office.streams.head() == head


def test_nothing_is_credited_in_a_name_without_its_mandate(agency_office: SmallAgency) -> None:
    two_weeks(agency_office)
    withdraw_mandate(agency_office.office, freelancer=FreelancerCode("Z01"), last_day=day("2026-07-20"))
    with pytest.raises(CreditWithoutMandate) as refused:
        credit(agency_office)
    assert "Z01 gave no billing mandate that holds on 2026-07-21" in refused.value.sentence("en")


def test_a_mandate_that_is_withdrawn_at_the_same_moment_is_seen(process: Process, agency_office: SmallAgency) -> None:
    two_weeks(agency_office)
    other = process()
    gone = lambda: withdraw_mandate(other.office, freelancer=FreelancerCode("Z01"), last_day=day("2026-07-20"))  # noqa: E731
    interrupt_before_save(agency_office, gone)
    with pytest.raises(CreditWithoutMandate):
        credit(agency_office)
    assert agency_office.streams.load(mandate_stream(FreelancerCode("Z01"))).version == 2


def test_a_command_that_comes_twice_credits_once(agency_office: SmallAgency) -> None:
    two_weeks(agency_office)
    credit(agency_office, NUMBER, 1, command_id="a")
    assert credit(agency_office, NUMBER, 1, command_id="a") is AlreadyDone
    assert len(notes(agency_office)) == 1


def test_looking_first_stores_nothing_and_shows_what_will_be_issued(agency_office: SmallAgency) -> None:
    two_weeks(agency_office)
    head = agency_office.streams.head()
    planned = plan_credit(agency_office.office, number=NUMBER, lines=[1], reason=WHY)
    assert agency_office.streams.head() == head
    credit(agency_office, NUMBER, 1)
    assert list(planned.credit_notes) == notes(agency_office)


def test_crediting_a_paid_invoice_leaves_a_credit_balance(agency_office: SmallAgency) -> None:
    two_weeks(agency_office)
    pay(agency_office, 60000)
    credit(agency_office, NUMBER, 2)
    assert agency_office.invoice(NUMBER).open == -20000
    pay(agency_office, -20000, "refund")
    assert agency_office.invoice(NUMBER).open == 0


def pay(agency: SmallAgency, amount: int, payment: str = "bank/1") -> None:
    mark_received(
        agency.office,
        number=NUMBER,
        payment=PaymentId(payment),
        amount=Cents(amount),
        received_on=day("2026-08-01"),
    )


def test_a_payment_while_the_invoice_is_credited_ends_with_both(process: Process, agency_office: SmallAgency) -> None:
    two_weeks(agency_office)
    other = process()
    other.clock.advance_to(agency_office.clock.now())
    interrupt_before_save(agency_office, lambda: pay(other, 60000))
    credit(agency_office, NUMBER, 2)
    invoice = process().invoice(NUMBER)
    assert (invoice.open, invoice.credited) == (-20000, 20000)
    (event,) = [event for event in agency_office.events() if isinstance(event, InvoiceCredited)]
    assert event.open_after == -20000


def test_payments_and_credits_at_once_never_lose_a_cent(process: Process, agency_office: SmallAgency) -> None:
    shifts = [hours(f"2026-07-{20 + place}", 1) for place in range(5)]
    weeks = [agency_office.approved("P01", *shifts), agency_office.approved("P01", hours("2026-07-27", 4))]
    agency_office.billed(*weeks)
    moment = agency_office.clock.now()
    wrong: list[BaseException] = []

    def at_once(work: Callable[[SmallAgency], object]) -> threading.Thread:
        mine = process()
        mine.clock.advance_to(moment)

        def run() -> None:
            try:
                work(mine)
            except BaseException as error:  # noqa: BLE001 - told by the test
                wrong.append(error)

        return threading.Thread(target=run)

    threads = [at_once(lambda mine, place=place: pay(mine, 1000 + place, f"bank/{place}")) for place in range(6)]  # type: ignore[misc]
    threads += [at_once(lambda mine, line=line: credit(mine, NUMBER, line)) for line in (1, 2)]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    invoice = process().invoice(NUMBER)
    paid = sum(one.amount for one in invoice.payments.values())
    assert invoice.open == 45000 - invoice.credited - paid
    assert invoice.credited == 45000
    assert {type(error) for error in wrong} <= {MoreThanOpen}
    given = [note.number for note in notes(agency_office)]
    assert sorted(given) == ["Z01-2026-0002", "Z01-2026-0003"]


# Commission


def commissioned(agency: SmallAgency, *, billed: bool, freelancer: Commission = TEN_PERCENT) -> None:
    """The invoice of two weeks was sent, on which Z01 owes ten per cent and K01 a fee."""
    agency.commission("P01", "freelancer", freelancer)
    agency.commission("P01", "customer", A_FEE)
    agency.send(two_weeks(agency).number)
    agency.until_commission_moment()
    if billed:
        bill(agency, claims(agency))


def credited_commission(agency: SmallAgency) -> list[tuple[str, str, int, int]]:
    return [(note.original, note.debtor, note.net, note.minutes) for note in notes(agency) if note.freelancer is None]


def test_commission_that_was_billed_is_credited_in_the_agencys_series(agency_office: SmallAgency) -> None:
    commissioned(agency_office, billed=True)
    credit(agency_office, NUMBER, 2)
    assert credited_commission(agency_office) == [("BN-2026-0001", "Z01", -2000, -240)]
    credit(agency_office)
    assert credited_commission(agency_office)[1:] == [
        ("BN-2026-0001", "Z01", -4000, -480),
        ("BN-2026-0002", "K01", -750, -720),
    ]
    assert [note.number for note in notes(agency_office) if note.freelancer is None] == [
        "BN-2026-0003",
        "BN-2026-0004",
        "BN-2026-0005",
    ]
    assert agency_office.invoice("BN-2026-0001").open == agency_office.invoice("BN-2026-0002").open == 0
    assert agency_office.streams.load(COMMISSION_SERIES).state.last_taken == {2026: 5}


def test_commission_that_was_not_billed_is_billed_over_what_is_left(agency_office: SmallAgency) -> None:
    commissioned(agency_office, billed=False)
    credit(agency_office, NUMBER, 1)
    bill(agency_office, claims(agency_office))
    assert [
        (one.party, line.minutes, line.amount) for one in agency_office.commission_invoices() for line in one.lines
    ] == [
        ("Z01", 240, 2000),
        ("K01", 240, 750),
    ]
    assert credited_commission(agency_office) == []


def test_a_credited_invoice_owes_no_commission(agency_office: SmallAgency) -> None:
    commissioned(agency_office, billed=False)
    credit(agency_office)
    assert bill(agency_office, claims(agency_office)) is AlreadyDone
    adjusted = [event for event in agency_office.events() if isinstance(event, CommissionAdjusted)]
    assert [(event.towards, event.amount) for event in adjusted] == [("freelancer", 0), ("customer", 0)]


def test_an_invoice_that_was_credited_before_it_was_sent_owes_what_is_left(agency_office: SmallAgency) -> None:
    agency_office.commission("P01", "freelancer", TEN_PERCENT)
    issued = two_weeks(agency_office)
    credit(agency_office, NUMBER, 1)
    agency_office.send(issued.number)
    bill(agency_office, claims(agency_office))
    assert [line.amount for one in agency_office.commission_invoices() for line in one.lines] == [2000]


ABOVE_400 = Tiers("marginal", (Tier(Cents(0), BasisPoints(1000)), Tier(Cents(40000), BasisPoints(500))))
WHOLE = Tiers("whole", (Tier(Cents(0), BasisPoints(1000)), Tier(Cents(50000), BasisPoints(200))))
AT_THE_RATE_OF_THEN = {
    "per hour": (PerHour(Cents(120)), 1440, 960),
    "marginal tiers": (ABOVE_400, 5000, 4000),
    "tiers of the whole, where less is more": (WHOLE, 1200, 1200),
}


@pytest.mark.parametrize(("scheme", "charged", "left"), AT_THE_RATE_OF_THEN.values(), ids=list(AT_THE_RATE_OF_THEN))
def test_commission_follows_at_the_rate_that_applied_then(
    agency_office: SmallAgency, scheme: Any, charged: int, left: int
) -> None:
    commissioned(agency_office, billed=True, freelancer=Commission(day("2026-01-01"), scheme))
    (line,) = agency_office.commission_invoices()[0].lines
    assert line.amount == charged
    agency_office.commission("P01", "freelancer", Commission(day("2026-01-01"), PerHour(Cents(1))))
    credit(agency_office, NUMBER, 2)
    assert charged + sum(net for _, debtor, net, _ in credited_commission(agency_office) if debtor == "Z01") == left


def test_tiers_begin_where_they_began_then(agency_office: SmallAgency) -> None:
    agency_office.commission("P01", "freelancer", Commission(day("2026-01-01"), ABOVE_400))
    agency_office.billed(agency_office.approved("P01", hours("2026-07-13", 6)))
    weeks = [
        agency_office.approved("P01", hours("2026-07-20", 4)),
        agency_office.approved("P01", hours("2026-07-27", 4)),
    ]
    (issued,) = agency_office.billed(*weeks)
    assert (issued.billed_before, issued.commission[0].amount) == (30000, 1000 + 1500)
    agency_office.send(issued.number)
    credit(agency_office, issued.number, 2)
    (due,) = agency_office.invoice(issued.number).commission_due.values()
    assert due.amount == 1000 + 500


def test_a_commission_invoice_is_credited_by_itself_and_only_once(agency_office: SmallAgency) -> None:
    commissioned(agency_office, billed=True)
    credit(agency_office, "BN-2026-0001")
    assert credited_commission(agency_office) == [("BN-2026-0001", "Z01", -6000, -720)]
    (note,) = notes(agency_office)
    assert (note.vat_total, note.total) == (-1260, -7260)
    credit(agency_office)
    assert credited_commission(agency_office)[1:] == [("BN-2026-0002", "K01", -750, -720)]
    with pytest.raises(NothingToCredit):
        credit(agency_office, "BN-2026-0001")


def test_vat_on_what_is_left_is_exact_and_the_last_note_takes_the_remainder(agency_office: SmallAgency) -> None:
    agency_office.customer("K02", INSTITUTION, CUSTOMER)
    agency_office.placement("P02", customer="K02", hourly=1234, treatment=VatTreatment.STANDARD)
    for week in range(7):
        agency_office.approved("P02", minutes(week))
    weeks = [of("P02", minutes(week)) for week in range(7)]
    july, august = agency_office.billed(*weeks)
    assert august.lines
    for issued in (july, august):
        for line in range(1, len(issued.lines) + 1):
            credit(agency_office, issued.number, line)
        total = agency_office.invoice(issued.number)
        assert (total.open, total.credited) == (0, issued.total)


def minutes(week: int) -> Shift:
    first = day("2026-07-06").toordinal() + 7 * week
    return hours(type(day("2026-07-06")).fromordinal(first).isoformat(), 1)


def test_every_event_of_a_credit_names_the_original(agency_office: SmallAgency) -> None:
    two_weeks(agency_office)
    credit(agency_office)
    events: list[Event] = agency_office.events()
    (credited,) = [event for event in events if isinstance(event, InvoiceCredited)]
    marked = [event for event in events if isinstance(event, TimesheetCredited)]
    assert {credited.number, *(event.invoice for event in marked)} == {NUMBER}
    assert {credited.credit_note, *(event.credit_note for event in marked)} == {"Z01-2026-0002"}
