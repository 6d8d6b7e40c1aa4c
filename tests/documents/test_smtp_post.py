"""Real SMTP conversations: what certainly did not arrive is told apart from what nobody can know."""

import datetime as dt
import ipaddress
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from documents.faulty_smtp import DROP, HANG, FaultySmtp, Place
from selfbill.documents.local_smtp import LocalSmtp
from selfbill.documents.post import DeliveryUnclear, NotDelivered, OutgoingMail
from selfbill.documents.smtp_post import SmtpPost, SmtpServer

PASSWORD = "geheim"
SHORT_SILENCE_SECONDS = 0.2
"""For servers that never answer: however long the wait, the outcome is the same."""


def mail(body: str = "Beste Anna,\r\n.\r\n..punten\r\n", *, number: int = 1) -> OutgoingMail:
    message_id = f"<{number}@selfbill.example.org>"
    return OutgoingMail(
        message_id=message_id,
        sender="bureau@example.org",
        recipients=("anna@example.org",),
        subject="Uren",
        raw=f"From: bureau@example.org\r\nTo: anna@example.org\r\nMessage-ID: {message_id}\r\n\r\n{body}".encode(
            "ascii"
        ),
    )


LARGE = mail("0123456789abcdef\r\n" * 1_500_000)
"""More than all the buffers between two sockets hold, so that a server that stopped reading is noticed."""


def post_to(port: int, *, timeout_seconds: float = 10) -> SmtpPost:
    return SmtpPost(
        SmtpServer(host="127.0.0.1", port=port, tls="none", timeout_seconds=timeout_seconds, own_name="test")
    )


def test_an_accepted_mail_arrives_byte_for_byte(tmp_path: Path) -> None:
    with LocalSmtp(tmp_path) as server:
        post = post_to(server.port)
        post.send(mail())
        post.close()
        assert [file.read_bytes() for file in server.mails()] == [mail().raw]
        assert server.mails()[0].name == "1@selfbill.example.org.eml"


def test_the_same_mail_sent_twice_is_one_file(tmp_path: Path) -> None:
    with LocalSmtp(tmp_path) as server:
        post = post_to(server.port)
        post.send(mail())
        post.send(mail())
        assert len(server.mails()) == 1


NOT_DELIVERED: list[tuple[Place, str, str]] = [
    ("greeting", DROP, "temporary"),
    ("greeting", "421 too busy", "temporary"),
    ("greeting", "554 no service", "temporary"),
    ("EHLO", DROP, "temporary"),
    ("MAIL", DROP, "temporary"),
    ("MAIL", "421 closing", "temporary"),
    ("MAIL", "550 sender unknown", "permanent"),
    ("RCPT", "450 mailbox busy", "temporary"),
    ("RCPT", "550 no such mailbox", "permanent"),
    ("RCPT", DROP, "temporary"),
    ("DATA", "451 try later", "temporary"),
    ("DATA", "554 no", "permanent"),
    ("DATA", DROP, "temporary"),
    ("dot", "451 disk full", "temporary"),
    ("dot", "552 too large", "permanent"),
]


@pytest.mark.parametrize(("place", "fault", "kind"), NOT_DELIVERED)
def test_a_refused_mail_was_certainly_not_delivered(place: Place, fault: str, kind: str) -> None:
    with FaultySmtp(place, fault) as server:
        with pytest.raises(NotDelivered) as refused:
            post_to(server.port).send(mail())
        assert refused.value.kind == kind
        if fault != DROP:
            assert fault in refused.value.words


@pytest.mark.parametrize("place", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
def test_silence_before_the_message_is_not_delivered(place: Place) -> None:
    with FaultySmtp(place, HANG) as server, pytest.raises(NotDelivered) as refused:
        post_to(server.port, timeout_seconds=SHORT_SILENCE_SECONDS).send(mail())
    assert refused.value.kind == "temporary"


def test_no_server_is_not_delivered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotDelivered) as refused:
        post_to(port).send(mail())
    assert refused.value.kind == "temporary"


@pytest.mark.parametrize(
    ("fault", "kind"), [(DROP, "temporary"), ("552 enough", "permanent"), ("451 not now", "temporary")]
)
def test_a_connection_lost_inside_the_message_is_not_delivered(fault: str, kind: str) -> None:
    with FaultySmtp("inside", fault) as server:
        with pytest.raises(NotDelivered) as refused:
            post_to(server.port).send(LARGE)
        assert server.received == []
    assert refused.value.kind == kind


def test_silence_inside_the_message_is_not_delivered() -> None:
    with FaultySmtp("inside", HANG) as server, pytest.raises(NotDelivered):
        post_to(server.port, timeout_seconds=SHORT_SILENCE_SECONDS).send(LARGE)


