"""Three stories that an operator lives through, from the first command to the last; docs/operating.md tells them with their output."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from cli.conftest import CommandLine
from cli.made_up import happened, history, shown
from cli.other_programs import OTHER_RULE, WITH_BUG, WITH_COLUMN, PaidItem, other_program
from cli.samples import copied, with_text
from projections.histories import fold
from selfbill.aggregates.catalogue import invoice_stream
from selfbill.aggregates.invoice_money import PaymentReleased
from selfbill.cli.exit_codes import ExitCode
from selfbill.projections import invoice_list, open_items
from selfbill.projections.read_model import Key
from selfbill.store.mapper import Recorded

TODAYS = open_items.MODEL
PATIENCE = 60.0


@pytest.fixture(scope="module")
def recorded() -> list[Recorded]:
    return history(10_000)


@pytest.fixture
def followed(selfbill: CommandLine, recorded: list[Recorded]) -> CommandLine:
    """An agency with ten thousand events, all of them shown."""
    happened(selfbill, recorded)
    assert selfbill("open-items", "--totals").code == ExitCode.DONE
    return selfbill


def state_of(selfbill: CommandLine, name: str = "open_items") -> tuple[str, int, int]:
    """How the table stands, the version that made it, and how many streams it leaves aside."""
    report = selfbill("projections", "status", "--json").json
    (found,) = [each for each in report["read_models"] if each["name"] == name]
    return found["state"], found["version"], found["parked"]


def all_is_shown(selfbill: CommandLine) -> bool:
    report = selfbill("projections", "status", "--json").json
    return {each["position"] for each in report["read_models"]} == {report["head"]}


@contextmanager
def running_clock(selfbill: CommandLine, said: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Today's program, in a process of its own, following the events; what it says goes to a file."""
    environment = os.environ | {name: value for name, value in selfbill.environment.items() if value is not None}
    with said.open("w") as file:
        clock = subprocess.Popen([sys.executable, "-m", "selfbill", "run"], env=environment, stdout=file, stderr=file)
        try:
            wait_until(lambda: is_followed(selfbill))
            yield clock
        finally:
            clock.kill()
            clock.wait()


def is_followed(selfbill: CommandLine) -> bool:
    """Whether somebody follows, and has made its tables."""
    report = selfbill("projections", "status", "--json").json
    return report["is_followed"] and all(each["state"] != "missing" for each in report["read_models"])


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_column_is_added_while_the_old_program_still_follows(selfbill: CommandLine, tmp_path: Path) -> None:
    folder = copied(tmp_path / "folder")
    assert selfbill("import", folder).code == ExitCode.DONE
    with running_clock(selfbill, tmp_path / "said") as clock:
        with other_program(WITH_COLUMN):
            # The newer program is put beside the old one. It says what to do, and the old one still follows.
            assert state_of(selfbill) == ("outdated", TODAYS.version, 0)
            refused = selfbill("open-items")
            assert refused.code == ExitCode.INFRASTRUCTURE
            assert "Make them anew from the events: selfbill projections rebuild open_items" in refused.err
            with_text(folder, "customers.csv", "030-5552210", "030-5552211")
            assert selfbill("import", folder).code == ExitCode.DONE
            wait_until(lambda: all_is_shown(selfbill))

            rebuilt = selfbill("projections", "rebuild", "open_items")
            assert rebuilt.code == ExitCode.DONE
            assert "There are differences: 1 column is added" in rebuilt.words
            assert f"with the selfbill of before (that of open_items {TODAYS.version})" in rebuilt.words

        # The old program's commands refuse, and so does its clock as soon as something happens.
        assert state_of(selfbill) == ("outdated", TODAYS.version + 1, 0)
        refused = selfbill("open-items")
        assert refused.code == ExitCode.INFRASTRUCTURE
        assert "A newer selfbill made the read models open_items" in refused.err
        with_text(folder, "customers.csv", "030-5552211", "030-5552212")
        assert selfbill("import", folder).code == ExitCode.DONE
        assert clock.wait(PATIENCE) == ExitCode.INFRASTRUCTURE
    said = (tmp_path / "said").read_text()
    assert "A newer selfbill made the read models open_items" in said
    assert "Traceback" not in said

    with other_program(WITH_COLUMN):  # the newer one follows from here
        assert selfbill("open-items").code == ExitCode.DONE
        report = selfbill("projections", "status", "--json").json
        assert {(each["state"], each["position"]) for each in report["read_models"]} == {("following", report["head"])}


