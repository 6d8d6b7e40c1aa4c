"""Direct debits from the command line: from identifying the creditor to the file for the bank."""

from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree

from cli.conftest import CommandLine
from cli.samples import EXAMPLE, UNTIL
from cli.test_showing import lines
from selfbill.cli.exit_codes import ExitCode

IDENTIFIER = "NL63ZZZ512732450000"
SIGNED = ("--signed-on", "2026-01-05")


@pytest.fixture
def selfbill(selfbill: CommandLine) -> CommandLine:
    """The small example, taken in and not run yet."""
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    return selfbill


@pytest.fixture
def collecting(selfbill: CommandLine) -> CommandLine:
    """It collects from Z01, and has run to its end."""
    assert selfbill("debit", "creditor", IDENTIFIER).code == ExitCode.DONE
    assert selfbill("debit", "mandate", "sign", "Z01", *SIGNED).code == ExitCode.DONE
    assert selfbill("run", "--until", UNTIL).code == ExitCode.DONE
    return selfbill


def test_the_creditor_is_identified_and_shown(selfbill: CommandLine) -> None:
    refused = selfbill("debit", "creditor")
    assert refused.code == ExitCode.REFUSED
    assert "selfbill debit creditor ID" in refused.err
    wrong = selfbill("debit", "creditor", "NL64ZZZ512732450000")
    assert wrong.code == ExitCode.REFUSED
    assert "check digits" in wrong.err
    assert selfbill("debit", "creditor", "nl63 zzz 512732450000", "--notice-days", "5").code == ExitCode.DONE
    shown = lines(selfbill("debit", "creditor").out)
    assert {"Creditor identifier NL63ZZZ512732450000", "BIC INGBNL2A"} <= set(shown)
    report = selfbill("debit", "creditor", "--json").json
    assert (report["identifier"], report["notice_days"], report["file_days"]) == (IDENTIFIER, 5, 1)


def test_mandates_are_signed_amended_and_revoked(selfbill: CommandLine) -> None:
    selfbill("debit", "creditor", IDENTIFIER)
    signed = selfbill("debit", "mandate", "sign", "Z01", *SIGNED, "--json").json
    assert (signed["mandate"], signed["debtor_kind"], signed["state"]) == ("INC-Z01-1", "freelancer", "active")
    again = selfbill("debit", "mandate", "sign", "Z01", *SIGNED, "--id", "OTHER")
    assert again.code == ExitCode.REFUSED
    assert "has mandate INC-Z01-1 already" in again.err
    amended = selfbill("debit", "mandate", "amend", "inc-z01-1", "--iban", "NL76SNSB0804637555")
    assert amended.out == "Mandate INC-Z01-1 is active.\n"
    assert selfbill("debit", "mandate", "unblock", "INC-Z01-1", "--reason", "x").out == (
        "Mandate INC-Z01-1 is active already.\n"
    )
    revoked = selfbill("debit", "mandate", "revoke", "INC-Z01-1", "--reason", "cancelled")
    assert revoked.out == "Mandate INC-Z01-1 is revoked.\n"
    shown = lines(selfbill("debit", "mandate", "list").out)
    assert any(line.startswith("INC-Z01-1 Z01 05-01-2026") and line.endswith("revoked cancelled") for line in shown)
    assert "NL76" not in selfbill("debit", "mandate", "list", "--json").out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("mandate", "sign", "Z99", *SIGNED), ExitCode.REFUSED, "Z99 is neither a customer nor a freelancer"),
        (("mandate", "sign", "Z01", "--signed-on", "x"), ExitCode.USAGE, "'x' is not a date"),
        (("mandate", "sign", "Z01", *SIGNED, "--as", "customer"), ExitCode.REFUSED, "Z01 is neither"),
        (("mandate", "revoke", "M1", "--reason", "x"), ExitCode.REFUSED, "This agency has no mandate M1."),
        (("plan", "Z01-2026-0001"), ExitCode.REFUSED, "This agency has no invoice Z01-2026-0001."),
        (("drop", "ZV-2026-0001", "--reason", "x"), ExitCode.REFUSED, "This agency has no invoice ZV-2026-0001."),
        (("show", "20260408-1"), ExitCode.REFUSED, "This agency has no batch 20260408-1"),
        (("submitted", "20260408-1"), ExitCode.REFUSED, "This agency has no batch 20260408-1"),
        (("cancel", "20260408-1", "--reason", "x"), ExitCode.REFUSED, "This agency has no batch 20260408-1"),
        (("make", "--collection", "x"), ExitCode.USAGE, "'x' is not a date"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    selfbill: CommandLine, arguments: tuple[str, ...], code: ExitCode, says: str
) -> None:
    selfbill("debit", "creditor", IDENTIFIER)
    answer = selfbill("debit", *arguments)
    assert answer.code == code
    assert says in answer.err
    assert answer.err.count("\n") == 1


