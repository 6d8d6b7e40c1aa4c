"""API tokens: how a program shows which agency it may see and what it may do there.

A token is `sb_{agency}_{id}_{secret}`. The secret has 256 bits, so its plain SHA-256 cannot be guessed back and no slow hash is
needed; the token itself is shown once and kept nowhere.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec

from selfbill.store.arrays import texts
from selfbill.store.database import Pool, ask

PREFIX = "sb"
"""So that a scanner for leaked secrets knows one when it sees it."""

ID_BYTES = 4
SECRET_BYTES = 32


class ApiToken(msgspec.Struct, frozen=True):
    """What is kept of a token. Moments are UTC."""

    id: str
    name: str
    """Which program has it."""
    scopes: tuple[str, ...]
    made_by: str
    made_at: dt.datetime
    revoked_at: dt.datetime | None
    revoked_by: str | None


class NewToken(NamedTuple):
    """The one time that the token itself can be seen."""

    id: str
    token: str


def make_token(pool: Pool, agency: str, *, name: str, scopes: Collection[str], by: str, at: dt.datetime) -> NewToken:
    """Makes a token for this agency; `at` is aware."""
    identifier, secret = secrets.token_hex(ID_BYTES), secrets.token_hex(SECRET_BYTES)
    token = f"{PREFIX}_{agency}_{identifier}_{secret}"
    ask(
        pool,
        "INSERT INTO api_tokens (id, sha256, name, scopes, made_by, made_at) VALUES (%b, %b, %b, %b::text[], %b, %b)",
        (identifier, _hash(token), name, texts(sorted(scopes)), by, at.astimezone(dt.UTC)),
    )
    return NewToken(identifier, token)


def revoke_token(pool: Pool, identifier: str, *, by: str, at: dt.datetime) -> bool:
    """From now on nobody gets in with it; answers whether there was one to revoke."""
    rows = ask(
        pool,
        "UPDATE api_tokens SET revoked_at = %b, revoked_by = %b WHERE id = %b AND revoked_at IS NULL RETURNING id",
        (at.astimezone(dt.UTC), by, identifier),
    )
    return bool(rows)


def list_tokens(pool: Pool) -> list[ApiToken]:
    """Every token there was, the latest first."""
    rows = ask(
        pool,
        "SELECT id, name, scopes, made_by, made_at, revoked_at, revoked_by FROM api_tokens ORDER BY made_at DESC, id",
    )
    return [_token(*row) for row in rows]


def token_of(pool: Pool, token: str) -> ApiToken | None:
    """The token that somebody shows, unless it was revoked or never made.

    It is looked up by its hash, so how long the look-up takes says nothing about any token.
    """
    rows = ask(
        pool,
        "SELECT id, name, scopes, made_by, made_at, revoked_at, revoked_by FROM api_tokens"
        " WHERE sha256 = %b AND revoked_at IS NULL",
        (_hash(token),),
    )
    return _token(*rows[0]) if rows else None


def agency_of(token: str) -> str | None:
    """Of which agency this token says it is; an agency's code may hold `_` itself."""
    parts = token.split("_")
    is_whole = len(parts) >= 4 and parts[0] == PREFIX  # noqa: PLR2004 - prefix, agency, id, secret
    return "_".join(parts[1:-2]) if is_whole else None


def _token(identifier: str, name: str, scopes: list[str], *rest: Any) -> ApiToken:
    return ApiToken(identifier, name, tuple(scopes), *rest)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