def test_the_rows_with_the_added_column_are_right(followed: CommandLine, recorded: list[Recorded]) -> None:
    with other_program(WITH_COLUMN):
        assert followed("projections", "rebuild", "open_items").code == ExitCode.DONE
        report = followed("projections", "report", "open_items").out
        assert "added (date)" in report
    rows = shown(followed, WITH_COLUMN)
    assert rows == fold(WITH_COLUMN, recorded)
    assert any(isinstance(row, PaidItem) and row.last_paid for row in rows.values())


def test_a_rule_is_changed_tried_out_switched_and_taken_back(
    followed: CommandLine, recorded: list[Recorded], tmp_path: Path
) -> None:
    before, after = fold(TODAYS, recorded), fold(OTHER_RULE, recorded)
    changed = sum(before[key] != after[key] for key in before)
    assert 0 < changed < len(before)
    differences = f"There are differences: {changed:,} rows change; {len(before) - changed:,} rows stay the same."

    with other_program(OTHER_RULE):
        # Rehearsed: it says what would change, and nothing does.
        rehearsed = followed("projections", "rebuild", "open_items", "--dry-run")
        assert rehearsed.code == ExitCode.DONE
        assert "rehearsed; nothing was changed" in rehearsed.words
        assert differences in rehearsed.words
        assert shown(followed, TODAYS) == before
        assert followed("projections", "status", "--json").json["other_tables"] == []

        # The report: in words, as a page, for a program.
        text = followed("projections", "report", "open_items").out
        assert "The same in every row: debtor_kind, debtor, total, open, date" in text
        page = tmp_path / "report.html"
        assert followed("projections", "report", "open_items", "--html", page).code == ExitCode.DONE
        assert f"{changed:,} rows change" in page.read_text().replace("\N{NO-BREAK SPACE}", " ")
        report = followed("projections", "report", "open_items", "--json").json
        assert (report["rebuild"]["state"], report["comparison"]["changed"]) == ("rehearsed", changed)

        # Whoever expects no change is refused.
        refused = followed("projections", "rebuild", "open_items", "--expect-no-change")
        assert refused.code == ExitCode.REFUSED
        assert "not switched, because nothing was to differ" in refused.words
        assert shown(followed, TODAYS) == before
        both = followed("projections", "rebuild", "open_items", "--expect-no-change", "--dry-run")
        assert both.code == ExitCode.REFUSED

        # Switched.
        assert followed("projections", "rebuild", "open_items").code == ExitCode.DONE
        assert shown(followed, OTHER_RULE) == after
        assert followed("open-items", "--totals").code == ExitCode.DONE
        refused = followed("projections", "rollback", "open_items")
        assert refused.code == ExitCode.REFUSED
        assert "Give this command with the selfbill that made it" in refused.words

    # It was a mistake: the old program, and the old table.
    assert followed("open-items").code == ExitCode.INFRASTRUCTURE
    back = followed("projections", "rollback", "open_items")
    assert back.code == ExitCode.DONE
    assert f"(version {TODAYS.version}) is in use again" in back.words
    assert shown(followed, TODAYS) == before
    assert followed("open-items", "--totals").code == ExitCode.DONE
    assert state_of(followed) == ("following", TODAYS.version, 0)
    assert followed("projections", "report", "--json").json["rebuilds"][0]["state"] == "rolled back"

    # It was none after all: forward again.
    with other_program(OTHER_RULE):
        assert followed("projections", "rollback", "open_items").code == ExitCode.DONE
        assert shown(followed, OTHER_RULE) == after
        assert followed("projections", "report", "--json").json["rebuilds"][0]["state"] == "switched"


