"""Who pays late is reminded, then gets a demand, then owes the cost: on a real agency with a clock, at the exact moments."""

import datetime as dt
import threading
from typing import Any

import msgspec
import pytest

from aggregates.samples import CUSTOMER, INSTITUTION, PATIENT
from runtime.late_payers import DEMAND, FIRST, OVER, REMINDER, SECOND, TERM_UNTIL, LatePayers, text_of
from runtime.processes import start_run, words
from selfbill.aggregates.collection import (
    CollectionCostClaimed,
    HandOverDue,
    ReminderFailed,
    ReminderSent,
    ReminderStarted,
)
from selfbill.aggregates.collection_schedule import CollectionSchedule
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_money import CreditSettled, InvoiceCredited, InvoiceWrittenOff, WriteOffReversed
from selfbill.aggregates.party import CustomerTerms, Delivery
from selfbill.application import collecting
from selfbill.application.collecting import set_collection_schedule
from selfbill.application.setting_up import set_holidays
from selfbill.application.suspending import dispute_invoice, resume_debtor, settle_dispute, suspend_debtor
from selfbill.documents.local_smtp import LocalSmtp
from selfbill.documents.post import OutgoingMail
from selfbill.moments import from_local
from selfbill.policies import end_term, plan_collection, remind_payment
from selfbill.policies.policy import Item
from selfbill.runtime.house import House
from selfbill.values import Cents, InvoiceNumber

SECOND_BEFORE = REMINDER - dt.timedelta(seconds=1)
SECOND_AFTER = REMINDER + dt.timedelta(seconds=1)
NEXT_DAY = REMINDER + dt.timedelta(days=1)
WITH_COST = CollectionSchedule(claims_cost=True)


def local(text: str) -> dt.datetime:
    return from_local(dt.datetime.fromisoformat(text))


@pytest.fixture
def late(house: House) -> LatePayers:
    """An invoice of 400.00 that falls due on 20 August, at an agency that reminds after seven days."""
    return LatePayers(house).opened().invoiced()


# A payment booked before the send moment stops the reminder


@pytest.mark.parametrize(
    ("booked_at", "amount", "asked"),
    [
        (None, 0, "€ 400,00"),
        (SECOND_BEFORE, 40000, None),
        (SECOND_BEFORE, 39999, "€ 0,01"),
        (SECOND_BEFORE, 15000, "€ 250,00"),
        (REMINDER - dt.timedelta(days=30), 40000, None),
        (SECOND_AFTER, 40000, "€ 400,00"),
    ],
)
def test_a_payment_booked_before_the_send_moment_stops_the_reminder(
    late: LatePayers, booked_at: dt.datetime | None, amount: int, asked: str | None
) -> None:
    if booked_at is not None:
        late.at(booked_at).pay(amount)
    late.at(SECOND_BEFORE if booked_at is None or booked_at <= SECOND_BEFORE else booked_at)
    assert len(late.mails()) == (1 if booked_at == SECOND_AFTER else 0), "nothing goes out before the moment"
    late.at(SECOND_AFTER)
    assert [f"bedrag van {asked} betalen" in text_of(mail) for mail in late.mails()] == ([True] if asked else [])
    assert [item.policy for item in late.agenda()] == (
        ["payment_demand"] if asked and booked_at != SECOND_AFTER else []
    )


def credited(number: InvoiceNumber, open_after: int) -> InvoiceCredited:
    return InvoiceCredited(
        number=number,
        credit_note=InvoiceNumber("Z01-2026-0009"),
        amount=Cents(40000 - open_after),
        on=dt.date(2026, 8, 1),
        open_after=Cents(open_after),
        towards="customer",
        debtor="K01",
    )


SETTLED: list[Event] = [
    credited(FIRST, 0),
    credited(FIRST, -5000),
    CreditSettled(
        number=FIRST,
        against=SECOND,
        amount=Cents(40000),
        on=dt.date(2026, 8, 1),
        open_after=Cents(0),
        towards="customer",
        debtor="K01",
    ),
    InvoiceWrittenOff(
        number=FIRST,
        amount=Cents(40000),
        reason="te klein",
        on=dt.date(2026, 8, 1),
        open_after=Cents(0),
        towards="customer",
        debtor="K01",
    ),
]


