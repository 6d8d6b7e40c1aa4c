"""Direct debits on a real PostgreSQL: planned with the invoice, in one batch at most, and the mandate follows what the bank says."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from aggregates.samples import Z01, at, day
from application.conftest import Process
from application.office import SmallAgency, hours, interrupt_before_save, kinds, numbers
from application.test_commissioning import A_FEE, TEN_PERCENT, bill, claims
from selfbill.aggregates.catalogue import (
    KINDS,
    all_events,
    debit_batch_stream,
    debit_mandate_stream,
    debtor_stream,
    freelancer_stream,
    invoice_stream,
)
from selfbill.aggregates.creditor import NoCreditorIdentifier
from selfbill.aggregates.debtor import DebitMandateRunning, NoDebitMandate
from selfbill.aggregates.direct_debit import NothingToCollect, NotTheCreditor
from selfbill.aggregates.direct_debit_batch import BatchMade, BatchWithTheBank
from selfbill.aggregates.direct_debit_events import (
    DebitDropped,
    DebitInstructed,
    DebitPlanned,
    DebitReturned,
    Stage,
)
from selfbill.aggregates.direct_debit_mandate import (
    DebitMandate,
    DebitMandateBlocked,
    DebitMandateHeld,
    DebitMandateSigned,
    DebtorAccount,
)
from selfbill.aggregates.event import AlreadyDone
from selfbill.aggregates.invoice_events import CommissionInvoiced
from selfbill.aggregates.invoice_money import PaymentAllocated
from selfbill.aggregates.party import UnknownParty
from selfbill.application.debit_batches import cancel_batch, make_batch, submit_batch
from selfbill.application.debit_mandates import (
    amend_mandate,
    expire_mandate,
    identify_creditor,
    revoke_mandate,
    sign_mandate,
    unblock_mandate,
)
from selfbill.application.debiting import (
    announceable,
    drop_debit,
    plan_debit,
    record_prenotified,
    return_debit,
    settle_debit,
)
from selfbill.application.forgetting import forget_party
from selfbill.application.office import Done, Outcome
from selfbill.documents.pain008 import render_files
from selfbill.store.streams import Change
from selfbill.values import BatchId, Cents, EndToEndId, InvoiceNumber, MandateId, PaymentId

IDENTIFIER = "NL63 ZZZ 5127 3245 0000"
M1, K1 = MandateId("INC-Z01-1"), MandateId("INC-K01-1")
BN1, BN2 = InvoiceNumber("BN-2026-0001"), InvoiceNumber("BN-2026-0002")
ON, FILE_AT = day("2026-08-05"), at("2026-08-04 07:00")
"""Invoiced on Wednesday 22 July, due fourteen days later."""
BATCH = BatchId("20260805-1")
ID1 = EndToEndId("BN-2026-0001.1")


@pytest.fixture
def collecting(agency_office: SmallAgency) -> SmallAgency:
    """Z01 owes ten per cent of 400.00 and K01 a fee; both gave a mandate; the customer's invoice was sent."""
    agency = agency_office
    agency.commission("P01", "freelancer", TEN_PERCENT)
    agency.commission("P01", "customer", A_FEE)
    identify_creditor(agency.office, identifier=IDENTIFIER)
    sign_mandate(agency.office, towards="freelancer", debtor=Z01, signed_on=day("2026-07-15"))
    sign_mandate(
        agency.office, towards="customer", debtor="K01", signed_on=day("2026-07-15"), iban="nl76 snsb 0804 6375 55"
    )
    agency.send(*map(InvoiceNumber, numbers(agency.billed(agency.approved("P01", hours("2026-07-20"))))))
    agency.until_commission_moment()
    return agency


@pytest.fixture
def planned(collecting: SmallAgency) -> SmallAgency:
    """The commission invoices BN-2026-0001 (48.40 of Z01) and BN-2026-0002 (9.08 of K01) exist, planned for 5 August."""
    bill(collecting, claims(collecting))
    return collecting


@pytest.fixture
def announced(planned: SmallAgency) -> SmallAgency:
    """Both debtors were told on 22 July; it is the morning of the file."""
    for number in (BN1, BN2):
        tell(planned, number)
    planned.clock.advance_to(FILE_AT)
    return planned


def tell(agency: SmallAgency, number: InvoiceNumber) -> None:
    debit = announceable(agency.office, number=number)
    assert debit is not None
    record_prenotified(
        agency.office,
        number=number,
        attempt=debit.attempt,
        collection_date=debit.collection_date,
        message_id="<1@example.org>",
    )


