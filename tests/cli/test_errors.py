"""Whatever goes wrong is one sentence with a next step, and an exit code."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import CommandLine
from cli.samples import AGENCY, EXAMPLE
from selfbill.cli.exit_codes import ExitCode
from selfbill.store.database import Database

READING = (
    ["invoices"],
    ["agenda"],
    ["open-items"],
    ["card", "K01"],
    ["invoice", "Z01-2026-0001"],
    ["run", "--until", "2026-05-01"],
)


def is_one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith((".\n", "?\n")) and "Traceback" not in text


@pytest.mark.parametrize("arguments", READING, ids=lambda arguments: arguments[0])
def test_where_nothing_was_ever_made_looking_makes_nothing(nowhere: CommandLine, arguments: list[str]) -> None:
    answer = nowhere(*arguments)
    assert answer.code == ExitCode.REFUSED
    assert "selfbill import DIR" in answer.err
    assert is_one_sentence(answer.err)
    assert answer.out == ""
    assert not nowhere.data_dir.exists()


@pytest.mark.parametrize("arguments", READING, ids=lambda arguments: arguments[0])
def test_an_empty_database_says_how_to_begin(selfbill: CommandLine, arguments: list[str]) -> None:
    answer = selfbill(*arguments)
    assert answer.code == ExitCode.REFUSED
    assert answer.err == "There is no agency in this database yet. Start with: selfbill import DIR.\n"


def test_sentences_are_dutch_unless_somebody_asks_otherwise(selfbill: CommandLine) -> None:
    assert (
        selfbill("invoices", language=None).err
        == "Er is nog geen bureau in deze database. Begin met: selfbill import MAP.\n"
    )
    assert selfbill("invoices", "--language", "en", language=None).err.startswith("There is no agency")


def test_a_database_that_is_down_is_named_without_its_password(selfbill: CommandLine) -> None:
    answer = selfbill("invoices", database_url="postgresql://user:password@127.0.0.1:1/nowhere")
    assert answer.code == ExitCode.INFRASTRUCTURE
    assert "PostgreSQL cannot be reached" in answer.err
    assert "SELFBILL_DATABASE_URL" in answer.err
    assert "password" not in answer.err
    assert is_one_sentence(answer.err)


def test_an_address_that_is_none_is_refused_without_its_password(selfbill: CommandLine) -> None:
    answer = selfbill("invoices", database_url="postgres//user:password@127.0.0.1/x")
    assert answer.code == ExitCode.USAGE
    assert "is not an address of PostgreSQL" in answer.err
    assert is_one_sentence(answer.err)


@pytest.mark.parametrize("arguments", [["run", "--until", "2026-06-01"], ["invoices"], ["import", str(EXAMPLE)]])
def test_the_wrong_master_key_changes_nothing(billed: CommandLine, arguments: list[str]) -> None:
    other = base64.b64encode(bytes(32)).decode()
    answer = billed(*arguments, master_key=other)
    assert answer.code == ExitCode.INFRASTRUCTURE
    assert "The master key does not open the key of" in answer.err
    assert is_one_sentence(answer.err)


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("master_key", "short", "SELFBILL_MASTER_KEY is not base64; make one with: openssl rand -base64 32"),
        ("workers", "many", "SELFBILL_WORKERS"),
        ("smtp_tls", "perhaps", "SELFBILL_SMTP_TLS"),
    ],
)
def test_a_wrong_setting_is_named(selfbill: CommandLine, setting: str, value: str, says: str) -> None:
    answer = selfbill("invoices", **{setting: value})
    assert answer.code == ExitCode.USAGE
    assert says in answer.err
    assert is_one_sentence(answer.err)


def test_an_unknown_setting_in_the_file_is_named(
    selfbill: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "selfbill.toml").write_text('smtp_hots = "mail.example.org"\n')
    monkeypatch.chdir(tmp_path)
    answer = selfbill("invoices")
    assert answer.code == ExitCode.USAGE
    assert "SMTP_HOTS" in answer.err


def test_a_home_directory_in_the_file_is_found(
    nowhere: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "selfbill.toml").write_text('data_dir = "~/care"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    nowhere.environment["SELFBILL_DATA_DIR"] = None
    assert f"There are no data in {tmp_path / 'home' / 'care'} yet." in nowhere("invoices").err


def test_one_of_several_agencies_must_be_chosen(billed: CommandLine) -> None:
    assert billed.environment["SELFBILL_DATABASE_URL"] is not None
    with Database(billed.environment["SELFBILL_DATABASE_URL"]) as database:
        database.create_agency("AA")
        try:
            answer = billed("invoices")
            assert (answer.code, answer.err) == (
                ExitCode.USAGE,
                "There are several agencies: AA, ZV. Choose one with --agency.\n",
            )
            assert billed("invoices", "--agency", AGENCY.lower()).code == ExitCode.DONE
        finally:
            database.drop_agency("AA")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["invoices", "--agency", "XX"], ExitCode.REFUSED, "There is no agency XX; there is: ZV."),
        (["invoice", "Z99-2026-0001"], ExitCode.REFUSED, "There is no invoice Z99-2026-0001."),
        (["card", "K99"], ExitCode.REFUSED, "K99 is neither a customer nor a freelancer of this agency."),
        (["card", "vis"], ExitCode.REFUSED, "Do you mean: K02 (Anna Visser)"),
        (["invoices", "--customer", "K99"], ExitCode.REFUSED, "K99 is neither a customer nor a freelancer"),
        (["invoices", "--freelancer", "K01"], ExitCode.REFUSED, "K01 is neither"),
        (["open-items", "--debtor", "K99"], ExitCode.REFUSED, "K99 is neither"),
        (["open-items", "--on", "yesterday"], ExitCode.USAGE, "'yesterday' is not a date such as 2026-05-14."),
        (["agenda", "--policy", "lunch"], ExitCode.USAGE, "lunch is no policy; these are: take_in,"),
        (["agenda", "--until", "noon"], ExitCode.USAGE, "'noon' is not a moment such as 2026-05-14T00:00"),
        (["run", "--until", "2026-03-29T02:30"], ExitCode.USAGE, "'2026-03-29T02:30' is not a moment"),
        (["projections", "rebuild"], ExitCode.USAGE, "Name a read model, or give --all."),
        (["projections", "rebuild", "lunch"], ExitCode.USAGE, "lunch is no read model; these are: agenda,"),
        (["worker"], ExitCode.USAGE, "Without SELFBILL_BROKER_URL"),
    ],
)
def test_what_is_not_there_is_said(billed: CommandLine, arguments: list[str], code: ExitCode, says: str) -> None:
    answer = billed(*arguments)
    assert answer.code == code
    assert says in answer.err
    assert is_one_sentence(answer.err)
    assert answer.out == ""


def test_a_folder_that_is_not_there(selfbill: CommandLine, tmp_path: Path) -> None:
    answer = selfbill("import", tmp_path / "nothing")
    assert answer.code == ExitCode.REFUSED
    assert f"The folder {tmp_path / 'nothing'} is not there." in answer.err


def test_a_file_that_cannot_be_written(billed: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    inside = tmp_path / "file" / "x.pdf"
    for answer in (billed("export", tmp_path / "file"), billed("invoice", "Z01-2026-0001", "--pdf", inside)):
        assert answer.code == ExitCode.REFUSED
        assert "cannot be written" in answer.err
        assert is_one_sentence(answer.err)


def test_usage_errors_end_with_two(billed: CommandLine) -> None:
    assert billed("invoices", "--nonsense").code == ExitCode.USAGE
    assert billed("nonsense").code == ExitCode.USAGE
    assert billed("invoices", "--limit", "0").code == ExitCode.USAGE


def test_what_nobody_foresaw_is_one_sentence_and_a_traceback_on_request(
    billed: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a wheel came off")

    monkeypatch.setattr("selfbill.cli.invoices.show_invoices", broken)
    answer = billed("invoices")
    assert answer.code == ExitCode.REFUSED
    assert "RuntimeError: a wheel came off" in answer.err
    assert "--debug" in answer.err
    assert is_one_sentence(answer.err)
    assert "Traceback" in billed("invoices", "--debug").err


def test_a_reader_who_leaves_early_is_no_error(billed: CommandLine) -> None:
    environment = {key: value for key, value in (os.environ | billed.environment).items() if value is not None}
    command = f"{sys.executable} -m selfbill invoices --json --limit 1000 | head -c 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], env=environment, capture_output=True, check=False
    )
    assert done.stderr == b""
    assert done.stdout == b"{"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_stops_cleanly_when_told(
    make_database: Callable[[], str], tmp_path: Path, number: signal.Signals
) -> None:
    selfbill = CommandLine(tmp_path, make_database())
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    environment = {key: value for key, value in (os.environ | selfbill.environment).items() if value is not None}
    with subprocess.Popen(
        [sys.executable, "-m", "selfbill", "run"], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "the clock is running" in process.stderr.readline()
        process.send_signal(number)
        rest = process.stderr.read()
    assert process.returncode == ExitCode.DONE
    assert "Stopped" in rest
    assert "Traceback" not in rest