@pytest.mark.parametrize("settled", SETTLED, ids=lambda event: f"{type(event).__name__} {event.open_after}")
def test_whatever_settles_an_invoice_stops_the_reminder(late: LatePayers, settled: Event) -> None:
    late.at(SECOND_BEFORE).decide(lambda _, number: settled, number=FIRST)  # noqa: ARG005
    assert late.agenda() == []
    late.at(NEXT_DAY)
    assert late.mails() == []


def test_what_is_credited_in_part_is_reminded_of_for_the_rest(late: LatePayers) -> None:
    late.at(SECOND_BEFORE).decide(lambda _, number: credited(number, 12345), number=FIRST)
    assert "bedrag van € 123,45 betalen" in text_of(late.at(REMINDER).mails()[0])


def test_a_payment_that_went_back_before_the_moment_is_reminded_of_at_the_moment(late: LatePayers) -> None:
    late.at(local("2026-08-20T12:00")).pay()
    assert late.agenda() == []
    late.at(local("2026-08-25T12:00")).pay_back()
    assert [(item.policy, item.subject) for item in late.agenda()] == [("plan_collection", FIRST)]
    late.at(SECOND_BEFORE)
    assert [(item.policy, item.due) for item in late.agenda()] == [("payment_reminder", REMINDER)]
    assert len(late.at(REMINDER).mails()) == 1


def test_a_payment_that_went_back_after_the_moment_is_reminded_of_on_the_next_working_day(late: LatePayers) -> None:
    late.at(local("2026-08-20T12:00")).pay()
    late.at(local("2026-08-29T12:00")).pay_back()  # a Saturday
    late.at(local("2026-08-31T08:59"))
    assert late.mails() == []
    assert len(late.at(local("2026-08-31T09:00")).mails()) == 1


def test_a_write_off_that_is_reversed_is_reminded_of_as_well(late: LatePayers) -> None:
    late.at(local("2026-08-20T12:00")).decide(lambda _, number: SETTLED[-1], number=FIRST)  # noqa: ARG005
    back = WriteOffReversed(
        number=FIRST,
        amount=Cents(40000),
        reason="toch betaalbaar",
        on=dt.date(2026, 8, 21),
        open_after=Cents(40000),
        towards="customer",
        debtor="K01",
    )
    late.at(local("2026-08-21T12:00")).decide(lambda _, number: back, number=FIRST)  # noqa: ARG005
    assert len(late.at(REMINDER).mails()) == 1


@pytest.mark.parametrize(("amount", "says"), [(40000, []), (15000, ["bedrag van € 250,00 betalen"])])
def test_a_payment_that_is_booked_while_the_mail_is_written_counts(
    late: LatePayers, monkeypatch: pytest.MonkeyPatch, amount: int, says: list[str]
) -> None:
    written = 0

    def compose(*arguments: Any) -> Any:
        nonlocal written
        written += 1
        if written == 1:
            late.pay(amount)
        return content(*arguments)

    content = remind_payment._content
    monkeypatch.setattr(remind_payment, "_content", compose)
    late.at(REMINDER)
    mails = late.mails()
    assert [text in text_of(mail) for mail, text in zip(mails, says, strict=True)] == [True] * len(says)
    assert len(late.events(ReminderStarted)) == len(says)


def test_who_paid_back_and_forth_without_a_schedule_is_left_alone(house: House) -> None:
    late = LatePayers(house).opened(None).invoiced()
    late.at(local("2026-08-20T12:00")).pay()
    late.pay_back()
    late.at(OVER)
    assert (late.mails(), late.agenda(), late.collected().stage) == ([], [], None)


# The steps


def test_a_reminder_says_what_the_payer_needs(late: LatePayers) -> None:
    (mail,) = late.at(REMINDER).mails("reminder")
    assert mail["Subject"] == "Herinnering: factuur Z01-2026-0001 van Sjoerd Vermeulen, begeleider"
    assert mail["To"] == "Frank van Veen <frank@example.com>"
    text = text_of(mail)
    for words_needed in (
        "Factuurnummer: Z01-2026-0001",
        "Factuurdatum: 21 juli 2026",
        "Te betalen vóór of op: 20 augustus 2026",
        "Openstaand: € 400,00",
        "Op rekening: NL76 SNSB 0804 6375 55 t.n.v. Sjoerd Vermeulen, begeleider",
        "Onder vermelding van: RF39 Z012 0260 001",
        "verzonden door Bureau Noord namens Sjoerd Vermeulen, begeleider",
    ):
        assert words_needed in text
    assert "Factuurbedrag" not in text


