"""`selfbill bank`: statements are taken in, and people see and say what is paid by them."""

import datetime as dt
from pathlib import Path

import pytest

from cli.conftest import CommandLine
from cli.samples import EXAMPLE
from intake.bank.a_day import Payment
from runtime.bank_files import camt_of
from selfbill.cli.exit_codes import ExitCode
from selfbill.identifiers import dutch_iban

Z01 = "NL61RABO0941673987"
FIRST, SECOND, FOURTH = "Z01-2026-0001", "Z01-2026-0002", "Z01-2026-0004"
LINDE, BOUWMAN = dutch_iban("RABO", "300065264"), dutch_iban("TRIO", "254400001")
PAYMENTS = (
    Payment(amount=94492, name="De Linde", iban=LINDE, text=f"factuur {FIRST}", end_to_end="E1"),
    Payment(amount=34125, name="Bouwman", iban=BOUWMAN, text="zorg maart", end_to_end="E2"),
    Payment(amount=-4500, name="Supermarkt", iban=BOUWMAN, text="boodschappen", end_to_end="E3"),
    Payment(amount=500, name="Iemand", text="tikkie", iban=LINDE, end_to_end="E4"),
)


@pytest.fixture
def billed(selfbill: CommandLine) -> CommandLine:
    """The sample agency on 20 April 2026."""
    selfbill("import", EXAMPLE)
    selfbill("run", "--until", "2026-04-20T12:00")
    return selfbill


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "april.xml"
    path.write_bytes(camt_of(Z01, dt.date(2026, 4, 17), PAYMENTS))
    return path


def ids(selfbill: CommandLine) -> dict[int, str]:
    """The payments by amount."""
    return {each["amount"]: each["payment"] for each in selfbill("bank", "payments", "--json").json["payments"]}


def test_a_statement_is_taken_in_and_matched(billed: CommandLine, file: Path) -> None:
    answer = billed("bank", "import", file)
    assert answer.code == ExitCode.DONE
    assert "1 certain and allocated, 2 with a proposal, 1 to be looked into." in answer.words
    assert "Look with: selfbill bank payments --work" in answer.words
    again = billed("bank", "import", file)
    assert "was taken in before" in again.words
    assert billed("bank", "import", file, "--json").json["files"][0]["statements"][0]["new"] == 0
    assert Z01 in billed("bank", "statements").out
    assert FIRST not in billed("open-items", "--debtor", "K01").out


def test_what_is_left_is_shown_and_decided_on(billed: CommandLine, file: Path) -> None:
    billed("bank", "import", file)
    work = billed("bank", "payments", "--work", "--json").json["payments"]
    assert sorted(each["amount"] for each in work) == [-4500, 500, 34125]
    by_amount = ids(billed)

    shown = billed("bank", "payment", by_amount[34125][:8])
    assert "Only the amount fits exactly." in shown.words
    assert f"selfbill bank accept {by_amount[34125][:8]} --proposal N" in shown.words
    accepted = billed("bank", "accept", by_amount[34125][:8])
    assert FOURTH in accepted.out
    assert billed("open-items", "--debtor", "K02", "--json").json["items"][0]["number"] != FOURTH

    aside = billed("bank", "set-aside", by_amount[-4500], "--reason", "boodschappen van Z01")
    assert "set aside" in aside.words
    assert billed("bank", "take-up", by_amount[-4500], "--reason", "toch niet").code == ExitCode.DONE

    allocated = billed("bank", "allocate", by_amount[500], f"{SECOND}=3,50", "--json").json
    assert allocated["left"] == 150
    rest = billed("bank", "allocate", by_amount[500], SECOND, "--json").json
    assert rest["left"] == 0
    back = billed("bank", "take-back", by_amount[500], SECOND, "--reason", "van de buren", "--json").json
    assert back["left"] == 500
    assert all(each["taken_back"] == "van de buren" for each in back["allocations"])
    assert billed("bank", "match", "--json").json["matched"] == {"proposed": 1, "unmatched": 1}


def test_two_payments_that_undo_each_other(billed: CommandLine, file: Path) -> None:
    billed("bank", "import", file)
    by_amount = ids(billed)
    answer = billed("bank", "set-off", by_amount[500], by_amount[-4500], "--reason", "teruggegeven")
    assert "teruggegeven" in answer.words
    assert billed("bank", "payment", by_amount[-4500], "--json").json["left"] == -4000
    parted = billed(
        "bank", "set-off", by_amount[500], by_amount[-4500], "--undo", "--reason", "toch niet", "--json"
    ).json
    assert (parted["left"], parted["offsets"]) == (500, [])
    again = billed("bank", "set-off", by_amount[500], by_amount[-4500], "--undo", "--reason", "toch niet")
    assert "were not set off against each other" in again.words


def test_what_a_creditor_received(billed: CommandLine) -> None:
    answer = billed("bank", "received", FIRST, "--on", "2026-04-16", "--json").json
    assert (answer["amount"], answer["left"], answer["source"]) == (94492, 0, "creditor")
    assert "Paid 944.92" in " ".join(billed("invoice", FIRST).out.split())


def test_whose_an_account_is(billed: CommandLine, tmp_path: Path) -> None:
    other = dutch_iban("KNAB", "731999301")
    path = tmp_path / "knab.xml"
    path.write_bytes(camt_of(other, dt.date(2026, 4, 17), PAYMENTS))
    refused = billed("bank", "import", path)
    assert refused.code == ExitCode.DATA_REFUSED
    assert f"Say so first: selfbill bank account {other} --of CODE" in refused.words
    assert billed("bank", "import", path, "--json").json["files"][0]["refusal"]["code"] == "unknown_account"
    assert other in billed("bank", "account", other, "--of", "Z01").out
    assert Z01 in billed("bank", "account").out
    assert billed("bank", "import", path).code == ExitCode.DONE


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("payment", "zzz"), "There is no payment zzz. Look with: selfbill bank payments"),
        (("payment", ""), "Several payments begin with . Type more of it."),
        (("received", "Z01-2026-0099", "--on", "2026-04-16"), "This agency has no invoice Z01-2026-0099."),
        (("received", FIRST, "veel", "--on", "2026-04-16"), "'veel' is no amount."),
        (("received", FIRST, "--on", "gisteren"), "gisteren"),
        (("account", "NL00RABO0941673987"), "NL00RABO0941673987 is no valid IBAN."),
    ],
)
def test_what_is_mistyped_is_said(billed: CommandLine, file: Path, arguments: tuple[str, ...], sentence: str) -> None:
    billed("bank", "import", file)
    answer = billed("bank", *arguments)
    assert answer.code in (ExitCode.REFUSED, ExitCode.USAGE)
    assert sentence in answer.words


def test_a_wrong_file_does_not_keep_the_others_out(billed: CommandLine, file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.xml"
    wrong.write_text(file.read_text().replace(">944.92<", ">944.93<", 1))
    answer = billed("bank", "import", wrong, tmp_path / "nowhere", file)
    assert answer.code == ExitCode.DATA_REFUSED
    assert answer.out.count("refused, nothing of it was taken in") == 2
    assert len(ids(billed)) == len(PAYMENTS)
