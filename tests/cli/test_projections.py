"""`selfbill projections`: how far the read models are, and making them anew."""

from cli.conftest import CommandLine
from selfbill.cli.exit_codes import ExitCode


def test_the_list_shows_where_each_one_is(billed: CommandLine) -> None:
    report = billed("projections", "list", "--json").json
    assert {model["state"] for model in report["read_models"]} == {"current"}
    assert {model["position"] for model in report["read_models"]} == {report["head"]}
    assert "agenda" in billed("projections", "list").out


def test_rebuilding_changes_nothing_that_people_see(billed: CommandLine) -> None:
    before = billed("invoices", "--json").json, billed("agenda", "--json").json
    answer = billed("projections", "rebuild", "invoices", "agenda")
    assert answer.code == ExitCode.DONE
    assert "invoices: made anew up to event" in answer.out
    assert (billed("invoices", "--json").json, billed("agenda", "--json").json) == before


def test_all_of_them(billed: CommandLine) -> None:
    rebuilt = billed("projections", "rebuild", "--all", "--json").json["rebuilt"]
    assert [model["parked_streams"] for model in rebuilt] == [0] * len(rebuilt)
    assert {"agenda", "open_items"} <= {model["name"] for model in rebuilt}
