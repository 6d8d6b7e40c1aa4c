"""The command line as somebody uses it: arguments in, sentences, tables, JSON and an exit code out."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from typer.testing import CliRunner

from addresses import database_at
from cli.samples import EXAMPLE, UNTIL
from selfbill.cli.commands import app

MASTER_KEY = base64.b64encode(bytes(range(32))).decode()


class Answer(msgspec.Struct, frozen=True):
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def words(self) -> str:
        """All that was said, whatever the width of the terminal."""
        return " ".join((self.out + self.err).split())


class CommandLine:
    """One installation: its environment stays the same from command to command."""

    def __init__(self, data_dir: Path, database_url: str | None) -> None:
        self.data_dir = data_dir
        self.environment: dict[str, str | None] = {
            "SELFBILL_DATA_DIR": str(data_dir),
            "SELFBILL_DATABASE_URL": database_url,
            "SELFBILL_MASTER_KEY": MASTER_KEY,
            "SELFBILL_LANGUAGE": "en",
            "SELFBILL_WORKERS": "2",
        }

    @property
    def database_url(self) -> str:
        """Where its database is; only for an installation that has one."""
        url = self.environment["SELFBILL_DATABASE_URL"]
        assert url is not None
        return url

    def __call__(self, *arguments: str | Path, **environment: str | None) -> Answer:
        changed = {f"SELFBILL_{name.upper()}": value for name, value in environment.items()}
        result = CliRunner().invoke(app, [*map(str, arguments)], env=self.environment | changed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        raw = result.stdout_bytes
        return Answer(result.exit_code, raw.decode(errors="replace"), result.stderr, raw)


MakeCommandLine = Callable[..., CommandLine]


@pytest.fixture(scope="session")
def make_database(server: str) -> Iterator[Callable[[], str]]:
    """Makes databases of their own for the command line, which sees every agency in one; dropped at the end."""
    names: list[str] = []

    def make() -> str:
        name = f"selfbill_cli_{uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        names.append(name)
        return database_at(server, name)

    yield make
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def selfbill(make_database: Callable[[], str], tmp_path: Path) -> CommandLine:
    """A fresh installation, with an empty database."""
    return CommandLine(tmp_path / "data", make_database())


@pytest.fixture(scope="session")
def billed(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """An installation in which the small example was imported and run to its end; for looking only."""
    selfbill = CommandLine(tmp_path_factory.mktemp("billed"), make_database())
    assert selfbill("import", EXAMPLE).code == 0
    assert selfbill("run", "--until", UNTIL).code == 0
    return selfbill


@pytest.fixture
def nowhere(tmp_path: Path) -> CommandLine:
    """An installation without a database: nothing was ever made."""
    return CommandLine(tmp_path / "data", None)
