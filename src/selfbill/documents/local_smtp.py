"""A mail server for the demo and for tests: it accepts everything and writes each mail as an `.eml` file into a folder."""

import asyncio
import threading
from collections import Counter
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP as SmtpProtocol  # noqa: N811 - a protocol, not a constant

from selfbill.documents.post import file_name, write_whole

_MOST_BYTES = 40_000_000
"""More than any invoice with its annex."""


class LocalSmtp:
    """Listens on a port of this machine from entering to leaving a `with` block."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0, **protocol_options: Any) -> None:
        """Port 0 takes a free one; the options go to aiosmtpd's SMTP, e.g. `tls_context`."""
        self.folder = folder
        self.received: Counter[str] = Counter()
        """How often each Message-ID came in; the folder keeps one file of each."""
        self.host = host
        self.port = port
        self._options = {"enable_SMTPUTF8": True, "data_size_limit": _MOST_BYTES} | protocol_options
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="local-smtp", daemon=True)
        self._server: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def mails(self) -> list[Path]:
        """The files of all mails so far, by name."""
        return sorted(self.folder.glob("*.eml"))

    async def _listen(self) -> asyncio.Server:
        def protocol() -> SmtpProtocol:
            return SmtpProtocol(
                _Recorder(self.folder, self.received), loop=self._loop, hostname="localhost", **self._options
            )

        return await self._loop.create_server(protocol, self.host, self.port)

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class _Recorder:
    def __init__(self, folder: Path, received: Counter[str]) -> None:
        self._folder = folder
        self._received = received

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        content: bytes = envelope.original_content
        message_id = BytesHeaderParser().parsebytes(content)["Message-ID"] or sha256(content).hexdigest()
        write_whole(self._folder / file_name(message_id), content, durable=False)
        self._received[message_id] += 1
        return "250 OK"
