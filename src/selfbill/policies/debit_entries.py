"""Entries that are about the agency's own direct debits: a batch that the bank booked as one, a single collection, a return.

They are told by what the files for the bank said: the batch's message id, a collection's end-to-end id or mandate.
"""

from typing import Any

from psycopg import Connection

from selfbill.aggregates.catalogue import debit_batch_stream
from selfbill.aggregates.direct_debit_batch import Batch
from selfbill.aggregates.direct_debit_events import Stage
from selfbill.application.debit_money import Collected, allocate_collections, give_collection_back
from selfbill.application.debiting import return_debit
from selfbill.application.office import Office
from selfbill.projections import debit_batches, debits, payments
from selfbill.projections.debit_batches import BatchState, ListedBatch
from selfbill.projections.debits import Found
from selfbill.projections.payments import ListedPayment
from selfbill.values import Cents, EndToEndId

HANDED_OVER = (Stage.INSTRUCTED, Stage.COLLECTED, Stage.RETURNED)


def account_for(connection: Connection[Any], office: Office, payment: ListedPayment) -> bool:
    """Does with the entry what the bank means by it; False when it is about no direct debit of ours, or not surely."""
    return _collected(connection, office, payment) if payment.amount > 0 else _returned(connection, office, payment)


def _collected(connection: Connection[Any], office: Office, payment: ListedPayment) -> bool:
    batch = _batch(connection, payment)
    if batch is not None:
        state: Batch = office.streams.load(debit_batch_stream(batch.batch)).state
        assert state.made is not None
        collected = [Collected(item.number, item.amount, item.end_to_end_id) for item in state.made.items]
    else:
        found = _attempt(connection, payment)
        if found is None:
            return False
        assert found.attempt.end_to_end_id is not None
        collected = [Collected(found.number, found.attempt.amount, found.attempt.end_to_end_id)]
    allocate_collections(office, payment=payment.payment, collected=collected)
    return True


def _batch(connection: Connection[Any], payment: ListedPayment) -> ListedBatch | None:
    """The batch whose total this is and whose message id it names."""
    said = " ".join(filter(None, (payment.batch_id, payment.reference, payment.end_to_end_id, payment.text))).upper()
    return next(
        (
            batch
            for batch in debit_batches.with_total(connection, Cents(payment.amount))
            if batch.state is not BatchState.CANCELLED and batch.message_id.upper() in said
        ),
        None,
    )


def _returned(connection: Connection[Any], office: Office, payment: ListedPayment) -> bool:
    found = _attempt(connection, payment)
    if found is None or not payment.return_code:
        return False
    end_to_end_id = found.attempt.end_to_end_id
    assert end_to_end_id is not None
    originals = [
        each
        for each in payments.paying(connection, found.number)
        if each.owner == payment.owner and each.amount > 0 and found.number in each.numbers
    ]
    return_debit(
        office,
        number=found.number,
        end_to_end_id=EndToEndId(end_to_end_id),
        code=payment.return_code,
        on=payment.valued,
    )
    if not originals:
        return False
    give_collection_back(office, original=originals[-1].payment, returned=payment.payment, number=found.number)
    return True


def _attempt(connection: Connection[Any], payment: ListedPayment) -> Found | None:
    """The one collection of this amount that the entry names."""
    named: list[list[Found]] = []
    if payment.end_to_end_id:
        named.append(debits.find_collection(connection, end_to_end_id=payment.end_to_end_id))
    if payment.mandate_id:
        named.append(debits.find_collection(connection, mandate=payment.mandate_id))
    for some in named:
        found = [
            each for each in some if each.attempt.amount == abs(payment.amount) and each.attempt.stage in HANDED_OVER
        ]
        if len(found) == 1:
            return found[0]
    return None
