"""Sessions of browsers: on the server, found by the hash of a random token, and ended by removing them."""

import datetime as dt
import hashlib
import secrets
from typing import Any
from uuid import UUID

import msgspec

from selfbill.store.database import Pool, ask

TOKEN_BYTES = 32
"""256 bits from the system: guessing one is out of the question, so a plain SHA-256 keeps it."""

GRACE_SECONDS = 30
"""After a rotation: requests that the browser had sent already carry the token before."""

SEEN_SECONDS = 60
"""A session's last use is put down once a minute, not at every request."""

LONGEST_AGENT = 200


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is logged in, or that still owes a code."""

    id: UUID
    user: str
    is_open: bool
    """Whether everything was shown that this user logs in with; otherwise the code of the authenticator is asked."""
    method: str
    secrets: int
    roles: int
    agent: str
    begun_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime


class Terms(msgspec.Struct, frozen=True):
    """How long a session lasts: without use, and at all."""

    idle: dt.timedelta = dt.timedelta(minutes=60)
    longest: dt.timedelta = dt.timedelta(hours=12)
    half_way: dt.timedelta = dt.timedelta(minutes=5)
    """For showing the code after the password."""


_COLUMNS = "id, user_code, state = 'open', method, secrets, roles, agent, begun_at, seen_at, expires_at"


def new_token() -> str:
    """A token for a cookie or a link: 43 characters of base64url."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hashed(token: str) -> bytes:
    """As it is kept."""
    return hashlib.sha256(token.encode()).digest()


class Sessions:
    """The sessions of one agency. Every moment is given in, aware."""

    def __init__(self, pool: Pool, terms: Terms | None = None) -> None:
        self._pool = pool
        self.terms = terms or Terms()

    def begin(
        self, *, user: str, is_open: bool, method: str, secrets: int, roles: int, agent: str, now: dt.datetime
    ) -> str:
        """A new session; answers its token, which nobody had before. Sessions that have expired are cleared away."""
        token = new_token()
        ask(self._pool, "DELETE FROM sessions WHERE expires_at <= %b OR seen_at <= %b", (now, now - self.terms.idle))
        ask(
            self._pool,
            "INSERT INTO sessions (token, user_code, state, method, secrets, roles, agent, begun_at, seen_at, expires_at)"
            " VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b, %b) ON CONFLICT (token) DO NOTHING",
            (
                hashed(token),
                user,
                "open" if is_open else "code asked",
                method,
                secrets,
                roles,
                agent[:LONGEST_AGENT],
                now,
                now,
                now + (self.terms.longest if is_open else self.terms.half_way),
            ),
        )
        return token

    def find(self, token: str, *, now: dt.datetime) -> Session | None:
        """The session of this token, put down as seen; None where there is none any more."""
        key = hashed(token)
        rows = ask(
            self._pool,
            f"SELECT {_COLUMNS} FROM sessions WHERE (token = %b OR (previous = %b AND previous_until > %b))"
            " AND expires_at > %b AND seen_at > %b",
            (key, key, now, now, now - self.terms.idle),
        )
        if not rows:
            return None
        session = _session(rows[0])
        if now - session.seen_at >= dt.timedelta(seconds=SEEN_SECONDS):
            ask(self._pool, "UPDATE sessions SET seen_at = greatest(seen_at, %b) WHERE id = %b", (now, session.id))
        return session

    def rotate(self, token: str, *, roles: int, now: dt.datetime) -> str | None:
        """The session goes on under a new token; None where somebody else rotated it, and the browser has got the new one."""
        new = new_token()
        rows = ask(
            self._pool,
            "UPDATE sessions SET token = %b, previous = token, previous_until = %b, roles = %b WHERE token = %b RETURNING id",
            (hashed(new), now + dt.timedelta(seconds=GRACE_SECONDS), roles, hashed(token)),
        )
        return new if rows else None

    def of(self, user: str, *, now: dt.datetime) -> list[Session]:
        """The sessions that this user has, the latest first."""
        rows = ask(
            self._pool,
            f"SELECT {_COLUMNS} FROM sessions WHERE user_code = %b AND expires_at > %b AND seen_at > %b"
            " ORDER BY begun_at DESC, id",
            (user, now, now - self.terms.idle),
        )
        return [_session(row) for row in rows]

    def end(self, user: str, session: UUID) -> None:
        """Ends one session of this user; one of somebody else stays."""
        ask(self._pool, "DELETE FROM sessions WHERE id = %b AND user_code = %b", (session, user))

    def end_all(self, user: str, *, but: UUID | None = None) -> None:
        """Ends every session of this user, but perhaps one."""
        ask(self._pool, "DELETE FROM sessions WHERE user_code = %b AND id IS DISTINCT FROM %b", (user, but))


def _session(row: tuple[Any, ...]) -> Session:
    return Session(
        id=row[0],
        user=row[1],
        is_open=row[2],
        method=row[3],
        secrets=row[4],
        roles=row[5],
        agent=row[6],
        begun_at=row[7],
        seen_at=row[8],
        expires_at=row[9],
    )
