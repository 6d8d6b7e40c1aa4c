"""The server that comes with selfbill: shared by processes, and not upset by what was killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from selfbill.settings import Settings
from selfbill.store import server
from selfbill.store.faults import ServerUnavailable
from selfbill.store.server import embedded_url, server_url, stop_embedded

PROCESS = """
import sys
from pathlib import Path
from selfbill.store.server import embedded_url
print(embedded_url(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


class Process:
    """A process that uses the server of this data directory until it is told to leave."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def url(self) -> str:
        assert self.process.stdout is not None
        url = self.process.stdout.readline().strip()
        assert url.startswith("postgresql://")
        return url

    def leave(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not pytest's own directory: that is closed to the user that the server runs as when the tests run as root.
    directory = Path(tempfile.mkdtemp(prefix="selfbill-server-"))
    yield directory
    stop_embedded(directory)
    shutil.rmtree(directory)


def runs(data_dir: Path) -> bool:
    return (data_dir / "postgres" / "postmaster.pid").exists()


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def is_durable(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")] == [
            ("on",),
            ("on",),
        ]


def test_processes_share_one_server_until_the_last_has_left(data_dir: Path) -> None:
    together = [Process(data_dir) for _ in range(3)]
    urls = {process.url() for process in together}
    assert len(urls) == 1
    assert is_durable(urls.pop())
    for process in together:
        assert runs(data_dir)
        process.leave()
    assert not runs(data_dir)


def test_after_a_crash_everything_is_still_there(data_dir: Path) -> None:
    process = Process(data_dir)
    with psycopg.connect(process.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    os.kill(postmaster(data_dir), signal.SIGKILL)
    process.kill()
    (data_dir / "postgres" / ".handle_pids.json").write_text("[12")  # killed while it was writing

    later = Process(data_dir)
    with psycopg.connect(later.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    later.leave()
    assert not runs(data_dir)


def test_a_process_that_was_killed_does_not_keep_the_server_from_stopping(data_dir: Path) -> None:
    killed, other = Process(data_dir), Process(data_dir)
    assert killed.url() == other.url()
    killed.kill()
    assert len(json.loads((data_dir / "postgres" / ".handle_pids.json").read_text())) == 2
    last = Process(data_dir)
    last.url()
    other.leave()
    assert runs(data_dir)
    last.leave()
    assert not runs(data_dir)


def test_a_number_that_now_belongs_to_another_program_is_not_taken_for_the_server(data_dir: Path) -> None:
    process = Process(data_dir)
    process.url()
    file = data_dir / "postgres" / "postmaster.pid"
    lines = file.read_text().splitlines()
    process.leave()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    later = Process(data_dir)
    assert is_durable(later.url())
    assert psutil.Process(postmaster(data_dir)).name() == "postgres"
    later.leave()


def test_a_first_start_that_was_cut_short_begins_again(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir()
    (data_dir / "postgres" / "PG_VERSION").write_text("18\n")
    (data_dir / ".postgres-first-start").touch()
    process = Process(data_dir)
    assert is_durable(process.url())
    process.leave()
    assert not (data_dir / ".postgres-first-start").exists()


def test_files_of_somebody_else_are_left_alone_and_the_reason_is_told(data_dir: Path) -> None:
    precious = data_dir / "postgres" / "precious"
    precious.parent.mkdir()
    precious.write_text("mine")
    for _ in range(2):
        with pytest.raises(ServerUnavailable, match=r"exists but is not empty.*choose another directory"):
            embedded_url(data_dir)
    assert precious.read_text() == "mine"


def test_a_directory_that_cannot_be_made_is_told_with_what_to_do(data_dir: Path) -> None:
    (data_dir / "file").touch()
    with pytest.raises(ServerUnavailable, match=r"cannot be written: Not a directory\. Choose another"):
        embedded_url(data_dir / "file" / "below")


def test_a_path_too_long_for_a_socket_gets_its_socket_elsewhere(data_dir: Path) -> None:
    deep = data_dir / ("d" * 100)
    process = Process(deep)
    try:
        assert is_durable(process.url())
    finally:
        process.leave()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
@pytest.mark.parametrize("name", ["private", "p" * 100])
def test_what_was_closed_to_others_stays_closed(data_dir: Path, name: str) -> None:
    private = data_dir / name
    private.mkdir(mode=0o700)
    process = Process(private)
    try:
        socket_dir = Path(parse_qs(urlsplit(process.url()).query)["host"][0])
        assert private.stat().st_mode & 0o777 == 0o711
        assert socket_dir.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(embedded_url(private)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        process.leave()


def test_somebody_s_own_server_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(server, "embedded_url", None)
    settings = Settings.model_validate({"data_dir": tmp_path, "database_url": "postgresql://db.example.org/selfbill"})
    assert server_url(settings) == "postgresql://db.example.org/selfbill"
