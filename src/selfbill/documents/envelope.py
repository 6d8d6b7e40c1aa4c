"""Turning a letter into the bytes of an e-mail: the same letter with the same Message-ID always gives the same bytes."""

import datetime as dt
import hashlib
import re
import unicodedata
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

import msgspec

from selfbill.documents.letter import Letter, as_html, as_text
from selfbill.documents.model import HouseStyle
from selfbill.documents.post import OutgoingMail
from selfbill.refusals import Refusal

_MESSAGE_ID = re.compile(r"^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[A-Za-z0-9.-]{1,120}>$")
_LOCAL_PART = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
_DOMAIN = re.compile(
    r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$", re.IGNORECASE
)
_LONGEST_LOCAL_PART = 64
"""RFC 5321, section 4.5.3.1.1."""


_PLAIN_LINE = 200
"""A header without encoded words stands on one line up to here."""


class _MailPolicy(EmailPolicy):
    """RFC 5322 with CR LF, and encoded words (RFC 2047) that give every reader the name as it was written.

    The library's own folding leaves `From:` alone on its line before a quoted name, and loses spaces of long names.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= _PLAIN_LINE and line.isprintable():
            return f"{line}\r\n".encode("ascii")
        if addresses := getattr(value, "addresses", ()):
            (address,) = addresses
            return f"{name}: {_encoded(address.display_name, name)}\r\n <{address.addr_spec}>\r\n".encode("ascii")
        if name == "Subject":
            return f"{name}: {_encoded(str(value), name)}\r\n".encode("ascii")
        return super().fold_binary(name, value)


def _encoded(text: str, header_name: str) -> str:
    return Header(text, "utf-8", header_name=header_name).encode(linesep="\r\n")


_POLICY = _MailPolicy(linesep="\r\n", cte_type="7bit")


class NotAnAddress(Refusal):
    """The text cannot be an e-mail address that every mail server takes."""

    code = "mail.not_an_address"
    nl = "{address!r} is geen e-mailadres waar wij naartoe kunnen mailen."
    en = "{address!r} is not an e-mail address that we can send to."


class UnsafeHeader(Refusal):
    """A line break or another control character in what would become a header of the mail."""

    code = "mail.unsafe_header"
    nl = "{field} bevat een regeleinde of stuurteken en kan niet in een e-mail staan: {text!r}."
    en = "{field} holds a line break or control character and cannot stand in an e-mail: {text!r}."


class Mailbox(msgspec.Struct, frozen=True):
    """An e-mail address and the name of whose it is; both may hold any letters, the part before the @ only ASCII."""

    address: str
    name: str = ""


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the outside of every mail, given in by the caller so that the mail can be made again byte for byte."""

    message_id: str
    """`<something@domain>`, fixed for one delivery."""
    sent_at: dt.datetime
    """Aware; becomes the Date header, in UTC."""
    sender: Mailbox
    """The agency."""
    recipient: Mailbox
    reply_to: Mailbox | None = None
    house_style: HouseStyle = HouseStyle()


class Attachment(msgspec.Struct, frozen=True):
    """A PDF that goes along."""

    file_name: str
    content: bytes


def seal(cover: Cover, subject: str, letter: Letter, attachment: Attachment | None = None) -> OutgoingMail:
    """The mail, ready for the post.

    Raises NotAnAddress or UnsafeHeader, naming the field; an unfit Message-ID or a naive moment is the program's mistake.
    """
    assert _MESSAGE_ID.match(cover.message_id), f"{cover.message_id!r} is not a Message-ID"
    assert cover.sent_at.tzinfo is not None
    message = EmailMessage(policy=_POLICY)
    sender, recipient = ascii_address(cover.sender.address), ascii_address(cover.recipient.address)
    message["From"] = _address(cover.sender, "sender")
    message["To"] = _address(cover.recipient, "recipient")
    if cover.reply_to is not None:
        message["Reply-To"] = _address(cover.reply_to, "reply_to")
    message["Subject"] = _header(subject, "subject")
    message["Date"] = format_datetime(cover.sent_at.astimezone(dt.UTC))
    message["Message-ID"] = cover.message_id
    message["Auto-Submitted"] = "auto-generated"
    text = as_text(letter).replace("\N{NO-BREAK SPACE}", " ")
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(as_html(letter, cover.house_style, subject), subtype="html", cte="quoted-printable")
    if attachment is not None:
        message.add_attachment(
            attachment.content,
            maintype="application",
            subtype="pdf",
            filename=_header(attachment.file_name, "file_name"),
        )
    _fix_boundaries(message, cover.message_id)
    return OutgoingMail(
        message_id=cover.message_id, sender=sender, recipients=(recipient,), subject=subject, raw=message.as_bytes()
    )


def ascii_address(address: str) -> str:
    """The address for the envelope, its domain in ASCII (IDNA).

    Raises NotAnAddress for anything that is not one plain address, and for letters outside ASCII before the @.
    """
    local, separator, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise NotAnAddress(address=address) from error
    if not (
        separator and _LOCAL_PART.match(local) and len(local) <= _LONGEST_LOCAL_PART and _DOMAIN.match(ascii_domain)
    ):
        raise NotAnAddress(address=address)
    return f"{local}@{ascii_domain}"


def _address(mailbox: Mailbox, field: str) -> Address:
    try:
        return Address(display_name=_header(mailbox.name, field), addr_spec=ascii_address(mailbox.address))
    except (MessageError, ValueError) as error:
        raise NotAnAddress(address=mailbox.address) from error


def _header(text: str, field: str) -> str:
    """The text, provided that it can stand in a header without becoming another one."""
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text):
        raise UnsafeHeader(field=field, text=text)
    return text


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    """MIME boundaries from the Message-ID instead of from chance."""
    digest = hashlib.sha256(message_id.encode("ascii")).hexdigest()[:40]
    multiparts = (part for part in message.walk() if part.is_multipart())
    for position, part in enumerate(multiparts):
        part.set_boundary(f"=_{position}_{digest}")
