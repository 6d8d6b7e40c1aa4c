"""Tokens for programs, made and revoked at the command line."""

from cli.conftest import CommandLine
from cli.samples import EXAMPLE


def test_a_token_is_shown_once_and_can_be_revoked(selfbill: CommandLine) -> None:
    assert selfbill("import", EXAMPLE).code == 0
    made = selfbill("token", "make", "boekhouding", "--scope", "read", "--scope", "payments", "--json").json
    (listed,) = selfbill("token", "list", "--json").json
    assert (listed["id"], listed["name"], listed["scopes"]) == (made["id"], "boekhouding", ["payments", "read"])
    assert made["token"] not in selfbill("token", "list").words
    assert selfbill("token", "revoke", made["id"]).code == 0
    again = selfbill("token", "revoke", made["id"])
    assert (again.code, "no token" in again.words) == (1, True)
