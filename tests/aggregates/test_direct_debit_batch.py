"""A batch: made, uploaded, or cancelled as a whole."""

from typing import Any

import pytest

from aggregates.samples import at
from aggregates.test_creditor import DETAILS
from aggregates.test_direct_debit import BATCH, ID, NUMBER, ON, OPEN
from aggregates.test_direct_debit_mandate import M1
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.direct_debit_batch import (
    Batch,
    BatchCancelled,
    BatchFile,
    BatchItem,
    BatchMade,
    BatchSubmitted,
    BatchWasCancelled,
    BatchWasExecuted,
    BatchWithTheBank,
    UnknownBatch,
    batch_id,
    cancel,
    evolve,
    make,
    message_id,
    submit,
)
from selfbill.aggregates.direct_debit_mandate import ReasonMissing
from selfbill.aggregates.event import Event
from selfbill.aggregates.texts import CitizenNumber
from selfbill.values import BatchId

ITEM = BatchItem(NUMBER, 1, ID, M1, 1, OPEN, is_amended=False)
FILE = BatchFile("pain.008.001.08", "ab" * 32, 2054)
MADE = BatchMade(
    batch=BATCH,
    message_id="BN-20260826-1",
    collection_date=ON,
    made_at=at("2026-08-25 07:00"),
    creditor=DETAILS,
    items=(ITEM,),
    total=OPEN,
    files=(FILE,),
)
SUBMITTED = BatchSubmitted(batch=BATCH)
CANCELLED = BatchCancelled(batch=BATCH, reason="dubbel")
CANCELLING: dict[str, Any] = {"name": BATCH, "reason": "dubbel", "by_bank": False, "executed": None}
UNKNOWN = (
    "Incassobatch 20260826-1 bestaat niet bij dit bureau. Kijk met: selfbill debit list.",
    "This agency has no batch 20260826-1 of direct debits. Look with: selfbill debit list.",
)


def given(*events: Event) -> Given[Batch]:
    return given_events(evolve, Batch(), events)


def test_a_batch_counts_up_what_it_collects() -> None:
    made = make(
        batch=BATCH,
        message_id="BN-20260826-1",
        collection_date=ON,
        made_at=MADE.made_at,
        creditor=DETAILS,
        items=(ITEM,),
        files=(FILE,),
    )
    assert made == MADE


def test_somebody_uploads_it() -> None:
    given(MADE).when(submit, name=BATCH).then_once(SUBMITTED)
    given().when(submit, name=BATCH).then_refused(UnknownBatch, *UNKNOWN)
    given(MADE, CANCELLED).when(submit, name=BATCH).then_refused(
        BatchWasCancelled,
        "Incassobatch 20260826-1 is geannuleerd en mag niet meer naar de bank. Heb je het bestand toch ingestuurd, trek het dan bij de bank in.",
        "Batch 20260826-1 was cancelled and may not go to the bank any more. If the file was sent all the same, withdraw it at the bank.",
    )


def test_a_batch_that_was_not_uploaded_is_cancelled_with_a_reason() -> None:
    given(MADE).when(cancel, **CANCELLING).then_once(CANCELLED)
    given(MADE).when(cancel, **{**CANCELLING, "reason": " "}).then_refused(ReasonMissing)
    given(MADE).when(cancel, **{**CANCELLING, "reason": "bsn 111222333"}).then_refused(CitizenNumber)
    given().when(cancel, **CANCELLING).then_refused(UnknownBatch, *UNKNOWN)


def test_a_batch_with_the_bank_is_cancelled_only_when_the_bank_gave_it_back() -> None:
    given(MADE, SUBMITTED).when(cancel, **CANCELLING).then_refused(
        BatchWithTheBank,
        "Incassobatch 20260826-1 is bij de bank ingestuurd. Alleen als de bank het hele bestand heeft geweigerd of teruggegeven: --refused-by-bank.",
        "Batch 20260826-1 was sent to the bank. Only when the bank refused or gave back the whole file: --refused-by-bank.",
    )
    by_bank = BatchCancelled(batch=BATCH, reason="dubbel", by_bank=True)
    given(MADE, SUBMITTED).when(cancel, **{**CANCELLING, "by_bank": True}).then_once(by_bank)


def test_a_batch_that_the_bank_carried_out_is_not_cancelled() -> None:
    given(MADE, SUBMITTED).when(cancel, **{**CANCELLING, "by_bank": True, "executed": ID}).then_refused(
        BatchWasExecuted,
        "De bank heeft incasso's van batch 20260826-1 uitgevoerd, zoals BN-2026-0001.1; annuleren kan niet meer.",
        "The bank carried out direct debits of batch 20260826-1, such as BN-2026-0001.1; it cannot be cancelled any more.",
    )


@pytest.mark.parametrize(
    ("agency", "message"),
    [
        ("BN", "BN-20260826-1"),
        ("bureau_noord", "BUREAUNOORD-20260826-1"),
        ("é", "INC-20260826-1"),
        ("X" * 60, "X" * 24 + "-20260826-1"),
    ],
)
def test_the_bank_knows_a_file_by_agency_and_batch(agency: str, message: str) -> None:
    assert message_id(agency, BATCH) == message
    assert len(message) <= 35


def test_batches_of_one_day_are_counted() -> None:
    assert (batch_id(ON, 1), batch_id(ON, 2)) == (BATCH, BatchId("20260826-2"))
