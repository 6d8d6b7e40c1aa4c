"""What staff do about invoices that are wrong: credit, reopen, bill anew, set off, write off; on the small example."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from pypdf import PdfReader

from cli.conftest import MASTER_KEY, CommandLine
from cli.samples import AGENCY, EXAMPLE, UNTIL, rows_of
from cli.test_export import NAMES
from cli.test_showing import lines
from selfbill.application.office import Office
from selfbill.application.receiving import mark_received
from selfbill.application.setting_up import agree_rate
from selfbill.application.timesheets import approve_hours, submit_hours
from selfbill.cli.exit_codes import ExitCode
from selfbill.moments import local_time
from selfbill.pricing.terms import Rate, Shift, VatTreatment
from selfbill.runtime.house import open_house
from selfbill.settings import Settings
from selfbill.values import Cents, InvoiceNumber, IsoWeek, PaymentId, PlacementCode

NUMBER = InvoiceNumber("Z01-2026-0001")
"""K01's, of week 12: 944.92 euros, of which the last line is 11.32 for travel."""
P01, WEEK = PlacementCode("P01"), IsoWeek(2026, 12)


@pytest.fixture
def run(selfbill: CommandLine) -> CommandLine:
    """The small example, billed to its end."""
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    assert selfbill("run", "--until", UNTIL).code == ExitCode.DONE
    return selfbill


@contextmanager
def office(selfbill: CommandLine) -> Iterator[Office]:
    """For what comes in by the portals and has no command."""
    settings = Settings(
        data_dir=selfbill.data_dir,
        database_url=SecretStr(selfbill.database_url),
        master_key=SecretStr(MASTER_KEY),
    )
    with open_house(settings, AGENCY) as house:
        yield house.office(by="customer:K01/1", cause="test")


def deliver(selfbill: CommandLine) -> None:
    tomorrow = local_time(dt.datetime.now(dt.UTC)).date() + dt.timedelta(days=1)
    assert selfbill("run", "--until", f"{tomorrow}T00:00").code == ExitCode.DONE


def credit_notes(selfbill: CommandLine) -> list[str]:
    return [one["number"] for one in selfbill("invoices", "--json").json["invoices"] if one["kind"] == "credit_note"]


def test_looking_stores_nothing(run: CommandLine) -> None:
    answer = run("credit", NUMBER, "--reason", "Dubbel", "--dry-run")
    assert answer.code == ExitCode.DONE
    assert "-944.92" in answer.out
    assert "Nothing was stored" in answer.out
    assert credit_notes(run) == []


def test_an_invoice_is_credited_whole_with_its_commission(run: CommandLine, tmp_path: Path) -> None:
    report = run("credit", NUMBER, "--reason", "Dienst dubbel opgegeven", "--json").json
    assert report["done"]
    note, *commission = report["credit_notes"]
    assert (note["original"], note["total"]) == (NUMBER, -94492)
    assert [each["becomes"] for each in report["commission"]] == [0, 0]
    assert [each["number"][:2] for each in commission] == ["ZV", "ZV"]
    assert -sum(each["net"] for each in commission) == sum(each["was"] for each in report["commission"])
    shown = lines(run("invoice", NUMBER).out)
    assert f"Credited 944.92 {note['number']}" in shown
    assert "Open 0.00" in shown
    deliver(run)
    of_note = lines(run("invoice", note["number"]).out)
    assert {f"Credit note {note['number']}", f"Credits {NUMBER}", "Why Dienst dubbel opgegeven"} <= set(of_note)
    assert any(line.startswith("Delivery delivered") for line in of_note)
    assert "2026-W12 travel -49.2 km 0.23 -11.32" in of_note
    assert run("invoice", note["number"], "--pdf", tmp_path / "note.pdf").code == ExitCode.DONE
    words = " ".join(PdfReader(tmp_path / "note.pdf").pages[0].extract_text().split())
    assert f"Creditfactuur {note['number']}" in words
    assert "Creditering van factuur Z01-2026-0001 van 24 maart 2026 Dienst dubbel opgegeven" in words
    mail = next((run.data_dir / "mail").glob(f"invoice.{note['number']}@*")).read_text()
    assert f"Subject: Creditfactuur {note['number']}" in mail
    again = run("credit", NUMBER, "--reason", "Nog eens")
    assert (again.code, again.err) == (ExitCode.REFUSED, f"Invoice {NUMBER} was credited wholly before.\n")


def test_one_line_is_credited(run: CommandLine) -> None:
    last = len(run("invoice", NUMBER, "--json").json["lines"])
    assert run("credit", NUMBER, "--line", str(last), "--reason", "Geen reiskosten").code == ExitCode.DONE
    assert "Open 933.60" in lines(run("invoice", NUMBER).out)
    refused = run("credit", NUMBER, "--line", "99", "--reason", "x")
    assert refused.err == f"Invoice {NUMBER} has no line 99; its lines are 1 to {last}.\n"
    assert run("credit", NUMBER).err == f"Crediting invoice {NUMBER} needs a reason.\n"


def test_the_export_gets_a_file_of_credit_notes_and_keeps_the_others(run: CommandLine, tmp_path: Path) -> None:
    run("credit", NUMBER, "--reason", "Dubbel")
    run("export", tmp_path)
    for name in set(NAMES) - {"open_items.csv"}:
        assert rows_of(tmp_path / name) == rows_of(EXAMPLE / "expected" / name)
    found = [row.split(",") for row in (tmp_path / "credit_notes.csv").read_text().splitlines()]
    assert found[0][:3] == ["number", "date", "credits"]
    assert [(row[2], row[-1]) for row in found[1:] if row[3] == "Z01"] == [(NUMBER, "-944.92")]


