"""Accounts from the command line: invited, listed, given roles, disabled and reset."""

from email import message_from_bytes, policy

import pytest

from cli.conftest import CommandLine
from cli.samples import EXAMPLE
from cli.test_showing import lines
from selfbill.cli.exit_codes import ExitCode

ANNA = ("anna", "--email", "anna@bureau.example.org", "--name", "Anna Visser")


@pytest.fixture
def selfbill(selfbill: CommandLine) -> CommandLine:
    """The small example, taken in."""
    assert selfbill("import", EXAMPLE).code == ExitCode.DONE
    return selfbill


def mails(selfbill: CommandLine) -> list[tuple[str, str]]:
    """To whom, and what about."""
    messages = (
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in selfbill.data_dir.rglob("*.eml")
    )
    return [(str(message["To"]), str(message["Subject"])) for message in messages]


def test_somebody_is_invited_by_mail_and_listed(selfbill: CommandLine) -> None:
    assert selfbill("user", "list").out == "There are no users yet. Invite one with: selfbill user invite.\n"
    invited = selfbill("user", "invite", *ANNA, "--role", "servicedesk", "--role", "customer:K01", "--speaks", "en")
    assert (invited.code, invited.out) == (ExitCode.DONE, "anna was invited at anna@bureau.example.org.\n")
    ((to, subject),) = mails(selfbill)
    assert to == "Anna Visser <anna@bureau.example.org>"
    assert subject.startswith("Your account at ")
    assert "anna Anna Visser anna@bureau.example.org customer:K01, servicedesk invited password" in lines(
        selfbill("user", "list").out
    )
    (row,) = selfbill("user", "list", "--json").json
    assert (row["roles"], row["state"], row["authenticator"]) == (["customer:K01", "servicedesk"], "invited", False)
    assert "password" not in row


def test_an_invitation_is_mailed_again(selfbill: CommandLine) -> None:
    for _ in range(2):
        assert selfbill("user", "invite", *ANNA).code == ExitCode.DONE
    assert len(mails(selfbill)) == 2
    assert len(selfbill("user", "list", "--json").json) == 1


def test_roles_are_replaced(selfbill: CommandLine) -> None:
    selfbill("user", "invite", *ANNA, "--role", "servicedesk")
    assert selfbill("user", "roles", "anna", "--role", "auditor").out == "Roles of anna: auditor.\n"
    assert selfbill("user", "roles", "anna").out == "Roles of anna: none.\n"
    assert selfbill("user", "roles", "anna", language="nl").out == "Rollen van anna: geen.\n"


def test_an_account_is_disabled_and_enabled(selfbill: CommandLine) -> None:
    selfbill("user", "invite", *ANNA)
    assert selfbill("user", "disable", "anna", "--reason", "left").out == "anna is disabled.\n"
    assert selfbill("user", "disable", "anna", "--reason", "left").out == "anna is disabled already.\n"
    assert selfbill("user", "disable", "anna", "--reason", "weg", language="nl").out == "anna is al uitgeschakeld.\n"
    refused = selfbill("user", "reset", "anna")
    assert (refused.code, refused.err) == (ExitCode.REFUSED, "The account anna is disabled.\n")
    assert selfbill("user", "enable", "anna").out == "anna is invited.\n"
    assert selfbill("user", "reset", "anna").out == "A link was mailed to anna@bureau.example.org.\n"
    assert selfbill("user", "reset", "anna", "--authenticator").out == "anna logs in without a code.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("roles", "nobody"), "There is no such user."),
        (("disable", "nobody", "--reason", "x"), "There is no such user."),
        (("reset", "nobody"), "There is no such user."),
        (("invite", *ANNA, "--role", "boss"), "boss is not a role; choose from: servicedesk,"),
        (("invite", *ANNA, "--role", "customer"), "The role customer goes with a code, as in customer:K01."),
        (("invite", *ANNA, "--role", "customer:K99"), "K99 is not known at this agency."),
        (("invite", "Anna", *ANNA[1:]), "Anna cannot be a user's name"),
    ],
)
def test_what_cannot_be_is_one_sentence(selfbill: CommandLine, arguments: tuple[str, ...], says: str) -> None:
    answer = selfbill("user", *arguments)
    assert answer.code == ExitCode.REFUSED
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert selfbill("user", "list", "--json").json == []
