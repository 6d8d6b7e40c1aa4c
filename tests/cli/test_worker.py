"""`selfbill worker`: work that one process puts on the broker is done by another."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import CommandLine
from cli.samples import EXAMPLE, UNTIL
from selfbill.cli.exit_codes import ExitCode


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of the test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine (Debian: apt install redis-server)")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert server.poll() is None, "redis-server did not start"
            time.sleep(0.02)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


def test_a_worker_helps_and_stops_when_told(selfbill: CommandLine, redis_url: str) -> None:
    selfbill.environment["SELFBILL_BROKER_URL"] = redis_url
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    environment = {key: value for key, value in (os.environ | selfbill.environment).items() if value is not None}
    command = [sys.executable, "-m", "selfbill", "worker"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert "2 workers wait for work" in worker.stderr.readline()
        report = selfbill("run", "--until", UNTIL, "--json").json
        worker.send_signal(signal.SIGTERM)
        rest = worker.stderr.read()
    assert (worker.returncode, rest) == (ExitCode.DONE, "")
    assert report["account"]["invoices"] == {"count": 12, "total": 656459}
    assert report["set_aside"] == []
    (finding,) = [each for each in selfbill("doctor", "--json").json["findings"] if each["what"] == "broker"]
    assert finding["state"] == "ok"