def test_a_corrected_week_is_billed_by_the_difference(run: CommandLine) -> None:
    assert "was reopened" in run("reopen", "P01", "2026-W12", "--reason", "Donderdag niet gewerkt").out
    assert "Still being corrected, left as invoiced: 2026-W12" in run("rebill", "P01", "--from", "2026-03-01").out
    with office(run) as at_work:
        shift = Shift(dt.datetime(2026, 3, 16, 9), dt.datetime(2026, 3, 16, 15))
        submit_hours(at_work, placement=P01, week=WEEK, attempt=2, shifts=(shift,))
        approve_hours(at_work, placement=P01, week=WEEK, attempt=2)
    plan = run("rebill", "P01", "--from", "2026-03-01", "--json").json
    assert not plan["done"]
    assert {note["original"] for note in plan["credit_notes"] if "freelancer" in note} == {NUMBER}
    assert [new["minutes"] for new in plan["invoices"]] == [360]
    shown = run("rebill", "P01", "--from", "2026-03-01")
    assert f"--do {plan['plan']}" in shown.words
    assert "Difference for the customer" in shown.out
    wrong = run("rebill", "P01", "--from", "2026-03-01", "--do", "0123456789ab")
    assert wrong.code == ExitCode.REFUSED
    assert f"it is {plan['plan']} now" in wrong.err
    assert credit_notes(run) == []
    done = run("rebill", "P01", "--from", "2026-03-01", "--do", plan["plan"])
    assert "Done; the clock" in done.out
    assert len(credit_notes(run)) == len(plan["credit_notes"])
    again = run("rebill", "P01", "--from", "2026-03-01", "--do", plan["plan"])
    assert again.out == "This plan was carried out before.\n"
    assert "nothing to credit or to bill anew" in run("rebill", "P01", "--from", "2026-03-01").out


def test_a_rate_with_effect_in_the_past_is_shown_before_it_is_billed(run: CommandLine) -> None:
    with office(run) as at_work:
        rate = Rate(dt.date(2026, 3, 1), Cents(7000), VatTreatment.CARE_EXEMPT)
        agree_rate(at_work, placement=P01, rate=rate)
        agree_rate(at_work, placement=P01, rate=Rate(dt.date(2026, 2, 1), Cents(7000), VatTreatment.CARE_EXEMPT))
    plan = run("rebill", "P01", "--from", "2026-03-01", "--until", "2026-03-31", "--json").json
    assert plan["credit_notes"]
    assert plan["difference"] != 0


def test_wrong_weeks_and_days_are_told(run: CommandLine) -> None:
    assert run("reopen", "P01", "week 12", "--reason", "x").err == "'week 12' is not a week such as 2026-W12.\n"
    assert run("rebill", "P01", "--from", "1 maart").code == ExitCode.USAGE
    assert run("rebill", "P99", "--from", "2026-03-01").err == "Placement P99 is not known at this agency.\n"


def test_a_credit_balance_pays_the_oldest_invoice(run: CommandLine) -> None:
    with office(run) as at_work:
        paid = PaymentId("bank/1")
        mark_received(at_work, number=NUMBER, payment=paid, amount=Cents(94492), received_on=dt.date(2026, 4, 2))
    run("credit", NUMBER, "--reason", "Dubbel")
    others = [one for one in run("open-items", "--debtor", "K01", "--json").json["items"] if one["number"][:3] == "Z01"]
    oldest = min((one for one in others if one["open"] > 0), key=lambda one: (one["due"], one["number"]))
    part = run("settle", NUMBER, oldest["number"], "1,00", "--json").json["invoices"]
    assert [one["open"] for one in part] == [-94392, oldest["open"] - 100]
    everything = run("settle", "K01", "--json").json
    assert everything["done"]
    left = {one["number"]: one["open"] for one in everything["invoices"]}
    assert (left[NUMBER], left[oldest["number"]]) == (0, oldest["open"] - 94492)
    assert left["Z03-2026-0001"] == 70400, "what another creditor asks for stays"
    assert run("settle", NUMBER, NUMBER).code == ExitCode.REFUSED
    of_customer = run("settle", NUMBER, "ZV-2026-0001")
    assert of_customer.code == ExitCode.REFUSED
    assert "not of the same" in of_customer.err
    assert run("settle", "Q99").code == ExitCode.REFUSED


def test_what_will_not_be_paid_is_written_off_and_asked_for_again(run: CommandLine) -> None:
    assert run("write-off", NUMBER).err == f"Writing off of invoice {NUMBER}, or reversing that, needs a reason.\n"
    some = run("write-off", NUMBER, "44,92", "--reason", "Kwijtgescholden", "--json").json["invoices"][0]
    assert (some["written_off"], some["open"]) == (4492, 90000)
    assert "Written off 44.92" in lines(run("invoice", NUMBER).out)
    run("write-off", NUMBER, "--reason", "Failliet")
    assert run("write-off", NUMBER, "--reason", "x").err == f"Nothing of invoice {NUMBER} is open to be written off.\n"
    back = run("write-off", NUMBER, "--reverse", "--reason", "Toch betaald", "--json").json["invoices"][0]
    assert (back["written_off"], back["open"]) == (0, 94492)
    assert (
        run("write-off", NUMBER, "--reverse", "--reason", "x").err == f"Nothing of invoice {NUMBER} was written off.\n"
    )
