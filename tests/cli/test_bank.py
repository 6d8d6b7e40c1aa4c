"""`selfbill bank read`: what stands in bank files, in words and for a program."""

from pathlib import Path

import pytest

from cli.conftest import CommandLine
from intake.bank.a_day import OPENING, OWN, PAYMENTS, camt, camt_entry, camt_statement, csv_bunq, document, mt940_ing
from selfbill.cli.exit_codes import ExitCode


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A day as camt, as MT940 and as CSV, the next day, and one that does not add up."""
    opening = OPENING + sum(payment.amount for payment in PAYMENTS)
    next_day = document(camt_statement(camt_entry(100), opening=opening, closing=opening + 100, number=2))
    contents = {
        "day.xml": camt(),
        "day.940": mt940_ing(),
        "day.csv": csv_bunq(),
        "next.xml": next_day.replace("2026-05-14", "2026-05-15"),
        "wrong.xml": camt().replace(">121.00<", ">121.01<"),
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    return {name: tmp_path / name for name in contents}


def test_a_file_is_shown(nowhere: CommandLine, files: dict[str, Path]) -> None:
    answer = nowhere("bank", "read", files["day.xml"])
    assert answer.code == ExitCode.DONE
    for shown in ("camt.053.001.02", OWN, "1.000,00", "210,74", "1.210,74", "Café Bakker", "returned MS03 Provisie"):
        assert shown in answer.out
    assert not nowhere.data_dir.exists()


def test_oddities_are_shown_in_the_language_that_was_asked_for(nowhere: CommandLine, files: dict[str, Path]) -> None:
    assert "nobody can see whether bookings are missing" in nowhere("bank", "read", files["day.csv"]).out
    dutch = nowhere("bank", "read", files["day.csv"], "--language", "nl").out
    assert "niemand kan zien of er boekingen ontbreken" in dutch


def test_whether_files_go_on_from_each_other(nowhere: CommandLine, files: dict[str, Path]) -> None:
    assert "goes on from it" in nowhere("bank", "read", files["next.xml"], files["day.xml"]).out
    answer = nowhere("bank", "read", files["day.940"], files["day.xml"], "--json").json
    assert [step["continuity"] for step in answer["continuity"]] == ["overlap"]


def test_a_refused_file_does_not_hide_the_others(nowhere: CommandLine, files: dict[str, Path]) -> None:
    answer = nowhere("bank", "read", files["wrong.xml"], files["day.xml"])
    assert answer.code == ExitCode.DATA_REFUSED
    assert "refused, nothing of it was read" in answer.out
    assert "opening balance 1.000,00 + bookings 210,75 = 1.210,75, but the closing balance is 1.210,74" in answer.out
    assert "Café Bakker" in answer.out


def test_for_a_program(nowhere: CommandLine, files: dict[str, Path], tmp_path: Path) -> None:
    answer = nowhere("bank", "read", files["day.xml"], tmp_path / "nothing", "--json")
    assert answer.code == ExitCode.DATA_REFUSED
    day, nothing = answer.json["files"]
    (statement,) = day["statements"]
    assert (statement["account"], statement["opening"]["amount"]) == (OWN, OPENING)
    assert [entry["amount"] for entry in statement["entries"]] == [payment.amount for payment in PAYMENTS]
    assert (nothing["error"]["code"], nothing["statements"]) == ("unreadable_file", [])


def test_only_so_many_bookings_are_shown(nowhere: CommandLine, files: dict[str, Path]) -> None:
    answer = nowhere("bank", "read", files["day.xml"], "--limit", "2")
    assert "The first 2 of 5 bookings; more with --limit." in answer.err
    assert "Café Bakker" not in answer.out