def make(agency: SmallAgency, *some: InvoiceNumber, on: Any = ON) -> Outcome:
    return make_batch(agency.office, collection_date=on, numbers=some or (BN1, BN2), render=render_files)


def batches(agency: SmallAgency) -> list[BatchMade]:
    return [event for event in agency.events() if isinstance(event, BatchMade)]


def stages(agency: SmallAgency, number: str = BN1) -> list[Stage]:
    return [debit.stage for debit in agency.invoice(number).debits]


def mandate(agency: SmallAgency, name: MandateId = M1) -> DebitMandate:
    state: DebitMandate = agency.streams.load(debit_mandate_stream(name)).state
    return state


# By what right


def test_mandates_get_ids_and_accounts_of_their_own(collecting: SmallAgency) -> None:
    assert mandate(collecting).account == DebtorAccount("NL76SNSB0804637555", "Sjoerd Vermeulen")
    assert mandate(collecting, K1).account == DebtorAccount("NL76SNSB0804637555", "Frank van Veen")
    assert collecting.streams.load(debtor_stream("freelancer", Z01)).state.mandates == (M1,)


def test_without_an_identifier_no_mandate_is_recorded(agency_office: SmallAgency) -> None:
    with pytest.raises(NoCreditorIdentifier):
        sign_mandate(agency_office.office, towards="freelancer", debtor=Z01, signed_on=day("2026-07-15"))


def test_a_second_mandate_waits_for_the_end_of_the_first(collecting: SmallAgency) -> None:
    office = collecting.office
    signing: dict[str, Any] = {"towards": "freelancer", "debtor": Z01, "signed_on": day("2026-07-20")}
    with pytest.raises(DebitMandateRunning):
        sign_mandate(office, **signing)
    revoke_mandate(office, mandate=M1, reason="opgezegd")
    assert isinstance(sign_mandate(office, **signing), Done)
    assert collecting.streams.load(debtor_stream("freelancer", Z01)).state.mandates == (M1, MandateId("INC-Z01-2"))
    with pytest.raises(UnknownParty):
        sign_mandate(office, **{**signing, "debtor": "Z99"})


def test_of_two_processes_one_records_the_mandate(process: Process, collecting: SmallAgency) -> None:
    revoke_mandate(collecting.office, mandate=M1, reason="opgezegd")
    signing: dict[str, Any] = {"towards": "freelancer", "debtor": Z01, "signed_on": day("2026-07-20")}
    other = process()
    other.clock.advance_to(collecting.clock.now())
    interrupt_before_save(collecting, lambda: sign_mandate(other.office, **signing))
    with pytest.raises(DebitMandateRunning):
        sign_mandate(collecting.office, **signing)


def test_a_forgotten_person_s_account_goes_too(make_store: Any) -> None:
    store = make_store(all_events(), KINDS)
    agency = SmallAgency(store).opened()
    identify_creditor(agency.office, identifier=IDENTIFIER)
    sign_mandate(agency.office, towards="freelancer", debtor=Z01, signed_on=day("2026-07-15"))
    stream = freelancer_stream(Z01)
    forget_party(agency.office, store, stream=stream, reason="verzoek", last_document=None)
    fresh = make_store(all_events(), KINDS).streams
    (signed,) = (each.event for each in fresh.history(debit_mandate_stream(M1)))
    assert isinstance(signed, DebitMandateSigned)
    assert (signed.account, signed.debtor) == (None, Z01)


def test_a_mandate_expires_unless_it_was_used(collecting: SmallAgency) -> None:
    assert expire_mandate(collecting.office, mandate=M1) is AlreadyDone
    collecting.clock.advance_to(at("2029-07-16 06:00"))
    assert isinstance(expire_mandate(collecting.office, mandate=M1), Done)
    assert mandate(collecting).ended_on == day("2029-07-16")


# Planning


def test_a_commission_invoice_is_planned_in_the_transaction_that_issues_it(collecting: SmallAgency) -> None:
    before = collecting.streams.head()
    bill(collecting, claims(collecting))
    events = collecting.events(before)
    assert kinds(events).count(DebitPlanned) == 2
    plan = next(event for event in events if isinstance(event, DebitPlanned))
    invoiced = next(event for event in events if isinstance(event, CommissionInvoiced))
    assert (plan.number, plan.amount, plan.collection_date) == (invoiced.number, invoiced.total, invoiced.due)
    assert (plan.mandate, plan.file_at) == (M1, FILE_AT)


