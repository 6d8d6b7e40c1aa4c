"""Whether a statement goes on where the previous one of its account ended."""

import datetime as dt

from intake.bank.a_day import OPENING, booking, camt, camt_entry, camt_statement, csv_bunq, document, mt940, read
from selfbill.intake.bank.continuity import Continuity, follows, in_order
from selfbill.intake.bank.statement import Statement

TUESDAY = dt.date(2026, 5, 12)


def statement(cents: int, *, opening: int, day: int, number: int = 1) -> Statement:
    body = camt_entry(cents).replace("2026-05-14", f"2026-05-{day}")
    content = document(camt_statement(body, opening=opening, closing=opening + cents, number=number))
    return read(content.replace("<Dt>2026-05-14", f"<Dt>2026-05-{day}"))[0]


def test_a_statement_that_opens_with_the_closing_balance_goes_on() -> None:
    found = follows(statement(100, opening=OPENING, day=12), statement(200, opening=OPENING + 100, day=13))
    assert (found.continuity, found.missing) == (Continuity.OK, 0)


def test_a_gap_says_how_much_is_missing() -> None:
    found = follows(statement(100, opening=OPENING, day=12), statement(200, opening=OPENING + 150, day=14))
    assert (found.continuity, found.missing) == (Continuity.GAP, 50)


def test_the_same_statement_again_is_an_overlap() -> None:
    again = statement(100, opening=OPENING, day=12)
    assert follows(again, again).continuity is Continuity.OVERLAP


def test_shared_bookings_are_an_overlap_in_another_format_too() -> None:
    assert follows(read(camt())[0], read(csv_bunq())[0]).continuity is Continuity.OVERLAP


def test_an_earlier_day_after_a_later_one_is_an_overlap() -> None:
    found = follows(statement(100, opening=OPENING, day=14), statement(200, opening=OPENING, day=13))
    assert found.continuity is Continuity.OVERLAP


def unbalanced(text: str, number: str) -> Statement:
    (found,) = read(mt940([(booking(100), text)], closing=OPENING + 100, number=number))
    return Statement(
        **{name: getattr(found, name) for name in found.__struct_fields__ if name not in {"opening", "closing"}}
    )


def test_without_balances_the_numbers_are_asked() -> None:
    assert follows(unbalanced("1", "7/1"), unbalanced("2", "8/1")).continuity is Continuity.OK
    assert follows(unbalanced("1", "7/1"), unbalanced("2", "9/1")).continuity is Continuity.GAP
    assert follows(unbalanced("1", "7/1"), unbalanced("2", "x")).continuity is Continuity.UNKNOWN


def test_statements_are_put_in_the_order_of_their_days() -> None:
    later, earlier = statement(200, opening=OPENING + 100, day=14), statement(100, opening=OPENING, day=12)
    assert in_order([later, earlier]) == [earlier, later]
    assert earlier.until is not None
    assert earlier.until == TUESDAY
