"""Corrections in a house at work: what is credited and billed anew is delivered, listed, followed by commission, and adds up."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from runtime.agencies import bring_in, expected, exported
from runtime.test_sample_agencies import require_rows_of_one_stream
from selfbill.aggregates.catalogue import COMMISSION_SERIES, invoice_stream, placement_stream, series_stream
from selfbill.aggregates.credit_note import lines_left
from selfbill.aggregates.invoice import Invoice
from selfbill.aggregates.invoice_events import CommissionInvoiced, CreditNoteIssued, InvoiceIssued
from selfbill.application.crediting import credit_invoice
from selfbill.application.office import Office
from selfbill.application.rebilling import plan_rebilling, rebill
from selfbill.application.setting_up import agree_rate
from selfbill.application.standing import Account
from selfbill.application.timesheets import approve_hours, reopen_hours, submit_hours
from selfbill.clock import SimulatedClock
from selfbill.documents.assembling import invoice_document
from selfbill.documents.invoice_pdf import render_invoice
from selfbill.pricing.terms import Rate, Shift, VatTreatment
from selfbill.projections import agenda, invoice_list, open_items, timesheets
from selfbill.projections.invoice_list import ListedInvoice
from selfbill.runtime.house import House, advance
from selfbill.values import Cents, FreelancerCode, InvoiceNumber, IsoWeek, Period, PlacementCode

P01, P02, P05 = PlacementCode("P01"), PlacementCode("P02"), PlacementCode("P05")
NAME = "voorbeeld-klein"
TWO_DAYS = dt.timedelta(days=2)


class Agency:
    """The small example after its run, with staff at work two days later."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.now = bring_in(house, NAME)
        advance(house, self.now)

    @property
    def office(self) -> Office:
        return self.house.office(SimulatedClock(self.now), by="staff:anna")

    def on(self, days: int = 2) -> None:
        """The clock runs so many days further: what is due is done."""
        self.now += dt.timedelta(days=days)
        assert advance(self.house, self.now).set_aside == []

    def events(self, kind: type[Any]) -> list[Any]:
        streams = self.house.store.streams
        return [each.event for each in streams.read(0, streams.head()) if isinstance(each.event, kind)]

    def asks(self, query: Callable[..., Any], *facts: Any) -> Any:
        self.house.follower.catch_up()
        with self.house.pool.connection() as connection:
            return query(connection, *facts)

    def listed(self, number: str) -> ListedInvoice:
        row: ListedInvoice = self.asks(invoice_list.by_number, number)
        return row

    def words(self, number: str) -> str:
        """All that stands on the kept PDF."""
        document = self.listed(number).document
        assert document is not None
        pages = PdfReader(BytesIO(self.house.store.archive.get(document))).pages
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))

    def invoice(self, number: str) -> Invoice:
        state: Invoice = self.house.store.streams.load(invoice_stream(InvoiceNumber(number))).state
        return state

    def rebilled(self, placement: PlacementCode, first: dt.date) -> None:
        planned = plan_rebilling(self.office, placement=placement, first=first)
        rebill(
            self.office,
            placement=placement,
            first=first,
            until=planned.period.until,
            fingerprint=planned.fingerprint,
        )

    def require_sound(self) -> None:
        """Money adds up, numbers have no gaps, and each approved minute is billed once."""
        issued = self.events(InvoiceIssued)
        notes = self.events(CreditNoteIssued)
        commission = self.events(CommissionInvoiced)
        total = sum(each.total for each in [*issued, *commission, *notes])
        assert sum(item.open for item in self.asks(open_items.all_open_items)) == total
        numbers = [each.number for each in [*issued, *commission, *notes]]
        assert len(set(numbers)) == len(numbers)
        for prefix, stream in (
            *((each, series_stream(FreelancerCode(each))) for each in ("Z01", "Z02", "Z03")),
            ("ZV", COMMISSION_SERIES),
        ):
            series = self.house.store.streams.load(stream).state
            assert sorted(number for number in numbers if number.startswith(f"{prefix}-")) == [
                f"{prefix}-2026-{sequence:04}" for sequence in range(series.first_number, series.last_taken[2026] + 1)
            ]
        for code in {each.placement for each in issued}:
            account = Account(self.office, code, Period(dt.date(2026, 1, 1), self.now.date()))
            wanted = Counter(line for draft in account.drafts for line in draft.lines)
            of_placement = [each.number for each in issued if each.placement == code]
            assert Counter(line for number in of_placement for line in lines_left(self.invoice(number))) == wanted
        require_rows_of_one_stream(self.house)


@pytest.fixture
def ran(house: House) -> Agency:
    return Agency(house)


def kept(agency: Agency, number: str) -> bytes:
    (file,) = (agency.house.settings.data_dir / "mail").glob(f"invoice.{number}@*.eml")
    return file.read_bytes()