def test_without_a_mandate_that_can_be_used_the_invoice_is_issued_all_the_same(collecting: SmallAgency) -> None:
    revoke_mandate(collecting.office, mandate=M1, reason="opgezegd")
    bill(collecting, claims(collecting))
    assert (stages(collecting, BN1), stages(collecting, BN2)) == ([], [Stage.PLANNED])


def test_where_the_agency_does_not_collect_nothing_is_planned(agency_office: SmallAgency) -> None:
    agency = agency_office
    agency.commission("P01", "freelancer", TEN_PERCENT)
    agency.send(*map(InvoiceNumber, numbers(agency.billed(agency.approved("P01", hours("2026-07-20"))))))
    agency.until_commission_moment()
    bill(agency, claims(agency))
    assert DebitPlanned not in kinds(agency.events())
    with pytest.raises(NoCreditorIdentifier):
        plan_debit(agency.office, number=BN1)
    identify_creditor(agency.office, identifier=IDENTIFIER)
    with pytest.raises(NoDebitMandate):
        plan_debit(agency.office, number=BN1)
    sign_mandate(agency.office, towards="freelancer", debtor=Z01, signed_on=day("2026-07-15"))
    assert isinstance(plan_debit(agency.office, number=BN1), Done)
    assert plan_debit(agency.office, number=BN1) is AlreadyDone


def test_a_freelancer_s_invoice_is_not_the_agency_s_to_collect(planned: SmallAgency) -> None:
    with pytest.raises(NotTheCreditor):
        plan_debit(planned.office, number=InvoiceNumber("Z01-2026-0001"))


def test_what_is_told_too_late_is_told_of_a_later_day(planned: SmallAgency) -> None:
    planned.clock.advance_to(at("2026-07-24 07:00"))
    debit = announceable(planned.office, number=BN1)
    assert debit is not None
    assert debit.collection_date == day("2026-08-07")


def test_what_was_paid_before_it_was_told_is_not_told(planned: SmallAgency) -> None:
    pay(planned, 4840)
    assert announceable(planned.office, number=BN1) is None
    assert stages(planned) == [Stage.DROPPED]


def pay(agency: SmallAgency, amount: int) -> None:
    """Somebody pays this much of BN-2026-0001 by hand."""
    stream = invoice_stream(BN1)
    invoice = agency.streams.load(stream)
    event = PaymentAllocated(
        number=BN1,
        payment=PaymentId("1"),
        amount=Cents(amount),
        received_on=day("2026-07-23"),
        open_after=Cents(invoice.state.open - amount),
        towards="freelancer",
        debtor=Z01,
    )
    agency.streams.save([Change(stream, invoice.version, [event])], at=agency.clock.now(), by="bank", cause="test")


# Batches


def test_what_was_announced_becomes_one_batch_with_its_files(announced: SmallAgency) -> None:
    before = announced.streams.head()
    assert make(announced) == Done(before + 3)
    (made,) = batches(announced)
    assert (made.batch, made.message_id, made.collection_date, made.total) == (BATCH, "BN-20260805-1", ON, 5748)
    assert [(item.number, item.end_to_end_id, item.amount) for item in made.items] == [
        (BN1, "BN-2026-0001.1", 4840),
        (BN2, "BN-2026-0002.1", 908),
    ]
    for file in made.files:
        content = announced.office.archive.get(file.sha256)
        assert len(content) == file.size
        assert b"<MsgId>BN-20260805-1</MsgId>" in content
        assert announced.office.archive.media_type(file.sha256) == "application/xml"
    assert [file.format for file in made.files] == ["pain.008.001.02", "pain.008.001.08"]


def test_made_again_it_is_there_already(announced: SmallAgency) -> None:
    make(announced)
    head = announced.streams.head()
    assert make(announced) is AlreadyDone
    assert announced.streams.head() == head


def test_what_was_not_announced_waits_for_a_later_day(planned: SmallAgency) -> None:
    tell(planned, BN1)
    planned.clock.advance_to(FILE_AT)
    make(planned)
    (made,) = batches(planned)
    assert [item.number for item in made.items] == [BN1]
    (moved,) = planned.invoice(BN2).debits
    assert (moved.stage, moved.collection_date) == (Stage.PLANNED, day("2026-08-18"))


