"""Every command of `selfbill token`: which programs may use the API, and for what."""

from typing import Annotated

import typer

from selfbill.cli.command import command
from selfbill.cli.options import Agency, AsJson
from selfbill.cli.terminal import Terminal
from selfbill.scopes import Scope

token = typer.Typer(name="token", help="Which programs may use the API, and for what.", no_args_is_help=True)


@command(token)
def make(
    terminal: Terminal,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which program gets it.")],
    scope: Annotated[list[Scope], typer.Option("--scope", help="What it may do; may be repeated.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Make a token; it is shown once and kept nowhere."""
    from selfbill.cli.tokens import make_one

    make_one(terminal, name=name, scopes=scope, agency=agency, as_json=as_json)


@command(token, "list")
def list_(terminal: Terminal, agency: Agency = None, as_json: AsJson = False) -> None:
    """Show every token there was; not the tokens themselves."""
    from selfbill.cli.tokens import show_all

    show_all(terminal, agency=agency, as_json=as_json)


@command(token)
def revoke(
    terminal: Terminal,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="As `selfbill token list` shows it.")],
    agency: Agency = None,
) -> None:
    """Let nobody in with this token any more."""
    from selfbill.cli.tokens import revoke_one

    revoke_one(terminal, identifier=identifier, agency=agency)
