"""The console script `selfbill`."""

from selfbill.cli.commands import app


def main() -> None:
    """Runs the command that the arguments ask for, and leaves with its exit code."""
    app(prog_name="selfbill")
