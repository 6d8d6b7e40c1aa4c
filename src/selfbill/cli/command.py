"""How a function becomes a command: it gets the terminal, and whatever goes wrong ends in one sentence and an exit code."""

import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from typing import Annotated, Any

import typer

from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.logs import logging_to
from selfbill.cli.terminal import Terminal
from selfbill.refusals import Language

Work = Callable[..., ExitCode | None]

_COMMON = (
    inspect.Parameter(
        "language",
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[
            Language | None,
            typer.Option("--language", help="nl or en; without it the setting decides.", show_default=False),
        ],
    ),
    inspect.Parameter(
        "debug",
        inspect.Parameter.KEYWORD_ONLY,
        default=False,
        annotation=Annotated[bool, typer.Option("--debug", help="Show where an error came from.")],
    ),
)


def command(app: typer.Typer, name: str | None = None) -> Callable[[Work], Work]:
    """Adds a function to the app. It takes a Terminal first; `--language` and `--debug` are added to its options."""

    def register(work: Work) -> Work:
        @functools.wraps(work)
        def run(*, language: Language | None = None, debug: bool = False, **options: Any) -> None:
            raise typer.Exit(run_safely(work, language, debug=debug, **options))

        _, *own = inspect.signature(work).parameters.values()
        keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
        run.__signature__ = inspect.Signature([*keywords, *_COMMON])  # type: ignore[attr-defined]
        app.command(name)(run)
        return work

    return register


def run_safely(work: Work, language: Language | None, /, *, debug: bool, **options: Any) -> int:
    """Does the work; answers the exit code. A traceback is shown to whoever asked for it only."""
    terminal = Terminal(language)
    try:
        with logging_to(terminal.err, debug=debug):
            return int(work(terminal, **options) or ExitCode.DONE)
    except BrokenPipeError:
        # Whoever was reading has gone, e.g. `head`: nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - this is where everything ends
        from selfbill.cli.faults import explain  # noqa: PLC0415 - what it knows takes time to load

        if debug:
            traceback.print_exc()
        explained = explain(error, terminal.safe_language)
        terminal.err.print(explained.sentence, style="red" if terminal.err.is_terminal else None)
        return explained.exit_code
