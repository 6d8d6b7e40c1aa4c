"""What staff look at: lists and cards, for people and for programs."""

import hashlib
from pathlib import Path

import pytest

from cli.conftest import CommandLine
from selfbill.cli.exit_codes import ExitCode

LISTS = (
    ["agenda"],
    ["find", "visser"],
    ["invoices"],
    ["open-items"],
    ["card", "K01"],
    ["card", "Z01"],
    ["invoice", "Z01-2026-0001"],
)


def lines(text: str) -> list[str]:
    """The lines with their cells one space apart."""
    return [" ".join(line.split()) for line in text.splitlines()]


@pytest.mark.parametrize("arguments", LISTS, ids=" ".join)
def test_a_pipe_gets_every_row_on_one_line(billed: CommandLine, arguments: list[str]) -> None:
    answer = billed(*arguments)
    assert answer.code == ExitCode.DONE
    assert "…" not in answer.out
    assert "\x1b" not in answer.out


def test_invoices_are_listed_with_their_total(billed: CommandLine) -> None:
    listed = lines(billed("invoices").out)
    assert "Z01-2026-0001 24-03-2026 07-04-2026 Z01 K01 P01 944.92 944.92 delivered" in listed
    assert "ZV-2026-0014 13-05-2026 27-05-2026 agency Z01 12.10 12.10 delivered" in listed
    assert "26 invoices 7,331.77 7,331.77" in listed


def test_amounts_and_words_are_dutch_for_a_dutch_reader(billed: CommandLine) -> None:
    listed = lines(billed("invoices", "--language", "nl").out)
    assert "Z01-2026-0002 07-04-2026 21-04-2026 Z01 K01 P01 1.310,02 1.310,02 bezorgd" in listed
    assert "26 facturen 7.331,77 7.331,77" in listed


def test_invoices_of_a_customer_or_a_freelancer_or_both(billed: CommandLine) -> None:
    def numbers(*options: str) -> list[str]:
        return [invoice["number"] for invoice in billed("invoices", *options, "--json").json["invoices"]]

    assert numbers("--customer", "K02") == ["Z01-2026-0006", "Z01-2026-0005", "Z01-2026-0004"]
    assert numbers("--freelancer", "Z01", "--customer", "K02") == numbers("--customer", "K02")
    assert numbers("--freelancer", "Z03", "--customer", "K02") == []
    assert numbers("--limit", "1") == ["ZV-2026-0014"]


def test_a_longer_list_says_that_there_is_more(billed: CommandLine) -> None:
    assert "And more; these are the last 2." in billed("invoices", "--limit", "2").out
    assert "And more; these are the first 2." in billed("agenda", "--limit", "2").out
    assert "And 24 more; these are the 2 oldest." in billed("open-items", "--limit", "2").out


def test_the_agenda_says_what_comes_when(billed: CommandLine) -> None:
    assert "Thu 14-05-2026 09:30 approval reminder P03/2026-W14" in lines(billed("agenda").out)
    dutch = lines(billed("agenda", "--language", "nl").out)
    assert "do 14-05-2026 09:30 Herinneren aan goedkeuren P03/2026-W14" in dutch
    assert billed("agenda", "--held").out == "There is nothing on the agenda.\n"
    some = billed("agenda", "--until", "2026-05-14T09:30", "--policy", "approval_reminder", "--json").json["items"]
    assert {(item["subject"], item["due"]) for item in some} == {("P03/2026-W14", "2026-05-14T07:30:00Z")}


def test_an_invoice_has_its_lines_and_its_delivery(billed: CommandLine) -> None:
    shown = lines(billed("invoice", "Z01-2026-0001").out)
    assert "Invoice Z01-2026-0001" in shown
    assert "From Z01 Marijke de Vries" in shown
    assert "To K01 Woonzorgcentrum De Linde" in shown
    assert "Total 944.92" in shown
    assert "Payment reference RF39 Z012 0260 001" in shown
    assert "Delivery delivered, Tue 24-03-2026 07:00, e-mail" in shown
    assert "2026-W12 travel 49.2 km 0.23 11.32" in shown


