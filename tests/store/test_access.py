"""Who looked at whom is kept for good, and a token is kept as nothing but its hash."""

import datetime as dt

import psycopg
import pytest

from selfbill.store.access_log import accesses_of, note_access
from selfbill.store.api_tokens import agency_of, list_tokens, make_token, revoke_token, token_of
from selfbill.store.database import Database, Pool

NOW = dt.datetime(2026, 5, 14, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def pool(database: Database, agency: str) -> Pool:
    return database.pool(agency)


def look(pool: Pool, *subjects: str, on_behalf: str | None = None) -> None:
    note_access(pool, subjects, at=NOW, who="user:ank", on_behalf=on_behalf, page="/customers/{code}", request="r1")


def test_a_look_is_noted_once_for_each_party(pool: Pool) -> None:
    look(pool, "customer:K01", "freelancer:Z01", "customer:K01", on_behalf="user:bea")
    (access,) = accesses_of(pool, "customer:K01")
    assert (access.at, access.who, access.on_behalf) == (NOW, "user:ank", "user:bea")
    assert (access.subject, access.page, access.request) == ("customer:K01", "/customers/{code}", "r1")
    assert len(accesses_of(pool, "freelancer:Z01")) == 1
    assert accesses_of(pool, "customer:K02") == []


def test_a_page_about_nobody_notes_nothing(pool: Pool) -> None:
    look(pool)
    with pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM access_log").fetchone() == (0,)


@pytest.mark.parametrize("change", ["UPDATE access_log SET who = 'x'", "DELETE FROM access_log", "TRUNCATE access_log"])
def test_what_was_noted_cannot_be_changed_or_removed(pool: Pool, change: str) -> None:
    look(pool, "customer:K01")
    with pool.connection() as connection, pytest.raises(psycopg.Error, match="what was recorded stays as it is"):
        connection.execute(change.encode())
    assert [access.who for access in accesses_of(pool, "customer:K01")] == ["user:ank"]


def test_a_token_is_known_until_it_is_revoked(pool: Pool, agency: str) -> None:
    made = make_token(pool, agency, name="boekhouding", scopes=["read", "payments"], by="user:ank", at=NOW)
    found = token_of(pool, made.token)
    assert found is not None
    assert (found.id, found.name, found.scopes, found.made_at) == (made.id, "boekhouding", ("payments", "read"), NOW)
    assert revoke_token(pool, made.id, by="user:bea", at=NOW)
    assert token_of(pool, made.token) is None
    assert not revoke_token(pool, made.id, by="user:bea", at=NOW)
    assert [(token.revoked_at, token.revoked_by) for token in list_tokens(pool)] == [(NOW, "user:bea")]


def test_the_token_itself_is_kept_nowhere(pool: Pool, agency: str) -> None:
    made = make_token(pool, agency, name="x", scopes=["read"], by="user:ank", at=NOW)
    with pool.connection() as connection:
        kept = str(connection.execute("SELECT * FROM api_tokens").fetchall())
    assert made.id in kept
    assert made.token not in kept
    assert made.token.rpartition("_")[2] not in kept


def test_almost_a_token_is_none(pool: Pool, agency: str) -> None:
    made = make_token(pool, agency, name="x", scopes=["read"], by="user:ank", at=NOW)
    last = made.token[-1]
    assert token_of(pool, made.token[:-1] + ("0" if last != "0" else "1")) is None
    assert token_of(pool, made.token[:-1]) is None
    assert token_of(pool, "") is None


@pytest.mark.parametrize(
    ("token", "agency"),
    [
        ("sb_BN_1a2b_ff", "BN"),
        ("sb_bureau_noord_1a2b_ff", "bureau_noord"),
        ("sb_1a2b_ff", None),
        ("xx_BN_1a2b_ff", None),
        ("", None),
    ],
)
def test_a_token_says_of_which_agency_it_is(token: str, agency: str | None) -> None:
    assert agency_of(token) == agency
