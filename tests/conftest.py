"""What every test may ask for: one PostgreSQL per run, one database per worker, one agency's schema per test.

The server is the one that comes with selfbill, in a directory of the system's temporary files; with SELFBILL_DATABASE_URL
it is the server named there.
"""

import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from addresses import database_at
from selfbill.aggregates.event import Event
from selfbill.aggregates.kind import Kind
from selfbill.store.agency import AgencyStore, open_agency
from selfbill.store.database import Database
from selfbill.store.mapper import Upcast
from selfbill.store.server import embedded_url, stop_embedded

MASTER_KEY = bytes(range(32))

StoreFactory = Callable[..., AgencyStore]


_RUN = "SELFBILL_TEST_RUN"
"""The number of the process that started the run; its workers inherit it."""

_DIRECTORY = f"selfbill-test-run-{os.geteuid()}-"


def _run_directory(run: str) -> Path:
    return Path(tempfile.gettempdir()) / f"{_DIRECTORY}{run}"


def _clear(directory: Path) -> None:
    stop_embedded(directory)
    shutil.rmtree(directory, ignore_errors=True)  # another run may be clearing it away at the same moment


def pytest_configure(config: pytest.Config) -> None:
    """Names the run, and clears away what runs that were killed have left."""
    if hasattr(config, "workerinput"):
        return
    os.environ[_RUN] = str(os.getpid())
    for directory in Path(tempfile.gettempdir()).glob(f"{_DIRECTORY}*"):
        run = directory.name.removeprefix(_DIRECTORY)
        if not psutil.pid_exists(int(run)) or run == os.environ[_RUN]:
            _clear(directory)


def pytest_unconfigure(config: pytest.Config) -> None:
    """When the workers have gone, the server goes, and everything that was in it."""
    directory = _run_directory(os.environ[_RUN])
    if not hasattr(config, "workerinput") and directory.exists():
        _clear(directory)


@pytest.fixture(scope="session")
def server() -> str:
    """The URL of a running PostgreSQL, the same for all workers of this run."""
    url = os.environ.get("SELFBILL_DATABASE_URL")
    if url is not None:
        return url
    directory = _run_directory(os.environ[_RUN])
    directory.mkdir(exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return embedded_url(directory)


@pytest.fixture(scope="session")
def database_url(server: str) -> Iterator[str]:
    """A fresh database for this worker, dropped at the end."""
    name = f"selfbill_test_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield database_at(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database(database_url: str) -> Iterator[Database]:
    """The fresh database of this worker."""
    with Database(database_url) as database:
        yield database


_numbers = itertools.count(1)


@pytest.fixture
def agency(database: Database) -> Iterator[str]:
    """The code of a new agency with nothing in it."""
    code = f"t{next(_numbers)}"
    database.create_agency(code)
    yield code
    database.drop_agency(code)


@pytest.fixture
def make_store(database: Database, agency: str) -> StoreFactory:
    """Opens the store of the test's agency; every call is like one more process, with nothing in memory."""

    def make(
        events: Sequence[type[Event]],
        aggregates: Mapping[str, Kind],
        upcasts: Mapping[str, Upcast] | None = None,
    ) -> AgencyStore:
        return open_agency(database, agency, master=MASTER_KEY, events=events, aggregates=aggregates, upcasts=upcasts)

    return make