@pytest.mark.parametrize("fault", [DROP, HANG, "what?"])
def test_no_answer_to_the_final_dot_is_unclear(fault: str) -> None:
    with FaultySmtp("dot", fault) as server:
        timeout_seconds = SHORT_SILENCE_SECONDS if fault == HANG else 10
        with pytest.raises(DeliveryUnclear):
            post_to(server.port, timeout_seconds=timeout_seconds).send(mail())
        assert [message.replace(b"\r\n..", b"\r\n.") for message in server.received] == [mail().raw]


def test_one_connection_serves_several_mails() -> None:
    with FaultySmtp("connect", DROP) as server:
        post = post_to(server.port)
        for number in range(5):
            post.send(mail(number=number))
        post.close()
        assert server.connections == 1
        assert len(server.received) == 5


def test_a_connection_that_failed_is_not_used_again() -> None:
    with FaultySmtp("RCPT", "550 no", on_mail=2) as server:
        post = post_to(server.port)
        post.send(mail(number=1))
        with pytest.raises(NotDelivered):
            post.send(mail(number=2))
        post.send(mail(number=3))
        assert server.connections == 2


def test_a_connection_that_the_server_closed_meanwhile_is_replaced(tmp_path: Path) -> None:
    with LocalSmtp(tmp_path / "first") as server:
        post, port = post_to(server.port), server.port
        post.send(mail(number=1))
    with LocalSmtp(tmp_path / "second", port=port) as server:
        post.send(mail(number=2))
        assert len(server.mails()) == 1


def test_threads_share_a_post(tmp_path: Path) -> None:
    with LocalSmtp(tmp_path) as server:
        post = post_to(server.port)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda number: post.send(mail(number=number)), range(80)))
        post.close()
        assert len(server.mails()) == 80


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own making, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    pem = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(secret + made.public_bytes(Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=made.public_bytes(Encoding.PEM).decode("ascii"))


def encrypted(port: int, password: str = PASSWORD, tls: Literal["starttls", "implicit"] = "starttls") -> SmtpServer:
    return SmtpServer(host="127.0.0.1", port=port, tls=tls, user="bureau", password=password, timeout_seconds=10)


def logged_in(_server: object, _session: object, _envelope: object, _mechanism: str, login: object) -> AuthResult:
    return AuthResult(success=getattr(login, "password", b"") == PASSWORD.encode("ascii"), handled=False)


def test_mail_goes_encrypted_and_logged_in(tmp_path: Path) -> None:
    server_tls, client_tls = certificate(tmp_path)
    options: dict[str, Any] = {
        "tls_context": server_tls,
        "require_starttls": True,
        "authenticator": logged_in,
        "auth_required": True,
    }
    with LocalSmtp(tmp_path / "mail", **options) as server:
        post = SmtpPost(encrypted(server.port), client_tls)
        post.send(mail())
        post.close()
        assert len(server.mails()) == 1


def test_a_wrong_password_may_be_corrected_and_the_mail_sent_again(tmp_path: Path) -> None:
    server_tls, client_tls = certificate(tmp_path)
    options: dict[str, Any] = {
        "tls_context": server_tls,
        "require_starttls": True,
        "authenticator": logged_in,
        "auth_required": True,
    }
    with LocalSmtp(tmp_path / "mail", **options) as server:
        with pytest.raises(NotDelivered) as refused:
            SmtpPost(encrypted(server.port, "fout"), client_tls).send(mail())
        assert refused.value.kind == "temporary"
        assert refused.value.words.startswith("535")
        assert "fout" not in refused.value.words


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    server_tls, _ = certificate(tmp_path)
    with LocalSmtp(tmp_path / "mail", tls_context=server_tls) as server:
        with pytest.raises(NotDelivered, match="certificate"):
            SmtpPost(encrypted(server.port)).send(mail())
        assert server.mails() == []


def test_without_encryption_on_offer_nothing_is_sent_in_plain_text(tmp_path: Path) -> None:
    with LocalSmtp(tmp_path) as server:
        with pytest.raises(NotDelivered, match="STARTTLS"):
            SmtpPost(encrypted(server.port)).send(mail())
        assert server.mails() == []


def test_encryption_from_the_first_byte_with_a_plain_server_is_not_delivered(tmp_path: Path) -> None:
    with LocalSmtp(tmp_path) as server, pytest.raises(NotDelivered):
        SmtpPost(encrypted(server.port, tls="implicit")).send(mail())


def test_what_arrived_reads_as_it_was_written(tmp_path: Path) -> None:
    with LocalSmtp(tmp_path) as server:
        post_to(server.port).send(mail())
        message = message_from_bytes(server.mails()[0].read_bytes(), policy=policy.default)
        assert message["Message-ID"] == "<1@selfbill.example.org>"
