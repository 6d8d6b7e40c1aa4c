"""Failures are counted before they happen; links and codes are used once, also by two at the same moment."""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from selfbill.aggregates.lockout import FREE_BY_NAME
from selfbill.store.database import Database, Pool, ask
from selfbill.store.logins import (
    NO_WAIT,
    Away,
    clear_attempts,
    come_back,
    count_attempt,
    drop_links,
    forget_attempts,
    make_link,
    send_away,
    spend_link,
    take_back_attempt,
    use_code,
    whose_link,
)

NOW = dt.datetime(2026, 7, 20, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
ANNA = b"anna"


@pytest.fixture
def pool(database: Database, agency: str) -> Pool:
    return database.pool(agency)


def attempt(pool: Pool, now: dt.datetime, subject: bytes = ANNA) -> dt.timedelta:
    return count_attempt(pool, subject, free=FREE_BY_NAME, now=now)


def test_after_five_failures_each_one_waits_longer(pool: Pool) -> None:
    assert [attempt(pool, NOW) for _ in range(5)] == [NO_WAIT] * 5
    assert attempt(pool, NOW) == MINUTE
    assert attempt(pool, NOW + MINUTE / 2) == MINUTE / 2
    now = NOW
    for waited in (1, 2, 4, 8, 15, 15):
        now += waited * MINUTE
        assert attempt(pool, now) == NO_WAIT
        assert attempt(pool, now) > NO_WAIT
    assert attempt(pool, now, b"bob") == NO_WAIT


def test_success_and_a_day_of_rest_begin_anew(pool: Pool) -> None:
    for _ in range(5):
        attempt(pool, NOW)
    forget_attempts(pool, ANNA)
    assert [attempt(pool, NOW) for _ in range(5)] == [NO_WAIT] * 5
    later = NOW + dt.timedelta(days=1)
    assert [attempt(pool, later) for _ in range(5)] == [NO_WAIT] * 5
    assert attempt(pool, later) == MINUTE
    clear_attempts(pool, now=later)
    assert attempt(pool, later) == MINUTE
    clear_attempts(pool, now=later + dt.timedelta(days=1))
    assert ask(pool, "SELECT count(*) FROM login_failures") == [(0,)]


def test_success_of_one_says_nothing_about_others_behind_the_same_address(pool: Pool) -> None:
    for _ in range(4):
        attempt(pool, NOW)
    take_back_attempt(pool, ANNA)
    assert [attempt(pool, NOW) for _ in range(3)] == [NO_WAIT, NO_WAIT, MINUTE]


def test_guesses_at_the_same_moment_are_counted_one_by_one(pool: Pool) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = Counter(threads.map(lambda _: attempt(pool, NOW), range(40)))
    assert answers == {NO_WAIT: 5, MINUTE: 35}


def test_a_link_is_used_once_and_by_one(pool: Pool) -> None:
    token = make_link(pool, purpose="reset", user="anna", now=NOW)
    assert whose_link(pool, token, now=NOW) == "anna"
    with ThreadPoolExecutor(8) as threads:
        answers = Counter(threads.map(lambda _: spend_link(pool, token, now=NOW), range(16)))
    assert answers == {"anna": 1, None: 15}
    assert whose_link(pool, token, now=NOW) is None


@pytest.mark.parametrize(("purpose", "lasts"), [("invitation", dt.timedelta(days=7)), ("reset", 60 * MINUTE)])
def test_a_link_expires(pool: Pool, purpose: str, lasts: dt.timedelta) -> None:
    token = make_link(pool, purpose=purpose, user="anna", now=NOW)  # type: ignore[arg-type]
    assert whose_link(pool, token, now=NOW + lasts - MINUTE) == "anna"
    assert whose_link(pool, token, now=NOW + lasts) is None
    assert spend_link(pool, token, now=NOW + lasts) is None


def test_a_newer_link_and_a_disabled_account_end_older_links(pool: Pool) -> None:
    first = make_link(pool, purpose="invitation", user="anna", now=NOW)
    second = make_link(pool, purpose="reset", user="anna", now=NOW)
    other = make_link(pool, purpose="reset", user="bob", now=NOW)
    assert spend_link(pool, first, now=NOW) is None
    drop_links(pool, "anna")
    assert spend_link(pool, second, now=NOW) is None
    assert spend_link(pool, other, now=NOW) == "bob"


def test_the_table_of_links_lets_nobody_in(pool: Pool) -> None:
    token = make_link(pool, purpose="reset", user="anna", now=NOW)
    ((whole,),) = ask(pool, "SELECT to_jsonb(login_tokens)::text FROM login_tokens")
    assert token not in whole


def test_a_code_is_never_taken_twice_nor_one_before_it(pool: Pool) -> None:
    assert [use_code(pool, "anna", step) for step in (7, 7, 6, 8)] == [True, False, False, True]
    assert use_code(pool, "bob", 7)
    with ThreadPoolExecutor(8) as threads:
        assert Counter(threads.map(lambda _: use_code(pool, "anna", 9), range(16))) == {True: 1, False: 15}


def test_who_was_sent_away_comes_back_once_in_the_same_browser(pool: Pool) -> None:
    away = Away("nonce", "verifier", "/next")
    send_away(pool, state="s", browser="b", away=away, now=NOW)
    assert come_back(pool, state="s", browser="other", now=NOW) is None
    assert come_back(pool, state="other", browser="b", now=NOW) is None
    assert come_back(pool, state="s", browser="b", now=NOW + 15 * MINUTE) is None
    assert come_back(pool, state="s", browser="b", now=NOW + 14 * MINUTE) == away
    assert come_back(pool, state="s", browser="b", now=NOW) is None
