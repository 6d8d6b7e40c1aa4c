"""What staff see of any day: open items as known then and as known now, ageing, and the statement of account."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pypdf import PdfReader

from cli.conftest import MASTER_KEY, CommandLine
from cli.samples import AGENCY, EXAMPLE, UNTIL
from cli.test_showing import lines
from selfbill.aggregates.catalogue import invoice_stream
from selfbill.aggregates.event import Event
from selfbill.aggregates.invoice_money import InvoiceCredited, PaymentAllocated, PaymentReleased
from selfbill.application.forgetting import forget_party
from selfbill.cli import spreadsheet
from selfbill.cli.exit_codes import ExitCode
from selfbill.clock import SimulatedClock
from selfbill.runtime.house import House, open_house
from selfbill.settings import Settings
from selfbill.store.streams import Change
from selfbill.values import Cents, FreelancerCode, InvoiceNumber, PaymentId

NUMBER = InvoiceNumber("Z01-2026-0001")
SIDES: dict[str, Any] = {
    "number": NUMBER,
    "towards": "customer",
    "debtor": "K01",
    "freelancer": FreelancerCode("Z01"),
}


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def paid(payment: str, amount: int, on: str, open_after: int) -> PaymentAllocated:
    return PaymentAllocated(
        payment=PaymentId(payment),
        amount=Cents(amount),
        received_on=dt.date.fromisoformat(on),
        open_after=Cents(open_after),
        rule="=reference",
        **SIDES,
    )


def returned(payment: str, amount: int, on: str, open_after: int) -> PaymentReleased:
    return PaymentReleased(
        payment=PaymentId(payment),
        amount=Cents(amount),
        reason="storno MD06",
        on=dt.date.fromisoformat(on),
        open_after=Cents(open_after),
        **SIDES,
    )


CREDITED = InvoiceCredited(
    credit_note=InvoiceNumber("Z01-2026-0099"),
    amount=Cents(10_000),
    on=dt.date(2026, 5, 1),
    open_after=Cents(44_492),
    **SIDES,
)
MONEY: tuple[tuple[str, Event], ...] = (
    ("2026-04-20T09:00", paid("bank/1", 40_000, "2026-04-02", 54_492)),
    ("2026-04-20T09:00", paid("bank/2", 54_492, "2026-04-10", 0)),
    ("2026-04-21T09:00", returned("bank/2", 54_492, "2026-04-15", 54_492)),
    ("2026-05-01T09:00", CREDITED),
)
"""A statement of the bank that came late, a return, and a credit note: 444.92 is left of 944.92."""


def in_the_house(selfbill: CommandLine, folder: Path, do: Callable[[House], None]) -> None:
    settings = Settings(
        data_dir=folder,
        database_url=SecretStr(str(selfbill.environment["SELFBILL_DATABASE_URL"])),
        master_key=SecretStr(MASTER_KEY),
    )
    with open_house(settings, AGENCY) as house:
        do(house)


def money_came_and_went(house: House) -> None:
    stream = invoice_stream(NUMBER)
    for at, event in MONEY:
        version = house.store.streams.load(stream).version
        house.store.streams.save([Change(stream, version, [event])], at=moment(at), by="staff:anna", cause="test")


@pytest.fixture(scope="module")
def selfbill(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The small example, run to its end, in which money came and went; for looking only."""
    selfbill = CommandLine(tmp_path_factory.mktemp("any-day"), make_database())
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    assert selfbill("run", "--until", UNTIL).code == ExitCode.DONE
    in_the_house(selfbill, tmp_path_factory.mktemp("money"), money_came_and_went)
    return selfbill


def open_of(selfbill: CommandLine, *options: str) -> dict[str, int]:
    items = selfbill("open-items", "--debtor", "K01", *options, "--json").json["items"]
    return {item["number"]: item["open"] for item in items}


