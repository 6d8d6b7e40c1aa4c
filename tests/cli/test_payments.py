"""What staff see of money that came in, and of money that went back."""

import datetime as dt
from pathlib import Path

from pydantic import SecretStr

from cli.conftest import MASTER_KEY, CommandLine
from cli.samples import AGENCY, EXAMPLE
from cli.test_showing import lines
from selfbill.application.payments import take_back_allocation
from selfbill.application.receiving import mark_received
from selfbill.clock import SimulatedClock
from selfbill.runtime.house import open_house
from selfbill.settings import Settings
from selfbill.values import Cents, InvoiceNumber, PaymentId

NUMBER = InvoiceNumber("Z01-2026-0001")


def receive(selfbill: CommandLine, *, folder: Path) -> None:
    """Two payments, of which the bank takes the second back."""
    settings = Settings(
        data_dir=folder,
        database_url=SecretStr(str(selfbill.environment["SELFBILL_DATABASE_URL"])),
        master_key=SecretStr(MASTER_KEY),
    )
    day = dt.date(2026, 4, 2)
    with open_house(settings, AGENCY) as house:
        office = house.office(SimulatedClock(dt.datetime(2026, 4, 20, 9, tzinfo=dt.UTC)), by="staff:anna")
        for payment, amount in (("bank/1", 40000), ("bank/2", 54492)):
            mark_received(office, number=NUMBER, payment=PaymentId(payment), amount=Cents(amount), received_on=day)
        take_back_allocation(office, payment=PaymentId("bank/2"), number=NUMBER, reason="storno MD06", on=day)


def test_an_invoice_shows_what_was_paid_and_what_was_taken_back(selfbill: CommandLine, tmp_path: Path) -> None:
    selfbill("import", EXAMPLE)
    selfbill("run", "--until", "2026-03-24T12:00")
    assert "Open 944.92" in lines(selfbill("invoice", NUMBER).out)
    receive(selfbill, folder=tmp_path)
    shown = lines(selfbill("invoice", NUMBER).out)
    assert {"Total 944.92", "Paid 400.00", "Open 544.92"} <= set(shown)
    assert "02-04-2026 bank/1 400.00" in shown
    assert "02-04-2026 bank/2 544.92 20-04-2026: storno MD06" in shown
    report = selfbill("invoice", NUMBER, "--json").json
    assert (report["paid"], report["open"], report["last_receipt"]) == (40000, 54492, "2026-04-02")
    assert [receipt["released"] for receipt in report["receipts"]] == [None, "storno MD06"]
    assert "Open 544.92" in lines(selfbill("card", "K01").out)
    assert selfbill("open-items", "--debtor", "K01", "--json").json["items"][0]["open"] == 54492
