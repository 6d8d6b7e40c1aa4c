"""`selfbill projections`: where the read models stand, making them anew, ending that, and going back."""

import contextlib
import functools
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from psycopg import Connection

from cli.conftest import CommandLine
from cli.made_up import connected, happened, history, shown
from cli.samples import AGENCY, EXAMPLE
from conftest import MASTER_KEY
from projections.histories import fold
from selfbill.aggregates.catalogue import KINDS, all_events
from selfbill.cli import rebuilding
from selfbill.cli.exit_codes import ExitCode
from selfbill.projections import open_items
from selfbill.projections.rebuilding import ending, jobs
from selfbill.projections.rebuilding import rebuild as engine
from selfbill.projections.rebuilding.jobs import Options, RebuildTakenOver
from selfbill.projections.rebuilding.rebuild import Rebuild, Step
from selfbill.projections.rebuilding.switching import NoRoomToSwitch
from selfbill.projections.table import Table
from selfbill.store.agency import open_agency
from selfbill.store.database import Database

PATIENCE = 60.0

NAMES = {
    "agenda",
    "timesheets",
    "invoices",
    "invoice_lines",
    "open_items",
    "movements",
    "collection",
    "suspensions",
    "placements",
    "search",
    "debtor_cards",
    "freelancer_cards",
    "account_holders",
    "bank_statements",
    "payments",
    "debits",
    "debit_batches",
    "debit_mandates",
}
WITHOUT_ROWS = {"bank_statements", "payments", "debits", "debit_batches", "debit_mandates", "suspensions"}
"""What the sample agency has none of: nobody has paid, and it neither collects nor reminds."""


@pytest.fixture
def imported(selfbill: CommandLine) -> CommandLine:
    """An agency that was imported, and of which everything is shown."""
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    assert selfbill("agenda").code == ExitCode.DONE
    return selfbill


def status(selfbill: CommandLine, name: str = "open_items") -> dict[str, Any]:
    (found,) = [
        each for each in selfbill("projections", "status", "--json").json["read_models"] if each["name"] == name
    ]
    return dict(found)


def tables(selfbill: CommandLine) -> list[str]:
    """All tables besides those that people look at."""
    with connected(selfbill, AGENCY) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return sorted(name for (name,) in rows if "__" in name)


def test_the_status_shows_where_each_one_is(billed: CommandLine) -> None:
    report = billed("projections", "status", "--json").json
    assert set(report) == {"head", "is_followed", "read_models", "other_tables", "orphans"}
    assert {each["name"] for each in report["read_models"]} == NAMES
    assert {each["state"] for each in report["read_models"]} == {"following"}
    assert {each["position"] for each in report["read_models"]} == {report["head"]}
    for each in report["read_models"]:
        assert each["lag_events"] == each["lag_seconds"] == each["parked"] == 0
        assert (each["rows"] > 0) == (each["name"] not in WITHOUT_ROWS)
        assert each["size_bytes"] > 0
        assert each["version"] == each["program_version"]
        assert each["rebuild"] is each["last_error"] is None
    answer = billed("projections", "status")
    assert "agenda" in answer.out
    assert f"{report['head']} events; nobody follows them now" in answer.words
    assert "gebeurtenissen; niemand volgt ze nu" in billed("projections", "status", "--language", "nl").words


def test_the_status_of_an_agency_that_was_never_followed(selfbill: CommandLine) -> None:
    selfbill("import", EXAMPLE)
    report = selfbill("projections", "status", "--json").json
    assert {(each["state"], each["position"], each["rows"]) for each in report["read_models"]} == {("missing", 0, None)}
    assert {each["lag_events"] for each in report["read_models"]} == {report["head"]}
    assert selfbill("projections", "parked", "--json").json == {"parked": [], "more": False}
    rebuilt = selfbill("projections", "rebuild", "--all")
    assert rebuilt.code == ExitCode.DONE
    assert "There is no table to compare with yet" in rebuilt.words
    assert "rollback" not in rebuilt.words
    assert {status(selfbill, name)["state"] for name in NAMES} == {"following"}


def test_a_standstill_is_shown_with_its_reason(imported: CommandLine) -> None:
    with connected(imported, AGENCY) as connection:
        connection.execute("UPDATE read_models SET last_error = 'DiskFull: no space', failed_at = now()")
    for command in ("projections status", "doctor"):
        assert "open_items stands still since" in imported(*command.split()).words
    assert status(imported)["last_error"] == "DiskFull: no space"


