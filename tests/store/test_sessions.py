"""Sessions begin, are seen, rotate and end; nothing in the table lets anybody in."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from selfbill.store.database import Database, Pool, ask
from selfbill.store.sessions import Sessions, Terms, hashed

NOW = dt.datetime(2026, 7, 20, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
WHO: dict[str, Any] = {
    "user": "anna",
    "is_open": True,
    "method": "password",
    "secrets": 1,
    "roles": 2,
    "agent": "Browser",
}


@pytest.fixture
def pool(database: Database, agency: str) -> Pool:
    return database.pool(agency)


@pytest.fixture
def sessions(pool: Pool) -> Sessions:
    return Sessions(pool, Terms(idle=60 * MINUTE, longest=720 * MINUTE))


def test_a_token_is_found_and_only_its_hash_is_kept(pool: Pool, sessions: Sessions) -> None:
    token = sessions.begin(**WHO, now=NOW)
    assert len(token) == 43
    found = sessions.find(token, now=NOW)
    assert found is not None
    assert (found.user, found.is_open, found.secrets, found.roles, found.agent) == ("anna", True, 1, 2, "Browser")
    assert sessions.find(token + "x", now=NOW) is None
    ((whole,),) = ask(pool, "SELECT to_jsonb(sessions)::text FROM sessions")
    assert token not in whole
    assert hashed(token).hex() in whole


def test_two_tokens_are_never_alike(sessions: Sessions) -> None:
    assert len({sessions.begin(**WHO, now=NOW) for _ in range(20)}) == 20


def test_without_use_it_ends_after_an_hour(sessions: Sessions) -> None:
    token = sessions.begin(**WHO, now=NOW)
    for minutes in (59, 118, 177):
        assert sessions.find(token, now=NOW + minutes * MINUTE) is not None
    assert sessions.find(token, now=NOW + 237 * MINUTE) is None


def test_with_use_it_ends_after_twelve_hours(sessions: Sessions) -> None:
    token = sessions.begin(**WHO, now=NOW)
    for minutes in range(0, 720, 30):
        assert sessions.find(token, now=NOW + minutes * MINUTE) is not None
    assert sessions.find(token, now=NOW + 720 * MINUTE) is None


def test_who_still_owes_a_code_has_five_minutes(sessions: Sessions) -> None:
    token = sessions.begin(**{**WHO, "is_open": False}, now=NOW)
    half_way = sessions.find(token, now=NOW + 4 * MINUTE)
    assert half_way is not None
    assert not half_way.is_open
    assert sessions.find(token, now=NOW + 5 * MINUTE) is None


def test_after_a_rotation_the_old_token_holds_only_for_what_was_under_way(sessions: Sessions) -> None:
    token = sessions.begin(**WHO, now=NOW)
    new = sessions.rotate(token, roles=3, now=NOW)
    assert new is not None
    assert new != token
    assert sessions.rotate(token, roles=3, now=NOW) is None
    before, after = sessions.find(token, now=NOW), sessions.find(new, now=NOW)
    assert before == after
    assert after is not None
    assert after.roles == 3
    assert sessions.find(token, now=NOW + MINUTE) is None
    assert sessions.find(new, now=NOW + MINUTE) is not None


def test_a_user_lists_and_ends_own_sessions_only(sessions: Sessions) -> None:
    first = sessions.begin(**WHO, now=NOW)
    second = sessions.begin(**WHO, now=NOW + MINUTE)
    other = sessions.begin(**{**WHO, "user": "bob"}, now=NOW)
    listed = sessions.of("anna", now=NOW + MINUTE)
    assert [each.begun_at for each in listed] == [NOW + MINUTE, NOW]
    sessions.end("bob", listed[0].id)
    sessions.end("anna", uuid4())
    assert len(sessions.of("anna", now=NOW + MINUTE)) == 2
    sessions.end("anna", listed[1].id)
    assert sessions.find(first, now=NOW + MINUTE) is None
    third = sessions.begin(**WHO, now=NOW)
    kept = sessions.find(second, now=NOW + MINUTE)
    assert kept is not None
    sessions.end_all("anna", but=kept.id)
    assert sessions.find(third, now=NOW) is None
    assert sessions.find(second, now=NOW + MINUTE) is not None
    sessions.end_all("anna")
    assert sessions.find(second, now=NOW) is None
    assert sessions.find(other, now=NOW) is not None


def test_expired_sessions_are_cleared_away(pool: Pool, sessions: Sessions) -> None:
    sessions.begin(**WHO, now=NOW)
    sessions.begin(**WHO, now=NOW + dt.timedelta(days=1))
    assert ask(pool, "SELECT count(*) FROM sessions") == [(1,)]