@pytest.mark.parametrize(
    ("day", "known", "still_open"),
    [
        ("2026-03-23", "now", None),
        ("2026-03-24", "now", 94_492),
        ("2026-04-02", "now", 54_492),
        ("2026-04-02", "then", 94_492),
        ("2026-04-10", "now", None),
        ("2026-04-10", "then", 94_492),
        ("2026-04-10", "2026-04-20T10:59", 94_492),
        ("2026-04-10", "2026-04-20T11:00", None),
        ("2026-04-15", "now", 54_492),
        ("2026-04-20", "then", None),
        ("2026-04-21", "then", 54_492),
        ("2026-04-30", "now", 54_492),
        ("2026-05-01", "now", 44_492),
        ("2026-05-01", "then", 44_492),
    ],
)
def test_what_was_open_on_a_day(selfbill: CommandLine, day: str, known: str, still_open: int | None) -> None:
    assert open_of(selfbill, "--as-of", day, "--known", known).get(NUMBER) == still_open
    assert open_of(selfbill, "--as-of", day) == open_of(selfbill, "--as-of", day, "--known", "nu")


def test_in_the_far_future_everything_is_as_without_a_day(selfbill: CommandLine) -> None:
    def items(*options: str) -> list[dict[str, Any]]:
        found = selfbill("open-items", *options, "--json").json["items"]
        return [{key: item[key] for key in ("number", "debtor", "total", "open", "due", "date")} for item in found]

    assert items("--as-of", "2099-12-31") == items()
    assert len(items()) == 26


def test_what_was_known_then_is_said(selfbill: CommandLine) -> None:
    shown = lines(selfbill("open-items", "--debtor", "K01", "--as-of", "2026-04-10", "--known", "then").out)
    assert "As known on Fri 10-04-2026 23:59." in shown
    assert any(line.startswith("Open on 10-04-2026 ") for line in shown)
    assert not any("As known" in line for line in lines(selfbill("open-items", "--as-of", "2026-04-10").out))


def test_only_what_is_owed_to_one_creditor(selfbill: CommandLine) -> None:
    def creditors(code: str) -> set[str]:
        found = selfbill("open-items", "--creditor", code, "--as-of", "2026-05-14", "--json").json["items"]
        return {item["creditor"] for item in found}

    assert creditors("Z01") == {"Z01"}
    assert creditors("agency") == {"agency"}
    assert selfbill("open-items", "--creditor", "Z99").code == ExitCode.REFUSED


def test_the_ageing_has_a_row_for_each_debtor_and_adds_up(selfbill: CommandLine) -> None:
    report = selfbill("ageing", "--as-of", "2026-05-14", "--json").json
    items = selfbill("open-items", "--as-of", "2026-05-14", "--json").json
    assert report["totals"]["open"] == sum(item["open"] for item in items["items"])
    by_age = [each["open"] for each in items["ageing"]]
    assert [report["totals"][name] for name in ("not_due", "late_1", "late_31", "late_61", "late_91")] == by_age
    (of_k01,) = [row for row in report["debtors"] if row["debtor"] == "K01"]
    assert (of_k01["name"], of_k01["last_receipt"]) == ("Woonzorgcentrum De Linde", "2026-04-02")
    assert of_k01["open"] == sum(item["open"] for item in items["items"] if item["debtor"] == "K01")
    shown = lines(selfbill("ageing", "--as-of", "2026-05-14").out)
    assert "Ageing on 14-05-2026" in shown
    assert any(line.startswith("K01 Woonzorgcentrum De Linde ") and line.endswith(" 02-04-2026") for line in shown)
    dutch = lines(selfbill("ageing", "--as-of", "2026-05-14", "--language", "nl").out)
    assert any(line.startswith("Debiteur Naam Niet vervallen 1 - 30 31 - 60 61 - 90 > 90 dagen") for line in dutch)


