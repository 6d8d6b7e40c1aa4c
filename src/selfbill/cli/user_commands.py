"""Every command of `selfbill user`, with its arguments and options."""

from typing import Annotated

import typer

from selfbill.cli.command import command
from selfbill.cli.options import Agency, AsJson
from selfbill.cli.terminal import Terminal
from selfbill.refusals import Language

user = typer.Typer(name="user", help="Who may log in on the portal, and as what.", no_args_is_help=True)

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="The user's name, e.g. anna.visser.")]
Roles = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="servicedesk, agency, operator, auditor, freelancer:CODE or customer:CODE; may be repeated.",
        show_default=False,
    ),
]


@command(user)
def invite(
    terminal: Terminal,
    name: UserArgument,
    email: Annotated[str, typer.Option("--email", metavar="ADDRESS", help="Where the invitation is mailed.")],
    full_name: Annotated[str, typer.Option("--name", metavar="NAME", help="The person's own.")],
    role: Roles = None,
    speaks: Annotated[
        Language, typer.Option("--speaks", metavar="nl|en", help="The language of mails and pages.")
    ] = "nl",
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Make an account and mail an invitation, or mail it again."""
    from selfbill.cli.users import invite_user

    invite_user(
        terminal,
        user=name,
        email=email,
        name=full_name,
        roles=role or [],
        speaks=speaks,
        agency=agency,
        as_json=as_json,
    )


@command(user, "list")
def list_(terminal: Terminal, agency: Agency = None, as_json: AsJson = False) -> None:
    """Show who may log in, and as what."""
    from selfbill.cli.users import list_users

    list_users(terminal, agency=agency, as_json=as_json)


@command(user)
def roles(
    terminal: Terminal,
    name: UserArgument,
    role: Roles = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Give a user these roles and no others; without --role none."""
    from selfbill.cli.users import set_roles

    set_roles(terminal, user=name, roles=role or [], agency=agency, as_json=as_json)


@command(user)
def disable(
    terminal: Terminal,
    name: UserArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept for whoever reads it later.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Let nobody in with this account any more, and log it out everywhere."""
    from selfbill.cli.users import disable_user

    disable_user(terminal, user=name, reason=reason, agency=agency, as_json=as_json)


@command(user)
def enable(terminal: Terminal, name: UserArgument, agency: Agency = None, as_json: AsJson = False) -> None:
    """Let a disabled account be used again."""
    from selfbill.cli.users import enable_user

    enable_user(terminal, user=name, agency=agency, as_json=as_json)


@command(user)
def reset(
    terminal: Terminal,
    name: UserArgument,
    authenticator: Annotated[
        bool, typer.Option("--authenticator", help="Ask for no code any more: the telephone was lost.")
    ] = False,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Mail a user a link to choose another password."""
    from selfbill.cli.users import reset_user

    reset_user(terminal, user=name, authenticator=authenticator, agency=agency, as_json=as_json)
