"""A mail server that fails on purpose, at exactly the place that a test names."""

import socket
import struct
import threading
from types import TracebackType
from typing import Literal, Self

Place = Literal["connect", "greeting", "EHLO", "MAIL", "RCPT", "DATA", "inside", "dot"]
"""Where it fails: instead of a greeting, of an answer to a command, while the message comes in, or after its final dot."""

DROP = "drop"
"""Hangs up (with a reset) instead of answering."""
HANG = "hang"
"""Says nothing more, until the test is over."""


class FaultySmtp:
    """Talks SMTP up to one place and does there what the test wants; a fault given as text is said as a reply."""

    def __init__(self, place: Place, fault: str, *, on_mail: int = 1) -> None:
        self._place, self._fault, self._on_mail = place, fault, on_mail
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.received: list[bytes] = []
        """Messages that came in up to their final dot."""
        self.connections = 0
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()
        self._thread.join()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            self._converse(connection)
        except _HungUpError:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        except OSError:
            connection.close()

    def _converse(self, connection: socket.socket) -> None:
        self._say(connection, "greeting", "220 ready")
        lines = connection.makefile("rb")
        mails = 0
        while line := lines.readline():
            verb = line[:4].decode("ascii").upper().strip()
            mails += verb == "MAIL"
            due = mails >= self._on_mail or verb == "EHLO"
            if verb == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            self._say(connection, verb if due else "", "354 go on" if verb == "DATA" else "250 fine")
            if verb == "DATA":
                message = bytearray()
                while (part := lines.readline()) != b".\r\n":
                    if not part:
                        return
                    if due and self._place == "inside" and not message:
                        self._say(connection, "inside", "")
                    message += part
                self.received.append(bytes(message))
                self._say(connection, "dot" if due else "", "250 accepted")

    def _say(self, connection: socket.socket, place: str, answer: str) -> None:
        if place != self._place:
            connection.sendall(answer.encode("ascii") + b"\r\n")
            return
        if self._fault == HANG:
            self._over.wait()
            return
        if self._fault == DROP:
            raise _HungUpError
        connection.sendall(self._fault.encode("ascii") + b"\r\n")
        if place == "greeting":
            connection.shutdown(socket.SHUT_WR)


class _HungUpError(Exception):
    pass