def test_rebuilding_changes_nothing_that_people_see(billed: CommandLine) -> None:
    before = billed("invoices", "--json").json, billed("agenda", "--json").json
    answer = billed("projections", "rebuild", "invoices", "agenda")
    assert answer.code == ExitCode.DONE
    assert "invoices: made anew and in use, up to event" in answer.out
    assert "Nothing changes" in answer.out
    assert (billed("invoices", "--json").json, billed("agenda", "--json").json) == before


def test_read_models_of_another_version_are_named_and_made_anew(imported: CommandLine) -> None:
    with connected(imported, AGENCY) as connection:
        connection.execute("UPDATE read_models SET fingerprint = 'old' WHERE name = 'agenda'")
    answer = imported("agenda")
    assert answer.code == ExitCode.INFRASTRUCTURE
    assert "selfbill projections rebuild agenda" in answer.err
    assert (
        "agenda was made by another selfbill, with other columns or events" in imported("projections", "status").words
    )
    assert imported("projections", "rebuild", "agenda").code == ExitCode.DONE
    assert imported("agenda").code == ExitCode.DONE


def test_all_of_them(billed: CommandLine) -> None:
    rebuilt = billed("projections", "rebuild", "--all", "--json").json["rebuilt"]
    assert {each["name"] for each in rebuilt} == NAMES
    assert {(each["outcome"], each["is_equal"], each["parked_streams"]) for each in rebuilt} == {("switched", True, 0)}
    assert {each["kept"]["table"] for each in rebuilt} == {f"{name}__old" for name in NAMES}


def test_without_a_terminal_there_is_a_line_for_each_state(imported: CommandLine) -> None:
    lines = imported("projections", "rebuild", "open_items").err.splitlines()
    said = [line[20:].partition(":")[0] for line in lines]
    assert said == ["replay", "catch up", "index", "compare", "switch", "switched"]


def test_what_is_rehearsed_leaves_nothing_behind(imported: CommandLine) -> None:
    answer = imported("projections", "rebuild", "open_items", "--dry-run", "--json")
    assert [each["outcome"] for each in answer.json["rebuilt"]] == ["rehearsed"]
    assert tables(imported) == []
    assert imported("projections", "rebuild", "open_items", "--expect-no-change").code == ExitCode.DONE


def test_the_way_back_and_forth(imported: CommandLine) -> None:
    assert imported("projections", "rebuild", "open_items").code == ExitCode.DONE
    (old,) = imported("projections", "status", "--json").json["other_tables"]
    assert (old["name"], old["role"]) == ("open_items__old", "old")
    assert "replaced, until" in imported("projections", "status").out
    back = imported("projections", "rollback", "open_items", "--json").json
    assert (back["name"], back["kept"]["table"]) == ("open_items", "open_items__old")
    assert imported("projections", "drop", "open_items__old").out == "open_items__old is gone.\n"
    answer = imported("projections", "rollback", "open_items")
    assert answer.code == ExitCode.REFUSED
    assert "No old table of open_items is kept" in answer.words


def test_nothing_is_kept_when_nothing_should_be(imported: CommandLine) -> None:
    answer = imported("projections", "rebuild", "open_items", "--keep-old", "0")
    assert "rollback" not in answer.words
    assert tables(imported) == []
    assert imported("projections", "rollback", "open_items").code == ExitCode.REFUSED


