"""A mail server that refuses, hangs or hangs up: invoices stay due and show why, everything else goes on."""

import datetime as dt
import json
import os
import subprocess
import sys

import pytest

from documents.faulty_smtp import DROP, HANG, FaultySmtp, Place
from runtime.agencies import bring_in, expected, exported
from runtime.conftest import MakeHouse
from selfbill.aggregates.timesheet_events import ApprovalRequested, HoursSubmitted
from selfbill.documents.local_smtp import LocalSmtp
from selfbill.moments import from_local
from selfbill.projections import agenda, invoice_list
from selfbill.runtime.house import House, advance

NAME = "voorbeeld-klein"
BEFORE = from_local(dt.datetime(2026, 3, 24, 6, 55))
"""Just before the first invoice moment, 24 March 07:00, which issues Z01-2026-0001 and Z02-2026-0015."""
SOON_AFTER = from_local(dt.datetime(2026, 3, 24, 7, 6))
"""Time for one retry, after five minutes."""
FIRST = ["Z01-2026-0001", "Z02-2026-0015"]


def in_trouble(make_house: MakeHouse, port: int) -> House:
    """An agency whose mail server went bad just before its first invoice moment."""
    house = make_house()
    bring_in(house, NAME)
    advance(house, BEFORE)
    house.follower.close()
    return make_house(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none", smtp_timeout_seconds=1)


def on_the_agenda(house: House) -> list[dict[str, object]]:
    """What `selfbill agenda --held --json` shows."""
    assert house.settings.database_url is not None
    shown = subprocess.run(
        [sys.executable, "-m", "selfbill", "agenda", "--held", "--json", "--agency", house.agency],
        check=True,
        capture_output=True,
        env={
            **os.environ,
            "SELFBILL_DATABASE_URL": house.settings.database_url.get_secret_value(),
            "SELFBILL_DATA_DIR": str(house.settings.data_dir),
        },
    )
    items: list[dict[str, object]] = json.loads(shown.stdout)["items"]
    return [item for item in items if item["policy"] == "deliver"]


@pytest.mark.parametrize(
    ("place", "fault", "says", "unclear"),
    [
        ("RCPT", "550 no such user", "550", False),
        ("MAIL", "451 try later", "451", False),
        ("EHLO", HANG, "", False),
        ("DATA", DROP, "", False),
        ("dot", DROP, "", True),
        ("dot", HANG, "", True),
    ],
)
def test_an_invoice_that_cannot_be_mailed_stays_due_and_shows_why(
    make_house: MakeHouse,
    place: Place,
    fault: str,
    says: str,
    unclear: bool,  # noqa: FBT001
) -> None:
    with FaultySmtp(place, fault) as server:
        house = in_trouble(make_house, server.port)
        clockwork = advance(house, SOON_AFTER)
    assert clockwork.set_aside == []
    items = {str(item["subject"]): item for item in on_the_agenda(house)}
    assert sorted(items) == FIRST
    for number in FIRST:
        assert items[number]["failures"] == 2, "at the moment itself, and five minutes later"
        assert says in str(items[number]["reason"])
        assert str(items[number]["reason"]).startswith("Het is niet zeker" if unclear else "De e-mail is niet bezorgd")
        assert dt.datetime.fromisoformat(str(items[number]["due"])) == from_local(dt.datetime(2026, 3, 24, 7, 20))
    with house.pool.connection() as connection:
        listed = [invoice_list.by_number(connection, number) for number in FIRST]
    assert [invoice and invoice.unclear_deliveries for invoice in listed] == [2, 2] if unclear else [0, 0]


def test_the_rest_goes_on_and_the_mail_follows_when_the_server_is_back(make_house: MakeHouse) -> None:
    down = from_local(dt.datetime(2026, 3, 30, 12))
    house = in_trouble(make_house, 1)  # nobody listens on port 1
    advance(house, down)
    submitted = [each for each in house.store.streams.read(0, 100_000) if isinstance(each.event, HoursSubmitted)]
    assert max(each.at for each in submitted) > SOON_AFTER, "hours came in while the mail server was down"
    assert set(exported(house)["invoices.csv"]) < set(expected(NAME)["invoices.csv"]), "and invoices were issued"
    assert sum(exported(house)["commission_invoices.csv"].values()) == 0, "nothing was sent, so nothing is owed"

    with LocalSmtp(house.settings.data_dir / "received") as server:
        house.follower.close()
        repaired = make_house(smtp_host="127.0.0.1", smtp_port=server.port, smtp_tls="none")
        advance(repaired, down + dt.timedelta(days=1))
        assert [server.received[f"<invoice.{number}@zorgschakel.example.org>"] for number in FIRST] == [1, 1]
    with house.pool.connection() as connection:
        assert invoice_list.undelivered(connection) == []
        assert agenda.list_agenda(connection, only_held=True) == []
    requested = [each for each in house.store.streams.read(0, 100_000) if isinstance(each.event, ApprovalRequested)]
    assert requested