def test_what_was_paid_in_the_meantime_is_less_or_left_out(announced: SmallAgency) -> None:
    pay(announced, 840)
    make(announced)
    assert [item.amount for item in batches(announced)[0].items] == [4000, 908]


def test_what_has_moved_to_another_day_stays_out_of_this_one(planned: SmallAgency) -> None:
    tell(planned, BN2)
    planned.clock.advance_to(at("2026-07-24 07:00"))
    tell(planned, BN1)
    planned.clock.advance_to(FILE_AT)
    make(planned)
    assert [(made.collection_date, [item.number for item in made.items]) for made in batches(planned)] == [(ON, [BN2])]
    assert planned.invoice(BN1).debits[0].collection_date == day("2026-08-07")


def test_a_second_batch_of_the_same_day_has_a_number_of_its_own(announced: SmallAgency) -> None:
    make(announced, BN1)
    make(announced, BN2)
    assert [made.batch for made in batches(announced)] == [BATCH, "20260805-2"]


def test_when_nothing_is_left_no_batch_is_made(announced: SmallAgency) -> None:
    pay(announced, 4840)
    revoke_mandate(announced.office, mandate=K1, reason="opgezegd")
    make(announced)
    assert batches(announced) == []
    assert [event.why for event in announced.events() if isinstance(event, DebitDropped)] == ["settled", "mandate"]


Meanwhile = Callable[[SmallAgency], object]


@pytest.mark.parametrize(
    ("meanwhile", "collected"),
    [
        (make, [4840, 908]),
        (lambda agency: make(agency, BN2), [908, 4840]),
        (lambda agency: pay(agency, 840), [4000, 908]),
        (lambda agency: revoke_mandate(agency.office, mandate=M1, reason="opgezegd"), [908]),
        (lambda agency: drop_debit(agency.office, number=BN1, reason="afgesproken"), [908]),
        (lambda agency: identify_creditor(agency.office, identifier=IDENTIFIER, file_days=2), []),
    ],
    ids=["the same batch", "half of it", "a payment", "a revocation", "somebody drops it", "other terms"],
)
def test_a_batch_rests_on_what_holds_when_it_is_saved(
    process: Process, announced: SmallAgency, meanwhile: Meanwhile, collected: list[int]
) -> None:
    other = process()
    other.clock.advance_to(announced.clock.now())
    interrupt_before_save(announced, lambda: meanwhile(other))
    make(announced)
    assert [item.amount for made in batches(announced) for item in made.items] == collected
    identifiers = [event.end_to_end_id for event in announced.events() if isinstance(event, DebitInstructed)]
    assert len(identifiers) == len(set(identifiers)) == len(collected)


def test_eight_processes_at_once_make_one_batch(process: Process, announced: SmallAgency) -> None:
    others = [process() for _ in range(8)]
    start = threading.Barrier(len(others))
    failures: list[BaseException] = []

    def work(other: SmallAgency) -> None:
        other.clock.advance_to(announced.clock.now())
        start.wait()
        try:
            make(other)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [len(made.items) for made in batches(announced)] == [2]
    assert kinds(announced.events()).count(DebitInstructed) == 2


class Killed(BaseException):
    """The end of the process."""


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_process_that_dies_around_the_save_leaves_one_batch_or_none(
    process: Process,
    announced: SmallAgency,
    monkeypatch: pytest.MonkeyPatch,
    is_saved: bool,  # noqa: FBT001
) -> None:
    save = announced.streams.save

    def dying(*arguments: Any, **facts: Any) -> int:
        if is_saved:
            save(*arguments, **facts)
        raise Killed

    monkeypatch.setattr(announced.streams, "save", dying)
    with pytest.raises(Killed):
        make(announced)
    other = process()
    other.clock.advance_to(announced.clock.now())
    assert len(batches(other)) == int(is_saved)
    make(other)
    assert [len(made.items) for made in batches(other)] == [2]


# After the bank has the file


def test_an_upload_keeps_the_mandates_alive(announced: SmallAgency) -> None:
    make(announced)
    amend_mandate(announced.office, mandate=M1, iban="NL57 ABNA 0389 4463 86")
    submit_batch(announced.office, batch=BATCH)
    assert submit_batch(announced.office, batch=BATCH) is AlreadyDone
    assert mandate(announced).expires_on == day("2029-08-05")