@pytest.mark.parametrize("command", ["rebuild", "abort", "rollback", "report", "parked", "unpark", "build"])
def test_a_name_that_was_mistyped(billed: CommandLine, command: str) -> None:
    more = ("--as-of", "2026-04-01", "--into", "copy") if command == "build" else ()
    answer = billed("projections", command, "opne_items", *more)
    assert answer.code == ExitCode.USAGE
    assert "opne_items is no read model; these are: agenda," in answer.words


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("rebuild", ExitCode.USAGE, "Name a read model, or give --all."),
        ("abort", ExitCode.USAGE, "Name a read model, or give --all."),
        ("abort open_items", ExitCode.REFUSED, "open_items is not being rebuilt; there is nothing to abort."),
        ("abort --all", ExitCode.DONE, "Nothing is being rebuilt."),
        ("rollback timesheets", ExitCode.REFUSED, "No old table of timesheets is kept"),
        ("report timesheets", ExitCode.REFUSED, "There is no comparison of timesheets yet."),
        ("report timesheets --rebuild 7", ExitCode.REFUSED, "There is no rebuild 7 of timesheets"),
        ("report", ExitCode.DONE, "Nothing was rebuilt yet."),
        ("parked", ExitCode.DONE, "Nothing is left aside"),
        ("unpark timesheets", ExitCode.USAGE, "Name the streams, or give --all."),
        ("unpark timesheets --all", ExitCode.DONE, "timesheets leaves nothing aside."),
        ("unpark timesheets timesheet:P01", ExitCode.REFUSED, "does not leave timesheet:P01 aside"),
        ("drop open_items", ExitCode.REFUSED, "People look at open_items; that table stays."),
        ("drop elsewhere", ExitCode.REFUSED, "There is no table elsewhere, nor any other that can be dropped."),
        ("build open_items --as-of 2036-04-01 --into copy", ExitCode.USAGE, "has yet to come"),
        ("build open_items --as-of later --into copy", ExitCode.USAGE, "'later' is not a moment"),
        ("build open_items --as-of 2026-04-01 --into a__b", ExitCode.REFUSED, "cannot be the name of a table"),
        ("build open_items --as-of 2026-04-01 --into then", ExitCode.REFUSED, "and no word of SQL"),
        ("build open_items --as-of 2026-04-01 --into invoices", ExitCode.REFUSED, "There is a table invoices already."),
    ],
)
def test_what_is_refused_says_what_to_do(imported: CommandLine, arguments: str, code: ExitCode, sentence: str) -> None:
    answer = imported("projections", *arguments.split())
    assert answer.code == code
    assert sentence in answer.words
    assert tables(imported) == []


def test_reports_are_kept_and_listed(imported: CommandLine, tmp_path: Path) -> None:
    imported("projections", "rebuild", "open_items", "--dry-run")
    with connected(imported, AGENCY) as connection:
        connection.execute("UPDATE agenda SET reason = 'K99'")
    imported("projections", "rebuild", "agenda", "open_items")
    answer = imported("projections", "report")
    assert [line.split()[1] for line in answer.out.splitlines() if "operator:" in line] == [
        "open_items",
        "agenda",
        "open_items",
    ]
    assert "rows" in answer.out
    rebuilds = imported("projections", "report", "--json").json["rebuilds"]
    assert [each["state"] for each in rebuilds] == ["switched", "switched", "rehearsed"]
    first = imported("projections", "report", "open_items", "--rebuild", str(rebuilds[-1]["id"]))
    assert "rehearsed." in first.out
    assert "Nothing changes" in first.words
    assert "De eerste" in imported("projections", "report", "agenda", "--language", "nl").words
    nowhere = imported("projections", "report", "open_items", "--html", tmp_path / "no" / "report.html")
    assert "cannot be written" in nowhere.words


@contextlib.contextmanager
def rebuilding_elsewhere(selfbill: CommandLine, outcome: list[object]) -> Iterator[None]:
    """Another operator, whose rebuild stands at its comparison as long as this lasts or until it is aborted."""
    inside, go_on = threading.Event(), threading.Event()

    def on_step(step: Step) -> None:
        if step.state == "catch up":
            inside.set()
            assert go_on.wait(PATIENCE)

    def work() -> None:
        with Database(selfbill.database_url) as database:
            store = open_agency(database, AGENCY, master=MASTER_KEY, events=all_events(), aggregates=KINDS)
            rebuild = Rebuild(
                database, AGENCY, store.streams, [open_items.MODEL], Options(), by="operator:bea", on_step=on_step
            )
            try:
                outcome.append(rebuild.run())
            except Exception as error:  # noqa: BLE001 - is looked at
                outcome.append(error)

    working = threading.Thread(target=work)
    working.start()
    try:
        assert inside.wait(PATIENCE)
        yield
    finally:
        go_on.set()
        working.join(PATIENCE)


def test_two_operators_do_not_collide(imported: CommandLine) -> None:
    outcome: list[Any] = []
    with rebuilding_elsewhere(imported, outcome):
        for command in ("rebuild", "rollback"):
            answer = imported("projections", command, "open_items")
            assert answer.code == ExitCode.REFUSED
            assert "open_items is being rebuilt already by operator:bea, since" in answer.words
        dutch = imported("projections", "rebuild", "open_items", "agenda", "--language", "nl")
        assert "open_items wordt al opnieuw gemaakt door operator:bea" in dutch.words
        assert status(imported)["rebuild"]["is_worked_on"]
        answer = imported("projections", "status")
        assert "following, catch up" in answer.words
        assert "Being rebuilt by operator:bea since" in answer.words
        assert "open_items__draft" not in answer.out
        refused = imported("projections", "drop", "open_items__draft")
        assert "open_items__draft is in the making." in refused.words
        assert imported("doctor").words.count("Being rebuilt by operator:bea") == 1
    assert [each.outcome for each in outcome[0]] == ["switched"]
    assert status(imported)["rebuild"] is None