def test_a_mistake_in_one_event_of_ten_thousand_is_parked_and_put_right(
    selfbill: CommandLine, recorded: list[Recorded]
) -> None:
    mistaken = {
        invoice_stream(each.event.number): each.position
        for each in reversed(recorded)
        if isinstance(each.event, PaymentReleased) and each.event.towards == "freelancer"
    }
    assert 1 <= len(mistaken) <= 3, "the history should have one such event in some thousands"
    numbers = {stream.partition(":")[2] for stream in mistaken}
    right = fold(TODAYS, recorded)
    happened(selfbill, recorded)

    with other_program(WITH_BUG):
        # Everything else goes on.
        following = selfbill("open-items", "--totals")
        assert following.code == ExitCode.DONE
        assert "cannot be shown" in following.words
        assert state_of(selfbill) == ("following", TODAYS.version, len(mistaken))
        assert state_of(selfbill, "invoices") == ("following", invoice_list.MODEL.version, 0)
        rows = shown(selfbill, TODAYS)
        assert {key for key in right if rows.get(key) != right[key]} <= {(number,) for number in numbers}

        # It is seen, and it says what to do.
        parked = selfbill("projections", "parked")
        assert parked.code == ExitCode.DONE
        assert "selfbill projections unpark open_items --all" in parked.words
        found = selfbill("projections", "parked", "--json").json["parked"]
        assert {each["stream"]: each["position"] for each in found} == mistaken
        assert {(each["tag"], each["error"]) for each in found} == {
            ("invoice.payment_released", "KeyError: 'freelancer'")
        }
        doctor = selfbill("doctor")
        assert doctor.code == ExitCode.INFRASTRUCTURE
        assert "See why with: selfbill projections parked" in doctor.words

        # Trying again without a remedy does no harm.
        still = selfbill("projections", "unpark", "open_items", "--all")
        assert still.code == ExitCode.UNFINISHED
        assert "still cannot be shown" in still.words
        rebuilt = selfbill("projections", "rebuild", "open_items", "--dry-run")
        assert rebuilt.code == ExitCode.UNFINISHED
        assert "cannot be shown whole" in rebuilt.words

    # The program was put right.
    unparked = selfbill("projections", "unpark", "open_items", "--all", "--json")
    assert unparked.code == ExitCode.DONE
    assert set(unparked.json["shown"]) == set(mistaken)
    assert shown(selfbill, TODAYS) == right
    assert selfbill("open-items", "--totals").code == ExitCode.DONE
    assert state_of(selfbill) == ("following", TODAYS.version, 0)
    assert "Nothing is left aside" in selfbill("projections", "parked").out


def test_one_stream_is_shown_after_all_and_the_others_wait(selfbill: CommandLine, recorded: list[Recorded]) -> None:
    happened(selfbill, recorded)
    every_release = msgspec.structs.replace(TODAYS, evolve=_no_release)
    with other_program(every_release):
        assert selfbill("open-items", "--totals").code == ExitCode.DONE
    first, *others = [each["stream"] for each in selfbill("projections", "parked", "--json").json["parked"]]
    assert others
    assert f"And {len(others)} more." in selfbill("projections", "parked", "open_items", "--limit", "1").out
    assert selfbill("projections", "unpark", "open_items", first).code == ExitCode.DONE
    assert state_of(selfbill) == ("following", TODAYS.version, len(others))
    assert selfbill("projections", "unpark", "open_items", "--all").code == ExitCode.DONE
    assert shown(selfbill, TODAYS) == fold(TODAYS, recorded)


def _no_release(key: Key, row: open_items.OpenItem | None, recorded: Recorded) -> open_items.OpenItem | None:
    assert not isinstance(recorded.event, PaymentReleased)
    return open_items.evolve(key, row, recorded)


def test_another_version_unparks_nothing(selfbill: CommandLine, recorded: list[Recorded]) -> None:
    happened(selfbill, recorded)
    with other_program(WITH_BUG):
        assert selfbill("open-items", "--totals").code == ExitCode.DONE
    with other_program(OTHER_RULE):
        refused = selfbill("projections", "unpark", "open_items", "--all")
        assert refused.code == ExitCode.INFRASTRUCTURE
        assert "selfbill projections rebuild open_items" in refused.err