def test_a_commission_invoice_names_the_invoices_it_is_for(billed: CommandLine) -> None:
    shown = lines(billed("invoice", "ZV-2026-0014").out)
    assert "Commission invoice ZV-2026-0014" in shown
    assert "From the agency" in shown
    assert "Z01-2026-0006 P02 07-04-2026 2:30 10.00" in shown


def test_the_pdf_is_what_was_sent(billed: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "invoice.pdf"
    answer = billed("invoice", "Z01-2026-0001", "--pdf", file)
    assert answer.code == ExitCode.DONE
    sha256 = billed("invoice", "Z01-2026-0001", "--json").json["document"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    assert sha256 in answer.err
    assert billed("invoice", "Z01-2026-0001", "--pdf", "-").raw == file.read_bytes()
    mail = (billed.data_dir / "mail" / "invoice.Z01-2026-0001@zorgschakel.example.org.eml").read_bytes()
    assert b"application/pdf" in mail


def test_the_card_of_a_customer(billed: CommandLine) -> None:
    card = lines(billed("card", "K02").out)
    assert "Customer K02" in card
    assert "Representative Pieter Visser pieter.visser@example.net 06-15551303" in card
    assert "Kind pgb budget holder" in card
    assert "Open 568.75" in card
    assert billed("card", "K02", "--json").json["customer"]["card"]["open"] == 56875


def test_the_card_of_a_freelancer(billed: CommandLine) -> None:
    card = lines(billed("card", "Z01").out)
    assert "Freelancer Z01" in card
    assert "Mandate 01-02-2026 - no end" in card
    assert "P02 2026-W14 5:00 invoiced Z01-2026-0004, Z01-2026-0005" in card
    report = billed("card", "Z01", "--json").json
    assert report["customer"] is None
    assert report["freelancer"]["card"]["minutes"] == 2880


def test_open_items_are_told_by_age(billed: CommandLine) -> None:
    shown = lines(billed("open-items", "--on", "2026-05-14").out)
    assert "Z01-2026-0001 K01 24-03-2026 07-04-2026 37 944.92 944.92 RF39Z0120260001" in shown
    assert "Open on 14-05-2026 26 7,331.77" in shown
    assert "not due yet 3 1,224.72" in shown
    assert "31 - 60 days late 5 1,111.41" in shown
    totals = billed("open-items", "--on", "2026-05-14", "--totals").out
    assert "RF39Z0120260001" not in totals
    of_one = billed("open-items", "--debtor", "K02", "--on", "2026-05-14", "--json").json
    assert sum(item["open"] for item in of_one["items"]) == 56875
    assert sum(each["open"] for each in of_one["ageing"]) == 56875


def test_an_installation_that_has_only_imported_shows_nothing_yet(selfbill: CommandLine) -> None:
    from cli.samples import EXAMPLE  # noqa: PLC0415

    selfbill("import", EXAMPLE)
    assert selfbill("invoices").out == "There are no invoices.\n"
    assert selfbill("open-items").out == "Nothing is open.\n"
    assert "P01/2026-W12/1/submission" in selfbill("agenda").out
    assert selfbill("card", "K01").code == ExitCode.DONE


def test_somebody_is_found_by_a_misspelt_name_and_the_hit_says_by_what(billed: CommandLine) -> None:
    assert "K02 customer Anna Visser" in " ".join(billed("find", "ana fisser").words.split())
    dutch = billed("find", "ana fisser", "--language", "nl").words
    assert "naam Anna Visser" in " ".join(dutch.split())
    (hit, *_) = billed("find", "06-15551303", "--json").json["hits"]
    assert (hit["code"], hit["matched"]) == ("K02", [{"field": "phone", "value": "06-15551303"}])
    assert billed("find", "Z01-1", "--json", "--limit", "1").json["hits"][0]["code"] == "Z01-2026-0001"


def test_a_text_is_looked_for_where_it_is_wanted(billed: CommandLine) -> None:
    assert [hit["code"] for hit in billed("find", "visser", "--in", "name", "--json").json["hits"]][:1] == ["K02"]
    assert billed("find", "visser", "--in", "postcode", "--json").json["hits"] == []
    assert "Nobody was found." in billed("find", "xyzzyqq").out
    assert "Niemand gevonden." in billed("find", "xyzzyqq", "--language", "nl").out
