"""`selfbill collection`: when is reminded, who is left alone, and what somebody hands over."""

import datetime as dt
from typing import Any

import pytest

from cli.conftest import CommandLine
from cli.samples import EXAMPLE, UNTIL
from cli.test_showing import lines
from selfbill.cli.exit_codes import ExitCode
from selfbill.moments import local_time

NUMBER = "Z01-2026-0001"
"""K01's, 944.92 euros, due on 7 April 2026."""


def in_days(days: int) -> str:
    """A local date so many days from now."""
    return str(local_time(dt.datetime.now(dt.UTC)).date() + dt.timedelta(days=days))


def items(selfbill: CommandLine, *about: str) -> dict[str, Any]:
    shown = selfbill("collection", "status", *about, "--json").json
    return {item["number"]: item for item in shown["items"]}


@pytest.fixture
def late(selfbill: CommandLine) -> CommandLine:
    """An agency that billed last spring, and just began to remind: everything goes out within ten days."""
    selfbill("import", EXAMPLE)
    selfbill("run", "--until", UNTIL)
    assert selfbill("collection", "schedule", "--on", "--claim-cost").code == ExitCode.DONE
    return selfbill


def test_nobody_is_reminded_until_the_agency_says_so(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    answer = selfbill("collection", "schedule")
    assert "Nobody is reminded of payment." in answer.out
    assert selfbill("collection", "schedule", "--json").json == {"schedule": None}
    assert selfbill("collection", "status").out == "Nothing is being collected.\n"


def test_a_schedule_is_chosen_bit_by_bit_and_switched_off(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    answer = selfbill("collection", "schedule", "--on")
    assert lines(answer.out) == [
        "Reminder 7 days after the due date",
        "Demand 14 days after the reminder",
        "Term 14 days",
        "Handing over 3 days after the end of the term",
        "Collection cost no",
        "Hour 09:00 on working days",
    ]
    answer = selfbill("collection", "schedule", "--reminder-days", "10", "--claim-cost", "--hour", "8")
    assert "Reminder 10 days after the due date" in lines(answer.out)
    shown = selfbill("collection", "schedule", "--json").json["schedule"]
    assert (shown["reminder_days"], shown["claims_cost"], shown["hour"], shown["term_days"]) == (10, True, 8, 14)
    assert selfbill("collection", "schedule", "--off", "--json").json == {"schedule": None}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--term-days", "13"], "A demand must give at least 14 days, not 13 (art. 6:96(6) BW)."),
        (["--no-demand", "--claim-cost"], "Collection cost can only be claimed after a demand (art. 6:96(6) BW)."),
        (["--hour", "24"], "The hour of sending cannot be 24; choose a number from 0 up to and including 23."),
        (["--reminder-days", "0"], "Days until the reminder cannot be 0; choose a number from 1"),
    ],
)
def test_a_schedule_that_the_law_or_sense_forbids_is_refused(
    selfbill: CommandLine, options: list[str], says: str
) -> None:
    selfbill("import", EXAMPLE)
    answer = selfbill("collection", "schedule", *options)
    assert answer.code == ExitCode.REFUSED
    assert says in answer.words
    assert selfbill("collection", "schedule", "--json").json == {"schedule": None}


def test_what_is_late_is_shown_with_what_comes_next(late: CommandLine) -> None:
    late("run", "--until", f"{in_days(1)}T00:00")
    shown = items(late)[NUMBER]
    assert (shown["next_step"], shown["open"], shown["held"]) == ("reminder", 94492, None)
    told = late("run", "--until", f"{in_days(10)}T00:00")
    assert "Invoices reminded of" in told.out
    shown = items(late)[NUMBER]
    assert (shown["stage"], shown["next_step"]) == ("reminder", "demand")
    assert "reminder, " in late("collection", "status", NUMBER).out


def test_who_is_suspended_is_left_alone_until_that_ends(late: CommandLine) -> None:
    until = in_days(60)
    answer = late("collection", "suspend", "K01", "--until", until, "--reason", "betalingsregeling")
    assert f"{until[8:]}-{until[5:7]}-{until[:4]}: betalingsregeling" in answer.words
    again = late("collection", "suspend", "K01", "--until", until, "--reason", "betalingsregeling")
    assert again.words == "That was so already; nothing changed."
    late("run", "--until", f"{in_days(10)}T00:00")
    shown = items(late, "K01")
    assert {item["debtor"] for item in shown.values()} == {"K01"}
    assert {item["stage"] for item in shown.values()} == {None}
    assert all(item["held"].endswith(": betalingsregeling") for item in shown.values())
    assert "betalingsregeling" in late("agenda", "--held").out
    status = late("collection", "status", "K01", "--json").json
    assert [(each["debtor"], each["until"]) for each in status["suspended"]] == [("K01", until)]
    assert late("collection", "resume", "K01").code == ExitCode.DONE
    assert "Suspended" not in late("collection", "status", "K01").out
    late("run", "--until", f"{in_days(10)}T00:00")
    assert {item["stage"] for item in items(late, "K01").values()} == {"reminder"}


def test_a_disputed_invoice_is_left_alone(late: CommandLine) -> None:
    late("collection", "suspend", NUMBER, "--until", in_days(60), "--reason", "uren kloppen niet")
    late("run", "--until", f"{in_days(10)}T00:00")
    shown = items(late, "K01")
    assert shown.pop(NUMBER)["stage"] is None
    assert {item["stage"] for item in shown.values()} == {"reminder"}
    assert late("collection", "resume", NUMBER, "--json").json == {"changed": True}


def test_what_was_in_vain_is_handed_over_by_somebody(late: CommandLine) -> None:
    late("run", "--until", f"{in_days(70)}T00:00")
    shown = late("collection", "status", "--hand-over", "--json").json["items"]
    (item,) = [item for item in shown if item["number"] == NUMBER]
    assert item["cost"] > 0
    assert "ready to hand over" in late("collection", "status", "--hand-over").out
    assert late("collection", "waive-cost", NUMBER, "--reason", "op tijd betaald").code == ExitCode.DONE
    answer = late("collection", "handed-over", NUMBER, "--to", "Incasso Midden")
    assert answer.words == f"Invoice {NUMBER} was handed over to Incasso Midden."
    row = items(late, NUMBER)[NUMBER]
    assert (row["stage"], row["handed_over_to"], row["cost"]) == ("handed_over", "Incasso Midden", 0)
    refused = late("collection", "handed-over", NUMBER, "--to", "Een ander")
    assert (refused.code, refused.words) == (
        ExitCode.REFUSED,
        f"Invoice {NUMBER} was handed over to Incasso Midden before.",
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["suspend", "X99", "--until", "2099-01-01", "--reason", "x"], "X99 is neither a customer nor a freelancer"),
        (["suspend", "K01", "--until", "2020-01-01", "--reason", "x"], "that day has passed"),
        (["suspend", "K01", "--until", "2099-01-01", "--reason", " "], "needs a reason"),
        (["resume", "K01"], "The collection of K01 is not suspended."),
        (["resume", NUMBER], f"The collection of {NUMBER} is not suspended."),
        (["handed-over", NUMBER, "--to", "x"], f"Invoice {NUMBER} is not ready to be handed over."),
        (["waive-cost", NUMBER, "--reason", "x"], f"No collection cost was claimed for invoice {NUMBER}."),
        (["handed-over", "Z99-2026-0001", "--to", "x"], "This agency has no invoice Z99-2026-0001."),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(billed: CommandLine, arguments: list[str], says: str) -> None:
    answer = billed("collection", *arguments)
    assert answer.code == ExitCode.REFUSED
    assert says in answer.words