def test_an_invoice_and_the_list_show_what_was_paid_and_credited(selfbill: CommandLine) -> None:
    shown = lines(selfbill("invoice", NUMBER).out)
    assert {"Total 944.92", "Paid 400.00", "Credited 100.00 Z01-2026-0099", "Open 444.92"} <= set(shown)
    listed = lines(selfbill("invoices", "--customer", "K01").out)
    assert "Z01-2026-0001 24-03-2026 07-04-2026 Z01 K01 P01 944.92 400.00 100.00 444.92 delivered" in listed


def statement(selfbill: CommandLine, *options: str) -> Any:
    return selfbill("account", "K01", *options, "--json").json


def test_a_statement_runs_from_opening_to_closing_balance(selfbill: CommandLine) -> None:
    told = statement(selfbill, "--from", "2026-04-01", "--until", "2026-04-30")
    changes = [entry["movement"]["amount"] for entry in told["entries"]]
    balances = [entry["balance"] for entry in told["entries"]]
    assert told["opening"] == statement(selfbill, "--until", "2026-03-31")["closing"]
    assert told["closing"] == told["opening"] + sum(changes) == balances[-1]
    assert told["closing"] == sum(item["open"] for item in told["items"])
    assert {entry["movement"]["what"] for entry in told["entries"]} == {"invoice", "payment", "release"}
    assert told["name"] == "Woonzorgcentrum De Linde"


def test_a_statement_as_known_then_has_not_what_came_in_later(selfbill: CommandLine) -> None:
    then = statement(selfbill, "--until", "2026-04-10", "--known", "then")
    now = statement(selfbill, "--until", "2026-04-10")
    assert then["closing"] == now["closing"] + 94_492
    assert [entry["movement"]["what"] for entry in then["entries"] if entry not in now["entries"]] != []
    assert "payment" not in {entry["movement"]["what"] for entry in then["entries"]}


def test_the_screen_says_what_happened_and_why(selfbill: CommandLine) -> None:
    shown = lines(selfbill("account", "K01", "--from", "2026-04-02", "--until", "2026-05-14").out)
    assert "Account of K01 Woonzorgcentrum De Linde" in shown
    assert any(line.startswith("02-04-2026 Opening balance") for line in shown)
    assert any(line.startswith("02-04-2026 Payment Z01-2026-0001 Z01 400.00") for line in shown)
    assert any(line.startswith("15-04-2026 Payment returned Z01-2026-0001 Z01 544.92") for line in shown)
    assert any(line.endswith("21-04-2026 storno MD06") for line in shown)
    assert any(line.startswith("01-05-2026 Credit note Z01-2026-0099 Z01-2026-0001 Z01 100.00") for line in shown)
    assert "Z01-2026-0001 07-04-2026 37 444.92 02-04-2026" in shown


def test_a_freelancers_account_is_with_the_agency(selfbill: CommandLine) -> None:
    told = selfbill("account", "Z01", "--until", "2026-05-14", "--json").json
    assert told["debtor_kind"] == "freelancer"
    assert {item["creditor"] for item in told["items"]} == {"agency"}
    assert told["closing"] == 9603 + 21520 + 2420 + 1210


def test_the_letter_says_the_same_and_no_reasons(selfbill: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "statement.pdf"
    answer = selfbill("account", "K01", "--until", "2026-05-14", "--pdf", file)
    assert answer.code == ExitCode.DONE
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(file, strict=True).pages)
    assert "Rekeningoverzicht tot en met 14-05-2026" in text
    assert "Dorpsstraat 100" in text
    assert "De Vries" in text, "of several creditors each is named"
    assert "storno" not in text
    assert "reference" not in text
    only = tmp_path / "of-one.pdf"
    selfbill("account", "K01", "--until", "2026-05-14", "--creditor", "Z03", "--pdf", only)
    text = " ".join(PdfReader(only).pages[0].extract_text().split())
    assert "Zorg door Fatima" in text
    assert selfbill("account", "K01", "--pdf", "-").raw.startswith(b"%PDF-")


