"""A statement of account on paper: every movement once, the balance carried over the pages, and what is open by age."""

import datetime as dt
import re
from io import BytesIO
from itertools import pairwise

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from documents.builders import AGENCY, BUDGET_HOLDER
from selfbill.documents import formats
from selfbill.documents.model import HouseStyle
from selfbill.documents.sheet import HEIGHT, LEFT, RIGHT, width_of
from selfbill.documents.statement import StatementDocument, StatementItem, StatementKind, StatementLine
from selfbill.documents.statement_pdf import compose_statement, render_statement
from selfbill.documents.statement_words import DUTCH, ENGLISH, described
from selfbill.values import Cents

FIRST, UNTIL = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
OPENING = Cents(12_345)
KINDS: tuple[StatementKind, ...] = ("invoice", "payment", "credit", "invoice", "release", "settlement", "write_off")
NO_AGEING = (Cents(0),) * 5


def lines(number: int) -> tuple[StatementLine, ...]:
    """So many movements, whose balances run."""
    made, balance = [], int(OPENING)
    for at in range(number):
        kind = KINDS[at % len(KINDS)]
        amount = (10_000 + at) * (1 if kind in ("invoice", "release") else -1)
        balance += amount
        made.append(
            StatementLine(
                day=FIRST + dt.timedelta(days=at // 2),
                kind=kind,
                invoice=f"Z01-2026-{at:04}",
                refers_to=f"Z01-2026-{at + 5000:04}",
                amount=Cents(amount),
                balance=Cents(balance),
            )
        )
    return tuple(made)


def items(number: int, *, creditor: str = "", open_: int = 100_050) -> tuple[StatementItem, ...]:
    return tuple(
        StatementItem(
            invoice=f"Z01-2026-{at:04}",
            creditor=creditor,
            date=FIRST,
            due=FIRST + dt.timedelta(days=30),
            days_late=at - 2,
            payment_reference="RF39Z0120260001",
            open=Cents(open_ + at),
        )
        for at in range(number)
    )


def statement(line_count: int = 5, item_count: int = 3) -> StatementDocument:
    told = lines(line_count)
    return StatementDocument(
        seller=AGENCY,
        customer=BUDGET_HOLDER,
        house_style=HouseStyle(),
        made_on=dt.date(2026, 7, 1),
        first=FIRST,
        until=UNTIL,
        opening=OPENING,
        lines=told,
        closing=told[-1].balance if told else OPENING,
        items=items(item_count),
        ageing=(Cents(1), Cents(20_000), Cents(0), Cents(0), Cents(-333)),
    )


def pages(document: StatementDocument) -> list[str]:
    reader = PdfReader(BytesIO(render_statement(document)), strict=True)
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def nl(cents: int) -> str:
    return formats.amount(Cents(cents), "nl")


def test_it_says_to_whom_of_what_and_what_the_balances_are() -> None:
    (page,) = pages(statement())
    for words in ("Rekeningoverzicht tot en met 30-06-2026", "Anna Visser", "t.a.v. Pieter Visser", "Kerkstraat 17"):
        assert words in page
    for words in ("01-01-2026 t/m 30-06-2026", "1 juli 2026", "K02", "Zorgschakel Voorbeeld B.V.", "Pagina 1 van 1"):
        assert words in page
    document = statement()
    assert f"01-01-2026 Beginsaldo {nl(OPENING)}" in page
    assert f"30-06-2026 Eindsaldo {nl(document.closing)}" in page
    more, less = (
        sum(abs(each.amount) for each in document.lines if (each.amount > 0) is sign) for sign in (True, False)
    )
    assert f"€ {nl(more)}" in page
    assert f"€ {nl(less)}" in page


def test_a_movement_has_its_day_invoice_amount_and_balance() -> None:
    (page,) = pages(statement())
    for line in statement().lines:
        text = described(line.kind, line.amount, line.refers_to, "nl")
        amount = nl(abs(line.amount))
        assert f"{formats.short_date(line.day)} {text} {line.invoice} {amount} {nl(line.balance)}" in page


def test_open_items_stand_with_their_age_and_what_to_do() -> None:
    (page,) = pages(statement())
    assert "Openstaand op 30-06-2026" in page
    assert "Z01-2026-0002 01-01-2026 31-01-2026 RF39 Z012 0260 001 1.000,52" in page
    assert f"Totaal open {nl(sum(each.open for each in statement().items))}" in page
    for label, cents in zip(DUTCH.ageing, statement().ageing, strict=True):
        assert f"{label} {nl(cents)}" in page
    assert DUTCH.how_to_pay in page
    assert DUTCH.credit_balance not in page
    (with_credit,) = pages(replace(statement(), items=items(1, open_=-500)))
    assert DUTCH.credit_balance in with_credit
    assert DUTCH.how_to_pay not in with_credit


def test_of_several_creditors_each_item_names_its_own() -> None:
    (page,) = pages(replace(statement(), items=items(1, creditor="Marijke de Vries")))
    assert "Te betalen aan" in page
    assert "Marijke de" in page
    (page,) = pages(replace(statement(), creditor="Marijke de Vries"))
    assert "Te betalen aan" in page
    assert "Marijke de Vries" in page


def test_nothing_that_happened_and_nothing_open_is_said() -> None:
    (page,) = pages(replace(statement(0, 0), ageing=NO_AGEING))
    assert DUTCH.nothing_happened in page
    assert DUTCH.nothing_open in page
    assert "Totaal open" not in page


@pytest.mark.parametrize("line_count", range(10, 45))
def test_the_balance_is_carried_over_every_page(line_count: int) -> None:
    document = statement(line_count)
    found = pages(document)
    brought = []
    for page in found[1:]:
        if "Datum Omschrijving" in page:
            (balance,) = re.findall(r"Transport (-?[\d.]+,\d\d)", page)
            brought.append(balance)
    carried = [there[1] for page in found if (there := re.search(r"Transporteren (-?[\d.]+,\d\d)", page))]
    assert brought == carried
    assert brought or line_count < 30
    told = " ".join(found)
    for line in document.lines:
        assert told.count(f"{line.invoice} {nl(abs(line.amount))} {nl(line.balance)}") == 1
    for balance in carried:
        assert f" {balance} Transporteren {balance} " in told, "it is the balance of the line above it"


@pytest.mark.parametrize(
    ("line_count", "item_count"), [(0, 1), (9, 2), (14, 40), (25, 1), (26, 2), (27, 3), (200, 120)]
)
def test_nothing_is_set_outside_the_sheet_or_below_its_foot(line_count: int, item_count: int) -> None:
    sheets = compose_statement(statement(line_count, item_count))
    for number, sheet in enumerate(sheets, start=1):
        for placed in sheet.texts:
            assert placed.x >= LEFT - 0.1
            assert placed.x + width_of(placed.text, placed.style) <= RIGHT + 0.1
            assert placed.y < HEIGHT - 15
        body = [placed.y for placed in sheet.texts if placed.y < 795]
        assert max(body) <= 785
        assert any(placed.text == f"Pagina {number} van {len(sheets)}" for placed in sheet.texts)


@pytest.mark.parametrize("line_count", range(8, 34))
@pytest.mark.parametrize("item_count", [1, 2, 3, 12])
def test_what_is_open_has_its_heading_on_the_same_page_and_its_ages_under_the_total(
    line_count: int, item_count: int
) -> None:
    found = pages(statement(line_count, item_count))
    (with_heading,) = [page for page in found if "Openstaand op" in page]
    assert "Z01-2026-0000 01-01-2026 31-01-2026" in with_heading
    (with_total,) = [page for page in found if "Totaal open" in page]
    assert DUTCH.ageing[4] in with_total
    assert DUTCH.how_to_pay in with_total


def test_it_is_english_for_an_agency_that_writes_english() -> None:
    (page,) = pages(replace(statement(), house_style=HouseStyle(language="en"), known="Tue 07-07-2026 07:00"))
    assert "Statement of account up to 30-06-2026" in page
    assert "As known on" in page
    assert ENGLISH.how_to_pay in page


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert render_statement(statement()) == render_statement(statement())


@pytest.mark.parametrize(
    ("kind", "amount", "words"),
    [
        ("invoice", 1, "Factuur"),
        ("payment", -1, "Betaling"),
        ("payment", 1, "Terugbetaald"),
        ("release", 1, "Betaling teruggeboekt"),
        ("release", -1, "Terugbetaling teruggeboekt"),
        ("credit", -1, "Creditfactuur Z01-2026-0009"),
        ("settlement", -1, "Verrekend met Z01-2026-0009"),
        ("write_off", -1, "Afgeboekt"),
        ("reversal", 1, "Afboeking teruggedraaid"),
    ],
)
def test_what_happened_in_a_debtors_words(kind: StatementKind, amount: int, words: str) -> None:
    assert described(kind, Cents(amount), "Z01-2026-0009", "nl") == words
    assert described(kind, Cents(amount), "Z01-2026-0009", "en") != words


@pytest.mark.parametrize("creditor", ["", "De Vries Verpleging"])
def test_no_text_runs_into_the_next(creditor: str) -> None:
    far = replace(items(1, creditor=creditor)[0], days_late=1234, invoice="ZORGENZO-2026-10000")
    for sheet in compose_statement(replace(statement(30), items=(far,))):
        by_line: dict[float, list[tuple[float, float]]] = {}
        for placed in sheet.texts:
            by_line.setdefault(placed.y, []).append((placed.x, placed.x + width_of(placed.text, placed.style)))
        for spans in by_line.values():
            spans.sort()
            assert all(left[1] <= right[0] for left, right in pairwise(spans))
