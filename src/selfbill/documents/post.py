"""The delivery port: mail either arrived, certainly did not, or nobody can tell - and the difference is never guessed."""

import os
import string
import tempfile
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from selfbill.refusals import Refusal


class OutgoingMail(msgspec.Struct, frozen=True, kw_only=True):
    """One e-mail, ready to send; the same mail always has the same bytes."""

    message_id: str
    """With its angle brackets."""
    sender: str
    """The envelope's address, in ASCII."""
    recipients: tuple[str, ...]
    """The envelope's addresses, in ASCII."""
    subject: str
    raw: bytes
    """The whole message (RFC 5322), ASCII only, lines ending in CR LF."""


class NotDelivered(Refusal):
    """The mail was certainly not accepted, so it may be sent again."""

    code = "post.not_delivered"
    nl = "De e-mail is niet bezorgd ({kind}): {words}"
    en = "The e-mail was not delivered ({kind}): {words}"

    def __init__(self, *, kind: Literal["temporary", "permanent"], words: str) -> None:
        super().__init__(kind=kind, words=words)
        self.kind = kind
        """permanent: this mail will be refused again. temporary: anything that may pass, a wrong password included."""
        self.words = words
        """What the server or the network said."""


class DeliveryUnclear(Refusal):
    """The connection was lost after the mail was handed over: it may or may not have arrived."""

    code = "post.delivery_unclear"
    nl = "Het is niet zeker of de e-mail is aangekomen: {words}"
    en = "It is not certain that the e-mail arrived: {words}"

    def __init__(self, *, words: str) -> None:
        super().__init__(words=words)
        self.words = words


class Post(Protocol):
    """Takes mail away."""

    def send(self, mail: OutgoingMail) -> None:
        """Returns when the mail was accepted; raises NotDelivered or DeliveryUnclear otherwise."""
        ...


def file_name(message_id: str) -> str:
    """The name of the file in which mail with this Message-ID lies; it never leaves its folder."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    plain = frozenset(string.ascii_letters + string.digits + "@.-_")
    return "".join(char if char in plain else f"%{ord(char):02X}" for char in bare).lstrip(".") + ".eml"


class MailFolder:
    """Writes mail to a folder instead of sending it: `<message id>.eml`, the same mail to the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: OutgoingMail) -> None:
        """Raises NotDelivered (temporary) when the file cannot be written."""
        target = self._folder / file_name(mail.message_id)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(target, mail.raw)
        except OSError as error:
            raise NotDelivered(kind="temporary", words=str(error)) from error


def write_whole(target: Path, content: bytes, *, durable: bool = True) -> None:
    """Puts the content in place in one step: a reader sees all of it or nothing. Durable waits until it is on the disk."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".tmp", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
            Path(file.name).replace(target)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
