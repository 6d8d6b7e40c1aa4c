"""How long a customer may take to pay, and the due date that follows from it: the rules of DOMAIN.md section 7."""

import pytest

from aggregates.samples import CUSTOMER, WEEK, at, day
from aggregates.test_invoice_rules import NUMBER, agreed, drafts, parties
from selfbill.aggregates.agency import PaymentTerms
from selfbill.aggregates.invoice_rules import issue
from selfbill.aggregates.party import (
    CustomerKind,
    CustomerRegistered,
    CustomerTerms,
    NegativeTerm,
    Party,
    TermTooLong,
    payment_days,
    register_customer,
)
from selfbill.refusals import Refusal
from selfbill.values import Cents

PATIENT, PGB, INSTITUTION = CustomerKind.PATIENT, CustomerKind.PGB, CustomerKind.INSTITUTION


@pytest.mark.parametrize(
    ("kind", "large", "own", "agency", "days"),
    [
        (PATIENT, None, None, 30, 30),
        (PATIENT, None, 14, 30, 14),
        (PATIENT, None, 0, 30, 0),
        (PATIENT, None, 60, 30, 60),
        (PATIENT, True, 60, 30, 60),  # a person is never a large institution
        (PGB, None, None, 45, 45),
        (INSTITUTION, None, None, 30, 30),
        (INSTITUTION, None, 30, 45, 30),
        (INSTITUTION, None, 31, 30, TermTooLong),
        (INSTITUTION, True, 31, 30, TermTooLong),
        (INSTITUTION, None, None, 31, TermTooLong),
        (INSTITUTION, True, None, 45, TermTooLong),
        (INSTITUTION, False, 31, 30, 31),
        (INSTITUTION, False, None, 45, 45),
        (PATIENT, None, -1, 30, NegativeTerm),
        (INSTITUTION, None, -1, 30, NegativeTerm),
    ],
)
def test_terms_of_payment(
    kind: CustomerKind,
    large: bool | None,  # noqa: FBT001
    own: int | None,
    agency: int,
    days: int | type[Refusal],
) -> None:
    terms = CustomerTerms(kind, payment_days=own, large=large)
    if isinstance(days, int):
        assert payment_days("K01", terms, agency) == days
        registered = register_customer(Party(), code="K01", terms=terms, details=CUSTOMER, agency_days=agency)
        assert registered == (CustomerRegistered(code="K01", terms=terms, details=CUSTOMER),)
        return
    with pytest.raises(days):
        payment_days("K01", terms, agency)
    with pytest.raises(days):  # at set-up already, not when the first invoice is due
        register_customer(Party(), code="K01", terms=terms, details=CUSTOMER, agency_days=agency)


@pytest.mark.parametrize(
    ("date", "days", "due"),
    [
        ("2026-07-21", 30, "2026-08-20"),
        ("2026-01-31", 30, "2026-03-02"),
        ("2028-01-31", 30, "2028-03-01"),  # a leap year
        ("2026-12-15", 30, "2027-01-14"),
        ("2026-03-28", 14, "2026-04-11"),  # days are days, also when the clock changes
        ("2026-07-21", 0, "2026-07-21"),
    ],
)
def test_due_dates(date: str, days: int, due: str) -> None:
    (draft,) = drafts()
    invoice = issue(
        NUMBER,
        parties=parties(agency_days=days),
        terms=agreed(),
        draft=draft,
        attempts={WEEK: 1},
        billed_before=Cents(0),
        now=at(f"{date} 11:00"),
    )
    assert (invoice.date, invoice.due) == (day(date), day(due))


def test_thirty_days_are_usual() -> None:
    assert PaymentTerms() == PaymentTerms(payment_days=30, commission_payment_days=30)
