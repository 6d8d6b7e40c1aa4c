"""What is new on a day of an account, whatever formats and files show it."""

import pytest

from aggregates.samples import day
from selfbill.aggregates.bank_account import BankDay, BookedEntry, DayBooked, evolve_day
from selfbill.aggregates.payment_events import PaymentDetails
from selfbill.application.bank_days import DayNews, StatementEntry, booked, news_of
from selfbill.values import Cents, PaymentId

DAY = day("2026-05-14")
CAMT, MT940 = "camt.053.001.02", "MT940"


def entry(name: str, amount: int, *, batch: str = "", total: int = 0, end_to_end: str = "") -> StatementEntry:
    return StatementEntry(
        identity=PaymentId(name),
        amount=Cents(amount),
        details=PaymentDetails(end_to_end_id=end_to_end),
        batch=batch,
        batch_total=Cents(total),
    )


class Account:
    """One day, statement after statement; `allocated` are payments that pay something already."""

    def __init__(self, *allocated: str) -> None:
        self.day = BankDay()
        self.details: dict[PaymentId, PaymentDetails | None] = {}
        self.allocated = {PaymentId(name) for name in allocated}

    def take(self, format_name: str, *entries: StatementEntry) -> DayNews:
        news = news_of(
            self.day,
            entries,
            format_name=format_name,
            details=self.details,
            is_allocated={name: name in self.allocated for name in self.day.entries},
        )
        remembered = booked(news, self.day, entries)
        self.day = evolve_day(self.day, DayBooked(owner="Z01", day=DAY, format=format_name, entries=remembered))
        self.details.update({name: each.details for name, each in news.new})
        return news

    def money(self) -> int:
        """What the payments of the day add up to."""
        return sum(each.amount for each in self.day.entries.values() if not (each.replaced or each.same_as))


def names(news: DayNews) -> list[str]:
    return [name for name, _ in news.new]


def test_an_entry_that_comes_again_is_known() -> None:
    account = Account()
    assert names(account.take(CAMT, entry("a", 100), entry("b", 50))) == ["a", "b"]
    assert names(account.take(MT940, entry("b", 50), entry("c", 25))) == ["c"]
    assert account.money() == 175


def test_two_equal_payments_in_two_files_are_two_when_their_payers_named_them_differently() -> None:
    account = Account()
    account.take(CAMT, entry("a", 100, end_to_end="ONE"))
    second = account.take(CAMT, entry("a", 100, end_to_end="TWO"))
    assert len(second.new) == 1
    assert second.new[0][0] != "a"
    assert account.money() == 200
    assert not account.take(CAMT, entry("a", 100, end_to_end="TWO")).new
    assert not account.take(CAMT, entry("a", 100, end_to_end="ONE")).new
    assert account.money() == 200


@pytest.mark.parametrize("end_to_end", ["", "ONE", "one", "O.N.E", "ONE-AND-MORE"])
def test_one_payment_with_its_name_cut_written_otherwise_or_left_out_is_one(end_to_end: str) -> None:
    account = Account()
    account.take(CAMT, entry("a", 100, end_to_end="ONE"))
    assert not account.take(MT940, entry("a", 100, end_to_end=end_to_end)).new


def parts() -> tuple[StatementEntry, ...]:
    return entry("a", 60, batch="B", total=100), entry("b", 40, batch="B", total=100)


def test_a_batch_takes_the_place_of_the_one_booking_that_another_format_showed() -> None:
    account = Account()
    account.take(MT940, entry("total", 100))
    news = account.take(CAMT, *parts())
    assert names(news) == ["a", "b"]
    assert news.replaced == {"total": ("a", "b")}
    assert account.money() == 100
    assert not account.take(MT940, entry("total", 100)).new


def test_the_one_booking_of_a_batch_that_is_known_is_no_payment() -> None:
    account = Account()
    account.take(CAMT, *parts())
    news = account.take(MT940, entry("total", 100))
    assert not news.new
    assert news.totals == (("total", "B"),)
    assert account.money() == 100
    assert not account.take(MT940, entry("total", 100)).new
    assert names(account.take(MT940, entry("another", 100))) == ["another"], "one booking is one batch"
    assert account.money() == 200


def test_a_booking_that_pays_something_stays_and_its_parts_stay_out() -> None:
    account = Account("total")
    account.take(MT940, entry("total", 100))
    news = account.take(CAMT, *parts())
    assert (news.new, dict(news.replaced)) == ((), {})
    assert account.money() == 100


def test_a_payment_of_the_same_format_that_happens_to_be_the_total_is_a_payment() -> None:
    account = Account()
    account.take(CAMT, *parts())
    assert names(account.take(CAMT, entry("other", 100))) == ["other"]


def test_a_part_of_a_batch_takes_the_place_of_nothing() -> None:
    account = Account()
    account.take(MT940, entry("total", 100))
    news = account.take(CAMT, parts()[0])
    assert names(news) == ["a"]
    assert not news.replaced


def test_two_batches_of_one_total_take_the_place_of_two_bookings() -> None:
    account = Account()
    account.take(MT940, entry("first", 100), entry("second", 100))
    other = (entry("c", 70, batch="C", total=100), entry("d", 30, batch="C", total=100))
    news = account.take(CAMT, *parts(), *other)
    assert news.replaced == {"first": ("a", "b"), "second": ("c", "d")}
    assert account.money() == 200


def test_what_a_day_remembers_says_which_booking_was_replaced() -> None:
    account = Account()
    account.take(MT940, entry("total", 100))
    account.take(CAMT, *parts())
    assert account.day.entries[PaymentId("total")] == BookedEntry(PaymentId("total"), Cents(100), replaced=True)
