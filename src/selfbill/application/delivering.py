"""How an invoice reaches whom it is for: the document is kept, the mail is announced, then its outcome is recorded."""

import datetime as dt
from collections.abc import Mapping

import msgspec

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY, invoice_stream
from selfbill.aggregates.collection_decisions import plan
from selfbill.aggregates.event import AlreadyDoneType, Event
from selfbill.aggregates.invoice import evolve
from selfbill.aggregates.invoice_delivery import archive, record_failure, record_sent, start_delivery
from selfbill.aggregates.invoice_events import InvoiceSent
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.moments import next_moment_after
from selfbill.store.streams import Change
from selfbill.values import InvoiceNumber

BACK_OFF_MINUTES = (5, 15, 60, 240, 720)
"""Pauses before the next try: a hiccup is over within minutes, an outage within a day; after that every half day, until a person acts."""


class Document(msgspec.Struct, frozen=True):
    """The bytes that are sent, as they are kept."""

    sha256: str
    media_type: str
    size: int


class Start(msgspec.Struct, frozen=True):
    """Which attempt at delivery begins, and what goes along; None when no document could be made."""

    attempt: int
    document: Document | None


class Failure(msgspec.Struct, frozen=True):
    """Why a mail was not accepted; `unclear` when it may have arrived all the same."""

    reason: str
    unclear: bool


def back_off(now: dt.datetime, failures: int) -> dt.datetime:
    """When to try again after so many failures before this one."""
    return now + dt.timedelta(minutes=BACK_OFF_MINUTES[min(failures, len(BACK_OFF_MINUTES) - 1)])


def message_id(agency: Agency, number: InvoiceNumber) -> str:
    """The fixed Message-ID of an invoice's mail: the same at every try, so that a receiver recognises a repeat."""
    assert agency.details is not None
    return f"<invoice.{number}@{agency.details.email.rpartition('@')[2]}>"


def start_deliveries(office: Office, *, starts: Mapping[InvoiceNumber, Start]) -> Outcome:
    """Puts down that these invoices are about to be mailed, with the documents that go along; sent ones are left alone."""

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, *(invoice_stream(number) for number in starts)])
        now = office.clock.now()
        changes: list[Change] = []
        for number, start in starts.items():
            one = loaded[invoice_stream(number)]
            started = start_delivery(
                one.state,
                number=number,
                message_id=message_id(loaded[AGENCY].state, number),
                attempt=start.attempt,
                now=now,
            )
            if isinstance(started, AlreadyDoneType):
                continue
            kept: tuple[Event, ...] = ()
            document = start.document
            if document is not None:
                archived = archive(
                    one.state,
                    number=number,
                    sha256=document.sha256,
                    media_type=document.media_type,
                    size=document.size,
                )
                kept = () if isinstance(archived, AlreadyDoneType) else (archived,)
            changes.extend(change(invoice_stream(number), one, (*kept, *started)))
        return Decision(changes)

    return carry_out(office, decide)


def record_deliveries(office: Office, *, outcomes: Mapping[InvoiceNumber, Failure | None]) -> Outcome:
    """Puts down which mails were accepted (None) and which were not; commission becomes due for what was sent.

    Where the agency reminds of what is not paid, the first reminder is planned along with it.
    """

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, *(invoice_stream(number) for number in outcomes)])
        agency: Agency = loaded[AGENCY].state
        assert agency.moments is not None
        now = office.clock.now()
        commission_at = next_moment_after(agency.moments.commission, now)
        changes: list[Change] = []
        for number, failure in outcomes.items():
            one = loaded[invoice_stream(number)]
            identity = message_id(agency, number)
            decided = (
                record_sent(one.state, number=number, message_id=identity, commission_at=commission_at)
                if failure is None
                else record_failure(
                    one.state,
                    number=number,
                    message_id=identity,
                    reason=failure.reason,
                    retry_at=back_off(now, one.state.failures),
                    unclear=failure.unclear,
                )
            )
            events: list[Event] = [decided] if isinstance(decided, Event) else []
            if isinstance(decided, InvoiceSent):
                planned = plan(
                    evolve(one.state, decided), number=number, agency=agency, suspension=None, now=now
                )  # whether the debtor is suspended is looked at when it is due
                events += [planned] if isinstance(planned, Event) else []
            changes.extend(change(invoice_stream(number), one, events))
        return Decision(changes, {AGENCY: loaded[AGENCY].version})

    return carry_out(office, decide)