def invoice_of(agency: Agency, wanted: Callable[[InvoiceIssued], bool]) -> InvoiceIssued:
    issued: list[InvoiceIssued] = agency.events(InvoiceIssued)
    return next(each for each in issued if wanted(each))


def test_a_credit_note_is_delivered_with_all_that_the_law_asks(ran: Agency) -> None:
    number = InvoiceNumber("Z01-2026-0001")
    credit_invoice(ran.office, number=number, reason="De week is dubbel opgegeven.")
    ran.on()
    note, to_freelancer, to_customer = ran.events(CreditNoteIssued)
    day = f"{note.date.day} mei {note.date.year}"
    found = ran.words(note.number)
    for words in (
        f"Creditfactuur {note.number}",
        f"Creditering van factuur {number} van 24 maart 2026",
        "De week is dubbel opgegeven.",
        f"Factuurdatum {day}",
        "Marijke de Vries",
        "Eikenlaan",
        "KvK",
        "Btw-id NL",
        "Woonzorgcentrum De Linde",
        "Kenmerk plaatsing",
        "Week 12 16 – ",
        "Subtotaal vrijgesteld van btw -944,92",
        "Totaal gecrediteerd € -944,92",
        "Vrijgesteld van btw op grond van artikel 11, eerste lid, onderdeel g, Wet op de omzetbelasting 1968",
        "Opgemaakt en verzonden door",
        "wordt verrekend met openstaande facturen of aan u terugbetaald",
    ):
        assert words in found, words
    assert "IBAN" not in found
    assert "Vervaldatum" not in found
    mail = message_from_bytes(kept(ran, note.number), policy=policy.default)
    assert mail["subject"] == f"Creditfactuur {note.number} van {ran_seller(ran, note)}"
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"bij factuur {number} van 24 maart 2026" in " ".join(body.get_content().split())
    assert [part.get_filename() for part in mail.iter_attachments()] == [f"Creditfactuur {note.number}.pdf"]
    for commission in (to_freelancer, to_customer):
        words = ran.words(commission.number)
        assert f"Creditering van factuur {commission.original}" in words
        assert f"Volgt de correctie van {number}" in words
        assert "Btw 21 % over -" in words
        assert "namens" not in words
    listed = ran.listed(note.number)
    assert (listed.kind, listed.credits, listed.open, listed.total) == ("credit_note", number, 0, -94492)
    assert ran.listed(number).credit_notes == (note.number,)
    again = render_invoice(invoice_document(ran.house.store.streams, note.number))
    assert listed.document is not None
    assert again == ran.house.store.archive.get(listed.document)
    assert {
        name: rows for name, rows in exported(ran.house).items() if name not in ("open_items.csv", "credit_notes.csv")
    } == {name: rows for name, rows in expected(NAME).items() if name != "open_items.csv"}


def ran_seller(agency: Agency, note: CreditNoteIssued) -> str:
    seller = invoice_document(agency.house.store.streams, note.number).seller
    return seller.trade_name or seller.name


def test_crediting_everything_leaves_nothing_open_and_every_note_is_delivered(ran: Agency) -> None:
    issued = ran.events(InvoiceIssued)
    for each in issued:
        for position in range(1, len(each.lines) + 1):
            credit_invoice(ran.office, number=each.number, lines=[position], reason="Alles terug")
    ran.on()
    assert ran.asks(open_items.all_open_items) == []
    notes = ran.events(CreditNoteIssued)
    assert sum(note.total for note in notes if note.freelancer is not None) == -sum(each.total for each in issued)
    assert {len([note for note in notes if note.original == each.number]) for each in issued} >= {1, 2}
    assert {ran.listed(note.number).delivery.value for note in notes} == {"sent"}
    of_commission = ran.events(CommissionInvoiced)
    assert sum(note.total for note in notes if note.freelancer is None) == -sum(each.total for each in of_commission)
    assert {block.treatment for note in notes for block in note.vat} == set(VatTreatment)
    for note in notes:
        words = ran.words(note.number)
        assert ("Persoonsgebonden budget" in words) == (note.freelancer is not None and note.debtor == "K02")
        if any(block.treatment is VatTreatment.SMALL_BUSINESS for block in note.vat):
            assert "Vrijgesteld van btw, kleineondernemersregeling (artikel 25 Wet OB)" in words
            assert not re.search(r"21 %|Btw over", words)
    at_privacy = next(note for note in notes if note.debtor == "K03")
    mail = kept(ran, at_privacy.number).decode()
    assert at_privacy.original not in mail
    assert "Credit" not in mail.partition("\n\n")[2]


def correct_week(ran: Agency, code: PlacementCode, week: IsoWeek, shifts: tuple[Shift, ...]) -> None:
    reopen_hours(ran.office, placement=code, week=week, reason="Dienst vergeten")
    ran.on()
    submit_hours(ran.office, placement=code, week=week, attempt=2, shifts=shifts)
    ran.on(1)
    approve_hours(ran.office, placement=code, week=week, attempt=2)


