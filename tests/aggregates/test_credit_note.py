"""Taking invoices back: what a credit note says, what it refuses, and that all of them together are exactly the original."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from aggregates.samples import WEEK, Z01, day
from aggregates.test_invoice import COMMISSION_INVOICED, issued
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.credit_note import (
    CreditWithoutReason,
    LineCredited,
    MoreThanInvoiced,
    NoSuchLine,
    NotCreditable,
    NothingToCredit,
    credit,
    left_of,
    lines_left,
    whole_lines,
)
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice import Invoice, evolve
from selfbill.aggregates.invoice_events import CommissionInvoiced, CommissionLine, CreditNoteIssued, InvoiceIssued
from selfbill.aggregates.invoice_money import CreditedLine, InvoiceCredited
from selfbill.aggregates.invoice_payments import UnknownInvoice
from selfbill.aggregates.texts import CitizenNumber
from selfbill.pricing.lines import Line
from selfbill.pricing.terms import VatTreatment
from selfbill.pricing.vat import vat_blocks, vat_on_commission
from selfbill.refusals import Refusal
from selfbill.values import BasisPoints, Cents, InvoiceNumber, Metres, Minutes

NUMBER, NOTE = InvoiceNumber("Z01-2026-0001"), InvoiceNumber("Z01-2026-0002")
ON = day("2026-09-01")
WHY: dict[str, Any] = {"credit_note": NOTE, "reason": "Dubbel", "day": ON}


def line(amount: int, treatment: VatTreatment = VatTreatment.STANDARD, *, minutes: int = 60) -> Line:
    return Line("hours", WEEK, Minutes(minutes), Metres(0), BasisPoints(0), Cents(amount), Cents(amount), treatment)


def invoice_of(*lines: Line) -> InvoiceIssued:
    vat = vat_blocks((one.vat_treatment, one.amount) for one in lines)
    net, tax = sum(block.base for block in vat), sum(block.amount for block in vat)
    return msgspec.structs.replace(
        issued(), lines=lines, vat=vat, net=Cents(net), vat_total=Cents(tax), total=Cents(net + tax)
    )


def given(*events: Event) -> Given[Invoice]:
    return given_events(evolve, Invoice(), events)


def credited(state: Invoice, *positions: int) -> tuple[CreditNoteIssued, InvoiceCredited]:
    assert state.issued is not None
    lines = whole_lines(state, number=state.issued.number, positions=positions or None)
    return credit(state, **WHY, lines=lines)


TWO = invoice_of(line(10000), line(2000, VatTreatment.CARE_EXEMPT))


def test_a_credit_note_is_the_original_with_the_opposite_amounts() -> None:
    note, money = credited(given(TWO).state)
    assert (note.number, note.original, note.original_date, note.date) == (NOTE, NUMBER, TWO.date, ON)
    assert (note.net, note.vat_total, note.total, note.minutes) == (-TWO.net, -TWO.vat_total, -TWO.total, -120)
    assert [(one.amount, one.minutes, one.unit_price) for one in note.lines] == [
        (-10000, -60, 10000),
        (-2000, -60, 2000),
    ]
    assert [(block.treatment, block.base, block.amount) for block in note.vat] == [
        (block.treatment, -block.base, -block.amount) for block in TWO.vat
    ]
    assert (note.freelancer, note.freelancer_version, note.debtor, note.debtor_version) == (Z01, 1, "K01", 1)
    assert (note.placement_version, note.agency_version, note.reference) == (2, 3, TWO.reference)
    assert (money.amount, money.on, money.open_after, money.credit_note) == (TWO.total, ON, 0, NOTE)


def test_a_note_on_commission_is_the_agencys() -> None:
    note, money = credited(given(COMMISSION_INVOICED).state)
    assert (note.freelancer, note.towards, note.debtor) == (None, "freelancer", "Z01")
    assert (note.net, note.vat_total, note.total) == (-4000, -840, -4840)
    assert [(one.invoice, one.amount, one.minutes) for one in note.commission_lines] == [(NUMBER, -4000, -480)]
    assert (money.freelancer, money.open_after) == (None, 0)


def test_commission_is_taken_back_in_part_and_never_more_than_it_was() -> None:
    part = CreditedLine(1, Cents(1500), Minutes(180))
    note, money = credit(given(COMMISSION_INVOICED).state, **WHY, lines=[part])
    assert (note.net, note.commission_lines[0].minutes, money.open_after) == (-1500, -180, 4840 - 1815)
    after = given(COMMISSION_INVOICED, money).state
    assert left_of(after) == (CreditedLine(1, Cents(2500), Minutes(300)),)
    given(COMMISSION_INVOICED, money).when(credit, **WHY, lines=[CreditedLine(1, Cents(2501))]).then_refused(
        MoreThanInvoiced,
        f"Van regel 1 van factuur {NUMBER} is nog 25,00 euro te crediteren, geen 25,01 euro.",
        f"Of line 1 of invoice {NUMBER} 25,00 euros can still be credited, not 25,01 euros.",
    )
    rest, _ = credited(after)
    assert rest.total + note.total == -COMMISSION_INVOICED.total


A_NOTE = credited(given(TWO).state)[0]
REFUSED: dict[str, tuple[tuple[Event, ...], tuple[int, ...] | None, type[Refusal], str]] = {
    "no invoice": ((), None, UnknownInvoice, f"This agency has no invoice {NUMBER}."),
    "a credit note": (
        (A_NOTE,),
        None,
        NotCreditable,
        f"{NUMBER} is a credit note and cannot be credited; make a new invoice.",
    ),
    "wholly credited": (
        (TWO, credited(given(TWO).state)[1]),
        None,
        NothingToCredit,
        f"Invoice {NUMBER} was credited wholly before.",
    ),
    "a line twice": (
        (TWO, credited(given(TWO).state, 2)[1]),
        (1, 2),
        LineCredited,
        f"Line 2 of invoice {NUMBER} was credited before.",
    ),
    "no such line": ((TWO,), (3,), NoSuchLine, f"Invoice {NUMBER} has no line 3; its lines are 1 to 2."),
}


@pytest.mark.parametrize(("events", "positions", "reason", "sentence"), REFUSED.values(), ids=list(REFUSED))
def test_lines_that_cannot_be_taken_back_are_refused(
    events: tuple[Event, ...], positions: tuple[int, ...] | None, reason: type[Refusal], sentence: str
) -> None:
    with pytest.raises(reason) as refused:
        whole_lines(given(*events).state, number=NUMBER, positions=positions)
    assert refused.value.sentence("en") == sentence


@pytest.mark.parametrize(("reason", "refusal"), [(" ", CreditWithoutReason), ("zie 111222333", CitizenNumber)])
def test_a_reason_is_given_without_a_citizen_number(reason: str, refusal: type[Refusal]) -> None:
    lines = [CreditedLine(1, Cents(10000), Minutes(60))]
    given(TWO).when(credit, credit_note=NOTE, reason=reason, day=ON, lines=lines).then_refused(refusal)


# Any sequence of partial credits

TREATMENTS = st.sampled_from([VatTreatment.STANDARD, VatTreatment.CARE_EXEMPT])
LINES = st.lists(st.tuples(st.integers(0, 10**7), TREATMENTS), min_size=1, max_size=12)


def in_parts(
    original: InvoiceIssued | CommissionInvoiced, parts: Sequence[Sequence[CreditedLine]]
) -> list[CreditNoteIssued]:
    """The notes that take these parts back one after the other; after each of them what is left is checked."""
    state, notes = given(original).state, []
    for lines in parts:
        note, money = credit(state, **WHY, lines=lines)
        state = evolve(state, money)
        notes.append(note)
        assert note.net <= 0
        assert all(block.amount <= 0 for block in note.vat)
        assert state.open == original.total - state.credited >= 0
        if isinstance(original, InvoiceIssued):
            left = vat_blocks((one.vat_treatment, one.amount) for one in lines_left(state))
            assert state.open == sum(block.base + block.amount for block in left)
    return notes


@for_any(LINES, st.randoms(use_true_random=False), st.integers(1, 6))
def test_credits_by_line_come_to_exactly_the_original(lines: Any, chance: Any, most: int) -> None:
    original = invoice_of(*(line(amount, treatment) for amount, treatment in lines))
    whole = list(whole_lines(given(original).state, number=NUMBER, positions=None))
    chance.shuffle(whole)
    parts = [whole[start : start + most] for start in range(0, len(whole), most)]
    notes = in_parts(original, parts)
    assert -sum(note.total for note in notes) == original.total
    assert Counter(one for note in notes for one in note.lines) == Counter(
        msgspec.structs.replace(one, minutes=Minutes(-one.minutes), amount=Cents(-one.amount)) for one in original.lines
    )
    for block in original.vat:
        taken = [each for note in notes for each in note.vat if each.treatment is block.treatment]
        assert (sum(each.base for each in taken), sum(each.amount for each in taken)) == (-block.base, -block.amount)
    state = given(original, *(_money(original, parts))).state
    with pytest.raises(NothingToCredit):
        whole_lines(state, number=NUMBER, positions=None)


def _money(original: InvoiceIssued, parts: Sequence[Sequence[CreditedLine]]) -> list[InvoiceCredited]:
    state, events = given(original).state, []
    for lines in parts:
        _, money = credit(state, **WHY, lines=lines)
        state = evolve(state, money)
        events.append(money)
    return events


@for_any(st.lists(st.lists(st.integers(1, 10**6), min_size=1, max_size=4), min_size=1, max_size=5), st.randoms())
def test_commission_taken_back_in_any_parts_comes_to_exactly_the_original(
    amounts: list[list[int]], chance: Any
) -> None:
    lines = tuple(
        CommissionLine(NUMBER, issued().placement, ON, ON, Minutes(60), Cents(sum(parts))) for parts in amounts
    )
    net = Cents(sum(one.amount for one in lines))
    vat = vat_on_commission(net)
    original = msgspec.structs.replace(COMMISSION_INVOICED, lines=lines, net=net, vat=vat, total=Cents(net + vat))
    parts = [[CreditedLine(place, Cents(part))] for place, each in enumerate(amounts, start=1) for part in each]
    chance.shuffle(parts)
    notes = in_parts(original, parts)
    assert (sum(note.net for note in notes), sum(note.total for note in notes)) == (-net, -original.total)
