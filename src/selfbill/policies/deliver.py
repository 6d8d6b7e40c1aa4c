"""Deliver: an issued invoice or credit note is mailed at once with its PDF, or - privacy - with a notice that it can be fetched.

Before the mail goes out its start is recorded, afterwards its outcome. Whatever goes wrong in between shows on the agenda as
unclear, and the mail is tried again with the same Message-ID.
"""

import logging
from collections.abc import Iterator, Sequence

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY, customer_stream, freelancer_stream, invoice_stream
from selfbill.aggregates.invoice import DeliveryState, Invoice
from selfbill.aggregates.invoice_events import (
    CommissionInvoiced,
    CreditNoteIssued,
    DeliveryFailed,
    InvoiceIssued,
    InvoiceSent,
)
from selfbill.aggregates.party import Delivery, Party
from selfbill.application.delivering import Document, Failure, Start, message_id, record_deliveries, start_deliveries
from selfbill.documents.assembling import invoice_document
from selfbill.documents.invoice_pdf import render_invoice
from selfbill.documents.mail import (
    InvoiceNotice,
    OutgoingMail,
    commission_mail,
    credit_mail,
    invoice_mail,
    privacy_mail,
)
from selfbill.documents.model import InvoiceDocument
from selfbill.documents.post import DeliveryUnclear, NotDelivered
from selfbill.policies.correspondence import addressee, cover
from selfbill.policies.policy import Desk, Item, Policy, in_chunks
from selfbill.pricing.terms import Towards
from selfbill.projections.agenda import AgendaFold, Change, Put, Take
from selfbill.refusals import Refusal
from selfbill.store.claims import claim
from selfbill.store.streams import Recorded
from selfbill.values import CustomerCode, FreelancerCode, InvoiceNumber

NAME = "deliver"

MAILS_IN_A_MESSAGE = 10
"""How many deliveries may become unclear when the process dies in the middle: few enough for staff to look at each."""

_log = logging.getLogger(__name__)


def changes(recorded: Recorded) -> Iterator[Change]:
    """Issuing puts the invoice on the list at once; a failure puts it back for later; sent takes it off."""
    event = recorded.event
    match event:
        case InvoiceIssued() | CommissionInvoiced() | CreditNoteIssued():
            towards, code = _debtor(event)
            debtor = f"{towards}:{code}"
            yield Put(NAME, event.number, due=recorded.at, group_key=debtor, stream=recorded.originator_id)
        case DeliveryFailed():
            yield Put(
                NAME,
                event.number,
                due=event.retry_at,
                group_key="",
                stream=recorded.originator_id,
                failures=event.failures,
                reason=event.reason,
            )
        case InvoiceSent():
            yield Take(NAME, event.number)


def _debtor(issued: InvoiceIssued | CommissionInvoiced | CreditNoteIssued) -> tuple[Towards, str]:
    """Whom it goes to."""
    match issued:
        case InvoiceIssued():
            return "customer", issued.customer
        case CommissionInvoiced():
            return issued.towards, issued.party
        case CreditNoteIssued():
            return issued.towards, issued.debtor


def act(desk: Desk, items: Sequence[Item]) -> None:
    """Makes and keeps the documents, puts down the start, hands the mails over one by one, puts down what came of them.

    The invoices are claimed first: with several clocks at work, one mails and the others wait and then find it done.
    """
    numbers = [InvoiceNumber(item.subject) for item in items]
    with claim(desk.pool, [f"{NAME} {number}" for number in numbers]):
        _deliver(desk, numbers)


def _deliver(desk: Desk, numbers: Sequence[InvoiceNumber]) -> None:
    office = desk.office.acting(cause="delivery")
    loaded = office.streams.load_many([AGENCY, *(invoice_stream(number) for number in numbers)])
    agency: Agency = loaded[AGENCY].state
    mails: dict[InvoiceNumber, OutgoingMail] = {}
    starts: dict[InvoiceNumber, Start] = {}
    outcomes: dict[InvoiceNumber, Failure | None] = {}
    for number in numbers:
        invoice: Invoice = loaded[invoice_stream(number)].state
        if invoice.delivery is DeliveryState.SENT:
            continue
        document = None
        try:
            content, document = _document(desk, invoice, number)
            mails[number] = _mail(desk, agency, invoice, number, content)
        except Refusal as refusal:
            outcomes[number] = Failure(refusal.sentence(), unclear=False)
        starts[number] = Start(invoice.attempts + 1, document)
    if not starts:
        return
    start_deliveries(office, starts=starts)
    for number, mail in mails.items():
        outcomes[number] = hand_over(desk, mail)
    record_deliveries(office, outcomes=outcomes)


def hand_over(desk: Desk, mail: OutgoingMail) -> Failure | None:
    """None when the mail was accepted; otherwise why not."""
    try:
        desk.post.send(mail)
    except NotDelivered as refusal:
        _log.warning("mail %s was not delivered (%s): %s", mail.message_id, refusal.kind, refusal.words)
        return Failure(refusal.sentence(), unclear=False)
    except DeliveryUnclear as refusal:
        _log.warning("mail %s may or may not have arrived: %s", mail.message_id, refusal.words)
        return Failure(refusal.sentence(), unclear=True)
    return None


def _document(desk: Desk, invoice: Invoice, number: InvoiceNumber) -> tuple[bytes, Document]:
    """The PDF: the kept one when there is one, otherwise made now and kept."""
    archive = desk.office.archive
    if invoice.document is not None:
        content = archive.get(invoice.document)
        return content, Document(invoice.document, "application/pdf", len(content))
    content = render_invoice(invoice_document(desk.office.streams, number))
    return content, Document(archive.put(content, "application/pdf"), "application/pdf", len(content))


def _mail(desk: Desk, agency: Agency, invoice: Invoice, number: InvoiceNumber, pdf: bytes) -> OutgoingMail:
    issued = invoice.issued or invoice.credit_note
    assert issued is not None
    streams = desk.office.streams
    towards, code = _debtor(issued)
    stream = customer_stream(CustomerCode(code)) if towards == "customer" else freelancer_stream(FreelancerCode(code))
    recipient: Party = streams.load(stream).state
    mailbox = addressee(recipient)
    outside = cover(agency, mailbox, message_id=message_id(agency, number), sent_at=desk.office.clock.now())
    if issued.delivery is Delivery.PORTAL:
        return privacy_mail(outside, f"{desk.portal_url}/invoices/{number}")
    notice = _notice(invoice_document(streams, number), mailbox.name)
    if isinstance(issued, CreditNoteIssued):
        return credit_mail(outside, notice, pdf, on_behalf=issued.freelancer is not None)
    return (
        invoice_mail(outside, notice, pdf)
        if isinstance(issued, InvoiceIssued)
        else commission_mail(outside, notice, pdf)
    )


def _notice(document: InvoiceDocument, salutation_name: str) -> InvoiceNotice:
    return InvoiceNotice(
        number=document.number,
        issue_date=document.issue_date,
        due_date=document.due_date,
        total=document.total,
        iban=document.iban,
        payment_reference=document.payment_reference,
        seller=document.seller.trade_name or document.seller.name,
        period_from=document.period_from,
        period_until=document.period_until,
        salutation_name=salutation_name,
        credits=document.credits,
    )


POLICY = Policy(
    name=NAME,
    title="Factuur bezorgen",
    fold=AgendaFold(
        listens=(InvoiceIssued, CommissionInvoiced, CreditNoteIssued, DeliveryFailed, InvoiceSent), changes=changes
    ),
    act=act,
    batches=in_chunks(MAILS_IN_A_MESSAGE),
)
