"""`selfbill import` and `selfbill init`: taken in whole, or refused with every reason."""

import os
from pathlib import Path

from cli.conftest import CommandLine
from cli.samples import AGENCY, EXAMPLE, copied, with_text
from selfbill.cli.exit_codes import ExitCode
from selfbill.store.database import Database


def agencies(selfbill: CommandLine) -> list[str]:
    url = selfbill.environment["SELFBILL_DATABASE_URL"]
    assert url is not None
    with Database(url) as database:
        return database.agencies()


def broken(target: Path) -> Path:
    """The example with three cells wrong, in three files."""
    folder = copied(target)
    with_text(folder, "customers.csv", "NL98RABO0850829135", "NL99RABO0850829135")
    with_text(folder, "rates.csv", "60,00", "-60,00")
    return with_text(folder, "hours.csv", "07:00", "25:00")


def test_a_folder_is_taken_in_and_its_agency_made(selfbill: CommandLine) -> None:
    answer = selfbill("import", EXAMPLE)
    assert answer.code == ExitCode.DONE
    assert "was taken in for agency ZV" in answer.out
    assert "selfbill run --agency ZV --until 2026-05-14T00:00" in answer.out
    assert agencies(selfbill) == [AGENCY]


def test_once_more_changes_nothing(selfbill: CommandLine) -> None:
    first = selfbill("import", EXAMPLE, "--json")
    again = selfbill("import", EXAMPLE, "--json")
    assert first.json["saved"]
    assert first.json["counts"]["freelancers"] == {"new": 3, "changed": 0, "unchanged": 0}
    assert not again.json["saved"]
    assert again.json["counts"]["freelancers"] == {"new": 0, "changed": 0, "unchanged": 3}
    assert "had been taken in for agency ZV already; nothing changed." in selfbill("import", EXAMPLE).out


def test_a_rehearsal_stores_nothing(selfbill: CommandLine, nowhere: CommandLine) -> None:
    answer = selfbill("import", EXAMPLE, "--dry-run")
    assert answer.code == ExitCode.DONE
    assert "nothing was stored" in answer.out
    assert agencies(selfbill) == []
    assert nowhere("import", EXAMPLE, "--dry-run").code == ExitCode.DONE
    assert not nowhere.data_dir.exists()


def test_a_rehearsal_knows_what_was_taken_in_before(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    report = selfbill("import", EXAMPLE, "--dry-run", "--json").json
    assert report["counts"]["customers"]["unchanged"] == 4


def test_every_error_stands_in_the_table(selfbill: CommandLine, tmp_path: Path) -> None:
    answer = selfbill("import", broken(tmp_path / "folder"))
    assert answer.code == ExitCode.DATA_REFUSED
    lines = answer.out.splitlines()
    for where, column, value in (
        ("customers.csv:2", "iban", "NL99RABO0850829135"),
        ("rates.csv:2", "rate", "-60,00"),
        ("hours.csv:2", "start", "25:00"),
    ):
        assert any(line.split()[:3] == [where, column, value] for line in lines)
    assert "was not taken in: 3 errors. Put them right and try again" in answer.err
    assert agencies(selfbill) == []


def test_a_program_gets_every_error_as_json(selfbill: CommandLine, tmp_path: Path) -> None:
    answer = selfbill("import", broken(tmp_path / "folder"), "--json", "--dry-run")
    assert answer.code == ExitCode.DATA_REFUSED
    assert answer.err == ""
    errors = answer.json["errors"]
    assert [(error["file"], error["line"], error["column"]) for error in errors] == [
        ("customers.csv", 2, "iban"),
        ("rates.csv", 2, "rate"),
        ("hours.csv", 2, "start"),
    ]
    assert {"file", "line", "column", "value", "code", "reason"} == set(errors[0])


def test_a_refusal_against_what_was_taken_in_leaves_it_alone(selfbill: CommandLine, tmp_path: Path) -> None:
    selfbill("import", EXAMPLE)
    assert selfbill("import", broken(tmp_path / "folder")).code == ExitCode.DATA_REFUSED
    assert not selfbill("import", EXAMPLE, "--json").json["saved"]


def test_values_are_shown_as_they_are_and_never_as_markup(selfbill: CommandLine, tmp_path: Path) -> None:
    folder = with_text(copied(tmp_path / "folder"), "rates.csv", "60,00", "[red]60[/red]")
    assert "[red]60[/red]" in selfbill("import", folder).out


def test_init_says_what_it_made(selfbill: CommandLine) -> None:
    first = selfbill("init", master_key=None)
    assert first.code == ExitCode.DONE
    assert "master.key (made now)" in first.out
    assert "of SELFBILL_DATABASE_URL" in first.out
    assert "There is no agency yet" in first.out
    assert (selfbill.data_dir / "master.key").stat().st_mode & 0o777 == 0o600
    assert "(was there)" in selfbill("init", master_key=None).out


def test_init_brings_agencies_up_to_date(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    report = selfbill("init", "--json").json
    assert report["agencies"] == [{"code": "ZV", "schema": "agency_zv"}]
    assert report["server"]["own"] is False


def test_init_makes_a_server_of_its_own(nowhere: CommandLine) -> None:
    answer = nowhere("init")
    assert answer.code == ExitCode.DONE, answer.err
    assert f"in {nowhere.data_dir / 'postgres'} (made now)" in answer.out
    assert os.path.exists(nowhere.data_dir / "postgres" / "PG_VERSION")  # noqa: PTH110 - the directory is the server's own
