"""`selfbill doctor`: what is wrong, and what to do about it."""

import base64
import datetime as dt
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cli.conftest import CommandLine
from cli.samples import EXAMPLE
from selfbill.cli.examining_house import examine_broker, examine_server
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.finding import Finding, State
from selfbill.documents.local_smtp import LocalSmtp
from selfbill.settings import Settings
from selfbill.store.database import Database


def found(selfbill: CommandLine, what: str, **environment: str | None) -> dict[str, Any]:
    """The worst finding about one thing."""
    findings = [each for each in selfbill("doctor", "--json", **environment).json["findings"] if each["what"] == what]
    return max(findings, key=lambda each: ["ok", "warning", "failure"].index(each["state"]))


def in_schema(selfbill: CommandLine, *statements: str) -> None:
    url = selfbill.environment["SELFBILL_DATABASE_URL"]
    assert url is not None
    with psycopg.connect(url, autocommit=True, options="-c search_path=agency_zv") as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_all_is_well(billed: CommandLine, tmp_path: Path) -> None:
    with LocalSmtp(tmp_path) as server:
        answer = billed("doctor", smtp_host=server.host, smtp_port=str(server.port), smtp_tls="none")
    assert answer.code == ExitCode.DONE
    for what in (
        "database",
        "durability",
        "clock",
        "typeface",
        "ZV: tables",
        "ZV: master key",
        "ZV: read models",
        "mail",
    ):
        assert any(line.split("  ")[0].strip() == "ok" and what in line for line in answer.out.splitlines()), what


def test_before_anything_was_made(nowhere: CommandLine) -> None:
    answer = nowhere("doctor")
    assert answer.code == ExitCode.DONE
    assert "selfbill import DIR" in answer.out


def test_a_database_that_is_down(billed: CommandLine) -> None:
    answer = billed("doctor", database_url="postgresql://user:password@127.0.0.1:1/nowhere")
    assert answer.code == ExitCode.INFRASTRUCTURE
    assert "PostgreSQL cannot be reached" in answer.out


def test_the_wrong_master_key(billed: CommandLine) -> None:
    finding = found(billed, "ZV: master key", master_key=base64.b64encode(bytes(32)).decode())
    assert finding["state"] == "failure"
    assert "Put back the master key" in finding["sentence"]


def test_a_mail_server_that_is_down(billed: CommandLine) -> None:
    finding = found(billed, "mail", smtp_host="127.0.0.1", smtp_port="1")
    assert finding["state"] == "failure"
    assert "127.0.0.1:1 takes no mail" in finding["sentence"]


def test_mail_to_a_folder_is_worth_knowing(billed: CommandLine) -> None:
    assert found(billed, "mail")["state"] == "warning"


def test_a_mail_folder_that_cannot_be_written(selfbill: CommandLine) -> None:
    selfbill.data_dir.mkdir()
    (selfbill.data_dir / "mail").write_text("in the way")
    assert found(selfbill, "mail")["state"] == "failure"


def test_a_key_that_others_can_read(selfbill: CommandLine) -> None:
    selfbill("init", master_key=None)
    (selfbill.data_dir / "master.key").chmod(0o644)
    finding = found(selfbill, "master key file", master_key=None)
    assert "chmod 600" in finding["sentence"]


def test_work_and_read_models_that_are_behind(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    assert "events behind" in found(selfbill, "ZV: read models")["sentence"]
    selfbill("agenda")
    assert found(selfbill, "ZV: read models")["state"] == "ok"
    assert "Work has been left since 2026-03-" in found(selfbill, "ZV: agenda")["sentence"]


def test_tables_and_read_models_of_another_version(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    selfbill("agenda")
    in_schema(selfbill, "UPDATE read_models SET fingerprint = 'old' WHERE name = 'invoices'")
    assert found(selfbill, "ZV: read models")["sentence"].endswith("selfbill projections rebuild invoices")
    in_schema(selfbill, "INSERT INTO migrations VALUES ('9999_future', 'x')")
    assert "newer selfbill" in found(selfbill, "ZV: tables")["sentence"]
    in_schema(selfbill, "DELETE FROM migrations WHERE name IN ('9999_future', '0002_read_models')")
    assert found(selfbill, "ZV: tables")["sentence"].endswith("selfbill init")


def test_streams_that_are_left_aside(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    selfbill("agenda")
    in_schema(selfbill, "INSERT INTO parked_streams VALUES ('invoices', 'invoice:Z01-2026-0001', 7, 'KeyError: x')")
    finding = found(selfbill, "ZV: read models")
    assert finding["state"] == "failure"
    assert "invoice:Z01-2026-0001 (KeyError: x)" in finding["sentence"]


def test_clocks_that_differ(billed: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Late":
            return super().now(tz) - dt.timedelta(minutes=5)

    monkeypatch.setattr("selfbill.cli.examining_house.dt.datetime", Late)
    url = billed.environment["SELFBILL_DATABASE_URL"]
    assert url is not None
    with Database(url) as database:
        findings = {finding.what: finding for finding in examine_server(database)}
    assert findings["clock"].state is State.FAILURE
    assert "NTP" in findings["clock"].en


def test_a_server_that_may_lose_data(billed: CommandLine) -> None:
    url = billed.environment["SELFBILL_DATABASE_URL"]
    assert url is not None
    with Database(f"{url}&options=-csynchronous_commit%3Doff" if "?" in url else url) as database:

        class Lax:
            def connect(self) -> psycopg.Connection[Any]:
                connection = database.connect()
                connection.execute("SET synchronous_commit = off")
                return connection

        findings = {finding.what: finding for finding in examine_server(Lax())}  # type: ignore[arg-type]
    assert findings["durability"].state is State.FAILURE
    assert "synchronous_commit = off" in findings["durability"].nl


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1", "http://127.0.0.1"])
def test_a_broker_that_does_not_answer(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFBILL_BROKER_URL", url)
    findings: list[Finding] = list(examine_broker(Settings()))
    assert [finding.state for finding in findings] == [State.FAILURE]
