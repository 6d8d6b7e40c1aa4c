"""What is remembered for a while around logging in: failures, links that were mailed, codes that were used, who was sent away."""

import datetime as dt
from typing import Literal

import msgspec

from selfbill.aggregates.lockout import FORGOTTEN_AFTER, wait_after
from selfbill.store.database import Pool, ask
from selfbill.store.sessions import hashed, new_token

Purpose = Literal["invitation", "reset"]

INVITATION_LASTS = dt.timedelta(days=7)
RESET_LASTS = dt.timedelta(hours=1)
AWAY_LASTS = dt.timedelta(minutes=15)
"""For logging in elsewhere and coming back, a second factor there included."""

NO_WAIT = dt.timedelta(0)


def count_attempt(pool: Pool, subject: bytes, *, free: int, now: dt.datetime) -> dt.timedelta:
    """Counts an attempt as failed before it is made, so that many at the same moment count too; success takes it back.

    Answers how long this one still has to wait; where that is not nothing, it must not be made, and was not counted.
    """
    with pool.connection() as connection, connection.transaction():
        connection.execute(
            "INSERT INTO login_failures VALUES (%s, 0, %s, %s) ON CONFLICT (subject) DO NOTHING", (subject, now, now)
        )
        row = connection.execute(
            "SELECT failures, failed_at, waits_until FROM login_failures WHERE subject = %s FOR UPDATE", (subject,)
        ).fetchone()
        assert row is not None, "the row was inserted above, and only success removes it"
        failures, failed_at, waits_until = row
        if waits_until > now:
            waiting: dt.timedelta = waits_until - now
            return waiting
        failures = 1 if failed_at + FORGOTTEN_AFTER <= now else failures + 1
        connection.execute(
            "UPDATE login_failures SET failures = %s, failed_at = %s, waits_until = %s WHERE subject = %s",
            (failures, now, now + wait_after(failures, free), subject),
        )
    return NO_WAIT


def forget_attempts(pool: Pool, subject: bytes) -> None:
    """Somebody got in: under this subject nobody has failed any more."""
    ask(pool, "DELETE FROM login_failures WHERE subject = %b", (subject,))


def take_back_attempt(pool: Pool, subject: bytes) -> None:
    """This attempt was no failure, which says nothing about others under the subject."""
    ask(pool, "UPDATE login_failures SET failures = greatest(failures - 1, 0) WHERE subject = %b", (subject,))


def clear_attempts(pool: Pool, *, now: dt.datetime) -> None:
    """Removes what is no longer held against anybody."""
    ask(pool, "DELETE FROM login_failures WHERE failed_at <= %b", (now - FORGOTTEN_AFTER,))


def make_link(pool: Pool, *, purpose: Purpose, user: str, now: dt.datetime) -> str:
    """The token of a link to be mailed; older links of this user hold no longer."""
    token = new_token()
    lasts = INVITATION_LASTS if purpose == "invitation" else RESET_LASTS
    ask(pool, "DELETE FROM login_tokens WHERE user_code = %b OR expires_at <= %b", (user, now))
    ask(
        pool,
        "INSERT INTO login_tokens (token, purpose, user_code, expires_at) VALUES (%b, %b, %b, %b) ON CONFLICT DO NOTHING",
        (hashed(token), purpose, user, now + lasts),
    )
    return token


def whose_link(pool: Pool, token: str, *, now: dt.datetime) -> str | None:
    """Whom the link was mailed to, while it holds."""
    rows = ask(pool, "SELECT user_code FROM login_tokens WHERE token = %b AND expires_at > %b", (hashed(token), now))
    return rows[0][0] if rows else None


def spend_link(pool: Pool, token: str, *, now: dt.datetime) -> str | None:
    """Whom the link was mailed to; afterwards nobody can use it, whoever else comes at the same moment."""
    with pool.connection() as connection:
        row = connection.execute(
            "DELETE FROM login_tokens WHERE token = %s AND expires_at > %s RETURNING user_code", (hashed(token), now)
        ).fetchone()
    return None if row is None else str(row[0])


def drop_links(pool: Pool, user: str) -> None:
    """No link of this user holds any more."""
    ask(pool, "DELETE FROM login_tokens WHERE user_code = %b", (user,))


def use_code(pool: Pool, user: str, step: int) -> bool:
    """Whether the code of this half minute is new: later than every one that the user has used (RFC 6238, section 5.2)."""
    with pool.connection() as connection:
        row = connection.execute(
            "INSERT INTO used_codes AS known VALUES (%s, %s) ON CONFLICT (user_code) DO UPDATE SET step = excluded.step"
            " WHERE known.step < excluded.step RETURNING step",
            (user, step),
        ).fetchone()
    return row is not None


class Away(msgspec.Struct, frozen=True):
    """What a browser took along to the organisation's own login, and must find unchanged when it comes back."""

    nonce: str
    verifier: str
    next: str


def send_away(pool: Pool, *, state: str, browser: str, away: Away, now: dt.datetime) -> None:
    """Remembers a browser, by the token of its cookie, until it comes back with this state."""
    ask(pool, "DELETE FROM foreign_logins WHERE expires_at <= %b", (now,))
    ask(
        pool,
        "INSERT INTO foreign_logins (state, browser, nonce, verifier, next, expires_at) VALUES (%b, %b, %b, %b, %b, %b)"
        " ON CONFLICT DO NOTHING",
        (hashed(state), hashed(browser), away.nonce, away.verifier, away.next, now + AWAY_LASTS),
    )


def come_back(pool: Pool, *, state: str, browser: str, now: dt.datetime) -> Away | None:
    """What this browser took along, once; None for another browser, another state, or a second time."""
    with pool.connection() as connection:
        row = connection.execute(
            "DELETE FROM foreign_logins WHERE state = %s AND browser = %s AND expires_at > %s RETURNING nonce, verifier, next",
            (hashed(state), hashed(browser), now),
        ).fetchone()
    return None if row is None else Away(*row)