def test_a_rebuild_is_aborted_from_elsewhere(imported: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome: list[object] = []
    with rebuilding_elsewhere(imported, outcome):
        monkeypatch.setattr(ending, "abort", functools.partial(ending.abort, patience_seconds=0.0))
        asked = imported("projections", "abort", "open_items")
        assert asked.code == ExitCode.UNFINISHED
        assert "it stops at its next step" in asked.words
        assert imported("projections", "abort", "--all", "--json").json == {"aborted": [], "running": ["open_items"]}
    assert [type(each).__name__ for each in outcome] == ["RebuildAborted"]
    assert tables(imported) == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [("aborted", "Aborted by somebody else"), ("taken over", "Another process went on with this")],
)
def test_whoever_is_aborted_or_overtaken_is_told(
    imported: CommandLine, monkeypatch: pytest.MonkeyPatch, error: str, sentence: str
) -> None:
    def interfere(*_: object, **__: object) -> None:
        if error == "taken over":
            raise RebuildTakenOver("another process went on")
        with connected(imported, AGENCY) as connection:
            job = jobs.unfinished(connection, "open_items")
            assert job is not None
            jobs.ask_to_abort(connection, job)

    monkeypatch.setattr(engine, "compare", interfere)
    answer = imported("projections", "rebuild", "open_items")
    assert answer.code == ExitCode.UNFINISHED
    assert sentence in answer.words