def test_a_consumer_gets_the_fourteen_day_letter(house: House) -> None:
    late = LatePayers(house).opened(WITH_COST).invoiced()
    assert late.at(DEMAND - dt.timedelta(seconds=1)).mails("demand") == []
    (mail,) = late.at(DEMAND).mails("demand")
    assert mail["Subject"] == "Aanmaning: factuur Z01-2026-0001 van Sjoerd Vermeulen, begeleider"
    text = text_of(mail)
    assert "Er staat € 400,00 open" in text
    assert "binnen 14 dagen, te rekenen vanaf de dag nadat u dit bericht heeft ontvangen" in text
    assert "uiterlijk op 24 september 2026" in text
    assert "buitengerechtelijke incassokosten verschuldigd. Die bedragen € 60,00 (artikel 6:96 lid 6 BW" in text
    row = late.collected()
    assert (row.stage, row.term_until, row.announced_cost, row.cost) == ("demand", TERM_UNTIL, 6000, 0)


def test_an_institution_gets_a_second_notice(house: House) -> None:
    late = LatePayers(house).opened(WITH_COST, terms=INSTITUTION).invoiced()
    (mail,) = late.at(DEMAND).mails("demand")
    assert mail["Subject"] == "Tweede herinnering: factuur Z01-2026-0001 van Sjoerd Vermeulen, begeleider"
    assert "artikel 6:96 lid 4 BW" in text_of(mail)


def test_an_agency_that_claims_no_cost_threatens_with_none(late: LatePayers) -> None:
    (mail,) = late.at(DEMAND).mails("demand")
    assert "kosten" not in text_of(mail)
    late.at(OVER)
    assert late.events(CollectionCostClaimed) == []
    assert late.events(HandOverDue) == [HandOverDue(number=FIRST, principal=Cents(40000), on=dt.date(2026, 9, 28))]


def test_when_the_term_is_over_the_cost_is_due_and_a_person_decides(house: House) -> None:
    late = LatePayers(house).opened(WITH_COST).invoiced()
    late.at(OVER - dt.timedelta(seconds=1))
    assert late.collected().cost == 0
    late.at(OVER)
    assert late.events(CollectionCostClaimed) == [
        CollectionCostClaimed(number=FIRST, principal=Cents(40000), cost=Cents(6000), on=dt.date(2026, 9, 28))
    ]
    row = late.collected()
    assert (row.stage, row.cost, row.open, row.next_step) == ("hand_over", 6000, 40000, None)
    assert late.agenda() == [], "nothing is handed over by itself"
    assert len(late.at(OVER + dt.timedelta(days=90)).mails()) == 2


def test_who_pays_within_the_term_owes_no_cost(house: House) -> None:
    late = LatePayers(house).opened(WITH_COST).invoiced()
    late.at(OVER - dt.timedelta(seconds=1)).pay()
    late.at(OVER)
    assert late.events(CollectionCostClaimed, HandOverDue) == []


def test_what_is_due_to_one_creditor_stands_in_one_mail_and_its_cost_is_claimed_as_one(house: House) -> None:
    late = LatePayers(house).opened(WITH_COST).invoiced("P01", "P02")
    late.at(REMINDER)
    (mail,) = late.mails("reminder")
    assert mail["Subject"] == "Herinnering: facturen van Sjoerd Vermeulen, begeleider"
    late.pay(30000)
    late.pay(30000, number=SECOND, payment="bank/2")
    (mail,) = late.at(DEMAND).mails("demand")
    text = text_of(mail)
    assert "Er staat € 200,00 open" in text
    assert "Die bedragen € 40,00" in text
    assert f"Factuur {FIRST} van 21 juli 2026: € 100,00 open" in text
    assert f"Factuur {SECOND} van 21 juli 2026: € 100,00 open" in text
    late.at(OVER)
    assert sorted(event.cost for event in late.events(CollectionCostClaimed)) == [0, 4000], "the least is asked once"


def test_a_moment_on_a_free_day_waits_for_the_next_working_day(house: House) -> None:
    late = LatePayers(house).opened()
    set_holidays(late.office, holidays=frozenset({dt.date(2026, 8, 27), dt.date(2026, 8, 28)}))
    late.invoiced().at(local("2026-08-31T08:59"))
    assert late.mails() == []
    assert len(late.at(local("2026-08-31T09:00")).mails()) == 1


