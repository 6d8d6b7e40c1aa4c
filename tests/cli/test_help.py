"""The help: quick, and complete."""

import subprocess
import sys

import pytest
import typer

from cli.conftest import CommandLine
from cli.samples import ROOT
from selfbill import __version__
from selfbill.cli.bank_commands import bank
from selfbill.cli.commands import app
from selfbill.cli.debit_commands import debit, mandate
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.projections_commands import projections
from selfbill.cli.user_commands import user

SLOW = (
    "psycopg",
    "pydantic",
    "eventsourcing",
    "dramatiq",
    "reportlab",
    "selfbill.runtime",
    "selfbill.policies",
    "selfbill.settings",
)
"""What takes longer to load than the help takes to print."""


def test_the_help_loads_nothing_slow() -> None:
    program = (
        "import sys; sys.argv = ['selfbill', '--help']\n"
        "from selfbill.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {SLOW} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    assert "open-items" in done.stdout


def names(commands: typer.Typer) -> list[str]:
    return [each.name or str(each.callback.__name__) for each in commands.registered_commands if each.callback]


COMMANDS = [
    *names(app),
    *(f"projections {name}" for name in names(projections)),
    *(f"bank {name}" for name in names(bank)),
    *(f"debit {name}" for name in names(debit)),
    *(f"debit mandate {name}" for name in names(mandate)),
    *(f"user {name}" for name in names(user)),
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_can_be_debugged(nowhere: CommandLine, name: str) -> None:
    answer = nowhere(*name.split(), "--help")
    assert answer.code == ExitCode.DONE
    for option in ("--language", "--debug"):
        assert option in answer.out
    if name != "worker":
        assert "--json" in answer.out


def test_the_version(nowhere: CommandLine) -> None:
    assert nowhere("--version").out == f"{__version__}\n"


def test_every_exit_code_stands_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text()
    for code in ExitCode:
        assert f"\n| {code.value} | " in manual