@pytest.fixture
def interrupted(imported: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A rebuild of all read models at the first step of which somebody has pressed Ctrl-C."""

    @contextlib.contextmanager
    def told() -> Iterator[threading.Event]:
        stop = threading.Event()
        stop.set()
        yield stop

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, "until_told_to_stop", told)
        answer = imported("projections", "rebuild", "agenda", "invoices", "--json")
    assert answer.code == ExitCode.UNFINISHED
    assert answer.json["left"] == ["agenda"]
    assert "of agenda the old table is still in use" in answer.words
    assert "To go on: selfbill projections rebuild agenda." in answer.words
    return imported


def test_what_was_left_is_seen_and_gone_on_with(interrupted: CommandLine) -> None:
    found = status(interrupted, "agenda")["rebuild"]
    assert (found["state"], found["share"], found["is_worked_on"]) == ("replay", 0.0, False)
    assert "following, left at replay 0 %" in interrupted("projections", "status").words
    for command in ("projections status", "doctor"):
        answer = interrupted(*command.split())
        assert "The rebuild of agenda was left at replay 0 %" in answer.words
        assert "selfbill projections abort agenda" in answer.words
    answer = interrupted("projections", "rebuild", "agenda")
    assert answer.code == ExitCode.DONE
    assert "agenda: goes on where it was left (replay 0 %" in answer.words
    assert "; went on from replay." in answer.words
    assert status(interrupted, "agenda")["rebuild"] is None


def test_what_was_left_is_ended(interrupted: CommandLine) -> None:
    answer = interrupted("projections", "rollback", "agenda")
    assert answer.code == ExitCode.REFUSED
    assert "Abort that first: selfbill projections abort agenda" in answer.words
    answer = interrupted("projections", "abort", "--all")
    assert answer.code == ExitCode.DONE
    assert answer.out == "agenda: ended at replay; nothing is left of the new table.\n"
    assert tables(interrupted) == []


def test_what_another_version_left_is_begun_anew(interrupted: CommandLine) -> None:
    with connected(interrupted, AGENCY) as connection:
        connection.execute("UPDATE rebuilds SET fingerprint = 'other'")
    answer = interrupted("projections", "rebuild", "agenda")
    assert answer.code == ExitCode.DONE
    assert "agenda: what another version left" in answer.words
    assert "went on" not in answer.words


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_it_so_that_it_can_be_gone_on_with(imported: CommandLine, times: int) -> None:
    program = (
        "import signal\n"
        "from selfbill.projections.rebuilding import rebuild\n"
        "compare = rebuild.compare\n"
        "def compare_and_be_told(*arguments, **options):\n"
        f"    for _ in range({times}): signal.raise_signal(signal.SIGINT)\n"
        "    return compare(*arguments, **options)\n"
        "rebuild.compare = compare_and_be_told\n"
        "from selfbill.cli.main import main\n"
        "main()"
    )
    environment = os.environ | {name: value for name, value in imported.environment.items() if value is not None}
    command = [sys.executable, "-c", program, "projections", "rebuild", "open_items"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.UNFINISHED
    assert "To go on: selfbill projections rebuild open_items." in done.stderr
    assert "Traceback" not in done.stderr
    assert status(imported)["rebuild"]["state"] == "compare"
    assert "; went on from compare." in imported("projections", "rebuild", "open_items").words


def test_faults_read_as_sentences(imported: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    add_key = Table.add_key

    def twice(table: Table[Any], connection: Connection[Any]) -> None:
        connection.execute(f"INSERT INTO {table.name} SELECT * FROM {table.name}".encode())
        add_key(table, connection)

    with monkeypatch.context() as patch:
        patch.setattr(Table, "add_key", twice)
        answer = imported("projections", "rebuild", "placements")
    assert answer.code == ExitCode.INFRASTRUCTURE
    assert "placements is declared as made of one stream per row, but several streams made the same row" in answer.words
    assert "end this rebuild: selfbill projections abort placements" in answer.words
    assert "RowsOfSeveralStreams" in imported("projections", "status").words
    assert imported("projections", "abort", "placements").code == ExitCode.DONE

    def no_room(*_: object, **__: object) -> int:
        raise NoRoomToSwitch("open_items is being read without a pause. Look in pg_stat_activity.")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "switch", no_room)
        answer = imported("projections", "rebuild", "open_items")
    assert answer.code == ExitCode.INFRASTRUCTURE
    assert "Look in pg_stat_activity." in answer.words
    assert imported("projections", "rebuild", "open_items").code == ExitCode.DONE


def test_tables_that_nobody_knows_of_are_named_and_dropped(imported: CommandLine) -> None:
    with connected(imported, AGENCY) as connection:
        connection.execute("CREATE TABLE open_items__old ()")
    for command in ("projections status", "doctor"):
        assert "Nobody knows of these tables: open_items__old." in imported(*command.split()).words
    assert "there is: open_items__old." in imported("projections", "drop", "elsewhere").words
    assert imported("projections", "drop", "open_items__old", "--json").json == {"dropped": "open_items__old"}
    assert tables(imported) == []


def test_a_read_model_as_it_was_at_a_moment(selfbill: CommandLine) -> None:
    recorded = history(3_000)
    happened(selfbill, recorded)
    middle = recorded[len(recorded) // 2].recorded_at
    assert middle is not None
    known = [each for each in recorded if each.recorded_at is not None and each.recorded_at <= middle]
    arguments = ("projections", "build", "open_items", "--as-of", middle.isoformat(), "--into", "as_it_was")
    built = selfbill(*arguments, "--json").json
    expected = fold(open_items.MODEL, known)
    assert (built["position"], built["rows"], built["parked"]) == (len(known), len(expected), 0)
    assert shown(selfbill, open_items.MODEL, "as_it_was") == expected
    assert "open_items as of" in selfbill("projections", "status").words
    assert selfbill(*arguments).code == ExitCode.REFUSED
    assert selfbill("projections", "drop", "as_it_was").code == ExitCode.DONE
    answer = selfbill(*arguments)
    assert answer.code == ExitCode.DONE
    assert "To drop it: selfbill projections drop as_it_was" in answer.words


def test_a_copy_is_no_way_around_what_cannot_be_shown(selfbill: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a mistake")

    happened(selfbill, history(1_000))
    monkeypatch.setattr(open_items, "MODEL", msgspec.structs.replace(open_items.MODEL, evolve=fail))
    answer = selfbill("projections", "build", "open_items", "--as-of", "2026-01-01", "--into", "as_it_was")
    assert answer.code == ExitCode.UNFINISHED
    assert "cannot be shown whole" in answer.words


def test_a_database_that_goes_away_is_one_sentence(billed: CommandLine) -> None:
    answer = billed("projections", "status", database_url="postgresql://user:password@127.0.0.1:1/nowhere")
    assert answer.code == ExitCode.INFRASTRUCTURE
    assert "Traceback" not in answer.err