def read(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_spreadsheet_has_every_movement_once(selfbill: CommandLine, tmp_path: Path) -> None:
    options = ("account", "K01", "--until", "2026-05-14", "--language", "nl")
    heading, first, *told, last = read(selfbill(*options, "--csv", "-").raw)
    assert heading == ["Datum", "Omschrijving", "Factuur", "Schuldeiser", "Bij", "Af", "Saldo"]
    assert first == ["", "Beginsaldo", "", "", "", "", "0,00"]
    assert ["2026-04-02", "Betaling", NUMBER, "Z01", "", "400,00"] in [row[:6] for row in told]
    assert last[:2] == ["2026-05-14", "Eindsaldo"]
    assert last[6] == told[-1][6]
    file = tmp_path / "account.csv"
    assert "regels" in selfbill(*options, "--csv", file).err
    assert read(file.read_bytes())[0] == heading


def test_open_items_and_ageing_open_in_a_spreadsheet(selfbill: CommandLine) -> None:
    heading, *rows = read(selfbill("open-items", "--csv", "-", "--language", "nl").raw)
    assert heading[:3] == ["Factuur", "Debiteur", "Schuldeiser"]
    assert len(rows) == 26
    (row,) = [row for row in rows if row[0] == NUMBER]
    assert (row[6:8], row[9]) == (["944,92", "444,92"], "2026-04-02")
    heading, *rows = read(selfbill("ageing", "--as-of", "2026-05-14", "--csv", "-").raw)
    assert heading[0] == "Debtor"
    assert ["K01", "Woonzorgcentrum De Linde"] in [row[:2] for row in rows]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+31612345678", "'+31612345678"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("a=b", "a=b"),
        ('x;"y"', 'x;"y"'),
        ("Zoë", "Zoë"),
        (Decimal("-1234567.5"), "-1234567,50"),
        (Decimal(0), "0,00"),
        (dt.date(2026, 4, 2), "2026-04-02"),
        (None, ""),
        (37, "37"),
    ],
)
def test_a_cell_is_what_it_says_and_never_a_formula(cell: spreadsheet.Cell, written: str) -> None:
    assert read(spreadsheet.content(["a"], [[cell]]))[1] == [written]


def test_cents_are_exact_in_euros() -> None:
    assert [str(spreadsheet.in_euros(Cents(cents))) for cents in (-5, 0, 123456)] == ["-0.05", "0.00", "1234.56"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("account", "K99"), ExitCode.REFUSED, "K99 is neither a customer nor a freelancer"),
        (("account", "K01", "--as", "freelancer"), ExitCode.REFUSED, "K01 is neither"),
        (("account", "K01", "--from", "2026-05-02", "--until", "2026-05-01"), ExitCode.USAGE, "ends before that"),
        (("account", "K01", "--until", "yesterday"), ExitCode.USAGE, "not a date"),
        (("open-items", "--known", "always"), ExitCode.USAGE, "'always' is not then"),
        (("ageing", "--as-of", "2026-13-01"), ExitCode.USAGE, "not a date"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    selfbill: CommandLine, arguments: tuple[str, ...], code: ExitCode, words: str
) -> None:
    answer = selfbill(*arguments)
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.words


def test_whoever_was_forgotten_has_no_name_and_gets_no_letter(make_database: Callable[[], str], tmp_path: Path) -> None:
    selfbill = CommandLine(tmp_path / "data", make_database())
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    assert "Kees Postma" in selfbill("account", "K03").out

    def forget(house: House) -> None:
        office = house.office(SimulatedClock(moment("2026-05-14T09:00")), by="staff:anna")
        forget_party(office, house.store, stream="customer:K03", reason="verzoek", last_document=None)

    in_the_house(selfbill, tmp_path, forget)
    assert "Postma" not in selfbill("account", "K03").out
    assert selfbill("account", "K03", "--json").json["name"] is None
    answer = selfbill("account", "K03", "--pdf", tmp_path / "letter.pdf")
    assert answer.code == ExitCode.REFUSED
    assert "no name and address of K03" in answer.words
    assert not (tmp_path / "letter.pdf").exists()