def test_an_amended_account_is_told_once(announced: SmallAgency) -> None:
    amend_mandate(announced.office, mandate=M1, iban="NL57ABNA0389446386")
    make(announced, BN1)
    (made,) = batches(announced)
    assert [item.is_amended for item in made.items] == [True]
    content = announced.office.archive.get(made.files[0].sha256)
    assert b"SMNDA" in content
    assert b"NL57ABNA0389446386</IBAN></Id></DbtrAcct>" in content
    submit_batch(announced.office, batch=BATCH)
    assert mandate(announced).is_amended is False


def test_when_the_bank_refuses_the_file_the_account_is_told_again(announced: SmallAgency) -> None:
    amend_mandate(announced.office, mandate=M1, iban="NL57ABNA0389446386")
    make(announced)
    submit_batch(announced.office, batch=BATCH)
    assert mandate(announced).is_amended is False
    cancel_batch(announced.office, batch=BATCH, reason="bestand geweigerd", by_bank=True)
    assert mandate(announced).is_amended is True
    assert mandate(announced).account == DebtorAccount("NL57ABNA0389446386", "Sjoerd Vermeulen")


def test_a_cancelled_batch_gives_its_invoices_back(announced: SmallAgency) -> None:
    make(announced)
    cancel_batch(announced.office, batch=BATCH, reason="verkeerd")
    assert cancel_batch(announced.office, batch=BATCH, reason="verkeerd") is AlreadyDone
    assert (stages(announced), stages(announced, BN2)) == ([Stage.DROPPED], [Stage.DROPPED])
    plan_debit(announced.office, number=BN1)
    assert stages(announced) == [Stage.DROPPED, Stage.PLANNED]


def test_a_batch_is_not_cancelled_behind_somebody_who_uploads_it(process: Process, announced: SmallAgency) -> None:
    make(announced)
    other = process()
    interrupt_before_save(announced, lambda: submit_batch(other.office, batch=BATCH))
    with pytest.raises(BatchWithTheBank):
        cancel_batch(announced.office, batch=BATCH, reason="verkeerd")
    assert announced.streams.load(debit_batch_stream(BATCH)).state.is_cancelled is False


def test_a_return_that_needs_attention_blocks_the_mandate(announced: SmallAgency) -> None:
    make(announced)
    assert isinstance(back(announced, "MD06"), Done)
    assert back(announced, "MD06") is AlreadyDone
    assert mandate(announced).blocked == "MD06"
    assert kinds(announced.events()).count(DebitMandateBlocked) == 1
    with pytest.raises(DebitMandateHeld):
        plan_debit(announced.office, number=BN1)
    unblock_mandate(announced.office, mandate=M1, reason="gebeld: was een vergissing")
    plan_debit(announced.office, number=BN1)
    (_, again) = announced.invoice(BN1).debits
    assert (again.attempt, again.stage, again.amount) == (2, Stage.PLANNED, 4840)


def back(agency: SmallAgency, code: str) -> Outcome:
    return return_debit(agency.office, number=BN1, end_to_end_id=ID1, code=code, on=day("2026-08-07"))


def test_too_little_money_leaves_the_mandate_alone(announced: SmallAgency) -> None:
    make(announced)
    back(announced, "AM04")
    assert mandate(announced).blocked is None
    (returned,) = (event for event in announced.events() if isinstance(event, DebitReturned))
    assert (returned.code, returned.reason) == ("AM04", "Er stond te weinig geld op de rekening.")
    plan_debit(announced.office, number=BN1)


def test_the_second_attempt_goes_through_the_same_steps(announced: SmallAgency) -> None:
    make(announced)
    back(announced, "AM04")
    plan_debit(announced.office, number=BN1)
    tell(announced, BN1)
    again = announced.invoice(BN1).debits[1].collection_date
    announced.clock.advance_to(at("2026-08-17 07:00"))
    make(announced, BN1, on=again)
    assert [item.end_to_end_id for made in batches(announced) for item in made.items] == [
        "BN-2026-0001.1",
        "BN-2026-0002.1",
        "BN-2026-0001.2",
    ]
    settle_debit(announced.office, number=BN1, end_to_end_id=EndToEndId("BN-2026-0001.2"), on=again)
    assert stages(announced) == [Stage.RETURNED, Stage.COLLECTED]


def test_what_the_bank_paid_is_not_collected_again(announced: SmallAgency) -> None:
    make(announced)
    settle_debit(announced.office, number=BN1, end_to_end_id=ID1, on=ON)
    pay(announced, 4840)
    with pytest.raises(NothingToCollect):
        plan_debit(announced.office, number=BN1)