def test_a_holiday_that_was_named_later_counts_as_well(late: LatePayers) -> None:
    late.at(SECOND_BEFORE)
    set_holidays(late.office, holidays=frozenset({REMINDER.date()}))
    late.at(REMINDER)
    assert late.mails() == []
    assert [(item.policy, item.due) for item in late.agenda()] == [("payment_reminder", NEXT_DAY)]
    assert len(late.at(NEXT_DAY).mails()) == 1


# The schedule


def test_invoices_that_were_sent_before_the_schedule_was_set_follow_it(house: House) -> None:
    late = LatePayers(house).opened(None).invoiced("P01", "P02")
    late.at(local("2026-08-21T12:00"))
    assert late.agenda() == []
    set_collection_schedule(late.office, schedule=CollectionSchedule())
    late.at(local("2026-08-21T12:01"))
    assert [(item.subject, item.due) for item in late.agenda()] == [(FIRST, REMINDER), (SECOND, REMINDER)]


def test_what_is_long_overdue_is_reminded_of_at_the_next_sending_moment(house: House) -> None:
    late = LatePayers(house).opened(None).invoiced().at(local("2026-10-30T12:00"))  # a Friday
    set_collection_schedule(late.office, schedule=CollectionSchedule(hour=8))
    late.at(local("2026-11-02T07:59"))
    assert late.mails() == []
    assert len(late.at(local("2026-11-02T08:00")).mails()) == 1


@pytest.mark.parametrize(
    ("schedule", "planned"),
    [
        (None, []),
        (CollectionSchedule(reminder_days=8), [("payment_reminder", NEXT_DAY)]),
        (CollectionSchedule(hour=10), [("payment_reminder", REMINDER + dt.timedelta(hours=1))]),
        (CollectionSchedule(reminder=False), [("payment_demand", local("2026-09-03T09:00"))]),
        (CollectionSchedule(reminder=False, demand=False), [("end_term", local("2026-09-07T09:00"))]),
    ],
)
def test_another_schedule_changes_what_is_planned(
    late: LatePayers, schedule: CollectionSchedule | None, planned: list[tuple[str, dt.datetime]]
) -> None:
    late.at(local("2026-08-21T12:00"))
    set_collection_schedule(late.office, schedule=schedule)
    late.at(local("2026-08-21T12:01"))
    assert [(item.policy, item.due) for item in late.agenda()] == planned