def test_an_agency_that_does_not_collect_sees_nothing(selfbill: CommandLine) -> None:
    assert selfbill("debit", "list").out == "There are no direct debits.\n"
    assert selfbill("debit", "mandate", "list").out == "There are no direct debit mandates.\n"
    assert selfbill("debit", "plan").out == "Nothing new was planned.\n"


def test_a_batch_is_shown_written_uploaded_and_cancelled(collecting: CommandLine, tmp_path: Path) -> None:
    listed = collecting("debit", "list", "--json").json
    batch = listed["batches"][-1]["batch"]
    assert batch == "20260408-1"
    shown = collecting("debit", "show", batch, "--json").json
    assert [(item["number"], item["debtor"], item["stage"]) for item in shown["items"]] == [
        ("ZV-2026-0001", "Z01", "instructed")
    ]
    for version, file in (("08", shown["files"][1]), ("02", shown["files"][0])):
        path = tmp_path / f"{version}.xml"
        written = collecting("debit", "show", batch, "--file", path, "--format", version)
        assert file["sha256"] in written.err
        assert sha256(path.read_bytes()).hexdigest() == file["sha256"]
        assert etree.parse(path).getroot().tag == f"{{urn:iso:std:iso:20022:tech:xsd:{file['format']}}}Document"
    assert collecting("debit", "show", batch, "--file", "-").raw == (tmp_path / "08.xml").read_bytes()
    unknown = collecting("debit", "show", batch, "--file", tmp_path / "x", "--format", "09")
    assert (unknown.code, unknown.err) == (
        ExitCode.USAGE,
        "09 is no version of pain.008.001 that was made here; these are: 02, 08.\n",
    )

    assert collecting("debit", "submitted", batch).out == f"Batch {batch} is submitted.\n"
    refused = collecting("debit", "cancel", batch, "--reason", "x")
    assert refused.code == ExitCode.REFUSED
    assert "--refused-by-bank" in refused.err
    assert collecting("debit", "cancel", batch, "--reason", "x", "--refused-by-bank").out == (
        f"Batch {batch} is cancelled.\n"
    )
    assert collecting("debit", "plan", "ZV-2026-0001").code == ExitCode.DONE
    assert collecting("debit", "show", batch, "--json").json["items"][0]["stage"] == "dropped"


def test_what_is_planned_can_be_dropped_and_planned_again(collecting: CommandLine) -> None:
    announced = next(
        each["number"] for each in collecting("debit", "list", "--json").json["debits"] if each["stage"] == "announced"
    )
    assert (
        collecting("debit", "drop", announced, "--reason", "agreed").out == f"Invoice {announced} is not collected.\n"
    )
    shown = lines(collecting("debit", "list").out)
    assert any(line.startswith(announced) and line.endswith("dropped 1 agreed") for line in shown)
    planned = collecting("debit", "plan", "--debtor", "Z01", "--json").json
    assert [each["number"] for each in planned["planned"]] == [announced]
    assert planned["planned"][0]["latest"]["attempt"] == 2


def test_what_cannot_be_planned_says_why(collecting: CommandLine) -> None:
    everything = collecting("debit", "plan")
    assert everything.code == ExitCode.DONE
    assert "are of debtors without a direct debit mandate." in everything.err
    named = collecting("debit", "plan", "Z01-2026-0001", "ZV-2026-0002", "--json")
    assert named.code == ExitCode.REFUSED
    assert [(each["number"], each["code"]) for each in named.json["refused"]] == [
        ("Z01-2026-0001", "not_the_creditor"),
        ("ZV-2026-0002", "no_debit_mandate"),
    ]


def test_files_are_made_by_hand_as_well(collecting: CommandLine) -> None:
    """What is announced for 27 May 2026 has missed its day by the system's clock, so it moves instead."""
    before = {each["number"]: each for each in collecting("debit", "list", "--json").json["debits"]}
    (number,) = (each for each, row in before.items() if row["stage"] == "announced")
    assert collecting("debit", "make", "--collection", "2026-12-31").out == (
        "There is no file of direct debits to make now.\n"
    )
    assert collecting("debit", "make").out == "There is no file of direct debits to make now.\n"
    after = {each["number"]: each for each in collecting("debit", "list", "--json").json["debits"]}
    assert after[number]["stage"] == "planned"
    assert after[number]["collection_date"] > before[number]["collection_date"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_is_said_in_both_languages(collecting: CommandLine, language: str) -> None:
    words: dict[str, tuple[str, ...]] = {
        "nl": ("klaar voor de bank", "in bestand", "aangekondigd", "Incassodatum"),
        "en": ("ready for the bank", "in a file", "announced", "Collection"),
    }
    shown = collecting("debit", "list", "--language", language).out
    assert all(word in shown for word in words[language])
