"""`selfbill run --until`: everything that is due happens, and the account says what did and what did not."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import CommandLine
from cli.samples import EXAMPLE, UNTIL, copied, with_text
from selfbill.cli.exit_codes import ExitCode


def test_the_account_tells_what_was_issued_sent_and_reminded(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    answer = selfbill("run", "--until", UNTIL)
    assert answer.code == ExitCode.DONE
    told = {" ".join(line.split()) for line in answer.out.splitlines()}
    assert "Invoices to customers 12 6,564.59" in told
    assert "Commission invoices to freelancers 9 630.91" in told
    assert "Commission invoices to customers 5 136.27" in told
    assert "Nothing was refused or held." in told
    assert any(line.startswith("The clock stands at Thu 14-05-2026 00:00;") for line in told)


def test_running_again_finds_nothing_to_do(billed: CommandLine) -> None:
    report = billed("run", "--until", UNTIL, "--json").json
    assert report["done"] == 0
    assert report["account"]["invoices"] == {"count": 0, "total": 0}
    assert "There was nothing to do." in billed("run", "--until", UNTIL).out


def test_the_account_counts_cents_for_a_program(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    report = selfbill("run", "--until", "2026-03-25T12:00", "--json").json
    assert report["agency"] == "ZV"
    assert report["until"] == "2026-03-25T11:00:00Z"
    assert report["account"]["invoices"] == {"count": 2, "total": 125739}
    assert report["set_aside"] == []


def test_what_is_held_has_its_reason(selfbill: CommandLine, tmp_path: Path) -> None:
    folder = copied(tmp_path / "folder")
    with_text(folder, "freelancers.csv", "Z01;1;01-02-2026;", "Z01;1;01-02-2026;08-04-2026")
    assert selfbill("import", folder).code == ExitCode.DONE
    answer = selfbill("run", "--until", UNTIL)
    assert answer.code == ExitCode.DONE
    assert "Not invoiced yet: 1" in answer.out
    assert "P02/2026-W15" in answer.out
    held = selfbill("agenda", "--held", "--json").json["items"]
    assert [(item["policy"], item["subject"]) for item in held] == [("invoice", "P02/2026-W15")]


def test_mail_that_nobody_takes_leaves_the_run_unfinished(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    answer = selfbill("run", "--until", "2026-03-24T07:01", smtp_host="127.0.0.1", smtp_port="1", smtp_tls="none")
    assert answer.code == ExitCode.UNFINISHED
    assert "Invoices not delivered yet: 2" in answer.out
    assert "Traceback" not in answer.err


def test_what_nobody_foresaw_is_set_aside_and_the_rest_goes_on(
    selfbill: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("the press is jammed")

    selfbill("import", EXAMPLE)
    monkeypatch.setattr("selfbill.policies.deliver.render_invoice", broken)
    answer = selfbill("run", "--until", "2026-03-26T00:00")
    assert answer.code == ExitCode.UNFINISHED
    assert "Set aside after an unforeseen error" in answer.out
    assert "deliver: Z01-2026-0001" in answer.out
    assert "RuntimeError: the press is jammed" in answer.err
    assert "Traceback" not in answer.err
    monkeypatch.undo()
    assert selfbill("run", "--until", "2026-03-26T00:00").code == ExitCode.DONE


def test_an_interrupted_run_says_so(selfbill: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def told() -> Iterator[threading.Event]:
        stop = threading.Event()
        stop.set()
        yield stop

    selfbill("import", EXAMPLE)
    monkeypatch.setattr("selfbill.cli.running.until_told_to_stop", told)
    answer = selfbill("run", "--until", UNTIL)
    assert answer.code == ExitCode.UNFINISHED
    assert "Interrupted before Thu 14-05-2026 00:00" in answer.out
