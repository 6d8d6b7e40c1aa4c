"""Pre-notify: whoever is to be debited is told in time, by a mail of its own; a privacy-mode customer reads it in the portal.

The commission invoice itself does not name collection date and mandate, so it cannot stand for the pre-notification.
"""

from collections.abc import Iterator, Sequence

from selfbill.aggregates.catalogue import AGENCY, CREDITOR, debit_mandate_stream, invoice_stream
from selfbill.aggregates.creditor import require
from selfbill.aggregates.direct_debit_events import (
    Debit,
    DebitDropped,
    DebitInstructed,
    DebitNoticeFailed,
    DebitPlanned,
    DebitPrenotified,
)
from selfbill.aggregates.direct_debit_mandate import DebitMandate, require_usable
from selfbill.application.debit_mandates import party_stream_of
from selfbill.application.debiting import announceable, record_notice_failure, record_prenotified
from selfbill.application.delivering import Failure, back_off
from selfbill.documents.debit_mails import DebitNotice, prenotification_mail
from selfbill.documents.mail import OutgoingMail, privacy_mail
from selfbill.policies.correspondence import addressee, cover, notice_id, wants_privacy
from selfbill.policies.deliver import hand_over
from selfbill.policies.policy import Desk, Item, Policy
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.refusals import Refusal
from selfbill.store.claims import claim
from selfbill.store.streams import Recorded
from selfbill.values import InvoiceNumber

NAME = "debit_notice"


def changes(recorded: Recorded) -> Iterator[Change]:
    """A planned collection is announced at once, and anew when its day moves; until it was, or is not collected after all."""
    event = recorded.event
    match event:
        case DebitPlanned():
            yield Put(
                NAME,
                event.number,
                due=recorded.at,
                group_key=f"{event.towards}:{event.debtor}",
                stream=recorded.originator_id,
            )
        case DebitNoticeFailed():
            yield Put(
                NAME,
                event.number,
                due=event.retry_at,
                group_key="",
                stream=recorded.originator_id,
                failures=event.failures,
                reason=event.reason,
            )
        case DebitPrenotified() | DebitDropped() | DebitInstructed():
            yield Take(NAME, event.number)


def act(desk: Desk, items: Sequence[Item]) -> None:
    """One mail for each invoice, with a Message-ID of its number, attempt and day: what is sent again is recognised as the same."""
    with claim(desk.pool, [f"{NAME} {item.subject}" for item in items]):
        for item in items:
            _announce(desk, InvoiceNumber(item.subject), item.failures)


def _announce(desk: Desk, number: InvoiceNumber, failures: int) -> None:
    office = desk.office.acting(cause="direct debit")
    debit = announceable(office, number=number)
    if debit is None:
        return
    try:
        mail = _mail(desk, number, debit)
        failure = hand_over(desk, mail)
    except Refusal as refusal:
        failure = Failure(refusal.sentence(), unclear=False)
    if failure is None:
        record_prenotified(
            office,
            number=number,
            attempt=debit.attempt,
            collection_date=debit.collection_date,
            message_id=mail.message_id,
        )
    else:
        record_notice_failure(
            office,
            number=number,
            attempt=debit.attempt,
            reason=failure.reason,
            retry_at=back_off(office.clock.now(), failures),
        )


def _mail(desk: Desk, number: InvoiceNumber, debit: Debit) -> OutgoingMail:
    stream, mandate_stream = invoice_stream(number), debit_mandate_stream(debit.mandate)
    loaded = desk.office.streams.load_many([AGENCY, CREDITOR, stream, mandate_stream])
    issued, mandate = loaded[stream].state.issued, loaded[mandate_stream].state
    assert isinstance(mandate, DebitMandate)
    account = require_usable(mandate, on=debit.collection_date)
    party = desk.office.streams.load(party_stream_of(issued.towards, issued.party)).state
    mailbox = addressee(party)
    identity = notice_id(loaded[AGENCY].state, "debit", number, debit.attempt, f"{debit.collection_date:%Y%m%d}")
    outside = cover(loaded[AGENCY].state, mailbox, message_id=identity, sent_at=desk.office.clock.now())
    if wants_privacy(party):
        return privacy_mail(outside, f"{desk.portal_url}/invoices/{number}")
    return prenotification_mail(
        outside,
        DebitNotice(
            number=number,
            amount=debit.amount,
            collection_date=debit.collection_date,
            iban=account.iban,
            creditor_identifier=require(loaded[CREDITOR].state).identifier,
            mandate=debit.mandate,
            salutation_name=mailbox.name,
        ),
    )


POLICY = Policy(
    name=NAME,
    title="Incasso aankondigen",
    fold=AgendaFold(
        listens=(DebitPlanned, DebitNoticeFailed, DebitPrenotified, DebitDropped, DebitInstructed), changes=changes
    ),
    act=act,
)
