"""Who writes to whom: the agency's address on the outside of each mail, and whom a customer's mail goes to."""

import datetime as dt

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.party import Delivery, Party
from selfbill.documents.assembling import house_style
from selfbill.documents.mail import Cover, Mailbox
from selfbill.refusals import Refusal


class NoAddress(Refusal):
    code = "no_address"
    nl = "{party} heeft geen e-mailadres. Vul het in; het bericht blijft staan."
    en = "{party} has no e-mail address. Fill it in; the message stays due."


def addressee(party: Party) -> Mailbox:
    """The representative of a customer, or else the party itself. Raises NoAddress when neither has one."""
    details = party.details
    if details is not None and details.representative is not None and details.representative.email:
        return Mailbox(details.representative.email, details.representative.name)
    if details is None or not details.email:
        raise NoAddress(party=party.code or "?")
    return Mailbox(details.email, details.name)


def cover(agency: Agency, recipient: Mailbox, *, message_id: str, sent_at: dt.datetime) -> Cover:
    """The outside of a mail from the agency."""
    assert agency.details is not None
    return Cover(
        message_id=message_id,
        sent_at=sent_at,
        sender=Mailbox(agency.details.email, agency.details.name),
        recipient=recipient,
        house_style=house_style(agency),
    )


def agency_mailbox(agency: Agency) -> Mailbox:
    """The agency's own mailbox, for warnings to its staff."""
    assert agency.details is not None
    return Mailbox(agency.details.email, agency.details.name)


def notice_id(agency: Agency, *parts: object) -> str:
    """A fixed Message-ID made of what the mail is about, so that a repeat is recognised as one."""
    assert agency.details is not None
    local = ".".join(str(part) for part in parts)
    return f"<{local}@{agency.details.email.rpartition('@')[2]}>"


def wants_privacy(customer: Party) -> bool:
    """Whether mail to this customer may say nothing but that something is ready."""
    return customer.terms is not None and customer.terms.delivery is Delivery.PORTAL
