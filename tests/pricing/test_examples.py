"""Every line, amount and commission of the example agencies is what a separate calculation expects, to the cent."""

import pytest

from pricing.example_agency import Agency, Issued
from selfbill.moments import local_date
from selfbill.pricing.lines import Line
from selfbill.pricing.vat import vat_on_commission
from selfbill.values import Cents


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def invoice_row(invoice: Issued) -> tuple[str, ...]:
    draft, placement = invoice.draft, invoice.placement
    return (
        invoice.number,
        str(local_date(invoice.moment)),
        placement["freelancer"],
        placement["customer"],
        placement["code"],
        str(draft.period_from),
        str(draft.period_until),
        str(draft.minutes),
        euros(draft.net),
        euros(draft.vat_total),
        euros(draft.total),
    )


def line_row(number: str, position: int, line: Line) -> tuple[str, ...]:
    hours = line.kind == "hours"
    return (
        number,
        str(position),
        line.kind,
        str(line.week),
        str(line.minutes) if hours else "",
        "" if hours else str(line.metres),
        euros(line.surcharge) if hours else "",
        euros(line.unit_price),
        euros(line.amount),
    )


@pytest.fixture(scope="module", params=["voorbeeld-klein", "bureau-noord"])
def agency(request: pytest.FixtureRequest) -> Agency:
    return Agency(request.param)


def test_every_invoice_has_the_expected_period_hours_and_amounts(agency: Agency) -> None:
    columns = (
        "number",
        "date",
        "freelancer",
        "customer",
        "placement",
        "period_from",
        "period_until",
        "minutes",
        "net",
        "vat",
        "total",
    )
    assert sorted(map(invoice_row, agency.invoices)) == agency.expected("invoices", *columns)


def test_every_line_is_as_expected(agency: Agency) -> None:
    columns = "invoice", "position", "kind", "week", "minutes", "metres", "surcharge_percent", "unit_price", "amount"
    rows = (
        line_row(invoice.number, position, line)
        for invoice in agency.invoices
        for position, line in enumerate(invoice.draft.lines, 1)
    )
    assert sorted(rows) == agency.expected("lines", *columns)


def test_every_commission_line_is_as_expected(agency: Agency) -> None:
    rows = (
        (number, str(position), invoice, euros(amount))
        for number, _, _, _, lines in agency.commission_invoices()
        for position, (invoice, amount) in enumerate(lines, 1)
    )
    assert sorted(rows) == agency.expected("commission_lines", "number", "position", "invoice", "amount")


def test_every_commission_invoice_has_the_expected_vat_and_total(agency: Agency) -> None:
    rows = []
    for number, day, towards, party, lines in agency.commission_invoices():
        net = Cents(sum(amount for _, amount in lines))
        vat = vat_on_commission(net)
        rows.append((number, day, towards, party, euros(net), euros(vat), euros(net + vat)))
    columns = "number", "date", "towards", "party", "net", "vat", "total"
    assert sorted(rows) == agency.expected("commission_invoices", *columns)
