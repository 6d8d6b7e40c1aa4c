"""`selfbill projections`: how far the read models are, and making them anew."""

import psycopg

from cli.conftest import CommandLine
from cli.samples import EXAMPLE
from selfbill.cli.exit_codes import ExitCode


def test_the_status_shows_where_each_one_is(billed: CommandLine) -> None:
    report = billed("projections", "status", "--json").json
    assert {model["state"] for model in report["read_models"]} == {"following"}
    assert {model["position"] for model in report["read_models"]} == {report["head"]}
    assert "agenda" in billed("projections", "status").out


def test_rebuilding_changes_nothing_that_people_see(billed: CommandLine) -> None:
    before = billed("invoices", "--json").json, billed("agenda", "--json").json
    answer = billed("projections", "rebuild", "invoices", "agenda")
    assert answer.code == ExitCode.DONE
    assert "invoices: made anew and in use, up to event" in answer.out
    assert (billed("invoices", "--json").json, billed("agenda", "--json").json) == before


def test_read_models_of_another_version_are_named_and_made_anew(selfbill: CommandLine) -> None:
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    assert selfbill("agenda").code == ExitCode.DONE
    url = selfbill.environment["SELFBILL_DATABASE_URL"]
    assert url is not None
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE agency_zv.read_models SET fingerprint = 'old' WHERE name = 'agenda'")
    answer = selfbill("agenda")
    assert answer.code == ExitCode.INFRASTRUCTURE
    assert "selfbill projections rebuild agenda" in answer.err
    assert "outdated" in selfbill("projections", "status").out
    assert selfbill("projections", "rebuild", "agenda").code == ExitCode.DONE
    assert selfbill("agenda").code == ExitCode.DONE


def test_all_of_them(billed: CommandLine) -> None:
    rebuilt = billed("projections", "rebuild", "--all", "--json").json["rebuilt"]
    assert [model["parked_streams"] for model in rebuilt] == [0] * len(rebuilt)
    assert {"agenda", "open_items"} <= {model["name"] for model in rebuilt}