def test_planning_what_is_open_survives_a_crash_in_the_middle(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    late = LatePayers(house).opened(None).invoiced("P01", "P02")
    set_collection_schedule(late.office, schedule=CollectionSchedule())
    crashed = 0

    def crash(office: Any, *, numbers: Any) -> Any:
        nonlocal crashed
        if numbers == [SECOND] and not crashed:
            crashed += 1
            raise RuntimeError("the power went")
        return plan_invoices(office, numbers=numbers)

    plan_invoices = collecting.plan_invoices
    monkeypatch.setattr(plan_collection, "INVOICES_IN_A_TRANSACTION", 1)
    monkeypatch.setattr(plan_collection, "plan_invoices", crash)
    late.at(local("2026-08-21T12:00"))
    assert crashed == 1
    assert [(item.policy, item.subject) for item in late.agenda()] == [
        ("payment_reminder", FIRST),
        ("payment_reminder", SECOND),
    ]


# Suspension


def test_while_a_debtor_is_suspended_nothing_is_sent_and_the_agenda_says_why(late: LatePayers) -> None:
    late.at(local("2026-08-21T12:00"))
    suspend_debtor(late.office, towards="customer", code="K01", reason="betalingsregeling", until=dt.date(2026, 9, 15))
    late.at(local("2026-09-15T23:59"))
    assert late.mails() == []
    (item,) = late.agenda()
    assert (item.policy, item.due, item.reason) == (
        "payment_reminder",
        local("2026-09-16T09:00"),
        "Opgeschort tot en met 15-09-2026: betalingsregeling",
    )
    late.at(local("2026-09-16T09:00"))
    assert len(late.mails()) == 1, "the day after the date it goes on"


@pytest.mark.parametrize(
    ("until", "sent"), [(dt.date(2026, 8, 26), True), (dt.date(2026, 8, 27), False)], ids=["ends before", "includes"]
)
def test_the_last_day_of_a_suspension_is_included(late: LatePayers, until: dt.date, sent: bool) -> None:  # noqa: FBT001
    late.at(local("2026-08-21T12:00"))
    suspend_debtor(late.office, towards="customer", code="K01", reason="regeling", until=until)
    assert bool(late.at(REMINDER).mails()) is sent


@pytest.mark.parametrize(
    ("resumed_at", "sent_at"),
    [("2026-08-24T12:00", "2026-08-27T09:00"), ("2026-09-02T12:00", "2026-09-03T09:00")],
    ids=["before the step", "after the step"],
)
def test_a_suspension_that_is_lifted_lets_the_steps_go_on(late: LatePayers, resumed_at: str, sent_at: str) -> None:
    late.at(local("2026-08-21T12:00"))
    suspend_debtor(late.office, towards="customer", code="K01", reason="regeling", until=dt.date(2026, 12, 31))
    late.at(local(resumed_at))
    resume_debtor(late.office, towards="customer", code="K01")
    late.at(local(sent_at) - dt.timedelta(seconds=1))
    assert late.mails() == []
    assert len(late.at(local(sent_at)).mails()) == 1


def test_a_suspension_that_nobody_has_seen_yet_holds_the_mail_all_the_same(late: LatePayers) -> None:
    """Between the suspension and its planning by the clock, the act itself looks."""
    late.at(SECOND_BEFORE)
    suspend_debtor(late.office, towards="customer", code="K01", reason="regeling", until=dt.date(2026, 9, 15))
    desk = late.house.desk(REMINDER)
    remind_payment.REMINDER.act(desk, [Item(FIRST, REMINDER, "", {})])
    assert late.mails() == []
    assert late.collected().held == "Opgeschort tot en met 15-09-2026: regeling"


def test_an_invoice_that_is_mailed_during_a_suspension_waits_as_well(house: House) -> None:
    late = LatePayers(house).opened()
    suspend_debtor(late.office, towards="customer", code="K01", reason="regeling", until=dt.date(2026, 8, 31))
    late.invoiced().at(local("2026-08-31T12:00"))
    assert late.mails() == []
    assert len(late.at(local("2026-09-01T09:00")).mails()) == 1


def test_a_disputed_invoice_waits_and_the_others_do_not(house: House) -> None:
    late = LatePayers(house).opened().invoiced("P01", "P02").at(local("2026-08-21T12:00"))
    dispute_invoice(late.office, number=FIRST, reason="uren kloppen niet", until=dt.date(2026, 9, 30))
    late.at(REMINDER)
    (mail,) = late.mails()
    assert FIRST not in text_of(mail)
    assert SECOND in text_of(mail)
    assert late.collected().held == "Betwist tot en met 30-09-2026: uren kloppen niet"
    settle_dispute(late.office, number=FIRST)
    assert len(late.at(NEXT_DAY).mails()) == 2


# Mail that goes wrong


def test_in_privacy_mode_a_reminder_says_nothing_but_that_there_is_something(house: House) -> None:
    terms: CustomerTerms = msgspec.structs.replace(PATIENT, delivery=Delivery.PORTAL)
    late = LatePayers(house).opened(WITH_COST, terms=terms).invoiced().at(DEMAND)
    assert len(late.mails()) == 2
    for mail in late.mails():
        assert mail["Subject"] == "Nieuw bericht van Bureau Noord"
        text = text_of(mail)
        for secret in ("400", "€", "Vermeulen", "herinner", "aanman", "kosten", "Frank"):
            assert secret.lower() not in text.lower()
        assert f"/invoices/{FIRST}" in text
    kept = [event.document for event in late.events(ReminderStarted)]
    assert b"Herinnering: factuur Z01-2026-0001" in house.store.archive.get(kept[0]), "what it is about is kept"


def test_the_mail_that_was_sent_is_kept(late: LatePayers) -> None:
    late.at(REMINDER)
    (started,) = late.events(ReminderStarted)
    (file,) = (late.house.settings.data_dir / "mail").glob("reminder.*.eml")
    assert late.house.store.archive.get(started.document) == file.read_bytes()


def test_a_crash_between_start_and_outcome_is_unclear_and_repeated_with_the_same_message_id(
    late: LatePayers, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes = 0

    def crash(*arguments: Any, **facts: Any) -> Any:
        nonlocal crashes
        crashes += 1
        if crashes == 1:
            raise RuntimeError("the power went")
        return record(*arguments, **facts)

    record = collecting.record_reminders
    monkeypatch.setattr(remind_payment, "record_reminders", crash)
    late.at(REMINDER)
    first, unclear, again, sent = late.events(ReminderStarted, ReminderFailed, ReminderSent)
    assert (first.attempt, again.attempt, unclear.unclear) == (1, 2, True)
    assert {each.message_id for each in (first, unclear, again, sent)} == {first.message_id}
    assert late.collected().unclear_mails == 1


def test_a_mail_that_cannot_be_written_stays_due_and_shows_why(house: House) -> None:
    late = LatePayers(house).opened().invoiced().at(SECOND_BEFORE)
    late.agency.customer("K01", details=msgspec.structs.replace(CUSTOMER, email=None))
    late.at(REMINDER)
    (item,) = late.agenda()
    assert (item.policy, item.failures, item.due) == ("payment_reminder", 1, REMINDER + dt.timedelta(minutes=5))
    assert item.reason == "K01 heeft geen e-mailadres. Vul het in; het bericht blijft staan."
    late.agency.customer("K01")
    late.at(REMINDER + dt.timedelta(minutes=5))
    assert len(late.mails()) == 1
    assert [item.policy for item in late.agenda()] == ["payment_demand"]


def test_what_is_paid_while_its_mail_fails_is_not_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    late = LatePayers(house).opened().invoiced().at(SECOND_BEFORE)
    late.agency.customer("K01", details=msgspec.structs.replace(CUSTOMER, email=None))
    record = collecting.record_reminders

    def pay_first(*arguments: Any, **facts: Any) -> Any:
        late.pay()
        return record(*arguments, **facts)

    monkeypatch.setattr(remind_payment, "record_reminders", pay_first)
    late.at(NEXT_DAY)
    assert (late.agenda(), late.mails()) == ([], [])


def test_two_clocks_send_nothing_twice(late: LatePayers) -> None:
    late.at(SECOND_BEFORE)
    house = late.house
    house.follower.close()
    with LocalSmtp(house.settings.data_dir / "received") as post:
        clocks = [start_run(house, "2026-09-28T09:00", smtp_port=post.port, workers="4") for _ in range(2)]
        assert [clock.wait(120) for clock in clocks] == [0, 0], words(house)
    about_payment = {name: count for name, count in post.received.items() if name.startswith(("<reminder", "<demand"))}
    assert sorted(about_payment.values()) == [1, 1]
    assert len(late.events(HandOverDue)) == 1


class SlowPost:
    """A mail server that takes its time, until it is let go."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.reached, self.let_go = threading.Event(), threading.Event()

    def send(self, mail: OutgoingMail) -> None:
        self.sent.append(mail.message_id)
        self.reached.set()
        assert self.let_go.wait(30)


def test_who_comes_second_waits_for_the_mail_that_is_under_way(late: LatePayers) -> None:
    late.at(SECOND_BEFORE)
    post = SlowPost()
    desk = msgspec.structs.replace(late.house.desk(REMINDER), post=post)
    item = Item(FIRST, REMINDER, "", {})
    first = threading.Thread(target=remind_payment.REMINDER.act, args=(desk, [item]))
    first.start()
    assert post.reached.wait(30)
    second = threading.Thread(target=remind_payment.REMINDER.act, args=(desk, [item]))
    second.start()
    second.join(0.5)
    assert second.is_alive(), "it waits"
    post.let_go.set()
    first.join(30)
    second.join(30)
    assert len(post.sent) == 1
    assert len(late.events(ReminderSent)) == 1


def test_a_message_that_comes_again_does_nothing(house: House) -> None:
    late = LatePayers(house).opened(WITH_COST).invoiced().at(OVER)
    before = house.store.streams.head()
    desk, item = house.desk(OVER), Item(FIRST, OVER, "", {})
    for policy in (remind_payment.REMINDER, remind_payment.DEMAND, end_term.POLICY, plan_collection.POLICY):
        policy.act(desk, [item])
    plan_collection.POLICY.act(desk, [Item("schedule", OVER, "", {}), Item("customer:K01", OVER, "", {})])
    assert house.store.streams.head() == before
    assert len(late.mails()) == 2
