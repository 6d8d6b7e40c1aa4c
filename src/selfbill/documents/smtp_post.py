"""Post over SMTP (RFC 5321): every way in which a conversation can end is told apart.

Until the final dot of the message has been handed over, a failure of any kind means that the mail did not arrive. After it only
the server's answer counts; without an answer nobody knows, and `DeliveryUnclear` says so.
"""

import re
import smtplib
import socket
import ssl
import threading
from typing import Literal

import msgspec

from selfbill.documents.post import DeliveryUnclear, NotDelivered, OutgoingMail

_START_DATA = 354
_PERMANENT = 500
_ACCEPTED = range(200, 300)
_REFUSED = range(400, 600)
_CHUNK_BYTES = 64 * 1024
"""The server is listened to between chunks, so that it can say no to a large mail before all of it was sent."""
_IDLE_CONNECTIONS = 4
"""As many as acts run at the same time by default."""
_MAILS_PER_CONNECTION = 100
"""Many servers close a connection after some hundreds."""
_END_OF_DATA = b".\r\n"
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed in."""

    host: str
    port: int = 587
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    """starttls never falls back to plain text when the server does not offer it."""
    user: str | None = None
    password: str | None = None
    timeout_seconds: float = 30
    """How long one silence is waited for."""
    own_name: str | None = None
    """How we greet the server; None asks the operating system."""


class _Connection(msgspec.Struct):
    smtp: smtplib.SMTP
    mails: int = 0


class SmtpPost:
    """Sends over SMTP; connections are used again, and several threads may send at once."""

    def __init__(self, server: SmtpServer, tls_context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls_context = tls_context or ssl.create_default_context()
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()

    def send(self, mail: OutgoingMail) -> None:
        """Returns when the server accepted the mail; raises NotDelivered or DeliveryUnclear otherwise."""
        connection = self._reuse() or self._connect()
        try:
            self._hand_over(connection.smtp, mail)
        except (NotDelivered, DeliveryUnclear):
            connection.smtp.close()
            raise
        except (OSError, smtplib.SMTPException) as error:
            connection.smtp.close()
            raise NotDelivered(kind="temporary", words=_words(error)) from error
        self._put_back(connection)

    def greet(self) -> None:
        """Opens a connection as for a mail, and closes it again. Raises NotDelivered when the server would take no mail now."""
        _quit(self._connect().smtp)

    def close(self) -> None:
        """Says goodbye on the connections that wait for more."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            _quit(connection.smtp)

    def _reuse(self) -> _Connection | None:
        """A waiting connection that still answers."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            try:
                code, _ = connection.smtp.rset()
            except (OSError, smtplib.SMTPException):
                code = 0
            if code in _ACCEPTED:
                return connection
            connection.smtp.close()

    def _put_back(self, connection: _Connection) -> None:
        connection.mails += 1
        with self._lock:
            keep = connection.mails < _MAILS_PER_CONNECTION and len(self._idle) < _IDLE_CONNECTIONS
            if keep:
                self._idle.append(connection)
        if not keep:
            _quit(connection.smtp)

    def _connect(self) -> _Connection:
        """A greeted, encrypted and logged-in connection; what fails here says nothing about the mail, so it is temporary."""
        try:
            smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(kind="temporary", words=_words(error)) from error
        server = self._server
        try:
            if smtp.sock is not None:
                # A mail and its final dot are two writes; without this the system holds back the dot for 40 ms or more.
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            if server.tls == "starttls":
                smtp.starttls(context=self._tls_context)
                smtp.ehlo_or_helo_if_needed()
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            raise NotDelivered(kind="temporary", words=_words(error)) from error
        return _Connection(smtp)

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.tls == "implicit":
            return smtplib.SMTP_SSL(
                server.host, server.port, server.own_name, timeout=server.timeout_seconds, context=self._tls_context
            )
        return smtplib.SMTP(server.host, server.port, server.own_name, timeout=server.timeout_seconds)

    def _hand_over(self, smtp: smtplib.SMTP, mail: OutgoingMail) -> None:
        assert mail.raw.isascii()
        assert mail.raw.endswith(b"\r\n")
        size = [f"size={len(mail.raw)}"] if smtp.has_extn("size") else []
        _accepted(smtp.mail(mail.sender, size))
        for recipient in mail.recipients:
            _accepted(smtp.rcpt(recipient))
        code, words = smtp.docmd("DATA")
        if code != _START_DATA:
            raise _refusal(code, words)
        sock = smtp.sock
        assert sock is not None
        body = memoryview(_LEADING_DOT.sub(b"..", mail.raw))
        for start in range(0, len(body), _CHUNK_BYTES):
            sock.sendall(body[start : start + _CHUNK_BYTES])
            _require_silence(sock, self._server.timeout_seconds)
        _end_data(sock)
        try:
            code, words = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryUnclear(words=_words(error)) from error
        if code not in _ACCEPTED and code not in _REFUSED:
            raise DeliveryUnclear(words=_said(code, words))
        _accepted((code, words))


def _end_data(sock: socket.socket) -> None:
    """Hands over the final dot; from the moment that the system may have taken any of its bytes, the mail may have arrived."""
    sent = 0
    while sent < len(_END_OF_DATA):
        try:
            sent += sock.send(_END_OF_DATA[sent:])
        except OSError as error:
            if not sent and not isinstance(sock, ssl.SSLSocket):
                raise
            raise DeliveryUnclear(words=_words(error)) from error


def _require_silence(sock: socket.socket, timeout_seconds: float) -> None:
    """Raises NotDelivered when the server has hung up or spoken before the mail was complete."""
    sock.settimeout(0)
    try:
        heard = sock.recv(1000)
    except (BlockingIOError, ssl.SSLWantReadError):
        return
    finally:
        sock.settimeout(timeout_seconds)
    if not heard:
        raise NotDelivered(kind="temporary", words="connection closed by the server inside DATA")
    text = heard.decode("utf-8", "replace").strip()
    code = int(text[:3]) if text[:3].isdecimal() else 0
    raise _refusal(code, text.encode("utf-8"))


def _accepted(reply: tuple[int, bytes]) -> None:
    code, words = reply
    if code not in _ACCEPTED:
        raise _refusal(code, words)


def _refusal(code: int, words: bytes) -> NotDelivered:
    return NotDelivered(kind="permanent" if code >= _PERMANENT else "temporary", words=_said(code, words))


def _said(code: int, words: bytes) -> str:
    text = words.decode("utf-8", "replace")
    return text if text.startswith(str(code)) else f"{code} {text}"


def _words(error: Exception) -> str:
    """What happened, for a person; a server's own words where there are any."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _quit(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()