def test_a_corrected_week_is_held_until_it_is_billed_by_the_difference(ran: Agency) -> None:
    week = IsoWeek(2026, 12)
    before = ran.invoice("Z01-2026-0001")
    shift = Shift(dt.datetime(2026, 3, 16, 7), dt.datetime(2026, 3, 16, 14), metres=ran_metres(before))
    correct_week(ran, P01, week, (shift,))
    reminded = [path.name for path in (ran.house.settings.data_dir / "mail").glob(f"*P01.{week}*")]
    assert any("approval-request" in name and ".2@" in name for name in reminded)
    ran.on(14)
    (item,) = ran.asks(lambda connection: agenda.list_agenda(connection, policy="invoice", only_held=True))
    assert item.subject == f"P01/{week}"
    assert "selfbill rebill P01 --from 2026-03-16" in item.reason
    row = next(row for row in ran.asks(timesheets.of_placement, P01) if row.week == str(week))
    assert (row.held_code, row.invoices) == ("billed_before", ("Z01-2026-0001",))
    ran.rebilled(P01, week.monday)
    ran.on()
    assert ran.asks(lambda connection: agenda.list_agenda(connection, policy="invoice")) == []
    row = next(row for row in ran.asks(timesheets.of_placement, P01) if row.week == str(week))
    (new,) = [each for each in ran.events(InvoiceIssued) if each.date > dt.date(2026, 5, 15)]
    assert (row.status.value, row.invoices) == ("invoiced", ("Z01-2026-0001", new.number))
    assert ran.listed(new.number).delivery.value == "sent"
    ran.on(40)
    billed = [line.invoice for each in ran.events(CommissionInvoiced) for line in each.lines]
    assert billed.count(new.number) == 2, "both sides owe commission for the new invoice"
    ran.require_sound()


def ran_metres(invoice: Invoice) -> Any:
    assert isinstance(invoice.issued, InvoiceIssued)
    return sum(line.metres for line in invoice.issued.lines if line.week == IsoWeek(2026, 12))


@pytest.mark.parametrize(
    ("code", "rate"),
    [
        (P01, Rate(dt.date(2026, 3, 23), Cents(6650), VatTreatment.CARE_EXEMPT)),
        (P05, Rate(dt.date(2026, 3, 23), Cents(4400), VatTreatment.CARE_EXEMPT)),
    ],
    ids=["a rate from within the period", "another VAT treatment"],
)
def test_terms_with_effect_in_the_past_are_billed_anew(ran: Agency, code: PlacementCode, rate: Rate) -> None:
    agree_rate(ran.office, placement=code, rate=rate, evidence="Addendum van 12 mei 2026")
    state = ran.house.store.streams.load(placement_stream(code)).state
    planned = plan_rebilling(ran.office, placement=code, first=dt.date(2026, 3, 1))
    assert rate in state.rates
    assert {new.vat[0].treatment for new in planned.invoices} == {rate.vat_treatment}
    originals = [note.original for note in planned.credit_notes]
    assert len(set(originals)) == len(originals), "one credit note per invoice at most"
    assert len({new.month for new in planned.invoices}) == len(planned.invoices), "one new invoice per month"
    standing = sum(item.open for item in ran.asks(open_items.all_open_items))
    ran.rebilled(code, dt.date(2026, 3, 1))
    ran.on()
    of_commission = sum(note.total for note in planned.credit_notes if note.freelancer is None)
    assert (
        sum(item.open for item in ran.asks(open_items.all_open_items)) == standing + planned.difference + of_commission
    )
    ran.on(40)
    ran.require_sound()


def test_a_budget_holders_new_invoice_shows_the_shifts_that_were_approved_in_the_end(ran: Agency) -> None:
    original = invoice_of(ran, lambda each: each.placement == P02)
    week = original.sources[0].week
    shifts = ran.house.store.streams.load(f"timesheet:P02:{week}").state.shifts
    moved = tuple(
        Shift(one.start, one.end - dt.timedelta(minutes=30), one.breaks, one.break_minutes, one.metres)
        for one in shifts
    )
    correct_week(ran, P02, week, moved)
    ran.rebilled(P02, week.monday)
    ran.on()
    new = next(each for each in reversed(ran.events(InvoiceIssued)) if each.placement == P02)
    document = invoice_document(ran.house.store.streams, new.number)
    assert sum(shift.minutes for shift in document.shifts) == new.minutes
    assert [(shift.date, shift.end) for shift in document.shifts] == [
        (one.day, one.end.time()) for one in moved if one.day.month == new.month.number
    ]
    assert "Urenspecificatie" in ran.words(new.number)
    ran.require_sound()
